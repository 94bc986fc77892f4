"""A young person fills in a form in the app in a real browser: skip, go back, fail, put right, send, by keyboard alone.

The app runs on loopback over a store in memory. No script runs. Nobody in it is real.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from relationkit.feedback import PAGE_WORDING, SHIPPED_FORMS, InvitationPurpose
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.records import Child, ChildId, SessionId, Worker, WorkerId
from relationkit.web import create_app, form_link, new_invitation

pytestmark = pytest.mark.browser

KEY = b"a key of 32 bytes, only for test"
PAGE = PAGE_WORDING["en"]
NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)


class Site:
    """The app on a port of its own."""

    def __init__(self, address: str, store: MemoryAdapter) -> None:
        self.address, self.store = address, store

    def link(self, form_id: str = "after-session", language: str = "en", *, purpose: str = "form") -> str:
        form = next(one for one in SHIPPED_FORMS if (one.id, one.language) == (form_id, language))
        invitation = new_invitation(
            ChildId("c1"),
            purpose=InvitationPurpose(purpose),
            form=form if purpose == "form" else None,
            session_id=SessionId("s1"),
            worker_id=WorkerId("w1"),
            about="Made-up Sam, on 3 March",
            language=language,
            now=NOW,
        )
        self.store.keep_invitation(invitation)
        return f"{self.address}/{form_link(invitation, key=KEY)}"

    @property
    def sent(self) -> list[Any]:
        """What was sent, in the order in which it came."""
        kept = list(self.store._submissions)
        seen = {each.id: each.submission for each in self.store.read_submissions(Child(id="c1"), now=NOW)}
        return [seen[name] for name in kept]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    uvicorn = pytest.importorskip("uvicorn", reason="uvicorn comes with the extra [web]")
    worker = Worker(id="w1", name="Made-up Sam", role="social_worker", manager_id="m1")
    store = MemoryAdapter(records=[worker, Child(id="c1")])
    app = create_app(lambda: store, key=KEY, feedback=store, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", store)
    server.should_exit = True
    thread.join(timeout=30)


class Keys:
    """The keyboard, and where focus is."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def tab_to(self, control: str) -> None:
        """Press Tab until the control, by its id or the value of its button, has focus."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate("(at => [at.id, at.name == 'page.go' ? at.value : ''])(document.activeElement)")
            if control in at:
                return
        pytest.fail(f"Tab does not get to {control}")

    def pick(self, name: str, code: str) -> None:
        """Go into a group of radio buttons and on to one of them with the arrow keys."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name") == name:
                break
        self.page.keyboard.press("Space")
        for _ in range(8):
            if self.page.evaluate("document.activeElement.id") == f"{name}--{code}":
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail("the arrow keys do not get there")

    def toggle(self, control: str) -> None:
        self.tab_to(control)
        self.page.keyboard.press("Space")

    def press(self, button: str) -> None:
        self.tab_to(button)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    @property
    def heading(self) -> str:
        text: str = self.page.locator("h1").first.inner_text()
        return text.strip()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_form_is_filled_in_put_right_and_sent_by_keyboard_alone(
    look: Callable[..., Any], site: Site, width: int
) -> None:
    before = len(site.sent)
    window = look(site.link(), width=width, has_script=False)
    keys = Keys(window.page)
    keys.press("next")
    keys.pick("today", "good")
    keys.press("next")
    keys.press("next")  # skip a question
    keys.press("back")
    keys.pick("own_say", "some")
    keys.press("next")
    keys.pick("what_next", "rather_not_say")
    keys.press("next")
    keys.press("next")
    keys.tab_to("next_time")
    window.page.keyboard.type("The café by the sea & <not> school")
    keys.press("next")
    keys.toggle("audience--my_worker")
    keys.toggle("audience--nobody_by_name")
    keys.press("next")  # fails

    assert window.page.locator(":focus").get_attribute("id") == "problems"
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    assert window.page.locator(":focus").get_attribute("id") == "audience--my_worker"
    keys.toggle("audience--nobody_by_name")
    keys.press("next")
    keys.toggle("talk_soon")
    keys.press("next")
    assert keys.heading == PAGE.check_heading
    assert "The café by the sea & <not> school" in window.page.locator("main").inner_text()
    keys.press("send")

    assert PAGE.now_told in window.page.locator("main").inner_text()
    assert window.page.get_by_role("status").is_visible()
    assert len(site.sent) == before + 1
    told = site.sent[-1]
    assert [(answer.state.value, answer.value) for answer in told.answers] == [
        ("answered", "good"),
        ("answered", "some"),
        ("refused", None),
        ("skipped", None),
        ("answered", "The café by the sea & <not> school"),
    ]
    assert (told.audience, told.wants_to_talk) == (("my_worker",), True)
    assert (window.asked, window.page.context.cookies()) == ([], [])
    assert window.failed == [] or all("422" in line for line in window.failed)  # the browser notes the status


