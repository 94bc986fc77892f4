"""A worker's one page and its pocket size.

A card is built from one profile, that of the worker who is coming: nothing of the worker who leaves can get onto it.
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Base64Bytes, BeforeValidator, Field, model_validator

from relationkit.errors import NaiveMomentError
from relationkit.profiles.contacts import ContactWay, DutyLine, OpenHours
from relationkit.records import LANGUAGE, PRINTABLE, Day, FrozenModel, WorkerId

__all__ = ["Cover", "IntroductionCard", "Picture", "PictureType", "WorkerProfile", "initials"]

#: One line that a worker writes about themself; short enough for a card.
Line = Annotated[str, Field(min_length=1, max_length=90, pattern=r"\S")]


class PictureType(StrEnum):
    """What a picture may be; nothing that can carry a script."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


_FIRST_BYTES: Final[Mapping[PictureType, bytes]] = {
    PictureType.JPEG: b"\xff\xd8\xff",
    PictureType.PNG: b"\x89PNG\r\n\x1a\n",
    PictureType.WEBP: b"RIFF",
}

#: A card is one file that is sent by phone.
MOST_PICTURE_BYTES: Final = 500_000


def _encoded(value: object) -> object:
    return b64encode(value) if isinstance(value, bytes) else value


class Picture(FrozenModel):
    """A photo or a drawing, held whole so that a card asks for nothing from elsewhere.

    Attributes:
        alt: What it shows, for somebody who cannot see it.
        media_type: What the bytes are.
        data: The bytes (in Python), or their Base64 text (in JSON); at most 500,000 bytes.
    """

    alt: str = Field(min_length=1, max_length=200)
    media_type: PictureType
    data: Annotated[Base64Bytes, BeforeValidator(_encoded)]

    @model_validator(mode="after")
    def _is_what_it_says(self) -> Self:
        if len(self.data) > MOST_PICTURE_BYTES:
            raise ValueError(f"data is more than {MOST_PICTURE_BYTES:,} bytes; make the picture smaller")
        if not self.data.startswith(_FIRST_BYTES[self.media_type]):
            raise ValueError("data is not the kind of picture that media_type says; save it as that kind")
        return self


class Cover(FrozenModel):
    """Who stands in while the worker is away."""

    worker_id: WorkerId = Field(pattern=PRINTABLE, min_length=1)
    name: str = Field(min_length=1, max_length=80)
    ways: tuple[ContactWay, ...] = Field(min_length=1)


class _CardFields(FrozenModel):
    """What the page and the card both say, in the worker's own words."""

    worker_id: WorkerId = Field(pattern=PRINTABLE, min_length=1)
    name: str = Field(min_length=1, max_length=80, pattern=r"\S")
    pronouns: str | None = Field(default=None, max_length=40)
    what_i_do: str = Field(min_length=1, max_length=200)
    three_things: tuple[Line, Line, Line]
    ways: tuple[ContactWay, ...] = Field(min_length=1)
    hours: str = Field(min_length=1, max_length=120)
    liked: tuple[Line, ...] = Field(default=(), max_length=3)
    cover: Cover | None = None
    duty: DutyLine
    picture: Picture | None = None
    language: str = Field(default="en", pattern=LANGUAGE)
    agreed_on: Day | None = None

    @model_validator(mode="after")
    def _does_not_cover_themself(self) -> Self:
        if self.cover is not None and self.cover.worker_id == self.worker_id:
            raise ValueError("cover is the worker themself; name somebody else, or leave it out")
        return self


def _check_days(valid_from_on: date | None, valid_to_on: date | None) -> None:
    if valid_from_on is not None and valid_to_on is not None and valid_to_on <= valid_from_on:
        raise ValueError("valid_to_on is not after valid_from_on; check the two days")


class WorkerProfile(_CardFields):
    """One page about a worker, in their words; nothing of it is in a repr but the id.

    Attributes:
        name: As children know them.
        what_i_do: Their job in a line or two.
        three_things: Three things about me that they are happy to share.
        ways: How to reach them, in the order they like.
        hours: When they can be reached, in words.
        liked: What people like about working with them, at most three lines.
        cover: Who usually stands in; ``None`` when duty does.
        duty: Who always answers.
        picture: A photo or a drawing; ``None`` draws the initials.
        language: BCP 47 tag of what they wrote; a worker who writes in two languages has two profiles.
        agreed_on: The day on which the worker said that all of this may be shared; ``None`` when nobody asked.
        open_hours: The same as ``hours``, to be reckoned with; empty when nobody has said.
        support: How best to support me or work with me, in a line; ``None`` leaves it out.
        valid_from_on: The first day on which the profile is right; ``None`` when it was not written down.
        valid_to_on: The first day after, such as the day after their last; ``None`` while nobody knows.
    """

    open_hours: tuple[OpenHours, ...] = ()
    support: str | None = Field(default=None, max_length=200)
    valid_from_on: Day | None = None
    valid_to_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        _check_days(self.valid_from_on, self.valid_to_on)
        return self

    def is_valid(self, *, on: date) -> bool:
        """Return whether the profile is right on that day, as far as its own days tell."""
        has_begun = self.valid_from_on is None or self.valid_from_on <= on
        return has_begun and (self.valid_to_on is None or on < self.valid_to_on)

    def is_reachable(self, at: datetime) -> bool | None:
        """Return whether ``at`` is inside their hours; ``None`` when their hours are only in words.

        Raises:
            NaiveMomentError: ``at`` has no time zone.
        """
        if at.utcoffset() is None:
            raise NaiveMomentError("at")
        if not self.open_hours:
            return None
        return any(hours.is_open(at) for hours in self.open_hours)


class IntroductionCard(_CardFields):
    """The pocket size of one profile, for the time that it holds.

    Attributes:
        valid_from_on: The first day.
        valid_to_on: The first day after; ``None`` while nobody knows.
    """

    valid_from_on: Day
    valid_to_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        _check_days(self.valid_from_on, self.valid_to_on)
        return self

    @classmethod
    def from_profile(
        cls, profile: WorkerProfile, *, valid_from_on: date | None = None, valid_to_on: date | None = None
    ) -> "IntroductionCard":
        """Return the card of the worker who is coming, from their profile and nothing else.

        Args:
            profile: Theirs.
            valid_from_on: The first day of the card; without it, the profile's.
            valid_to_on: The first day after; without it, the profile's.

        Raises:
            InvalidRecordError: Neither says from when it holds, or it ends before it starts.
        """
        shared = {name: getattr(profile, name) for name in _CardFields.model_fields}
        days = {"valid_from_on": valid_from_on or profile.valid_from_on}
        return cls.model_validate(shared | days | {"valid_to_on": valid_to_on or profile.valid_to_on})

    def is_valid(self, *, on: date) -> bool:
        """Return whether the card holds on that day."""
        return self.valid_from_on <= on and (self.valid_to_on is None or on < self.valid_to_on)


def initials(name: str) -> str:
    """Return one or two letters to draw when there is no picture: ``"Sam Okoro"`` gives ``"SO"``.

    Words that begin with no letter are passed over; a name without letters gives ``"?"``.
    """
    firsts = [word[0].upper() for word in name.split() if word[0].isalpha()]
    return "".join(firsts[:1] + firsts[1:][-1:]) or "?"
