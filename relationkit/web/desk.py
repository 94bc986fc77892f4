"""What every page for a child needs: the store, the forms, the links, and kind answers when something is not there."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from relationkit.errors import RelationkitError, SourceError
from relationkit.feedback import (
    PAGE_WORDING,
    FeedbackForm,
    Invitation,
    InvitationPurpose,
    PageWording,
    page_words,
)
from relationkit.plugins import CaseReader, SupportsFeedback, SupportsProfiles
from relationkit.profiles import Contact, ProfilePurpose
from relationkit.records import Assignment, ChildId, Worker
from relationkit.render.form_messages import render_message
from relationkit.web.guards import SAFE_HEADERS, content_security_policy, plain_answer
from relationkit.web.limits import RateLimits
from relationkit.web.links import LinkState, read_link
from relationkit.web.reach import contact_of
from relationkit.web.uploads import Sent, read_sent

__all__ = ["Desk", "RefusedError", "page_answer", "refused"]

#: What a child reads instead of a page: the status, and the names of the words.
_REFUSALS: Final = {
    "unknown": (404, "unknown_heading", "unknown_text"),
    "old": (410, "old_heading", "old_text"),
    "gone": (410, "gone_heading", "gone_text"),
    "changed": (409, "gone_heading", "gone_text"),
    "busy": (429, "busy_heading", "busy_text"),
    "wrong": (503, "wrong_heading", "wrong_text"),
}


class RefusedError(RelationkitError):
    """A page that cannot be shown, and what the child is told instead.

    Attributes:
        reason: One of the rows of the table above.
        language: What it is said in.
    """

    def __init__(self, reason: str, language: str) -> None:
        self.reason, self.language = reason, language
        super().__init__(f"a page was refused: {reason}. The child has been told what to do.")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages for children share; a new group of pages takes one and returns its routes.

    Attributes:
        store: Where what children say is kept.
        reader_factory: Opens the case system, for who manages whom; it may be down without a child's words being lost.
        forms: Those that an invitation may name.
        key: Signs links and pages.
        clock: Returns the present moment, aware.
        notifiers: Who hands over the messages of a request to talk.
        most_words: The most bytes of words that one page may send.
        most_picture: The most bytes of a picture.
        limits: How much one address may ask.
        profiles: Where cards are kept, for who answers now.
    """

    store: SupportsFeedback
    reader_factory: Callable[[], CaseReader]
    forms: Sequence[FeedbackForm]
    key: bytes = field(repr=False)
    clock: Callable[[], datetime]
    notifiers: Collection[str]
    most_words: int
    most_picture: int
    limits: RateLimits = field(default_factory=RateLimits)
    profiles: SupportsProfiles | None = None

    def limit(self, request: Request, what: str) -> None:
        """Count what an address does, and refuse what is too much."""
        if not self.limits.allows(what, _address(request), now=self.clock()):
            raise RefusedError("busy", spoken(request))

    def link_is_good(self, request: Request, purpose: InvitationPurpose | ProfilePurpose) -> str:
        """Return the id of the invitation that the address names, without asking the store.

        Raises:
            RefusedError: It has expired, or is not ours; who guesses too often is made to wait.
        """
        now, address = self.clock(), _address(request)
        if not self.limits.allows("guess", address, now=now, spends=False):
            raise RefusedError("busy", spoken(request))
        state, invitation_id = read_link(request.path_params["token"], purpose, key=self.key, now=now)
        if state is LinkState.EXPIRED:
            raise RefusedError("old", spoken(request))
        if invitation_id is None:
            self.limits.allows("guess", address, now=now)
            raise RefusedError("unknown", spoken(request))
        return invitation_id

    def opened(self, request: Request, purpose: InvitationPurpose) -> Invitation:
        """Return the invitation that the address opens.

        Raises:
            RefusedError: It has expired, was taken back, or is not known.
            SourceError: The store did not answer.
        """
        invitation = self.store.invitation(self.link_is_good(request, purpose))  # type: ignore[arg-type]  # its own id
        if invitation is None or invitation.purpose is not purpose:
            raise RefusedError("unknown", spoken(request))
        if invitation.is_revoked or self.clock() >= invitation.expires_at:
            raise RefusedError("old", invitation.language)
        return invitation

    def page_key(self, what: str, invitation_id: str, nonce: str | None = None) -> str:
        """Return the mark of one page: random, and signed so that no other site can make one."""
        nonce = page_nonce() if nonce is None else nonce
        text = f"relationkit {what}/{invitation_id}/{nonce}".encode("utf-8", "replace")
        return f"{nonce}.{hmac.new(self.key, text, hashlib.sha256).hexdigest()[:32]}"

    def is_ours(self, key: str, what: str, invitation_id: str) -> bool:
        """Return whether a page that brings this mark was ours."""
        ours = self.page_key(what, invitation_id, key.partition(".")[0])
        return hmac.compare_digest(key.encode(), ours.encode())

    async def sent(self, request: Request) -> Sent:
        """Return what a page sent, if its address may send."""
        self.limit(request, "sent")
        return await read_sent(request, most_words=self.most_words, most_picture=self.most_picture)

    def workers(self) -> list[Worker]:
        """Return the workers, for who manages whom; none when the case system does not answer: the role is told."""
        try:
            with self.reader_factory() as source:
                return list(source.workers())
        except (SourceError, OSError):
            return []

    def assignments(self, child_id: ChildId) -> list[Assignment]:
        """Return a child's assignments; none when the case system does not answer."""
        try:
            with self.reader_factory() as source:
                return list(source.assignments(child_ids={child_id}))
        except (SourceError, OSError):
            return []

    def contact(self, invitation: Invitation) -> Contact | None:
        """Return who answers now for the worker whom an invitation is about; ``None`` when that is not known."""
        return contact_of(
            invitation.worker_id,
            self.profiles,
            self.reader_factory,
            language=invitation.language,
            now=self.clock(),
        )

    def refusal(self, error: RefusedError, status: int | None = None) -> Response:
        """Return the page that says so, under the status of its row unless another is given."""
        usual, heading, text = _REFUSALS[error.reason]
        page = page_words(error.language)
        headers = {"Retry-After": "60"} if usual == 429 else {}
        return self.message(
            page, getattr(page, heading), [getattr(page, text)], status=status or usual, headers=headers
        )

    def message(
        self,
        page: PageWording,
        heading: str,
        texts: Sequence[str],
        *,
        happens: Sequence[str] = (),
        links: Sequence[tuple[str, str]] = (),
        status: int = 200,
        is_news: bool = False,
        headers: dict[str, str] | None = None,
        contact: Contact | None = None,
    ) -> Response:
        """Return one short page, with whom to call now below it."""
        form = self._any_form(page.language)
        drawn = render_message(
            page,
            heading=heading,
            texts=texts,
            happens=happens,
            links=links,
            call_now=form.notice.call_now if form else (),
            call_heading=form.words.call_heading if form else "",
            contact=contact,
            is_news=is_news,
        )
        return page_answer(drawn, status, headers)

    def _any_form(self, language: str) -> FeedbackForm | None:
        """Return a form in that language, or any: whom to call now stands in its notice."""
        return next((form for form in self.forms if form.language == language), next(iter(self.forms), None))


