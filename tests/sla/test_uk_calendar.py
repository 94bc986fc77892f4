"""Bank holidays by nation. The expected dates are those of GOV.UK's published lists."""

import json
import pickle
import sys
from datetime import date, datetime, timedelta
from importlib.metadata import version
from importlib.resources import files

import pytest

from relationkit.errors import HolidaysNotKnownError, InvalidCalendarError, MissingExtraError
from relationkit.records import LONDON, Message
from relationkit.sla import PolicyBook, ResponsePolicy, WorkingCalendar, track_responses, uk_calendar
from relationkit.sla.uk_holidays import OFFICE_HOURS

NATIONS = ("England", "Wales", "Scotland", "Northern Ireland")


def closed(day: date) -> set[str]:
    return {nation for nation in NATIONS if day in uk_calendar(nation, years=[day.year]).holidays}


@pytest.mark.parametrize(
    ("day", "nations"),
    [
        (date(2025, 4, 21), {"England", "Wales", "Northern Ireland"}),  # Easter Monday
        (date(2025, 8, 25), {"England", "Wales", "Northern Ireland"}),  # summer, last Monday
        (date(2025, 8, 4), {"Scotland"}),  # summer, first Monday
        (date(2025, 1, 2), {"Scotland"}),
        (date(2025, 7, 14), {"Northern Ireland"}),  # substitute for 12 July, a Saturday
        (date(2021, 12, 27), set(NATIONS)),  # substitute for Christmas Day, a Saturday
        (date(2021, 12, 28), set(NATIONS)),  # substitute for Boxing Day, a Sunday
        (date(2020, 5, 8), set(NATIONS)),  # moved from 4 May
        (date(2020, 5, 4), set()),
        (date(2022, 9, 19), set(NATIONS)),  # the State Funeral, once
        (date(2023, 5, 8), set(NATIONS)),  # the Coronation, once
    ],
)
def test_each_nation_has_its_own_days(day: date, nations: set[str]) -> None:
    assert closed(day) == nations


@pytest.mark.parametrize("name", ["UK", "United Kingdom", "GB", "england", ""])
def test_the_nation_has_to_be_named(name: str) -> None:
    with pytest.raises(InvalidCalendarError, match="Use one of England, Wales, Scotland, Northern Ireland"):
        uk_calendar(name)


def test_the_office_is_open_nine_to_five_on_weekdays_unless_told_otherwise() -> None:
    assert uk_calendar("England", years=[2025]).hours["fri"] == [("09:00", "17:00")]
    assert uk_calendar("England", hours={"sat": [("10:00", "12:00")]}, years=[2025]).hours == {
        "sat": [("10:00", "12:00")]
    }


def test_christmas_is_left_out_of_the_sum() -> None:
    calendar = uk_calendar("England")
    periods = calendar.open_periods(datetime(2024, 12, 24, tzinfo=LONDON), datetime(2024, 12, 28, tzinfo=LONDON))

    assert [opens.day for opens, _ in periods] == [24, 27]


def test_an_office_may_close_on_other_days_and_open_on_bank_holidays() -> None:
    calendar = uk_calendar("Scotland", years=[2025], also_closed=[date(2025, 4, 21)], open_anyway=[date(2025, 12, 26)])

    assert date(2025, 4, 21) in calendar.holidays
    assert date(2025, 12, 26) not in calendar.holidays


def test_years_that_the_library_cannot_give_are_refused() -> None:
    with pytest.raises(InvalidCalendarError, match="2100"):
        uk_calendar("England", years=[2101])


def test_years_have_to_be_some() -> None:
    with pytest.raises(InvalidCalendarError, match=r"Ask for years among these, at least one\.$"):
        uk_calendar("England", years=())


def test_a_day_kept_open_has_to_be_a_bank_holiday() -> None:
    with pytest.raises(InvalidCalendarError, match="2025-12-27 is no bank holiday of Scotland"):
        uk_calendar("Scotland", years=[2025], open_anyway=[date(2025, 12, 27)])


# The published list --------------------------------------------------------------------------------------------------

#: What the list was taken too early for: the proclamation of 2026 is younger than the package.
PROCLAIMED_LATER = {"Scotland": {date(2026, 6, 15)}}
DIVISIONS = {
    "England": "england-and-wales",
    "Wales": "england-and-wales",
    "Scotland": "scotland",
    "Northern Ireland": "northern-ireland",
}


def published(nation: str) -> dict[date, str]:
    """GOV.UK's list as the Ministry of Justice ships it: each day and its note (see data/SOURCE.md)."""
    text = files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text("utf-8")
    events = json.loads(text)[DIVISIONS[nation]]["events"]
    return {date.fromisoformat(event["date"]): event["notes"] for event in events}


@pytest.mark.parametrize("nation", NATIONS)
def test_every_day_is_that_of_the_published_list_from_2012_to_2028(nation: str) -> None:
    listed = {day for day in published(nation) if 2012 <= day.year <= 2028}
    closed_days = uk_calendar(nation, years=range(2012, 2029)).holidays

    assert {day.year for day in listed} == set(range(2012, 2029))
    assert {day for day in closed_days if day.weekday() < 5} == listed | PROCLAIMED_LATER.get(nation, set())


