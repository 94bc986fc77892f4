"""An introduction card as one page: read on a phone, or printed and cut out at 85 by 54 mm."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from relationkit.profiles import IntroductionCard, initials
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page

__all__ = ["render_card"]


@dataclass(frozen=True, slots=True)
class _CardWording:
    """The words around the worker's own."""

    hello: str
    three_things: str
    reach: str
    away: str
    away_duty: str
    valid_from: str
    valid_between: str
    months: tuple[str, ...]

    def day(self, day: date) -> str:
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


#: By language (BCP 47, the part before the first hyphen); a card in another language has English words around it.
_WORDING: Final[Mapping[str, _CardWording]] = {
    "en": _CardWording(
        hello="Hello, I'm",
        three_things="Three things about me",
        reach="How to reach me",
        away="If I am away",
        away_duty="The duty team will help you.",
        valid_from="This card is right from {start}.",
        valid_between="This card is right from {start} to {last}.",
        months=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
    ),
}


def render_card(card: IntroductionCard) -> str:
    """Return the card as one HTML page: its two sides beside each other, below each other on a phone.

    Printed, each side is 85 mm wide and at least 54 mm high; a side with more words grows rather than lose a number.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    language = card.language.split("-")[0].lower()
    shown = language if language in _WORDING else "en"
    words = _WORDING[shown]
    facts = {
        "card": card,
        "words": words,
        "lang": shown,
        "direction": direction_of(shown),
        "own_language": card.language if shown != language else "",
        "letters": initials(card.name),
        "picture": b64encode(card.picture.data).decode("ascii") if card.picture else "",
        "valid": _valid(card, words),
    }
    return render_page("card.html", facts)


def _valid(card: IntroductionCard, words: _CardWording) -> str:
    start = words.day(card.valid_from_on)
    if card.valid_to_on is None:
        return words.valid_from.format(start=start)
    return words.valid_between.format(start=start, last=words.day(card.valid_to_on - timedelta(days=1)))
