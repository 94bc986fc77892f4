"""What the pages on which somebody writes their own card or page share: who may open them, their mark, their fields."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.errors import SourceError
from relationkit.feedback import page_words
from relationkit.plugins import SupportsProfiles
from relationkit.profiles import ProfileInvitation, ProfileInvitationId, ProfilePurpose
from relationkit.render.html import render_page
from relationkit.web.desk import Desk, RefusedError, page_answer, spoken
from relationkit.web.guards import source_hash
from relationkit.web.profile_words import PROFILE_WORDS
from relationkit.web.uploads import Sent

__all__ = [
    "Field",
    "Remark",
    "Sheet",
    "has_key",
    "new_key",
    "opened_profile",
    "plain",
    "profile_page",
    "writing_routes",
]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be put right or looked at, and where; ``language`` is that of the text, if not the page's."""

    at: str
    text: str
    label: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a page; ``viewers`` are code, words and whether picked."""

    name: str
    label: str
    value: object = ""
    kind: str = "text"
    hint: str = ""
    is_wrong: Remark | None = None
    choices: Sequence[tuple[str, str]] = ()
    viewers: Sequence[tuple[str, str, bool]] = ()
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Fields that belong together; without a title, ``label`` names them."""

    id: str
    fields: Sequence[Field]
    title: str = ""
    label: str = ""
    hint: str = ""


def opened_profile(desk: Desk, store: SupportsProfiles, request: Request, purpose: ProfilePurpose) -> ProfileInvitation:
    """Return the invitation that the address opens.

    Raises:
        RefusedError: It has expired, was taken back, or is not known.
        SourceError: The store did not answer.
    """
    invitation = store.profile_invitation(ProfileInvitationId(desk.link_is_good(request, purpose)))
    if invitation is None or invitation.purpose is not purpose:
        raise RefusedError("unknown", spoken(request))
    if invitation.is_revoked or desk.clock() >= invitation.expires_at:
        raise RefusedError("old", invitation.language)
    return invitation


def new_key(desk: Desk, invitation: ProfileInvitation) -> str:
    """Return a mark for a new page."""
    return desk.page_key(invitation.purpose.value, invitation.id)


def has_key(desk: Desk, invitation: ProfileInvitation, sent: Sent) -> bool:
    """Return whether what was sent came from a page of ours."""
    return desk.is_ours(sent.one("page.key"), invitation.purpose.value, invitation.id)


def writing_routes(
    desk: Desk,
    store: SupportsProfiles,
    path: str,
    purpose: ProfilePurpose,
    show: Callable[[Request, ProfileInvitation], Response],
    read: Callable[[ProfileInvitation, Sent], Response],
    give_back: Callable[[str, Sent, list[Remark]], Response],
) -> list[Route]:
    """Return the route that shows a page and the one that reads it.

    Args:
        desk: Where the links are judged.
        store: Where invitations are kept.
        path: The address.
        purpose: What its links are for.
        show: Draws the page of an invitation.
        read: Takes what was sent.
        give_back: Draws the page with what was sent, in that language and with those remarks, without the store.
    """

    def shown(request: Request) -> Response:
        desk.limit(request, "page")
        try:
            return show(request, opened_profile(desk, store, request, purpose))
        except SourceError as error:
            raise RefusedError("wrong", spoken(request)) from error

    async def taken(request: Request) -> Response:
        desk.link_is_good(request, purpose)
        sent = await desk.sent(request)
        if sent.picture is not None:
            desk.limit(request, "picture")
        return await run_in_threadpool(kept, request, sent)

    def kept(request: Request, sent: Sent) -> Response:
        try:
            return read(opened_profile(desk, store, request, purpose), sent)
        except SourceError as error:
            return still_here(request, sent, error)

    def still_here(request: Request, sent: Sent, error: SourceError) -> Response:
        """Give the page back with all that was put on it, as the store is away; the page says its own language."""
        language = sent.one("language") if sent.one("language") in PROFILE_WORDS else spoken(request)
        if not sent.fields:
            raise RefusedError("wrong", language) from error
        page = page_words(language)
        remarks = [Remark("", page.not_kept)]
        remarks += [Remark("", page.too_big)] if sent.is_too_large else []
        return give_back(language, sent, remarks)

    return [Route(path, shown, methods=["GET"]), Route(path, taken, methods=["POST"])]


def profile_page(facts: Mapping[str, object], status: int) -> Response:
    """Return the page with its fields; where the store was away, with when to try again."""
    script = "" if facts["draft"] is None else render_page("card_preview.js", {})
    own = {"script_hash": source_hash(script), "is_away": status == 503}
    page = render_page("profile_form.html", {**facts, **own})
    return page_answer(page, status, {"Retry-After": "60"} if status == 503 else {}, script=script)


def plain(text: str) -> str:
    """Return a line without breaks and blanks around it, as a field of one line holds it."""
    return re.sub(r"\s+", " ", text).strip()
