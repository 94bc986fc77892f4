"""The period of days that a count is about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from relationkit.england.reporting_year import reporting_year_starts_on
from relationkit.errors import InvalidWindowError

__all__ = ["Window"]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A period of whole days in Europe/London, half-open: ``end_on`` is the first day after.

    It may reach past today; an open assignment is taken to go on. Whoever wants only what has happened cuts the
    window first: ``Window(window.start_on, min(window.end_on, tomorrow))``.

    Attributes:
        start_on: The first day.
        end_on: The first day after.

    Raises:
        InvalidWindowError: ``end_on`` is not after ``start_on``, or one of them is not a date.

    >>> date(2025, 3, 31) in Window.reporting_year(2025), date(2025, 4, 1) in Window.reporting_year(2025)
    (True, False)
    """

    start_on: date
    end_on: date

    def __post_init__(self) -> None:
        if type(self.start_on) is not date or type(self.end_on) is not date:
            raise InvalidWindowError("a window runs from a date to a date; give date(2024, 4, 1), without a time.")
        if self.end_on <= self.start_on:
            raise InvalidWindowError(
                f"a window from {self.start_on} to {self.end_on} holds no day; end_on is the first day after it."
            )

    @classmethod
    def reporting_year(cls, year: int) -> Self:
        """Return the year of the statutory return: ``reporting_year(2025)`` is 1 April 2024 to 31 March 2025.

        Raises:
            InvalidWindowError: The year is not written with four digits.
        """
        if not 1000 <= year <= 9998:
            raise InvalidWindowError(
                f"{year} is no reporting year; name it by the year in which it ends, such as 2025."
            )
        return cls(reporting_year_starts_on(year), reporting_year_starts_on(year + 1))

    @classmethod
    def year_to(cls, day: date) -> Self:
        """Return the year up to a day, that day included, as in "the year to 31 March".

        The windows of one day in following years touch. The year to 28 February 2024 begins on 1 March 2023.

        Raises:
            InvalidWindowError: ``day`` is not a date, or is at the edge of what a date can be.
        """
        if type(day) is not date or not date.min.year + 1 < day.year < date.max.year:
            raise InvalidWindowError("a year runs to a date; give date(2025, 3, 31), without a time.")
        end_on = day + timedelta(days=1)
        is_leap_day = (end_on.month, end_on.day) == (2, 29)
        start_on = date(end_on.year - 1, 3, 1) if is_leap_day else end_on.replace(year=end_on.year - 1)
        return cls(start_on, end_on)

    @property
    def last_on(self) -> date:
        """The last day in it."""
        return self.end_on - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it holds; at least one."""
        return (self.end_on - self.start_on).days

    def __contains__(self, day: date) -> bool:
        return self.start_on <= day < self.end_on

    def overlaps(self, started_on: date, ended_on: date | None) -> bool:
        """Return whether a half-open spell, open while ``ended_on`` is ``None``, has a day in the window."""
        return started_on < self.end_on and (ended_on is None or max(started_on, self.start_on) < ended_on)
