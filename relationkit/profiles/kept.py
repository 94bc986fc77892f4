"""A profile as it is kept, version by version, and the link by which a worker or a child writes theirs."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, Self

from pydantic import Field, model_validator

from relationkit.profiles.cards import WorkerProfile
from relationkit.records import LANGUAGE, PRINTABLE, ChildId, FrozenModel, Instant, WorkerId

__all__ = ["KeptProfile", "ProfileInvitation", "ProfileInvitationId", "ProfilePurpose"]

ProfileInvitationId = NewType("ProfileInvitationId", str)

_ID: Final = Field(pattern=PRINTABLE, min_length=1)
_MAYBE_ID: Final = Field(default=None, pattern=PRINTABLE, min_length=1)


class ProfilePurpose(StrEnum):
    """What an invitation opens, and nothing else."""

    CARD = "card"
    """A worker's own card."""
    ABOUT_ME = "about_me"
    """A child's own page."""


class ProfileInvitation(FrozenModel):
    """Somebody asked to write their own card or page; a link carries its id, which says nothing about anyone.

    Attributes:
        id: Random; it stands in the link.
        worker_id: Whose card; ``None`` for a child's page.
        child_id: Whose page; ``None`` for a worker's card.
        language: What its pages are in, and what is written in, as a BCP 47 tag.
        expires_at: From when on the link opens nothing.
        is_revoked: The link was taken back.
    """

    id: ProfileInvitationId = _ID
    worker_id: WorkerId | None = _MAYBE_ID
    child_id: ChildId | None = _MAYBE_ID
    language: str = Field(default="en", pattern=LANGUAGE)
    expires_at: Instant
    is_revoked: bool = False

    @model_validator(mode="after")
    def _is_of_one_person(self) -> Self:
        if (self.worker_id is None) == (self.child_id is None):
            raise ValueError("worker_id or child_id is needed, one of the two; give the one whose card or page it is")
        return self

    @property
    def purpose(self) -> ProfilePurpose:
        """What it opens."""
        return ProfilePurpose.ABOUT_ME if self.worker_id is None else ProfilePurpose.CARD


@dataclass(frozen=True, slots=True)
class KeptProfile:
    """One version of a worker's profile in one language.

    Attributes:
        profile: In no repr.
        version: 1 for the first, one more for each that follows.
        saved_at: When it was saved, in UTC.
    """

    profile: WorkerProfile = field(repr=False)
    version: int
    saved_at: datetime
