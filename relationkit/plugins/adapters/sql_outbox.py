"""The outbox in a database: two tables beside the records.

``relationkit_escalations`` has one row for each step that was ever marked; its key makes a step fire once, however
many processes run. ``relationkit_outbox`` has one row for each message. Both change in one transaction: with
``BEGIN IMMEDIATE`` in SQLite, where one process writes at a time, and with row locks that others skip in PostgreSQL.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from relationkit.plugins.adapters.outbox_rules import each_once, in_utc, named
from relationkit.plugins.adapters.sql_layout import METADATA, UtcInstant, key, ref, text
from relationkit.plugins.adapters.sql_store import SqlStore
from relationkit.plugins.outbox import OutboxRow, OutboxState, Receipt
from relationkit.sla import Escalation

__all__ = ["SqlOutbox"]

#: How many rows, or ids, go into one statement: databases limit its values.
_BATCH: Final = 500


#: A row that was only superseded has its clock and what superseded it; the rest is empty.
_MARKS: Final = sa.Table(
    "relationkit_escalations",
    METADATA,
    key(),
    ref("clock_id"),
    ref("child_id", nullable=True),
    text("policy"),
    sa.Column("in_force_from", sa.Date()),
    text("step"),
    text("to_role"),
    ref("recipient_id", nullable=True),
    sa.Column("due_at", UtcInstant()),
    sa.Column("send_from_at", UtcInstant()),
    sa.Column("is_late", sa.Boolean()),
    sa.Column("started_at", UtcInstant()),
    sa.Column("clock_due_at", UtcInstant()),
    sa.Column("supersedes", sa.JSON()),
    sa.Column("recorded_at", UtcInstant(), nullable=False),
    ref("superseded_by", nullable=True),
    sa.Index("relationkit_escalations_clock", "clock_id"),
)
_OUTBOX: Final = sa.Table(
    "relationkit_outbox",
    METADATA,
    key("escalation_id"),
    key("notifier"),
    text("state", nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("next_try_at", UtcInstant(), nullable=False),
    sa.Column("claimed_until", UtcInstant()),
    text("lease"),
    sa.Column("ended_at", UtcInstant()),
    text("why"),
    sa.Index("relationkit_outbox_next", "notifier", "state", "next_try_at"),
    sa.Index("relationkit_outbox_state", "state"),
)

_FREE: Final = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.READY)
_NO_LEASE: Final[Mapping[str, None]] = {"lease": None, "claimed_until": None}


class SqlOutbox(SqlStore):
    """A :class:`~relationkit.plugins.SupportsOutbox` in a database, for any number of processes at once."""

    def record_escalations(
        self, escalations: Iterable[Escalation], *, now: datetime, notifiers: Collection[str]
    ) -> list[Escalation]:
        """Mark the steps, and write a message for each notifier, in one transaction."""
        at, names = in_utc(now), named(notifiers)
        to_mark, superseded = each_once(escalations)
        if not to_mark:
            return []
        with self._writing() as connection:
            return self._record(connection, to_mark, superseded, at, names)

    def _record(
        self,
        connection: sa.Connection,
        to_mark: list[Escalation],
        superseded: Mapping[str, Escalation],
        at: datetime,
        names: list[str],
    ) -> list[Escalation]:
        """Mark and write in a transaction that is open, for stores that keep something else in it too."""
        marks = [_mark(escalation, at) for escalation in to_mark]
        marks += [_superseded_mark(old, by, at) for old, by in superseded.items()]
        fresh = self._marked(connection, sorted(marks, key=lambda mark: str(mark["id"])))
        accepted = [escalation for escalation in to_mark if escalation.id in fresh]
        for batch in _batches(_message(each, name) for each in accepted for name in names):
            connection.execute(sa.insert(_OUTBOX), batch)
        is_unsent = _OUTBOX.c.state.in_([OutboxState.WAITING.value, OutboxState.READY.value])
        _set(connection, superseded, is_unsent, state=OutboxState.SUPERSEDED.value, ended_at=at, why=None)
        return accepted

    def sent_ids(self, *, clock_ids: Collection[str] | None = None) -> frozenset[str]:
        """Return the ids of the escalations that have been marked, the superseded ones included."""
        select = sa.select(_MARKS.c.id)
        with self._reading(_OUTBOX) as connection:
            if connection is None:
                return frozenset()
            if clock_ids is None:
                return frozenset(connection.scalars(select))
            found: set[str] = set()
            for batch in _batches(sorted(clock_ids)):
                found.update(connection.scalars(select.where(_MARKS.c.clock_id.in_(batch))))
        return frozenset(found)

    def claim(self, notifier: str, *, now: datetime, lease: timedelta, limit: int = 1) -> list[OutboxRow]:
        """Lease messages to this process."""
        at = in_utc(now)
        has_come = sa.and_(_OUTBOX.c.state == OutboxState.WAITING.value, _OUTBOX.c.next_try_at <= at)
        has_run_out = sa.and_(_OUTBOX.c.state == OutboxState.CLAIMED.value, _OUTBOX.c.claimed_until <= at)
        free = (
            sa.select(_OUTBOX.c.escalation_id)
            .where(_OUTBOX.c.notifier == notifier, sa.or_(has_come, has_run_out))
            .order_by(_OUTBOX.c.next_try_at, _OUTBOX.c.escalation_id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite knows no row locks, and has the database's
        )
        name = uuid4().hex
        with self._writing() as connection:
            ids = list(connection.scalars(free))
            values = {
                "state": OutboxState.CLAIMED.value,
                "attempts": _OUTBOX.c.attempts + 1,
                "claimed_until": at + lease,
                "lease": name,
                "why": None,
            }
            _set(connection, ids, _OUTBOX.c.notifier == notifier, **values)
            rows = _rows(connection, _OUTBOX.c.lease == name) if ids else []
        return sorted(rows, key=lambda row: (row.next_try_at, row.escalation.id))

    def mark_delivered(self, row: OutboxRow, *, now: datetime, receipt: Receipt = Receipt.DELIVERED) -> bool:
        """Keep that a message was handed over, or left ready."""
        is_news = _OUTBOX.c.state.not_in([OutboxState.DELIVERED.value, receipt.value])
        return self._change(row, is_news, state=receipt.value, ended_at=in_utc(now), why=None, **_NO_LEASE)

    def mark_failed(self, row: OutboxRow, *, now: datetime, retry_at: datetime | None, why: str) -> bool:
        """Keep that a try failed, while the lease is still this one."""
        is_ours = sa.and_(_OUTBOX.c.state == OutboxState.CLAIMED.value, _OUTBOX.c.lease == row.lease)
        then: dict[str, object] = {"state": OutboxState.DEAD.value, "ended_at": in_utc(now)}
        if retry_at is not None:
            then = {"state": OutboxState.WAITING.value, "next_try_at": in_utc(retry_at)}
        return self._change(row, is_ours, why=why, **then, **_NO_LEASE)

    def withdraw(self, escalation_ids: Collection[str], *, why: str, now: datetime) -> int:
        """Take back the messages that have not been handed over."""
        with self._writing() as connection:
            return self._withdraw(connection, escalation_ids, why, in_utc(now))

    def _withdraw(self, connection: sa.Connection, escalation_ids: Collection[str], why: str, at: datetime) -> int:
        """Take back in a transaction that is open."""
        then = {"state": OutboxState.WITHDRAWN.value, "ended_at": at, "why": why, **_NO_LEASE}
        is_open = _OUTBOX.c.state.in_([state.value for state in _FREE])
        return _set(connection, escalation_ids, is_open, **then)

    def outbox_rows(self, *, states: Collection[OutboxState] | None = None) -> list[OutboxRow]:
        """Return the messages, oldest mark first."""
        wanted = sa.true() if states is None else _OUTBOX.c.state.in_(sorted(state.value for state in states))
        with self._reading(_OUTBOX) as connection:
            return [] if connection is None else _rows(connection, wanted)

    def dead_letters(self) -> list[OutboxRow]:
        """Return the messages that were given up, oldest mark first."""
        return self.outbox_rows(states={OutboxState.DEAD})

    def requeue(self, rows: Iterable[OutboxRow], *, now: datetime) -> int:
        """Let dead letters be tried again."""
        is_dead = _OUTBOX.c.state == OutboxState.DEAD.value
        return sum(self._change(row, is_dead, **_begun_anew(in_utc(now))) for row in list(rows))

    def withdrawn_rows(self, *, clock_ids: Collection[str]) -> list[OutboxRow]:
        """Return the messages about these clocks that were withdrawn, oldest mark first."""
        is_withdrawn = _OUTBOX.c.state == OutboxState.WITHDRAWN.value
        with self._reading(_OUTBOX) as connection:
            if connection is None:
                return []
            batches = _batches(sorted(clock_ids))
            rows = [row for some in batches for row in _rows(connection, is_withdrawn & _MARKS.c.clock_id.in_(some))]
        return sorted(rows, key=lambda row: (row.recorded_at, row.escalation.id, row.notifier))

    def reopen(self, rows: Iterable[OutboxRow], *, now: datetime) -> int:
        """Let withdrawn messages wait again, unless they changed since."""
        is_withdrawn, then = _OUTBOX.c.state == OutboxState.WITHDRAWN.value, _begun_anew(in_utc(now))
        return sum(self._change(row, is_withdrawn & (_OUTBOX.c.ended_at == row.ended_at), **then) for row in list(rows))

    def _children_to_tell(self, *, since: datetime) -> list[str | None]:
        """Return the children about whom a message waits or is being handed over, or was withdrawn since a moment."""
        is_open = _OUTBOX.c.state.in_([OutboxState.WAITING.value, OutboxState.CLAIMED.value])
        is_just_withdrawn = (_OUTBOX.c.state == OutboxState.WITHDRAWN.value) & (_OUTBOX.c.ended_at >= since)
        select = sa.select(_MARKS.c.child_id).join(_OUTBOX, _OUTBOX.c.escalation_id == _MARKS.c.id)
        with self._reading(_OUTBOX) as connection:
            if connection is None:
                return []
            return list(connection.scalars(select.where(is_open | is_just_withdrawn).distinct()))

    def _marked(self, connection: sa.Connection, marks: list[dict[str, object]]) -> set[str]:
        """Insert the marks in the order of their ids, so that two processes never wait for each other."""
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        fresh: set[str] = set()
        for batch in _batches(marks):
            statement = insert(_MARKS).values(batch).on_conflict_do_nothing().returning(_MARKS.c.id)
            fresh.update(connection.scalars(statement))
        return fresh

    def _change(self, row: OutboxRow, where: sa.ColumnElement[bool], **values: object) -> bool:
        with self._writing() as connection:
            is_it = sa.and_(_OUTBOX.c.notifier == row.notifier, where)
            return _set(connection, [row.escalation.id], is_it, **values) > 0


def _mark(escalation: Escalation, at: datetime) -> dict[str, object]:
    return {
        "id": escalation.id,
        "clock_id": escalation.clock_id,
        "child_id": escalation.child_id,
        "policy": escalation.policy,
        "in_force_from": escalation.in_force_from,
        "step": escalation.step,
        "to_role": escalation.to,
        "recipient_id": escalation.recipient_id,
        "due_at": escalation.due_at,
        "send_from_at": escalation.send_from_at,
        "is_late": escalation.is_late,
        "started_at": escalation.started_at,
        "clock_due_at": escalation.clock_due_at,
        "supersedes": list(escalation.supersedes),
        "recorded_at": at,
        "superseded_by": None,
    }


def _superseded_mark(old: str, by: Escalation, at: datetime) -> dict[str, object]:
    mark = dict.fromkeys((column.name for column in _MARKS.c), None)
    return {**mark, "id": old, "clock_id": by.clock_id, "superseded_by": by.id, "recorded_at": at}


def _message(escalation: Escalation, notifier: str) -> dict[str, object]:
    return {
        "escalation_id": escalation.id,
        "notifier": notifier,
        "state": OutboxState.WAITING.value,
        "attempts": 0,
        "next_try_at": escalation.send_from_at,
    }


def _begun_anew(at: datetime) -> dict[str, object]:
    return {"state": OutboxState.WAITING.value, "attempts": 0, "next_try_at": at, "ended_at": None, "why": None}


def _set(
    connection: sa.Connection, escalation_ids: Collection[str], where: sa.ColumnElement[bool], **values: object
) -> int:
    """Set the values on the messages about these escalations, where the condition holds; return on how many."""
    count = 0
    for batch in _batches(sorted(escalation_ids)):
        statement = sa.update(_OUTBOX).where(_OUTBOX.c.escalation_id.in_(batch), where).values(**values)
        count += connection.execute(statement).rowcount
    return count


def _rows(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[OutboxRow]:
    select = (
        sa.select(_MARKS, _OUTBOX)
        .join(_OUTBOX, _OUTBOX.c.escalation_id == _MARKS.c.id)
        .where(where)
        .order_by(_MARKS.c.recorded_at, _MARKS.c.id, _OUTBOX.c.notifier)
    )
    return [_row(row) for row in connection.execute(select).mappings()]


def _row(row: sa.RowMapping) -> OutboxRow:
    escalation = Escalation(
        id=row["id"],
        clock_id=row["clock_id"],
        child_id=row["child_id"],
        policy=row["policy"],
        in_force_from=row["in_force_from"],
        step=row["step"],
        to=row["to_role"],
        recipient_id=row["recipient_id"],
        due_at=row["due_at"],
        send_from_at=row["send_from_at"],
        is_late=row["is_late"],
        started_at=row["started_at"],
        clock_due_at=row["clock_due_at"],
        supersedes=tuple(row["supersedes"]),
    )
    return OutboxRow(
        escalation=escalation,
        notifier=row["notifier"],
        state=OutboxState(row["state"]),
        attempts=row["attempts"],
        next_try_at=row["next_try_at"],
        recorded_at=row["recorded_at"],
        claimed_until=row["claimed_until"],
        ended_at=row["ended_at"],
        why=row["why"],
        lease=row["lease"],
    )


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
