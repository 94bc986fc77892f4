"""Posters for the wall of a team: what children enjoy doing with their worker, and young people's tips."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relationkit.profiles import TIP_MEASURES, CardTheme, DearWorker, PracticeGuide, TipMeasure
from relationkit.render.card_words import shown_language
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page

__all__ = ["render_dear_worker", "render_tips_poster"]


@dataclass(frozen=True, slots=True)
class _PosterWording:
    """The words around what children said."""

    title: str
    lead: str
    count: str
    withheld: str
    too_few: str
    note: str


_WORDING: Final[Mapping[str, _PosterWording]] = {
    "en": _PosterWording(
        title="Dear worker",
        lead="{children} of us told you what we like to do with you.",
        count="{children} children",
        withheld="How many of us said this is not shown.",
        too_few="Too few of us have told you yet to show it here.",
        note="Each of us is counted once in a theme. Small numbers are left out. Words are here only if we said yes.",
    ),
    "cy": _PosterWording(
        title="Annwyl weithiwr",
        lead="Mae {children} ohonon ni wedi dweud beth rydyn ni'n hoffi ei wneud gyda ti.",
        count="{children} o blant",
        withheld="Dydyn ni ddim yn dangos faint ohonon ni ddywedodd hyn.",
        too_few="Does dim digon ohonon ni wedi dweud eto i'w ddangos yma.",
        note="Mae pob un ohonon ni'n cyfrif unwaith ym mhob thema. Mae rhifau bach wedi'u gadael allan. "
        "Dim ond os dywedon ni y cewch chi y mae ein geiriau yma.",
    ),
}


def render_dear_worker(
    said: DearWorker, *, title: str | None = None, language: str = "en", theme: CardTheme | None = None
) -> str:
    """Return what children enjoy doing with their worker as a poster page: counts, and words they agreed to show.

    Args:
        said: From :func:`~relationkit.profiles.dear_worker`, which has withheld what must be.
        title: Of the poster; without it "Dear worker".
        language: Of the words around: English or Welsh, else English.
        theme: The council's colours.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    shown = shown_language(language)
    words = _WORDING[shown]
    facts = {"said": said, "title": title or words.title, "words": words, "theme": theme or CardTheme()}
    return render_page("dear_worker.html", facts | {"lang": shown, "direction": direction_of(shown)})


def render_tips_poster(
    guide: PracticeGuide,
    *,
    figures: Mapping[TipMeasure, str] | None = None,
    theme: CardTheme | None = None,
) -> str:
    """Return a practice guide as a poster page: each tip, what is measured or reminded about it, and the figure.

    Args:
        guide: The council's guide.
        figures: What was measured, in words, such as ``"82% were answered in time"``, by what it is about.
        theme: The council's colours.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    measures = TIP_MEASURES[shown_language(guide.language)]
    facts = {"guide": guide, "measures": measures, "figures": figures or {}, "theme": theme or CardTheme()}
    return render_page("tips.html", facts | {"lang": guide.language, "direction": direction_of(guide.language)})
