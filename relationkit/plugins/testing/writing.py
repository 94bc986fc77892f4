"""Writing: all or none, the same id is an update, and nobody sees half of it."""
# ruff: noqa: S101 - these are tests

from collections.abc import Iterator
from typing import Any

import pytest

from relationkit.plugins.adapters.base import RECORD_OF, contract_order
from relationkit.plugins.ports import SupportsWrite
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Kit, Open, loaded, read
from relationkit.plugins.testing.scenarios import EMPTY, EVERY_KIND
from relationkit.records import Absence, Assignment, Child, ChildId, Message, Record

_ABSENT = Absence.model_validate({"worker_id": "SW2", "starts_at": "2025-02-01T00:00:00+00:00", "tell_child": False})


class WritingTests(Kit):
    """What :class:`~relationkit.plugins.SupportsWrite` promises; skipped where a source is only read."""

    @must("RK-C-090")
    def test_what_is_written_is_read(self, opened: Open) -> None:
        """A record that is kept and not found again is lost.

        Remedy: compare the fields that differ.
        """
        writer = self._writer(opened)
        writer.write(EVERY_KIND.records)

        for kind in RECORD_OF:
            assert read(writer, kind) == sorted(loaded(EVERY_KIND, kind), key=contract_order)

    @must("RK-C-091")
    def test_it_says_how_many_were_given(self, opened: Open) -> None:
        """The report says so to whoever ran it.

        Remedy: return the number of records given, updates included.
        """
        writer = self._writer(opened)

        assert writer.write(EVERY_KIND.records) == len(EVERY_KIND.records)
        assert writer.write(EVERY_KIND.records[:3]) == 3
        assert writer.write([]) == 0

    @must("RK-C-092")
    def test_the_same_id_again_is_an_update(self, opened: Open) -> None:
        """A run that is repeated must not double a record.

        Remedy: insert or update by id.
        """
        writer = self._writer(opened)
        writer.write(EVERY_KIND.records)
        writer.write(EVERY_KIND.records)
        writer.write([Child.model_validate({"id": "C2", "language": "pl"})])

        assert [(row.id, row.language) for row in writer.children()] == [("C10", "en"), ("C2", "pl"), ("c3", "en")]
        assert len(read(writer, "messages")) == len(loaded(EVERY_KIND, "messages"))

    @must("RK-C-093")
    def test_an_update_takes_the_place_of_every_field(self, opened: Open) -> None:
        """An end that was put in by mistake is taken out by writing the record without it.

        Remedy: write None where a field is None; do not leave the old value.
        """
        writer = self._writer(opened)
        spell = {"id": "A1", "child_id": "C2", "worker_id": "SW2", "role": "social_worker", "started_on": "2023-04-01"}
        writer.write([Assignment.model_validate({**spell, "ended_on": "2024-06-01", "team": "North"})])
        writer.write([Assignment.model_validate(spell)])

        assert [(row.ended_on, row.team) for row in writer.assignments()] == [(None, None)]

    @must("RK-C-094")
    def test_of_two_in_one_call_the_later_wins(self, opened: Open) -> None:
        """An export may hold a row and its correction.

        Remedy: apply records in the order in which they are given.
        """
        writer = self._writer(opened)
        writer.write([Child.model_validate({"id": "C2", "language": each}) for each in ("cy", "pl", "en")])

        assert [row.language for row in writer.children()] == ["en"]

    @must("RK-C-095")
    def test_an_absence_is_known_by_its_worker_and_start(self, opened: Open) -> None:
        """It has no id; written again it is the same leave.

        Remedy: make worker_id and starts_at its key.
        """
        writer = self._writer(opened)
        writer.write(loaded(EVERY_KIND, "absences"))
        writer.write([_ABSENT])

        found = read(writer, "absences")
        assert len(found) == len(loaded(EVERY_KIND, "absences"))
        assert _ABSENT in found

    @must("RK-C-096")
    def test_a_write_that_breaks_keeps_nothing(self, opened: Open) -> None:
        """Half a run is worse than none.

        Remedy: one transaction around the whole call.
        """
        writer = self._writer(opened)
        writer.write([Child(id=ChildId("C2"))])
        with pytest.raises(ZeroDivisionError):
            writer.write(_breaking_off())

        assert read(writer, "messages") == []
        assert read(writer, "children") == [Child(id=ChildId("C2"))]

    @must("RK-C-097")
    def test_nobody_sees_a_write_that_is_not_done(self, opened: Open) -> None:
        """A page that is drawn meanwhile would show half a family.

        Remedy: commit once, at the end.
        """
        writer, other = self._writer(opened), opened(None)
        seen: list[Any] = []

        def watched() -> Iterator[Record]:
            yield from loaded(EVERY_KIND, "children")
            seen.extend(read(other, "children"))
            yield Child(id=ChildId("C4"))

        writer.write(watched())
        assert seen == []
        assert len(read(other, "children")) == 4

    @must("RK-C-098")
    def test_the_records_given_are_read_once(self, opened: Open) -> None:
        """An import is a stream, and gives each record once.

        Remedy: take an iterator, and go over it a single time.
        """
        writer = self._writer(opened)

        assert writer.write(row for row in EVERY_KIND.records) == len(EVERY_KIND.records)
        assert len(read(writer, "messages")) == len(loaded(EVERY_KIND, "messages"))

    @must("RK-C-099")
    def test_what_was_written_is_there_when_it_is_opened_again(self, opened: Open) -> None:
        """The command that writes and the one that reads are two processes.

        Remedy: commit, and keep nothing in the adapter alone.
        """
        writer = self._writer(opened)
        writer.write(EVERY_KIND.records)
        writer.close()

        assert read(opened(None), "assignments") == sorted(loaded(EVERY_KIND, "assignments"), key=contract_order)

    def _writer(self, opened: Open) -> Any:
        reader = opened(EMPTY)
        self.keeper(reader, SupportsWrite)
        return reader


def _breaking_off() -> Iterator[Record]:
    """Give more records than any adapter is likely to take at once, then fail."""
    message = next(row for row in EVERY_KIND.records if isinstance(row, Message))
    for number in range(2_500):
        yield message.model_copy(update={"id": f"M{number}"})
    raise ZeroDivisionError
