"""Response clocks: what starts, joins and stops them, and who must answer. Everybody here is made up."""

import pickle
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.errors import InvalidPolicyError, NaiveMomentError
from relationkit.records import Absence, Assignment, Message
from relationkit.sla import (
    DEFAULT_POLICIES,
    EscalationStep,
    PolicyBook,
    ResponseClock,
    ResponsePolicy,
    StopsOn,
    WorkingCalendar,
    track_responses,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
START = datetime(2025, 1, 6, 12, tzinfo=UTC)
LATER = START + 30 * DAY
OFFICE = WorkingCalendar({weekday: [("09:00", "17:00")] for weekday in ("mon", "tue", "wed", "thu", "fri")})


def from_child(at: datetime = START, message_id: str = "m1", **fields: object) -> Message:
    return Message(
        **{
            "id": message_id,
            "child_id": "c1",
            "at": at,
            "direction": "from_child",
            "channel": "text",
            "worker_id": "w1",
        }
        | fields
    )


def to_child(at: datetime, message_id: str = "r1", **fields: object) -> Message:
    return from_child(at, message_id, **{"direction": "to_child"} | fields)


def an_assignment(
    row_id: str, worker: str, started_on: date, ended_on: date | None = None, **fields: object
) -> Assignment:
    return Assignment(
        **{"id": row_id, "child_id": "c1", "worker_id": worker, "role": "social_worker"}
        | {"started_on": started_on, "ended_on": ended_on}
        | fields
    )


def an_absence(worker: str, starts_at: datetime, cover: str | None = None, ends_at: datetime | None = None) -> Absence:
    return Absence(worker_id=worker, starts_at=starts_at, ends_at=ends_at, cover_id=cover)


def the_clock(*messages: Message, now: datetime = LATER, **facts: object) -> ResponseClock:
    (clock,) = track_responses(messages, now=now, **facts)
    return clock


# Starting and joining ------------------------------------------------------------------------------------------------


def test_no_message_is_no_clock() -> None:
    assert track_responses([], now=LATER) == []


def test_the_first_unanswered_message_starts_the_clock_and_a_second_never_pushes_it_back() -> None:
    clock = the_clock(from_child(), from_child(START + DAY, "m2"))

    assert clock.message_id == "m1"
    assert clock.due_at == START + 72 * HOUR
    assert clock.messages == 2
    assert clock.answered_at is None


def test_a_message_after_the_answer_starts_another_clock() -> None:
    clocks = track_responses(
        [from_child(), to_child(START + HOUR), from_child(START + DAY, "m2", channel="email")], now=LATER
    )

    assert [(clock.message_id, clock.answered_at) for clock in clocks] == [("m1", START + HOUR), ("m2", None)]


def test_a_call_that_the_worker_did_not_pick_up_starts_a_clock() -> None:
    assert the_clock(from_child(kind="attempt", channel="call")).message_id == "m1"


def test_an_automatic_message_from_the_childs_phone_starts_nothing() -> None:
    assert track_responses([from_child(kind="automatic")], now=LATER) == []


def test_a_message_that_needs_no_reply_neither_starts_nor_joins() -> None:
    thanks = from_child(START, "m0", needs_reply=False, no_reply_by="w1", no_reply_why="a thank-you")

    assert track_responses([thanks], now=LATER) == []
    assert the_clock(from_child(), from_child(START + HOUR, "m2", needs_reply=False)).messages == 1


def test_a_message_of_this_very_moment_is_seen_and_one_after_it_is_not() -> None:
    assert len(track_responses([from_child()], now=START)) == 1
    assert track_responses([from_child()], now=START - TICK) == []
    assert the_clock(from_child(), to_child(START + HOUR), now=START + HOUR - TICK).answered_at is None
    assert the_clock(from_child(), to_child(START + HOUR), now=START + HOUR).answered_at == START + HOUR


def test_threads_and_children_wait_apart() -> None:
    clocks = track_responses(
        [
            from_child(),
            from_child(START, "m2", thread="visit"),
            from_child(START, "m3", child_id="c2"),
            to_child(START + HOUR, thread="visit"),
        ],
        now=LATER,
    )

    assert [(clock.id, clock.answered_at is not None) for clock in clocks] == [
        ("c1/m1", False),
        ("c1/m2", True),
        ("c2/m3", False),
    ]


def test_clocks_come_oldest_first_and_then_by_id() -> None:
    messages = [from_child(START + n * HOUR, f"m{m}", thread=str(m)) for m, n in enumerate((2, 1, 1, 0))]

    assert [clock.message_id for clock in track_responses(messages, now=LATER)] == ["m3", "m1", "m2", "m0"]


# Stopping ------------------------------------------------------------------------------------------------------------


def test_an_automatic_reply_never_stops_the_clock() -> None:
    assert the_clock(from_child(), to_child(START + HOUR, kind="automatic")).answered_at is None


def test_attempts_are_counted_and_do_not_stop_the_clock() -> None:
    clock = the_clock(
        to_child(START - HOUR, "r0", kind="attempt", channel="call"),
        from_child(),
        to_child(START + HOUR, "r1", kind="attempt", channel="call"),
        to_child(START + 2 * HOUR, "r2", kind="attempt", channel="call"),
    )

    assert (clock.attempts, clock.answered_at) == (2, None)


def test_the_first_human_reply_stops_the_clock_on_any_channel() -> None:
    clock = the_clock(
        from_child(), to_child(START + HOUR, channel="letter", worker_id="w9"), to_child(START + DAY, "r2")
    )

    assert (clock.answered_at, clock.answered_by, clock.waited) == (START + HOUR, "w9", HOUR)


def test_what_was_sent_in_the_very_moment_of_the_message_is_no_answer_to_it() -> None:
    assert the_clock(from_child(), to_child(START)).answered_at is None
    assert the_clock(from_child(), to_child(START + TICK)).answered_at == START + TICK


def a_book(**fields: object) -> PolicyBook:
    return PolicyBook([ResponsePolicy(**{"name": "ours", "in_force_from": date(2020, 1, 1)} | fields)])


def test_the_policy_says_which_channels_kinds_and_senders_count() -> None:
    email = to_child(START + HOUR, "r1", channel="email", worker_id="w9")
    call = to_child(START + 2 * HOUR, "r2", kind="attempt", channel="call", worker_id="w1")
    text = to_child(START + 3 * HOUR, "r3", worker_id="w1")
    facts = {"assignments": [an_assignment("a1", "w1", date(2024, 1, 1))]}

    def answered(stops_on: StopsOn) -> datetime | None:
        return the_clock(from_child(), email, call, text, policies=a_book(stops_on=stops_on), **facts).answered_at

    assert answered(StopsOn()) == email.at
    assert answered(StopsOn(channels={"text"})) == text.at
    assert answered(StopsOn(kinds={"attempt"})) == call.at
    assert answered(StopsOn(roles={"social_worker"})) == text.at
    assert answered(StopsOn(roles={"advocate"})) is None


def test_the_answer_of_a_stand_in_counts_as_the_role_they_stand_in_for() -> None:
    facts = {"assignments": [an_assignment("a1", "w1", date(2024, 1, 1))], "policies": a_book(stops_on=A_SOCIAL_WORKER)}
    reply = to_child(START + HOUR, worker_id="w9")

    assert the_clock(from_child(), reply, absences=[an_absence("w1", START, "w9")], **facts).answered_by == "w9"
    assert the_clock(from_child(), reply, absences=[an_absence("w1", START, "w8")], **facts).answered_by is None
    over = [an_absence("w1", START - DAY, "w9", ends_at=START + HOUR)]
    assert the_clock(from_child(), reply, absences=over, **facts).answered_by is None


A_SOCIAL_WORKER = StopsOn(roles={"social_worker"})

# States --------------------------------------------------------------------------------------------------------------


def test_an_answer_at_the_due_time_is_in_time_and_one_just_after_it_is_late() -> None:
    due = START + 72 * HOUR

    assert the_clock(from_child(), to_child(due)).state(LATER) == "answered_in_time"
    assert the_clock(from_child(), to_child(due + TICK)).state(LATER) == "answered_late"


def test_a_waiting_clock_is_due_soon_from_the_reminder_and_overdue_strictly_after_the_due_time() -> None:
    clock = the_clock(from_child())

    assert clock.state(START) == "waiting"
    assert clock.state(START + 48 * HOUR - TICK) == "waiting"
    assert clock.state(START + 48 * HOUR) == "due_soon"
    assert clock.state(START + 72 * HOUR) == "due_soon"
    assert clock.state(START + 72 * HOUR + TICK) == "overdue"


def test_a_state_of_an_earlier_moment_does_not_know_the_answer_yet() -> None:
    clock = the_clock(from_child(), to_child(START + 80 * HOUR))

    assert clock.state(START + HOUR) == "waiting"
    assert clock.state(START + 79 * HOUR) == "overdue"
    assert clock.state(START + 80 * HOUR) == "answered_late"


def test_without_a_reminder_a_clock_is_never_due_soon() -> None:
    clock = the_clock(from_child(), policies=a_book())

    assert clock.due_soon_at is None
    assert clock.state(START + 72 * HOUR) == "waiting"


def test_the_reminder_is_counted_on_the_policys_own_clock() -> None:
    reminder = EscalationStep(name="reminder", offset=-4 * HOUR, to="worker")
    clock = the_clock(
        from_child(), policies=a_book(target=8 * HOUR, calendar=OFFICE, escalations=(reminder,)), now=START
    )

    assert clock.due_at == datetime(2025, 1, 7, 12, tzinfo=UTC)
    assert clock.due_soon_at == datetime(2025, 1, 6, 16, tzinfo=UTC)
    assert the_clock(from_child(), now=START).due_soon_at == START + 48 * HOUR


def test_a_reminder_longer_than_the_target_is_due_with_the_message() -> None:
    reminder = EscalationStep(name="reminder", offset=-24 * HOUR, to="worker")
    clock = the_clock(from_child(), policies=a_book(target=8 * HOUR, escalations=(reminder,)))

    assert clock.due_soon_at == START
    assert clock.state(START) == "due_soon"


def test_72_hours_across_a_clock_change_are_72_real_hours() -> None:
    friday = datetime(2025, 3, 28, 12, tzinfo=UTC)

    assert the_clock(from_child(friday), now=friday).due_at == friday + 72 * HOUR


def test_the_wait_so_far_is_counted_up_to_now() -> None:
    assert the_clock(from_child(), now=START + 5 * HOUR).waited == 5 * HOUR


# Policies and time ---------------------------------------------------------------------------------------------------


def two_versions() -> PolicyBook:
    return PolicyBook(
        [
            ResponsePolicy(name="ours", target=48 * HOUR, in_force_from=date(2025, 1, 7)),
            ResponsePolicy(name="ours", target=72 * HOUR, in_force_from=date(2020, 1, 1)),
        ]
    )


def test_a_clock_keeps_the_version_under_which_it_started() -> None:
    clock = the_clock(from_child(), from_child(START + DAY, "m2"), policies=two_versions())

    assert clock.policy.target == 72 * HOUR


def test_a_new_version_holds_from_local_midnight_of_its_day() -> None:
    midnight = datetime(2025, 1, 7, tzinfo=UTC)

    assert the_clock(from_child(midnight - TICK), policies=two_versions()).policy.target == 72 * HOUR
    assert the_clock(from_child(midnight), policies=two_versions()).policy.target == 48 * HOUR


def test_a_message_older_than_the_book_is_refused_and_not_passed_over() -> None:
    with pytest.raises(InvalidPolicyError, match="message m1 is older"):
        track_responses([from_child(datetime(2019, 1, 1, tzinfo=UTC))], two_versions(), now=LATER)


def test_the_role_written_to_chooses_the_policy() -> None:
    book = PolicyBook(
        [
            ResponsePolicy(name="others", in_force_from=date(2020, 1, 1), roles=set(ROLES) - {"personal_adviser"}),
            ResponsePolicy(name="pa", target=HOUR, in_force_from=date(2020, 1, 1), roles={"personal_adviser"}),
        ]
    )
    adviser = an_assignment("a1", "w1", date(2024, 1, 1), date(2025, 1, 7), role="personal_adviser")

    assert the_clock(from_child(), policies=book).policy.name == "others"
    assert the_clock(from_child(), policies=book, assignments=[adviser]).policy.name == "pa"
    assert the_clock(from_child(START + DAY), policies=book, assignments=[adviser]).policy.name == "others"
    both = [adviser, an_assignment("a2", "w1", date(2024, 1, 1))]
    assert the_clock(from_child(), policies=book, assignments=both).role == "social_worker"


ROLES = ("social_worker", "personal_adviser", "reviewing_officer", "support_worker", "advocate", "duty", "manager")


def test_now_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError, match="now"):
        track_responses([], now=datetime(2025, 1, 1))


