"""Office calendars with the bank holidays of one nation of the United Kingdom."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from relationkit.errors import InvalidCalendarError, MissingExtraError
from relationkit.sla.opening_hours import WrittenSpans
from relationkit.sla.working_time import WorkingCalendar

__all__ = ["HOLIDAY_YEARS", "NATIONS", "OFFICE_HOURS", "bank_holidays", "uk_calendar"]

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


def bank_holidays(nation: str, years: Iterable[int] = HOLIDAY_YEARS) -> frozenset[date]:
    """Return the bank holidays of a nation: substitute days and one-off days included, local holidays not.

    The source is the ``holidays`` library, which was compared with the lists of GOV.UK for 2012 to 2028.

    Args:
        nation: ``"England"``, ``"Wales"``, ``"Scotland"`` or ``"Northern Ireland"``.
        years: Which years, none after 2100.

    Raises:
        InvalidCalendarError: Not one of the four nations, or a year that the library cannot give.
        MissingExtraError: The extra ``[holidays]`` is not installed.
    """
    if nation not in NATIONS:
        raise InvalidCalendarError(f"unknown nation {nation!r}. Use one of {', '.join(NATIONS)}.")
    try:
        import holidays
    except ImportError as error:
        raise MissingExtraError("uk_calendar", extra="holidays") from error
    days = holidays.country_holidays("GB", subdiv=NATIONS[nation], years=(wanted := set(years)))
    if any(year < days.start_year or year > days.end_year for year in wanted):
        raise InvalidCalendarError(
            f"years: bank holidays are known for {days.start_year} to {days.end_year}. Ask for years among these."
        )
    return frozenset(days)


def uk_calendar(
    nation: str,
    *,
    hours: Mapping[str, WrittenSpans] = OFFICE_HOURS,
    years: Iterable[int] | None = None,
    breaks: Mapping[date, WrittenSpans] = _NO_DAYS,
    shifts: Mapping[date, WrittenSpans] = _NO_DAYS,
    also_closed: Iterable[date] = (),
    open_anyway: Iterable[date] = (),
) -> WorkingCalendar:
    """Return a calendar in London time that is closed on the bank holidays of a nation.

    Args:
        nation: ``"England"``, ``"Wales"``, ``"Scotland"`` or ``"Northern Ireland"``; there is no default.
        hours: As for :class:`~relationkit.sla.WorkingCalendar`.
        years: The years whose bank holidays are left out; ``None`` for :data:`HOLIDAY_YEARS`. Outside them only
            ``also_closed`` is left out.
        breaks: As for :class:`~relationkit.sla.WorkingCalendar`.
        shifts: As for :class:`~relationkit.sla.WorkingCalendar`.
        also_closed: Other days on which the office is closed, such as a local holiday in Scotland.
        open_anyway: Bank holidays on which the office works.

    Raises:
        InvalidCalendarError: Not one of the four nations, or hours that cannot be.
        MissingExtraError: The extra ``[holidays]`` is not installed.
    """
    days = bank_holidays(nation, HOLIDAY_YEARS if years is None else years)
    holidays = days.difference(open_anyway).union(also_closed)
    return WorkingCalendar(hours, "Europe/London", holidays, breaks, shifts)
