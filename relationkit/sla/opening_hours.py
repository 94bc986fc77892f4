"""Opening hours as people write them: read, checked, and answered for one day at a time.

Hours are wall times of one place. What they come to in real time, clock changes included, is worked out in
:mod:`relationkit.sla.opening_table`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from relationkit.errors import InvalidCalendarError
from relationkit.sla.holiday_sets import HolidaySet

__all__ = ["WEEKDAYS", "OpeningHours", "Span", "WrittenSpans", "read_opening_hours", "written_spans"]

#: The keys of a week of hours, in the order of :meth:`datetime.date.weekday`.
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: Opening and closing, counted on the wall clock from the midnight at which the day begins.
Span = tuple[timedelta, timedelta]
#: Opening and closing as people write them: ``[("09:00", "12:30"), ("13:00", "17:00")]``.
WrittenSpans = Sequence[tuple[str, str]]

_DAY: Final = timedelta(days=1)
_WALL_TIME: Final = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Checked hours: a week, and the dates that differ from it.

    Attributes:
        zone: The place whose wall clock the hours are read on.
        week: Seven tuples of spans, Monday first; each in order, none overlapping; at least one span in all.
        holidays: Dates without any hours.
        breaks: Date and what is taken out of that day's hours, by date.
        shifts: Date and the hours that replace that day's, by date.
        holiday_set: Where the holidays came from and which years it knows; ``None`` for plain dates.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date]
    breaks: tuple[tuple[date, tuple[Span, ...]], ...]
    shifts: tuple[tuple[date, tuple[Span, ...]], ...]
    holiday_set: HolidaySet | None = None

    def differing_days(self) -> dict[date, tuple[Span, ...]]:
        """Return the spans of each date that does not simply follow its weekday.

        A shift replaces the weekday's hours, breaks come off what is left, and a holiday is taken out whole, a
        shift on it included.
        """
        days = dict(self.shifts)
        for day, breaks in self.breaks:
            days[day] = _without(days.get(day, self.week[day.weekday()]), breaks)
        days.update(dict.fromkeys(self.holidays, ()))
        return days


def read_opening_hours(
    hours: Mapping[str, WrittenSpans],
    time_zone: str,
    holidays: Iterable[date] | HolidaySet,
    breaks: Mapping[date, WrittenSpans],
    shifts: Mapping[date, WrittenSpans],
) -> OpeningHours:
    """Return the hours, checked; see :class:`~relationkit.sla.WorkingCalendar` for what each argument means.

    Raises:
        InvalidCalendarError: A weekday, zone, date or time that cannot be; a span that is reversed, empty or
            overlaps another; a week that never opens.
    """
    week = _week(hours)
    if not any(week):
        raise InvalidCalendarError(
            "hours: the week never opens, so no deadline could be found. "
            "Give at least one weekday its hours; shifts only change single dates."
        )
    holiday_set = holidays if isinstance(holidays, HolidaySet) else None
    days = holidays.days if isinstance(holidays, HolidaySet) else holidays
    return OpeningHours(
        zone=_zone(time_zone),
        week=week,
        holidays=frozenset(_a_date(day, "holidays") for day in days),
        breaks=_dated(breaks, "breaks"),
        shifts=_dated(shifts, "shifts"),
        holiday_set=holiday_set,
    )


def written_spans(spans: Iterable[Span]) -> list[tuple[str, str]]:
    """Return spans as people write them, earliest first."""
    return [(_wall(opens), _wall(closes)) for opens, closes in spans]


def _week(hours: Mapping[str, WrittenSpans]) -> tuple[tuple[Span, ...], ...]:
    for weekday in hours:
        if weekday not in WEEKDAYS:
            raise InvalidCalendarError(f"hours: unknown weekday {weekday!r}. Use {', '.join(WEEKDAYS)}.")
    return tuple(_spans(hours.get(weekday, ()), f"hours, {weekday}") for weekday in WEEKDAYS)


def _zone(time_zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError) as error:
        raise InvalidCalendarError(
            f"time_zone: unknown zone {time_zone!r}. Use a name of the IANA database, such as 'Europe/London'."
        ) from error


def _dated(days: Mapping[date, WrittenSpans], where: str) -> tuple[tuple[date, tuple[Span, ...]], ...]:
    return tuple(sorted((_a_date(day, where), _spans(spans, f"{where}, {day}")) for day, spans in days.items()))


def _a_date(day: object, where: str) -> date:
    if isinstance(day, datetime) or not isinstance(day, date):
        raise InvalidCalendarError(f"{where}: {day!r} is not a date. Give dates, such as date(2025, 12, 25).")
    return day


def _spans(written: WrittenSpans, where: str) -> tuple[Span, ...]:
    if isinstance(written, str):
        raise InvalidCalendarError(f'{where}: {written!r} is not a list of pairs. Write [("09:00", "17:00")].')
    spans = sorted(_span(pair, where) for pair in written)
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise InvalidCalendarError(
                f"{where}: two intervals overlap from {_wall(opens)}. Join them, or correct one of their ends."
            )
    return tuple(spans)


def _span(pair: object, where: str) -> Span:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise InvalidCalendarError(f'{where}: {pair!r} is not opening and closing. Write ("09:00", "17:00").')
    opens, closes = (_wall_time(end, where) for end in pair)
    if closes <= opens:
        raise InvalidCalendarError(
            f"{where}: {pair[1]} does not come after {pair[0]}. "
            'Put the earlier time first; end a day at "24:00" and give what follows midnight to the next day.'
        )
    return opens, closes


def _wall_time(written: object, where: str) -> timedelta:
    match = _WALL_TIME.fullmatch(written) if isinstance(written, str) else None
    hours, minutes, seconds, fraction = match.groups() if match else ("", "", "", "")
    if not match or int(minutes) > 59 or int(seconds or 0) > 59:
        raise InvalidCalendarError(f'{where}: {written!r} is not a time of day. Write "09:00", up to "24:00".')
    microseconds = int((fraction or ".0")[1:].ljust(6, "0"))
    time = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0), microseconds=microseconds)
    if time > _DAY:
        raise InvalidCalendarError(f'{where}: {written!r} is past the end of the day. Write at most "24:00".')
    return time


def _wall(time: timedelta) -> str:
    if time == _DAY:
        return "24:00"
    clock = (datetime(1, 1, 1, tzinfo=UTC) + time).time()
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def _without(spans: Iterable[Span], breaks: Iterable[Span]) -> tuple[Span, ...]:
    """Return ``spans`` with every break cut out of them."""
    left = list(spans)
    for starts, ends in breaks:
        pieces = [((opens, min(closes, starts)), (max(opens, ends), closes)) for opens, closes in left]
        left = [(opens, closes) for pair in pieces for opens, closes in pair if opens < closes]
    return tuple(left)
