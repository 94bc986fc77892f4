"""The lists of Annex A: who holds whom now, from a workbook or CSV files, with the faults that such lists have."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from relationkit.errors import NotSupportedError, SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters import AnnexAAdapter
from relationkit.plugins.adapters.annex_a import NO_HISTORY
from relationkit.records import Role

openpyxl = pytest.importorskip("openpyxl")

DATA = Path(__file__).parent / "data" / "annex_a"
HEADING_8 = (
    "Child Unique ID", "Date of Birth", "Date Started to be Looked After", "Child's Legal Status",
    "Date of Last Social Work Visit", "Start Date of Most Recent Placement", "Placement Type",
    "Date Ceased to be Looked After", "Allocated Team", "Allocated Worker",
)  # fmt: skip


def a_list(folder: Path, *rows: tuple[str, ...], name: str = "list 8.csv", encoding: str = "utf-8") -> AnnexAAdapter:
    lines = [",".join(row) for row in (HEADING_8, *rows)]
    (folder / name).write_bytes("\n".join(lines).encode(encoding))
    return AnnexAAdapter(str(folder))


def a_row(child: str = "1", **cells: str) -> tuple[str, ...]:
    keys = ("child", "born", "since", "law", "seen", "placed", "place", "ceased", "team", "worker")
    return tuple({"child": child, **cells}.get(key, "") for key in keys)


def test_the_published_samples_are_read_and_their_faults_said() -> None:
    with AnnexAAdapter(str(DATA)) as adapter:
        kinds = ("children", "workers", "assignments", "sessions", "placements")
        counts = {kind: len(list(getattr(adapter, kind)())) for kind in kinds}

        assert adapter.capabilities == set(kinds)
        assert counts["children"] == 23
        assert counts["placements"] == 5
        assert {problem.found for problem in adapter.problems} >= {"#N/A"}
        assert "Petra" not in " ".join([*map(str, adapter.problems), *map(repr, adapter.assignments())])


def test_it_says_that_it_cannot_count_changes() -> None:
    adapter = AnnexAAdapter(str(DATA))

    assert adapter.caveats == (NO_HISTORY,)
    assert adapter.has_history is False


def test_the_same_name_is_the_same_worker_in_every_list(tmp_path: Path) -> None:
    adapter = a_list(
        tmp_path, a_row("1", worker="Made Up"), a_row("2", worker=" made  up "), a_row("3", worker="Other")
    )

    first, second, third = adapter.assignments()
    assert first.worker_id == second.worker_id != third.worker_id
    assert "made" not in first.worker_id.casefold()
    assert sorted(worker.name for worker in adapter.workers()) == ["Made Up", "Other"]


def test_an_assignment_is_told_from_the_latest_day_in_the_lists(tmp_path: Path) -> None:
    adapter = a_list(tmp_path, a_row("1", worker="Made Up", seen="02/03/2021"), a_row("2", placed="01/02/2021"))

    assert [(row.started_on, row.ended_on) for row in adapter.assignments()] == [(date(2021, 3, 2), None)]


def test_whoever_held_a_closed_case_holds_it_no_more(tmp_path: Path) -> None:
    rows = [a_row("1", worker="Made Up", ceased="01/03/2021"), a_row("2", worker="Made Up")]

    assert [row.child_id for row in a_list(tmp_path, *rows).assignments()] == ["2"]


@pytest.mark.parametrize("cell", ["#N/A", "#n/a", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"])
def test_a_broken_formula_is_nobody_and_is_listed(tmp_path: Path, cell: str) -> None:
    adapter = a_list(tmp_path, a_row("1", worker=cell, team=cell, seen=cell))

    assert [list(adapter.assignments()), list(adapter.workers()), list(adapter.sessions())] == [[], [], []]
    assert [child.team for child in adapter.children()] == [None]
    assert {(problem.field, problem.found) for problem in adapter.problems} == {
        ("allocated worker", cell), ("allocated team", cell), ("date of last social work visit", cell)
    }  # fmt: skip


def test_two_dates_of_birth_in_two_lists_make_it_unknown(tmp_path: Path) -> None:
    a_list(tmp_path, a_row("1", born="01/01/2010"))
    adapter = a_list(tmp_path, a_row("1", born="02/01/2010"), name="list 8 again.csv")

    assert [child.born_on for child in adapter.children()] == [None]
    assert [problem.what for problem in adapter.problems] == ["a child has more than one date of birth"]


@pytest.mark.parametrize(
    ("place", "law", "regime"),
    [
        ("f) U6: Foster placement - not FFA", "E1: Placement order", "placement"),
        ("P1: Placed with own parents", "C2: FCO", "care_order_with_parent"),
        ("a) P1: Placed with own parents", "C1: ICO", "interim_care_order_with_parent"),
        ("U6", "V4", "short_breaks"),
        ("", "", "placement"),
    ],
)
def test_the_regime_follows_the_codes(tmp_path: Path, place: str, law: str, regime: str) -> None:
    adapter = a_list(tmp_path, a_row("1", placed="01/02/2021", place=place, law=law))

    assert [row.regime for row in adapter.placements()] == [regime]


def test_a_placement_that_began_after_care_ended_is_listed_and_left_out(tmp_path: Path) -> None:
    adapter = a_list(tmp_path, a_row("1", placed="02/02/2021", ceased="01/02/2021"))

    assert list(adapter.placements()) == []
    assert [problem.what for problem in adapter.problems] == ["is after the day on which care ended"]


def test_a_visit_has_a_day_and_nobody_who_made_it(tmp_path: Path) -> None:
    adapter = a_list(tmp_path, a_row("1", seen="02/07/2021"))

    [visit] = adapter.sessions()
    assert (visit.worker_id, visit.starts_at) == ("not-recorded", datetime(2021, 7, 1, 23, tzinfo=UTC))
    assert (visit.seen, visit.seen_alone) == (None, None)
    assert [worker.id for worker in adapter.workers()] == []


def test_the_adviser_of_list_9_is_an_assignment_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "9.csv").write_text(
        "Child Unique ID,Date of Birth,Allocated Team,Allocated Worker,Allocated Personal Advisor\n1,,,Made Up,Other\n"
    )
    adapter = AnnexAAdapter(str(tmp_path / "9.csv"))

    assert {row.role for row in adapter.assignments()} == {Role.SOCIAL_WORKER, Role.PERSONAL_ADVISER}
    with pytest.raises(NotSupportedError, match="placements"):
        adapter.placements()


def test_a_bad_day_and_a_missing_child_are_listed(tmp_path: Path) -> None:
    adapter = a_list(tmp_path, a_row("1", seen="31/02/2021"), a_row("", worker="Made Up"))

    assert [child.id for child in adapter.children()] == ["1"]
    assert [(problem.row, problem.field, problem.found) for problem in adapter.problems] == [
        (2, "date of last social work visit", "31/02/2021"),
        (3, "child unique id", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_that_spreadsheets_save_is_read(tmp_path: Path, encoding: str) -> None:
    adapter = a_list(tmp_path, a_row("1", worker="Zoë Made-Up"), encoding=encoding)

    assert [worker.name for worker in adapter.workers()] == ["Zoë Made-Up"]


def a_workbook(path: Path, above: int = 0) -> AnnexAAdapter:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Annex A", "made up"])
    sheet: Any = book.create_sheet("List 8")
    for _ in range(above):
        sheet.append(["Title"])
    sheet.append(list(HEADING_8))
    sheet.append([1761444.0, datetime(2002, 2, 13), date(2009, 8, 6), "C2: FCO", date(2021, 1, 6), date(2009, 11, 2),
                  "U6", None, "#N/A", "Made Up"])  # fmt: skip
    sheet.append([None] * 10)
    book.save(path)
    return AnnexAAdapter(str(path))


@pytest.mark.parametrize("above", [0, 3])
def test_a_workbook_is_read_as_its_csv_would_be(tmp_path: Path, above: int) -> None:
    adapter = a_workbook(tmp_path / "annex.xlsx", above)

    assert [(child.id, child.born_on) for child in adapter.children()] == [("1761444", date(2002, 2, 13))]
    assert [row.started_on for row in adapter.assignments()] == [date(2021, 1, 6)]
    assert [row.started_on for row in adapter.placements()] == [date(2009, 11, 2)]
    assert [(problem.where, problem.row, problem.found) for problem in adapter.problems] == [
        ("List 8", 2 + above, "#N/A")
    ]


def test_what_is_no_list_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="no such file"):
        AnnexAAdapter(str(tmp_path / "none.xlsx"))
    with pytest.raises(SourceNotFoundError, match="none of the lists"):
        AnnexAAdapter(str(tmp_path))
    (tmp_path / "broken.xlsx").write_text("no workbook")
    with pytest.raises(UnreadableSourceError, match="cannot be read as a workbook"):
        AnnexAAdapter(str(tmp_path / "broken.xlsx"))
