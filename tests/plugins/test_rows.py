"""A reader made of a system's rows: translated, told apart, put in order, and what makes no record is listed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from relationkit.errors import NotSupportedError, SourceNotFoundError, SourceUnavailableError, UnreadableSourceError
from relationkit.plugins import CaseReader, RowReader, RowTable, london_moment
from relationkit.records import ChangeReason, Role

ROWS: dict[str, list[dict[str, Any]]] = {
    "children": [{"ref": "K2", "called": "Quillaby"}, {"ref": "K1", "called": ""}, {"ref": "K10", "called": None}],
    "assignments": [
        {"no": 3, "who": "K2", "by": "W1", "from": date(2024, 2, 29), "to": None, "why": "L"},
        {"no": 1, "who": "K1", "by": "W1", "from": "2024-01-01", "to": "2024-02-01", "why": None},
    ],
}


#: A row, with its number or without.
Given = Mapping[str, Any] | tuple[int, Mapping[str, Any]]


class AcmeReader(RowReader):
    tables = {  # noqa: RUF012 - nobody changes it
        "children": RowTable("people", {"id": "ref", "chosen_name": "called"}, first_row=2),
        "assignments": RowTable(
            "allocation",
            {"id": "no", "child_id": "who", "worker_id": "by", "started_on": "from", "ended_on": "to", "reason": "why"},
            always={"role": Role.SOCIAL_WORKER},
            values={"id": str, "reason": {"L": ChangeReason.LEFT_ROLE}},
        ),
    }

    def __init__(self, rows: Mapping[str, list[dict[str, Any]]] = ROWS) -> None:
        super().__init__("acme:somewhere")
        self.given, self.asked = rows, 0

    def rows(self, kind: str) -> Iterable[Given]:
        self.asked += 1
        yield from self.given[kind]


def with_row(kind: str, **changes: object) -> AcmeReader:
    return AcmeReader({**ROWS, kind: [*ROWS[kind], {**ROWS[kind][-1], **changes}]})


def test_it_is_a_reader_of_the_kinds_that_its_tables_name() -> None:
    reader = AcmeReader()

    assert isinstance(reader, CaseReader)
    assert reader.capabilities == {"children", "assignments"}
    with pytest.raises(NotSupportedError):
        reader.messages()


def test_rows_become_records_in_order_with_blanks_left_out() -> None:
    reader = AcmeReader()

    assert [(child.id, child.chosen_name) for child in reader.children()] == [
        ("K1", None), ("K10", None), ("K2", "Quillaby"),
    ]  # fmt: skip
    first, second = reader.assignments()
    assert (first.id, first.started_on, first.ended_on, first.reason) == ("1", date(2024, 1, 1), date(2024, 2, 1), None)
    assert (second.id, second.ended_on, second.reason) == ("3", None, ChangeReason.LEFT_ROLE)
    assert list(reader.problems) == []


def test_rows_are_read_once_however_often_they_are_asked_for() -> None:
    reader = AcmeReader()

    assert list(reader.children()) == list(reader.children(child_ids=["K1", "K2", "K10"]))
    assert reader.asked == 1


@pytest.mark.parametrize(
    ("changes", "field", "found"),
    [
        ({"why": "X"}, "why", None),
        ({"why": ["L"]}, "why", None),
        ({"from": "31/02/2024"}, "from", "31/02/2024"),
        ({"by": None}, "by", None),
    ],
    ids=["a code that is not known", "no code at all", "no day", "nothing"],
)
def test_a_row_that_makes_no_record_is_listed_with_its_id_and_loses_no_other(
    changes: dict[str, object], field: str, found: str | None
) -> None:
    reader = with_row("assignments", no=9, **changes)

    assert [row.id for row in reader.assignments()] == ["1", "3"]
    (problem,) = reader.problems
    assert (problem.where, problem.row, problem.field, problem.found) == ("allocation 9", None, field, found)
    assert problem.remedy


def test_a_time_that_clocks_showed_twice_says_so() -> None:
    class Messages(AcmeReader):
        tables = {  # noqa: RUF012 - nobody changes it
            "messages": RowTable(
                "log", {"id": "no", "at": "at"}, values={"at": lambda cell: london_moment(datetime.fromisoformat(cell))}
            )
        }

    reader = Messages({"messages": [{"no": "M1", "at": "2025-10-26T01:30"}]})
    list(reader.messages())

    assert [problem.what for problem in reader.problems if problem.field == "at"] == [
        "was shown by clocks twice or never, as they changed"
    ]


def test_a_numbered_row_is_listed_by_its_number() -> None:
    reader = with_row("children", ref=None, called="Quillaby")

    assert len(list(reader.children())) == 3
    (problem,) = reader.problems
    assert (problem.where, problem.row, problem.field) == ("people", 5, "ref")
    assert "Quillaby" not in str(problem)


@pytest.mark.parametrize("change", [{"why": "not a code"}, {"from": "2024-02-31"}], ids=["translated", "read"])
def test_a_refused_row_says_whose_it_was_so_that_nobody_counts_without_it(change: dict[str, object]) -> None:
    reader = with_row("assignments", no=9, **change)
    list(reader.assignments())

    assert [problem.child_id for problem in reader.problems] == ["K1"]


def test_an_id_that_comes_twice_is_kept_once_and_told() -> None:
    reader = with_row("assignments", by="W2")

    assert [row.worker_id for row in reader.assignments()] == ["W1", "W1"]
    (problem,) = reader.problems
    assert (problem.field, problem.found) == ("no", "1")
    assert "earlier row" in problem.what


def test_every_problem_of_a_row_is_told_at_once() -> None:
    reader = with_row("assignments", no=9, by=None, why="X")
    list(reader.assignments())

    assert {problem.field for problem in reader.problems} == {"by", "why"}


def test_rows_that_break_off_give_no_half_answer() -> None:
    class Broken(AcmeReader):
        def rows(self, kind: str) -> Iterable[Mapping[str, Any]]:
            yield ROWS[kind][0]
            raise SourceUnavailableError(self.source, "did not answer", "Try again later")

    with pytest.raises(SourceUnavailableError), Broken() as reader:
        list(reader.children())


def test_a_source_may_hold_fewer_kinds_than_its_adapter_knows() -> None:
    class Half(AcmeReader):
        def __init__(self) -> None:
            RowReader.__init__(self, "acme:half", {"children"})

    with pytest.raises(NotSupportedError):
        Half().assignments()


def test_many_rows_stay_in_order() -> None:
    many = [{"ref": f"K{number:06}", "called": None} for number in range(100_005, 0, -1)]

    with AcmeReader({"children": many}) as reader:
        ids = [child.id for child in reader.children()]
    assert ids == sorted(ids)
    assert len(ids) == len(many)


class Numbered(AcmeReader):
    """Passes over what was deleted, and says of each row where it stands."""

    def rows(self, kind: str) -> Iterable[Given]:
        return ((number, row) for number, row in enumerate(self.given[kind], start=2) if row["ref"] != "deleted")


def test_a_row_that_brings_its_number_is_listed_by_it_whatever_was_passed_over() -> None:
    reader = Numbered({"children": [{"ref": "deleted"}, {"ref": "K1"}, {"ref": "deleted"}, {"ref": None}]})
    list(reader.children())

    assert [problem.row for problem in reader.problems] == [5]


def test_rows_in_no_order_are_each_listed_once() -> None:
    class Backwards(Numbered):
        def rows(self, kind: str) -> Iterable[Given]:
            return reversed(list(super().rows(kind)))

    with Backwards({"children": [{"ref": None}, {"ref": "K1"}, {"ref": None}]}) as reader:
        for _ in range(2):
            list(reader.children())
            assert sorted(problem.row or 0 for problem in reader.problems) == [2, 4]
            reader.close()


class FileReader(RowReader):
    tables = {  # noqa: RUF012 - nobody changes it
        "children": RowTable("people.txt", {"id": "Ref", "chosen_name": "Called", "born_on": "Born"})
    }

    def __init__(self, path: Path, encoding: str | None) -> None:
        super().__init__(f"acme:{path}")
        self.path, self.encoding = path, encoding

    def rows(self, kind: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
        rows = self.csv_rows(kind, self.path, delimiter=";", encoding=self.encoding)
        return ((number, row) for number, row in rows if row["Ref"] != "gone")


def read_file(path: Path, text: str, written: str = "utf-8", said: str | None = None) -> FileReader:
    path.write_bytes(text.encode(written))
    return FileReader(path, said)


def test_blank_lines_and_rows_passed_over_shift_no_line_of_a_file(tmp_path: Path) -> None:
    text = "Ref;Called;Born\n\n  \nK1;;2010-01-01\ngone;;\n\nK2;;31/02/2010\nK3;;2010-01-01;;x\nK4;;2010-02-31\n"
    reader = read_file(tmp_path / "people.txt", text)

    assert [child.id for child in reader.children()] == ["K1"]
    assert {(problem.row, problem.field) for problem in reader.problems} == {(7, "Born"), (8, None), (9, "Born")}
    assert "semicolon" in str(reader.problems)


@pytest.mark.parametrize(
    ("written", "said", "is_told"),
    [("cp1252", "cp1252", False), ("cp1252", None, True), ("utf-8-sig", "utf-8", False), ("utf-16", None, False),
     ("utf-16", "utf-16", False), ("utf-8", None, False), ("cp1250", "Windows-1250", False)],
)  # fmt: skip
def test_letters_come_as_they_were_written(tmp_path: Path, written: str, said: str | None, is_told: bool) -> None:
    reader = read_file(tmp_path / "people.txt", "Ref;Called;Born\nK1;Zoë;\n", written, said)

    assert [child.chosen_name for child in reader.children()] == ["Zoë"]
    assert [problem.what for problem in reader.problems] == ["is not UTF-8 and was read as Windows-1252"] * is_told


@pytest.mark.parametrize("is_own", [False, True], ids=["by csv_rows", "by what the adapter wrote itself"])
def test_a_file_in_another_encoding_is_named_with_the_remedy(tmp_path: Path, is_own: bool) -> None:
    class Own(FileReader):
        def rows(self, kind: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
            with self.path.open(encoding="utf-8") as text:
                yield from ((2, {"Ref": line}) for line in text)

    reader = read_file(tmp_path / "people.txt", "Ref;Called;Born\nK1;Zoë;\n", "cp1252", "utf-8")
    reader = Own(reader.path, None) if is_own else reader
    with pytest.raises(
        UnreadableSourceError, match=r"people.txt is not written in utf-8\. Save it as .* encoding"
    ) as told:
        list(reader.children())

    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


@pytest.mark.parametrize(
    ("text", "said"),
    [("Ref;Called\n", "lacks the column Born"), ("Ref,Called,Born\n", "separated by commas, not semicolons")],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnreadableSourceError, match=said), read_file(tmp_path / "people.txt", text) as reader:
        list(reader.children())


def test_a_column_that_the_adapter_makes_need_not_be_in_the_file(tmp_path: Path) -> None:
    class Made(FileReader):
        def rows(self, kind: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
            rows = self.csv_rows(kind, self.path, delimiter=";", made=["Born"])
            return ((line, {**row, "Born": f"{row['Year']}-{row['Month']}-01"}) for line, row in rows)

    path = tmp_path / "people.txt"
    path.write_text("Ref;Called;Year;Month\nK1;;2010;02\nK2;;2010;13\n")
    reader = Made(path, None)

    assert [child.born_on for child in reader.children()] == [date(2010, 2, 1)]
    assert [(problem.row, problem.field) for problem in reader.problems] == [(3, "Born")]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"there is no file people\.txt"):
        list(FileReader(tmp_path / "people.txt", None).children())
