"""When a child ticks "I need to talk to someone soon": who is told at once, and again if nobody has looked.

Duty and a manager are told, and nobody else: that is what the form promises the child. The messages go through the
outbox in the transaction that keeps the child's answers, so that one is never there without the other. They say that
the child wants to talk, and nothing that the child wrote.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from relationkit.feedback import FormDraft, Submission, SubmissionId
from relationkit.records import WorkerId
from relationkit.sla import Escalation, Recipient

__all__ = ["READ_IN_TIME", "TALK_POLICY", "UNREAD_AFTER", "reminders_of", "talk_clock_id", "talk_notices"]

#: The policy that the messages name, by which a notifier words them.
TALK_POLICY: Final = "talk soon"

#: How long a request may lie unread before both are told again. Ours, and no longer than the one working day within
#: which a referral is decided on: Working Together to Safeguard Children 2023 (Department for Education), chapter 3.
UNREAD_AFTER: Final = timedelta(hours=24)

#: The first day of the rule above.
_IN_FORCE_FROM: Final = date(2023, 12, 15)

_ASKED, _UNREAD = "asked", "unread"
_STEPS: Final = ((_ASKED, timedelta(0)), (_UNREAD, UNREAD_AFTER))

#: Whom the form promises to tell.
_TOLD: Final = (Recipient.DUTY, Recipient.MANAGER)

#: Why a reminder is taken back.
READ_IN_TIME: Final = "duty or the manager has read it"


def talk_clock_id(submission_id: SubmissionId) -> str:
    """Return the id of the clock that a request to talk starts; it stops when duty or the manager has looked."""
    return f"talk/{submission_id}"


def talk_notices(submission: Submission | FormDraft, *, manager_id: WorkerId | None, now: datetime) -> list[Escalation]:
    """Return the messages that a form sets off: none unless the child asked to talk to someone soon.

    A draft sets them off too: the child has asked, and may never come to the end. They are the same messages, so that
    the form that is sent afterwards sets off none again.

    Args:
        submission: The child's answers, sent or not.
        manager_id: Who manages the worker it is about; ``None`` when that is not known, and the role is told.
        now: When it is kept, aware.

    Returns:
        For duty and for the manager: one to send now, and one to send if it has not been read by then.
    """
    if not submission.wants_to_talk:
        return []
    clock_id = talk_clock_id(submission.id)
    told = zip(_TOLD, (None, manager_id), strict=True)
    return [
        Escalation(
            id=_notice_id(clock_id, step, role),
            clock_id=clock_id,
            child_id=submission.child_id,
            policy=TALK_POLICY,
            in_force_from=_IN_FORCE_FROM,
            step=step,
            to=role,
            recipient_id=recipient_id,
            due_at=now + wait,
            send_from_at=now + wait,
            is_late=False,
            started_at=now,
            clock_due_at=now + UNREAD_AFTER,
        )
        for role, recipient_id in told
        for step, wait in _STEPS
    ]


def reminders_of(clock_ids: Iterable[str]) -> list[str]:
    """Return the ids of the messages that are not needed once a request has been read."""
    return [_notice_id(clock_id, _UNREAD, role) for clock_id in clock_ids for role in _TOLD]


def _notice_id(clock_id: str, step: str, role: str) -> str:
    return f"{clock_id}/{step}/{role}"
