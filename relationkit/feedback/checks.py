"""Checking answers against one form, made ready once: what most children send is looked up, the rest is read with care.

Most answers are one of a few codes, so each question keeps every answer that can be looked up, ready made. What is not
found there, be it text, a list, or something that cannot be an answer, is read step by step, by the same rules.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final, NamedTuple, Protocol

from relationkit.feedback.forms import FeedbackForm
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
from relationkit.feedback.submissions import Answer, AnswerState, AnswerValue
from relationkit.feedback.wording import Wording

__all__ = ["QuestionProblem", "ReadAnswers", "read_answers"]


class QuestionProblem(NamedTuple):
    """One thing to put right, said to the child.

    Attributes:
        field: The question's id, or ``"audience"``, ``"helper"`` or ``"talk_soon"``.
        message: What to do, in the form's language; never repeats what was written.
    """

    field: str
    message: str


#: What became of a question, and the answer in the shape that its kind says; ``None`` unless it was answered.
ReadAnswer = tuple[AnswerState, AnswerValue | None]


@dataclass(slots=True)
class ReadAnswers:
    """The answers to a form's questions, and everything that could not be read.

    Attributes:
        answers: One a question, in form order: what became of it, and the answer. In no repr.
        problems: At most one a question, in form order; empty when all is well.
        dropped: Ids of questions that were answered though not asked, in form order; their answers are not kept.
    """

    answers: Sequence[ReadAnswer] = field(repr=False)
    problems: Sequence[QuestionProblem] = ()
    dropped: Sequence[str] = ()


def read_answers(form: FeedbackForm, answers: Mapping[str, object]) -> ReadAnswers:
    """Check the answers to the questions alone, without readers, helper and the wish to talk.

    Args:
        form: The form of exactly the version that was filled in.
        answers: As for :func:`parse_submission`; what is not a question's is passed over.
    """
    plan = _plan(form)
    get = answers.get
    if plan.is_flat and plan.refusals.isdisjoint(answers):
        try:
            return ReadAnswers([ready[(sent := get(name)).__class__][sent] for name, ready in plan.lookups])
        except (KeyError, TypeError):  # one at least must be read with care
            pass
    return _with_care(plan, answers)


def _with_care(plan: "_Plan", answers: Mapping[str, object]) -> ReadAnswers:
    """Leave out what was not asked, and read what cannot be looked up."""
    checked: list[ReadAnswer] = []
    problems: list[QuestionProblem] = []
    dropped: list[str] = []
    has_refusal = not plan.refusals.isdisjoint(answers)
    for question, (name, ready), rule in zip(plan.form.questions, plan.lookups, plan.rules, strict=True):
        if rule is not None and not _is_asked(checked[rule[0]], rule[1]):
            if _was_sent(answers, question):
                dropped.append(name)
            checked.append(_NOT_ASKED)
            continue
        answer = None if has_refusal else _looked_up(ready, answers.get(name))
        if answer is None:
            try:
                answer = _read(question, answers, plan.words)
            except _CannotReadError as problem:
                problems.append(QuestionProblem(name, str(problem)))
                answer = _NOT_READ
        checked.append(answer)
    return ReadAnswers(checked, problems, dropped)


def _looked_up(ready: "_Ready", sent: object) -> ReadAnswer | None:
    try:
        return ready[sent.__class__][sent]
    except (KeyError, TypeError):
        return None


def answer_records(form: FeedbackForm, checked: ReadAnswers) -> list[Answer]:
    """Return the answers as records; those that can be looked up are ready made."""
    made = _plan(form).made
    return [
        made[place].get(each) or Answer(question_id=question.id, state=each[0], value=each[1])
        for place, (question, each) in enumerate(zip(form.questions, checked.answers, strict=True))
    ]


_ANSWERED: Final = AnswerState.ANSWERED
_SKIPPED: Final[ReadAnswer] = (AnswerState.SKIPPED, None)
_REFUSED: Final[ReadAnswer] = (AnswerState.REFUSED, None)
_NOT_ASKED: Final[ReadAnswer] = (AnswerState.NOT_ASKED, None)
_NOT_READ: Final[ReadAnswer] = (AnswerState.NOT_READ, None)


def _answered(value: AnswerValue) -> ReadAnswer:
    return (_ANSWERED, value)


class _CannotReadError(Exception):
    """What was sent cannot be an answer; carries the words for the child."""


# What is made ready once ---------------------------------------------------------------------------------------------


class _Table(Protocol):
    """Gives the answer that something sent is, or raises ``KeyError`` or ``TypeError``: it must be read with care."""

    def __getitem__(self, sent: Any, /) -> ReadAnswer: ...


#: By the class and the value of what may be sent, the answer that it is; by class too, for ``True`` and 1 are equal.
_Ready = Mapping[type, _Table]


class _Texts(dict[str, ReadAnswer]):
    """Takes one line of plain text, which every store can keep as it stands; remembers none of it."""

    def __init__(self, most: int) -> None:
        super().__init__({"": _SKIPPED})
        self.most = most

    def __missing__(self, text: str) -> ReadAnswer:
        if len(text) <= self.most and text.isprintable() and not text.isspace():
            return (_ANSWERED, text)
        raise KeyError


class _Lists:
    """Looks up the one value of a list, as web pages send it, or codes in the order of the form."""

    def __init__(self, one: Mapping[type, _Table], several: Mapping[tuple[str, ...], ReadAnswer]) -> None:
        self.one, self.several = one, several

    def __getitem__(self, sent: list[Any], /) -> ReadAnswer:
        return self.one[sent[0].__class__][sent[0]] if len(sent) == 1 else self.several[tuple(sent)]


#: The place of the earlier question, counted from 0, and the codes that it waits for; ``None`` to ask always.
_Rule = tuple[int, frozenset[str]] | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A form made ready.

    ``lookups`` has for each question its id and what is ready; ``is_flat`` is a form that asks every question always;
    ``refusals`` are the names under which a refusal may come apart; ``made`` the records of what is ready.
    """

    form: FeedbackForm
    words: Wording
    lookups: tuple[tuple[str, _Ready], ...]
    rules: tuple[_Rule, ...]
    is_flat: bool
    refusals: frozenset[str]
    made: tuple[Mapping[ReadAnswer, Answer], ...]


