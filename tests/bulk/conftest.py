"""Tables for the bulk tests: small ones written by hand, and packs of random ones on a narrow grid of days."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.continuity import Window
from relationkit.records import Assignment, ChangeReason, Placement, Role

FIRST = date(2024, 2, 25)  # the grid runs over a leap day
DAYS = 16
COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
PLACEMENT_COLUMNS = ("id", "child_id", "started_on", "ended_on", "regime")

#: Assignments as plain values, one a row, in the order of COLUMNS.
Row = tuple[Any, ...]
#: The tables of a database by name: columns, then rows.
Tables = Mapping[str, tuple[Sequence[str], Sequence[Row]]]


def relation_of(rows: Iterable[Row], columns: Sequence[str] = COLUMNS) -> duckdb.DuckDBPyRelation:
    """Return the rows as a relation in a connection of its own; every column must hold one type."""
    rows = list(rows)
    connection = duckdb.connect(config={"threads": 1})
    unnested = ", ".join(f"unnest(?) AS {name}" for name in columns)
    connection.execute(
        f"CREATE TABLE given AS SELECT {unnested}", [[row[i] for row in rows] for i in range(len(columns))]
    )
    return connection.table("given")


@pytest.fixture(name="relation_of", scope="session")
def relation_of_fixture() -> Callable[..., duckdb.DuckDBPyRelation]:
    return relation_of


@dataclass(frozen=True)
class Pack:
    """Two tables of a few dozen children, and the window to look at."""

    assignments: list[Assignment]
    window: Window
    placements: list[Placement]

    @cached_property
    def relation(self) -> duckdb.DuckDBPyRelation:
        return relation_of([tuple(getattr(each, name) for name in COLUMNS) for each in self.assignments])

    @cached_property
    def placed(self) -> duckdb.DuckDBPyRelation:
        rows = [tuple(getattr(each, name) for name in PLACEMENT_COLUMNS) for each in self.placements]
        return relation_of(rows, PLACEMENT_COLUMNS)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def a_pack(seed: int, *, children: int = 400) -> Pack:
    """Return chains of touching spells, ties, nested cover, equal spells, same-day spells, repeats and other roles."""
    random = Random(seed)
    assignments = [each for number in range(children) for each in _one_childs(random, f"c{number}")]
    random.shuffle(assignments)
    start = random.randrange(DAYS // 2)
    window = Window(on(start), on(random.randint(start + DAYS // 2, DAYS)))
    placements = [each for number in range(children) for each in _placed(random, f"c{number + 5}")]
    random.shuffle(placements)
    return Pack(assignments, window, placements)


def _one_childs(random: Random, child_id: str) -> Iterable[Assignment]:
    spells = _nested(random) if random.random() < 0.2 else []
    while len(spells) < random.randint(1, 8):
        spells.append(_a_spell(random, spells))
    for number, (started, ended) in enumerate(spells):
        assignment = Assignment(
            id=f"{child_id}-{random.randrange(10)}-{number}",
            child_id=child_id,
            worker_id=f"w{random.randrange(5)}",
            role=Role.SOCIAL_WORKER if random.random() < 0.9 else Role.PERSONAL_ADVISER,
            started_on=on(started),
            ended_on=None if ended is None else on(ended),
            reason=random.choice([None, None, None, *ChangeReason][:6]),
        )
        yield from [assignment] * random.choice([1, 1, 1, 1, 2])


def _placed(random: Random, child_id: str) -> Iterable[Placement]:
    """Return care that began before, with or after the first workers; a few children have workers or care alone."""
    edges = [*range(-9, DAYS), *range(-9, 0)]
    for number in range(random.choice([0, 1, 1, 2, 3, 4])):
        start, end = sorted(random.choices(edges, k=2))
        yield Placement(
            id=f"p{child_id}-{number}",
            child_id=child_id,
            started_on=on(start),
            ended_on=None if random.random() < 0.4 else on(end),
            regime=random.choice(["fostering", "fostering", "fostering", "short_breaks"]),
        )
        edges += [start, end] * 5  # so that the next one often touches


def _nested(random: Random) -> list[tuple[int, int | None]]:
    """Return spells inside each other, and one that starts when the middle one ends: a queue for the lead."""
    days = sorted(random.sample(range(DAYS), k=6))
    outer, middle, inner = zip(days[:3], reversed(days[3:]), strict=True)
    return [outer, middle, inner, (middle[1], DAYS)]


def _a_spell(random: Random, earlier: Sequence[tuple[int, int | None]]) -> tuple[int, int | None]:
    """Half of the spells take an edge, or both, from one that is there: uniform days alone would rarely touch."""
    start, end = sorted(random.choices(range(DAYS), k=2))
    if earlier and random.random() < 0.7:
        other_start, other_end = random.choice(earlier)
        edge = DAYS if other_end is None else other_end
        start, end = random.choice(
            [
                (edge, max(edge, end)),
                (other_start, max(other_start, end)),
                (min(start, edge), edge),
                (other_start, edge),
            ]
        )
    return start, None if end >= DAYS or random.random() < 0.1 else end


@pytest.fixture(scope="session")
def packs() -> list[Pack]:
    return [a_pack(seed) for seed in range(3)]


# One statement, asked of three engines over tables as a database holds them -----------------------------------------


@pytest.fixture(scope="session")
def asked_of() -> Callable[[str, str, Tables, Mapping[str, str]], list[Row]]:
    """Ask an engine: its name, the statement, the tables, and the type of each column; SQLite needs no types."""
    asked = {"duckdb": _asked_of_duckdb, "sqlite": _asked_of_sqlite, "postgres": _asked_of_postgres}
    return lambda engine, statement, tables, held_as: asked[engine](statement, tables, held_as)


def _asked_of_duckdb(statement: str, tables: Tables, held_as: Mapping[str, str]) -> list[Row]:
    connection = duckdb.connect(config={"threads": 1})
    for name, (columns, values) in tables.items():
        unnested = ", ".join(f"unnest(?::{held_as[each]}[]) AS {each}" for each in columns)
        connection.execute(f"CREATE TABLE {name} AS SELECT {unnested}", [list(each) for each in zip(*values)])  # noqa: B905  columns of one table
    found = connection.sql(statement)
    return bulk.BulkResult(found, found, (), found.columns[:1]).rows()


def _asked_of_sqlite(statement: str, tables: Tables, _: Mapping[str, str]) -> list[Row]:
    connection = sqlite3.connect(":memory:")
    for name, (columns, values) in tables.items():
        connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        plain = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in values]
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", plain)
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def _asked_of_postgres(statement: str, tables: Tables, held_as: Mapping[str, str]) -> list[Row]:
    url = os.environ.get("RELATIONKIT_TEST_POSTGRES")
    if url is None:
        pytest.skip("RELATIONKIT_TEST_POSTGRES names no PostgreSQL database")
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        for name, (columns, values) in tables.items():
            kinds = ", ".join(f"{each} {held_as[each]}" for each in columns)
            cursor.execute(f"CREATE TEMP TABLE {name} ({kinds}) ON COMMIT DROP".encode())
            cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(columns))})".encode(), values)
        return cursor.execute(statement.encode()).fetchall()
