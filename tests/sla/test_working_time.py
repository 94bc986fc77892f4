"""Working time against hand-worked cases, against elapsed time, and against a slow count of minutes."""

import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, zip_longest
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relationkit.errors import InvalidCalendarError, NaiveMomentError
from relationkit.sla import WorkingCalendar

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {weekday: [("09:00", "17:00")] for weekday in WEEKDAYS[:5]}
ALWAYS = {weekday: [("00:00", "24:00")] for weekday in WEEKDAYS}
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)

office = WorkingCalendar(OFFICE)
always = WorkingCalendar(ALWAYS)


def london(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=LONDON, fold=fold)


MONDAY_9 = london(2025, 1, 6, 9)
MONDAY_17 = london(2025, 1, 6, 17)
TUESDAY_9 = london(2025, 1, 7, 9)


# Edges -----------------------------------------------------------------------------------------------------------


def test_an_amount_used_up_at_closing_time_ends_at_the_closing_moment() -> None:
    assert office.add(MONDAY_9, 8 * HOUR) == MONDAY_17


def test_a_microsecond_more_ends_after_the_next_opening() -> None:
    assert office.add(MONDAY_9, 8 * HOUR + TICK) == TUESDAY_9 + TICK


def test_a_microsecond_less_ends_before_closing() -> None:
    assert office.add(MONDAY_9, 8 * HOUR - TICK) == MONDAY_17 - TICK


def test_whole_days_asked_for_outside_hours_end_at_closing_time() -> None:
    assert office.add(london(2025, 1, 4, 22), 16 * HOUR) == london(2025, 1, 7, 17)


def test_zero_leaves_the_moment_alone_even_while_closed() -> None:
    saturday = london(2025, 1, 4, 12)

    assert office.add(saturday, timedelta(0)) == saturday
    assert office.subtract(saturday, timedelta(0)) == saturday


def test_subtracting_an_amount_used_up_at_opening_time_ends_at_the_opening_moment() -> None:
    assert office.subtract(london(2025, 1, 7, 17), 8 * HOUR) == TUESDAY_9
    assert office.subtract(london(2025, 1, 7, 17), 8 * HOUR + TICK) == MONDAY_17 - TICK


def test_a_negative_amount_goes_the_other_way() -> None:
    assert office.add(TUESDAY_9, -HOUR) == office.subtract(TUESDAY_9, HOUR) == london(2025, 1, 6, 16)
    assert office.subtract(MONDAY_17, -HOUR) == office.add(MONDAY_17, HOUR) == london(2025, 1, 7, 10)


def test_it_is_open_at_the_opening_moment_and_not_at_the_closing_moment() -> None:
    assert office.is_open(MONDAY_9)
    assert not office.is_open(MONDAY_9 - TICK)
    assert office.is_open(MONDAY_17 - TICK)
    assert not office.is_open(MONDAY_17)


def test_the_next_opening_is_now_while_open_and_the_next_day_at_the_closing_moment() -> None:
    assert office.next_opening(MONDAY_9 + HOUR) == MONDAY_9 + HOUR
    assert office.next_opening(MONDAY_17 - TICK) == MONDAY_17 - TICK
    assert office.next_opening(MONDAY_17) == TUESDAY_9


def test_between_two_moments_after_hours_of_different_days_counts_the_days_between() -> None:
    assert office.between(london(2025, 1, 6, 20), london(2025, 1, 8, 20)) == 16 * HOUR


def test_between_is_negative_when_turned_round() -> None:
    assert office.between(TUESDAY_9 + HOUR, MONDAY_9) == -9 * HOUR


def test_open_periods_are_cut_at_both_ends_and_come_oldest_first() -> None:
    periods = office.open_periods(london(2025, 1, 6, 16), london(2025, 1, 8, 10))

    assert periods == [
        (london(2025, 1, 6, 16), MONDAY_17),
        (TUESDAY_9, london(2025, 1, 7, 17)),
        (london(2025, 1, 8, 9), london(2025, 1, 8, 10)),
    ]


def test_open_periods_that_touch_at_midnight_are_one() -> None:
    night = WorkingCalendar({"mon": [("22:00", "24:00")], "tue": [("00:00", "06:00")]})

    periods = night.open_periods(london(2025, 1, 6), london(2025, 1, 8))

    assert periods == [(london(2025, 1, 6, 22), london(2025, 1, 7, 6))]


