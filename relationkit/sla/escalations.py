"""Escalations: who is to be told about a clock now, each person once.

Nothing here remembers what was sent. A message's id says which step of which clock it is and to whom, so whoever keeps
the ids, a set or a table with a unique key, keeps every repeated, late or concurrent run from sending twice.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Final

from relationkit.errors import NaiveMomentError
from relationkit.records import ChildId, Worker, WorkerId
from relationkit.sla.clocks import ResponseClock
from relationkit.sla.policies import EscalationStep, PolicyBook, Recipient, ResponsePolicy
from relationkit.sla.quiet_hours import QuietHours

__all__ = ["LATE_AFTER", "Escalation", "due_escalations", "step_moments"]

#: How long after it could have been sent a message is called late. An assumption: a run every quarter of an hour, or
#: more often, is punctual.
LATE_AFTER: Final = timedelta(minutes=15)

#: Whom a step tells: the role, and which worker that is where it is known.
_Recipient = tuple[str, WorkerId | None]

#: The roles in which a step tells a person, and not just whoever has the role.
_ROLES_OF_A_PERSON: Final = (Recipient.WORKER, Recipient.COVER, Recipient.MANAGER)


@dataclass(frozen=True, slots=True)
class Escalation:
    """One message to one recipient about one clock, to be sent now.

    Attributes:
        id: Made of the policy version, the clock, the step and the recipient, and of nothing else: the same on every
            run. The recipient is the person, in whatever role; the role where nobody is known. It holds ids of a
            child and a worker; treat it like them.
        clock_id: The clock that it is about.
        child_id: The child who waits.
        policy: The name of the policy under which the clock started.
        in_force_from: The first day of that policy's version.
        step: The name of the step.
        to: The role told: ``worker``, ``cover``, ``duty``, ``manager``, or a role of the council's own. A step to the
            worker says ``cover`` while somebody stands in, and ``duty`` when nobody is there.
        recipient_id: Which worker that is; ``None`` for duty, for a role of the council's own, and when not known.
        due_at: When the step fell due, in UTC: its offset from the clock's due time, and never before the message.
        send_from_at: When it could first have been sent, in UTC: ``due_at``, or the end of the quiet hours around it.
        is_late: Whether that was longer ago than :data:`LATE_AFTER`: nothing ran, or the recipient has only now
            become the one to tell.
        started_at: Since when the child has waited, in UTC.
        clock_due_at: When the answer is, or was, due, in UTC.
        supersedes: The ids of this recipient's steps on the clock that were reached since the last one sent, oldest
            first; this message stands for them. They never fire again, whether or not they are marked as settled.
    """

    id: str
    clock_id: str
    child_id: ChildId
    policy: str
    in_force_from: date
    step: str
    to: str
    recipient_id: WorkerId | None
    due_at: datetime
    send_from_at: datetime
    is_late: bool
    started_at: datetime
    clock_due_at: datetime
    supersedes: tuple[str, ...] = ()

    @property
    def is_step(self) -> bool:
        """Whether it is a step on a response clock, with the id of one.

        Notices to children, and requests to talk, are messages of this form as well, and have ids of their own.
        """
        return self.id.startswith(_joined(self.policy, self.in_force_from.isoformat(), self.clock_id, self.step, ""))


def due_escalations(
    clocks: Iterable[ResponseClock],
    policies: PolicyBook,
    *,
    now: datetime,
    sent: Container[str] = frozenset(),
    quiet_hours: QuietHours | None = None,
    workers: Iterable[Worker] = (),
) -> list[Escalation]:
    """Return the messages that must be sent now.

    A step fires from its moment on, as long as the child waits and its recipient has been told of neither it nor a
    later step. Each recipient gets one message a clock, for the latest step reached. A clock that has been answered
    fires nothing, whenever its steps fell due; so asking again just before sending is the check for a reply.

    A step to the worker goes to whoever must answer in their place. A step to the cover goes to whoever stands in, or
    to duty when the worker is away and nobody does, and to nobody while the worker is there. A step to the manager
    goes to the manager of the worker who holds the role. When a worker or a manager has changed since, the new one is
    another recipient, and is told once.

    Args:
        clocks: In any order, answered or not, each as of ``now``.
        policies: The book that is in use. Its steps count; a clock whose policy version is no longer in it fires
            nothing.
        now: The moment to judge by, aware.
        sent: The ids that were sent, or are about to be. It is asked only about clocks that have reached a step.
        quiet_hours: In them nothing is returned, and what fell due comes back once they are over; ``None`` for never.
        workers: Whose manager is who; in any order. Somebody who is not among them has a manager not known.

    Returns:
        Oldest step first, then by id; empty when nobody has to be told.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    if quiet_hours is not None and quiet_hours.is_quiet(now):
        return []
    run = _Run(now.astimezone(UTC), sent, quiet_hours, _managers(workers))
    found = {
        escalation.id: escalation
        for clock, ladder in _steps_reached(clocks, policies, run.now)
        for escalation in run.escalations(clock, ladder)
    }
    return sorted(found.values(), key=lambda escalation: (escalation.due_at, escalation.id))


