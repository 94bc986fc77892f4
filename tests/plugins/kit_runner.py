"""Run the tests of the kit by hand over an adapter in memory, without pytest around each: hundreds a second."""

import inspect
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, ClassVar

import pytest

from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.testing import EVERY_KIND, KIT_TESTS, AdapterConformance, Scenario
from relationkit.plugins.testing.harness import WatchedHarness
from relationkit.plugins.testing.telling import line_from, told
from relationkit.records import Child

#: They start a fresh interpreter, or need pytest's own fixtures, or take their time.
LEFT_OUT = frozenset({"RK-C-203", "RK-C-210", "RK-C-211", "RK-C-212", "RK-C-220"})


class OneAdapter:
    """A harness that hands out one adapter until it is cleared."""

    def __init__(self, make: Any) -> None:
        self.make = make
        self.adapter = make()

    def open(self) -> Any:
        return self.adapter

    def load(self, scenario: Scenario) -> None:
        self.adapter.write(scenario.records)

    def clear(self) -> None:
        self.adapter = self.make()


class People:
    """A harness over rows of children, one of which can be spoilt."""

    fields: ClassVar = {"children": ("id", "born_on")}

    def __init__(self, make: Any) -> None:
        self.make = make
        self.people: list[dict[str, Any]] = []

    def open(self) -> Any:
        return self.make(self.people)

    def load(self, scenario: Scenario) -> None:
        self.people = [{"id": row.id, "born": row.born_on} for row in scenario.records if isinstance(row, Child)]

    def clear(self) -> None:
        self.people = []

    def spoil(self) -> object:
        row = {"id": "K1", "born": "Quillaby"}
        self.people = [row, *self.people]
        return row


class PeopleKit(AdapterConformance):
    fields = People.fields


class OneLine:
    """A plugin of pytest's that lets a comparison say itself in a line, as the kit's own does for its report."""

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str]:
        return [told(op, left, right)]


def failures(make: Any, only: Collection[str] | None = None) -> dict[str, str]:
    """Return the line of each test that fails over an adapter, by its id."""
    ids = only if only is not None else [test_id for test_id in KIT_TESTS if test_id not in LEFT_OUT]
    lines = {test_id: failure(make, test_id) for test_id in ids}
    return {test_id: line for test_id, line in lines.items() if line is not None}


def failure(make: Any, test_id: str, *, harness: Any = People) -> str | None:
    """Return what a test says in a line when it fails over an adapter; ``None`` when it does not."""
    is_written = issubclass(make, MemoryAdapter)
    harness = OneAdapter(make) if is_written else harness(make)

    def opened(scenario: Scenario | None) -> Any:
        if scenario is not None:
            harness.clear()
            harness.load(scenario)
        return harness.open()

    test = getattr(AdapterConformance() if is_written else PeopleKit(), KIT_TESTS[test_id].name)
    given: dict[str, Callable[[], Any]] = {
        "harness": lambda: harness,
        "watched": lambda: WatchedHarness(harness, test_id, {}),
        "opened": lambda: opened,
        "reader": lambda: opened(EVERY_KIND),
    }
    try:
        test(**{name: given[name]() for name in inspect.signature(test).parameters})
    except pytest.skip.Exception:
        return None
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - whatever it fails with
        crash = pytest.ExceptionInfo.from_exception(error).getrepr(style="line").reprcrash
        assert crash is not None
        return line_from(crash.message, Path(crash.path), crash.lineno)
    return None
