"""What all tests of the kit stand on: the harness, the gaps that are declared, and the source filled for a test."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, ClassVar, Final

import pytest

from relationkit import __version__
from relationkit.plugins.adapters.base import RECORD_OF
from relationkit.plugins.ports import (
    CaseReader,
    SupportsChangesSince,
    SupportsFeedback,
    SupportsHandovers,
    SupportsOutbox,
    SupportsPromises,
    SupportsReopening,
    SupportsReturnRules,
    SupportsWrite,
)
from relationkit.plugins.testing.catalogue import KitTest
from relationkit.plugins.testing.harness import Harness, WatchedHarness
from relationkit.plugins.testing.scenarios import EVERY_KIND, Scenario
from relationkit.records import Record

__all__ = [
    "BY_CHILD",
    "BY_WORKER",
    "MOMENT",
    "OPTIONAL",
    "Harness",
    "Kit",
    "Open",
    "loaded",
    "read",
    "theirs",
]

#: The kinds that carry each filter, and the moment that ``since`` and ``until`` are held to.
BY_CHILD: Final = ("children", "assignments", "messages", "sessions", "placements")
BY_WORKER: Final = ("workers", "assignments", "sessions", "absences")
MOMENT: Final[Mapping[str, str]] = {"messages": "at", "sessions": "starts_at"}

#: The optional ports, and what an adapter without one does not keep. Every one is all or nothing.
OPTIONAL: Final[Mapping[type[Any], str]] = {
    SupportsWrite: "records that are written to it",
    SupportsOutbox: "an outbox",
    SupportsReopening: "what was withdrawn for putting it back",
    SupportsChangesSince: "what has changed",
    SupportsHandovers: "handover plans",
    SupportsPromises: "promises",
    SupportsFeedback: "what children say",
    SupportsReturnRules: "rows of a statutory return",
}


#: By class of tests: what its harness could not do, and the test that told it.
_TOLD: Final = pytest.StashKey[dict[type, dict[str, str]]]()

#: Fills the source with a scenario, or leaves it as it is for ``None``, and opens it.
Open = Callable[[Scenario | None], Any]


class Kit:
    """Fixtures and small words that the tests share."""

    known_gaps: ClassVar[Mapping[str, str]] = {}
    fields: ClassVar[Mapping[str, Collection[str]]] = {}

    @pytest.fixture(autouse=True)
    def _told_beforehand(self, request: pytest.FixtureRequest) -> None:
        """Expect a declared gap to be there still, and leave word for the report."""
        test: KitTest = request.function.kit_test
        request.node.user_properties.append(("relationkit", {"class": type(self).__name__, "id": test.id}))
        if (reason := self.known_gaps.get(test.id)) is not None:
            # A machine that draws its steps may miss the gap in one run; every other test must meet it.
            is_drawn = test.theme == "machine"
            expected = (Exception, pytest.fail.Exception)  # and no failure of the harness, which is no gap
            request.applymarker(pytest.mark.xfail(reason=reason, strict=not is_drawn, raises=expected))

    @pytest.fixture
    def watched(self, harness: Harness, request: pytest.FixtureRequest) -> WatchedHarness:
        """Return the harness; what fails in it is told by the first test that meets it, and skips the others."""
        told = request.config.stash.setdefault(_TOLD, {}).setdefault(type(self), {})
        test: KitTest = request.function.kit_test
        return WatchedHarness(harness, test.id, told)

    @pytest.fixture
    def opened(self, watched: WatchedHarness, request: pytest.FixtureRequest) -> Iterator[Open]:
        """Return what fills the source with a scenario, and opens it; once more where it is to be the same."""
        with ExitStack() as stack:

            def opening(scenario: Scenario | None) -> CaseReader:
                if scenario is not None:
                    watched.clear()
                    watched.load(scenario)
                reader = stack.enter_context(watched.open())
                request.node.user_properties.append(("relationkit", _about(type(self).__name__, reader)))
                return reader

            yield opening

    @pytest.fixture
    def reader(self, opened: Open) -> CaseReader:
        """The adapter over a source that holds some of every kind."""
        reader: CaseReader = opened(EVERY_KIND)
        return reader

    def shown(self, kind: str, rows: Collection[Record]) -> list[dict[str, Any]]:
        """Return of each row the fields that the source can hold."""
        names = sorted(self.fields.get(kind, RECORD_OF[kind].model_fields))
        return [{name: getattr(row, name) for name in names} for row in rows]

    def held(self, reader: CaseReader, *kinds: str, by: str | Mapping[str, str] | None = None) -> list[str]:
        """Return which of the kinds are held, with a field where one is named; skip where there is none of them."""
        field = by if isinstance(by, Mapping) else dict.fromkeys(kinds, by)
        held = [kind for kind in kinds if kind in reader.capabilities and self._has(kind, field[kind])]
        if not held:
            what = sorted({f"{kind} with {field[kind]}" if field[kind] else kind for kind in kinds})
            pytest.skip(f"this source does not hold {', '.join(what)}")
        return held

    def keeper(self, reader: CaseReader, port: type[Any]) -> Any:
        """Return the reader as one of the optional ports; skip where it is none."""
        if isinstance(reader, port):
            return reader
        if not any(isinstance(reader, each) for each in OPTIONAL if each is not SupportsReturnRules):
            pytest.skip("this source is only read")
        pytest.skip(f"this source does not keep {OPTIONAL[port]}")

    def _has(self, kind: str, field: str | None) -> bool:
        return field is None or kind not in self.fields or field in self.fields[kind]


def read(reader: CaseReader, kind: str, **filters: Any) -> list[Any]:
    """Return all records of a kind."""
    return list(getattr(reader, kind)(**filters))


def loaded(scenario: Scenario, kind: str) -> list[Any]:
    """Return the records of a kind that were put in."""
    return [row for row in scenario.records if isinstance(row, RECORD_OF[kind])]


def theirs(kind: str, of: str) -> str:
    """Return the field that a filter by ``of``, ``"child"`` or ``"worker"``, is held to."""
    return "id" if kind in ("children", "workers") else f"{of}_id"


def _about(name: str, reader: CaseReader) -> dict[str, Any]:
    keeps = sorted(port.__name__ for port in OPTIONAL if isinstance(reader, port))
    return {
        "class": name,
        "adapter": str(reader.source).partition(":")[0],
        "capabilities": sorted(reader.capabilities),
        "keeps": keeps,
        "relationkit": __version__,
    }
