"""The SQL gives the clocks that the object rules give, on packs of small random tables, and the packs notice faults."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.records import LONDON, Absence, Assignment, Channel, Message, Role
from relationkit.sla import EscalationStep, PolicyBook, ResponsePolicy, StopsOn, WorkingCalendar, track_responses

Rows = list[tuple[object, ...]]
MESSAGE_FIELDS = ("id", "child_id", "at", "direction", "channel", "worker_id", "kind", "thread", "needs_reply")
ASSIGNMENT_FIELDS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "cover_for")
ABSENCE_FIELDS = ("worker_id", "starts_at", "ends_at", "cover_id")
FIRST, LAST = date(2025, 3, 27), date(2025, 4, 2)  # the clock goes forward on the 30th
TICK = timedelta(microseconds=1)
#: Where things happen: opening, closing, and a microsecond on either side, over the clock change.
GRID = sorted(
    datetime(2025, 3, day, hour, tzinfo=LONDON).astimezone(UTC) + n * TICK
    for day in (28, 29, 30, 31)
    for hour in (0, 9, 13, 17)
    for n in (-1, 0, 1)
)
REMINDER = EscalationStep(name="reminder", offset=timedelta(hours=-4), to="worker")
OFFICE = WorkingCalendar(
    {day: [("09:00", "13:00"), ("14:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")},
    holidays={date(2025, 4, 1)},
    shifts={date(2025, 3, 30): [("00:30", "09:00")]},
)


def a_book(stops_on: StopsOn) -> PolicyBook:
    """One policy for calls, another for the rest with a version from midnight of the 31st, and one for advisers."""
    rest, advisers = frozenset(Channel) - {Channel.CALL}, frozenset({Role.PERSONAL_ADVISER})
    others = frozenset(Role) - advisers
    long_ago, new = date(2020, 1, 1), date(2025, 3, 31)

    def policy(name: str, hours: int, calendar: WorkingCalendar | None, since: date, **reach: Any) -> ResponsePolicy:
        return ResponsePolicy(
            name=name,
            target=timedelta(hours=hours),
            calendar=calendar,
            in_force_from=since,
            stops_on=stops_on,
            escalations=(REMINDER,) if name != "advisers" else (),
            **reach,
        )

    return PolicyBook(
        [
            policy("calls", 4, OFFICE, long_ago, channels={"call"}, roles=others),
            policy("rest", 24, None, long_ago, channels=rest, roles=others),
            policy("rest", 7, OFFICE, new, channels=rest, roles=others),
            policy("advisers", 16, None, long_ago, roles=advisers),
        ]
    )


@dataclass(frozen=True)
class Pack:
    """A table of a few dozen children, the book to judge by, and now."""

    messages: list[Message]
    assignments: list[Assignment]
    absences: list[Absence]
    book: PolicyBook
    now: datetime

    @cached_property
    def deadlines(self) -> bulk.DeadlineTable:
        return bulk.deadline_table(self.book, FIRST, LAST)

    @cached_property
    def relations(self) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """The three tables, each in a connection of its own."""
        return (
            relation_of(self.messages, MESSAGE_FIELDS),
            relation_of(self.assignments, ASSIGNMENT_FIELDS),
            relation_of(self.absences, ABSENCE_FIELDS),
        )

    def in_bulk(self) -> Rows:
        messages, assignments, absences = self.relations
        result = bulk.response_clocks(
            messages, self.deadlines, now=self.now, assignments=assignments, absences=absences
        )
        return result.rows()

    @cached_property
    def by_objects(self) -> Rows:
        clocks = track_responses(
            self.messages, self.book, now=self.now, absences=self.absences, assignments=self.assignments
        )
        return [(*as_row(clock), 0) for clock in clocks]


def as_row(clock: Any) -> tuple[object, ...]:
    before_policy, after_policy = clock[:8], clock[9:16]
    named = (clock.policy.name, clock.policy.in_force_from)
    return (*before_policy, *named, *after_policy, clock.state(clock.seen_until).value)


def relation_of(records: Iterable[Any], fields: tuple[str, ...]) -> duckdb.DuckDBPyRelation:
    columns = list(zip(*(tuple(getattr(each, name) for name in fields) for each in records), strict=True))
    kinds = {"needs_reply": "BOOLEAN", "started_on": "DATE", "ended_on": "DATE"}
    kinds |= dict.fromkeys(("at", "starts_at", "ends_at"), "TIMESTAMPTZ")
    unnested = ", ".join(f"unnest(?::{kinds.get(name, 'VARCHAR')}[]) AS {name}" for name in fields)
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"CREATE TABLE given AS SELECT {unnested}", [list(column) for column in columns])
    return connection.table("given")


def a_pack(seed: int, *, children: int = 60) -> Pack:
    random = Random(seed)
    stops_on = [StopsOn(), StopsOn(kinds={"message", "attempt"}), StopsOn(channels={"call", "text"})][seed % 3]
    book = a_book(stops_on)
    messages = [message for number in range(children) for message in _one_childs(random, f"c{number}%/")]
    assignments = [one for number in range(children) for one in _assignments(random, f"c{number}%/")]
    absences = [_absence(random, random.choice("uvwxyz")) for _ in range(12)]
    for rows in (messages, assignments, absences):
        random.shuffle(rows)  # type: ignore[arg-type]  # each is a list of its own kind
    dues = [book.policy_for(message).due_at(message.at) for message in messages]
    now = random.choice([*(message.at for message in messages), *(due + n * TICK for due in dues for n in (0, 1))])
    remind = [due - timedelta(hours=4) for due in dues]
    return Pack(messages, assignments, absences, book, random.choice([now, now, max(dues), *remind[:1]]))


def _one_childs(random: Random, child_id: str) -> Iterable[Message]:
    for number in range(random.randint(1, 14)):
        direction = random.choice(["from_child", "to_child"])
        message = Message(
            id=f"{child_id}-{random.randrange(10)}-{number}",
            child_id=child_id,
            at=random.choice(GRID),
            direction=direction,
            channel=random.choice(["text", "call", "email"]),
            worker_id=random.choice([None, *"uvwxyz"]),
            kind=random.choice(["message", "message", "message", "automatic", "attempt"]),
            thread=random.choice([None, None, "school"]),
            needs_reply=direction == "to_child" or random.random() < 0.85,
        )
        yield message
        if random.random() < 0.1:
            later = {"at": random.choice(GRID), "worker_id": "v", "needs_reply": random.random() < 0.5}
            yield random.choice([message, Message(**message.model_dump() | later)])


def _assignments(random: Random, child_id: str) -> Iterable[Assignment]:
    days = [date(2025, 3, day) for day in (20, 28, 29, 30, 31)]
    for number in range(random.choice([0, 1, 2, 4, 6])):
        started, ended = sorted(random.choices(days, k=2))
        yield Assignment(
            id=f"a{child_id}{number}",
            child_id=child_id,
            worker_id=random.choice("uvw"),
            role=random.choice(["social_worker", "social_worker", "personal_adviser"]),
            started_on=started,
            ended_on=random.choice([None, ended]),
            cover_for=random.choice([None, None, "z"]),
        )


def _absence(random: Random, worker_id: str) -> Absence:
    starts, ends = sorted(random.sample(GRID, k=2))
    cover = random.choice([None, *"uvwxyz"])
    return Absence(
        worker_id=worker_id,
        starts_at=starts,
        ends_at=random.choice([None, ends]),
        cover_id=None if cover == worker_id else cover,
    )


PACKS = [a_pack(seed) for seed in range(12)]


@pytest.mark.parametrize("pack", PACKS)
def test_whole_tables_get_the_clocks_of_the_object_rules(pack: Pack) -> None:
    assert pack.in_bulk() == pack.by_objects


def test_the_packs_hold_every_state_and_everybody_who_may_answer() -> None:
    rows = [row for pack in PACKS for row in pack.by_objects]

    assert {row[17] for row in rows} == {"waiting", "due_soon", "overdue", "answered_in_time", "answered_late"}
    assert {row[15] for row in rows} == {None, "worker", "cover", "duty"}
    assert any(pack.now in {message.at for message in pack.messages} for pack in PACKS)
    assert any(row[5] == pack.now for pack in PACKS for row in pack.by_objects)
