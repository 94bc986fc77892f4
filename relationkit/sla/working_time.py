"""Working time: how much of the time between two moments is open, and when so much open time has passed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from relationkit.errors import NaiveMomentError
from relationkit.sla.holiday_sets import HolidaySet
from relationkit.sla.opening_hours import WEEKDAYS, OpeningHours, WrittenSpans, read_opening_hours, written_spans
from relationkit.sla.opening_table import EMPTY, OpeningTable, Rows

__all__ = ["WorkingCalendar"]

_NOTHING: Final = timedelta(0)
_NO_DAYS: Final[Mapping[date, WrittenSpans]] = MappingProxyType({})


class WorkingCalendar:
    """Opening hours of one place, with sums in real open time, exact to the microsecond.

    Open time is half-open: at the opening moment it is open, at the closing moment it no longer is. Hours are wall
    times of ``time_zone``. A time that the clock skips moves later by the gap; a time that it repeats is its first
    pass; from there on everything is counted in real elapsed time. Moments go in aware, in any zone, and come back
    in the zone they came in; naive ones are refused with :class:`~relationkit.errors.NaiveMomentError`.

    A calendar never changes, and two with the same hours and holidays are equal. Years are worked out when they are
    first asked about, and kept; from then on the cost of a sum does not grow with its length. A sum that leaves the
    years that a ``datetime`` can hold raises ``OverflowError``, as adding to a ``datetime`` does.

    Args:
        hours: Weekday, ``"mon"`` to ``"sun"``, to pairs of opening and closing, ``[("09:00", "12:30"), ("13:00",
            "17:00")]``, in any order; ``"24:00"`` ends a day. A weekday left out is closed.
        time_zone: IANA name of the zone on whose wall clock the hours are read.
        holidays: Dates in that zone taken out whole, with any shift on them; or a set that knows its source, and then
            a question that reaches into a year outside the set, up to its first moment, is refused with
            :class:`~relationkit.errors.HolidaysNotKnownError`: it could not be judged.
        breaks: Date to the pairs taken out of that day's hours.
        shifts: Date to the pairs that replace that day's hours; an empty list closes it.

    Raises:
        InvalidCalendarError: An unknown weekday or zone, a time that cannot be, pairs that are reversed, doubled or
            overlap, or a week that never opens.
    """

    __slots__ = ("_hours", "_table", "_zone")
    _hours: OpeningHours
    _table: OpeningTable  # grows as years are asked about; what it answers never changes
    _zone: ZoneInfo

    def __init__(
        self,
        hours: Mapping[str, WrittenSpans],
        time_zone: str = "Europe/London",
        holidays: Iterable[date] | HolidaySet = frozenset(),
        breaks: Mapping[date, WrittenSpans] = _NO_DAYS,
        shifts: Mapping[date, WrittenSpans] = _NO_DAYS,
    ) -> None:
        read = read_opening_hours(hours, time_zone, holidays, breaks, shifts)
        for name, value in (("_hours", read), ("_zone", read.zone), ("_table", OpeningTable(read))):
            object.__setattr__(self, name, value)

    # What was written ------------------------------------------------------------------------------------------

    @property
    def hours(self) -> dict[str, WrittenSpans]:
        """The week: each open weekday and its pairs, earliest first."""
        week = zip(WEEKDAYS, self._hours.week, strict=True)
        return {weekday: written_spans(spans) for weekday, spans in week if spans}

    @property
    def time_zone(self) -> str:
        """The IANA name of the zone on whose wall clock the hours are read."""
        return self._zone.key

    @property
    def holidays(self) -> frozenset[date]:
        """The dates taken out whole."""
        return self._hours.holidays

    @property
    def holiday_set(self) -> HolidaySet | None:
        """Where the holidays came from, which years it knows, and what was changed; ``None`` for plain dates."""
        return self._hours.holiday_set

    @property
    def breaks(self) -> dict[date, WrittenSpans]:
        """Each date with a break and what is taken out of it, oldest first."""
        return {day: written_spans(spans) for day, spans in self._hours.breaks}

    @property
    def shifts(self) -> dict[date, WrittenSpans]:
        """Each date whose hours are replaced and the hours it has, oldest first."""
        return {day: written_spans(spans) for day, spans in self._hours.shifts}

    # Questions -------------------------------------------------------------------------------------------------

    def add(self, at: datetime, duration: timedelta) -> datetime:
        """Return the earliest moment by which ``duration`` of open time has passed since ``at``.

        An amount used up exactly at closing time ends at the closing moment, not at the next opening. Zero returns
        ``at`` itself, open or not; a negative amount subtracts.
        """
        zone = at.tzinfo
        opens, bases, totals = (
            self._table.in_utc if zone is UTC else self._table.on_wall if zone is self._zone else EMPTY
        )
        row = bisect_right(opens, at) - 1
        base = bases[row]
        if base is not None and duration > _NOTHING:
            total, closing = at - base, totals[row + 1]
            target = (closing if closing < total else total) + duration  # noqa: FURB136 - as in _total
            base = bases[bisect_left(totals, target, row) - 1]
            if base is not None:
                return base + target
        return self._add_with_care(at, duration)

    def subtract(self, at: datetime, duration: timedelta) -> datetime:
        """Return the latest moment from which ``duration`` of open time passes until ``at``.

        The mirror of :meth:`add`: an amount used up exactly at opening time ends at the opening moment. Zero returns
        ``at`` itself; a negative amount adds.
        """
        zone = at.tzinfo
        rows = self._table.in_utc if zone is UTC else self._table.on_wall if zone is self._zone else EMPTY
        total = _total(rows, at)
        if total is not None and duration > _NOTHING:
            _, bases, totals = rows
            base = bases[bisect_right(totals, total - duration) - 1]
            if base is not None:
                return base + (total - duration)
        return self._subtract_with_care(at, duration)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Return the open time from ``a`` to ``b``; negative when ``b`` is the earlier one.

        It is additive: ``between(a, c) == between(a, b) + between(b, c)``, in whatever order the three come.
        """
        zone = a.tzinfo
        if zone is b.tzinfo:  # _total twice, written out: a call costs as much as its sums
            opens, bases, totals = (
                self._table.in_utc if zone is UTC else self._table.on_wall if zone is self._zone else EMPTY
            )
            row_a, row_b = bisect_right(opens, a) - 1, bisect_right(opens, b) - 1
            base_a, base_b = bases[row_a], bases[row_b]
            if base_a is not None and base_b is not None:
                total_a, total_b = a - base_a, b - base_b
                closing_a, closing_b = totals[row_a + 1], totals[row_b + 1]
                total_a = closing_a if closing_a < total_a else total_a  # noqa: FURB136 - as in _total
                total_b = closing_b if closing_b < total_b else total_b  # noqa: FURB136 - as in _total
                return total_b - total_a
        return self._total_at(b) - self._total_at(a)

    def is_open(self, at: datetime) -> bool:
        """Return whether it is open at ``at``: the opening moment is, the closing moment is not."""
        utc = _utc(at)
        opens, totals, row = self._table.row_at(utc)
        return utc - opens[row] < totals[row + 1] - totals[row]

    def next_opening(self, at: datetime) -> datetime:
        """Return the first open moment from ``at`` on: ``at`` itself while open, else the next opening."""
        if self.is_open(at):
            return at
        total = self._total_at(at)
        opens, totals = self._table.rows_beyond(total)
        return opens[bisect_right(totals, total) - 1].astimezone(at.tzinfo)

    def open_periods(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return when it is open from ``start`` up to ``end``: pairs of opening and closing, oldest first.

        Periods are cut at ``start`` and ``end``, and those that touch at midnight are one. They are in the zone of
        ``start``. Empty when it is closed all the while, or when ``end`` is not after ``start``.
        """
        utc, until = _utc(start), _utc(end)
        if until <= utc:
            return []
        self._table.row_at(until)
        opens, totals, row = self._table.row_at(utc)
        periods: list[tuple[datetime, datetime]] = []
        while opens[row] < until:
            starts, ends = max(opens[row], utc), min(opens[row] + (totals[row + 1] - totals[row]), until)
            if starts < ends:
                joins = bool(periods) and periods[-1][1] == starts
                periods.append((periods.pop()[0] if joins else starts, ends))
            row += 1
        return [(starts.astimezone(start.tzinfo), ends.astimezone(start.tzinfo)) for starts, ends in periods]

    # Where the table ends, or wall time cannot be trusted -------------------------------------------------------

    def _add_with_care(self, at: datetime, duration: timedelta) -> datetime:
        utc = _utc(at)
        if duration <= _NOTHING:
            return self.subtract(at, -duration) if duration else at
        _ = utc + duration  # open time is never more than elapsed time, so this overflows before years are compiled
        target = self._total_at(utc) + duration
        opens, totals = self._table.rows_beyond(target)
        row = bisect_left(totals, target) - 1
        return (opens[row] + (target - totals[row])).astimezone(at.tzinfo)

    def _subtract_with_care(self, at: datetime, duration: timedelta) -> datetime:
        utc = _utc(at)
        if duration <= _NOTHING:
            return self.add(at, -duration) if duration else at
        _ = utc - duration
        target = self._total_at(utc) - duration
        opens, totals = self._table.rows_beyond(target)
        row = bisect_right(totals, target) - 1
        return (opens[row] + (target - totals[row])).astimezone(at.tzinfo)

    def _total_at(self, at: datetime) -> timedelta:
        utc = _utc(at)
        opens, totals, row = self._table.row_at(utc)
        return min(totals[row] + (utc - opens[row]), totals[row + 1])

    # A value like any other --------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a calendar never changes, so {name!r} cannot be set; build another one")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a calendar never changes, so {name!r} cannot be deleted; build another one")

    def __eq__(self, other: object) -> bool:
        return self._hours == other._hours if isinstance(other, WorkingCalendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._hours)

    def __reduce__(self) -> tuple[type["WorkingCalendar"], tuple[object, ...]]:
        """Pickle what was written; the years are worked out again when asked about."""
        holidays = self.holiday_set or self.holidays
        return WorkingCalendar, (self.hours, self.time_zone, holidays, self.breaks, self.shifts)

    def __repr__(self) -> str:
        dates = f"{len(self.holidays)} holidays, {len(self.breaks)} breaks, {len(self.shifts)} shifts"
        return f"<WorkingCalendar {self.hours} {self.time_zone}, {dates}>"


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise NaiveMomentError(repr(at))
    return at.astimezone(UTC)


def _total(rows: Rows, at: datetime) -> timedelta | None:
    """Return the running total at a moment of the rows' own zone; ``None`` where they cannot tell."""
    opens, bases, totals = rows
    row = bisect_right(opens, at) - 1
    base = bases[row]
    if base is None:
        return None
    total, closing = at - base, totals[row + 1]
    return closing if closing < total else total  # noqa: FURB136 - min() costs a call, and this is the inner loop
