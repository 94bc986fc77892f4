"""Bank holidays by nation. The expected dates are those of GOV.UK's published lists."""

import sys
from datetime import date, datetime

import pytest

from relationkit.errors import InvalidCalendarError, MissingExtraError
from relationkit.records import LONDON
from relationkit.sla import uk_calendar

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


def test_no_years_means_no_bank_holidays() -> None:
    assert uk_calendar("England", years=()).holidays == frozenset()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)

    with pytest.raises(MissingExtraError, match=r"relationkit\[holidays\]"):
        uk_calendar("England")
