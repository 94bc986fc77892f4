"""How the law counts days: working days, calendar months, and the end of a first year.

A working day is a Monday to Friday that is not a bank holiday, Christmas Day or Good Friday; which days those are comes
in as ``closed_on`` (the ``holidays`` of :func:`relationkit.sla.uk_calendar` are those of a nation).
"""

from calendar import monthrange
from collections.abc import Container
from datetime import date, timedelta
from typing import Final

__all__ = ["months_after", "working_day_from"]

_SATURDAY: Final = 5


def months_after(day: date, months: int) -> date:
    """Return the same date in a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    _, last = monthrange(day.year + years, month + 1)
    return date(day.year + years, month + 1, min(day.day, last))


def working_day_from(day: date, count: int, *, closed_on: Container[date]) -> date:
    """Return the working day that lies ``count`` working days after ``day``, or before it where ``count`` is negative.

    The day itself is day 0, whether or not anybody works on it; 0 gives it back as it is.

    Args:
        day: In Europe/London.
        count: How many working days, within a few hundred.
        closed_on: The days other than Saturdays and Sundays on which nobody works.
    """
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        if day.weekday() < _SATURDAY and day not in closed_on:
            left -= 1
    return day
