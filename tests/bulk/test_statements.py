"""The rules as text: the same rows in other databases, a self-test for those we cannot run, and two grammars."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import product
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.bulk import statements
from relationkit.bulk.dialects import DIALECTS
from relationkit.continuity import HistoryRules, Window
from relationkit.errors import InvalidOptionError
from relationkit.records import PRINTABLE
from relationkit.sla import DEFAULT_POLICIES
from relationkit.visits import VISIT_RULES

COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
JOBS = ("worker_changes", "continuity")
EVERY_JOB = (*JOBS, "response_clocks", "visits_due")
PLACEMENT_COLUMNS = ("id", "child_id", "started_on", "ended_on", "regime")
Rows = Sequence[tuple[Any, ...]]


def tables_of(rows: Rows, placed: Rows) -> dict[str, tuple[Sequence[str], Rows]]:
    return {"assignments": (COLUMNS, rows), "placements": (PLACEMENT_COLUMNS, placed)}


def in_sqlite(statement: str, rows: Rows, placed: Rows = ()) -> Rows:
    connection = sqlite3.connect(":memory:")
    for table, (columns, values) in tables_of(rows, placed).items():
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", values)
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def in_postgres(statement: str, rows: Rows, placed: Rows = ()) -> Rows:
    url = os.environ.get("RELATIONKIT_TEST_POSTGRES")
    if url is None:
        pytest.skip("RELATIONKIT_TEST_POSTGRES names no PostgreSQL database")
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for table, (columns, values) in tables_of(rows, placed).items():
            kinds = ", ".join(f"{name} {'DATE' if name.endswith('_on') else 'TEXT'}" for name in columns)
            connection.execute(f"CREATE TEMP TABLE {table} ({kinds}) ON COMMIT DROP".encode())
            with connection.cursor() as cursor:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})".encode(), values)
        return connection.execute(statement.encode()).fetchall()


def in_duckdb(statement: str, rows: Rows, placed: Rows = ()) -> Rows:
    connection = duckdb.connect(config={"threads": 1})
    for table, (columns, values) in tables_of(rows, placed).items():
        kinds = ", ".join(f"{name} {'DATE' if name.endswith('_on') else 'VARCHAR'}" for name in columns)
        connection.execute(f"CREATE TABLE {table} ({kinds})")
        unnested = ", ".join("unnest(?)" for _ in columns)
        if values:
            connection.execute(f"INSERT INTO {table} SELECT {unnested}", [list(each) for each in zip(*values)])  # noqa: B905  columns of one table
    return connection.execute(statement).fetchall()


ENGINES: dict[str, Callable[..., Rows]] = {
    "duckdb": in_duckdb,
    "sqlite": in_sqlite,
    "postgres": in_postgres,
}


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Days as text and truths as numbers, as the plainest of the databases has them."""
    return tuple(str(cell) if isinstance(cell, date) else int(cell) if isinstance(cell, bool) else cell for cell in row)


def cells(records: Iterable[Any], columns: Sequence[str]) -> list[tuple[str | None, ...]]:
    rows = (tuple(getattr(each, name) for name in columns) for each in records)
    return [tuple(None if cell is None else str(cell) for cell in row) for row in rows]


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("engine", ENGINES)
def test_each_database_gives_the_same_rows(packs, engine: str, job: Any) -> None:
    pack = packs[0]
    given: dict[str, Any] = {"placements": pack.placed} if job == "continuity" else {}
    expected = getattr(bulk, job)(pack.relation, pack.window, **given)
    values, placed = cells(pack.assignments, COLUMNS), cells(pack.placements, PLACEMENT_COLUMNS)
    values.append(("late", "c0", "w1", "social_worker", "2024-03-02", "2024-03-01", None))
    values.append(("control\x07", "c0", "w1", "social_worker", "2024-03-02", None, None))
    housed = pack.placements[0].child_id
    placed.append(("late", housed, "2024-03-02", "2024-03-01", "fostering"))
    statement = bulk.sql(job, dialect=engine, window=pack.window, placements="placements" if given else None)
    found = ENGINES[engine](statement, values, placed)
    wanted = sorted(map(plain, expected.rows()), key=str)
    if job == "continuity":
        wanted = [(*row[:-1], row[-1] + 2 * (row[0] == "c0") + (row[0] == housed)) for row in wanted]
    assert sorted(map(plain, found), key=str) == wanted


@pytest.mark.parametrize("engine", ENGINES)
def test_an_id_may_hold_what_the_records_let_it_hold(engine: str) -> None:
    edges = (0x100, 0x61C, 0x200E, 0x200F, 0x2028, 0x202E, 0x2066, 0x2069, 0xD7FF, 0xE000, 0xFEFF, 0x1F600)
    signs = sorted(
        {*range(1, 0x100), *(edge + near for edge in edges for near in (-1, 0, 1))} - set(range(0xD800, 0xE000))
    )
    rows = [(f"a'{chr(n)}\\é", f"c{n}", "w1", "social_worker", "2024-05-01", None, None) for n in signs]

    found = ENGINES[engine](bulk.sql("continuity", dialect=engine, window=Window.reporting_year(2025)), rows)

    refused = {row[0] for row in found if row[-1]}
    assert refused == {row[1] for row in rows if not re.match(PRINTABLE, row[0])}
    assert len(found) == len(rows)


