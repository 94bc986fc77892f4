"""Reading what a child sent against the exact form they saw.

Every problem is reported at once, one a question, in the child's words, and nothing valid is lost because something
else was not. A question skipped, a question not asked and a question the child would rather not answer are three
things. Answers to a question that the child was not asked are dropped, and the reading says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relationkit.errors import UnknownFormVersionError
from relationkit.feedback.checks import QuestionProblem, answer_records, read_answers
from relationkit.feedback.forms import AGE_LIMITS, PAGE_FIELDS, Audience, FeedbackForm
from relationkit.feedback.questions import RATHER_NOT_SAY
from relationkit.feedback.sent import is_ticked, sent_values
from relationkit.feedback.submissions import Answer, AnswerState, Helper, Submission, SubmissionChannel, SubmissionId
from relationkit.records import ChildId, SessionId, WorkerId

__all__ = ["CheckedAnswers", "ParsedSubmission", "check_answers", "parse_submission"]


@dataclass(frozen=True, slots=True)
class ParsedSubmission:
    """What could be read, and everything that could not.

    Attributes:
        submission: Holds every answer that could be read.
        problems: At most one a question, in form order, then those of the page's own fields; empty when all is well.
        dropped: Ids of questions that were answered though not asked, in form order; their answers are not kept.
        not_on_form: Names that were sent but are no part of this form, as text, sorted.
        at_odds: Fields of the page that say something else than the caller did, such as ``"session_id"``: the answers
            may have been meant for another session, so a person should look. What the caller said is kept.
    """

    submission: Submission
    problems: tuple[QuestionProblem, ...] = ()
    dropped: tuple[str, ...] = ()
    not_on_form: tuple[str, ...] = ()
    at_odds: tuple[str, ...] = ()


def parse_submission(
    form: FeedbackForm,
    answers: Mapping[str, object],
    *,
    form_version: int | str,
    submission_id: SubmissionId,
    child_id: ChildId,
    submitted_at: datetime,
    session_id: SessionId | None = None,
    worker_id: WorkerId | None = None,
    channel: SubmissionChannel = SubmissionChannel.SCREEN,
) -> ParsedSubmission:
    """Read what a child sent against the form they saw.

    Args:
        form: The form of exactly the version that was filled in; :func:`find_form` looks it up.
        answers: By question id: a code, a list of codes, a number, text, ``True`` or ``False``, or the text of any of
            these as a web page sends it, alone or in a list. ``rather_not_say`` as the value (or, for words and
            drawings, a tick under ``<id>.rather_not_say``) is the refusal. ``audience``, ``helper`` and ``talk_soon``
            may stand beside them, and ``form_id``, ``form_version`` and ``language`` as the page sends them, which
            must then be those of ``form``. Missing, ``None`` and blank are skipped. A tick is ``True``, ``1`` or
            ``"yes"``, ``"on"``, ``"true"``, ``"1"``; ``False``, ``0`` and their like are none.
        form_version: The version the child saw, as the page or paper says.
        submission_id: Its id.
        child_id: Whose answers these are.
        submitted_at: When it was sent, aware.
        session_id: The session they are about; ``None`` for a form that is about none. A page may send its own: where
            it says something else, this one holds and ``at_odds`` says so.
        worker_id: The worker it is about. Without one, nobody is "my worker" nor their manager: give the child's lead
            worker with a form that offers those as readers.
        channel: How it came in.

    Returns:
        The submission with every answer that could be read, and everything that could not.

    Raises:
        UnknownFormVersionError: ``form_version`` is not the version of ``form``, or the page says that it was another
            form, version or language.
        InvalidRecordError: An id is empty or not one line, or ``submitted_at`` has no zone.
    """
    _refuse_another_form(form, answers, form_version)
    read = read_answers(form, answers)
    page = _Page(form, answers)
    audience = page.audience()
    submission = Submission(
        id=submission_id,
        form_id=form.id,
        form_version=form.version,
        language=form.language,
        child_id=child_id,
        session_id=session_id,
        worker_id=worker_id,
        submitted_at=submitted_at,
        channel=channel,
        answers=tuple(answer_records(form, read)),
        audience=audience,
        has_unread_audience=page.has_problem("audience"),
        helper=page.helper(),
        wants_to_talk=page.wants_to_talk(),
    )
    return ParsedSubmission(
        submission=submission,
        problems=(*read.problems, *page.problems),
        dropped=tuple(read.dropped),
        not_on_form=page.not_on_form(),
        at_odds=page.at_odds(session_id),
    )


@dataclass(frozen=True, slots=True)
class CheckedAnswers:
    """How the answers given so far would be read, for a form that is filled in step by step.

    Attributes:
        answers: One for each question of the form, in form order.
        problems: What is to be put right, as in :class:`ParsedSubmission`.
    """

    answers: tuple[Answer, ...] = field(repr=False)
    problems: tuple[QuestionProblem, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The ids of the questions that these answers lead to, in form order."""
        return tuple(answer.question_id for answer in self.answers if answer.state is not AnswerState.NOT_ASKED)


