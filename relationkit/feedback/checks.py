"""Checking answers against one form, made ready once: what most children send is looked up, the rest is read with care.

Most answers are one of a few codes, so each question keeps every answer that can be looked up, ready made. What is not
found there, be it text, a list, or something that cannot be an answer, is read step by step, by the same rules.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from operator import getitem, itemgetter
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
    try:
        sent = plan.pick(answers if type(answers) is dict else {})  # another kind may make up what is missing
        has_more = len(answers) > len(sent)
    except KeyError:
        sent = tuple(map(answers.get, plan.names))
        has_more = True
    if has_more and not plan.refusals.isdisjoint(answers):
        return _with_care(plan, answers)
    try:
        found: list[ReadAnswer] = list(map(getitem, map(getitem, plan.ready, map(type, sent)), sent))
    except (KeyError, TypeError, _CannotReadError):  # one at least must be read with care
        return _with_care(plan, answers)
    return ReadAnswers(found, (), _left_out(plan, found)) if plan.rules else ReadAnswers(found)


def _left_out(plan: "_Plan", found: list[ReadAnswer]) -> list[str]:
    """Take out the answers to what was not asked; return the ids of those that were answered all the same."""
    dropped = []
    for place, (earlier, any_of) in plan.rules.items():
        if not _is_asked(found[earlier], any_of):
            if found[place] is not _SKIPPED:
                dropped.append(plan.names[place])
            found[place] = _NOT_ASKED
    return dropped


def _with_care(plan: "_Plan", answers: Mapping[str, object]) -> ReadAnswers:
    """Leave out what was not asked, and read what cannot be looked up."""
    checked: list[ReadAnswer] = []
    problems: list[QuestionProblem] = []
    dropped: list[str] = []
    has_refusal, rules, words = not plan.refusals.isdisjoint(answers), plan.rules, plan.words
    for place, (question, name, ready) in enumerate(zip(plan.form.questions, plan.names, plan.ready, strict=True)):
        if place in rules and not _is_asked(checked[rules[place][0]], rules[place][1]):
            if _was_sent(answers, question):
                dropped.append(name)
            checked.append(_NOT_ASKED)
            continue
        sent = answers.get(name)
        try:
            try:
                checked.append(_read(question, answers, words) if has_refusal else ready[type(sent)][sent])
            except (KeyError, TypeError):
                checked.append(_read(question, answers, words))
        except _CannotReadError as problem:
            problems.append(QuestionProblem(name, problem.args[0]))
            checked.append(_NOT_READ)
    return ReadAnswers(checked, problems, dropped)


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
    """Takes plain text, which every store can keep as it stands; remembers none of it."""

    __slots__ = ("most",)

    def __init__(self, most: int) -> None:
        super().__init__({"": _SKIPPED})
        self.most = most

    def __missing__(self, text: str) -> ReadAnswer:
        if len(text) > self.most or text.isspace():
            raise KeyError
        if text.isprintable() if not text.isascii() else "\r" not in text and "\0" not in text:
            return (_ANSWERED, text)
        raise KeyError


class _Codes(dict[Any, ReadAnswer]):
    """Takes the codes or numbers of one question; what is neither one of them nor blank has its words ready."""

    __slots__ = ("otherwise",)

    def __init__(self, answers: Mapping[Any, ReadAnswer], otherwise: str) -> None:
        super().__init__(answers)
        self.otherwise = otherwise

    def __missing__(self, sent: object) -> ReadAnswer:
        if isinstance(sent, str) and (not sent.strip() or sent.strip().isdigit()):
            raise KeyError  # blank, or a number with blanks around it
        raise _CannotReadError(self.otherwise)


class _Lists:
    """Looks up the one value of a list, as web pages send it, or codes in the order of the form."""

    __slots__ = ("most", "one", "several")

    def __init__(self, one: Mapping[type, _Table], several: Mapping[tuple[str, ...], ReadAnswer], most: str) -> None:
        self.one, self.several, self.most = one, several, most

    def __getitem__(self, sent: list[Any], /) -> ReadAnswer:
        if len(sent) == 1:
            return self.one[type(sent[0])][sent[0]]
        if self.several:
            return self.several[tuple(sent)]
        if sent and _are_answers(sent):
            raise _CannotReadError(self.most)
        raise KeyError


def _are_answers(sent: list[Any]) -> bool:
    """Return whether each is text that is neither blank nor a refusal."""
    return not [each for each in sent if type(each) is not str or not each.strip() or each == RATHER_NOT_SAY]


#: The place of the earlier question, counted from 0, and the codes that it waits for.
_Rule = tuple[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A form made ready.

    ``names`` and ``ready`` have for each question its id and what is ready; ``pick`` takes what was sent by all names;
    ``rules`` holds by its place what a question waits for; ``refusals`` are the names under which a refusal may come
    apart from its question; ``made`` the records of what is ready.
    """

    form: FeedbackForm
    words: Wording
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, object]], tuple[object, ...]]
    ready: tuple[_Ready, ...]
    rules: Mapping[int, _Rule]
    refusals: frozenset[str]
    made: tuple[Mapping[ReadAnswer, Answer], ...]


