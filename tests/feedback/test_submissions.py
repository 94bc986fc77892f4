from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, UnknownFormVersionError
from relationkit.feedback import (
    AFTER_SESSION_FORMS,
    AnswerState,
    Audience,
    FeedbackForm,
    FormAge,
    Helper,
    ParsedSubmission,
    Submission,
    SubmissionChannel,
    YesNoQuestion,
    read_answers,
)
from relationkit.feedback.checks import _CannotReadError, _read

Build = Callable[..., FeedbackForm]
Parse = Callable[..., ParsedSubmission]

PICTURE = "0f" * 32


def test_a_submission_is_pinned_to_its_form_session_language_channel_and_helper(
    every_kind: FeedbackForm, parse: Parse
) -> None:
    parsed = parse(every_kind, {"fine": "yes", "helper": "carer"}, channel=SubmissionChannel.PAPER)
    found = parsed.submission

    assert (found.form_id, found.form_version, found.language) == ("made-up", 3, "en")
    assert (found.child_id, found.session_id, found.worker_id) == ("c1", "s1", "w1")
    assert (found.channel, found.helper) == (SubmissionChannel.PAPER, Helper.CARER)


@pytest.mark.parametrize(
    ("question", "sent", "value"),
    [
        ("fine", "yes", True),
        ("fine", False, False),
        ("fine", ["no"], False),
        ("much", "0", 0),
        ("much", 10, 10),
        ("one", "b", "b"),
        ("one", ["", "b"], "b"),
        ("any", ["b", "a"], ("a", "b")),
        ("any", "a", ("a",)),
        ("drawing", PICTURE, PICTURE),
    ],
)
def test_an_answer_is_read_as_it_was_sent(
    every_kind: FeedbackForm, parse: Parse, question: str, sent: object, value: object
) -> None:
    parsed = parse(every_kind, {question: sent})
    answer = parsed.submission.answer(question)

    assert parsed.problems == ()
    assert (answer.state, answer.value) == (AnswerState.ANSWERED, value)
    assert type(answer.value) is type(value)


@pytest.mark.parametrize("blank", [None, "", "  \n", [], [""], ()])
def test_every_question_can_be_skipped(every_kind: FeedbackForm, parse: Parse, blank: object) -> None:
    parsed = parse(every_kind, {question.id: blank for question in every_kind.questions})
    states = {answer.question_id: answer.state for answer in parsed.submission.answers}

    assert parsed.problems == ()
    assert states.pop("why") is AnswerState.NOT_ASKED
    assert set(states.values()) == {AnswerState.SKIPPED}


def test_rather_not_say_is_kept_for_every_kind(every_kind: FeedbackForm, parse: Parse) -> None:
    sent: dict[str, object] = {f"{question.id}.rather_not_say": "yes" for question in every_kind.questions}
    states = {answer.question_id: answer.state for answer in parse(every_kind, sent).submission.answers}

    assert states.pop("why") is AnswerState.NOT_ASKED
    assert set(states.values()) == {AnswerState.REFUSED}


@pytest.mark.parametrize("question", ["fine", "much", "one", "any", "drawing"])
def test_rather_not_say_can_be_picked_like_an_option(every_kind: FeedbackForm, parse: Parse, question: str) -> None:
    answer = parse(every_kind, {question: "rather_not_say"}).submission.answer(question)

    assert (answer.state, answer.value) == (AnswerState.REFUSED, None)


def test_the_refusal_in_somebodys_own_words_is_their_words(every_kind: FeedbackForm, parse: Parse) -> None:
    answer = parse(every_kind, {"fine": "no", "why": "rather_not_say"}).submission.answer("why")

    assert (answer.state, answer.value) == (AnswerState.ANSWERED, "rather_not_say")


def test_skipped_not_asked_and_refused_are_three_things(every_kind: FeedbackForm, parse: Parse) -> None:
    states = [answer.state for answer in parse(every_kind, {"much": "rather_not_say"}).submission.answers[:3]]

    assert states == [AnswerState.SKIPPED, AnswerState.NOT_ASKED, AnswerState.REFUSED]


def test_every_problem_is_reported_at_once_and_one_a_question(every_kind: FeedbackForm, parse: Parse) -> None:
    sent = {
        "fine": "no",
        "why": "x" * 21,
        "much": "11",
        "one": ["a", "b"],
        "any": ["z", "y"],
        "drawing": "C:\\me.svg",
        "audience": "the press",
        "helper": ["carer", "worker"],
    }

    fields = [problem.field for problem in parse(every_kind, sent).problems]

    assert fields == ["why", "much", "one", "any", "drawing", "audience", "helper"]


