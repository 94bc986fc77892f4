"""Next looks: when does a child have to be looked at again, if nothing is written in the meantime?

Whoever keeps these moments, and hears of what is written, need not read every message at every pass.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import Any, Final

from pydantic import BaseModel

from relationkit.errors import NaiveMomentError
from relationkit.records import Absence, Assignment, ChildId, Message
from relationkit.sla.caseload import Caseload
from relationkit.sla.clocks import ResponseClock
from relationkit.sla.escalations import step_moments
from relationkit.sla.policies import PolicyBook
from relationkit.sla.quiet_hours import QuietHours
from relationkit.sla.working_time import WorkingCalendar

__all__ = ["NextLook", "next_looks", "rules_version"]

#: What a calendar was made of; with the same of all, two count alike.
_PARTS_OF_A_CALENDAR: Final = ("hours", "time_zone", "holidays", "breaks", "shifts")


@dataclass(frozen=True, slots=True)
class NextLook:
    """When a child has to be looked at again for one reason: an open clock, or a message that is still to come.

    Attributes:
        child_id: The child.
        clock_id: The open clock; empty for a message that is still to come.
        look_at: The first moment at which something may have to be done, in UTC: a step of the policy, the arrival of
            the message, or, once a step was reached, a moment at which the duty to answer may pass to somebody else.
            ``None`` when nothing comes any more unless something is written.
        due_at: When the answer is due, in UTC; ``None`` for a message that is still to come.
    """

    child_id: ChildId
    clock_id: str
    look_at: datetime | None
    due_at: datetime | None


def next_looks(
    messages: Iterable[Message],
    clocks: Iterable[ResponseClock],
    *,
    now: datetime,
    absences: Iterable[Absence] = (),
    assignments: Iterable[Assignment] = (),
) -> list[NextLook]:
    """Return when the children have to be looked at again.

    Until then, and as long as nothing about them is written, :func:`due_escalations` has nothing new to say about
    them, once what it says now has been marked.

    Args:
        messages: All of the children's; those after ``now`` are still to come.
        clocks: What :func:`track_responses` made of them as of ``now``, with the same facts.
        now: The moment of this look, aware.
        absences: Who is away when; in any order.
        assignments: Who holds which role; in any order.

    Returns:
        One for each open clock, and one for each child with a message still to come; none for all others.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    until, caseload = now.astimezone(UTC), Caseload(assignments, absences)
    looks = [_look_at_clock(clock, caseload, until) for clock in clocks if clock.answered_at is None]
    coming: dict[ChildId, datetime] = {}
    for message in messages:
        if message.at > until:
            coming[message.child_id] = min(message.at, coming.get(message.child_id, message.at))
    return looks + [NextLook(child_id, "", at, None) for child_id, at in coming.items()]


def rules_version(policies: PolicyBook, quiet_hours: QuietHours | None = None) -> str:
    """Return a text that is another one as soon as the policies, a calendar, the quiet hours or this release are."""
    calendar = None if quiet_hours is None else quiet_hours.sending
    facts = [version("relationkit"), _plain(calendar), *(_plain(policy) for policy in policies.policies)]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _look_at_clock(clock: ResponseClock, caseload: Caseload, now: datetime) -> NextLook:
    moments = step_moments(clock.policy, started_at=clock.started_at, due_at=clock.due_at)
    ahead = [moment for moment in moments if moment > now]
    if len(ahead) < len(moments):
        move = caseload.next_move(clock.child_id, clock.worker_id, after=now)
        ahead += [move] if move is not None else []
    return NextLook(clock.child_id, clock.id, min(ahead, default=None), clock.due_at)


def _plain(value: object) -> Any:
    """Return a policy, or a part of one, as JSON takes it: the same for the same."""
    match value:
        case BaseModel():
            return {name: _plain(part) for name, part in value}
        case WorkingCalendar():
            return {name: _plain(getattr(value, name)) for name in _PARTS_OF_A_CALENDAR}
        case dict():
            return {str(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case set() | frozenset():
            return sorted(str(_plain(part)) for part in value)
        case timedelta() | date():
            return str(value)
        case _:
            return value
