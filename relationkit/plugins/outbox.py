"""What the outbox keeps: one row for each message that must reach somebody, from the step until it has arrived.

A step of the ladder is *marked* once and for all when its escalation is recorded. What is left to do then is to hand
a message over, which may take several tries; each row is one message by one notifier.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from relationkit.sla import Escalation

__all__ = ["OutboxRow", "OutboxState", "Receipt"]


class OutboxState(StrEnum):
    """How a message stands."""

    #: Not handed over yet: for the first time, or again after a failure.
    WAITING = "waiting"
    #: Leased to one process, which is handing it over; free again when the lease runs out.
    CLAIMED = "claimed"
    #: Left for another program to fetch.
    READY = "ready"
    #: Handed over.
    DELIVERED = "delivered"
    #: Given up; stays until somebody looks.
    DEAD = "dead"
    #: Not needed any more, since the child was answered before it was handed over.
    WITHDRAWN = "withdrawn"
    #: Not needed any more, since a later step to the same person says the same and more.
    SUPERSEDED = "superseded"


class Receipt(StrEnum):
    """What a notifier did with a message."""

    #: Handed it over to the server, service or person.
    DELIVERED = "delivered"
    #: Left it in the outbox, for another program to fetch.
    READY = "ready"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message, about one escalation, by one notifier.

    Attributes:
        escalation: Whom to tell about which clock.
        notifier: The name of the notifier that is to hand it over.
        state: How it stands.
        attempts: How often it has been claimed, the present time included.
        next_try_at: When it may be claimed, or could have been, in UTC.
        recorded_at: When the step was marked, in UTC.
        claimed_until: Until when it is leased, in UTC; ``None`` when it is not.
        ended_at: When it was handed over, given up or withdrawn, in UTC; ``None`` before.
        why: Why the last try failed, or why it was withdrawn; ``None`` when neither.
        lease: Which claim this is; whoever holds another one no longer decides about the row.
    """

    escalation: Escalation
    notifier: str
    state: OutboxState
    attempts: int
    next_try_at: datetime
    recorded_at: datetime
    claimed_until: datetime | None = None
    ended_at: datetime | None = None
    why: str | None = None
    lease: str | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """The idempotency key: 40 letters and digits, the same at every try, and different for every message.

        Made of the escalation's id and the notifier by SHA-256, so that it tells an outsider nothing.
        """
        return hashlib.sha256(f"{self.notifier}\n{self.escalation.id}".encode()).hexdigest()[:40]