# Who must answer -----------------------------------------------------------------------------------------------------


def test_the_worker_written_to_must_answer() -> None:
    clock = the_clock(from_child())

    assert (clock.answers_now, clock.answers_now_id, clock.with_worker_since) == ("worker", "w1", START)


def test_nobody_must_answer_what_was_answered() -> None:
    clock = the_clock(from_child(), to_child(START + HOUR))

    assert (clock.answers_now, clock.answers_now_id, clock.worker_id) == (None, None, "w1")


def test_a_message_to_the_service_is_for_duty_until_somebody_holds_the_role() -> None:
    assert the_clock(from_child(worker_id=None)).answers_now == "duty"
    assert the_clock(from_child(worker_id=None)).with_worker_since is None
    clock = the_clock(from_child(worker_id=None), assignments=[an_assignment("a1", "w2", date(2024, 1, 1))])
    assert (clock.answers_now, clock.answers_now_id) == ("worker", "w2")


def test_cover_answers_while_the_worker_is_away_and_the_clock_goes_on() -> None:
    away = [an_absence("w1", START + DAY, "w9", ends_at=START + 2 * DAY)]

    before = the_clock(from_child(), now=START + DAY - TICK, absences=away)
    during = the_clock(from_child(), now=START + DAY, absences=away)
    after = the_clock(from_child(), now=START + 2 * DAY, absences=away)

    assert [clock.answers_now_id for clock in (before, during, after)] == ["w1", "w9", "w1"]
    assert during.answers_now == "cover"
    assert {clock.due_at for clock in (before, during, after)} == {START + 72 * HOUR}
    assert during.with_worker_since == START


