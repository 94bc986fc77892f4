"""The words around a worker's own on cards, profiles and posters, by language.

A new language is a new row. A card in a language without one has English words around it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from relationkit.dates_in_words import MONTHS
from relationkit.profiles import IntroductionCard, WorkerProfile

__all__ = ["CARD_WORDING", "CardWording", "shown_language", "validity", "wording_of"]


@dataclass(frozen=True, slots=True)
class CardWording:
    """The words of one language; ``{...}`` marks what is filled in."""

    hello: str
    what_i_do: str
    three_things: str
    liked: str
    support: str
    reach: str
    away: str
    away_duty: str
    now: str
    now_worker: str
    now_cover: str
    now_duty: str
    always: str
    scan_duty: str
    scan_profile: str
    valid_from: str
    valid_between: str
    sheet: str
    months: tuple[str, ...]

    def day(self, day: date) -> str:
        """Return a day as people read it."""
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


#: By language (BCP 47, the part before the first hyphen).
CARD_WORDING: Final[Mapping[str, CardWording]] = {
    "en": CardWording(
        hello="Hello, I'm",
        what_i_do="What I do",
        three_things="Three things about me",
        liked="What people like about working with me",
        support="How to work well with me",
        reach="How to reach me",
        away="If I am away",
        away_duty="The duty team will help you.",
        now="Right now",
        now_worker="{name} answers.",
        now_cover="{worker} is away. {name} answers for them.",
        now_duty="{name} answers.",
        always="Somebody always answers",
        scan_duty="Scan this to call {name}",
        scan_profile="Scan this to read more about me",
        valid_from="This card is right from {start}.",
        valid_between="This card is right from {start} to {last}.",
        sheet="Cards to cut out",
        months=MONTHS["en"],
    ),
    "cy": CardWording(
        hello="Helo, fy enw i yw",
        what_i_do="Beth rydw i'n ei wneud",
        three_things="Tri pheth amdana i",
        liked="Beth mae pobl yn ei hoffi am weithio gyda fi",
        support="Sut i weithio'n dda gyda fi",
        reach="Sut i gael gafael arna i",
        away="Os ydw i i ffwrdd",
        away_duty="Bydd y tîm dyletswydd yn dy helpu.",
        now="Ar hyn o bryd",
        now_worker="{name} sy'n ateb.",
        now_cover="Mae {worker} i ffwrdd. {name} sy'n ateb.",
        now_duty="{name} sy'n ateb.",
        always="Mae rhywun yn ateb bob amser",
        scan_duty="Sgania hwn i ffonio {name}",
        scan_profile="Sgania hwn i ddarllen mwy amdana i",
        valid_from="Mae'r cerdyn hwn yn gywir o {start}.",
        valid_between="Mae'r cerdyn hwn yn gywir o {start} hyd {last}.",
        sheet="Cardiau i'w torri allan",
        months=MONTHS["cy"],
    ),
}


@lru_cache(maxsize=256)
def shown_language(language: str) -> str:
    """Return the language of the words around: the card's own where it is known, else English."""
    first = language.split("-")[0].lower()
    return first if first in CARD_WORDING else "en"


@lru_cache(maxsize=256)
def wording_of(language: str) -> CardWording:
    """Return the words around a card in that language."""
    return CARD_WORDING[shown_language(language)]


def validity(card: IntroductionCard | WorkerProfile) -> str:
    """Return from when until when the card is right, in words; nothing when that was not written down."""
    return _validity(card.valid_from_on, card.valid_to_on, card.language)


@lru_cache(maxsize=256)
def _validity(start_on: date | None, end_on: date | None, language: str) -> str:
    words = wording_of(language)
    if start_on is None:
        return ""
    start = words.day(start_on)
    if end_on is None:
        return words.valid_from.format(start=start)
    return words.valid_between.format(start=start, last=words.day(end_on - timedelta(days=1)))