def step_moments(policy: ResponsePolicy, *, started_at: datetime, due_at: datetime) -> list[datetime]:
    """Return when each step of a clock falls due, in UTC: in order of the steps' offsets, none before the start."""
    offsets = sorted(step.offset for step in policy.escalations)
    return [max(policy.count(due_at, offset), started_at) for offset in offsets]


# Which clocks need a look --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ladder:
    """The steps of one policy version, and how far they reach at one moment.

    Attributes:
        policy: The version, as the book has it.
        steps: In order of their offsets.
        reach: A clock due after this moment has not reached its first step; one due earlier may have.
    """

    policy: ResponsePolicy
    steps: tuple[EscalationStep, ...]
    reach: datetime


def _steps_reached(
    clocks: Iterable[ResponseClock], policies: PolicyBook, now: datetime
) -> Iterator[tuple[ResponseClock, _Ladder]]:
    """Yield the clocks that wait and may have reached a step; one look at each due time passes over all others."""
    versions = {_version(policy): policy for policy in policies.policies}
    ladders: dict[int, tuple[ResponsePolicy, _Ladder | None]] = {}  # by identity, holding what it is the identity of
    for clock in clocks:
        known = ladders.get(id(clock.policy))
        if known is None:
            ladder = _ladder(versions.get(_version(clock.policy)), now)
            known = ladders[id(clock.policy)] = clock.policy, ladder
        ladder = known[1]
        if ladder is None or clock.due_at > ladder.reach or clock.started_at > now:
            continue
        if clock.answered_at is None or clock.answered_at > now:
            yield clock, ladder


def _version(policy: ResponsePolicy) -> tuple[object, ...]:
    """Return what makes it the same version; two of one name and day differ in what they are for."""
    return policy.name, policy.in_force_from, policy.channels, policy.roles


def _ladder(policy: ResponsePolicy | None, now: datetime) -> _Ladder | None:
    if policy is None or not policy.escalations:
        return None
    steps = tuple(sorted(policy.escalations, key=lambda step: (step.offset, step.name)))
    reach = now - steps[0].offset  # open time is never more than elapsed time, so this holds for every step after due
    if policy.calendar is not None and reach > now:
        reach = policy.calendar.next_opening(policy.calendar.add(now, reach - now))
    return _Ladder(policy, steps, reach)


# Whom to tell --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rung:
    """A step of one clock, and whom it tells."""

    id: str
    step: EscalationStep
    due_at: datetime
    to: str
    recipient_id: WorkerId | None

    @property
    def recipient(self) -> _Recipient:
        return self.to, self.recipient_id


