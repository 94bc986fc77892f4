"""What is put into a source before it is read. Everybody in it is made up."""

from dataclasses import dataclass
from typing import Final

from relationkit.records import Absence, Assignment, Child, Message, Placement, Record, Session, Worker

__all__ = ["EMPTY", "EVERY_KIND", "PRIVATE_WORDS", "Scenario"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Records to put into a source.

    Attributes:
        name: For messages.
        records: Of any kinds, in no order.
    """

    name: str
    records: tuple[Record, ...]


#: Nothing at all.
EMPTY: Final = Scenario("empty", ())

#: Names and words that stand in :data:`EVERY_KIND`: none may turn up in a repr or an error.
PRIVATE_WORDS: Final = ("Quillaby", "Wrenfold", "Oatshaw Park", "said thanks")

# Ids that sort otherwise as numbers, or in a dictionary: C10 comes before C2, and capitals before small letters.
_CHILDREN: Final = (
    {"id": "c3"},
    {"id": "C2", "chosen_name": "Quillaby", "pronouns": "they/them", "born_on": "2012-02-29", "language": "cy"},
    {"id": "C10", "chosen_name": "=Quillaby", "born_on": "2009-12-31", "team": "Team Wrenfold"},
)
_WORKERS: Final = (
    {"id": "SW2", "name": "Wrenfold", "role": "social_worker", "registration": "SW2", "manager_id": "SW10"},
    {"id": "SW10", "name": "-Wrenfold, “Ŵ”", "role": "social_worker", "registration": "SW10", "team": "North"},
    {"id": "XX1", "name": "O'Wrenfold", "role": "social_worker"},
)
# An open end, an end on the day on which the next begins, a day's cover inside, the same start twice.
_ASSIGNMENTS: Final = (
    {"id": "A4", "child_id": "c3", "worker_id": "XX1", "started_on": "2024-02-29", "ended_on": None},
    {"id": "A3", "child_id": "C2", "worker_id": "SW10", "started_on": "2024-06-01", "reason": "left_role"},
    {"id": "A1", "child_id": "C2", "worker_id": "SW2", "started_on": "2023-04-01", "ended_on": "2024-06-01"},
    {"id": "A2", "child_id": "C2", "worker_id": "XX1", "started_on": "2023-08-01", "ended_on": "2023-08-02"},
    {"id": "A6", "child_id": "C10", "worker_id": "SW2", "started_on": "2023-04-01", "reason": "first_contact"},
    {"id": "A5", "child_id": "C10", "worker_id": "SW10", "started_on": "2023-04-01", "ended_on": "2024-04-01"},
)
# Clocks go back on 26 October 2025 at 01:00 UTC: the first two stand on the same wall-clock time, an hour apart.
_MESSAGES: Final = (
    {"id": "M2", "at": "2025-10-26T01:30:00+00:00", "direction": "to_child", "channel": "text", "worker_id": "SW2"},
    {"id": "M1", "at": "2025-10-26T01:30:00+01:00", "direction": "from_child", "channel": "app", "thread": "Quillaby"},
    {"id": "M3", "at": "2025-10-26T01:30:00.000001+00:00", "direction": "to_child", "channel": "email",
     "kind": "automatic"},
    {"id": "M4", "at": "2025-10-27T09:00:00+00:00", "direction": "from_child", "channel": "text", "needs_reply": False,
     "no_reply_by": "SW2", "no_reply_why": "said thanks"},
)  # fmt: skip
_SESSIONS: Final = (
    {"id": "S2", "child_id": "C2", "worker_id": "SW10", "kind": "catch_up", "starts_at": "2025-03-30T02:30:00+01:00",
     "ends_at": "2025-03-30T03:30:00+01:00", "status": "planned", "place": "Oatshaw Park"},
    {"id": "S1", "child_id": "C2", "worker_id": "SW2", "kind": "visit", "starts_at": "2025-03-30T00:30:00+00:00",
     "ends_at": "2025-03-30T02:30:00+01:00", "status": "held", "seen": True, "seen_alone": False, "revision": 2,
     "changed_at": "2025-03-29T12:00:00+00:00"},
    {"id": "S3", "child_id": "C10", "worker_id": "SW2", "kind": "goodbye", "starts_at": "2025-07-01T15:00:00+01:00",
     "ends_at": "2025-07-01T16:00:00+01:00", "status": "cancelled", "seen": False},
)  # fmt: skip
_ABSENCES: Final = (
    {"worker_id": "SW2", "starts_at": "2025-08-01T00:00:00+01:00", "ends_at": None, "tell_child": False},
    {"worker_id": "SW2", "starts_at": "2025-02-01T00:00:00+00:00", "ends_at": "2025-02-08T00:00:00+00:00"},
    {"worker_id": "SW10", "starts_at": "2025-05-05T09:00:00+01:00", "cover_id": "XX1"},
)
_PLACEMENTS: Final = (
    {"id": "P2", "child_id": "C2", "started_on": "2024-03-31", "regime": "placement"},
    {"id": "P1", "child_id": "C2", "started_on": "2023-04-01", "ended_on": "2024-03-31", "regime": "placement"},
    {"id": "P3", "child_id": "C10", "started_on": "2022-01-01", "regime": "placement"},
)

#: Some of every kind, with what goes wrong most: open ends, clock changes, leap days, ids that sort oddly, names with
#: accents, quotes and formula signs, fields left out.
EVERY_KIND: Final = Scenario(
    "every kind",
    (
        *(Placement.model_validate(row) for row in _PLACEMENTS),
        *(Absence.model_validate(row) for row in _ABSENCES),
        *(Session.model_validate(row) for row in _SESSIONS),
        *(Message.model_validate({"child_id": "C2", **row}) for row in _MESSAGES),
        *(Assignment.model_validate({"role": "social_worker", **row}) for row in _ASSIGNMENTS),
        *(Worker.model_validate(row) for row in _WORKERS),
        *(Child.model_validate(row) for row in _CHILDREN),
    ),
)
