"""Ways to reach a person, each with a link that can only be what it says it is."""

import re
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from relationkit.records import FrozenModel

__all__ = ["ContactKind", "ContactWay", "DutyLine"]


class ContactKind(StrEnum):
    """How to reach somebody."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    WEB = "web"


_PHONE: Final = re.compile(r"\+?[0-9](?:[0-9 ]{1,18}[0-9])")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class ContactWay(FrozenModel):
    """One way to reach somebody.

    Attributes:
        label: The words beside it, such as ``"Text me"``.
        value: A phone number (digits, spaces, a leading ``+``), an email address, or an ``https`` address.
    """

    kind: ContactKind
    label: str = Field(min_length=1, max_length=60)
    value: str = Field(min_length=1, max_length=200)

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
        ways: In the order to try; one at least must answer at every hour, as an emergency duty team does.
        hours: When it answers, in words.
    """

    name: str = Field(min_length=1, max_length=80)
    ways: tuple[ContactWay, ...] = Field(min_length=1)
    hours: str = Field(default="Day and night", min_length=1, max_length=120)
