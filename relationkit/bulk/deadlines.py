"""The deadline table: working time and policies, worked out beforehand so that a database need only look up.

For one policy the due time is piecewise linear in the moment of sending: while it is closed the clock has not begun to
run, so every message is due at the same moment; while it is open, a message sent a minute later is due a minute later,
until the amount runs over a closing time and the rest moves to the next opening. So a table of straight pieces says
all that a calendar can say, and a database needs one equality and one range, no time zone and no calendar of its own.

Instants are whole microseconds of UTC, counted from 1970-01-01; days are whole numbers, counted from the same.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, product
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple

from relationkit.bulk.engine import EMBEDDED
from relationkit.bulk.text import DAY_LENGTH
from relationkit.errors import InvalidWindowError, UnreadableSourceError
from relationkit.records import Channel, Role
from relationkit.sla import PolicyBook, ResponsePolicy
from relationkit.sla.working_time import WorkingCalendar

__all__ = ["DAY_LENGTH", "DeadlineTable", "InForce", "Segment", "deadline_table", "instant_number", "write_rows"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


class Segment(NamedTuple):
    """A stretch of sending times over which the due time is one straight line: ``base + slope * sent``.

    Attributes:
        policy_id: The policy's place in ``PolicyBook.policies``, from 0.
        utc_day: The day in UTC in which the whole stretch lies.
        seg_from: Its first microsecond.
        seg_to: The first microsecond after it.
        slope: 1 while the policy's clock runs at sending, 0 while it stands.
        base: The due time itself where the slope is 0; how long after sending where it is 1.
    """

    policy_id: int
    utc_day: int
    seg_from: int
    seg_to: int
    slope: int
    base: int


class InForce(NamedTuple):
    """Which policy holds for one channel and role, over which sending times.

    Attributes:
        policy_id: As in :class:`Segment`.
        policy: The policy's name.
        in_force_from: The day from which that version holds.
        channel: A word of ``Channel``.
        role: A word of ``Role``.
        from_at: The first microsecond at which it holds.
        to_at: The first microsecond at which it no longer does.
    """

    policy_id: int
    policy: str
    in_force_from: date
    channel: str
    role: str
    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class DeadlineTable:
    """When an answer is due, for every policy of a book and every microsecond of some days.

    Attributes:
        policies: The book that it was worked out from.
        first: The first day in UTC on which a message may have been sent.
        last: The last such day.
        segments: Sorted by policy and time; for each policy they neither overlap nor leave a gap over the days on
            which it is in force.
        in_force: Sorted by channel, role and time; for each channel and role they neither overlap nor leave a gap
            from the first day of the book on.
    """

    policies: PolicyBook
    first: date
    last: date
    segments: tuple[Segment, ...]
    in_force: tuple[InForce, ...]

    def write(self, path: str | PathLike[str]) -> None:
        """Write the segments to a Parquet or CSV file, by its ending; an older file is replaced.

        Raises:
            MissingExtraError: The file is Parquet, and DuckDB is not installed.
            UnreadableSourceError: The path ends in neither ``.parquet`` nor ``.csv``.
        """
        write_rows(Segment._fields, self.segments, Path(path))

    def write_policies(self, path: str | PathLike[str]) -> None:
        """Write which policy holds when, for each channel and role, as :meth:`write` does the segments.

        Raises:
            MissingExtraError: The file is Parquet, and DuckDB is not installed.
            UnreadableSourceError: The path ends in neither ``.parquet`` nor ``.csv``.
        """
        write_rows(InForce._fields, self.in_force, Path(path))

    def __repr__(self) -> str:
        """Show what it covers, not its thousands of rows."""
        return f"<DeadlineTable {self.first} to {self.last}, {len(self.segments)} segments of {self.policies}>"


def deadline_table(policies: PolicyBook, first: date, last: date) -> DeadlineTable:
    """Work out when an answer is due, for every moment at which a message may have been sent.

    Calendars come in through the policies: one that counts elapsed hours is a table like any other. An amount used up
    exactly at closing time is due at closing, as :meth:`relationkit.sla.WorkingCalendar.add` has it.

    Args:
        policies: The book to judge by.
        first: The first day, counted in UTC, on which a message may have been sent.
        last: The last such day, included.

    Returns:
        The table; of a policy that is not in force on these days it has no segment.

    Raises:
        HolidaysNotKnownError: A due time reaches into a year that a policy's set of holidays does not know.
        InvalidWindowError: ``last`` is before ``first``.
    """
    if last < first:
        raise InvalidWindowError(f"last ({last}) is before first ({first}). Swap the two days.")
    in_force = tuple(_in_force(policies, _midnight(first), _midnight(last) + DAY_LENGTH))
    segments = [
        segment for policy_id, reach in _reaches(in_force) for segment in _segments(policies.policies, policy_id, reach)
    ]
    return DeadlineTable(policies, first, last, tuple(segments), in_force)


def instant_number(at: datetime) -> int:
    """Return the moment as whole microseconds of UTC, counted from 1970-01-01; negative before it."""
    return (at - _EPOCH) // _TICK


def _moment(number: int) -> datetime:
    return _EPOCH + number * _TICK


def _midnight(day: date) -> int:
    return instant_number(datetime.combine(day, time(), UTC))


# Which policy holds ------------------------------------------------------------------------------------------------


def _in_force(policies: PolicyBook, start: int, end: int) -> Iterator[InForce]:
    """Yield the versions that hold at some moment from ``start`` up to ``end``, cut at those two."""
    places = {id(policy): place for place, policy in enumerate(policies.policies)}
    for channel, role in product(Channel, Role):
        versions = policies.versions(channel, role)
        starts = [max(start, instant_number(at)) for at, _ in versions]
        for (_, policy), from_at, to_at in zip(versions, starts, [*starts[1:], end], strict=True):
            if from_at < min(to_at, end):
                place = places[id(policy)]
                to = min(to_at, end)
                yield InForce(place, policy.name, policy.in_force_from, channel.value, role.value, from_at, to)


def _reaches(in_force: Iterable[InForce]) -> list[tuple[int, tuple[int, int]]]:
    """Return each policy with the whole days in UTC around the times at which it holds for anybody."""
    reach: dict[int, tuple[int, int]] = {}
    for row in in_force:
        first, last = row.from_at // DAY_LENGTH, -(-row.to_at // DAY_LENGTH)
        known = reach.get(row.policy_id, (first, last))
        reach[row.policy_id] = (min(first, known[0]), max(last, known[1]))
    return sorted(reach.items())


# The straight pieces -----------------------------------------------------------------------------------------------

#: From, up to but not including, slope, base.
_Piece = tuple[int, int, int, int]


def _segments(policies: Sequence[ResponsePolicy], policy_id: int, reach: tuple[int, int]) -> Iterator[Segment]:
    policy, (first, last) = policies[policy_id], reach
    start, end, target = first * DAY_LENGTH, last * DAY_LENGTH, policy.target // _TICK
    calendar = policy.calendar
    pieces = [(start, end, 1, target)] if calendar is None else _joined(_pieces(calendar, start, end, target))
    for seg_from, seg_to, slope, base in pieces:
        for utc_day in range(seg_from // DAY_LENGTH, (seg_to - 1) // DAY_LENGTH + 1):
            midnight = utc_day * DAY_LENGTH
            yield Segment(policy_id, utc_day, max(seg_from, midnight), min(seg_to, midnight + DAY_LENGTH), slope, base)


def _pieces(calendar: WorkingCalendar, start: int, end: int, target: int) -> Iterator[_Piece]:
    """Yield the due time of each moment from ``start`` up to ``end``, oldest first, closed and open by turns."""
    periods = _open_periods(calendar, start, end, target)
    totals = list(accumulate((closes - opens for opens, closes in periods), initial=0))
    row, sent = 0, start
    for (opens, closes), total in zip(periods, totals[:-1], strict=True):
        while totals[row + 1] < total + target:
            row += 1
        if sent < opens:
            yield sent, min(opens, end), 0, periods[row][0] + (total + target - totals[row])
        sent = max(sent, opens)
        while sent < min(closes, end):  # a piece for each period into which the amount runs
            last_sent = opens + (totals[row + 1] - target - total)
            if sent <= last_sent:
                piece_to = min(last_sent + 1, closes, end)
                yield sent, piece_to, 1, periods[row][0] - totals[row] + total - opens + target
                sent = piece_to
            else:
                row += 1
        if sent >= end:
            return


def _open_periods(calendar: WorkingCalendar, start: int, end: int, target: int) -> list[tuple[int, int]]:
    """Return the open periods from ``start`` until the amount has passed since the last moment before ``end``."""
    latest_due = calendar.add(_moment(end - 1), target * _TICK)
    periods = calendar.open_periods(_moment(start), latest_due)
    return [(instant_number(opens), instant_number(closes)) for opens, closes in periods]


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield pieces with a single microsecond that lies on the line before it added to that line.

    An amount of whole days gives one at each opening: the opening moment itself is due at closing, like the night
    before it.
    """
    held: _Piece | None = None
    for piece in pieces:
        if held is not None and piece[1] - piece[0] == 1 and _due(held, piece[0]) == _due(piece, piece[0]):
            held = (held[0], piece[1], *held[2:])
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _due(piece: _Piece, sent: int) -> int:
    return piece[3] + piece[2] * sent


# Out ---------------------------------------------------------------------------------------------------------------

#: The types of the columns that are not whole numbers.
_TYPES: Final = {"policy": "VARCHAR", "in_force_from": "DATE", "channel": "VARCHAR", "role": "VARCHAR"}


def write_rows(headings: Sequence[str], rows: Sequence[Sequence[object]], path: Path) -> None:
    """Write rows to a Parquet or CSV file, by its ending; an older file is replaced."""
    ending = path.suffix.lower()
    if ending == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows((headings, *rows))
    elif ending == ".parquet":
        _write_parquet(headings, rows, path)
    else:
        what = f"{ending or 'no ending'} is not a kind of file written here"
        raise UnreadableSourceError(path.name, what, "Give a path that ends in .parquet or .csv")


def _write_parquet(headings: Sequence[str], rows: Sequence[Sequence[object]], path: Path) -> None:
    columns = ", ".join(f"unnest(?::{_TYPES.get(heading, 'BIGINT')}[]) AS {heading}" for heading in headings)
    values = list(map(list, zip(*rows, strict=True))) or [[] for _ in headings]
    with EMBEDDED.connect() as connection:
        connection.execute(f"CREATE TABLE written AS SELECT {columns}", values)
        connection.table("written").write_parquet(str(path))
