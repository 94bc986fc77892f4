"""Everything about one child: teams, causes, what is planned, what is not known. Everybody here is made up."""

from datetime import date

import pytest

from relationkit.continuity import CAUSES, HistoryRules, Window, care_periods, continuity_of
from relationkit.errors import SeveralChildrenError
from relationkit.records import Assignment, ChangeReason, Placement, Role

YEAR = Window.reporting_year(2025)


def held(worker: str, start: date, end: date | None, *, reason: str | None = None, **more: object) -> Assignment:
    facts = {"id": f"{worker}-{start}", "child_id": "C", "worker_id": worker, "role": "social_worker", **more}
    return Assignment.model_validate({**facts, "started_on": start, "ended_on": end, "reason": reason})


def placed(start: date, end: date | None = None, regime: str = "placement") -> Placement:
    facts = {"id": f"P-{start}", "child_id": "C", "started_on": start, "ended_on": end, "regime": regime}
    return Placement.model_validate(facts)


def test_a_move_to_another_team_is_told_apart_from_one_within_it() -> None:
    found = continuity_of(
        [
            held("A", date(2024, 1, 1), date(2024, 5, 1), team="North"),
            held("B", date(2024, 5, 1), date(2024, 7, 1), team="North"),
            held("C", date(2024, 7, 1), date(2024, 9, 1), team="South"),
            held("D", date(2024, 9, 1), None),
        ],
        YEAR,
    )

    assert [each.is_team_move for each in found.changes] == [False, True, None]
    assert found.team_moves == {False: 1, True: 1, None: 1}


def test_a_team_that_changes_while_the_worker_stays_is_no_change_of_worker() -> None:
    found = continuity_of(
        [
            held("A", date(2024, 1, 1), date(2024, 5, 1), team="North"),
            held("A", date(2024, 5, 1), None, team="South"),
        ],
        YEAR,
    )

    assert found.changes == ()
    assert found.kept_through_team_moves == 1


def test_the_way_back_from_cover_counts_as_absence_though_no_reason_can_be_given() -> None:
    found = continuity_of(
        [
            held("A", date(2024, 1, 1), None),
            held("B", date(2024, 6, 1), date(2024, 8, 1), reason="absence"),
        ],
        YEAR,
    )

    assert [each.cause.cause for each in found.changes] == ["absence", "absence"]
    assert found.timing == {"unplanned": 1, "not known": 1}
    assert found.returns == 1
    assert found.commissioner_instability is not None
    assert found.commissioner_instability.changes == 0


def test_every_reason_of_the_return_has_one_cause() -> None:
    assert sorted(str(row.reason) for row in CAUSES) == sorted([*map(str, ChangeReason), "None"])
    assert all(row.because for row in CAUSES)


def test_without_any_assignment_nothing_is_nought() -> None:
    found = continuity_of([], YEAR, placements=[placed(date(2023, 1, 1))])

    assert found.dfe_stability is None
    assert found.days_without_worker is None
    assert found.days_in_care == 365
    assert found.is_allocated is False


def test_where_care_is_not_known_nobody_is_called_unallocated() -> None:
    found = continuity_of([held("A", date(2024, 1, 1), date(2024, 6, 1))], YEAR)

    assert found.is_allocated is None
    assert found.days_without_worker is None
    assert found.days_in_care is None


def test_days_in_care_with_nobody_are_counted_and_days_out_of_care_are_not() -> None:
    found = continuity_of(
        [held("A", date(2024, 1, 1), date(2024, 4, 11)), held("B", date(2024, 4, 21), date(2024, 5, 1))],
        YEAR,
        placements=[placed(date(2024, 1, 1), date(2024, 4, 16))],
    )

    assert found.days_without_worker == 5
    assert found.gap_days == 10


@pytest.mark.parametrize(("came_on", "expected"), [(date(2023, 1, 8), 2), (date(2023, 1, 9), None)])
def test_workers_in_this_period_of_care_are_not_told_when_the_records_begin_later(
    came_on: date, expected: int | None
) -> None:
    found = continuity_of(
        [held("A", came_on, date(2024, 6, 1)), held("B", date(2024, 6, 1), None)],
        YEAR,
        placements=[placed(date(2023, 1, 1))],
    )

    assert found.workers_in_care == expected


def test_a_personal_adviser_is_counted_in_the_same_way() -> None:
    rows = [
        held("A", date(2024, 1, 1), date(2024, 6, 1), role="personal_adviser"),
        held("B", date(2024, 6, 1), None, role="personal_adviser"),
        held("S", date(2024, 1, 1), None),
    ]

    found = continuity_of(rows, YEAR, HistoryRules(role=Role.PERSONAL_ADVISER))

    assert found.dfe_stability is not None
    assert found.dfe_stability.workers == 2
    assert found.commissioner_instability is not None
    assert found.commissioner_instability.changes == 1
    assert not continuity_of(rows, YEAR, HistoryRules(role=Role.REVIEWING_OFFICER)).is_known


def test_two_children_are_refused() -> None:
    rows = [held("A", date(2024, 1, 1), None), held("B", date(2024, 1, 1), None, child_id="D")]

    with pytest.raises(SeveralChildrenError):
        continuity_of(rows, YEAR)


def test_placements_that_touch_are_one_period_and_short_breaks_are_none() -> None:
    periods = care_periods(
        [
            placed(date(2024, 6, 1), date(2024, 7, 1)),
            placed(date(2024, 1, 1), date(2024, 6, 1)),
            placed(date(2024, 7, 2)),
            placed(date(2023, 1, 1), None, "short_breaks"),
            placed(date(2022, 1, 1), date(2022, 1, 1)),
        ]
    )

    assert [(each.started_on, each.ended_on) for each in periods] == [
        (date(2024, 1, 1), date(2024, 7, 1)),
        (date(2024, 7, 2), None),
    ]