@pytest.mark.parametrize("job", EVERY_JOB)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_self_test_finds_nothing_where_all_is_well(engine: str, job: Any) -> None:
    assert ENGINES[engine](bulk.sql_selftest(engine, job), []) == []


def test_the_self_test_names_a_row_that_is_missing_and_one_that_should_not_be_there() -> None:
    statement = bulk.sql_selftest("duckdb").replace("'A03' AS", "'A04' AS", 1)

    assert {row[0] for row in in_duckdb(statement, [])} == {"missing"}
    clocks, visits = (bulk.sql_selftest("sqlite", job) for job in ("response_clocks", "visits_due"))
    assert {row[0] for row in in_sqlite(clocks.replace("'attempt'", "'message'"), [])} == {"missing", "unexpected"}
    assert {row[0] for row in in_sqlite(visits.replace("'review'", "'visit'"), [])} == {"missing", "unexpected"}
    assert in_sqlite(bulk.sql_selftest("sqlite").replace("'W3'", "'W4'", 1), [])[0][0] in {"missing", "unexpected"}


def text_table(rows: Sequence[Sequence[str | None]], columns: Sequence[str]) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"CREATE TABLE given ({', '.join(f'{name} VARCHAR' for name in columns)})")
    connection.executemany(f"INSERT INTO given VALUES ({', '.join('?' * len(columns))})", [list(row) for row in rows])
    return connection.table("given")


@pytest.mark.parametrize("job", JOBS)
def test_what_the_self_test_expects_is_what_the_function_gives(job: Any) -> None:
    assignments = text_table(statements._ROWS, COLUMNS)
    given: dict[str, Any] = (
        {"placements": text_table(statements._PLACED, PLACEMENT_COLUMNS)} if job == "continuity" else {}
    )

    found = getattr(bulk, job)(assignments, Window(date(2024, 2, 25), date(2024, 3, 12)), **given).rows()

    first = date(1970, 1, 1)
    numbers = [tuple((cell - first).days if isinstance(cell, date) else cell for cell in row) for row in found]
    assert numbers == list(statements._EXPECTED[job])


NOW = datetime(2025, 3, 4, tzinfo=UTC)
DEADLINES = bulk.deadline_table(DEFAULT_POLICIES, date(2025, 3, 3), date(2025, 3, 4))
DAYS = bulk.visit_days(date(2025, 3, 1), date(2025, 3, 31), VISIT_RULES[:2])

#: What the two grammars call our dialects.
GRAMMARS = {
    "duckdb": ("duckdb", "duckdb"),
    "spark": ("spark", "sparksql"),
    "postgres": ("postgres", "postgres"),
    "sqlite": ("sqlite", "sqlite"),
    "sqlserver": ("tsql", "tsql"),
    "oracle": ("oracle", "oracle"),
    "snowflake": ("snowflake", "snowflake"),
}
TEXTS = {
    "worker_changes": lambda name: bulk.sql("worker_changes", dialect=name, window=Window.reporting_year(2025)),
    "continuity": lambda name: bulk.sql(
        "continuity",
        dialect=name,
        window=Window.reporting_year(2025),
        rules=HistoryRules(rejoin_within=7),
        placements="placements",
    ),
    "response_clocks": lambda name: bulk.sql("response_clocks", dialect=name, deadlines=DEADLINES, now=NOW),
    "visits_due": lambda name: bulk.sql("visits_due", dialect=name, days=DAYS, now=NOW),
    **{f"self-test of {job}": partial(bulk.sql_selftest, job=job) for job in ("worker_changes", *EVERY_JOB[2:])},
}


@pytest.mark.parametrize("name", DIALECTS)
def test_sqlglot_can_parse_every_text(name: str) -> None:
    sqlglot = pytest.importorskip("sqlglot", reason="SQLGlot comes with the extra [dev]")

    for text in TEXTS.values():
        assert len(sqlglot.parse(text(name), read=GRAMMARS[name][0])) == 1


#: The second grammar takes seconds for each: of the newer jobs it reads what no test of ours can run.
READ_AGAIN = [
    (text, name)
    for text, name in product(TEXTS, DIALECTS)
    if text in ("worker_changes", "continuity", "self-test of worker_changes")
    or (text in EVERY_JOB and name in ("spark", "sqlserver", "oracle", "snowflake"))
]


@pytest.mark.long
@pytest.mark.parametrize(("text", "name"), READ_AGAIN)
def test_a_second_grammar_can_parse_it(text: str, name: str) -> None:
    linter = pytest.importorskip("sqlfluff.core", reason="SQLFluff comes with the extra [dev]").Linter

    parsed = linter(dialect=GRAMMARS[name][1]).parse_string(TEXTS[text](name) + ";\n")

    assert [str(each) for each in parsed.violations] == []


def test_another_database_and_a_name_with_quotes_are_refused() -> None:
    with pytest.raises(InvalidOptionError, match=r"'db2': not one that is written here\. Use one of duckdb,"):
        bulk.sql("continuity", dialect="db2", window=Window.reporting_year(2025))
    with pytest.raises(InvalidOptionError, match="no plain name of a table"):
        bulk.sql("continuity", dialect="duckdb", window=Window.reporting_year(2025), table='a"; DROP TABLE b')
