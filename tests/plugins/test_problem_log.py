"""Problems are listed once, in bounded memory and time, and never show who somebody is."""

import json
import os
from pathlib import Path

import pytest

from relationkit.errors import Problem, UnreadableSourceError
from relationkit.plugins.adapters import CsvAdapter, DfeApiAdapter, ProblemLog, SqlAdapter, Ssda903Adapter
from relationkit.plugins.adapters.delimited import Row
from relationkit.plugins.adapters.problems import KEPT_OF_A_KIND, showable

ASSIGNMENTS = "id,child_id,worker_id,role,started_on\n"
SPELLS = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n"


class CountedProblem(Problem):
    """A problem that counts how often it is compared with another."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        CountedProblem.compared += 1
        return super().__eq__(other)

    __hash__ = Problem.__hash__


def test_a_problem_without_a_row_is_not_compared_with_each_one_before() -> None:
    log, many = ProblemLog(), 3 * KEPT_OF_A_KIND
    for number in range(many):
        log.add(CountedProblem(f"child number {number}", "is missing", "Give it a value"), alike="file.json")

    assert len(log.listed()) == KEPT_OF_A_KIND + 1
    assert CountedProblem.compared < many


def test_a_problem_without_a_row_is_listed_once() -> None:
    log = ProblemLog()
    for _ in range(2):
        for number in range(KEPT_OF_A_KIND):
            log.add(Problem(f"child number {number}", "is missing", "Give it a value"), alike="file.json")

    assert [problem.where for problem in log.listed()] == [f"child number {n}" for n in range(KEPT_OF_A_KIND)]


def test_a_list_of_anything_but_children_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "payload.json"
    path.write_text(json.dumps([1] * 2_500))
    adapter = DfeApiAdapter(str(path))

    assert list(adapter.children()) == []
    assert len(adapter.problems) == KEPT_OF_A_KIND + 1


# What is shown of what was found.


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("role", "socialworker"),
        ("role", "Social Worker"),
        ("role", "SOCIAL_WORKER"),
        ("role", "personal_advisor"),
        ("reason", "left role"),
        ("kind", "catchup"),
        ("status", "canceled"),
        ("channel", "E-mail"),
        ("language", "English"),
        ("started_on", "2024-02-31"),
        ("id", "A1"),
    ],
)
def test_what_is_nearly_a_code_or_is_a_date_or_id_is_shown(field: str, cell: str) -> None:
    assert showable(field, cell) == cell


@pytest.mark.parametrize(
    "field", ["role", "reason", "kind", "status", "channel", "direction", "language", "id", "team"]
)
@pytest.mark.parametrize("cell", ["SMITH", "smith", "Smith", "Ann Smith", "Emil", "Reid", "Manning", "LESTER"])
def test_a_name_is_not_shown_in_any_field(field: str, cell: str) -> None:
    assert showable(field, cell) is None


@pytest.mark.parametrize("cell", ["SWLAZY", "MANAG", "Left-Rl", "FCONTCA", "chchn"])
def test_a_reason_of_the_return_that_is_nearly_one_is_shown_as_it_stands(tmp_path: Path, cell: str) -> None:
    (tmp_path / "SWEpisodes.csv").write_text(f"{SPELLS}C1,,SW1,01/01/2024,,{cell}\n")
    adapter = Ssda903Adapter(str(tmp_path))

    assert [spell.reason for spell in adapter.assignments()] == [None]
    assert [problem.found for problem in adapter.problems] == [cell]


@pytest.mark.parametrize("cell", ["Smith", "SMITH", "smith", "SWEENEY", "SWANNY", "MARTIN", "Sweeney", "CHURCH"])
def test_a_name_in_place_of_a_reason_is_not_shown(tmp_path: Path, cell: str) -> None:
    (tmp_path / "SWEpisodes.csv").write_text(f"{SPELLS}C1,,SW1,01/01/2024,,{cell}\n")
    adapter = Ssda903Adapter(str(tmp_path))

    assert [spell.reason for spell in adapter.assignments()] == [None]
    assert [(problem.row, problem.field, problem.found) for problem in adapter.problems] == [(2, "SW_REASON", None)]


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("WORKER_TEAM", "WORKER_TEAM"),
        ("worker_team", "worker_team"),
        ("Worker ID", "Worker ID"),
        ("Ann Smith", "column 6"),
        ("SMITH", "column 6"),
        ("smith", "column 6"),
        ("Ann_Smith", "column 6"),
    ],
)
def test_a_heading_is_shown_only_where_it_is_plainly_one(tmp_path: Path, heading: str, shown: str) -> None:
    (tmp_path / "assignments.csv").write_text(f"{ASSIGNMENTS.strip()},{heading}\nA1,C1,SW1,duty,2024-01-01,x\n")

    assert [problem.field for problem in CsvAdapter(str(tmp_path)).problems] == [shown]


def test_a_heading_of_the_return_is_judged_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "SWEpisodes.csv").write_text(f"{SPELLS.strip()},Ann_Smith,SW_TEAM\nC1,,SW1,01/01/2024,,,,\n")

    assert [problem.field for problem in Ssda903Adapter(str(tmp_path)).problems] == ["column 7", "SW_TEAM"]


def test_two_names_where_the_headings_belong_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "children.csv").write_text("C1,Ann Smith,Ann Smith\n")

    with pytest.raises(UnreadableSourceError, match="the same heading over columns 2 and 3") as refusal:
        CsvAdapter(str(tmp_path))
    assert "Smith" not in f"{refusal.value} {refusal.value.problems}"


def test_a_row_shows_its_number_and_no_cell() -> None:
    assert repr(Row(7, {"name": "Ann Smith"})) == "Row(number=7)"


# What would never come to an end.


@pytest.fixture
def a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pipe that nobody writes to; to open it would be to wait for ever, so a test that does fails."""
    path = tmp_path / "children.csv"
    os.mkfifo(path)

    def opened(self: Path, *_: object, **__: object) -> None:
        raise AssertionError(f"{self.name} was opened")

    monkeypatch.setattr(Path, "open", opened)
    return path


def test_a_pipe_in_place_of_a_file_is_refused_and_not_opened(a_pipe: Path) -> None:
    with pytest.raises(UnreadableSourceError, match=r"children\.csv is no ordinary file"):
        CsvAdapter(str(a_pipe.parent))
    with pytest.raises(UnreadableSourceError, match=r"children\.csv is no ordinary file"):
        DfeApiAdapter(str(a_pipe))
    with pytest.raises(UnreadableSourceError, match="this is no ordinary file"):
        SqlAdapter(str(a_pipe))