def test_cover_answers_as_long_as_an_absence_without_an_end_goes_on() -> None:
    away = [an_absence("w1", START + DAY, "w9", ends_at=None)]
    moments = [START + DAY - TICK, START + DAY, START + 400 * DAY]

    clocks = [the_clock(from_child(), now=now, absences=away) for now in moments]

    assert [(clock.answers_now, clock.answers_now_id) for clock in clocks] == [
        ("worker", "w1"), ("cover", "w9"), ("cover", "w9"),
    ]  # fmt: skip
    assert {clock.due_at for clock in clocks} == {START + 72 * HOUR}


def test_duty_answers_when_there_is_no_cover_or_the_cover_is_away_too() -> None:
    alone = [an_absence("w1", START)]
    both = [an_absence("w1", START, "w9"), an_absence("w9", START)]
    other = [an_absence("w1", START, "w9"), an_absence("w9", START), an_absence("w1", START, "w8")]

    assert the_clock(from_child(), absences=alone).answers_now == "duty"
    assert the_clock(from_child(), absences=both).answers_now == "duty"
    assert the_clock(from_child(), absences=other).answers_now_id == "w8"


def test_a_child_who_moves_to_another_team_keeps_the_clock_and_the_new_team_must_answer() -> None:
    moved_on = date(2025, 1, 8)
    assignments = [
        an_assignment("a1", "north1", date(2024, 1, 1), moved_on),
        an_assignment("a2", "south1", moved_on),
    ]
    midnight = datetime(2025, 1, 8, tzinfo=UTC)

    before, after = (
        the_clock(from_child(worker_id="north1"), assignments=assignments, now=now)
        for now in (midnight - TICK, midnight)
    )

    assert (before.answers_now_id, after.answers_now_id) == ("north1", "south1")
    for what in ("id", "started_at", "due_at", "policy"):
        assert getattr(before, what) == getattr(after, what), what


