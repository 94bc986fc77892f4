"""Handover templates: the steps of an ending and an introduction, as data.

A template is a list of steps, each with its day counted from the handover day and with who does it. A step may be for
some ages only, or only for those who chose it in another step. A council writes its own as data
(:func:`handover_templates_from_toml`); four are shipped (:mod:`relationkit.handovers.shipped`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from relationkit.england.written_rules import rules_from_toml
from relationkit.records import Day, FrozenModel

__all__ = [
    "AgeWords",
    "DaysCounted",
    "HandoverStep",
    "HandoverTemplate",
    "StepChoice",
    "StepDoer",
    "handover_templates_from_toml",
]

#: Names of steps, choices and templates: lower case words joined by underscores, so that they can stand in any log.
NAME: Final = r"^[a-z][a-z0-9_]*$"

#: The furthest a step may lie from the handover day; more is a typing slip.
FURTHEST_DAYS: Final = 366


class StepDoer(StrEnum):
    """Who does a step. A duty worker or a covering worker who acts for a manager counts as the manager."""

    LEAVING_WORKER = "leaving_worker"
    NEXT_WORKER = "next_worker"
    BOTH_WORKERS = "both_workers"
    MANAGER = "manager"


class DaysCounted(StrEnum):
    """Which days an offset counts: every day, or Mondays to Fridays without bank holidays."""

    CALENDAR = "calendar"
    WORKING = "working"


class _ForAges(FrozenModel):
    """Something that is for some ages only.

    Attributes:
        youngest: The lowest age in whole years that it is for; ``None`` for no lowest.
        oldest: The highest age that it is for, that age included; ``None`` for no highest.
    """

    youngest: int | None = Field(default=None, ge=0, le=30)
    oldest: int | None = Field(default=None, ge=0, le=30)

    @model_validator(mode="after")
    def _is_for_somebody(self) -> Self:
        if self.youngest is not None and self.oldest is not None and self.oldest < self.youngest:
            raise ValueError("oldest is less than youngest; check the two ages")
        return self

    def is_for_age(self, age: int | None) -> bool | None:
        """Return whether it is for a child of that age; ``None`` when that hangs on an age that is not known."""
        if self.youngest is None and self.oldest is None:
            return True
        if age is None:
            return None
        return (self.youngest is None or age >= self.youngest) and (self.oldest is None or age <= self.oldest)


class AgeWords(_ForAges):
    """How a step reads where the child is of some age, such as a drawing in place of a talk.

    Attributes:
        words: What to do, in place of the step's own words.
    """

    words: str = Field(min_length=1)


class StepChoice(FrozenModel):
    """What the child must have chosen, in another step, for a step to be needed.

    Attributes:
        step: The step in which the child chooses.
        choices: Any of these.
    """

    step: str = Field(pattern=NAME)
    choices: tuple[str, ...] = Field(min_length=1)


class HandoverStep(_ForAges):
    """One thing to do when a role passes from one worker to the next.

    Attributes:
        name: The step in code, logs and stored plans, such as ``"tell_child"``; unique in its template.
        words: What to do, in plain words for the person who does it.
        who: Who does it.
        offset_days: The last day on which it is in time, counted from the handover day in Europe/London: ``-7`` is
            seven days before, ``0`` the day itself.
        counted_in: Whether ``offset_days`` are calendar days or working days.
        on_choice: The choice that makes this step needed; ``None`` for a step that everybody has. Until the child has
            chosen it, the step is not needed.
        youngest: The lowest age on the handover day, in whole years, that the step is for; ``None`` for no lowest.
        oldest: The highest age that it is for, that age included; ``None`` for no highest.
        age_words: The words for some ages; the first that fits takes the place of ``words``.
        is_required_to_move: Whether the assignment waits until the step is done or skipped.
        is_skippable_by_child: Whether the child's own choice skips it; if not, only a manager's reason does.
        is_ending: Whether this step is the goodbye, so that a review can tell which endings never happened.
        choices: The ways of doing it between which the child chooses; empty when there is nothing to choose.
        source: Where the step comes from, and where its day does.
    """

    name: str = Field(pattern=NAME)
    words: str = Field(min_length=1)
    who: StepDoer
    offset_days: int = Field(ge=-FURTHEST_DAYS, le=FURTHEST_DAYS)
    counted_in: DaysCounted = DaysCounted.CALENDAR
    on_choice: StepChoice | None = None
    age_words: tuple[AgeWords, ...] = ()
    is_required_to_move: bool = False
    is_skippable_by_child: bool = False
    is_ending: bool = False
    choices: tuple[str, ...] = ()
    source: str = Field(min_length=1)

    def words_for(self, age: int | None) -> str:
        """Return what to do, for a child of that age; the step's own words where the age is not known."""
        return next((each.words for each in self.age_words if each.is_for_age(age)), self.words)

    def is_needed(self, age: int | None, choices: Mapping[str, str]) -> bool | None:
        """Return whether the step is needed; ``None`` when that hangs on an age that is not known.

        Args:
            age: The child's, in whole years on the handover day.
            choices: What the child chose, by the step in which they did.
        """
        if self.on_choice is not None and choices.get(self.on_choice.step) not in self.on_choice.choices:
            return False
        return self.is_for_age(age)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Show the name: it is an identifier."""
        return [("name", self.name)]


class HandoverTemplate(_ForAges):
    """The steps of one kind of handover, from a day on.

    A plan keeps the template it was made from, so that a later version never rewrites it.

    Attributes:
        name: Such as ``"planned"``.
        is_planned: Whether the worker is still there to say goodbye; ``False`` for an ending without warning.
        steps: In the order in which people read them; names unique, at least one.
        in_force_from: The first day on which plans are made from it.
        source: Where the template comes from.
        youngest: The lowest age on the handover day, in whole years, that it is for; ``None`` for no lowest.
        oldest: The highest age that it is for, that age included; ``None`` for no highest.
    """

    name: str = Field(pattern=NAME)
    is_planned: bool
    steps: tuple[HandoverStep, ...] = Field(min_length=1)
    in_force_from: Day
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_step_once(self) -> Self:
        if len(set(self.step_names)) < len(self.steps):
            raise ValueError("two steps have the same name; give each its own, since the log refers to it")
        return self

    @model_validator(mode="after")
    def _offers_the_choices_it_waits_for(self) -> Self:
        for step in self.steps:
            if step.on_choice is not None:
                asked = self.step(step.on_choice.step)
                offered = () if asked is None or asked is step else asked.choices
                if not set(step.on_choice.choices) <= set(offered):
                    raise ValueError(
                        f"{step.name} waits for a choice that no other step offers; name a step and its choices"
                    )
        return self

    @property
    def step_names(self) -> tuple[str, ...]:
        """The names of the steps, in their order."""
        return tuple(step.name for step in self.steps)

    def step(self, name: str) -> HandoverStep | None:
        """Return the step of that name, or ``None`` when the template has none."""
        return next((step for step in self.steps if step.name == name), None)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Show the name and the version's day."""
        return [("name", self.name), ("in_force_from", self.in_force_from)]


def handover_templates_from_toml(text: str, *, where: str = "handovers.toml") -> tuple[HandoverTemplate, ...]:
    """Return the templates that a TOML text describes, in its order: a table ``[[templates]]`` for each.

    The keys are the fields of :class:`HandoverTemplate`; its steps are tables ``[[templates.steps]]`` with the fields
    of :class:`HandoverStep`.

    Args:
        text: What the file says.
        where: What the file is called in problems, without its folder.

    Raises:
        InvalidRuleFileError: The text is no TOML, or describes no template; its ``problems`` name all of them.
    """
    return rules_from_toml(HandoverTemplate, text, table="templates", identity=("name", "in_force_from"), where=where)
