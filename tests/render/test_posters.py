"""Posters as pages; nobody on them is real."""

import pytest
from markupsafe import escape

from relationkit.profiles import (
    TIP_MEASURES,
    CardTheme,
    DearWorker,
    PracticeGuide,
    ThemeOnPoster,
    TipMeasure,
)
from relationkit.render import render_dear_worker, render_tips_poster

SAID = DearWorker(
    14,
    (ThemeOnPoster("outside", "Being outside", 9, ("<b>A walk</b>",)), ThemeOnPoster("food", "Eating together", None)),
    None,
)
GUIDE = PracticeGuide.model_validate(
    {
        "id": "top-tips",
        "version": 2,
        "title": "Top tips",
        "said_by": "Made-up council",
        "in_force_from": "2025-01-01",
        "tips": [{"words": "Answer <my> text", "about": "replies"}, {"words": "Be kind"}],
    }
)


def test_a_poster_shows_counts_and_agreed_words_and_says_what_is_withheld() -> None:
    html = render_dear_worker(SAID, theme=CardTheme(main="#5b2a86"))

    for text in (
        "Dear worker",
        "14 of us told you",
        "9 children",
        "&lt;b&gt;A walk&lt;/b&gt;",
        "How many of us said this is not shown.",
    ):
        assert text in html
    assert "#5b2a86" in html


def test_a_welsh_poster_is_welsh() -> None:
    html = render_dear_worker(SAID, language="cy")

    assert '<html lang="cy"' in html
    assert "9 o blant" in html


def test_too_few_answers_say_so() -> None:
    assert "Too few of us" in render_dear_worker(DearWorker(None, (), None))


def test_each_tip_stands_beside_what_is_measured_about_it() -> None:
    html = render_tips_poster(GUIDE, figures={TipMeasure.REPLIES: "82% were answered in time"})

    assert "Answer &lt;my&gt; text" in html
    assert TIP_MEASURES["en"][TipMeasure.REPLIES] in html
    assert "82% were answered in time" in html
    assert TIP_MEASURES["en"][TipMeasure.NOT_MEASURED] in html


@pytest.mark.parametrize("measure", TipMeasure)
def test_every_measure_says_what_it_is(measure: TipMeasure) -> None:
    assert {language: words[measure][-1] for language, words in TIP_MEASURES.items()} == {"en": ".", "cy": "."}


def test_a_guide_in_welsh_has_welsh_words_beside_its_tips() -> None:
    html = render_tips_poster(GUIDE.model_copy(update={"language": "cy"}))

    assert str(escape(TIP_MEASURES["cy"][TipMeasure.REPLIES])) in html
    assert TIP_MEASURES["en"][TipMeasure.REPLIES] not in html
