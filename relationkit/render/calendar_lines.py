"""One entry of a calendar, and its lines in the file.

An :class:`Entry` is everything that the lines say and nothing else, so that equal entries have equal lines: that is
what :class:`EntryCache` stands on. Lines come in the order in which icalendar writes them.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from icalendar.parser import Contentline
from icalendar.prop import vRecur, vText

from relationkit.records import LONDON

__all__ = ["Entry", "EntryCache", "EscapedText", "entry_lines"]

#: The longest line that needs no folding, in octets (RFC 5545, 3.1).
_LONGEST_LINE: Final = 75


class Entry(NamedTuple):
    """What one entry says.

    Attributes:
        uid: The same for the life of what it stands for.
        stamp: When it last changed, in UTC.
        is_stamp_known: Whether the record itself told so; then it is written as the last change too.
        sequence: One higher for each real change.
        starts: A day, or a moment in London's time or in UTC.
        ends: Of the same kind: the first day after, or the moment.
        summary: One line.
        is_cancelled: Whether it does not take place.
        is_busy: Whether it takes up the reader's time.
        place: One line; ``None`` leaves it out.
        repeats: A recurrence rule with its ``UNTIL`` in UTC; ``None`` for a single entry.
        left_out: Starts of a repeating entry that do not take place, in London's time.
        in_place_of: The start, in London's time, of the one of a series that this one stands for.
    """

    uid: str
    stamp: datetime
    is_stamp_known: bool
    sequence: int
    starts: datetime | date
    ends: datetime | date
    summary: str
    is_cancelled: bool = False
    is_busy: bool = True
    place: str | None = None
    repeats: str | None = None
    left_out: tuple[datetime, ...] = ()
    in_place_of: datetime | None = None


class EntryCache:
    """Remembers the lines of entries, so that a calendar that is written again pays only for what changed.

    One cache serves any number of calendars and threads. It holds what the files say: keep it in memory only.

    Args:
        most_entries: How many it keeps; those not used for longest go first. An entry takes about a kilobyte.
    """

    def __init__(self, most_entries: int = 100_000) -> None:
        self.lines_of = lru_cache(maxsize=most_entries)(entry_lines)

    def __repr__(self) -> str:
        return f"EntryCache({self.lines_of.cache_info().currsize} entries)"


class EscapedText(vText):
    r"""Text escaped as RFC 5545 3.3.11 says; the library's own writes the ``\N`` of a path as ``\n``.

    A program that writes the file again with that library still does. No other escape would help: there is only one.
    """

    def to_ical(self) -> bytes:
        """Return the escaped text; line breaks were refused before."""
        return _escaped(self).encode()


def entry_lines(entry: Entry) -> bytes:
    """Return the ``VEVENT`` of an entry: UTF-8, lines of at most 75 octets, each ended by CRLF."""
    return b"".join(map(_folded, _lines(entry)))


def _lines(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{_escaped(entry.summary)}"
    yield f"DTSTART{_when(entry.starts)}"
    yield f"DTEND{_when(entry.ends)}"
    yield f"DTSTAMP{_when(entry.stamp)}"
    yield f"UID:{entry.uid}"
    if entry.in_place_of is not None:
        yield f"RECURRENCE-ID{_when(entry.in_place_of)}"
    yield f"SEQUENCE:{entry.sequence}"
    if entry.repeats is not None:
        yield f"RRULE:{vRecur.from_ical(entry.repeats).to_ical().decode()}"
    for start in entry.left_out:
        yield f"EXDATE{_when(start)}"
    if entry.is_stamp_known:
        yield f"LAST-MODIFIED{_when(entry.stamp)}"
    if entry.place is not None:
        yield f"LOCATION:{_escaped(entry.place)}"
    yield "STATUS:CANCELLED" if entry.is_cancelled else "STATUS:CONFIRMED"
    yield "TRANSP:OPAQUE" if entry.is_busy else "TRANSP:TRANSPARENT"
    if not entry.is_busy:
        yield "X-MICROSOFT-CDO-BUSYSTATUS:FREE"  # desktop Outlook does not look at TRANSP
    yield "END:VEVENT"


def _when(at: datetime | date) -> str:
    """Return the value with the parameter it needs: a day, a moment of UTC, or one of London's clock."""
    if not isinstance(at, datetime):
        return f";VALUE=DATE:{at:%Y%m%d}"
    if at.tzinfo is UTC:
        return f":{at:%Y%m%dT%H%M%S}Z"
    return f";TZID={LONDON.key}:{at:%Y%m%dT%H%M%S}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _folded(line: str) -> bytes:
    raw = line.encode()
    if len(raw) <= _LONGEST_LINE:
        return raw + b"\r\n"
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]  # icalendar leaves it without types
    return folded + b"\r\n"
