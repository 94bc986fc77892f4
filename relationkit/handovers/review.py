"""Handovers looked back on: which changes of worker had a plan, and which endings never happened."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from relationkit.continuity import WorkerChange
from relationkit.handovers.moves import DecidedBy
from relationkit.handovers.plans import HandoverId, HandoverPlan
from relationkit.handovers.status import StepState, StepStatus, handover_status
from relationkit.records import ChildId, WorkerId

__all__ = ["Ending", "HandoverReview", "ReviewedChange", "review_handovers"]

#: How far the planned day may lie from a change that is still taken for the planned one: our own default.
MATCH_DAYS: Final = 28


class Ending(StrEnum):
    """What became of the goodbye.

    ``never_happened`` means that its last day has passed and it was neither done nor skipped. Without a plan there may
    have been a goodbye that nobody wrote down, so that could not be judged.
    """

    HELD = "held"
    CHILD_SAID_NO = "child_said_no"
    MANAGER_SAID_NO = "manager_said_no"
    STILL_TO_COME = "still_to_come"
    NEVER_HAPPENED = "never_happened"
    COULD_NOT_BE_JUDGED = "could_not_be_judged"


@dataclass(frozen=True, slots=True)
class ReviewedChange:
    """One change of worker, held against the plans.

    Attributes:
        child_id: Whose worker changed.
        change: What happened.
        plan_id: The plan for it; ``None`` when there was none.
        ending: What became of the goodbye.
        is_to_planned_worker: Whether the worker who came is the one planned; ``None`` without a plan, or where the plan
            names nobody.
        open_at_move: The steps that should have held the assignment and were open on the day it moved; empty without
            a plan.
    """

    child_id: ChildId
    change: WorkerChange
    plan_id: HandoverId | None
    ending: Ending
    is_to_planned_worker: bool | None
    open_at_move: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandoverReview:
    """The changes and the plans, held against each other.

    Attributes:
        rows: One a change, by day, then child, then the worker who came.
        plans_without_change: Plans whose day has come though no such change is known, by id.
        plans_without_day: Plans that no change matches and that have no handover day, by id: they could not be judged.
    """

    rows: tuple[ReviewedChange, ...]
    plans_without_change: tuple[HandoverId, ...]
    plans_without_day: tuple[HandoverId, ...]

    @property
    def without_plan(self) -> tuple[ReviewedChange, ...]:
        """The changes that nobody planned."""
        return tuple(row for row in self.rows if row.plan_id is None)

    @property
    def endings_never_happened(self) -> tuple[ReviewedChange, ...]:
        """The changes with a plan whose goodbye never happened."""
        return tuple(row for row in self.rows if row.ending is Ending.NEVER_HAPPENED)


def review_handovers(
    plans: Iterable[HandoverPlan],
    changes: Mapping[ChildId, Iterable[WorkerChange]],
    *,
    today: date,
    within_days: int = MATCH_DAYS,
) -> HandoverReview:
    """Hold plans against the changes that took place.

    A plan belongs to a change when child and leaving worker are the same and its day is one of the days between the
    two workers, or at most ``within_days`` from them; the nearest plan counts, each for one change only. A plan
    without a day belongs to a change that no other plan fits.

    Args:
        plans: Of one role, in any order; of one id, the one with the longest log counts.
        changes: By child, as :func:`~relationkit.continuity.worker_changes` returns them, in any order. Changes after
            ``today`` are passed over.
        today: The day to judge by, in Europe/London.
        within_days: Calendar days.
    """
    known = _latest(plans)
    happened = [(child, change) for child, rows in changes.items() for change in rows if change.on <= today]
    happened.sort(key=lambda row: (row[1].on, row[0], row[1].to_worker))
    matched = _matched(known.values(), happened, within_days)
    rows = tuple(
        _reviewed(child, change, known[matched[number]] if number in matched else None, today)
        for number, (child, change) in enumerate(happened)
    )
    left = [known[plan_id] for plan_id in known.keys() - matched.values()]
    return HandoverReview(
        rows,
        tuple(sorted(plan.id for plan in left if plan.handover_on is not None and plan.handover_on <= today)),
        tuple(sorted(plan.id for plan in left if plan.handover_on is None)),
    )


def _latest(plans: Iterable[HandoverPlan]) -> dict[HandoverId, HandoverPlan]:
    """Return the plans by id; of two with equally long logs the one whose text sorts last, whatever their order."""
    return {plan.id: plan for plan in sorted(plans, key=lambda plan: (len(plan.log), plan.model_dump_json()))}


def _matched(
    plans: Iterable[HandoverPlan], happened: list[tuple[ChildId, WorkerChange]], within_days: int
) -> dict[int, HandoverId]:
    """Return the plan of each change, by the change's place in ``happened``; nearest pairs are joined first."""
    matched: dict[int, HandoverId] = {}
    taken: set[HandoverId] = set()
    for _, number, plan_id in sorted(_pairs(plans, happened, within_days)):
        if number not in matched and plan_id not in taken:
            matched[number] = plan_id
            taken.add(plan_id)
    return matched


