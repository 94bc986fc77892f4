"""A form as a file, to the letter, and what each form that cannot be is told."""

import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from relationkit.errors import InvalidRecordError
from relationkit.feedback import (
    Audience,
    ChoiceQuestion,
    ChoicesQuestion,
    Evidence,
    FaceOption,
    FacesQuestion,
    FeedbackForm,
    FormAge,
    FormNotice,
    FormPurpose,
    Helpline,
    Option,
    ScaleQuestion,
    ShowIf,
    TextQuestion,
    YesNoQuestion,
    choose_form,
    find_form,
    form_age,
    form_from_json,
    form_from_toml,
    form_to_json,
    form_to_toml,
)

Build = Callable[..., FeedbackForm]

FORM = FeedbackForm(
    id="how-was-it",
    version=3,
    language="en",
    age_band=FormAge.THIRTEEN_AND_OVER,
    title='How "was" it\x7f?',
    notice=FormNotice(
        who_reads="Those you pick.",
        when_read="In two days.",
        must_tell="We tell if you are hurt.",
        call_now=(Helpline(name="Childline", number="0800 1111", note="At any time"),),
        may_skip="Mae'n iawn, tŷ.",
    ),
    audience=(Audience.MANAGER, Audience.ADVOCATE),
    published_on=date(2025, 1, 6),
    questions=(
        ChoiceQuestion(id="one", text="Which?", options=(Option(code="a", label="A"), Option(code="b", label="B"))),
        TextQuestion(id="why", text="Why?", max_length=20, show_if=ShowIf(question_id="one", any_of=("a", "b"))),
    ),
)

TOML = r"""
id = "how-was-it"
version = 3
language = "en"
age_band = "13_and_over"
title = "How \"was\" it\u007f?"
audience = ["manager", "advocate"]
published_on = "2025-01-06"
sources = []
purpose = "other"

[notice]
who_reads = "Those you pick."
when_read = "In two days."
must_tell = "We tell if you are hurt."
may_skip = "Mae'n iawn, tŷ."

[[notice.call_now]]
name = "Childline"
number = "0800 1111"
note = "At any time"

[[questions]]
id = "one"
text = "Which?"
kind = "choice"

[[questions.options]]
code = "a"
label = "A"

[[questions.options]]
code = "b"
label = "B"

[[questions]]
id = "why"
text = "Why?"
kind = "text"
max_length = 20

[questions.show_if]
question_id = "one"
any_of = ["a", "b"]
"""


def test_a_form_is_this_toml() -> None:
    assert form_to_toml(FORM) == TOML.removeprefix("\n")
    assert form_from_toml(TOML) == FORM


def test_a_form_is_json_that_people_can_read() -> None:
    written = form_to_json(FORM)

    assert written.startswith('{\n  "id": "how-was-it",\n  "version": 3,')
    assert '"may_skip": "Mae\'n iawn, tŷ."\n' in written, "no letter is escaped, and what is None is left out"
    assert written.endswith("}\n")
    assert form_from_json(written) == FORM
    assert form_from_toml(form_to_toml(FORM)) == form_from_json(written.encode())


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (form_from_json, '{\n"id": }', "FeedbackForm, row 2: is no JSON. Mend it where the line says."),
        (form_from_toml, "id = 'a'\nversion", "FeedbackForm: is no TOML. Mend this: "),
        (form_from_toml, "id = 'a'\nversion = \nx", "FeedbackForm, row 2: is no TOML. Mend it where the line says."),
        (form_from_json, "[" * 10**5, "FeedbackForm: is no JSON. Mend this: it is nested too deeply."),
        (form_from_json, '"\\ud83d"', "FeedbackForm: is no JSON. Mend this: it holds half of a character"),
    ],
    ids=["json", "toml-to-the-end", "toml", "deep", "half"],
)
def test_a_text_that_is_no_form_says_what_to_mend_and_where(
    read: Callable[[str], FeedbackForm], text: str, said: str
) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        read(text)

    assert str(refused.value).startswith(said)
    assert (refused.value.record, refused.value.record_id) == ("FeedbackForm", None)


