"""Notices to children, as messages that the outbox keeps and the notifiers hand over.

A notice is a message like an escalation's: marked once, handed over at least once. A phone lights up on a table, so
the words name nobody, and say neither "worker" nor why.
"""

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from relationkit.plugins.outbox import OutboxRow
from relationkit.records import LONDON, ChildId, WorkerId
from relationkit.sla import Escalation, PolicyChange, Recipient
from relationkit.visits import Notice, NoticeKind, ToldBy, VisitRuleChange

if TYPE_CHECKING:
    from relationkit.entitlements import OfferChange

__all__ = [
    "CHILD",
    "NOTICE_POLICY",
    "OFFER_CHANGED",
    "POLICY_CHANGED",
    "VISITS_CHANGED",
    "notice_messages",
    "offer_messages",
    "policy_messages",
    "stale_notices",
]

#: The policy that the messages name, by which a notifier words them.
NOTICE_POLICY: Final = "child notices"

#: Whom a message to the child itself is for; its address is found by the child's id.
CHILD: Final = "child"

#: The step of a message that says that something which the child may ask for changed.
OFFER_CHANGED: Final = "offer_changed"

#: Likewise for how soon the child is answered, and for how often somebody must come to see them.
POLICY_CHANGED: Final = "policy_changed"
VISITS_CHANGED: Final = "visits_changed"

#: The first day of the rules of :data:`relationkit.visits.NOTICE_RULES`.
_IN_FORCE_FROM: Final = date(2025, 4, 1)


def notice_messages(
    notices: Iterable[Notice], *, sent: Container[str] = frozenset(), withdrawn: Container[str] = frozenset()
) -> list[Escalation]:
    """Return a message for each notice, for :meth:`~relationkit.plugins.SupportsOutbox.record_escalations`.

    Its ``clock_id`` is the notice's id, ``started_at`` when it happens, and ``clock_due_at`` when it ends, or the same
    where no end is known. ``step`` is the kind of notice, and for leave also whether somebody stands in.

    Args:
        notices: In any order.
        sent: The ids of messages that were marked; a notice that was told has no message.
        withdrawn: Those of them that were taken back: what is so again is told again, under another id.
    """
    ids = {notice: _message_id(notice.id, sent, withdrawn) for notice in notices}
    return [_message(notice, name) for notice, name in ids.items() if name not in sent]


def offer_messages(
    changes: Mapping[ChildId, Sequence["OfferChange"]], *, sent: Container[str] = frozenset()
) -> list[Escalation]:
    """Return a message for each child and day on which something that they may ask for changed.

    It says that something changed and since when, and neither what nor by whom: the page that the link opens says it.
    Its ``clock_id`` is made of the child, the day and what changed, so that it is told once; ``started_at`` and
    ``clock_due_at`` are the beginning of the day in London.

    Args:
        changes: By child: what :func:`relationkit.entitlements.offer_changes` says concerns them.
        sent: The ids of messages that were marked; they are not told again.
    """
    messages = []
    for child_id, theirs in changes.items():
        for day in sorted({change.changed_on for change in theirs}):
            told = sorted(f"{change.name}/{change.kind}" for change in theirs if change.changed_on == day)
            digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
            messages.append(_change_message(OFFER_CHANGED, child_id, day, digest))
    return [message for message in messages if message.id not in sent]


def policy_messages(
    changes: Mapping[ChildId, Sequence[PolicyChange | VisitRuleChange]], *, sent: Container[str] = frozenset()
) -> list[Escalation]:
    """Return a message for each child and day on which what they are promised changed: answers apart from visits.

    It says that it changed and since when, and no figure, as :func:`offer_messages` does; its ``step`` is
    :data:`POLICY_CHANGED` or :data:`VISITS_CHANGED`.

    Args:
        changes: By child: those of what :func:`relationkit.sla.policy_changes` and
            :func:`relationkit.visits.visit_rule_changes` return that concern them.
        sent: The ids of messages that were marked; they are not told again.
    """
    told = sorted(
        {
            (child_id, change.changed_on, POLICY_CHANGED if isinstance(change, PolicyChange) else VISITS_CHANGED)
            for child_id, theirs in changes.items()
            for change in theirs
        }
    )
    messages = [_change_message(step, child_id, day) for child_id, day, step in told]
    return [message for message in messages if message.id not in sent]


def _change_message(step: str, child_id: ChildId, day: date, *what: str) -> Escalation:
    """Return the message that something changed; its id is made of whom it is for, the day, and what it was."""
    name = "/".join(("notice", step, child_id.replace("/", "//"), day.isoformat(), *what))
    begins_at = datetime.combine(day, time(), LONDON).astimezone(UTC)
    return Escalation(
        id=name,
        clock_id=name,
        child_id=child_id,
        policy=NOTICE_POLICY,
        in_force_from=_IN_FORCE_FROM,
        step=step,
        to=CHILD,
        recipient_id=WorkerId(child_id),
        due_at=begins_at,
        send_from_at=begins_at,
        is_late=False,
        started_at=begins_at,
        clock_due_at=begins_at,
    )


def stale_notices(
    rows: Iterable[OutboxRow], due: Iterable[Notice], *, child_ids: Container[str], kinds: Container[str]
) -> frozenset[str]:
    """Return the ids of messages that no longer tell what is so: the leave was changed or deleted since, or is over.

    For :meth:`~relationkit.plugins.SupportsOutbox.withdraw`. Only where the source could be read without a problem: a
    row that is not read looks like one that was deleted.

    Args:
        rows: Messages that were not handed over yet; those that are no notices are passed over.
        due: Every notice that is due now, those that were marked before included.
        child_ids: The children whom the source knows; messages about others are another source's.
        kinds: The kinds of notice that the source can tell of.
    """
    true = {notice.id for notice in due}
    notices = (row.escalation for row in rows if row.escalation.policy == NOTICE_POLICY)
    return frozenset(
        each.id
        for each in notices
        if each.clock_id not in true and each.child_id in child_ids and each.clock_id.split("/")[1] in kinds
    )


def _message_id(notice_id: str, sent: Container[str], withdrawn: Container[str]) -> str:
    """Return the id under which a notice was told last, or is told next where that was taken back."""
    names = chain([notice_id], (f"{notice_id}/{again}" for again in count(2)))
    return next(name for name in names if name not in sent or name not in withdrawn)


def _message(notice: Notice, name: str) -> Escalation:
    is_told_by_worker = notice.told_by is ToldBy.WORKER
    recipient_id = notice.worker_id if is_told_by_worker else WorkerId(notice.child_id)
    return Escalation(
        id=name,
        clock_id=notice.id,
        child_id=notice.child_id,
        policy=NOTICE_POLICY,
        in_force_from=_IN_FORCE_FROM,
        step=_step(notice),
        to=Recipient.WORKER if is_told_by_worker else CHILD,
        recipient_id=recipient_id,
        due_at=notice.due_at,
        send_from_at=notice.due_at,
        is_late=is_told_by_worker and notice.is_late,
        started_at=notice.starts_at,
        clock_due_at=notice.ends_at or notice.starts_at,
        supersedes=notice.supersedes,
    )


def _step(notice: Notice) -> str:
    if notice.kind is not NoticeKind.LEAVE:
        return notice.kind.value
    if notice.ends_at is None:
        return "leave_without_end"
    return "leave" if notice.other_id is not None else "leave_without_cover"
