"""A calendar as a page: what the file says and nothing more, from now on, by day, in two languages."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from recurring_ical_events import of

from relationkit.errors import NaiveMomentError, RenderError
from relationkit.records import LONDON, Absence, Child, Session, Worker
from relationkit.render import render_calendar_page, team_calendar, visit_calendar
from relationkit.visits import MovedSession, SessionSeries

KEY = b"a key that nobody should use for real"
MAYA = Child(id="K1", chosen_name="Made-up Maya")
NOW = datetime(2025, 3, 24, 9, tzinfo=UTC)


def a_session(day: int, hour: int = 16, **changes: Any) -> Session:
    """In March 2025, whose clocks go forward on the 30th."""
    starts_at = datetime(2025, 3, day, hour, tzinfo=LONDON)
    facts = {"id": f"S{day}", "child_id": "K1", "worker_id": "SW1", "kind": "visit", "place": "Made-up Park"}
    facts |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "changed_at": NOW}
    return Session.model_validate({**facts, **changes})


def said(page: str) -> list[str]:
    """The headings and lines, in order, as they are read."""
    found = re.findall(r"<(?:h1|h2|li)[^>]*>(.*?)</(?:h1|h2|li)>", page)
    return [re.sub("<[^>]+>", "", each) for each in found]


def test_a_child_reads_by_day_what_their_phone_shows_and_no_more() -> None:
    sessions = [a_session(31), a_session(26), a_session(26, 9, id="S2", status="cancelled", revision=1), a_session(20)]

    page = render_calendar_page(visit_calendar(sessions, for_=MAYA, key=KEY, now=NOW), now=NOW)

    assert said(page) == [
        "My calendar",
        "Wednesday 26 March",
        "9:00am – 10:00am Cancelled: Catch-up",
        "4:00pm – 5:00pm Catch-up",
        "Monday 31 March",
        "4:00pm – 5:00pm Catch-up",
    ]
    assert not any(word in page for word in ("Maya", "Park", "SW1", "K1", "S26", "relationkit"))


def test_a_session_is_shown_until_it_is_over() -> None:
    calendar = visit_calendar([a_session(24, 9)], for_=MAYA, key=KEY)
    ends = datetime(2025, 3, 24, 10, tzinfo=LONDON)

    assert "9:00am" in render_calendar_page(calendar, now=ends - timedelta(microseconds=1))
    assert said(render_calendar_page(calendar, now=ends)) == ["My calendar"]
    assert "Nothing is planned." in render_calendar_page(calendar, now=ends)


def test_leave_is_shown_on_the_day_it_begins_or_today() -> None:
    away = {"starts_at": datetime(2025, 3, 25, tzinfo=LONDON), "ends_at": datetime(2025, 4, 1, tzinfo=LONDON)}
    leave = Absence.model_validate({"worker_id": "SW1", **away})
    sam = Worker(id="SW1", name="Sam", role="social_worker", team="North")
    calendar = team_calendar([leave], team="North", workers=[sam], key=KEY, worker_names={"SW1": "Sam"})

    def days(now: datetime) -> list[str]:
        return said(render_calendar_page(calendar, now=now))[1:]

    assert days(NOW) == ["Tuesday 25 March", "All day, until Monday 31 March Away: Sam; no cover"]
    assert days(NOW + timedelta(days=3))[0] == "Thursday 27 March"
    assert days(datetime(2025, 4, 1, tzinfo=LONDON)) == []


def test_what_repeats_is_listed_for_eight_weeks_without_what_is_left_out_and_with_what_moved() -> None:
    to = {"starts_at": datetime(2025, 4, 3, 10, tzinfo=LONDON), "ends_at": datetime(2025, 4, 3, 11, tzinfo=LONDON)}
    facts = {"id": "R1", "child_id": "K1", "worker_id": "SW1", "kind": "visit", "rule": "FREQ=WEEKLY"}
    facts |= {"starts_on": date(2025, 1, 1), "last_on": date(2025, 12, 31), "from_time": time(16), "to_time": time(17)}
    facts |= {"left_out": (date(2025, 4, 9),), "moved": (MovedSession.model_validate({"on": date(2025, 4, 2), **to}),)}
    calendar = visit_calendar([], for_=MAYA, key=KEY, series=[SessionSeries.model_validate(facts)])

    found = said(render_calendar_page(calendar, now=NOW))[1:]

    expected = of(calendar).between(NOW, NOW + timedelta(weeks=8))
    starts = sorted(event["DTSTART"].dt.astimezone(LONDON) for event in expected)
    hours = {10: "10:00am – 11:00am", 16: "4:00pm – 5:00pm"}
    assert found[::2] == [f"{at:%A} {at.day} {at:%B}" for at in starts]
    assert found[1::2] == [f"{hours[at.hour]} Catch-up" for at in starts]


def test_the_page_is_in_welsh_too() -> None:
    found = visit_calendar([a_session(26)], for_=MAYA, key=KEY, language="cy")

    page = render_calendar_page(found, now=NOW, language="cy", feed="/feeds/x.ics")

    assert said(page) == ["Fy nghalendr", "dydd Mercher 26 Mawrth", "4:00pm – 5:00pm Dal i fyny"]
    assert '<a class="subscribe" href="/feeds/x.ics">Rhoi hwn ar fy ffôn</a>' in page
    assert 'lang="cy"' in page


def test_words_stay_words_and_what_cannot_be_is_refused() -> None:
    calendar = visit_calendar(
        [a_session(26)], for_=MAYA, key=KEY, detail="own_words", own_words={"S26": "<script>alert(1)</script>"}
    )

    assert "&lt;script&gt;" in render_calendar_page(calendar, now=NOW)
    with pytest.raises(NaiveMomentError):
        render_calendar_page(calendar, now=NOW.replace(tzinfo=None))
    with pytest.raises(RenderError):
        render_calendar_page(calendar, now=NOW, feed="javascript:alert(1)")
