"""The two papers of a handover as pages to print and keep: the goodbye letter, and "my story so far"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relationkit.errors import RenderError
from relationkit.handovers import GoodbyeLetter, MyStory
from relationkit.render.card_words import CARD_WORDING
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page

__all__ = ["render_goodbye_letter", "render_my_story"]


@dataclass(frozen=True, slots=True)
class _PaperWording:
    """The words around the writer's own."""

    letter: str
    dear: str
    not_your_fault: str
    good_at: str
    who_comes: str
    still_here: str
    from_whom: str
    story: str
    about: str
    theirs: str
    agreed: str


#: By language (BCP 47, the part before the first hyphen); a paper in another language has English words around it.
_WORDING: Final[Mapping[str, _PaperWording]] = {
    "en": _PaperWording(
        letter="A letter for {name}",
        dear="Dear {name},",
        not_your_fault="It is not because of anything you did or said.",
        good_at="What I saw in you",
        who_comes="Your next worker is {name}.",
        still_here="Keeping in touch",
        from_whom="From",
        story="My story so far",
        about="This is about {name}",
        theirs="These are my words. Please read them before we meet, so that I need not tell it all again.",
        agreed="I agreed to every line on {day}. What I did not agree to is not here.",
    ),
    "cy": _PaperWording(
        letter="Llythyr i {name}",
        dear="Annwyl {name},",
        not_your_fault="Nid oherwydd dim byd wnest ti na ddywedaist ti y mae hyn.",
        good_at="Yr hyn welais i ynot ti",
        who_comes="{name} fydd dy weithiwr nesaf.",
        still_here="Cadw mewn cysylltiad",
        from_whom="Oddi wrth",
        story="Fy stori hyd yma",
        about="Mae hwn am {name}",
        theirs="Fy ngeiriau i yw'r rhain. Darllenwch nhw cyn i ni gwrdd, fel nad oes raid i mi ddweud y cyfan eto.",
        agreed="Cytunais i bob llinell ar {day}. Dyw'r hyn na chytunais i iddo ddim yma.",
    ),
}


def render_goodbye_letter(letter: GoodbyeLetter) -> str:
    """Return the letter as one HTML page, to print on A4 and keep, or to read on a phone.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    shown, facts = _frame(letter.language)
    day = CARD_WORDING[shown].day(letter.written_on)
    return render_page("goodbye_letter.html", {**facts, "letter": letter, "day": day})


def render_my_story(story: MyStory) -> str:
    """Return what the child agreed to as one HTML page; what they did not agree to is nowhere in it.

    Raises:
        RenderError: The child agreed to nothing, so there is nothing to show.
        MissingExtraError: The extra ``html`` is not installed.
    """
    if story.agreed_on is None or not story.agreed:
        raise RenderError("the child has not agreed to any part of this story; ask them before it is shown to anybody")
    shown, facts = _frame(story.language)
    agreed = _WORDING[shown].agreed.format(day=CARD_WORDING[shown].day(story.agreed_on))
    return render_page("my_story.html", {**facts, "name": story.name, "parts": story.agreed, "agreed": agreed})


def _frame(language: str) -> tuple[str, dict[str, object]]:
    """Return the language of the words around, and what every page of this kind is told about it."""
    own = language.split("-")[0].lower()
    shown = own if own in _WORDING else "en"
    facts: dict[str, object] = {"words": _WORDING[shown], "lang": shown, "direction": direction_of(shown)}
    return shown, {**facts, "own_language": language if shown != own else ""}
