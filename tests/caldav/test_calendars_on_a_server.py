"""Calendars of a synthetic council on a real CalDAV server: what a client reads back is what was planned."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import recurring_ical_events

from relationkit.records import LONDON, Absence, Child, Session, SessionStatus, Worker
from relationkit.render import team_calendar, visit_calendar
from relationkit.samples import SampleCouncil
from relationkit.visits import MovedSession, SessionSeries

pytestmark = pytest.mark.caldav

#: Three weeks before the clocks go forward, so that the sessions ahead lie on both sides.
NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)
KEY = bytes(range(32))

#: Of an event: its UID, start and end in UTC, and title.
Read = tuple[str, datetime, datetime, str]


@pytest.fixture(scope="module")
def planned() -> list[Session]:
    """Return the sessions ahead in a synthetic council; nobody in it is real."""
    council = SampleCouncil(50, seed=11, now=NOW)
    ahead = [each for each in council.sessions(since=NOW) if each.status is SessionStatus.PLANNED]
    assert {each.starts_at.astimezone(LONDON).tzname() for each in ahead} == {"GMT", "BST"}
    return ahead


@pytest.fixture(params=["worker", "child"])
def person(request: pytest.FixtureRequest, planned: list[Session]) -> Child | Worker:
    """Return the worker, or the child, with most sessions ahead."""
    ids = [getattr(session, f"{request.param}_id") for session in planned]
    most = max(sorted(set(ids)), key=ids.count)
    if request.param == "child":
        return Child(id=most)
    return Worker(id=most, name="Made-up", role="social_worker")


def calendar_of(person: Child | Worker, sessions: Iterable[Session]) -> icalendar.Calendar:
    """Return the calendar as its file is read."""
    return icalendar.Calendar.from_ical(visit_calendar(sessions, for_=person, key=KEY, now=NOW).to_ical())


def one_by_one(calendar: icalendar.Calendar) -> list[str]:
    """Return each event as a client uploads it: alone, with the file's time zone."""
    texts = []
    for event in calendar.events:
        alone = icalendar.Calendar()
        alone.add("VERSION", "2.0")
        alone.add("PRODID", calendar["PRODID"])
        for part in (*calendar.timezones, event):
            alone.add_component(part)
        texts.append(alone.to_ical().decode())
    return texts


def upload(account: Any, calendar: icalendar.Calendar) -> Any:
    """Upload the events and return the calendar on the server."""
    held = account.make_calendar(name="Made-up", cal_id="made-up")
    for text in one_by_one(calendar):
        held.add_event(text)
    return held


def read(events: Iterable[Any]) -> list[Read]:
    """Return what a client reads, by UID."""
    return sorted(
        (str(event["UID"]), event.start.astimezone(UTC), event.end.astimezone(UTC), str(event["SUMMARY"]))
        for event in events
    )


def read_back(items: Iterable[Any]) -> list[Read]:
    """Return what came back from the server, by UID."""
    return read(event for item in items for event in icalendar.Calendar.from_ical(item.data).events)


def test_what_comes_back_is_what_was_planned(account: Any, person: Child | Worker, planned: list[Session]) -> None:
    calendar = calendar_of(person, planned)
    theirs = [each for each in planned if person.id in {each.worker_id, each.child_id}]
    held = upload(account, calendar)

    came_back = read_back(held.get_events())
    assert came_back == read(calendar.events)
    assert sorted(event[1:3] for event in came_back) == sorted((each.starts_at, each.ends_at) for each in theirs)
    assert len(theirs) > 1


def test_a_calendar_sent_again_makes_no_copies(account: Any, person: Child | Worker, planned: list[Session]) -> None:
    calendar = calendar_of(person, planned)
    held = upload(account, calendar)
    for text in one_by_one(calendar):
        held.add_event(text)

    assert read_back(held.get_events()) == read(calendar.events)


def test_a_session_that_moved_is_moved_and_stays_one(
    account: Any, person: Child | Worker, planned: list[Session]
) -> None:
    held = upload(account, calendar_of(person, planned))
    later = [
        each.model_copy(
            update={
                "starts_at": each.starts_at + timedelta(days=1),
                "ends_at": each.ends_at + timedelta(days=1),
                "revision": each.revision + 1,
            }
        )
        for each in planned
    ]
    moved = calendar_of(person, [*planned, *later])
    for text in one_by_one(moved):
        held.add_event(text)

    assert read_back(held.get_events()) == read(moved.events)


def test_a_search_by_time_finds_what_lies_in_it_and_nothing_else(
    account: Any, person: Child | Worker, planned: list[Session]
) -> None:
    calendar = calendar_of(person, planned)
    held = upload(account, calendar)

    for uid, start, end, title in read(calendar.events):
        minute = timedelta(minutes=1)
        within = read_back(held.search(event=True, start=start + minute, end=start + 2 * minute))
        before = read_back(held.search(event=True, start=start - minute, end=start))
        after = read_back(held.search(event=True, start=end, end=end + minute))
        assert (uid, start, end, title) in within
        assert uid not in {event[0] for event in before + after}


def test_a_series_with_its_exceptions_comes_back_whole(account: Any) -> None:
    moved_to = datetime(2025, 4, 3, 10, tzinfo=UTC)
    series = SessionSeries(
        id="r1",
        child_id="C1",
        worker_id="W1",
        kind="catch_up",
        rule="FREQ=WEEKLY;BYDAY=WE",
        starts_on=date(2025, 3, 12),
        last_on=date(2025, 5, 28),
        from_time=time(16),
        to_time=time(17),
        left_out=(date(2025, 3, 26),),
        moved=(MovedSession(on=date(2025, 4, 2), starts_at=moved_to, ends_at=moved_to + timedelta(hours=1)),),
    )
    text = visit_calendar([], for_=Child(id="C1"), key=KEY, series=[series], shape="download").to_ical().decode()
    held = account.make_calendar(name="Made-up", cal_id="made-up")
    held.add_event(text)
    held.add_event(text)

    (item,) = held.get_events()
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(item.data)).between((2025, 1, 1), (2026, 1, 1))

    assert sorted((event.start, event.end) for event in found) == [
        (session.starts_at, session.ends_at) for session in series.sessions()
    ]


def test_whole_days_of_leave_stay_whole_days(account: Any) -> None:
    worker = Worker(id="W1", name="Made-up", role="social_worker", team="North")
    absence = Absence(
        worker_id="W1",
        starts_at=datetime(2025, 3, 28, tzinfo=LONDON),
        ends_at=datetime(2025, 4, 2, tzinfo=LONDON),
    )
    calendar = team_calendar([absence], team="North", workers=[worker], key=KEY)
    held = upload(account, icalendar.Calendar.from_ical(calendar.to_ical()))

    (item,) = held.get_events()
    (event,) = icalendar.Calendar.from_ical(item.data).events

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2025, 3, 28), date(2025, 4, 2))