def test_nothing_valid_is_lost_because_something_else_was_not(every_kind: FeedbackForm, parse: Parse) -> None:
    found = parse(every_kind, {"much": "eleven", "one": "a", "talk_soon": "yes"}).submission

    assert found.answer("much").state is AnswerState.NOT_READ
    assert found.answer("one").value == "a"
    assert found.wants_to_talk


@pytest.mark.parametrize("sent", ["-1", "11", "3.5", "", True, 3.0, "٣", "1e1"])
def test_a_number_is_a_whole_one_between_the_ends(every_kind: FeedbackForm, parse: Parse, sent: object) -> None:
    assert parse(every_kind, {"much": sent}).submission.answer("much").value is None


def test_words_are_kept_to_the_last_letter_that_fits(every_kind: FeedbackForm, parse: Parse) -> None:
    fits, too_long = "é" * 20, "é" * 21

    assert parse(every_kind, {"fine": "no", "why": fits}).submission.answer("why").value == fits
    assert [p.field for p in parse(every_kind, {"fine": "no", "why": too_long}).problems] == ["why"]


def test_a_line_break_counts_once_however_the_page_sends_it(every_kind: FeedbackForm, parse: Parse) -> None:
    sent = "a\r\n" * 10

    assert parse(every_kind, {"fine": "no", "why": sent}).submission.answer("why").value == "a\n" * 10


def test_an_answer_beside_the_refusal_is_asked_about_not_guessed(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"fine": "no", "why": "he shouted", "why.rather_not_say": "yes"})

    assert [problem.field for problem in parsed.problems] == ["why"]
    assert parsed.submission.answer("why").state is AnswerState.NOT_READ


def test_an_answer_to_a_hidden_question_is_dropped_and_the_reading_says_so(
    every_kind: FeedbackForm, parse: Parse
) -> None:
    parsed = parse(every_kind, {"fine": "yes", "why": "x" * 500})

    assert parsed.dropped == ("why",)
    assert parsed.problems == ()
    assert parsed.submission.answer("why").state is AnswerState.NOT_ASKED


def test_a_hidden_question_left_out_altogether_is_fine(every_kind: FeedbackForm, parse: Parse) -> None:
    assert parse(every_kind, {"fine": "yes"}).dropped == ()


def test_nothing_is_dropped_while_the_earlier_answer_cannot_be_read(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"fine": "maybe", "why": "he shouted"})

    assert parsed.dropped == ()
    assert parsed.submission.answer("why").value == "he shouted"


@pytest.mark.parametrize("version", [2, 4, "2", "", "latest", "3.0"])
def test_another_version_is_refused(every_kind: FeedbackForm, parse: Parse, version: int | str) -> None:
    with pytest.raises(UnknownFormVersionError) as refusal:
        parse(every_kind, {}, form_version=version)
    assert (refusal.value.form_id, refusal.value.version) == ("made-up", str(version))


def test_the_version_may_come_as_the_page_sends_it(every_kind: FeedbackForm, parse: Parse) -> None:
    assert parse(every_kind, {}, form_version="3").submission.form_version == 3


def test_what_is_no_part_of_the_form_is_listed(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"zeal": "x", "csrf": "y", "form_id": "made-up", "fine.rather_not_say": ""})

    assert parsed.not_on_form == ("csrf", "zeal")


def test_the_child_picks_any_number_of_readers(every_kind: FeedbackForm, parse: Parse) -> None:
    readers = parse(every_kind, {"audience": ["advocate", "my_worker"]}).submission.audience

    assert readers == (Audience.MY_WORKER, Audience.ADVOCATE)


@pytest.mark.parametrize(
    "audience",
    [
        [5],
        5,
        False,
        b"manager",
        {"manager": True},
        "bogus",
        ["bogus", None],
        [["manager"]],
        ["nobody_by_name", "bogus"],
    ],
    ids=repr,
)
def test_readers_that_cannot_be_read_are_told_apart_from_picking_nobody(
    every_kind: FeedbackForm, parse: Parse, audience: object
) -> None:
    parsed = parse(every_kind, {"audience": audience, "fine": "bad"})

    assert [problem.field for problem in parsed.problems] == ["fine", "audience"]
    assert (parsed.submission.audience, parsed.submission.has_unread_audience) == ((), True)


