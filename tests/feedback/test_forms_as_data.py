from collections.abc import Callable

import pytest

from relationkit.errors import InvalidRecordError, UnknownFormVersionError
from relationkit.feedback import (
    AFTER_SESSION_FORMS,
    RATHER_NOT_SAY,
    Audience,
    ChoiceQuestion,
    Face,
    FaceOption,
    FacesQuestion,
    FeedbackForm,
    FormAge,
    FormNotice,
    Option,
    ScaleQuestion,
    ShowIf,
    TextQuestion,
    YesNoQuestion,
    find_form,
)

Build = Callable[..., FeedbackForm]

NUMBER = ScaleQuestion(id="much", text="How much?", lowest_label="None", highest_label="All")


def a_choice(options: int, name: str = "pick") -> ChoiceQuestion:
    return ChoiceQuestion(
        id=name, text="Which?", options=tuple(Option(code=f"o{n}", label=f"Option {n}") for n in range(options))
    )


def test_a_form_is_frozen(a_form: Build) -> None:
    form = a_form()

    with pytest.raises(Exception, match="frozen"):
        form.title = "Another"  # type: ignore[misc]  # the refusal is the point


def test_a_question_is_told_by_its_kind(a_form: Build) -> None:
    form = a_form({"kind": "yes_no", "id": "fine", "text": "Fine?"})

    assert form.questions == (YesNoQuestion(id="fine", text="Fine?"),)


def test_a_form_goes_through_json_and_back(every_kind: FeedbackForm) -> None:
    assert FeedbackForm.model_validate_json(every_kind.model_dump_json()) == every_kind


def test_two_questions_with_one_id_are_refused(a_form: Build) -> None:
    with pytest.raises(InvalidRecordError, match="one id"):
        a_form(a_choice(2), a_choice(3))


@pytest.mark.parametrize("name", ["audience", "helper", "talk_soon", "form_version", "session_id"])
def test_a_question_cannot_take_the_name_of_a_field_of_the_page(a_form: Build, name: str) -> None:
    with pytest.raises(InvalidRecordError, match="another id"):
        a_form(a_choice(2, name=name))


def test_two_options_with_one_code_are_refused() -> None:
    with pytest.raises(InvalidRecordError, match="one code"):
        ChoiceQuestion(id="q", text="Q?", options=(Option(code="a", label="A"), Option(code="a", label="B")))


def test_no_option_can_stand_in_for_the_refusal() -> None:
    with pytest.raises(InvalidRecordError, match="on every question already"):
        Option(code=RATHER_NOT_SAY, label="No")


@pytest.mark.parametrize(
    ("band", "most"), [(FormAge.UNDER_8, 3), (FormAge.EIGHT_TO_12, 3), (FormAge.THIRTEEN_AND_OVER, 5)]
)
def test_an_age_has_so_many_options_and_no_more(a_form: Build, band: FormAge, most: int) -> None:
    assert a_form(a_choice(most), age_band=band)
    with pytest.raises(InvalidRecordError, match=f"more than {most} options"):
        a_form(a_choice(most + 1), age_band=band)


def test_faces_count_as_options(a_form: Build) -> None:
    faces = FacesQuestion(
        id="f", text="How?", options=tuple(FaceOption(code=face.value, label=face.value, face=face) for face in Face)
    )

    assert a_form(faces)
    with pytest.raises(InvalidRecordError, match="more than 3 options"):
        a_form(faces, age_band=FormAge.EIGHT_TO_12)


@pytest.mark.parametrize("band", [FormAge.UNDER_8, FormAge.EIGHT_TO_12])
def test_numbers_are_asked_of_nobody_under_thirteen(a_form: Build, band: FormAge) -> None:
    assert a_form(NUMBER)
    with pytest.raises(InvalidRecordError, match="asks for a number"):
        a_form(NUMBER, age_band=band)


