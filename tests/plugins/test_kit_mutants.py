"""The kit notices adapters that are broken on purpose: each slip by the tests that are about it, and by no other."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kit_runner import OneLine, People, failure, failures
from mutants import MUTANTS, Mutant, Rows

from relationkit.plugins.testing.scenarios import PRIVATE_WORDS
from relationkit.plugins.testing.telling import difference

sys.path.pop(0)

MANY = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)


def named(numbers: tuple[int, ...]) -> list[str]:
    return [f"RK-C-{number:03}" for number in numbers]


@pytest.fixture(autouse=True)
def _in_a_line(request: pytest.FixtureRequest) -> Iterator[None]:
    manager, ours = request.config.pluginmanager, OneLine()
    manager.register(ours)
    yield
    manager.unregister(ours)


@MANY
def test_a_slip_is_noticed_by_each_test_that_is_about_it_in_a_line_that_says_what_came(mutant: Any) -> None:
    lines = failures(mutant, only=named(MUTANTS[mutant]))

    assert list(lines) == named(MUTANTS[mutant])
    for line in lines.values():
        assert "came " in line
        assert "expected " in line
        assert "\n" not in line
        assert not [word for word in PRIVATE_WORDS if word in line]


@pytest.mark.long
@MANY
def test_a_slip_is_noticed_by_no_other_test(mutant: Any) -> None:
    assert list(failures(mutant)) == named(MUTANTS[mutant])


@pytest.mark.parametrize("whole", [Mutant, Rows])
def test_an_adapter_without_a_slip_passes(whole: Any) -> None:
    assert failures(whole) == {}


@pytest.mark.long
@pytest.mark.parametrize("name", ["WritesInBatches", "ForgetsItsLeases", "ForgetsAChangeDuringAPass", "SendsTwice"])
def test_the_machine_finds_slips_without_being_told_where(name: str) -> None:
    [mutant] = [each for each in MUTANTS if each.__name__ == name]

    assert failure(mutant, "RK-C-220") is not None


class SaysNothing(People):
    def spoil(self) -> None:
        super().spoil()


class AddsAGoodRow(People):
    def spoil(self) -> object:
        self.people = [{"id": "Quillaby", "born": None}, *self.people]
        return self.people[0]


class LeavesItThere(People):
    is_spoilt = False

    def spoil(self) -> object:
        self.is_spoilt = True
        return super().spoil()

    def clear(self) -> None:
        self.people = self.people[:1] if self.is_spoilt else []


@pytest.mark.parametrize(
    ("harness", "said"),
    [
        (SaysNothing, "came a row without the kit's name in it"),
        (AddsAGoodRow, "came one more record of children, expected a row that cannot be a record"),
        (LeavesItThere, "clear() after spoil(): no. 2: came"),
    ],
)
def test_a_harness_that_spoils_otherwise_than_it_says_is_told(harness: Any, said: str) -> None:
    line = failure(Rows, "RK-C-195", harness=harness)

    assert line is not None
    assert said in line


def test_there_are_many_slips() -> None:
    assert len(MUTANTS) >= 25


def test_long_lists_are_told_apart_in_a_line() -> None:
    assert difference(["a", "b"], ["a", "b"]) == ""
    assert difference([2, 1], [1, 2]) == "no. 1: came 2, expected 1"
    assert difference(["a"], ["a", "b"]) == "came 1 row, expected 2 rows"
