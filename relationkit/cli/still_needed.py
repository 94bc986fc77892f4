"""Which messages of the outbox are still needed: what a pass takes back, and what it puts back after all.

A message that was not handed over yet is about a child who waited when it was marked. Since then the child may have
been answered, or what the child wrote may have been said to need no reply, or be gone; then it is taken back. When a
record is corrected, and the child waits after all, it is put back. Requests to talk, and notices to children, have ids
of their own in the same outbox, and are left alone.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from relationkit.cli.clocks import Found, read_looks
from relationkit.plugins import (
    CaseReader,
    Delivery,
    OutboxRow,
    OutboxState,
    Outcome,
    SupportsOutbox,
    SupportsReopening,
)
from relationkit.records import ChildId
from relationkit.sla import Escalation, PolicyBook, ResponseClock

__all__ = ["put_back", "take_back", "withdrawn_of"]

#: Not handed over yet. Whoever has claimed one of them and hands it over all the same says so afterwards, and it holds.
UNSENT: Final = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.READY)

ANSWERED: Final = "the child was answered before the message was handed over"
NOT_AWAITED: Final = "no answer is awaited any more: the message needs none, or it is gone"


def take_back(
    reader: CaseReader, outbox: SupportsOutbox, found: Found, child_ids: Collection[ChildId] | None, now: datetime
) -> list[Delivery]:
    """Take back what was not handed over about clocks that no longer wait.

    Args:
        reader: The source that was read.
        outbox: Where the messages are.
        found: What was read.
        child_ids: The children who were looked at, those of whom no message is left included; ``None`` for every
            child in the outbox.
        now: The moment of the pass.

    Returns:
        What was taken back, each message as it stood before.
    """
    if child_ids is not None and not child_ids:
        return []
    unsent = outbox.outbox_rows(states=UNSENT)
    rows = [row for row in unsent if child_ids is None or row.escalation.child_id in child_ids]
    answered = {clock.id for clock in found.clocks if clock.answered_at is not None}
    known = {clock.id for clock in found.clocks}
    vanished = [row for row in rows if row.escalation.clock_id not in known and _could_be_known(row, now)]
    return [
        *_withdrawn(outbox, [row for row in rows if row.escalation.clock_id in answered], ANSWERED, now),
        *_withdrawn(outbox, _not_only_unread(reader, vanished), NOT_AWAITED, now),
    ]


def _could_be_known(row: OutboxRow, now: datetime) -> bool:
    """Return whether it is about a clock that had started by then: a look into the past knows of no later ones."""
    return row.escalation.is_step and row.escalation.started_at <= now


def _not_only_unread(reader: CaseReader, rows: list[OutboxRow]) -> list[OutboxRow]:
    """Return those whose message is truly gone or needs no reply; one that cannot be read looks as if it were gone."""
    if not rows or not reader.problems:
        return rows
    there: dict[str, set[str]] = {}
    for message in reader.messages(child_ids={row.escalation.child_id for row in rows}):
        there.setdefault(message.child_id, set()).add(message.id)
    return [row for row in rows if _message_id(row.escalation) in there.get(row.escalation.child_id, ())]


def _message_id(escalation: Escalation) -> str:
    """Return the id of the message that started the clock; a clock's id is the child's, escaped, and this one."""
    return escalation.clock_id.partition("/")[2]


def _withdrawn(outbox: SupportsOutbox, rows: list[OutboxRow], why: str, now: datetime) -> list[Delivery]:
    if rows:
        outbox.withdraw({row.escalation.id for row in rows}, why=why, now=now)
    return [Delivery(row, Outcome.WITHDRAWN, why=why) for row in rows]


def withdrawn_of(outbox: SupportsOutbox, waiting: Iterable[ResponseClock], sent: Collection[str]) -> list[OutboxRow]:
    """Return what was taken back about these clocks; nothing where the outbox cannot put it back."""
    if not sent or not isinstance(outbox, SupportsReopening):
        return []
    return outbox.withdrawn_rows(clock_ids=[clock.id for clock in waiting])


def put_back(
    reader: CaseReader,
    outbox: SupportsOutbox,
    policies: PolicyBook,
    rows: Sequence[OutboxRow],
    now: datetime,
) -> None:
    """Put back what was taken back about children who wait after all.

    They are read once more first: whoever took it back may have known of an answer that this pass has not read.

    Args:
        reader: The source.
        outbox: Where the messages are.
        policies: The book in use.
        rows: What is needed again by what has been read, each as it was withdrawn.
        now: The moment of the pass; what was taken back later than that is left.
    """
    before = [row for row in rows if row.ended_at is not None and row.ended_at <= now]
    if not before or not isinstance(outbox, SupportsReopening):
        return
    found = read_looks(reader, now, policies, child_ids={row.escalation.child_id for row in before})
    waiting = {clock.id for clock in found.clocks if clock.answered_at is None}
    outbox.reopen([row for row in before if row.escalation.clock_id in waiting], now=now)
