"""What can happen to a handover plan: one entry of its log a move, each with its day and who wrote it down.

A person's reason stands in the log and in no repr or error.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from relationkit.handovers.templates import NAME
from relationkit.records import PRINTABLE, ChildId, Day, FrozenModel, WorkerId

__all__ = [
    "DayMoved",
    "DecidedBy",
    "HandoverMove",
    "StepChosen",
    "StepDone",
    "StepMove",
    "StepSkipped",
    "WorkerNamed",
    "choices_made",
    "settled_steps",
]

_ID: Final = Field(pattern=PRINTABLE, min_length=1)
_OPTIONAL_ID: Final = Field(default=None, pattern=PRINTABLE, min_length=1)


class DecidedBy(StrEnum):
    """Whose decision it was to skip a step."""

    CHILD = "child"
    MANAGER = "manager"


class _Move(FrozenModel):
    """What every move of the log has: the step, and a repr that shows it."""

    step: str = Field(pattern=NAME)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Show the step: it is an identifier."""
        return [("step", self.step)]


class StepDone(_Move):
    """A step was done, ``on`` that day in Europe/London, as written down ``by`` that person."""

    kind: Literal["done"] = "done"
    on: Day
    by: WorkerId | ChildId = _ID


class StepSkipped(_Move):
    """A step was left out.

    Attributes:
        on: The day of the decision, in Europe/London.
        by: Who wrote it down; where a manager decided, the manager.
        why: The reason, in their words; never in a repr. A manager's is needed, a child owes none.
        decided_by: Whose decision it was.
    """

    kind: Literal["skipped"] = "skipped"
    on: Day
    by: WorkerId | ChildId = _ID
    why: str | None = None
    decided_by: DecidedBy

    @model_validator(mode="after")
    def _has_the_managers_reason(self) -> Self:
        if self.decided_by is DecidedBy.MANAGER and not (self.why or "").strip():
            raise ValueError("why is empty although a manager decided; only the child's own choice needs no reason")
        return self


class StepChosen(_Move):
    """The child chose how a step is done; ``on`` and ``by`` are ``None`` when nobody wrote them down."""

    kind: Literal["chose"] = "chose"
    choice: str = Field(pattern=NAME)
    on: Day | None = None
    by: WorkerId | ChildId | None = _OPTIONAL_ID


class DayMoved(FrozenModel):
    """The handover day was set or moved ``to`` that day, as written down ``by`` that person ``on`` another."""

    kind: Literal["day_moved"] = "day_moved"
    to: Day
    on: Day
    by: WorkerId = _ID


class WorkerNamed(FrozenModel):
    """The next worker was named, as written down ``by`` that person ``on`` that day; the last one named counts."""

    kind: Literal["worker_named"] = "worker_named"
    to_worker_id: WorkerId = _ID
    on: Day
    by: WorkerId = _ID


#: A move about one step.
StepMove = StepDone | StepSkipped | StepChosen

#: One entry of a plan's log.
HandoverMove = Annotated[StepDone | StepSkipped | StepChosen | DayMoved | WorkerNamed, Field(discriminator="kind")]


def choices_made(moves: Iterable[HandoverMove]) -> Mapping[str, str]:
    """Return what the child last chose, by the step in which they did."""
    return {move.step: move.choice for move in moves if isinstance(move, StepChosen)}


def settled_steps(moves: Iterable[HandoverMove]) -> dict[str, StepDone | StepSkipped]:
    """Return, for each step that is done or skipped, the move that settled it.

    Args:
        moves: In the order in which they were written down. A child's later choice opens a skipped step again.
    """
    settled: dict[str, StepDone | StepSkipped] = {}
    for move in moves:
        settle(settled, move)
    return settled


def settle(settled: dict[str, StepDone | StepSkipped], move: HandoverMove) -> None:
    """Take one move more into account."""
    if isinstance(move, StepChosen):
        settled.pop(move.step, None)
    elif isinstance(move, StepDone | StepSkipped):
        settled[move.step] = move
