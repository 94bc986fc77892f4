"""Opening hours in real time: one year at a time, as rows that a bisection can search.

A row is one stretch of open time. Three lists of equal length hold, for each row, when it ``opens``, the ``total``
open time before it, and its ``base``: the moment at which it would have opened had the calendar been open ever
since the total was zero, ``opens - total``. So inside a row a moment and its running total are one addition apart.

The last row only marks where the table ends, and has no base. A bisection that finds nothing at or before a moment
gives row -1, which is that same row: one test for a missing base catches both ends.

Each table stands twice: in UTC, and on the wall clock of the calendar's zone, where a moment can be looked up with no
zone conversion. Wall time can be trusted only where no clock change is near: rows near one have no base there, and
whoever asks converts to UTC and asks again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, cycle, islice
from operator import sub
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from relationkit.sla.opening_hours import OpeningHours, Span

__all__ = ["EMPTY", "OpeningTable", "Rows", "YearTable", "compile_year"]

#: ``opens``, ``base`` and ``total`` of each row.
Rows = tuple[list[datetime], list[datetime | None], list[timedelta]]

#: A table in which every question falls off the end.
EMPTY: Final[Rows] = ([], [None], [])

_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta(0)
#: Any moment of these years can be written in any zone.
_FIRST_YEAR, _LAST_YEAR = 2, 9998


@dataclass(frozen=True, slots=True)
class YearTable:
    """The rows of one local year, counted from a total of zero at its start.

    The first row has no length and marks where the year starts; the last marks where it ends.

    Attributes:
        utc: Opening instants in UTC.
        wall: The same on the zone's wall clock.
        totals: Open time of the year before each row; the last is that of the whole year.
        near_clock_change: The rows for which wall time cannot be trusted.
    """

    utc: Sequence[datetime]
    wall: Sequence[datetime]
    totals: Sequence[timedelta]
    near_clock_change: Iterable[int]

    def rows_in_utc(self, earlier: timedelta) -> Rows:
        """Return the rows in UTC; ``earlier`` is the running total at the start of the year."""
        return self._rows(self.utc, earlier, without_base=())

    def rows_on_wall(self, earlier: timedelta) -> Rows:
        """Return the rows on the wall clock; ``earlier`` is the running total at the start of the year."""
        return self._rows(self.wall, earlier, without_base=self.near_clock_change)

    def _rows(self, opens: Sequence[datetime], earlier: timedelta, without_base: Iterable[int]) -> Rows:
        totals = list(map(earlier.__add__, self.totals))
        bases: list[datetime | None] = list(map(sub, opens, totals))
        for row in without_base:
            bases[row] = None
        bases[-1] = None
        return list(opens), bases, totals


#: One day of a zone: its midnight on the wall clock, the same digits in UTC, the zone's offset then and a day later.
_LocalDay = tuple[datetime, datetime, timedelta, timedelta]
#: Opening in UTC, opening on the wall clock, and how long it stays open.
_Period = tuple[datetime, datetime, timedelta]


def compile_year(hours: OpeningHours, differing: Mapping[date, tuple[Span, ...]], year: int) -> YearTable:
    """Return the table of one local year.

    Args:
        hours: The week and its zone.
        differing: The answer of :meth:`~relationkit.sla.opening_hours.OpeningHours.differing_days`.
        year: The year by the zone's wall clock.

    Raises:
        HolidaysNotKnownError: The year is none of those that the set of holidays knows.
        OverflowError: The year cannot be written in every zone.
    """
    if hours.holiday_set is not None:
        hours.holiday_set.require(year)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise OverflowError(f"the year {year} is beyond what a calendar can hold ({_FIRST_YEAR} to {_LAST_YEAR})")
    days, spans = _local_days(hours.zone, year), _spans(hours, differing, year)
    new_year, next_new_year = (datetime(y, 1, 1, tzinfo=hours.zone) for y in (year, year + 1))
    utc, wall, lengths = zip((new_year.astimezone(UTC), new_year, _NOTHING), *_periods(days, spans), strict=True)
    wall += (next_new_year,)
    return YearTable(
        utc=(*utc, next_new_year.astimezone(UTC)),
        wall=wall,
        totals=tuple(accumulate(lengths, initial=_NOTHING)),
        near_clock_change=_near_clock_change(days, wall),
    )


@lru_cache(maxsize=32)  # calendars of one zone share what its clock does
def _local_days(zone: ZoneInfo, year: int) -> list[_LocalDay]:
    length = date(year + 1, 1, 1).toordinal() - date(year, 1, 1).toordinal()
    midnights = [datetime(year, 1, 1, tzinfo=zone) + n * _DAY for n in range(length + 1)]
    nominal = [datetime(year, 1, 1, tzinfo=UTC) + n * _DAY for n in range(length)]
    offsets = [zone.utcoffset(midnight) or _NOTHING for midnight in midnights]
    return list(zip(midnights[:-1], nominal, offsets[:-1], offsets[1:], strict=True))


def _spans(hours: OpeningHours, differing: Mapping[date, tuple[Span, ...]], year: int) -> list[tuple[Span, ...]]:
    """Return the hours of each day of the year, as they are written."""
    new_year = date(year, 1, 1)
    length = date(year + 1, 1, 1).toordinal() - new_year.toordinal()
    spans = list(islice(cycle(hours.week), new_year.weekday(), new_year.weekday() + length))
    for day, others in differing.items():
        if day.year == year:
            spans[day.toordinal() - new_year.toordinal()] = others
    return spans


def _periods(days: Sequence[_LocalDay], spans: Iterable[tuple[Span, ...]]) -> Iterator[_Period]:
    """Yield the open time as it really comes about, oldest first, none overlapping."""
    _, nominal, offset, _ = days[0]
    opens_utc, length = nominal - offset, _NOTHING
    for (midnight, nominal, offset, offset_tomorrow), spans_of_day in zip(days, spans, strict=True):
        if offset == offset_tomorrow:
            for opens, closes in spans_of_day:
                opens_utc, length = nominal + opens - offset, closes - opens
                yield opens_utc, midnight + opens, length
        else:
            closed_until = opens_utc + length
            for period in _periods_about_a_clock_change(midnight, spans_of_day, closed_until):
                opens_utc, _, length = period
                yield period


def _periods_about_a_clock_change(
    midnight: datetime, spans: Iterable[Span], closed_until: datetime
) -> Iterator[_Period]:
    """Yield the open time of a day whose clock changes.

    A skipped time moves later by the gap, and a repeated one is its first pass: what ``fold=0`` means. So a skipped
    hour can swallow a span whole, or push its end past the start of the next one.
    """
    for span in spans:
        starts, ends = ((midnight + time).astimezone(UTC) for time in span)
        starts = max(starts, closed_until)
        if starts < ends:
            yield starts, starts.astimezone(midnight.tzinfo), ends - starts
            closed_until = ends


def _near_clock_change(days: Iterable[_LocalDay], wall: Sequence[datetime]) -> set[int]:
    """Return the rows that last, with the closed time after them, into the days about a clock change.

    The day before counts too: an hour that is repeated at midnight lies on both sides of it. So does the last row,
    which borders on a year not looked at here.
    """
    rows = {len(wall) - 2}
    for midnight, _, offset, offset_tomorrow in days:
        if offset != offset_tomorrow:
            rows.update(range(max(bisect_left(wall, midnight - _DAY) - 1, 0), bisect_right(wall, midnight + _DAY)))
    return rows


class OpeningTable:
    """The rows of all the years that were asked about, without a gap, growing when a question falls off either end.

    Attributes:
        in_utc: The rows in UTC; replaced as a whole when the table grows, never changed.
        on_wall: The same on the zone's wall clock.
    """

    __slots__ = ("_differing", "_growing", "_hours", "_years", "in_utc", "on_wall")

    def __init__(self, hours: OpeningHours) -> None:
        self.in_utc, self.on_wall = EMPTY, EMPTY
        self._hours, self._differing = hours, hours.differing_days()
        self._years = range(0)
        self._growing = Lock()

    def row_at(self, utc: datetime) -> tuple[list[datetime], list[timedelta], int]:
        """Return opening instants, running totals, and the row that is the last to open by ``utc``."""
        with self._growing:
            if not self._years:
                self._start(utc.astimezone(self._hours.zone).year)
            while utc >= self.in_utc[0][-1]:
                self._append_year()
            while utc < self.in_utc[0][0]:
                self._prepend_year()
            opens, _, totals = self.in_utc
        return opens, totals, bisect_right(opens, utc) - 1

    def rows_beyond(self, total: timedelta) -> tuple[list[datetime], list[timedelta]]:
        """Return opening instants and running totals that start no later than ``total`` and go on after it."""
        with self._growing:
            while total >= self.in_utc[2][-1]:
                self._append_year()
            while total < self.in_utc[2][0]:
                self._prepend_year()
            opens, _, totals = self.in_utc
        return opens, totals

    def _start(self, year: int) -> None:
        table = compile_year(self._hours, self._differing, year)
        self._years = range(year, year + 1)
        self.in_utc, self.on_wall = table.rows_in_utc(_NOTHING), table.rows_on_wall(_NOTHING)

    def _append_year(self) -> None:
        table = compile_year(self._hours, self._differing, self._years.stop)
        earlier = self.in_utc[2][-1]
        self._years = range(self._years.start, self._years.stop + 1)
        self.on_wall = _joined(self.on_wall, table.rows_on_wall(earlier))
        self.in_utc = _joined(self.in_utc, table.rows_in_utc(earlier))

    def _prepend_year(self) -> None:
        table = compile_year(self._hours, self._differing, self._years.start - 1)
        earlier = self.in_utc[2][0] - table.totals[-1]
        self._years = range(self._years.start - 1, self._years.stop)
        self.on_wall = _joined(table.rows_on_wall(earlier), self.on_wall)
        self.in_utc = _joined(table.rows_in_utc(earlier), self.in_utc)


def _joined(earlier: Rows, later: Rows) -> Rows:
    """Return two tables as one; the second starts where the first ends."""
    return earlier[0][:-1] + later[0], earlier[1][:-1] + later[1], earlier[2][:-1] + later[2]
