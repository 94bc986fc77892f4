"""The tracker: fed message by message, equal to looking at them all. Everybody here is made up."""

import json
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.errors import InvalidPolicyError, InvalidRecordError, NaiveMomentError, UnreadableSourceError
from relationkit.records import Absence, Assignment, Message
from relationkit.sla import (
    DEFAULT_POLICIES,
    EscalationStep,
    PolicyBook,
    ResponsePolicy,
    ResponseTracker,
    WorkingCalendar,
    due_escalations,
    track_responses,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
START = datetime(2025, 3, 27, 12, tzinfo=UTC)  # a Thursday; the clock goes forward on the Sunday
LATER = START + 30 * DAY
OFFICE = WorkingCalendar({weekday: [("09:00", "17:00")] for weekday in ("mon", "tue", "wed", "thu", "fri")})

TWO_POLICIES = PolicyBook(
    [
        ResponsePolicy(
            name="texts",
            target=24 * HOUR,
            in_force_from=date(2020, 1, 1),
            channels={"text"},
            stops_on={"roles": {"social_worker"}},
            escalations=(
                EscalationStep(name="soon", offset=-30 * HOUR, to="worker"),
                EscalationStep(name="late", offset=6 * HOUR, to="manager"),
            ),
        ),
        ResponsePolicy(
            name="others",
            target=8 * HOUR,
            calendar=OFFICE,
            in_force_from=date(2020, 1, 1),
            channels={"call", "email", "app", "letter", "in_person"},
            escalations=(
                EscalationStep(name="soon", offset=-4 * HOUR, to="worker"),
                EscalationStep(name="stand in", offset=timedelta(0), to="cover"),
                EscalationStep(name="late", offset=4 * HOUR, to="manager"),
            ),
        ),
    ]
)


def from_child(at: datetime = START, message_id: str = "m1", **fields: object) -> Message:
    return Message(
        **{"id": message_id, "child_id": "c1", "at": at, "direction": "from_child", "channel": "text"}
        | {"worker_id": "w1"}
        | fields
    )


def to_child(at: datetime, message_id: str = "r1", **fields: object) -> Message:
    return from_child(at, message_id, **{"direction": "to_child"} | fields)


def a_tracker(*messages: Message, book: PolicyBook = DEFAULT_POLICIES, **facts: Iterable[object]) -> ResponseTracker:
    tracker = ResponseTracker(book, **facts)
    for message in messages:
        tracker.feed(message)
    return tracker


# Equal to looking at all messages ------------------------------------------------------------------------------------


def test_nothing_fed_is_no_clock_and_nothing_to_wait_for() -> None:
    tracker = a_tracker()

    assert tracker.clocks(LATER) == tracker.due_clocks(LATER) == []
    assert tracker.next_event_at(START) is None


def test_an_answer_closes_the_clock_and_the_next_message_starts_another() -> None:
    tracker = a_tracker(from_child())
    assert [clock.answered_at for clock in tracker.clocks(LATER)] == [None]

    tracker.feed(to_child(START + HOUR))
    tracker.feed(from_child(START + DAY, "m2"))
    assert [clock.answered_at for clock in tracker.clocks(LATER)] == [START + HOUR, None]


def test_a_message_that_comes_late_is_put_where_it_belongs() -> None:
    tracker = a_tracker(from_child(START + DAY, "m2"), to_child(START + 2 * DAY))
    assert [clock.message_id for clock in tracker.clocks(LATER)] == ["m2"]

    tracker.feed(from_child())
    tracker.feed(to_child(START + HOUR, "r0"))
    assert tracker.clocks(LATER) == track_responses(
        [from_child(), to_child(START + HOUR, "r0"), from_child(START + DAY, "m2"), to_child(START + 2 * DAY)],
        now=LATER,
    )


def test_a_reply_that_is_corrected_to_an_earlier_moment_is_taken_as_corrected() -> None:
    tracker = a_tracker(from_child(), to_child(START + 80 * HOUR))
    assert tracker.clocks(LATER)[0].state(LATER) == "answered_late"

    tracker.feed(to_child(START + HOUR))
    assert tracker.clocks(LATER)[0].state(LATER) == "answered_in_time"


def test_a_message_fed_before_its_moment_is_not_seen_until_then() -> None:
    tracker = a_tracker(from_child(), to_child(START + HOUR), from_child(START + 2 * HOUR, "m2"))

    assert [clock.answered_at for clock in tracker.clocks(START + HOUR - TICK)] == [None]
    assert len(tracker.clocks(START + 2 * HOUR)) == 2


def test_a_message_older_than_the_book_is_refused_and_the_tracker_stays_as_it_was() -> None:
    tracker = a_tracker(from_child(), book=TWO_POLICIES)
    before = tracker.save()

    with pytest.raises(InvalidPolicyError, match="m0"):
        tracker.feed(from_child(datetime(2019, 12, 31, tzinfo=UTC), "m0"))
    tracker.feed(to_child(datetime(2019, 12, 31, tzinfo=UTC), "r0"))
    assert tracker.save()["messages"][1:] == before["messages"]


def test_a_moment_without_a_zone_is_refused() -> None:
    tracker = a_tracker(from_child())

    for question in (tracker.clocks, tracker.due_clocks, tracker.next_event_at):
        with pytest.raises(NaiveMomentError, match="now"):
            question(datetime(2025, 1, 1))
    with pytest.raises(NaiveMomentError, match="before"):
        tracker.forget(datetime(2025, 1, 1))


def test_the_repr_shows_no_ids() -> None:
    assert repr(a_tracker(from_child())) == "<ResponseTracker 1 messages in 1 threads>"


@st.composite
def messages_of_a_few_days(draw: st.DrawFn) -> list[Message]:
    return [
        Message(
            id=f"m{draw(st.integers(0, 12))}",
            child_id=draw(st.sampled_from(["c1", "c2"])),
            at=START + draw(st.integers(0, 16)) * 6 * HOUR,
            direction=draw(st.sampled_from(["from_child", "to_child"])),
            channel=draw(st.sampled_from(["text", "call"])),
            kind=draw(st.sampled_from(["message", "message", "automatic", "attempt"])),
            worker_id=draw(st.sampled_from(["w1", "w2", None])),
            thread=draw(st.sampled_from([None, "t"])),
            needs_reply=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 14)))
    ]


