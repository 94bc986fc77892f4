"""The kinds of question a form can ask, as data.

A question is frozen and has an ``id`` that stays with its kind for good, so that answers of several years can
stand side by side. No question is ever required, and each one offers "I'd rather not say" beside its own answers.
Words come from the form; codes are what is stored, and are the same in every language and on paper.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from relationkit.records import FrozenModel

__all__ = [
    "CODE",
    "RATHER_NOT_SAY",
    "ChoiceQuestion",
    "ChoicesQuestion",
    "DrawingQuestion",
    "Face",
    "FaceOption",
    "FacesQuestion",
    "Option",
    "Question",
    "ScaleQuestion",
    "ShowIf",
    "Symbol",
    "TextQuestion",
    "YesNoQuestion",
    "answer_codes",
]

#: The code that is stored for "I'd rather not say"; no option may take it.
RATHER_NOT_SAY: Final = "rather_not_say"

#: What the id of a question and the code of an answer may be.
CODE: Final = r"^[a-z][a-z0-9_]{0,39}$"

#: A short run of words that a child reads.
Words = Annotated[str, Field(min_length=1, max_length=400, pattern=r"\S")]


class Symbol(StrEnum):
    """The drawn pictures of the easy-read forms; each stands beside its words, never alone."""

    ARROW = "arrow"
    BOOK = "book"
    CALENDAR = "calendar"
    CARD = "card"
    CLOCK = "clock"
    CRAYON = "crayon"
    CROSS = "cross"
    EAR = "ear"
    EYE = "eye"
    FOLDER = "folder"
    HALF = "half"
    HANDS = "hands"
    HEART = "heart"
    HOUSE = "house"
    PEN = "pen"
    PERSON = "person"
    PHONE = "phone"
    PIN = "pin"
    QUESTION = "question"
    SHIELD = "shield"
    SPEECH = "speech"
    STAR = "star"
    TICK = "tick"
    TWO_PEOPLE = "two_people"
    WAVE = "wave"


class Option(FrozenModel):
    """One answer to pick: the code that is stored and the words that are read.

    Attributes:
        code: What is stored; the same in every language.
        label: What is read.
        symbol: A picture beside the words; ``None`` draws none.
    """

    code: str = Field(pattern=CODE)
    label: Words
    symbol: Symbol | None = None

    @model_validator(mode="after")
    def _leaves_the_refusal_alone(self) -> Self:
        if self.code == RATHER_NOT_SAY:
            raise ValueError("the code rather_not_say is on every question already; choose another code")
        return self


class Face(StrEnum):
    """The drawn faces; each stands beside its word, never alone."""

    GREAT = "great"
    GOOD = "good"
    OKAY = "okay"
    NOT_GREAT = "not_great"
    BAD = "bad"


class FaceOption(Option):
    """An answer with a drawn face beside its word."""

    face: Face


class ShowIf(FrozenModel):
    """Ask a question only after certain answers to an earlier one.

    Attributes:
        question_id: The earlier question; it has no ``show_if`` of its own.
        any_of: Codes, one of which must have been picked; ``yes`` and ``no`` for a yes-or-no question.
    """

    question_id: str = Field(pattern=CODE)
    any_of: tuple[str, ...] = Field(min_length=1)


class _Question(FrozenModel):
    """What every kind of question has.

    Attributes:
        id: A code that no other question of the form has; it stays with its kind for good.
        text: What is asked, in the form's language.
        hint: More words below it; ``None`` shows none, or for some kinds a hint of the page's own.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
    """

    id: str = Field(pattern=CODE)
    text: Words
    hint: Words | None = None
    show_if: ShowIf | None = None
    symbol: Symbol | None = None


def _refuse_double_codes(options: tuple[Option, ...]) -> None:
    if len({option.code for option in options}) != len(options):
        raise ValueError("two options have one code; give each its own")


class FacesQuestion(_Question):
    """Pick one face, each with its word. Answer: a code. Faces are never averaged across ages.

    Attributes:
        id: A code that no other question of the form has.
        text: What is asked.
        hint: More words below it; ``None`` shows none.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
        options: The faces and their words, in the order shown; at least two, with codes that differ.
    """

    kind: Literal["faces"] = "faces"
    options: tuple[FaceOption, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        _refuse_double_codes(self.options)
        return self


class ChoiceQuestion(_Question):
    """Pick one of several. Answer: a code.

    Attributes:
        id: A code that no other question of the form has.
        text: What is asked.
        hint: More words below it; ``None`` shows none.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
        options: In the order shown; at least two, with codes that differ.
    """

    kind: Literal["choice"] = "choice"
    options: tuple[Option, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        _refuse_double_codes(self.options)
        return self


class ChoicesQuestion(_Question):
    """Pick any number. Answer: codes, in the order of the form.

    Attributes:
        id: A code that no other question of the form has.
        text: What is asked.
        hint: More words below it; ``None`` shows that several may be picked.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
        options: In the order shown; at least two, with codes that differ.
    """

    kind: Literal["choices"] = "choices"
    options: tuple[Option, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        _refuse_double_codes(self.options)
        return self


class ScaleQuestion(_Question):
    """Pick a whole number between two ends that are both put in words. Answer: the number.

    Attributes:
        id: A code that no other question of the form has.
        text: What is asked.
        hint: More words below it; ``None`` shows none.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
        lowest: The smallest number, 0 or 1.
        highest: The largest, from 2 to 10.
        lowest_label: What the smallest means.
        highest_label: What the largest means.
    """

    kind: Literal["scale"] = "scale"
    lowest: int = Field(default=0, ge=0, le=1)
    highest: int = Field(default=10, ge=2, le=10)
    lowest_label: Words
    highest_label: Words


class YesNoQuestion(_Question):
    """Yes or no. Answer: ``True`` or ``False``.

    Attributes:
        id: A code that no other question of the form has.
        text: What is asked.
        hint: More words below it; ``None`` shows none.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
    """

    kind: Literal["yes_no"] = "yes_no"


class TextQuestion(_Question):
    """In the child's own words. Answer: the text as written, line breaks kept.

    Attributes:
        id: A code that no other question of the form has.
        text: What is asked.
        hint: More words below it; ``None`` shows none.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
        max_length: The most letters that are kept; a longer text is not cut but asked about.
    """

    kind: Literal["text"] = "text"
    max_length: int = Field(default=4_000, ge=1, le=20_000)


class DrawingQuestion(_Question):
    """A drawing or a photo. Answer: the SHA-256 of the kept picture, 64 hexadecimal digits.

    Attributes:
        id: A code that no other question of the form has.
        text: What is asked.
        hint: More words below it; ``None`` shows that a photo is fine.
        show_if: The earlier answer it follows from; ``None`` asks it always.
        symbol: A picture beside the words; ``None`` draws none.
    """

    kind: Literal["drawing"] = "drawing"


#: Any kind of question; ``kind`` tells which.
Question = Annotated[
    FacesQuestion | ChoiceQuestion | ChoicesQuestion | ScaleQuestion | YesNoQuestion | TextQuestion | DrawingQuestion,
    Field(discriminator="kind"),
]

#: A yes-or-no answer as it stands in a page, a paper form or a ``show_if``.
YES_NO: Final[Mapping[str, bool]] = {"yes": True, "no": False}


def answer_codes(question: Question) -> tuple[str, ...]:
    """Return the codes that can be picked, in form order; empty for numbers, words and drawings."""
    match question:
        case FacesQuestion() | ChoiceQuestion() | ChoicesQuestion():
            return tuple(option.code for option in question.options)
        case YesNoQuestion():
            return tuple(YES_NO)
        case _:
            return ()
