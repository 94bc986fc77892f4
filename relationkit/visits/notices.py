"""What a child should be told, and when: leave and who is there meanwhile, a worker change, a session that moved.

"Regular updates, including if the social worker is going on leave." Each notice has an id made of what it tells and of
nothing else, so that whoever keeps the ids tells it once. Nothing here says why somebody is away.

A change of worker is told in person: that notice goes to the worker who leaves, never to a phone.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from relationkit.errors import NaiveMomentError
from relationkit.records import (
    LONDON,
    Absence,
    Assignment,
    ChildId,
    Role,
    Session,
    SessionId,
    SessionStatus,
    WorkerId,
    london_day,
)
from relationkit.visits.sessions import latest_sessions

__all__ = ["NOTICE_RULES", "Notice", "NoticeKind", "NoticeRule", "ToldBy", "notices_due"]


class NoticeKind(StrEnum):
    """What a notice tells."""

    LEAVE = "leave"
    WORKER_CHANGE = "worker_change"
    SESSION_CHANGED = "session_changed"
    SESSION_CANCELLED = "session_cancelled"


class ToldBy(StrEnum):
    """How it reaches the child: by a message to them, or by their worker, who is asked to tell them in person."""

    MESSAGE = "message"
    WORKER = "worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """When a kind of notice is due, and how it is told.

    Attributes:
        kind: What it tells.
        ahead: How long before it happens it is due; ``None`` is at once.
        told_by: How it reaches the child.
        source: Where the row, and its figure, come from.
    """

    kind: NoticeKind
    ahead: timedelta | None
    told_by: ToldBy
    source: str


_YOUNG_PEOPLE: Final = 'young people: "regular updates, including if the social worker is going on leave"'

#: One row a kind. No standard sets these figures; a council gives its own rows.
NOTICE_RULES: Final = (
    NoticeRule(
        kind=NoticeKind.LEAVE,
        ahead=timedelta(days=7),
        told_by=ToldBy.MESSAGE,
        source=f"{_YOUNG_PEOPLE}; a week ahead is our assumption",
    ),
    NoticeRule(
        kind=NoticeKind.WORKER_CHANGE,
        ahead=timedelta(days=28),
        told_by=ToldBy.WORKER,
        source='young people: "a planned introduction and ending"; four weeks ahead is our assumption, the day on '
        "which our planned handover tells the child",
    ),
    NoticeRule(
        kind=NoticeKind.SESSION_CHANGED,
        ahead=None,
        told_by=ToldBy.MESSAGE,
        source='young people: "be honest and always do what you say you are going to do"; at once is our assumption, '
        "since a calendar feed may take a day to arrive",
    ),
    NoticeRule(
        kind=NoticeKind.SESSION_CANCELLED,
        ahead=None,
        told_by=ToldBy.MESSAGE,
        source="as for a session that changed",
    ),
)

#: Shorter absences are not told: nobody needs to hear of an afternoon's training. Ours.
SHORTEST_ABSENCE: Final = timedelta(days=1)

#: How long after it was due a notice is called late. An assumption: whatever sends it runs once a day, or more often.
LATE_AFTER: Final = timedelta(days=1)

#: Roles that are nobody's own worker.
_NOT_THEIRS: Final = (Role.DUTY, Role.MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that one child should be told now.

    Attributes:
        id: Made of what it tells, so the same on every run. It holds ids of people; treat it like them.
        kind: What it tells.
        child_id: Whom.
        told_by: By a message to the child, or by ``worker_id`` in person.
        worker_id: Who is away, who leaves, or whom the session is with.
        other_id: Who stands in during the leave, or who comes next; ``None`` when nobody is named.
        session_id: The session; ``None`` for the other kinds.
        starts_at: When it happens, in UTC: the leave begins, the next worker starts, the session starts (or would).
        ends_at: When the leave ends, or the session; ``None`` when no end is known, and for a change of worker.
        due_at: When it was first due, in UTC; of what is told at once, when it changed, or ``now`` where nobody knows.
        is_late: Whether that was more than :data:`LATE_AFTER` ago.
        supersedes: Ids of earlier notices of the same session, which need not be sent any more.
    """

    id: str
    kind: NoticeKind
    child_id: ChildId
    told_by: ToldBy
    worker_id: WorkerId
    other_id: WorkerId | None
    session_id: SessionId | None
    starts_at: datetime
    ends_at: datetime | None
    due_at: datetime
    is_late: bool
    supersedes: tuple[str, ...] = ()