def test_the_next_worker_must_answer_and_is_not_blamed_for_the_silence_before() -> None:
    handover = date(2025, 1, 8)
    assignments = [an_assignment("a1", "w1", date(2024, 1, 1), handover), an_assignment("a2", "w2", handover)]

    clock = the_clock(from_child(), assignments=assignments, now=START + 3 * DAY)

    assert (clock.answers_now_id, clock.with_worker_since) == ("w2", datetime(2025, 1, 8, tzinfo=UTC))
    assert clock.waited == 3 * DAY
    assert clock.due_at == START + 72 * HOUR


def test_a_handover_in_summer_is_at_local_midnight() -> None:
    summer = datetime(2025, 7, 1, 12, tzinfo=UTC)
    assignments = [an_assignment("a1", "w2", date(2025, 7, 2))]

    clock = the_clock(from_child(summer), assignments=assignments, now=summer + DAY)

    assert clock.with_worker_since == datetime(2025, 7, 1, 23, tzinfo=UTC)


def test_one_spell_written_in_two_rows_that_both_go_on_began_with_the_older() -> None:
    assignments = [an_assignment("a2", "w1", date(2025, 1, 8)), an_assignment("a1", "w1", date(2024, 1, 1))]

    assert the_clock(from_child(), assignments=assignments).with_worker_since == START


