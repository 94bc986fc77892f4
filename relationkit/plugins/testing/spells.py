"""Spells: who held what, when; every overlap, gap and return as it was, since the counts are made of them."""
# ruff: noqa: S101 - these are tests

from collections import Counter
from typing import Any

from relationkit.continuity import Window, dfe_stability, worker_changes, worker_history
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Kit, Open, loaded, read
from relationkit.plugins.testing.scenarios import EVERY_KIND, SPELLS


class SpellTests(Kit):
    """The adapter tells; it does not judge, join or mend."""

    @must("RK-C-070")
    def test_overlapping_spells_are_both_told(self, opened: Open) -> None:
        """Which of two workers leads is for the rules to say.

        Remedy: give both; cut neither.
        """
        assert {("2024-01-01", "2024-04-01"), ("2024-03-01", "2024-06-01")} <= self._days(opened)

    @must("RK-C-071")
    def test_a_gap_stays_a_gap(self, opened: Open) -> None:
        """Two months without a worker are the finding, and no mistake to mend.

        Remedy: stretch no end to the next start.
        """
        days = self._days(opened)
        assert ("2024-03-01", "2024-06-01") in days
        assert ("2024-08-01", "2024-12-01") in days

    @must("RK-C-072")
    def test_a_worker_who_returns_has_two_spells(self, opened: Open) -> None:
        """Coming back after five months is a return, and not a stay.

        Remedy: join no spells of one worker; keep no more than the exact same row once.
        """
        rows = [row for row in self._rows(opened) if row.child_id == "C1"]
        assert sorted(Counter(row.worker_id for row in rows).values()) == [1, 2, 2]

    @must("RK-C-073")
    def test_cover_inside_a_spell_is_told(self, opened: Open) -> None:
        """A month with a stand-in is what the child lives through; a rule may leave it out.

        Remedy: give it as a spell of its own.
        """
        assert ("2024-09-01", "2024-10-01") in self._days(opened)

    @must("RK-C-074")
    def test_two_open_spells_at_once_are_both_told(self, opened: Open) -> None:
        """A handover that was never ended looks so, and somebody has to be told.

        Remedy: give both, both open.
        """
        rows = [row for row in self._rows(opened) if row.child_id == "C2"]
        assert [row.ended_on for row in rows] == [None, None]

    @must("RK-C-075")
    def test_the_reason_stands_at_the_spell_that_it_began(self, opened: Open) -> None:
        """The return stores the reason at the start of the new spell; moved by one it blames the wrong change.

        Remedy: give the reason of the row that it stands on.
        """
        reader = opened(EVERY_KIND)
        self.held(reader, "assignments", by="reason")
        found = {(row.worker_id, row.started_on, row.reason) for row in read(reader, "assignments")}
        assert found == {(row.worker_id, row.started_on, row.reason) for row in loaded(EVERY_KIND, "assignments")}

    @must("RK-C-076")
    def test_the_rules_count_the_same(self, opened: Open) -> None:
        """This is what it is all for: the workers and the changes of a year.

        Remedy: the tests above say which spell differs.
        """
        rows, window = self._rows(opened), Window.reporting_year(2025)
        for child_id in ("C1", "C2"):
            found, put_in = (
                [row for row in each if row.child_id == child_id] for each in (rows, loaded(SPELLS, "assignments"))
            )
            assert dfe_stability(found, window).workers == dfe_stability(put_in, window).workers
            changes, expected = (
                [(each.on, each.gap_days, each.returned) for each in worker_changes(worker_history(some), window)]
                for some in (found, put_in)
            )
            assert changes == expected

    def _rows(self, opened: Open) -> list[Any]:
        reader = opened(SPELLS)
        self.held(reader, "assignments", by="ended_on")
        return read(reader, "assignments")

    def _days(self, opened: Open) -> set[tuple[str, str]]:
        return {(str(row.started_on), str(row.ended_on)) for row in self._rows(opened)}
