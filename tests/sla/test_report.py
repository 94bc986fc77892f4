"""The report of replies: what counts as late, what is beside it, and what is withheld. Everybody here is made up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.errors import NaiveMomentError
from relationkit.records import Child, Message
from relationkit.sla import (
    REPORT_HEADINGS,
    ClockState,
    PolicyBook,
    ResponseClock,
    ResponsePolicy,
    by_month,
    by_policy,
    by_role,
    by_team,
    by_worker,
    response_report,
    track_responses,
)

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
START = datetime(2025, 3, 3, 9, tzinfo=UTC)
NOW = START + 500 * HOUR


def a_clock(
    number: int = 1, waits: float | None = 1, *, child: str | None = None, at: datetime = START, worker: str = "w1"
) -> ResponseClock:
    """A clock of 72 hours; ``waits`` hours until the answer, ``None`` for none."""
    facts = {"child_id": child or f"c{number}", "channel": "text", "worker_id": worker}
    messages = [Message(id=f"m{number}", at=at, direction="from_child", **facts)]
    if waits is not None:
        messages.append(Message(id=f"r{number}", at=at + waits * HOUR, direction="to_child", **facts))
    (clock,) = track_responses(messages, now=max(NOW, at + (waits or 0) * HOUR))
    return clock


def some(count: int, waits: float | None = 1, *, first: int = 1, **facts: object) -> list[ResponseClock]:
    return [a_clock(first + number, waits, **facts) for number in range(count)]


# What counts ---------------------------------------------------------------------------------------------------------


def test_still_waiting_past_the_due_time_counts_as_late_and_not_yet_due_is_beside() -> None:
    clocks = [*some(6, 1), *some(2, 100, first=10), *some(3, None, first=20), *some(5, None, first=30, at=NOW - HOUR)]
    figures = response_report(clocks, now=NOW).everyone

    assert figures is not None
    assert (figures.answered_in_time, figures.answered_late, figures.overdue, figures.not_yet_due) == (6, 2, 3, 5)
    assert (figures.clocks, figures.judged) == (16, 11)
    assert figures.share_in_time == 6 / 11
    assert figures.interval is not None
    assert figures.interval[0] < 6 / 11 < figures.interval[1]


@pytest.mark.parametrize(
    ("moment", "state"),
    [(72 * HOUR - TICK, "not_yet_due"), (72 * HOUR, "not_yet_due"), (72 * HOUR + TICK, "overdue")],
)
def test_it_is_late_strictly_after_the_due_time(moment: timedelta, state: str) -> None:
    figures = response_report(some(6, None), now=START + moment).everyone

    assert getattr(figures, state) == 6


def test_an_answer_after_now_has_not_been_given_yet() -> None:
    report = response_report(some(6, 100), now=START + 80 * HOUR)

    assert report.everyone is not None
    assert (report.everyone.overdue, report.everyone.answered_late) == (6, 0)
    assert report.everyone.median_wait is None
    assert {wait.waited for wait in report.longest} == {80 * HOUR}


def test_a_message_after_now_has_not_been_sent_yet() -> None:
    assert response_report(some(6, at=NOW + TICK), now=NOW) == response_report([], now=NOW)


def test_nothing_to_judge_is_no_share_rather_than_a_perfect_one() -> None:
    figures = response_report([], now=NOW).everyone

    assert figures is not None
    assert (figures.clocks, figures.share_in_time, figures.interval, figures.median_wait) == (0, None, None, None)
    assert response_report([], now=NOW).rows() == [("everyone", 0, 0, 0, 0, 0, None, None, None, None, None)]


def test_waits_that_go_on_count_in_the_median() -> None:
    answered, waiting = some(5, 10), some(5, None, first=10)

    assert response_report([*answered, *waiting[:4]], now=NOW).everyone.median_wait == 10 * HOUR
    assert response_report([*answered, *waiting], now=NOW).everyone.median_wait == 10 * HOUR
    assert response_report([*answered[:4], *waiting], now=NOW).everyone.median_wait is None
    assert response_report([*answered, *waiting], now=NOW).everyone.ninetieth_wait is None


def test_the_longest_waits_come_first_answered_or_not() -> None:
    clocks = [a_clock(1, 3), a_clock(2, None), a_clock(3, 90), a_clock(4, None), a_clock(5, 1), a_clock(6, 2)]
    longest = response_report(clocks, now=NOW, longest=3).longest

    assert [(wait.clock_id, wait.waited, wait.state) for wait in longest] == [
        ("c2/m2", 500 * HOUR, ClockState.OVERDUE),
        ("c4/m4", 500 * HOUR, ClockState.OVERDUE),
        ("c3/m3", 90 * HOUR, ClockState.ANSWERED_LATE),
    ]
    assert response_report(clocks, now=NOW, longest=0).longest == ()


def test_now_has_to_be_aware() -> None:
    with pytest.raises(NaiveMomentError):
        response_report([], now=datetime(2025, 3, 3))


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_order_and_duplicates_never_matter(random: object) -> None:
    clocks = [a_clock(n, n * 9 if n % 3 else None, worker=f"w{n % 2}") for n in range(1, 15)]
    shuffled = clocks + clocks[:5]
    random.shuffle(shuffled)

    assert response_report(shuffled, now=NOW, group_by=by_worker) == response_report(
        clocks, now=NOW, group_by=by_worker
    )


def test_of_a_clock_looked_at_twice_the_later_look_counts() -> None:
    text = Message(id="m1", child_id="c1", worker_id="w1", at=START, direction="from_child", channel="text")
    reply = text.model_copy(update={"id": "r1", "at": START + HOUR, "direction": "to_child"})
    early, late = (track_responses([text, reply], now=now) for now in (START, NOW))

    for clocks in ([*early, *late], [*late, *early]):
        assert response_report(clocks, now=NOW, smallest_group=1) == response_report(late, now=NOW, smallest_group=1)


# By group ------------------------------------------------------------------------------------------------------------


def test_a_row_of_the_table_is_everyone_and_then_each_group_by_name() -> None:
    clocks = [*some(6, 10, worker="w2"), *some(9, None, first=10, worker="w1"), *some(3, 80.26, first=20, worker="w1")]
    report = response_report(clocks, now=NOW, group_by=by_worker)

    assert len(REPORT_HEADINGS) == 11
    assert report.rows() == [
        ("everyone", 18, 6, 3, 9, 0, 0.3333, 0.1628, 0.5625, 80.3, "not reached"),
        ("w1", 12, 0, 3, 9, 0, 0.0, 0.0, 0.2425, "not reached", "not reached"),
        ("w2", 6, 6, 0, 0, 0, 1.0, 0.6097, 1.0, 10.0, 10.0),
    ]


def test_clocks_can_be_told_apart_by_month_policy_role_worker_and_team() -> None:
    clock = a_clock(1, at=datetime(2025, 3, 31, 23, 30, tzinfo=UTC), worker="w7")  # in London it is April already
    teams = by_team([Child(id="c1", team="North"), Child(id="c2")])

    assert (by_month(clock), by_worker(clock), by_role(clock)) == ("2025-04", "w7", "social_worker")
    assert by_policy(clock) == "72 hours, from 1900-01-01"
    assert (teams(clock), teams(a_clock(2)), teams(a_clock(3))) == ("North", None, None)


def test_two_versions_of_a_policy_are_two_groups() -> None:
    days = (date(2025, 1, 1), date(2025, 3, 10))
    book = PolicyBook([ResponsePolicy(name="ours", in_force_from=day) for day in days])
    messages = [
        Message(id=f"m{n}", child_id=f"c{n}", at=START + n * 24 * HOUR, direction="from_child", channel="text")
        for n in range(14)
    ]
    report = response_report(track_responses(messages, book, now=NOW), now=NOW, group_by=by_policy)

    assert [group.name for group in report.groups] == ["ours, from 2025-01-01", "ours, from 2025-03-10"]


def test_what_cannot_be_placed_is_a_group_of_its_own() -> None:
    report = response_report(some(6), now=NOW, group_by=by_team([]))

    assert [group.name for group in report.groups] == ["not known"]


# What is withheld ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("children", "is_withheld"), [(1, True), (5, True), (6, False)])
def test_everything_about_one_to_five_children_is_withheld(children: int, is_withheld: bool) -> None:
    clocks = [a_clock(n, child=f"c{n % children}") for n in range(30)]
    report = response_report(clocks, now=NOW, group_by=by_role)

    assert (report.everyone is None) is is_withheld
    assert (report.groups[0].figures is None) is is_withheld
    assert (report.longest == ()) is is_withheld
    assert (set(report.rows()[0][1:]) == {"c"}) is is_withheld


def test_a_second_group_is_withheld_where_the_total_would_give_the_first_away() -> None:
    clocks = [*some(3, worker="a"), *some(9, first=10, worker="b"), *some(7, first=30, worker="d")]
    groups = response_report(clocks, now=NOW, group_by=by_worker).groups

    assert [group.name for group in groups if group.figures is None] == ["a", "d"]


def test_two_small_groups_that_are_small_together_take_a_third_with_them() -> None:
    clocks = [*some(1, worker="a"), *some(2, first=5, worker="b"), *some(7, first=10, worker="d"), *some(8, first=30)]
    groups = response_report(clocks, now=NOW, group_by=by_worker).groups

    assert [group.name for group in groups if group.figures is None] == ["a", "b", "d"]


def test_those_who_may_see_each_case_can_withhold_nothing() -> None:
    report = response_report([a_clock()], now=NOW, group_by=by_worker, smallest_group=1)

    assert report.everyone is not None
    assert report.groups[0].figures is not None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 25)), max_size=60))
def test_what_is_withheld_cannot_be_worked_out_by_taking_the_shown_groups_from_the_total(
    pairs: list[tuple[int, int]],
) -> None:
    clocks = [TEMPLATES[group, child, n % 3] for n, (group, child) in enumerate(pairs)]
    own = {clock.id: clock for clock in clocks}.values()
    report = response_report(clocks, now=NOW, group_by=by_worker)
    children = {
        name: {clock.child_id for clock in own if clock.worker_id == name} for name in {c.worker_id for c in own}
    }
    withheld = [group.name for group in report.groups if group.figures is None]

    assert all(len(children[group.name]) >= 6 for group in report.groups if group.figures is not None)
    if report.everyone is None:
        assert len(withheld) == len(children)
        assert len(set().union(*children.values())) < 6
    elif withheld:
        shown = sum(group.figures.clocks for group in report.groups if group.figures is not None)
        assert len(withheld) >= 2
        assert len(set().union(*(children[name] for name in withheld))) >= 6
        assert report.everyone.clocks - shown >= 6


TEMPLATES = {
    (group, child, n): a_clock(group * 1000 + child * 10 + n, 5, child=f"c{child}", worker=f"w{group}")
    for group in range(6)
    for child in range(26)
    for n in range(3)
}
