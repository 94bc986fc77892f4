"""Links that a text message can carry: signed, for one purpose, until one day, and naming nobody.

A link holds the random id of an invitation, the moment it ends and a signature; who is asked about what stands in the
store. It is read without the store, so that a guess costs nothing and a lost connection loses nobody their page.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from relationkit.errors import MissingExtraError, RenderError
from relationkit.feedback import FeedbackForm, Invitation, InvitationId, InvitationPurpose, SubmissionId
from relationkit.profiles import ProfileInvitation, ProfileInvitationId, ProfilePurpose
from relationkit.records import ChildId, SessionId, WorkerId

if TYPE_CHECKING:
    from itsdangerous import Signer

__all__ = [
    "LINK_LIFE",
    "LinkState",
    "draft_id",
    "form_link",
    "new_invitation",
    "new_profile_invitation",
    "read_link",
]

#: How long a link works when nothing else is said. Ours: a form about a session is of use in the weeks after it.
LINK_LIFE: Final = timedelta(days=28)

#: 128 bits, as text for an address: 22 characters.
_ID_BYTES: Final = 16

_SHORTEST_KEY: Final = 16


class LinkState(StrEnum):
    """What a link is worth."""

    GOOD = "good"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """Not ours: cut short, made up, or meant for something else."""


def new_invitation(
    child_id: ChildId,
    *,
    purpose: InvitationPurpose = InvitationPurpose.FORM,
    form: FeedbackForm | None = None,
    session_id: SessionId | None = None,
    worker_id: WorkerId | None = None,
    about: str | None = None,
    language: str | None = None,
    now: datetime,
    life: timedelta = LINK_LIFE,
) -> Invitation:
    """Return an invitation with a random id; keep it with ``keep_invitation`` and send its :func:`form_link`.

    Args:
        child_id: Who is asked.
        purpose: What it opens.
        form: The form of the child's age and language; needed when the purpose is a form.
        session_id: The session it is about.
        worker_id: The worker whose session it was; of a plan board, the worker whose link it is.
        about: Whom and when it is about, in words for the child.
        language: What its pages are in; ``None`` takes the form's, or English.
        now: When it is made, aware.
        life: How long it works.

    Raises:
        ValueError: It asks for a form and none is given.
    """
    if purpose is InvitationPurpose.FORM and form is None:
        raise ValueError("an invitation to a form needs the form; choose_form finds the one of the child's age")
    return Invitation(
        id=InvitationId(secrets.token_urlsafe(_ID_BYTES)),
        purpose=purpose,
        child_id=child_id,
        session_id=session_id,
        worker_id=worker_id,
        form_id=None if form is None else form.id,
        form_version=None if form is None else form.version,
        language=language or (form.language if form else "en"),
        about=about,
        expires_at=now + life,
    )


def new_profile_invitation(
    *,
    worker_id: WorkerId | None = None,
    child_id: ChildId | None = None,
    language: str = "en",
    now: datetime,
    life: timedelta = LINK_LIFE,
) -> ProfileInvitation:
    """Return an invitation for a worker to write their card, or for a child to write their page, with a random id.

    Keep it with ``keep_profile_invitation`` and send its :func:`form_link`.

    Args:
        worker_id: Whose card; give this or the child.
        child_id: Whose page.
        language: What its pages are in, and what is written in.
        now: When it is made, aware.
        life: How long it works.

    Raises:
        InvalidRecordError: Both are given, or neither.
    """
    return ProfileInvitation(
        id=ProfileInvitationId(secrets.token_urlsafe(_ID_BYTES)),
        worker_id=worker_id,
        child_id=child_id,
        language=language,
        expires_at=now + life,
    )


def form_link(invitation: Invitation | ProfileInvitation, *, key: bytes) -> str:
    """Return the path of an invitation's link below the app, such as ``"forms/…"``; about 80 characters.

    Args:
        invitation: The same invitation has the same link.
        key: As given to :func:`~relationkit.web.create_app`.

    Raises:
        MissingExtraError: The extra ``web`` is not installed.
        RenderError: The key is shorter than 16 bytes.
    """
    ends = f"{int(invitation.expires_at.timestamp()):x}"
    signed = _signer(key, invitation.purpose).sign(f"{invitation.id}.{ends}").decode("ascii")
    return f"{_FOLDERS[invitation.purpose]}/{signed}"


#: Where each purpose is, below the app.
_FOLDERS: Final[Mapping[InvitationPurpose | ProfilePurpose, str]] = {
    InvitationPurpose.FORM: "forms",
    InvitationPurpose.THANKS: "thanks",
    InvitationPurpose.MINE: "mine",
    InvitationPurpose.BOARD: "boards",
    ProfilePurpose.CARD: "card",
    ProfilePurpose.ABOUT_ME: "about-me",
}


def read_link(
    token: str, purpose: InvitationPurpose | ProfilePurpose, *, key: bytes, now: datetime
) -> tuple[LinkState, InvitationId | None]:
    """Return what a link is worth, and the id of its invitation when it is good.

    Args:
        token: As it stood in the address, after the folder.
        purpose: What it is used for; a link for something else is unknown.
        key: As it was signed with.
        now: The moment to judge by, aware.
    """
    from itsdangerous import BadSignature

    try:
        value = _signer(key, purpose).unsign(token.encode("utf-8", "replace")).decode("ascii")
    except (BadSignature, UnicodeDecodeError):
        return LinkState.UNKNOWN, None
    invitation_id, _, ends = value.rpartition(".")
    if now >= datetime.fromtimestamp(int(ends, 16), UTC):
        return LinkState.EXPIRED, None
    return LinkState.GOOD, InvitationId(invitation_id)


def draft_id(invitation_id: InvitationId, sent_before: int, *, key: bytes) -> SubmissionId:
    """Return the id of the draft, and of the submission it will be, after so many were sent by the invitation.

    Both windows of one child have the same, so sending in both is sending once. Nobody without the key can make it, so
    a page that brings it was ours: a page of another site cannot send for the child.
    """
    text = f"relationkit draft/{invitation_id}/{sent_before}".encode()
    return SubmissionId(hmac.new(key, text, hashlib.sha256).hexdigest()[:32])


def _signer(key: bytes, purpose: InvitationPurpose | ProfilePurpose) -> "Signer":
    try:
        from itsdangerous import Signer
    except ImportError as error:
        raise MissingExtraError("Links to forms", extra="web") from error
    if len(key) < _SHORTEST_KEY:
        raise RenderError(f"the key has {len(key)} bytes, and {_SHORTEST_KEY} are needed; make one with secrets")
    return Signer(key, salt=f"relationkit link {purpose.value}", key_derivation="hmac", digest_method=hashlib.sha256)
