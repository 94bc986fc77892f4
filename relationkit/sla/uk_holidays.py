"""Office calendars with the bank holidays of one nation of the United Kingdom."""

from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

from relationkit.errors import InvalidCalendarError, MissingExtraError
from relationkit.sla.holiday_sets import HolidaySet
from relationkit.sla.opening_hours import WrittenSpans
from relationkit.sla.working_time import WorkingCalendar

__all__ = ["HOLIDAY_YEARS", "NATIONS", "OFFICE_HOURS", "bank_holiday_set", "uk_calendar"]

#: The nations and the code that the ``holidays`` library gives each. "UK" alone is none of them: the nations differ
#: by Easter Monday, 2 January, 12 July, the day in August and others.
NATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}
)

#: The years whose bank holidays a calendar takes unless told otherwise; 2100 is the last that ``holidays`` can give.
#: Days that have not been announced yet follow the standing rule, and one-off days come with the library's releases.
HOLIDAY_YEARS: Final = range(1990, 2101)

#: Monday to Friday, 09:00 to 17:00: common council office hours, and an assumption like any default.
OFFICE_HOURS: Final[Mapping[str, WrittenSpans]] = MappingProxyType(
    dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "17:00"),))
)

_NO_DAYS: Final[Mapping[date, WrittenSpans]] = MappingProxyType({})


def bank_holiday_set(
    nation: str,
    years: Iterable[int] = HOLIDAY_YEARS,
    *,
    also_closed: Iterable[date] = (),
    open_anyway: Iterable[date] = (),
) -> HolidaySet:
    """Return the bank holidays of a nation: substitute days and one-off days included, local holidays not.

    The source is the ``holidays`` library. A test compares its weekdays with GOV.UK's published lists for 2012 to
    2028: they are the same, but for 15 June 2026 in Scotland, a single bank holiday proclaimed for the World Cup after
    the lists were taken. Where a holiday falls on a weekend, the day itself is left out beside its substitute.

    Args:
        nation: ``"England"``, ``"Wales"``, ``"Scotland"`` or ``"Northern Ireland"``.
        years: Which years, at least one and none after 2100.
        also_closed: Other days on which the office is closed, such as a local holiday in Scotland.
        open_anyway: Bank holidays of these years on which the office works.

    Raises:
        InvalidCalendarError: Not one of the four nations, no year, a year that the library cannot give, or a day of
            ``open_anyway`` that is no bank holiday.
        MissingExtraError: The extra ``[holidays]`` is not installed.
    """
    if nation not in NATIONS:
        raise InvalidCalendarError(f"unknown nation {nation!r}. Use one of {', '.join(NATIONS)}.")
    days, source = _looked_up(nation, known := frozenset(years))
    kept = frozenset(open_anyway)
    if strangers := sorted(kept - days):
        raise InvalidCalendarError(
            f"open_anyway: {strangers[0]} is no bank holiday of {nation} in the years asked for. "
            "Correct the day, or leave it out."
        )
    return HolidaySet(nation, known, source, days, frozenset(also_closed), kept)


def _looked_up(nation: str, years: frozenset[int]) -> tuple[frozenset[date], str]:
    """Return the library's days and its name with its version."""
    try:
        import holidays
    except ImportError as error:
        raise MissingExtraError("uk_calendar", extra="holidays") from error
    days = holidays.country_holidays("GB", subdiv=NATIONS[nation], years=years)
    if not years or min(years) < days.start_year or max(years) > days.end_year:
        raise InvalidCalendarError(
            f"years: bank holidays are known for {days.start_year} to {days.end_year}. "
            "Ask for years among these, at least one."
        )
    return frozenset(days), f"holidays {version('holidays')}"


def uk_calendar(
    nation: str,
    hours: Mapping[str, WrittenSpans] = OFFICE_HOURS,
    years: Iterable[int] = HOLIDAY_YEARS,
    *,
    breaks: Mapping[date, WrittenSpans] = _NO_DAYS,
    shifts: Mapping[date, WrittenSpans] = _NO_DAYS,
    also_closed: Iterable[date] = (),
    open_anyway: Iterable[date] = (),
) -> WorkingCalendar:
    """Return a calendar in London time that is closed on the bank holidays of a nation.

    The calendar keeps where its holidays came from (:attr:`WorkingCalendar.holiday_set
    <relationkit.sla.WorkingCalendar.holiday_set>`), and so does every clock that is counted on it. What reaches
    into a year that was not asked for could not be judged, and is refused rather than counted without holidays.

    Args:
        nation: ``"England"``, ``"Wales"``, ``"Scotland"`` or ``"Northern Ireland"``; there is no default.
        hours: As for :class:`~relationkit.sla.WorkingCalendar`.
        years: The years whose bank holidays are looked up.
        breaks: As for :class:`~relationkit.sla.WorkingCalendar`.
        shifts: As for :class:`~relationkit.sla.WorkingCalendar`.
        also_closed: Other days on which the office is closed, such as a local holiday in Scotland.
        open_anyway: Bank holidays on which the office works.

    Raises:
        InvalidCalendarError: Not one of the four nations, years that cannot be given, a day of ``open_anyway`` that
            is no bank holiday, or hours that cannot be.
        MissingExtraError: The extra ``[holidays]`` is not installed.
    """
    holidays = bank_holiday_set(nation, years, also_closed=also_closed, open_anyway=open_anyway)
    return WorkingCalendar(hours, "Europe/London", holidays, breaks, shifts)