def test_one_spell_written_in_two_rows_is_still_the_same_worker() -> None:
    assignments = [
        an_assignment("a2", "w1", date(2025, 1, 8)),
        an_assignment("a1", "w1", date(2024, 1, 1), date(2025, 1, 8)),
    ]

    assert the_clock(from_child(), assignments=assignments).with_worker_since == START


def test_duty_answers_between_two_workers() -> None:
    gone = [an_assignment("a1", "w1", date(2024, 1, 1), date(2025, 1, 8))]

    clock = the_clock(from_child(), assignments=gone)

    assert (clock.answers_now, clock.worker_id, clock.with_worker_since) == ("duty", None, None)


def test_cover_written_as_an_assignment_does_not_take_the_child_over() -> None:
    assignments = [
        an_assignment("a1", "w1", date(2024, 1, 1)),
        an_assignment("a2", "w9", date(2025, 1, 8), cover_for="w1"),
    ]

    assert the_clock(from_child(worker_id=None), assignments=assignments).worker_id == "w1"


# The same answer every time ------------------------------------------------------------------------------------------


def test_an_id_is_the_same_on_every_run_and_two_pairs_never_share_one() -> None:
    first = the_clock(from_child(), now=START)
    second = the_clock(from_child(), from_child(START + DAY, "m2"), to_child(START + 9 * DAY))
    slashes = track_responses(
        [
            from_child(child_id="a/b", message_id="c"),
            from_child(child_id="a", message_id="b/c"),
            from_child(child_id="a%2Fb", message_id="d"),
        ],
        now=LATER,
    )

    assert first.id == second.id == "c1/m1"
    assert {clock.id for clock in slashes} == {"a%2Fb/c", "a/b/c", "a%252Fb/d"}


def test_of_two_messages_with_one_id_the_earliest_counts_and_the_one_that_needs_a_reply() -> None:
    late, early = from_child(START + DAY), from_child(START)
    marked = from_child(START, needs_reply=False)

    for messages in ([late, early, marked], [marked, late, early], [early, marked, late, early]):
        assert the_clock(*messages).started_at == START
        assert the_clock(*messages).messages == 1


def test_a_clock_shows_no_thread_in_its_repr() -> None:
    clock = the_clock(from_child(thread="about Sam"))

    assert clock.thread == "about Sam"
    assert "about Sam" not in repr(clock)
    assert repr(clock).startswith("ResponseClock(id='c1/m1', child_id='c1', message_id='m1', started_at=")


