"""A life story: the people in it, its dated lines, and every time somebody checked it."""

import hashlib
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from relationkit.lifestory.dates import PartOfDate
from relationkit.records import PRINTABLE, ChildId, FrozenModel, Instant

__all__ = ["LifeEvent", "LifeEventKind", "LifeStory", "StoryCheck", "StoryPerson"]

_ID: Final = Field(pattern=PRINTABLE, min_length=1)


class LifeEventKind(StrEnum):
    """What a line tells.

    Attributes:
        BORN: The person's birth.
        DIED: The person's death.
        STARTED_SCHOOL: The person's first day at their first school.
        PLACEMENT: A place where the person lived in care.
        LIVED: Anything else that only somebody alive does: moved, left school, married, was ill.
        ABOUT: Something that others did about the person, which may come before the birth or after the death: a
            meeting before the birth, a court's order, a funeral.
    """

    BORN = "born"
    DIED = "died"
    STARTED_SCHOOL = "started_school"
    PLACEMENT = "placement"
    LIVED = "lived"
    ABOUT = "about"


class StoryPerson(FrozenModel):
    """Somebody in the story.

    Attributes:
        called: What the child calls them, such as ``"Mum"``; never in a repr.
        mother_id: The person who gave birth to them, where it is known; half-siblings by the father have another.
    """

    id: str = _ID
    called: str = Field(min_length=1, max_length=100)
    mother_id: str | None = Field(default=None, pattern=PRINTABLE, min_length=1)


class LifeEvent(FrozenModel):
    """One line of the story.

    Attributes:
        person_id: Whom it is about.
        what: In the words of the story; never in a repr.
        when: The day it happened or began, or as much of it as is known; ``None`` where nothing is.
        until: The day it ended, or as much of it; ``None`` where the line tells of no end.
        age: The person's age in whole years, where the line says one.
    """

    id: str = _ID
    person_id: str = _ID
    kind: LifeEventKind
    what: str = Field(min_length=1)
    when: PartOfDate | None = None
    until: PartOfDate | None = None
    age: int | None = Field(default=None, ge=0)


class StoryCheck(FrozenModel):
    """That somebody checked the story, when, and what was found then.

    Attributes:
        checked_by: Who: an identifier, never a name.
        checked_at: When.
        lines: The fingerprint of the story that was checked: people and lines, not the checks.
        cannot_be_true: How many findings said that a date cannot be true.
        to_ask: How many said that a date is so rare that somebody must be asked.
        not_judged: How many said that something could not be judged.
    """

    checked_by: str = _ID
    checked_at: Instant
    lines: str = Field(pattern=r"^[0-9a-f]{64}$")
    cannot_be_true: int = Field(ge=0)
    to_ask: int = Field(ge=0)
    not_judged: int = Field(ge=0)


class LifeStory(FrozenModel):
    """One child's life story.

    A story never changes: a correction is another story with the same checks, and :attr:`checks` only grows.

    Attributes:
        child_id: Whose story it is.
        people: The child and everybody else in it; each id once.
        events: Its lines, in the order in which they are told; each id once.
        checks: Every check, oldest first.
    """

    child_id: ChildId = _ID
    people: tuple[StoryPerson, ...] = Field(min_length=1)
    events: tuple[LifeEvent, ...] = ()
    checks: tuple[StoryCheck, ...] = ()

    @model_validator(mode="after")
    def _names_everybody_and_every_line_once(self) -> Self:
        people = [person.id for person in self.people]
        if len(people) != len(set(people)):
            raise ValueError("people holds an id twice; name each person once")
        if len(self.events) != len({event.id for event in self.events}):
            raise ValueError("events holds an id twice; give each line its own")
        if not {event.person_id for event in self.events} <= set(people):
            raise ValueError("events holds a line about somebody who is not among people; add that person")
        if not {person.mother_id for person in self.people} - {None} <= set(people):
            raise ValueError("people names a mother who is not among them; add her, or leave mother_id out")
        if any(person.mother_id == person.id for person in self.people):
            raise ValueError("people names somebody as their own mother; check mother_id")
        return self

    @model_validator(mode="after")
    def _was_checked_in_this_order(self) -> Self:
        moments = [check.checked_at for check in self.checks]
        if moments != sorted(moments):
            raise ValueError("checks are not oldest first; put a new one at the end")
        return self

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the people and lines, in hexadecimal: another one means that the story is told otherwise."""
        told = self.model_dump_json(include={"child_id", "people", "events"})
        return hashlib.sha256(told.encode("utf-8")).hexdigest()

    @property
    def is_checked_as_it_stands(self) -> bool:
        """Whether the last check saw these very lines; ``False`` where nobody checked, or a line changed since."""
        return bool(self.checks) and self.checks[-1].lines == self.fingerprint
