"""What children said, together: nobody can be found in it."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from relationkit.feedback import (
    OTHERS,
    SHIPPED_FORMS,
    ChoiceQuestion,
    ChoicesQuestion,
    FeedbackForm,
    FeedbackPeriod,
    FeedbackSummary,
    FormPurpose,
    Option,
    QuestionSummary,
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
IN_MARCH, AFTER = date(2025, 2, 10), date(2025, 4, 1)


def sent(form: FeedbackForm, number: int, answers: dict[str, object], *, child: str | None = None) -> Submission:
    return parse_submission(
        form,
        answers,
        form_version=form.version,
        submission_id=f"f{number}",
        child_id=child or f"c{number}",
        session_id="s1",
        worker_id=f"w{number % 4}",
        submitted_at=datetime(2025, 2, 3, 12, tzinfo=UTC),
    ).submission


def many(form: FeedbackForm, **how_often: int) -> list[Submission]:
    """So many submissions of each answer to the form's first question, each of another child."""
    each = [code for code, often in how_often.items() for _ in range(often)]
    return [
        sent(form, number, {} if code == "skipped" else {form.questions[0].id: code})
        for number, code in enumerate(each)
    ]


def summary(submissions: list[Submission], form: FeedbackForm, **changes: Any) -> FeedbackSummary:
    return summarise_feedback(submissions, form, **({"within": IN_MARCH, "on": AFTER} | changes))


def figures(question: QuestionSummary) -> dict[str, int | None]:
    return {row.code: row.count for row in question.counts}


@pytest.fixture
def pick(a_form: Build) -> FeedbackForm:
    options = tuple(Option(code=code, label=code.upper()) for code in ("a", "b", "c", "d"))
    return a_form(ChoiceQuestion(id="pick", text="Which?", options=options))


def test_counts_and_shares_are_of_those_who_were_asked(pick: FeedbackForm) -> None:
    found = summary(many(pick, a=10, b=20, rather_not_say=10), pick)
    rows = {row.code: (row.label, row.count, row.share) for row in found.questions[0].counts}

    assert (found.status, found.submissions, found.children) == (SummaryStatus.SHOWN, 40, 40)
    assert rows["b"] == ("B", 20, 0.5)
    assert rows["rather_not_say"] == ("rather not say", 10, 0.25)
    assert rows["skipped"][1] == 0


def test_ten_submissions_of_six_children_are_enough_and_one_less_of_either_is_not(pick: FeedbackForm) -> None:
    def of(submissions: int, children: int) -> SummaryStatus:
        some = [sent(pick, n, {"pick": "a"}, child=f"c{n % children}") for n in range(submissions)]
        return summary(some, pick).status

    assert of(10, 6) is SummaryStatus.SHOWN
    assert of(9, 9) is SummaryStatus.TOO_FEW
    assert of(10, 5) is SummaryStatus.TOO_FEW
    assert summary([], pick).status is SummaryStatus.TOO_FEW


def test_too_few_shows_nothing_at_all(pick: FeedbackForm) -> None:
    found = summary(many(pick, a=9), pick)

    assert (found.submissions, found.children, found.questions, found.groups) == (None, None, (), ())


@pytest.mark.parametrize(("few", "is_shown"), [(1, False), (5, False), (6, True), (0, True)])
def test_figures_of_one_to_five_are_withheld_and_nought_and_six_are_not(
    pick: FeedbackForm, few: int, is_shown: bool
) -> None:
    shown = figures(summary(many(pick, a=30, b=20, c=few), pick).questions[0])

    assert (shown["c"] == few) is is_shown
    assert (shown["c"] is None) is not is_shown


def test_a_second_figure_is_withheld_where_the_sum_would_give_the_first_away(pick: FeedbackForm) -> None:
    shown = figures(summary(many(pick, a=30, b=20, c=3), pick).questions[0])

    assert [shown["a"], shown["b"], shown["c"]].count(None) == 2
    assert shown["a"] == 30


def test_a_period_that_is_not_over_shows_nothing(pick: FeedbackForm) -> None:
    submissions = many(pick, a=30)

    assert summary(submissions, pick, on=date(2025, 3, 31)).status is SummaryStatus.PERIOD_OPEN
    assert summary(submissions, pick, on=date(2025, 3, 31)).submissions is None
    assert summary(submissions, pick, on=date(2025, 4, 1)).status is SummaryStatus.SHOWN


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2025, 1, 1), date(2025, 1, 1), date(2025, 4, 1)),
        (date(2025, 3, 31), date(2025, 1, 1), date(2025, 4, 1)),
        (date(2025, 4, 1), date(2025, 4, 1), date(2025, 7, 1)),
        (date(2024, 12, 31), date(2024, 10, 1), date(2025, 1, 1)),
    ],
)
def test_a_form_has_quarters(pick: FeedbackForm, day: date, start: date, end: date) -> None:
    assert FeedbackPeriod.containing(day, pick) == FeedbackPeriod(start, end)