def _pairs(
    plans: Iterable[HandoverPlan], happened: list[tuple[ChildId, WorkerChange]], within_days: int
) -> Iterator[tuple[int, int, HandoverId]]:
    leaving: dict[tuple[ChildId, WorkerId], list[HandoverPlan]] = defaultdict(list)
    for plan in plans:
        leaving[plan.child_id, plan.from_worker_id].append(plan)
    for number, (child, change) in enumerate(happened):
        for plan in leaving.get((child, change.from_worker), ()):
            apart = within_days + 1 if plan.handover_on is None else _days_apart(plan.handover_on, change)
            if plan.handover_on is None or apart <= within_days:
                yield apart, number, plan.id


def _days_apart(planned_on: date, change: WorkerChange) -> int:
    """Return how far the planned day lies from the days between the two workers; zero when it is one of them."""
    ended_on = change.on - timedelta(days=change.gap_days)
    return max((ended_on - planned_on).days, (planned_on - change.on).days, 0)


def _reviewed(child: ChildId, change: WorkerChange, plan: HandoverPlan | None, today: date) -> ReviewedChange:
    if plan is None:
        return ReviewedChange(child, change, None, Ending.COULD_NOT_BE_JUDGED, None, ())
    at_move = handover_status(plan, today=change.on)
    required = {step.name for step in plan.template.steps if step.is_required_to_move}
    return ReviewedChange(
        child,
        change,
        plan.id,
        _ending(plan, today),
        None if plan.to_worker_id is None else plan.to_worker_id == change.to_worker,
        tuple(row.step for row in at_move.steps if row.step in required and not row.is_settled),
    )


def _ending(plan: HandoverPlan, today: date) -> Ending:
    """Return the best of what became of the template's endings; a template without one could not be judged."""
    names = {step.name for step in plan.template.steps if step.is_ending}
    rows = [row for row in handover_status(plan, today=today).steps if row.step in names]
    outcomes = {_outcome(row) for row in rows}
    return next((ending for ending in Ending if ending in outcomes), Ending.COULD_NOT_BE_JUDGED)


#: What an ending that was not skipped has come to, by the state of its step.
_OUTCOMES: Final[Mapping[StepState, Ending]] = {
    StepState.DONE: Ending.HELD,
    StepState.AHEAD: Ending.STILL_TO_COME,
    StepState.DUE: Ending.STILL_TO_COME,
    StepState.LATE: Ending.NEVER_HAPPENED,
    StepState.NOT_NEEDED: Ending.COULD_NOT_BE_JUDGED,
    StepState.COULD_NOT_BE_JUDGED: Ending.COULD_NOT_BE_JUDGED,
}


def _outcome(row: StepStatus) -> Ending:
    if row.state is StepState.SKIPPED:
        return Ending.CHILD_SAID_NO if row.skipped_by is DecidedBy.CHILD else Ending.MANAGER_SAID_NO
    return _OUTCOMES[row.state]
