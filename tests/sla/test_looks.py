"""When a child has to be looked at again, if nothing is written in the meantime. Everybody here is made up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from relationkit.errors import NaiveMomentError
from relationkit.records import Absence, Assignment, Message
from relationkit.sla import (
    DEFAULT_POLICIES,
    NextLook,
    PolicyBook,
    QuietHours,
    ResponsePolicy,
    WorkingCalendar,
    next_looks,
    rules_version,
    track_responses,
)

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
START = datetime(2025, 1, 6, 12, tzinfo=UTC)
REMINDER, DUE = START + 48 * HOUR, START + 72 * HOUR


def a_message(at: datetime = START, direction: str = "from_child") -> Message:
    fields = {"id": f"m{at:%d%H}", "child_id": "c1", "at": at, "direction": direction, "channel": "text"}
    return Message.model_validate({**fields, "worker_id": "w1"})


def looks(now: datetime, *messages: Message, **facts: list[Absence] | list[Assignment]) -> list[NextLook]:
    clocks = track_responses(messages, now=now, **facts)
    return next_looks(messages, clocks, now=now, **facts)


@pytest.mark.parametrize(
    ("now", "look_at"),
    [(START, REMINDER), (REMINDER - TICK, REMINDER), (REMINDER, DUE), (DUE - TICK, DUE), (DUE, None)],
)
def test_the_next_look_is_at_the_next_step(now: datetime, look_at: datetime | None) -> None:
    assert looks(now, a_message()) == [NextLook("c1", "c1/m0612", look_at, DUE)]


def test_who_has_been_answered_needs_no_look() -> None:
    assert looks(DUE, a_message(), a_message(START + HOUR, "to_child")) == []


def test_a_message_still_to_come_needs_one_when_it_comes() -> None:
    coming = START + 5 * HOUR

    assert looks(START - HOUR, a_message(), a_message(coming)) == [NextLook("c1", "", START, None)]
    assert looks(START, a_message(), a_message(coming, "to_child"))[1:] == [NextLook("c1", "", coming, None)]


def test_once_a_step_was_reached_a_change_of_hands_needs_one_and_before_that_none() -> None:
    away, back = REMINDER + HOUR, REMINDER + 2 * HOUR
    leave = [Absence.model_validate({"worker_id": "w1", "starts_at": away, "ends_at": back, "cover_id": "w2"})]

    moments = [looks(now, a_message(), absences=leave)[0].look_at for now in (START, REMINDER, away, back)]
    assert moments == [REMINDER, away, back, DUE]


def test_the_leave_of_a_cover_counts_and_that_of_strangers_does_not() -> None:
    leave = [
        Absence.model_validate({"worker_id": "w1", "starts_at": START, "cover_id": "w2"}),
        Absence.model_validate({"worker_id": "w2", "starts_at": REMINDER + 2 * HOUR}),
        Absence.model_validate({"worker_id": "w9", "starts_at": REMINDER + HOUR}),
    ]

    assert looks(REMINDER, a_message(), absences=leave)[0].look_at == REMINDER + 2 * HOUR


def test_a_new_worker_counts_from_midnight_in_london() -> None:
    held = [
        Assignment.model_validate(
            {"id": "a1", "child_id": "c1", "worker_id": "w2", "role": "social_worker", "started_on": date(2025, 1, 9)}
        )
    ]

    assert looks(REMINDER, a_message(), assignments=held)[0].look_at == datetime(2025, 1, 9, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError):
        next_looks([], [], now=datetime(2025, 1, 1))


def test_the_version_of_the_rules_changes_with_all_that_moves_a_step() -> None:
    def book(**changes: object) -> PolicyBook:
        fields = {"name": "ours", "in_force_from": date(2020, 1, 1), "target": timedelta(hours=24)}
        return PolicyBook([ResponsePolicy.model_validate({**fields, **changes})])

    def office(*holidays: date) -> WorkingCalendar:
        return WorkingCalendar({"mon": [("09:00", "17:00")]}, holidays=frozenset(holidays))

    books = [book(), book(target=timedelta(hours=25)), book(calendar=office()), book(calendar=office(date(2025, 1, 6)))]
    versions = [rules_version(each) for each in (DEFAULT_POLICIES, *books)]
    versions.append(rules_version(book(), QuietHours.daily("20:00", "08:00")))

    assert len(set(versions)) == len(versions)
    assert rules_version(book()) == rules_version(book())
