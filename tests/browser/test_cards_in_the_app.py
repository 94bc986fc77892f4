"""A worker makes a card from nothing by keyboard alone and prints it; a child writes their own page. Nobody is real."""

import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.profiles import AboutMe, ContactWay, DutyLine, ProfileInvitation, WorkContacts
from relationkit.records import Child, ChildId, Worker, WorkerId
from relationkit.web import CardSettings, create_app, form_link, new_profile_invitation
from relationkit.web.profile_words import PROFILE_WORDS

pytestmark = pytest.mark.browser

KEY = b"a key of 32 bytes, only for test"
NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
WORDS = PROFILE_WORDS["en"]
DUTY = DutyLine(name="Made-up duty", ways=(ContactWay(kind="call", label="Call", value="01632 960 000"),))
SETTINGS = CardSettings(duty=DUTY, work=WorkContacts(numbers=("01632 96",), domains=("example.gov.uk",)))
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


class Site:
    """The app on a port of its own."""

    def __init__(self, address: str, store: MemoryAdapter) -> None:
        self.address, self.store = address, store

    def link(self, **whose: Any) -> str:
        invitation: ProfileInvitation = new_profile_invitation(now=NOW, **whose)
        self.store.keep_profile_invitation(invitation)
        return f"{self.address}/{form_link(invitation, key=KEY)}"


