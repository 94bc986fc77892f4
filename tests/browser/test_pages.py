"""Every page that leaves the house, on a phone and on a desk, as axe-core and the browser judge it.

Nobody on these pages is real.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from relationkit.cli.app import run
from relationkit.feedback import AFTER_SESSION_FORMS, FeedbackForm, parse_submission
from relationkit.profiles import IntroductionCard, WorkerProfile
from relationkit.render import render_card, render_form

pytestmark = pytest.mark.browser

NOW = "2025-03-10T09:00+00:00"

#: WCAG 2.0, 2.1 and 2.2 at levels A and AA, as axe-core names them.
WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

#: The narrowest page of WCAG 1.4.10 in CSS pixels, and a desk.
WIDTHS: Final = (320, 1280)

FORM: Final = AFTER_SESSION_FORMS[0]

LONG_WORD: Final = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def every_kind(language: str = "en") -> FeedbackForm:
    """Return a form with a question of each kind."""
    options = [{"code": "a", "label": "One of them"}, {"code": "b", "label": LONG_WORD}]
    questions: list[dict[str, Any]] = [
        {"kind": "yes_no", "id": "fine", "text": "Was it fine?"},
        {"kind": "text", "id": "why", "text": "Why?", "show_if": {"question_id": "fine", "any_of": ["no"]}},
        {"kind": "scale", "id": "much", "text": "How much?", "lowest_label": "Not at all", "highest_label": "A lot"},
        {"kind": "choice", "id": "one", "text": "Which one?", "options": options},
        {"kind": "choices", "id": "any", "text": "Which of them?", "options": options},
        {"kind": "drawing", "id": "drawing", "text": "Draw it"},
    ]
    changes = {"id": "made-up", "language": language, "questions": questions, "wording": FORM.words}
    return FeedbackForm.model_validate(FORM.model_dump() | changes)


def sent_back(form: FeedbackForm, sent: Mapping[str, object]) -> str:
    """Return the page that a child sees again, with what is to be put right."""
    parsed = parse_submission(
        form,
        sent,
        form_version=form.version,
        submission_id="made-up",  # type: ignore[arg-type]  # an id
        child_id="c1",  # type: ignore[arg-type]  # an id
        session_id="s1",  # type: ignore[arg-type]  # an id
        submitted_at=datetime(2025, 3, 10, 17, tzinfo=UTC),
    )
    assert parsed.problems
    return render_form(form, action="/sent", about="Made-up Sam", answers=sent, problems=parsed.problems)


def a_card() -> str:
    """Return a full card."""
    call = [{"kind": "call", "label": "Call", "value": "01632 960999"}]
    profile = WorkerProfile.model_validate(
        {
            "worker_id": "w1",
            "name": f"Made-up {LONG_WORD}",
            "pronouns": "they/them",
            "what_i_do": "I am your social worker.",
            "three_things": ["I like puns", "I have a dog", "I grew up by the sea"],
            "ways": [*call, {"kind": "web", "label": "Chat", "value": f"https://example.org/{'chat/' * 12}"}],
            "hours": "Monday to Thursday, 9 to 5",
            "cover": {"worker_id": "w2", "name": "Made-up Priya", "ways": call},
            "duty": {"name": "Duty team", "ways": call},
        }
    )
    return render_card(IntroductionCard.from_profile(profile, valid_from_on=date(2025, 3, 3)))


BOTH = {"audience": ["my_worker", "nobody_by_name"], "next_time": "Meet outside.\n" * 40}
ALL_WRONG = {"fine": "maybe", "why": "x" * 5000, "much": "99", "one": ["a", "b"], "any": "c", "helper": "x"} | BOTH

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "form, empty": lambda: render_form(FORM, action="/sent", about="Made-up Sam, on 3 March"),
    "form, with a problem": lambda: sent_back(FORM, BOTH),
    "form, saved": lambda: render_form(FORM, action="/sent", saved=True),
    "form of every kind": lambda: render_form(every_kind(), action="/sent"),
    "form of every kind, all wrong": lambda: sent_back(every_kind(), ALL_WRONG),
    "form from right to left": lambda: render_form(every_kind("ar"), action="/sent"),
    "card, full": a_card,
}
DEMO: Final = ("index.html", "form.html", "cards/*.html")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demo once."""
    out = tmp_path_factory.mktemp("demo") / "council"
    assert run(["demo", "--out", str(out), "--children", "50", "--now", NOW]) == 0
    return out


@pytest.fixture(params=[*DEMO, *PAGES])
def page(request: pytest.FixtureRequest, demo: Path) -> str | Path:
    """Return each page in turn: its HTML, or where it lies in the demo's folder."""
    return PAGES[request.param]() if request.param in PAGES else min(demo.glob(request.param))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_its_width_and_axe_finds_nothing_against_wcag_at_a_or_aa(
    look: Callable[..., Any], page: str | Path, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    window = look(page, width=width)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "rules": {"target-size": {"enabled": True}}}
    found = axe.Axe().run(window.page, options=options).response

    assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found["violations"]} == {}
    assert len(found["passes"]) > 10  # it did look
    assert window.page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_a_page_fails_at_nothing_asks_for_nothing_and_prints_all_that_it_says(
    look: Callable[..., Any], page: str | Path
) -> None:
    window = look(page)
    on_screen = window.page.locator("main").inner_text().split()
    buttons = " ".join(window.page.locator("main button").all_inner_texts()).split()
    window.page.emulate_media(media="print")
    printed = window.page.locator("main").inner_text().split()

    assert set(on_screen) - set(buttons) <= set(printed)
    assert len(printed) > 20
    assert (window.asked, window.failed) == ([], [])


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(("problem", "wrong"))])
def test_the_summary_of_problems_takes_focus_and_its_links_lead_to_the_controls(
    look: Callable[..., Any], name: str
) -> None:
    window = look(PAGES[name](), has_script=False)
    links = window.page.locator("#problems a")

    assert window.page.locator(":focus").get_attribute("id") == "problems"
    assert window.page.title().startswith("Please check: ")
    assert links.count() > 0
    for number in range(links.count()):
        links.nth(number).press("Enter")
        assert f"#{window.page.locator(':focus').get_attribute('id')}" == links.nth(number).get_attribute("href")


def test_without_problems_focus_is_left_alone(look: Callable[..., Any]) -> None:
    assert look(PAGES["form, empty"](), has_script=False).page.locator(":focus").count() == 0


def test_a_page_that_is_wrong_would_be_noticed(look: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    window = look("<p style='width: 900px'>x<input><img src='https://example.org/x.png'><script>nowhere()</script>")
    found = axe.Axe().run(window.page, options={"runOnly": {"type": "tag", "values": WCAG}}).response

    assert {"document-title", "html-has-lang", "image-alt", "label"} <= {rule["id"] for rule in found["violations"]}
    assert window.asked == ["https://example.org/x.png"]
    assert "nowhere is not defined" in "".join(window.failed)
    window.page.set_viewport_size({"width": 320, "height": 800})
    assert window.page.evaluate("document.scrollingElement.scrollWidth") > 320
