"""Order and pages: rules read child by child without keeping all, and nothing slips between two pages."""
# ruff: noqa: S101 - these are tests

from collections.abc import Collection
from itertools import groupby, zip_longest
from typing import Any

from relationkit.plugins.adapters.base import contract_order
from relationkit.plugins.ports import CaseReader
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import BY_CHILD, MOMENT, Kit, Open, loaded, read
from relationkit.plugins.testing.scenarios import CLOCK_CHANGES, EVERY_KIND, PAGES, Scenario
from relationkit.plugins.testing.telling import difference


class OrderTests(Kit):
    """The order of :class:`~relationkit.plugins.CaseReader`, by code points, the same on every machine."""

    @must("RK-C-060")
    def test_people_come_by_id(self, reader: CaseReader) -> None:
        """Rules join children and workers by id as they stream.

        Remedy: sort by code point ("C10" before "C2", capitals first): in SQL by a binary collation.
        """
        for kind in self.held(reader, "children", "workers"):
            ids = [row.id for row in read(reader, kind)]
            assert ids == sorted(ids), kind

    @must("RK-C-061")
    def test_a_childs_records_stand_together(self, reader: CaseReader) -> None:
        """A child whose records come in two places would be judged twice, each time on half.

        Remedy: sort by child_id first.
        """
        for kind in self.held(reader, *BY_CHILD[1:]):
            met = [child_id for child_id, _ in groupby(read(reader, kind), key=lambda row: row.child_id)]
            assert met == sorted(set(met)), kind

    @must("RK-C-062")
    def test_records_come_oldest_first_and_then_by_id(self, opened: Open) -> None:
        """The first unanswered message starts the clock: it has to come first, also when clocks go back.

        Remedy: sort as relationkit.plugins.contract_order says, by the moment and not by what the clock showed.
        """
        for scenario in (EVERY_KIND, CLOCK_CHANGES):
            reader = opened(scenario)
            for kind in sorted(reader.capabilities):
                _in_order(kind, read(reader, kind))

    @must("RK-C-063")
    def test_a_filter_does_not_change_the_order(self, reader: CaseReader) -> None:
        """One child's page and the whole report say the same.

        Remedy: sort after filtering, or filter what is sorted.
        """
        for kind in self.held(reader, *BY_CHILD):
            _in_order(kind, read(reader, kind, child_ids=["c3", "C2", "C10"]))

    @must("RK-C-064")
    def test_the_order_does_not_hang_on_how_it_was_put_in(self, opened: Open) -> None:
        """The same facts give the same report, whoever typed them first.

        Remedy: sort on every call; the order of a file or table is an accident.
        """
        reader = opened(Scenario("backwards", tuple(reversed(EVERY_KIND.records))))
        for kind in sorted(reader.capabilities):
            _in_order(kind, read(reader, kind))

    @must("RK-C-065")
    def test_no_record_is_lost_or_doubled_between_pages(self, opened: Open) -> None:
        """The record at the edge of a page is a child, too.

        Remedy: page by the system's own cursor, or by the whole order with the id in it; never by a moment alone.
        """
        reader = opened(PAGES)
        for kind in sorted(reader.capabilities):
            found, put_in = (self.shown(kind, rows) for rows in (read(reader, kind), loaded(PAGES, kind)))
            parted = difference(sorted(found, key=repr), sorted(put_in, key=repr))
            assert not parted, f"{kind}: {parted}"

    @must("RK-C-066")
    def test_the_order_holds_over_pages(self, opened: Open) -> None:
        """Pages that each are in order need not be so together.

        Remedy: sort the whole, not each page.
        """
        reader = opened(PAGES)
        for kind in sorted(reader.capabilities):
            _in_order(kind, read(reader, kind))

    @must("RK-C-067")
    def test_a_filter_reaches_over_pages(self, opened: Open) -> None:
        """A child on the last page is asked for as often as one on the first.

        Remedy: let the system filter before it pages, or read all pages.
        """
        reader = opened(PAGES)
        for kind in self.held(reader, *BY_CHILD):
            field = "id" if kind == "children" else "child_id"
            rows = read(reader, kind)
            assert rows, f"{kind}: came nothing, expected several pages"
            for wanted in ([getattr(rows[-1], field)], [getattr(rows[0], field), getattr(rows[-1], field)]):
                expected = [row for row in rows if getattr(row, field) in wanted]
                parted = difference(read(reader, kind, child_ids=wanted), expected)
                assert not parted, f"{kind}: {parted}"

    @must("RK-C-068")
    def test_a_period_that_splits_a_moments_crowd_splits_nothing(self, opened: Open) -> None:
        """Many messages at one moment, as after an outage, are all before a bound or all after it.

        Remedy: compare the moment alone with the bounds.
        """
        reader = opened(PAGES)
        for kind in self.held(reader, *MOMENT, by=MOMENT):
            rows = read(reader, kind)
            middle = sorted({getattr(row, MOMENT[kind]) for row in rows})[3]
            before, after = read(reader, kind, until=middle), read(reader, kind, since=middle)
            assert len(before) + len(after) == len(rows), kind
            assert {getattr(row, MOMENT[kind]) < middle for row in before} == {True}, kind

    @must("RK-C-069")
    def test_two_streams_over_pages_do_not_disturb_each_other(self, opened: Open) -> None:
        """Rules read assignments while they read messages.

        Remedy: keep a page's place in the call, and not in the reader.
        """
        reader = opened(PAGES)
        for kind in self.held(reader, "assignments", "messages", "children"):
            pairs = list(zip_longest(getattr(reader, kind)(), getattr(reader, kind)()))
            parted = difference([left for left, _ in pairs], [right for _, right in pairs])
            assert not parted, f"{kind}: {parted}"


def _in_order(kind: str, rows: Collection[Any]) -> None:
    in_order: list[Any] = sorted(rows, key=contract_order)
    parted = difference(rows, in_order)
    assert not parted, f"{kind}: {parted}"
