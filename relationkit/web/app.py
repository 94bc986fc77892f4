"""The app: routes to feeds and forms, inside one layer of safe headers, loaded when it is made."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from relationkit.errors import MissingExtraError
from relationkit.feedback import Submission
from relationkit.plugins import CaseReader
from relationkit.web.invitations import FormInvitation

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import Route

__all__ = ["create_app"]

#: The most a form may send: many times the longest answers of the shipped forms.
MOST_BYTES: Final = 64 * 1024


def read_clock() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def create_app(
    reader_factory: Callable[[], CaseReader],
    *,
    feeds: Mapping[str, str | None],
    key: bytes,
    clock: Callable[[], datetime] = read_clock,
    forms: Mapping[str, FormInvitation] | None = None,
    save: Callable[[Submission], None] | None = None,
    most_bytes: int = MOST_BYTES,
) -> "Starlette":
    """Return an ASGI app, to run alone or to mount in another as ``Mount("/app", app)``.

    ``feeds/TOKEN.ics`` is the calendar that the token opens: for a child the discreet one, for a worker the worker's.
    ``forms/TOKEN`` is the form that the token opens; it is there only when ``save`` is given. An unknown token has the
    answer of every address that leads nowhere. There are no cookies, and nothing is fetched from elsewhere.

    The token in an address is the password: serve it by https only, and keep these addresses out of access logs.

    Args:
        reader_factory: Opens the source of records; called once a feed request, and closed after it. A source that
            does not answer gives 503, never an empty calendar.
        feeds: By :func:`token_digest` of each feed's token: ``"child:ID"``, ``"worker:ID"``, or ``None`` for a token
            that was revoked, whose calendar is empty so that old phones are cleared. Read at each request.
        key: At least 16 secret bytes, kept for as long as the feeds are in use; see
            :func:`~relationkit.render.visit_calendar`.
        clock: Returns the present moment, aware.
        forms: By :func:`token_digest` of each invitation's token. Read at each request.
        save: Keeps a submission, or raises a :class:`~relationkit.errors.SourceError`. Called from a worker thread. A
            submission that comes again has the same id and takes the place of the one before: the page was sent
            twice, or a child who asked to talk to someone soon had something else to put right first, and was not
            made to wait for it.
        most_bytes: The most that one request may send; more is refused with 413.

    Raises:
        MissingExtraError: The extra ``web`` is not installed, or ``html`` when there are forms.
        RenderError: The key is too short.
        ValueError: A feed is neither a child's nor a worker's, there are forms but no ``save``, or a form asks for a
            drawing, which this page cannot take.
    """
    try:
        from starlette.applications import Starlette
    except ImportError as error:
        raise MissingExtraError("The web app", extra="web") from error
    from starlette.middleware import Middleware

    from relationkit.web.feeds import feed_routes
    from relationkit.web.guards import ANSWERS, SafeHeaders, plain_answer

    routes = [*feed_routes(reader_factory, feeds, key, clock), *_form_routes(forms, save, clock, most_bytes)]
    refusals = dict.fromkeys(ANSWERS, plain_answer)
    return Starlette(routes=routes, middleware=[Middleware(SafeHeaders)], exception_handlers=refusals)


def _form_routes(
    forms: Mapping[str, FormInvitation] | None,
    save: Callable[[Submission], None] | None,
    clock: Callable[[], datetime],
    most_bytes: int,
) -> "list[Route]":
    if save is None:
        if forms is not None:
            raise ValueError("forms are given but nothing to save answers with; give save, or leave forms out")
        return []
    from relationkit.render.html import environment
    from relationkit.web.forms import form_routes, refuse_drawings

    environment()  # a missing extra is told now, not to the first child
    invitations: Mapping[str, FormInvitation] = {} if forms is None else forms
    refuse_drawings(invitations)
    return form_routes(invitations, save, clock, most_bytes)