@pytest.mark.parametrize("audience", [None, "", [], ["", None], "manager", ["nobody_by_name"]])
def test_readers_that_can_be_read_are_not_called_unread(
    every_kind: FeedbackForm, parse: Parse, audience: object
) -> None:
    parsed = parse(every_kind, {"audience": audience})

    assert (parsed.problems, parsed.submission.has_unread_audience) == ((), False)


def test_nobody_by_name_goes_with_nobody_else(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"audience": ["manager", "nobody_by_name"]})

    assert [problem.field for problem in parsed.problems] == ["audience"]
    assert (parsed.submission.audience, parsed.submission.has_unread_audience) == ((), True)


def test_a_reader_whom_the_form_does_not_offer_is_not_added(a_form: Build, parse: Parse) -> None:
    parsed = parse(a_form(audience=(Audience.ADVOCATE,)), {"audience": ["advocate", "manager"]})

    assert parsed.submission.audience == (Audience.ADVOCATE,)
    assert parsed.submission.has_unread_audience
    assert [problem.field for problem in parsed.problems] == ["audience"]


def test_wanting_to_talk_is_ticked_and_never_inferred(every_kind: FeedbackForm, parse: Parse) -> None:
    assert not parse(every_kind, {"fine": "no", "why": "i need to talk soon"}).submission.wants_to_talk
    assert not parse(every_kind, {"talk_soon": "no"}).submission.wants_to_talk
    assert parse(every_kind, {"talk_soon": ["yes"]}).submission.wants_to_talk


YES = ["yes", "Yes", " YES ", "y", "on", "true", "True", "1", 1, True, ["no", "yes"], ["", "on"]]
NO = ["no", "No", "n", "off", "false", "0", 0, False, None, "", "  ", [], ["no", "off"]]
UNCLEAR = ["ja", "2", 2, 1.0, b"yes", {"yes": True}, ["no", "perhaps"], [["yes"]]]


@pytest.mark.parametrize(
    ("sent", "is_yes", "is_unclear"),
    [(s, True, False) for s in YES] + [(s, False, False) for s in NO] + [(s, True, True) for s in UNCLEAR],
    ids=repr,
)
def test_wanting_to_talk_is_read_however_it_is_sent_and_never_lost(
    every_kind: FeedbackForm, parse: Parse, sent: object, *, is_yes: bool, is_unclear: bool
) -> None:
    parsed = parse(every_kind, {"talk_soon": sent})

    assert parsed.submission.wants_to_talk is is_yes
    assert [problem.field for problem in parsed.problems] == ["talk_soon"] * is_unclear


def test_other_problems_are_not_taken_for_wanting_to_talk(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"much": "eleven", "audience": "bogus", "helper": "bogus"})

    assert len(parsed.problems) == 3
    assert not parsed.submission.wants_to_talk


@pytest.mark.parametrize("sent", NO, ids=repr)
@pytest.mark.parametrize(("question", "value"), [("much", 5), ("why", "he shouted")])
def test_an_answer_stays_when_rather_not_say_is_sent_as_not_ticked(
    every_kind: FeedbackForm, parse: Parse, question: str, value: object, sent: object
) -> None:
    parsed = parse(every_kind, {"fine": "no", question: value, f"{question}.rather_not_say": sent})

    assert parsed.problems == ()
    assert parsed.submission.answer(question).value == value


@pytest.mark.parametrize("sent", YES + UNCLEAR, ids=repr)
def test_anything_else_beside_the_question_is_rather_not_say(
    every_kind: FeedbackForm, parse: Parse, sent: object
) -> None:
    answer = parse(every_kind, {"much.rather_not_say": sent}).submission.answer("much")

    assert (answer.state, answer.value) == (AnswerState.REFUSED, None)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("ok \ud83d", "ok \ufffd"),
        ("\ude00 ok", "\ufffd ok"),
        ("ok \ud83d\ude00", "ok \U0001f600"),
        ("ok \U0001f600", "ok \U0001f600"),
        ("a\0b", "a\ufffdb"),
    ],
    ids=["half-at-the-end", "half-at-the-start", "two-halves", "whole", "nothing"],
)
def test_words_can_be_stored_whatever_the_phone_made_of_them(
    every_kind: FeedbackForm, parse: Parse, sent: str, kept: str
) -> None:
    found = parse(every_kind, {"fine": "no", "why": sent}).submission

    assert found.answer("why").value == kept
    assert Submission.model_validate_json(found.model_dump_json()) == found