@st.composite
def assignments(draw: st.DrawFn) -> list[Assignment]:
    return [
        Assignment(
            id=f"a{n}",
            child_id=draw(st.sampled_from(["c1", "c2"])),
            worker_id=draw(st.sampled_from(["w1", "w2"])),
            role=draw(st.sampled_from(["social_worker", "advocate"])),
            started_on=date(2025, 3, 26) + draw(st.integers(0, 4)) * DAY,
            ended_on=draw(st.sampled_from([None, date(2025, 3, 31)])),
        )
        for n in range(draw(st.integers(0, 3)))
    ]


@st.composite
def absences(draw: st.DrawFn) -> list[Absence]:
    return [
        Absence(
            worker_id=draw(st.sampled_from(["w1", "w2"])),
            starts_at=(starts_at := START + draw(st.integers(-4, 12)) * 6 * HOUR),
            ends_at=draw(st.sampled_from([None, starts_at + DAY])),
            cover_id=draw(st.sampled_from([None, "w9"])),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]


moments = st.integers(-1, 30).map(lambda n: START + n * 6 * HOUR)
books = st.sampled_from([DEFAULT_POLICIES, TWO_POLICIES])


@settings(max_examples=60, deadline=None)
@given(data=st.data(), messages=messages_of_a_few_days(), book=books, facts=st.tuples(absences(), assignments()))
def test_after_every_message_and_at_every_moment_it_equals_looking_at_all(
    data: st.DataObject, messages: list[Message], book: PolicyBook, facts: tuple[list[Absence], list[Assignment]]
) -> None:
    known = dict(zip(("absences", "assignments"), facts, strict=True))
    tracker = ResponseTracker(book, **known)
    for count, message in enumerate(messages, 1):
        tracker.feed(message)
        if data.draw(st.booleans()):
            now = data.draw(moments)
            expected = track_responses(messages[:count], book, now=now, **known)
            assert tracker.clocks(now) == expected
            assert due_escalations(tracker.due_clocks(now), book, now=now) == due_escalations(expected, book, now=now)

    assert tracker.clocks(LATER) == track_responses(messages, book, now=LATER, **known)


@settings(max_examples=60, deadline=None)
@given(messages=messages_of_a_few_days(), seed=st.integers(0, 1000), now=moments)
def test_order_and_repetition_of_what_is_fed_never_matter(messages: list[Message], seed: int, now: datetime) -> None:
    shuffled = messages * 2
    random.Random(seed).shuffle(shuffled)
    tracker, other = a_tracker(*messages), a_tracker(*shuffled)

    assert tracker.clocks(now) == other.clocks(now)
    assert tracker.next_event_at(now) == other.next_event_at(now)
    assert tracker.save() == other.save()


@settings(max_examples=60, deadline=None)
@given(messages=messages_of_a_few_days(), now=moments, facts=st.tuples(absences(), assignments()))
def test_facts_that_are_replaced_count_from_the_beginning(
    messages: list[Message], now: datetime, facts: tuple[list[Absence], list[Assignment]]
) -> None:
    tracker = a_tracker(*messages, book=TWO_POLICIES)
    tracker.next_event_at(now)
    tracker.replace_absences(facts[0])
    tracker.replace_assignments(facts[1])
    fresh = a_tracker(*messages, book=TWO_POLICIES, absences=facts[0], assignments=facts[1])

    assert tracker.clocks(now) == fresh.clocks(now)
    assert tracker.due_clocks(now) == fresh.due_clocks(now)
    assert tracker.next_event_at(now) == fresh.next_event_at(now)


# Sleeping until something falls due ----------------------------------------------------------------------------------


def test_it_sleeps_until_the_reminder_then_the_due_time_then_until_a_message_comes() -> None:
    tracker = a_tracker(from_child())

    moment, seen = START, []
    while (moment := tracker.next_event_at(moment)) is not None:
        seen.append(moment)
    assert seen == [START + 48 * HOUR, START + 72 * HOUR, START + 72 * HOUR + TICK]
    assert tracker.next_event_at(START + 48 * HOUR - TICK) == START + 48 * HOUR


def test_an_answer_lets_it_sleep_on() -> None:
    tracker = a_tracker(from_child(), from_child(START + HOUR, "m2", child_id="c2"))
    assert tracker.next_event_at(START + 2 * HOUR) == START + 48 * HOUR

    tracker.feed(to_child(START + 2 * HOUR))
    assert tracker.next_event_at(START + 2 * HOUR) == START + 49 * HOUR


def test_an_answer_at_a_step_s_moment_comes_before_the_step() -> None:
    assert a_tracker(from_child(), to_child(START + 48 * HOUR)).next_event_at(START) is None
    assert a_tracker(from_child(), to_child(START + 48 * HOUR + TICK)).next_event_at(START) == START + 48 * HOUR


def test_once_a_step_is_reached_it_also_wakes_when_the_duty_to_answer_moves() -> None:
    away = [Absence(worker_id="w1", starts_at=START + HOUR, cover_id="w9", ends_at=START + 50 * HOUR)]
    tracker = a_tracker(from_child(), absences=away)

    assert tracker.next_event_at(START) == START + 48 * HOUR
    assert tracker.next_event_at(START + 48 * HOUR) == START + 50 * HOUR
    tracker.replace_absences([])
    assert tracker.next_event_at(START + 48 * HOUR) == START + 72 * HOUR


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    messages=messages_of_a_few_days(),
    book=books,
    now=moments,
    facts=st.tuples(absences(), assignments()),
)
def test_nothing_changes_while_it_sleeps_and_what_wakes_it_is_real(
    data: st.DataObject,
    messages: list[Message],
    book: PolicyBook,
    now: datetime,
    facts: tuple[list[Absence], list[Assignment]],
) -> None:
    known = dict(zip(("absences", "assignments"), facts, strict=True))
    seen = [message for message in messages if message.at <= now]
    tracker = a_tracker(*seen, book=book, **known)

    def standing(at: datetime) -> list[object]:
        clocks = track_responses(seen, book, now=at, **known)
        return [[clock.state(at) for clock in clocks], [one.id for one in due_escalations(clocks, book, now=at)]]

    wakes_at = tracker.next_event_at(now)
    last = LATER if wakes_at is None else wakes_at - TICK
    asleep = data.draw(st.datetimes(now.replace(tzinfo=None), last.replace(tzinfo=None), timezones=st.just(UTC)))
    assert standing(asleep) == standing(last) == standing(now)
    if wakes_at is not None and wakes_at not in tracker._moves and not reached_before(tracker, now):
        assert standing(wakes_at) != standing(now)