def test_open_periods_of_no_time_or_of_closed_time_are_none() -> None:
    assert office.open_periods(MONDAY_9, MONDAY_9) == []
    assert office.open_periods(TUESDAY_9, MONDAY_9) == []
    assert office.open_periods(MONDAY_17, TUESDAY_9) == []


def test_a_night_across_new_year_is_one_period() -> None:
    periods = always.open_periods(london(2024, 12, 31, 12), london(2025, 1, 1, 12))

    assert periods == [(london(2024, 12, 31, 12), london(2025, 1, 1, 12))]


def test_answers_come_in_the_zone_of_the_question() -> None:
    new_york = ZoneInfo("America/New_York")
    for zone in (UTC, LONDON, new_york):
        assert office.add(MONDAY_9.astimezone(zone), HOUR).tzinfo is zone
        assert office.subtract(MONDAY_17.astimezone(zone), HOUR).tzinfo is zone
        assert office.next_opening(MONDAY_17.astimezone(zone)).tzinfo is zone
        assert office.add(MONDAY_9.astimezone(zone), 9 * HOUR) == london(2025, 1, 7, 10)


def test_a_leap_day_is_a_day_like_any_other() -> None:
    assert office.between(london(2024, 2, 28), london(2024, 3, 2)) == 24 * HOUR


def test_lunch_is_closed_and_hours_may_be_written_in_any_order() -> None:
    lunch = WorkingCalendar({"mon": [("13:00", "17:00"), ("09:00", "12:30")]})

    assert lunch.add(MONDAY_9, 4 * HOUR) == london(2025, 1, 6, 13, 30)
    assert not lunch.is_open(london(2025, 1, 6, 12, 30))
    assert lunch.is_open(london(2025, 1, 6, 13))


# Dates that differ -------------------------------------------------------------------------------------------------


def test_a_holiday_is_a_local_date_even_for_someone_far_away() -> None:
    closed = WorkingCalendar(ALWAYS, holidays={date(2025, 6, 10)})
    auckland = ZoneInfo("Pacific/Auckland")

    assert closed.between(london(2025, 6, 9), london(2025, 6, 12)) == 48 * HOUR
    assert not closed.is_open(london(2025, 6, 10, 0).astimezone(auckland))
    assert closed.is_open(london(2025, 6, 11, 0).astimezone(auckland))


def test_holidays_are_left_out_however_long_the_amount() -> None:
    closed = WorkingCalendar(OFFICE, holidays=[date(2025, 1, 7)])

    assert closed.add(MONDAY_9, 9 * HOUR) == london(2025, 1, 8, 10)
    assert closed.add(MONDAY_9, 24 * HOUR) == london(2025, 1, 9, 17)


def test_a_break_is_taken_out_of_one_date_only() -> None:
    training = WorkingCalendar(OFFICE, breaks={date(2025, 1, 6): [("12:00", "13:00"), ("16:00", "24:00")]})

    assert training.between(MONDAY_9, TUESDAY_9) == 6 * HOUR
    assert training.between(TUESDAY_9, london(2025, 1, 8, 9)) == 8 * HOUR


def test_a_shift_replaces_the_hours_of_its_date_and_an_empty_one_closes_it() -> None:
    shifted = WorkingCalendar(OFFICE, shifts={date(2025, 1, 4): [("10:00", "11:00")], date(2025, 1, 6): []})

    assert shifted.open_periods(london(2025, 1, 4), london(2025, 1, 7)) == [
        (london(2025, 1, 4, 10), london(2025, 1, 4, 11))
    ]


def test_a_break_comes_off_a_shift_and_a_holiday_takes_out_both() -> None:
    saturday, sunday = date(2025, 1, 4), date(2025, 1, 5)
    shifts = {saturday: [("10:00", "14:00")], sunday: [("10:00", "14:00")]}
    breaks = {saturday: [("12:00", "13:00")]}

    calendar = WorkingCalendar(OFFICE, holidays={sunday}, breaks=breaks, shifts=shifts)

    assert calendar.between(london(2025, 1, 4), london(2025, 1, 5)) == 3 * HOUR
    assert calendar.between(london(2025, 1, 5), london(2025, 1, 6)) == timedelta(0)


