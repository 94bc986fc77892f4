"""A feedback form: frozen, dated, versioned data, from which screen, paper and translations are drawn.

The notice comes before the first question and has five parts that no form may leave out. A form about time with a
named worker is never anonymous, so no form may say that it is. What a form may ask depends on the age it is for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from relationkit.errors import UnknownFormVersionError
from relationkit.feedback.questions import Question, ScaleQuestion, Symbol, Words, answer_codes
from relationkit.feedback.wording import WORDING, Wording
from relationkit.records import LANGUAGE, Day, FrozenModel

__all__ = [
    "AGE_LIMITS",
    "FORM_ID",
    "NOTICE_SYMBOLS",
    "PAGE_FIELDS",
    "AgeLimits",
    "Audience",
    "FeedbackForm",
    "FormAge",
    "FormNotice",
    "FormPurpose",
    "Helpline",
    "choose_form",
    "find_form",
    "form_age",
]


#: What the id of a form may be.
FORM_ID: Final = r"^[a-z][a-z0-9-]{0,59}$"


class FormAge(StrEnum):
    """The age a form is for."""

    UNDER_8 = "under_8"
    EIGHT_TO_12 = "8_to_12"
    THIRTEEN_AND_OVER = "13_and_over"


class FormPurpose(StrEnum):
    """When a form is given."""

    AFTER_SESSION = "after_session"
    AFTER_HANDOVER = "after_handover"
    HOW_ARE_WE_DOING = "how_are_we_doing"
    """Once a year."""
    KNOW_MY_WORKER = "know_my_worker"
    TRUST = "trust"
    OTHER = "other"


class Audience(StrEnum):
    """Who the child lets read the answers; the child picks, and picks any number.

    ``NOBODY_BY_NAME`` is no named person: the duty team reads it, as the notice says, so that no child's words
    lie unread. It goes with none of the others.
    """

    MY_WORKER = "my_worker"
    MANAGER = "manager"
    REVIEWING_OFFICER = "reviewing_officer"
    ADVOCATE = "advocate"
    NOBODY_BY_NAME = "nobody_by_name"


@dataclass(frozen=True, slots=True)
class AgeLimits:
    """What a form for an age may ask.

    Attributes:
        most_options: The most answers a question may offer, "I'd rather not say" not counted.
        has_scale: Whether a number between two ends may be asked for.
        has_adult: Whether an adult must be there.
        source: What it rests on.
    """

    most_options: int
    has_scale: bool
    has_adult: bool
    source: str


AGE_LIMITS: Final[Mapping[FormAge, AgeLimits]] = {
    FormAge.UNDER_8: AgeLimits(
        most_options=3,
        has_scale=False,
        has_adult=True,
        source="Chambers and Johnston 2002, PubMed 11726677: children of five and six answer at the ends, with three "
        "or five options alike",
    ),
    FormAge.EIGHT_TO_12: AgeLimits(
        most_options=3,
        has_scale=False,
        has_adult=False,
        source="Mellor and Moore 2014, PubMed 24163438: from six to thirteen, words do better than numbers",
    ),
    FormAge.THIRTEEN_AND_OVER: AgeLimits(
        most_options=5,
        has_scale=True,
        has_adult=False,
        source="Kramer 2009, Arch. Phys. Med. Rehabil. 90:2047: half of disabled young people used four points as "
        "meant, so five is the most, each in words",
    ),
}

#: The first age, in whole years, of each band.
_FIRST_AGE: Final[Mapping[FormAge, int]] = {
    FormAge.THIRTEEN_AND_OVER: 13,
    FormAge.EIGHT_TO_12: 8,
    FormAge.UNDER_8: 0,
}


def form_age(age: int) -> FormAge:
    """Return the band of a child of ``age`` whole years.

    Raises:
        ValueError: ``age`` is below zero: the child is not born yet, so the date of birth is wrong.
    """
    if age < 0:
        raise ValueError("age is below zero; check the date of birth")
    return next(band for band, first in _FIRST_AGE.items() if age >= first)


#: What a page sends beside the answers; no question may take these as its id.
PAGE_FIELDS: Final = frozenset({"form_id", "form_version", "session_id", "language", "audience", "helper", "talk_soon"})


class Helpline(FrozenModel):
    """Somebody to call now.

    Attributes:
        name: Who answers, such as ``"Childline"``.
        number: Digits and spaces, as it is dialled.
        note: When to call it, in the child's words.
    """

    name: Words
    number: str = Field(pattern=r"^\+?[0-9](?:[0-9 ]{0,18}[0-9])?$")
    note: Words


class FormNotice(FrozenModel):
    """What a child is told before the first question; every part is required but ``kept``.

    Attributes:
        who_reads: Who reads this.
        when_read: When it is read; it is not an alarm.
        must_tell: That somebody must be told if somebody is being hurt.
        call_now: Who to call now.
        may_skip: That skipping is fine.
        kept: Where it is kept, and that the child may ask to see it; ``None`` where the council tells elsewhere.
    """

    who_reads: Words
    when_read: Words
    must_tell: Words
    call_now: tuple[Helpline, ...] = Field(min_length=1)
    may_skip: Words
    kept: Words | None = None

    def parts(self) -> tuple[str, ...]:
        """Return the sentences in reading order, without the helplines."""
        parts = (self.who_reads, self.when_read, self.must_tell, self.may_skip, self.kept)
        return tuple(part for part in parts if part is not None)


#: The picture beside each part of the notice in an easy-read form.
NOTICE_SYMBOLS: Final[Mapping[str, Symbol]] = {
    "who_reads": Symbol.EYE,
    "when_read": Symbol.CLOCK,
    "must_tell": Symbol.SHIELD,
    "call_now": Symbol.PHONE,
    "may_skip": Symbol.ARROW,
    "kept": Symbol.FOLDER,
}

#: The subtag that BCP 47 registers for a simplified form of a language, as in ``en-simple``: our easy read.
_SIMPLE: Final = "simple"


class FeedbackForm(FrozenModel):
    """The questions, in one language, for one age; publishing it freezes it.

    Attributes:
        id: The same in every version and language.
        version: Counted from 1; a published version never changes.
        language: BCP 47 tag; ``en-simple`` is the easy-read variant in English, with pictures.
        age_band: The age it is for.
        title: What the child reads first.
        notice: What the child is told before the first question.
        audience: Whom the child can pick as readers, in the order shown; each once.
        questions: In the order asked.
        published_on: The day it came into use, in Europe/London.
        sources: Where its topics come from; for adults, not shown to the child.
        wording: The words around the questions; ``None`` takes those of ``WORDING``.
        purpose: When it is given.
    """

    id: str = Field(pattern=FORM_ID)
    version: int = Field(ge=1)
    language: str = Field(pattern=LANGUAGE)
    age_band: FormAge
    title: Words
    notice: FormNotice
    audience: tuple[Audience, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)
    published_on: Day
    sources: tuple[str, ...] = ()
    wording: Wording | None = None
    purpose: FormPurpose = FormPurpose.OTHER

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        for rule in (_ids_differ, _audience_differs, _show_if_looks_back, _fits_the_age, _has_wording, _is_named):
            rule(self)
        return self

    @property
    def words(self) -> Wording:
        """The words around the questions, in the form's language."""
        return self.wording or WORDING[_base(self.language)]

    @property
    def is_easy_read(self) -> bool:
        """Whether it is the easy-read variant, with pictures and 14-point words."""
        return _SIMPLE in self.language.lower().split("-")

    def question(self, question_id: str) -> Question:
        """Return the question of that id, or raise ``KeyError``."""
        return {question.id: question for question in self.questions}[question_id]


