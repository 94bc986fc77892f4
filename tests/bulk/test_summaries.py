"""Children counted by team, age band or any column: as the object rules count, with small numbers withheld."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from relationkit import bulk
from relationkit.bulk import text
from relationkit.bulk.summaries import summary_steps
from relationkit.errors import UnreadableSourceError
from relationkit.withholding import ALL, withhold

ON = date(2025, 3, 31)
TEAMS = ("North", "South", None)


@pytest.fixture(scope="module")
def result(packs) -> bulk.BulkResult:
    """An answer that is worked out once, however often it is read."""
    lazy = bulk.continuity(packs[0].relation, packs[0].window)
    rows = [(row[0], row[2]) for row in lazy.rows()]
    return replace(lazy, relation=table_of(rows, "child_id VARCHAR, is_high BOOLEAN"))


@pytest.fixture(scope="module")
def people(packs) -> list[tuple[str, str | None, date | None]]:
    ids = sorted({each.child_id for each in packs[0].assignments})
    return [
        (child_id, TEAMS[place % 7 % 3], None if place % 50 == 0 else date(2005 + place % 20, 4, place % 2 + 1))
        for place, child_id in enumerate(ids)
    ]


def table_of(rows: Sequence[Sequence[object]], columns: str) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"CREATE TABLE given ({columns})")
    if rows:
        connection.executemany(f"INSERT INTO given VALUES ({', '.join('?' * len(rows[0]))})", [list(r) for r in rows])
    return connection.table("given")


def age(born_on: date | None) -> str:
    """Count birthdays, as no step of the rule does."""
    if born_on is None:
        return "not known"
    years = sum(date(year, born_on.month, born_on.day) <= ON for year in range(born_on.year + 1, ON.year + 1))
    ranges = {"under 4": range(4), "4 to 7": range(4, 8), "8 to 11": range(8, 11), "11 to 17": range(11, 18)}
    return next((name for name, ages in ranges.items() if years in ages), "18 or over")


def test_children_are_counted_by_team_age_band_and_a_column_of_the_answer(result, people) -> None:
    given = table_of(people, "id VARCHAR, team VARCHAR, born_on DATE")

    found = bulk.summarise(result, ["team", "age_band", "is_high"], children=given, on=ON)

    known = {child_id: (team or "not known", age(born_on)) for child_id, team, born_on in people}
    truths = {True: "true", False: "false", None: "not known"}
    counts = Counter((*known[row[0]], truths[row[1]]) for row in result.rows())
    assert found.table == withhold(counts)
    assert found.by == ("team", "age_band", "is_high")
    assert {figure for figure in found.table.figures.values() if figure is not None and 0 < figure < 6} == set()
    assert found.table[ALL, ALL, ALL] == len(people)
    assert (None, None, None, len(people)) in found.rows()
    everything = bulk.summarise(result, ["is_high"], smallest=1).table
    assert everything["true",] == sum(bool(row[1]) for row in result.rows())


def test_a_figure_is_withheld_with_what_would_give_it_away(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    rows = [f"c{n},{team}" for n, team in enumerate(["A"] * 9 + ["B"] * 2 + ["C"] * 7)]
    path.write_text("\n".join(["child_id,team", *rows, rows[0], ",A"]))

    found = bulk.summarise(path, ["team"])

    assert [row for row in found.rows() if row[1] is None] == [("B", None), ("C", None)]
    assert (found.table[ALL,], found.table["A",]) == (18, 9)
    assert [str(refusal.problem) for refusal in found.refusals] == [
        "answer.csv, child_id: is missing. Give it a value."
    ]


def test_what_cannot_be_counted_is_said() -> None:
    two = table_of([("c1", "A"), ("c1", "B"), ("c2", "A")], 'child_id VARCHAR, "the ""team""" VARCHAR')
    people = table_of([], "id VARCHAR, born_on DATE")

    with pytest.raises(UnreadableSourceError, match="tells different things of 1 child"):
        bulk.summarise(two, ['the "team"'])
    with pytest.raises(UnreadableSourceError, match="table, area: the column is missing"):
        bulk.summarise(two, ["area"])
    with pytest.raises(UnreadableSourceError, match="children, area: the column is missing"):
        bulk.summarise(two, ["area"], children=people)
    with pytest.raises(UnreadableSourceError, match="Give on=, the day whose age counts"):
        bulk.summarise(two, ["age_band"], children=people)
    with pytest.raises(UnreadableSourceError, match="there is no column to count by"):
        bulk.summarise(two, [])


# The same text on a second engine, and one-token faults in it.

TOLD = [("c1", "A", "x"), ("c1", "A", "x"), ("c2", "A", "y"), ("c3", "B", "x"), ("c4", "B", "x"), ("c5", "A", "x")]


def in_sqlite(last: str, told: Sequence[Sequence[str]] = TOLD) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE told (child_id, group_0, group_1)")
    connection.executemany("INSERT INTO told VALUES (?, ?, ?)", told)
    rows = connection.execute(f"WITH {summary_steps(2)} SELECT * FROM {last}").fetchall()
    connection.close()
    return sorted(rows)


def is_right() -> bool:
    doubled = [*TOLD, ("c3", "A", "x")]
    found = in_sqlite("figure"), in_sqlite("several"), in_sqlite("several", doubled)
    return found == ([("A", "x", 2), ("A", "y", 1), ("B", "x", 2)], [], [("c3",)])


def test_sqlite_counts_the_same_from_the_same_text() -> None:
    assert is_right()


FAULTS = [("DISTINCT child_id", "child_id"), ("COUNT(*) > 1", "COUNT(*) >= 1"), ("COUNT(*) AS", "MAX(1) AS")]


@pytest.mark.parametrize(("right", "wrong"), FAULTS)
def test_a_one_token_fault_is_noticed(monkeypatch, right: str, wrong: str) -> None:
    whole = text._uncommented("summary")
    assert whole.count(right) == 1
    monkeypatch.setattr(text, "_uncommented", lambda _: whole.replace(right, wrong))

    assert not is_right()
