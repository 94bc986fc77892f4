"""The return's rows as they stand, in whatever encoding, and the table written from any source."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import NotSupportedError
from relationkit.plugins.adapters import MemoryAdapter, Ssda903Adapter, write_sw_episodes
from relationkit.plugins.adapters.sorted_rows import SortedRows
from relationkit.records import Assignment, Child, Record, Role, Worker

HEADING = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n"


def a_folder(folder: Path, text: str, encoding: str = "utf-8", **files: str) -> Ssda903Adapter:
    (folder / "SWEpisodes.csv").write_bytes((HEADING + text).encode(encoding))
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)
    return Ssda903Adapter(str(folder))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rows_are_read_in_every_encoding_that_spreadsheets_save(tmp_path: Path, encoding: str) -> None:
    adapter = a_folder(tmp_path, "Zoë1,01/01/2010,SW100,01/04/2023,,MANAGE\n", encoding)

    [child] = adapter.returned_children()

    assert (child.child_id, child.spells[0].worker, child.spells[0].number) == ("Zoë1", "SW100", 2)
    assert [problem.what for problem in adapter.problems] == (
        ["is not UTF-8 and was read as Windows-1252"] if encoding == "cp1252" else []
    )
    assert [spell.child_id for spell in adapter.assignments()] == ["Zoë1"]


def test_cells_are_kept_as_they_stand_without_blanks_around_them(tmp_path: Path) -> None:
    adapter = a_folder(tmp_path, "K1 ,01/01/2010, sw100 ,1/4/2023,31/02/2024, manage\nK1,,,,,\n")

    [child] = adapter.returned_children()

    first, second = sorted(child.spells)
    assert (first.worker, first.started, first.ended, first.reason) == ("sw100", "1/4/2023", "31/02/2024", "manage")
    assert (first.started_on, first.ended_on) == (date(2023, 4, 1), None)
    assert second[2:] == ("", "", "", "", None, None, "")


def test_a_worker_in_small_letters_or_with_blanks_is_the_same_worker(tmp_path: Path) -> None:
    adapter = a_folder(
        tmp_path, "K1,,SW100,01/04/2023,01/06/2023,MANAGE\nK1,,sw100 ,01/06/2023,,MANAGE\nK1,, Sw100,01/07/2023,,\n"
    )

    assert {spell.worker_id for spell in adapter.assignments()} == {"SW100"}
    assert [worker.id for worker in adapter.workers()] == ["SW100"]


def test_everything_about_a_child_comes_together_whatever_the_order(tmp_path: Path) -> None:
    last = tmp_path / "last"
    last.mkdir()
    before = a_folder(last, "K1,,SW9,01/01/2022,,MANAGE\n")
    adapter = a_folder(
        tmp_path,
        "K2,02/02/2010,SW1,01/04/2023,,MANAGE\nK1,01/01/2010,SW1,01/04/2023,,MANAGE\n"
        "K2,02/02/2010,SW2,01/04/2023,,MANAGE\n",
        Header="CHILD,DOB\nK1,01/02/2010\nK3,03/03/2010\n",
        Episodes="CHILD,DECOM,RNE,LS,PLACE,DEC,REC\nK1,01/04/2022,s,c2,U1,,\n",
    )

    first, second, third = adapter.returned_children(before)

    assert [len(child.spells) for child in (first, second, third)] == [1, 2, 0]
    assert first.born == {"2010-01-01", "2010-02-01"}
    assert (first.care[0].began_because, first.care[0].legal_status) == ("S", "C2")
    assert [spell.worker for spell in first.previous] == ["SW9"]
    assert third.born == {"2010-03-03"}
    assert adapter.tables == {"SWEpisodes", "Header", "Episodes"}


def test_a_copy_of_a_row_is_a_row_of_its_own(tmp_path: Path) -> None:
    adapter = a_folder(tmp_path, "K1,,SW1,01/04/2023,,MANAGE\n" * 2)

    [child] = adapter.returned_children()

    assert [spell.number for spell in child.spells] == [2, 3]
    assert len(list(adapter.assignments())) == 1


def test_a_row_without_a_child_is_a_problem_once(tmp_path: Path) -> None:
    adapter = a_folder(tmp_path, ",,SW1,01/04/2023,,MANAGE\nK1,,SW1\n")

    assert list(adapter.returned_children()) == []
    list(adapter.returned_children())
    assert [(problem.row, problem.field) for problem in adapter.problems] == [(2, "CHILD"), (3, None)]


# Written


def some_records() -> list[Record]:
    rows = [
        ("A1", "K1", "w7", Role.SOCIAL_WORKER, date(2021, 6, 1), date(2023, 7, 12), "managing_caseloads"),
        ("A2", "K1", "SW200", Role.SOCIAL_WORKER, date(2023, 7, 12), date(2024, 6, 1), "left_role"),
        ("A3", "K1", "SW300", Role.SOCIAL_WORKER, date(2024, 6, 1), None, None),
        ("A4", "K1", "PA1", Role.PERSONAL_ADVISER, date(2023, 7, 12), None, None),
        ("A5", "K2", "SW200", Role.SOCIAL_WORKER, date(2019, 1, 1), date(2023, 3, 31), "other"),
    ]
    names = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
    return [
        Child.model_validate({"id": "K1", "born_on": "2011-05-14"}),
        Worker.model_validate({"id": "w7", "name": "Made Up", "role": "social_worker", "registration": "SW777"}),
        *(Assignment.model_validate(dict(zip(names, row, strict=True))) for row in rows),
    ]


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (
            2024,
            [
                "K1,14/05/2011,SW777,01/06/2021,12/07/2023,MANAGE",
                "K1,14/05/2011,SW200,12/07/2023,,LEFTRL",
            ],
        ),
        (
            2025,
            [
                "K1,14/05/2011,SW777,01/06/2021,12/07/2023,MANAGE",
                "K1,14/05/2011,SW200,12/07/2023,01/06/2024,LEFTRL",
                "K1,14/05/2011,SW300,01/06/2024,,",
            ],
        ),
    ],
)
def test_the_table_is_written_as_it_was_on_31_march(tmp_path: Path, year: int, expected: list[str]) -> None:
    path = tmp_path / "SWEpisodes.csv"

    count = write_sw_episodes(MemoryAdapter(records=some_records()), path, year=year)

    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines == [HEADING.strip(), *expected]
    assert count == len(expected)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    source = a_folder(
        tmp_path, "K1,01/01/2010,SW100,01/04/2023,01/06/2023,MANAGE\nK1,01/01/2010,SW2,01/06/2023,,LEFTRL\n"
    )
    written = tmp_path / "again"
    written.mkdir()

    write_sw_episodes(source, written / "SWEpisodes.csv", year=2024)

    assert list(Ssda903Adapter(str(written)).assignments()) == list(source.assignments())


def test_a_cell_that_would_run_as_a_formula_is_written_safely(tmp_path: Path) -> None:
    spell = {"id": "A1", "child_id": "=K1", "worker_id": "SW1", "role": "social_worker", "started_on": "2023-04-01"}
    path = tmp_path / "SWEpisodes.csv"

    write_sw_episodes(MemoryAdapter(records=[Assignment.model_validate(spell)]), path, year=2024)

    with path.open(encoding="utf-8-sig", newline="") as text:
        assert [row["CHILD"] for row in csv.DictReader(text)] == ["'=K1"]


def test_a_source_without_assignments_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "Header.csv").write_text("CHILD,DOB\nK1,01/01/2010\n")
    path = tmp_path / "out.csv"

    with pytest.raises(NotSupportedError, match="assignments"):
        write_sw_episodes(Ssda903Adapter(str(tmp_path)), path, year=2024)
    assert not path.exists()


# Sorted in bounded memory


@given(
    st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3))),
    st.integers(min_value=1, max_value=8),
)
def test_rows_come_back_sorted_and_once_however_few_are_held(rows: list[tuple[str, str]], limit: int) -> None:
    kept = SortedRows(in_memory=limit)
    for row in rows:
        kept.add(row)

    assert list(kept) == sorted(set(rows))
    assert list(zip(kept, kept, strict=True)) == [(row, row) for row in sorted(set(rows))]
    kept.close()
    assert list(kept) == []


def test_many_spells_are_read_alike_in_memory_and_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    start = date(2020, 1, 1)
    days = [f"{start + timedelta(chance.randrange(900)):%d/%m/%Y}" for _ in range(2_000)]
    rows = "".join(f"K{chance.randrange(40)},,SW{chance.randrange(9)},{day},,MANAGE\n" for day in days)
    in_memory = list(a_folder(tmp_path, rows).assignments())
    limits = {"in_memory": 50}
    monkeypatch.setattr("relationkit.plugins.adapters.sorted_rows.SortedRows.__init__.__kwdefaults__", limits)

    with a_folder(tmp_path, rows) as adapter:
        assert list(adapter.assignments()) == in_memory
