"""Notices to children, as messages that the outbox keeps and the notifiers hand over.

A notice is a message like an escalation's: marked once, handed over at least once. A phone lights up on a table, so
the words name nobody, and say neither "worker" nor why.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from relationkit.records import WorkerId
from relationkit.sla import Escalation, Recipient
from relationkit.visits import Notice, NoticeKind, ToldBy

__all__ = ["CHILD", "NOTICE_POLICY", "notice_messages"]

#: The policy that the messages name, by which a notifier words them.
NOTICE_POLICY: Final = "child notices"

#: Whom a message to the child itself is for; its address is found by the child's id.
CHILD: Final = "child"

#: The first day of the rules of :data:`relationkit.visits.NOTICE_RULES`.
_IN_FORCE_FROM: Final = date(2025, 4, 1)


def notice_messages(notices: Iterable[Notice]) -> list[Escalation]:
    """Return a message for each notice, for :meth:`~relationkit.plugins.SupportsOutbox.record_escalations`.

    Its ``clock_id`` is the notice's id, ``started_at`` when it happens, and ``clock_due_at`` when it ends, or the same
    where no end is known. ``step`` is the kind of notice, and for leave also whether somebody stands in.
    """
    return [_message(notice) for notice in notices]


def _message(notice: Notice) -> Escalation:
    is_told_by_worker = notice.told_by is ToldBy.WORKER
    recipient_id = notice.worker_id if is_told_by_worker else WorkerId(notice.child_id)
    return Escalation(
        id=notice.id,
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
