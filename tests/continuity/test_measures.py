"""The two published measures, each by its own definition. Everybody here is made up."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relationkit.continuity import (
    CommissionerInstability,
    DfeStability,
    Window,
    commissioner_instability,
    dfe_stability,
)
from relationkit.errors import SeveralChildrenError
from relationkit.records import Assignment, Role

YEAR = Window.reporting_year(2024)
SAMPLES = Path(__file__).parent / "data" / "dfe_api_care_worker_samples.json"


def held(worker: str, started_on: str, ended_on: str | None = None, **more: Any) -> Assignment:
    return Assignment(
        **{
            "id": f"{worker} {started_on}",
            "child_id": "C",
            "worker_id": worker,
            "role": Role.SOCIAL_WORKER,
            "started_on": started_on,
            "ended_on": ended_on,
            **more,
        }
    )


def sample_children() -> dict[str, list[Assignment]]:
    """The published sample payloads: fake children with their worker spells."""
    return {
        child["la_child_id"]: [
            held(each["worker_id"], each["start_date"], each.get("end_date"), child_id=child["la_child_id"])
            for episode in child["social_care_episodes"]
            for each in episode["care_worker_details"]
        ]
        for child in json.loads(SAMPLES.read_text())
    }


@pytest.mark.parametrize(
    ("child", "workers"),
    [("Child0034", 0), ("Child2234", 4), ("Child3234", 2), ("Child4234", 1), ("Child5234", 2)],
)
def test_the_published_samples_give_the_answers_worked_by_hand(child: str, workers: int) -> None:
    assert dfe_stability(sample_children()[child], YEAR) == DfeStability(workers)


def test_there_and_back_is_two_workers_and_two_changes() -> None:
    assignments = [
        held("A", "2023-04-01", "2023-06-01"),
        held("B", "2023-06-01", "2023-09-01"),
        held("A", "2023-09-01"),
    ]

    assert dfe_stability(assignments, YEAR) == DfeStability(workers=2)
    assert commissioner_instability(assignments, YEAR) == CommissionerInstability(changes=2)


@pytest.mark.parametrize(("workers", "is_high"), [(0, False), (2, False), (3, True), (4, True)])
def test_three_workers_are_high(workers: int, is_high: bool) -> None:
    assert DfeStability(workers).is_high is is_high


@pytest.mark.parametrize(("changes", "is_multiple"), [(0, False), (1, False), (2, True), (3, True)])
def test_two_changes_are_multiple(changes: int, is_multiple: bool) -> None:
    assert CommissionerInstability(changes).is_multiple is is_multiple


@pytest.mark.parametrize(
    ("started_on", "ended_on", "workers"),
    [
        ("2022-01-01", "2023-04-01", 0),  # the last day held is 31 March
        ("2022-01-01", "2023-04-02", 1),
        ("2024-03-31", None, 1),
        ("2024-04-01", None, 0),
        ("2023-06-01", "2023-06-01", 0),  # the same day: under a day
        ("2023-06-01", "2023-06-02", 1),
        ("2024-02-29", "2024-03-01", 1),
    ],
)
def test_a_worker_counts_with_a_day_in_the_window(started_on: str, ended_on: str | None, workers: int) -> None:
    assert dfe_stability([held("A", started_on, ended_on)], YEAR).workers == workers


def test_workers_who_never_led_count_for_the_department() -> None:
    equal = [held("A", "2023-06-01", "2023-08-01"), held("B", "2023-06-01", "2023-08-01")]

    assert dfe_stability(equal, YEAR).workers == 2
    assert commissioner_instability(equal, YEAR).changes == 0


def test_other_roles_do_not_count() -> None:
    assignments = [held("A", "2023-06-01"), held("P", "2023-06-01", role=Role.PERSONAL_ADVISER)]

    assert dfe_stability(assignments, YEAR).workers == 1
    assert commissioner_instability(assignments, YEAR).changes == 0


def test_cover_counts_for_the_department_and_not_for_the_commissioner() -> None:
    assignments = [held("A", "2023-01-01"), held("B", "2023-06-01", "2023-08-01")]

    assert dfe_stability(assignments, YEAR).workers == 2
    assert commissioner_instability(assignments, YEAR).changes == 0


@pytest.mark.parametrize(
    ("on", "changes"), [("2023-03-31", 0), ("2023-04-01", 1), ("2024-03-31", 1), ("2024-04-01", 0)]
)
def test_a_change_counts_on_the_days_of_the_window(on: str, changes: int) -> None:
    assignments = [held("A", "2023-01-01", on), held("B", on)]

    assert commissioner_instability(assignments, YEAR).changes == changes


@pytest.mark.parametrize("measure", [dfe_stability, commissioner_instability])
def test_several_children_are_refused(measure: Any) -> None:
    with pytest.raises(SeveralChildrenError, match="'C', 'D'"):
        measure([held("A", "2023-06-01"), held("A", "2023-06-01", child_id="D")], YEAR)


def test_no_assignments_are_no_workers_and_no_changes() -> None:
    assert dfe_stability([], YEAR) == DfeStability(0)
    assert commissioner_instability([], YEAR) == CommissionerInstability(0)


def test_an_iterator_is_read_once() -> None:
    assert dfe_stability(iter([held("A", date(2023, 6, 1).isoformat())]), YEAR).workers == 1
