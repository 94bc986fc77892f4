"""The harness: how the kit reaches a source, and what is said when it is the harness that fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

import pytest
from _pytest.outcomes import OutcomeException  # pytest has no other name for what its outcomes share

from relationkit.errors import RelationkitError
from relationkit.plugins.adapters.problems import showable
from relationkit.plugins.ports import CaseReader
from relationkit.plugins.testing.scenarios import KIT_WORDS, Scenario

__all__ = ["HARNESS_FAILED", "Harness", "HarnessFailure", "SpoilsRows", "WatchedHarness", "telling"]

ResultT = TypeVar("ResultT")

#: How the line of such a failure begins.
HARNESS_FAILED: Final = "the harness failed in "


class Harness(Protocol):
    """How the kit reaches a source; the author of an adapter writes one."""

    def open(self) -> CaseReader:
        """Return the adapter under test, over the source as it is now."""
        ...

    def load(self, scenario: Scenario) -> None:
        """Put the records into the source, without the adapter where that can be; leave out what it cannot hold."""
        ...

    def clear(self) -> None:
        """Leave the source there and empty, of everything that the kit or the adapter put in."""
        ...


@runtime_checkable
class SpoilsRows(Protocol):
    """What a harness may have besides, so that the kit sees what becomes of a bad row."""

    def spoil(self) -> object:
        """Add one row that cannot be a record, with ``Quillaby`` where a day or a code belongs; return it as written.

        The rows that are there stay as they are. The kit looks for the word in what is returned, in the text or the
        mapping, and for a problem in what the adapter lists.
        """
        ...


class HarnessFailure(OutcomeException):
    """The harness could not do its part, so nothing was found out about the adapter.

    An outcome, and neither an ``Exception`` nor pytest's ``Failed``: no gap that is declared and no test that expects
    an error may swallow it.
    """


class WatchedHarness:
    """A harness whose failures are told once, by the first test that meets them; the tests after it are skipped.

    Args:
        harness: As its author wrote it.
        test_id: The test at hand.
        told: What it could not do before, and the test that told it; added to.
    """

    def __init__(self, harness: Harness, test_id: str, told: dict[str, str]) -> None:
        self._harness, self._test_id, self._told = harness, test_id, told
        self._state = "as it was"

    @property
    def can_spoil(self) -> bool:
        """Whether it has ``spoil()``."""
        return isinstance(self._harness, SpoilsRows)

    def open(self) -> CaseReader:
        """Return the adapter under test, over the source as it is now."""
        return self._tried(f"open() over the source {self._state}", self._harness.open)

    def load(self, scenario: Scenario) -> None:
        """Put the records into the source."""
        self._tried(f"load() of the scenario {scenario.name!r}", lambda: self._harness.load(scenario))
        self._state = f"with {scenario.name!r}"

    def clear(self) -> None:
        """Empty the source."""
        self._tried("clear()", self._harness.clear)
        self._state = "when cleared"

    def spoil(self) -> object:
        """Add one row that cannot be a record, and return it as written."""
        harness: Any = self._harness
        return self._tried("spoil()", harness.spoil)

    def _tried(self, what: str, act: Callable[[], ResultT]) -> ResultT:
        if what in self._told:
            self._pass_over(what)
        try:
            return act()
        except Exception as error:
            why = _why(error)
            if why in self._told:
                self._pass_over(why)
            self._told |= {what: self._test_id, why: self._test_id}
            raise HarnessFailure(f"{HARNESS_FAILED}{what}: {why}") from error

    def _pass_over(self, reason: str) -> None:
        pytest.skip(f"not run, since the harness failed: {self._told[reason]} says how")


@contextmanager
def telling(what: str) -> Iterator[None]:
    """Turn whatever a harness raises into its failure, which no gap swallows."""
    try:
        yield
    except Exception as error:
        raise HarnessFailure(f"{HARNESS_FAILED}{what}: {_why(error)}") from error


def _why(error: Exception) -> str:
    """Return what came and what to do, without repeating what an error may hold of a row."""
    missing = error.args[0] if isinstance(error, KeyError) and error.args else None
    for kind, fields in KIT_WORDS.items():
        for name, words in fields.items():
            if missing in words:
                known = ", ".join(words)
                return (
                    f"came no word of the system's for {str(missing)!r}, expected one for each {name} of {kind} that "
                    f"the kit writes ({known}). Add it to the harness's mapping, or leave out the records that hold it"
                )
    if isinstance(error, RelationkitError):
        return f"came {error} Expected no error"
    shown = showable("id", missing)
    return f"came {type(error).__name__}{'' if shown is None else f' {shown!r}'}, expected none. Correct the harness"
