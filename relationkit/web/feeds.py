"""Calendar feeds: one unguessable address a reader, and only that reader's sessions in it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.errors import SourceError
from relationkit.plugins import CaseReader
from relationkit.records import Child, ChildId, Session, Worker
from relationkit.render import EntryCache, visit_calendar
from relationkit.web.keys import opened_by

__all__ = ["feed_routes"]

#: Stands for the reader of a revoked feed: an empty calendar names nobody, and clears old phones.
NOBODY: Final = Child(id=ChildId("nobody"))

#: A phone may keep the file but asks each time whether it is still good; nobody in between keeps it.
FEED_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="calendar.ics"',
}

_ENTITY_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')


def feed_routes(
    reader_factory: Callable[[], CaseReader],
    feeds: Mapping[str, str | None],
    key: bytes,
    clock: Callable[[], datetime],
) -> list[Route]:
    """Return the one route of the feeds; the arguments, and what is refused, are those of ``create_app``."""
    visit_calendar([], for_=NOBODY, key=key)
    cache = EntryCache()
    for whose in feeds.values():
        if whose is not None:
            _kind_and_id(whose)

    def answer(request: Request) -> Response:
        is_known, whose = opened_by(request.path_params["token"], feeds)
        if not is_known:
            raise HTTPException(404)
        reader, sessions = _facts(reader_factory, whose)
        calendar = visit_calendar(sessions, for_=reader, key=key, now=clock(), cache=cache)
        return _calendar_answer(calendar.to_ical(), request.headers.get("if-none-match", ""))

    return [Route("/feeds/{token}.ics", answer, methods=["GET"])]


def _calendar_answer(body: bytes, if_none_match: str) -> Response:
    """Return the calendar, or 304 where the phone has it already."""
    tag = f'"{sha256(body).hexdigest()}"'
    headers = {**FEED_HEADERS, "ETag": tag}
    if _has_it_already(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _kind_and_id(whose: str) -> tuple[str, str]:
    kind, _, reader_id = whose.partition(":")
    if kind not in ("child", "worker") or not reader_id:
        raise ValueError("a feed belongs to nobody in particular; write child:ID or worker:ID")
    return kind, reader_id


def _facts(reader_factory: Callable[[], CaseReader], whose: str | None) -> tuple[Child | Worker, list[Session]]:
    """Return the reader and their sessions; somebody who is no longer in the source has an empty calendar."""
    if whose is None:
        return NOBODY, []
    kind, reader_id = _kind_and_id(whose)
    try:
        with reader_factory() as source:
            return _worker_facts(source, reader_id) if kind == "worker" else _child_facts(source, reader_id)
    except SourceError as error:
        raise HTTPException(503, headers={"Retry-After": "3600"}) from error


def _child_facts(source: CaseReader, child_id: str) -> tuple[Child, list[Session]]:
    child = next(source.children(child_ids={child_id}), None)
    return (NOBODY, []) if child is None else (child, list(source.sessions(child_ids={child_id})))


def _worker_facts(source: CaseReader, worker_id: str) -> tuple[Child | Worker, list[Session]]:
    worker = next(source.workers(worker_ids={worker_id}), None)
    return (NOBODY, []) if worker is None else (worker, list(source.sessions(worker_ids={worker_id})))


def _has_it_already(if_none_match: str, tag: str) -> bool:
    """Return whether ``If-None-Match`` names the tag, weakly compared (RFC 9110, 13.1.2)."""
    return if_none_match.strip() == "*" or tag in _ENTITY_TAG.findall(if_none_match)
