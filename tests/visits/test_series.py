"""Sessions that repeat: the days of the rule, exceptions, and what is refused. All synthetic."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError
from relationkit.records import LONDON, Session, SessionStatus
from relationkit.visits import MovedSession, SessionSeries, latest_series

WEDNESDAY = date(2025, 3, 12)

NO_FREQUENCY = "has no frequency that is known. Begin with FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY."
AN_END = "says where it ends. Leave UNTIL and COUNT out, last_on says it."
A_PART = "has a part that cannot be. Beside FREQ, use "
TWICE = "says something twice, or BYDAY and BYMONTHDAY. Keep one of them."


def a_series(**changes: Any) -> SessionSeries:
    facts: dict[str, Any] = {
        "id": "r1",
        "child_id": "C1",
        "worker_id": "W1",
        "kind": "catch_up",
        "rule": "FREQ=WEEKLY;BYDAY=WE",
        "starts_on": WEDNESDAY,
        "last_on": WEDNESDAY + timedelta(weeks=3),
        "from_time": time(16),
        "to_time": time(17),
    }
    return SessionSeries(**(facts | changes))


def a_move(on: date, days: int = 1) -> MovedSession:
    starts_at = datetime.combine(on + timedelta(days=days), time(10), LONDON)
    return MovedSession(on=on, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


def test_four_o_clock_stays_four_o_clock_when_the_clocks_change() -> None:
    starts = [session.starts_at for session in a_series().sessions()]

    assert [at.astimezone(LONDON).hour for at in starts] == [16] * 4
    assert [at.hour for at in starts] == [16, 16, 16, 15]


def test_the_last_day_is_still_one_of_it_and_the_day_after_is_not() -> None:
    assert len(a_series(last_on=date(2025, 3, 19)).days()) == 2
    assert len(a_series(last_on=date(2025, 3, 18)).days()) == 1


def test_every_second_week_is_counted_from_the_week_of_the_first_day() -> None:
    series = a_series(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", starts_on=date(2025, 3, 13), last_on=date(2025, 4, 30))

    assert series.days() == [date(2025, 3, 26), date(2025, 4, 9), date(2025, 4, 23)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", ["2025-03-12", "2025-03-13", "2025-03-14"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2025-03-31", "2025-05-31", "2025-07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2025-03-31", "2025-04-30", "2025-05-31"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["2025-03-28", "2025-04-25", "2025-05-30"]),
        ("FREQ=MONTHLY", ["2025-03-12", "2025-04-12", "2025-05-12"]),
    ],
)
def test_days_by_rule(rule: str, days: list[str]) -> None:
    assert [str(day) for day in a_series(rule=rule, last_on=date(2025, 8, 1)).days()[:3]] == days


def test_a_day_left_out_has_no_session_and_a_moved_one_has_its_new_time() -> None:
    series = a_series(left_out=(date(2025, 3, 19),), moved=(a_move(date(2025, 3, 26)),))

    sessions = series.sessions()

    assert [session.id for session in sessions] == ["r1/2025-03-12", "r1/2025-03-26", "r1/2025-04-02"]
    assert sessions[1].starts_at == datetime(2025, 3, 27, 10, tzinfo=UTC)


def test_a_cancelled_series_has_cancelled_sessions() -> None:
    assert {session.status for session in a_series(status="cancelled").sessions()} == {SessionStatus.CANCELLED}


@given(
    weeks=st.integers(1, 20),
    interval=st.integers(1, 4),
    weekdays=st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1),
    start=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
)
def test_weekly_days_are_those_that_a_calendar_on_the_wall_shows(
    weeks: int, interval: int, weekdays: set[str], start: date
) -> None:
    last = start + timedelta(weeks=weeks)
    rule = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(sorted(weekdays))}"
    first_monday = start - timedelta(days=start.weekday())
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    each_day = [start + timedelta(days=number) for number in range((last - start).days + 1)]

    expected = [
        day for day in each_day if names[day.weekday()] in weekdays and (day - first_monday).days // 7 % interval == 0
    ]

    assert a_series(rule=rule, starts_on=start, last_on=last).days() == expected


class TestRefused:
    @pytest.mark.parametrize(
        ("rule", "said"),
        [
            ("", NO_FREQUENCY),
            ("FREQ=HOURLY", NO_FREQUENCY),
            ("BYDAY=MO", NO_FREQUENCY),
            ("FREQ=WEEKLY;COUNT=3", AN_END),
            ("FREQ=WEEKLY;COUNT", AN_END),
            ("FREQ=WEEKLY;UNTIL=20250401", AN_END),
            ("FREQ=WEEKLY;BYDAY=XX", A_PART + "INTERVAL, BYDAY."),
            ("FREQ=WEEKLY;BYDAY=1MO", A_PART + "INTERVAL, BYDAY."),
            ("FREQ=WEEKLY;INTERVAL=0", A_PART + "INTERVAL, BYDAY."),
            ("FREQ=WEEKLY;BYHOUR=9", A_PART + "INTERVAL, BYDAY."),
            ("FREQ=MONTHLY;BYMONTHDAY=0", A_PART + "INTERVAL, BYDAY, BYMONTHDAY."),
            ("FREQ=MONTHLY;BYMONTHDAY=32", A_PART + "INTERVAL, BYDAY, BYMONTHDAY."),
            ("FREQ=DAILY;BYDAY=MO", A_PART + "INTERVAL."),
            ("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1", TWICE),
            ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", TWICE),
            ("FREQ=WEEKLY\r\nATTENDEE:x", NO_FREQUENCY),
        ],
    )
    def test_a_rule_outside_the_part_that_every_reader_takes_the_same_way(self, rule: str, said: str) -> None:
        with pytest.raises(InvalidRecordError) as refused:
            a_series(rule=rule)

        assert str(refused.value) == f"SessionSeries r1: rule {said}"

    def test_a_rule_that_goes_on_too_long(self) -> None:
        assert len(a_series(rule="FREQ=DAILY", last_on=WEDNESDAY + timedelta(days=999)).days()) == 1000
        with pytest.raises(InvalidRecordError, match="more than 1000 sessions"):
            a_series(rule="FREQ=DAILY", last_on=WEDNESDAY + timedelta(days=1000))

    def test_a_series_without_a_last_day(self) -> None:
        with pytest.raises(InvalidRecordError, match=r"last_on: is missing|last_on is missing"):
            SessionSeries.model_validate(a_series().model_dump(exclude={"last_on"}))

    @pytest.mark.parametrize(
        "changes",
        [
            {"last_on": WEDNESDAY - timedelta(days=1)},
            {"starts_on": date(1995, 12, 31)},
            {"to_time": time(16)},
            {"from_time": time(1, 59)},
            {"from_time": time(16, tzinfo=UTC)},
            {"status": "held"},
            {"left_out": (date(2025, 3, 13),)},
            {"moved": (a_move(date(2025, 3, 13)),)},
            {"moved": (a_move(date(2025, 3, 19)), a_move(date(2025, 3, 19), days=2))},
            {"moved": (a_move(date(2025, 3, 19)),), "left_out": (date(2025, 3, 19),)},
            {"id": "r\n1"},
        ],
    )
    def test_what_cannot_be(self, changes: dict[str, Any]) -> None:
        with pytest.raises(InvalidRecordError):
            a_series(**changes)

    def test_a_move_that_ends_before_it_starts(self) -> None:
        at = datetime(2025, 3, 19, 10, tzinfo=UTC)
        with pytest.raises(InvalidRecordError, match="not after"):
            MovedSession(on=WEDNESDAY, starts_at=at, ends_at=at)


def test_a_start_at_two_in_the_morning_is_let_through() -> None:
    assert a_series(from_time=time(2), to_time=time(3)).sessions()


def test_a_rule_that_never_matches_has_no_session_and_ends() -> None:
    series = a_series(
        rule="FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", starts_on=date(2025, 2, 1), last_on=date(2027, 1, 1)
    )

    assert series.sessions() == []


def test_of_one_id_the_highest_revision_counts_in_any_order() -> None:
    first, second = a_series(), a_series(revision=1, status="cancelled")

    assert latest_series([second, first]) == latest_series([first, second, first]) == [second]


def test_of_one_revision_the_one_changed_last_counts_and_an_unknown_change_is_the_oldest() -> None:
    changed = datetime(2025, 3, 1, tzinfo=UTC)
    # As JSON text the places would order them the other way round.
    unknown, first = a_series(place="Z"), a_series(place="Y", changed_at=changed)
    last = a_series(place="X", changed_at=changed + timedelta(days=1))

    for order in permutations([unknown, first, last]):
        assert latest_series(order) == [last]


def test_series_come_by_first_day_and_then_by_id() -> None:
    late, second, first = a_series(id="r0", starts_on=date(2025, 3, 19)), a_series(id="r2"), a_series()

    assert latest_series([late, second, first]) == [first, second, late]


def test_each_session_is_told_to_the_letter() -> None:
    changed = datetime(2025, 3, 1, tzinfo=UTC)
    series = a_series(last_on=WEDNESDAY, place="the library", changed_at=changed, revision=3)

    assert series.sessions() == [
        Session(
            id="r1/2025-03-12",
            child_id="C1",
            worker_id="W1",
            kind="catch_up",
            starts_at=datetime(2025, 3, 12, 16, tzinfo=UTC),
            ends_at=datetime(2025, 3, 12, 17, tzinfo=UTC),
            status="planned",
            place="the library",
            changed_at=changed,
            revision=3,
        )
    ]


def test_a_repr_shows_no_place_and_a_series_survives_json() -> None:
    series = a_series(place="Secret Street", moved=(a_move(date(2025, 3, 19)),))

    assert "Secret" not in repr(series)
    assert SessionSeries.model_validate_json(series.model_dump_json()) == series