def test_halves_that_belong_together_count_as_one_letter(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"fine": "no", "why": "\ud83d\ude00" * 20})

    assert parsed.submission.answer("why").value == "\U0001f600" * 20


def test_names_that_are_no_text_are_listed_too(every_kind: FeedbackForm, parse: Parse) -> None:
    assert parse(every_kind, {1: 2, "b": 3, None: 4}).not_on_form == ("1", "None", "b")


@pytest.mark.parametrize(
    "page",
    [
        {"form_id": "another"},
        {"form_version": "2"},
        {"form_version": 4},
        {"language": "cy"},
        {"language": ["en", "cy"]},
    ],
    ids=repr,
)
def test_a_page_that_says_it_was_another_form_is_refused(
    every_kind: FeedbackForm, parse: Parse, page: dict[str, object]
) -> None:
    with pytest.raises(UnknownFormVersionError, match="made-up"):
        parse(every_kind, {"fine": "yes"} | page)


def test_a_page_that_says_it_was_this_form_is_read(every_kind: FeedbackForm, parse: Parse) -> None:
    pages: list[dict[str, object]] = [
        {"form_id": "made-up", "form_version": 3, "language": "EN"},
        {"form_id": ["made-up"], "form_version": ["3"], "language": ["en"]},
        {"form_id": None, "form_version": "", "language": []},
    ]

    assert [parse(every_kind, {"fine": "yes"} | page).problems for page in pages] == [(), (), ()]


@pytest.mark.parametrize(("helper", "is_asked"), [(None, True), ("nobody", True), ("carer", False)])
def test_under_eight_an_adult_is_there(a_form: Build, parse: Parse, helper: str | None, is_asked: bool) -> None:
    form = a_form(YesNoQuestion(id="fine", text="Fine?"), age_band=FormAge.UNDER_8)

    parsed = parse(form, {"fine": "yes", "helper": helper})

    assert [problem.field for problem in parsed.problems] == ["helper"] * is_asked
    assert parsed.submission.answer("fine").value is True


@pytest.mark.parametrize("field", ["submission_id", "child_id", "session_id", "worker_id"])
@pytest.mark.parametrize("given_id", ["", "x\ny", "x\0y", "x\x85y", "x\u2028y", "x\u202ey", "\ud83d"])
def test_an_id_that_is_empty_or_not_one_line_is_refused_and_not_shown(
    every_kind: FeedbackForm, parse: Parse, field: str, given_id: str
) -> None:
    with pytest.raises(InvalidRecordError) as refusal:
        parse(every_kind, {}, **{field: given_id})
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    "changes",
    [{"form_id": "a\nb"}, {"language": "en\n"}, {"language": ""}, {"form_version": 0}],
    ids=["form", "language-of-two-lines", "no-language", "version-0"],
)
def test_a_submission_is_pinned_to_a_form_that_can_be(
    every_kind: FeedbackForm, parse: Parse, changes: dict[str, object]
) -> None:
    with pytest.raises(InvalidRecordError):
        parse(every_kind, {}).submission.model_copy(update=changes)


def test_a_moment_without_a_zone_is_refused(every_kind: FeedbackForm, parse: Parse) -> None:
    with pytest.raises(InvalidRecordError, match="submitted_at"):
        parse(every_kind, {}, submitted_at=datetime(2025, 3, 3, 16))


def test_no_repr_shows_what_the_child_wrote(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"fine": "no", "why": "he shouted", "one": "shouted"})

    assert "shouted" not in repr(parsed) + str(parsed.submission.answers) + repr(parsed.problems)


def test_a_submission_goes_through_json_and_back(every_kind: FeedbackForm, parse: Parse) -> None:
    sent = {"fine": "no", "why": "5", "much": "5", "one": "a", "any": ["a", "b"], "audience": "manager"}
    found = parse(every_kind, sent).submission

    again = Submission.model_validate_json(found.model_dump_json())

    assert again == found
    assert [type(answer.value) for answer in again.answers] == [type(answer.value) for answer in found.answers]


