"""Response clocks: from a child's first unanswered message until the first human reply that reaches the child.

The clock belongs to the child: a worker's leave or a change of worker neither stops nor restarts it; only who must
answer changes. Clocks are worked out anew from the messages each time, so nothing can drift.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from relationkit.errors import NaiveMomentError
from relationkit.records import Absence, Assignment, ChildId, Message, MessageId, Role, WorkerId
from relationkit.sla.caseload import Caseload
from relationkit.sla.explanation import explain_due
from relationkit.sla.policies import DEFAULT_POLICIES, PolicyBook, Recipient, ResponsePolicy
from relationkit.sla.waits import Wait, WaitRules, in_order, the_one_that_counts

__all__ = ["ClockState", "ResponseClock", "clock_of", "in_clock_order", "track_responses"]

_id: Final = attrgetter("id")
_started_at: Final = attrgetter("started_at")


class ClockState(StrEnum):
    """How a clock stands at a moment."""

    WAITING = "waiting"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    ANSWERED_IN_TIME = "answered_in_time"
    ANSWERED_LATE = "answered_late"


class ResponseClock(NamedTuple):
    """One wait of one child, from the first message that needs a reply until the reply.

    A named tuple, and so never changed: ``clock._replace(...)`` gives a changed copy.

    Attributes:
        id: Made of the child's id and the first message's, so it is the same on every run.
        child_id: The child who waits.
        thread: The conversation, as the messages name it.
        message_id: The message that started the clock.
        started_at: When that was sent, in UTC.
        due_at: When the answer is due, in UTC; an answer at that very moment is in time.
        answered_at: When the answer was sent, in UTC; ``None`` while the child waits.
        answered_by: Who sent it; ``None`` while the child waits, or when it came from the service.
        policy: The policy under which the clock started; a later version changes nothing.
        role: The role written to.
        messages: How many messages that need a reply have been sent during the wait, the first included.
        attempts: How often somebody tried to reach the child in it: calls that were not picked up.
        worker_id: Who holds the role, now or when the answer came; ``None`` when nobody does.
        with_worker_since: Since when the wait is theirs, in UTC: the start, or the later day on which they took over.
            The child's own wait is :attr:`waited`. ``None`` when nobody holds the role.
        answers_now: ``worker``, ``cover`` or ``duty``: who must answer now; ``None`` once answered.
        answers_now_id: Which worker that is; ``None`` for duty and once answered.
        seen_until: The moment up to which messages were looked at, in UTC.
    """

    id: str
    child_id: ChildId
    thread: str | None  # left out of the repr: a case system may put a subject line here
    message_id: MessageId
    started_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answered_by: WorkerId | None
    policy: ResponsePolicy
    role: Role
    messages: int
    attempts: int
    worker_id: WorkerId | None
    with_worker_since: datetime | None
    answers_now: Recipient | None
    answers_now_id: WorkerId | None
    seen_until: datetime

    def __repr__(self) -> str:
        """Show every fact but the thread."""
        shown = (f"{name}={value!r}" for name, value in self._asdict().items() if name != "thread")
        return f"ResponseClock({', '.join(shown)})"

    @property
    def waited(self) -> timedelta:
        """How long the child waited, or has waited so far, in elapsed time, whoever the worker was."""
        return (self.answered_at or self.seen_until) - self.started_at

    @property
    def due_soon_at(self) -> datetime | None:
        """When the first reminder before the due time comes, in UTC; ``None`` when the policy has none."""
        earliest = min((step.offset for step in self.policy.escalations), default=timedelta(0))
        return max(self.policy.count(self.due_at, earliest), self.started_at) if earliest < timedelta(0) else None

    def state(self, now: datetime) -> ClockState:
        """Return how the clock stands at ``now``: late means strictly after the due time.

        ``due_soon`` begins with the policy's first reminder, and never without one. An answer that comes after
        ``now`` has not been given yet.
        """
        if self.answered_at is not None and self.answered_at <= now:
            return ClockState.ANSWERED_IN_TIME if self.answered_at <= self.due_at else ClockState.ANSWERED_LATE
        if now > self.due_at:
            return ClockState.OVERDUE
        due_soon_at = self.due_soon_at
        return ClockState.DUE_SOON if due_soon_at is not None and now >= due_soon_at else ClockState.WAITING

    def explain(self) -> list[str]:
        """Return, line by line, how the due time came about: hours counted, holidays left out, clock changes."""
        return explain_due(self.policy, self.started_at, self.due_at)


def track_responses(
    messages: Iterable[Message],
    policies: PolicyBook = DEFAULT_POLICIES,
    *,
    now: datetime,
    absences: Iterable[Absence] = (),
    assignments: Iterable[Assignment] = (),
) -> list[ResponseClock]:
    """Return every clock that the messages started, answered or not.

    Per child and thread, the first message that needs a reply starts a clock, a call from the child that was not
    picked up included; later ones join it and never push it back. The first human reply that comes after it stops
    it: on any channel and from anybody, unless the policy's ``stops_on`` says otherwise. What a machine sends, either
    way, starts and stops nothing. Calls to the child that were not picked up are counted. A reply of the very moment of
    a message cannot have been an answer to it.

    Args:
        messages: In any order. Of several with one id the earliest counts, and of those one that needs a reply.
            Messages later than ``now`` have not been seen yet.
        policies: The book to judge by; another book answers "what if".
        now: The moment to judge by, aware.
        absences: Who is away when, and who stands in; in any order.
        assignments: Who holds which role for whom; in any order. They tell the role of the worker written to (social
            worker where they do not), who must answer after a change of worker, and since when.

    Returns:
        Oldest start first, then by id; empty when no message needed a reply.

    Raises:
        InvalidPolicyError: A message is older than the book.
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    rules, until = WaitRules(policies, Caseload(assignments, absences)), now.astimezone(UTC)
    threads: dict[tuple[ChildId, str | None], list[Message]] = defaultdict(list)
    for message in _each_once(messages):
        threads[message.child_id, message.thread].append(message)
    clocks: list[ResponseClock] = []
    for thread in threads.values():
        clocks += [clock_of(wait, rules.caseload, now=until) for wait in rules.waits(in_order(thread), until=until)]
    return in_clock_order(clocks)


