"""The handover plans of one child of a synthetic council: some changes have one, and some steps were forgotten."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from relationkit.handovers import (
    PLANNED_HANDOVER,
    UNPLANNED_HANDOVER,
    HandoverPlan,
    HandoverTemplate,
    plan_handover,
)
from relationkit.handovers.moves import choices_made
from relationkit.records import Assignment, ChangeReason, Role, WorkerId
from relationkit.samples import calibration as figures
from relationkit.samples.circles import Circle
from relationkit.samples.draws import Draws

__all__ = ["handovers_of"]

#: Changes that nobody can plan.
_SUDDEN: Final = frozenset({ChangeReason.DIED, ChangeReason.ABSENCE})


def handovers_of(circle: Circle, *, seed: int, today: date) -> Iterator[HandoverPlan]:
    """Yield the plans, oldest handover day first: for changes of the last months, and for one that lies ahead."""
    draws = Draws(seed, "handovers", circle.case.number)
    lead = [each for each in circle.assignments() if each.role is Role.SOCIAL_WORKER and each.cover_for is None]
    for ending, following in pairwise(lead):
        is_recent = today - timedelta(days=figures.PLANS_BACK_DAYS) <= following.started_on <= today
        if is_recent and ending.worker_id != following.worker_id and draws.chance(figures.PLANNED_SHARE.value):
            yield _plan(circle, ending, following.worker_id, following.started_on, following.reason, draws, today)
    if lead and lead[-1].is_open(on=today) and draws.chance(figures.PLAN_AHEAD_SHARE.value):
        yield _plan(circle, lead[-1], None, today + timedelta(days=draws.whole(1, 35)), None, draws, today)


def _plan(
    circle: Circle,
    ending: Assignment,
    next_id: WorkerId | None,
    handover_on: date,
    reason: ChangeReason | None,
    draws: Draws,
    today: date,
) -> HandoverPlan:
    is_over = ending.ended_on is not None and ending.ended_on < handover_on
    template = UNPLANNED_HANDOVER if is_over or reason in _SUDDEN else PLANNED_HANDOVER
    born_on = circle.case.born_on
    plan = plan_handover(ending, handover_on=handover_on, to_worker_id=next_id, born_on=born_on, template=template)
    return _with_moves(plan, template, draws, today)


def _with_moves(plan: HandoverPlan, template: HandoverTemplate, draws: Draws, today: date) -> HandoverPlan:
    for step in template.steps:
        due_on = plan.due_on(step)
        on = today if due_on is None else due_on - timedelta(days=draws.whole(0, 5))
        fate = draws.fraction()
        choice = draws.one_of(step.choices) if step.choices else None
        if on > today or not step.is_needed(plan.age, choices_made(plan.log)):
            continue
        if choice is not None:
            plan = plan.chose(step.name, choice, on=on, by=plan.child_id)
        if fate < figures.STEP_DONE_SHARE.value:
            plan = plan.done(step.name, on, plan.from_worker_id)
        elif step.is_skippable_by_child and fate > 1 - figures.STEP_DECLINED_SHARE.value:
            plan = plan.skipped(step.name, on, plan.child_id, None, "child")
    return plan