def page_answer(page: str, status: int = 200, headers: dict[str, str] | None = None, *, script: str = "") -> Response:
    """Return a page under its own content security policy, which runs that script of ours and no other."""
    policy = {"Content-Security-Policy": content_security_policy(page, script=script)}
    return HTMLResponse(page, status, {**SAFE_HEADERS, **policy, **(headers or {})})


def refused(desk: Desk) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return the handler that turns a refusal into a page; what reads no pages, as a calendar does, gets a line."""

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, RefusedError):
            return desk.refusal(error)
        if "text/html" not in request.headers.get("accept", ""):
            return await plain_answer(request, error)
        status = error.status_code if isinstance(error, HTTPException) else 500
        return desk.refusal(RefusedError("unknown" if status == 404 else "wrong", spoken(request)), status)

    return answer


def own_address(request: Request) -> str:
    """Return the page's own address, its last part alone, so that it holds wherever the app is mounted."""
    return quote(request.path_params["token"], safe="")


def page_nonce() -> str:
    """Return a new random mark for one page."""
    return secrets.token_urlsafe(12)


def spoken(request: Request) -> str:
    """Return the first of our languages that the browser asks for; English when none is."""
    for part in request.headers.get("accept-language", "").split(","):
        language = part.partition(";")[0].strip().split("-")[0].lower()
        if language in PAGE_WORDING:
            return language
    return "en"


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
