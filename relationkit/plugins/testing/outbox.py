"""The outbox: a step is marked once, its messages are handed over at least once, and none gets lost."""
# ruff: noqa: S101 - these are tests

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from relationkit.plugins.outbox import OutboxState
from relationkit.plugins.ports import SupportsOutbox, SupportsReopening
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Kit, Open
from relationkit.plugins.testing.scenarios import EMPTY
from relationkit.sla import Escalation

__all__ = ["LEASE", "NOW", "OutboxTests", "an_escalation"]

NOW: Final = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
LEASE: Final = timedelta(minutes=5)
_NOTIFIER: Final = "kit"


def an_escalation(name: str = "E1", **changes: Any) -> Escalation:
    """Return an escalation; everybody in it is made up."""
    facts: dict[str, Any] = {
        "id": name, "clock_id": f"{name}/clock", "child_id": "C1", "policy": "72 hours",
        "in_force_from": date(1900, 1, 1), "step": "overdue", "to": "manager", "recipient_id": "SW9", "due_at": NOW,
        "send_from_at": NOW, "is_late": False, "started_at": NOW - timedelta(hours=72), "clock_due_at": NOW,
    }  # fmt: skip
    return Escalation(**{**facts, **changes})


class OutboxTests(Kit):
    """What :class:`~relationkit.plugins.SupportsOutbox` promises."""

    @must("RK-C-100")
    def test_a_step_is_marked_once(self, opened: Open) -> None:
        """A pass that runs again, or late, must send nothing twice.

        Remedy: make the escalation's id unique, and return only those that were marked now.
        """
        outbox = self._outbox(opened)

        assert self._record(outbox, "E2", "E1") == ["E1", "E2"]
        assert self._record(outbox, "E1", "E2", "E3") == ["E3"]
        assert [row.escalation.id for row in outbox.outbox_rows()] == ["E1", "E2", "E3"]

    @must("RK-C-101")
    def test_an_escalation_comes_back_whole_with_a_message_for_each_notifier(self, opened: Open) -> None:
        """Whoever hands it over knows nothing but this row.

        Remedy: keep every field of the escalation; write a row for each notifier, free from send_from_at on.
        """
        outbox = self._outbox(opened)
        step = an_escalation(supersedes=("E0",), recipient_id=None, send_from_at=NOW + LEASE)
        outbox.record_escalations([step], now=NOW, notifiers=["b", "a"])

        rows = outbox.outbox_rows()
        assert [(row.escalation, row.notifier) for row in rows] == [(step, "a"), (step, "b")]
        assert {(row.state, row.attempts, row.next_try_at, row.recorded_at) for row in rows} == {
            (OutboxState.WAITING, 0, NOW + LEASE, NOW)
        }

    @must("RK-C-102")
    def test_marks_are_all_or_none(self, opened: Open) -> None:
        """A step that is marked without its message is never sent.

        Remedy: one transaction around marks and messages.
        """
        outbox = self._outbox(opened)
        with pytest.raises(ZeroDivisionError):
            outbox.record_escalations(_breaking_off(), now=NOW, notifiers=[_NOTIFIER])

        assert outbox.sent_ids() == frozenset()
        assert outbox.outbox_rows() == []

    @must("RK-C-103")
    def test_what_a_later_step_replaces_is_never_sent(self, opened: Open) -> None:
        """After downtime each recipient gets one message, and not a burst.

        Remedy: mark what an escalation supersedes with it, and take back its messages that still wait.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1")
        late = an_escalation("E3", supersedes=("E1", "E2"))
        outbox.record_escalations([late], now=NOW, notifiers=[_NOTIFIER])

        assert outbox.sent_ids() == {"E1", "E2", "E3"}
        assert self._record(outbox, "E2") == []
        assert [row.escalation.id for row in self._claim(outbox, NOW, limit=9)] == ["E3"]

    @must("RK-C-104")
    def test_marks_are_found_by_clock(self, opened: Open) -> None:
        """A pass asks for the clocks that are still open, not for all of twenty years.

        Remedy: keep the clock with the mark; an empty collection wants none.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1", "E2")

        assert outbox.sent_ids(clock_ids=["E2/clock", "E9/clock"]) == {"E2"}
        assert outbox.sent_ids(clock_ids=()) == frozenset()

    @must("RK-C-105")
    def test_with_nobody_to_hand_it_over_nothing_is_marked(self, opened: Open) -> None:
        """The step would be marked, and nobody told.

        Remedy: raise ValueError before anything is written.
        """
        outbox = self._outbox(opened)
        with pytest.raises(ValueError, match="notifier"):
            outbox.record_escalations([an_escalation()], now=NOW, notifiers=[])

        assert outbox.sent_ids() == frozenset()

    @must("RK-C-106")
    def test_a_moment_without_a_zone_is_refused(self, opened: Open) -> None:
        """A lease that is an hour too long holds a message back for an hour.

        Remedy: raise NaiveMomentError (a ValueError) for a naive now.
        """
        outbox = self._outbox(opened)
        naive = NOW.replace(tzinfo=None)
        with pytest.raises(ValueError, match="zone"):
            outbox.record_escalations([an_escalation()], now=naive, notifiers=[_NOTIFIER])
        with pytest.raises(ValueError, match="zone"):
            outbox.claim(_NOTIFIER, now=naive, lease=LEASE)

    @must("RK-C-107")
    def test_the_longest_waiting_comes_first_and_no_more_than_asked_for(self, opened: Open) -> None:
        """A queue that is not kept in order forgets somebody.

        Remedy: order by next try, then by escalation id; what is not yet due is not free.
        """
        outbox = self._outbox(opened)
        steps = [
            an_escalation(name, send_from_at=NOW + timedelta(minutes=minutes))
            for name, minutes in (("E3", 0), ("E1", 2), ("E2", 0), ("E4", 60))
        ]
        outbox.record_escalations(steps, now=NOW, notifiers=[_NOTIFIER])

        later = NOW + timedelta(minutes=2)
        assert [row.escalation.id for row in self._claim(outbox, later, limit=2)] == ["E2", "E3"]
        assert [row.escalation.id for row in self._claim(outbox, later, limit=9)] == ["E1"]

    @must("RK-C-108")
    def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(self, opened: Open) -> None:
        """Two passes at once must not both send; a pass that died must not hold it for ever.

        Remedy: keep until when it is leased; at that moment it is free again, with the same key and one try more.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1")
        [first] = self._claim(outbox, NOW)

        assert self._claim(outbox, NOW + LEASE - timedelta(microseconds=1)) == []
        [again] = self._claim(outbox, NOW + LEASE)
        assert (first.attempts, again.attempts, again.key) == (1, 2, first.key)
        assert again.lease != first.lease

    @must("RK-C-109")
    def test_a_claim_is_for_one_notifier(self, opened: Open) -> None:
        """The e-mail's messages are not the letter's.

        Remedy: claim rows of the notifier that was named.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1")

        assert outbox.claim("somebody else", now=NOW, lease=LEASE, limit=9) == []

    @must("RK-C-110")
    def test_what_was_handed_over_is_never_claimed_again(self, opened: Open) -> None:
        """The manager gets one message.

        Remedy: mark it whatever became of the lease, and say False the second time.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1")
        [row] = self._claim(outbox, NOW)
        self._claim(outbox, NOW + LEASE)

        assert outbox.mark_delivered(row, now=NOW + LEASE), "came False, expected True: the row is theirs"
        assert not outbox.mark_delivered(row, now=NOW + LEASE), "came True, expected False: the row is no longer theirs"
        assert self._claim(outbox, NOW + 9 * LEASE) == []
        assert [each.state for each in outbox.outbox_rows()] == [OutboxState.DELIVERED]

    @must("RK-C-111")
    def test_a_try_that_failed_comes_again_when_it_is_time(self, opened: Open) -> None:
        """A server that is down is asked later, and not all the time.

        Remedy: set the next try, and end the lease.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1")
        [row] = self._claim(outbox, NOW)

        is_marked = outbox.mark_failed(row, now=NOW, retry_at=NOW + 2 * LEASE, why="busy")
        assert is_marked, "came False, expected True: the row is theirs"
        assert self._claim(outbox, NOW + LEASE) == []
        [again] = self._claim(outbox, NOW + 2 * LEASE)
        assert again.attempts == 2

    @must("RK-C-112")
    def test_whoever_has_lost_the_lease_decides_no_longer(self, opened: Open) -> None:
        """A pass that hung would give up a message that another is just handing over.

        Remedy: compare the row's lease; return False and change nothing.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1")
        [first] = self._claim(outbox, NOW)
        [_] = self._claim(outbox, NOW + LEASE)

        is_marked = outbox.mark_failed(first, now=NOW + LEASE, retry_at=None, why="hung")
        assert not is_marked, "came True, expected False: the row is no longer theirs"
        assert outbox.dead_letters() == []

    @must("RK-C-113")
    def test_what_was_given_up_stays_until_somebody_looks(self, opened: Open) -> None:
        """A dead letter is somebody who has not been told.

        Remedy: keep it, with why; requeue lets it be tried from the first try on.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1", "E2")
        [row] = self._claim(outbox, NOW)
        outbox.mark_failed(row, now=NOW, retry_at=None, why="no address")

        assert [(each.escalation.id, each.why) for each in outbox.dead_letters()] == [("E1", "no address")]
        assert outbox.requeue(outbox.outbox_rows(), now=NOW + LEASE) == 1
        assert outbox.dead_letters() == []
        assert {each.attempts for each in self._claim(outbox, NOW + LEASE, limit=9)} == {1}

    @must("RK-C-114")
    def test_a_message_that_is_not_needed_any_more_is_taken_back(self, opened: Open) -> None:
        """The child was answered meanwhile; the step stays marked.

        Remedy: end those that wait, are claimed or are ready; leave what was delivered and what is dead.
        """
        outbox = self._outbox(opened)
        self._record(outbox, "E1", "E2", "E3")
        [row] = self._claim(outbox, NOW)
        outbox.mark_delivered(row, now=NOW)

        assert outbox.withdraw(["E1", "E2", "E9"], why="answered", now=NOW) == 1
        assert [each.escalation.id for each in self._claim(outbox, NOW, limit=9)] == ["E3"]
        assert outbox.sent_ids() == {"E1", "E2", "E3"}

    @must("RK-C-115")
    def test_rows_come_oldest_mark_first_and_by_state(self, opened: Open) -> None:
        """Whoever looks sees who has waited longest.

        Remedy: order by mark, escalation id and notifier; no states at all wants no rows.
        """
        outbox = self._outbox(opened)
        for name, minutes in (("E2", 1), ("E1", 1), ("E9", 0)):
            outbox.record_escalations([an_escalation(name)], now=NOW + timedelta(minutes=minutes), notifiers=["b", "a"])

        assert [f"{row.escalation.id}{row.notifier}" for row in outbox.outbox_rows()] == [
            "E9a", "E9b", "E1a", "E1b", "E2a", "E2b",
        ]  # fmt: skip
        assert len(outbox.outbox_rows(states=[OutboxState.WAITING])) == 6
        assert outbox.outbox_rows(states=()) == outbox.outbox_rows(states=[OutboxState.DEAD]) == []

    @must("RK-C-116")
    def test_what_was_taken_back_waits_again_when_it_is_put_back(self, opened: Open) -> None:
        """The answer turned out to be another child's, and this one still waits.

        Remedy: put back those rows only that are withdrawn and ended when they were read, as if they were new.
        """
        outbox: Any = self.keeper(opened(EMPTY), SupportsReopening)
        self._record(outbox, "E1", "E2", "E3")
        outbox.withdraw(["E1", "E2"], why="answered", now=NOW)
        [row] = outbox.withdrawn_rows(clock_ids=["E1/clock", "E3/clock", "E9/clock"])
        again = NOW + LEASE

        assert row.escalation.id == "E1"
        assert outbox.reopen([row, *outbox.outbox_rows(states=[OutboxState.WAITING])], now=again) == 1
        assert [(each.escalation.id, each.attempts) for each in self._claim(outbox, NOW, limit=9)] == [("E3", 1)]
        assert [(each.key, each.attempts) for each in self._claim(outbox, again, limit=9)][1:] == [(row.key, 1)]
        assert outbox.withdraw(["E1"], why="answered after all", now=again) == 1
        assert outbox.reopen([row], now=again) == 0  # whoever read it before knows nothing of the second answer

    def _outbox(self, opened: Open) -> SupportsOutbox:
        outbox: SupportsOutbox = self.keeper(opened(EMPTY), SupportsOutbox)
        return outbox

    def _record(self, outbox: SupportsOutbox, *names: str) -> list[str]:
        steps = [an_escalation(name) for name in names]
        return [each.id for each in outbox.record_escalations(steps, now=NOW, notifiers=[_NOTIFIER])]

    def _claim(self, outbox: SupportsOutbox, now: datetime, limit: int = 1) -> list[Any]:
        return list(outbox.claim(_NOTIFIER, now=now, lease=LEASE, limit=limit))


def _breaking_off() -> Iterator[Escalation]:
    yield an_escalation("E1")
    yield an_escalation("E2")
    raise ZeroDivisionError
