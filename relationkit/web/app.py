"""The app: routes to feeds and to the pages for children, inside one layer of safe headers, loaded when it is made."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from relationkit.errors import MissingExtraError
from relationkit.feedback import SHIPPED_FORMS, FeedbackForm
from relationkit.plugins import CaseReader, SupportsFeedback, SupportsProfiles, SupportsPromises
from relationkit.visits import VISIT_RULES, SessionSeries, VisitRule
from relationkit.web.limits import RateLimit

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from relationkit.web.card_settings import CardSettings

__all__ = ["create_app"]


def read_clock() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


#: The names of the notifiers that are told of a request to talk when none is named: left for another program to fetch.
_NOTIFIERS: Final = ("outbox",)


def create_app(
    reader_factory: Callable[[], CaseReader],
    *,
    key: bytes,
    feeds: Mapping[str, str | None] | None = None,
    visit_rules: Collection[VisitRule] = VISIT_RULES,
    series: Callable[[], Iterable[SessionSeries]] = tuple,
    feedback: SupportsFeedback | None = None,
    promises: SupportsPromises | None = None,
    profiles: SupportsProfiles | None = None,
    cards: "CardSettings | None" = None,
    forms: Sequence[FeedbackForm] = SHIPPED_FORMS,
    notifiers: Collection[str] = _NOTIFIERS,
    clock: Callable[[], datetime] = read_clock,
    most_words: int | None = None,
    most_picture: int | None = None,
    limits: Mapping[str, RateLimit] | None = None,
) -> "Starlette":
    """Return an ASGI app, to run alone or to mount in another as ``Mount("/app", app)``.

    ``feeds/TOKEN.ics`` is the calendar that the token opens: for a child the discreet one, for a worker the worker's
    with leave, cover, visits due and handovers, for a team leave and cover. ``calendars/TOKEN`` is the same as a page.
    With ``feedback`` there are ``forms/LINK``, a form step by step; ``thanks/LINK``, "that really helped me today" in
    one tap; and ``mine/LINK``, what the child told us and who has read it; with ``promises`` too, ``boards/LINK``, the
    plan board, to tick. :func:`form_link` makes the links. There are no cookies, and nothing is fetched from elsewhere;
    one page has a script, that of a worker's card, which draws it while they write and may be off.

    The token in an address is the password: serve it by https only, and keep these addresses out of access logs.

    Args:
        reader_factory: Opens the source of records; called once a request that needs it, and closed after it. A source
            that does not answer gives a feed 503, never an empty calendar; no child's words are lost by it.
        key: At least 16 secret bytes, kept for as long as feeds and links are in use; see
            :func:`~relationkit.render.visit_calendar`. It signs the links too.
        feeds: By :func:`token_digest` of each feed's token: ``"child:ID"``, ``"child+leave:ID"`` (for a child who asked
            to see when their worker is away), ``"worker:ID"``, ``"team:NAME"``, or ``None`` for a token that was
            revoked, whose calendar is empty so that old phones are cleared. Read at each request.
        visit_rules: By which the visits in a worker's feed fall due; a council adds its own rows to the law's.
        series: Returns the sessions that repeat, anybody's, at each request; a source of records holds none.
        feedback: Where what children say is kept, open for as long as the app runs; used by several threads at once.
            ``None`` leaves the pages for children out.
        promises: Where what was promised to children is kept, likewise; ``None`` leaves plan boards out.
        profiles: Where cards and children's own pages are kept; with ``feedback`` there is then also ``about-me/LINK``,
            the child's own page, with help, and forms say whom to call now by the worker's card, their leave and their
            cover. ``None`` leaves them out.
        cards: What stands on every card; with ``profiles`` there is then also ``card/LINK``, a worker's own card.
        forms: Those that invitations may name, every version that is still in use.
        notifiers: Who hands over the messages when a child wants to talk to someone soon; at least one.
        clock: Returns the present moment, aware.
        most_words: The most bytes of words that one page may send; ``None`` for 1,500,000.
        most_picture: The most bytes of a picture; ``None`` for 20,000,000.
        limits: How much one address may ask; those that are missing are of :data:`LIMITS`. Counted in each process.

    Raises:
        MissingExtraError: The extra ``web`` is not installed.
        RenderError: The key is too short.
        ValueError: A feed belongs to nobody in particular, there are boards without ``feedback``, or pages for children
            and no notifier.
    """
    try:
        from starlette.applications import Starlette
    except ImportError as error:
        raise MissingExtraError("The web app", extra="web") from error
    from starlette.middleware import Middleware

    from relationkit.web.feeds import FeedSettings, feed_routes
    from relationkit.web.guards import ANSWERS, SafeHeaders, plain_answer

    routes = feed_routes(FeedSettings(reader_factory, key, clock, visit_rules, series), feeds or {})
    if feedback is None:
        if promises is not None:
            raise ValueError("plan boards need feedback as well: it keeps the invitations that their links name")
        plain = dict.fromkeys(ANSWERS, plain_answer)
        return Starlette(routes=routes, middleware=[Middleware(SafeHeaders)], exception_handlers=plain)
    if not notifiers:
        raise ValueError("no notifier is named, so nobody would be told that a child wants to talk; name one")
    from relationkit.render.html import environment
    from relationkit.web.boards import board_routes
    from relationkit.web.desk import Desk, RefusedError, refused
    from relationkit.web.forms import form_routes
    from relationkit.web.limits import LIMITS, RateLimits
    from relationkit.web.mine import mine_routes
    from relationkit.web.thanks import thanks_routes
    from relationkit.web.uploads import MOST_PICTURE_BYTES, MOST_WORD_BYTES

    environment()  # a missing extra is told now, not to the first child
    desk = Desk(
        store=feedback,
        reader_factory=reader_factory,
        forms=forms,
        key=key,
        clock=clock,
        notifiers=notifiers,
        most_words=MOST_WORD_BYTES if most_words is None else most_words,
        most_picture=MOST_PICTURE_BYTES if most_picture is None else most_picture,
        limits=RateLimits({**LIMITS, **(limits or {})}),
        profiles=profiles,
    )
    pages = [*form_routes(desk), *thanks_routes(desk), *mine_routes(desk)]
    if promises is not None:
        pages += board_routes(desk, promises)
    if profiles is not None:
        from relationkit.web.about_me import about_me_routes
        from relationkit.web.cards import card_routes

        pages += about_me_routes(desk, profiles)
        pages += [] if cards is None else card_routes(desk, profiles, cards)
    return Starlette(
        routes=[*routes, *pages],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers=dict.fromkeys([*ANSWERS, RefusedError], refused(desk)),
    )
