"""What can be given, and what comes back for it."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from relationkit import bulk
from relationkit.continuity import HistoryRules, Window
from relationkit.errors import MissingExtraError, SourceNotFoundError, UnreadableSourceError
from relationkit.records import ChangeReason

YEAR = Window.reporting_year(2025)
HEADINGS = "id,child_id,worker_id,role,started_on,ended_on,reason,name_of_child\n"
FILE = HEADINGS + (
    "a1,c1,w1,social_worker,2023-05-01,2024-06-01,first_contact,Nobody Real\n"
    "a2,c1,w2,social_worker,2024-06-03,,left_role,Nobody Real\n"
    'a3,c1,w3,social_worker,2024-08-01,2024-08-15,absence,"Real, Nobody"\n'
    "a4,c2,w1,social_worker,2024-06-03,,,\n"
)
CONTINUITY = [("c1", 3, True, 1, False, 0), ("c2", 1, False, 0, False, 0)]
CHANGES = [
    ("c1", date(2024, 6, 3), "w1", "w2", "left_role", 2, False),
    ("c1", date(2024, 8, 1), "w2", "w3", "absence", 0, False),
    ("c1", date(2024, 8, 15), "w3", "w2", None, 0, True),
]


def named(rows: Iterable[Sequence[object]]) -> list[tuple[object, ...]]:
    """Return of each row the two named measures, and how many rows were refused."""
    return [(*row[:5], row[-1]) for row in rows]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "assignments.csv"
    path.write_text(FILE)
    return path


def a_file(folder: Path, content: str | bytes) -> Path:
    path = folder / "assignments.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_parquet(file: Path) -> Path:
    duckdb.read_csv(str(file)).write_parquet(str(file.with_suffix(".parquet")))
    return file.with_suffix(".parquet")


GIVEN: dict[str, Callable[[Path], object]] = {
    "a path to a CSV file": lambda file: file,
    "text that is a path": str,
    "a Parquet file": as_parquet,
    "a relation": lambda file: duckdb.connect().read_csv(str(file)),
}


@pytest.mark.parametrize("kind", GIVEN)
def test_the_answer_is_the_same_for_every_kind_of_table(kind: str, file: Path) -> None:
    table = GIVEN[kind](file)

    assert named(bulk.continuity(table, YEAR).rows()) == CONTINUITY
    assert bulk.worker_changes(table, YEAR).rows() == CHANGES
    assert bulk.worker_changes(table, YEAR, rules=HistoryRules(cover="ignore")).rows() == CHANGES[:1]


def test_an_arrow_table_is_taken_as_it_is(file: Path) -> None:
    pytest.importorskip("pyarrow", reason="PyArrow is no dependency of ours")

    assert bulk.continuity(duckdb.connect().read_csv(str(file)).to_arrow_table(), YEAR).rows()[1][0] == "c2"


def test_the_columns_are_those_that_are_promised(file: Path) -> None:
    assert bulk.continuity(file, YEAR).columns == (
        *("child_id", "workers", "is_high", "changes", "is_multiple", "days_with_worker", "gap_days", "longest_days"),
        *("current_worker", "current_since", "current_days", "is_allocated", "lead_workers", "changes_by_rules"),
        *("returns", *(f"reason_{reason}" for reason in ChangeReason), "reason_not_given"),
        *("days_in_care", "days_without_worker", "workers_in_care", "refused_rows"),
    )
    assert bulk.worker_changes(file, YEAR).columns == (
        "child_id",
        "on",
        "from_worker",
        "to_worker",
        "reason",
        "gap_days",
        "returned",
    )


def test_a_relation_is_answered_in_its_own_connection_and_leaves_nothing_there(file: Path) -> None:
    connection = duckdb.connect()

    result = bulk.continuity(connection.read_csv(str(file)), YEAR)

    assert connection.sql("SHOW ALL TABLES").fetchall() == []
    assert result.relation.query("answer", "SELECT SUM(workers) FROM answer").fetchall() == [(4,)]


@pytest.mark.parametrize("ending", ["parquet", "CSV"])
def test_an_answer_can_be_written_and_read_back(ending: str, file: Path, tmp_path: Path) -> None:
    path = tmp_path / f"out.{ending}"

    bulk.continuity(file, YEAR).write(path)

    read = duckdb.read_parquet if ending == "parquet" else duckdb.read_csv
    written = read(str(path))
    assert named(written.fetchall()) == CONTINUITY
    assert {str(kind) for kind in written.types} <= {"VARCHAR", "BOOLEAN", "BIGINT", "INTEGER", "DATE"}


def test_an_answer_is_not_written_to_another_kind_of_file(file: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError, match=r"out\.xlsx: \.xlsx is not a kind of file written here"):
        bulk.continuity(file, YEAR).write(tmp_path / "out.xlsx")


def test_the_settings_reach_the_engine(file: Path, tmp_path: Path) -> None:
    engine = bulk.DuckDB(memory_limit="300MB", threads=1, spill_folder=tmp_path)

    result = bulk.continuity(file, YEAR, engine=engine)

    settings = "SELECT current_setting('threads'), current_setting('temp_directory'), current_setting('memory_limit')"
    ((threads, folder, memory),) = result.relation.query("answer", settings).fetchall()
    assert (threads, folder) == (1, str(tmp_path))
    assert memory.startswith("286")  # DuckDB shows 300 MB as MiB


def test_lines_that_do_not_fit_are_counted_and_the_others_used(tmp_path: Path) -> None:
    bad = FILE + "a5,c2,w2,social_worker\na6,c2,w2,social_worker,2024-07-01,,,x,y,z\n"

    result = bulk.continuity(a_file(tmp_path, bad), YEAR)

    assert [(refusal.reason, refusal.rows) for refusal in result.refusals] == [("unreadable_line", 2)]
    assert result.refusals[0].problem.row == 6
    assert named(result.rows()) == CONTINUITY


def test_a_line_that_is_not_utf_8_is_counted(tmp_path: Path) -> None:
    result = bulk.continuity(a_file(tmp_path, FILE.encode() + b"a5,c2,\xff,social_worker,2024-07-01,,,\n"), YEAR)

    assert [(refusal.reason, refusal.rows) for refusal in result.refusals] == [("unreadable_line", 1)]
    assert named(result.rows()) == CONTINUITY


def test_a_byte_order_mark_is_no_part_of_the_heading(tmp_path: Path) -> None:
    assert named(bulk.continuity(a_file(tmp_path, b"\xef\xbb\xbf" + FILE.encode()), YEAR).rows()) == CONTINUITY


def test_a_quoted_line_break_stays_in_its_row(tmp_path: Path) -> None:
    with_break = FILE.replace('"Real, Nobody"', '"Real,\nNobody"')

    assert named(bulk.continuity(a_file(tmp_path, with_break), YEAR).rows()) == CONTINUITY


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "the file is empty"),
        (FILE.replace(",", ";"), "id: the column is missing"),
        (FILE.replace("name_of_child", "id"), "two columns have the same heading"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(content: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError, match=what) as refusal:
        bulk.continuity(a_file(tmp_path, content), YEAR)
    assert "Nobody" not in str(refusal.value)


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"^gone\.csv: there is no such file"):
        bulk.continuity(tmp_path / "gone.csv", YEAR)


def test_other_endings_and_other_things_are_refused(tmp_path: Path) -> None:
    (tmp_path / "table.xlsx").write_bytes(b"")
    (tmp_path / "table.parquet").write_bytes(b"not Parquet")

    with pytest.raises(UnreadableSourceError, match=r"\.xlsx is not a kind of file read here"):
        bulk.continuity(tmp_path / "table.xlsx", YEAR)
    with pytest.raises(UnreadableSourceError, match="this is not a Parquet file"):
        bulk.continuity(tmp_path / "table.parquet", YEAR)
    with pytest.raises(UnreadableSourceError, match="DuckDB cannot read a list"):
        bulk.continuity([1, 2], YEAR)  # type: ignore[arg-type]  # that is what is tested


def test_stars_and_brackets_in_a_name_are_letters(tmp_path: Path) -> None:
    path = tmp_path / "council[1]*?.csv"
    path.write_text(FILE)

    assert named(bulk.continuity(path, YEAR).rows()) == CONTINUITY


def test_without_duckdb_the_extra_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(MissingExtraError, match=r'pip install "relationkit\[bulk\]"'):
        bulk.continuity(file, YEAR)