def test_the_browsers_own_back_and_reload_lose_nothing_and_send_nothing_twice(
    look: Callable[..., Any], site: Site
) -> None:
    before = len(site.sent)
    page = look(site.link(), width=320, has_script=False).page
    keys = Keys(page)
    keys.press("next")
    keys.pick("today", "bad")
    keys.press("next")
    page.go_back()
    assert page.locator("#today--bad").is_checked()
    page.go_forward()
    page.reload()
    keys.press("page.talk")
    keys.press("next")
    keys.press("send")
    page.reload()
    page.reload()

    assert len(site.sent) == before + 1
    page.go_back()
    assert keys.heading == PAGE.already_heading
    assert site.sent[-1].answer("today").value == "bad"


def test_half_a_form_waits_in_another_window_and_can_be_deleted(look: Callable[..., Any], site: Site) -> None:
    link = site.link()
    keys = Keys(look(link, has_script=False).page)
    keys.press("next")
    keys.pick("today", "okay")
    keys.press("save")
    assert keys.heading == PAGE.kept_heading

    other = Keys(look(link, width=320, has_script=False).page)
    assert other.page.locator("#today--okay").is_checked()
    other.press("delete")
    assert other.heading == PAGE.deleted_heading
    assert look(link).page.locator("h1").inner_text() == "How did it go?"


def test_a_drawing_is_sent_seen_again_and_taken_away(look: Callable[..., Any], site: Site, tmp_path: Any) -> None:
    from PIL import Image

    Image.new("RGB", (60, 40), "tomato").save(tmp_path / "drawing.jpg")
    page = look(f"{site.link('after-session-under-8', 'cy')}?step=drawing", width=320, has_script=False).page
    page.locator("#drawing").set_input_files(tmp_path / "drawing.jpg")
    keys = Keys(page)
    keys.press("next")
    keys.press("back")

    assert page.evaluate("document.querySelector('.kept img').naturalWidth") == 60
    keys.toggle("page--remove")
    keys.press("next")
    keys.press("back")
    assert page.locator(".kept img").count() == 0


def test_thanks_are_one_tap_and_the_childs_page_shows_them(look: Callable[..., Any], site: Site) -> None:
    window = look(site.link(purpose="thanks"), width=320, has_script=False)
    with window.page.expect_navigation():
        window.page.get_by_role("button", name=PAGE.thanks_button).first.click()
    assert Keys(window.page).heading == PAGE.thanks_saved_heading

    mine = look(site.link(purpose="mine"), width=320)
    assert PAGE.thanks_button in mine.page.locator("main").inner_text()
    assert PAGE.mine_unread in mine.page.locator("main").inner_text()


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
FORMS = [(form.id, form.language) for form in SHIPPED_FORMS if form.id.startswith("after-session")]


def steps_of(form_id: str, language: str) -> list[str]:
    form = next(one for one in SHIPPED_FORMS if (one.id, one.language) == (form_id, language))
    return ["page.start", *(question.id for question in form.questions), "page.people", "page.talk", "page.send"]


@pytest.mark.parametrize(("form_id", "language"), FORMS)
def test_axe_finds_nothing_on_any_step_and_large_text_and_a_narrow_screen_fit(
    look: Callable[..., Any], site: Site, form_id: str, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    window, link = look(site.link(form_id, language), width=320), site.link(form_id, language)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "rules": {"target-size": {"enabled": True}}}
    for step in steps_of(form_id, language):
        window.page.goto(f"{link}?step={step}")
        found = axe.Axe().run(window.page, options=options).response
        assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found["violations"]} == {}, step
        assert window.page.evaluate("document.scrollingElement.scrollWidth") <= 320, step
        window.page.set_viewport_size({"width": 640, "height": 800})  # 200% text at 1280 px is 640 px of room
        window.page.evaluate("document.documentElement.style.fontSize = '225%'")
        assert window.page.evaluate("document.scrollingElement.scrollWidth") <= 640, step
        window.page.set_viewport_size({"width": 320, "height": 800})
