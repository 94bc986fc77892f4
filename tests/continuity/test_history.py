"""Worker history: each clause of the rule, one at a time. Everybody here is made up."""

from datetime import date, timedelta
from typing import Any

import pytest

from relationkit.continuity import HistoryRules, WorkerSpell, worker_histories, worker_history
from relationkit.errors import InvalidRecordError, RelationkitError, SeveralChildrenError
from relationkit.records import Assignment, AssignmentId, ChangeReason, ChildId, Role, WorkerId

IGNORING_COVER = HistoryRules(cover="ignore")


def day(number: int) -> date:
    """Day 1 is 1 June 2024."""
    return date(2024, 5, 31) + timedelta(days=number)


def held(worker: str, start: int, end: int | None = None, **more: Any) -> Assignment:
    """``worker`` held the role from day ``start`` up to and not including day ``end``."""
    return Assignment(
        **{
            "id": f"{worker}{start}-{end}",
            "child_id": ChildId("C"),
            "worker_id": worker,
            "role": Role.SOCIAL_WORKER,
            "started_on": day(start),
            "ended_on": None if end is None else day(end),
            **more,
        }
    )


def spell(worker: str, start: int, end: int | None, *assignment_ids: str) -> WorkerSpell:
    return WorkerSpell(
        WorkerId(worker), day(start), None if end is None else day(end), tuple(map(AssignmentId, assignment_ids))
    )


def led(history: list[WorkerSpell]) -> list[tuple[str, int, int | None]]:
    """The history as worker, first day, first day after."""
    return [
        (
            spell.worker_id,
            (spell.started_on - day(0)).days,
            None if spell.ended_on is None else (spell.ended_on - day(0)).days,
        )
        for spell in history
    ]


def history_of(*assignments: Assignment, rules: HistoryRules | None = None) -> list[tuple[str, int, int | None]]:
    return led(worker_history(assignments, rules or HistoryRules()))


def test_no_assignments_make_no_history() -> None:
    assert worker_history([]) == []


def test_one_open_assignment_makes_one_open_spell() -> None:
    assert worker_history([held("A", 1, id="a1")]) == [spell("A", 1, None, "a1")]


def test_spells_stand_oldest_first_whatever_the_order_of_the_assignments() -> None:
    assert history_of(held("B", 5, 9), held("A", 1, 5)) == [("A", 1, 5), ("B", 5, 9)]


def test_a_gap_stays_a_gap() -> None:
    assert history_of(held("A", 1, 5), held("B", 7, 9)) == [("A", 1, 5), ("B", 7, 9)]


# What is left out.


def test_other_roles_are_passed_over() -> None:
    assert history_of(held("A", 1, 5), held("P", 2, 4, role=Role.PERSONAL_ADVISER)) == [("A", 1, 5)]


def test_the_history_of_another_role_can_be_asked_for() -> None:
    rules = HistoryRules(role=Role.PERSONAL_ADVISER)

    assert history_of(held("A", 1, 5), held("P", 2, 4, role=Role.PERSONAL_ADVISER), rules=rules) == [("P", 2, 4)]


def test_an_exact_duplicate_changes_nothing() -> None:
    assignment = held("A", 1, 5)

    assert worker_history([assignment, assignment]) == worker_history([assignment])


def test_an_assignment_that_ends_on_the_day_it_starts_is_dropped() -> None:
    assert history_of(held("A", 1, 5), held("B", 5, 5)) == [("A", 1, 5)]


def test_an_assignment_of_one_day_stays() -> None:
    assert history_of(held("A", 1, 5), held("B", 5, 6)) == [("A", 1, 5), ("B", 5, 6)]


def test_a_dropped_assignment_does_not_bridge_a_gap() -> None:
    assert history_of(held("A", 1, 5), held("A", 6, 6), held("A", 7, 9)) == [("A", 1, 5), ("A", 7, 9)]


# Joining.


def test_touching_assignments_of_one_worker_are_joined() -> None:
    assert worker_history([held("A", 1, 5, id="a1"), held("A", 5, 9, id="a2")]) == [spell("A", 1, 9, "a1", "a2")]


def test_overlapping_assignments_of_one_worker_are_joined() -> None:
    assert history_of(held("A", 1, 6), held("A", 4, 9)) == [("A", 1, 9)]


def test_an_assignment_inside_another_of_the_same_worker_is_joined() -> None:
    assert history_of(held("A", 1, 9), held("A", 3, 5)) == [("A", 1, 9)]


def test_an_open_assignment_swallows_later_ones_of_the_same_worker() -> None:
    assert history_of(held("A", 1, None), held("A", 3, 5), held("A", 20, 30)) == [("A", 1, None)]


def test_assignments_of_one_worker_a_day_apart_are_not_joined() -> None:
    assert history_of(held("A", 1, 5), held("A", 6, 9)) == [("A", 1, 5), ("A", 6, 9)]


def test_joining_comes_before_overlaps() -> None:
    """A second row of the same worker, begun later, does not take the lead back from the worker between."""
    assert history_of(held("A", 1, 5), held("A", 5, 20), held("B", 4, 10)) == [("A", 1, 4), ("B", 4, 10), ("A", 10, 20)]