def test_only_what_stands_in_the_file_is_refused_with_its_field() -> None:
    with pytest.raises(InvalidRecordError) as refused:
        form_from_toml(TOML.replace("version = 3", "version = 0"))

    assert [(problem.where, problem.field) for problem in refused.value.problems] == [
        ("FeedbackForm how-was-it", "version")
    ]
    assert tomllib.loads(TOML)["version"] == 3


# What cannot be ------------------------------------------------------------------------------------------------------

Q = YesNoQuestion(id="q", text="Q?")
R = YesNoQuestion(id="r", text="R?")
SIX = tuple(Option(code=f"o{number}", label=f"Option {number}") for number in range(6))


def after(question_id: str, *codes: str, name: str = "late") -> YesNoQuestion:
    return YesNoQuestion(id=name, text="Late?", show_if=ShowIf(question_id=question_id, any_of=codes))


@pytest.mark.parametrize(
    ("questions", "changes", "said"),
    [
        ([Q, Q], {}, "two questions have one id. Give each its own"),
        (
            [YesNoQuestion(id="talk_soon", text="?"), YesNoQuestion(id="helper", text="?")],
            {},
            "the page sends helper, talk_soon itself. Give that question another id",
        ),
        ([Q], {"audience": ("manager", "manager")}, "the audience offers one reader twice. Name each once"),
        ([after("q", "yes")], {}, "show_if of late names no earlier question. Put that one before it"),
        (
            [Q, after("q", "yes"), after("late", "yes", name="later")],
            {},
            "show_if of later rests on another show_if. Only one level can be followed",
        ),
        (
            [Q, after("q", "yes", "maybe")],
            {},
            "show_if of late waits for an answer that cannot be picked. Check any_of",
        ),
        (
            [ScaleQuestion(id="much", text="?", lowest_label="None", highest_label="All")],
            {"age_band": FormAge.EIGHT_TO_12},
            "much asks for a number. At this age ask with options in words",
        ),
        (
            [ChoicesQuestion(id="any", text="?", options=SIX)],
            {},
            "any has more than 5 options. This age needs fewer",
        ),
        ([Q], {"language": "pl"}, "the page's own words are not known in this language. Give wording"),
        (
            [Q],
            {"title": "It is anonymous"},
            "the form calls itself anonymous, and it is about a named worker. Take that out",
        ),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_is_told_why(
    a_form: Build, questions: list[Any], changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidRecordError) as refused:
        a_form(*questions, **changes)

    assert said in str(refused.value)


@pytest.mark.parametrize("kind", [ChoiceQuestion, ChoicesQuestion])
def test_options_that_cannot_be_are_told_why(kind: Any) -> None:
    with pytest.raises(InvalidRecordError, match=r"two options have one code\. Give each its own"):
        kind(id="q", text="Q?", options=(SIX[0], SIX[1], SIX[0]))
    with pytest.raises(InvalidRecordError, match=r"the code rather_not_say is on every question already\. Choose"):
        Option(code="rather_not_say", label="No")


def test_two_faces_of_one_code_are_refused() -> None:
    faces = tuple(FaceOption(code="good", label="Good", face=face) for face in ("good", "okay"))

    with pytest.raises(InvalidRecordError, match=r"two options have one code\. Give each its own"):
        FacesQuestion(id="q", text="Q?", options=faces)


@pytest.mark.parametrize(
    "place",
    [
        {"title": "Dienw"},
        {"notice": FORM.notice.model_copy(update={"who_reads": "It is anonymous."})},
        {"notice": FORM.notice.model_copy(update={"kept": "Kept anonymously."})},
        {"questions": (Q, YesNoQuestion(id="x", text="Anonymous?"))},
        {"questions": (Q, YesNoQuestion(id="x", text="X?", hint="Anonymous"))},
        {"questions": (ChoiceQuestion(id="x", text="?", options=(SIX[0], Option(code="n", label="Anonym"))),)},
    ],
)
def test_no_words_of_a_form_call_it_anonymous(a_form: Build, place: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecordError, match="calls itself anonymous"):
        a_form(**place)


def test_only_the_whole_of_not_anonymous_may_stand(a_form: Build) -> None:
    assert a_form(title="NOT anonymous, synonymous")
    with pytest.raises(InvalidRecordError, match="anonymous"):
        a_form(title="not anonymous, yet anonymous")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": "drawing"}, "picture_sha256 belongs to a photo or a drawing. Give both or neither"),
        ({"picture_sha256": "0f" * 32}, "picture_sha256 belongs to a photo or a drawing. Give both or neither"),
        ({"kind": "words"}, "words is missing. Give the words, or another kind"),
        ({"audience": ("manager", "manager")}, "audience names one reader twice. Name each once"),
        ({"audience": ("manager", "nobody_by_name")}, "audience names a reader beside nobody_by_name. Keep one"),
    ],
)
def test_evidence_that_cannot_be_is_told_why(facts: dict[str, Any], said: str) -> None:
    whole = {"id": "e1", "child_id": "c1", "added_by": "c1", "added_at": "2025-03-03T16:00:00Z", **facts}

    with pytest.raises(InvalidRecordError) as refused:
        Evidence.model_validate(whole)
    assert said in str(refused.value)