def in_clock_order(clocks: Iterable[ResponseClock]) -> list[ResponseClock]:
    """Return clocks oldest start first, then by id: two stable sorts by one value each beat one by pairs."""
    ordered = sorted(clocks, key=_id)
    ordered.sort(key=_started_at)
    return ordered


def clock_of(wait: Wait, caseload: Caseload, *, now: datetime) -> ResponseClock:
    """Return the clock of a wait as it stands at ``now``, in UTC; the wait was read up to that moment."""
    first, answer = wait.first, wait.answer
    child_id, message_id, started_at, written_to = first.child_id, first.id, first.at, first.worker_id
    answers_now: Recipient | None = None
    answers_now_id: WorkerId | None = None
    if answer is None:
        answered_at = answered_by = None
        worker_id, held_since = caseload.holder(child_id, wait.role, written_to, at=now)
        answers_now, answers_now_id = caseload.answers(worker_id, now=now)
    else:
        answered_at, answered_by = answer.at, answer.worker_id
        worker_id, held_since = caseload.holder(child_id, wait.role, written_to, at=answered_at)
    since = started_at if held_since is None else max(started_at, held_since)
    return ResponseClock(  # by place, in the order of the attributes: by name it takes three times as long
        _joined(child_id, message_id),
        child_id,
        first.thread,
        message_id,
        started_at,
        wait.due_at,
        answered_at,
        answered_by,
        wait.policy,
        wait.role,
        wait.messages,
        wait.attempts,
        worker_id,
        None if worker_id is None else since,
        answers_now,
        answers_now_id,
        now,
    )


def _each_once(messages: Iterable[Message]) -> Collection[Message]:
    """Return one message of each id, the same one whatever the order."""
    given = list(messages)
    if len(set(map(_id, given))) == len(given):
        return given
    chosen: dict[MessageId, Message] = {}
    for message in given:
        chosen[message.id] = the_one_that_counts(chosen.get(message.id, message), message)
    return chosen.values()


def _joined(child_id: ChildId, message_id: MessageId) -> str:
    """Join the two ids; a slash in the child's is escaped, so that two pairs never give the same text."""
    return f"{child_id.replace('%', '%25').replace('/', '%2F')}/{message_id}"
