"""Handover plans and promises: what two people write at once is kept of both, and what was said stays."""
# ruff: noqa: S101 - these are tests

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from relationkit.errors import HandoverConflictError, InvalidRecordError
from relationkit.handovers import HandoverId, HandoverPlan, plan_handover
from relationkit.plugins.kept_handovers import KeptHandover
from relationkit.plugins.ports import SupportsHandovers, SupportsPromises
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Kit, Open
from relationkit.plugins.testing.scenarios import EMPTY
from relationkit.records import Assignment, ChildId, WorkerId
from relationkit.visits import Promise, PromiseId, Tick, TickedBy

__all__ = ["StoreTests", "a_plan", "a_promise", "a_tick"]

_DAY: Final = date(2025, 3, 10)
_MADE_AT: Final = datetime(2025, 6, 2, 15, tzinfo=UTC)


def a_plan(name: str = "A1", child_id: str = "C1") -> HandoverPlan:
    """Return a plan; everybody in it is made up."""
    row = {"id": name, "child_id": child_id, "worker_id": "SW1", "role": "social_worker", "started_on": "2024-01-08"}
    return plan_handover(Assignment.model_validate(row), handover_on=date(2025, 3, 31), to_worker_id=WorkerId("SW2"))


def a_promise(name: str = "P1", **changes: Any) -> Promise:
    """Return a promise; everybody in it is made up."""
    facts = {"id": name, "child_id": "C1", "worker_id": "SW1", "what": "Ask about Quillaby's bike"}
    return Promise.model_validate(
        {**facts, "made_at": _MADE_AT, "due_on": date(2025, 6, 9), "picture": "bike"} | changes
    )


def a_tick(name: str = "P1", minutes: int = 5, *, by: str = "child", is_done: bool = True) -> Tick:
    """Return a tick on a promise."""
    return Tick(promise_id=PromiseId(name), at=_MADE_AT + timedelta(minutes=minutes), by=TickedBy(by), is_done=is_done)


