"""``relationkit check-plugin``: the kit over a harness without a test file. Everybody in it is made up."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

HARNESS = """
from pathlib import Path

from relationkit.plugins import RowReader, RowTable
from relationkit.plugins.testing import Scenario
from relationkit.records import Child


class Reader(RowReader):
    tables = {"children": RowTable(where="people", columns={"id": "id"})}

    def __init__(self, rows):
        super().__init__("people:")
        self._people = rows

    def rows(self, kind):
        return iter(self._people)


class Harness:
    fields = {"children": ("id",)}

    def __init__(self, folder: Path) -> None:
        assert not list(folder.iterdir())
        self.people = []

    def open(self):
        return Reader(self.people)

    def load(self, scenario: Scenario) -> None:
        self.people = [{"id": row.id} for row in scenario.records if isinstance(row, Child)]

    def clear(self) -> None:
        self.people = []


class Forgetful(Harness):
    def load(self, scenario: Scenario) -> None:
        super().load(scenario)
        self.people = self.people[1:]


class Declared(Forgetful):
    known_gaps = {"RK-C-006": "one is forgotten"}


class Wordless(Harness):
    known_gaps = {"RK-C-001": "a gap that has nothing to do with it"}

    def load(self, scenario: Scenario) -> None:
        super().load(scenario)
        for row in scenario.records:
            if isinstance(row, Child):
                {"en": "ENG"}[row.language]


class Unmade(Harness):
    def __init__(self, folder: Path) -> None:
        raise OSError("Wren Quillaby")


class Half:
    def open(self): ...


def two(first, second): ...


nothing = 7
"""


@pytest.fixture
def module(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A module of a name of its own in the folder that the command runs in."""
    name = f"acme_{abs(hash(request.node.name))}"
    (tmp_path / f"{name}.py").write_text(HARNESS, encoding="utf-8")
    yield name
    sys.modules.pop(name, None)
    sys.path[:] = [path for path in sys.path if path != str(tmp_path)]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("Harness", "not of the form pkg.module:Name"),
        ("nowhere_at_all:Harness", "could not be imported (ModuleNotFoundError"),
        ("{module}:Harnes", "perhaps 'Harness' is meant"),
        ("{module}:Half", "has no load, clear"),
        ("{module}:two", "needs first, second"),
        ("{module}:nothing", "cannot be called"),
    ],
)
def test_what_is_no_harness_is_said(relationkit: Any, module: str, target: str, said: str) -> None:
    done = relationkit("check-plugin", target.format(module=module))

    assert done.code == 2
    assert said in " ".join(done.err.split())


def test_a_report_needs_an_ending(relationkit: Any, module: str) -> None:
    assert "ends in .json or .md" in relationkit("check-plugin", f"{module}:Harness", "--report", "report.txt").err


def test_an_adapter_that_keeps_its_promises(relationkit: Any, module: str, tmp_path: Path) -> None:
    done = relationkit("check-plugin", f"{module}:Harness", "--report", tmp_path / "report.md")

    assert (done.code, done.err) == (0, "")
    assert "must: passed; should: passed; advisory: passed." in done.out
    assert "- Adapter: people\n- Holds: children\n" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_one_that_loses_a_record_is_told_which_promise_it_breaks(relationkit: Any, module: str, tmp_path: Path) -> None:
    done = relationkit("check-plugin", f"{module}:Forgetful", "--report", tmp_path / "report.json")

    assert done.code == 1
    [adapter] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["adapters"]
    assert (
        "RK-C-006 (must, failed): everything put in comes out\n"
        "  children: came 2 rows, without 'c3', expected 3 rows\n"
        "  Remedy: compare the fields that differ; declare in ``fields`` what the source cannot hold.\n"
    ) in done.out
    [lost] = [test for test in adapter["tests"] if test["id"] == "RK-C-006"]
    assert lost["why"] in done.out
    assert lost["remedy"] in done.out
    outcomes = {test["id"]: test["outcome"] for test in adapter["tests"]}
    assert (adapter["is_conformant"], adapter["verdicts"]["must"]) == (False, "failed")
    assert outcomes["RK-C-006"] == "failed"
    assert outcomes["RK-C-001"] == "passed"
    assert outcomes["RK-C-100"] == "skipped"


def test_a_gap_that_is_declared_is_a_gap(relationkit: Any, module: str) -> None:
    done = relationkit("check-plugin", f"{module}:Declared", "--json")

    [adapter] = json.loads(done.out)["adapters"]
    why = {test["id"]: (test["outcome"], test["why"]) for test in adapter["tests"]}
    assert why["RK-C-006"] == ("gap", "one is forgotten")


@pytest.mark.long
def test_a_harness_that_lacks_a_word_is_told_once_and_by_the_word(relationkit: Any, module: str) -> None:
    done = relationkit("check-plugin", f"{module}:Wordless")

    assert done.code == 1
    assert done.out.count("the harness failed in") == 1
    assert (
        "  the harness failed in load() of the scenario 'every kind': came no word of the system's for 'cy', expected "
        "one for each language of children that the kit writes (cy, en)."
    ) in done.out
    assert " 1 failed," in done.out


@pytest.mark.long
def test_a_harness_that_cannot_be_made_is_told_once(relationkit: Any, module: str) -> None:
    done = relationkit("check-plugin", f"{module}:Unmade")

    assert done.code == 1
    assert done.out.count("the harness failed in its making: came OSError, expected none. Correct the harness") == 1
    assert "The same in RK-C-002, RK-C-003, RK-C-004, RK-C-005, RK-C-006 and" in done.out
    assert "Quillaby" not in done.out
