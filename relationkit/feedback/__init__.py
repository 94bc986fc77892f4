"""Feedback: forms as frozen, versioned data, a child's answers read against them, and who may see what.

The child says how it went, in a minute, and nothing they say is lost or goes further than they were told it would.
"""

from relationkit.feedback.after_session import AFTER_SESSION_FORMS
from relationkit.feedback.drafts import (
    FormDraft,
    Invitation,
    InvitationId,
    InvitationPurpose,
    KeptPicture,
    SeenSubmission,
    SentForm,
    SubmissionRead,
)
from relationkit.feedback.forms import (
    AGE_LIMITS,
    AgeLimits,
    Audience,
    FeedbackForm,
    FormAge,
    Helpline,
    Notice,
    find_form,
)
from relationkit.feedback.questions import (
    RATHER_NOT_SAY,
    ChoiceQuestion,
    ChoicesQuestion,
    DrawingQuestion,
    Face,
    FaceOption,
    FacesQuestion,
    Option,
    Question,
    ScaleQuestion,
    ShowIf,
    TextQuestion,
    YesNoQuestion,
)
from relationkit.feedback.reading import ParsedSubmission, QuestionProblem, parse_submission
from relationkit.feedback.submissions import (
    Answer,
    AnswerState,
    Helper,
    Submission,
    SubmissionChannel,
    SubmissionId,
)
from relationkit.feedback.visibility import Sight, visible_to
from relationkit.feedback.wording import WORDING, Wording

__all__ = [
    "AFTER_SESSION_FORMS",
    "AGE_LIMITS",
    "RATHER_NOT_SAY",
    "WORDING",
    "AgeLimits",
    "Answer",
    "AnswerState",
    "Audience",
    "ChoiceQuestion",
    "ChoicesQuestion",
    "DrawingQuestion",
    "Face",
    "FaceOption",
    "FacesQuestion",
    "FeedbackForm",
    "FormAge",
    "FormDraft",
    "Helper",
    "Helpline",
    "Invitation",
    "InvitationId",
    "InvitationPurpose",
    "KeptPicture",
    "Notice",
    "Option",
    "ParsedSubmission",
    "Question",
    "QuestionProblem",
    "ScaleQuestion",
    "SeenSubmission",
    "SentForm",
    "ShowIf",
    "Sight",
    "Submission",
    "SubmissionChannel",
    "SubmissionId",
    "SubmissionRead",
    "TextQuestion",
    "Wording",
    "YesNoQuestion",
    "find_form",
    "parse_submission",
    "visible_to",
]
