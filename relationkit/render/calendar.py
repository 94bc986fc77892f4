"""Calendars as iCalendar files: to subscribe to on a phone, or to download once.

The same facts give the same bytes, whatever their order. Each choice of form is there because some reader errs without
it. Times are London's with one fixed ``VTIMEZONE`` of yearly rules: of a list of dates, ical.js and vobject keep only
the first and show summer time for ever. Each entry has a ``DTEND``: readers take ``DURATION`` for clock hours. There
is no ``METHOD``: with one, Outlook takes the first event only. There is no alarm and no attendee.
"""

from collections.abc import Collection, Container, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal

from icalendar import Calendar

from relationkit.errors import NaiveMomentError, RenderError
from relationkit.handovers import HandoverPlan
from relationkit.records import Absence, Assignment, Child, Session, Worker
from relationkit.render.calendar_entries import Uids
from relationkit.render.calendar_file import calendar_of
from relationkit.render.calendar_lines import EntryCache
from relationkit.render.calendar_reader import ReadersFile, team_entries
from relationkit.render.calendar_titles import (
    CALENDAR_NAMES,
    NEUTRAL_TITLES,
    TEAM_NAMES,
    CalendarDetail,
    EventWords,
    LeaveWords,
    check_names_are_short,
    language_of,
)
from relationkit.visits import SessionSeries, VisitDue

__all__ = ["NEUTRAL_TITLES", "CalendarDetail", "EntryCache", "team_calendar", "visit_calendar"]

Shape = Literal["feed", "download"]

#: Whoever opens the file can read which program wrote it: the young person's must not say.
CHILD_PRODID: Final = "-//Calendar//EN"
WORKER_PRODID: Final = "-//relationkit//Sessions//EN"

#: How long a cancelled session, or leave that is over, stays: a phone that was off for a week still learns of it.
KEEP_CANCELLED: Final = timedelta(days=14)

#: Shorter keys could be guessed, and then identifiers be tried out against the UIDs of a file.
SHORTEST_KEY: Final = 16


