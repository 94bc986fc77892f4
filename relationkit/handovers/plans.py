"""Handover plans: one child's ending with one worker and start with the next, and everything done about it.

A plan never changes. ``done``, ``skipped``, ``chose``, ``moved_to`` and ``named`` return the next plan, whose log has
one more move. The log is the plan's only memory: a stored plan is read back by going through its log again, and a log
that breaks a rule is refused wherever it comes from.
"""

from collections.abc import Container
from datetime import date, timedelta
from typing import Final, NewType, Self

from pydantic import Field, model_validator

from relationkit.england import age_on, working_day_from
from relationkit.errors import InvalidRecordError, Problem
from relationkit.handovers.moves import (
    DayMoved,
    DecidedBy,
    HandoverMove,
    StepChosen,
    StepDone,
    StepSkipped,
    WorkerNamed,
    settle,
)
from relationkit.handovers.shipped import PLANNED_HANDOVER
from relationkit.handovers.templates import DaysCounted, HandoverStep, HandoverTemplate
from relationkit.records import PRINTABLE, Assignment, AssignmentId, ChildId, Day, FrozenModel, Role, WorkerId

__all__ = ["HandoverId", "HandoverPlan", "plan_handover"]

HandoverId = NewType("HandoverId", str)

_ID: Final = Field(pattern=PRINTABLE, min_length=1)
_OPTIONAL_ID: Final = Field(default=None, pattern=PRINTABLE, min_length=1)


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
        age: The child's age in whole years on the handover day, as it was when the plan was made or the day moved;
            ``None`` when it is not known, and then steps for some ages could not be judged.
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
    age: int | None = Field(default=None, ge=0)
    template: HandoverTemplate
    log: tuple[HandoverMove, ...] = ()

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        self._refuse_the_leaving_worker(self.to_worker_id)
        if self.template.is_for_age(self.age) is False:
            raise ValueError(f"the template {self.template.name} is not for a child of that age; use another")
        settled: dict[str, StepDone | StepSkipped] = {}
        for move in self.log:
            if isinstance(move, WorkerNamed):
                self._refuse_the_leaving_worker(move.to_worker_id)
            elif not isinstance(move, DayMoved):
                self._refuse_unless_allowed(move, settled.get(move.step))
            settle(settled, move)
        self._refuse_unless_as_the_log_says()
        return self

    def _refuse_the_leaving_worker(self, worker_id: WorkerId | None) -> None:
        if worker_id == self.from_worker_id:
            raise ValueError("to_worker_id is the worker who leaves; name the next worker, or leave it out")

    def _refuse_unless_as_the_log_says(self) -> None:
        days = [move.to for move in self.log if isinstance(move, DayMoved)]
        workers = [move.to_worker_id for move in self.log if isinstance(move, WorkerNamed)]
        if (days and days[-1] != self.handover_on) or (workers and workers[-1] != self.to_worker_id):
            raise ValueError("handover_on or to_worker_id is not what the log says; use moved_to and named")

    def _refuse_unless_allowed(
        self, move: StepDone | StepSkipped | StepChosen, settled: StepDone | StepSkipped | None
    ) -> None:
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

    def moved_to(self, handover_on: date, *, on: date, by: WorkerId, born_on: date | None = None) -> Self:
        """Return the next plan, in which the handover day is set, or is another one.

        Args:
            handover_on: The new handover day, in Europe/London.
            on: The day of that decision.
            by: Who wrote it down.
            born_on: The child's date of birth, for their age on the new day; without it the age stays as it is.

        Raises:
            InvalidRecordError: The template is not for the child's age on that day.
        """
        age = self.age if born_on is None else age_on(born_on, handover_on)
        return self._with(DayMoved(to=handover_on, on=on, by=by), handover_on=handover_on, age=age)

    def named(self, to_worker_id: WorkerId, *, on: date, by: WorkerId) -> Self:
        """Return the next plan, in which the next worker is named, or is another one.

        Args:
            to_worker_id: The next worker.
            on: The day of that decision, in Europe/London.
            by: Who wrote it down.

        Raises:
            InvalidRecordError: It is the worker who leaves.
        """
        return self._with(WorkerNamed(to_worker_id=to_worker_id, on=on, by=by), to_worker_id=to_worker_id)

    def choice_of(self, step: str) -> str | None:
        """Return what the child last chose for the step, or ``None``."""
        choices = [move.choice for move in self.log if isinstance(move, StepChosen) and move.step == step]
        return choices[-1] if choices else None

    def due_on(self, step: HandoverStep, *, closed_on: Container[date] | None = None) -> date | None:
        """Return the last day on which the step is in time.

        Args:
            step: One of the template's.
            closed_on: The days other than Saturdays and Sundays on which nobody works, such as bank holidays; needed
                for steps that are counted in working days.

        Returns:
            ``None`` while no handover day is set, and for a step counted in working days without ``closed_on``.
        """
        if self.handover_on is None:
            return None
        if step.counted_in is DaysCounted.CALENDAR:
            return self.handover_on + timedelta(days=step.offset_days)
        if closed_on is None:
            return None
        return working_day_from(self.handover_on, step.offset_days, closed_on=closed_on)

    def _with(self, move: HandoverMove, **changed: object) -> Self:
        return type(self).model_validate({**dict(self), **changed, "log": (*self.log, move)})


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
    born_on: date | None = None,
    template: HandoverTemplate = PLANNED_HANDOVER,
) -> HandoverPlan:
    """Return the plan for passing an assignment on; its log is empty.

    Args:
        assignment: The one that ends.
        handover_on: The handover day in Europe/London; ``None`` while none is set, and then no step can be judged
            late.
        to_worker_id: The next worker; ``None`` while nobody is named.
        born_on: The child's date of birth, for steps that are for some ages; only the age is kept.
        template: The steps; a plan keeps them as they are now.

    Raises:
        InvalidRecordError: The handover day is before the assignment starts; or after it has ended, although the
            template is for an ending that is planned; or the assignment has ended and no day is given; or the next
            worker is the one who leaves; or the template is not for the child's age.
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
        age=None if born_on is None or handover_on is None else age_on(born_on, handover_on),
        template=template,
    )


def _refuse_impossible_day(assignment: Assignment, handover_on: date | None, template: HandoverTemplate) -> None:
    what = remedy = ""
    if handover_on is not None and handover_on < assignment.started_on:
        what, remedy = "is before the assignment starts", "Check the two days"
    elif template.is_planned and _is_over(assignment, handover_on):
        what, remedy = "is after the assignment has ended", "Use the unplanned template, or correct the day"
    elif template.is_planned and handover_on is None and assignment.ended_on is not None:
        what, remedy = "is missing although the assignment has an end", "Give its last day, or use another template"
    if what:
        problem = Problem(
            f"Assignment {assignment.id}",
            what,
            remedy,
            field="handover_on",
            found=None if handover_on is None else str(handover_on),
        )
        raise InvalidRecordError("HandoverPlan", None, [problem])


def _is_over(assignment: Assignment, handover_on: date | None) -> bool:
    return handover_on is not None and assignment.ended_on is not None and assignment.ended_on < handover_on