def _base(language: str) -> str:
    return language.split("-")[0].lower()


def _ids_differ(form: FeedbackForm) -> None:
    ids = [question.id for question in form.questions]
    if len(set(ids)) != len(ids):
        raise ValueError("two questions have one id; give each its own")
    if taken := PAGE_FIELDS.intersection(ids):
        raise ValueError(f"the page sends {', '.join(sorted(taken))} itself; give that question another id")


def _audience_differs(form: FeedbackForm) -> None:
    if len(set(form.audience)) != len(form.audience):
        raise ValueError("the audience offers one reader twice; name each once")


def _show_if_looks_back(form: FeedbackForm) -> None:
    earlier: dict[str, Question] = {}
    for question in form.questions:
        rule = question.show_if
        if rule is not None:
            asked = earlier.get(rule.question_id)
            if asked is None:
                raise ValueError(f"show_if of {question.id} names no earlier question; put that one before it")
            if asked.show_if is not None:
                raise ValueError(f"show_if of {question.id} rests on another show_if; only one level can be followed")
            if not set(rule.any_of) <= set(answer_codes(asked)):
                raise ValueError(f"show_if of {question.id} waits for an answer that cannot be picked; check any_of")
        earlier[question.id] = question


def _fits_the_age(form: FeedbackForm) -> None:
    limits = AGE_LIMITS[form.age_band]
    for question in form.questions:
        if isinstance(question, ScaleQuestion) and not limits.has_scale:
            raise ValueError(f"{question.id} asks for a number; at this age ask with options in words")
        if len(answer_codes(question)) > limits.most_options:
            raise ValueError(f"{question.id} has more than {limits.most_options} options; this age needs fewer")


