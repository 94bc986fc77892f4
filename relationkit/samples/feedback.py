"""What the young people of a synthetic council say after a session: a form now and then, with answers and no words."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from relationkit.england import age_on
from relationkit.feedback import (
    AFTER_SESSION_FORMS,
    ChoiceQuestion,
    FacesQuestion,
    FeedbackForm,
    Submission,
    SubmissionId,
    parse_submission,
)
from relationkit.records import Child, Session, SessionStatus, london_day
from relationkit.samples import calibration as figures
from relationkit.samples.draws import Draws

__all__ = ["submissions_of"]

#: The form for 13 and over: younger children answer in words and drawings, which nobody can make up.
FORM: Final[FeedbackForm] = AFTER_SESSION_FORMS[0]
FROM_AGE: Final = 13


def submissions_of(
    child: Child, sessions: Iterator[Session], *, number: int, seed: int, now: datetime
) -> Iterator[Submission]:
    """Yield what the child sent about sessions of the last months, oldest first."""
    draws = Draws(seed, "feedback", number)
    earliest = london_day(now) - timedelta(days=figures.FEEDBACK_BACK_DAYS)
    for session in sessions:
        is_sent, is_talk = draws.chance(figures.FEEDBACK_SHARE.value), draws.chance(figures.TALK_SOON_SHARE.value)
        sent_at = session.ends_at + timedelta(minutes=draws.whole(5, 60 * 30))
        answers = _answers(draws)
        if is_sent and sent_at <= now and _is_asked(child, session, earliest):
            reader = draws.weighted(figures.FEEDBACK_READERS).value
            yield parse_submission(
                FORM,
                {**answers, "audience": reader, "talk_soon": is_talk},
                form_version=FORM.version,
                submission_id=SubmissionId(f"form-{session.id}"),
                child_id=child.id,
                submitted_at=sent_at,
                session_id=session.id,
                worker_id=session.worker_id,
            ).submission


def _is_asked(child: Child, session: Session, earliest: date) -> bool:
    on = london_day(session.starts_at)
    is_old_enough = child.born_on is not None and age_on(child.born_on, on) >= FROM_AGE
    return is_old_enough and session.status is SessionStatus.HELD and on >= earliest


def _answers(draws: Draws) -> dict[str, str]:
    """Return a pick for each question that offers some; the first offered is the likeliest."""
    answers = {}
    for question in FORM.questions:
        fate = draws.fraction()
        if isinstance(question, FacesQuestion | ChoiceQuestion) and fate >= figures.SKIPPED_SHARE.value:
            answers[question.id] = draws.weighted(
                [(option.code, figures.FALL_OFF**place) for place, option in enumerate(question.options)]
            )
    return answers
