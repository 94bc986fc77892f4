"""Reading what a child sent against the exact form they saw.

Every problem is reported at once, one a question, in the child's words, and nothing valid is lost because something
else was not. A question skipped, a question not asked and a question the child would rather not answer are three
things. Answers to a question that the child was not asked are dropped, and the reading says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from relationkit.errors import UnknownFormVersionError
from relationkit.feedback.forms import AGE_LIMITS, PAGE_FIELDS, Audience, FeedbackForm
from relationkit.feedback.questions import (
    RATHER_NOT_SAY,
    YES_NO,
    ChoicesQuestion,
    DrawingQuestion,
    Question,
    ScaleQuestion,
    TextQuestion,
    YesNoQuestion,
    answer_codes,
)
from relationkit.feedback.sent import is_ticked, sent_values, storable_text
from relationkit.feedback.submissions import (
    Answer,
    AnswerState,
    AnswerValue,
    Helper,
    Submission,
    SubmissionChannel,
    SubmissionId,
)
from relationkit.feedback.wording import Wording
from relationkit.records import ChildId, SessionId, WorkerId

__all__ = ["CheckedAnswers", "ParsedSubmission", "QuestionProblem", "check_answers", "parse_submission"]


@dataclass(frozen=True, slots=True)
class QuestionProblem:
    """One thing to put right, said to the child.

    Attributes:
        field: The question's id, or ``"audience"``, ``"helper"`` or ``"talk_soon"``.
        message: What to do, in the form's language; never repeats what was written.
    """

    field: str
    message: str


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
    page = _Page(form, answers)
    read = tuple(page.answer(question) for question in form.questions)
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
        answers=read,
        audience=audience,
        has_unread_audience=page.has_problem("audience"),
        helper=page.helper(),
        wants_to_talk=page.wants_to_talk(),
    )
    return ParsedSubmission(
        submission, tuple(page.problems), tuple(page.dropped), page.not_on_form(), page.at_odds(session_id)
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
    read = tuple(page.answer(question) for question in form.questions)
    page.audience()
    page.helper()
    page.wants_to_talk()
    return CheckedAnswers(read, tuple(page.problems))


def _refuse_another_form(form: FeedbackForm, sent: Mapping[str, object], form_version: int | str) -> None:
    """Refuse a page of another form, version or language: its answers may mean something else."""
    if str(form_version) != str(form.version):
        raise UnknownFormVersionError(form.id, str(form_version))
    for name, own in (("form_id", form.id), ("form_version", str(form.version)), ("language", form.language)):
        for value in sent_values(sent.get(name)):
            if str(value).strip().lower() != own.lower():
                raise UnknownFormVersionError(form.id, f"{form.version} (another {name})")


class _CannotReadError(Exception):
    """What was sent cannot be an answer; carries the words for the child."""


class _Page:
    """One reading of one page: gathers problems and dropped answers while the answers are read in form order."""

    def __init__(self, form: FeedbackForm, sent: Mapping[str, object]) -> None:
        self.form, self.sent = form, sent
        self.read: dict[str, Answer] = {}
        self.problems: list[QuestionProblem] = []
        self.dropped: list[str] = []

    def answer(self, question: Question) -> Answer:
        answer = self.read[question.id] = self._answer(question)
        return answer

    def _answer(self, question: Question) -> Answer:
        values, refused = _given(self.sent, question)
        if not self._is_asked(question):
            if values or refused:
                self.dropped.append(question.id)
            return Answer(question_id=question.id, state=AnswerState.NOT_ASKED)
        try:
            return _read(question, values, refused, self.form.words)
        except _CannotReadError as problem:
            self.problems.append(QuestionProblem(question.id, str(problem)))
            return Answer(question_id=question.id, state=AnswerState.NOT_READ)

    def _is_asked(self, question: Question) -> bool:
        if question.show_if is None:
            return True
        earlier = self.read[question.show_if.question_id]
        if earlier.state is AnswerState.NOT_READ:  # cannot tell, so nothing is dropped
            return True
        return not _picked(earlier).isdisjoint(question.show_if.any_of)

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


def _given(sent: Mapping[str, object], question: Question) -> tuple[list[object], bool]:
    """Return the values sent for the question, and whether the child would rather not say."""
    values = sent_values(sent.get(question.id))
    refused = is_ticked(sent.get(f"{question.id}.{RATHER_NOT_SAY}")) is not False
    if not isinstance(question, TextQuestion) and RATHER_NOT_SAY in values:
        values, refused = [value for value in values if value != RATHER_NOT_SAY], True
    return values, refused


def _picked(answer: Answer) -> set[str]:
    """Return the codes that a ``show_if`` may wait for."""
    match answer.value:
        case bool():
            return {"yes" if answer.value else "no"}
        case str():
            return {answer.value}
        case tuple():
            return set(answer.value)
        case _:
            return set()


def _read(question: Question, values: list[object], refused: bool, words: Wording) -> Answer:  # noqa: FBT001 - private
    if refused and values:
        raise _CannotReadError(words.said_both)
    if refused:
        return Answer(question_id=question.id, state=AnswerState.REFUSED)
    if not values:
        return Answer(question_id=question.id, state=AnswerState.SKIPPED)
    return Answer(question_id=question.id, state=AnswerState.ANSWERED, value=_value(question, values, words))


def _value(question: Question, values: list[object], words: Wording) -> AnswerValue:
    if isinstance(question, ChoicesQuestion):
        return _codes(question, values, words)
    if len(values) > 1:
        raise _CannotReadError(words.pick_one)
    match question:
        case YesNoQuestion():
            return _yes_no(values[0], words)
        case ScaleQuestion():
            return _number(question, values[0], words)
        case TextQuestion():
            return _text(question, values[0], words)
        case DrawingQuestion():
            return _picture(values[0], words)
        case _:
            return _codes(question, values, words)[0]


def _codes(question: Question, values: list[object], words: Wording) -> tuple[str, ...]:
    codes = answer_codes(question)
    if not all(value in codes for value in values):
        raise _CannotReadError(words.pick_from_list)
    return tuple(code for code in codes if code in values)


def _yes_no(value: object, words: Wording) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in YES_NO:
        return YES_NO[value]
    raise _CannotReadError(words.pick_from_list)


_DIGITS: Final = re.compile(r"[0-9]{1,2}")


def _number(question: ScaleQuestion, value: object, words: Wording) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and question.lowest <= value <= question.highest:
        return value
    raise _CannotReadError(words.pick_number.format(low=question.lowest, high=question.highest))


def _text(question: TextQuestion, value: object, words: Wording) -> str:
    if not isinstance(value, str):
        raise _CannotReadError(words.not_words)
    text = storable_text(value)
    if len(text) > question.max_length:
        raise _CannotReadError(words.too_long.format(most=question.max_length))
    return text


_SHA_256: Final = re.compile(r"[0-9a-f]{64}")


def _picture(value: object, words: Wording) -> str:
    if isinstance(value, str) and _SHA_256.fullmatch(value):
        return value
    raise _CannotReadError(words.not_picture)
