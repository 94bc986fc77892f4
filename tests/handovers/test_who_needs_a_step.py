"""Ages, choices and working days: which steps a plan has, and by when."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.england import working_day_from
from relationkit.errors import InvalidRecordError
from relationkit.handovers import (
    COVER_BECOMES_PERMANENT,
    LEAVING_CARE_HANDOVER,
    PLANNED_HANDOVER,
    UNPLANNED_HANDOVER,
    HandoverPlan,
    StepState,
    handover_status,
    plan_handover,
)
from relationkit.records import Assignment

Planner = Callable[..., HandoverPlan]
HANDOVER = date(2025, 3, 31)


def state_of(plan: HandoverPlan, step: str, **how: object) -> StepState:
    status = handover_status(plan, today=HANDOVER, **how)  # type: ignore[arg-type]  # what is under test
    return next(row.state for row in status.steps if row.step == step)


def test_a_choice_brings_its_step_and_another_choice_takes_it_away(a_plan: Planner) -> None:
    plan = a_plan()
    assert state_of(plan, "write_letter") is StepState.NOT_NEEDED
    assert {row.step: row.due_on for row in handover_status(plan, today=HANDOVER).steps}["write_letter"] is None

    plan = plan.chose("goodbye", "letter", on=date(2025, 3, 1), by="c1")
    assert state_of(plan, "write_letter") is StepState.LATE

    plan = plan.chose("goodbye", "session", on=date(2025, 3, 2), by="c1")
    assert state_of(plan, "write_letter") is StepState.NOT_NEEDED


def test_a_step_that_was_not_needed_and_was_done_stays_done(a_plan: Planner) -> None:
    plan = a_plan().done("write_letter", date(2025, 3, 28), "w1")

    assert state_of(plan, "write_letter") is StepState.DONE


def test_a_step_for_some_ages_could_not_be_judged_without_the_age(a_plan: Planner) -> None:
    drawing = PLANNED_HANDOVER.steps[0].model_copy(update={"name": "draw", "oldest": 7, "is_required_to_move": False})
    template = PLANNED_HANDOVER.model_copy(update={"steps": (*PLANNED_HANDOVER.steps, drawing)})

    status = handover_status(a_plan(template=template), today=HANDOVER)

    assert status.in_state(StepState.COULD_NOT_BE_JUDGED) == ("draw",)
    assert status.missing == ("age",)
    assert "could not be judged: age is not known" in status.reasons


@pytest.mark.parametrize(
    ("born_on", "state"), [(date(2017, 4, 1), StepState.LATE), (date(2017, 3, 31), StepState.NOT_NEEDED)]
)
def test_the_age_is_that_on_the_handover_day(a_plan: Planner, born_on: date, state: StepState) -> None:
    drawing = PLANNED_HANDOVER.steps[0].model_copy(update={"name": "draw", "oldest": 7})
    template = PLANNED_HANDOVER.model_copy(update={"steps": (drawing,)})

    assert state_of(a_plan(template=template, born_on=born_on), "draw") is state


@pytest.mark.parametrize(("born_on", "is_allowed"), [(date(2009, 3, 31), True), (date(2009, 4, 1), False)])
def test_nobody_leaves_care_before_sixteen(a_plan: Planner, born_on: date, is_allowed: bool) -> None:
    if is_allowed:
        assert a_plan(template=LEAVING_CARE_HANDOVER, born_on=born_on).age == 16
    else:
        with pytest.raises(InvalidRecordError, match="not for a child of that age"):
            a_plan(template=LEAVING_CARE_HANDOVER, born_on=born_on)


def test_working_days_leave_out_weekends_and_the_days_on_which_nobody_works(a_plan: Planner) -> None:
    plan = a_plan(template=LEAVING_CARE_HANDOVER, handover_on=date(2025, 4, 28))
    step = LEAVING_CARE_HANDOVER.step("tell_others")
    assert step is not None

    assert plan.due_on(step, closed_on=frozenset()) == date(2025, 4, 14)
    easter = frozenset({date(2025, 4, 18), date(2025, 4, 21)})
    assert plan.due_on(step, closed_on=easter) == date(2025, 4, 10)


def test_without_the_days_off_a_step_in_working_days_could_not_be_judged(a_plan: Planner) -> None:
    plan = a_plan(template=COVER_BECOMES_PERMANENT)

    status = handover_status(plan, today=HANDOVER)
    assert status.in_state(StepState.COULD_NOT_BE_JUDGED) == ("tell_child", "tell_others")
    assert status.missing == ("closed_on",)
    judged = handover_status(plan, today=HANDOVER, closed_on=())
    assert judged.missing == ()
    no_day = a_plan(template=COVER_BECOMES_PERMANENT, handover_on=None)
    assert handover_status(no_day, today=HANDOVER, closed_on=()).missing == ("handover_on",)
    assert [row.due_on for row in judged.steps] == [plan.due_on(step, closed_on=()) for step in plan.template.steps]


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2025, 3, 28), 1, date(2025, 3, 31)),
        (date(2025, 3, 29), 1, date(2025, 3, 31)),
        (date(2025, 3, 31), -1, date(2025, 3, 28)),
        (date(2025, 3, 30), -1, date(2025, 3, 28)),
        (date(2025, 3, 30), 0, date(2025, 3, 30)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        (date(2025, 12, 24), 1, date(2025, 12, 29)),
    ],
)
def test_working_days_are_counted_from_day_zero(day: date, count: int, expected: date) -> None:
    christmas = {date(2025, 12, 25), date(2025, 12, 26)}

    assert working_day_from(day, count, closed_on=christmas) == expected


@given(
    day=st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    count=st.integers(1, 60),
    closed_on=st.frozensets(st.dates(date(2024, 1, 1), date(2026, 6, 1)), max_size=20),
)
def test_exactly_so_many_working_days_lie_between(day: date, count: int, closed_on: frozenset[date]) -> None:
    reached = working_day_from(day, count, closed_on=closed_on)

    days = [day + timedelta(days=number) for number in range(1, (reached - day).days + 1)]
    working = [each for each in days if each.weekday() < 5 and each not in closed_on]
    assert len(working) == count
    assert working[-1] == reached


def test_the_day_and_the_next_worker_are_set_by_moves_that_the_log_keeps(a_plan: Planner) -> None:
    plan = a_plan(handover_on=None, to_worker_id=None, born_on=date(2017, 4, 1))
    assert plan.age is None

    plan = plan.moved_to(date(2025, 4, 7), on=date(2025, 3, 1), by="m1", born_on=date(2017, 4, 1))
    plan = plan.named("w3", on=date(2025, 3, 2), by="m1")

    assert (plan.handover_on, plan.to_worker_id, plan.age) == (date(2025, 4, 7), "w3", 8)
    assert [move.kind for move in plan.log] == ["day_moved", "worker_named"]
    assert HandoverPlan.model_validate_json(plan.model_dump_json()) == plan


def test_the_leaving_worker_is_never_the_next(a_plan: Planner) -> None:
    with pytest.raises(InvalidRecordError, match="is the worker who leaves"):
        a_plan().named("w1", on=HANDOVER, by="m1")


def test_a_day_that_is_not_what_the_log_says_is_refused(a_plan: Planner) -> None:
    plan = a_plan().moved_to(date(2025, 4, 7), on=date(2025, 3, 1), by="m1")

    for otherwise in (
        lambda: plan.model_copy(update={"handover_on": date(2025, 4, 8)}),
        lambda: a_plan().named("w3", on=HANDOVER, by="m1").model_copy(update={"to_worker_id": "w4"}),
    ):
        with pytest.raises(InvalidRecordError) as refused:
            otherwise()
        assert str(refused.value) == (
            "HandoverPlan handover:a1: handover_on or to_worker_id is not what the log says. Use moved_to and named."
        )


def test_an_assignment_that_is_over_needs_its_day_or_another_template(
    an_assignment: Callable[..., Assignment],
) -> None:
    over = an_assignment(ended_on=date(2025, 3, 10))

    with pytest.raises(InvalidRecordError, match=r"handover_on: is missing although the assignment has an end"):
        plan_handover(over, handover_on=None)
    with pytest.raises(InvalidRecordError, match=r"is after the assignment has ended"):
        plan_handover(over, handover_on=date(2025, 3, 11))
    assert plan_handover(over, handover_on=date(2025, 3, 11), template=UNPLANNED_HANDOVER)
