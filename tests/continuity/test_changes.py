"""Changes and distinct workers. Everybody here is made up."""

from datetime import date, timedelta

import pytest

from relationkit.continuity import Window, WorkerChange, WorkerSpell, distinct_workers, worker_changes
from relationkit.records import ChangeReason, WorkerId


def day(number: int) -> date:
    """Day 1 is 1 June 2024."""
    return date(2024, 5, 31) + timedelta(days=number)


def spell(worker: str, start: int, end: int | None, reason: ChangeReason | None = None) -> WorkerSpell:
    return WorkerSpell(WorkerId(worker), day(start), None if end is None else day(end), (), reason)


def days(start: int, end: int) -> Window:
    return Window(day(start), day(end))


WHOLE = days(0, 100)


def test_a_change_says_who_went_who_came_when_and_why() -> None:
    history = [spell("A", 1, 5), spell("B", 5, None, ChangeReason.LEFT_ROLE)]

    assert worker_changes(history, WHOLE) == [
        WorkerChange(
            on=day(5),
            from_worker=WorkerId("A"),
            to_worker=WorkerId("B"),
            reason=ChangeReason.LEFT_ROLE,
            gap_days=0,
            returned=False,
        )
    ]


def test_the_first_worker_ever_is_not_a_change() -> None:
    assert worker_changes([spell("A", 1, None)], WHOLE) == []


def test_no_history_has_no_changes() -> None:
    assert worker_changes([], WHOLE) == []


def test_the_same_worker_after_a_gap_is_not_a_change() -> None:
    assert worker_changes([spell("A", 1, 5), spell("A", 9, None)], WHOLE) == []


@pytest.mark.parametrize(("start", "gap"), [(5, 0), (6, 1), (90, 85)])
def test_a_change_is_one_however_long_the_gap(start: int, gap: int) -> None:
    changes = worker_changes([spell("A", 1, 5), spell("B", start, None)], WHOLE)

    assert [(change.on, change.gap_days) for change in changes] == [(day(start), gap)]


def test_a_worker_the_child_had_before_has_returned() -> None:
    history = [spell("A", 1, 5), spell("B", 5, 9), spell("A", 9, 12), spell("C", 12, None)]

    assert [change.returned for change in worker_changes(history, WHOLE)] == [False, True, False]


def test_a_worker_had_before_the_window_has_returned_too() -> None:
    history = [spell("A", 1, 5), spell("B", 5, 9), spell("A", 9, None)]

    changes = worker_changes(history, days(9, 10))

    assert [(change.to_worker, change.returned) for change in changes] == [("A", True)]


@pytest.mark.parametrize(
    ("window", "count"), [(days(4, 5), 0), (days(5, 6), 1), (days(1, 5), 0), (days(1, 6), 1), (days(6, 9), 0)]
)
def test_a_change_is_inside_the_window_when_its_day_is(window: Window, count: int) -> None:
    assert len(worker_changes([spell("A", 1, 5), spell("B", 5, None)], window)) == count


def test_distinct_workers_come_once_each_in_the_order_they_came() -> None:
    history = [spell("B", 1, 5), spell("A", 5, 9), spell("B", 9, None)]

    assert distinct_workers(history, WHOLE) == ["B", "A"]


@pytest.mark.parametrize(
    ("window", "workers"),
    [
        (days(1, 5), ["A"]),
        (days(4, 6), ["A", "B"]),
        (days(5, 6), ["B"]),
        (days(8, 9), ["B"]),
        (days(9, 12), []),
        (days(0, 1), []),
        (days(9, 13), ["C"]),
        (days(90, 91), ["C"]),
    ],
)
def test_a_distinct_worker_led_on_at_least_a_day_of_the_window(window: Window, workers: list[str]) -> None:
    history = [spell("A", 1, 5), spell("B", 5, 9), spell("C", 12, None)]

    assert distinct_workers(history, window) == workers


def test_no_history_has_no_workers() -> None:
    assert distinct_workers([], WHOLE) == []
