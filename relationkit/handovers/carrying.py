"""What goes with the child to the next worker: clocks that still run, planned sessions, promises that are not yet kept.

The clock belongs to the child. Nothing is restarted, cleared or shortened: a clock keeps its id, its start and its due
time, a session its id, its time and its place, a promise its words and its day. Only who must act changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final, Protocol

from relationkit.errors import InvalidRecordError, NaiveMomentError, Problem
from relationkit.handovers.plans import HandoverPlan
from relationkit.records import LONDON, Absence, ChildId, Session, SessionKind, SessionStatus, WorkerId, london_day
from relationkit.sla import ResponseClock
from relationkit.sla.caseload import Caseload

__all__ = ["CarriedOver", "CarriedPromise", "OpenPromise", "carry_over"]

#: These belong to the worker who leaves, whenever they take place: nobody else can hold them.
STAY_BEHIND: Final = frozenset({SessionKind.GOODBYE, SessionKind.JOINT})


class OpenPromise(Protocol):
    """A promise that is not yet kept, such as a :class:`relationkit.visits.Promise`."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def child_id(self) -> ChildId:
        """To whom it was made."""

    @property
    def worker_id(self) -> WorkerId:
        """Who made it."""

    @property
    def due_on(self) -> date | None:
        """The last day on which it is kept in time; ``None`` when no day was said."""


@dataclass(frozen=True, slots=True)
class CarriedPromise:
    """A promise that the next worker takes over: said by one, kept by another.

    Attributes:
        promise_id: The promise; its words and its day stay as they were said.
        said_by: Who made it.
        kept_by: Who must keep it now.
        due_on: As it was said; ``None`` when no day was.
    """

    promise_id: str
    said_by: WorkerId
    kept_by: WorkerId
    due_on: date | None


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What passes to the next worker, and what does not.

    Attributes:
        clocks: The open clocks as they stand under the next worker, oldest start first, then by id.
        kept_clocks: The open clocks that stay with the leaving worker because the handover day has not come; in the
            same order.
        sessions: The planned sessions that pass on, with the next worker's id, by start, then by id.
        kept_sessions: The planned sessions that stay with the leaving worker: those before the handover day, the
            goodbye and the joint session; in the same order.
        promises: The open promises that pass on, by day, those without one last, then by id; empty before the handover
            day, while the leaving worker can still keep them.
    """

    clocks: tuple[ResponseClock, ...]
    kept_clocks: tuple[ResponseClock, ...]
    sessions: tuple[Session, ...]
    kept_sessions: tuple[Session, ...]
    promises: tuple[CarriedPromise, ...] = ()


def carry_over(
    plan: HandoverPlan,
    *,
    clocks: Iterable[ResponseClock] = (),
    sessions: Iterable[Session] = (),
    promises: Iterable[OpenPromise] = (),
    absences: Iterable[Absence] = (),
    now: datetime,
) -> CarriedOver:
    """Return the child's open matters as they stand under the next worker.

    Args:
        plan: Names the child, the role, the two workers and the handover day.
        clocks: In any order, anybody's; of one id, the one seen latest counts. Open ones of this child and role pass
            on from the handover day when the leaving worker or nobody holds them.
        sessions: In any order, anybody's; of one id, the highest revision counts, then the last change. Those that are
            not planned, not this child's or not the leaving worker's are passed over. A session that starts on the
            handover day (Europe/London) or later passes on, before that day too.
        promises: Those that are open, in any order, anybody's; those of the leaving worker to this child pass on from
            the handover day.
        absences: Who is away when: a clock that passes to a worker who is away is answered by their cover, or duty.
        now: The moment to judge by, aware. Written as ``changed_at`` of the sessions that pass on; their ``revision``
            stays, since neither time, place nor status has changed.

    Returns:
        All empty when there is nothing to carry, and when it has been carried already.

    Raises:
        InvalidRecordError: The plan has no handover day or names no next worker.
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    to_worker_id, handover_on = _destination(plan)
    waiting = sorted((clock for clock in _seen_latest(clocks) if _runs_on(clock, plan)), key=_start)
    planned = sorted((session for session in _latest(sessions) if _is_open(session, plan)), key=_order)
    has_come = london_day(now) >= handover_on
    caseload = Caseload((), absences)
    return CarriedOver(
        tuple(_passed_clock(clock, to_worker_id, handover_on, caseload, now) for clock in waiting if has_come),
        tuple(clock for clock in waiting if not has_come and clock.worker_id is not None),
        tuple(_passed_session(session, to_worker_id, now) for session in planned if _moves(session, handover_on)),
        tuple(session for session in planned if not _moves(session, handover_on)),
        tuple(_passed_promises(promises, plan, to_worker_id)) if has_come else (),
    )


