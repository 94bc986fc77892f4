"""Who is asked, with which form, about which session."""

from dataclasses import dataclass, field

from relationkit.feedback import FeedbackForm
from relationkit.records import ChildId, SessionId, WorkerId

__all__ = ["FormInvitation"]


@dataclass(frozen=True, slots=True)
class FormInvitation:
    """One child asked how one session went.

    Attributes:
        form: The form of the child's age and language; the answers are pinned to its version.
        child_id: Who is asked.
        session_id: The session it is about.
        worker_id: The worker whose session it was; ``None`` when it is about no one worker.
        about: Whom and when it is about, in words for the child, such as ``"Sam, on 3 March"``; never in a repr.
    """

    form: FeedbackForm = field(repr=False)
    child_id: ChildId
    session_id: SessionId
    worker_id: WorkerId | None = None
    about: str | None = field(default=None, repr=False)