def notices_due(
    *,
    now: datetime,
    sessions: Iterable[Session] = (),
    absences: Iterable[Absence] = (),
    assignments: Iterable[Assignment] = (),
    sent: Container[str] = frozenset(),
    rules: Iterable[NoticeRule] = NOTICE_RULES,
) -> list[Notice]:
    """Return what children should be told now, each thing once.

    Leave of a day or longer is told to every child whom the absent worker holds a role for, from a week before until it
    is over, unless the absence says that children are not told (``tell_child``). The role must have begun, or the child
    may not have heard of the worker, and be held on the first day that is left of the leave. A next worker, who is not
    cover, is told of from four weeks before their first day until it. A session that moved (its ``revision`` is 1 or
    more) or was cancelled is told of until it starts; its kind of worker or place is not looked at.

    Args:
        now: An aware moment.
        sessions: In any order; of one id, the highest revision counts.
        absences: In any order.
        assignments: In any order; who holds which role for whom, also from a day to come.
        sent: The ids that were told, or are about to be.
        rules: One row a kind; a kind without a row is not told.

    Returns:
        The one due first, then by id; empty when there is nothing to tell.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    table, held = {rule.kind: rule for rule in rules}, list(assignments)
    at = now.astimezone(UTC)
    found = [*_leave(absences, held, table, at), *_changes(held, table, at), *_sessions(sessions, table, at)]
    due = {notice.id: notice for notice in found if notice.due_at <= at and notice.id not in sent}
    return sorted(due.values(), key=lambda notice: (notice.due_at, notice.id))


def _leave(
    absences: Iterable[Absence],
    assignments: Iterable[Assignment],
    rules: Mapping[NoticeKind, NoticeRule],
    now: datetime,
) -> Iterator[Notice]:
    rule = rules.get(NoticeKind.LEAVE)
    roles: dict[WorkerId, list[Assignment]] = {}
    for assignment in assignments:
        if assignment.role not in _NOT_THEIRS:
            roles.setdefault(assignment.worker_id, []).append(assignment)
    for absence in absences:
        if rule is None or not absence.tell_child or _is_short_or_over(absence, now):
            continue
        held = roles.get(absence.worker_id, ())
        for child_id in sorted({each.child_id for each in held if _is_told(each, absence, now)}):
            ends = "open" if absence.ends_at is None else absence.ends_at.isoformat()
            parts = (absence.worker_id, absence.starts_at.isoformat(), ends, absence.cover_id or "nobody")
            yield _notice(
                rule,
                child_id,
                *parts,
                now=now,
                worker_id=absence.worker_id,
                other_id=absence.cover_id,
                starts_at=absence.starts_at,
                ends_at=absence.ends_at,
            )


def _is_short_or_over(absence: Absence, now: datetime) -> bool:
    if absence.ends_at is None:
        return False
    return absence.ends_at <= now or absence.ends_at - absence.starts_at < SHORTEST_ABSENCE


def _is_told(assignment: Assignment, absence: Absence, now: datetime) -> bool:
    """Return whether the role has begun, and is held on the first day of the absence that is not over."""
    today = london_day(now)
    return assignment.started_on <= today and assignment.is_open(on=max(today, london_day(absence.starts_at)))


def _changes(
    assignments: Iterable[Assignment], rules: Mapping[NoticeKind, NoticeRule], now: datetime
) -> Iterator[Notice]:
    rule, today = rules.get(NoticeKind.WORKER_CHANGE), london_day(now)
    held: dict[tuple[ChildId, Role], list[Assignment]] = {}
    for assignment in assignments:
        if assignment.role not in _NOT_THEIRS and assignment.cover_for is None:
            held.setdefault((assignment.child_id, assignment.role), []).append(assignment)
    for (child_id, role), own in held.items():
        present = [each for each in own if each.is_open(on=today)]
        for following in own if present else ():
            leaving = max(present, key=lambda each: (each.started_on, each.id))
            if (
                rule is not None
                and following.started_on > today
                and following.worker_id not in {each.worker_id for each in present}
            ):
                yield _notice(
                    rule,
                    child_id,
                    role,
                    following.id,
                    following.worker_id,
                    following.started_on.isoformat(),
                    now=now,
                    worker_id=leaving.worker_id,
                    other_id=following.worker_id,
                    starts_at=datetime.combine(following.started_on, time(), LONDON).astimezone(UTC),
                )


def _sessions(sessions: Iterable[Session], rules: Mapping[NoticeKind, NoticeRule], now: datetime) -> Iterator[Notice]:
    for session in latest_sessions(sessions):
        kind = _kind(session)
        if kind is None or kind not in rules or session.starts_at <= now:
            continue
        earlier = tuple(
            _id(each, session.child_id, session.id, str(revision))
            for revision in range(session.revision)
            for each in (NoticeKind.SESSION_CHANGED, NoticeKind.SESSION_CANCELLED)
        )
        yield _notice(
            rules[kind],
            session.child_id,
            session.id,
            str(session.revision),
            now=now,
            worker_id=session.worker_id,
            session_id=session.id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            changed_at=session.changed_at,
            supersedes=earlier,
        )


def _kind(session: Session) -> NoticeKind | None:
    if session.status is SessionStatus.CANCELLED:
        return NoticeKind.SESSION_CANCELLED
    is_changed = session.status is SessionStatus.PLANNED and session.revision > 0
    return NoticeKind.SESSION_CHANGED if is_changed else None


def _notice(
    rule: NoticeRule,
    child_id: ChildId,
    *parts: str,
    now: datetime,
    worker_id: WorkerId,
    starts_at: datetime,
    other_id: WorkerId | None = None,
    session_id: SessionId | None = None,
    ends_at: datetime | None = None,
    changed_at: datetime | None = None,
    supersedes: tuple[str, ...] = (),
) -> Notice:
    due = (changed_at or now) if rule.ahead is None else starts_at - rule.ahead
    return Notice(
        id=_id(rule.kind, child_id, *parts),
        kind=rule.kind,
        child_id=child_id,
        told_by=rule.told_by,
        worker_id=worker_id,
        other_id=other_id,
        session_id=session_id,
        starts_at=starts_at,
        ends_at=ends_at,
        due_at=due,
        is_late=due < now - LATE_AFTER,
        supersedes=supersedes,
    )


def _id(kind: NoticeKind, *parts: str) -> str:
    """Return the id; a stroke in a part is doubled, so that no two sets of parts read the same."""
    return "/".join(["notice", kind, *(part.replace("/", "//") for part in parts)])
