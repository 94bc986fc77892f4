"""Capabilities, both ways: what is held answers, and what is not held refuses."""
# ruff: noqa: S101 - these are tests

import inspect

import pytest

from relationkit.errors import NotSupportedError
from relationkit.plugins.ports import CaseReader
from relationkit.plugins.specs import KINDS
from relationkit.plugins.testing.catalogue import must, should
from relationkit.plugins.testing.kit import BY_CHILD, OPTIONAL, Kit, read


class CapabilityTests(Kit):
    """An answer is an answer, and silence is none."""

    @must("RK-C-020")
    def test_a_kind_that_is_held_answers(self, reader: CaseReader) -> None:
        """A capability is a promise that rules build on.

        Remedy: take the kind out of capabilities, or answer.
        """
        for kind in sorted(reader.capabilities):
            assert read(reader, kind), f"{kind}: came nothing, expected what was put in"

    @must("RK-C-021")
    def test_a_kind_that_is_not_held_is_refused_when_called(self, reader: CaseReader) -> None:
        """An empty answer would read as "none", and a refusal at the first record comes too late.

        Remedy: raise NotSupportedError from the call itself; a generator function raises only when it is read.
        """
        for kind in self._lacking(reader):
            with pytest.raises(NotSupportedError, match=kind):
                getattr(reader, kind)()

    @must("RK-C-022")
    def test_a_filter_does_not_make_it_an_answer(self, reader: CaseReader) -> None:
        """Asked for nobody, a source that knows nothing still knows nothing.

        Remedy: look at the capabilities before the filters.
        """
        for kind in self._lacking(reader):
            with pytest.raises(NotSupportedError):
                getattr(reader, kind)(**{"child_ids" if kind in BY_CHILD else "worker_ids": ()})

    @should("RK-C-023")
    def test_a_refusal_says_which_source_and_which_kind(self, reader: CaseReader) -> None:
        """Whoever reads it has three sources and wants to know which one to change.

        Remedy: raise NotSupportedError(self.source, kind).
        """
        for kind in self._lacking(reader):
            with pytest.raises(NotSupportedError) as refused:
                getattr(reader, kind)()
            assert (refused.value.source, refused.value.capability) == (reader.source, kind)

    @must("RK-C-024")
    def test_an_optional_port_is_there_whole_or_not_at_all(self, reader: CaseReader) -> None:
        """With half of it a pass would begin, and stop where it cannot go back.

        Remedy: give every method of the port, or take out those that are there.
        """
        for port in OPTIONAL:
            names = {name for name, member in vars(port).items() if name[0] != "_" and inspect.isfunction(member)}
            present = {name for name in names if hasattr(reader, name)}
            lacking = sorted(names - present) if present else []
            assert not lacking, f"{port.__name__}: came without {', '.join(lacking)}, expected all of it or none"

    def _lacking(self, reader: CaseReader) -> list[str]:
        return sorted(set(KINDS) - reader.capabilities)
