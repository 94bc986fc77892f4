"""Ways to reach a person, each with a link that can only be what it says it is, and the hours at which it answers."""

import re
from datetime import datetime, time
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from relationkit.errors import NaiveMomentError
from relationkit.records import LONDON, FrozenModel

__all__ = ["ContactKind", "ContactWay", "DutyLine", "OpenHours"]


class ContactKind(StrEnum):
    """How to reach somebody."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    WEB = "web"


_PHONE: Final = re.compile(r"\+?[0-9](?:[0-9 ]{1,18}[0-9])")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


_MIDNIGHT: Final = time()


class OpenHours(FrozenModel):
    """From when until when somebody can be reached on one day of the week, London time.

    Attributes:
        weekday: 1 for Monday to 7 for Sunday, as ISO 8601 counts.
        opens_at: The first moment.
        closes_at: The first moment after; later than ``opens_at``. Midnight (``00:00``) is the end of the day.
    """

    weekday: int = Field(ge=1, le=7)
    opens_at: time
    closes_at: time

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.opens_at.tzinfo is not None or self.closes_at.tzinfo is not None:
            raise ValueError("the times carry a zone; they are London time, so leave it out")
        if self.closes_at <= self.opens_at and self.closes_at != _MIDNIGHT:
            raise ValueError("closes_at is not after opens_at; check the two times")
        return self

    def is_open(self, at: datetime) -> bool:
        """Return whether the moment lies inside.

        Raises:
            NaiveMomentError: ``at`` has no time zone.
        """
        if at.utcoffset() is None:
            raise NaiveMomentError("at")
        local = at.astimezone(LONDON)
        is_before_the_end = local.time() < self.closes_at or self.closes_at == _MIDNIGHT
        return local.isoweekday() == self.weekday and self.opens_at <= local.time() and is_before_the_end


class ContactWay(FrozenModel):
    """One way to reach somebody.

    Attributes:
        label: The words beside it, such as ``"Text me"``.
        value: A phone number (digits, spaces, a leading ``+``), an email address, or an ``https`` address.
        open_hours: When this way is answered; empty when that is not limited beyond the hours of whose it is.
    """

    kind: ContactKind
    label: str = Field(min_length=1, max_length=60)
    value: str = Field(min_length=1, max_length=200)
    open_hours: tuple[OpenHours, ...] = ()

    @model_validator(mode="after")
    def _is_what_it_says(self) -> Self:
        match self.kind:
            case ContactKind.CALL | ContactKind.TEXT if not _PHONE.fullmatch(self.value):
                raise ValueError("value is not a phone number; write digits and spaces, with + for a country code")
            case ContactKind.EMAIL if not _EMAIL.fullmatch(self.value):
                raise ValueError("value is not an email address; write it as name@example.org")
            case ContactKind.WEB if not _is_https(self.value):
                raise ValueError("value is not an https address; write it in full, without a user name")
        return self

    def is_answered(self, at: datetime) -> bool:
        """Return whether somebody answers this way at that moment, as far as its own hours tell.

        Raises:
            NaiveMomentError: ``at`` has no time zone.
        """
        if at.utcoffset() is None:
            raise NaiveMomentError("at")
        return not self.open_hours or any(hours.is_open(at) for hours in self.open_hours)

    @property
    def href(self) -> str:
        """The link: ``tel:``, ``sms:``, ``mailto:`` or ``https:``, never another scheme."""
        match self.kind:
            case ContactKind.CALL:
                return f"tel:{self.value.replace(' ', '')}"
            case ContactKind.TEXT:
                return f"sms:{self.value.replace(' ', '')}"
            case ContactKind.EMAIL:
                return f"mailto:{self.value}"
            case ContactKind.WEB:
                return self.value


def _is_https(value: str) -> bool:
    if not re.fullmatch(r"[!-~]+", value) or "\\" in value:  # printable ASCII: no spaces, no look-alike letters
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


class DutyLine(FrozenModel):
    """Who always answers: the last resort of :func:`~relationkit.profiles.contact_now`.

    Attributes:
        name: As children know it, such as ``"Duty team"``; a team, not a person.
        ways: In the order to try; one at least has no ``open_hours``: it answers at every hour, as an emergency duty
            team does.
        hours: When it answers, in words.
    """

    name: str = Field(min_length=1, max_length=80)
    ways: tuple[ContactWay, ...] = Field(min_length=1)
    hours: str = Field(default="Day and night", min_length=1, max_length=120)

    @model_validator(mode="after")
    def _always_answers(self) -> Self:
        if all(way.open_hours for way in self.ways):
            raise ValueError("ways all have hours; add one that answers at every hour, as an emergency duty team does")
        return self