def reached_before(tracker: ResponseTracker, now: datetime) -> bool:
    """Once a step is reached, the next may tell nobody, such as a stand-in whom nobody needs."""
    return bool(tracker.due_clocks(now))


@settings(max_examples=60, deadline=None)
@given(messages=messages_of_a_few_days(), asked=st.lists(moments, min_size=1, max_size=5))
def test_questions_may_go_back_in_time(messages: list[Message], asked: list[datetime]) -> None:
    tracker = a_tracker(*messages, book=TWO_POLICIES)

    for now in asked:
        fresh = a_tracker(*messages, book=TWO_POLICIES)
        assert tracker.next_event_at(now) == fresh.next_event_at(now)
        assert tracker.due_clocks(now) == fresh.due_clocks(now)


# Forgetting ----------------------------------------------------------------------------------------------------------


def test_forgetting_lets_go_of_what_was_answered_before_that_moment_and_of_nothing_else() -> None:
    tracker = a_tracker(
        from_child(), to_child(START + HOUR), from_child(START + 2 * HOUR, "m2"), to_child(START + 3 * HOUR, "r2")
    )

    tracker.forget(START + HOUR)
    assert [clock.message_id for clock in tracker.clocks(LATER)] == ["m1", "m2"]
    tracker.forget(START + HOUR + TICK)
    assert [clock.message_id for clock in tracker.clocks(LATER)] == ["m2"]
    assert len(tracker.save()["messages"]) == 2


