"""What children said, together: counts and shares per question, in which nobody can be found.

Nothing is said of fewer than 10 submissions or fewer than 6 children; figures of 1 to 5 are withheld, with as many
others as it takes that none can be worked out. A form has one fixed kind of period, a quarter or a year, so no summary
lies inside another and none can be subtracted; a period that is not over shows nothing, for whoever watches a figure
grow sees the last child who answered. There are no averages: faces and words are no numbers, and ages never mix.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Self

from pydantic import Field

from relationkit.feedback.forms import FeedbackForm, FormPurpose
from relationkit.feedback.questions import (
    RATHER_NOT_SAY,
    ChoicesQuestion,
    DrawingQuestion,
    Question,
    ScaleQuestion,
    TextQuestion,
    YesNoQuestion,
    answer_codes,
)
from relationkit.feedback.submissions import Answer, AnswerState, Submission, SubmissionId
from relationkit.records import Day, FrozenModel, london_day
from relationkit.withholding import withhold

__all__ = [
    "LEAST_CHILDREN",
    "LEAST_SUBMISSIONS",
    "OTHERS",
    "AnswerCount",
    "FeedbackPeriod",
    "FeedbackSummary",
    "GroupSummary",
    "QuestionSummary",
    "SummaryStatus",
    "YouSaidWeDid",
    "summarise_feedback",
]

#: The fewest submissions of which anything is said: the rule of thumb of the Office for National Statistics for
#: research outputs is ten observations (CeLSIUS, London School of Hygiene and Tropical Medicine, on ONS clearance).
LEAST_SUBMISSIONS: Final = 10

#: The fewest children: figures of 1 to 5 are withheld in the Department for Education's tables (children in need, 2020
#: and 2021 releases), so a base of six is the smallest that may be shown.
LEAST_CHILDREN: Final = 6

#: The group in which those that are too small to be shown stand together.
OTHERS: Final = "others"

#: How many months one period of a form has; others have three. The reporting year begins on 1 April.
_MONTHS: Final[Mapping[FormPurpose, int]] = {FormPurpose.HOW_ARE_WE_DOING: 12}


@dataclass(frozen=True, slots=True, order=True)
class FeedbackPeriod:
    """A fixed period: a quarter, or a year from 1 April for the yearly form; made by :meth:`containing` alone.

    Attributes:
        start_on: Its first day, in Europe/London.
        end_on: The first day after.
    """

    start_on: date
    end_on: date

    @classmethod
    def containing(cls, day: date, form: FeedbackForm) -> Self:
        """Return the one period of that form in which the day lies."""
        months = _MONTHS.get(form.purpose, 3)
        first = day.year * 12 + day.month - 1
        first -= (first - 3) % months
        return cls(_first_of(first), _first_of(first + months))

    def __str__(self) -> str:
        """Return both days, the last one included."""
        return f"{self.start_on:%Y-%m-%d} to {date.fromordinal(self.end_on.toordinal() - 1):%Y-%m-%d}"


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


class SummaryStatus(StrEnum):
    """Whether figures are shown, and why not."""

    SHOWN = "shown"
    PERIOD_OPEN = "period_open"
    TOO_FEW = "too_few"
    """Fewer than 10 submissions, or of fewer than 6 children; nought is among them."""


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often one thing was said.

    Attributes:
        code: The answer's code, a number as text, ``yes`` or ``no``, ``answered`` for words and drawings, or
            ``rather_not_say``, ``skipped``, ``not_read``.
        label: In the words of the form; of the codes that are no answer of the form, their own name in English.
        count: How many submissions; ``None`` where it is withheld.
        share: Of those asked, from 0 to 1; ``None`` where it is withheld.
    """

    code: str
    label: str
    count: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """What was answered to one question.

    Attributes:
        question_id: Which.
        text: What was asked.
        kind: Its kind.
        asked: How many submissions were asked it; ``None`` where nothing of it is shown.
        counts: In the order of the form; empty where nothing is shown. Those of a question with several answers to pick
            may come to more than were asked.
        words: What was written by children who agreed that it be quoted, by alphabet; empty unless figures are shown.
            In no repr.
    """

    question_id: str
    text: str
    kind: str
    asked: int | None
    counts: tuple[AnswerCount, ...] = ()
    words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """What was answered in one group, such as a team.

    Attributes:
        name: Of the group; ``OTHERS`` for those too small to stand alone.
        members: The groups in it: itself, or those too small.
        submissions: How many.
        questions: As for the whole; those that rest on another answer, and those with several answers to pick, are
            shown for the whole alone.
    """

    name: str
    members: tuple[str, ...]
    submissions: int
    questions: tuple[QuestionSummary, ...]