def _has_wording(form: FeedbackForm) -> None:
    if form.wording is None and _base(form.language) not in WORDING:
        raise ValueError("the page's own words are not known in this language; give wording")


#: "Anonymous" and its kin, in English and Welsh, unless the form says that it is not.
_ANONYMOUS: Final = re.compile(r"(?<!not )\b(anonym|dienw)", re.IGNORECASE)


def _is_named(form: FeedbackForm) -> None:
    if any(_ANONYMOUS.search(text) for text in _texts(form)):
        raise ValueError("the form calls itself anonymous, and it is about a named worker; take that out")


def _texts(form: FeedbackForm) -> Iterator[str]:
    yield form.title
    yield from form.notice.parts()
    for question in form.questions:
        yield question.text
        yield question.hint or ""
        yield from (option.label for option in getattr(question, "options", ()))


def find_form(forms: Iterable[FeedbackForm], form_id: str, version: int, language: str) -> FeedbackForm:
    """Return the form of exactly that id, version and language.

    Raises:
        UnknownFormVersionError: None of ``forms`` is that one; the nearest is never taken instead.
    """
    for form in forms:
        if (form.id, form.version, form.language) == (form_id, version, language):
            return form
    raise UnknownFormVersionError(form_id, f"{version} ({language})")


def choose_form(
    forms: Iterable[FeedbackForm], purpose: FormPurpose, *, age: FormAge, language: str = "en", on: date
) -> FeedbackForm | None:
    """Return the form to give a child.

    Args:
        forms: In any order, such as ``SHIPPED_FORMS`` with a council's own.
        purpose: When it is given.
        age: The child's band, from :func:`form_age`.
        language: BCP 47 tag of what the child reads. The nearest that is there is taken: for ``cy-simple`` that one,
            else ``cy``, else English (the lookup of RFC 4647, section 3.4).
        on: The day it is given, in Europe/London.

    Returns:
        The latest version published by that day; of two forms published on one day the one with the larger version,
        then the first by id. ``None`` when there is none for that purpose and age: nothing else is taken instead.
    """
    fit = [form for form in forms if (form.purpose, form.age_band) == (purpose, age) and form.published_on <= on]
    for tag in _lookup(language):
        if own := [form for form in fit if form.language.lower() == tag]:
            return min(own, key=lambda form: (-form.published_on.toordinal(), -form.version, form.id))
    return None


def _lookup(language: str) -> Iterator[str]:
    """Yield the tag, then shorter ones, then English."""
    parts = language.lower().split("-")
    yield from ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    yield "en"
