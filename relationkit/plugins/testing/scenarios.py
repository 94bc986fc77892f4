"""What is put into a source before it is read. Everybody in it is made up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from relationkit.plugins.adapters.base import KIND_OF, RECORD_OF
from relationkit.records import (
    Absence,
    Assignment,
    Child,
    ChildId,
    Message,
    Placement,
    PlacementId,
    Record,
    Role,
    Session,
    Worker,
    WorkerId,
)

__all__ = [
    "CLOCK_CHANGES",
    "EMPTY",
    "EVERY_KIND",
    "KIT_WORDS",
    "PAGES",
    "PRIVATE_WORDS",
    "SPELLS",
    "WITHIN_A_SECOND",
    "Scenario",
]


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
# Clocks go back on 26 October 2025 at 01:00 UTC: M1 stands before, M2 after, neither in the hour that comes twice.
_MESSAGES: Final = (
    {"id": "M2", "at": "2025-10-26T02:30:00+00:00", "direction": "to_child", "channel": "text", "worker_id": "SW2"},
    {"id": "M1", "at": "2025-10-26T00:30:00+01:00", "direction": "from_child", "channel": "app", "thread": "Quillaby"},
    {"id": "M3", "at": "2025-10-26T02:31:00+00:00", "direction": "to_child", "channel": "email", "kind": "automatic"},
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

# A child for each worker, so that sources which hold the present worker alone can hold these too.
_PEOPLE: Final[tuple[Record, ...]] = (
    Child(id=ChildId("C1")),
    Child(id=ChildId("C2")),
    *(
        Worker(id=WorkerId(number), name=name, role=Role.SOCIAL_WORKER, registration=number)
        for number, name in (("SW1", "Wrenfold"), ("SW2", "O'Wrenfold"), ("SW3", "-Wrenfold"))
    ),
)

#: Days and moments at which clocks and calendars go wrong: both clock changes of 2025 (30 March and 26 October, 01:00
#: UTC), midnight in summer, leap days, the turn of the year. Moments are whole minutes, as many systems keep them.
CLOCK_CHANGES: Final = Scenario(
    "clock changes",
    (
        *_PEOPLE,
        *(
            Message.model_validate(
                {"id": f"M{number}", "child_id": "C1", "at": at, "direction": "from_child", "channel": "text"}
            )
            for number, at in enumerate(
                (
                    "2025-03-30T00:59:00+00:00", "2025-03-30T02:00:00+01:00", "2025-06-01T00:00:00+01:00",
                    "2025-10-26T01:59:00+01:00", "2025-10-26T01:00:00+00:00", "2025-10-26T01:59:00+00:00",
                    "2024-02-29T12:00:00+00:00", "2024-12-31T23:59:00+00:00", "2025-01-01T00:00:00+00:00",
                )
            )
        ),
        *(
            Session.model_validate(
                {"id": f"S{number}", "child_id": "C1", "worker_id": "SW1", "kind": "visit", "starts_at": starts_at,
                 "ends_at": ends_at, "status": "held", "seen": True, "seen_alone": True}
            )
            for number, (starts_at, ends_at) in enumerate(
                (
                    ("2025-03-30T00:30:00+00:00", "2025-03-30T02:30:00+01:00"),
                    ("2025-10-26T00:30:00+01:00", "2025-10-26T02:30:00+00:00"),
                    ("2025-07-01T00:00:00+01:00", "2025-07-01T01:00:00+01:00"),
                )
            )
        ),
        *(
            Assignment.model_validate({"id": f"A{number}", "role": "social_worker", **row})
            for number, row in enumerate(
                (
                    {"child_id": "C1", "worker_id": "SW1", "started_on": "2024-02-29", "ended_on": "2025-03-30"},
                    {"child_id": "C1", "worker_id": "SW2", "started_on": "2025-03-30", "ended_on": "2025-10-26"},
                    {"child_id": "C1", "worker_id": "SW3", "started_on": "2025-10-26", "ended_on": "2026-01-01"},
                    {"child_id": "C2", "worker_id": "SW1", "started_on": "2023-12-31", "ended_on": "2024-03-01"},
                )
            )
        ),
        *(
            Placement.model_validate({"id": f"P{number}", "regime": "placement", **row})
            for number, row in enumerate(
                (
                    {"child_id": "C1", "started_on": "2024-02-29", "ended_on": "2025-03-30"},
                    {"child_id": "C1", "started_on": "2025-03-30", "ended_on": "2025-10-26"},
                    {"child_id": "C2", "started_on": "2024-12-31", "ended_on": "2025-01-01"},
                )
            )
        ),
    ),
)  # fmt: skip

#: Two messages within a second, and within a minute: what a system that keeps whole seconds, or minutes, cannot hold.
WITHIN_A_SECOND: Final = Scenario(
    "within a second",
    (
        *_PEOPLE,
        *(
            Message.model_validate(
                {"id": f"M{number}", "child_id": "C1", "at": at, "direction": direction, "channel": "text"}
            )
            for number, (at, direction) in enumerate(
                (
                    ("2025-06-02T09:00:00.000001+00:00", "to_child"), ("2025-06-02T09:00:00+00:00", "from_child"),
                    ("2025-06-02T09:00:59+00:00", "to_child"),
                )
            )
        ),
    ),
)  # fmt: skip

#: A child whose workers overlap, leave a gap, come back, stand in inside, and end where the next begins; and one who
#: has two at once, both with an open end.
_SPELLS: Final[tuple[dict[str, str | None], ...]] = (
    {"child_id": "C1", "worker_id": "SW1", "started_on": "2024-01-01", "ended_on": "2024-04-01"},
    {"child_id": "C1", "worker_id": "SW2", "started_on": "2024-03-01", "ended_on": "2024-06-01"},
    {"child_id": "C1", "worker_id": "SW1", "started_on": "2024-08-01", "ended_on": "2024-12-01"},
    {"child_id": "C1", "worker_id": "SW3", "started_on": "2024-09-01", "ended_on": "2024-10-01"},
    {"child_id": "C1", "worker_id": "SW2", "started_on": "2024-12-01", "ended_on": None},
    {"child_id": "C2", "worker_id": "SW2", "started_on": "2024-05-01", "ended_on": None},
    {"child_id": "C2", "worker_id": "SW3", "started_on": "2024-07-01", "ended_on": None},
)

#: Spells as no system should mend them.
SPELLS: Final = Scenario(
    "spells",
    (
        *_PEOPLE,
        *(
            Assignment.model_validate({"id": f"A{number}", "role": "social_worker", **row})
            for number, row in enumerate(_SPELLS)
        ),
    ),
)


def _pages() -> Iterator[Record]:
    """Yield more than a page of most systems holds; many stand at one moment, which is where cursors slip."""
    yield from _PEOPLE[2:]
    moment, day = datetime(2025, 1, 1, tzinfo=UTC), date(2024, 1, 1)
    for number in range(201):
        child_id = ChildId(f"K{number:03}")
        yield Child(id=child_id)
        yield Placement(id=PlacementId(f"P{number}"), child_id=child_id, started_on=day, regime="placement")
        for each in range(3):
            spell = {"id": f"A{number}-{each}", "child_id": child_id, "worker_id": f"SW{each + 1}"}
            started_on = day + timedelta(days=each)
            days = {"started_on": started_on, "ended_on": started_on + timedelta(days=1)}
            yield Assignment.model_validate({**spell, **days, "role": "social_worker"})
    for number in range(603):
        at = moment + timedelta(minutes=number // 100)
        message = {"id": f"M{number}", "child_id": f"K{number // 300:03}", "at": at}
        yield Message.model_validate({**message, "direction": "from_child", "channel": "text"})
        visit = {"id": f"S{number}", "child_id": f"K{number // 300:03}", "worker_id": "SW1", "kind": "visit"}
        hours = {"starts_at": moment + timedelta(days=number), "ends_at": moment + timedelta(days=number, hours=1)}
        yield Session.model_validate({**visit, **hours, "status": "held", "seen": True, "seen_alone": True})


#: More of each kind than fits on a page of 100, 200 or 500, with a hundred messages at one moment.
PAGES: Final = Scenario("pages", tuple(_pages()))


#: The fields that hold one of a few words, and are plain text in the records.
_WORDED: Final = frozenset({"language", "regime"})


def _words(scenarios: Iterable[Scenario]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, set[str]]] = {kind: {} for kind in RECORD_OF}
    for scenario in scenarios:
        for record in scenario.records:
            for name, value in record:
                if isinstance(value, StrEnum) or (name in _WORDED and value is not None):
                    found[KIND_OF[type(record)]].setdefault(name, set()).add(str(value))
    return {
        kind: {name: tuple(sorted(words)) for name, words in fields.items()} for kind, fields in found.items() if fields
    }


#: By kind, then field: every word of ours that the kit puts into a source, for which a harness needs one of theirs. A
#: field may be ``None`` besides, where the record allows it.
KIT_WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = _words(
    (EVERY_KIND, CLOCK_CHANGES, SPELLS, PAGES, WITHIN_A_SECOND)
)
