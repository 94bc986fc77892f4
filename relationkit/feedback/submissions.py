"""One child's filled-in answers, as they are kept: pinned to the form the child saw and what they are about."""

from enum import StrEnum
from typing import Final, NewType

from pydantic import Field

from relationkit.feedback.forms import FORM_ID, Audience
from relationkit.feedback.questions import CODE
from relationkit.records import LANGUAGE, PRINTABLE, ChildId, FrozenModel, Instant, SessionId, WorkerId

__all__ = ["Answer", "AnswerState", "AnswerValue", "Helper", "Submission", "SubmissionChannel", "SubmissionId"]

SubmissionId = NewType("SubmissionId", str)

_ID: Final = Field(pattern=PRINTABLE, min_length=1)

#: A code, words or a picture's hash; a number; yes or no; codes.
AnswerValue = str | int | bool | tuple[str, ...]


class AnswerState(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    REFUSED = "refused"
    """The child picked "I'd rather not say"."""
    NOT_ASKED = "not_asked"
    """The form did not ask, because of an earlier answer."""
    NOT_READ = "not_read"
    """Something was sent that could not be read; never counted as skipped."""


class SubmissionChannel(StrEnum):
    """How the answers came in."""

    SCREEN = "screen"
    PAPER = "paper"
    TYPED_LATER = "typed_later"
    VOICE = "voice"


class Helper(StrEnum):
    """Who was there to help."""

    NOBODY = "nobody"
    WORKER = "worker"
    CARER = "carer"
    ADVOCATE = "advocate"
    SOMEONE_ELSE = "someone_else"


class Answer(FrozenModel):
    """What became of one question.

    Attributes:
        question_id: Which question of the form.
        state: What became of it: answered, or why there is no answer.
        value: The answer in the shape that the question's kind says; ``None`` unless ``state`` is ``answered``. In no
            repr.
    """

    question_id: str = Field(pattern=CODE)
    state: AnswerState
    value: AnswerValue | None = None


class Submission(FrozenModel):
    """One child's filled-in form, pinned to the version they saw and the session it is about.

    Attributes:
        form_id: The form they saw.
        form_version: Its version; the questions of another version may mean something else.
        language: The language they read it in, as a BCP 47 tag.
        session_id: The session it is about; ``None`` for a form that is about none, such as the yearly one.
        worker_id: The worker whose session it is about; ``None`` when the form is about no one worker.
        submitted_at: When it was sent.
        channel: How the answers came in.
        helper: Who helped; ``None`` when the child did not say.
        answers: One for each question of the form, in form order.
        audience: Whom the child picked as readers, in the form's order; empty when they picked nobody, or when
            ``has_unread_audience``.
        has_unread_audience: Something was sent as the readers that could not be read. That is not the same as picking
            nobody: it opens the answers to nobody but those in ``audience``.
        wants_to_talk: The child ticked "I need to talk to someone soon", or sent something there that could not be
            read, which counts as a tick. Never inferred from the answers.
    """

    id: SubmissionId = _ID
    form_id: str = Field(pattern=FORM_ID)
    form_version: int = Field(ge=1)
    language: str = Field(pattern=LANGUAGE)
    child_id: ChildId = _ID
    session_id: SessionId | None = Field(default=None, pattern=PRINTABLE, min_length=1)
    worker_id: WorkerId | None = Field(default=None, pattern=PRINTABLE, min_length=1)
    submitted_at: Instant
    channel: SubmissionChannel
    helper: Helper | None = None
    answers: tuple[Answer, ...]
    audience: tuple[Audience, ...] = ()
    has_unread_audience: bool = False
    wants_to_talk: bool = False

    def answer(self, question_id: str) -> Answer:
        """Return what became of that question, or raise ``KeyError``."""
        return {answer.question_id: answer for answer in self.answers}[question_id]
