"""The hard words of care records, in plain English: a child who reads their file should not need a lawyer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from relationkit.england import Standing

__all__ = ["CARE_WORDS", "CareWord", "words_explained"]


@dataclass(frozen=True, slots=True)
class CareWord:
    """A word of the records, and what it means to the child.

    Attributes:
        word: As it is mostly written.
        means: What it means, in plain English, said to the child.
        source: The law that gives it its meaning, for England.
        also: Other ways to write it.
        standing: How firm the source is: the law as we read it there, or known to us at second hand.
    """

    word: str
    means: str
    source: str
    also: tuple[str, ...] = ()
    standing: Standing = Standing.LAW

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write it, the usual one first."""
        return (self.word, *self.also)


_ACT: Final = "Children Act 1989, "
_PLANNING: Final = "Care Planning, Placement and Case Review (England) Regulations 2010, "

#: In the order of the alphabet.
CARE_WORDS: Final = (
    CareWord(
        "advocate",
        "Somebody who helps you to say what you want, and is on your side.",
        f"{_ACT}section 26A",
        ("advocacy",),
    ),
    CareWord(
        "care order",
        "A court decided that the council must look after you. The council then has parental"
        " responsibility, as your parents have.",
        f"{_ACT}sections 31 and 33",
        ("full care order", "section 31"),
    ),
    CareWord(
        "care plan",
        "What is written down about where you will live, and how you will be looked after.",
        f"{_PLANNING}regulations 4 and 5",
    ),
    CareWord(
        "child in need",
        "A child for whom the council should do something, so that they can grow up well.",
        f"{_ACT}section 17",
        ("section 17",),
    ),
    CareWord(
        "child protection plan",
        "What people agreed to do, because they were worried that you were being hurt.",
        "Working Together to Safeguard Children 2023, chapter 3",
        ("CP plan",),
        Standing.UNCONFIRMED,
    ),
    CareWord("contact", "Seeing, ringing or writing to your family while you are in care.", f"{_ACT}section 34"),
    CareWord(
        "emergency protection order",
        "A court let the council keep you safe for a few days, at once.",
        f"{_ACT}section 44",
        ("EPO",),
        Standing.UNCONFIRMED,
    ),
    CareWord(
        "independent reviewing officer",
        "Somebody who sees to it that the council keeps to your plan and listens"
        " to you. They do not belong to your social worker's team.",
        f"{_ACT}sections 25A and 25B",
        ("IRO", "reviewing officer"),
    ),
    CareWord(
        "independent visitor", "A grown-up who comes to see you as a friend, and is not paid to.", f"{_ACT}section 23ZB"
    ),
    CareWord(
        "interim care order",
        "A court decided that the council must look after you until the court has heard everybody.",
        f"{_ACT}section 38",
        ("ICO",),
    ),
    CareWord(
        "LAC review",
        "A meeting about your plan and about what you think of it.",
        f"{_PLANNING}Part 6",
        ("looked after review", "statutory review"),
    ),
    CareWord(
        "looked after",
        "The council looks after you: you are in care.",
        f"{_ACT}section 22(1)",
        ("LAC", "CLA", "looked-after"),
    ),
    CareWord(
        "parental responsibility", "The right and the duty to decide things for a child.", f"{_ACT}section 3", ("PR",)
    ),
    CareWord(
        "pathway plan", "What you and your council agreed for the time when you leave care.", f"{_ACT}section 23E"
    ),
    CareWord(
        "personal adviser",
        "Somebody who helps you when you leave care, and after it.",
        f"{_ACT}section 23D",
        ("personal advisor",),
    ),
    CareWord(
        "placement", "Where you lived while you were in care, and who looked after you there.", f"{_ACT}section 22C"
    ),
    CareWord(
        "section 20",
        "The council looked after you because your parents agreed, or because nobody could. No"
        " court decided it, and your parents kept parental responsibility.",
        f"{_ACT}section 20",
        ("s20", "s.20", "voluntary accommodation", "accommodated"),
    ),
    CareWord(
        "section 47",
        "The council asked questions, because somebody was worried that you were being hurt.",
        f"{_ACT}section 47",
        ("s47", "s.47"),
    ),
    CareWord(
        "special guardianship order",
        "A court decided that somebody who is not your parent brings you up.",
        f"{_ACT}sections 14A to 14C",
        ("SGO", "special guardian"),
    ),
    CareWord(
        "supervision order",
        "A court told the council to help and watch over you while you lived at home.",
        f"{_ACT}sections 31 and 35",
        standing=Standing.UNCONFIRMED,
    ),
)


def words_explained(text: str) -> tuple[CareWord, ...]:
    """Return the hard words that stand in a text, each once, in the order in which they first stand there.

    Small and capital letters are alike, but for words of capitals such as ``"PR"``. Where one word stands within a
    longer one, such as *care order* in *interim care order*, the longer one is explained. English only.
    """
    return tuple(dict.fromkeys(_BY_SPELLING[_key(found.group())] for found in _matches(text)))


def _key(spelling: str) -> str:
    return spelling if spelling.isupper() else " ".join(spelling.lower().split())


_BY_SPELLING: Final = {_key(spelling): word for word in CARE_WORDS for spelling in word.spellings}


def _pattern(spelling: str) -> str:
    words = r"\s+".join(map(re.escape, spelling.split()))
    return words if spelling.isupper() else f"(?i:{words})"


_PATTERN: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(_pattern(spelling) for spelling in sorted(_BY_SPELLING, key=len, reverse=True))})(?!\w)"
)


def _matches(text: str) -> Iterator[re.Match[str]]:
    return _PATTERN.finditer(text)