def check_answers(form: FeedbackForm, answers: Mapping[str, object]) -> CheckedAnswers:
    """Read half a form as :func:`parse_submission` would, without making a submission of it.

    Args:
        form: The form that is being filled in.
        answers: What was given so far, as ``parse_submission`` takes it.
    """
    page = _Page(form, answers)
    page.audience()
    page.helper()
    page.wants_to_talk()
    read = read_answers(form, answers)
    return CheckedAnswers(tuple(answer_records(form, read)), (*read.problems, *page.problems))


def _refuse_another_form(form: FeedbackForm, sent: Mapping[str, object], form_version: int | str) -> None:
    """Refuse a page of another form, version or language: its answers may mean something else."""
    if str(form_version) != str(form.version):
        raise UnknownFormVersionError(form.id, str(form_version))
    for name, own in (("form_id", form.id), ("form_version", str(form.version)), ("language", form.language)):
        for value in sent_values(sent.get(name)):
            if str(value).strip().lower() != own.lower():
                raise UnknownFormVersionError(form.id, f"{form.version} (another {name})")


class _Page:
    """The fields of a page beside its questions: gathers what is to be put right."""

    def __init__(self, form: FeedbackForm, sent: Mapping[str, object]) -> None:
        self.form, self.sent = form, sent
        self.problems: list[QuestionProblem] = []

    def audience(self) -> tuple[Audience, ...]:
        picked = sent_values(self.sent.get("audience"))
        readers = tuple(reader for reader in self.form.audience if reader in picked)
        has_unread = not all(isinstance(code, str) and code in self.form.audience for code in picked)
        if has_unread:
            self.problems.append(QuestionProblem("audience", self.form.words.pick_from_list))
        elif Audience.NOBODY_BY_NAME in readers and len(readers) > 1:
            self.problems.append(QuestionProblem("audience", self.form.words.audience_both))
        is_contradicted = Audience.NOBODY_BY_NAME in readers and (has_unread or len(readers) > 1)
        return () if is_contradicted else readers

    def helper(self) -> Helper | None:
        values = sent_values(self.sent.get("helper"))
        helper = next((who for who in Helper if values == [who]), None)
        if values and helper is None:
            self.problems.append(QuestionProblem("helper", self.form.words.pick_from_list))
        elif AGE_LIMITS[self.form.age_band].has_adult and helper in {None, Helper.NOBODY}:
            self.problems.append(QuestionProblem("helper", self.form.words.needs_adult))
        return helper

    def wants_to_talk(self) -> bool:
        ticked = is_ticked(self.sent.get("talk_soon"))
        if ticked is None:
            self.problems.append(QuestionProblem("talk_soon", self.form.words.talk_soon_unclear))
        return ticked is not False

    def has_problem(self, field: str) -> bool:
        return any(problem.field == field for problem in self.problems)

    def at_odds(self, session_id: str | None) -> tuple[str, ...]:
        said = {str(value).strip() for value in sent_values(self.sent.get("session_id"))}
        return ("session_id",) if said - {session_id} else ()

    def not_on_form(self) -> tuple[str, ...]:
        known = {question.id for question in self.form.questions}
        known |= {f"{name}.{RATHER_NOT_SAY}" for name in known} | PAGE_FIELDS
        return tuple(sorted(str(name) for name in self.sent if name not in known))
