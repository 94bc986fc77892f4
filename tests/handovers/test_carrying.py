"""Carrying over: only who must act changes; nothing is restarted, cleared or lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, NaiveMomentError
from relationkit.handovers import CarriedPromise, HandoverPlan, carry_over
from relationkit.records import Absence, Message, Session, WorkerId
from relationkit.sla import ResponseClock, track_responses
from relationkit.visits import Promise

HANDOVER = date(2025, 3, 31)  # the day after the clocks go forward: London's midnight is 23:00 UTC the day before
NOW = datetime(2025, 3, 28, 12, tzinfo=UTC)
MIDNIGHT = datetime(2025, 3, 30, 23, tzinfo=UTC)
Planner = Callable[..., HandoverPlan]


def a_session(starts_at: datetime = MIDNIGHT + timedelta(days=2), **facts: Any) -> Session:
    defaults = {"id": "s1", "child_id": "c1", "worker_id": "w1", "kind": "visit", "place": "12 Example Road"}
    return Session(**{**defaults, "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), **facts})


def test_a_planned_session_passes_on_and_only_its_worker_and_its_stamp_change(a_plan: Planner) -> None:
    session = a_session(revision=3)

    (carried,) = carry_over(a_plan(), sessions=[session], now=NOW).sessions

    assert carried == session.model_copy(update={"worker_id": "w2", "changed_at": NOW})


@pytest.mark.parametrize(("starts_at", "moves"), [(MIDNIGHT, True), (MIDNIGHT - timedelta(microseconds=1), False)])
def test_the_handover_day_begins_at_midnight_in_london(a_plan: Planner, starts_at: datetime, moves: bool) -> None:
    carried = carry_over(a_plan(), sessions=[a_session(starts_at)], now=NOW)

    assert (len(carried.sessions), len(carried.kept_sessions)) == ((1, 0) if moves else (0, 1))


@pytest.mark.parametrize("kind", ["goodbye", "joint"])
def test_a_goodbye_stays_with_the_worker_who_says_it(a_plan: Planner, kind: str) -> None:
    session = a_session(kind=kind)

    carried = carry_over(a_plan(), sessions=[session], now=NOW)

    assert (carried.sessions, carried.kept_sessions) == ((), (session,))


@pytest.mark.parametrize(
    "facts",
    [{"status": "held"}, {"status": "cancelled"}, {"status": "missed"}, {"child_id": "c2"}, {"worker_id": "w3"}],
)
def test_what_is_over_or_somebody_elses_is_passed_over(a_plan: Planner, facts: dict[str, str]) -> None:
    carried = carry_over(a_plan(), sessions=[a_session(**facts)], now=NOW)

    assert carried.sessions == carried.kept_sessions == ()


@pytest.mark.parametrize("fact", ["handover_on", "to_worker_id"])
def test_nothing_is_carried_to_nobody_or_never(a_plan: Planner, fact: str) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        carry_over(a_plan(**{fact: None}), now=NOW)

    assert str(refused.value) == (
        f"HandoverPlan handover:a1, {fact}: is missing. Set it before anything is carried over."
    )
    assert (refused.value.record, refused.value.record_id) == ("HandoverPlan", "handover:a1")


def test_carried_once_there_is_nothing_left_to_carry(a_plan: Planner) -> None:
    first = carry_over(a_plan(), sessions=[a_session()], now=NOW)

    assert carry_over(a_plan(), sessions=first.sessions, now=NOW).sessions == ()


def test_of_one_session_given_twice_the_later_revision_counts(a_plan: Planner) -> None:
    old, cancelled = a_session(), a_session(status="cancelled", revision=1)

    assert carry_over(a_plan(), sessions=[cancelled, old], now=NOW).sessions == ()
    assert carry_over(a_plan(), sessions=[old, cancelled], now=NOW).sessions == ()
    assert (
        carry_over(a_plan(), sessions=[*carry_over(a_plan(), sessions=[old], now=NOW).sessions, old], now=NOW).sessions
        == ()
    )


def test_of_one_revision_the_last_change_counts_even_when_it_starts_earlier(a_plan: Planner) -> None:
    first = a_session(MIDNIGHT + timedelta(days=3), changed_at=NOW)
    last = a_session(changed_at=NOW + timedelta(hours=1))

    for given_ in ([first, last], [last, first]):
        assert [session.starts_at for session in carry_over(a_plan(), sessions=given_, now=NOW).sessions] == [
            last.starts_at
        ]


def test_sessions_come_by_start_and_then_by_id(a_plan: Planner) -> None:
    days = {"s0": 3, "s2": 2, "s1": 2}
    sessions = [a_session(MIDNIGHT + timedelta(days=day), id=each) for each, day in days.items()]

    assert [session.id for session in carry_over(a_plan(), sessions=sessions, now=NOW).sessions] == ["s1", "s2", "s0"]


def test_a_moment_without_a_zone_is_refused(a_plan: Planner) -> None:
    with pytest.raises(NaiveMomentError, match=r"^now has no time zone"):
        carry_over(a_plan(), now=datetime(2025, 4, 1))


# -- clocks -------------------------------------------------------------------------------------------------------

AFTER = MIDNIGHT + timedelta(hours=15)


def a_message(at: datetime = MIDNIGHT - timedelta(hours=30), **facts: Any) -> Message:
    defaults = {"id": "m1", "child_id": "c1", "worker_id": "w1", "direction": "from_child", "channel": "text"}
    return Message(**{**defaults, "at": at, **facts})


def clocks_of(*messages: Message, now: datetime = AFTER, **facts: Any) -> list[ResponseClock]:
    return track_responses(messages, now=now, **facts)


def test_an_open_clock_goes_on_under_the_next_worker(a_plan: Planner) -> None:
    (clock,) = clocks_of(a_message())

    (carried,) = carry_over(a_plan(), clocks=[clock], now=AFTER).clocks

    assert (carried.id, carried.started_at, carried.due_at) == (clock.id, clock.started_at, clock.due_at)
    assert carried.waited == clock.waited
    assert (carried.worker_id, carried.answers_now, carried.answers_now_id) == ("w2", "worker", "w2")
    assert carried.with_worker_since == MIDNIGHT
    assert carried.with_worker_since.tzinfo is UTC


def test_clocks_come_by_start_and_then_by_id(a_plan: Planner) -> None:
    hours = {"m0": -1, "m2": -2, "m1": -2}
    messages = [a_message(MIDNIGHT + timedelta(hours=hour), id=each, thread=each) for each, hour in hours.items()]
    clocks = {clock.message_id: clock for clock in clocks_of(*messages)}

    carried = carry_over(a_plan(), clocks=[clocks[each] for each in hours], now=AFTER)

    assert [clock.message_id for clock in carried.clocks] == ["m1", "m2", "m0"]


def test_a_message_after_the_handover_is_the_next_workers_from_its_start(a_plan: Planner) -> None:
    (carried,) = carry_over(a_plan(), clocks=clocks_of(a_message(MIDNIGHT + timedelta(hours=2))), now=AFTER).clocks

    assert carried.with_worker_since == carried.started_at


@pytest.mark.parametrize(("now", "passes"), [(MIDNIGHT, True), (MIDNIGHT - timedelta(microseconds=1), False)])
def test_clocks_pass_on_when_the_handover_day_begins(a_plan: Planner, now: datetime, passes: bool) -> None:
    clocks = clocks_of(a_message(), now=now)

    carried = carry_over(a_plan(), clocks=clocks, now=now)

    assert (len(carried.clocks), list(carried.kept_clocks)) == ((1, []) if passes else (0, clocks))


def test_a_clock_that_nobody_holds_passes_to_the_next_worker(a_plan: Planner, an_assignment: Any) -> None:
    clocks = clocks_of(a_message(), assignments=[an_assignment(ended_on=date(2025, 3, 30))])
    assert clocks[0].worker_id is None

    assert carry_over(a_plan(), clocks=clocks, now=AFTER).clocks[0].worker_id == "w2"


@pytest.mark.parametrize("cover_id", ["w3", None])
def test_a_next_worker_who_is_away_does_not_leave_the_child_waiting_for_them(
    a_plan: Planner, cover_id: str | None
) -> None:
    absences = [Absence(worker_id="w2", starts_at=MIDNIGHT, cover_id=cover_id)]

    (carried,) = carry_over(a_plan(), clocks=clocks_of(a_message()), absences=absences, now=AFTER).clocks

    assert (carried.answers_now, carried.answers_now_id) == ("cover" if cover_id else "duty", cover_id)
    assert carried.worker_id == "w2"


def test_answered_clocks_and_those_of_others_are_passed_over(a_plan: Planner) -> None:
    reply = a_message(MIDNIGHT - timedelta(hours=1), id="m2", direction="to_child")
    others = [a_message(child_id="c2"), a_message(id="m3", worker_id="w3", thread="another")]

    carried = carry_over(a_plan(), clocks=clocks_of(a_message(), reply, *others), now=AFTER)

    assert carried.clocks == carried.kept_clocks == ()


def test_another_roles_clock_is_passed_over(a_plan: Planner, an_assignment: Any) -> None:
    both = [an_assignment(), an_assignment(id="a2", worker_id="w5", role="advocate")]
    clocks = clocks_of(a_message(worker_id="w5"), assignments=both)

    assert carry_over(a_plan(), clocks=clocks, now=AFTER).clocks == ()


def test_of_one_clock_given_twice_the_one_seen_latest_counts(a_plan: Planner) -> None:
    reply = a_message(MIDNIGHT + timedelta(hours=1), id="m2", direction="to_child")
    waiting, answered = clocks_of(a_message(), now=MIDNIGHT), clocks_of(a_message(), reply)

    assert carry_over(a_plan(), clocks=[*answered, *waiting], now=AFTER).clocks == ()
    assert carry_over(a_plan(), clocks=[*waiting, *answered], now=AFTER).clocks == ()


@given(hours=st.lists(st.integers(-200, 10), max_size=4), is_away=st.booleans())
def test_carrying_over_gives_what_the_changed_assignments_give(
    a_plan: Planner, an_assignment: Any, hours: list[int], is_away: bool
) -> None:
    messages = [
        a_message(MIDNIGHT + timedelta(hours=hour), id=f"m{number}", thread=f"t{number}")
        for number, hour in enumerate(hours)
    ]
    absences = [Absence(worker_id="w2", starts_at=MIDNIGHT, cover_id="w3")] if is_away else []
    after = [an_assignment(ended_on=HANDOVER), an_assignment(id="a2", worker_id="w2", started_on=HANDOVER)]
    before = clocks_of(*messages, assignments=[an_assignment()], absences=absences)

    carried = carry_over(a_plan(), clocks=before, absences=absences, now=AFTER)

    assert list(carried.clocks) == clocks_of(*messages, assignments=after, absences=absences)


def test_no_name_or_place_stands_in_the_repr(a_plan: Planner) -> None:
    assert "Example Road" not in repr(carry_over(a_plan(), sessions=[a_session()], now=NOW))


@given(data=st.data())
def test_no_planned_session_of_the_child_with_the_leaving_worker_is_lost(a_plan: Planner, data: st.DataObject) -> None:
    hours = data.draw(st.lists(st.integers(-100, 100), max_size=6))
    kinds = st.sampled_from(["visit", "goodbye", "review"])
    sessions = [
        a_session(MIDNIGHT + timedelta(hours=hour), id=f"s{number}", kind=data.draw(kinds))
        for number, hour in enumerate(hours)
    ]

    carried = carry_over(a_plan(), sessions=data.draw(st.permutations([*sessions, *sessions])), now=NOW)

    assert carried == carry_over(a_plan(), sessions=sessions, now=NOW)
    ids = [session.id for session in (*carried.sessions, *carried.kept_sessions)]
    assert sorted(ids) == sorted(session.id for session in sessions)
    assert all(session.worker_id == "w2" and session.starts_at >= MIDNIGHT for session in carried.sessions)


def test_open_promises_pass_on_from_the_handover_day_as_they_were_said(a_plan: Planner) -> None:
    def promise(number: int, **facts: object) -> Promise:
        given = {"child_id": "c1", "worker_id": "w1", "what": "Ask about the bike", "made_at": NOW}
        return Promise.model_validate({"id": f"p{number}", **given, **facts})

    promises = [
        promise(1),
        promise(2, due_on=date(2025, 4, 4)),
        promise(3, worker_id="w9"),
        promise(4, child_id="c9"),
        promise(2, due_on=date(2025, 4, 4)),
    ]

    before = carry_over(a_plan(), promises=promises, now=NOW)
    after = carry_over(a_plan(), promises=promises, now=MIDNIGHT)

    assert before.promises == ()
    assert after.promises == (
        CarriedPromise("p2", WorkerId("w1"), WorkerId("w2"), date(2025, 4, 4)),
        CarriedPromise("p1", WorkerId("w1"), WorkerId("w2"), None),
    )
