"""Quiet hours: when a message about a clock waits before it is sent. The clock itself never waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from relationkit.errors import InvalidCalendarError
from relationkit.sla.opening_hours import WEEKDAYS
from relationkit.sla.working_time import WorkingCalendar

__all__ = ["QuietHours"]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nothing is sent: whenever a calendar of sending hours is closed.

    What falls due in quiet hours is sent when they end. They move no due time and stop no clock.

    Attributes:
        sending: Open whenever sending is allowed. ``QuietHours(office)`` is quiet at night, at weekends and on bank
            holidays; :meth:`daily` is quiet at the same hours every day.
    """

    sending: WorkingCalendar

    @classmethod
    def daily(cls, starts: str, ends: str, *, time_zone: str = "Europe/London") -> Self:
        """Return quiet hours of every day, such as ``QuietHours.daily("20:00", "08:00")``.

        Args:
            starts: From when it is quiet, on the wall clock: ``"20:00"``. At that very moment it is.
            ends: Until when; at that very moment sending is allowed again. Before ``starts`` it is the next day's.
            time_zone: IANA name of the zone on whose wall clock both are read, in summer and in winter.

        Raises:
            InvalidCalendarError: A time or zone that cannot be, or quiet hours that never start or never end.
        """
        quiet = (starts, ends) if starts < ends else (ends, starts)
        spans = [("00:00", quiet[0]), (quiet[1], "24:00")] if starts < ends else [quiet]
        allowed = [(opens, closes) for opens, closes in spans if opens != closes]
        if allowed in ([], [("00:00", "24:00")]):
            raise InvalidCalendarError(
                f"quiet hours from {starts} to {ends} never start or never end. "
                'Give two times, such as "20:00" and "08:00", or none for no quiet hours.'
            )
        return cls(WorkingCalendar(dict.fromkeys(WEEKDAYS, allowed), time_zone))

    def is_quiet(self, at: datetime) -> bool:
        """Return whether nothing may be sent at that moment; ``at`` is aware."""
        return not self.sending.is_open(at)

    def send_from(self, at: datetime) -> datetime:
        """Return the first moment from ``at`` on at which sending is allowed: ``at`` itself, unless it is quiet."""
        return self.sending.next_opening(at)
