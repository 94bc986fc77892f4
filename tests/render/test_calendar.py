"""The calendar file: what gets in, what its lines are, and that the same facts give the same bytes."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from relationkit.errors import NaiveMomentError, RenderError
from relationkit.records import Child, Session, SessionKind, Worker
from relationkit.render import CalendarDetail, visit_calendar

KEY = b"a synthetic secret, 32 bytes lon"
CHILD = Child(id="C1", chosen_name="Synthetic Child")
WORKER = Worker(id="W1", name="Synthetic Worker", role="social_worker")
MONDAY = datetime(2025, 6, 2, 15, tzinfo=UTC)
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def a_session(**changes: Any) -> Session:
    facts: dict[str, Any] = {
        "id": "s1",
        "child_id": "C1",
        "worker_id": "W1",
        "kind": SessionKind.VISIT,
        "starts_at": MONDAY,
        "changed_at": datetime(2025, 5, 1, 9, 30, tzinfo=UTC),
    }
    facts |= changes
    facts.setdefault("ends_at", facts["starts_at"] + timedelta(hours=1))
    return Session(**facts)


def the_calendar(*sessions: Session, for_: Child | Worker = CHILD, **options: Any) -> Calendar:
    return visit_calendar(sessions, for_=for_, **({"key": KEY} | options))


def lines(calendar: Calendar) -> list[str]:
    return calendar.to_ical().decode().replace("\r\n ", "").split("\r\n")


def the_event(*sessions: Session, **options: Any) -> Event:
    [event] = the_calendar(*sessions, **options).events
    return event


def test_a_planned_session_becomes_one_confirmed_event_in_london_time() -> None:
    written = lines(the_calendar(a_session()))

    assert "DTSTART;TZID=Europe/London:20250602T160000" in written
    assert "DTEND;TZID=Europe/London:20250602T170000" in written
    assert "STATUS:CONFIRMED" in written
    assert "TRANSP:OPAQUE" in written
    assert not any(line.startswith(("DURATION", "METHOD", "BEGIN:VALARM", "ATTENDEE", "ORGANIZER")) for line in written)


@pytest.mark.parametrize("status", ["held", "missed"])
def test_held_and_missed_sessions_are_left_out(status: str) -> None:
    assert the_calendar(a_session(status=status)).events == []


def test_only_that_childs_and_only_that_workers_sessions_get_in() -> None:
    sessions = [
        a_session(id="s1"),
        a_session(id="s2", child_id="C2", starts_at=MONDAY + timedelta(days=1)),
        a_session(id="s3", worker_id="W2", starts_at=MONDAY + timedelta(days=2)),
    ]

    assert [event.start.day for event in the_calendar(*sessions, for_=CHILD).events] == [2, 4]
    assert [event.start.day for event in the_calendar(*sessions, for_=WORKER).events] == [2, 3]


def test_a_session_that_moved_to_another_worker_leaves_the_first_workers_file() -> None:
    before, after = a_session(), a_session(worker_id="W2", revision=1)

    assert the_calendar(after, before, for_=WORKER).events == []


def test_nobodys_sessions_make_an_empty_calendar_that_clears_an_old_feed() -> None:
    calendar = the_calendar()

    assert calendar.events == []
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/London"]


def test_of_one_id_the_highest_revision_counts() -> None:
    moved = a_session(starts_at=MONDAY + timedelta(days=1), revision=2)

    event = the_event(a_session(revision=1), moved, a_session(revision=0))

    assert event.start.date() == date(2025, 6, 3)
    assert event["SEQUENCE"] == 2


class TestStamps:
    def test_the_stamp_is_the_last_change_in_utc_and_the_sequence_the_revision(self) -> None:
        written = lines(the_calendar(a_session(revision=3)))

        assert "DTSTAMP:20250501T093000Z" in written
        assert "LAST-MODIFIED:20250501T093000Z" in written
        assert "SEQUENCE:3" in written

    def test_an_unknown_change_has_a_fixed_stamp_that_still_moves_on_with_each_revision(self) -> None:
        first = lines(the_calendar(a_session(changed_at=None)))
        later = lines(the_calendar(a_session(changed_at=None, revision=2)))

        assert "DTSTAMP:20000101T000000Z" in first
        assert "DTSTAMP:20000101T000002Z" in later
        assert not any(line.startswith("LAST-MODIFIED") for line in first + later)


class TestCancelled:
    CANCELLED_AT = NOW - timedelta(days=14)

    def a_cancelled(self, **changes: Any) -> Session:
        return a_session(**({"status": "cancelled", "changed_at": self.CANCELLED_AT, "revision": 1} | changes))

    def test_it_stays_for_a_while_says_so_in_its_title_and_blocks_no_time(self) -> None:
        event = the_event(self.a_cancelled(), now=NOW - timedelta(seconds=1))

        assert event["STATUS"] == "CANCELLED"
        assert event["SUMMARY"] == "Cancelled: Catch-up"
        assert event["TRANSP"] == "TRANSPARENT"

    def test_then_it_leaves(self) -> None:
        assert the_calendar(self.a_cancelled(), now=NOW).events == []

    def test_the_time_it_stays_is_the_callers_choice(self) -> None:
        assert the_event(self.a_cancelled(), now=NOW, keep_cancelled=timedelta(days=15))

    def test_without_now_it_stays(self) -> None:
        assert the_event(self.a_cancelled())

    @pytest.mark.parametrize(("days", "is_there"), [(13.99, True), (14, False)])
    def test_when_nobody_knows_when_it_was_cancelled_its_end_counts(self, days: float, *, is_there: bool) -> None:
        session = self.a_cancelled(changed_at=None)

        events = the_calendar(session, now=session.ends_at + timedelta(days=days)).events

        assert bool(events) is is_there

    def test_a_planned_session_never_leaves_for_being_old(self) -> None:
        assert the_event(a_session(), now=NOW + timedelta(days=1000))


class TestSameBytes:
    @given(order=st.permutations(range(6)), repeats=st.lists(st.integers(0, 5), max_size=4))
    @settings(max_examples=30, deadline=None)
    def test_order_and_duplicates_of_the_input_never_matter(self, order: list[int], repeats: list[int]) -> None:
        sessions = [a_session(id=f"s{number}", starts_at=MONDAY + timedelta(days=number // 2)) for number in range(6)]

        shuffled = the_calendar(*[sessions[number] for number in order + repeats])

        assert shuffled.to_ical() == the_calendar(*sessions).to_ical()

    def test_two_records_of_one_revision_that_differ_give_one_answer_in_either_order(self) -> None:
        one, other = a_session(place="A"), a_session(kind="goodbye")

        def written(*sessions: Session) -> bytes:
            return the_calendar(*sessions, for_=WORKER).to_ical()

        assert written(one, other) == written(other, one)

    def test_now_is_never_written(self) -> None:
        later = the_calendar(a_session(), now=NOW + timedelta(days=1))

        assert later.to_ical() == the_calendar(a_session(), now=NOW).to_ical()

    def test_another_process_with_another_hash_seed_writes_the_same(self) -> None:
        script = (
            "import json, sys; from relationkit.records import Child, Session; "
            "from relationkit.render import visit_calendar; "
            f"print(visit_calendar([Session(**json.loads(sys.argv[1]))], for_=Child(id='C1'), key={KEY!r}).to_ical())"
        )
        facts = json.dumps(a_session().model_dump(mode="json"))

        written = {
            subprocess.run(
                [sys.executable, "-c", script, facts],
                env={"PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
                text=True,
            ).stdout.strip()
            for seed in ("1", "2")
        }

        assert written == {repr(the_calendar(a_session()).to_ical())}


class TestUid:
    def uid(self, *, for_: Child | Worker = CHILD, key: bytes = KEY, **changes: Any) -> str:
        return str(the_event(a_session(**changes), for_=for_, key=key)["UID"])

    def test_it_outlives_every_change_of_the_session(self) -> None:
        changed = {"starts_at": MONDAY + timedelta(days=3), "revision": 4, "kind": "goodbye", "worker_id": "W2"}

        assert self.uid(**changed) == self.uid()

    def test_it_is_another_for_each_session_key_and_reader(self) -> None:
        uids = {
            self.uid(),
            self.uid(id="s2"),
            self.uid(key=KEY[::-1]),
            self.uid(for_=WORKER),
            self.uid(for_=Child(id="C2"), child_id="C2"),
        }

        assert len(uids) == 5

    def test_a_child_and_a_worker_of_one_id_have_different_ones_so_that_no_file_tells_of_the_other(self) -> None:
        assert self.uid(for_=Child(id="W1"), child_id="W1") != self.uid(for_=WORKER, child_id="W1")

    def test_it_holds_no_identifier(self) -> None:
        uid = self.uid(id="deadbeef-zz")

        assert len(uid) == 32
        assert set(uid) <= set("0123456789abcdef")

    @pytest.mark.parametrize("key", [b"", b"fifteen bytes!!", "sixteen letters!"])
    def test_a_short_key_is_refused_even_for_an_empty_calendar(self, key: Any) -> None:
        with pytest.raises(RenderError, match="16 secret bytes"):
            the_calendar(key=key)

    def test_sixteen_bytes_are_enough(self) -> None:
        assert the_event(a_session(), key=bytes(16))


class TestShape:
    def test_a_feed_has_a_name_and_asks_to_be_fetched_again(self) -> None:
        written = lines(the_calendar(a_session(), shape="feed"))

        assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in written
        assert "X-PUBLISHED-TTL:PT6H" in written
        assert "X-WR-CALNAME:My calendar" in written
        assert "NAME:My calendar" in written

    def test_a_download_does_neither(self) -> None:
        written = lines(the_calendar(a_session(), shape="download"))

        assert not any("REFRESH" in line or "TTL" in line or "NAME:My" in line for line in written)

    def test_a_download_holds_the_same_events(self) -> None:
        feed, download = (the_calendar(a_session(), shape=shape) for shape in ("feed", "download"))

        assert [event.to_ical() for event in feed.events] == [event.to_ical() for event in download.events]

    def test_another_shape_is_refused(self) -> None:
        with pytest.raises(RenderError, match="neither 'feed' nor 'download'"):
            the_calendar(shape="invitation")


class TestFormat:
    def test_lines_end_in_crlf_and_hold_at_most_75_octets(self) -> None:
        title = "Ŵythnos 🛹 " * 30

        raw = the_calendar(a_session(), detail=CalendarDetail.OWN_WORDS, own_words={"s1": title}).to_ical()

        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert raw.count(b"\n") == raw.count(b"\r\n")
        assert max(map(len, raw.split(b"\r\n"))) <= 75
        assert all(line.decode() is not None for line in raw.split(b"\r\n"))

    @pytest.mark.parametrize("text", [r"C:\New\road", "a; b, c", r"\n \, \;", 'He said "hi"', "🛹👩‍👩‍👧"])
    def test_text_comes_back_as_it_was(self, text: str) -> None:
        calendar = the_calendar(a_session(place=text), for_=WORKER, detail=CalendarDetail.FULL, include={"place"})

        [event] = Calendar.from_ical(calendar.to_ical()).events

        assert event["LOCATION"] == text

    def test_the_zone_has_one_yearly_rule_for_each_change(self) -> None:
        written = lines(the_calendar())

        assert written.count("BEGIN:VTIMEZONE") == 1
        assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in written
        assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in written
        assert not any(line.startswith("RDATE") for line in written)

    def test_part_seconds_never_make_an_event_without_length(self) -> None:
        session = a_session(
            starts_at=MONDAY + timedelta(microseconds=100), ends_at=MONDAY + timedelta(microseconds=200)
        )

        event = the_event(session)

        assert event.end - event.start == timedelta(seconds=1)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\r\n", "\n", "\x7f", "\x85", "\u2028", "\u202e"])
class TestControlCharacters:
    def test_in_a_place_they_are_refused_by_id_and_never_repeated(self, character: str) -> None:
        session = a_session(id="s77", place=f"Secret Street{character}ATTENDEE:mailto:a@example.org")

        with pytest.raises(RenderError) as caught:
            the_calendar(session, for_=WORKER, detail=CalendarDetail.FULL, include={"place"})

        assert "session s77" in str(caught.value)
        assert "Secret" not in str(caught.value)

    def test_in_a_place_that_is_not_written_they_harm_nothing(self, character: str) -> None:
        assert the_event(a_session(place=f"Secret Street{character}"), for_=WORKER)

    def test_in_a_name_they_are_refused(self, character: str) -> None:
        with pytest.raises(RenderError):
            the_calendar(a_session(), worker_names={"W1": f"Pri{character}ya"})


def test_a_now_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError, match="no time zone"):
        the_calendar(now=datetime(2025, 6, 1))


def test_importing_the_room_loads_neither_calendar_nor_template_library() -> None:
    script = "import relationkit.render, sys; print([m for m in ('icalendar', 'jinja2') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert done.stdout.strip() == "[]"
