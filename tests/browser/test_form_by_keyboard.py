"""A young person fills in the form and sends it with the keyboard alone and no script; what they chose arrives.

A server on loopback shows the form and reads what the browser really sends. Nobody in it is real.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from relationkit.feedback import (
    AFTER_SESSION_FORMS,
    AnswerState,
    Audience,
    Helper,
    ParsedSubmission,
    Submission,
    parse_submission,
)
from relationkit.render import render_form

pytestmark = pytest.mark.browser

FORM = AFTER_SESSION_FORMS[0]


@dataclass
class Desk:
    """Where the form is shown and sent to.

    Attributes:
        address: Of the form.
        read: What was read from each sending, in order.
    """

    address: str = ""
    read: list[ParsedSubmission] = field(default_factory=list)

    @property
    def last(self) -> Submission:
        return self.read[-1].submission

    def shown(self) -> str:
        return render_form(FORM, action="/form", about="Made-up Sam", hidden={"session_id": "s1"})

    def answer(self, body: str) -> str:
        """Read what was sent, and return the page that comes back."""
        sent = parse_qs(body, keep_blank_values=True, strict_parsing=True)
        parsed = parse_submission(
            FORM,
            sent,
            form_version="".join(sent["form_version"]),
            submission_id="made-up",  # type: ignore[arg-type]  # an id
            child_id="c1",  # type: ignore[arg-type]  # an id
            session_id="".join(sent["session_id"]),  # type: ignore[arg-type]  # an id
            submitted_at=datetime(2025, 3, 10, 17, tzinfo=UTC),
        )
        self.read.append(parsed)
        if parsed.problems:
            return render_form(
                FORM, action="/form", answers=sent, problems=parsed.problems, hidden={"session_id": "s1"}
            )
        return render_form(FORM, action="/form", hidden={"session_id": "s1"}, saved=True)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Run the server on a free port; it is stopped afterwards."""
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_GET(self) -> None:
            self.reply(desk.shown() if self.path == "/form" else "")

        def do_POST(self) -> None:
            self.reply(desk.answer(self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")))

        def reply(self, page: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        desk.address = f"http://127.0.0.1:{server.server_port}/form"
        yield desk
        server.shutdown()
        thread.join(timeout=30)


class Keyboard:
    """The keys, and where focus is; the mouse and scripts are not used."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def focus(self) -> Any:
        return self.page.evaluate(
            "(({id, name, type, tagName}) => ({id, name, type, tag: tagName}))(document.activeElement)"
        )

    def tab_to(self, is_there: Callable[[Any], bool]) -> None:
        """Press Tab until focus is there; a page has fewer than 60 stops."""
        for _ in range(60):
            self.press("Tab")
            if is_there(self.focus()):
                return
        pytest.fail("Tab does not get there")

    def pick(self, name: str, code: str) -> None:
        """Go to a group of radio buttons and pick one with the arrow keys."""
        self.tab_to(lambda at: at["name"] == name)
        self.press("Space")
        for _ in range(10):
            if self.focus()["id"] == f"{name}--{code}":
                return
            self.press("ArrowDown")
        pytest.fail("the arrow keys do not get there")

    def toggle(self, control: str) -> None:
        """Go to a box and tick it, or take the tick away."""
        self.tab_to(lambda at: at["id"] == control)
        self.press("Space")

    def write(self, control: str, text: str) -> None:
        """Go to a field for words and write."""
        self.tab_to(lambda at: at["id"] == control)
        self.page.keyboard.type(text)

    def send(self) -> None:
        """Go to the button, press it, and wait for the next page."""
        self.tab_to(lambda at: at["tag"] == "BUTTON")
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.fixture
def keyboard(look: Callable[..., Any], desk: Desk) -> Keyboard:
    """Open the form on a phone's width, with scripts off."""
    return Keyboard(look(desk.address, width=320, has_script=False).page)


def test_what_was_chosen_by_keyboard_arrives(keyboard: Keyboard, desk: Desk) -> None:
    words = 'Same place, please: the "café" by the sea; not at school & not on <Tuesdays>'
    keyboard.pick("today", "not_great")
    keyboard.pick("own_say", "all")
    keyboard.pick("time_and_place", "rather_not_say")
    keyboard.write("next_time", f"{words}\nThanks")
    keyboard.toggle("audience--my_worker")
    keyboard.toggle("audience--advocate")
    keyboard.pick("helper", "carer")
    keyboard.toggle("talk_soon")
    keyboard.send()

    [parsed] = desk.read
    assert (parsed.problems, parsed.dropped, parsed.not_on_form) == ((), (), ())
    assert desk.last.session_id == "s1"
    assert {answer.question_id: (answer.state.value, answer.value) for answer in desk.last.answers} == {
        "today": ("answered", "not_great"),
        "own_say": ("answered", "all"),
        "what_next": ("skipped", None),
        "time_and_place": ("refused", None),
        "next_time": ("answered", f"{words}\nThanks"),
    }
    assert desk.last.audience == (Audience.MY_WORKER, Audience.ADVOCATE)
    assert desk.last.helper is Helper.CARER
    assert desk.last.wants_to_talk
    assert keyboard.page.get_by_role("status").is_visible()


def test_an_empty_form_may_be_sent_and_is_all_skipped(keyboard: Keyboard, desk: Desk) -> None:
    keyboard.send()

    assert {answer.state for answer in desk.last.answers} == {AnswerState.SKIPPED}
    assert (desk.last.audience, desk.last.helper, desk.last.wants_to_talk) == ((), None, False)


def test_a_slip_is_shown_takes_focus_keeps_every_answer_and_can_be_put_right(keyboard: Keyboard, desk: Desk) -> None:
    keyboard.pick("today", "great")
    keyboard.write("next_time", "\n  The sea ")
    keyboard.toggle("audience--my_worker")
    keyboard.toggle("audience--nobody_by_name")
    keyboard.send()

    assert [problem.field for problem in desk.read[0].problems] == ["audience"]
    assert keyboard.focus()["id"] == "problems"

    keyboard.press("Tab")
    keyboard.press("Enter")  # the link to what is to be put right
    assert keyboard.focus()["id"] == f"audience--{FORM.audience[0]}"
    keyboard.press("Shift+Tab")
    keyboard.toggle("audience--nobody_by_name")
    keyboard.send()

    assert desk.read[1].problems == ()
    assert desk.last.audience == (Audience.MY_WORKER,)
    assert desk.last.answers == desk.read[0].submission.answers
    assert desk.last.answer("next_time").value == "\n  The sea "


NAME = "(at => at.id || at.getAttribute('href') || at.tagName)"

IS_SEEN = """(at => {
    const box = at.getBoundingClientRect();
    const styles = [at, at.closest("label") || at].map(held => getComputedStyle(held));
    const isOutlined = styles.some(style => style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2);
    return isOutlined && box.bottom > 0 && box.top < innerHeight;
})"""


def test_tab_stops_at_every_control_once_in_the_order_of_the_page_where_it_is_seen(keyboard: Keyboard) -> None:
    controls = keyboard.page.evaluate(
        f"""[...document.querySelectorAll("a, textarea, button, input:not([type=hidden])")]
        .filter((at, place, all) => at.type != "radio" || all.findIndex(other => other.name == at.name) == place)
        .map({NAME})"""
    )
    for control in controls:
        keyboard.press("Tab")
        assert keyboard.page.evaluate(f"{NAME}(document.activeElement)") == control
        assert keyboard.page.evaluate(f"{IS_SEEN}(document.activeElement)"), control
    keyboard.press("Tab")  # and leaves

    assert len(controls) > 15
    assert keyboard.focus()["tag"] == "BODY"
