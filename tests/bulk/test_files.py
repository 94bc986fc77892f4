"""Folders and damaged files, a full disk, and that nothing half-written is left under its final name."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from relationkit import bulk
from relationkit.bulk.result import BulkResult
from relationkit.continuity import Window
from relationkit.errors import SourceNotFoundError, UnreadableSourceError
from relationkit.sla import DEFAULT_POLICIES

YEAR = Window.reporting_year(2025)
SPELL = "'social_worker' AS role, DATE '2024-05-01' AS started_on, NULL::DATE AS ended_on"
MANY = f"SELECT 'a' || i AS id, 'c' || i % 9 AS child_id, 'w' || hash(i) AS worker_id, {SPELL} FROM range({{}}) t(i)"


def parquet(path: Path, select: str) -> Path:
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def test_a_folder_of_parquet_files_is_one_table(tmp_path: Path) -> None:
    parquet(tmp_path / "north.parquet", f"SELECT 'a1' AS id, 'c1' AS child_id, 'w1' AS worker_id, {SPELL}")
    parquet(tmp_path / "south.parquet", f"SELECT 'a2' AS id, 'c2' AS child_id, 'w1' AS worker_id, {SPELL}")

    assert [row[0] for row in bulk.continuity(tmp_path, YEAR).rows()] == ["c1", "c2"]


def test_two_files_with_different_columns_are_refused_by_name(tmp_path: Path) -> None:
    parquet(tmp_path / "north.parquet", f"SELECT 'a1' AS id, 'c1' AS child_id, 'w1' AS worker_id, {SPELL}")
    parquet(tmp_path / "south.parquet", f"SELECT 2 AS id, 'c2' AS child_id, 'w1' AS worker_id, {SPELL}")

    with pytest.raises(
        UnreadableSourceError, match=r"south\.parquet: its column id is not like that of north\.parquet"
    ):
        bulk.continuity(tmp_path, YEAR)


def test_a_folder_without_parquet_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="there is no Parquet file in this folder"):
        bulk.continuity(tmp_path, YEAR)


def test_a_file_damaged_in_the_middle_is_one_line(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", MANY.format(5000))
    content = bytearray(path.read_bytes())
    content[4:2000] = b"\xff" * 1996
    path.write_bytes(content)

    with pytest.raises(UnreadableSourceError, match=r"^a\.parquet: it cannot be read to the end"):
        bulk.continuity(path, YEAR).rows()


#: The tables beside those of assignments, as they are written into a file.
OTHERS = {
    "messages": "SELECT 'm' || i AS id, 'c' || i // 9 AS child_id, TIMESTAMPTZ '2025-03-03 09:00:00Z' AS \"at\", "
    "'from_child' AS direction, 'text' AS channel FROM range({}) t(i)",
    "absences": "SELECT 'w' || i AS worker_id, TIMESTAMPTZ '2025-03-03 09:00:00Z' AS starts_at, "
    "NULL::TIMESTAMPTZ AS ends_at FROM range({}) t(i)",
    "sessions": "SELECT 's' || i AS id, 'c' || i // 9 AS child_id, 'visit' AS kind, "
    "TIMESTAMPTZ '2025-03-03 09:00:00Z' AS starts_at, 'held' AS status FROM range({}) t(i)",
    "placements": "SELECT 'p' || i AS id, 'c' || i AS child_id, DATE '2025-03-01' AS started_on, "
    "NULL::DATE AS ended_on, 'placement' AS regime FROM range({}) t(i)",
    "assignments": MANY,
}
NOW = datetime(2025, 3, 5, tzinfo=UTC)
CLOCKS = ("messages", "assignments", "absences")


def judged(paths: dict[str, Path], names: Sequence[str], **settings: Any) -> bulk.BulkResult:
    if "messages" in names:
        deadlines = bulk.deadline_table(DEFAULT_POLICIES, date(2025, 3, 3), date(2025, 3, 5))
        beside = {name: paths[name] for name in names if name != "messages"}
        return bulk.response_clocks(paths["messages"], deadlines, now=NOW, **beside, **settings)
    return bulk.visits_due(paths["placements"], paths["sessions"], now=NOW, **settings)


@pytest.mark.parametrize("names", [CLOCKS, ("placements", "sessions")], ids=["clocks", "visits"])
def test_any_table_that_is_damaged_in_the_middle_is_one_line(tmp_path: Path, names: tuple[str, ...]) -> None:
    for damaged in names:
        rows = {name: 5000 if name == damaged else 9 for name in names}
        paths = {name: parquet(tmp_path / f"{name}.parquet", OTHERS[name].format(rows[name])) for name in names}
        content = bytearray(paths[damaged].read_bytes())
        content[4:2000] = b"\xff" * 1996
        paths[damaged].write_bytes(content)

        with pytest.raises(UnreadableSourceError, match=rf"^{damaged}\.parquet: it cannot be read to the end"):
            judged(paths, names).rows()


@pytest.mark.parametrize("names", [CLOCKS, ("placements", "sessions")], ids=["clocks", "visits"])
def test_empty_tables_give_no_rows_and_nothing_to_refuse(tmp_path: Path, names: tuple[str, ...]) -> None:
    paths = {name: parquet(tmp_path / f"{name}.parquet", OTHERS[name].format(0)) for name in names}

    found = judged(paths, names)

    assert (found.rows(), found.refusals) == ([], ())


@pytest.mark.parametrize("names", [("messages",), ("placements", "sessions")], ids=["clocks", "visits"])
def test_no_room_to_judge_in_is_one_line_and_leaves_nothing_behind(tmp_path: Path, names: tuple[str, ...]) -> None:
    rows = {"messages": 300_000, "sessions": 300_000, "placements": 9}
    paths = {name: parquet(tmp_path / f"{name}.parquet", OTHERS[name].format(rows[name])) for name in names}
    engine = bulk.DuckDB(memory_limit="14MB", threads=1, spill_folder=tmp_path / "spill", spill_limit="1MB")

    with pytest.raises(UnreadableSourceError, match=r"\.parquet: there is no room to work in"):
        judged(paths, names, engine=engine).write(tmp_path / "answer.parquet")
    assert not (tmp_path / "answer.parquet").exists()


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_where_there_is_no_room_to_sort_while_rows_are_worked_out_they_are_put_down_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    folder = tmp_path / "Anne's [files]"
    folder.mkdir()
    found = bulk.continuity(parquet(tmp_path / "a.parquet", MANY.format(500)), YEAR)
    found.write(folder / f"plain.{ending}")
    write_sorted, tried = BulkResult._write_sorted, []

    def cramped(self: BulkResult, rows: Any, path: str, *, is_parquet: bool) -> None:
        tried.append(rows)
        if len(tried) == 1:
            raise duckdb.OutOfMemoryException
        write_sorted(self, rows, path, is_parquet=is_parquet)

    monkeypatch.setattr(BulkResult, "_write_sorted", cramped)
    found.write(folder / f"answer.{ending}")

    assert sorted(each.name for each in folder.iterdir()) == [f"answer.{ending}", f"plain.{ending}"]
    read = duckdb.read_csv if ending == "csv" else duckdb.read_parquet
    plain, answer = (read(str(each.rename(tmp_path / each.name))) for each in sorted(folder.iterdir(), reverse=True))
    assert (answer.columns, answer.types, answer.fetchall()) == (plain.columns, plain.types, plain.fetchall())


def test_an_empty_parquet_file_gives_no_rows(tmp_path: Path) -> None:
    assert bulk.continuity(parquet(tmp_path / "a.parquet", MANY.format(0)), YEAR).rows() == []


def test_no_room_to_spill_is_one_line_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", MANY.format(400_000))
    target = tmp_path / "answer.parquet"
    target.write_bytes(b"older")
    engine = bulk.DuckDB(memory_limit="12MB", threads=1, spill_folder=tmp_path / "spill", spill_limit="1MB")

    with pytest.raises(UnreadableSourceError, match=r"a\.parquet: there is no room to work in"):
        bulk.continuity(path, YEAR, engine=engine).write(target)
    assert target.read_bytes() == b"older"
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == ["a.parquet", "answer.parquet"]


def test_what_fails_while_it_is_written_leaves_the_older_file(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.sql(MANY.format(3)).create("given")
    result = bulk.continuity(connection.table("given"), YEAR)
    connection.execute("DROP TABLE given")
    target = tmp_path / "answer.csv"
    target.write_text("older")

    with pytest.raises(UnreadableSourceError):
        result.write(target)
    assert [each.name for each in tmp_path.iterdir()] == ["answer.csv"]
    assert target.read_text() == "older"


def test_the_answer_comes_as_the_kind_of_table_that_was_given(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="PyArrow is no dependency of ours")
    pytest.importorskip("pandas", reason="pandas is no dependency of ours")
    pytest.importorskip("polars", reason="Polars is no dependency of ours")
    table = duckdb.connect().sql(f"SELECT 'a1' AS id, 'c1' AS child_id, 'w1' AS worker_id, {SPELL}")
    result = bulk.continuity(table.to_arrow_table(), YEAR)

    assert duckdb.from_arrow(result.to_arrow()).fetchall() == result.rows()
    assert result.to_pandas()["child_id"].tolist() == ["c1"]
    assert result.to_polars().rows() == result.rows()
