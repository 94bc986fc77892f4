"""A calendar as one page for a phone: what the file says, day by day, before it is put on the phone or instead of it.

It is drawn from the calendar alone, so that it cannot say more than the file does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from dateutil.rrule import rrulestr
from icalendar import Calendar

from relationkit.dates_in_words import MONTHS, WEEKDAYS
from relationkit.errors import NaiveMomentError
from relationkit.records import LONDON
from relationkit.render.calendar_titles import CALENDAR_NAMES, language_of
from relationkit.render.html import render_page, safe_action

__all__ = ["render_calendar_page"]

#: How far ahead sessions that repeat are listed; a single one is listed however far it is. Ours.
REPEATS_AHEAD: Final = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class _CalendarWording:
    """The words around the entries, in one language."""

    nothing: str
    subscribe: str
    all_day: str
    until: str
    printed: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]

    def day(self, day: date) -> str:
        return f"{self.weekdays[day.weekday()]} {day.day} {self.months[day.month - 1]}"


_WORDING: Final[Mapping[str, _CalendarWording]] = {
    "en": _CalendarWording(
        nothing="Nothing is planned.",
        subscribe="Put it on my phone",
        all_day="All day",
        until="until {day}",
        printed="As it was on {day}.",
        weekdays=WEEKDAYS["en"],
        months=MONTHS["en"],
    ),
    "cy": _CalendarWording(
        nothing="Does dim wedi'i gynllunio.",
        subscribe="Rhoi hwn ar fy ffôn",
        all_day="Trwy'r dydd",
        until="tan {day}",
        printed="Fel yr oedd ar {day}.",
        weekdays=tuple(f"dydd {name}" for name in WEEKDAYS["cy"]),
        months=MONTHS["cy"],
    ),
}


class _Line(NamedTuple):
    """One entry as the page shows it, in London's time; a whole day starts at midnight, and ``ends`` is exclusive."""

    starts: datetime
    ends: datetime
    is_all_day: bool
    title: str
    place: str
    is_cancelled: bool


def render_calendar_page(calendar: Calendar, *, now: datetime, language: str = "en", feed: str | None = None) -> str:
    """Return what a calendar says from ``now`` on as one HTML page, by day, the next first.

    Args:
        calendar: What :func:`~relationkit.render.visit_calendar` or :func:`~relationkit.render.team_calendar` returns.
            Entries that are over are left out; those that repeat are listed for eight weeks.
        now: An aware moment.
        language: ``"en"`` or ``"cy"`` for the words around the entries; other languages read English.
        feed: The address of the file, ``https`` or a path, for a link that puts it on the phone; ``None`` for none.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
        NaiveMomentError: ``now`` has no time zone.
        RenderError: ``feed`` is no such address.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    at, shown = now.astimezone(LONDON), language_of(None, language)
    words = _WORDING[shown]
    lines = sorted(line for line in _lines(calendar, at) if line.ends > at)
    facts = {
        "lang": shown,
        "title": str(calendar.get("X-WR-CALNAME", CALENDAR_NAMES[shown][0])),
        "words": words,
        "days": [
            (words.day(day), [(line, _when(line, words)) for line in together])
            for day, together in groupby(lines, key=lambda line: max(line.starts, at).date())
        ],
        "printed": words.printed.format(day=f"{words.day(at)} {at.year}"),
        "feed": None if feed is None else safe_action(feed),
    }
    return render_page("calendar_page.html", facts)


def _lines(calendar: Calendar, now: datetime) -> Iterator[_Line]:
    """Yield each entry, and each time of one that repeats that is neither left out nor moved."""
    events: list[Any] = calendar.walk("VEVENT")
    moved = {(str(each["UID"]), _midnight_or_moment(each["RECURRENCE-ID"].dt)) for each in events if _is_moved(each)}
    for event in events:
        first, last = _midnight_or_moment(event["DTSTART"].dt), _midnight_or_moment(event["DTEND"].dt)
        for starts in _starts(event, first, now):
            if _is_moved(event) or (str(event["UID"]), starts) not in moved:
                yield _Line(
                    starts=starts,
                    ends=starts + (last - first),
                    is_all_day=not isinstance(event["DTSTART"].dt, datetime),
                    title=str(event["SUMMARY"]),
                    place=str(event.get("LOCATION", "")),
                    is_cancelled=event.get("STATUS") == "CANCELLED",
                )


def _is_moved(event: Any) -> bool:
    return "RECURRENCE-ID" in event


def _starts(event: Any, first: datetime, now: datetime) -> list[datetime]:
    """Return when an entry starts: once, or as often as it repeats from today until eight weeks ahead."""
    if "RRULE" not in event:
        return [first]
    lists = event.get("EXDATE", [])
    left_out = {each.dt for dates in (lists if isinstance(lists, list) else [lists]) for each in dates.dts}
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=first)
    return [at for at in rule.between(now - timedelta(days=1), now + REPEATS_AHEAD, inc=True) if at not in left_out]


def _midnight_or_moment(value: date) -> datetime:
    return value.astimezone(LONDON) if isinstance(value, datetime) else datetime.combine(value, time(), LONDON)


def _when(line: _Line, words: _CalendarWording) -> str:
    last = line.ends - timedelta(microseconds=1)
    until = "" if last.date() == line.starts.date() else f", {words.until.format(day=words.day(last))}"
    if line.is_all_day:
        return words.all_day + until
    return f"{_hour(line.starts)}{until}" if until else f"{_hour(line.starts)} – {_hour(line.ends)}"


def _hour(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02}{'am' if at.hour < 12 else 'pm'}"