@pytest.mark.parametrize(
    ("day", "year"), [(date(2025, 3, 31), 2024), (date(2025, 4, 1), 2025), (date(2026, 2, 28), 2025)]
)
def test_the_yearly_form_has_reporting_years_and_no_quarters(day: date, year: int) -> None:
    yearly = next(form for form in SHIPPED_FORMS if form.purpose is FormPurpose.HOW_ARE_WE_DOING)

    assert FeedbackPeriod.containing(day, yearly) == FeedbackPeriod(date(year, 4, 1), date(year + 1, 4, 1))


def test_no_two_periods_of_a_form_overlap_and_none_is_left_out(pick: FeedbackForm) -> None:
    periods = {FeedbackPeriod.containing(date.fromordinal(n), pick) for n in range(738_000, 739_500)}
    ordered = sorted(periods)

    assert all(one.end_on == other.start_on for one, other in pairwise(ordered))


def test_a_submission_counts_once_and_in_the_period_of_its_day_in_london(pick: FeedbackForm) -> None:
    late = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)  # 00:30 on 1 July in London
    own = [each.model_copy(update={"submitted_at": late}) for each in many(pick, a=12)]

    assert summary([*own, *own], pick, within=date(2025, 7, 1), on=date(2025, 10, 1)).submissions == 12
    assert summary(own, pick, within=date(2025, 6, 30), on=date(2025, 10, 1)).status is SummaryStatus.TOO_FEW


def test_another_form_and_another_version_are_passed_over(pick: FeedbackForm) -> None:
    own = many(pick, a=12)
    others = [each.model_copy(update={"id": f"x{each.id}", "form_version": 9}) for each in own]

    assert summary([*own, *others], pick).submissions == 12


def test_words_are_shown_only_where_their_child_agreed(a_form: Build) -> None:
    form = a_form(TextQuestion(id="why", text="Why?"))
    submissions = [sent(form, n, {"why": f"words {n}"}) for n in range(12)]

    assert summary(submissions, form).questions[0].words == ()
    assert summary(submissions, form, may_quote={("f3", "why")}).questions[0].words == ("words 3",)
    assert summary(submissions[:9], form, may_quote={("f3", "why")}).questions == ()
    assert "words 3" not in repr(summary(submissions, form, may_quote={("f3", "why")}))


def a_form_with_a_follow_up(a_form: Build) -> FeedbackForm:
    return a_form(
        ChoiceQuestion(
            id="pick", text="?", options=tuple(Option(code=code, label=code) for code in ("a", "b", "c", "d"))
        ),
        YesNoQuestion(id="more", text="More?", show_if=ShowIf(question_id="pick", any_of=("a",))),
    )


def test_a_question_that_would_give_a_withheld_answer_away_shows_nothing(a_form: Build) -> None:
    form = a_form_with_a_follow_up(a_form)
    some = [{"pick": "a", "more": "yes"}] * 12 + [{"pick": "b"}] * 13 + [{"pick": "c"}] * 20
    few = [{"pick": "a", "more": "yes"}] * 12 + [{"pick": "b"}] * 3 + [{"pick": "c"}] * 20

    shown = summary([sent(form, n, dict(each)) for n, each in enumerate(some)], form).questions
    hidden = summary([sent(form, n, dict(each)) for n, each in enumerate(few)], form).questions

    assert (shown[1].asked, figures(shown[1])["yes"]) == (12, 12)
    assert figures(hidden[0])["a"] is None
    assert (hidden[1].asked, hidden[1].counts) == (None, ())


def test_answers_of_which_several_may_be_picked_are_each_held_against_the_rest(a_form: Build) -> None:
    options = tuple(Option(code=code, label=code) for code in ("a", "b", "c"))
    form = a_form(ChoicesQuestion(id="any", text="?", options=options))
    some = [["a"]] * 10 + [["a", "b"]] * 10 + [["a", "b", "c"]] * 3
    shown = figures(summary([sent(form, n, {"any": each}) for n, each in enumerate(some)], form).questions[0])

    assert shown["answered"] == 23
    assert shown["b"] == 13
    assert shown["c"] is None
    assert shown["a"] == 23


def by_worker(submission: Submission) -> str | None:
    return submission.worker_id


def test_groups_too_small_stand_together_and_never_alone(pick: FeedbackForm) -> None:
    sizes = {"w0": 20, "w1": 15, "w2": 3}
    numbered = iter(range(100))
    submissions = [
        sent(pick, next(numbered), {"pick": "a"}).model_copy(update={"worker_id": worker})
        for worker, size in sizes.items()
        for _ in range(size)
    ]

    groups = summary(submissions, pick, group_of=by_worker).groups

    assert [(group.name, group.members, group.submissions) for group in groups] == [
        ("w0", ("w0",), 20),
        (OTHERS, ("w1", "w2"), 18),
    ]


def test_what_came_of_it_is_beside_the_figures_even_where_they_are_too_few(pick: FeedbackForm) -> None:
    later = YouSaidWeDid(on="2025-03-02", said="Not in class", did="We meet after school")
    first = YouSaidWeDid(on="2025-02-01", said="More time", did="Nothing yet: we are short of two workers")

    assert summary([], pick, said_and_done=[later, first]).said_and_done == (first, later)


