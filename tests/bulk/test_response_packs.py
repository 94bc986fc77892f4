"""The SQL gives the clocks that the object rules give, on packs of small random tables, and the packs notice faults."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.bulk import text
from relationkit.bulk.deadlines import InForce, Segment, instant_number
from relationkit.bulk.dialects import DIALECTS
from relationkit.bulk.responses import OPEN_AT, reminder_rows, response_steps
from relationkit.records import LONDON, Absence, Assignment, Channel, Message, Role
from relationkit.sla import EscalationStep, PolicyBook, ResponsePolicy, StopsOn, WorkingCalendar, track_responses
from relationkit.sla.clocks import _each_once as each_once

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


def a_pack(seed: int, *, children: int = 80) -> Pack:
    random = Random(seed)
    stops_on = [StopsOn(), StopsOn(kinds={"message", "attempt"}), StopsOn(channels={"call", "text"})][seed % 3]
    book = a_book(stops_on)
    messages = [message for number in range(children) for message in _one_childs(random, f"c{number}%/")]
    assignments = [one for number in range(children) for one in _assignments(random, f"c{number}%/")]
    absences = [_absence(random, random.choice("uvwxyz")) for _ in range(20)]
    for rows in (messages, assignments, absences):
        random.shuffle(rows)  # type: ignore[arg-type]  # each is a list of its own kind
    dues = [book.policy_for(message).due_at(message.at) for message in messages]
    now = random.choice([*(message.at for message in messages), *(due + n * TICK for due in dues for n in (0, 1))])
    remind = [due - timedelta(hours=4) for due in dues]
    return Pack(messages, assignments, absences, book, random.choice([now, now, max(dues), *remind[:1]]))


def _one_childs(random: Random, child_id: str) -> Iterable[Message]:
    at = random.choice(GRID)
    for number in range(random.randint(1, 14)):
        direction = random.choice(["from_child", "to_child"])
        at = at if random.random() < 0.15 else random.choice(GRID)
        message = Message(
            id=f"{child_id}-{random.randrange(10)}-{number}",
            child_id=child_id,
            at=at,
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
    for number in range(random.choice([0, 1, 1, 4, 6])):
        started, ended = sorted(random.choices(days, k=2))
        yield Assignment(
            id=f"a{child_id}{number}",
            child_id=child_id,
            worker_id=random.choice("uvw"),
            role=random.choice(["social_worker", "personal_adviser"]),
            started_on=started,
            ended_on=random.choice([None, ended]),
            cover_for=random.choice([None, None, "z"]),
        )


def _absence(random: Random, worker_id: str) -> Absence:
    starts, ends = sorted(random.sample(GRID[::5], k=2))
    cover = random.choice([None, *"uvwxyzpqr"])  # the last three are never away
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


# What a quadratic oracle says, which folds nothing: it asks of each question whether an earlier one was still open.


def waits_by_looking(pack: Pack) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    stops_on = pack.book.policies[0].stops_on
    once = {message.id: message for message in each_once(pack.messages) if message.at <= pack.now}
    for first in once.values():
        thread = [m for m in once.values() if (m.child_id, m.thread) == (first.child_id, first.thread)]
        asked = [m for m in thread if is_question(m)]
        told = [m for m in thread if is_answer(m, stops_on)]
        if not is_question(first) or any(
            asked_at(m) < asked_at(first) and not any(m.at < r.at <= first.at for r in told) for m in asked
        ):
            continue
        after = sorted((r for r in told if r.at > first.at), key=lambda r: (r.at, r.id))
        until = after[0].at if after else datetime.max.replace(tzinfo=UTC)
        joined = [m for m in asked if first.at <= m.at < until]
        missed = [
            m
            for m in thread
            if m.direction == "to_child" and m.kind == "attempt" and m not in told and first.at < m.at <= until
            if not (m.at == until and m.id > after[0].id)
        ]
        by = after[0].worker_id if after else None
        found.add((first.id, first.at, after[0].at if after else None, by, len(joined), len(missed)))
    return found


def asked_at(message: Message) -> tuple[datetime, str]:
    return message.at, message.id


def is_question(message: Message) -> bool:
    return message.direction == "from_child" and message.needs_reply and message.kind != "automatic"


def is_answer(message: Message, stops_on: StopsOn) -> bool:
    counts = stops_on.channels is None or message.channel in stops_on.channels
    return message.direction == "to_child" and message.kind in stops_on.kinds and counts


@pytest.mark.parametrize("pack", PACKS)
def test_the_object_rules_agree_with_the_oracle(pack: Pack) -> None:
    assert {(row[3], row[4], row[6], row[7], row[11], row[12]) for row in pack.by_objects} == waits_by_looking(pack)


# The same text on a second engine: it is portable, not merely DuckDB's.


def number(at: datetime | None) -> int | None:
    return None if at is None else instant_number(at)


def midnight(day: date | None) -> int:
    if day is None:
        return OPEN_AT
    return instant_number(datetime(day.year, day.month, day.day, tzinfo=LONDON))


def in_sqlite(pack: Pack) -> Rows:
    """Run the steps of the rule in SQLite, on tables that are filled from the records."""
    threads = {
        thread: place for place, thread in enumerate(dict.fromkeys((m.child_id, m.thread) for m in pack.messages))
    }
    tables = {
        "message": [
            (m.id, threads[m.child_id, m.thread], number(m.at), int(m.direction == "from_child"), m.channel.value,
             m.kind.value, int(m.needs_reply), m.worker_id)
            for m in each_once(pack.messages)
        ],
        "conversation": [(place, *thread) for thread, place in threads.items()],
        "in_force": [(row.policy_id, row.channel, row.role, row.from_at, row.to_at) for row in pack.deadlines.in_force],
        "deadline": list(pack.deadlines.segments),
        "reminder": list(reminder_rows(pack.deadlines, pack.now)),
        "assignment": [
            (a.child_id, a.worker_id, a.role.value, list(Role).index(a.role), int(a.cover_for is not None),
             midnight(a.started_on), midnight(a.ended_on))
            for a in pack.assignments
        ],
        "absence": [
            (a.worker_id, number(a.starts_at), OPEN_AT if a.ends_at is None else number(a.ends_at), a.cover_id)
            for a in pack.absences
        ],
    }  # fmt: skip
    connection = sqlite3.connect(":memory:")
    for name, columns in SQLITE_TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" * len(columns.split(",")))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", tables[name])
    steps = response_steps(pack.deadlines, pack.now, DIALECTS["sqlite"])
    rows = connection.execute(f"WITH {steps} SELECT {CLOCK_COLUMNS} FROM clock ORDER BY message_id").fetchall()
    connection.close()
    return rows


SQLITE_TABLES = {
    "message": "id, conversation, sent_at, is_from_child, channel, kind, needs_reply, worker_id",
    "conversation": "conversation, child_id, thread",
    "in_force": "policy_id, channel, role, from_at, to_at",
    "deadline": "policy_id, utc_day, seg_from, seg_to, slope, base",
    "reminder": "policy_id, soon_until",
    "assignment": "child_id, worker_id, role, role_place, is_cover, from_at, to_at",
    "absence": "worker_id, starts_at, ends_at, cover_id",
}
CLOCK_COLUMNS = (
    "child_id, thread, message_id, started_at, due_at, answered_at, answered_by, policy_id, role, messages, attempts, "
    "worker_id, with_worker_since, answers_now, answers_now_id, state"
)


@pytest.fixture(name="numbered", scope="module")
def numbered_fixture() -> list[Rows]:
    """What the object rules say of each pack, with moments as numbers and policies by their place."""
    return [[as_numbers(pack, row) for row in sorted(pack.by_objects, key=lambda row: str(row[3]))] for pack in PACKS]


def as_numbers(pack: Pack, row: tuple[Any, ...]) -> tuple[object, ...]:
    places = {(policy.name, policy.in_force_from): place for place, policy in enumerate(pack.book.policies)}
    plain = [instant_number(value) if isinstance(value, datetime) else value for value in row]
    return (*plain[1:8], places[row[8], row[9]], *plain[10:18])


def test_sqlite_gives_the_same_clocks_from_the_same_text(numbered: list[Rows]) -> None:
    assert [in_sqlite(pack) for pack in PACKS] == numbered


# The whole statement, over tables as a database holds them.


def as_held(pack: Pack) -> dict[str, tuple[tuple[str, ...], Rows]]:
    """The tables of one database: the messages, one that cannot be used, and the two halves of the deadline table."""
    rows: Rows = [tuple(getattr(each, name) for name in MESSAGE_FIELDS) for each in pack.messages]
    spoilt = ("spoilt", pack.messages[0].child_id, None, "from_child", "text", None, "message", None, True)
    return {
        "messages": (MESSAGE_FIELDS, [*rows, spoilt]),
        "deadlines": (Segment._fields, list(pack.deadlines.segments)),
        "deadline_policies": (InForce._fields, list(pack.deadlines.in_force)),
    }


#: The type of each column.
HELD_AS = dict.fromkeys((*Segment._fields, *InForce._fields), "BIGINT") | {
    **dict.fromkeys((*MESSAGE_FIELDS, "policy", "role"), "VARCHAR"),
    "at": "TIMESTAMPTZ",
    "needs_reply": "BOOLEAN",
    "in_force_from": "DATE",
}


def moment_of(cell: Any) -> Any:
    """SQLite gives moments as text; a bare day stays a day."""
    is_day = isinstance(cell, str) and cell[4:5] == "-" and cell[7:8] == "-"
    if not is_day:
        return cell
    return date.fromisoformat(cell) if len(cell) == 10 else datetime.fromisoformat(cell)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite", "postgres"])
@pytest.mark.parametrize("place", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2))])
def test_one_statement_in_a_database_gives_the_same_clocks(asked_of: Any, engine: str, place: int) -> None:
    pack = PACKS[place]
    clocks = track_responses(pack.messages, pack.book, now=pack.now)
    spoilt = pack.messages[0].child_id
    statement = bulk.sql("response_clocks", dialect=engine, deadlines=pack.deadlines, now=pack.now)

    found = asked_of(engine, statement, as_held(pack), HELD_AS)

    wanted = [(*as_row(clock), int(clock.child_id == spoilt)) for clock in clocks]
    assert sorted(tuple(map(moment_of, row)) for row in found) == sorted(wanted)


# One-token faults: each is put into the text at a place that stands there once, and some pack must notice it.

FAULTS = [
    ("kind IN (:kinds)", "kind NOT IN (:kinds)"),
    ("channel IN (:channels)", "channel NOT IN (:channels)"),
    ("sent_at <= :now", "sent_at < :now"),
    ("kind <> 'automatic'", "kind = 'automatic'"),
    ("needs_reply = 1", "needs_reply = 0"),
    ("is_from_child DESC, id DESC) AS place", "is_from_child, id DESC) AS place"),
    ("is_from_child DESC, id DESC) AS place", "is_from_child DESC, id) AS place"),
    ("is_from_child DESC, id DESC\n", "is_from_child, id DESC\n"),
    ("is_from_child DESC, id DESC\n", "is_from_child DESC, id\n"),
    ("LEAD(is_from_child)", "LAG(is_from_child)"),
    ("is_from_child = 1 OR is_answer = 1", "is_from_child = 1 OR is_answer = 0"),
    ("<> COALESCE(was_from_child, 0)", "<> COALESCE(was_from_child, 1)"),
    ("<> COALESCE(was_from_child", "= COALESCE(was_from_child"),
    ("LAG(id)", "LEAD(id)"),
    ("LAG(sent_at)", "LEAD(sent_at)"),
    ("LAG(worker_id)", "LEAD(worker_id)"),
    ("place), 0) AS messages", "place), 1) AS messages"),
    ("COALESCE(LAG(place)", "COALESCE(LEAD(place)"),
    ("WHERE is_from_child = 1\n", "WHERE is_from_child = 0\n"),
    ("q.sent_at < a.sent_at", "q.sent_at <= a.sent_at"),
    ("a.kind = 'attempt'", "a.kind <> 'attempt'"),
    ("a.sent_at < q.answered_at", "a.sent_at <= q.answered_at"),
    ("a.id < q.answer_id", "a.id > q.answer_id"),
    ("q.answered_at IS NULL OR", "q.answered_at IS NULL AND"),
    ("a.place = q.place", "a.place <> q.place"),
    ("MIN(a.role_place)", "MAX(a.role_place)"),
    ("a.from_at <= w.started_at", "a.from_at < w.started_at"),
    ("w.started_at < a.to_at", "w.started_at <= a.to_at"),
    ("p.from_at <= w.started_at", "p.from_at < w.started_at"),
    ("w.started_at < p.to_at", "w.started_at <= p.to_at"),
    ("d.base + d.slope", "d.base - d.slope"),
    ("d.seg_from <= w.started_at", "d.seg_from < w.started_at"),
    ("w.started_at < d.seg_to", "w.started_at <= d.seg_to"),
    ("reached_at >= from_at", "reached_at > from_at"),
    ("s.is_cover, CASE", "-s.is_cover, CASE"),
    ("THEN 0 ELSE 1 END, s.from_at", "THEN 1 ELSE 1 END, s.from_at"),
    ("s.from_at DESC, s.worker_id", "s.from_at ASC, s.worker_id"),
    ("DESC, s.worker_id\n", "DESC, s.worker_id DESC\n"),
    ("s.from_at <= COALESCE", "s.from_at < COALESCE"),
    ("COALESCE(d.answered_at, :now) < s.to_at", "COALESCE(d.answered_at, :now) <= s.to_at"),
    ("h.since_at > d.started_at", "h.since_at < d.started_at"),
    ("h.place = 1", "h.place = 2"),
    ("starts_at <= :now", "starts_at > :now"),
    (":now < ends_at", ":now > ends_at"),
    ("a.starts_at DESC", "a.starts_at ASC"),
    ("a.cover_id DESC", "a.cover_id ASC"),
    ("AND w.worker_id IS NULL", "AND w.worker_id IS NOT NULL"),
    ("s.place = 1", "s.place = 2"),
    ("a.answered_at <= a.due_at", "a.answered_at < a.due_at"),
    ("a.due_at < :now", "a.due_at <= :now"),
    ("a.due_at <= r.soon_until", "a.due_at < r.soon_until"),
]


@pytest.mark.parametrize(("right", "wrong"), FAULTS)
def test_a_one_token_fault_is_noticed(
    numbered: list[Rows], monkeypatch: pytest.MonkeyPatch, right: str, wrong: str
) -> None:
    whole = text._uncommented("response_clocks")
    assert whole.count(right) == 1
    monkeypatch.setattr(text, "_uncommented", lambda _: whole.replace(right, wrong))

    assert any(in_sqlite(pack) != rows for pack, rows in zip(PACKS, numbered, strict=True))
