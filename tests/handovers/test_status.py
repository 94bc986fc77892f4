"""Status: each boundary from both sides, and unknown is never fine."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.handovers import PLANNED_HANDOVER, UNPLANNED_HANDOVER, HandoverPlan, StepState, handover_status

HANDOVER = date(2025, 3, 31)
Planner = Callable[..., HandoverPlan]
REQUIRED = tuple(step.name for step in PLANNED_HANDOVER.steps if step.is_required_to_move)


def state_of(plan: HandoverPlan, step: str, *, today: date) -> StepState:
    return next(row.state for row in handover_status(plan, today=today).steps if row.step == step)


def with_all_required(plan: HandoverPlan, *, but: str | None = None) -> HandoverPlan:
    for step in REQUIRED:
        if step != but:
            plan = plan.done(step, HANDOVER - timedelta(days=30), "w1")
    return plan


@pytest.mark.parametrize(
    ("days_from_due", "state"),
    [(-8, StepState.AHEAD), (-7, StepState.DUE), (0, StepState.DUE), (1, StepState.LATE)],
)
def test_a_step_is_due_from_a_week_before_its_last_day_and_late_strictly_after(
    a_plan: Planner, days_from_due: int, state: StepState
) -> None:
    due_on = HANDOVER - timedelta(days=1)

    assert state_of(a_plan(), "goodbye", today=due_on + timedelta(days=days_from_due)) is state


@pytest.mark.parametrize(("notice_days", "state"), [(2, StepState.AHEAD), (3, StepState.DUE)])
def test_the_notice_can_be_longer_or_shorter(a_plan: Planner, notice_days: int, state: StepState) -> None:
    status = handover_status(a_plan(), today=HANDOVER - timedelta(days=4), notice_days=notice_days)

    assert next(row.state for row in status.steps if row.step == "goodbye") is state


def test_a_move_counts_on_its_own_day_and_not_the_day_before(a_plan: Planner) -> None:
    plan = a_plan().done("tell_child", date(2025, 3, 3), "w1")

    assert state_of(plan, "tell_child", today=date(2025, 3, 2)) is StepState.DUE
    assert state_of(plan, "tell_child", today=date(2025, 3, 3)) is StepState.DONE


@pytest.mark.parametrize(("done_on", "is_late"), [(date(2025, 3, 30), False), (date(2025, 3, 31), True)])
def test_done_on_its_last_day_is_in_time_and_a_day_later_is_late(a_plan: Planner, done_on: date, is_late: bool) -> None:
    status = handover_status(a_plan().done("goodbye", done_on, "w1"), today=date(2025, 4, 2))

    row = next(row for row in status.steps if row.step == "goodbye")
    assert (row.state, row.is_done_late, row.settled_on) == (StepState.DONE, is_late, done_on)


def test_the_assignment_may_move_once_every_required_step_is_settled(a_plan: Planner) -> None:
    status = handover_status(with_all_required(a_plan()), today=HANDOVER)

    assert (status.may_move, status.reasons, status.missing) == (True, (), ())


@pytest.mark.parametrize("step", REQUIRED)
def test_one_open_required_step_holds_the_assignment_and_is_named(a_plan: Planner, step: str) -> None:
    status = handover_status(with_all_required(a_plan(), but=step), today=HANDOVER)

    assert status.may_move is False
    due_on = next(row.due_on for row in status.steps if row.step == step)
    assert status.reasons == (f"{step} is neither done nor skipped, late since {due_on}",)


def test_a_reason_says_when_a_step_is_due_where_that_is_known(a_plan: Planner) -> None:
    waits = with_all_required(a_plan(), but="goodbye")
    no_day = with_all_required(a_plan(handover_on=None), but="goodbye")

    assert handover_status(waits, today=date(2025, 3, 29)).reasons == (
        "goodbye is neither done nor skipped, due by 2025-03-30",
    )
    assert handover_status(no_day, today=HANDOVER).reasons == (
        "goodbye is neither done nor skipped",
        "could not be judged: handover_on is not known",
    )


def test_a_status_names_its_plan_and_day_and_who_does_each_step(a_plan: Planner) -> None:
    status = handover_status(a_plan(), today=HANDOVER)

    assert (status.plan_id, status.today) == ("handover:a1", HANDOVER)
    assert [(row.step, row.who) for row in status.steps] == [(step.name, step.who) for step in PLANNED_HANDOVER.steps]


def test_a_step_the_child_skipped_holds_nothing(a_plan: Planner) -> None:
    plan = with_all_required(a_plan(), but="goodbye").skipped("goodbye", date(2025, 3, 20), "w1", None, "child")

    assert handover_status(plan, today=HANDOVER).may_move is True
    assert handover_status(plan, today=date(2025, 3, 19)).may_move is False


def test_steps_after_the_handover_do_not_hold_the_assignment(a_plan: Planner) -> None:
    status = handover_status(with_all_required(a_plan()), today=HANDOVER + timedelta(days=90))

    assert status.may_move is True
    assert status.late == ("first_session_alone", "check_in")


def test_without_a_handover_day_no_step_is_called_in_time(a_plan: Planner) -> None:
    status = handover_status(a_plan(handover_on=None).done("tell_child", HANDOVER, "w1"), today=HANDOVER)

    assert status.done == ("tell_child",)
    everybody = {step.name for step in PLANNED_HANDOVER.steps if step.on_choice is None}
    assert set(status.in_state(StepState.COULD_NOT_BE_JUDGED)) == everybody - {"tell_child"}
    assert status.due == status.late == ()
    assert status.steps[0].is_done_late is None


@pytest.mark.parametrize("fact", ["handover_on", "to_worker_id"])
def test_where_a_fact_is_missing_moving_could_not_be_judged(a_plan: Planner, fact: str) -> None:
    status = handover_status(with_all_required(a_plan(**{fact: None})), today=HANDOVER)

    assert status.may_move is None
    assert status.missing == (fact,)
    assert status.reasons == (f"could not be judged: {fact} is not known",)


def test_an_open_required_step_says_no_even_where_a_fact_is_missing(a_plan: Planner) -> None:
    status = handover_status(a_plan(to_worker_id=None), today=HANDOVER)

    assert status.may_move is False
    assert status.missing == ("to_worker_id",)


def test_an_unplanned_ending_moves_as_soon_as_the_child_is_told_and_knows_whom_to_ask(a_plan: Planner) -> None:
    told = a_plan(template=UNPLANNED_HANDOVER).done("tell_child", HANDOVER, "m1")

    assert handover_status(told, today=HANDOVER).may_move is False
    assert handover_status(told.done("name_contact", HANDOVER, "m1"), today=HANDOVER).may_move is True


def test_the_childs_choice_shows_beside_the_step(a_plan: Planner) -> None:
    status = handover_status(a_plan().chose("goodbye", "session").chose("goodbye", "letter"), today=HANDOVER)

    assert {row.step: row.choice for row in status.steps}["goodbye"] == "letter"


@given(today=st.dates(date(2025, 1, 1), date(2025, 6, 30)), earlier=st.integers(1, 60))
def test_an_open_step_never_goes_back_from_late_to_due_to_ahead(a_plan: Planner, today: date, earlier: int) -> None:
    order = [StepState.AHEAD, StepState.DUE, StepState.LATE]
    before = handover_status(a_plan(), today=today - timedelta(days=earlier))
    after = handover_status(a_plan(), today=today)

    for old, new in zip(before.steps, after.steps, strict=True):
        if StepState.NOT_NEEDED in (old.state, new.state):
            assert old.state == new.state
            continue
        assert order.index(old.state) <= order.index(new.state)


@given(
    moved=st.lists(st.sampled_from(PLANNED_HANDOVER.step_names), unique=True),
    today=st.dates(date(2025, 1, 1), date(2025, 6, 30)),
)
def test_the_assignment_may_move_exactly_when_no_required_step_is_open(
    a_plan: Planner, moved: list[str], today: date
) -> None:
    plan = a_plan()
    for step in moved:
        plan = plan.done(step, date(2025, 3, 1), "w1")

    may_move = set(REQUIRED) <= set(moved) and today >= date(2025, 3, 1)
    assert handover_status(plan, today=today).may_move is may_move