def test_what_was_forgotten_does_not_come_back_when_it_is_fed_again() -> None:
    messages = [from_child(), to_child(START + HOUR)]
    tracker = a_tracker(*messages)
    tracker.forget(LATER)

    answered = {"child_id": "c1", "thread": None, "at": "2025-03-27T13:00:00+00:00", "id": messages[1].id}
    assert tracker.save()["forgotten"] == [answered]
    tracker = ResponseTracker.restore(tracker.save())
    for message in [*messages, from_child(START + HOUR - TICK, "late")]:
        tracker.feed(message)
    assert tracker.clocks(LATER) == []
    tracker.feed(from_child(START + HOUR, "m2"))  # sent in the moment of the answer, so the answer is none to it
    assert [clock.message_id for clock in tracker.clocks(LATER)] == ["m2"]


@settings(max_examples=60, deadline=None)
@given(messages=messages_of_a_few_days(), before=moments, now=moments)
def test_forgetting_never_touches_who_waits(messages: list[Message], before: datetime, now: datetime) -> None:
    now = max(now, before)
    messages = list({message.id: message for message in messages}.values())  # an id is forgotten with its message
    tracker = a_tracker(*messages)
    expected = [clock for clock in tracker.clocks(now) if clock.answered_at is None or clock.answered_at >= before]
    due, wakes_at = tracker.due_clocks(now), tracker.next_event_at(now)
    tracker.forget(before)

    assert tracker.clocks(now) == expected
    assert (tracker.due_clocks(now), tracker.next_event_at(now)) == (due, wakes_at)
    again = ResponseTracker.restore(json.loads(json.dumps(tracker.save())))
    for message in messages:
        again.feed(message)
    assert again.clocks(now) == expected


# On disk -------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(messages=messages_of_a_few_days(), now=moments, facts=st.tuples(absences(), assignments()))
def test_what_is_saved_and_restored_is_the_same(
    messages: list[Message], now: datetime, facts: tuple[list[Absence], list[Assignment]]
) -> None:
    tracker = a_tracker(*messages, book=TWO_POLICIES, absences=facts[0], assignments=facts[1])
    again = ResponseTracker.restore(json.loads(json.dumps(tracker.save())), TWO_POLICIES)

    assert again.clocks(now) == tracker.clocks(now)
    assert again.due_clocks(now) == tracker.due_clocks(now)
    assert again.next_event_at(now) == tracker.next_event_at(now)
    assert again.save() == tracker.save()


def test_a_restored_tracker_goes_on() -> None:
    again = ResponseTracker.restore(a_tracker(from_child()).save())
    again.feed(to_child(START + HOUR))

    assert [clock.answered_at for clock in again.clocks(LATER)] == [START + HOUR]


def test_fault_14_what_was_saved_under_one_book_is_judged_anew_under_another() -> None:
    saved = a_tracker(from_child()).save()

    assert ResponseTracker.restore(saved, TWO_POLICIES).clocks(LATER)[0].due_at == START + 24 * HOUR


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"version": None}, {"format": "something else"}, {"messages": ...}, {"forgotten": ...}]
)
def test_a_layout_that_is_not_known_is_refused_and_not_guessed_at(change: dict[str, object]) -> None:
    saved = a_tracker(from_child()).save() | change
    saved = {name: value for name, value in saved.items() if value is not ...}

    with pytest.raises(UnreadableSourceError) as refusal:
        ResponseTracker.restore(saved)
    assert str(refusal.value) == (
        "saved tracker: is not of the format relationkit.sla.ResponseTracker, version 1. "
        "Restore it with the release that saved it, or feed the messages anew."
    )


def test_a_record_in_it_that_cannot_be_is_refused() -> None:
    saved = a_tracker(from_child()).save()
    saved["messages"][0]["at"] = "yesterday"

    with pytest.raises(InvalidRecordError, match="m1"):
        ResponseTracker.restore(saved)
