"""A named set of holidays: where it came from, which years it knows, and what an office changed in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from relationkit.errors import HolidaysNotKnownError

__all__ = ["HolidaySet"]


@dataclass(frozen=True, slots=True)
class HolidaySet:
    """The bank holidays of one nation in some years, with an office's own changes.

    A calendar that is built from one keeps it, and answers nothing about a year outside it: a year whose holidays
    nobody looked up is not a year without holidays. Two sets are equal when all of it is.

    Attributes:
        nation: Whose bank holidays they are.
        years: The years that were looked up.
        source: The library and its version, such as ``"holidays 0.109"``.
        bank_holidays: The days as the source gives them.
        also_closed: Days on which the office is closed as well.
        open_anyway: Bank holidays on which it works.
    """

    nation: str
    years: frozenset[int]
    source: str
    bank_holidays: frozenset[date] = field(repr=False)
    also_closed: frozenset[date] = frozenset()
    open_anyway: frozenset[date] = frozenset()

    @property
    def days(self) -> frozenset[date]:
        """The days on which the office is closed."""
        return self.bank_holidays - self.open_anyway | self.also_closed

    def require(self, year: int) -> None:
        """Do nothing when the year is known.

        Raises:
            HolidaysNotKnownError: It is not, so what falls into it could not be judged.
        """
        if year not in self.years:
            raise HolidaysNotKnownError(self.nation, year, _years(self.years))

    def __str__(self) -> str:
        """Return what identifies the set, in one line: nation, years, source and changes."""
        line = f"bank holidays of {self.nation}, {_years(self.years)}, from {self.source}"
        for label, days in (("also closed", self.also_closed), ("open anyway", self.open_anyway)):
            if days:
                line += f"; {label} {', '.join(day.isoformat() for day in sorted(days))}"
        return line


def _years(years: Iterable[int]) -> str:
    """Return the years in words, with those that follow one another as a stretch."""
    stretches: list[tuple[int, int]] = []
    for year in sorted(years):
        joins = bool(stretches) and stretches[-1][1] == year - 1
        stretches.append((stretches.pop()[0] if joins else year, year))
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in stretches)