def test_lunch_as_a_break_and_lunch_in_the_hours_give_the_same_sum() -> None:
    as_break = WorkingCalendar({"mon": [("09:00", "17:00")]}, breaks={date(2025, 1, 6): [("12:00", "13:00")]})
    in_hours = WorkingCalendar({"mon": [("09:00", "12:00"), ("13:00", "17:00")]})

    assert as_break.between(MONDAY_9, TUESDAY_9) == in_hours.between(MONDAY_9, TUESDAY_9) == 7 * HOUR


# Clock changes: London skips 01:00 to 02:00 on 30 March 2025 and repeats it on 26 October 2025 -----------------------

SPRING, AUTUMN = (2025, 3, 30), (2025, 10, 26)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def sundays(*pairs: tuple[str, str]) -> WorkingCalendar:
    return WorkingCalendar({"sun": list(pairs)})


@pytest.mark.parametrize(
    ("hours", "day", "opens", "closes"),
    [
        (("00:00", "06:00"), SPRING, (0, 0), (5, 0)),
        (("00:00", "06:00"), AUTUMN, (-1, 0), (6, 0)),
        (("01:30", "03:00"), SPRING, (1, 30), (2, 0)),  # opens in the skipped hour: at 02:30 by the new clock
        (("00:30", "01:30"), SPRING, (0, 30), (1, 30)),  # closes in it: at 02:30 by the new clock
        (("01:15", "01:45"), SPRING, (1, 15), (1, 45)),
        (("00:30", "01:00"), SPRING, (0, 30), (1, 0)),
        (("02:00", "03:00"), SPRING, (1, 0), (2, 0)),
        (("01:30", "03:00"), AUTUMN, (0, 30), (3, 0)),  # opens in the first pass
        (("00:30", "01:30"), AUTUMN, (-1, 30), (0, 30)),  # closes in the first pass
        (("01:15", "01:45"), AUTUMN, (0, 15), (0, 45)),
        (("01:00", "02:00"), AUTUMN, (0, 0), (2, 0)),  # the whole repeated hour is open, twice
        (("22:00", "24:00"), SPRING, (21, 0), (23, 0)),
    ],
)
def test_hours_that_touch_a_clock_change_are_counted_in_real_time(
    hours: tuple[str, str], day: tuple[int, int, int], opens: tuple[int, int], closes: tuple[int, int]
) -> None:
    start = utc(*day)
    opens_at, closes_at = (start + timedelta(hours=h, minutes=m) for h, m in (opens, closes))
    calendar = sundays(hours)

    periods = calendar.open_periods(start - 2 * HOUR, start + 24 * HOUR)

    assert periods == [(opens_at, closes_at)]
    assert calendar.is_open(opens_at)
    assert not calendar.is_open(closes_at)
    assert calendar.between(london(*day), london(*day) + timedelta(days=1)) == closes_at - opens_at
    assert calendar.add(opens_at.astimezone(LONDON), closes_at - opens_at).astimezone(UTC) == closes_at


def test_hours_that_lie_reversed_across_the_skipped_hour_do_not_open() -> None:
    assert sundays(("01:30", "02:15")).open_periods(utc(*SPRING), utc(2025, 3, 31)) == []


def test_hours_pushed_into_one_another_by_the_skipped_hour_count_once() -> None:
    pushed = sundays(("00:00", "01:45"), ("02:00", "03:00"))

    assert pushed.open_periods(utc(*SPRING), utc(2025, 3, 31)) == [(utc(2025, 3, 30, 0), utc(2025, 3, 30, 2))]
    assert pushed.between(utc(*SPRING), utc(2025, 3, 31)) == 2 * HOUR


def test_the_two_passes_of_the_repeated_hour_are_two_moments() -> None:
    early = sundays(("01:15", "01:45"))
    first, second = london(*AUTUMN, 1, 30), london(*AUTUMN, 1, 30, fold=1)

    assert early.is_open(first)
    assert not early.is_open(second)
    assert early.between(first, second) == timedelta(minutes=15)
    assert office.between(first, second) == timedelta(0)
    assert always.between(first, second) == HOUR


def test_a_moment_in_the_skipped_hour_is_read_as_an_hour_later() -> None:
    from_two = sundays(("02:00", "06:00"))
    skipped = london(*SPRING, 1, 30)  # 02:30 by the new clock

    assert from_two.is_open(skipped)
    assert from_two.add(skipped, HOUR) == london(*SPRING, 3, 30)
    assert from_two.between(skipped, london(*SPRING, 4)) == timedelta(minutes=90)


