"""The reader: which of Brookside's fields is which of relationkit's."""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from brookside_relationkit.client import Client
from relationkit.errors import MissingSecretError
from relationkit.plugins import RowReader, RowTable

__all__ = ["TOKEN_VARIABLE", "BrooksideReader"]

TOKEN_VARIABLE = "BROOKSIDE_TOKEN"  # noqa: S105 - the name of a variable

ROLES = {"SW": "social_worker", "PA": "personal_adviser", "IRO": "reviewing_officer", "TM": "manager"}
CHANNELS = {"SMS": "text", "TEL": "call", "MAIL": "email", "APP": "app", "POST": "letter", "F2F": "in_person"}
CONTACTS = {"N": "message", "AUTO": "automatic", "NOANSWER": "attempt"}
VISITS = {"SV": "visit", "CU": "catch_up", "REV": "review", "INT": "introduction", "JT": "joint", "BYE": "goodbye"}
OUTCOMES = {"P": "planned", "H": "held", "X": "cancelled", "DNA": "missed"}
YES_NO = {"Y": True, "N": False}


def moment(text: str) -> datetime:
    """Return the moment; Brookside leaves the zone out where it means UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def day(text: str) -> date:
    """Return the day of a moment at midnight, which is how Brookside writes days."""
    return datetime.fromisoformat(text).date()


class BrooksideReader(RowReader):
    """Reads the lists of Brookside Cloud's interface."""

    tables: ClassVar[Mapping[str, RowTable]] = {
        "children": RowTable(
            where="people",
            columns={
                "id": "ref", "chosen_name": "known_as", "pronouns": "pronouns", "born_on": "dob", "team": "team",
                "language": "first_language",
            },
            values={"id": str, "born_on": day},
        ),
        "workers": RowTable(
            where="staff",
            columns={
                "id": "ref", "name": "name", "role": "job", "team": "team", "manager_id": "reports_to",
                "registration": "swe",
            },
            values={"role": ROLES},
        ),
        "assignments": RowTable(
            where="caseload",
            columns={
                "id": "ref", "child_id": "person", "worker_id": "staff", "role": "job", "started_on": "from",
                "ended_on": "until",
            },
            values={"role": ROLES, "started_on": day, "ended_on": day},
        ),
        "messages": RowTable(
            where="contacts",
            columns={
                "id": "ref", "child_id": "person", "at": "when", "direction": "way", "channel": "by",
                "worker_id": "staff", "kind": "type", "thread": "subject", "needs_reply": "reply",
                "no_reply_by": "closed_by", "no_reply_why": "closed_why",
            },
            values={
                "at": moment, "direction": {"IN": "from_child", "OUT": "to_child"}, "channel": CHANNELS,
                "kind": CONTACTS, "needs_reply": YES_NO,
            },
        ),
        "sessions": RowTable(
            where="visits",
            columns={
                "id": "ref", "child_id": "person", "worker_id": "staff", "kind": "type", "starts_at": "starts",
                "ends_at": "ends", "status": "outcome", "place": "venue", "seen": "seen", "seen_alone": "alone",
                "changed_at": "changed", "revision": "revision",
            },
            values={
                "kind": VISITS, "starts_at": moment, "ends_at": moment, "status": OUTCOMES, "seen": YES_NO,
                "seen_alone": YES_NO, "changed_at": moment,
            },
        ),
        "absences": RowTable(
            where="leave",
            columns={
                "worker_id": "staff", "starts_at": "starts", "ends_at": "ends", "cover_id": "cover",
                "tell_child": "share",
            },
            values={"starts_at": moment, "ends_at": moment, "tell_child": YES_NO},
        ),
    }  # fmt: skip

    def __init__(self, where: str) -> None:
        """Prepare to ask the interface; the first question is asked when the first record is."""
        super().__init__(f"brookside:{where}")
        token = os.environ.get(TOKEN_VARIABLE)
        if not token:
            raise MissingSecretError("the adapter 'brookside'", TOKEN_VARIABLE)
        self._client = Client(self.source, where, token)

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """Give the items of one list."""
        return self._client.items(f"/{self.tables[kind].where}")

    def close(self) -> None:
        """Let go of the rows and of the connection."""
        super().close()
        self._client.close()
