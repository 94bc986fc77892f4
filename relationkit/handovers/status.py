"""Where a handover stands on a day: what is done, due and late, and whether the assignment may move."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from relationkit.handovers.moves import DecidedBy, StepDone, StepSkipped, choices_made, settled_steps
from relationkit.handovers.plans import HandoverId, HandoverPlan
from relationkit.handovers.templates import DaysCounted, HandoverStep, StepDoer

__all__ = ["HandoverStatus", "StepState", "StepStatus", "handover_status"]

#: A step shows as due from a week before its last day: our own default, no standard sets it.
NOTICE_DAYS: Final = 7


class StepState(StrEnum):
    """Where one step stands on one day."""

    DONE = "done"
    SKIPPED = "skipped"
    NOT_NEEDED = "not_needed"
    AHEAD = "ahead"
    DUE = "due"
    LATE = "late"
    COULD_NOT_BE_JUDGED = "could_not_be_judged"


@dataclass(frozen=True, slots=True)
class StepStatus:
    """One step on one day.

    Attributes:
        step: Its name.
        who: Who does it.
        state: ``ahead``: its last day is further off than the notice; ``due``: up to and including its last day;
            ``late``: strictly after it; ``not_needed``: not for this child's age, or waiting for a choice that they
            have not made; ``could_not_be_judged``: still to do, and a fact in the status's ``missing`` is not known.
        due_on: The last day on which it is in time; ``None`` while that could not be judged.
        settled_on: The day on which it was done or skipped.
        is_done_late: Whether it was done after its last day; ``None`` where it is not done or has no last day.
        skipped_by: Whose decision it was to skip it; ``None`` where it is not skipped.
        choice: What the child last chose about it.
    """

    step: str
    who: StepDoer
    state: StepState
    due_on: date | None
    settled_on: date | None
    is_done_late: bool | None
    skipped_by: DecidedBy | None
    choice: str | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be done: it is done, skipped or not needed."""
        return self.state in (StepState.DONE, StepState.SKIPPED, StepState.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class HandoverStatus:
    """One handover on one day.

    Attributes:
        plan_id: The plan.
        today: The day judged by.
        steps: One a step, in the template's order.
        may_move: Whether the assignment may move to the next worker: ``False`` while a required step is open,
            ``None`` when that could not be judged because a fact in ``missing`` is not known.
        reasons: Why it may not, or why that could not be judged, a line each; empty when it may.
        missing: The facts that are not known: ``handover_on``, ``to_worker_id`` and ``age`` of the plan, and
            ``closed_on`` of :func:`handover_status`, the last two only where a step hangs on them.
    """

    plan_id: HandoverId
    today: date
    steps: tuple[StepStatus, ...]
    may_move: bool | None
    reasons: tuple[str, ...]
    missing: tuple[str, ...]

    def in_state(self, state: StepState) -> tuple[str, ...]:
        """Return the names of the steps in that state, in the template's order."""
        return tuple(row.step for row in self.steps if row.state is state)

    @property
    def done(self) -> tuple[str, ...]:
        """The names of the steps that are done."""
        return self.in_state(StepState.DONE)

    @property
    def due(self) -> tuple[str, ...]:
        """The names of the steps that are due and not yet late."""
        return self.in_state(StepState.DUE)

    @property
    def late(self) -> tuple[str, ...]:
        """The names of the steps that are late."""
        return self.in_state(StepState.LATE)


def handover_status(
    plan: HandoverPlan, *, today: date, notice_days: int = NOTICE_DAYS, closed_on: Container[date] | None = None
) -> HandoverStatus:
    """Return where the handover stands on ``today``.

    Args:
        plan: Moves dated after ``today`` are not yet seen, so that a past day can be asked about. Choices without
            a day are always seen.
        today: The day to judge by, in Europe/London.
        notice_days: How many calendar days before its last day a step shows as due.
        closed_on: The days other than Saturdays and Sundays on which nobody works, such as the ``holidays`` of
            :func:`relationkit.sla.uk_calendar`; without them a step counted in working days could not be judged.
    """
    seen = [move for move in plan.log if move.on is None or move.on <= today]
    settled, choices = settled_steps(seen), choices_made(seen)
    notice_on = today + timedelta(days=notice_days)
    steps = tuple(
        _step_status(
            step,
            plan.due_on(step, closed_on=closed_on),
            settled.get(step.name),
            choices.get(step.name),
            today,
            notice_on,
            is_needed=step.is_needed(plan.age, choices),
        )
        for step in plan.template.steps
    )
    waiting = [row for step, row in zip(plan.template.steps, steps, strict=True) if _is_waited_for(step, row)]
    missing = _missing(plan, steps, closed_on)
    holding = tuple(name for name in missing if name in ("handover_on", "to_worker_id"))
    return HandoverStatus(plan.id, today, steps, _may_move(waiting, holding), _reasons(waiting, missing), missing)


def _missing(plan: HandoverPlan, steps: tuple[StepStatus, ...], closed_on: Container[date] | None) -> tuple[str, ...]:
    unjudged = {row.step for row in steps if row.state is StepState.COULD_NOT_BE_JUDGED}
    open_steps = [step for step in plan.template.steps if step.name in unjudged]
    is_missing = {
        "handover_on": plan.handover_on is None,
        "to_worker_id": plan.to_worker_id is None,
        "age": any(step.is_for_age(plan.age) is None for step in open_steps),
        "closed_on": closed_on is None and any(step.counted_in is DaysCounted.WORKING for step in open_steps),
    }
    return tuple(name for name, missing in is_missing.items() if missing)


def _step_status(
    step: HandoverStep,
    due_on: date | None,
    settled: StepDone | StepSkipped | None,
    choice: str | None,
    today: date,
    notice_on: date,
    *,
    is_needed: bool | None,
) -> StepStatus:
    return StepStatus(
        step=step.name,
        who=step.who,
        state=_settled_state(settled) or _open_state(due_on, today, notice_on, is_needed=is_needed),
        due_on=None if is_needed is False else due_on,
        settled_on=None if settled is None else settled.on,
        is_done_late=settled.on > due_on if isinstance(settled, StepDone) and due_on is not None else None,
        skipped_by=settled.decided_by if isinstance(settled, StepSkipped) else None,
        choice=choice,
    )


def _settled_state(settled: StepDone | StepSkipped | None) -> StepState | None:
    if settled is None:
        return None
    return StepState.DONE if isinstance(settled, StepDone) else StepState.SKIPPED


def _open_state(due_on: date | None, today: date, notice_on: date, *, is_needed: bool | None) -> StepState:
    if is_needed is False:
        return StepState.NOT_NEEDED
    if due_on is None or is_needed is None:
        return StepState.COULD_NOT_BE_JUDGED
    if today > due_on:
        return StepState.LATE
    return StepState.DUE if notice_on >= due_on else StepState.AHEAD


def _is_waited_for(step: HandoverStep, row: StepStatus) -> bool:
    return step.is_required_to_move and not row.is_settled


def _may_move(waiting: list[StepStatus], missing: tuple[str, ...]) -> bool | None:
    if waiting:
        return False
    return None if missing else True


def _reasons(waiting: list[StepStatus], missing: tuple[str, ...]) -> tuple[str, ...]:
    unknown = tuple(f"could not be judged: {name} is not known" for name in missing)
    return tuple(f"{row.step} is neither done nor skipped{_since(row)}" for row in waiting) + unknown


def _since(row: StepStatus) -> str:
    if row.due_on is None:
        return ""
    return f", late since {row.due_on}" if row.state is StepState.LATE else f", due by {row.due_on}"
