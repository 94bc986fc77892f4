"""The SQL gives the visits that the object rules give, on packs of small random tables, and the packs notice faults."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.bulk import text
from relationkit.bulk.deadlines import DAY_LENGTH, instant_number
from relationkit.bulk.dialects import DIALECTS
from relationkit.bulk.text import OPEN_DAY, day_number
from relationkit.bulk.visit_rules import DayRow, MonthRow, RuleRow, day_rows, month_rows, rule_rows
from relationkit.bulk.visits import visit_steps
from relationkit.england import Standing
from relationkit.errors import InvalidOptionError, InvalidWindowError, NaiveMomentError, UnreadableSourceError
from relationkit.records import LONDON, Placement, Session
from relationkit.visits import VISIT_RULES, VisitRule, visits_due
from relationkit.visits.sessions import latest_sessions

Rows = list[tuple[Any, ...]]
PLACEMENT_FIELDS = ("id", "child_id", "started_on", "ended_on", "regime")
SESSION_FIELDS = (
    *("id", "child_id", "kind", "starts_at", "status", "seen", "seen_alone", "not_alone_why", "revision"),
    "changed_at",
)
TICK = timedelta(microseconds=1)
#: Days round a leap day, a year before it, and the clock change of the year after.
DAYS = [date(2024, 2, 28) + n * timedelta(days=1) for n in range(4)] + [
    date(2025, 2, 27) + n * timedelta(days=1) for n in (0, 1, 2, 3, 9, 10, 31, 32)
]
#: Where things happen: midnight in London, a microsecond before it, and the hour by which the zones differ.
GRID = sorted(
    datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC) + after
    for day in DAYS
    for after in (-TICK, timedelta(0), timedelta(hours=10), timedelta(hours=23, minutes=30))
)


def a_rule(regime: str, since: date, standing: Standing = Standing.LAW, **figures: Any) -> VisitRule:
    return VisitRule(regime=regime, name=regime, source="made up", standing=standing, in_force_from=since, **figures)


LONG_AGO, TURN = date(2020, 1, 1), date(2025, 2, 28)
RULES = (
    *VISIT_RULES,
    a_rule("it's monthly", LONG_AGO, first_within_days=3, then_at_most_months=1, after_first_year_months=3),
    a_rule("turned", LONG_AGO, in_force_until=TURN, first_within_days=5, then_at_most_days=10),
    a_rule("turned", TURN, first_within_days=6, then_at_most_days=20),
    a_rule("late", TURN, until_first_review_days=2, first_within_days=1, then_at_most_days=9, after_first_year_days=30),
    a_rule("late", LONG_AGO, Standing.LOCAL, first_within_days=2, then_at_most_days=8),
    a_rule("silent", LONG_AGO),
    a_rule("silent", TURN, Standing.LOCAL, first_within_days=4),
    a_rule("twice", LONG_AGO, first_within_days=4),
    a_rule("twice", LONG_AGO, then_at_most_days=4),
    a_rule("new", TURN, first_within_days=4, then_at_most_days=4),
)
REGIMES = ["it's monthly", "turned", "late", "silent", "twice", "new", "unheard of", "placement", "short_breaks"]


@dataclass(frozen=True)
class Pack:
    """Two tables of a few dozen children, and now."""

    placements: list[Placement]
    sessions: list[Session]
    now: datetime

    @cached_property
    def relations(self) -> tuple[duckdb.DuckDBPyRelation, duckdb.DuckDBPyRelation]:
        return relation_of(self.placements, PLACEMENT_FIELDS), relation_of(self.sessions, SESSION_FIELDS)

    @cached_property
    def tables(self) -> dict[str, tuple[Sequence[str], Rows]]:
        return tables_of(self)

    @cached_property
    def by_objects(self) -> Rows:
        rows = visits_due(self.placements, self.sessions, now=self.now, rules=RULES)
        return [
            (
                *(row.placement_id, row.child_id, row.regime),
                *((None,) * 3 if row.rule is None else (row.rule.name, row.rule.source, row.rule.in_force_from)),
                *(row.last_visit_id, row.last_visit_on, row.was_seen_alone, row.not_alone_why, row.passed_over_on),
                *(row.due_on, row.days_late, row.could_not_be_judged, 0),
            )
            for row in rows
        ]


def relation_of(records: Iterable[Any], fields: Sequence[str]) -> duckdb.DuckDBPyRelation:
    columns = list(zip(*(tuple(getattr(each, name) for name in fields) for each in records), strict=True))
    kinds = {"started_on": "DATE", "ended_on": "DATE", "seen": "BOOLEAN", "seen_alone": "BOOLEAN"}
    kinds |= {"starts_at": "TIMESTAMPTZ", "changed_at": "TIMESTAMPTZ", "revision": "INTEGER"}
    unnested = ", ".join(f"unnest(?::{kinds.get(name, 'VARCHAR')}[]) AS {name}" for name in fields)
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"CREATE TABLE given AS SELECT {unnested}", [list(column) for column in columns])
    return connection.table("given")


def a_pack(seed: int, *, children: int = 120) -> Pack:
    random = Random(seed)
    placements = [each for number in range(children) for each in _placements(random, f"c{number}")]
    sessions = [each for number in range(children) for each in _sessions(random, f"c{number}")]
    random.shuffle(placements)
    random.shuffle(sessions)
    return Pack(placements, sessions, random.choice(GRID[len(GRID) // 2 :]))


def _placements(random: Random, child_id: str) -> Iterable[Placement]:
    for number in range(random.choice([1, 1, 1, 2])):
        for _ in range(random.choice([1, 1, 1, 1, 2, 3])):  # the same placement again, corrected or contradicted
            started, ended = sorted(random.choices(DAYS, k=2))
            yield Placement(
                id=f"p{number}",
                child_id=child_id,
                started_on=started,
                ended_on=ended if random.random() < 0.15 else None,
                regime=random.choice(REGIMES),
            )


def _sessions(random: Random, child_id: str) -> Iterable[Session]:
    for number in range(random.randint(0, 6)):
        for revision in range(random.choice([1, 1, 1, 2])):
            starts = random.choice(GRID)
            seen = random.choice([None, True, True, False])
            alone = random.choice([None, True, False]) if seen is not False else None
            yield Session(
                id=f"{child_id}-{random.randrange(10)}-{number}",
                child_id=child_id,
                worker_id="w",
                kind=random.choice([*["visit"] * 6, "review", "catch_up"]),
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                status=random.choice(["held", "held", "held", "planned"]),
                seen=seen,
                seen_alone=alone,
                not_alone_why=random.choice([None, "not_appropriate"]) if alone is False else None,
                revision=revision,
                changed_at=None if random.random() < 0.5 else random.choice(GRID),
            )


PACKS = [a_pack(seed) for seed in range(4)]


@pytest.mark.parametrize("place", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 3))])
def test_whole_tables_get_the_visits_of_the_object_rules(place: int) -> None:
    pack = PACKS[place]

    found = bulk.visits_due(*pack.relations, now=pack.now, rules=RULES)

    assert found.rows() == pack.by_objects
    assert found.refusals == ()


def test_the_packs_hold_everything_that_can_be_missing() -> None:
    rows = [row for pack in PACKS for row in pack.by_objects]

    told = {" ".join(str(row[13]).split()[:3]) for row in rows}
    assert {"no rule has", "no rule of", "2 rules of", "the rule 'silent'", "2 records of", "None"} <= told
    assert any(row[10] is not None for row in rows)
    assert {row[12] for row in rows} >= {None, 0}


# The same text on other engines: it is portable, not merely DuckDB's.


def number(at: datetime | None) -> int | None:
    return None if at is None else instant_number(at)


def flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def tables_of(pack: Pack) -> dict[str, tuple[Sequence[str], Rows]]:
    """The tables that the rule reads, filled from the records."""
    sessions = latest_sessions(pack.sessions)
    started = {day_number(each.started_on) for each in pack.placements}
    sat = {instant_number(each.starts_at) // DAY_LENGTH for each in sessions}
    return {
        "placement": (
            ("child_id", "id", "regime", "started_day", "ended_day"),
            [
                (
                    *(each.child_id, each.id, each.regime, day_number(each.started_on)),
                    OPEN_DAY if each.ended_on is None else day_number(each.ended_on),
                )
                for each in pack.placements
            ],
        ),
        "known_session": (
            ("id", "child_id", "kind", "starts_at", "status", "seen", "seen_alone", "not_alone_why"),
            [
                (
                    *(each.id, each.child_id, each.kind.value, number(each.starts_at), each.status.value),
                    *(flag(each.seen), flag(each.seen_alone)),
                    None if each.not_alone_why is None else each.not_alone_why.value,
                )
                for each in sessions
            ],
        ),
        "visit_rule": (RuleRow._fields, list(rule_rows(RULES, sorted({each.regime for each in pack.placements})))),
        "day_row": (DayRow._fields, list(day_rows(started | sat))),
        "month_row": (MonthRow._fields, list(month_rows(RULES, sat))),
    }


COLUMNS = (
    "placement_id, child_id, regime, rule_id, last_visit_id, last_day, seen_alone, not_alone_why, passed_day, due_day, "
    "records, missing, missing_day"
)
TEXTS = {"child_id", "id", "regime", "kind", "status", "not_alone_why", "missing", "no_gap"}


def in_sqlite(pack: Pack) -> Rows:
    connection = sqlite3.connect(":memory:")
    for name, (columns, values) in pack.tables.items():
        connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", values)
    steps = visit_steps(pack.now, DIALECTS["sqlite"])
    rows = connection.execute(f"WITH {steps} SELECT {COLUMNS} FROM visit_due").fetchall()
    connection.close()
    return as_people_get(rows)


def in_postgres(pack: Pack) -> Rows:
    url = os.environ.get("RELATIONKIT_TEST_POSTGRES")
    if url is None:
        pytest.skip("RELATIONKIT_TEST_POSTGRES names no PostgreSQL database")
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        for name, (columns, values) in pack.tables.items():
            types = {each: 'TEXT COLLATE "C"' if each in TEXTS else "BIGINT" for each in columns}
            kinds = ", ".join(f"{each} {kind}" for each, kind in types.items())
            cursor.execute(f"CREATE TEMP TABLE {name} ({kinds}) ON COMMIT DROP".encode())
            cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(columns))})".encode(), values)
        steps = visit_steps(pack.now, DIALECTS["sqlite"])
        return as_people_get(cursor.execute(f"WITH {steps} SELECT {COLUMNS} FROM visit_due".encode()).fetchall())


def as_people_get(rows: Rows) -> Rows:
    """Days as days, and what is missing as one text; sorted by placement and child."""
    first = date(1970, 1, 1)

    def day(cell: int | None) -> date | None:
        return None if cell is None else first + timedelta(days=cell)

    found = []
    for row in rows:
        *head, rule_id, visit_id, last, alone, why, passed, due, records, missing, missing_day = row
        contradicted = "{} records of this placement contradict each other; keep the one that is right"
        told = contradicted.format(records) if records else missing and missing + str(day(missing_day) or "")
        rule = None if rule_id is None else RULES[rule_id]
        named = (None,) * 3 if rule is None else (rule.name, rule.source, rule.in_force_from)
        seen = None if alone is None else bool(alone)
        found.append((*head, *named, visit_id, day(last), seen, why, day(passed), day(due), told))
    return sorted(found, key=lambda row: row[:2])


@pytest.fixture(name="expected", scope="module")
def expected_fixture() -> list[Rows]:
    return [sorted(((*row[:12], row[13]) for row in pack.by_objects), key=lambda row: row[:2]) for pack in PACKS]


def test_other_engines_give_the_same_visits_from_the_same_text(expected: list[Rows]) -> None:
    assert [in_sqlite(pack) for pack in PACKS] == expected
    assert in_postgres(PACKS[0]) == expected[0]


# The whole statement, over tables as a database holds them.

#: The type of each column.
HELD_AS = dict.fromkeys((*PLACEMENT_FIELDS, *SESSION_FIELDS, *bulk.VisitDay._fields), "VARCHAR") | {
    **dict.fromkeys(("day", "months", "due_day", "day_at", "next_at", "year_day"), "BIGINT"),
    **dict.fromkeys(("started_on", "ended_on"), "DATE"),
    **dict.fromkeys(("starts_at", "changed_at"), "TIMESTAMPTZ"),
    **dict.fromkeys(("seen", "seen_alone"), "BOOLEAN"),
}


def as_held(pack: Pack, days: bulk.VisitDays) -> dict[str, tuple[Sequence[str], Rows]]:
    """The tables of one database: placements, sessions, some that cannot be used, and the calendar."""
    placed = [tuple(getattr(each, name) for name in PLACEMENT_FIELDS) for each in pack.placements]
    held = [tuple(getattr(each, name) for name in SESSION_FIELDS) for each in pack.sessions]
    early = ("early", "c-early", date(2023, 12, 31), None, "turned")
    reversed_one = ("late", pack.placements[0].child_id, date(2025, 3, 1), date(2025, 2, 1), "turned")
    return {
        "placements": (PLACEMENT_FIELDS, [*placed, early, reversed_one]),
        "sessions": (SESSION_FIELDS, [*held, ("x", pack.placements[0].child_id, "party", *[None] * 7)]),
        "visit_days": (type(days.rows[0])._fields, list(days.rows)),
    }


BEYOND = "the table of days does not reach the day on which this placement began"


@pytest.mark.parametrize("engine", ["duckdb", "sqlite", "postgres"])
def test_one_statement_in_a_database_gives_the_same_visits(asked_of: Any, engine: str) -> None:
    pack = PACKS[0]
    days = bulk.visit_days(date(2024, 1, 1), date(2025, 12, 31), RULES)
    statement = bulk.sql("visits_due", dialect=engine, days=days, now=pack.now)

    found = asked_of(engine, statement, as_held(pack, days), HELD_AS)

    spoilt = pack.placements[0].child_id
    wanted = [(*row[:14], 2 * (row[1] == spoilt)) for row in pack.by_objects]
    wanted.append(("early", "c-early", "turned", *[None] * 10, BEYOND, 0))
    assert sorted(map(plain, found)) == sorted(map(plain, wanted))


def plain(row: tuple[Any, ...]) -> tuple[str, ...]:
    """Days and truths as every database can be read: the pack has a regime whose quote Python and SQL write each their
    own way."""
    cells = (int(cell) if isinstance(cell, bool) else cell for cell in row)
    return tuple(str(cell).replace('"', "'") for cell in cells)


def test_a_calendar_that_does_not_reach_now_is_refused() -> None:
    days = bulk.visit_days(date(2024, 1, 1), date(2024, 12, 31))

    with pytest.raises(InvalidOptionError, match=r"reaches from 2024-01-01 to 2024-12-31, and 2025-01-01 is outside"):
        bulk.sql("visits_due", dialect="sqlite", days=days, now=datetime(2025, 1, 1, tzinfo=UTC))
    with pytest.raises(NaiveMomentError):
        bulk.sql("visits_due", dialect="sqlite", days=days, now=datetime(2025, 1, 1))
    with pytest.raises(InvalidWindowError):
        bulk.visit_days(date(2024, 1, 2), date(2024, 1, 1))


# One-token faults: each is put into the text at a place that stands there once, and some pack must notice it.

FAULTS = [
    ("SELECT DISTINCT child_id, id, regime", "SELECT child_id, id, regime"),
    ("THEN ended_day END) OVER", "THEN started_day END) OVER"),
    ("MAX(CASE WHEN ended_day", "MIN(CASE WHEN ended_day"),
    ("started_day DESC, regime", "started_day ASC, regime"),
    ("regime DESC", "regime ASC"),
    ("started_day <= :today", "started_day < :today"),
    (":today < ended_day", ":today <= ended_day"),
    ("s.seen = 0 OR", "s.seen = 0 AND"),
    ("s.not_alone_why IS NULL)", "s.not_alone_why IS NOT NULL)"),
    ("s.starts_at >= o.started_at", "s.starts_at > o.started_at"),
    ("s.status = 'held'", "s.status <> 'held'"),
    ("s.starts_at <= :now", "s.starts_at < :now"),
    ("kind = 'review'", "kind = 'visit' OR 1 = 0"),
    ("session_id DESC) AS place", "session_id ASC) AS place"),
    ("session_id DESC) AS own_place", "session_id ASC) AS own_place"),
    ("v.starts_at >= d.next_at", "v.starts_at > d.next_at"),
    ("v.own_place = 1", "v.own_place = 2"),
    ("is_counted = 0 AND place = 1", "is_counted = 0 AND place >= 1"),
    ("COALESCE(l.on_day, o.started_day)", "COALESCE(o.started_day, l.on_day)"),
    ("g.is_reviewed = 0", "g.is_reviewed = 1"),
    ("g.on_day >= g.year_day", "g.on_day > g.year_day"),
    ("v.from_day <= g.since_day", "v.from_day < g.since_day"),
    ("g.since_day < v.to_day", "g.since_day <= v.to_day"),
    ("y.months = v.later_months", "y.months = v.then_months"),
    ("m.months = v.then_months", "m.months = v.later_months"),
    ("due_day IS NULL THEN 1 ELSE 0", "due_day IS NULL THEN 0 ELSE 1"),
    ("END, due_day, rule_place", "END, due_day DESC, rule_place"),
    ("COALESCE(r.missing, r.no_gap)", "COALESCE(r.no_gap, r.missing)"),
    ("r.names_day = 1", "r.names_day = 0"),
]


@pytest.mark.parametrize(("right", "wrong"), FAULTS)
def test_a_one_token_fault_is_noticed(expected: list[Rows], monkeypatch, right: str, wrong: str) -> None:
    whole = text._uncommented("visits_due")
    assert whole.count(right) == 1
    monkeypatch.setattr(text, "_uncommented", lambda _: whole.replace(right, wrong))

    assert any(in_sqlite(pack) != rows for pack, rows in zip(PACKS, expected, strict=True))


# What cannot be used.

GOOD = {"id": "s1", "child_id": "c1", "kind": "visit", "starts_at": "2025-03-03T10:00:00Z", "status": "held"}


def test_rows_that_cannot_be_are_counted_for_their_child() -> None:
    wrong: list[dict[str, str | None]] = [
        {"starts_at": "2025-03-03T10:00:00"},
        {"kind": "party"},
        {"seen": "perhaps"},
        {"seen": "false", "seen_alone": "true"},
        {"revision": "-1"},
        {"changed_at": "yesterday"},
        {"id": "two", "seen": "true"},
        {"id": "two", "seen": "false"},
        {"id": None},
    ]
    rows = [{**dict.fromkeys(SESSION_FIELDS), **GOOD, "id": f"x{n}", **each} for n, each in enumerate(wrong)]
    rows.append({**dict.fromkeys(SESSION_FIELDS), **GOOD})
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"CREATE TABLE given ({', '.join(f'{name} VARCHAR' for name in SESSION_FIELDS)})")
    marks = ", ".join("?" * len(SESSION_FIELDS))
    connection.executemany(f"INSERT INTO given VALUES ({marks})", [[row[n] for n in SESSION_FIELDS] for row in rows])
    placed = relation_of(
        [Placement(id="p", child_id="c1", started_on=date(2025, 3, 1), regime="new")], PLACEMENT_FIELDS
    )

    found = bulk.visits_due(placed, connection.table("given"), now=datetime(2025, 3, 8, tzinfo=UTC), rules=RULES)

    assert {refusal.reason: refusal.rows for refusal in found.refusals} == {
        "id_missing": 1,
        "kind_unknown": 1,
        "starts_at_without_zone": 1,
        "seen_unknown": 1,
        "seen_alone_unseen": 1,
        "revision_not_a_number": 1,
        "changed_at_not_a_moment": 1,
        "id_doubled": 2,
    }
    assert [(row[6], row[11], row[-1]) for row in found.rows()] == [("s1", date(2025, 3, 7), 9)]
    with pytest.raises(UnreadableSourceError, match="sessions, status: the column is missing"):
        bulk.visits_due(placed, connection.table("given").project("id, child_id, kind, starts_at"), now=PACKS[0].now)
    with pytest.raises(NaiveMomentError):
        bulk.visits_due(placed, connection.table("given"), now=datetime(2025, 3, 8))
