"""Every page that leaves the house, on a phone and on a desk, as axe-core and the browser judge it.

Nobody on these pages is real.
"""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from relationkit.cli.app import run
from relationkit.feedback import AFTER_SESSION_FORMS, FeedbackForm, parse_submission
from relationkit.profiles import (
    CardDesign,
    Contact,
    ContactKind,
    ContactRole,
    ContactWay,
    DearWorker,
    IntroductionCard,
    ThemeOnPoster,
    TipMeasure,
    WorkerProfile,
    profiles_from_toml,
)
from relationkit.records import WorkerId
from relationkit.render import (
    render_card,
    render_card_sheet,
    render_dear_worker,
    render_form,
    render_profile,
    render_tips_poster,
)

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


def a_contact() -> Contact:
    """Return somebody who answers, by addresses as long as they come."""
    name = f"Made-up {LONG_WORD}"
    values = {
        ContactKind.CALL: "01632 960999",
        ContactKind.EMAIL: f"{LONG_WORD}@example.gov.uk",
        ContactKind.WEB: f"https://example.org/{'chat/' * 12}",
    }
    ways = tuple(ContactWay(kind=kind, label="Reach me", value=value) for kind, value in values.items())
    return Contact(ContactRole.COVER, WorkerId("w2"), name, ways)


BOOK: Final = profiles_from_toml(
    (Path(__file__).parent.parent.parent / "examples" / "cards" / "profiles.toml").read_text(encoding="utf-8")
)
SAID: Final = DearWorker(
    14,
    (
        ThemeOnPoster("outside", "Being outside", 9, ("We walk to the park and back again",)),
        ThemeOnPoster("food", "Eating together", None),
    ),
    None,
)
#: As full as a card can be, and in other scripts.
FULL: Final = [
    {"name": f"{LONG_WORD} Made-up Extra"},
    {"three_things": ("I grow tomatoes and beans on a very small balcony at the top", "I drum " * 7, "W" * 34)},
    {"name": "سامي العربي", "three_things": ("أحب الشاي", "Zażółć gęślą jaźń", "Ŵyn, ŷd")},
]


def a_sheet(design: CardDesign) -> str:
    """Return a sheet of ten cards, some as full as they can be, in two languages."""
    cards = [IntroductionCard.from_profile(profile) for profile in BOOK.profiles]
    full = [cards[0].model_copy(update=changes) for changes in FULL]
    return render_card_sheet([*cards, *full, *cards, cards[0]], design=design, theme=BOOK.theme)


@pytest.mark.parametrize("design", CardDesign)
def test_ten_cards_print_on_one_page_and_nothing_stands_outside_its_card(
    look: Callable[..., Any], design: CardDesign
) -> None:
    plumber = pytest.importorskip("pdfplumber", reason="the package pdfplumber is not installed")
    window = look(a_sheet(design))
    with plumber.open(io.BytesIO(window.page.pdf(prefer_css_page_size=True))) as pdf:
        (page,) = pdf.pages
        chars = [char for char in page.chars if char["text"].strip()]
    millimetre = 72 / 25.4
    places = [(20 + 85 * column, 13.5 + 54 * row) for row in range(5) for column in range(2)]
    on_cards = {
        next(
            (
                (x, y)
                for x, y in places
                if x * millimetre <= char["x0"] + 0.1
                and char["x1"] <= (x + 85) * millimetre + 0.1
                and y * millimetre <= char["top"] + 0.5
                and char["bottom"] <= (y + 54) * millimetre + 0.5
            ),
            None,
        )
        for char in chars
        if char["size"] > 1
    }

    assert on_cards - {None} == set(places)
    assert None not in on_cards
    window.page.emulate_media(media="print")
    assert window.page.evaluate(
        "[...document.querySelectorAll('.pocket')].every(e => e.scrollHeight <= e.clientHeight + 1)"
    )


BOTH = {"audience": ["my_worker", "nobody_by_name"], "next_time": "Meet outside.\n" * 40}
ALL_WRONG = {"fine": "maybe", "why": "x" * 5000, "much": "99", "one": ["a", "b"], "any": "c", "helper": "x"} | BOTH

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "form, empty": lambda: render_form(FORM, action="/sent", about="Made-up Sam, on 3 March", contact=a_contact()),
    "form, with a problem": lambda: sent_back(FORM, BOTH),
    "form, saved": lambda: render_form(FORM, action="/sent", saved=True),
    "form of every kind": lambda: render_form(every_kind(), action="/sent"),
    "form of every kind, all wrong": lambda: sent_back(every_kind(), ALL_WRONG),
    "form from right to left": lambda: render_form(every_kind("ar"), action="/sent"),
    "card, full": a_card,
    **{f"sheet of cards, {design}": partial(a_sheet, design) for design in CardDesign},
    "profile": lambda: render_profile(BOOK.profiles[0], theme=BOOK.theme),
    "profile in Welsh": lambda: render_profile(BOOK.profiles[1]),
    "dear worker": lambda: render_dear_worker(SAID, theme=BOOK.theme),
    "dear worker in Welsh": lambda: render_dear_worker(SAID, language="cy"),
    "top tips": lambda: render_tips_poster(BOOK.guides[0], figures={TipMeasure.REPLIES: "82% were answered in time"}),
}
DEMO: Final = ("index.html", "form.html", "cards/*.html", "calendars/*.html")
#: Posters and calendars have no control and no figures: fewer of axe's rules have something to look at.
FEWEST_PASSES: Final = dict.fromkeys(("dear worker", "dear worker in Welsh", "top tips", DEMO[-1]), 7)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demo once."""
    out = tmp_path_factory.mktemp("demo") / "council"
    assert run(["demo", "--out", str(out), "--children", "50", "--now", NOW]) == 0
    return out


@pytest.fixture(params=[*DEMO, *PAGES])
def name(request: pytest.FixtureRequest) -> str:
    """Return each page's name in turn."""
    return str(request.param)


@pytest.fixture
def page(name: str, demo: Path) -> str | Path:
    """Return the page of that name: its HTML, or where it lies in the demo's folder."""
    return PAGES[name]() if name in PAGES else min(demo.glob(name))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_its_width_and_axe_finds_nothing_against_wcag_at_a_or_aa(
    look: Callable[..., Any], name: str, page: str | Path, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    window = look(page, width=width)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "rules": {"target-size": {"enabled": True}}}
    found = axe.Axe().run(window.page, options=options).response

    assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found["violations"]} == {}
    assert len(found["passes"]) > FEWEST_PASSES.get(name, 10)  # it did look
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