class StoreTests(Kit):
    """What :class:`~relationkit.plugins.SupportsHandovers` and :class:`~relationkit.plugins.SupportsPromises` say."""

    @must("RK-C-140")
    def test_a_plan_comes_back_whole_with_its_log(self, opened: Open) -> None:
        """The plan is what the child was told, and who did what of it.

        Remedy: keep every field, the log and the choices included; its first version is 1.
        """
        source = self._handovers(opened)
        plan = a_plan().done("tell_child", _DAY, WorkerId("SW1")).chose("goodbye", "letter", on=_DAY, by=ChildId("C1"))

        assert source.keep_handover(plan) == KeptHandover(plan, 1)
        assert source.handover(plan.id) == KeptHandover(plan, 1)
        assert source.handover(HandoverId("nothing")) is None

    @must("RK-C-141")
    def test_the_same_plan_again_changes_nothing(self, opened: Open) -> None:
        """A try may be made again after a lost connection.

        Remedy: compare with what is kept; a version counts changes, not writes.
        """
        source = self._handovers(opened)
        kept = source.keep_handover(a_plan())
        done = kept.plan.done("tell_child", _DAY, WorkerId("SW1"))

        assert source.keep_handover(a_plan()) == kept
        assert source.keep_handover(done, seen=kept).version == 2
        assert source.keep_handover(done, seen=kept).version == 2

    @must("RK-C-142")
    def test_what_two_people_did_is_kept_of_both(self, opened: Open) -> None:
        """The second to press the button must not undo the first.

        Remedy: merge with relationkit.handovers.merge_plans, or use next_version.
        """
        source = self._handovers(opened)
        seen = source.keep_handover(a_plan())
        source.keep_handover(seen.plan.done("tell_child", _DAY, WorkerId("SW1")), seen=seen)
        both = source.keep_handover(seen.plan.chose("goodbye", "letter", on=_DAY, by=ChildId("C1")), seen=seen)

        assert both.version == 3
        assert {getattr(move, "step", None) for move in both.plan.log} >= {"tell_child", "goodbye"}

    @must("RK-C-143")
    def test_two_who_contradict_each_other_are_told(self, opened: Open) -> None:
        """Only one of two handover days can be true, and neither may be lost in silence.

        Remedy: raise HandoverConflictError for the later one, and change nothing.
        """
        source = self._handovers(opened)
        seen = source.keep_handover(a_plan())
        first = source.keep_handover(seen.plan.named(WorkerId("SW3"), on=_DAY, by=WorkerId("M1")), seen=seen)
        with pytest.raises(HandoverConflictError):
            source.keep_handover(seen.plan.named(WorkerId("SW4"), on=_DAY, by=WorkerId("M2")), seen=seen)

        assert source.handover(seen.plan.id) == first

    @must("RK-C-144")
    def test_a_plan_made_anew_does_not_take_anothers_place(self, opened: Open) -> None:
        """Somebody has planned this ending already.

        Remedy: raise HandoverConflictError where seen is None and another plan of the id is kept.
        """
        source = self._handovers(opened)
        kept = source.keep_handover(a_plan().done("tell_child", _DAY, WorkerId("SW1")))
        with pytest.raises(HandoverConflictError):
            source.keep_handover(a_plan())

        assert source.handover(kept.plan.id) == kept

    @must("RK-C-145")
    def test_plans_come_child_by_child_and_by_child(self, opened: Open) -> None:
        """One child's page must not read a neighbour's.

        Remedy: sort by child id and plan id; None wants all, an empty collection none.
        """
        source = self._handovers(opened)
        for name, child_id in (("A2", "C2"), ("A3", "C10"), ("A1", "C2")):
            source.keep_handover(a_plan(name, child_id))

        assert [each.plan.child_id for each in source.handovers()] == ["C10", "C2", "C2"]
        assert [each.plan.id for each in source.handovers()][1:] == sorted([a_plan("A1").id, a_plan("A2").id])
        assert [each.plan.child_id for each in source.handovers(child_ids=["C10", "c2"])] == ["C10"]
        assert list(source.handovers(child_ids=())) == []

    @must("RK-C-150")
    def test_a_promise_that_is_there_stays_as_it_was_said(self, opened: Open) -> None:
        """A promise that is reworded later is not the one that was made.

        Remedy: insert, and do nothing where the id is there; return those that were new.
        """
        source = self._promises(opened)

        assert source.put_up([a_promise()]) == [a_promise()]
        assert source.put_up([a_promise(what="Nothing"), a_promise("P2")]) == [a_promise("P2")]
        [board] = source.boards()
        assert board.promises == (a_promise(), a_promise("P2"))

    @must("RK-C-151")
    def test_a_tick_is_kept_once_and_one_that_is_taken_back_is_one_more(self, opened: Open) -> None:
        """A button pressed twice is one tick; what was ticked stays visible.

        Remedy: the whole tick is its key; never change or delete one.
        """
        source = self._promises(opened)
        source.put_up([a_promise()])
        ticks = [a_tick(), a_tick(minutes=6, is_done=False), a_tick(by="worker")]

        assert source.tick([*ticks, a_tick()]) == ticks
        assert source.tick(ticks) == []
        [board] = source.boards()
        assert set(board.log) == set(ticks)

    @must("RK-C-152")
    def test_a_tick_for_nothing_is_refused_and_none_is_kept(self, opened: Open) -> None:
        """A tick that belongs to no promise is on no child's board.

        Remedy: raise InvalidRecordError, in the transaction that keeps the others.
        """
        source = self._promises(opened)
        source.put_up([a_promise()])
        with pytest.raises(InvalidRecordError):
            source.tick([a_tick(), a_tick("P9")])

        [board] = source.boards()
        assert board.log == ()

    @must("RK-C-153")
    def test_boards_come_by_child_with_promises_as_they_were_put_up(self, opened: Open) -> None:
        """The board has the order in which things were said.

        Remedy: keep the order of putting up; a child without promises has no board.
        """
        source = self._promises(opened)
        source.put_up([a_promise("P9"), a_promise("P1"), a_promise("P5", child_id="C0")])

        assert [board.child_id for board in source.boards()] == ["C0", "C1"]
        [board] = source.boards(child_ids=["C1", "c0"])
        assert [promise.id for promise in board.promises] == ["P9", "P1"]
        assert list(source.boards(child_ids=())) == []

    def _handovers(self, opened: Open) -> SupportsHandovers:
        source: SupportsHandovers = self.keeper(opened(EMPTY), SupportsHandovers)
        return source

    def _promises(self, opened: Open) -> SupportsPromises:
        source: SupportsPromises = self.keeper(opened(EMPTY), SupportsPromises)
        return source
