"""All that a summary says of forty-eight made-up answers to every kind of question, and where it says nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from relationkit.errors import InvalidRecordError
from relationkit.feedback import (
    OTHERS,
    AnswerCount,
    ChoiceQuestion,
    ChoicesQuestion,
    DrawingQuestion,
    FeedbackForm,
    FeedbackPeriod,
    FeedbackSummary,
    GroupSummary,
    Option,
    QuestionSummary,
    ScaleQuestion,
    ShowIf,
    Submission,
    SummaryStatus,
    TextQuestion,
    YesNoQuestion,
    YouSaidWeDid,
    parse_submission,
    summarise_feedback,
)

Build = Callable[..., FeedbackForm]
PICTURE = "0f" * 32
A_OR_B = (Option(code="a", label="Apple"), Option(code="b", label="Bread"))


def sent(form: FeedbackForm, number: int, page: dict[str, object], child: int | None = None) -> Submission:
    return parse_submission(
        form,
        page,
        form_version=form.version,
        submission_id=f"f{number:02}",
        child_id=f"c{number if child is None else child}",
        submitted_at=datetime(2025, 2, 3, 12, tzinfo=UTC),
    ).submission


def summary(submissions: list[Submission], form: FeedbackForm, **more: Any) -> FeedbackSummary:
    return summarise_feedback(submissions, form, within=date(2025, 2, 10), on=date(2025, 4, 1), **more)


@pytest.fixture
def form(a_form: Build) -> FeedbackForm:
    return a_form(
        YesNoQuestion(id="fine", text="Was it fine?"),
        TextQuestion(id="why", text="Why?", show_if=ShowIf(question_id="fine", any_of=("no",))),
        ScaleQuestion(id="much", text="How much?", highest=2, lowest_label="None", highest_label="All"),
        ChoiceQuestion(id="one", text="Which one?", options=A_OR_B),
        ChoicesQuestion(id="any", text="Which?", options=A_OR_B),
        DrawingQuestion(id="drawing", text="Draw it"),
    )


#: Each is sent by twelve.
PAGES: list[dict[str, object]] = [
    {"fine": "yes", "much": "2", "one": "a", "any": ["a", "b"], "drawing": PICTURE},
    {"fine": "no", "why": "It rained", "much": "1", "one": "b", "any": "a"},
    {"fine": "rather_not_say", "one": "rather_not_say", "drawing": "rather_not_say"},
    {"fine": "perhaps", "much": "0", "one": "a", "any": "rather_not_say", "drawing": PICTURE},
]


@pytest.fixture
def submissions(form: FeedbackForm) -> list[Submission]:
    return [sent(form, number, PAGES[number % 4], child=number % 32) for number in range(48)]


def team(submission: Submission) -> str:
    return "North" if int(submission.id[1:]) < 24 else "South"


def counted(asked: int, *rows: tuple[str, str, int]) -> tuple[AnswerCount, ...]:
    return tuple(AnswerCount(code, label, count, count / asked) for code, label, count in rows)


def no_answer(refused: int, skipped: int, not_read: int) -> list[tuple[str, str, int]]:
    return [
        ("rather_not_say", "rather not say", refused),
        ("skipped", "skipped", skipped),
        ("not_read", "not read", not_read),
    ]


def fine(each: int) -> QuestionSummary:
    rows = [("yes", "Yes", each), ("no", "No", each), *no_answer(each, 0, each)]
    return QuestionSummary("fine", "Was it fine?", "yes_no", 4 * each, counted(4 * each, *rows))


def much(each: int) -> QuestionSummary:
    rows = [("0", "0", each), ("1", "1", each), ("2", "2", each), *no_answer(0, each, 0)]
    return QuestionSummary("much", "How much?", "scale", 4 * each, counted(4 * each, *rows))


def one(each: int) -> QuestionSummary:
    rows = [("a", "Apple", 2 * each), ("b", "Bread", each), *no_answer(each, 0, 0)]
    return QuestionSummary("one", "Which one?", "choice", 4 * each, counted(4 * each, *rows))


def drawing(each: int) -> QuestionSummary:
    rows = [("answered", "answered", 2 * each), *no_answer(each, each, 0)]
    return QuestionSummary("drawing", "Draw it", "drawing", 4 * each, counted(4 * each, *rows))


def test_a_summary_says_this_and_nothing_else(form: FeedbackForm, submissions: list[Submission]) -> None:
    done = YouSaidWeDid(on="2025-03-02", said="Not in class", did="We meet after school")

    may_quote = {("f05", "why"), ("f01", "why"), ("f01", "fine")}
    found = summary(submissions, form, group_of=team, may_quote=may_quote, said_and_done=[done])

    assert found == FeedbackSummary(
        form_id="made-up",
        form_version=3,
        title="A made-up form",
        period=FeedbackPeriod(date(2025, 1, 1), date(2025, 4, 1)),
        status=SummaryStatus.SHOWN,
        submissions=48,
        children=32,
        questions=(
            fine(12),
            QuestionSummary(
                question_id="why",
                text="Why?",
                kind="text",
                asked=24,
                counts=counted(24, ("answered", "answered", 12), *no_answer(0, 12, 0)),
                words=("It rained", "It rained"),
            ),
            much(12),
            one(12),
            QuestionSummary(
                question_id="any",
                text="Which?",
                kind="choices",
                asked=48,
                counts=counted(
                    48, ("a", "Apple", 24), ("b", "Bread", 12), ("answered", "answered", 24), *no_answer(12, 12, 0)
                ),
            ),
            drawing(12),
        ),
        groups=tuple(
            GroupSummary(name, (name,), submissions=24, questions=(fine(6), much(6), one(6), drawing(6)))
            for name in ("North", "South")
        ),
        said_and_done=(done,),
    )
    assert str(found.period) == "2025-01-01 to 2025-03-31"


def test_without_groups_and_words_asked_for_there_are_none(form: FeedbackForm, submissions: list[Submission]) -> None:
    found = summary(submissions, form)

    assert (found.groups, found.said_and_done) == ((), ())
    assert [question.words for question in found.questions] == [()] * 6


def test_what_is_not_shown_still_says_which_form_which_period_and_what_was_done(
    form: FeedbackForm, submissions: list[Submission]
) -> None:
    done = YouSaidWeDid(on="2025-03-02", said="Not in class", did="We meet after school")
    period = FeedbackPeriod(date(2025, 1, 1), date(2025, 4, 1))

    for status, found in (
        (SummaryStatus.TOO_FEW, summary(submissions[:9], form, group_of=team, said_and_done=[done])),
        (
            SummaryStatus.PERIOD_OPEN,
            summarise_feedback(submissions, form, within=date(2025, 2, 10), on=date(2025, 3, 31), said_and_done=[done]),
        ),
    ):
        assert found == FeedbackSummary("made-up", 3, "A made-up form", period, status, said_and_done=(done,))


def test_another_form_version_or_period_and_a_second_copy_are_passed_over(
    form: FeedbackForm, submissions: list[Submission]
) -> None:
    first = submissions[0]
    strangers = [
        first.model_copy(update={"id": "x1", "form_id": "another"}),
        first.model_copy(update={"id": "x2", "form_version": 4}),
        first.model_copy(update={"id": "x3", "submitted_at": datetime(2024, 12, 31, 23, 59, tzinfo=UTC)}),
        first.model_copy(update={"id": "x4", "submitted_at": datetime(2025, 3, 31, 23, 0, tzinfo=UTC)}),
        first,
    ]
    edges = [
        first.model_copy(update={"id": "y1", "submitted_at": datetime(2025, 1, 1, tzinfo=UTC)}),
        first.model_copy(update={"id": "y2", "submitted_at": datetime(2025, 3, 31, 22, 59, tzinfo=UTC)}),
    ]

    assert summary([*submissions, *strangers], form) == summary(submissions, form)
    assert summary([*strangers, *submissions], form) == summary(submissions, form)
    assert summary([*submissions, *edges], form).submissions == 50


def test_the_words_of_a_form_in_another_language_count_together(
    form: FeedbackForm, submissions: list[Submission]
) -> None:
    welsh = [each.model_copy(update={"language": "cy"}) for each in submissions]

    assert summary(welsh, form) == summary(submissions, form)


# Where nothing is said ------------------------------------------------------------------------------------------------


def rows(question: QuestionSummary) -> list[tuple[str, int | None, float | None]]:
    return [(row.code, row.count, row.share) for row in question.counts]


@pytest.mark.parametrize(("answered", "shown"), [(3, None), (5, None), (6, 6)])
def test_the_picks_of_few_are_no_rows(a_form: Build, answered: int, shown: int | None) -> None:
    form = a_form(ChoicesQuestion(id="any", text="?", options=A_OR_B))
    pages: list[dict[str, object]] = [{"any": "a"}] * answered + [{}] * (20 - answered)

    found = rows(summary([sent(form, n, page) for n, page in enumerate(pages)], form).questions[0])

    picks = ["a", "b"] if shown else []
    assert [code for code, *_ in found] == [*picks, "answered", "rather_not_say", "skipped", "not_read"]
    assert found[len(picks)][1] == shown


def test_a_question_that_nobody_answered_has_its_noughts(a_form: Build) -> None:
    form = a_form(
        ChoicesQuestion(id="any", text="?", options=A_OR_B), ChoiceQuestion(id="one", text="?", options=A_OR_B)
    )

    several, one_of = summary([sent(form, n, {}) for n in range(20)], form).questions

    silent = [("rather_not_say", 0, 0.0), ("skipped", 20, 1.0), ("not_read", 0, 0.0)]
    assert rows(several) == [("answered", 0, 0.0), *silent]
    assert rows(one_of) == [("a", 0, 0.0), ("b", 0, 0.0), *silent]


@pytest.mark.parametrize(
    ("picked_by", "shown"), [(0, 0), (1, None), (5, None), (6, 6), (14, 14), (15, None), (19, None), (20, 20)]
)
def test_a_pick_is_held_against_those_who_did_not_pick_it(a_form: Build, picked_by: int, shown: int | None) -> None:
    form = a_form(ChoicesQuestion(id="any", text="?", options=A_OR_B))
    pages: list[dict[str, object]] = [{"any": ["a", "b"]}] * picked_by + [{"any": "b"}] * (20 - picked_by)

    found = rows(summary([sent(form, n, page) for n, page in enumerate(pages)], form).questions[0])

    assert found[:3] == [("a", shown, None if shown is None else shown / 20), ("b", 20, 1.0), ("answered", 20, 1.0)]


@pytest.mark.parametrize(
    ("asked", "children", "is_shown"), [(10, 6, True), (9, 9, False), (10, 5, False), (12, 12, True)]
)
def test_a_question_that_follows_another_is_shown_of_ten_from_six_children(
    a_form: Build, asked: int, children: int, is_shown: bool
) -> None:
    form = a_form(
        YesNoQuestion(id="fine", text="Fine?"),
        TextQuestion(id="why", text="Why?", show_if=ShowIf(question_id="fine", any_of=("no",))),
    )
    own = [sent(form, n, {"fine": "no"}, child=n % children) for n in range(asked)]
    others = [sent(form, 50 + n, {"fine": "yes"}) for n in range(20)]

    follow = summary([*own, *others], form).questions[1]

    assert (follow.asked, bool(follow.counts)) == ((asked, True) if is_shown else (None, False))
    assert (follow.question_id, follow.text, follow.kind) == ("why", "Why?", "text")


def test_a_question_that_follows_is_hidden_where_few_earlier_answers_could_not_be_read(a_form: Build) -> None:
    """They are asked it too, so that its base would tell how many they are."""
    form = a_form(
        YesNoQuestion(id="fine", text="Fine?"),
        TextQuestion(id="why", text="Why?", show_if=ShowIf(question_id="fine", any_of=("no",))),
    )
    pages = [{"fine": "no"}] * 12 + [{"fine": "yes"}] * 20
    few: list[dict[str, object]] = [*pages, *[{"fine": "perhaps"}] * 3]
    many: list[dict[str, object]] = [*pages, *[{"fine": "perhaps"}] * 6]

    hidden, shown = (
        summary([sent(form, n, page) for n, page in enumerate(each)], form).questions[1] for each in (few, many)
    )

    assert (hidden.asked, hidden.counts) == (None, ())
    assert (shown.asked, rows(shown)[0]) == (18, ("answered", 0, 0.0))


# Which groups stand alone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "stand"),
    [
        ({"a": 10, "b": 10}, {"a": ("a",), "b": ("b",)}),
        ({"b": 12, "a": 15}, {"a": ("a",), "b": ("b",)}),
        ({"a": 10, "b": 9}, {}),
        ({"a": 20}, {}),
        ({"a": 9, "b": 9}, {}),
        ({"a": 20, "b": 15, "c": 9}, {"a": ("a",), OTHERS: ("b", "c")}),
        ({"a": 20, "b": 15, "c": 5, "d": 5}, {"a": ("a",), "b": ("b",), OTHERS: ("c", "d")}),
        ({"a": 20, "b": 15, "c": 5, "d": 4}, {"a": ("a",), OTHERS: ("b", "c", "d")}),
        ({"c": 20, "b": 20, "a": 3}, {"c": ("c",), OTHERS: ("a", "b")}),
        ({"a": 20, "b": 3, "c": 20}, {"c": ("c",), OTHERS: ("a", "b")}),
        ({"": 12, "b": 12}, {"b": ("b",), "unknown": ("unknown",)}),
    ],
)
def test_groups_too_small_stand_together_with_the_next_smallest(
    a_form: Build, sizes: dict[str, int], stand: dict[str, tuple[str, ...]]
) -> None:
    form = a_form()
    names = [name for name, size in sizes.items() for _ in range(size)]
    submissions = [sent(form, number, {"fine": "yes"}) for number in range(len(names))]

    found = summary(submissions, form, group_of=lambda each: names[int(each.id[1:])]).groups

    assert {group.name: group.members for group in found} == stand
    assert [group.name for group in found] == sorted(stand, key=lambda name: (name == OTHERS, name))
    assert {group.name: group.submissions for group in found} == {
        name: sum(sizes.get(member, sizes.get("", 0)) for member in members) for name, members in stand.items()
    }


@pytest.mark.parametrize(("children", "stand"), [(5, [OTHERS, "b"]), (6, ["a", "b", "c"])])
def test_a_group_of_five_children_does_not_stand_alone_however_much_they_sent(
    a_form: Build, children: int, stand: list[str]
) -> None:
    form = a_form()
    submissions = [
        *(sent(form, n, {"fine": "yes"}, child=n % children) for n in range(12)),
        *(sent(form, n, {"fine": "yes"}) for n in range(12, 48)),
    ]

    found = summary(submissions, form, group_of=lambda each: "abbc"[int(each.id[1:]) // 12]).groups

    assert sorted(group.name for group in found) == sorted(stand)


@pytest.mark.parametrize("said", ["", " ", "x" * 401])
def test_what_was_said_and_done_is_a_sentence(said: str) -> None:
    with pytest.raises(InvalidRecordError):
        YouSaidWeDid(on="2025-03-02", said=said, did="x")
    with pytest.raises(InvalidRecordError):
        YouSaidWeDid(on="2025-03-02", said="x", did=said)
