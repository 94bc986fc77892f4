"""Filters: exactly those that were asked for, by exact ids and half-open periods."""
# ruff: noqa: S101 - these are tests

from collections.abc import Collection
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest

from relationkit.plugins.ports import CaseReader
from relationkit.plugins.testing.catalogue import must, should
from relationkit.plugins.testing.kit import BY_CHILD, BY_WORKER, MOMENT, Kit, read, theirs

#: A zone that is not UTC, to give the same moments in.
_ELSEWHERE: Final = timezone(timedelta(hours=1))
#: Ids that nobody has, and that a pattern, a query or a comparison of numbers would take for somebody's.
_NOBODY: Final = ("nobody", "c2", "C", "C02", "C2 ", "C_", "%", "*", "' OR 1=1 --", "c3\x00")
_LONG_BEFORE, _LONG_AFTER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


class FilterTests(Kit):
    """Who asks for one child gets that child's records, and no neighbour's."""

    @must("RK-C-030")
    def test_a_filter_by_child_gives_theirs_and_no_others(self, reader: CaseReader) -> None:
        """One child's page must not read a neighbour's.

        Remedy: compare child_id (a child's own id) exactly.
        """
        for wanted in ({"C2"}, ["C10", "c3"], ("C2", "nobody")):
            self._hold(reader, "child", wanted)

    @must("RK-C-031")
    def test_a_filter_by_worker_gives_theirs_and_no_others(self, reader: CaseReader) -> None:
        """A worker's calendar holds their own sessions.

        Remedy: compare worker_id (a worker's own id) exactly.
        """
        workers = read(reader, "workers") if "workers" in reader.capabilities else []
        first = [worker.id for worker in workers][:1] or ["SW2"]
        for wanted in ({"SW2"}, ["SW10", "XX1"], first):
            self._hold(reader, "worker", wanted)

    @must("RK-C-032")
    def test_an_empty_filter_wants_nothing(self, reader: CaseReader) -> None:
        """A team with no children would otherwise read the whole council.

        Remedy: tell an empty collection from None; many query builders drop an empty list.
        """
        for kind in self.held(reader, *BY_CHILD):
            assert read(reader, kind, child_ids=()) == [], kind
        for kind in self.held(reader, *BY_WORKER):
            assert read(reader, kind, worker_ids=frozenset()) == [], kind

    @must("RK-C-033")
    def test_none_wants_everything(self, reader: CaseReader) -> None:
        """Commands pass on what they were given, None where nothing was.

        Remedy: treat None as no filter.
        """
        for kind in self.held(reader, *BY_CHILD):
            assert read(reader, kind, child_ids=None) == read(reader, kind), kind
        for kind in self.held(reader, *BY_WORKER):
            assert read(reader, kind, worker_ids=None) == read(reader, kind), kind

    @must("RK-C-034")
    def test_ids_are_compared_exactly(self, reader: CaseReader) -> None:
        """C3 and c3 may be two children; a database that folds case, or pads, joins them.

        Remedy: compare binary: no LIKE, no case folding, no numbers, bound parameters only.
        """
        for kind in self.held(reader, *BY_CHILD):
            for nobody in _NOBODY:
                assert read(reader, kind, child_ids=[nobody]) == [], kind

    @must("RK-C-035")
    def test_filters_combine(self, reader: CaseReader) -> None:
        """A worker's sessions with one child are wanted, not all of both.

        Remedy: let a record pass only when it passes all filters that are given.
        """
        for kind in self.held(reader, "assignments", "sessions"):
            rows = read(reader, kind)
            pairs = {(row.child_id, row.worker_id) for row in rows} | {("c3", "SW2")}
            for child_id, worker_id in sorted(pairs):
                expected = [row for row in rows if (row.child_id, row.worker_id) == (child_id, worker_id)]
                assert read(reader, kind, child_ids=[child_id], worker_ids=[worker_id]) == expected, kind

    @must("RK-C-036")
    def test_any_collection_of_ids_will_do_and_an_id_twice_is_once(self, reader: CaseReader) -> None:
        """Callers pass sets, tuples, and the keys of what they have.

        Remedy: make a set of what is given.
        """
        for kind in self.held(reader, *BY_CHILD):
            expected = read(reader, kind, child_ids=["C2"])
            for wanted in (("C2", "C2"), {"C2"}, frozenset({"C2"}), {"C2": 1}.keys()):
                assert read(reader, kind, child_ids=wanted) == expected, kind

    @must("RK-C-037")
    def test_one_string_is_not_taken_for_a_list_of_ids(self, reader: CaseReader) -> None:
        """Its letters would be taken for ids, and match nothing: an empty answer for a slip.

        Remedy: raise TypeError when the method is called.
        """
        for kind in sorted(reader.capabilities):
            with pytest.raises(TypeError, match="ids"):
                getattr(reader, kind)(**{"child_ids" if kind in BY_CHILD else "worker_ids": "C2"})

    @must("RK-C-038")
    def test_a_great_many_ids_are_taken(self, reader: CaseReader) -> None:
        """A whole council's children may be named, and databases and addresses have their limits.

        Remedy: ask in batches, or filter what comes.
        """
        many = [f"nobody-{number}" for number in range(40_000)]
        for kind in self.held(reader, *BY_CHILD):
            assert read(reader, kind, child_ids=[*many, "C2"]) == read(reader, kind, child_ids=["C2"]), kind

    @must("RK-C-039")
    def test_a_period_takes_its_first_moment_and_not_its_last(self, reader: CaseReader) -> None:
        """Two periods side by side count each message once.

        Remedy: since <= at < until.
        """
        for kind in self.held(reader, *MOMENT, by=MOMENT):
            first, second, *_ = _moments(reader, kind)
            found = [getattr(row, MOMENT[kind]) for row in read(reader, kind, since=first, until=second)]
            assert found == [first], kind

    @must("RK-C-040")
    def test_a_period_may_be_open_at_either_side(self, reader: CaseReader) -> None:
        """Everything since the last pass has no end yet.

        Remedy: apply each bound by itself.
        """
        for kind in self.held(reader, *MOMENT):
            rows, moment = read(reader, kind), _moments(reader, kind)[1]
            field = MOMENT[kind]
            assert read(reader, kind, since=moment) == [row for row in rows if getattr(row, field) >= moment], kind
            assert read(reader, kind, until=moment) == [row for row in rows if getattr(row, field) < moment], kind
            assert read(reader, kind, since=_LONG_BEFORE, until=_LONG_AFTER) == rows, kind

    @must("RK-C-041")
    def test_a_bound_is_a_moment_in_whatever_zone_it_is_given(self, reader: CaseReader) -> None:
        """Noon in summer is 11:00 in UTC, and the same moment.

        Remedy: compare instants, after astimezone(UTC).
        """
        for kind in self.held(reader, *MOMENT):
            first, second, *_ = _moments(reader, kind)
            there = {"since": first.astimezone(_ELSEWHERE), "until": second.astimezone(_ELSEWHERE)}
            assert read(reader, kind, **there) == read(reader, kind, since=first, until=second), kind

    @must("RK-C-042")
    def test_a_bound_without_a_zone_is_refused(self, reader: CaseReader) -> None:
        """Guessed zones are wrong half the year.

        Remedy: raise ValueError, naming the zone, when the method is called.
        """
        for kind in self.held(reader, *MOMENT):
            for bound in ("since", "until"):
                with pytest.raises(ValueError, match="zone"):
                    getattr(reader, kind)(**{bound: datetime(2025, 1, 1)})  # noqa: DTZ001 - naive is what is refused

    @should("RK-C-043")
    def test_a_period_that_ends_before_it_begins_holds_nothing(self, reader: CaseReader) -> None:
        """Nobody is in an empty period; some systems swap the bounds.

        Remedy: return nothing, and do not swap.
        """
        for kind in self.held(reader, *MOMENT):
            assert read(reader, kind, since=_LONG_AFTER, until=_LONG_BEFORE) == [], kind

    @must("RK-C-044")
    def test_ids_and_a_period_combine(self, reader: CaseReader) -> None:
        """One child's messages of one week are wanted, not all of both.

        Remedy: let a record pass only when it passes all filters that are given.
        """
        for kind in self.held(reader, *MOMENT):
            moment = _moments(reader, kind)[1]
            rows = [row for row in read(reader, kind, since=moment) if row.child_id == "C2"]
            assert read(reader, kind, since=moment, child_ids=["C2"]) == rows, kind

    def _hold(self, reader: CaseReader, of: str, wanted: Collection[str]) -> None:
        for kind in self.held(reader, *(BY_CHILD if of == "child" else BY_WORKER)):
            expected = [row for row in read(reader, kind) if getattr(row, theirs(kind, of)) in wanted]
            assert read(reader, kind, **{f"{of}_ids": wanted}) == expected, kind


def _moments(reader: CaseReader, kind: str) -> list[Any]:
    found = sorted(getattr(row, MOMENT[kind]) for row in read(reader, kind))
    assert len(found) > 1, f"{kind}: came {len(found)}, expected several"
    return found
