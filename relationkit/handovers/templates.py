"""Handover templates: the steps of an ending and an introduction, as data.

A template is a list of steps, each with its day counted from the handover day and with who does it. A council
writes its own as data; two are shipped (:mod:`relationkit.handovers.shipped`).
"""

from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from relationkit.records import Day, FrozenModel

__all__ = ["HandoverStep", "HandoverTemplate", "StepDoer"]

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


class HandoverStep(FrozenModel):
    """One thing to do when a role passes from one worker to the next.

    Attributes:
        name: The step in code, logs and stored plans, such as ``"tell_child"``; unique in its template.
        words: What to do, in plain words for the person who does it.
        who: Who does it.
        offset_days: The last calendar day on which it is in time, counted from the handover day in
            Europe/London: ``-7`` is a week before, ``0`` the day itself.
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
    is_required_to_move: bool = False
    is_skippable_by_child: bool = False
    is_ending: bool = False
    choices: tuple[str, ...] = ()
    source: str = Field(min_length=1)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Show the name: it is an identifier."""
        return [("name", self.name)]


class HandoverTemplate(FrozenModel):
    """The steps of one kind of handover, from a day on.

    A plan keeps the template it was made from, so that a later version never rewrites it.

    Attributes:
        name: Such as ``"planned"``.
        is_planned: Whether the worker is still there to say goodbye; ``False`` for an ending without warning.
        steps: In the order in which people read them; names unique, at least one.
        in_force_from: The first day on which plans are made from it.
        source: Where the template comes from.
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
