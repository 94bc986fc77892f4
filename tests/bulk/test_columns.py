"""Which rows of a table can be used, which cannot, and that none goes missing."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import product

import duckdb
import pytest

from relationkit import bulk
from relationkit.continuity import Window
from relationkit.errors import InvalidRecordError, UnreadableSourceError
from relationkit.records import Assignment

YEAR = Window.reporting_year(2025)
COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
GOOD = {
    "id": "a1",
    "child_id": "c1",
    "worker_id": "w1",
    "role": "social_worker",
    "started_on": "2024-05-01",
    "ended_on": "2024-06-01",
    "reason": "left_role",
}


def a_row(**values: str | None) -> tuple[str | None, ...]:
    return tuple((GOOD | values)[name] for name in COLUMNS)


def text_table(rows: Sequence[tuple[str | None, ...]], columns: Sequence[str] = COLUMNS) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect(config={"threads": 1})
    unnested = ", ".join(f"unnest(?::VARCHAR[]) AS {name}" for name in columns)
    connection.execute(
        f"CREATE TABLE given AS SELECT {unnested}", [[row[i] for row in rows] for i in range(len(columns))]
    )
    return connection.table("given")


def refused(result: bulk.BulkResult) -> dict[str, int]:
    return {refusal.reason: refusal.rows for refusal in result.refusals}


def named(result: bulk.BulkResult) -> list[tuple[object, ...]]:
    """Return of each child the two named measures, and how many of its rows were refused."""
    return [(*row[:5], row[-1]) for row in result.rows()]


#: What is wrong with a row, and what is told of it.
CASES: list[tuple[dict[str, str | None], str]] = [
    ({"id": None}, "id_missing"),
    ({"id": ""}, "id_missing"),
    ({"id": "a\n1"}, "id_unreadable"),
    ({"child_id": None}, "child_id_missing"),
    ({"child_id": "c\u2028"}, "child_id_unreadable"),
    ({"worker_id": ""}, "worker_id_missing"),
    ({"worker_id": "w\x7f"}, "worker_id_unreadable"),
    ({"role": "captain"}, "role_unknown"),
    ({"role": None}, "role_unknown"),
    ({"started_on": None}, "started_on_missing"),
    ({"started_on": "31/02/2024"}, "started_on_not_a_day"),
    ({"started_on": "2024-02-30"}, "started_on_not_a_day"),
    ({"started_on": "2024-05-01 09:00"}, "started_on_not_a_day"),
    ({"started_on": "1899-12-31"}, "started_on_out_of_range"),
    ({"ended_on": "infinity"}, "ended_on_not_a_day"),
    ({"ended_on": "2200-01-01"}, "ended_on_out_of_range"),
    ({"ended_on": "2024-04-30"}, "ended_before_started"),
    ({"reason": "bored"}, "reason_unknown"),
]


def test_a_row_that_cannot_be_is_counted_with_its_reason() -> None:
    wrong = [a_row(**({"id": f"a{n}", "child_id": f"c{n}"} | values)) for n, (values, _) in enumerate(CASES)]
    sound = [a_row(id=f"b{n}", child_id=f"c{n}", worker_id="w2") for n, _ in enumerate(CASES)]

    result = bulk.continuity(text_table([*wrong, *sound]), YEAR)

    assert refused(result) == Counter(reason for _, reason in CASES)
    told = Counter((reason, row[2], count) for reason, *row, count in result.refused.fetchall())
    assert told == Counter((reason, row[2], 1) for row, (_, reason) in zip(wrong, CASES, strict=True))
    assert {row[1] for row in result.rows() if str(row[0])[1:].isdecimal()} == {1}


VALUES = {
    "child_id": ["c1", "", None, "c\t1"],
    "role": ["social_worker", "duty", "Social Worker", None],
    "started_on": ["2024-05-01", "1900-01-01", "2199-12-31", "2024-13-01", "20-05-01", None],
    "ended_on": ["2024-05-01", "2024-06-01", None, "", "1900-01-01", "2199-12-31"],
    "reason": ["left_role", None, "", "LEFT"],
}


def is_a_record(row: tuple[str | None, ...]) -> bool:
    try:
        Assignment(**dict(zip(COLUMNS, row, strict=True)))
    except InvalidRecordError:
        return False
    return True


def test_the_rows_that_are_used_are_those_that_make_records() -> None:
    rows = [
        a_row(id=f"a{number}", **dict(zip(VALUES, values, strict=True)))
        for number, values in enumerate(product(*VALUES.values()))
    ]

    result = bulk.continuity(text_table(rows), YEAR)

    unusable = {row[1] for row in result.refused.fetchall()}
    assert unusable == {row[0] for row in rows if not is_a_record(row)}
    assert sum(refused(result).values()) == len(unusable)


def test_an_assignment_ending_on_the_day_it_starts_is_not_reversed() -> None:
    result = bulk.continuity(text_table([a_row(ended_on="2024-05-01")]), YEAR)

    assert result.refusals == ()
    assert named(result) == [("c1", None, None, None, None, 0)]


def test_two_rows_that_share_an_id_and_differ_are_both_refused() -> None:
    table = text_table([a_row(), a_row(worker_id="w2"), a_row(id="a2", worker_id="w3")])

    result = bulk.continuity(table, YEAR)

    assert refused(result) == {"id_doubled": 2}
    assert {row[3] for row in result.refused.fetchall()} == {"w1", "w2"}
    assert named(result) == [("c1", 1, False, 0, False, 2)]


def test_a_row_that_cannot_be_does_not_spoil_the_sound_row_with_its_id() -> None:
    result = bulk.continuity(text_table([a_row(), a_row(role="captain")]), YEAR)

    assert refused(result) == {"role_unknown": 1}
    assert named(result) == [("c1", 1, False, 0, False, 1)]


def test_the_same_row_again_is_counted_and_costs_nothing() -> None:
    result = bulk.continuity(text_table([a_row(), a_row(), a_row()]), YEAR)

    assert refused(result) == {"repeated": 2}
    assert named(result) == [("c1", 1, False, 0, False, 0)]


def test_a_child_of_whom_no_row_can_be_used_could_not_be_judged() -> None:
    table = text_table([a_row(), a_row(id="a2", child_id="c2", started_on=None)])

    assert named(bulk.continuity(table, YEAR)) == [("c1", 1, False, 0, False, 0), ("c2", None, None, None, None, 1)]


def test_a_child_without_an_assignment_of_the_role_could_not_be_judged() -> None:
    result = bulk.continuity(text_table([a_row(role="advocate")]), YEAR)

    assert named(result) == [("c1", None, None, None, None, 0)]


def test_placements_that_cannot_be_are_counted_for_their_child_and_say_nothing_of_care() -> None:
    rows = [
        ("p1", "c1", "2024-04-01", "2024-05-11", "fostering"),
        ("p2", "c1", "2024-06-01", "2024-05-31", "fostering"),
        ("p3", "c2", "2024-04-01", "31/05/2024", "fostering"),
        ("p4", "c3", "2024-04-01", None, None),
        ("p5", "", "2024-04-01", None, "fostering"),
    ]
    table = text_table(rows, ("id", "child_id", "started_on", "ended_on", "regime"))

    result = bulk.continuity(text_table([a_row(), a_row(id="a2", child_id="c2")]), YEAR, placements=table)

    assert [(row[0], row[-4], row[-3], row[-1]) for row in result.rows()] == [
        ("c1", 40, 30, 1),
        ("c2", None, None, 1),
        ("c3", None, None, 1),
    ]
    assert [str(refusal.problem) for refusal in result.refusals] == [
        "placements, child_id: is missing. Give it a value.",
        "placements, regime: is missing. Give it a value.",
        "placements, ended_on: is not a day. Write it as 2025-03-31.",
        "placements, ended_on: is before started_on. Check which dates the system exports.",
    ]


def test_a_table_of_placements_without_a_regime_is_refused() -> None:
    table = text_table([], ("id", "child_id", "started_on", "ended_on"))

    with pytest.raises(UnreadableSourceError, match="placements, regime: the column is missing"):
        bulk.continuity(text_table([a_row()]), YEAR, placements=table)


def test_no_rows_give_no_rows() -> None:
    table = text_table([])

    assert bulk.continuity(table, YEAR).rows() == []
    assert bulk.worker_changes(table, YEAR).rows() == []


def test_a_refusal_says_where_what_and_what_to_do() -> None:
    (refusal,) = bulk.continuity(text_table([a_row(ended_on="2024-04-30")]), YEAR).refusals

    assert str(refusal.problem) == "table, ended_on: is before started_on. Check which dates the system exports."


def test_a_missing_column_is_named() -> None:
    table = text_table([], columns=("id", "child_id", "role", "started_on", "ended_on"))

    with pytest.raises(UnreadableSourceError, match="table, worker_id: the column is missing") as refusal:
        bulk.continuity(table, YEAR)
    assert [problem.field for problem in refusal.value.problems] == ["worker_id"]
    assert str(refusal.value).endswith("Name the columns as relationkit does. Correct them.")


def test_the_reason_may_be_left_out_and_other_columns_are_passed_over() -> None:
    columns = (*COLUMNS[:-1], "name_of_child")
    rows = [(*a_row()[:-1], "x"), (*a_row(id="a2", worker_id="w2", started_on="2024-05-10")[:-1], "x")]

    result = bulk.worker_changes(text_table(rows, columns), YEAR)

    assert result.rows() == [("c1", date(2024, 5, 10), "w1", "w2", None, 0, False)]


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ", "INTEGER"])
def test_moments_and_numbers_are_not_days(kind: str) -> None:
    columns = ", ".join(f"NULL::{kind if name == 'started_on' else 'VARCHAR'} AS {name}" for name in COLUMNS)

    with pytest.raises(UnreadableSourceError, match="cast moments to DATE in Europe/London first"):
        bulk.continuity(duckdb.connect().sql(f"SELECT {columns}"), YEAR)


def test_whole_numbers_are_ids_and_fractions_are_not() -> None:
    connection = duckdb.connect()
    select = "SELECT 1 AS id, 2 AS child_id, {} AS worker_id, 'duty' AS role, DATE '2024-05-01' AS started_on"
    select += ", NULL AS ended_on"

    assert bulk.continuity(connection.sql(select.format("3")), YEAR).rows()[0][0] == "2"
    with pytest.raises(UnreadableSourceError, match="worker_id: is of the type DOUBLE"):
        bulk.continuity(connection.sql(select.format("3.5::DOUBLE")), YEAR)
