"""Plans: what may be written down, by whom, and that nothing written is ever lost."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError
from relationkit.handovers import (
    PLANNED_HANDOVER,
    UNPLANNED_HANDOVER,
    HandoverPlan,
    StepChosen,
    StepDone,
    StepSkipped,
)
from relationkit.handovers.moves import settled_steps
from relationkit.handovers.plans import plan_handover
from relationkit.records import Assignment

MONDAY = date(2025, 3, 3)
Planner = Callable[..., HandoverPlan]
Assigner = Callable[..., Assignment]


def test_a_plan_takes_its_facts_from_the_assignment_that_ends(an_assignment: Assigner) -> None:
    plan = plan_handover(an_assignment(), handover_on=date(2025, 3, 31), to_worker_id="w2")

    assert (plan.id, plan.assignment_id, plan.child_id, plan.role) == ("handover:a1", "a1", "c1", "social_worker")
    assert (plan.from_worker_id, plan.to_worker_id, plan.log) == ("w1", "w2", ())
    assert plan.template == PLANNED_HANDOVER


@pytest.mark.parametrize("field", ["id", "child_id", "assignment_id", "from_worker_id", "to_worker_id"])
@pytest.mark.parametrize("given_id", ["", "x\ny", "x\u2028y", "x\u202ey"])
def test_an_id_that_is_empty_or_not_one_line_is_refused(a_plan: Planner, field: str, given_id: str) -> None:
    with pytest.raises(InvalidRecordError, match=field):
        a_plan().model_copy(update={field: given_id})


def test_the_same_facts_give_the_same_plan(a_plan: Planner) -> None:
    assert a_plan() == a_plan()


def test_days_are_counted_on_calendar_days_across_a_clock_change_and_a_leap_day(a_plan: Planner) -> None:
    step = PLANNED_HANDOVER.step("goodbye")
    assert step is not None

    assert a_plan(handover_on=date(2025, 3, 31)).due_on(step) == date(2025, 3, 30)
    assert a_plan(handover_on=date(2024, 3, 1)).due_on(step) == date(2024, 2, 29)


def test_a_handover_on_the_day_the_assignment_starts_is_allowed(an_assignment: Assigner) -> None:
    assert plan_handover(an_assignment(started_on=MONDAY), handover_on=MONDAY).handover_on == MONDAY


def test_a_handover_before_the_assignment_starts_is_refused(an_assignment: Assigner) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        plan_handover(an_assignment(started_on=MONDAY), handover_on=MONDAY - timedelta(days=1))

    [problem] = refused.value.problems
    assert (
        str(problem)
        == "Assignment a1, handover_on: is before the assignment starts (found '2025-03-02'). Check the two days."
    )
    assert (problem.found, refused.value.record, refused.value.record_id) == ("2025-03-02", "HandoverPlan", None)


def test_a_planned_handover_may_be_on_the_day_the_assignment_ends(an_assignment: Assigner) -> None:
    assert plan_handover(an_assignment(ended_on=MONDAY), handover_on=MONDAY).handover_on == MONDAY


def test_a_planned_handover_of_an_assignment_that_is_over_is_refused(an_assignment: Assigner) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        plan_handover(an_assignment(ended_on=MONDAY), handover_on=MONDAY + timedelta(days=1))

    assert str(refused.value) == (
        "Assignment a1, handover_on: is after the assignment has ended (found '2025-03-04'). "
        "Use the unplanned template, or correct the day."
    )


def test_a_planned_handover_without_a_day_of_an_assignment_with_an_end_is_refused(an_assignment: Assigner) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        plan_handover(an_assignment(ended_on=MONDAY), handover_on=None)

    [problem] = refused.value.problems
    assert problem.found is None
    assert str(problem) == (
        "Assignment a1, handover_on: is missing although the assignment has an end. "
        "Give its last day, or use another template."
    )


def test_an_unplanned_ending_may_become_known_after_the_assignment_is_over(an_assignment: Assigner) -> None:
    late = MONDAY + timedelta(days=3)

    plan = plan_handover(an_assignment(ended_on=MONDAY), handover_on=late, template=UNPLANNED_HANDOVER)

    assert plan.handover_on == late


def test_a_handover_to_the_worker_who_leaves_is_refused(a_plan: Planner) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        a_plan(to_worker_id="w1")

    assert str(refused.value) == (
        "HandoverPlan handover:a1: to_worker_id is the worker who leaves. Name the next worker, or leave it out."
    )


def test_a_move_returns_the_next_plan_and_leaves_the_first_alone(a_plan: Planner) -> None:
    first = a_plan()

    second = first.done("tell_child", MONDAY, "w1")

    assert first.log == ()
    assert second.log == (StepDone(step="tell_child", on=MONDAY, by="w1"),)
    with pytest.raises(ValueError, match="frozen"):
        second.log = ()  # type: ignore[misc]  # the refusal is what is tested


def test_the_child_may_skip_what_is_theirs_to_skip_and_owes_no_reason(a_plan: Planner) -> None:
    plan = a_plan().skipped("joint_session", MONDAY, "w1", None, "child")

    assert isinstance(settled_steps(plan.log)["joint_session"], StepSkipped)


def test_the_child_may_not_skip_being_told(a_plan: Planner) -> None:
    with pytest.raises(InvalidRecordError, match="not the child's to skip"):
        a_plan().skipped("tell_child", MONDAY, "w1", "did not want to hear it", "child")


@pytest.mark.parametrize("why", [None, "", "  \t"])
def test_a_manager_skips_nothing_without_a_reason(a_plan: Planner, why: str | None) -> None:
    with pytest.raises(InvalidRecordError, match="Only the child's own choice needs no reason"):
        a_plan().skipped("goodbye", MONDAY, "m1", why, "manager")


def test_a_manager_skips_any_step_with_a_reason(a_plan: Planner) -> None:
    plan = a_plan().skipped("tell_child", MONDAY, "m1", "the court told the child", "manager")

    assert plan.log[-1].kind == "skipped"


@pytest.mark.parametrize("worker", ["w1", "w2"])
def test_neither_of_the_two_workers_is_the_manager_who_skips(a_plan: Planner, worker: str) -> None:
    with pytest.raises(InvalidRecordError, match="A manager who is neither decides"):
        a_plan().skipped("goodbye", MONDAY, worker, "no time", "manager")


@pytest.mark.parametrize("decided_by", ["worker", "", "Child"])
def test_nobody_but_the_child_and_a_manager_decides_to_skip(a_plan: Planner, decided_by: str) -> None:
    with pytest.raises(InvalidRecordError, match="decided_by"):
        a_plan().skipped("goodbye", MONDAY, "m1", "no time", decided_by)


def test_a_step_is_done_once(a_plan: Planner) -> None:
    plan = a_plan().done("goodbye", MONDAY, "w1")

    for again in (
        lambda: plan.done("goodbye", MONDAY, "w2"),
        lambda: plan.skipped("goodbye", MONDAY, "w1", None, "child"),
        lambda: plan.chose("goodbye", "letter"),
    ):
        with pytest.raises(InvalidRecordError, match="goodbye is already done, on 2025-03-03"):
            again()


def test_a_step_is_skipped_once(a_plan: Planner) -> None:
    plan = a_plan().skipped("goodbye", MONDAY, "w1", None, "child")

    with pytest.raises(InvalidRecordError, match="already skipped"):
        plan.skipped("goodbye", MONDAY, "m1", "no time", "manager")


def test_a_skipped_step_may_still_be_done(a_plan: Planner) -> None:
    plan = a_plan().skipped("goodbye", MONDAY, "w1", None, "child").done("goodbye", MONDAY, "w1")

    assert isinstance(settled_steps(plan.log)["goodbye"], StepDone)
    assert len(plan.log) == 2


def test_a_choice_opens_a_skipped_step_again(a_plan: Planner) -> None:
    plan = a_plan().skipped("goodbye", MONDAY, "m1", "no time", "manager").chose("goodbye", "letter")

    assert "goodbye" not in settled_steps(plan.log)


def test_the_childs_last_choice_counts_and_the_first_is_kept(a_plan: Planner) -> None:
    plan = (
        a_plan()
        .chose("goodbye", "session")
        .chose("goodbye", "my_own_way")
        .chose("goodbye", "letter", on=MONDAY, by="w1")
    )

    assert plan.choice_of("goodbye") == "letter"
    assert plan.choice_of("joint_session") is None
    assert [(move.choice, move.on, move.by) for move in plan.log if isinstance(move, StepChosen)] == [
        ("session", None, None),
        ("my_own_way", None, None),
        ("letter", MONDAY, "w1"),
    ]


def test_an_unknown_choice_is_told_what_there_is_to_choose(a_plan: Planner) -> None:
    with pytest.raises(InvalidRecordError, match="session, letter, session_and_letter, my_own_way"):
        a_plan().chose("goodbye", "party")


def test_a_step_without_choices_cannot_be_chosen_about(a_plan: Planner) -> None:
    with pytest.raises(InvalidRecordError, match="nothing to choose"):
        a_plan().chose("tell_child", "letter")


def test_an_unknown_step_is_told_which_there_are(a_plan: Planner) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        a_plan(template=UNPLANNED_HANDOVER).done("tell_everyone", MONDAY, "w1")

    assert str(refused.value) == (
        "HandoverPlan handover:a1: tell_everyone is not a step of the template unplanned. "
        f"Use one of {', '.join(UNPLANNED_HANDOVER.step_names)}."
    )


def test_a_stored_log_that_breaks_a_rule_is_refused_when_read_back(a_plan: Planner) -> None:
    stored = json.loads(a_plan().done("goodbye", MONDAY, "w1").model_dump_json())
    stored["log"].append(stored["log"][0])

    with pytest.raises(InvalidRecordError, match="already done"):
        HandoverPlan.model_validate_json(json.dumps(stored))


def test_reasons_and_names_stand_in_no_repr_and_no_error(a_plan: Planner) -> None:
    secret = "Ffion Example said so"
    plan = a_plan().skipped("goodbye", MONDAY, "m1", secret, "manager")

    with pytest.raises(InvalidRecordError) as refused:
        plan.skipped("goodbye", MONDAY, "m1", secret, "manager")

    assert repr(plan.log) == "(StepSkipped(step='goodbye'),)"
    assert secret not in repr(plan) + str(plan) + repr(plan.log) + str(refused.value)
    assert plan.log[0].why == secret


def test_a_later_version_of_the_template_leaves_a_plan_as_it_was(a_plan: Planner) -> None:
    before = a_plan()
    changed = PLANNED_HANDOVER.model_copy(update={"steps": PLANNED_HANDOVER.steps[:1]})

    assert a_plan(template=changed).template != before.template
    assert HandoverPlan.model_validate_json(before.model_dump_json()).template == PLANNED_HANDOVER


# -- properties ---------------------------------------------------------------------------------------------------

_STEPS = st.sampled_from([*PLANNED_HANDOVER.step_names, "unknown_step"])
_DAYS = st.dates(date(2025, 1, 1), date(2025, 6, 30))
_WHO = st.sampled_from(["w1", "w2", "m1", "c1"])
_CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("done"), _STEPS, _DAYS, _WHO),
        st.tuples(
            st.just("skipped"),
            _STEPS,
            _DAYS,
            _WHO,
            st.sampled_from([None, "a reason"]),
            st.sampled_from(["child", "manager"]),
        ),
        st.tuples(st.just("chose"), _STEPS, st.sampled_from(["letter", "both_workers", "session"])),
    ),
    max_size=25,
)


def _plans(first: HandoverPlan, calls: list[tuple[Any, ...]]) -> list[HandoverPlan]:
    """Return every plan along the way; refused moves leave the plan as it was."""
    plans = [first]
    for name, *arguments in calls:
        try:
            plans.append(getattr(plans[-1], name)(*arguments))
        except InvalidRecordError:
            continue
    return plans


@given(calls=_CALLS)
def test_every_prefix_of_a_log_is_a_plan_that_was(a_plan: Planner, calls: list[tuple[Any, ...]]) -> None:
    plans = _plans(a_plan(), calls)

    for length, plan in enumerate(plans):
        assert plan.log == plans[-1].log[:length]
        assert HandoverPlan.model_validate({**dict(plans[-1]), "log": plans[-1].log[:length]}) == plan


@given(calls=_CALLS)
def test_a_plan_comes_back_from_json_as_it_was(a_plan: Planner, calls: list[tuple[Any, ...]]) -> None:
    plan = _plans(a_plan(), calls)[-1]

    assert HandoverPlan.model_validate_json(plan.model_dump_json()) == plan


@given(calls=_CALLS)
def test_a_step_skipped_without_a_reason_was_skipped_by_the_child(
    a_plan: Planner, calls: list[tuple[Any, ...]]
) -> None:
    plan = _plans(a_plan(), calls)[-1]

    skips = [move for move in plan.log if isinstance(move, StepSkipped)]
    childs = {step.name for step in PLANNED_HANDOVER.steps if step.is_skippable_by_child}
    assert all(move.why or (move.decided_by == "child" and move.step in childs) for move in skips)
