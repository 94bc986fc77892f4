"""Bad input gives one clear line each: the file, the row, the field, what was found, what to do. Nobody is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.errors import SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters.csv_folder import CsvAdapter
from relationkit.plugins.adapters.ssda903 import Ssda903Adapter
from relationkit.records import ChangeReason

HEADING = "id,child_id,worker_id,role,started_on,ended_on\n"
GOOD = "A1,C1,SW1,social_worker,2024-01-01,\n"
SPELLS = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n"


@pytest.fixture
def assignments(tmp_path: Path) -> Callable[[str | bytes], CsvAdapter]:
    def written(content: str | bytes) -> CsvAdapter:
        (tmp_path / "assignments.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        return CsvAdapter(str(tmp_path))

    return written


@pytest.fixture
def spells(tmp_path: Path) -> Callable[[str | bytes], Ssda903Adapter]:
    def written(content: str | bytes) -> Ssda903Adapter:
        (tmp_path / "SWEpisodes.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        return Ssda903Adapter(str(tmp_path))

    return written


# The csv folder.


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "A2,C1,SW1,social_worker,2024-02-31,\n",
            "assignments.csv, row 3, started_on: is not a day (found '2024-02-31'). Write it as 2025-03-31.",
        ),
        (
            "A2,C1,SW1,social_worker,31/01/2024,\n",
            "assignments.csv, row 3, started_on: is not a day (found '31/01/2024'). Write it as 2025-03-31.",
        ),
        (
            "A2,C1,SW1,social_worker,2024-01-02,2024-01-01\n",
            (
                "assignments.csv, row 3, ended_on: is before started_on (found '2024-01-01'). "
                "Check which dates the system exports."
            ),
        ),
        (
            "A1,C9,SW9,social_worker,2024-01-02,\n",
            (
                "assignments.csv, row 3, id: stands in an earlier row already, which was kept (found 'A1'). "
                "Take one of the rows out."
            ),
        ),
        (
            "A2,,SW1,social_worker,2024-01-02,\n",
            "assignments.csv, row 3, child_id: is missing. Give it a value.",
        ),
        (
            "A2,C1,SW1,social_worker\n",
            (
                "assignments.csv, row 3: has 4 cells, and the heading has 6. "
                "Look for a missing or an unquoted comma; the row was left out."
            ),
        ),
        (
            "A2,C\x001,SW1,social_worker,2024-01-02,\n",
            (
                "assignments.csv, row 3: holds NUL bytes, which no text does. "
                "Export it again as CSV, comma delimited; the row was left out."
            ),
        ),
        (
            f"A2,C1,{'S' * 140_000},social_worker,2024-01-02,\n",
            (
                "assignments.csv, row 3: a cell is longer than 131,072 characters. "
                "Look for a stray quotation mark; the line was left out."
            ),
        ),
        (
            'A2,C1,SW1,"social"_worker,2024-01-02,\n',
            (
                "assignments.csv, row 3: a quotation mark stands where none can be. "
                "Look for a stray quotation mark; the line was left out."
            ),
        ),
    ],
    ids=["no such day", "other format", "reversed", "twice", "blank", "short", "nul", "too long", "quote"],
)
def test_a_bad_row_is_one_line_and_the_good_rows_stay(
    assignments: Callable[[str], CsvAdapter], row: str, problem: str
) -> None:
    adapter = assignments(HEADING + GOOD + row + GOOD.replace("A1", "A9"))

    assert [record.id for record in adapter.assignments()] == ["A1", "A9"]
    assert [str(found) for found in adapter.problems] == [problem]


def test_an_unknown_role_lists_those_that_are_known(assignments: Callable[[str], CsvAdapter]) -> None:
    adapter = assignments(HEADING + "A1,C1,SW1,socialworker,2024-01-01,\n")

    assert list(adapter.assignments()) == []
    (problem,) = adapter.problems
    assert (problem.row, problem.field, problem.found) == (2, "role", "socialworker")
    assert "'social_worker'" in problem.remedy


def test_a_naive_time_is_refused_with_how_to_write_it(tmp_path: Path) -> None:
    heading = "id,child_id,at,direction,channel\n"
    (tmp_path / "messages.csv").write_text(heading + "M1,C1,2025-03-31 09:00,from_child,text\n")
    adapter = CsvAdapter(str(tmp_path))

    assert list(adapter.messages()) == []
    assert str(adapter.problems[0]) == (
        "messages.csv, row 2, at: has no time zone (found '2025-03-31 09:00'). "
        "Say which one the system writes, as in 2025-03-31T09:00:00+01:00."
    )


def test_a_quotation_mark_that_is_never_closed_says_which_lines_are_lost(
    assignments: Callable[[str], CsvAdapter],
) -> None:
    adapter = assignments(HEADING + GOOD + 'A2,"C1,SW1,social_worker,2024-01-02,\n' + GOOD.replace("A1", "A3"))

    assert [record.id for record in adapter.assignments()] == ["A1"]
    assert "row 3: a quotation mark is never closed" in str(adapter.problems[0])
    assert "lines 3 to 4 were left out" in str(adapter.problems[0])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "assignments.csv is empty"),
        ("\ufeff", "assignments.csv is empty"),
        (HEADING.replace(",", ";"), "assignments.csv has its columns separated by semicolons, not commas"),
        (HEADING.replace(",", "\t"), "assignments.csv has its columns separated by tabs, not commas"),
        (HEADING.replace("worker_id,", ""), "assignments.csv lacks the column worker_id"),
        (HEADING.replace("worker_id", "id"), "assignments.csv has the same heading over columns 1 and 3"),
        (b"PK\x03\x04\x00\x00" * 50, "assignments.csv is not text: its heading holds NUL bytes"),
        ('"' + "x" * 140_000, "assignments.csv cannot be read"),
    ],
    ids=["empty", "mark only", "semicolons", "tabs", "no column", "two columns", "a workbook", "a blob"],
)
def test_a_file_that_cannot_be_read_is_refused_when_opened(
    assignments: Callable[[str | bytes], CsvAdapter], content: str | bytes, line: str
) -> None:
    with pytest.raises(UnreadableSourceError, match=line):
        assignments(content)


def test_a_heading_without_rows_is_said_and_holds_nothing(assignments: Callable[[str], CsvAdapter]) -> None:
    adapter = assignments(HEADING)

    assert list(adapter.assignments()) == []
    assert [problem.what for problem in adapter.problems] == ["has a heading and no rows"]


def test_a_column_that_is_not_known_is_passed_over_and_said(assignments: Callable[[str], CsvAdapter]) -> None:
    adapter = assignments("id,child_id,worker_id,role,started_on,Allocated\nA1,C1,SW1,social_worker,2024-01-01,x\n")

    assert len(list(adapter.assignments())) == 1
    assert [(problem.row, problem.field) for problem in adapter.problems] == [(1, "column 6")]


def test_a_folder_in_place_of_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "workers.csv").mkdir()

    with pytest.raises(UnreadableSourceError, match=r"workers\.csv is a folder, and a file is needed"):
        CsvAdapter(str(tmp_path))


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    path = tmp_path / "assignments.csv"
    path.write_text(HEADING)

    with pytest.raises(UnreadableSourceError, match="this is a file, and a folder is needed"):
        CsvAdapter(str(path))


@pytest.mark.parametrize("adapter", [CsvAdapter, Ssda903Adapter])
def test_a_folder_that_is_not_there_or_holds_nothing_of_use_is_said(
    adapter: type[CsvAdapter | Ssda903Adapter], tmp_path: Path
) -> None:
    with pytest.raises(SourceNotFoundError, match="there is no such folder"):
        adapter(str(tmp_path / "nothing"))
    with pytest.raises(SourceNotFoundError, match="none of the"):
        adapter(str(tmp_path))


def test_a_cell_that_slipped_into_another_column_names_nobody(assignments: Callable[[str], CsvAdapter]) -> None:
    adapter = assignments(HEADING + "A1,C1,SW1,Wren Quillaby,Quillaby,Oatshaw Park\n")

    assert list(adapter.assignments()) == []
    assert len(adapter.problems) == 3
    assert not any(word in str(problem) for problem in adapter.problems for word in ("Quillaby", "Oatshaw"))


def test_a_problem_is_listed_once_however_often_its_file_is_read(assignments: Callable[[str], CsvAdapter]) -> None:
    adapter = assignments(HEADING + GOOD + "A2,C1,SW1,social_worker,no,\n")
    for _ in range(2):
        list(adapter.assignments())
        adapter.close()

    assert len(adapter.problems) == 1


def test_thousands_of_problems_alike_are_counted(assignments: Callable[[str], CsvAdapter]) -> None:
    adapter = assignments(HEADING + "A1,C1,SW1,social_worker,soon,\n" * 2_500)
    list(adapter.assignments())

    assert len(adapter.problems) == 1_001
    assert "and so it is in 1,500 more rows" in adapter.problems[-1].what


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "workers.csv").write_text("id,name,role\nSW1,Ŵren,manager\n", encoding=encoding)
    adapter = CsvAdapter(str(tmp_path))

    assert [worker.name for worker in adapter.workers()] == ["Ŵren"]
    assert adapter.problems == []


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    (tmp_path / "workers.csv").write_bytes("id,name,role\nSW1,Zoë,manager\n".encode("cp1252"))
    adapter = CsvAdapter(str(tmp_path))

    assert [worker.name for worker in adapter.workers()] == ["Zoë"]
    assert [problem.what for problem in adapter.problems] == ["is not UTF-8 and was read as Windows-1252"]


# The statutory files.


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ("C1,,SW1,31/02/2024,,MANAGE", "SW_DECOM", "31/02/2024"),
        ("C1,,SW1,2024-01-01,,MANAGE", "SW_DECOM", "2024-01-01"),
        ("C1,,SW1,01/01/0204,,MANAGE", "SW_DECOM", "01/01/0204"),
        ("C1,,SW1,,,MANAGE", "SW_DECOM", None),
        ("C1,,SW1,02/01/2024,01/01/2024,MANAGE", "SW_DEC", "01/01/2024"),
        ("C1,,SW1,02/01/2024,ZZ/01/2024,MANAGE", "SW_DEC", "ZZ/01/2024"),
        ("C1,,,02/01/2024,,MANAGE", "SW_ID", None),
        (",,SW1,02/01/2024,,MANAGE", "CHILD", None),
        ('"C\n1",,SW1,02/01/2024,,MANAGE', "CHILD", None),
    ],
)
def test_a_bad_spell_is_left_out_and_said(
    spells: Callable[[str], Ssda903Adapter], row: str, field: str, found: str | None
) -> None:
    adapter = spells(SPELLS + "C0,,SW0,01/01/2024,,\n" + row + "\n")

    assert [spell.child_id for spell in adapter.assignments()] == ["C0"]
    assert [(problem.where, problem.row, problem.field, problem.found) for problem in adapter.problems] == [
        ("SWEpisodes.csv", 3, field, found)
    ]


def test_an_unknown_reason_keeps_the_spell_and_lists_the_codes(spells: Callable[[str], Ssda903Adapter]) -> None:
    adapter = spells(SPELLS + "C1,,SW1,01/01/2024,,SWLAZY\nC2,,SW1,01/01/2024,,manage\nC3,,SW1,01/01/2024,,\n")

    assert [spell.reason for spell in adapter.assignments()] == [None, ChangeReason.MANAGING_CASELOADS, None]
    (problem,) = adapter.problems
    assert (problem.row, problem.field, problem.found) == (2, "SW_REASON", "SWLAZY")
    assert "MANAGE, FCONTA, LEFTRL" in problem.remedy


def test_a_bad_date_of_birth_keeps_the_spell(spells: Callable[[str], Ssda903Adapter]) -> None:
    adapter = spells(SPELLS + "C1,31/11/2010,SW1,01/01/2024,,\n")

    assert len(list(adapter.assignments())) == 1
    assert [child.born_on for child in adapter.children()] == [None]
    assert [problem.field for problem in adapter.problems] == ["DOB"]


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        (SPELLS.replace("SW_DECOM,", ""), "lacks the column SW_DECOM"),
        (SPELLS.replace(",", ";"), "separated by semicolons"),
        ("", "SWEpisodes.csv is empty"),
    ],
)
def test_a_statutory_file_that_cannot_be_read_is_refused(
    spells: Callable[[str], Ssda903Adapter], heading: str, line: str
) -> None:
    with pytest.raises(UnreadableSourceError, match=line):
        spells(heading)


def test_a_column_of_the_return_that_is_missing_or_unknown_is_said(spells: Callable[[str], Ssda903Adapter]) -> None:
    adapter = spells("CHILD,SW_ID,SW_DECOM,SW_DEC,TEAM\nC1,SW1,01/01/2024,,North\n")

    assert len(list(adapter.assignments())) == 1
    assert [problem.field for problem in adapter.problems] == ["DOB", "SW_REASON", "column 5"]


@settings(max_examples=60, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300), st.text(alphabet=',"\n\r;CHILDSW_01/2024 ', max_size=300).map(str.encode)
    )
)
def test_whatever_stands_in_a_file_there_is_no_traceback(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "SWEpisodes.csv").write_bytes(SPELLS.encode() + b"C1,,SW1,01/01/2024,,\n" + content)

    with Ssda903Adapter(str(folder)) as adapter:
        rows = list(adapter.assignments())
        list(adapter.children())

    assert rows == sorted(rows, key=lambda row: (row.child_id, row.started_on, row.id))
    assert all("\n" not in str(problem) for problem in adapter.problems)
