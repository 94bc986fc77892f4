"""Whose a message is: roles, holders and stand-ins on a day, out of assignments and absences."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from relationkit.records import LONDON, Absence, Assignment, ChildId, Message, Role, WorkerId, london_day
from relationkit.sla.policies import Recipient

__all__ = ["Caseload"]

# Looked up once: the questions below are asked for every wait.
_SOCIAL_WORKER: Final = Role.SOCIAL_WORKER
_WORKER: Final = Recipient.WORKER
_COVER: Final = Recipient.COVER
_DUTY: Final = Recipient.DUTY

_PRECEDENCE: Final = {role: place for place, role in enumerate(Role)}


class Caseload:
    """Assignments and absences, indexed for questions about one child or one worker.

    Args:
        assignments: In any order.
        absences: In any order.
    """

    __slots__ = ("_absences", "_absences_covered", "_assignments")

    def __init__(self, assignments: Iterable[Assignment], absences: Iterable[Absence]) -> None:
        self._assignments: dict[ChildId, list[Assignment]] = defaultdict(list)
        self._absences: dict[WorkerId, list[Absence]] = defaultdict(list)
        self._absences_covered: dict[WorkerId, list[Absence]] = defaultdict(list)
        for assignment in assignments:
            self._assignments[assignment.child_id].append(assignment)
        for absence in absences:
            self._absences[absence.worker_id].append(absence)
            if absence.cover_id is not None:
                self._absences_covered[absence.cover_id].append(absence)

    def role_written_to(self, message: Message) -> Role:
        """Return the role that the worker written to holds for the child on that day.

        Social worker when the message names nobody, or when no assignment tells; when the worker holds several, the
        first in the order of :class:`~relationkit.records.Role`.
        """
        if message.child_id not in self._assignments:
            return _SOCIAL_WORKER
        held = self._roles_held(message.child_id, message.worker_id, message.at)
        return min(held, key=_PRECEDENCE.__getitem__, default=_SOCIAL_WORKER)

    def has_role(self, message: Message, roles: frozenset[Role]) -> bool:
        """Return whether the sender holds one of the roles for the child, or stands in for somebody who does."""
        senders = {message.worker_id, *self._covered_by(message.worker_id, message.at)}
        return any(roles & self._roles_held(message.child_id, sender, message.at) for sender in senders)

    def holder(
        self, child_id: ChildId, role: Role, written_to: WorkerId | None, *, at: datetime
    ) -> tuple[WorkerId | None, datetime | None]:
        """Return who holds the role for the child at a moment, and since when.

        The worker written to, while they hold it; else whoever took it last (ties: the smaller id). Without any
        assignment of the child to go by it is the worker written to, since a moment not known.
        """
        assignments = self._assignments.get(child_id)
        if not assignments:
            return written_to, None
        on = london_day(at)
        held = [one for one in assignments if one.role is role and one.is_open(on=on)]
        held = [one for one in held if one.cover_for is None] or held
        held = [one for one in held if one.worker_id == written_to] or held
        if not held:
            return None, None
        latest = max(one.started_on for one in held)
        worker_id = min(one.worker_id for one in held if one.started_on == latest)
        return worker_id, _midnight(_unbroken_since(assignments, role, worker_id, latest))

    def answers(self, worker_id: WorkerId | None, *, now: datetime) -> tuple[Recipient, WorkerId | None]:
        """Return who must answer in place of a worker: they, their cover while they are away, or duty.

        Duty answers when there is no worker, no cover, or the cover is away as well.
        """
        if worker_id is None:
            return _DUTY, None
        away = self._away(worker_id, now)
        if not away:
            return _WORKER, worker_id
        newest_first = sorted(away, key=lambda one: (one.starts_at, one.cover_id or ""), reverse=True)
        covers = [one.cover_id for one in newest_first if one.cover_id is not None]
        present = [cover_id for cover_id in covers if not self._away(cover_id, now)]
        return (_COVER, present[0]) if present else (_DUTY, None)

    def moves(self) -> list[datetime]:
        """Return the moments at which the duty to answer may pass to somebody else, oldest first, each once."""
        assignments = [one for rows in self._assignments.values() for one in rows]
        days = {day for one in assignments for day in (one.started_on, one.ended_on) if day is not None}
        absences = [one for rows in self._absences.values() for one in rows]
        moments = {at for one in absences for at in (one.starts_at, one.ends_at) if at is not None}
        return sorted(moments.union(map(_midnight, days)))

    def next_move(self, child_id: ChildId, worker_id: WorkerId | None, *, after: datetime) -> datetime | None:
        """Return the first moment at which the duty to answer one child may pass to somebody else.

        Args:
            child_id: The child.
            worker_id: Who holds the role now; ``None`` when nobody does.
            after: The moment must be later than this.
        """
        assignments = self._assignments.get(child_id, [])
        days = {day for one in assignments for day in (one.started_on, one.ended_on) if day is not None}
        holders = {one.worker_id for one in assignments} | ({worker_id} if worker_id is not None else set())
        leave = [one for holder in holders for one in self._absences.get(holder, ())]
        covers = {one.cover_id for one in leave if one.cover_id is not None} - holders
        leave += [one for cover in covers for one in self._absences.get(cover, ())]
        moments = {at for one in leave for at in (one.starts_at, one.ends_at) if at is not None}
        return min((at for at in moments.union(map(_midnight, days)) if at > after), default=None)

    def _roles_held(self, child_id: ChildId, worker_id: WorkerId | None, at: datetime) -> frozenset[Role]:
        assignments = self._assignments.get(child_id) if worker_id is not None else None
        if not assignments:
            return frozenset()
        on = london_day(at)
        return frozenset(one.role for one in assignments if one.worker_id == worker_id and one.is_open(on=on))

    def _away(self, worker_id: WorkerId, at: datetime) -> list[Absence]:
        absences = self._absences.get(worker_id)
        return [one for one in absences if one.is_away(at)] if absences else []

    def _covered_by(self, worker_id: WorkerId | None, at: datetime) -> set[WorkerId]:
        absences = self._absences_covered.get(worker_id, ()) if worker_id is not None else ()
        return {one.worker_id for one in absences if one.is_away(at)}


def _unbroken_since(assignments: Sequence[Assignment], role: Role, worker_id: WorkerId, since: date) -> date:
    """Return the first day of the unbroken stretch in which the worker has held the role, ``since`` lying in it."""
    own = sorted(
        (one for one in assignments if one.role is role and one.worker_id == worker_id),
        key=lambda one: one.started_on,
        reverse=True,
    )
    for one in own:
        if one.started_on < since and (one.ended_on is None or one.ended_on >= since):
            since = one.started_on
    return since


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