@pytest.mark.parametrize("nation", NATIONS)
def test_a_weekend_day_is_only_left_out_where_the_list_has_its_substitute(nation: str) -> None:
    listed = published(nation)
    weekend = {day for day in uk_calendar(nation, years=range(2012, 2029)).holidays if day.weekday() >= 5}

    assert date(2021, 12, 25) in weekend
    for day in weekend:
        within_a_few_days = [day + timedelta(days=n) for n in range(1, 4)]
        assert any(listed.get(each, "").startswith("Substitute") for each in within_a_few_days), day


@pytest.mark.parametrize("nation", NATIONS)
def test_every_substitute_and_one_off_day_of_the_list_is_closed(nation: str) -> None:
    noted = {day for day, note in published(nation).items() if note and 2012 <= day.year <= 2028}
    one_off = {date(2012, 6, 5), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}
    calendar = uk_calendar(nation, years=range(2012, 2029))

    assert len(noted) > 10
    assert not [day for day in noted | one_off if calendar.is_open(datetime(*day.timetuple()[:3], 12, tzinfo=LONDON))]


# Which set it was ----------------------------------------------------------------------------------------------------


def test_a_calendar_keeps_where_its_holidays_came_from() -> None:
    closing, working = date(2025, 4, 21), date(2025, 12, 26)
    calendar = uk_calendar("Scotland", years=[2026, 2025], also_closed=[closing], open_anyway=[working])
    kept = calendar.holiday_set

    assert kept is not None
    assert (kept.nation, kept.years, kept.also_closed, kept.open_anyway) == (
        "Scotland",
        {2025, 2026},
        {closing},
        {working},
    )
    assert str(kept) == (
        f"bank holidays of Scotland, 2025 to 2026, from holidays {version('holidays')}; "
        "also closed 2025-04-21; open anyway 2025-12-26"
    )
    assert WorkingCalendar(OFFICE_HOURS, holidays=calendar.holidays).holiday_set is None


def test_two_calendars_are_equal_when_their_sets_are() -> None:
    calendar = uk_calendar("England", years=[2025])

    assert calendar == uk_calendar("England", years=[2025]) == pickle.loads(pickle.dumps(calendar))
    assert hash(calendar) == hash(pickle.loads(pickle.dumps(calendar)))
    assert calendar != uk_calendar("England", years=[2025, 2026])
    assert calendar != WorkingCalendar(calendar.hours, holidays=calendar.holidays)


def test_each_due_time_says_which_holidays_it_was_counted_by() -> None:
    calendar = uk_calendar("England", years=[2025])
    policy = ResponsePolicy(name="ours", target=timedelta(hours=8), calendar=calendar, in_force_from=date(2025, 1, 1))
    sent = datetime(2025, 4, 17, 15, tzinfo=LONDON)
    message = Message(id="m1", child_id="c1", at=sent, direction="from_child", channel="text")
    (clock,) = track_responses([message], PolicyBook([policy]), now=sent)

    assert clock.policy.calendar.holiday_set == calendar.holiday_set
    assert f"Left out: {calendar.holiday_set}." in clock.explain()


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_day_outside_the_years_could_not_be_judged(year: int) -> None:
    calendar, noon = uk_calendar("England", years=[2025]), datetime(year, 7, 1, 12, tzinfo=LONDON)
    inside = datetime(2025, 7, 1, 12, tzinfo=LONDON)

    for question in (
        lambda: calendar.is_open(noon),
        lambda: calendar.add(noon, timedelta(hours=1)),
        lambda: calendar.between(inside, noon),
        lambda: calendar.open_periods(min(inside, noon), max(inside, noon)),
    ):
        with pytest.raises(HolidaysNotKnownError, match=f"{year} could not be judged.*England for 2025 only"):
            question()
    assert calendar.add(inside, timedelta(hours=1)) == inside + timedelta(hours=1)


def test_a_sum_that_runs_out_of_the_years_could_not_be_judged() -> None:
    calendar = uk_calendar("England", years=[2025])

    with pytest.raises(HolidaysNotKnownError, match="2026"):
        calendar.add(datetime(2025, 12, 31, 15, tzinfo=LONDON), timedelta(hours=3))
    assert calendar.add(datetime(2025, 12, 31, 15, tzinfo=LONDON), timedelta(hours=1)).hour == 16


def test_years_with_a_gap_say_so() -> None:
    calendar = uk_calendar("England", years=[2023, 2024, 2026])

    with pytest.raises(HolidaysNotKnownError, match="2023 to 2024, 2026 only"):
        calendar.is_open(datetime(2025, 1, 6, 12, tzinfo=LONDON))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)

    with pytest.raises(MissingExtraError, match=r"relationkit\[holidays\]"):
        uk_calendar("England")