#: The plans of the forms seen last, by the form's identity; a plan keeps its form, so that no other can take its place.
_PLANS: Final[dict[int, _Plan]] = {}
_MOST_FORMS: Final = 256


def _plan(form: FeedbackForm) -> _Plan:
    known = _PLANS.get(id(form))
    return known if known is not None and known.form is form else _made_ready(form)


def _made_ready(form: FeedbackForm) -> _Plan:
    if len(_PLANS) >= _MOST_FORMS:
        _PLANS.clear()
    plan = _PLANS[id(form)] = _planned(form)
    return plan


def _planned(form: FeedbackForm) -> _Plan:
    places = {question.id: place for place, question in enumerate(form.questions)}
    rules = {
        place: (places[rule.question_id], frozenset(rule.any_of))
        for place, question in enumerate(form.questions)
        if (rule := question.show_if) is not None
    }
    ready = tuple(_ready(question, form.words) for question in form.questions)
    return _Plan(
        form=form,
        words=form.words,
        names=tuple(places),
        pick=_picker(tuple(places)),
        ready=ready,
        rules=rules,
        refusals=frozenset(f"{question_id}.{RATHER_NOT_SAY}" for question_id in places),
        made=tuple(_records(question_id, own) for question_id, own in zip(places, ready, strict=True)),
    )


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    """Return what takes the values of all names at once, or raises ``KeyError``; one name alone gives no tuple."""
    return itemgetter(*names) if len(names) > 1 else lambda sent: tuple(sent[name] for name in names)


def _records(question_id: str, ready: _Ready) -> dict[ReadAnswer, Answer]:
    """Return each answer that is ready as a record; within one question no two values are equal."""
    tables = [table for table in ready.values() if isinstance(table, dict)]
    lists = [table.several for table in ready.values() if isinstance(table, _Lists)]
    every = {_SKIPPED, _REFUSED, _NOT_ASKED, _NOT_READ}.union(*(table.values() for table in (*tables, *lists)))
    return {(state, value): Answer(question_id=question_id, state=state, value=value) for state, value in every}


def _ready(question: Question, words: Wording) -> _Ready:
    one: dict[type, _Table] = {type(None): {None: _SKIPPED}, **_tables(question, words)}
    codes = answer_codes(question) if isinstance(question, ChoicesQuestion) else ()
    several = {each: _answered(each) for size in range(2, len(codes) + 1) for each in combinations(codes, size)}
    return {**one, list: _Lists(one, several, words.pick_one)}


def _tables(question: Question, words: Wording) -> dict[type, _Table]:
    texts: dict[str, ReadAnswer] = {"": _SKIPPED, RATHER_NOT_SAY: _REFUSED}
    match question:
        case DrawingQuestion():
            return {}
        case TextQuestion():
            return {str: _Texts(question.max_length)}
        case YesNoQuestion():
            answers = {code: _answered(value) for code, value in YES_NO.items()}
            codes = _Codes(texts | answers, words.pick_from_list)
            return {str: codes, bool: {value: answers[code] for code, value in YES_NO.items()}}
        case ScaleQuestion():
            numbers = {number: _answered(number) for number in range(question.lowest, question.highest + 1)}
            otherwise = words.pick_number.format(low=question.lowest, high=question.highest)
            as_text = texts | {str(number): each for number, each in numbers.items()}
            return {str: _Codes(as_text, otherwise), int: _Codes(numbers, otherwise)}
        case ChoicesQuestion():
            several = texts | {code: _answered((code,)) for code in answer_codes(question)}
            return {str: _Codes(several, words.pick_from_list)}
        case _:
            one = texts | {code: _answered(code) for code in answer_codes(question)}
            return {str: _Codes(one, words.pick_from_list)}


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