class YouSaidWeDid(FrozenModel):
    """What came of it: told to those who said it.

    Attributes:
        on: The day it was done or decided, in Europe/London.
        said: What children said, in a sentence that points at nobody.
        did: What was done about it; also when that is nothing, and why.
    """

    on: Day
    said: str = Field(min_length=1, max_length=400, pattern=r"\S")
    did: str = Field(min_length=1, max_length=400, pattern=r"\S")


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """What children said in one form and one period, together.

    Attributes:
        form_id: The form.
        form_version: Its version; another version is another summary.
        title: Of the form.
        period: The period.
        status: Whether figures are shown.
        submissions: How many; ``None`` unless they are shown.
        children: Of how many children; ``None`` unless they are shown.
        questions: In form order; empty unless figures are shown.
        groups: By name, ``OTHERS`` last; empty where none was asked for, or none can be shown apart.
        said_and_done: What came of it, oldest first.
    """

    form_id: str
    form_version: int
    title: str
    period: FeedbackPeriod
    status: SummaryStatus
    submissions: int | None = None
    children: int | None = None
    questions: tuple[QuestionSummary, ...] = ()
    groups: tuple[GroupSummary, ...] = ()
    said_and_done: tuple[YouSaidWeDid, ...] = ()


def summarise_feedback(
    submissions: Iterable[Submission],
    form: FeedbackForm,
    *,
    within: date,
    on: date,
    group_of: Callable[[Submission], str | None] | None = None,
    may_quote: Collection[tuple[SubmissionId, str]] = frozenset(),
    said_and_done: Iterable[YouSaidWeDid] = (),
) -> FeedbackSummary:
    """Return what children said in one period, with small figures withheld.

    Args:
        submissions: In any order; one of an id counts once; those of another form, version or period are passed over.
            Read once, so they may be a stream.
        form: The form, in any language: answers in all its languages count together.
        within: A day of the period; the form's purpose says how long the period is.
        on: The day of asking, in Europe/London. A period that is not over on it shows nothing.
        group_of: The group of a submission, such as the team; ``None`` as its answer is the group ``"unknown"``.
            Publish one grouping of a period and no second: two cut the same children in two ways.
        may_quote: Submission and question of each text that its child agreed to have quoted; no other text is shown.
        said_and_done: What came of it.

    Returns:
        The summary; its ``status`` says whether there was enough to show.
    """
    period = FeedbackPeriod.containing(within, form)
    tally = _Tally(form, period, group_of, frozenset(may_quote)).counted(submissions)
    status = _status(tally, period, on)
    done = tuple(sorted(said_and_done, key=lambda entry: entry.on))
    if status is not SummaryStatus.SHOWN:
        return FeedbackSummary(form.id, form.version, form.title, period, status, said_and_done=done)
    shown: dict[str, QuestionSummary] = {}
    for question in form.questions:
        shown[question.id] = _whole(tally, shown, question)
    questions = tuple(shown.values())
    return FeedbackSummary(
        form_id=form.id,
        form_version=form.version,
        title=form.title,
        period=period,
        status=status,
        submissions=sum(tally.submissions.values()),
        children=len(set[str]().union(*tally.children.values())),
        questions=questions,
        groups=tuple(_groups(tally, questions)) if group_of else (),
        said_and_done=done,
    )


def _status(tally: "_Tally", period: FeedbackPeriod, on: date) -> SummaryStatus:
    if on < period.end_on:
        return SummaryStatus.PERIOD_OPEN
    return SummaryStatus.SHOWN if tally.is_enough(tally.submissions) else SummaryStatus.TOO_FEW


# Counting ------------------------------------------------------------------------------------------------------------

#: What stands for a question that was asked and not answered, and for one answered in words or by drawing.
_NO_ANSWER: Final[Mapping[AnswerState, str]] = {
    AnswerState.REFUSED: RATHER_NOT_SAY,
    AnswerState.SKIPPED: "skipped",
    AnswerState.NOT_READ: "not_read",
}
_ANSWERED: Final = "answered"
_WHOLE: Final = ""


