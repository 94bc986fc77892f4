"""How a due time came about, in lines that a worker or a young person can check by hand."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from relationkit.records import LONDON
from relationkit.sla.opening_hours import WEEKDAYS
from relationkit.sla.policies import ResponsePolicy
from relationkit.sla.working_time import WorkingCalendar

__all__ = ["explain_due"]

_DAY: Final = timedelta(days=1)

#: The first line about a moment, then its day, so that the lines of one day can be put in order.
_DatedLine = tuple[date, str]


def explain_due(policy: ResponsePolicy, started_at: datetime, due_at: datetime) -> list[str]:
    """Return the lines: the start, the policy, what each day added or why it added nothing, the due time.

    Times are those of the wall clock in the policy's zone: that of its calendar, or Europe/London.
    """
    zone = LONDON if policy.calendar is None else ZoneInfo(policy.calendar.time_zone)
    start, due = started_at.astimezone(zone), due_at.astimezone(zone)
    days = [start.date() + n * _DAY for n in range((due.date() - start.date()).days + 1)]
    dated = list(_clock_changes(days, zone))
    if policy.calendar is not None:
        dated += _days_that_differ(days, policy.calendar)
        dated += _hours_counted(policy.calendar, start, due, policy.target)
    clock = "elapsed" if policy.calendar is None else "of opening hours"
    return [
        f"Started {_moment(start)}, {zone.key}.",
        f"Policy {policy.name!r}, in force from {policy.in_force_from}: {_amount(policy.target)} {clock}.",
        *_holiday_set(policy.calendar),
        *(f"{day:%a %d %b %Y}: {line}" for day, line in sorted(dated, key=lambda pair: pair[0])),
        f"Due {_moment(due)}; an answer at that moment is still in time.",
    ]


def _holiday_set(calendar: WorkingCalendar | None) -> Iterator[str]:
    if calendar is not None and calendar.holiday_set is not None:
        yield f"Left out: {calendar.holiday_set}."


def _clock_changes(days: Iterable[date], zone: ZoneInfo) -> Iterator[_DatedLine]:
    for day in days:
        midnight = datetime.combine(day, time(), zone)
        moved = (zone.utcoffset(midnight + _DAY) or timedelta()) - (zone.utcoffset(midnight) or timedelta())
        if moved:
            direction = "forward" if moved > timedelta() else "back"
            yield day, f"the clock goes {direction} by {_amount(abs(moved))}; real time is counted."


def _days_that_differ(days: Iterable[date], calendar: WorkingCalendar) -> Iterator[_DatedLine]:
    hours, breaks, shifts = calendar.hours, calendar.breaks, calendar.shifts
    for day in days:
        if day in calendar.holidays and (day in shifts or WEEKDAYS[day.weekday()] in hours):
            yield day, "a holiday, left out."
        elif day not in calendar.holidays:
            if day in shifts:
                yield day, f"other hours than usual: {_spans(shifts[day]) or 'closed'}."
            if day in breaks:
                yield day, f"left out for a break: {_spans(breaks[day])}."


def _hours_counted(
    calendar: WorkingCalendar, start: datetime, due: datetime, target: timedelta
) -> Iterator[_DatedLine]:
    counted = timedelta()
    for day, opens, closes in _by_day(calendar.open_periods(start, due)):
        counted += closes.astimezone(UTC) - opens.astimezone(UTC)
        yield day, f"{_clock(opens, day)} to {_clock(closes, day)} counts, {_amount(counted)} of {_amount(target)}."


def _by_day(periods: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield each period cut at the midnights inside it, with its day."""
    for opens, closes in periods:
        while opens.date() < closes.date() and opens < closes:
            midnight = datetime.combine(opens.date() + _DAY, time(), opens.tzinfo)
            yield opens.date(), opens, midnight
            opens = midnight
        if opens != closes:
            yield opens.date(), opens, closes


def _spans(spans: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{opens} to {closes}" for opens, closes in spans)


def _moment(at: datetime) -> str:
    return f"{at:%a %d %b %Y} {_clock(at, at.date())}"


def _clock(at: datetime, day: date) -> str:
    if at.date() > day:
        return "24:00"
    return at.time().isoformat("auto" if at.second or at.microsecond else "minutes")


def _amount(duration: timedelta) -> str:
    hours, rest = divmod(duration, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", ""]
    if rest or not (hours or minutes):
        parts[2] = f"{rest.total_seconds():g} s"
    return " ".join(part for part in parts if part)