def _passed_promises(
    promises: Iterable[OpenPromise], plan: HandoverPlan, to_worker_id: WorkerId
) -> Iterable[CarriedPromise]:
    theirs = {
        promise.id: promise
        for promise in promises
        if (promise.child_id, promise.worker_id) == (plan.child_id, plan.from_worker_id)
    }
    for promise in sorted(theirs.values(), key=lambda each: (each.due_on or date.max, each.id)):
        yield CarriedPromise(promise.id, promise.worker_id, to_worker_id, promise.due_on)


def _passed_clock(
    clock: ResponseClock, to_worker_id: WorkerId, handover_on: date, caseload: Caseload, now: datetime
) -> ResponseClock:
    """Return the clock under the next worker, who is answerable from the handover day, and not for the days before."""
    answers_now, answers_now_id = caseload.answers(to_worker_id, now=now)
    took_over_at = datetime.combine(handover_on, time(), LONDON).astimezone(UTC)
    return clock._replace(
        worker_id=to_worker_id,
        with_worker_since=max(clock.started_at, took_over_at),
        answers_now=answers_now,
        answers_now_id=answers_now_id,
    )


def _passed_session(session: Session, to_worker_id: WorkerId, now: datetime) -> Session:
    return Session.model_validate({**dict(session), "worker_id": to_worker_id, "changed_at": now})


def _destination(plan: HandoverPlan) -> tuple[WorkerId, date]:
    if plan.to_worker_id is None or plan.handover_on is None:
        field = "to_worker_id" if plan.to_worker_id is None else "handover_on"
        problem = Problem(
            f"HandoverPlan {plan.id}", "is missing", "Set it before anything is carried over", field=field
        )
        raise InvalidRecordError("HandoverPlan", plan.id, [problem])
    return plan.to_worker_id, plan.handover_on


def _seen_latest(clocks: Iterable[ResponseClock]) -> Iterable[ResponseClock]:
    return {clock.id: clock for clock in sorted(clocks, key=lambda clock: (clock.seen_until, clock.due_at))}.values()


def _runs_on(clock: ResponseClock, plan: HandoverPlan) -> bool:
    is_theirs = (clock.child_id, clock.role) == (plan.child_id, plan.role)
    return is_theirs and clock.answered_at is None and clock.worker_id in (plan.from_worker_id, None)


def _start(clock: ResponseClock) -> tuple[datetime, str]:
    return clock.started_at, clock.id


def _latest(sessions: Iterable[Session]) -> Iterable[Session]:
    return {session.id: session for session in sorted(sessions, key=_version)}.values()


def _version(session: Session) -> tuple[int, bool, datetime, str]:
    changed_at = session.changed_at
    return session.revision, changed_at is not None, changed_at or session.starts_at, session.model_dump_json()


def _is_open(session: Session, plan: HandoverPlan) -> bool:
    is_theirs = (session.child_id, session.worker_id) == (plan.child_id, plan.from_worker_id)
    return is_theirs and session.status is SessionStatus.PLANNED


def _moves(session: Session, handover_on: date) -> bool:
    return session.kind not in STAY_BEHIND and london_day(session.starts_at) >= handover_on


def _order(session: Session) -> tuple[datetime, str]:
    return session.starts_at, session.id
