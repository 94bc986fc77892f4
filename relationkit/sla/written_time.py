"""Amounts of time as people write them: ``"72h"``, ``"1 h 30 min"``, ``"-24 hours"``, ``"3 working days"``."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from relationkit.sla.working_time import WorkingCalendar

__all__ = ["even_working_day", "read_time"]

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

#: What each unit comes to. A bare day is the clock's 24 hours, so it only stands where elapsed time is counted.
_UNITS: Final = {
    "min": timedelta(minutes=1),
    "minute": timedelta(minutes=1),
    "h": _HOUR,
    "hour": _HOUR,
    "working hour": _HOUR,
    "day": _DAY,
}

#: Beyond this an amount is a slip, and would overflow sums of dates: a hundred years.
_LONGEST: Final = timedelta(days=36_525)

_PART: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*(working\s+days?|working\s+hours?|days?|hours?|h|minutes?|min)\b")
_MONDAY: Final = datetime(2024, 1, 1, tzinfo=UTC)


def read_time(written: object, *, has_calendar: bool, working_day: timedelta | None) -> timedelta:
    """Return the amount of time that the text says.

    Minutes and hours are counted on the policy's own clock: elapsed, or open on its calendar. A bare day is 24 hours
    that pass, and is refused beside a calendar, where nobody could say which of 24 hours or one opening is meant. A
    working day is ``working_day`` of open time: "2 working days" from Thursday at three, on days of eight hours, end on
    Monday at three, and a half day counts for half.

    Args:
        written: Parts such as ``"1 h 30 min"``, a minus before all of them for earlier.
        has_calendar: Whether the amount is counted on a calendar.
        working_day: How much open time a working day stands for; ``None`` when the calendar does not tell.

    Raises:
        ValueError: What is wrong, a semicolon, and what to do.
    """
    text = written.strip().lower() if isinstance(written, str) else ""
    amounts = text.removeprefix("-")
    parts = _PART.findall(amounts)
    if not parts or _PART.sub("", amounts).strip(" ,"):
        raise ValueError('is not an amount of time; write "72h", "90 min", "1 h 30 min" or "3 working days"')
    units = [re.sub(r"\s+", " ", unit).removesuffix("s") for _, unit in parts]
    lengths = [_length(unit, has_calendar=has_calendar, working_day=working_day) for unit in units]
    amount = sum((float(number) * length for (number, _), length in zip(parts, lengths, strict=True)), timedelta())
    if amount > _LONGEST:
        raise ValueError("is more than a hundred years; check the number")
    return amount if amounts == text else -amount


def _length(unit: str, *, has_calendar: bool, working_day: timedelta | None) -> timedelta:
    if unit.startswith("working") and not has_calendar:
        raise ValueError("counts working time without a calendar; name the policy's calendar, or write hours")
    if unit == "day" and has_calendar:
        raise ValueError(
            'says days on a calendar, which could be 24 hours or one opening; write "working days" or hours'
        )
    if unit == "working day":
        if working_day is None:
            raise ValueError(
                "counts working days on a calendar whose weekdays are not equally long; "
                'say in the calendar what one comes to, such as working_day = "8h", or write hours'
            )
        return working_day
    return _UNITS[unit]


def even_working_day(calendar: WorkingCalendar) -> timedelta | None:
    """Return how long the calendar is open on a weekday, if on each open weekday the same; ``None`` if not."""
    lengths = {
        WorkingCalendar({weekday: spans}, "UTC").between(_MONDAY, _MONDAY + 7 * _DAY)
        for weekday, spans in calendar.hours.items()
    }
    return lengths.pop() if len(lengths) == 1 else None
