"""What stands before and after a submission: the invitation to a form, the half-filled form, and who read it.

A draft is nobody's to read but the child's: it stands in no list and no summary, and what the child deletes in it, or
the whole of it, is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, NewType

from pydantic import AfterValidator, Field

from relationkit.feedback.forms import FORM_ID
from relationkit.feedback.sent import is_ticked, storable_text
from relationkit.feedback.submissions import Submission, SubmissionId
from relationkit.feedback.visibility import Sight
from relationkit.records import LANGUAGE, PRINTABLE, ChildId, FrozenModel, Instant, Role, SessionId, WorkerId

__all__ = [
    "FormDraft",
    "Invitation",
    "InvitationId",
    "InvitationPurpose",
    "KeptPicture",
    "SeenSubmission",
    "SentForm",
    "SubmissionRead",
]

InvitationId = NewType("InvitationId", str)

_ID: Final = Field(pattern=PRINTABLE, min_length=1)
_MAYBE_ID: Final = Field(default=None, pattern=PRINTABLE, min_length=1)


class InvitationPurpose(StrEnum):
    """What an invitation opens, and nothing else."""

    FORM = "form"
    """One form, about one session."""
    THANKS = "thanks"
    """One tap: "that really helped me today"."""
    MINE = "mine"
    """The child's own past answers, and who has read them."""
    BOARD = "board"
    """The child's plan board, to tick."""


class Invitation(FrozenModel):
    """One child asked one thing; a link carries its id, which says nothing about anyone.

    Attributes:
        id: Random; it stands in the link.
        purpose: What it opens.
        child_id: Who is asked.
        session_id: The session it is about; ``None`` for the child's own page.
        worker_id: The worker it is about; ``None`` when it is about no one worker. Of a plan board: the worker who
            ticks by this link; ``None`` for the child's own.
        form_id: The form asked with; ``None`` when none is.
        form_version: Its version; answers are pinned to it.
        language: The language it is shown in, as a BCP 47 tag.
        about: Whom and when it is about, in words for the child, such as ``"Sam, on 3 March"``; in no repr.
        expires_at: From when on the link opens nothing.
        is_revoked: The link was taken back.
    """

    id: InvitationId = _ID
    purpose: InvitationPurpose
    child_id: ChildId = _ID
    session_id: SessionId | None = _MAYBE_ID
    worker_id: WorkerId | None = _MAYBE_ID
    form_id: str | None = Field(default=None, pattern=FORM_ID)
    form_version: int | None = Field(default=None, ge=1)
    language: str = Field(default="en", pattern=LANGUAGE)
    about: str | None = Field(default=None, max_length=200)
    expires_at: Instant
    is_revoked: bool = False


Sent = Annotated[str, AfterValidator(storable_text)]


class FormDraft(FrozenModel):
    """A form begun and not sent, as the page sent it.

    Attributes:
        id: The same as that of the submission it will be, so that sending it twice is sending it once.
        invitation_id: The invitation it was begun by.
        child_id: Whose it is.
        worker_id: The worker it is about; ``None`` when it is about no one worker.
        form_id: The form.
        form_version: Its version.
        language: The language it is filled in in.
        answers: By the name of the page's field: what was sent, read or not. In no repr.
        step: Where the child was, as the page names its steps.
        saved_at: When it was last saved.
        revision: Counted from 1 at each saving; two windows cannot both save the same one.
    """

    id: SubmissionId = _ID
    invitation_id: InvitationId = _ID
    child_id: ChildId = _ID
    worker_id: WorkerId | None = _MAYBE_ID
    form_id: str = Field(pattern=FORM_ID)
    form_version: int = Field(ge=1)
    language: str = Field(pattern=LANGUAGE)
    answers: Mapping[str, tuple[Sent, ...]] = Field(default_factory=dict)
    step: str = "start"
    saved_at: Instant
    revision: int = Field(default=1, ge=1)

    @property
    def wants_to_talk(self) -> bool:
        """Whether "I need to talk to someone soon" is ticked, or something there that cannot be read."""
        return is_ticked(self.answers.get("talk_soon")) is not False


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A drawing or photo, decoded and written again, so that nothing else came with it.

    Attributes:
        sha256: Of ``content``, 64 hexadecimal digits: the answer to a drawing question.
        media_type: ``image/jpeg``, ``image/png`` or ``image/webp``.
        content: The bytes; in no repr.
    """

    sha256: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SentForm:
    """That a form was sent, and nothing of what it says.

    Attributes:
        id: Of the submission.
        submitted_at: When, in UTC.
        wants_to_talk: Whether the child asked to talk to someone soon.
    """

    id: SubmissionId
    submitted_at: datetime
    wants_to_talk: bool


@dataclass(frozen=True, slots=True)
class SeenSubmission:
    """As much of a submission as one viewer may see.

    Attributes:
        id: Of the submission.
        child_id: Whose it is.
        submitted_at: When it was sent, in UTC.
        sight: How much the viewer sees.
        submission: The answers; ``None`` unless ``sight`` is ``answers``.
    """

    id: SubmissionId
    child_id: ChildId
    submitted_at: datetime
    sight: Sight
    submission: Submission | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SubmissionRead:
    """One line of the access log: who read what, when.

    Attributes:
        at: When, in UTC.
        submission_id: What was read.
        child_id: Whose words it is.
        viewer_id: Who read it: a worker's id, or the child's own.
        viewer_role: The worker's role on that day; ``None`` for the child.
        sight: How much they saw.
    """

    at: datetime
    submission_id: SubmissionId
    child_id: ChildId
    viewer_id: str
    viewer_role: Role | None
    sight: Sight