def test_a_day_without_midnight_and_a_day_that_never_was_are_counted_in_real_time() -> None:
    beirut = WorkingCalendar(ALWAYS, "Asia/Beirut")
    apia = WorkingCalendar(ALWAYS, "Pacific/Apia")
    start, end = utc(2011, 12, 28), utc(2012, 1, 3)

    assert beirut.between(utc(2025, 3, 29), utc(2025, 4, 1)) == timedelta(days=3)
    assert apia.between(start, end) == end - start  # 30 December 2011 did not happen in Samoa
    assert apia.open_periods(start, end) == [(start, end)]


def test_an_hour_repeated_across_midnight_is_told_apart() -> None:
    st_johns = ZoneInfo("America/St_Johns")  # until 2011 clocks went back at 00:01, to 23:01 of the day before
    late = WorkingCalendar({"sat": [("23:10", "23:20")]}, "America/St_Johns")
    first, second = (datetime(2010, 11, 6, 23, 15, tzinfo=st_johns, fold=fold) for fold in (0, 1))

    assert late.is_open(first)
    assert not late.is_open(second)
    assert late.between(first, second) == timedelta(minutes=5)


# Refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"hours": {}}, "never opens"),
        ({"hours": {"mon": []}}, "never opens"),
        ({"hours": {}, "holidays": {date(2025, 1, 1)}}, "never opens"),
        ({"hours": {}, "shifts": {date(2025, 1, 1): [("09:00", "17:00")]}}, "never opens"),
        ({"hours": {"monday": [("09:00", "17:00")]}}, "Use mon, tue"),
        ({"hours": {"mon": [("17:00", "09:00")]}}, 'end a day at "24:00"'),
        ({"hours": {"mon": [("22:00", "00:00")]}}, 'end a day at "24:00"'),
        ({"hours": {"mon": [("09:00", "09:00")]}}, "does not come after"),
        ({"hours": {"mon": [("24:00", "24:00")]}}, "does not come after"),
        ({"hours": {"mon": [("09:00", "24:01")]}}, "past the end of the day"),
        ({"hours": {"mon": [("09:00", "12:60")]}}, "not a time of day"),
        ({"hours": {"mon": [("9am", "17:00")]}}, "not a time of day"),
        ({"hours": {"mon": [("9:00", "17:00")]}}, "not a time of day"),
        ({"hours": {"mon": [(9, 17)]}}, "not a time of day"),
        ({"hours": {"mon": ("09:00", "17:00")}}, "not opening and closing"),
        ({"hours": {"mon": "09:00-17:00"}}, "not a list of pairs"),
        ({"hours": {"mon": [("09:00", "12:00"), ("11:59", "17:00")]}}, "overlap from 11:59"),
        ({"hours": {"mon": [("09:00", "12:00"), ("09:00", "12:00")]}}, "overlap"),
        ({"hours": OFFICE, "time_zone": "Europe/Londinium"}, "IANA"),
        ({"hours": OFFICE, "time_zone": "../etc/passwd"}, "IANA"),
        ({"hours": OFFICE, "time_zone": ""}, "IANA"),
        ({"hours": OFFICE, "holidays": {"2025-01-01"}}, "not a date"),
        ({"hours": OFFICE, "holidays": {datetime(2025, 1, 1)}}, "not a date"),
        ({"hours": OFFICE, "breaks": {date(2025, 1, 1): [("13:00", "12:00")]}}, "breaks, 2025-01-01"),
        ({"hours": OFFICE, "shifts": {date(2025, 1, 1): [("09:00", "12:00"), ("10:00", "11:00")]}}, "shifts, 2025-"),
        ({"hours": OFFICE, "shifts": {"mon": [("09:00", "12:00")]}}, "not a date"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_what_to_do(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidCalendarError, match=says.replace("(", r"\(")):
        WorkingCalendar(**arguments)


def test_touching_pairs_and_seconds_are_fine() -> None:
    touching = WorkingCalendar({"mon": [("09:00", "12:00"), ("12:00", "17:00:30.5")]})

    assert touching.between(MONDAY_9, TUESDAY_9) == timedelta(hours=8, seconds=30.5)


@pytest.mark.parametrize("method", ["add", "subtract"])
def test_a_moment_without_a_zone_is_refused(method: str) -> None:
    with pytest.raises(NaiveMomentError, match=r"^datetime\.datetime\(2025, 1, 6, 9, 0\) has no time zone"):
        getattr(office, method)(datetime(2025, 1, 6, 9), HOUR)


def test_a_question_without_a_zone_is_refused() -> None:
    naive = datetime(2025, 1, 6, 9)
    for ask in (office.is_open, office.next_opening):
        with pytest.raises(NaiveMomentError):
            ask(naive)
    for a, b in ((naive, MONDAY_9), (MONDAY_9, naive), (naive, naive)):
        with pytest.raises(NaiveMomentError):
            office.between(a, b)
        with pytest.raises(NaiveMomentError):
            office.open_periods(a, b)


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (
            ("17:00", "09:00"),
            (
                "hours, mon: 09:00 does not come after 17:00. "
                'Put the earlier time first; end a day at "24:00" and give what follows midnight to the next day.'
            ),
        ),
        (("9am", "17:00"), 'hours, mon: \'9am\' is not a time of day. Write "09:00", up to "24:00".'),
        (("09:00", "24:01"), "hours, mon: '24:01' is past the end of the day. Write at most \"24:00\"."),
    ],
)
def test_what_is_said_about_a_span_is_said_to_the_letter(span: tuple[str, str], says: str) -> None:
    with pytest.raises(InvalidCalendarError) as refusal:
        WorkingCalendar({"mon": [span]})

    assert str(refusal.value) == says