def visit_calendar(
    sessions: Iterable[Session],
    *,
    for_: Child | Worker,
    key: bytes,
    detail: CalendarDetail | None = None,
    now: datetime | None = None,
    keep_cancelled: timedelta = KEEP_CANCELLED,
    shape: Shape = "feed",
    language: str | None = None,
    title: str | None = None,
    worker_names: Mapping[str, str] | None = None,
    own_words: Mapping[str, str] | None = None,
    include: Collection[str] = (),
    series: Iterable[SessionSeries] = (),
    absences: Iterable[Absence] = (),
    assignments: Iterable[Assignment] = (),
    visits: Iterable[VisitDue] = (),
    handovers: Iterable[HandoverPlan] = (),
    closed_on: Container[date] | None = None,
    cache: EntryCache | None = None,
) -> Calendar:
    """Return the calendar of one person: sessions planned and lately cancelled, and what else is given.

    ``calendar.to_ical()`` gives the bytes of the file: UTF-8, CRLF, the same for the same facts.

    Args:
        sessions: In any order, anybody's; only those of ``for_`` get in. Of one id, the highest revision counts. Held
            and missed sessions are left out: a phone need not keep a history.
        for_: The child or the worker whose file it is.
        key: At least 16 secret bytes, kept for as long as the files are in use. Each event's UID is an HMAC-SHA256
            under it, different in the child's and the worker's file, so that neither tells ids nor links people.
        detail: How much the file says; ``None`` is ``discreet`` for a child and ``worker`` for a worker.
        now: Leaves out what was cancelled, and leave that was over, ``keep_cancelled`` ago or longer. Written only
            where an absence has no end yet, which reaches to this day. ``None`` leaves out none.
        keep_cancelled: Counted from the record's ``changed_at``, or from ``ends_at`` where that is not known.
        shape: ``feed`` has a name and asks to be fetched again after 6 hours; a ``download`` joins the reader's own
            calendar and does neither.
        language: ``"en"`` or ``"cy"`` for the titles; ``None`` is the child's own, and English for a worker. Other
            languages read English.
        title: The neutral title, one of :data:`NEUTRAL_TITLES`; ``None`` takes the first.
        worker_names: By worker id, the first name or initial to show after a neutral title, in one word; with
            ``full`` and ``worker`` in ``include``, any name. Empty shows none.
        own_words: With ``own_words``: by session id, or else by session kind (``"away"`` for leave), the young
            person's wording. Spaces and line breaks are run together; what has no wording has the neutral title.
        include: With ``full``: any of ``kind``, ``place``, ``reference`` and ``worker``.
        series: Sessions that repeat, likewise; each is one event with a rule, and one more for each session of it
            that was moved.
        absences: In a worker's file their own leave, and what they cover. In a child's, the leave of those who hold a
            role for them by ``assignments``, cut to the days on which they do, where children may be told
            (``tell_child``); with ``now``, none of a worker who has yet to begin. Never why.
        assignments: Who holds a role for whom; anybody's.
        visits: What :func:`~relationkit.visits.visits_due` returns; for a worker, and of the children whom they hold
            a role for on the day of ``now``, or without it on the due day. All-day entries on the last day that is
            in time; one that could not be judged has no day, and is left out.
        handovers: For a worker: the handover day, and the last day of each of their steps that is open.
        closed_on: With ``handovers``: the days on which nobody works, as for
            :func:`~relationkit.handovers.handover_status`; without them a step counted in working days has no day.
        cache: Lines written before; a calendar written again with it costs only what changed. The bytes are the same.

    Returns:
        A calendar with one event a session, by start, then the series, the leave, the visits due and the handovers; no
        event at all when there is nothing, which empties an old feed. ``DTSTAMP`` and ``LAST-MODIFIED`` are the
        record's last change and ``SEQUENCE`` its revision. Where the last change is not known, ``LAST-MODIFIED`` is
        left out and ``DTSTAMP`` is a fixed moment of the year 2000, a second later for each revision.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
        RenderError: The key is too short, a text holds a control character (the session's id is named, the text is
            not), an option is given that the file must not follow, or visits due or handovers for a child's file.
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
    is_child = isinstance(for_, Child)
    uids = Uids(key, "child" if is_child else "worker", for_.id)
    file = ReadersFile(words, uids, tuple(assignments), now, None if now is None else now - keep_cancelled)
    return calendar_of(
        [
            *file.sessions(sessions),
            *file.series(series),
            *file.absences(absences),
            *file.visits(visits),
            *file.handovers(handovers, closed_on),
        ],
        program=CHILD_PRODID if is_child else WORKER_PRODID,
        feed_name=CALENDAR_NAMES[words.language][0 if is_child else 1] if shape == "feed" else None,
        cache=cache,
    )


def team_calendar(
    absences: Iterable[Absence],
    *,
    team: str,
    workers: Iterable[Worker],
    key: bytes,
    now: datetime | None = None,
    keep_over: timedelta = KEEP_CANCELLED,
    shape: Shape = "feed",
    language: str = "en",
    worker_names: Mapping[str, str] | None = None,
    cache: EntryCache | None = None,
) -> Calendar:
    """Return a team's calendar of leave and cover: who is away, and who stands in. Never why, and no child.

    Args:
        absences: In any order, anybody's; those of the team's workers get in, and those that they cover.
        team: As the workers have it.
        workers: In any order, anybody.
        key: As for :func:`visit_calendar`.
        now: Leaves out what was over ``keep_over`` ago or longer; an absence without an end reaches to this day.
        keep_over: How long what is over stays.
        shape: As for :func:`visit_calendar`.
        language: ``"en"`` or ``"cy"``; other languages read English.
        worker_names: By worker id, the first name or initial to show, in one word; the id stands for the others.
        cache: As for :func:`visit_calendar`.

    Returns:
        A calendar with one event an absence, by start. None takes up anybody's time (``TRANSP:TRANSPARENT``).

    Raises:
        NaiveMomentError: ``now`` has no time zone.
        RenderError: The key is too short, or a name is longer than one word.
    """
    _check(key, now, shape)
    check_names_are_short(worker_names or {})
    words = LeaveWords(language_of(None, language), worker_names or {}, shows_ids=True)
    members = {worker.id for worker in workers if worker.team == team}
    kept_since = None if now is None else now - keep_over
    return calendar_of(
        team_entries(absences, members, words, Uids(key, "team", team), now, kept_since),
        program=WORKER_PRODID,
        feed_name=TEAM_NAMES[words.language] if shape == "feed" else None,
        cache=cache,
    )


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