def test_the_order_of_submissions_changes_nothing(pick: FeedbackForm) -> None:
    submissions = many(pick, a=30, b=4, c=9)
    shuffled = submissions.copy()
    random.Random(1).shuffle(shuffled)

    assert summary(submissions, pick, group_of=by_worker) == summary(shuffled, pick, group_of=by_worker)


# Nobody can work a withheld figure out -------------------------------------------------------------------------------

Cell = tuple[int, str]


def could_be_another(true: Mapping[Cell, int], hidden: set[Cell], cell: Cell, *, knows_small: bool = True) -> bool:
    """Return whether another table of whole numbers has the same sums and shown figures, and differs in ``cell``.

    The reader knows every sum by row and by column, and which hidden figures are 1 to 5 (nobody can tell where all are
    hidden alike). A table of whole numbers with
    known sums can change by one exactly along a closed walk that goes up and down in turn, so a walk is looked for.
    """

    def can(which: Cell, step: int) -> bool:
        low, high = (1, 5) if knows_small and 0 < true[which] <= 5 else (0, 10**9)
        return which in hidden and low <= true[which] + step <= high

    def reach(step: int) -> bool:
        row, column = cell
        waiting, seen = [("column", column)], {("column", column)}
        while waiting:
            kind, name = waiting.pop()
            for other in hidden - {cell}:
                if kind == "column" and other[1] == name and can(other, -step):
                    following: tuple[str, Any] = ("row", other[0])
                elif kind == "row" and other[0] == name and can(other, step):
                    following = ("column", other[1])
                else:
                    continue
                if following == ("row", row):
                    return True
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return False

    return any(can(cell, step) and reach(step) for step in (1, -1))


def test_the_solver_finds_what_can_be_worked_out() -> None:
    true = {(0, "a"): 3, (0, "b"): 20, (1, "a"): 7, (1, "b"): 9}

    assert not could_be_another(true, {(0, "a")}, (0, "a"))
    assert not could_be_another(true, {(0, "a"), (0, "b")}, (0, "a"))
    assert could_be_another(true, set(true), (0, "a"))


CODES = ("a", "b", "c", "d", "rather_not_say", "skipped")


def one_way_table(found: FeedbackSummary, counts: Mapping[str, int]) -> tuple[dict[Cell, int], set[Cell]]:
    """The whole's figures as a table of two rows, of which the second is what is free to make up the sums."""
    shown = figures(found.questions[0])
    true = {(0, code): counts.get(code, 0) for code in shown} | {(1, code): 10**6 for code in shown}
    return true, {(row, code) for row in (0, 1) for code, count in shown.items() if count is None}


@pytest.mark.parametrize("seeds", [range(start, start + 100) for start in range(0, 1000, 100)], ids=lambda s: str(s[0]))
def test_on_a_thousand_random_summaries_no_withheld_figure_can_be_worked_out(pick: FeedbackForm, seeds: range) -> None:
    for seed in seeds:
        rng = random.Random(seed)
        weights = [rng.choice((0, 1, 1, 3, 10, 30)) for _ in CODES]
        if not any(weights):
            continue
        picked = rng.choices(CODES, weights, k=rng.randint(10, 90))
        submissions = [
            sent(pick, number, {} if code == "skipped" else {"pick": code}) for number, code in enumerate(picked)
        ]
        teams = {each.id: rng.choice(("n", "s", "e", "w")) for each in submissions}
        found = summary(submissions, pick, group_of=lambda each: teams[each.id])  # noqa: B023 - used at once
        counts = {code: picked.count(code) for code in CODES}

        true, hidden = one_way_table(found, counts)
        assert all(could_be_another(true, hidden, cell) for cell in hidden if cell[0] == 0), seed
        shown = figures(found.questions[0])
        assert all(not (0 < counts[code] < 6) for code in CODES if shown[code] is not None)
        check_groups(found, submissions, teams, shown)


def check_groups(
    found: FeedbackSummary, submissions: list[Submission], teams: Mapping[str, str], whole: Mapping[str, int | None]
) -> None:
    """Hold every figure by group against the sums that are known: of each group, and of each answer of everyone."""
    true: dict[Cell, int] = {}
    hidden: set[Cell] = set()
    for place, group in enumerate(found.groups):
        own = [each for each in submissions if teams[each.id] in group.members]
        for code, count in figures(group.questions[0]).items():
            name = code if whole[code] is not None else "pooled"
            said = sum(_said(each) == code for each in own)
            true[place, name] = true.get((place, name), 0) + said
            assert count in (None, said)
            if count is None:
                hidden.add((place, name))
    is_all_hidden = all(cell in hidden or not count for cell, count in true.items())
    for cell in hidden:
        if cell[1] != "pooled" or 0 < true[cell] < 6:  # answers that are withheld of everyone are no figure together
            assert could_be_another(true, hidden, cell, knows_small=not is_all_hidden)


def _said(submission: Submission) -> str:
    answer = submission.answers[0]
    return str(answer.value) if answer.value is not None else {"refused": "rather_not_say"}.get(answer.state, "skipped")