class _Tally:
    """How often what was said, by group; read once, without keeping any submission."""

    def __init__(
        self,
        form: FeedbackForm,
        period: FeedbackPeriod,
        group_of: Callable[[Submission], str | None] | None,
        may_quote: frozenset[tuple[SubmissionId, str]],
    ) -> None:
        self.form, self.period, self.group_of, self.may_quote = form, period, group_of, may_quote
        self.submissions: Counter[str] = Counter()
        self.children: dict[str, set[str]] = {}
        self.said: Counter[tuple[str, str, str]] = Counter()
        self.asked_children: dict[str, set[str]] = {each.id: set() for each in form.questions if each.show_if}
        self.quoted: dict[str, list[str]] = {}
        self._written = {each.id for each in form.questions if isinstance(each, TextQuestion | DrawingQuestion)}
        self._seen: set[str] = set()

    def counted(self, submissions: Iterable[Submission]) -> Self:
        for submission in submissions:
            if self._belongs(submission):
                self._count(submission)
        return self

    def _belongs(self, submission: Submission) -> bool:
        if (submission.form_id, submission.form_version) != (self.form.id, self.form.version):
            return False
        if submission.id in self._seen:
            return False
        return self.period.start_on <= london_day(submission.submitted_at) < self.period.end_on

    def _count(self, submission: Submission) -> None:
        self._seen.add(submission.id)
        group = _WHOLE if self.group_of is None else self.group_of(submission) or "unknown"
        self.submissions[group] += 1
        self.children.setdefault(group, set()).add(submission.child_id)
        for answer in submission.answers:
            if answer.state is AnswerState.NOT_ASKED:
                continue
            question_id = answer.question_id
            for code in self._codes(answer):
                self.said[question_id, group, code] += 1
            if question_id in self.asked_children:
                self.asked_children[question_id].add(submission.child_id)
            if isinstance(answer.value, str) and (submission.id, question_id) in self.may_quote:
                self.quoted.setdefault(question_id, []).append(answer.value)

    def _codes(self, answer: Answer) -> tuple[str, ...]:
        value = answer.value
        if value is None:
            return (_NO_ANSWER[answer.state],)
        if isinstance(value, tuple):
            return (_ANSWERED, *value)
        if answer.question_id in self._written:
            return (_ANSWERED,)
        if isinstance(value, bool):
            return ("yes" if value else "no",)
        return (str(value),)

    def counts(self, question: Question, groups: Collection[str]) -> dict[str, int]:
        """Return how often each thing was said in those groups together, in the order of the form."""
        codes = [*_answers(question), *_NO_ANSWER.values()]
        return {code: sum(self.said[question.id, group, code] for group in groups) for code in codes}

    def picks(self, question: Question, code: str) -> int:
        return sum(self.said[question.id, group, code] for group in self.submissions)

    def is_enough(self, groups: Collection[str]) -> bool:
        children = set[str]().union(*(self.children[group] for group in groups))
        return sum(self.submissions[group] for group in groups) >= LEAST_SUBMISSIONS and len(children) >= LEAST_CHILDREN


def _answers(question: Question) -> tuple[str, ...]:
    """Return the answers of which each submission has at most one."""
    if isinstance(question, TextQuestion | DrawingQuestion | ChoicesQuestion):
        return (_ANSWERED,)
    if isinstance(question, ScaleQuestion):
        return tuple(str(number) for number in range(question.lowest, question.highest + 1))
    return answer_codes(question)


# Showing -------------------------------------------------------------------------------------------------------------


def _whole(tally: _Tally, shown: Mapping[str, QuestionSummary], question: Question) -> QuestionSummary:
    """Return one question's figures for everyone, or without any where they would say too much."""
    counts = tally.counts(question, tally.submissions)
    asked = sum(counts.values())
    nothing = QuestionSummary(question.id, question.text, question.kind, asked=None)
    if question.show_if is not None and not _may_follow(tally, shown[question.show_if.question_id], question, asked):
        return nothing
    figures = _withheld(counts)
    if isinstance(question, ChoicesQuestion) and figures[_ANSWERED]:
        for code in answer_codes(question):
            picked = tally.picks(question, code)
            figures[code] = _withheld({code: picked, "": counts[_ANSWERED] - picked})[code]
    return QuestionSummary(
        question_id=question.id,
        text=question.text,
        kind=question.kind,
        asked=asked,
        counts=_rows(tally.form, question, figures, asked),
        words=tuple(sorted(tally.quoted.get(question.id, ()))),
    )