def test_a_clock_never_changes_and_a_changed_copy_is_another() -> None:
    clock = the_clock(from_child())

    with pytest.raises(AttributeError):
        clock.due_at = LATER
    copy = clock._replace(due_at=LATER)
    assert copy != clock
    assert copy.due_at == LATER
    assert isinstance(copy, ResponseClock)


def test_equal_clocks_have_one_hash_and_come_back_the_same_through_pickle() -> None:
    clock, again = the_clock(from_child()), the_clock(from_child())

    assert clock == again == pickle.loads(pickle.dumps(clock))
    assert len({clock, again}) == 1


@st.composite
def small_worlds(draw: st.DrawFn) -> list[Message]:
    return [
        Message(
            id=f"m{draw(st.integers(0, 12))}",
            child_id=draw(st.sampled_from(["c1", "c2"])),
            at=START + draw(st.integers(0, 8)) * 12 * HOUR,
            direction=draw(st.sampled_from(["from_child", "to_child"])),
            channel=draw(st.sampled_from(["text", "call"])),
            kind=draw(st.sampled_from(["message", "message", "automatic", "attempt"])),
            worker_id=draw(st.sampled_from(["w1", "w2", None])),
            thread=draw(st.sampled_from([None, "t"])),
            needs_reply=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 14)))
    ]


def slow_clocks(messages: list[Message], now: datetime) -> Iterable[tuple[object, ...]]:
    """The oracle: for each message ask, over all others again, whether it starts a wait, and what ends that wait."""
    by_id: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_id[message.id].append(message)
    once = [min(same, key=lambda m: (m.at, not m.needs_reply, m.model_dump_json())) for same in by_id.values()]
    for message in once:
        if not asks(message) or message.at > now:
            continue
        near = [m for m in once if (m.child_id, m.thread) == (message.child_id, message.thread) and m.at <= now]
        replies = [m.at for m in near if m.direction == "to_child" and m.kind == "message"]
        asked = sorted((m.at, m.id) for m in near if asks(m))
        last_reply = max((at for at in replies if at <= message.at), default=None)
        waiting_since = min(a for a in asked if last_reply is None or a[0] >= last_reply)
        if waiting_since != (message.at, message.id):
            continue
        answer = min((at for at in replies if at > message.at), default=None)
        joined = [at for at, _ in asked if at >= message.at and (answer is None or at < answer)]
        tries = [
            m
            for m in near
            if m.direction == "to_child" and m.kind == "attempt" and message.at < m.at
            if answer is None or m.at < answer or (m.at == answer and m.id < first_reply(near, answer))
        ]
        yield message.at, f"{message.child_id}/{message.id}", answer, len(joined), len(tries)


def asks(message: Message) -> bool:
    return message.direction == "from_child" and message.kind != "automatic" and message.needs_reply


def first_reply(messages: list[Message], at: datetime) -> str:
    return min(m.id for m in messages if m.at == at and m.direction == "to_child" and m.kind == "message")


@settings(max_examples=60, deadline=None)
@given(messages=small_worlds(), hours=st.integers(0, 100))
def test_clocks_equal_those_of_a_slow_search(messages: list[Message], hours: int) -> None:
    now = START + hours * HOUR
    clocks = track_responses(messages, now=now)

    assert [
        (clock.started_at, clock.id, clock.answered_at, clock.messages, clock.attempts) for clock in clocks
    ] == sorted(slow_clocks(messages, now))


@settings(max_examples=60, deadline=None)
@given(messages=small_worlds(), seed=st.integers(0, 1000))
def test_order_and_repetition_of_the_input_never_matter(messages: list[Message], seed: int) -> None:
    shuffled = messages * 2
    random.Random(seed).shuffle(shuffled)

    assert track_responses(shuffled, now=LATER) == track_responses(messages, now=LATER)


