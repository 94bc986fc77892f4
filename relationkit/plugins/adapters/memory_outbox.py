"""The outbox in memory: the model that the database is held to, and enough for trying things out."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from uuid import uuid4

from relationkit.plugins.adapters.outbox_rules import each_once, in_utc, named
from relationkit.plugins.outbox import OutboxRow, OutboxState, Receipt
from relationkit.sla import Escalation

__all__ = ["MemoryOutbox"]

_FREE = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.READY)


class MemoryOutbox:
    """A :class:`~relationkit.plugins.SupportsOutbox` for one process and its threads; gone when the process is."""

    def _start_outbox(self) -> None:
        self._lock = Lock()
        self._marked: dict[str, str] = {}  # the clock of each escalation
        self._rows: dict[tuple[str, str], OutboxRow] = {}

    def record_escalations(
        self, escalations: Iterable[Escalation], *, now: datetime, notifiers: Collection[str]
    ) -> list[Escalation]:
        """Mark the steps, and write a message for each notifier, all or none."""
        at, names = in_utc(now), named(notifiers)
        to_mark, superseded = each_once(escalations)
        with self._lock:
            fresh = [escalation for escalation in to_mark if escalation.id not in self._marked]
            for escalation in fresh:
                self._marked[escalation.id] = escalation.clock_id
                for name in names:
                    row = OutboxRow(escalation, name, OutboxState.WAITING, 0, escalation.send_from_at, at)
                    self._rows[escalation.id, name] = row
            for old, by in superseded.items():
                self._marked.setdefault(old, by.clock_id)
            unsent = (OutboxState.WAITING, OutboxState.READY)
            self._end(superseded, unsent, OutboxState.SUPERSEDED, at, None)
        return fresh

    def sent_ids(self, *, clock_ids: Collection[str] | None = None) -> frozenset[str]:
        """Return the ids of the escalations that have been marked, the superseded ones included."""
        with self._lock:
            return frozenset(
                name for name, clock_id in self._marked.items() if clock_ids is None or clock_id in clock_ids
            )

    def claim(self, notifier: str, *, now: datetime, lease: timedelta, limit: int = 1) -> list[OutboxRow]:
        """Lease messages to the caller."""
        at = in_utc(now)
        with self._lock:
            free = [row for row in self._rows.values() if row.notifier == notifier and _is_free(row, at)]
            free.sort(key=lambda row: (row.next_try_at, row.escalation.id))
            claimed = [_claimed(row, at + lease) for row in free[:limit]]
            self._rows |= {(row.escalation.id, row.notifier): row for row in claimed}
        return claimed

    def mark_delivered(self, row: OutboxRow, *, now: datetime, receipt: Receipt = Receipt.DELIVERED) -> bool:
        """Keep that a message was handed over, or left ready."""
        at, state = in_utc(now), OutboxState(receipt.value)
        with self._lock:
            kept = self._rows.get((row.escalation.id, row.notifier))
            if kept is None or kept.state in (OutboxState.DELIVERED, state):
                return False
            self._keep(replace(kept, state=state, ended_at=at, claimed_until=None, lease=None, why=None))
        return True

    def mark_failed(self, row: OutboxRow, *, now: datetime, retry_at: datetime | None, why: str) -> bool:
        """Keep that a try failed, while the lease is still this one."""
        at = in_utc(now)
        with self._lock:
            kept = self._rows.get((row.escalation.id, row.notifier))
            if kept is None or kept.state is not OutboxState.CLAIMED or kept.lease != row.lease:
                return False
            failed = replace(kept, why=why, claimed_until=None, lease=None)
            if retry_at is None:
                self._keep(replace(failed, state=OutboxState.DEAD, ended_at=at))
            else:
                self._keep(replace(failed, state=OutboxState.WAITING, next_try_at=in_utc(retry_at)))
        return True

    def withdraw(self, escalation_ids: Collection[str], *, why: str, now: datetime) -> int:
        """Take back the messages that have not been handed over."""
        with self._lock:
            return self._end(escalation_ids, _FREE, OutboxState.WITHDRAWN, in_utc(now), why)

    def outbox_rows(self, *, states: Collection[OutboxState] | None = None) -> list[OutboxRow]:
        """Return the messages, oldest mark first."""
        with self._lock:
            rows = [row for row in self._rows.values() if states is None or row.state in states]
        return sorted(rows, key=lambda row: (row.recorded_at, row.escalation.id, row.notifier))

    def dead_letters(self) -> list[OutboxRow]:
        """Return the messages that were given up, oldest mark first."""
        return self.outbox_rows(states={OutboxState.DEAD})

    def requeue(self, rows: Iterable[OutboxRow], *, now: datetime) -> int:
        """Let dead letters be tried again."""
        at = in_utc(now)
        with self._lock:
            kept = {key: self._rows.get(key) for key in [(row.escalation.id, row.notifier) for row in rows]}
            dead = [row for row in kept.values() if row is not None and row.state is OutboxState.DEAD]
            for row in dead:
                self._keep(_begun_anew(row, at))
        return len(dead)

    def withdrawn_rows(self, *, clock_ids: Collection[str]) -> list[OutboxRow]:
        """Return the messages about these clocks that were withdrawn, oldest mark first."""
        withdrawn = self.outbox_rows(states={OutboxState.WITHDRAWN})
        return [row for row in withdrawn if row.escalation.clock_id in set(clock_ids)]

    def reopen(self, rows: Iterable[OutboxRow], *, now: datetime) -> int:
        """Let withdrawn messages wait again, unless they changed since."""
        at, given = in_utc(now), list(rows)
        with self._lock:
            kept = [(row, self._rows.get((row.escalation.id, row.notifier))) for row in given]
            same = [row for old, row in kept if row is not None and _is_withdrawn(row) and row.ended_at == old.ended_at]
            for row in same:
                self._keep(_begun_anew(row, at))
        return len(same)

    def _keep(self, row: OutboxRow) -> None:
        self._rows[row.escalation.id, row.notifier] = row

    def _end(
        self,
        escalation_ids: Collection[str],
        states: Collection[OutboxState],
        end: OutboxState,
        at: datetime,
        why: str | None,
    ) -> int:
        ended = [row for row in self._rows.values() if row.escalation.id in escalation_ids and row.state in states]
        for row in ended:
            self._keep(replace(row, state=end, ended_at=at, why=why, claimed_until=None, lease=None))
        return len(ended)


def _begun_anew(row: OutboxRow, at: datetime) -> OutboxRow:
    return replace(row, state=OutboxState.WAITING, attempts=0, next_try_at=at, ended_at=None, why=None)


def _is_withdrawn(row: OutboxRow) -> bool:
    return row.state is OutboxState.WITHDRAWN


def _is_free(row: OutboxRow, at: datetime) -> bool:
    if row.state is OutboxState.WAITING:
        return row.next_try_at <= at
    return row.state is OutboxState.CLAIMED and row.claimed_until is not None and row.claimed_until <= at


def _claimed(row: OutboxRow, until: datetime) -> OutboxRow:
    return replace(
        row, state=OutboxState.CLAIMED, attempts=row.attempts + 1, claimed_until=until, lease=uuid4().hex, why=None
    )