ANYTHING: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.sampled_from(["yes", "great", "some", "manager"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["today", "own_say", "next_time", "next_time.rather_not_say", "audience", "helper", "talk_soon", "x"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sent=st.dictionaries(NAMES, ANYTHING))
def test_whatever_is_sent_each_question_has_one_state_and_at_most_one_problem(
    parse: Parse, sent: dict[str, object]
) -> None:
    form = AFTER_SESSION_FORMS[0]
    parsed = parse(form, sent)
    fields = [problem.field for problem in parsed.problems]
    unread = [a.question_id for a in parsed.submission.answers if a.state is AnswerState.NOT_READ]

    assert [answer.question_id for answer in parsed.submission.answers] == [q.id for q in form.questions]
    assert len(set(fields)) == len(fields)
    assert unread == [field for field in fields if field not in {"audience", "helper", "talk_soon"}]
    assert parsed.submission.has_unread_audience is ("audience" in fields)
    assert Submission.model_validate_json(parsed.submission.model_dump_json()) == parsed.submission
    assert all((a.value is not None) == (a.state is AnswerState.ANSWERED) for a in parsed.submission.answers)


@pytest.mark.parametrize("said", ["s2", ["s1", "s2"], 2])
def test_a_page_about_another_session_is_pointed_out_and_the_caller_s_session_is_kept(
    every_kind: FeedbackForm, parse: Parse, said: object
) -> None:
    parsed = parse(every_kind, {"fine": "yes", "session_id": said})

    assert parsed.at_odds == ("session_id",)
    assert parsed.submission.session_id == "s1"
    assert parsed.submission.answer("fine").value is True


@pytest.mark.parametrize("said", [None, "", "s1", " s1 ", ["s1"]])
def test_a_page_about_the_same_session_is_not_pointed_out(every_kind: FeedbackForm, parse: Parse, said: object) -> None:
    assert parse(every_kind, {"session_id": said}).at_odds == ()


def test_a_form_about_no_session_has_none_and_a_page_that_names_one_is_pointed_out(
    every_kind: FeedbackForm, parse: Parse
) -> None:
    parsed = parse(every_kind, {"session_id": "s1"}, session_id=None)

    assert (parsed.submission.session_id, parsed.at_odds) == (None, ("session_id",))
    assert parse(every_kind, {}, session_id=None).at_odds == ()


SENT = st.one_of(
    st.sampled_from(["yes", "no", "a", "b", "rather_not_say", "", " ", "7", "07", " 7 ", "11", "x\r\ny", "é", PICTURE]),
    st.booleans(),
    st.none(),
    st.integers(-1, 12),
    st.floats(0, 10),
    st.text(max_size=22),
    st.lists(st.sampled_from(["a", "b", "yes", "rather_not_say", "", "7", 7, None, ["a"]]), max_size=3),
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["a", "b"])),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
@given(
    sent=st.dictionaries(
        st.sampled_from(
            [*("fine", "why", "much", "one", "any", "drawing"), "fine.rather_not_say", "why.rather_not_say"]
        ),
        SENT,
    )
)
def test_looking_up_says_the_same_as_reading_with_care(every_kind: FeedbackForm, sent: dict[str, object]) -> None:
    checked = read_answers(every_kind, sent)

    for question, (state, value) in zip(every_kind.questions, checked.answers, strict=True):
        try:
            expected = _read(question, sent, every_kind.words)
        except _CannotReadError:
            expected = (AnswerState.NOT_READ, None)
        if state is not AnswerState.NOT_ASKED:
            assert (state, value) == expected
            assert type(value) is type(expected[1])


def test_a_check_shows_no_answer_in_its_repr(every_kind: FeedbackForm) -> None:
    assert "shouted" not in repr(read_answers(every_kind, {"fine": "no", "why": "he shouted"}))


def test_a_form_made_anew_is_not_taken_for_another(a_form: Build) -> None:
    for label in ("first", "second"):
        form = a_form(YesNoQuestion(id=label, text="Well?"))

        assert list(read_answers(form, {label: "yes"}).answers) == [(AnswerState.ANSWERED, True)]


def test_an_answer_of_a_hundred_thousand_letters_is_asked_about_and_costs_nothing_else(
    every_kind: FeedbackForm, parse: Parse
) -> None:
    parsed = parse(every_kind, {"fine": "no", "why": "x" * 100_000, "one": "a"})

    assert [problem.field for problem in parsed.problems] == ["why"]
    assert len(parsed.problems[0].message) < 200
    assert parsed.submission.answer("one").value == "a"