@settings(max_examples=60, deadline=None)
@given(messages=small_worlds(), hours=st.integers(0, 100))
def test_a_later_look_only_adds_answers_and_never_moves_a_due_time(messages: list[Message], hours: int) -> None:
    early = track_responses(messages, now=START + hours * HOUR)
    late = {clock.id: clock for clock in track_responses(messages, now=LATER)}

    for clock in early:
        assert late[clock.id].due_at == clock.due_at
        assert clock.answered_at in (None, late[clock.id].answered_at)


# In words ------------------------------------------------------------------------------------------------------------


def test_the_explanation_of_72_hours_names_the_clock_change() -> None:
    friday = datetime(2025, 3, 28, 12, tzinfo=UTC)

    assert the_clock(from_child(friday), now=friday).explain() == [
        "Started Fri 28 Mar 2025 12:00, Europe/London.",
        "Policy '72 hours', in force from 1900-01-01: 72 h elapsed.",
        "Sun 30 Mar 2025: the clock goes forward by 1 h; real time is counted.",
        "Due Mon 31 Mar 2025 13:00; an answer at that moment is still in time.",
    ]


def test_the_explanation_tells_londons_time_in_summer() -> None:
    july = datetime(2025, 7, 1, 12, tzinfo=UTC)
    told = the_clock(from_child(july), now=july).explain()

    assert told[0] == "Started Tue 01 Jul 2025 13:00, Europe/London."
    assert told[-1] == "Due Fri 04 Jul 2025 13:00; an answer at that moment is still in time."


@pytest.mark.parametrize(
    ("target", "words"),
    [(timedelta(minutes=30), "30 min"), (timedelta(hours=1, seconds=1.5), "1 h 1.5 s"), (timedelta(hours=2), "2 h")],
)
def test_an_amount_is_told_in_hours_minutes_and_seconds(target: timedelta, words: str) -> None:
    told = the_clock(from_child(), policies=a_book(target=target)).explain()

    assert told[1] == f"Policy 'ours', in force from 2020-01-01: {words} elapsed."


def test_the_explanation_of_working_hours_counts_day_by_day() -> None:
    calendar = WorkingCalendar(
        OFFICE.hours | {"sat": [("22:00", "24:00")], "sun": [("00:00", "00:30")]},
        holidays={date(2025, 1, 7)},
        breaks={date(2025, 1, 8): [("12:00", "13:30")]},
        shifts={date(2025, 1, 9): [], date(2025, 1, 10): [("09:00", "10:00")]},
    )
    clock = the_clock(from_child(), policies=a_book(target=timedelta(hours=14.5), calendar=calendar))

    assert clock.explain() == [
        "Started Mon 06 Jan 2025 12:00, Europe/London.",
        "Policy 'ours', in force from 2020-01-01: 14 h 30 min of opening hours.",
        "Mon 06 Jan 2025: 12:00 to 17:00 counts, 5 h of 14 h 30 min.",
        "Tue 07 Jan 2025: a holiday, left out.",
        "Wed 08 Jan 2025: left out for a break: 12:00 to 13:30.",
        "Wed 08 Jan 2025: 09:00 to 12:00 counts, 8 h of 14 h 30 min.",
        "Wed 08 Jan 2025: 13:30 to 17:00 counts, 11 h 30 min of 14 h 30 min.",
        "Thu 09 Jan 2025: other hours than usual: closed.",
        "Fri 10 Jan 2025: other hours than usual: 09:00 to 10:00.",
        "Fri 10 Jan 2025: 09:00 to 10:00 counts, 12 h 30 min of 14 h 30 min.",
        "Sat 11 Jan 2025: 22:00 to 24:00 counts, 14 h 30 min of 14 h 30 min.",
        "Due Sun 12 Jan 2025 00:00; an answer at that moment is still in time.",
    ]


def test_the_default_book_is_72_hours_with_a_reminder_and_the_manager() -> None:
    (policy,) = DEFAULT_POLICIES.policies

    assert (policy.target, policy.calendar) == (72 * HOUR, None)
    assert [(step.offset, step.to) for step in policy.escalations] == [(-24 * HOUR, "worker"), (0 * HOUR, "manager")]
