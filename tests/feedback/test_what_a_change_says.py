"""What a difference between two versions of a form says: where, what, whether it breaks, and why, to the letter."""

import pytest

from relationkit.errors import InvalidRecordError
from relationkit.feedback import SHIPPED_FORMS, FeedbackForm, diff_forms, form_from_json, questionnaire

FORM = next(form for form in SHIPPED_FORMS if form.language == "en" and len(form.questions) > 3)
OTHER = next(form for form in SHIPPED_FORMS if form.notice != FORM.notice)
FIRST, *OTHERS = FORM.questions


def changed(**values: object) -> FeedbackForm:
    return FORM.model_copy(update={"version": FORM.version + 1, **values})


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed(id="ours"), ("id", "is another form", True, "Answers to two forms are never counted together")),
        (
            FORM.model_copy(update={"title": "Other"}),
            ("version", "is the same though the form is not", True, "A published version never changes"),
        ),
        (changed(title="Other"), ("title", "has other words", False, "No answer rests on it")),
        (changed(notice=OTHER.notice), ("notice", "has other words", False, "No answer rests on it")),
        (
            changed(audience=FORM.audience[:1]),
            ("audience", "offers other readers", False, "Each child's answers keep the readers they picked"),
        ),
        (
            changed(questions=tuple(OTHERS)),
            (FIRST.id, "is gone", False, "Earlier answers to it stay; it has none from now on"),
        ),
    ],
    ids=["id", "version", "title", "notice", "audience", "gone"],
)
def test_a_change_is_said_in_full(new: FeedbackForm, said: tuple[str, str, bool, str]) -> None:
    found = [(change.where, change.what, change.is_breaking, change.why) for change in diff_forms(FORM, new).changes]

    assert said in found


def test_a_new_question_is_said_in_full() -> None:
    without = changed(questions=tuple(OTHERS))

    (change,) = [change for change in diff_forms(without, changed(version=9)).changes if change.where == FIRST.id]
    assert (change.what, change.is_breaking, change.why) == ("is new", False, "It has no earlier answers")


def test_a_forms_address_elsewhere_has_one_slash_and_its_name_none() -> None:
    found = questionnaire(FORM, base="https://forms.example/")

    assert found["url"] == f"https://forms.example/{FORM.id}-{FORM.language}"
    assert found["name"] == "".join(part.capitalize() for part in FORM.id.split("-"))


def test_a_text_that_is_no_json_says_which_record_and_line() -> None:
    with pytest.raises(InvalidRecordError) as refused:
        form_from_json('{\n"id": }')

    (problem,) = refused.value.problems
    assert (problem.where, problem.what, problem.row) == ("FeedbackForm", "is no JSON", 2)
    assert refused.value.record == "FeedbackForm"
