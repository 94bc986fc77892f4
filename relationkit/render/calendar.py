"""Sessions as an iCalendar file: to subscribe to on a phone, or to download once.

The same facts give the same bytes, whatever their order. Each choice of form is there because some reader errs without
it. Times are London's with one fixed ``VTIMEZONE`` of yearly rules: of a list of dates, ical.js and vobject keep only
the first and show summer time for ever. Each session is one event with ``DTEND``: readers take ``DURATION`` for clock
hours. There is no ``METHOD``: with one, Outlook takes the first event only. There is no alarm and no attendee.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vDDDTypes, vDuration, vInt, vText

from relationkit.errors import NaiveMomentError, RenderError
from relationkit.records import LONDON, Child, Session, SessionStatus, Worker
from relationkit.render.calendar_titles import (
    CALENDAR_NAMES,
    NEUTRAL_TITLES,
    CalendarDetail,
    EventWords,
    language_of,
)
from relationkit.visits.sessions import latest_sessions

__all__ = ["NEUTRAL_TITLES", "CalendarDetail", "visit_calendar"]

#: Whoever opens the file can read which program wrote it: the young person's must not say.
CHILD_PRODID: Final = "-//Calendar//EN"
WORKER_PRODID: Final = "-//relationkit//Sessions//EN"

#: How often a subscriber is asked to look again. A hint: Google takes 8 to 24 hours, whatever it says.
REFRESH_HOURS: Final = 6

#: How long a cancelled session stays visible, so that a phone that was off for a week still shows it as cancelled.
KEEP_CANCELLED: Final = timedelta(days=14)

#: Shorter keys could be guessed, and then identifiers be tried out against the UIDs of a file.
SHORTEST_KEY: Final = 16

#: Stands for the last change of a record that does not know it; each revision comes a second later.
UNKNOWN_CHANGE: Final = datetime(2000, 1, 1, tzinfo=UTC)

#: From this year on the yearly rules of the ``VTIMEZONE`` are London's (summer time until the last Sunday of October).
_RULES_HOLD_FROM: Final = 1996


def visit_calendar(
    sessions: Iterable[Session],
    *,
    for_: Child | Worker,
    key: bytes,
    detail: CalendarDetail | None = None,
    now: datetime | None = None,
    keep_cancelled: timedelta = KEEP_CANCELLED,
    shape: Literal["feed", "download"] = "feed",
    language: str | None = None,
    title: str | None = None,
    worker_names: Mapping[str, str] | None = None,
    own_words: Mapping[str, str] | None = None,
    include: Collection[str] = (),
) -> Calendar:
    """Return the calendar of one person's planned and lately cancelled sessions.

    ``calendar.to_ical()`` gives the bytes of the file: UTF-8, CRLF, the same for the same facts.

    Args:
        sessions: In any order, anybody's; only those of ``for_`` get in. Of one id, the highest revision counts. Held
            and missed sessions are left out: a phone need not keep a history.
        for_: The child or the worker whose file it is.
        key: At least 16 secret bytes, kept for as long as the files are in use. Each event's UID is an HMAC-SHA256
            under it, different in the child's and the worker's file, so that neither tells ids nor links people.
        detail: How much the file says; ``None`` is ``discreet`` for a child and ``worker`` for a worker.
        now: Leaves out what was cancelled ``keep_cancelled`` ago or longer; never written. ``None`` leaves out none.
        keep_cancelled: Counted from the record's ``changed_at``, or from ``ends_at`` where that is not known.
        shape: ``feed`` has a name and asks to be fetched again after 6 hours; a ``download`` joins the reader's own
            calendar and does neither.
        language: ``"en"`` or ``"cy"`` for the titles; ``None`` is the child's own, and English for a worker. Other
            languages read English.
        title: The neutral title, one of :data:`NEUTRAL_TITLES`; ``None`` takes the first.
        worker_names: By worker id, the first name or initial to show after a neutral title, in one word; with
            ``full`` and ``worker`` in ``include``, any name. Empty shows none.
        own_words: With ``own_words``: by session id, or else by session kind, the young person's wording. Spaces and
            line breaks are run together; a session without wording has the neutral title.
        include: With ``full``: any of ``kind``, ``place``, ``reference`` and ``worker``.

    Returns:
        A calendar with one event a session, by start; no event at all when there are none, which empties an old feed.
        ``DTSTAMP`` and ``LAST-MODIFIED`` are the record's last change and ``SEQUENCE`` its revision. Where the last
        change is not known, ``LAST-MODIFIED`` is left out and ``DTSTAMP`` is a fixed moment of the year 2000, a second
        later for each revision.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
        RenderError: The key is too short, a text holds a control character (the session's id is
            named, the text is not), or an option is given that the file must not follow.
    """
    _check(key, now, shape)
    words = EventWords(
        reader=for_,
        detail=_detail(for_, detail),
        language=language_of(for_, language),
        title=title,
        worker_names=worker_names or {},
        own_words=own_words or {},
        include=include,
    )
    calendar = _empty_calendar(words, shape)
    kept_since = None if now is None else now - keep_cancelled
    for session in latest_sessions(sessions):
        if _is_for(session, for_) and _is_shown(session, kept_since):
            calendar.add_component(_event(session, words, key))
    return calendar


def _check(key: object, now: datetime | None, shape: str) -> None:
    if not isinstance(key, bytes) or len(key) < SHORTEST_KEY:
        raise RenderError(f"key must be at least {SHORTEST_KEY} secret bytes; make one with secrets.token_bytes(32).")
    if now is not None and now.utcoffset() is None:
        raise NaiveMomentError("now")
    if shape not in ("feed", "download"):
        raise RenderError("shape is neither 'feed' nor 'download'.")


def _detail(reader: Child | Worker, detail: CalendarDetail | None) -> CalendarDetail:
    if detail is None:
        return CalendarDetail.DISCREET if isinstance(reader, Child) else CalendarDetail.WORKER
    return CalendarDetail(detail)


def _is_for(session: Session, reader: Child | Worker) -> bool:
    return (session.child_id if isinstance(reader, Child) else session.worker_id) == reader.id


def _is_shown(session: Session, kept_since: datetime | None) -> bool:
    if session.status is SessionStatus.CANCELLED:
        return kept_since is None or (session.changed_at or session.ends_at) > kept_since
    return session.status is SessionStatus.PLANNED


def _empty_calendar(words: EventWords, shape: Literal["feed", "download"]) -> Calendar:
    is_child = isinstance(words.reader, Child)
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", CHILD_PRODID if is_child else WORKER_PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    if shape == "feed":
        name = CALENDAR_NAMES[words.language][0 if is_child else 1]
        calendar.add("NAME", name)
        calendar.add("X-WR-CALNAME", name)
        calendar.add("X-PUBLISHED-TTL", f"PT{REFRESH_HOURS}H")
        refresh = vDuration(timedelta(hours=REFRESH_HOURS))
        calendar.add("REFRESH-INTERVAL", refresh, parameters={"VALUE": "DURATION"})  # RFC 7986 5.7 asks for VALUE
    calendar.add_component(_london())
    return calendar


def _london() -> Timezone:
    """Return Europe/London with one yearly rule for each change, as Summer Time Order 2002 (SI 2002/262) sets them."""
    summer = TimezoneDaylight()
    winter = TimezoneStandard()
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


def _event(session: Session, words: EventWords, key: bytes) -> Event:
    is_cancelled = session.status is SessionStatus.CANCELLED
    starts_at, ends_at = _written_times(session)
    stamp = session.changed_at or UNKNOWN_CHANGE + timedelta(seconds=session.revision)
    event = Event()
    event["UID"] = vText(_uid(session, words.reader, key))
    event["DTSTAMP"] = vDDDTypes(stamp)
    event["SEQUENCE"] = vInt(session.revision)
    event["DTSTART"] = vDDDTypes(starts_at)
    event["DTEND"] = vDDDTypes(ends_at)
    event["SUMMARY"] = _Text(words.summary(session))
    event["STATUS"] = vText("CANCELLED" if is_cancelled else "CONFIRMED")
    event["TRANSP"] = vText("TRANSPARENT" if is_cancelled else "OPAQUE")
    if session.changed_at is not None:
        event["LAST-MODIFIED"] = vDDDTypes(stamp)
    if (place := words.place(session)) is not None:
        event["LOCATION"] = _Text(place)
    return event


def _uid(session: Session, reader: Child | Worker, key: bytes) -> str:
    """Return 128 bits as hexadecimal digits; identifiers hold no NUL, so that no two sets of parts read the same."""
    side = "child" if isinstance(reader, Child) else "worker"
    parts = f"session\0{side}\0{reader.id}\0{session.id}"
    return hmac.new(key, parts.encode(), hashlib.sha256).hexdigest()[:32]


def _written_times(session: Session) -> tuple[datetime, datetime]:
    """Return start and end in whole seconds, both in London's time or, where that could be misread, both in UTC."""
    starts_at = session.starts_at.replace(microsecond=0)
    ends_at = (session.ends_at + timedelta(microseconds=999_999)).replace(microsecond=0)
    local = starts_at.astimezone(LONDON), ends_at.astimezone(LONDON)
    return (starts_at, ends_at) if any(map(_could_be_misread, local)) else local


def _could_be_misread(local: datetime) -> bool:
    """Return whether the clock shows that time twice on that day, or the yearly rules are not those of that year."""
    return local.year < _RULES_HOLD_FROM or local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


class _Text(vText):
    r"""Text escaped as RFC 5545 3.3.11 says; the library's own turns ``\N``, as in a path, into a line break."""

    def to_ical(self) -> bytes:
        """Return the escaped text; line breaks were refused before."""
        return self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").encode()