@pytest.fixture
def site() -> Iterator[Site]:
    uvicorn = pytest.importorskip("uvicorn", reason="uvicorn comes with the extra [web]")
    store = MemoryAdapter(records=[Worker(id="w1", name="Made-up Sam", role="social_worker"), Child(id="c1")])
    app = create_app(lambda: store, key=KEY, feedback=store, profiles=store, cards=SETTINGS, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", store)
    server.should_exit = True
    thread.join(timeout=30)


def tab_to(page: Any, control: str) -> None:
    """Press Tab until the control, by its id or the value of its button, has focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if control in page.evaluate("(at => [at.id, at.value])(document.activeElement)"):
            return
    pytest.fail(f"Tab does not get to {control}")


def write(page: Any, control: str, words: str) -> None:
    tab_to(page, control)
    page.keyboard.type(words)


def press(page: Any, button: str) -> None:
    tab_to(page, button)
    with page.expect_navigation():
        page.keyboard.press("Enter")


CARD = {
    "pronouns": "they/them",
    "what_i_do": "I visit you and I listen.",
    "three_things.1": "I walk my dog on the beach.",
    "three_things.2": "I bake bread.",
    "three_things.3": "I am bad at football.",
    "kind.1": "Text",
    "value.1": "01632 960 001",
    "hours": "Monday to Friday, 9 to 5",
}


@pytest.mark.parametrize("width", [320, 1280])
def test_a_worker_makes_a_card_from_nothing_by_keyboard_alone_and_prints_it(
    look: Callable[..., Any], site: Site, width: int
) -> None:
    pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber comes with the extra [dev]")
    window = look(site.link(worker_id=WorkerId("w1")), width=width, has_script=width == 1280)
    page = window.page
    for control, words in CARD.items():
        write(page, control, words)
    press(page, "look")

    assert page.get_by_role("heading", name="Made-up Sam").is_visible()
    press(page, "save")  # without having agreed
    assert page.locator(":focus").get_attribute("id") == "problems"
    assert WORDS.agree_missing in page.locator("#problems").inner_text()
    assert page.locator("#hours").input_value() == CARD["hours"]
    tab_to(page, "agreed")
    page.keyboard.press("Space")
    press(page, "save")
    assert page.locator("h1").inner_text() == WORDS.card_saved
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    paper = io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))
    with pdfplumber.open(paper) as printed:
        assert len(printed.pages) == 1
        sheet = printed.pages[0]
        text = re.sub(r"\s+", " ", sheet.extract_text())
        for words in ("Made-up Sam", *(CARD[name] for name in CARD if not name.startswith("kind"))):
            assert words.split()[0] in text
        assert all(
            each["x0"] >= 0 and each["x1"] <= sheet.width and each["bottom"] <= sheet.height for each in sheet.chars
        )
    is_cut = "[...document.querySelectorAll('.side')].some(s => s.scrollHeight > s.clientHeight + 1)"
    page.emulate_media(media="print")
    assert not page.evaluate(is_cut) if width == 1280 else True
    kept = site.store.profile_versions(WorkerId("w1"), language="en")
    assert [(each.version, each.profile.name, each.profile.three_things[1]) for each in kept] == [
        (1, "Made-up Sam", "I bake bread.")
    ]
    assert window.asked == []


def test_a_photo_from_a_phone_goes_on_the_card_and_stays_while_the_rest_is_put_right(
    look: Callable[..., Any], site: Site, tmp_path: Any
) -> None:
    from PIL import Image

    Image.new("RGB", (900, 600), "tomato").save(tmp_path / "me.jpg", comment=b"taken at home")
    page = look(site.link(worker_id=WorkerId("w1")), has_script=False).page
    for name, words in {**CARD, "alt": "A drawing of me"}.items():
        field = page.locator(f"[id='{name}']")
        field.select_option("text") if name == "kind.1" else field.fill(words)
    page.locator("#picture").set_input_files(tmp_path / "me.jpg")
    press(page, "look")
    assert page.evaluate("document.querySelector('.kept img').naturalWidth") == 480
    page.locator("[id='value.1']").fill("07700 900 123")  # not one of the council's
    page.locator("#agreed").check()
    press(page, "save")
    assert "not one of the council" in page.locator("#problems").inner_text()
    page.locator("[id='value.1']").fill(CARD["value.1"])
    press(page, "save")

    (kept,) = site.store.profile_versions(WorkerId("w1"), language="en")
    assert kept.profile.picture is not None
    assert b"taken at home" not in kept.profile.picture.data


def test_the_card_is_drawn_beside_the_form_while_somebody_types(
    look: Callable[..., Any], site: Site, tmp_path: Any
) -> None:
    from PIL import Image

    Image.new("RGB", (90, 60), "tomato").save(tmp_path / "me.jpg")
    window = look(site.link(worker_id=WorkerId("w1")), width=320)
    page, preview = window.page, window.page.locator("#preview")
    assert preview.locator("h3").inner_text().endswith("Made-up Sam")
    assert preview.locator(".avatar text").text_content() == "MS"
    write(page, "pronouns", "they/them")
    write(page, "three_things.2", "<img src=x onerror=alert(1)> & سامي")
    write(page, "liked.1", "They listen")
    write(page, "kind.1", "Text")
    write(page, "value.1", "01632 960 001")
    write(page, "alt", "A drawing of me")
    page.locator("#picture").set_input_files(tmp_path / "me.jpg")

    preview.get_by_alt_text("A drawing of me").wait_for()
    words = preview.inner_text()
    for said in ("they/them", "<img src=x onerror=alert(1)> & سامي", "They listen", "01632 960 001", "Made-up duty"):
        assert said in words
    assert preview.locator("li:visible").count() == 1 + 1 + 1 + 1  # a thing, what is liked, a way, duty
    assert not preview.locator(".avatar").is_visible()
    tab_to(page, "name")
    page.keyboard.press("End")
    page.keyboard.type(" the 2nd")
    assert "Made-up Sam the 2nd" in preview.locator("h3").inner_text()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert (window.asked, window.failed) == ([], [])


def test_only_the_script_of_the_card_runs(look: Callable[..., Any], site: Site) -> None:
    import httpx

    link = site.link(worker_id=WorkerId("w1"))
    child = site.link(child_id=ChildId("c1"))
    policy = httpx.get(link).headers["content-security-policy"]

    assert re.search(r"script-src 'sha256-[^']+';", policy)
    assert "unsafe" not in policy
    assert "script" not in httpx.get(child).headers["content-security-policy"]
    page = look(link).page
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'document.title = 1'}))")
    assert page.title() == WORDS.card_heading


def test_a_child_writes_their_own_page_and_says_who_may_see_each_line(look: Callable[..., Any], site: Site) -> None:
    link = site.link(child_id=ChildId("c1"))
    page = look(link, width=320, has_script=False).page
    write(page, "chosen_name.1", "Ash")
    write(page, "interests.1", "Drawing  & bikes")
    write(page, "never_meet_at.1", "not out of class")
    tab_to(page, "")  # the summary below: who may see it
    page.keyboard.press("Enter")
    tab_to(page, "never_meet_at.1--school")
    page.keyboard.press("Space")
    press(page, "save")
    assert page.locator("h1").inner_text() == WORDS.about_saved

    again = look(link, has_script=False).page
    again.locator("[id='interests.2']").fill("the sea")
    press(again, "save")
    versions = site.store.about_me(ChildId("c1"))
    assert versions is not None
    first, second = versions.versions
    assert [line.words for line in first.interests] == ["Drawing  & bikes"]
    assert [line.words for line in second.interests] == ["Drawing  & bikes", "the sea"]
    assert {str(who) for who in second.never_meet_at[0].may_see} == {"worker", "school"}


def test_saving_from_an_older_window_overwrites_nothing(look: Callable[..., Any], site: Site) -> None:
    link = site.link(child_id=ChildId("c1"))
    page = look(link, has_script=False).page
    site.store.keep_about_me(AboutMe.model_validate({"child_id": "c1", "interests": ["bikes"]}))
    page.locator("[id='interests.1']").fill("the sea")
    press(page, "save")

    assert page.locator("[id='interests.1']").input_value() == "the sea"
    versions = site.store.about_me(ChildId("c1"))
    assert versions is not None
    assert len(versions.versions) == 1


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("whose", [{"worker_id": "w1"}, {"child_id": "c1"}])
def test_axe_finds_nothing_and_a_narrow_screen_fits(
    look: Callable[..., Any], site: Site, whose: dict[str, str], language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = look(site.link(**whose, language=language), width=320).page
    options = {"runOnly": {"type": "tag", "values": WCAG}, "rules": {"target-size": {"enabled": True}}}
    for press_look in (False, True):
        if press_look:
            press(page, "look")
        found = axe.Axe().run(page, options=options).response
        assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found["violations"]} == {}
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