def test_the_last_second_of_an_hour_can_be_written() -> None:
    assert WorkingCalendar({"mon": [("09:00", "09:59:59")]}).hours["mon"] == [("09:00", "09:59:59")]
    with pytest.raises(InvalidCalendarError, match="not a time of day"):
        WorkingCalendar({"mon": [("09:00", "09:59:60")]})


@pytest.mark.parametrize("year", [2, 9998])
def test_the_first_and_the_last_year_of_a_calendar_can_be_asked_about(year: int) -> None:
    midday = datetime(year, 7, 1, 12, tzinfo=UTC)

    assert WorkingCalendar(ALWAYS).between(midday, midday + timedelta(hours=1)) == timedelta(hours=1)
    with pytest.raises(OverflowError, match=f"the year {1 if year == 2 else 9999} is beyond what a calendar can hold"):
        WorkingCalendar(ALWAYS).is_open(midday.replace(year=1 if year == 2 else 9999))


def test_an_amount_past_the_last_year_overflows_at_once() -> None:
    for ask in (office.add, office.subtract):
        with pytest.raises(OverflowError):
            ask(MONDAY_9, timedelta(days=3_000_000))


# A value -----------------------------------------------------------------------------------------------------------


def test_equal_hours_are_equal_calendars_whatever_was_asked_of_them() -> None:
    other = WorkingCalendar(dict(reversed(OFFICE.items())), holidays=[], breaks={}, shifts={})
    other.add(MONDAY_9, 4000 * HOUR)

    assert other == office
    assert hash(other) == hash(office)
    assert other != always
    assert other != WorkingCalendar(OFFICE, "Europe/Paris")
    assert other != WorkingCalendar(OFFICE, holidays={date(2025, 1, 1)})
    assert other != OFFICE


def test_a_calendar_survives_pickling() -> None:
    calendar = WorkingCalendar(
        OFFICE,
        "Europe/Paris",
        {date(2025, 1, 1)},
        {date(2025, 1, 6): [("12:00", "12:30:15.000001")]},
        {date(2025, 1, 4): [("10:00", "24:00")]},
    )
    calendar.add(MONDAY_9, HOUR)

    copy = pickle.loads(pickle.dumps(calendar))

    assert copy == calendar
    assert copy.add(MONDAY_9, 80 * HOUR) == calendar.add(MONDAY_9, 80 * HOUR)


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="never changes"):
        office.hours = ALWAYS  # type: ignore[misc]  # the refusal is what is tested
    with pytest.raises(AttributeError, match="never changes"):
        del office._hours
    office.hours["sat"] = [("09:00", "17:00")]
    assert "sat" not in office.hours


def test_a_calendar_says_what_was_written() -> None:
    calendar = WorkingCalendar(OFFICE, holidays=[date(2025, 1, 1)], breaks={date(2025, 1, 6): [("12:00", "13:00")]})

    assert calendar.hours == OFFICE
    assert calendar.time_zone == "Europe/London"
    assert calendar.holidays == {date(2025, 1, 1)}
    assert calendar.breaks == {date(2025, 1, 6): [("12:00", "13:00")]}
    assert calendar.shifts == {}
    assert "1 holidays" in repr(calendar)


