"""The file around the entries: its head, London's time zone, and a calendar that makes events only when asked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vDuration

from relationkit.records import LONDON
from relationkit.render.calendar_lines import Entry, EntryCache, EscapedText, entry_lines

__all__ = ["WrittenCalendar", "calendar_of"]

#: How often a subscriber is asked to look again. A hint: Google takes 8 to 24 hours, whatever it says.
REFRESH_HOURS: Final = 6

_END: Final = b"END:VCALENDAR\r\n"


class WrittenCalendar(Calendar):
    """A calendar whose entries are written already.

    As long as nobody looks at its parts, ``to_ical()`` puts the written entries together. Whoever does, through
    ``events``, ``walk()`` or the like, gets events as icalendar reads them from those lines, may change them, and has
    what they changed in the file.
    """

    #: The written entries; ``None`` once they have become events.
    written: tuple[bytes, ...] | None = None

    @property
    def subcomponents(self) -> list[Component]:
        """The time zone and the events."""
        if self.written is not None:
            written, self.written = self.written, None
            self._parts.extend(map(_event, written))
        return self._parts

    @subcomponents.setter
    def subcomponents(self, parts: list[Component]) -> None:
        self._parts = parts

    def to_ical(self, sorted: bool = True) -> bytes:  # noqa: A002, FBT001, FBT002 - icalendar's own signature
        """Return the bytes of the file: UTF-8, CRLF."""
        if self.written is None or not sorted:
            whole: bytes = super().to_ical(sorted)
            return whole
        frame = Calendar(self)
        frame.subcomponents = self._parts
        return bytes(frame.to_ical()).removesuffix(_END) + b"".join(self.written) + _END


def calendar_of(
    entries: Iterable[Entry], *, program: str, feed_name: str | None, cache: EntryCache | None
) -> WrittenCalendar:
    """Return the calendar of the entries, in their order.

    Args:
        entries: One that comes twice is written once.
        program: What stands as the program that wrote the file.
        feed_name: The name of a feed; ``None`` makes a file to open once.
        cache: Where the lines of entries that were written before are; ``None`` writes every one.
    """
    calendar = WrittenCalendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", program)
    calendar.add("CALSCALE", "GREGORIAN")
    if feed_name is not None:
        calendar.add("NAME", feed_name)
        calendar.add("X-WR-CALNAME", feed_name)
        calendar.add("X-PUBLISHED-TTL", f"PT{REFRESH_HOURS}H")
        refresh = vDuration(timedelta(hours=REFRESH_HOURS))
        calendar.add("REFRESH-INTERVAL", refresh, parameters={"VALUE": "DURATION"})  # RFC 7986 5.7 asks for VALUE
    calendar.add_component(_london())
    lines_of = entry_lines if cache is None else cache.lines_of
    calendar.written = tuple(map(lines_of, dict.fromkeys(entries)))
    return calendar


def _event(lines: bytes) -> Component:
    event = Event.from_ical(lines)
    for name in ("SUMMARY", "LOCATION"):
        if name in event:
            event[name] = EscapedText(str(event[name]))
    return event


def _london() -> Timezone:
    """Return London's clock as two yearly rules, the form that all readers agree on."""
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    for part, name, start, before, after, month in (
        (summer, "BST", datetime(1970, 3, 29, 1), 0, 1, 3),  # noqa: DTZ001 - RFC 5545 3.6.5 wants local time here
        (winter, "GMT", datetime(1970, 10, 25, 2), 1, 0, 10),  # noqa: DTZ001 - the same
    ):
        part.add("TZNAME", name)
        part.add("DTSTART", start)
        part.add("TZOFFSETFROM", timedelta(hours=before))
        part.add("TZOFFSETTO", timedelta(hours=after))
        part.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
    london = Timezone()
    london.add("TZID", LONDON.key)
    london.add_component(summer)
    london.add_component(winter)
    return london