def test_a_face_always_has_a_word() -> None:
    with pytest.raises(InvalidRecordError):
        FaceOption.model_validate({"code": "good", "face": "good", "label": " "})


def why(question_id: str, *codes: str) -> TextQuestion:
    return TextQuestion(id="why", text="Why?", show_if=ShowIf(question_id=question_id, any_of=codes))


def test_show_if_rests_on_an_earlier_question(a_form: Build) -> None:
    assert a_form(a_choice(2), why("pick", "o1"))
    with pytest.raises(InvalidRecordError, match="no earlier question"):
        a_form(why("pick", "o1"), a_choice(2))
    with pytest.raises(InvalidRecordError, match="no earlier question"):
        a_form(why("why", "o1"))


def test_show_if_has_one_level(a_form: Build) -> None:
    middle = YesNoQuestion(id="middle", text="Sure?", show_if=ShowIf(question_id="pick", any_of=("o0",)))

    with pytest.raises(InvalidRecordError, match="another show_if"):
        a_form(a_choice(2), middle, why("middle", "yes"))


def test_show_if_waits_for_an_answer_that_can_be_picked(a_form: Build) -> None:
    with pytest.raises(InvalidRecordError, match="cannot be picked"):
        a_form(a_choice(2), why("pick", "o2"))
    with pytest.raises(InvalidRecordError, match="cannot be picked"):
        a_form(NUMBER, why("much", "3"))


@pytest.mark.parametrize("part", ["who_reads", "when_read", "must_tell", "call_now", "may_skip"])
def test_every_part_of_the_notice_is_required(part: str) -> None:
    whole = AFTER_SESSION_FORMS[0].notice.model_dump()

    assert FormNotice.model_validate(whole)
    with pytest.raises(InvalidRecordError, match=part):
        FormNotice.model_validate({name: value for name, value in whole.items() if name != part})
    with pytest.raises(InvalidRecordError, match=part):
        FormNotice.model_validate(whole | {part: () if part == "call_now" else " "})


def test_the_notice_is_required(a_form: Build) -> None:
    with pytest.raises(InvalidRecordError, match="notice"):
        a_form(notice=None)


@pytest.mark.parametrize("title", ["This is anonymous", "Answer ANONYMOUSLY", "Mae hyn yn ddienw / dienw"])
def test_a_form_never_calls_itself_anonymous(a_form: Build, title: str) -> None:
    with pytest.raises(InvalidRecordError, match="anonymous"):
        a_form(title=title)
    with pytest.raises(InvalidRecordError, match="anonymous"):
        a_form(YesNoQuestion(id="q", text="Fine?", hint=title))


def test_a_form_may_say_that_it_is_not_anonymous(a_form: Build) -> None:
    assert a_form(title="This is not anonymous")


def test_the_audience_names_each_reader_once(a_form: Build) -> None:
    with pytest.raises(InvalidRecordError, match="twice"):
        a_form(audience=(Audience.MANAGER, Audience.MANAGER))


def test_a_form_in_a_language_without_words_for_the_page_brings_its_own(a_form: Build) -> None:
    with pytest.raises(InvalidRecordError, match="not known in this language"):
        a_form(language="pl")
    assert a_form(language="pl", wording=a_form().words).words.send == "Send my answers"
    assert a_form(language="en-GB").words.send == "Send my answers"


def test_a_form_is_found_by_exactly_its_id_version_and_language(a_form: Build) -> None:
    old, new = a_form(version=1, title="Old"), a_form(version=2, title="New")

    assert find_form([new, old], "made-up", 1, "en") is old
    for wanted in [("made-up", 3, "en"), ("other", 1, "en"), ("made-up", 1, "cy")]:
        with pytest.raises(UnknownFormVersionError):
            find_form([new, old], *wanted)


def test_a_repr_shows_the_id_alone(every_kind: FeedbackForm) -> None:
    assert repr(every_kind) == "FeedbackForm(id='made-up')"
