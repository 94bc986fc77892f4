"""Words made to break a page stay words: nothing runs, nothing is fetched, and no direction mark reaches past them.

Every name is made up.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from relationkit.feedback import AFTER_SESSION_FORMS, FeedbackForm
from relationkit.profiles import IntroductionCard, WorkerProfile
from relationkit.render import (
    Overview,
    OverviewFigure,
    OverviewLink,
    OverviewSection,
    OverviewTable,
    render_card,
    render_form,
    render_overview,
)

pytestmark = pytest.mark.browser

MARKUP = """<script>document.title = "ran"</script>"><img src=x onerror="alert('ran')">' {{ 7 * 7 }} </textarea>&lt;"""

#: A right-to-left isolate and an override, neither closed: without care, what follows is drawn backwards.
MARKS = "Made-up \u05d0\u05d1\u2067\u202e"


def card_of(name: str) -> str:
    """Return the card of a made-up worker of that name, with a made-up cover of the same."""
    call = [{"kind": "call", "label": name[:30], "value": "01632 960999"}]
    profile = WorkerProfile.model_validate(
        {
            "worker_id": "w1",
            "name": name[:80],
            "pronouns": name[:40],
            "what_i_do": name,
            "three_things": [name[:90], "I like puns", "I have a dog"],
            "ways": call,
            "hours": name,
            "cover": {"worker_id": "w2", "name": name[:80], "ways": call},
            "duty": {"name": name[:60], "ways": call},
        }
    )
    return render_card(IntroductionCard.from_profile(profile, valid_from_on=date(2025, 3, 3)))


def form_of(text: str) -> str:
    """Return a form whose every word, and every answer kept in it, is that text."""
    options = [{"code": "a", "label": text}, {"code": "b", "label": "B"}]
    questions = [
        {"kind": "text", "id": "words", "text": text, "hint": text},
        {"kind": "choice", "id": "one", "text": text, "options": options},
    ]
    form = FeedbackForm.model_validate(AFTER_SESSION_FORMS[0].model_dump() | {"title": text, "questions": questions})
    return render_form(form, action="/sent", about=text, answers={"words": text}, hidden={"session_id": text})


def overview_of(text: str) -> str:
    """Return an index page in that text."""
    table = OverviewTable(text, [text, "Count"], [[text, "1"]], numbers=[1])
    section = OverviewSection("part", text, [text], [table], [OverviewLink("form.html", text, text)])
    return render_overview(Overview(text, text, [OverviewFigure("1", text, text)], [section], [text]))


DRAW = pytest.mark.parametrize("draw", [card_of, form_of, overview_of])


@DRAW
def test_markup_in_a_name_is_shown_and_runs_nothing(look: Callable[..., Any], draw: Callable[[str], str]) -> None:
    count = "document.querySelectorAll('*').length"
    plain = look(draw("Made-up words")).page.evaluate(count)
    window = look(draw(MARKUP))

    assert window.page.evaluate(count) == plain
    assert window.page.locator("script, img").count() == 0
    assert MARKUP[:60] in window.page.locator("main").inner_text()
    assert window.page.title() != "ran"
    assert (window.asked, window.failed) == ([], [])


#: The lines of text whose letters stand in another order than they are written, left to right.
BACKWARDS = """() => {
    const found = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.data.search(/[a-z]{2}/i);
        if (at < 0 || node.data.includes("\\u202e") || !node.parentElement.checkVisibility()) continue;
        const range = document.createRange(), edge = place => {
            range.setStart(node, place); range.setEnd(node, place + 1);
            return range.getBoundingClientRect().left;
        };
        if (edge(at) >= edge(at + 1)) found.push(node.data);
    }
    return found;
}"""


@DRAW
def test_a_direction_mark_in_a_name_turns_no_other_words_round(
    look: Callable[..., Any], draw: Callable[[str], str]
) -> None:
    assert look(draw(MARKS)).page.evaluate(BACKWARDS) == []


def test_words_turned_round_would_be_noticed(look: Callable[..., Any]) -> None:
    page = look(f"<title>Made up</title><main><p>Made-up {MARKS} <b>words</b> after</p></main>").page

    assert page.evaluate(BACKWARDS) == ["words", " after"]
