"""A form, its answers and what comes back as FHIR R4, to the letter. Sources: HL7 FHIR 4.0.1, RFC 6920."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from relationkit.errors import UnknownFormVersionError
from relationkit.feedback import (
    Answer,
    AnswerState,
    Audience,
    ChoiceQuestion,
    ChoicesQuestion,
    DrawingQuestion,
    FeedbackForm,
    FormAge,
    FormNotice,
    Helper,
    Helpline,
    Option,
    ScaleQuestion,
    ShowIf,
    Submission,
    SubmissionChannel,
    TextQuestion,
    YesNoQuestion,
    answers_from_fhir,
    questionnaire,
    questionnaire_response,
)

BASE = "https://forms.example.org"
SYSTEM = f"{BASE}/how-was-it-en/answers"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
A_OR_B = (Option(code="a", label="A"), Option(code="b", label="B"))
HASH, HASH_NAMED = "0f" * 32, "ni:///sha-256;Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8"

FORM = FeedbackForm(
    id="how-was-it",
    version=3,
    language="en",
    age_band=FormAge.THIRTEEN_AND_OVER,
    title="How was it?",
    notice=FormNotice(
        who_reads="Those you pick.",
        when_read="In two days.",
        must_tell="We tell if you are hurt.",
        call_now=(Helpline(name="Childline", number="0800 1111", note="At any time"),),
        may_skip="Skip any.",
        kept="In your file.",
    ),
    audience=(Audience.MANAGER, Audience.NOBODY_BY_NAME),
    published_on=date(2025, 1, 6),
    questions=(
        YesNoQuestion(id="fine", text="Was it fine?"),
        TextQuestion(id="why", text="Why?", max_length=20, show_if=ShowIf(question_id="fine", any_of=("no",))),
        ScaleQuestion(id="much", text="How much?", lowest=1, lowest_label="None", highest_label="All"),
        ChoiceQuestion(id="one", text="Which one?", options=A_OR_B),
        ChoicesQuestion(id="any", text="Which?", options=A_OR_B, show_if=ShowIf(question_id="one", any_of=("a", "b"))),
        DrawingQuestion(id="drawing", text="Draw it"),
    ),
)


def coding(code: str, display: str | None = None) -> dict[str, Any]:
    return {"valueCoding": {"system": SYSTEM, "code": code, **({"display": display} if display else {})}}


def box(question_id: str) -> dict[str, Any]:
    """The refusal beside words, numbers and drawings."""
    return {
        "item": [{"linkId": f"{question_id}.rather_not_say", "type": "boolean", "text": "I'd rather not say"}],
    }


OPTIONS = {"answerOption": [coding("a", "A"), coding("b", "B"), coding("rather_not_say", "I'd rather not say")]}


def test_a_form_is_this_questionnaire() -> None:
    assert questionnaire(FORM, base=f"{BASE}/") == {
        "resourceType": "Questionnaire",
        "language": "en",
        "url": "https://forms.example.org/how-was-it-en",
        "version": "3",
        "name": "HowWasIt",
        "title": "How was it?",
        "status": "active",
        "subjectType": ["Patient"],
        "date": "2025-01-06",
        "item": [
            {"linkId": "notice.1", "type": "display", "text": "Those you pick."},
            {"linkId": "notice.2", "type": "display", "text": "In two days."},
            {"linkId": "notice.3", "type": "display", "text": "We tell if you are hurt."},
            {"linkId": "notice.4", "type": "display", "text": "Skip any."},
            {"linkId": "notice.5", "type": "display", "text": "In your file."},
            {"linkId": "notice.6", "type": "display", "text": "Childline 0800 1111. At any time"},
            {"linkId": "fine", "type": "boolean", "text": "Was it fine?", **box("fine")},
            {
                "linkId": "why",
                "type": "text",
                "text": "Why?",
                "maxLength": 20,
                "enableWhen": [{"question": "fine", "operator": "=", "answerBoolean": False}],
                **box("why"),
            },
            {
                "linkId": "much",
                "type": "integer",
                "text": "How much?",
                "extension": [
                    {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 1},
                    {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 10},
                ],
                **box("much"),
            },
            {"linkId": "one", "type": "choice", "text": "Which one?", **OPTIONS},
            {
                "linkId": "any",
                "type": "choice",
                "text": "Which?",
                "repeats": True,
                "enableWhen": [
                    {"question": "one", "operator": "=", "answerCoding": coding("a")["valueCoding"]},
                    {"question": "one", "operator": "=", "answerCoding": coding("b")["valueCoding"]},
                ],
                "enableBehavior": "any",
                **OPTIONS,
            },
            {"linkId": "drawing", "type": "attachment", "text": "Draw it", **box("drawing")},
            {
                "linkId": "audience",
                "type": "choice",
                "text": "Who can read this?",
                "repeats": True,
                "answerOption": [coding("manager", "My worker's boss"), coding("nobody_by_name", "None of these")],
            },
            {
                "linkId": "helper",
                "type": "choice",
                "text": "Did anyone help you fill this in?",
                "answerOption": [
                    coding("nobody", "No, just me"),
                    coding("worker", "My worker"),
                    coding("carer", "My carer"),
                    coding("advocate", "My advocate"),
                    coding("someone_else", "Someone else"),
                ],
            },
            {"linkId": "talk_soon", "type": "boolean", "text": "I need to talk to someone soon"},
        ],
    }


def test_a_question_may_wait_for_a_yes() -> None:
    fine, why = FORM.questions[:2]
    waits = why.model_copy(update={"show_if": ShowIf(question_id="fine", any_of=("yes", "no"))})

    item = questionnaire(FORM.model_copy(update={"questions": (fine, waits)}), base=BASE)["item"][7]

    assert (item["linkId"], item["enableBehavior"]) == ("why", "any")
    assert [each["answerBoolean"] for each in item["enableWhen"]] == [True, False]


@pytest.mark.parametrize("base", ["https://forms.example/X", "https://forms.example/X/", "https://forms.example/X//"])
def test_an_address_has_one_slash_before_the_form_and_is_else_as_given(base: str) -> None:
    assert questionnaire(FORM, base=base)["url"] == "https://forms.example/X/how-was-it-en"


def submission(*answers: Answer, **more: Any) -> Submission:
    facts: dict[str, Any] = {
        "id": "f1",
        "form_id": "how-was-it",
        "form_version": 3,
        "language": "en",
        "child_id": "c1",
        "submitted_at": datetime(2025, 3, 3, 16, tzinfo=UTC),
        "channel": SubmissionChannel.SCREEN,
        "answers": answers,
    }
    return Submission.model_validate(facts | more)


def answered(question_id: str, value: Any) -> Answer:
    return Answer(question_id=question_id, state=AnswerState.ANSWERED, value=value)


def state(question_id: str, state: AnswerState) -> Answer:
    return Answer(question_id=question_id, state=state)


ANSWERED = submission(
    answered("fine", False),
    answered("why", "It rained"),
    answered("much", 7),
    answered("one", "b"),
    answered("any", ("a", "b")),
    answered("drawing", HASH),
    session_id="s1",
    audience=(Audience.MANAGER,),
    helper=Helper.CARER,
    wants_to_talk=True,
)


def test_a_submission_is_this_response() -> None:
    assert questionnaire_response(ANSWERED, FORM, base=BASE) == {
        "resourceType": "QuestionnaireResponse",
        "language": "en",
        "identifier": {"value": "f1"},
        "questionnaire": "https://forms.example.org/how-was-it-en|3",
        "status": "completed",
        "subject": {"identifier": {"value": "c1"}},
        "encounter": {"identifier": {"value": "s1"}},
        "authored": "2025-03-03T16:00:00+00:00",
        "item": [
            {"linkId": "fine", "answer": [{"valueBoolean": False}]},
            {"linkId": "why", "answer": [{"valueString": "It rained"}]},
            {"linkId": "much", "answer": [{"valueInteger": 7}]},
            {"linkId": "one", "answer": [coding("b")]},
            {"linkId": "any", "answer": [coding("a"), coding("b")]},
            {"linkId": "drawing", "answer": [{"valueAttachment": {"url": HASH_NAMED}}]},
            {"linkId": "audience", "answer": [coding("manager")]},
            {"linkId": "helper", "answer": [coding("carer")]},
            {"linkId": "talk_soon", "answer": [{"valueBoolean": True}]},
        ],
    }


def test_what_has_no_answer_says_why_and_what_was_not_asked_is_not_there() -> None:
    silent = submission(
        state("fine", AnswerState.REFUSED),
        state("why", AnswerState.NOT_ASKED),
        state("much", AnswerState.NOT_READ),
        state("one", AnswerState.SKIPPED),
    )

    found = questionnaire_response(silent, FORM, base=BASE)

    assert "encounter" not in found
    assert found["item"] == [
        {"linkId": "fine", "answer": [{"extension": [{"url": ABSENT, "valueCode": "asked-declined"}]}]},
        {"linkId": "much", "answer": [{"extension": [{"url": ABSENT, "valueCode": "error"}]}]},
        {"linkId": "one"},
        {"linkId": "talk_soon", "answer": [{"valueBoolean": False}]},
    ]


def test_what_went_out_comes_back_as_a_page_sends_it() -> None:
    assert answers_from_fhir(questionnaire_response(ANSWERED, FORM, base=BASE), FORM, base=BASE) == {
        "fine": [False],
        "why": ["It rained"],
        "much": [7],
        "one": ["b"],
        "any": ["a", "b"],
        "drawing": [HASH],
        "audience": ["manager"],
        "helper": ["carer"],
        "talk_soon": [True],
    }


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ({"form_id": "another"}, "3 (en)"),
        ({"form_version": 2}, "2 (en)"),
        ({"language": "cy"}, "3 (cy)"),
    ],
)
def test_a_submission_to_another_form_is_refused_by_its_name(changes: dict[str, Any], version: str) -> None:
    with pytest.raises(UnknownFormVersionError) as refused:
        questionnaire_response(submission(**changes), FORM, base=BASE)

    assert (refused.value.form_id, refused.value.version) == (changes.get("form_id", "how-was-it"), version)


@pytest.mark.parametrize("named", [None, f"{BASE}/how-was-it-en", f"{BASE}/how-was-it-en|2"])
def test_a_response_to_another_form_is_refused_by_its_name(named: str | None) -> None:
    with pytest.raises(UnknownFormVersionError) as refused:
        answers_from_fhir({"questionnaire": named, "item": []}, FORM, base=BASE)

    assert (refused.value.form_id, refused.value.version) == ("how-was-it", "that the response names")


def read(*items: Any) -> dict[str, object]:
    return answers_from_fhir({"questionnaire": f"{BASE}/how-was-it-en|3", "item": list(items)}, FORM, base=BASE)


def absent(url: str = ABSENT, code: str = "asked-declined") -> dict[str, Any]:
    return {"extension": [7, {"url": "https://other.example"}, {"url": url, "valueCode": code}]}


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({"linkId": "fine"}, {"fine": []}),
        ({"linkId": "fine", "answer": {"valueBoolean": True}}, {"fine": []}),
        ({"linkId": "fine", "answer": [absent()]}, {"fine": [], "fine.rather_not_say": True}),
        (
            {"linkId": "fine", "answer": [{"valueBoolean": True}, absent()]},
            {"fine": [True], "fine.rather_not_say": True},
        ),
        ({"linkId": "fine", "answer": [absent(code="error")]}, {"fine": [{}]}),
        ({"linkId": "fine", "answer": [absent(url="https://other.example")]}, {"fine": [{}]}),
        ({"linkId": "fine", "answer": [{"extension": 7}]}, {"fine": [{}]}),
        ({"linkId": "much", "answer": [7, {}, {"valueInteger": "7"}, {"valueInteger": 7}]}, {"much": [{}, {}, {}, 7]}),
        ({"linkId": "drawing", "answer": [{"valueAttachment": {"url": f"x{HASH_NAMED}"}}]}, {"drawing": [{}]}),
        ({"linkId": "drawing", "answer": [{"valueAttachment": {"url": "ni:///sha-256;é"}}]}, {"drawing": [{}]}),
        ({"linkId": "drawing", "answer": [{"valueAttachment": {"url": "ni:///sha-256;Dw"}}]}, {"drawing": ["0f"]}),
        ({"linkId": "notice.1", "answer": [{"valueString": "x"}]}, {}),
        ({"linkId": "notice.6"}, {}),
        ({"linkId": "notice.7"}, {"notice.7": []}),
        ({"linkId": 7}, {"7": []}),
        ({"answer": [{"valueBoolean": True}]}, {}),
        ("no item", {}),
    ],
)  # fmt: skip
def test_whatever_an_item_holds_goes_on_to_be_judged(item: object, found: dict[str, object]) -> None:
    assert read(item) == found


def test_one_item_that_cannot_be_read_takes_no_other_with_it() -> None:
    assert read({"linkId": "notice.1"}, 7, {"linkId": "fine", "answer": [{"valueBoolean": True}]}) == {"fine": [True]}


def test_items_are_found_in_groups_and_below_answers() -> None:
    inner = {"linkId": "much", "answer": [{"valueInteger": 7}]}
    below = {"linkId": "fine", "answer": [7, {"valueBoolean": True, "item": [inner]}]}

    assert read({"linkId": "group", "item": [below]}) == {"fine": [{}, True], "much": [7]}
    assert read({"linkId": "fine", "answer": [], "item": [inner]}) == {"fine": [], "much": [7]}
    assert read({"linkId": "fine", "item": []}) == {}


@pytest.mark.parametrize(("depth", "found"), [(9, {"much": [7]}), (10, {}), (5000, {})])
@pytest.mark.parametrize("is_below_answers", [False, True])
def test_what_is_nested_deeper_than_any_form_is_passed_over(
    depth: int, found: dict[str, object], is_below_answers: bool
) -> None:
    item: dict[str, Any] = {"linkId": "much", "answer": [{"valueInteger": 7}]}
    for _ in range(depth):
        item = {"answer": [{"item": [item]}]} if is_below_answers else {"item": [item]}

    assert read(item) == found
