"""What a difference between two versions of a form says: where, what, whether it breaks, and why, to the letter."""

import pytest

from relationkit.feedback import (
    SHIPPED_FORMS,
    ChoiceQuestion,
    FeedbackForm,
    FormAge,
    Option,
    Question,
    ScaleQuestion,
    ShowIf,
    TextQuestion,
    YesNoQuestion,
    diff_forms,
)

FORM = next(form for form in SHIPPED_FORMS if form.language == "en" and len(form.questions) > 3)
OTHER = next(form for form in SHIPPED_FORMS if form.notice != FORM.notice)
FIRST, *OTHERS = FORM.questions


def changed(**values: object) -> FeedbackForm:
    return FORM.model_copy(update={"version": FORM.version + 1, **values})


def differences(old: FeedbackForm, new: FeedbackForm) -> list[tuple[str, str, bool, str]]:
    return [(change.where, change.what, change.is_breaking, change.why) for change in diff_forms(old, new).changes]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed(id="ours"), ("id", "is another form", True, "Answers to two forms are never counted together")),
        (
            FORM.model_copy(update={"sources": ("Other",)}),
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
        (
            changed(questions=(*OTHERS, FIRST)),
            ("questions", "stand in another order", False, "Answers are kept by id"),
        ),
    ],
    ids=["id", "version", "title", "notice", "audience", "gone", "order"],
)
def test_a_change_is_said_in_full(new: FeedbackForm, said: tuple[str, str, bool, str]) -> None:
    assert differences(FORM, new) == [said]


def test_another_language_or_version_of_the_same_form_is_no_difference() -> None:
    assert differences(FORM, changed()) == []
    assert differences(FORM, FORM.model_copy(update={"language": "en-simple"})) == []


def test_another_age_is_said_in_full() -> None:
    short = FORM.model_copy(update={"questions": (YES_NO,)})
    younger = short.model_copy(update={"version": 9, "age_band": FormAge.EIGHT_TO_12})

    assert differences(short, younger) == [("age_band", "is for another age", True, "Ages are never added up")]


def test_several_differences_are_said_in_order_those_of_the_form_first() -> None:
    new = changed(id="ours", title="Other", questions=tuple(reversed(OTHERS)))

    assert [where for where, *_ in differences(FORM, new)] == ["id", "title", FIRST.id, "questions"]


def test_a_new_question_is_said_in_full() -> None:
    without = changed(questions=tuple(OTHERS))

    assert differences(without, changed(version=9)) == [(FIRST.id, "is new", False, "It has no earlier answers")]


AFTER = ShowIf(question_id="first", any_of=("yes",))
A, B, C = (Option(code=code, label=code.upper()) for code in "abc")
YES_NO = YesNoQuestion(id="q", text="Q?", hint="H")
CHOICE = ChoiceQuestion(id="q", text="Q?", options=(A, B))
SCALE = ScaleQuestion(id="q", text="Q?", lowest_label="None", highest_label="All")
TEXT = TextQuestion(id="q", text="Q?", max_length=20)
OTHER_WORDS = ("q", "has other words", False, "Safe only if it asks the same; if not, give it a new id")
OTHER_ENDS = ("q", "has other ends", True, "The same number means something else")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (YES_NO, CHOICE, [("q", "was yes_no and is choice", True, "An id keeps its kind; give it a new id")]),
        (YES_NO, YES_NO.model_copy(update={"text": "Other?"}), [OTHER_WORDS]),
        (YES_NO, YES_NO.model_copy(update={"hint": None}), [OTHER_WORDS]),
        (
            YES_NO,
            YES_NO.model_copy(update={"show_if": AFTER}),
            [("q", "is asked after other answers", True, "Other children are asked")],
        ),
        (
            CHOICE,
            CHOICE.model_copy(update={"options": (B, C)}),
            [
                ("q", "no longer offers a", True, "Who would have picked it picks something else"),
                ("q", "offers c too", True, "Some who picked another would have picked it"),
            ],
        ),
        (
            CHOICE,
            CHOICE.model_copy(update={"options": (A, B.model_copy(update={"label": "Other"}))}),
            [("q", "has other words for an answer", False, "Safe only if it says the same")],
        ),
        (CHOICE, CHOICE.model_copy(update={"options": (B, A)}), []),
        (SCALE, SCALE.model_copy(update={"lowest": 1}), [OTHER_ENDS]),
        (SCALE, SCALE.model_copy(update={"highest": 9}), [OTHER_ENDS]),
        (SCALE, SCALE.model_copy(update={"highest_label": "Very much"}), []),
        (
            TEXT,
            TEXT.model_copy(update={"max_length": 19}),
            [("q", "takes fewer letters", False, "Earlier answers stay whole")],
        ),
        (TEXT, TEXT.model_copy(update={"max_length": 20}), []),
        (TEXT, TEXT.model_copy(update={"max_length": 21}), []),
    ],
)
def test_a_change_to_a_question_is_said_in_full(
    old: Question, new: Question, said: list[tuple[str, str, bool, str]]
) -> None:
    first = YesNoQuestion(id="first", text="First?")

    assert differences(changed(questions=(first, old)), changed(version=9, questions=(first, new))) == said
