"""A reader made of a system's rows: translated, told apart, put in order, and what makes no record is listed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from relationkit.errors import NotSupportedError, SourceUnavailableError
from relationkit.plugins import CaseReader, RowReader, RowTable
from relationkit.records import ChangeReason, Role

ROWS: dict[str, list[dict[str, Any]]] = {
    "children": [{"ref": "K2", "called": "Quillaby"}, {"ref": "K1", "called": ""}, {"ref": "K10", "called": None}],
    "assignments": [
        {"no": 3, "who": "K2", "by": "W1", "from": date(2024, 2, 29), "to": None, "why": "L"},
        {"no": 1, "who": "K1", "by": "W1", "from": "2024-01-01", "to": "2024-02-01", "why": None},
    ],
}


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

    def rows(self, kind: str) -> Iterable[Mapping[str, Any]]:
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
