"""One tap: "that really helped me today", with words or a picture beside it for whoever likes."""

import hashlib
import json
from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relationkit.errors import InvalidRecordError, PictureError, SourceError
from relationkit.feedback import (
    Audience,
    Evidence,
    EvidenceId,
    EvidenceKind,
    Invitation,
    InvitationPurpose,
    page_words,
)
from relationkit.feedback.sent import storable_text
from relationkit.feedback.wording import wording
from relationkit.render.forms import direction_of
from relationkit.render.html import render_page
from relationkit.web.desk import Desk, RefusedError, page_answer, spoken
from relationkit.web.forms import kept_picture
from relationkit.web.uploads import Sent

__all__ = ["thanks_routes"]


def thanks_routes(desk: Desk) -> list[Route]:
    """Return the route that shows the button and the one that keeps what comes."""

    def show(request: Request) -> Response:
        desk.limit(request, "page")
        try:
            invitation = desk.opened(request, InvitationPurpose.THANKS)
        except SourceError as error:
            raise RefusedError("wrong", spoken(request)) from error
        return _page(invitation, desk.page_key("thanks", invitation.id))

    async def read(request: Request) -> Response:
        invitation_id = desk.link_is_good(request, InvitationPurpose.THANKS)
        sent = await desk.sent(request)
        if sent.picture is not None:
            desk.limit(request, "picture")
        return await run_in_threadpool(_read, desk, request, invitation_id, sent)

    return [
        Route("/thanks/{token}", show, methods=["GET"]),
        Route("/thanks/{token}", read, methods=["POST"]),
    ]


def _read(desk: Desk, request: Request, invitation_id: str, sent: Sent) -> Response:
    key = sent.one("page.key")
    language = sent.one("language") or spoken(request)
    if sent.is_too_large or not desk.is_ours(key, "thanks", invitation_id):
        try:
            invitation = desk.opened(request, InvitationPurpose.THANKS)
        except SourceError as error:
            raise RefusedError("wrong", language) from error
        page, fresh = page_words(invitation.language), desk.page_key("thanks", invitation_id)
        if sent.is_too_large:
            return _page(invitation, fresh, sent if sent.fields else None, page.too_big, 413)
        return _page(invitation, fresh, sent, page.press_again, 403)
    try:
        invitation = desk.opened(request, InvitationPurpose.THANKS)
        return _kept(desk, invitation, sent)
    except SourceError:
        return _drawn(language, None, key, sent, page_words(language).not_kept, 503)


def _kept(desk: Desk, invitation: Invitation, sent: Sent) -> Response:
    """Keep it, once for each page and what was put on it, however often that is sent."""
    page, words, key = page_words(invitation.language), wording(invitation.language), sent.one("page.key")
    said = storable_text(sent.one("words")).strip() or None
    try:
        picture = None if sent.picture is None else kept_picture(sent.picture)
        readers = [who for who in Audience if who in sent.fields.get("audience", ())]
        evidence = Evidence(
            id=_id(invitation, key, said, None if picture is None else picture.sha256, readers),
            child_id=invitation.child_id,
            worker_id=invitation.worker_id,
            session_id=invitation.session_id,
            kind=EvidenceKind.THANKS if picture is None else EvidenceKind.PHOTO,
            words=said,
            picture_sha256=None if picture is None else picture.sha256,
            added_by=invitation.child_id,
            added_at=desk.clock(),
            audience=tuple(readers),
        )
    except PictureError as error:
        is_large = error.reason in ("too_many_bytes", "too_many_pixels")
        return _page(invitation, key, sent, page.too_big if is_large else words.not_picture, 422)
    except InvalidRecordError as error:
        fields = {problem.field for problem in error.problems}
        remark = words.too_long.format(most="4,000") if "words" in fields else words.audience_both
        return _page(invitation, key, sent, remark, 422)
    desk.store.keep_evidence(evidence, pictures=[] if picture is None else [picture])
    texts, contact = [page.thanks_saved_text], desk.contact(invitation)
    return desk.message(page, page.thanks_saved_heading, texts, contact=contact, is_news=True)


def _id(
    invitation: Invitation, key: str, said: str | None, picture: str | None, readers: Sequence[Audience]
) -> EvidenceId:
    """Return the id of what a page sends: the same when it is sent again, another when something was added to it."""
    given = json.dumps(["thanks", invitation.id, key, said, picture, sorted(readers)])
    return EvidenceId(hashlib.sha256(given.encode()).hexdigest()[:32])


def _page(
    invitation: Invitation,
    key: str,
    sent: Sent | None = None,
    remark: str | None = None,
    status: int = 200,
) -> Response:
    return _drawn(invitation.language, invitation.about, key, sent, remark, status)


def _drawn(language: str, about: str | None, key: str, sent: Sent | None, remark: str | None, status: int) -> Response:
    facts = {
        "page": page_words(language),
        "words": wording(language),
        "lang": language,
        "direction": direction_of(language),
        "about": about,
        "key": key,
        "said": "" if sent is None else sent.one("words"),
        "readers": [who.value for who in Audience],
        "picked": ["my_worker"] if sent is None else sent.fields.get("audience", []),
        "remark": remark,
    }
    return page_answer(render_page("form_thanks.html", facts), status)
