"""Checks before a card is printed: nothing that the worker did not choose to share, and words that a child can read.

Whether the words fit the paper is judged where the paper is: :func:`relationkit.render.fit_problems`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from relationkit.errors import Problem
from relationkit.profiles.cards import IntroductionCard
from relationkit.profiles.contacts import ContactKind, ContactWay
from relationkit.profiles.finding_words import FindingWords, finding_words
from relationkit.records import WorkerId

__all__ = [
    "LONGEST_SENTENCE",
    "MOST_DIFFICULT",
    "CardFinding",
    "CardProblem",
    "WorkContacts",
    "check_card",
    "reading_difficulty",
]

#: Words in a sentence: easy read asks for 10 to 15 (GOV.UK, "Accessible communication formats").
LONGEST_SENTENCE: Final = 15
#: The Automated Readability Index that a card may have. It counts in school grades of the United States: 4 is a
#: reading age of 9 to 10, and the GOV.UK content guidance writes for a reading age of 9.
MOST_DIFFICULT: Final = 4.0
#: The index swings wildly on a few words; below this many it could not be judged.
FEWEST_WORDS: Final = 20


class CardProblem(StrEnum):
    """What may be wrong with a card."""

    NOT_AGREED = "not_agreed"
    NOT_VALID = "not_valid"
    PRIVATE_CONTACT = "private_contact"
    CONTACT_IN_WORDS = "contact_in_words"
    ADDRESS = "address"
    HARD_TO_READ = "hard_to_read"
    LONG_SENTENCE = "long_sentence"
    NOT_JUDGED = "not_judged"
    TOO_LONG = "too_long"
    CANNOT_BE_DRAWN = "cannot_be_drawn"
    TURNED_ROUND = "turned_round"


@dataclass(frozen=True, slots=True)
class CardFinding:
    """One thing found on a card; never repeats what stands there.

    Attributes:
        worker_id: Whose card.
        problem: What it is.
        field: Where, such as ``"three_things.2"`` (counted from 1); empty for the whole card.
        what: What was found, in a few words.
        remedy: What to do.
        is_stop: Whether the card must not be printed until it is put right; else somebody should look.
    """

    worker_id: WorkerId
    problem: CardProblem
    field: str
    what: str
    remedy: str
    is_stop: bool = True

    def as_problem(self) -> Problem:
        """Return the finding in the shape in which errors list bad input."""
        return Problem(f"card of {self.worker_id}", self.what, self.remedy, field=self.field or None)

    def __str__(self) -> str:
        """Return the one line that a person reads."""
        return str(self.as_problem())


@dataclass(frozen=True, slots=True)
class WorkContacts:
    """What numbers and addresses a council gives its workers; empty where it has not said.

    Attributes:
        numbers: How its numbers begin, such as ``"01632 96"``; spaces do not count.
        domains: What its email addresses end in after the ``@``, such as ``"example.gov.uk"``.
    """

    numbers: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


#: Providers whose addresses belong to people, not to councils.
_PERSONAL_DOMAINS: Final = frozenset(
    {
        *("aol.com", "btinternet.com", "gmail.com", "googlemail.com", "gmx.com", "hotmail.co.uk", "hotmail.com"),
        *("icloud.com", "live.co.uk", "live.com", "mac.com", "me.com", "msn.com", "outlook.com", "proton.me"),
        *("protonmail.com", "sky.com", "talktalk.net", "virginmedia.com", "yahoo.co.uk", "yahoo.com"),
    }
)

#: Personal accounts that an ``https`` link may lead to.
_PERSONAL_SITES: Final = frozenset(
    {"facebook.com", "instagram.com", "snapchat.com", "tiktok.com", "twitter.com", "wa.me", "whatsapp.com", "x.com"}
)

_NUMBER: Final = re.compile(r"(?<![0-9])(?:\+|00)?[0-9](?:[ ()-]{0,2}[0-9]){8,}")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
#: British Standard BS 7666: the form of a full postcode.
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
#: A number and capitalised words up to one for a street, in English; in Welsh that word comes first.
_STREET: Final = re.compile(
    r"\b[0-9]{1,4}[A-Za-z]?,? (?:[A-Z][\w'’-]* ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Close|Drive|Crescent|Terrace|"
    r"Gardens|Grove|Court|Heol)\b|\b[0-9]{1,4}[A-Za-z]?,? (?:Heol|Ffordd|Stryd|Lôn|Rhodfa) [A-Z]"
)


def check_card(
    card: IntroductionCard, *, on: date, work: WorkContacts | None = None, language: str = "en"
) -> list[CardFinding]:
    """Return what must be put right, or looked at, before the card is printed.

    Args:
        card: The card.
        on: The day of printing, in Europe/London.
        work: The council's own numbers and addresses. Without it nobody can tell a work mobile from a private one,
            and the findings say so.
        language: What the findings are said in (BCP 47); English where it is not known.

    Returns:
        What stops the card first, then what to look at, each in the order of the card; empty when all is well.
    """
    words = finding_words(language)
    found = [
        *_agreement(card, words),
        *_validity(card, on, words),
        *_ways(card, work or WorkContacts(), words),
        *_words(card, words),
        *_turned(card, words),
        *_reading(card, words),
    ]
    return sorted(found, key=lambda finding: not finding.is_stop)


def _agreement(card: IntroductionCard, words: FindingWords) -> Iterator[CardFinding]:
    if card.agreed_on is None:
        yield CardFinding(card.worker_id, CardProblem.NOT_AGREED, "agreed_on", *words.not_agreed)


def _validity(card: IntroductionCard, on: date, words: FindingWords) -> Iterator[CardFinding]:
    if card.valid_to_on is not None and card.valid_to_on <= on:
        what, remedy = words.out_of_date
        what = what.format(day=card.valid_to_on)
        yield CardFinding(card.worker_id, CardProblem.NOT_VALID, "valid_to_on", what, remedy)


def _ways(card: IntroductionCard, work: WorkContacts, words: FindingWords) -> Iterator[CardFinding]:
    cover = () if card.cover is None else card.cover.ways
    for name, ways in (("ways", card.ways), ("cover.ways", cover)):
        for number, way in enumerate(ways, start=1):
            is_work = _is_work(way, work)
            if is_work is True:
                continue
            problem = CardProblem.NOT_JUDGED if is_work is None else CardProblem.PRIVATE_CONTACT
            what, remedy = words.unjudged if is_work is None else words.private
            what = what.format(way=words.kinds[way.kind])
            field = f"{name}.{number}"
            yield CardFinding(card.worker_id, problem, field, what, remedy, is_stop=is_work is False)


def _is_work(way: ContactWay, work: WorkContacts) -> bool | None:
    """Return whether a way belongs to work; ``None`` when the council has not said what is its own."""
    match way.kind:
        case ContactKind.CALL | ContactKind.TEXT:
            digits = _digits(way.value)
            return any(digits.startswith(_digits(start)) for start in work.numbers) if work.numbers else None
        case ContactKind.EMAIL:
            domain = way.value.rpartition("@")[2].lower()
            if work.domains:
                return _is_under(domain, work.domains)
            return False if domain in _PERSONAL_DOMAINS else None
        case ContactKind.WEB:
            host = way.value.removeprefix("https://").partition("/")[0].partition(":")[0].lower()
            return not _is_under(host, _PERSONAL_SITES)


def _digits(number: str) -> str:
    """Return a number as it is dialled at home: ``"+44 1632"`` and ``"01632"`` are one."""
    digits = re.sub(r"[^0-9+]", "", number)
    return re.sub(r"^(\+44|0044)0?", "0", digits)


def _is_under(host: str, domains: tuple[str, ...] | frozenset[str]) -> bool:
    return any(host == domain.lower() or host.endswith(f".{domain.lower()}") for domain in domains)


def _prose(card: IntroductionCard) -> Iterator[tuple[str, str]]:
    """Yield each field of the worker's own words with its text."""
    yield "what_i_do", card.what_i_do
    for number, line in enumerate(card.three_things, start=1):
        yield f"three_things.{number}", line
    for number, line in enumerate(card.liked, start=1):
        yield f"liked.{number}", line
    yield "hours", card.hours


