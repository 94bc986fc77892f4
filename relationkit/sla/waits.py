"""Waits: a thread's messages folded, oldest first, into who began to wait when and what ended it.

The fold takes messages as they come, so one that has read a thread goes on from where it stands.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, starmap
from operator import attrgetter, eq
from typing import Final

from relationkit.records import Direction, Message, MessageKind, Role
from relationkit.sla.caseload import Caseload
from relationkit.sla.policies import PolicyBook, ResponsePolicy, StopsOn

__all__ = ["Wait", "WaitRules", "in_order", "message_order", "the_one_that_counts"]

# Looked up once: the loops below ask for them with every message.
_AUTOMATIC: Final = MessageKind.AUTOMATIC
_ATTEMPT: Final = MessageKind.ATTEMPT
_FROM_CHILD: Final = Direction.FROM_CHILD
_NO_KINDS: Final[frozenset[MessageKind]] = frozenset()
_moment: Final = attrgetter("at")


@dataclass(slots=True, eq=False)
class Wait:
    """One wait of one child, as far as its thread has been read.

    Attributes:
        first: The message that started it.
        role: The role written to.
        policy: The policy under which it started.
        due_at: When the answer is due.
        messages: How many messages that need a reply have been sent in it, the first included.
        attempts: How often somebody tried to reach the child in it.
        answer: What ended it; ``None`` while the child waits.
    """

    first: Message
    role: Role
    policy: ResponsePolicy
    due_at: datetime
    messages: int = 1
    attempts: int = 0
    answer: Message | None = None


@dataclass(frozen=True, slots=True)
class WaitRules:
    """What starts, joins and ends a wait."""

    policies: PolicyBook
    caseload: Caseload

    def waits(self, messages: Sequence[Message], *, until: datetime) -> list[Wait]:
        """Return the waits of a thread that has messages, in :func:`message_order`; later ones have not been seen."""
        if messages[-1].at > until:
            messages = messages[: bisect_right(messages, until, key=_moment)]
        waits: list[Wait] = []
        self.read(messages, waits)
        return waits

    def read(self, messages: Iterable[Message], waits: list[Wait]) -> None:
        """Read a thread's messages, in :func:`message_order`, into its waits, oldest first; the last may be open."""
        wait = waits[-1] if waits and waits[-1].answer is None else None
        kinds = _NO_KINDS if wait is None else wait.policy.stops_on.kinds
        for message in messages:
            kind = message.kind
            if kind is _AUTOMATIC:
                continue
            if message.direction is _FROM_CHILD:
                if not message.needs_reply:
                    continue
                if wait is not None:
                    wait.messages += 1
                    continue
                wait = self._started(message)
                waits.append(wait)
                kinds = wait.policy.stops_on.kinds
            elif wait is not None:
                if kind in kinds and self._counts(message, wait.policy.stops_on):
                    wait.answer = message
                    wait = None
                elif kind is _ATTEMPT:
                    wait.attempts += 1

    def _started(self, message: Message) -> Wait:
        role = self.caseload.role_written_to(message)
        policy = self.policies.policy_for(message, role=role)
        return Wait(message, role, policy, policy.due_at(message.at))

    def _counts(self, message: Message, stops_on: StopsOn) -> bool:
        """Return whether an answer of a kind that counts came on a channel, and from a role, that count as well."""
        channels, roles = stops_on.channels, stops_on.roles
        return (channels is None or message.channel in channels) and (
            roles is None or self.caseload.has_role(message, roles)
        )


def message_order(message: Message) -> tuple[datetime, bool, str]:
    """Oldest first; at one moment, what reaches the child before what the child sends."""
    return message.at, message.direction is _FROM_CHILD, message.id


def in_order(messages: Iterable[Message]) -> list[Message]:
    """Return messages in :func:`message_order`: by their moments alone, unless two share one."""
    ordered = sorted(messages, key=_moment)
    if _has_neighbours_alike(map(_moment, ordered)):
        ordered.sort(key=message_order)
    return ordered


def _has_neighbours_alike(values: Iterable[datetime]) -> bool:
    """Return whether two neighbours are equal."""
    return any(starmap(eq, pairwise(values)))


def the_one_that_counts(one: Message, other: Message) -> Message:
    """Return which of two messages with one id counts: the earlier, then the one that needs a reply."""
    return one if one is other or one == other else min(one, other, key=_precedence)


def _precedence(message: Message) -> tuple[datetime, bool, str]:
    return message.at, not message.needs_reply, message.model_dump_json()
