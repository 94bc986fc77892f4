"""Two people act on one plan at once: both moves are kept, unless they contradict each other."""

from collections.abc import Callable
from datetime import date

import pytest

from relationkit.errors import HandoverConflictError
from relationkit.handovers import HandoverPlan, merge_plans

Planner = Callable[..., HandoverPlan]
DAY = date(2025, 3, 10)


def test_moves_about_different_steps_are_both_kept(a_plan: Planner) -> None:
    seen = a_plan()
    kept, mine = seen.done("tell_child", DAY, "w1"), seen.done("ask_child", DAY, "w2")

    merged = merge_plans(seen=seen, kept=kept, mine=mine)

    assert [move.step for move in merged.log if move.kind == "done"] == ["tell_child", "ask_child"]


def test_where_nothing_was_kept_meanwhile_mine_is_kept(a_plan: Planner) -> None:
    mine = a_plan().done("tell_child", DAY, "w1")

    assert merge_plans(seen=a_plan(), kept=a_plan(), mine=mine) == mine


def test_the_very_same_move_counts_once(a_plan: Planner) -> None:
    mine = a_plan().done("tell_child", DAY, "w1")

    assert merge_plans(seen=a_plan(), kept=mine, mine=mine) == mine
    assert merge_plans(seen=mine, kept=mine.done("ask_child", DAY, "w1"), mine=mine).log[1].on == DAY


@pytest.mark.parametrize(
    ("theirs", "ours", "about"),
    [
        (lambda plan: plan.done("goodbye", DAY, "w1"), lambda plan: plan.done("goodbye", DAY, "w2"), "goodbye"),
        (
            lambda plan: plan.done("goodbye", DAY, "w1"),
            lambda plan: plan.skipped("goodbye", DAY, "c1", None, "child"),
            "goodbye",
        ),
        (lambda plan: plan.chose("goodbye", "letter"), lambda plan: plan.chose("goodbye", "session"), "goodbye"),
        (
            lambda plan: plan.chose("goodbye", "letter"),
            lambda plan: plan.skipped("goodbye", DAY, "m1", "Not safe", "manager"),
            "goodbye",
        ),
        (
            lambda plan: plan.moved_to(date(2025, 4, 7), on=DAY, by="m1"),
            lambda plan: plan.moved_to(date(2025, 4, 8), on=DAY, by="m2"),
            "handover_on",
        ),
        (
            lambda plan: plan.named("w3", on=DAY, by="m1"),
            lambda plan: plan.named("w4", on=DAY, by="m2"),
            "to_worker_id",
        ),
    ],
)
def test_moves_that_contradict_each_other_are_refused_and_say_what_about(
    a_plan: Planner,
    theirs: Callable[[HandoverPlan], HandoverPlan],
    ours: Callable[[HandoverPlan], HandoverPlan],
    about: str,
) -> None:
    seen = a_plan()

    with pytest.raises(HandoverConflictError) as refusal:
        merge_plans(seen=seen, kept=theirs(seen), mine=ours(seen))

    assert (refusal.value.plan_id, refusal.value.about) == (seen.id, (about,))
    assert str(refusal.value) == (
        f"handover plan handover:a1: two people wrote about the same thing at once ({about}). Nothing was changed. "
        "Read the plan again, see what the other person wrote, and write yours where it still holds."
    )


def test_a_day_that_one_moved_and_a_step_that_another_did_are_both_kept(a_plan: Planner) -> None:
    seen = a_plan()
    kept = seen.moved_to(date(2025, 4, 7), on=DAY, by="m1")
    mine = seen.named("w3", on=DAY, by="m2").done("tell_child", DAY, "w1")

    merged = merge_plans(seen=seen, kept=kept, mine=mine)

    assert (merged.handover_on, merged.to_worker_id) == (date(2025, 4, 7), "w3")
    assert [move.kind for move in merged.log] == ["day_moved", "worker_named", "done"]


def test_a_log_from_which_something_is_missing_is_refused(a_plan: Planner) -> None:
    seen = a_plan().done("tell_child", DAY, "w1")

    for kept, mine in ((seen, a_plan()), (a_plan().done("ask_child", DAY, "w1"), seen)):
        with pytest.raises(HandoverConflictError) as refusal:
            merge_plans(seen=seen, kept=kept, mine=mine)
        assert (refusal.value.plan_id, refusal.value.about) == (seen.id, ("log",))
        assert str(refusal.value).startswith(
            "handover plan handover:a1: what was written down before is missing or different (log). "
        )


def test_moves_that_each_may_be_and_both_may_not_are_refused(a_plan: Planner) -> None:
    seen = a_plan()
    kept = seen.skipped("goodbye", DAY, "w3", "Not safe", "manager")

    with pytest.raises(HandoverConflictError) as refusal:
        merge_plans(seen=seen, kept=kept, mine=seen.named("w3", on=DAY, by="m1"))

    assert (refusal.value.plan_id, refusal.value.about) == (seen.id, ("log",))
    assert str(refusal.value).startswith("handover plan handover:a1: what two people wrote cannot both be (log). ")


def test_a_field_that_two_changed_otherwise_is_refused(a_plan: Planner) -> None:
    seen = a_plan()
    with pytest.raises(HandoverConflictError) as refusal:
        merge_plans(seen=seen, kept=seen.model_copy(update={"age": 7}), mine=seen.model_copy(update={"age": 8}))

    assert refusal.value.about == ("age",)
    assert str(refusal.value).startswith("handover plan handover:a1: two people changed the same thing at once (age). ")


def test_a_conflict_shows_no_reason_of_anybody(a_plan: Planner) -> None:
    seen = a_plan()
    mine = seen.skipped("goodbye", DAY, "c1", "My own private words", "child")

    with pytest.raises(HandoverConflictError) as refusal:
        merge_plans(seen=seen, kept=seen.done("goodbye", DAY, "w1"), mine=mine)
    assert "private" not in str(refusal.value)
