"""The two papers of a handover: the goodbye letter, and "my story so far", which the child agrees line by line.

Their words are a person's: they stand in no repr, log or error. The letter is a *goodbye letter*; a later-life letter
is another document (Adoption Agencies Regulations 2005, regulation 35), and is not made here.
"""

from typing import Self

from pydantic import Field, model_validator

from relationkit.handovers.plans import HandoverId
from relationkit.records import LANGUAGE, PRINTABLE, Day, FrozenModel

__all__ = ["GoodbyeLetter", "MyStory", "StoryPart"]

_WORDS = Field(min_length=1, max_length=4_000)
_ID = Field(pattern=PRINTABLE, min_length=1)


class GoodbyeLetter(FrozenModel):
    """A letter from the worker who leaves, to keep.

    Attributes:
        plan_id: The handover it belongs to.
        to: The name the child goes by.
        sender: The worker's name, as the child knows it.
        written_on: Its day, in Europe/London.
        why: Why the worker leaves, as much as may be told; the letter adds that it is not the child's fault.
        paragraphs: What the worker wants to say, a paragraph each.
        strengths: What the child achieved or is good at, a line each; at least one.
        next_worker: Who comes, by the name the child will know; ``None`` while nobody is named.
        keeping_in_touch: How the child can still reach the worker, or that they cannot; ``None`` to say nothing.
        language: BCP 47 tag of the language it is written in.
    """

    plan_id: HandoverId = _ID
    to: str = Field(min_length=1, max_length=200)
    sender: str = Field(min_length=1, max_length=200)
    written_on: Day
    why: str = _WORDS
    paragraphs: tuple[str, ...] = ()
    strengths: tuple[str, ...] = Field(min_length=1)
    next_worker: str | None = Field(default=None, min_length=1, max_length=200)
    keeping_in_touch: str | None = Field(default=None, min_length=1, max_length=4_000)
    language: str = Field(default="en", pattern=LANGUAGE)


class StoryPart(FrozenModel):
    """One part of "my story so far".

    Attributes:
        about: Its heading, such as "People who matter to me".
        words: What it says.
        is_agreed: Whether the child agreed to these words; ``None`` while nobody has asked.
    """

    about: str = Field(min_length=1, max_length=200)
    words: str = _WORDS
    is_agreed: bool | None = None


class MyStory(FrozenModel):
    """What a child wants the next worker to know, so that nobody asks it all again.

    Only what the child agreed to is ever shown: :attr:`agreed`.

    Attributes:
        plan_id: The handover it belongs to.
        name: The name the child goes by.
        parts: In the order in which the child wants them.
        agreed_on: The day on which the child last agreed, in Europe/London; ``None`` while they have not.
        language: BCP 47 tag of the language it is written in.
    """

    plan_id: HandoverId = _ID
    name: str = Field(min_length=1, max_length=200)
    parts: tuple[StoryPart, ...] = ()
    agreed_on: Day | None = None
    language: str = Field(default="en", pattern=LANGUAGE)

    @model_validator(mode="after")
    def _has_a_day_for_what_was_agreed(self) -> Self:
        if self.agreed_on is None and self.agreed:
            raise ValueError("agreed_on is missing although the child agreed to a part; give the day")
        return self

    @property
    def agreed(self) -> tuple[StoryPart, ...]:
        """The parts that the child agreed to, in their order."""
        return tuple(part for part in self.parts if part.is_agreed)

    @property
    def not_agreed(self) -> tuple[StoryPart, ...]:
        """The parts that wait for the child, or that they said no to: never shown to the next worker."""
        return tuple(part for part in self.parts if not part.is_agreed)