@dataclass(frozen=True, slots=True)
class _Run:
    """What the clocks are judged by."""

    now: datetime
    sent: Container[str]
    quiet_hours: QuietHours | None
    managers: Mapping[WorkerId, WorkerId]

    def escalations(self, clock: ResponseClock, ladder: _Ladder) -> Iterator[Escalation]:
        """Yield one escalation for each recipient who has been told of neither the latest step nor one after it."""
        by_recipient: dict[_Recipient, list[_Rung]] = {}
        for rung in self._rungs(clock, ladder):
            recipient = (rung.to, None) if rung.recipient_id is None else ("", rung.recipient_id)
            by_recipient.setdefault(recipient, []).append(rung)
        for rungs in by_recipient.values():
            earlier = [rung for rung in rungs if rung.due_at <= self.now]
            if earlier:
                latest = earlier.pop()
                if not self._is_told(clock, ladder, latest):
                    yield self._escalation(clock, ladder, latest, earlier)

    def _is_told(self, clock: ResponseClock, ladder: _Ladder, latest: _Rung) -> bool:
        """Return whether they were told of that step or of a later one, even of one that tells somebody else by now."""
        later = ladder.steps[ladder.steps.index(latest.step) :]
        return any(self._is_sent(clock, ladder, step, latest.recipient) for step in later)

    def _is_sent(self, clock: ResponseClock, ladder: _Ladder, step: EscalationStep, recipient: _Recipient) -> bool:
        if _escalation_id(ladder.policy, clock, step, recipient) in self.sent:
            return True
        person = recipient[1]
        if person is None:
            return False
        return any(name in self.sent for name in _former_ids(ladder.policy, clock, step, person))

    def _rungs(self, clock: ResponseClock, ladder: _Ladder) -> Iterator[_Rung]:
        """Yield every step of the clock, in order, reached or not."""
        for step in ladder.steps:
            due_at = max(ladder.policy.count(clock.due_at, step.offset), clock.started_at)
            recipient = self._recipient(clock, step.to)
            if recipient is not None:
                yield _Rung(_escalation_id(ladder.policy, clock, step, recipient), step, due_at, *recipient)

    def _recipient(self, clock: ResponseClock, to: str) -> _Recipient | None:
        """Return whom a step tells; ``None`` for a stand-in that nobody needs."""
        if to == Recipient.MANAGER:
            return str(to), None if clock.worker_id is None else self.managers.get(clock.worker_id)
        if to not in (Recipient.WORKER, Recipient.COVER):
            return str(to), None
        answers_now, answers_now_id = clock.answers_now, clock.answers_now_id
        if answers_now is None:  # answered after the moment to judge by
            answers_now, answers_now_id = Recipient.WORKER if clock.worker_id else Recipient.DUTY, clock.worker_id
        if to == Recipient.COVER and answers_now is Recipient.WORKER:
            return None
        return str(answers_now), answers_now_id

    def _escalation(self, clock: ResponseClock, ladder: _Ladder, latest: _Rung, earlier: list[_Rung]) -> Escalation:
        send_from_at = latest.due_at if self.quiet_hours is None else self.quiet_hours.send_from(latest.due_at)
        unsent = takewhile(
            lambda rung: not self._is_sent(clock, ladder, rung.step, latest.recipient), reversed(earlier)
        )
        return Escalation(
            id=latest.id,
            clock_id=clock.id,
            child_id=clock.child_id,
            policy=ladder.policy.name,
            in_force_from=ladder.policy.in_force_from,
            step=latest.step.name,
            to=latest.to,
            recipient_id=latest.recipient_id,
            due_at=latest.due_at,
            send_from_at=send_from_at,
            is_late=self.now - send_from_at > LATE_AFTER,
            started_at=clock.started_at,
            clock_due_at=clock.due_at,
            supersedes=tuple(rung.id for rung in unsent)[::-1],
        )


def _managers(workers: Iterable[Worker]) -> dict[WorkerId, WorkerId]:
    """Return each worker's manager; nobody is their own, and of two rows the smaller id counts."""
    managers: dict[WorkerId, WorkerId] = {}
    for worker in workers:
        if worker.manager_id is not None and worker.manager_id != worker.id:
            managers[worker.id] = min(managers.get(worker.id, worker.manager_id), worker.manager_id)
    return managers


def _escalation_id(policy: ResponsePolicy, clock: ResponseClock, step: EscalationStep, recipient: _Recipient) -> str:
    """Join the parts; a person is the same one in every role, and a role stands for whoever is not known."""
    to, recipient_id = recipient
    whom = (to,) if recipient_id is None else ("person", recipient_id)
    return _joined(policy.name, policy.in_force_from.isoformat(), clock.id, step.name, *whom)


def _former_ids(policy: ResponsePolicy, clock: ResponseClock, step: EscalationStep, person: WorkerId) -> list[str]:
    """Return the ids under which earlier releases marked this step to a person: they named the role as well."""
    version = policy.name, policy.in_force_from.isoformat()
    return [_joined(*version, clock.id, step.name, role, person) for role in _ROLES_OF_A_PERSON]


def _joined(*parts: str) -> str:
    """Join with slashes; one in a part is escaped, so that two messages never share an id."""
    return "/".join([part.replace("%", "%25").replace("/", "%2F") for part in parts])
