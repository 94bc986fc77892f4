"""Handover plans: one child's ending with one worker and start with the next, and everything done about it.

A plan never changes. ``done``, ``skipped`` and ``chose`` return the next plan, whose log has one more move. The log
is the plan's only memory: a stored plan is read back by going through its log again, and a log that breaks a rule
is refused wherever it comes from. A person's reason stands in the log and in no repr or error.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal, NewType, Self

from pydantic import Field, model_validator

from relationkit.errors import InvalidRecordError, Problem
from relationkit.handovers.shipped import PLANNED_HANDOVER
from relationkit.handovers.templates import NAME, HandoverStep, HandoverTemplate
from relationkit.records import PRINTABLE, Assignment, AssignmentId, ChildId, Day, FrozenModel, Role, WorkerId

__all__ = [
    "DecidedBy",
    "HandoverId",
    "HandoverMove",
    "HandoverPlan",
    "StepChosen",
    "StepDone",
    "StepSkipped",
    "plan_handover",
    "settled_steps",
]

HandoverId = NewType("HandoverId", str)

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


#: One entry of a plan's log.
HandoverMove = Annotated[StepDone | StepSkipped | StepChosen, Field(discriminator="kind")]


def settled_steps(moves: Iterable[HandoverMove]) -> dict[str, StepDone | StepSkipped]:
    """Return, for each step that is done or skipped, the move that settled it.

    Args:
        moves: In the order in which they were written down. A child's later choice opens a skipped step again.
    """
    settled: dict[str, StepDone | StepSkipped] = {}
    for move in moves:
        _settle(settled, move)
    return settled


def _settle(settled: dict[str, StepDone | StepSkipped], move: HandoverMove) -> None:
    if isinstance(move, StepChosen):
        settled.pop(move.step, None)
    else:
        settled[move.step] = move


class HandoverPlan(FrozenModel):
    """One handover: who, when, by which template, and the log of everything done about it.

    Attributes:
        id: From :func:`plan_handover`: made of the assignment that ends, so the same on every run.
        assignment_id: The assignment that ends.
        role: The role that passes on.
        from_worker_id: The worker who leaves.
        to_worker_id: The worker who comes; ``None`` while nobody is named.
        handover_on: The day in Europe/London from which the next worker holds the role; under a template for an
            ending without warning, the day on which that ending became known. ``None`` while no day is set.
        template: As it was when the plan was made.
        log: Every move, in the order in which it was written down.
    """

    id: HandoverId = _ID
    child_id: ChildId = _ID
    assignment_id: AssignmentId = _ID
    role: Role
    from_worker_id: WorkerId = _ID
    to_worker_id: WorkerId | None = _OPTIONAL_ID
    handover_on: Day | None = None
    template: HandoverTemplate
    log: tuple[HandoverMove, ...] = ()

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.to_worker_id == self.from_worker_id:
            raise ValueError("to_worker_id is the worker who leaves; name the next worker, or leave it out")
        settled: dict[str, StepDone | StepSkipped] = {}
        for move in self.log:
            self._refuse_unless_allowed(move, settled.get(move.step))
            _settle(settled, move)
        return self

    def _refuse_unless_allowed(self, move: HandoverMove, settled: StepDone | StepSkipped | None) -> None:
        step = self.template.step(move.step)
        if step is None:
            known = ", ".join(self.template.step_names)
            raise ValueError(f"{move.step} is not a step of the template {self.template.name}; use one of {known}")
        if isinstance(settled, StepDone):
            raise ValueError(f"{move.step} is already done, on {settled.on}; nothing more needs writing down")
        if isinstance(move, StepChosen):
            _refuse_unknown_choice(step, move)
        elif isinstance(move, StepSkipped):
            self._refuse_unless_skippable(step, move, settled)

    def _refuse_unless_skippable(
        self, step: HandoverStep, move: StepSkipped, settled: StepDone | StepSkipped | None
    ) -> None:
        if settled is not None:
            raise ValueError(f"{step.name} is already skipped, on {settled.on}; nothing more needs writing down")
        if move.decided_by is DecidedBy.CHILD and not step.is_skippable_by_child:
            raise ValueError(f"{step.name} is not the child's to skip; do it, or have a manager give the reason")
        if move.decided_by is DecidedBy.MANAGER and move.by in (self.from_worker_id, self.to_worker_id):
            raise ValueError(f"{step.name} is skipped by one of its two workers; a manager who is neither decides")

    def done(self, step: str, on: date, by: WorkerId | ChildId) -> Self:
        """Return the next plan, in which the step is done.

        Args:
            step: The name of the step. A step that was skipped may still be done.
            on: The day on which it was done, in Europe/London.
            by: Who says so.

        Raises:
            InvalidRecordError: No such step, or it is already done.
        """
        return self._with(StepDone(step=step, on=on, by=by))

    def skipped(
        self, step: str, on: date, by: WorkerId | ChildId, why: str | None, decided_by: DecidedBy | str
    ) -> Self:
        """Return the next plan, in which the step is left out.

        Args:
            step: The name of the step.
            on: The day of the decision, in Europe/London.
            by: Who wrote it down; where a manager decided, that manager, who is neither of the two workers.
            why: The reason; ``None`` only where the child decided.
            decided_by: ``"child"`` or ``"manager"``.

        Raises:
            InvalidRecordError: No such step; already done or skipped; not the child's to skip; a manager's
                decision without a reason, or written down by one of the two workers.
        """
        move = {"step": step, "on": on, "by": by, "why": why, "decided_by": decided_by}
        return self._with(StepSkipped.model_validate(move))

    def chose(self, step: str, choice: str, *, on: date | None = None, by: WorkerId | ChildId | None = None) -> Self:
        """Return the next plan, in which the child has chosen how the step is done.

        The last choice counts. A choice about a step that was skipped opens it again: the child has changed their
        mind.

        Args:
            step: The name of the step.
            choice: One of the step's ``choices``.
            on: The day, in Europe/London; ``None`` when nobody wrote it down.
            by: Who wrote it down.

        Raises:
            InvalidRecordError: No such step or choice, or the step is already done.
        """
        return self._with(StepChosen(step=step, choice=choice, on=on, by=by))

    def choice_of(self, step: str) -> str | None:
        """Return what the child last chose for the step, or ``None``."""
        choices = [move.choice for move in self.log if isinstance(move, StepChosen) and move.step == step]
        return choices[-1] if choices else None

    def due_on(self, step: HandoverStep) -> date | None:
        """Return the last day on which the step is in time, or ``None`` while no handover day is set."""
        return None if self.handover_on is None else self.handover_on + timedelta(days=step.offset_days)

    def _with(self, move: HandoverMove) -> Self:
        return type(self).model_validate({**dict(self), "log": (*self.log, move)})


def _refuse_unknown_choice(step: HandoverStep, move: StepChosen) -> None:
    if not step.choices:
        raise ValueError(f"{step.name} has nothing to choose; leave the choice out, or add choices to the template")
    if move.choice not in step.choices:
        raise ValueError(f"{step.name} has no such choice; use one of {', '.join(step.choices)}")


def plan_handover(
    assignment: Assignment,
    *,
    handover_on: date | None,
    to_worker_id: WorkerId | None = None,
    template: HandoverTemplate = PLANNED_HANDOVER,
) -> HandoverPlan:
    """Return the plan for passing an assignment on; its log is empty.

    Args:
        assignment: The one that ends.
        handover_on: The handover day in Europe/London; ``None`` while none is set, and then no step can be judged
            late.
        to_worker_id: The next worker; ``None`` while nobody is named.
        template: The steps; a plan keeps them as they are now.

    Raises:
        InvalidRecordError: The handover day is before the assignment starts; or after it has ended, although the
            template is for an ending that is planned; or the next worker is the one who leaves.
    """
    _refuse_impossible_day(assignment, handover_on, template)
    return HandoverPlan(
        id=HandoverId(f"handover:{assignment.id}"),
        child_id=assignment.child_id,
        assignment_id=assignment.id,
        role=assignment.role,
        from_worker_id=assignment.worker_id,
        to_worker_id=to_worker_id,
        handover_on=handover_on,
        template=template,
    )


def _refuse_impossible_day(assignment: Assignment, handover_on: date | None, template: HandoverTemplate) -> None:
    what = remedy = ""
    if handover_on is not None and handover_on < assignment.started_on:
        what, remedy = "is before the assignment starts", "Check the two days"
    elif template.is_planned and _is_over(assignment, handover_on):
        what, remedy = "is after the assignment has ended", "Use the unplanned template, or correct the day"
    if what:
        problem = Problem(f"Assignment {assignment.id}", what, remedy, field="handover_on", found=str(handover_on))
        raise InvalidRecordError("HandoverPlan", None, [problem])


def _is_over(assignment: Assignment, handover_on: date | None) -> bool:
    return handover_on is not None and assignment.ended_on is not None and assignment.ended_on < handover_on
