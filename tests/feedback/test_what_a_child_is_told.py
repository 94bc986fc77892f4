"""What is said where something could not be read: to whom it belongs, in which words, and what is kept all the same."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from relationkit.errors import UnknownFormVersionError
from relationkit.feedback import (
    WORDING,
    Answer,
    AnswerState,
    Audience,
    FeedbackForm,
    FormAge,
    Helper,
    ParsedSubmission,
    Submission,
    YesNoQuestion,
    check_answers,
    checks,
    page_words,
    read_answers,
)
from relationkit.feedback.sent import sent_values
from relationkit.feedback.wording import wording

Build = Callable[..., FeedbackForm]
Parse = Callable[..., ParsedSubmission]
PICTURE = "0f" * 32

PICK_ONE = "Pick just one answer here."
FROM_LIST = "Pick from the answers on the list."
NUMBER = "Pick a whole number from 0 to 10."
TOO_LONG = "This is too long for us to keep. Make it 20 letters or less."
NOT_WORDS = "We could not read this. Write it in words."
NOT_PICTURE = "We could not read this file. Send a photo or a drawing."
BOTH = "You gave an answer and said you'd rather not say. Keep just one."


@pytest.mark.parametrize(
    ("field", "sent", "told"),
    [
        ("fine", "perhaps", FROM_LIST),
        ("fine", 1, FROM_LIST),
        ("fine", ["yes", "no"], PICK_ONE),
        ("fine", ["yes", "rather_not_say"], BOTH),
        ("why", 7, NOT_WORDS),
        ("why", b"words", NOT_WORDS),
        ("why", "x" * 21, TOO_LONG),
        ("why", ["x" * 21], TOO_LONG),
        ("why", "\r" * 21 + "x", TOO_LONG),
        ("why", ["one", "two"], PICK_ONE),
        ("much", "11", NUMBER),
        ("much", "-1", NUMBER),
        ("much", 11, NUMBER),
        ("much", -1, NUMBER),
        ("much", "100", NUMBER),
        ("much", " 11 ", NUMBER),
        ("much", "seven", NUMBER),
        ("much", True, NUMBER),
        ("much", 7.0, NUMBER),
        ("much", ["6", "7"], PICK_ONE),
        ("much", [6, 7], PICK_ONE),
        ("one", "c", FROM_LIST),
        ("one", 1, FROM_LIST),
        ("one", ["a", "b"], PICK_ONE),
        ("one", ["a", 1], PICK_ONE),
        ("any", "c", FROM_LIST),
        ("any", ["a", "c"], FROM_LIST),
        ("any", ["a", "rather_not_say"], BOTH),
        ("drawing", "C:/me.svg", NOT_PICTURE),
        ("drawing", PICTURE.upper(), NOT_PICTURE),
        ("drawing", PICTURE + "0", NOT_PICTURE),
        ("drawing", b"0f" * 32, NOT_PICTURE),
        ("drawing", [PICTURE, PICTURE], PICK_ONE),
        ("audience", "the press", FROM_LIST),
        ("audience", ["manager", "nobody_by_name"], "You picked a person and “None of these”. Keep just one."),
        ("helper", "the cat", FROM_LIST),
        ("helper", ["carer", "worker"], FROM_LIST),
        ("talk_soon", "ja", "We were not sure, so we took this as a yes. Tick it or not, and send it again."),
    ],
)
def test_each_thing_to_put_right_is_said_in_the_childs_words(
    every_kind: FeedbackForm, parse: Parse, field: str, sent: object, told: str
) -> None:
    page = {"fine": "no", field: sent}

    assert parse(every_kind, page).problems == ((field, told),)
    assert check_answers(every_kind, page).problems == ((field, told),)


@pytest.mark.parametrize("field", ["fine", "much", "one", "any", "drawing"])
def test_an_answer_beside_a_ticked_refusal_is_asked_about(every_kind: FeedbackForm, parse: Parse, field: str) -> None:
    value: dict[str, object] = {"fine": "yes", "much": "7", "one": "a", "any": ["a", "b"], "drawing": PICTURE}

    found = parse(every_kind, {field: value[field], f"{field}.rather_not_say": "yes"})

    assert found.problems == ((field, BOTH),)
    assert found.submission.answer(field) == Answer(question_id=field, state=AnswerState.NOT_READ)


def test_nobody_helped_at_an_age_at_which_somebody_must(a_form: Build, parse: Parse) -> None:
    form = a_form(YesNoQuestion(id="fine", text="Fine?"), age_band=FormAge.UNDER_8)
    told = "Fill this in with a grown-up you trust. Tell us who it was."

    for sent in ({}, {"helper": "nobody"}):
        assert parse(form, sent).problems == (("helper", told),)
    assert parse(form, {"helper": "the cat"}).problems == (("helper", FROM_LIST),)
    for helper in ("worker", "carer", "advocate", "someone_else"):
        assert parse(form, {"helper": helper}).problems == ()


def test_a_whole_page_is_read_to_this_submission(every_kind: FeedbackForm, parse: Parse) -> None:
    page = {
        "fine": "no",
        "why": "It rained",
        "much": " 7 ",
        "one": "rather_not_say",
        "any": ["b", "a"],
        "drawing": "C:/me.svg",
        "audience": ["advocate", "manager"],
        "helper": ["worker"],
        "talk_soon": ["no", "yes"],
        "csrf": "x",
    }
    answers = (
        Answer(question_id="fine", state=AnswerState.ANSWERED, value=False),
        Answer(question_id="why", state=AnswerState.ANSWERED, value="It rained"),
        Answer(question_id="much", state=AnswerState.ANSWERED, value=7),
        Answer(question_id="one", state=AnswerState.REFUSED),
        Answer(question_id="any", state=AnswerState.ANSWERED, value=("a", "b")),
        Answer(question_id="drawing", state=AnswerState.NOT_READ),
    )

    found = parse(every_kind, page)

    assert found == ParsedSubmission(
        submission=Submission(
            id="f1",
            form_id="made-up",
            form_version=3,
            language="en",
            child_id="c1",
            session_id="s1",
            worker_id="w1",
            submitted_at="2025-03-03T16:00:00Z",
            channel="screen",
            answers=answers,
            audience=(Audience.MANAGER, Audience.ADVOCATE),
            helper=Helper.WORKER,
            wants_to_talk=True,
        ),
        problems=(("drawing", NOT_PICTURE),),
        not_on_form=("csrf",),
    )
    assert check_answers(every_kind, page).answers == answers


def test_what_was_not_asked_is_dropped_by_its_name_and_is_no_problem(every_kind: FeedbackForm, parse: Parse) -> None:
    for page in ({"fine": "yes", "why": "x" * 50}, {"fine": "yes", "why": "x", "drawing": "C:/me.svg"}):
        found = parse(every_kind, page)

        assert found.dropped == ("why",)
        assert found.submission.answers[:2] == (
            Answer(question_id="fine", state=AnswerState.ANSWERED, value=True),
            Answer(question_id="why", state=AnswerState.NOT_ASKED),
        )
    for page in ({"fine": "yes", "why.rather_not_say": "yes"}, {"why": "he shouted"}):
        assert parse(every_kind, page).dropped == ("why",)
    for page in ({"fine": "yes", "why": " "}, {"fine": "yes", "why.rather_not_say": "no"}, {}):
        assert parse(every_kind, page).dropped == ()


def test_half_a_form_says_which_questions_it_leads_to(every_kind: FeedbackForm) -> None:
    assert check_answers(every_kind, {"fine": "no"}).asked == ("fine", "why", "much", "one", "any", "drawing")
    assert check_answers(every_kind, {"fine": "yes"}).asked == ("fine", "much", "one", "any", "drawing")
    assert check_answers(every_kind, {"fine": "perhaps"}).asked[1] == "why", "cannot tell, so it is asked"


def test_answers_are_looked_up_in_any_mapping_and_nothing_is_made_up(every_kind: FeedbackForm) -> None:
    page = {"fine": "no", "why": "It rained", "much": "7", "one": "a", "any": "b", "drawing": None}
    expected = read_answers(every_kind, page)
    kinds: list[Mapping[str, object]] = [MappingProxyType(page), defaultdict(list, page), {**page, "csrf": "x"}]

    assert [read_answers(every_kind, kind) for kind in kinds] == [expected] * 3
    assert expected.answers == [
        (AnswerState.ANSWERED, False),
        (AnswerState.ANSWERED, "It rained"),
        (AnswerState.ANSWERED, 7),
        (AnswerState.ANSWERED, "a"),
        (AnswerState.ANSWERED, ("b",)),
        (AnswerState.SKIPPED, None),
    ]
    made_up = defaultdict(lambda: "yes", {"much": "7"})
    assert read_answers(every_kind, made_up).answers == [
        (AnswerState.SKIPPED, None),
        (AnswerState.NOT_ASKED, None),
        (AnswerState.ANSWERED, 7),
        *[(AnswerState.SKIPPED, None)] * 3,
    ]
    assert dict(made_up) == {"much": "7"}


def test_a_form_of_one_question_is_read_like_any_other(a_form: Build) -> None:
    form = a_form(YesNoQuestion(id="fine", text="Fine?"))

    for sent, answer in (
        ({"fine": "no"}, (AnswerState.ANSWERED, False)),
        ({"fine": "no", "csrf": "x"}, (AnswerState.ANSWERED, False)),
        ({"fine": [True]}, (AnswerState.ANSWERED, True)),
        ({"csrf": "x"}, (AnswerState.SKIPPED, None)),
        ({"fine.rather_not_say": "on"}, (AnswerState.REFUSED, None)),
    ):
        assert list(read_answers(form, sent).answers) == [answer]


ORDINARY: dict[str, dict[str, object]] = {
    "as a page sends it": {"fine": "no", "why": "It rained", "much": "7", "one": "a", "any": "b", "drawing": None},
    "as a page sends lists": {
        "fine": ["no"],
        "why": ["It rained"],
        "much": ["7"],
        "one": ["a"],
        "any": ["b"],
        "drawing": None,
    },
    "as a program sends it": {"fine": False, "why": "It rained", "much": 7, "one": "a", "any": ["b"], "drawing": None},
    "with more beside it": {
        "fine": "no",
        "why": "It rained",
        "much": "7",
        "one": "a",
        "any": "b",
        "drawing": None,
        "csrf": "x",
    },
    "without what is blank": {"fine": "no", "why": "It rained", "much": 7, "one": "a", "any": "b"},
}


@pytest.mark.parametrize("page", ORDINARY.values(), ids=ORDINARY)
def test_what_most_children_send_is_looked_up_and_not_read_step_by_step(
    every_kind: FeedbackForm, page: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_with_care", None)

    assert read_answers(every_kind, page).answers == [
        (AnswerState.ANSWERED, False),
        (AnswerState.ANSWERED, "It rained"),
        (AnswerState.ANSWERED, 7),
        (AnswerState.ANSWERED, "a"),
        (AnswerState.ANSWERED, ("b",)),
        (AnswerState.SKIPPED, None),
    ]


@pytest.mark.parametrize(
    ("page", "answers"),
    [
        (
            {"fine": "rather_not_say", "much": "rather_not_say", "one": "rather_not_say", "any": "rather_not_say"},
            ["refused", "not_asked", "refused", "refused", "refused", "skipped"],
        ),
        ({"fine": "yes", "any": ["a", "b"]}, [True, "not_asked", "skipped", "skipped", ("a", "b"), "skipped"]),
        ({"fine": "no", "why": "É ta vu?"}, [False, "É ta vu?", *["skipped"] * 4]),
        ({"fine": "no", "why": "é" * 20, "much": "10"}, [False, "é" * 20, 10, *["skipped"] * 3]),
        ({"fine": "no", "why": "a\nb", "much": 0}, [False, "a\nb", 0, *["skipped"] * 3]),
    ],
)
def test_refusals_several_picks_and_any_plain_words_are_looked_up_too(
    every_kind: FeedbackForm, page: dict[str, object], answers: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_with_care", None)

    found = read_answers(every_kind, page)

    assert [state.value if value is None else value for state, value in found.answers] == answers
    assert (list(found.problems), list(found.dropped)) == ([], [])


def test_the_records_of_what_is_looked_up_are_made_once(every_kind: FeedbackForm) -> None:
    page = {"fine": "yes", "much": "7", "one": "rather_not_say", "any": ["a", "b"]}

    first, second = (check_answers(every_kind, dict(page)).answers for _ in range(2))

    assert all(one is other for one, other in zip(first, second, strict=True))


def test_more_forms_than_are_kept_ready_are_read_all_the_same(a_form: Build) -> None:
    forms = [a_form(YesNoQuestion(id=f"q{number}", text="Well?")) for number in range(300)]

    for number, form in [*enumerate(forms), (0, forms[0])]:
        assert read_answers(form, {f"q{number}": "yes"}).answers == [(AnswerState.ANSWERED, True)]


@pytest.mark.parametrize(
    ("page", "changes", "version"),
    [
        ({}, {"form_version": 2}, "2"),
        ({"form_id": "another"}, {}, "3 (another form_id)"),
        ({"form_version": "4"}, {}, "3 (another form_version)"),
        ({"language": "cy"}, {}, "3 (another language)"),
    ],
)
def test_a_page_of_another_form_is_refused_with_what_differs(
    every_kind: FeedbackForm, parse: Parse, page: dict[str, object], changes: dict[str, Any], version: str
) -> None:
    with pytest.raises(UnknownFormVersionError) as refused:
        parse(every_kind, page, **changes)

    assert (refused.value.form_id, refused.value.version) == ("made-up", version)


@pytest.mark.parametrize(
    ("asked", "given"), [("en", "en"), ("cy", "cy"), ("CY", "cy"), ("cy-simple", "cy"), ("en-GB", "en"), ("pl", "en")]
)
def test_words_are_given_in_the_nearest_language(asked: str, given: str) -> None:
    assert wording(asked) is WORDING[given]
    assert page_words(asked).language == given


@pytest.mark.parametrize(
    ("sent", "values"),
    [
        (None, []),
        ("", []),
        (" \n", []),
        ("a", ["a"]),
        (" a ", [" a "]),
        (0, [0]),
        (False, [False]),
        (b"ab", [b"ab"]),
        (b"", [b""]),
        ({"a": 1}, [{"a": 1}]),
        (["a", None, "", " ", 0, "b"], ["a", 0, "b"]),
        (("a", None, "b"), ["a", "b"]),
        (dict.fromkeys("ab").keys(), ["a", "b"]),
        (iter(["a", "", "b"]), ["a", "b"]),
    ],
)
def test_what_was_sent_is_a_list_without_what_is_blank(sent: object, values: list[object]) -> None:
    assert sent_values(sent) == values