# Choosing ------------------------------------------------------------------------------------------------------------


def test_of_two_forms_of_one_day_the_larger_version_is_given_then_the_first_by_id() -> None:
    def form(name: str, version: int, on: date = FORM.published_on) -> FeedbackForm:
        return FORM.model_copy(update={"id": name, "version": version, "published_on": on})

    older = form("d", 9, date(2025, 1, 5))
    forms = [older, form("c", 1), form("b", 2), form("a", 2), form("later", 3, date(2025, 1, 7))]

    for order in (forms, forms[::-1]):
        found = choose_form(order, FormPurpose.OTHER, age=FORM.age_band, on=FORM.published_on)
        assert found is not None
        assert (found.id, found.version) == ("a", 2)
    assert choose_form(forms, FormPurpose.TRUST, age=FORM.age_band, on=FORM.published_on) is None


def test_a_longer_tag_is_preferred_and_english_stands_last() -> None:
    def given(language: str, *there: str) -> str | None:
        forms = [FORM.model_copy(update={"language": each, "wording": FORM.words}) for each in there]
        form = choose_form(forms, FormPurpose.OTHER, age=FORM.age_band, language=language, on=FORM.published_on)
        return form and form.language

    assert given("pl-PL-simple", "en", "pl", "pl-PL", "pl-PL-simple") == "pl-PL-simple"
    assert given("pl-PL-simple", "en", "pl", "pl-PL") == "pl-PL"
    assert given("pl-PL-simple", "en", "pl") == "pl"
    assert given("pl-PL-simple", "en") == "en"
    assert given("pl", "cy") is None


def test_a_form_that_is_not_there_is_named_in_full() -> None:
    with pytest.raises(LookupError) as refused:
        find_form([FORM], "how-was-it", 4, "en")

    assert (refused.value.form_id, refused.value.version) == ("how-was-it", "4 (en)")  # type: ignore[attr-defined]  # UnknownFormVersionError


def test_an_age_below_nought_says_what_to_check() -> None:
    with pytest.raises(ValueError, match=r"^age is below zero; check the date of birth$"):
        form_age(-1)


@pytest.mark.parametrize(
    ("language", "is_easy_read"), [("en-simple", True), ("EN-SIMPLE", True), ("en", False), ("en-simplest", False)]
)
def test_the_easy_read_variant_is_told_by_its_tag(language: str, is_easy_read: bool) -> None:
    assert FORM.model_copy(update={"language": language}).is_easy_read is is_easy_read