#: The plans of the forms seen last, by the form's identity; a plan keeps its form, so that no other can take its place.
_PLANS: Final[dict[int, _Plan]] = {}
_MOST_FORMS: Final = 256


def _plan(form: FeedbackForm) -> _Plan:
    known = _PLANS.get(id(form))
    if known is None or known.form is not form:
        if len(_PLANS) >= _MOST_FORMS:
            _PLANS.clear()
        known = _PLANS[id(form)] = _planned(form)
    return known


def _planned(form: FeedbackForm) -> _Plan:
    places = {question.id: place for place, question in enumerate(form.questions)}
    rules = tuple(
        None if (rule := question.show_if) is None else (places[rule.question_id], frozenset(rule.any_of))
        for question in form.questions
    )
    ready = [_ready(question) for question in form.questions]
    return _Plan(
        form=form,
        words=form.words,
        lookups=tuple(zip(places, ready, strict=True)),
        rules=rules,
        is_flat=not any(rules),
        refusals=frozenset(f"{question_id}.{RATHER_NOT_SAY}" for question_id in places),
        made=tuple(_records(question_id, own) for question_id, own in zip(places, ready, strict=True)),
    )


def _records(question_id: str, ready: _Ready) -> dict[ReadAnswer, Answer]:
    """Return each answer that is ready as a record; within one question no two values are equal."""
    tables = [table for table in ready.values() if isinstance(table, dict)]
    lists = [table.several for table in ready.values() if isinstance(table, _Lists)]
    every = {_SKIPPED, _REFUSED, _NOT_ASKED, _NOT_READ}.union(*(table.values() for table in (*tables, *lists)))
    return {(state, value): Answer(question_id=question_id, state=state, value=value) for state, value in every}


def _ready(question: Question) -> _Ready:
    one: dict[type, _Table] = {type(None): {None: _SKIPPED}, **_tables(question)}
    codes = answer_codes(question) if isinstance(question, ChoicesQuestion) else ()
    several = {each: _answered(each) for size in range(2, len(codes) + 1) for each in combinations(codes, size)}
    return {**one, list: _Lists(one, several)}


def _tables(question: Question) -> dict[type, _Table]:
    texts: dict[str, ReadAnswer] = {"": _SKIPPED, RATHER_NOT_SAY: _REFUSED}
    match question:
        case DrawingQuestion():
            return {}
        case TextQuestion():
            return {str: _Texts(question.max_length)}
        case YesNoQuestion():
            answers = {code: _answered(value) for code, value in YES_NO.items()}
            return {str: texts | answers, bool: {value: answers[code] for code, value in YES_NO.items()}}
        case ScaleQuestion():
            numbers = {number: _answered(number) for number in range(question.lowest, question.highest + 1)}
            return {str: texts | {str(number): each for number, each in numbers.items()}, int: numbers}
        case ChoicesQuestion():
            return {str: texts | {code: _answered((code,)) for code in answer_codes(question)}}
        case _:
            return {str: texts | {code: _answered(code) for code in answer_codes(question)}}


# Reading with care ---------------------------------------------------------------------------------------------------


def _given(sent: Mapping[str, object], question: Question) -> tuple[list[object], bool]:
    """Return the values sent for the question, and whether the child would rather not say."""
    values = sent_values(sent.get(question.id))
    refusal = f"{question.id}.{RATHER_NOT_SAY}"
    refused = refusal in sent and is_ticked(sent[refusal]) is not False
    if not isinstance(question, TextQuestion) and RATHER_NOT_SAY in values:
        values, refused = [value for value in values if value != RATHER_NOT_SAY], True
    return values, refused


def _was_sent(sent: Mapping[str, object], question: Question) -> bool:
    values, refused = _given(sent, question)
    return bool(values) or refused


def _is_asked(earlier: ReadAnswer, any_of: frozenset[str]) -> bool:
    state, value = earlier
    if state is AnswerState.NOT_READ:  # cannot tell, so nothing is dropped
        return True
    return not any_of.isdisjoint(_picked(value))


def _picked(value: AnswerValue | None) -> tuple[str, ...]:
    """Return the codes that a ``show_if`` may wait for."""
    match value:
        case bool():
            return ("yes",) if value else ("no",)
        case str():
            return (value,)
        case tuple():
            return value
        case _:
            return ()


def _read(question: Question, sent: Mapping[str, object], words: Wording) -> ReadAnswer:
    values, refused = _given(sent, question)
    if refused and values:
        raise _CannotReadError(words.said_both)
    if refused:
        return _REFUSED
    return _answered(_value(question, values, words)) if values else _SKIPPED


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
