"""The share of children with three or more social workers, and who it is about."""

from datetime import date, timedelta

import pytest

from relationkit.continuity import HighShare, Window, looked_after_on, measure_children, share_high
from relationkit.england import DFE_STABILITY, VISIT_TIMESCALES
from relationkit.errors import ScatteredRecordsError
from relationkit.records import Assignment, AssignmentId, ChildId, Placement, PlacementId, Role, WorkerId

YEAR = Window.reporting_year(2024)


def assignments_of(child: str, workers: int) -> list[Assignment]:
    """One after another, thirty days each, from the first day of the year."""
    return [
        Assignment(
            id=AssignmentId(f"{child}-{number}"),
            child_id=ChildId(child),
            worker_id=WorkerId(f"w{number}"),
            role=Role.SOCIAL_WORKER,
            started_on=YEAR.start_on + timedelta(days=30 * number),
            ended_on=YEAR.start_on + timedelta(days=30 * (number + 1)),
        )
        for number in range(workers)
    ]


def a_placement(child: str, started_on: date, ended_on: date | None, regime: str = "placement") -> Placement:
    return Placement(
        id=PlacementId(f"p-{child}"), child_id=ChildId(child), started_on=started_on, ended_on=ended_on, regime=regime
    )


def test_every_child_is_measured_once_by_both_definitions() -> None:
    rows = list(measure_children(assignments_of("c1", 3) + assignments_of("c2", 2), [], YEAR))

    assert [row.child_id for row in rows] == ["c1", "c2"]
    assert [row.dfe_stability.workers for row in rows] == [3, 2]
    assert [row.commissioner_instability.changes for row in rows] == [2, 1]


def test_a_child_without_an_assignment_is_measured_with_nobody() -> None:
    rows = list(measure_children(assignments_of("c2", 1), [ChildId("c1"), ChildId("c2"), ChildId("c1")], YEAR))

    assert [(row.child_id, row.dfe_stability.workers) for row in rows] == [("c2", 1), ("c1", 0)]


def test_three_is_high_and_two_is_not() -> None:
    rows = list(measure_children(assignments_of("c1", 3) + assignments_of("c2", 2), [], YEAR))

    assert share_high(rows) == HighShare(children=2, high=1)
    assert share_high(rows).percentage == 50


def test_only_the_population_counts() -> None:
    rows = list(measure_children(assignments_of("c1", 3) + assignments_of("c2", 2), [], YEAR))

    assert share_high(rows, {ChildId("c1")}) == HighShare(children=1, high=1)


def test_the_share_of_nobody_could_not_be_judged() -> None:
    assert share_high([]).percentage is None


@pytest.mark.parametrize(
    ("started_on", "ended_on", "is_looked_after"),
    [
        (date(2024, 3, 31), None, True),
        (date(2024, 4, 1), None, False),
        (date(2023, 1, 1), date(2024, 4, 1), True),
        (date(2023, 1, 1), date(2024, 3, 31), False),
    ],
)
def test_looked_after_on_the_last_day(started_on: date, ended_on: date | None, is_looked_after: bool) -> None:
    found = looked_after_on([a_placement("c1", started_on, ended_on)], YEAR.last_on)

    assert (found == {"c1"}) is is_looked_after


def test_the_last_day_is_in_the_window_and_the_next_is_not() -> None:
    assert YEAR.last_on == date(2024, 3, 31)
    assert YEAR.last_on in YEAR
    assert YEAR.end_on not in YEAR


@pytest.mark.parametrize("regime", sorted(DFE_STABILITY.left_out_regimes))
def test_short_breaks_and_care_leavers_are_not_in_the_published_population(regime: str) -> None:
    assert looked_after_on([a_placement("c1", date(2020, 1, 1), None, regime)], YEAR.last_on) == set()
    assert regime in {row.regime for row in VISIT_TIMESCALES}


def test_assignments_of_one_child_that_stand_apart_are_refused_not_counted_twice() -> None:
    first, second = assignments_of("c1", 2)

    with pytest.raises(ScatteredRecordsError, match="'c1'"):
        list(measure_children([first, *assignments_of("c2", 1), second], [], YEAR))
