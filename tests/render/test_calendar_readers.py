"""Three independent readers find every session at its instant, across both clock changes, up to 2040."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.records import Child, Session
from relationkit.render import visit_calendar

CHILD = Child(id="C1")
YEARS = (1995, 1996, 2024, 2025, 2026, 2037, 2038, 2040)

Instants = set[tuple[datetime, datetime]]


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def around_the_clock_changes(year: int) -> list[datetime]:
    """Return every half hour from three hours before to three hours after each change, and a noon each month."""
    changes = [
        datetime.combine(last_sunday(year, month), datetime.min.time(), UTC) + timedelta(hours=1) for month in (3, 10)
    ]
    halves = [change + timedelta(minutes=30 * step) for change in changes for step in range(-6, 7)]
    return halves + [datetime(year, month, 5, 12, tzinfo=UTC) for month in range(1, 13)]


def written(starts: list[datetime]) -> tuple[bytes, Instants]:
    sessions = [
        Session(
            id=f"s{start:%Y%m%d%H%M%S}",
            child_id="C1",
            worker_id="W1",
            kind="visit",
            starts_at=start,
            ends_at=start + timedelta(minutes=50),
        )
        for start in starts
    ]
    raw = visit_calendar(sessions, for_=CHILD, key=bytes(16)).to_ical()
    return raw, {(session.starts_at, session.ends_at) for session in sessions}


def by_icalendar(raw: bytes) -> Instants:
    events = icalendar.Calendar.from_ical(raw).events
    return {(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in events}


def by_vobject(raw: bytes) -> Instants:
    events = vobject.readOne(raw.decode()).vevent_list
    return {(event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)) for event in events}


def by_recurring_ical_events(raw: bytes) -> Instants:
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between((1990, 1, 1), (2050, 1, 1))
    return {(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in events}


@pytest.mark.parametrize("read", [by_icalendar, by_vobject, by_recurring_ical_events])
@pytest.mark.parametrize("year", YEARS)
def test_readers_find_the_same_instants(read: object, year: int) -> None:
    raw, expected = written(around_the_clock_changes(year))

    assert callable(read)
    assert read(raw) == expected


@given(
    starts=st.lists(
        st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(
            lambda at: at.replace(microsecond=0)
        ),
        min_size=1,
        max_size=8,
        unique=True,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_instant_comes_back_through_the_files_own_zone(starts: list[datetime]) -> None:
    raw, expected = written(starts)

    assert by_vobject(raw) == expected
    assert by_icalendar(raw) == expected


@pytest.mark.parametrize(
    ("at", "form"),
    [
        (datetime(2025, 10, 25, 22, 30, tzinfo=UTC), "DTSTART;TZID=Europe/London:20251025T233000"),
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "DTSTART:20251026T003000Z"),  # 01:30, the first time
        (datetime(2025, 10, 26, 1, 30, tzinfo=UTC), "DTSTART:20251026T013000Z"),  # 01:30, the second time
        (datetime(2025, 10, 26, 2, 0, tzinfo=UTC), "DTSTART;TZID=Europe/London:20251026T020000"),
    ],
)
def test_a_time_that_the_clock_shows_twice_is_written_in_utc(at: datetime, form: str) -> None:
    raw, _ = written([at])

    assert form in raw.decode().split("\r\n")
