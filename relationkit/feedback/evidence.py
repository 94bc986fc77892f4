"""What a child wants kept: "that really helped me today" in one tap, a few words, a photo, a drawing.

It is the child's: staff can reply and never edit. Each piece carries the SHA-256 of what the child gave, who added it
and when, so that a change shows. The hash is kept beside the piece; somebody who can rewrite both can hide a change
from it, and not from the receipt: the same hash, given to the child or kept in another system when it was added.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, NewType, Self

from pydantic import AfterValidator, Field, model_validator

from relationkit.feedback.forms import Audience
from relationkit.feedback.sent import storable_text
from relationkit.records import PRINTABLE, ChildId, FrozenModel, Instant, SessionId, WorkerId

__all__ = [
    "Evidence",
    "EvidenceFault",
    "EvidenceId",
    "EvidenceKind",
    "EvidencePart",
    "EvidenceReply",
    "verify_evidence",
]

EvidenceId = NewType("EvidenceId", str)

_ID: Final = Field(pattern=PRINTABLE, min_length=1)
_MAYBE_ID: Final = Field(default=None, pattern=PRINTABLE, min_length=1)
_SHA_256: Final = r"^[0-9a-f]{64}$"

_Said = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"\S"), AfterValidator(storable_text)]


class EvidenceKind(StrEnum):
    """What a child gave."""

    THANKS = "thanks"
    """One tap: "that really helped me today"; words may stand beside it."""
    WORDS = "words"
    PHOTO = "photo"
    DRAWING = "drawing"


_PICTURES: Final = frozenset({EvidenceKind.PHOTO, EvidenceKind.DRAWING})


class EvidenceReply(FrozenModel):
    """What a worker wrote back.

    Attributes:
        by: Who.
        at: When.
        text: In no repr.
        sha256: Of the reply and of all before it, so that none can be changed or taken out unseen.
    """

    by: WorkerId = _ID
    at: Instant
    text: _Said
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")


class Evidence(FrozenModel):
    """One thing a child wants kept, and the replies to it.

    Attributes:
        child_id: Whose it is.
        worker_id: The worker it is about; ``None`` when it is about no one worker.
        session_id: The session it is about; ``None`` when it is about none.
        kind: What was given.
        words: In the child's own words; ``None`` for none. In no repr.
        picture_sha256: Of the kept picture, from ``relationkit.render.clean_picture``; ``None`` for no picture.
        description: The picture in words, for those who cannot see it; ``None`` where nobody wrote any. In no repr.
        added_by: Who added it: the child's id, or that of whoever added it at the child's wish.
        added_at: When.
        audience: Whom the child picked as readers; :func:`~relationkit.feedback.visible_to` decides by it.
        sha256: Of all of the above; worked out when left out, and never changed after that.
        replies: Oldest first.
    """

    id: EvidenceId = _ID
    child_id: ChildId = _ID
    worker_id: WorkerId | None = _MAYBE_ID
    session_id: SessionId | None = _MAYBE_ID
    kind: EvidenceKind = EvidenceKind.THANKS
    words: _Said | None = None
    picture_sha256: str | None = Field(default=None, pattern=_SHA_256)
    description: _Said | None = None
    added_by: str = _ID
    added_at: Instant
    audience: tuple[Audience, ...] = ()
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    replies: tuple[EvidenceReply, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _is_hashed(cls, given: object) -> object:
        """Work out the hash where none is given; one that is given is kept, right or wrong, for the check to find."""
        if not isinstance(given, dict) or given.get("sha256"):
            return given
        whole = cls.model_validate({**given, "sha256": "0" * 64, "replies": ()})
        return {**given, "sha256": _hash(whole)}

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if (self.kind in _PICTURES) != (self.picture_sha256 is not None):
            raise ValueError("picture_sha256 belongs to a photo or a drawing; give both or neither")
        if self.kind is EvidenceKind.WORDS and self.words is None:
            raise ValueError("words is missing; give the words, or another kind")
        if len(set(self.audience)) != len(self.audience):
            raise ValueError("audience names one reader twice; name each once")
        if Audience.NOBODY_BY_NAME in self.audience and len(self.audience) > 1:
            raise ValueError("audience names a reader beside nobody_by_name; keep one")
        return self

    @property
    def has_unread_audience(self) -> bool:
        """Whether the readers could not be read: never; such evidence is refused."""
        return False

    @property
    def wants_to_talk(self) -> bool:
        """Whether it asks for somebody to talk to: never; that is a submission's."""
        return False

    def replied(self, reply: EvidenceReply) -> Self:
        """Return it with one more reply; what the child gave, and the earlier replies, stay as they are.

        Raises:
            InvalidRecordError: The reply is from before what it answers.
        """
        hashed = reply.model_copy(update={"sha256": _reply_hash(reply, self._last_hash())})
        return self.model_copy(update={"replies": (*self.replies, hashed)})

    def _last_hash(self) -> str:
        return self.replies[-1].sha256 if self.replies else self.sha256

    @model_validator(mode="after")
    def _replies_follow(self) -> Self:
        moments = [self.added_at, *(reply.at for reply in self.replies)]
        if moments != sorted(moments):
            raise ValueError("replies holds one from before what it answers; check the clocks")
        return self


def _digest(facts: object) -> str:
    written = json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def _hash(evidence: Evidence) -> str:
    return _digest(evidence.model_dump(mode="json", exclude={"sha256", "replies"}))


def _reply_hash(reply: EvidenceReply, before: str) -> str:
    return _digest([before, reply.model_dump(mode="json", exclude={"sha256"})])


class EvidencePart(StrEnum):
    """What of a piece of evidence did not hold."""

    CONTENT = "content"
    """What the child gave, who added it or when."""
    PICTURE = "picture"
    REPLY = "reply"
    RECEIPT = "receipt"
    """The hash is another one than was given out when it was added."""


@dataclass(frozen=True, slots=True)
class EvidenceFault:
    """One thing that did not hold, or could not be judged.

    Attributes:
        evidence_id: Of which piece.
        part: What of it.
        could_not_be_judged: The picture was not there to look at; not the same as one that was changed.
    """

    evidence_id: EvidenceId
    part: EvidencePart
    could_not_be_judged: bool = False


def verify_evidence(
    evidence: Evidence, *, picture: bytes | None = None, receipt: str | None = None
) -> tuple[EvidenceFault, ...]:
    """Return everything about a piece of evidence that does not hold; empty when it is as the child gave it.

    Args:
        evidence: As it is kept.
        picture: The kept picture; without it a photo or drawing could not be judged, which is a finding of its own.
        receipt: The hash as it was given out when the evidence was added; ``None`` where none is at hand, and then
            somebody who rewrote piece and hash together would not be found out.
    """
    found = [(EvidencePart.CONTENT, False)] if evidence.sha256 != _hash(evidence) else []
    if receipt is not None and receipt != evidence.sha256:
        found.append((EvidencePart.RECEIPT, False))
    if evidence.picture_sha256 is not None:
        if picture is None:
            found.append((EvidencePart.PICTURE, True))
        elif hashlib.sha256(picture).hexdigest() != evidence.picture_sha256:
            found.append((EvidencePart.PICTURE, False))
    before = evidence.sha256
    for reply in evidence.replies:
        if reply.sha256 != _reply_hash(reply, before):
            found.append((EvidencePart.REPLY, False))
            break  # every later one rests on it
        before = reply.sha256
    return tuple(EvidenceFault(evidence.id, part, could_not_be_judged=unknown) for part, unknown in found)