def test_years_asked_about_in_any_order_give_the_same_answers() -> None:
    forwards, backwards = WorkingCalendar(OFFICE), WorkingCalendar(OFFICE)
    moments = [london(year, 5, 15, 11) for year in range(2015, 2035, 3)]

    for moment in moments:
        forwards.is_open(moment)
    for moment in reversed(moments):
        backwards.is_open(moment)

    for a, b in pairwise(moments):
        assert forwards.between(a, b) == backwards.between(a, b)
        assert forwards.add(a, 3000 * HOUR) == backwards.add(a, 3000 * HOUR) == office.add(a, 3000 * HOUR)
        assert forwards.subtract(a, 3000 * HOUR) == backwards.subtract(a, 3000 * HOUR)


# Properties --------------------------------------------------------------------------------------------------------

ZONES = ("Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Beirut", "UTC")
zones = st.sampled_from([UTC, *map(ZoneInfo, ("Europe/London", "Asia/Tokyo", "America/New_York"))])
#: Moments near clock changes and far from them, on whole quarters of an hour and off them, in either fold.
moments = st.builds(
    lambda at, zone: at.astimezone(zone),
    st.one_of(
        st.datetimes(datetime(2024, 12, 1), datetime(2026, 2, 1), timezones=st.just(UTC)),
        st.builds(
            lambda day, quarters: day + timedelta(minutes=15 * quarters),
            st.sampled_from([utc(2025, 3, 29, 22), utc(2025, 10, 25, 22), utc(2024, 12, 31, 20)]),
            st.integers(0, 40),
        ),
    ),
    zones,
)
amounts = st.timedeltas(timedelta(0), timedelta(hours=20))


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[str, str]]:
    ends = draw(st.lists(st.integers(0, 96), unique=True, max_size=6))
    ends = sorted(ends[: len(ends) // 2 * 2])
    texts = [f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in ends]
    return list(zip(texts[::2], texts[1::2], strict=True))


special_days = st.sampled_from([date(2025, 3, 30), date(2025, 10, 26), date(2024, 12, 31), date(2025, 1, 1)])


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    week = draw(st.dictionaries(st.sampled_from(WEEKDAYS), spans(), min_size=1))
    if not any(week.values()):
        week["wed"] = [("10:00", "11:00")]
    return WorkingCalendar(
        week,
        draw(st.sampled_from(ZONES)),
        draw(st.frozensets(special_days, max_size=2)),
        draw(st.dictionaries(special_days, spans(), max_size=2)),
        draw(st.dictionaries(special_days, spans(), max_size=2)),
    )


@settings(deadline=None)
@given(a=moments, b=moments, amount=st.timedeltas(timedelta(0), timedelta(days=3000)))
@example(a=london(*AUTUMN, 1, 30, fold=1), b=london(*SPRING, 1, 30), amount=HOUR)
def test_a_calendar_that_never_closes_counts_elapsed_time(a: datetime, b: datetime, amount: timedelta) -> None:
    elapsed = b.astimezone(UTC) - a.astimezone(UTC)

    assert always.between(a, b) == elapsed
    assert always.add(a, amount).astimezone(UTC) == a.astimezone(UTC) + amount
    assert always.subtract(a, amount).astimezone(UTC) == a.astimezone(UTC) - amount
    assert always.is_open(a)
    assert always.next_opening(a) == a


@settings(max_examples=40, deadline=None)
@given(calendar=calendars(), a=moments, b=moments, c=moments)
def test_between_is_additive_in_whatever_order(
    calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime
) -> None:
    assert calendar.between(a, c) == calendar.between(a, b) + calendar.between(b, c)
    assert calendar.between(a, b) == -calendar.between(b, a)


@settings(max_examples=40, deadline=None)
@given(calendar=calendars(), at=moments, amount=amounts)
def test_between_undoes_add_and_subtract(calendar: WorkingCalendar, at: datetime, amount: timedelta) -> None:
    assert calendar.between(at, calendar.add(at, amount)) == amount
    assert calendar.between(calendar.subtract(at, amount), at) == amount


@settings(max_examples=40, deadline=None)
@given(calendar=calendars(), at=moments, amount=amounts.filter(bool))
def test_add_is_the_earliest_and_subtract_the_latest_moment_that_will_do(
    calendar: WorkingCalendar, at: datetime, amount: timedelta
) -> None:
    assert calendar.between(at, calendar.add(at, amount).astimezone(UTC) - TICK) < amount
    assert calendar.between(calendar.subtract(at, amount).astimezone(UTC) + TICK, at) < amount


@settings(max_examples=40, deadline=None)
@given(calendar=calendars(), at=moments, amount=amounts)
def test_the_zone_of_the_question_never_changes_the_answer(
    calendar: WorkingCalendar, at: datetime, amount: timedelta
) -> None:
    here = at.astimezone(ZoneInfo(calendar.time_zone))

    assert calendar.add(here, amount).astimezone(UTC) == calendar.add(at.astimezone(UTC), amount)
    assert calendar.subtract(here, amount).astimezone(UTC) == calendar.subtract(at.astimezone(UTC), amount)
    assert calendar.next_opening(here).astimezone(UTC) == calendar.next_opening(at.astimezone(UTC))
    assert calendar.is_open(here) == calendar.is_open(at.astimezone(UTC))


@settings(max_examples=40, deadline=None)
@given(calendar=calendars(), at=moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: WorkingCalendar, at: datetime) -> None:
    opening = calendar.next_opening(at)

    assert opening.astimezone(UTC) >= at.astimezone(UTC)
    assert calendar.is_open(opening)
    assert calendar.between(at, opening) == timedelta(0)


def open_quarters(calendar: WorkingCalendar, start: datetime, end: datetime) -> Iterator[datetime]:
    """The slow oracle: every quarter of an hour in UTC, held against each written span, end by end.

    A moment is open when, for some span of some day about it, the span's opening has come and its closing has not,
    both read with ``fold=0``. All spans drawn above end on quarters of an hour, and so do the zones' offsets.
    """
    zone = ZoneInfo(calendar.time_zone)
    at = start
    while at < end:
        today = at.astimezone(zone).date()
        for day in (today + timedelta(days=n) for n in (-2, -1, 0, 1)):
            if any(opens <= at < closes for opens, closes in written_on(calendar, day, zone)):
                yield at
                break
        at += timedelta(minutes=15)


def written_on(calendar: WorkingCalendar, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    if day in calendar.holidays:
        return
    spans = calendar.shifts.get(day, calendar.hours.get(WEEKDAYS[day.weekday()], []))
    breaks = [(quarter(a), quarter(b)) for a, b in calendar.breaks.get(day, [])]
    quarters = [q for a, b in spans for q in range(quarter(a), quarter(b))]
    left = [q for q in quarters if not any(a <= q < b for a, b in breaks)]
    for first, last in runs(left, joints={quarter(a) for a, _ in spans}):
        yield tuple(
            (datetime.combine(day, time(0), zone) + q * timedelta(minutes=15)).astimezone(UTC) for q in (first, last)
        )


def quarter(text: str) -> int:
    return int(text[:2]) * 4 + int(text[3:]) // 15


def runs(quarters: list[int], joints: set[int]) -> Iterator[tuple[int, int]]:
    start = None
    for q, following in zip_longest(quarters, quarters[1:]):
        start = q if start is None else start
        if following != q + 1 or following in joints:
            yield start, q + 1
            start = None


@settings(max_examples=40, deadline=None)
@given(
    calendar=calendars(),
    start=st.sampled_from([utc(2025, 3, 29), utc(2025, 10, 25), utc(2024, 12, 30), utc(2010, 11, 6), utc(2025, 7, 1)]),
    length=st.integers(1, 96 * 4),
)
def test_every_method_agrees_with_a_count_of_quarters_of_an_hour(
    calendar: WorkingCalendar, start: datetime, length: int
) -> None:
    quarter_hour = timedelta(minutes=15)
    end = start + length * quarter_hour
    count = list(open_quarters(calendar, start, end))

    assert calendar.between(start, end) == len(count) * quarter_hour
    assert {at for at in (start + n * quarter_hour for n in range(length)) if calendar.is_open(at)} == set(count)
    inside = [at for a, b in calendar.open_periods(start, end) for at in count if a <= at < b]
    assert inside == count
    if count:
        assert calendar.next_opening(start) == count[0]
        assert calendar.add(start, len(count) * quarter_hour) == count[-1] + quarter_hour
        assert calendar.subtract(end, len(count) * quarter_hour) == count[0]
