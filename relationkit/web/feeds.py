"""Calendar feeds: one unguessable address a reader, with what is theirs in it and nobody else's.

A child's feed has their sessions, and their worker's leave only for those who asked for it; a worker's also leave and
cover, visits due and handovers; a team's has leave and cover. What the command ``calendar`` writes is the same.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from icalendar import Calendar
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.errors import MissingExtraError, SourceError
from relationkit.plugins import CaseReader, calendar_facts
from relationkit.records import Child, ChildId, Worker, london_day
from relationkit.render import EntryCache, render_calendar_page, team_calendar, visit_calendar
from relationkit.sla.uk_holidays import bank_holiday_set
from relationkit.visits import VISIT_RULES, SessionSeries, VisitRule
from relationkit.web.conditional import ChangeMoments, entity_tag, http_date, is_unchanged
from relationkit.web.desk import page_answer
from relationkit.web.keys import opened_by, token_digest

__all__ = ["FeedSettings", "feed_routes"]

#: Stands for the reader of a revoked feed: an empty calendar names nobody, and clears old phones.
NOBODY: Final = Child(id=ChildId("nobody"))

#: Whose a feed can be. ``child+leave`` is for a child who asked to see when their worker is away.
KINDS: Final = ("child", "child+leave", "worker", "team")

#: A phone may keep the file but asks each time whether it is still good; nobody in between keeps it.
FEED_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="calendar.ics"',
}


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What every feed of one app is made with; the attributes are the arguments of ``create_app``."""

    reader_factory: Callable[[], CaseReader]
    key: bytes = field(repr=False)
    clock: Callable[[], datetime]
    visit_rules: Collection[VisitRule] = VISIT_RULES
    series: Callable[[], Iterable[SessionSeries]] = tuple
    cache: EntryCache = field(default_factory=EntryCache)
    moments: ChangeMoments = field(default_factory=ChangeMoments)


def feed_routes(settings: FeedSettings, feeds: Mapping[str, str | None]) -> list[Route]:
    """Return the route of the feeds and that of their pages; what is refused, and when, is as for ``create_app``."""
    visit_calendar([], for_=NOBODY, key=settings.key)
    for whose in feeds.values():
        if whose is not None:
            _kind_and_name(whose)

    def opened(request: Request, now: datetime) -> tuple[Calendar, str]:
        is_known, whose = opened_by(request.path_params["token"], feeds)
        if not is_known:
            raise HTTPException(404)
        return _calendar(settings, whose, now)

    def answer(request: Request) -> Response:
        calendar, _ = opened(request, settings.clock())
        return _calendar_answer(request, calendar.to_ical(), token_digest(request.path_params["token"]), settings)

    def show(request: Request) -> Response:
        now = settings.clock()
        calendar, language = opened(request, now)
        feed = f"../feeds/{request.path_params['token']}.ics"
        return page_answer(render_calendar_page(calendar, now=now, language=language, feed=feed))

    return [
        Route("/feeds/{token}.ics", answer, methods=["GET"]),
        Route("/calendars/{token}", show, methods=["GET"]),
    ]


def _calendar_answer(request: Request, body: bytes, name: str, settings: FeedSettings) -> Response:
    """Return the calendar, or 304 where the phone has it already."""
    tag = entity_tag(body)
    changed_at = settings.moments.changed_at(name, tag, now=settings.clock())
    headers = {**FEED_HEADERS, "ETag": tag, "Last-Modified": http_date(changed_at)}
    if is_unchanged(
        tag,
        changed_at,
        if_none_match=request.headers.get("if-none-match", ""),
        if_modified_since=request.headers.get("if-modified-since", ""),
    ):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _kind_and_name(whose: str) -> tuple[str, str]:
    kind, _, name = whose.partition(":")
    if kind not in KINDS or not name:
        raise ValueError(
            "a feed belongs to nobody in particular; write child:ID, child+leave:ID, worker:ID or team:NAME"
        )
    return kind, name


def _calendar(settings: FeedSettings, whose: str | None, now: datetime) -> tuple[Calendar, str]:
    """Return the calendar of the reader and its language; somebody no longer in the source has an empty one."""
    if whose is None:
        return _of_nobody(settings)
    kind, name = _kind_and_name(whose)
    try:
        with settings.reader_factory() as source:
            if kind == "team":
                return _of_team(settings, source, name, now)
            return _of_person(settings, source, kind, name, now)
    except SourceError as error:
        raise HTTPException(503, headers={"Retry-After": "3600"}) from error


def _of_nobody(settings: FeedSettings) -> tuple[Calendar, str]:
    return visit_calendar([], for_=NOBODY, key=settings.key), "en"


def _of_team(settings: FeedSettings, source: CaseReader, team: str, now: datetime) -> tuple[Calendar, str]:
    absences, workers = list(source.absences()), list(source.workers())
    made = team_calendar(absences, team=team, workers=workers, key=settings.key, now=now, cache=settings.cache)
    return made, "en"


def _of_person(settings: FeedSettings, source: CaseReader, kind: str, name: str, now: datetime) -> tuple[Calendar, str]:
    person = _person(source, kind, name)
    if person is None:
        return _of_nobody(settings)
    facts = calendar_facts(source, person, now=now, rules=settings.visit_rules)
    made = visit_calendar(
        facts.sessions,
        for_=person,
        key=settings.key,
        now=now,
        series=settings.series(),
        absences=() if kind == "child" else facts.absences,
        assignments=facts.assignments,
        visits=facts.visits,
        handovers=facts.handovers,
        closed_on=_closed_on(now) if facts.handovers else None,
        cache=settings.cache,
    )
    return made, person.language if isinstance(person, Child) else "en"


def _person(source: CaseReader, kind: str, name: str) -> Child | Worker | None:
    if kind == "worker":
        return next(source.workers(worker_ids={name}), None)
    return next(source.children(child_ids={name}), None)


def _closed_on(now: datetime) -> frozenset[date] | None:
    """Return England's bank holidays; without the library, steps that are counted in working days have no day."""
    year = london_day(now).year
    try:
        return bank_holiday_set("England", range(year - 4, year + 3)).days
    except MissingExtraError:
        return None