def _may_follow(tally: _Tally, earlier: QuestionSummary, question: Question, asked: int) -> bool:
    """Return whether a question that rests on another's answer gives none of that one's withheld figures away.

    How many were asked is how many gave one of the answers it waits for, or one that could not be read.
    """
    waits_for = {*(question.show_if.any_of if question.show_if else ()), _NO_ANSWER[AnswerState.NOT_READ]}
    known = {row.code for row in earlier.counts if row.count is not None}
    return (
        waits_for <= known and asked >= LEAST_SUBMISSIONS and len(tally.asked_children[question.id]) >= LEAST_CHILDREN
    )


def _withheld(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the figures that may be shown beside their known sum."""
    safe = withhold({(code,): count for code, count in counts.items()}, fixed=(0,))
    return {code: safe[(code,)] for code in counts}


def _rows(
    form: FeedbackForm, question: Question, figures: Mapping[str, int | None], asked: int
) -> tuple[AnswerCount, ...]:
    labels = _labels(form, question)
    order = [code for code in (*labels, *figures) if code in figures]
    return tuple(
        AnswerCount(code, labels.get(code, code.replace("_", " ")), count, _share(count, asked))
        for code in dict.fromkeys(order)
        for count in (figures[code],)
    )


def _share(count: int | None, asked: int) -> float | None:
    return None if count is None or not asked else count / asked


def _labels(form: FeedbackForm, question: Question) -> dict[str, str]:
    """Return the words of each answer, in the order of the form."""
    if isinstance(question, YesNoQuestion):
        own = {"yes": form.words.yes, "no": form.words.no}
    else:
        own = {option.code: option.label for option in getattr(question, "options", ())}
    return {**own, **({} if own else {code: code for code in _answers(question)})}


def _groups(tally: _Tally, whole: Iterable[QuestionSummary]) -> Iterator[GroupSummary]:
    """Yield the figures by group, the small ones together; nothing where fewer than two would stand."""
    members = _stand_together(tally)
    if len(members) < 2:
        return
    by_question = [
        (question, _by_group(tally, question, shown, members))
        for question, shown in zip(tally.form.questions, whole, strict=True)
        if question.show_if is None and not isinstance(question, ChoicesQuestion)
    ]
    for place, own in enumerate(members):
        submissions = sum(tally.submissions[group] for group in own)
        yield GroupSummary(
            name=own[0] if len(own) == 1 else OTHERS,
            members=own,
            submissions=submissions,
            questions=tuple(
                QuestionSummary(
                    question_id=question.id,
                    text=question.text,
                    kind=question.kind,
                    asked=submissions,
                    counts=_rows(tally.form, question, figures[place], submissions),
                )
                for question, figures in by_question
            ),
        )


def _stand_together(tally: _Tally) -> list[tuple[str, ...]]:
    """Return the groups by name, those too small as one at the end; with the next smallest where that is too small."""
    by_size = sorted(tally.submissions, key=lambda group: (tally.submissions[group], group))
    small = [group for group in by_size if not tally.is_enough([group])]
    enough = [group for group in by_size if group not in small]
    while small and enough and (len(small) < 2 or not tally.is_enough(small)):
        small.append(enough.pop(0))
    if small and not enough:
        return []
    return [(group,) for group in sorted(enough)] + ([tuple(sorted(small))] if small else [])


def _by_group(
    tally: _Tally, question: Question, shown: QuestionSummary, members: Sequence[tuple[str, ...]]
) -> list[dict[str, int | None]]:
    """Return one question's figures by group; what is withheld of everyone is withheld, together, of each."""
    known = {row.code for row in shown.counts if row.count is not None}
    counts = [tally.counts(question, own) for own in members]
    table: Counter[tuple[str, ...]] = Counter()
    for place, own in enumerate(counts):
        for code, count in own.items():
            table[str(place), code if code in known else _POOLED] += count
    safe = withhold(table, fixed=(0, 1))
    return [
        {code: safe[str(place), code] if code in known else None for code in own} for place, own in enumerate(counts)
    ]


#: Stands for the answers that are withheld of everyone; no code of an answer holds a space.
_POOLED: Final = "all withheld"