#: What has no place in the words of a card.
_OUT_OF_PLACE: Final = (
    (_NUMBER, CardProblem.CONTACT_IN_WORDS, "phone"),
    (_EMAIL, CardProblem.CONTACT_IN_WORDS, "email"),
    (_POSTCODE, CardProblem.ADDRESS, "postcode"),
    (_STREET, CardProblem.ADDRESS, "street"),
)


def _words(card: IntroductionCard, words: FindingWords) -> Iterator[CardFinding]:
    for field, text in _prose(card):
        for pattern, problem, name in _OUT_OF_PLACE:
            if pattern.search(text):
                yield CardFinding(card.worker_id, problem, field, *getattr(words, name))


#: Marks that force the order of the letters after them (UAX 9, section 2.2: embeddings and overrides). On a screen they
#: would spell a name backwards; names in right-to-left scripts need none.
_FORCED: Final = re.compile("[\u202a-\u202e]")


def _turned(card: IntroductionCard, words: FindingWords) -> Iterator[CardFinding]:
    own = [("name", card.name), ("pronouns", card.pronouns or ""), *_prose(card), ("duty.name", card.duty.name)]
    own += [("cover.name", card.cover.name)] if card.cover is not None else []
    for field, text in own:
        if _FORCED.search(text):
            yield CardFinding(card.worker_id, CardProblem.TURNED_ROUND, field, *words.turned)


def _reading(card: IntroductionCard, words: FindingWords) -> Iterator[CardFinding]:
    for field, text in _prose(card):
        longest = max((len(sentence.split()) for sentence in _sentences(text)), default=0)
        if longest > LONGEST_SENTENCE:
            what, remedy = words.long_sentence
            what = what.format(words=longest, most=LONGEST_SENTENCE)
            yield CardFinding(card.worker_id, CardProblem.LONG_SENTENCE, field, what, remedy, is_stop=False)
    if card.language.split("-")[0].lower() != "en":
        return  # the index was made for English; other languages are judged by their sentences alone
    difficulty = reading_difficulty(". ".join(text for _, text in _prose(card)))
    if difficulty is not None and difficulty > MOST_DIFFICULT:
        what, remedy = words.hard
        what = what.format(index=difficulty, most=MOST_DIFFICULT)
        yield CardFinding(card.worker_id, CardProblem.HARD_TO_READ, "", what, remedy, is_stop=False)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"[.!?]+(?:\s+|$)", text) if sentence.strip()]


def reading_difficulty(text: str) -> float | None:
    """Return the Automated Readability Index of an English text; ``None`` for less than 20 words.

    Source: Smith and Senter, "Automated Readability Index", AMRL-TR-66-220, 1967. It needs letters, words and sentences
    only: no list of syllables.
    """
    words = text.split()
    if len(words) < FEWEST_WORDS:
        return None
    letters = sum(character.isalnum() for character in text)
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(_sentences(text)) - 21.43
