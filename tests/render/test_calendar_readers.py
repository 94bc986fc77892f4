"""Five independent readers find every session at its instant, across both clock changes, up to 2040."""

import ctypes
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import recurring_ical_events
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from relationkit.records import LONDON, Child, Session
from relationkit.render import visit_calendar
from relationkit.visits import MovedSession, SessionSeries

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


def by_ical(raw: bytes) -> Instants:
    events = IcsCalendarStream.calendar_from_ics(raw.decode()).events
    return {(event.start_datetime.astimezone(UTC), event.end_datetime.astimezone(UTC)) for event in events}


class LibicalTime(ctypes.Structure):
    """The struct ``icaltimetype`` of libical 3."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    )


def libical() -> ctypes.CDLL:
    """Return the C library that the desktop calendars of Linux stand on."""
    try:
        lib = ctypes.CDLL("libical.so.3")
    except OSError:
        pytest.skip("libical 3 is not installed")
    for name in ("icalparser_parse_string", "icalcomponent_get_first_component", "icalcomponent_get_next_component"):
        getattr(lib, name).restype = ctypes.c_void_p
    lib.icaltimezone_get_utc_timezone.restype = ctypes.c_void_p
    for name in ("icalcomponent_get_dtstart", "icalcomponent_get_dtend", "icaltime_convert_to_zone"):
        getattr(lib, name).restype = LibicalTime
    return lib


def by_libical(raw: bytes) -> Instants:
    lib = libical()
    pointer, utc = ctypes.c_void_p, ctypes.c_void_p(lib.icaltimezone_get_utc_timezone())

    def instant(local: LibicalTime) -> datetime:
        at = lib.icaltime_convert_to_zone(local, utc)
        return datetime(at.year, at.month, at.day, at.hour, at.minute, at.second, tzinfo=UTC)

    found = set()
    calendar, kind = pointer(lib.icalparser_parse_string(raw)), lib.icalcomponent_string_to_kind(b"VEVENT")
    event = pointer(lib.icalcomponent_get_first_component(calendar, kind))
    while event:
        ends = lib.icalcomponent_get_dtstart(event), lib.icalcomponent_get_dtend(event)
        found.add((instant(ends[0]), instant(ends[1])))
        event = pointer(lib.icalcomponent_get_next_component(calendar, kind))
    lib.icalcomponent_free(calendar)
    return found


@pytest.mark.parametrize("read", [by_icalendar, by_vobject, by_recurring_ical_events, by_ical, by_libical])
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


# Sessions that repeat -----------------------------------------------------------------------------------------------


def a_long_series(rule: str, first: date, last: date, from_time: time) -> SessionSeries:
    """Return a series with its third day left out and its fifth moved by a day and an hour."""
    facts = {"id": "r1", "child_id": "C1", "worker_id": "W1", "kind": "catch_up", "rule": rule}
    facts |= {"starts_on": first, "last_on": last, "from_time": from_time, "to_time": time(from_time.hour + 1, 30)}
    days = SessionSeries.model_validate(facts).days()
    moved_to = datetime.combine(days[4] + timedelta(days=1), time(11), LONDON)
    move = MovedSession(on=days[4], starts_at=moved_to, ends_at=moved_to + timedelta(hours=2))
    return SessionSeries.model_validate({**facts, "left_out": (days[2],), "moved": (move,)})


def occurrences_by_ical(raw: bytes) -> Instants:
    timeline = IcsCalendarStream.calendar_from_ics(raw.decode()).timeline
    return {(event.start_datetime.astimezone(UTC), event.end_datetime.astimezone(UTC)) for event in timeline}


def occurrences_by_vobject(raw: bytes) -> Instants:
    """Return the occurrences as dateutil expands them under the zone that vobject makes of the file's own."""
    events = vobject.readOne(raw.decode()).vevent_list
    (main,) = [event for event in events if "rrule" in event.contents]
    length = main.dtend.value - main.dtstart.value
    moved = {event.recurrence_id.value.astimezone(UTC): event for event in events if event is not main}
    starts = {start.astimezone(UTC) for start in main.getrruleset(addRDate=True)} - moved.keys()
    found = {(start, start + length) for start in starts}
    return found | {
        (event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)) for event in moved.values()
    }


@pytest.mark.parametrize("read", [by_recurring_ical_events, occurrences_by_ical, occurrences_by_vobject])
@pytest.mark.parametrize(
    ("rule", "first", "last", "from_time"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", date(2025, 1, 1), date(2040, 12, 31), time(16)),
        ("FREQ=MONTHLY;BYDAY=-1SU", date(2025, 1, 1), date(2040, 12, 31), time(2)),
        ("FREQ=DAILY", date(2037, 10, 1), date(2038, 4, 30), time(9, 30)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", date(2025, 3, 20), date(2030, 12, 31), time(22)),
    ],
)
def test_readers_find_every_session_of_a_series(
    read: object, rule: str, first: date, last: date, from_time: time
) -> None:
    series = a_long_series(rule, first, last, from_time)
    raw = visit_calendar([], for_=CHILD, key=bytes(16), series=[series]).to_ical()

    assert callable(read)
    assert read(raw) == {(session.starts_at, session.ends_at) for session in series.sessions()}


@pytest.mark.parametrize("title", [r"C:\New", r"C:\new", "back\\", r"a\;b\,c", "comma, semicolon; colon:"])
def test_a_backslash_in_a_title_is_no_line_break_to_any_reader(title: str) -> None:
    starts_at = datetime(2025, 6, 2, 15, tzinfo=UTC)
    session = Session(
        id="s1",
        child_id="C1",
        worker_id="W1",
        kind="visit",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )
    raw = visit_calendar(
        [session],
        for_=CHILD,
        key=bytes(16),
        detail="own_words",
        own_words={"s1": title},  # type: ignore[arg-type]  # its plain string
    ).to_ical()

    assert {
        str(icalendar.Calendar.from_ical(raw).events[0]["SUMMARY"]),
        vobject.readOne(raw.decode()).vevent.summary.value,
        IcsCalendarStream.calendar_from_ics(raw.decode()).events[0].summary,
    } == {title}