def test_a_leap_day_is_a_day_like_any_other() -> None:
    leap_day, next_day = date(2024, 2, 29), date(2024, 3, 1)
    before = held("A", 1, id="a1", started_on=date(2024, 2, 1), ended_on=leap_day)

    touching = held("A", 1, id="a2", started_on=leap_day, ended_on=next_day)
    apart = held("A", 1, id="a3", started_on=next_day, ended_on=None)

    assert len(worker_history([before, touching, apart])) == 1
    assert len(worker_history([before, apart])) == 2


# Overlaps of two workers.


def test_where_two_overlap_the_later_started_leads_from_its_start() -> None:
    assert history_of(held("A", 1, 10), held("B", 6, 15)) == [("A", 1, 6), ("B", 6, 15)]


def test_when_the_later_started_ends_first_the_lead_goes_back() -> None:
    assert history_of(held("A", 1, 10), held("B", 4, 6)) == [("A", 1, 4), ("B", 4, 6), ("A", 6, 10)]


def test_of_three_that_overlap_the_lead_goes_back_one_by_one() -> None:
    assert history_of(held("A", 1, 20), held("B", 3, 12), held("C", 5, 8)) == [
        ("A", 1, 3),
        ("B", 3, 5),
        ("C", 5, 8),
        ("B", 8, 12),
        ("A", 12, 20),
    ]


def test_the_lead_skips_who_has_ended_meanwhile() -> None:
    assert history_of(held("A", 1, 20), held("B", 3, 6), held("C", 5, 8)) == [
        ("A", 1, 3),
        ("B", 3, 5),
        ("C", 5, 8),
        ("A", 8, 20),
    ]


def test_of_two_that_start_together_the_one_that_ends_later_leads() -> None:
    assert history_of(held("A", 1, 5), held("B", 1, 9)) == [("B", 1, 9)]


def test_of_two_that_start_together_an_open_one_leads() -> None:
    assert history_of(held("B", 1, None), held("A", 1, 9)) == [("B", 1, None)]


def test_of_two_equal_spells_the_smaller_worker_id_leads() -> None:
    assert history_of(held("B", 1, 5), held("A", 1, 5)) == [("A", 1, 5)]
    assert history_of(held("B", 1), held("A", 1)) == [("A", 1, None)]


def test_several_open_spells_leave_the_latest_leading() -> None:
    assert history_of(held("A", 1), held("B", 5), held("C", 9)) == [("A", 1, 5), ("B", 5, 9), ("C", 9, None)]


# Cover.


def test_cover_counts_unless_it_is_ignored() -> None:
    assert history_of(held("A", 1, 10), held("B", 4, 6), rules=HistoryRules(cover="count")) == [
        ("A", 1, 4),
        ("B", 4, 6),
        ("A", 6, 10),
    ]
    assert history_of(held("A", 1, 10), held("B", 4, 6), rules=IGNORING_COVER) == [("A", 1, 10)]


@pytest.mark.parametrize(
    ("start", "end", "is_cover"),
    [
        (3, 10, True),
        (2, 9, True),
        (2, 10, False),  # equal
        (1, 10, False),
        (2, 11, False),
        (3, 11, False),
        (3, None, False),
    ],
)
def test_cover_lies_inside_the_other_spell_and_is_not_equal_to_it(start: int, end: int | None, is_cover: bool) -> None:
    history = history_of(held("B", 2, 10), held("A", start, end), rules=IGNORING_COVER)

    assert ("A" not in {worker for worker, _, _ in history}) is is_cover


def test_a_spell_inside_an_open_one_is_cover() -> None:
    assert history_of(held("A", 1), held("B", 4, 6), rules=IGNORING_COVER) == [("A", 1, None)]


def test_an_open_spell_inside_an_older_open_one_is_cover() -> None:
    """The older worker's assignment has not ended: by the record, the child is still theirs."""
    assert history_of(held("A", 1), held("B", 4), rules=IGNORING_COVER) == [("A", 1, None)]


def test_cover_inside_cover_is_left_out_too() -> None:
    assert history_of(held("A", 1, 20), held("B", 4, 12), held("C", 6, 8), rules=IGNORING_COVER) == [("A", 1, 20)]


def test_two_equal_spells_inside_a_third_are_both_cover() -> None:
    assert history_of(held("A", 1, 20), held("B", 4, 12), held("C", 4, 12), rules=IGNORING_COVER) == [("A", 1, 20)]


def test_a_spell_that_only_two_workers_together_enclose_is_not_cover() -> None:
    assert history_of(held("A", 1, 10), held("C", 10, 20), held("B", 5, 15), rules=IGNORING_COVER) == [
        ("A", 1, 5),
        ("B", 5, 10),
        ("C", 10, 20),
    ]


def test_a_spell_that_two_touching_assignments_of_one_worker_enclose_is_cover() -> None:
    assert history_of(held("A", 1, 10), held("A", 10, 20), held("B", 5, 15), rules=IGNORING_COVER) == [("A", 1, 20)]


