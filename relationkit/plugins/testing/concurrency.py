"""Concurrency: two at the very same moment, each with a reader of their own, as two processes would be."""
# ruff: noqa: S101 - these are tests

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final, TypeVar

from relationkit.handovers import HandoverPlan, StepDone
from relationkit.plugins.ports import SupportsHandovers, SupportsOutbox, SupportsPromises, SupportsWrite
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Harness, Kit, Open, read
from relationkit.plugins.testing.outbox import LEASE, NOW, an_escalation
from relationkit.plugins.testing.scenarios import EMPTY, EVERY_KIND
from relationkit.plugins.testing.stores import a_plan, a_promise, a_tick
from relationkit.records import Child, ChildId

ResultT = TypeVar("ResultT")

#: How many act at once.
_MANY: Final = 4


class ConcurrencyTests(Kit):
    """Nothing is doubled, lost, or waits for ever."""

    @must("RK-C-180")
    def test_several_read_at_once(self, opened: Open, harness: Harness) -> None:
        """The web app answers several people at a time.

        Remedy: share no cursor and no state between readers.
        """
        reader = opened(EVERY_KIND)
        expected = {kind: read(reader, kind) for kind in sorted(reader.capabilities)}

        found = _at_once(harness, lambda other, _: {kind: read(other, kind) for kind in sorted(other.capabilities)})
        assert found == [expected] * _MANY

    @must("RK-C-181")
    def test_what_several_write_at_once_is_all_kept(self, opened: Open, harness: Harness) -> None:
        """Two imports of one evening are both there in the morning.

        Remedy: write in a transaction that waits for the other one.
        """
        reader = opened(EMPTY)
        self.keeper(reader, SupportsWrite)

        def write(other: Any, number: int) -> int:
            return int(other.write([Child(id=ChildId(f"K{number}-{each}")) for each in range(20)]))

        assert _at_once(harness, write) == [20] * _MANY
        assert len(read(reader, "children")) == 20 * _MANY

    @must("RK-C-182")
    def test_a_step_that_several_mark_at_once_is_marked_once(self, opened: Open, harness: Harness) -> None:
        """Two passes on two machines must not both tell the manager.

        Remedy: let the database decide by a unique key, and not by looking first.
        """
        reader = opened(EMPTY)
        outbox: Any = self.keeper(reader, SupportsOutbox)
        steps = [an_escalation(f"E{number}") for number in range(5)]

        marked = _at_once(harness, lambda other, _: other.record_escalations(steps, now=NOW, notifiers=["kit"]))
        assert Counter(step.id for some in marked for step in some) == Counter(step.id for step in steps)
        assert len(outbox.outbox_rows()) == len(steps)

    @must("RK-C-183")
    def test_a_message_that_several_claim_at_once_is_one_claimers(self, opened: Open, harness: Harness) -> None:
        """Whoever holds the lease sends, and nobody else.

        Remedy: claim by an update that looks at the row's state, and count what it changed.
        """
        reader = opened(EMPTY)
        outbox: Any = self.keeper(reader, SupportsOutbox)
        steps = [an_escalation(f"E{number}") for number in range(6)]
        outbox.record_escalations(steps, now=NOW, notifiers=["kit"])

        claimed = _at_once(harness, lambda other, _: other.claim("kit", now=NOW, lease=LEASE, limit=3))
        taken = Counter(row.escalation.id for some in claimed for row in some)
        assert set(taken.values()) == {1}
        rest = outbox.claim("kit", now=NOW, lease=LEASE, limit=9)
        assert len(taken) + len(rest) == len(steps)

    @must("RK-C-184")
    def test_a_plan_that_several_write_at_once_keeps_what_each_did(self, opened: Open, harness: Harness) -> None:
        """A child picks a goodbye while the worker ticks a step.

        Remedy: read, merge and write in one transaction, or compare the version and try again.
        """
        reader = opened(EMPTY)
        source: Any = self.keeper(reader, SupportsHandovers)
        seen = source.keep_handover(a_plan())
        names = [step.name for step in seen.plan.template.steps][:_MANY]

        def act(other: Any, number: int) -> None:
            other.keep_handover(seen.plan.done(names[number], NOW.date(), "SW1"), seen=seen)

        _at_once(harness, act)
        assert _stepped(source.handover(seen.plan.id).plan) >= set(names)

    @must("RK-C-185")
    def test_ticks_at_the_same_moment_are_all_kept_and_each_once(self, opened: Open, harness: Harness) -> None:
        """Child and worker tick at the table, together.

        Remedy: insert, and do nothing where the tick is there.
        """
        reader = opened(EMPTY)
        source: Any = self.keeper(reader, SupportsPromises)
        source.put_up([a_promise()])
        ticks = [a_tick(by="child"), a_tick(by="worker")]

        new = _at_once(harness, lambda other, number: other.tick([ticks[number % 2]]))
        assert sorted(len(some) for some in new) == [0, 0, 1, 1]
        [board] = source.boards()
        assert set(board.log) == set(ticks)


def _stepped(plan: HandoverPlan) -> set[str]:
    return {move.step for move in plan.log if isinstance(move, StepDone)}


def _at_once(harness: Harness, act: Callable[[Any, int], ResultT]) -> list[ResultT]:
    """Return what each of several got, every one in a thread and with a reader of its own, started together."""
    ready = Barrier(_MANY)

    def one(number: int) -> ResultT:
        with harness.open() as reader:
            ready.wait(timeout=60)
            return act(reader, number)

    with ThreadPoolExecutor(_MANY) as pool:
        return list(pool.map(one, range(_MANY)))
