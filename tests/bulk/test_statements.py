"""The rules as text: the same rows in other databases, a self-test for those we cannot run, and two grammars."""

import os
import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.bulk import statements
from relationkit.bulk.dialects import DIALECTS
from relationkit.continuity import Window
from relationkit.errors import InvalidOptionError

COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
JOBS = ("worker_changes", "continuity")
Rows = list[tuple[Any, ...]]


def in_sqlite(statement: str, rows: Rows) -> Rows:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE assignments ({', '.join(COLUMNS)})")
    connection.executemany("INSERT INTO assignments VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def in_postgres(statement: str, rows: Rows) -> Rows:
    url = os.environ.get("RELATIONKIT_TEST_POSTGRES")
    if url is None:
        pytest.skip("RELATIONKIT_TEST_POSTGRES names no PostgreSQL database")
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        kinds = ", ".join(f"{name} {'DATE' if name.endswith('_on') else 'TEXT'}" for name in COLUMNS)
        connection.execute(f"CREATE TEMP TABLE assignments ({kinds}) ON COMMIT DROP")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO assignments VALUES (%s, %s, %s, %s, %s, %s, %s)", rows)
        return connection.execute(statement.encode()).fetchall()


def in_duckdb(statement: str, rows: Rows) -> Rows:
    connection = duckdb.connect(config={"threads": 1})
    kinds = ", ".join(f"{name} {'DATE' if name.endswith('_on') else 'VARCHAR'}" for name in COLUMNS)
    connection.execute(f"CREATE TABLE assignments ({kinds})")
    unnested = ", ".join("unnest(?)" for _ in COLUMNS)
    if rows:
        connection.execute(f"INSERT INTO assignments SELECT {unnested}", [list(column) for column in zip(*rows)])  # noqa: B905  columns of one table
    return connection.execute(statement).fetchall()


ENGINES: dict[str, Callable[[str, Rows], Rows]] = {
    "duckdb": in_duckdb,
    "sqlite": in_sqlite,
    "postgres": in_postgres,
}


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Days as text and truths as numbers, as the plainest of the databases has them."""
    return tuple(str(cell) if isinstance(cell, date) else int(cell) if isinstance(cell, bool) else cell for cell in row)


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("engine", ENGINES)
def test_each_database_gives_the_same_rows(packs, engine: str, job: Any) -> None:
    for pack in packs[:2]:
        expected = getattr(bulk, job)(pack.relation, pack.window)
        rows = [tuple(getattr(each, name) for name in COLUMNS) for each in pack.assignments]
        values = [tuple(None if cell is None else str(cell) for cell in row) for row in rows]
        values.append(("late", "c0", "w1", "social_worker", "2024-03-02", "2024-03-01", None))
        values.append(("control\x07", "c0", "w1", "social_worker", "2024-03-02", None, None))
        statement = bulk.sql(job, dialect=engine, window=pack.window)
        found = ENGINES[engine](statement, values)
        wanted = sorted(map(plain, expected.rows()))
        if job == "continuity":
            wanted = [(*row[:-1], row[-1] + 2 * (row[0] == "c0")) for row in wanted]
        assert sorted(map(plain, found)) == wanted


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_self_test_finds_nothing_where_all_is_well(engine: str, job: Any) -> None:
    assert ENGINES[engine](bulk.sql_selftest(engine, job), []) == []


def test_the_self_test_names_a_row_that_is_missing_and_one_that_should_not_be_there() -> None:
    statement = bulk.sql_selftest("duckdb").replace("'A03' AS", "'A04' AS", 1)

    assert {row[0] for row in in_duckdb(statement, [])} == {"missing"}
    assert in_sqlite(bulk.sql_selftest("sqlite").replace("'W3'", "'W4'", 1), [])[0][0] in {"missing", "unexpected"}


@pytest.mark.parametrize("job", JOBS)
def test_what_the_self_test_expects_is_what_the_function_gives(job: Any) -> None:
    rows = [dict(zip(COLUMNS, (*row[:3], row[3], row[4], row[5], row[6]), strict=True)) for row in statements._ROWS]
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"CREATE TABLE given ({', '.join(f'{name} VARCHAR' for name in COLUMNS)})")
    connection.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, ?)", [list(row.values()) for row in rows])

    found = getattr(bulk, job)(connection.table("given"), Window(date(2024, 2, 25), date(2024, 3, 12))).rows()

    first = date(1970, 1, 1)
    numbers = [tuple((cell - first).days if isinstance(cell, date) else cell for cell in row) for row in found]
    assert numbers == list(statements._EXPECTED[job])


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
    "continuity": lambda name: bulk.sql("continuity", dialect=name, window=Window.reporting_year(2025)),
    "self-test": bulk.sql_selftest,
}


@pytest.mark.parametrize("name", DIALECTS)
def test_sqlglot_can_parse_every_text(name: str) -> None:
    sqlglot = pytest.importorskip("sqlglot", reason="SQLGlot comes with the extra [dev]")

    for text in TEXTS.values():
        assert len(sqlglot.parse(text(name), read=GRAMMARS[name][0])) == 1


@pytest.mark.long
@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_second_grammar_can_parse_every_text(name: str, text: str) -> None:
    linter = pytest.importorskip("sqlfluff.core", reason="SQLFluff comes with the extra [dev]").Linter

    parsed = linter(dialect=GRAMMARS[name][1]).parse_string(TEXTS[text](name) + ";\n")

    assert [str(each) for each in parsed.violations] == []


def test_another_database_and_a_name_with_quotes_are_refused() -> None:
    with pytest.raises(InvalidOptionError, match=r"'db2': not one that is written here\. Use one of duckdb,"):
        bulk.sql("continuity", dialect="db2", window=Window.reporting_year(2025))
    with pytest.raises(InvalidOptionError, match="no plain name of a table"):
        bulk.sql("continuity", dialect="duckdb", window=Window.reporting_year(2025), table='a"; DROP TABLE b')
