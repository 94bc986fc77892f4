"""Windows: which days are in them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import dates

from relationkit.continuity import Window
from relationkit.errors import InvalidWindowError

REASONABLE_DAYS = dates(date(1950, 1, 1), date(2150, 1, 1))


def test_the_reporting_year_2025_is_april_2024_to_march_2025() -> None:
    assert Window.reporting_year(2025) == Window(date(2024, 4, 1), date(2025, 4, 1))


@pytest.mark.parametrize(
    ("day", "is_inside"),
    [
        (date(2024, 3, 31), False),
        (date(2024, 4, 1), True),
        (date(2025, 3, 31), True),
        (date(2025, 4, 1), False),
    ],
)
def test_a_window_holds_its_first_day_and_not_its_end(day: date, is_inside: bool) -> None:
    assert (day in Window.reporting_year(2025)) is is_inside


def test_a_reporting_year_with_a_leap_day_is_a_day_longer() -> None:
    assert Window.reporting_year(2024).days == 366
    assert Window.reporting_year(2025).days == 365


def test_the_year_to_a_day_holds_that_day() -> None:
    assert Window.year_to(date(2025, 3, 31)) == Window.reporting_year(2025)


@pytest.mark.parametrize(
    ("day", "start_on", "days"),
    [
        (date(2024, 2, 28), date(2023, 3, 1), 365),
        (date(2024, 2, 29), date(2023, 3, 1), 366),
        (date(2024, 3, 1), date(2023, 3, 2), 366),
        (date(2025, 2, 28), date(2024, 3, 1), 365),
        (date(2025, 2, 27), date(2024, 2, 28), 366),
    ],
)
def test_the_year_to_a_day_near_a_leap_day(day: date, start_on: date, days: int) -> None:
    window = Window.year_to(day)

    assert window.start_on == start_on
    assert window.days == days


@given(REASONABLE_DAYS)
def test_the_year_to_a_day_ends_with_it_and_is_a_year(day: date) -> None:
    window = Window.year_to(day)

    assert day in window
    assert day + timedelta(days=1) not in window
    assert window.days in {365, 366}


@given(REASONABLE_DAYS)
def test_the_years_to_the_same_day_touch(day: date) -> None:
    if (day.month, day.day) not in {(2, 28), (2, 29)}:
        before = day.replace(year=day.year - 1)

        assert Window.year_to(before).end_on == Window.year_to(day).start_on


@pytest.mark.parametrize("end_on", [date(2024, 4, 1), date(2024, 3, 31)])
def test_a_window_without_a_day_is_refused(end_on: date) -> None:
    with pytest.raises(InvalidWindowError, match="holds no day"):
        Window(date(2024, 4, 1), end_on)


def test_a_window_of_one_day_can_be() -> None:
    assert Window(date(2024, 4, 1), date(2024, 4, 2)).days == 1


def test_a_window_of_moments_is_refused() -> None:
    with pytest.raises(InvalidWindowError, match="without a time"):
        Window(datetime(2024, 4, 1), datetime(2025, 4, 1))


@pytest.mark.parametrize("day", [datetime(2025, 3, 31), date.min, date.max])
def test_a_year_to_what_is_no_day_is_refused(day: date) -> None:
    with pytest.raises(InvalidWindowError):
        Window.year_to(day)


@pytest.mark.parametrize("year", [25, 0, 9999])
def test_a_reporting_year_of_two_digits_is_refused(year: int) -> None:
    with pytest.raises(InvalidWindowError, match="reporting year"):
        Window.reporting_year(year)


@pytest.mark.parametrize(
    ("started_on", "ended_on", "overlaps"),
    [
        (date(2024, 1, 1), date(2024, 4, 1), False),  # its last day is the day before the window
        (date(2024, 1, 1), date(2024, 4, 2), True),
        (date(2025, 3, 31), None, True),
        (date(2025, 4, 1), None, False),
        (date(2024, 1, 1), None, True),
        (date(2024, 6, 1), date(2024, 6, 2), True),
        (date(2024, 6, 1), date(2024, 6, 1), False),  # holds no day
        (date(2023, 1, 1), date(2026, 1, 1), True),
    ],
)
def test_what_overlaps_a_window_has_a_day_in_it(started_on: date, ended_on: date | None, overlaps: bool) -> None:
    assert Window.reporting_year(2025).overlaps(started_on, ended_on) is overlaps