def test_two_covers_in_a_row_by_one_worker_are_one_spell_and_cover() -> None:
    assert history_of(held("A", 1, 20), held("B", 4, 6), held("B", 6, 8), rules=IGNORING_COVER) == [("A", 1, 20)]


def test_cover_that_outlasts_the_worker_is_not_cover() -> None:
    assert history_of(held("A", 1, 10), held("B", 5, 11), rules=IGNORING_COVER) == [("A", 1, 5), ("B", 5, 11)]


# Rejoining.


def test_a_gap_with_nobody_between_is_rejoined_up_to_the_days_allowed() -> None:
    assignments = [held("A", 1, 5, id="a1"), held("A", 8, 12, id="a2")]

    assert led(worker_history(assignments, HistoryRules(rejoin_within=2))) == [("A", 1, 5), ("A", 8, 12)]
    assert worker_history(assignments, HistoryRules(rejoin_within=3)) == [spell("A", 1, 12, "a1", "a2")]


def test_a_gap_with_somebody_between_is_not_rejoined() -> None:
    assert history_of(held("A", 1, 5), held("B", 6, 7), held("A", 8, 12), rules=HistoryRules(rejoin_within=30)) == [
        ("A", 1, 5),
        ("B", 6, 7),
        ("A", 8, 12),
    ]


def test_several_gaps_are_rejoined_one_after_another() -> None:
    assignments = [held("A", 1, 5), held("A", 6, 8), held("A", 9)]

    assert history_of(*assignments, rules=HistoryRules(rejoin_within=1)) == [("A", 1, None)]


# What a spell carries.


def test_a_spell_carries_the_reason_its_worker_was_put_in_place() -> None:
    history = worker_history([held("A", 1, 5), held("B", 5, 9, reason=ChangeReason.LEFT_ROLE)])

    assert [spell.reason for spell in history] == [None, ChangeReason.LEFT_ROLE]


def test_a_worker_back_from_cover_carries_no_old_reason() -> None:
    history = worker_history(
        [held("A", 1, 10, reason=ChangeReason.TRANSFER_PROCESS), held("B", 4, 6, reason=ChangeReason.ABSENCE)]
    )

    assert [spell.reason for spell in history] == [ChangeReason.TRANSFER_PROCESS, ChangeReason.ABSENCE, None]


def test_a_worker_back_from_cover_carries_the_reason_recorded_on_that_day() -> None:
    history = worker_history(
        [held("A", 1, 6), held("A", 6, 10, reason=ChangeReason.ABSENCE), held("B", 4, 6, reason=ChangeReason.ABSENCE)]
    )

    assert led(history) == [("A", 1, 4), ("B", 4, 6), ("A", 6, 10)]
    assert [spell.reason for spell in history] == [None, ChangeReason.ABSENCE, ChangeReason.ABSENCE]


def test_a_spell_names_the_assignments_that_hold_its_days() -> None:
    history = worker_history([held("A", 1, 10, id="a1"), held("A", 10, 20, id="a2"), held("B", 5, 15, id="b")])

    assert [spell.assignment_ids for spell in history] == [("a1",), ("b",), ("a2",)]


# Refusals.


def test_assignments_of_several_children_are_refused_by_their_ids() -> None:
    with pytest.raises(SeveralChildrenError, match="'C', 'D'") as refusal:
        worker_history([held("A", 1), held("A", 1, child_id="D")])

    assert refusal.value.child_ids == ("C", "D")
    assert isinstance(refusal.value, RelationkitError)
    assert isinstance(refusal.value, ValueError)


def test_a_crowd_of_children_is_refused_in_one_readable_line() -> None:
    with pytest.raises(SeveralChildrenError, match=r"'C000'.* and 95 more") as refusal:
        worker_history([held("A", 1, child_id=f"C{number:03}") for number in range(100)])

    assert len(refusal.value.child_ids) == 100


@pytest.mark.parametrize("choice", [{"cover": "drop"}, {"rejoin_within": -1}, {"role": "captain"}])
def test_rules_that_cannot_be_are_refused(choice: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecordError):
        HistoryRules(**choice)


def test_rules_show_their_choices() -> None:
    assert "cover='ignore'" in repr(HistoryRules(cover="ignore"))


# Many children.


def test_histories_of_many_children_come_in_the_order_of_their_ids() -> None:
    mixed = [held("A", 5, 9, child_id="D"), held("A", 1, 5), held("B", 9, child_id="D"), held("B", 5)]

    assert [(child_id, led(history)) for child_id, history in worker_histories(mixed)] == [
        ("C", [("A", 1, 5), ("B", 5, None)]),
        ("D", [("A", 5, 9), ("B", 9, None)]),
    ]


def test_histories_follow_the_rules_they_are_given() -> None:
    assignments = [held("A", 1, 10), held("B", 4, 6)]

    assert [led(history) for _, history in worker_histories(assignments, IGNORING_COVER)] == [[("A", 1, 10)]]


def test_a_child_who_never_had_a_worker_in_the_role_has_an_empty_history() -> None:
    assert list(worker_histories([held("P", 1, role=Role.ADVOCATE)])) == [("C", [])]
