"""Top tips: a council's own practice guide as data, each tip beside what can be measured or reminded about it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from pydantic import Field

from relationkit.records import LANGUAGE, PRINTABLE, Day, FrozenModel

__all__ = ["TIP_MEASURES", "PracticeGuide", "Tip", "TipMeasure"]


class TipMeasure(StrEnum):
    """What relationkit can measure, or remind somebody of, about a tip."""

    REPLIES = "replies"
    CHANGES = "changes"
    HANDOVERS = "handovers"
    VISITS = "visits"
    PROMISES = "promises"
    FEEDBACK = "feedback"
    CARDS = "cards"
    PLACES = "places"
    NOT_MEASURED = "not_measured"


#: What stands beside a tip: what is counted, or whom it reminds; by language (BCP 47, before the first hyphen).
TIP_MEASURES: Final[Mapping[str, Mapping[TipMeasure, str]]] = {
    "en": {
        TipMeasure.REPLIES: "We count how long you wait for an answer, and remind your worker before it is late.",
        TipMeasure.CHANGES: "We count how often children get a new worker.",
        TipMeasure.HANDOVERS: "We keep a plan for saying goodbye and hello, and see which steps are late.",
        TipMeasure.VISITS: "We see when the next visit is due, and which are late.",
        TipMeasure.PROMISES: "We keep a board of promises, and count those that were kept in time.",
        TipMeasure.FEEDBACK: "We ask you how it went, and you pick who reads it.",
        TipMeasure.CARDS: "We count how many children have a worker with a card that is up to date.",
        TipMeasure.PLACES: "We check each meeting against the places you never want to meet at.",
        TipMeasure.NOT_MEASURED: "Nobody can count this. Ask for it.",
    },
    "cy": {
        TipMeasure.REPLIES: "Rydyn ni'n cyfrif pa mor hir rwyt ti'n aros am ateb, ac yn atgoffa dy weithiwr cyn ei "
        "bod hi'n hwyr.",
        TipMeasure.CHANGES: "Rydyn ni'n cyfrif pa mor aml mae plant yn cael gweithiwr newydd.",
        TipMeasure.HANDOVERS: "Rydyn ni'n cadw cynllun ar gyfer ffarwelio a dweud helo, ac yn gweld pa gamau sy'n "
        "hwyr.",
        TipMeasure.VISITS: "Rydyn ni'n gweld pryd mae'r ymweliad nesaf i fod, a pha rai sy'n hwyr.",
        TipMeasure.PROMISES: "Rydyn ni'n cadw bwrdd o addewidion, ac yn cyfrif y rhai a gafodd eu cadw mewn pryd.",
        TipMeasure.FEEDBACK: "Rydyn ni'n gofyn i ti sut aeth pethau, a ti sy'n dewis pwy sy'n ei ddarllen.",
        TipMeasure.CARDS: "Rydyn ni'n cyfrif faint o blant sydd â gweithiwr â cherdyn cyfredol.",
        TipMeasure.PLACES: "Rydyn ni'n gwirio pob cyfarfod yn erbyn y lleoedd lle dwyt ti byth eisiau cwrdd.",
        TipMeasure.NOT_MEASURED: "All neb gyfrif hyn. Gofynna amdano.",
    },
}


class Tip(FrozenModel):
    """One tip, in young people's own words.

    Attributes:
        words: As they said it.
        about: What can be measured or reminded about it.
    """

    words: str = Field(min_length=1, max_length=200, pattern=r"\S")
    about: TipMeasure = TipMeasure.NOT_MEASURED


class PracticeGuide(FrozenModel):
    """A council's guide for its workers.

    Attributes:
        version: One more for each that follows; posters say which they show.
        title: Of the poster.
        said_by: Who said it, such as ``"Children in Care Council, Exampleshire"``.
        in_force_from: From which day it is the council's guide.
        tips: In the order of the poster.
        language: BCP 47 tag of the tips.
    """

    id: str = Field(pattern=PRINTABLE, min_length=1)
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=80, pattern=r"\S")
    said_by: str = Field(min_length=1, max_length=120, pattern=r"\S")
    in_force_from: Day
    tips: tuple[Tip, ...] = Field(min_length=1, max_length=20)
    language: str = Field(default="en", pattern=LANGUAGE)

    def is_in_force(self, *, on: date) -> bool:
        """Return whether the guide holds on that day."""
        return self.in_force_from <= on
