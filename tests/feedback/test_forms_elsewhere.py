"""Forms as TOML, JSON and FHIR, and what changed between two versions."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, UnknownFormVersionError
from relationkit.feedback import (
    SHIPPED_FORMS,
    AnswerState,
    FeedbackForm,
    FormAge,
    ParsedSubmission,
    ScaleQuestion,
    TextQuestion,
    YesNoQuestion,
    answers_from_fhir,
    diff_forms,
    form_from_json,
    form_from_toml,
    form_to_json,
    form_to_toml,
    questionnaire,
    questionnaire_response,
)

Build = Callable[..., FeedbackForm]
Parse = Callable[..., ParsedSubmission]
BASE = "https://forms.example.org"
PICTURE = "0f" * 32


@pytest.mark.parametrize("form", SHIPPED_FORMS, ids=lambda form: f"{form.id}-{form.language}")
def test_a_shipped_form_goes_through_toml_json_and_fhir(form: FeedbackForm) -> None:
    assert form_from_toml(form_to_toml(form)) == form
    assert form_from_json(form_to_json(form)) == form
    assert Questionnaire.model_validate(questionnaire(form, base=BASE)).status == "active"


@given(text=st.text(min_size=1, max_size=60).filter(str.strip))
def test_any_text_goes_through_toml_and_json(text: str) -> None:
    form = SHIPPED_FORMS[0].model_copy(update={"questions": (TextQuestion(id="q", text=text),)})

    assert tomllib.loads(form_to_toml(form))["questions"][0]["text"] == text
    assert form_from_toml(form_to_toml(form)) == form
    assert form_from_json(form_to_json(form)) == form


def test_every_mistake_in_a_file_is_said_at_once() -> None:
    facts = json.loads(form_to_json(SHIPPED_FORMS[0]))
    facts |= {"version": 0, "language": "English", "purpos": "trust"}

    with pytest.raises(InvalidRecordError) as refused:
        form_from_json(json.dumps(facts))
    assert {problem.field for problem in refused.value.problems} == {"version", "language", "purpos"}


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (form_from_toml, "title = 'a\nx"),
        (form_from_json, "{"),
        (form_from_json, b"\xff"),
        (form_from_json, "[" * 10**5),
    ],
)
def test_what_is_no_file_of_its_kind_is_refused(read: Callable[[Any], FeedbackForm], text: object) -> None:
    with pytest.raises(InvalidRecordError, match=r"is no (TOML|JSON)"):
        read(text)


SENT: dict[str, object] = {
    "fine": "no",
    "why": "a\nb",
    "much": "7",
    "one": "b",
    "any": ["a", "b"],
    "drawing": PICTURE,
    "audience": ["manager", "advocate"],
    "helper": "carer",
    "talk_soon": "yes",
}


def through_fhir(form: FeedbackForm, parsed: ParsedSubmission, parse: Parse) -> ParsedSubmission:
    resource = questionnaire_response(parsed.submission, form, base=BASE)
    read = QuestionnaireResponse.model_validate(resource)
    back = json.loads(read.model_dump_json())
    return parse(form, answers_from_fhir(back, form, base=BASE))


@pytest.mark.parametrize(
    "sent",
    [
        SENT,
        {},
        dict.fromkeys(("fine", "much", "one", "any", "drawing"), "rather_not_say"),
        {"fine": "no", "why.rather_not_say": "yes"},
        {"fine": "yes", "audience": "nobody_by_name"},
    ],
)
def test_a_submission_goes_through_fhir_and_back(
    every_kind: FeedbackForm, parse: Parse, sent: dict[str, object]
) -> None:
    parsed = parse(every_kind, sent)

    assert through_fhir(every_kind, parsed, parse) == parsed


def test_what_could_not_be_read_stays_unread(every_kind: FeedbackForm, parse: Parse) -> None:
    parsed = parse(every_kind, {"fine": "no", "why": "x" * 21, "much": "eleven"})
    back = through_fhir(every_kind, parsed, parse)

    assert [back.submission.answer(name).state for name in ("why", "much")] == [AnswerState.NOT_READ] * 2


def test_a_response_to_another_version_is_refused(every_kind: FeedbackForm, parse: Parse) -> None:
    resource = questionnaire_response(parse(every_kind, SENT).submission, every_kind, base=BASE)
    newer = every_kind.model_copy(update={"version": 4})

    for form, named in ((newer, resource), (every_kind, resource | {"questionnaire": None})):
        with pytest.raises(UnknownFormVersionError):
            answers_from_fhir(named, form, base=BASE)
    with pytest.raises(UnknownFormVersionError):
        questionnaire_response(parse(every_kind, SENT).submission, newer, base=BASE)


@pytest.mark.parametrize("item", [None, 7, [7], [{"linkId": "much", "answer": [7, {}, {"valueInteger": "7"}]}]])
def test_a_response_of_a_wrong_shape_goes_on_to_be_judged(every_kind: FeedbackForm, parse: Parse, item: object) -> None:
    resource = questionnaire_response(parse(every_kind, SENT).submission, every_kind, base=BASE) | {"item": item}

    assert parse(every_kind, answers_from_fhir(resource, every_kind, base=BASE)).submission.child_id == "c1"


def test_items_within_groups_are_found(every_kind: FeedbackForm) -> None:
    resource = {
        "questionnaire": f"{BASE}/made-up-en|3",
        "item": [{"linkId": "group", "item": [{"linkId": "fine", "answer": [{"valueBoolean": True}]}]}],
    }

    assert answers_from_fhir(resource, every_kind, base=BASE) == {"fine": [True]}


def changed(form: FeedbackForm, **changes: Any) -> list[tuple[str, bool]]:
    return [
        (c.where, c.is_breaking) for c in diff_forms(form, form.model_copy(update={"version": 4} | changes)).changes
    ]


def test_the_same_questions_are_no_change(every_kind: FeedbackForm) -> None:
    assert diff_forms(every_kind, every_kind).changes == ()
    assert changed(every_kind) == []


def test_a_published_version_never_changes(every_kind: FeedbackForm) -> None:
    assert not diff_forms(every_kind, every_kind.model_copy(update={"title": "Another"})).is_safe


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": "Another"}, [("title", False)]),
        ({"id": "another"}, [("id", True)]),
        ({"audience": ("manager",)}, [("audience", False)]),
    ],
)
def test_a_change_to_the_form_is_safe_or_breaking(
    every_kind: FeedbackForm, change: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    assert changed(every_kind, **change) == expected


def test_another_age_is_breaking(a_form: Build) -> None:
    assert changed(a_form(), age_band=FormAge.EIGHT_TO_12) == [("age_band", True)]


FINE = YesNoQuestion(id="fine", text="Was it fine?")
MUCH = ScaleQuestion(id="much", text="How much?", lowest_label="None", highest_label="All")
WHY = TextQuestion(id="why", text="Why?")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([FINE], [WHY.model_copy(update={"id": "fine"})], [("fine", True)]),
        ([FINE], [FINE, WHY], [("why", False)]),
        ([FINE, WHY], [FINE], [("why", False)]),
        ([FINE, WHY], [WHY, FINE], [("questions", False)]),
        ([FINE], [FINE.model_copy(update={"text": "Fine?"})], [("fine", False)]),
        ([MUCH], [MUCH.model_copy(update={"highest": 5})], [("much", True)]),
        ([WHY], [WHY.model_copy(update={"max_length": 10})], [("why", False)]),
        ([WHY], [WHY.model_copy(update={"max_length": 9_000})], []),
    ],
)
def test_a_change_to_a_question_is_safe_or_breaking(
    a_form: Build, old: list[Any], new: list[Any], expected: list[tuple[str, bool]]
) -> None:
    assert changed(a_form(*old), questions=tuple(new)) == expected


@pytest.mark.parametrize("form", [form for form in SHIPPED_FORMS if form.language != "en"], ids=repr)
def test_the_translations_break_nothing(form: FeedbackForm) -> None:
    english = next(each for each in SHIPPED_FORMS if (each.id, each.language) == (form.id, "en"))

    assert diff_forms(english, form).is_safe
