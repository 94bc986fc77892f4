"""What a calendar holds beside single sessions: series, leave and cover, visits due, handovers; and its cache."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from relationkit.errors import NaiveMomentError, RenderError
from relationkit.handovers import PLANNED_HANDOVER, HandoverPlan, plan_handover
from relationkit.records import LONDON, Absence, Assignment, Child, Placement, Session, Worker
from relationkit.render import CalendarDetail, EntryCache, team_calendar, visit_calendar
from relationkit.render.calendar_titles import LEAVE_WORDS, NEUTRAL_TITLES, REMINDER_WORDS, TEAM_NAMES
from relationkit.visits import MovedSession, SessionSeries, VisitDue, visits_due

KEY = b"a synthetic secret, 32 bytes lon"
CHILD = Child(id="C1")
WORKER = Worker(id="W1", name="Synthetic Worker", role="social_worker", team="North")
NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=LONDON)


def a_leave(**changes: Any) -> Absence:
    facts: dict[str, Any] = {"worker_id": "W1", "starts_at": midnight(2025, 3, 28), "ends_at": midnight(2025, 4, 2)}
    return Absence(**(facts | changes))


def an_assignment(**changes: Any) -> Assignment:
    facts: dict[str, Any] = {
        "id": "a1",
        "child_id": "C1",
        "worker_id": "W1",
        "role": "social_worker",
        "started_on": date(2025, 1, 1),
    }
    return Assignment(**(facts | changes))


def a_series(**changes: Any) -> SessionSeries:
    facts: dict[str, Any] = {
        "id": "r1",
        "child_id": "C1",
        "worker_id": "W1",
        "kind": "catch_up",
        "rule": "FREQ=WEEKLY;BYDAY=WE",
        "starts_on": date(2025, 3, 12),
        "last_on": date(2025, 4, 9),
        "from_time": time(16),
        "to_time": time(17),
    }
    return SessionSeries(**(facts | changes))


def a_move(on: date) -> MovedSession:
    starts_at = datetime.combine(on + DAY, time(10), LONDON)
    return MovedSession(on=on, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


def a_plan(**changes: Any) -> HandoverPlan:
    plan = plan_handover(an_assignment(), handover_on=date(2025, 4, 1))
    return plan.model_copy(update={"to_worker_id": "W2", **changes})


def a_visit(**changes: Any) -> VisitDue:
    placement = Placement(id="p1", child_id="C1", started_on="2025-03-07", regime=changes.pop("regime", "placement"))
    [row] = visits_due([placement], [], now=NOW)
    return row


def the_calendar(*, for_: Child | Worker = WORKER, **facts: Any) -> Calendar:
    return visit_calendar(facts.pop("sessions", ()), for_=for_, **({"key": KEY, "now": NOW} | facts))


def lines(calendar: Calendar) -> list[str]:
    return calendar.to_ical().decode().replace("\r\n ", "").split("\r\n")


def titles(calendar: Calendar) -> list[str]:
    return [line.removeprefix("SUMMARY:") for line in lines(calendar) if line.startswith("SUMMARY:")]


class TestSeries:
    def test_it_is_one_event_with_a_rule_that_ends_in_utc(self) -> None:
        written = lines(the_calendar(series=[a_series()]))

        assert written.count("BEGIN:VEVENT") == 1
        assert "DTSTART;TZID=Europe/London:20250312T160000" in written
        assert "RRULE:FREQ=WEEKLY;UNTIL=20250409T150000Z;BYDAY=WE" in written

    def test_a_day_left_out_is_an_exdate_of_the_same_kind_and_zone(self) -> None:
        written = lines(the_calendar(series=[a_series(left_out=(date(2025, 4, 2), date(2025, 3, 26)))]))

        assert [line for line in written if line.startswith("EXDATE")] == [
            "EXDATE;TZID=Europe/London:20250326T160000",
            "EXDATE;TZID=Europe/London:20250402T160000",
        ]

    @pytest.mark.parametrize("rule", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,SU", "FREQ=MONTHLY;BYDAY=2WE,3SU", "FREQ=DAILY"])
    def test_it_starts_with_the_first_that_takes_place_and_the_rest_stays(self, rule: str) -> None:
        whole = a_series(rule=rule, last_on=date(2025, 6, 30))
        days = whole.days()
        cut = a_series(rule=rule, last_on=date(2025, 6, 30), left_out=(*days[:3], days[5]))
        [event] = the_calendar(series=[cut]).events

        assert event.start.date() == days[3]
        assert len(event.exdates) == 1
        found = recurring_ical_events.of(the_calendar(series=[cut])).between((2025, 1, 1), (2026, 1, 1))
        assert [each.start.date() for each in found] == [*days[3:5], *days[6:]]

    def test_a_moved_session_travels_with_its_series(self) -> None:
        main, moved = the_calendar(series=[a_series(moved=(a_move(date(2025, 4, 2)),), revision=2)]).events

        assert moved["UID"] == main["UID"]
        assert moved["RECURRENCE-ID"].to_ical() == b"20250402T160000"
        assert moved["RECURRENCE-ID"].params["TZID"] == "Europe/London"
        assert moved.start == datetime(2025, 4, 3, 10, tzinfo=LONDON)
        assert moved["SEQUENCE"] == main["SEQUENCE"] == 2
        assert "RRULE" not in moved

    def test_a_cancelled_series_says_so_and_leaves_after_two_weeks(self) -> None:
        gone = a_series(status="cancelled", changed_at=NOW - 14 * DAY, revision=1)
        shown = a_series(status="cancelled", changed_at=NOW - 14 * DAY + timedelta(seconds=1), revision=1)

        assert the_calendar(series=[gone]).events == []
        assert titles(the_calendar(series=[shown], for_=CHILD)) == ["Cancelled: Catch-up"]

    def test_one_without_any_session_left_is_no_event(self) -> None:
        only = a_series(last_on=date(2025, 3, 12), left_out=(date(2025, 3, 12),))

        assert the_calendar(series=[only]).events == []

    def test_only_the_readers_get_in_and_of_one_id_the_highest_revision(self) -> None:
        given = [a_series(), a_series(id="r2", child_id="C2"), a_series(revision=1, status="cancelled")]

        assert len(the_calendar(series=given, for_=CHILD).events) == 1
        assert titles(the_calendar(series=given)) == ["Cancelled: Catch-up: C1", "Catch-up: C2"]

    def test_the_young_persons_own_words_stand_on_it_too(self) -> None:
        calendar = the_calendar(
            series=[a_series()], for_=CHILD, detail=CalendarDetail.OWN_WORDS, own_words={"r1": "Pizza, as always"}
        )

        assert titles(calendar) == ["Pizza\\, as always"]


class TestLeave:
    def test_whole_days_are_all_day_and_end_on_the_next_day_across_the_clock_change(self) -> None:
        written = lines(the_calendar(absences=[a_leave()]))

        assert "DTSTART;VALUE=DATE:20250328" in written
        assert "DTEND;VALUE=DATE:20250402" in written
        assert "TRANSP:TRANSPARENT" in written
        assert "X-MICROSOFT-CDO-BUSYSTATUS:FREE" in written
        assert titles(the_calendar(absences=[a_leave()])) == ["Away"]

    def test_an_afternoon_keeps_its_times(self) -> None:
        afternoon = a_leave(
            starts_at=datetime(2025, 3, 28, 13, tzinfo=UTC), ends_at=datetime(2025, 3, 28, 17, tzinfo=UTC)
        )

        assert "DTSTART;TZID=Europe/London:20250328T130000" in lines(the_calendar(absences=[afternoon]))

    def test_one_without_an_end_reaches_to_today_and_grows_by_a_day_each_day(self) -> None:
        ill = a_leave(starts_at=datetime(2025, 3, 7, 8, tzinfo=UTC), ends_at=None)

        today, tomorrow = (the_calendar(absences=[ill], now=NOW + number * DAY).events[0] for number in (0, 1))

        assert (today["DTSTART"].dt, today["DTEND"].dt) == (date(2025, 3, 7), date(2025, 3, 11))
        assert tomorrow["DTEND"].dt == date(2025, 3, 12)
        assert tomorrow["UID"] == today["UID"]
        assert tomorrow["SEQUENCE"] == today["SEQUENCE"] + 1
        assert today["SUMMARY"] == "Away (no end yet)"

    def test_one_without_an_end_that_has_not_begun_has_its_first_day(self) -> None:
        [event] = the_calendar(absences=[a_leave(ends_at=None)]).events

        assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2025, 3, 28), date(2025, 3, 29))

    def test_whoever_covers_reads_for_whom(self) -> None:
        absence = a_leave(worker_id="W2", cover_id="W1")

        assert titles(the_calendar(absences=[absence])) == ["Cover: W2"]
        assert titles(the_calendar(absences=[absence], worker_names={"W2": "Sam"})) == ["Cover: Sam"]
        assert titles(the_calendar(absences=[absence], detail=CalendarDetail.DISCREET)) == ["Cover"]
        assert titles(the_calendar(absences=[a_leave(worker_id="W2", cover_id="W3")])) == []

    @pytest.mark.parametrize(("ended", "is_there"), [(13, True), (14, False)])
    def test_what_is_over_leaves_after_two_weeks(self, ended: int, *, is_there: bool) -> None:
        absence = a_leave(starts_at=NOW - 20 * DAY, ends_at=NOW - ended * DAY)

        assert bool(the_calendar(absences=[absence]).events) is is_there

    def test_a_changed_leave_is_another_entry(self) -> None:
        before, after = (
            the_calendar(absences=[absence]).events[0]["UID"]
            for absence in (a_leave(), a_leave(ends_at=midnight(2025, 4, 3)))
        )

        assert before != after


class TestLeaveForAChild:
    def test_a_child_reads_of_their_own_workers_leave_and_never_why(self) -> None:
        calendar = the_calendar(for_=CHILD, absences=[a_leave(cover_id="W9")], assignments=[an_assignment()])

        assert titles(calendar) == ["Away"]

    def test_with_names_it_says_who_is_away_and_whom_to_ask(self) -> None:
        calendar = the_calendar(
            for_=CHILD,
            absences=[a_leave(cover_id="W9")],
            assignments=[an_assignment()],
            worker_names={"W1": "Sam", "W9": "Priya"},
        )

        assert titles(calendar) == ["Away – Sam. Ask: Priya"]

    def test_a_leave_that_children_are_not_told_of_is_not_there(self) -> None:
        hidden = a_leave(tell_child=False)

        assert the_calendar(for_=CHILD, absences=[hidden], assignments=[an_assignment()]).events == []

    @pytest.mark.parametrize(
        ("changes", "is_there"),
        [
            ({"ended_on": date(2025, 3, 28)}, False),
            ({"ended_on": date(2025, 3, 29)}, True),
            ({"started_on": date(2025, 3, 10)}, True),
            ({"started_on": date(2025, 3, 11)}, False),
            ({"started_on": date(2025, 4, 1), "now": None}, True),
            ({"started_on": date(2025, 4, 2), "now": None}, False),
            ({"child_id": "C2"}, False),
            ({"worker_id": "W2"}, False),
        ],
    )
    def test_only_of_those_who_hold_a_role_on_a_day_of_it_and_have_begun(
        self, changes: dict[str, Any], *, is_there: bool
    ) -> None:
        given = {"now": changes.pop("now", NOW), "assignments": [an_assignment(**changes)]}

        assert bool(the_calendar(for_=CHILD, absences=[a_leave()], **given).events) is is_there

    @pytest.mark.parametrize("ends_at", [midnight(2025, 4, 2), None])
    def test_no_entry_reaches_beyond_the_days_on_which_the_role_was_held(self, ends_at: datetime | None) -> None:
        held = [
            an_assignment(started_on=date(2025, 3, 29), ended_on=date(2025, 3, 30)),
            an_assignment(id="a2", role="personal_adviser", started_on=date(2025, 3, 30), ended_on=date(2025, 3, 31)),
            an_assignment(id="a3", started_on=date(2025, 4, 1), ended_on=date(2025, 4, 2)),
        ]
        now = midnight(2025, 4, 10)
        calendar = the_calendar(for_=CHILD, absences=[a_leave(ends_at=ends_at)], assignments=held, now=now)

        assert [(each.start, each.end) for each in calendar.events] == [
            (date(2025, 3, 29), date(2025, 3, 31)),
            (date(2025, 4, 1), date(2025, 4, 2)),
        ]
        assert titles(calendar) == ["Away", "Away"]

    def test_a_former_workers_leave_goes_when_the_role_has_been_over_for_a_while(self) -> None:
        ill, held = a_leave(ends_at=None), [an_assignment(ended_on=date(2025, 4, 1))]
        days = (midnight(2025, 4, 14), midnight(2025, 4, 15))
        kept = [the_calendar(for_=CHILD, absences=[ill], assignments=held, now=now).events for now in days]

        assert [len(events) for events in kept] == [1, 0]

    def test_in_their_own_words(self) -> None:
        calendar = the_calendar(
            for_=CHILD,
            absences=[a_leave()],
            assignments=[an_assignment()],
            detail=CalendarDetail.OWN_WORDS,
            own_words={"away": "Sam is at the\nseaside"},
        )

        assert titles(calendar) == ["Sam is at the seaside"]


class TestVisitsDue:
    def test_the_last_day_in_time_is_an_all_day_entry(self) -> None:
        written = lines(the_calendar(visits=[a_visit()], assignments=[an_assignment()]))

        due_on = a_visit().due_on
        assert due_on is not None
        assert f"DTSTART;VALUE=DATE:{due_on:%Y%m%d}" in written
        assert f"DTEND;VALUE=DATE:{due_on + DAY:%Y%m%d}" in written
        assert "SUMMARY:Last day for a visit: C1" in written

    def test_only_for_whoever_holds_a_role_today(self) -> None:
        ended = an_assignment(ended_on=date(2025, 3, 10))

        assert the_calendar(visits=[a_visit()], assignments=[]).events == []
        assert the_calendar(visits=[a_visit()], assignments=[ended]).events == []

    def test_one_that_could_not_be_judged_has_no_day_and_no_entry(self) -> None:
        unjudged = a_visit(regime="no such regime")

        assert unjudged.due_on is None
        assert the_calendar(visits=[unjudged], assignments=[an_assignment()]).events == []

    def test_a_discreet_diary_says_only_that_it_is_a_reminder(self) -> None:
        calendar = the_calendar(visits=[a_visit()], assignments=[an_assignment()], detail=CalendarDetail.DISCREET)

        assert titles(calendar) == ["Reminder"]

    def test_a_childs_file_refuses_them(self) -> None:
        with pytest.raises(RenderError, match="worker's file"):
            the_calendar(for_=CHILD, visits=[a_visit()])


class TestHandovers:
    def test_both_workers_have_the_day_and_each_their_own_steps(self) -> None:
        leaving = titles(the_calendar(handovers=[a_plan()]))
        coming = titles(the_calendar(handovers=[a_plan()], for_=WORKER.model_copy(update={"id": "W2"})))

        assert leaving[0] == coming[0] == "Handover: C1"
        assert any("Say goodbye" in title for title in leaving)
        assert not any("Say goodbye" in title for title in coming)
        assert any("alone" in title for title in coming)
        assert any("Meet the child together" in title for title in leaving)
        assert any("Meet the child together" in title for title in coming)

    def test_what_is_done_leaves(self) -> None:
        step = next(step for step in PLANNED_HANDOVER.steps if step.is_ending)
        before = titles(the_calendar(handovers=[a_plan()]))

        after = titles(the_calendar(handovers=[a_plan().done(step.name, date(2025, 3, 20), "W1")]))

        assert len(after) == len(before) - 1

    def test_it_is_nothing_to_anybody_else(self) -> None:
        assert the_calendar(handovers=[a_plan()], for_=WORKER.model_copy(update={"id": "W7"})).events == []

    def test_without_a_day_there_is_nothing_to_write(self) -> None:
        assert the_calendar(handovers=[a_plan(handover_on=None)]).events == []

    def test_a_childs_file_refuses_them(self) -> None:
        with pytest.raises(RenderError, match="worker's file"):
            the_calendar(for_=CHILD, handovers=[a_plan()])


class TestTeam:
    WORKERS = (WORKER, Worker(id="W2", name="Made-up", role="social_worker", team="South"))

    def team(self, *absences: Absence, **options: Any) -> Calendar:
        return team_calendar(absences, **({"team": "North", "workers": self.WORKERS, "key": KEY, "now": NOW} | options))

    def test_it_says_who_is_away_and_who_stands_in_and_never_why(self) -> None:
        assert titles(self.team(a_leave(cover_id="W2"))) == ["Away: W1\\; cover: W2"]
        assert titles(self.team(a_leave())) == ["Away: W1\\; no cover"]
        assert titles(self.team(a_leave(), worker_names={"W1": "Sam"}, language="cy")) == [
            "I ffwrdd: Sam\\; dim cyflenwi"
        ]

    def test_it_has_the_teams_leave_and_what_the_team_covers(self) -> None:
        covered, foreign = a_leave(worker_id="W2", cover_id="W1"), a_leave(worker_id="W2")

        assert len(self.team(a_leave(), covered, foreign, foreign).events) == 2

    def test_an_unknown_team_is_empty(self) -> None:
        assert self.team(a_leave(), team="East").events == []

    def test_a_feed_has_a_name_and_a_download_has_not(self) -> None:
        assert "X-WR-CALNAME:Away and cover" in lines(self.team())
        assert "X-WR-CALNAME:Away and cover" not in lines(self.team(shape="download"))

    @pytest.mark.parametrize("bad", [{"key": b"short"}, {"worker_names": {"W1": "Sam Long"}}, {"shape": "x"}])
    def test_what_cannot_be_is_refused(self, bad: dict[str, Any]) -> None:
        with pytest.raises(RenderError):
            self.team(**bad)

    def test_a_now_without_a_zone_is_refused(self) -> None:
        with pytest.raises(NaiveMomentError):
            self.team(now=datetime(2025, 3, 10))


def test_the_tables_have_every_language() -> None:
    assert NEUTRAL_TITLES.keys() == LEAVE_WORDS.keys() == REMINDER_WORDS.keys() == TEAM_NAMES.keys()
    assert LEAVE_WORDS["en"].keys() == LEAVE_WORDS["cy"].keys()
    assert REMINDER_WORDS["en"].keys() == REMINDER_WORDS["cy"].keys()


def everything(changes: list[int]) -> dict[str, Any]:
    """Return facts of every kind, some sessions changed."""
    sessions = [
        Session(
            id=f"s{number}",
            child_id="C1",
            worker_id="W1",
            kind="visit",
            starts_at=NOW + number * DAY,
            ends_at=NOW + number * DAY + timedelta(minutes=50 + changes.count(number)),
            place=f"Made-up Road {number}, \\New; 🛹",
            revision=changes.count(number),
            changed_at=NOW,
        )
        for number in range(8)
    ]
    return {
        "sessions": sessions,
        "series": [a_series(moved=(a_move(date(2025, 4, 2)),), left_out=(date(2025, 3, 19),))],
        "absences": [a_leave()],
        "assignments": [an_assignment()],
        "visits": [a_visit()],
        "handovers": [a_plan()],
        "detail": CalendarDetail.FULL,
        "include": {"kind", "place", "reference"},
    }


class TestCache:
    @given(runs=st.lists(st.lists(st.integers(0, 7), max_size=4), min_size=1, max_size=5))
    def test_a_calendar_written_with_a_cache_has_the_bytes_of_one_written_whole(self, runs: list[list[int]]) -> None:
        cache, changes = EntryCache(), []
        for run in runs:
            changes += run
            facts = everything(changes)
            assert the_calendar(**facts, cache=cache).to_ical() == the_calendar(**facts).to_ical()

    def test_only_changed_entries_are_written_again(self) -> None:
        cache = EntryCache()
        first = the_calendar(**everything([]), cache=cache)
        size = cache.lines_of.cache_info().misses

        the_calendar(**everything([3]), cache=cache).to_ical()

        assert size == len(first.events)
        assert cache.lines_of.cache_info().misses == size + 1

    def test_the_repr_shows_nothing_of_what_it_holds(self) -> None:
        cache = EntryCache(2)
        the_calendar(**everything([]), cache=cache).to_ical()

        assert repr(cache) == "EntryCache(2 entries)"


class TestWrittenCalendar:
    def test_events_that_were_looked_at_are_written_as_before(self) -> None:
        untouched, touched = the_calendar(**everything([])), the_calendar(**everything([]))
        assert touched.events

        assert touched.to_ical() == untouched.to_ical()

    def test_what_somebody_changes_is_in_the_file(self) -> None:
        calendar, more = the_calendar(**everything([])), Event()
        more.add("summary", "Added by hand")
        calendar.add_component(more)
        calendar.events[0]["SUMMARY"] = "Changed by hand"
        calendar["NAME"] = "Renamed"

        written = lines(calendar)

        assert {"SUMMARY:Added by hand", "SUMMARY:Changed by hand", "NAME:Renamed"} <= set(written)

    def test_a_property_of_the_calendar_may_change_before_anybody_looks(self) -> None:
        calendar = the_calendar(**everything([]))
        calendar["NAME"] = "Renamed"

        assert "NAME:Renamed" in lines(calendar)

    def test_the_file_without_sorting_reads_the_same(self) -> None:
        calendar = the_calendar(**everything([]))

        again = Calendar.from_ical(calendar.to_ical(sorted=False))

        assert len(again.events) == len(calendar.events) > 10
