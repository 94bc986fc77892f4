"""Looking back: which changes had a plan, and which endings never happened."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.continuity import Window, WorkerChange, worker_changes, worker_history
from relationkit.handovers import (
    UNPLANNED_HANDOVER,
    Ending,
    HandoverPlan,
    ReviewedChange,
    plan_handover,
    review_handovers,
)
from relationkit.records import Assignment

CHANGED = date(2025, 3, 31)
TODAY = date(2025, 6, 30)
Planner = Callable[..., HandoverPlan]
Assigner = Callable[..., Assignment]


def a_change(on: date = CHANGED, *, before: str = "w1", after: str = "w2", gap_days: int = 0) -> WorkerChange:
    return WorkerChange(on, before, after, None, gap_days, False)


def the_row(plans: list[HandoverPlan], change: WorkerChange, *, today: date = TODAY) -> Any:
    (row,) = review_handovers(plans, {"c1": [change]}, today=today).rows
    return row


def test_a_change_without_a_plan_is_listed_and_its_ending_could_not_be_judged() -> None:
    review = review_handovers([], {"c1": [a_change()]}, today=TODAY)

    assert review.without_plan == (ReviewedChange("c1", a_change(), None, Ending.COULD_NOT_BE_JUDGED, None, ()),)
    assert review.endings_never_happened == ()


def test_a_goodbye_that_was_said_is_held(a_plan: Planner) -> None:
    assert the_row([a_plan().done("goodbye", CHANGED, "w1")], a_change()).ending is Ending.HELD


def test_a_goodbye_neither_said_nor_skipped_never_happened_once_its_last_day_has_passed(a_plan: Planner) -> None:
    plan = a_plan(template=UNPLANNED_HANDOVER)  # goodbye within 14 days

    assert the_row([plan], a_change(), today=CHANGED + timedelta(days=14)).ending is Ending.STILL_TO_COME
    assert the_row([plan], a_change(), today=CHANGED + timedelta(days=15)).ending is Ending.NEVER_HAPPENED


@pytest.mark.parametrize(("by", "ending"), [("child", Ending.CHILD_SAID_NO), ("manager", Ending.MANAGER_SAID_NO)])
def test_who_said_no_to_a_goodbye_is_told_apart(a_plan: Planner, by: str, ending: Ending) -> None:
    assert the_row([a_plan().skipped("goodbye", CHANGED, "m1", "a reason", by)], a_change()).ending is ending


def test_steps_still_open_on_the_day_of_the_move_are_named(a_plan: Planner) -> None:
    plan = a_plan().done("tell_child", CHANGED, "w1").done("goodbye", CHANGED + timedelta(days=1), "w1")

    row = the_row([plan], a_change())

    required = [step.name for step in plan.template.steps if step.is_required_to_move]
    assert row == ReviewedChange(
        "c1", a_change(), plan.id, Ending.HELD, True, tuple(step for step in required if step != "tell_child")
    )
    assert "goodbye" in row.open_at_move
    assert "check_in" not in row.open_at_move


def test_a_template_without_a_goodbye_could_not_be_judged(a_plan: Planner) -> None:
    no_goodbye = tuple(step for step in UNPLANNED_HANDOVER.steps if not step.is_ending)
    template = UNPLANNED_HANDOVER.model_copy(update={"steps": no_goodbye})

    assert the_row([a_plan(template=template)], a_change()).ending is Ending.COULD_NOT_BE_JUDGED


def test_of_two_changes_near_one_plan_the_second_has_none(a_plan: Planner) -> None:
    changes = [a_change(CHANGED + timedelta(days=1)), a_change()]

    review = review_handovers([a_plan()], {"c1": changes}, today=TODAY)

    assert [(row.change.on, row.plan_id) for row in review.rows] == [
        (CHANGED, "handover:a1"),
        (CHANGED + timedelta(days=1), None),
    ]


def test_of_two_plans_near_one_change_the_second_has_none(an_assignment: Assigner) -> None:
    plans = [plan_handover(an_assignment(id=f"a{days}"), handover_on=CHANGED + timedelta(days=days)) for days in (1, 0)]

    review = review_handovers(plans, {"c1": [a_change()]}, today=TODAY)

    assert [row.plan_id for row in review.rows] == ["handover:a0"]
    assert review.plans_without_change == ("handover:a1",)


def test_of_two_plans_for_days_between_the_two_workers_the_smaller_id_counts(an_assignment: Assigner) -> None:
    days = {"a1": 1, "a2": 5}
    plans = [
        plan_handover(an_assignment(id=each), handover_on=CHANGED - timedelta(days=day)) for each, day in days.items()
    ]

    assert the_row(plans, a_change(gap_days=10)).plan_id == "handover:a1"


def test_rows_come_by_day_then_child_then_the_worker_who_came() -> None:
    later, c, b = (
        a_change(CHANGED + timedelta(days=1)),
        a_change(after="w8", before="w3"),
        a_change(after="w7", before="w4"),
    )

    review = review_handovers([], {"c2": [a_change()], "c1": [later, c, b]}, today=TODAY)

    assert [(row.change.on, row.child_id, row.change.to_worker) for row in review.rows] == [
        (CHANGED, "c1", "w7"),
        (CHANGED, "c1", "w8"),
        (CHANGED, "c2", "w2"),
        (CHANGED + timedelta(days=1), "c1", "w2"),
    ]


def test_another_worker_than_the_planned_one_still_had_a_plan(a_plan: Planner) -> None:
    assert the_row([a_plan()], a_change()).is_to_planned_worker is True
    assert the_row([a_plan()], a_change(after="w9")).is_to_planned_worker is False
    assert the_row([a_plan(to_worker_id=None)], a_change()).is_to_planned_worker is None


@pytest.mark.parametrize(
    ("planned_on", "has_plan"),
    [
        (CHANGED + timedelta(days=28), True),
        (CHANGED + timedelta(days=29), False),
        (CHANGED - timedelta(days=10 + 28), True),  # ten days lie between the two workers
        (CHANGED - timedelta(days=10 + 29), False),
        (CHANGED - timedelta(days=5), True),
    ],
)
def test_a_plan_belongs_to_a_change_at_most_28_days_from_it(a_plan: Planner, planned_on: date, has_plan: bool) -> None:
    row = the_row([a_plan(handover_on=planned_on)], a_change(gap_days=10))

    assert (row.plan_id is not None) is has_plan


def test_a_plan_of_another_child_or_another_leaving_worker_does_not_count(
    a_plan: Planner, an_assignment: Assigner
) -> None:
    other = plan_handover(an_assignment(id="a2", child_id="c2"), handover_on=CHANGED)

    assert the_row([other], a_change()).plan_id is None
    assert the_row([a_plan()], a_change(before="w5")).plan_id is None


def test_two_changes_share_no_plan_and_the_nearest_counts(an_assignment: Assigner) -> None:
    first = plan_handover(an_assignment(id="a1"), handover_on=CHANGED)
    second = plan_handover(an_assignment(id="a9"), handover_on=CHANGED + timedelta(days=20))
    changes = [a_change(), a_change(CHANGED + timedelta(days=19))]

    review = review_handovers([second, first], {"c1": changes}, today=TODAY)

    assert [row.plan_id for row in review.rows] == ["handover:a1", "handover:a9"]


def test_a_plan_whose_day_has_come_without_a_change_is_listed(a_plan: Planner) -> None:
    assert review_handovers([a_plan()], {}, today=CHANGED).plans_without_change == ("handover:a1",)
    assert review_handovers([a_plan()], {}, today=CHANGED - timedelta(days=1)).plans_without_change == ()


def test_a_plan_without_a_day_goes_with_a_change_that_no_other_plan_fits(a_plan: Planner) -> None:
    plan = a_plan(handover_on=None)

    assert the_row([plan], a_change()).plan_id == plan.id
    assert the_row([plan], a_change()).ending is Ending.COULD_NOT_BE_JUDGED
    assert review_handovers([plan], {}, today=TODAY).plans_without_day == (plan.id,)


def test_a_change_that_has_not_come_yet_is_passed_over(a_plan: Planner) -> None:
    assert review_handovers([a_plan()], {"c1": [a_change()]}, today=CHANGED - timedelta(days=1)).rows == ()
    assert len(review_handovers([a_plan()], {"c1": [a_change()]}, today=CHANGED).rows) == 1


def test_of_one_plan_given_twice_the_longer_log_counts(a_plan: Planner) -> None:
    old = a_plan()
    new = old.done("goodbye", CHANGED, "w1")

    assert the_row([new, old], a_change()).ending is Ending.HELD
    assert the_row([old, new], a_change()).ending is Ending.HELD


def test_changes_come_from_assignments_by_way_of_the_worker_history(an_assignment: Assigner) -> None:
    leaving = an_assignment(ended_on=CHANGED)
    coming = an_assignment(id="a2", worker_id="w2", started_on=CHANGED)
    changes = worker_changes(worker_history([leaving, coming]), Window.year_to(TODAY))

    review = review_handovers([plan_handover(leaving, handover_on=CHANGED)], {"c1": changes}, today=TODAY)

    assert [row.plan_id for row in review.rows] == ["handover:a1"]


@given(data=st.data())
def test_the_order_of_plans_and_changes_never_matters(an_assignment: Assigner, data: st.DataObject) -> None:
    days = st.dates(date(2025, 1, 1), date(2025, 4, 30))
    plans = [
        plan_handover(an_assignment(id=f"a{number}"), handover_on=day)
        for number, day in enumerate(data.draw(st.lists(st.none() | days, max_size=5)))
    ]
    changes = [a_change(day) for day in data.draw(st.lists(days, max_size=5, unique=True))]
    shuffled = review_handovers(
        data.draw(st.permutations(plans)), {"c1": data.draw(st.permutations(changes))}, today=TODAY
    )

    assert review_handovers(plans, {"c1": changes}, today=TODAY) == shuffled
    used = [row.plan_id for row in shuffled.rows if row.plan_id is not None]
    assert len(used) == len(set(used))
    assert set(used) | set(shuffled.plans_without_change) | set(shuffled.plans_without_day) == {p.id for p in plans}
