"""The year of the statutory return: 1 April to 31 March, named by the year in which it ends."""

from datetime import date

__all__ = ["reporting_year_of", "reporting_year_starts_on"]


def reporting_year_starts_on(year: int) -> date:
    """Return the first day of a reporting year: 1 April of the calendar year before.

    The year ends the day before :func:`reporting_year_starts_on` of the next.
    """
    return date(year - 1, 4, 1)


def reporting_year_of(day: date) -> int:
    """Return the reporting year that a day falls in: 31 March 2025 is in 2025, 1 April 2025 in 2026."""
    return day.year + ((day.month, day.day) >= (4, 1))
