"""The share of promises kept in time: by worker and by team, withheld where it is about few children."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import NaiveMomentError
from relationkit.records import Worker
from relationkit.visits import NOT_KNOWN, KeptShare, PlanBoard, Promise, PromiseId, TickedBy, promises_kept

MADE_AT = datetime(2025, 6, 2, 15, tzinfo=UTC)
DUE_ON = date(2025, 6, 9)
NOW = datetime(2025, 6, 20, 12, tzinfo=UTC)
WORKERS = [
    Worker(id="W1", name="Made-up", role="social_worker", team="North"),
    Worker(id="W2", name="Made-up", role="social_worker", team="North"),
    Worker(id="W3", name="Made-up", role="social_worker"),
]


def a_board(child: int, *ends: str, worker: str = "W1") -> PlanBoard:
    """Return a child's board with a promise for each of ``in_time``, ``late``, ``open``, ``waiting``, ``no_day``."""
    board = PlanBoard(child_id=f"C{child}")
    for number, end in enumerate(ends):
        promise_id = PromiseId(f"{child}/{number}")
        due_on = {"waiting": date(2025, 7, 1), "no_day": None}.get(end, DUE_ON)
        board = board.with_promise(
            Promise(id=promise_id, child_id=f"C{child}", worker_id=worker, what="Ask", made_at=MADE_AT, due_on=due_on)  # type: ignore[arg-type]  # plain ids
        )
        if end in ("in_time", "late"):
            days = 1 if end == "in_time" else 10
            board = board.ticked(promise_id, MADE_AT + timedelta(days=days), TickedBy.CHILD)
    return board


def test_the_share_is_of_promises_whose_day_has_come() -> None:
    boards = [a_board(child, "in_time", "late", "open", "waiting", "no_day") for child in range(6)]

    report = promises_kept(boards, now=NOW)

    assert report.by == "worker"
    assert report.everyone == KeptShare(18, 6, 6, 6)
    assert report.groups == {"W1": report.everyone}
    assert report.everyone is not None
    assert report.everyone.share == pytest.approx(1 / 3)


def test_nothing_to_judge_is_no_share_and_never_nought() -> None:
    report = promises_kept([a_board(child, "waiting") for child in range(6)], now=NOW)

    assert report.everyone is not None
    assert report.everyone.share is None


def test_no_promises_are_no_groups() -> None:
    report = promises_kept([PlanBoard(child_id="C1")], now=NOW)

    assert report.everyone == KeptShare(0, 0, 0, 0)
    assert report.groups == {}


def test_by_team_and_a_worker_whose_team_is_not_known() -> None:
    boards = [a_board(child, "in_time", worker=f"W{child % 4 + 1}") for child in range(24)]

    report = promises_kept(boards, now=NOW, by="team", workers=WORKERS)

    assert {name: share and share.promises for name, share in report.groups.items()} == {"North": 12, NOT_KNOWN: 12}


@pytest.mark.parametrize(("children", "is_shown"), [(5, False), (6, True)])
def test_figures_about_few_children_are_withheld(children: int, *, is_shown: bool) -> None:
    report = promises_kept([a_board(child, "in_time", "late") for child in range(children)], now=NOW)

    assert (report.everyone is not None) is is_shown
    assert (report.groups["W1"] is not None) is is_shown


@pytest.mark.parametrize("end", ["waiting", "no_day"])
def test_a_share_about_one_child_is_withheld_however_many_other_children_were_promised_something(end: str) -> None:
    boards = [a_board(0, "open", "open", "open"), *(a_board(child, end) for child in range(1, 6))]

    report = promises_kept(boards, now=NOW)

    assert (report.everyone, report.groups) == (None, {"W1": None})


def test_a_group_of_few_children_says_nothing_at_all_not_even_that_none_was_judged() -> None:
    report = promises_kept([a_board(child, "no_day") for child in range(5)], now=NOW)

    assert (report.everyone, report.groups) == (None, {"W1": None})


@pytest.mark.parametrize(("children", "shown"), [(0, 0), (1, None), (5, None), (6, 6)])
@pytest.mark.parametrize("end", ["waiting", "no_day"])
def test_what_waits_or_has_no_day_is_told_of_nobody_or_of_enough_children(
    end: str, children: int, shown: int | None
) -> None:
    boards = [a_board(child, "in_time", *([end] if child < children else ())) for child in range(8)]

    report = promises_kept(boards, now=NOW)

    expected = KeptShare(8, 8, shown, 0) if end == "waiting" else KeptShare(8, 8, 0, shown)
    assert (report.everyone, report.groups) == (expected, {"W1": expected})


def test_where_one_worker_has_few_waiting_another_workers_are_withheld_with_them() -> None:
    boards = [a_board(child, "in_time", *(["waiting"] if child < 3 else ()), worker="W1") for child in range(8)]
    boards += [a_board(child, "in_time", "waiting", worker="W2") for child in range(10, 18)]

    report = promises_kept(boards, now=NOW)

    assert report.everyone == KeptShare(16, 16, 11, 0)
    assert report.groups == {"W1": KeptShare(8, 8, None, 0), "W2": KeptShare(8, 8, None, 0)}


def test_where_one_group_is_withheld_so_is_a_second() -> None:
    boards = [a_board(child, "in_time", worker="W1") for child in range(10)]
    boards += [a_board(child, "in_time", worker="W2") for child in range(10, 17)]
    boards += [a_board(child, "in_time", worker="W3") for child in range(17, 19)]

    report = promises_kept(boards, now=NOW)

    assert [report.groups["W1"] is None, report.groups["W2"] is None, report.groups["W3"] is None] == [
        False,
        True,
        True,
    ]


def test_who_may_see_each_case_sees_all() -> None:
    report = promises_kept([a_board(1, "in_time")], now=NOW, smallest=1)

    assert report.groups == {"W1": KeptShare(1, 1, 0, 0)}


@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_no_shown_group_is_small_and_none_is_what_is_left_over(sizes: list[int]) -> None:
    boards, child = [], 0
    for worker, size in enumerate(sizes):
        for _ in range(size):
            child += 1
            boards.append(a_board(child, "in_time", worker=f"W{worker}"))

    report = promises_kept(boards, now=NOW)

    withheld = [size for worker, size in enumerate(sizes) if report.groups[f"W{worker}"] is None]
    assert all(share is None or share.promises >= 6 for share in report.groups.values())
    assert not withheld or report.everyone is None or (len(withheld) > 1 and sum(withheld) >= 6)


@pytest.mark.parametrize(
    ("bad", "error", "said"),
    [
        ({"now": datetime(2025, 6, 1)}, NaiveMomentError, "^now has no time zone"),
        ({"by": "child"}, ValueError, "^by is neither 'worker' nor 'team'$"),
    ],
)
def test_what_cannot_be_is_refused(bad: dict[str, Any], error: type[ValueError], said: str) -> None:
    with pytest.raises(error, match=said):
        promises_kept([], **({"now": NOW} | bad))
