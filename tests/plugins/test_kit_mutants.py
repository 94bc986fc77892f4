"""The kit notices adapters that are broken on purpose: each slip by the tests that are about it, and by no other."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kit_runner import failures, is_failing
from mutants import MUTANTS, Mutant, Rows

from relationkit.plugins.testing.kit import difference

sys.path.pop(0)

MANY = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)


def named(numbers: tuple[int, ...]) -> list[str]:
    return [f"RK-C-{number:03}" for number in numbers]


@MANY
def test_a_slip_is_noticed_by_each_test_that_is_about_it(mutant: Any) -> None:
    assert failures(mutant, only=named(MUTANTS[mutant])) == named(MUTANTS[mutant])


@pytest.mark.long
@MANY
def test_a_slip_is_noticed_by_no_other_test(mutant: Any) -> None:
    assert failures(mutant) == named(MUTANTS[mutant])


@pytest.mark.parametrize("whole", [Mutant, Rows])
def test_an_adapter_without_a_slip_passes(whole: Any) -> None:
    assert failures(whole) == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["WritesInBatches", "ForgetsItsLeases", "ForgetsAChangeDuringAPass", "SendsTwice"])
def test_the_machine_finds_slips_without_being_told_where(name: str) -> None:
    [mutant] = [each for each in MUTANTS if each.__name__ == name]

    assert is_failing(mutant, "RK-C-220")


def test_there_are_many_slips() -> None:
    assert len(MUTANTS) >= 25


def test_long_lists_are_told_apart_in_a_line() -> None:
    assert difference(["a", "b"], ["a", "b"]) == ""
    assert difference(["b", "a"], ["a", "b"]) == "row 0 is 'b', and should be 'a'"
    assert difference(["a"], ["a", "b"]) == "row 1 is None, and should be 'b'"
