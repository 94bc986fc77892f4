import re
from collections.abc import Iterator
from datetime import date

import pytest

from relationkit.feedback import (
    AFTER_SESSION_FORMS,
    NOTICE_SYMBOLS,
    SHIPPED_FORMS,
    WORDING,
    Audience,
    FeedbackForm,
    FormAge,
    FormNotice,
    FormPurpose,
    Helper,
    Wording,
    choose_form,
    find_form,
    form_age,
)
from relationkit.feedback.questions import answer_codes


def reading_index(text: str) -> float:
    """Return the Automated Readability Index (Smith and Senter 1967, AMRL-TR-66-220)."""
    words = re.findall(r"[^\s]*[A-Za-z0-9][^\s]*", text)
    letters = sum(len(re.findall(r"[A-Za-z0-9]", word)) for word in words)
    sentences = max(1, len(re.findall(r"[.!?]+(?=\s|$|[”\"])", text)))
    return 4.71 * letters / len(words) + 0.5 * len(words) / sentences - 21.43


def sentences_of(form: FeedbackForm) -> Iterator[str]:
    yield form.title
    yield from form.notice.parts()
    yield from (line.note for line in form.notice.call_now)
    for question in form.questions:
        yield question.text
        yield question.hint or ""
        yield from (option.label for option in getattr(question, "options", ()))


def sentences_around(words: Wording) -> Iterator[str]:
    for value in words.model_dump().values():
        yield from value.values() if isinstance(value, dict) else [value]


def is_english(form: FeedbackForm) -> bool:
    return form.language.startswith("en")


ENGLISH = [form for form in SHIPPED_FORMS if is_english(form)]
WELSH = [form for form in SHIPPED_FORMS if form.language == "cy"]
EASY_READ = [form for form in SHIPPED_FORMS if form.is_easy_read]

SHOWN = sorted({text for form in ENGLISH for text in sentences_of(form)} | set(sentences_around(WORDING["en"])))
WELSH_SHOWN = sorted({text for form in WELSH for text in sentences_of(form)} | set(sentences_around(WORDING["cy"])))


def words_in_each_sentence(text: str) -> list[int]:
    return [len(sentence.split()) for sentence in re.split(r"[.!?]+", text) if sentence.strip()]


def test_the_index_tells_plain_words_from_officialese() -> None:
    assert reading_index("The cat sat on the mat. It was a big cat.") < 0
    assert reading_index("Statutory safeguarding considerations necessitate multi-agency consultation.") > 15


@pytest.mark.parametrize("text", [text for text in SHOWN if len(text.split()) > 3])
def test_every_sentence_a_child_reads_is_at_level_four_or_below(text: str) -> None:
    assert reading_index(text) <= 4


@pytest.mark.parametrize("form", ENGLISH, ids=repr)
def test_all_that_a_child_reads_is_at_level_four_or_below_together(form: FeedbackForm) -> None:
    assert reading_index(". ".join(text.rstrip(".?!") for text in sentences_of(form) if text)) <= 4


@pytest.mark.parametrize("text", WELSH_SHOWN)
def test_welsh_is_in_short_sentences(text: str) -> None:
    assert max(words_in_each_sentence(text), default=0) <= 20


@pytest.mark.parametrize("form", EASY_READ, ids=repr)
def test_easy_read_has_short_sentences_and_a_picture_at_every_question_and_answer(form: FeedbackForm) -> None:
    assert all(max(words_in_each_sentence(text), default=0) <= 15 for text in sentences_of(form))
    for question in form.questions:
        assert question.symbol is not None
        for option in getattr(question, "options", ()):
            assert option.symbol is not None or question.kind == "faces"


def test_pictures_stand_in_easy_read_alone() -> None:
    assert {form.language for form in SHIPPED_FORMS if any(question.symbol for question in form.questions)} == {
        "en-simple"
    }
    assert set(NOTICE_SYMBOLS) == set(FormNotice.model_fields)


def test_there_is_a_form_for_every_age_after_a_session_and_for_every_purpose() -> None:
    ages = {purpose: {f.age_band for f in SHIPPED_FORMS if f.purpose is purpose} for purpose in FormPurpose}
    older = {FormAge.EIGHT_TO_12, FormAge.THIRTEEN_AND_OVER}

    assert ages.pop(FormPurpose.OTHER) == set()
    assert ages.pop(FormPurpose.AFTER_SESSION) == set(FormAge)
    assert ages.pop(FormPurpose.KNOW_MY_WORKER) == set(FormAge)
    assert all(bands == older for bands in ages.values())


def shape(form: FeedbackForm) -> list[tuple[object, ...]]:
    return [(question.id, question.kind, answer_codes(question), question.show_if) for question in form.questions]


def test_every_form_is_there_in_every_language_with_the_same_ids_and_codes() -> None:
    by_id: dict[str, dict[str, FeedbackForm]] = {}
    for form in SHIPPED_FORMS:
        by_id.setdefault(form.id, {})[form.language] = form

    for languages in by_id.values():
        assert set(languages) == {"en", "cy", "en-simple"}
        assert shape(languages["cy"]) == shape(languages["en"]) == shape(languages["en-simple"])


@pytest.mark.parametrize("form", [form for form in SHIPPED_FORMS if form.language == "cy"], ids=repr)
def test_every_welsh_text_was_translated(form: FeedbackForm) -> None:
    english = find_form(SHIPPED_FORMS, form.id, form.version, "en")
    same_in_both = {"OK", "Childline", ""}

    assert not (set(sentences_of(form)) & set(sentences_of(english))) - same_in_both


@pytest.mark.parametrize("form", AFTER_SESSION_FORMS, ids=repr)
def test_a_form_after_a_session_takes_a_minute(form: FeedbackForm) -> None:
    assert 3 <= len(form.questions) <= 5


@pytest.mark.parametrize("form", SHIPPED_FORMS, ids=repr)
def test_a_form_says_where_its_topics_come_from_and_offers_every_reader(form: FeedbackForm) -> None:
    assert form.sources
    assert form.audience == tuple(Audience)


@pytest.mark.parametrize("form", [f for f in SHIPPED_FORMS if f.age_band is FormAge.UNDER_8], ids=repr)
def test_the_youngest_have_a_drawing_and_three_words_to_pick_from(form: FeedbackForm) -> None:
    kinds = {question.kind for question in form.questions}

    assert "drawing" in kinds
    assert kinds <= {"choice", "drawing", "text"}


#: What each part of the notice must say, in each language.
MUST_SAY = {
    "en": ("who reads this", "not an alarm", "being hurt", "tell", "skip"),
    "cy": ("pwy sy'n darllen hwn", "Nid larwm", "cael ei frifo", "ddweud", "hepgor"),
}


@pytest.mark.parametrize("form", SHIPPED_FORMS, ids=repr)
def test_the_notice_says_what_it_must(form: FeedbackForm) -> None:
    notice = form.notice
    reads, alarm, hurt, tell, skip = MUST_SAY[form.language[:2]]

    assert reads in notice.who_reads
    assert alarm in notice.when_read
    assert hurt in notice.must_tell
    assert tell in notice.must_tell
    assert skip in notice.may_skip
    assert [line.number for line in notice.call_now] == ["999", "0800 1111"]


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, FormAge.UNDER_8),
        (7, FormAge.UNDER_8),
        (8, FormAge.EIGHT_TO_12),
        (12, FormAge.EIGHT_TO_12),
        (13, FormAge.THIRTEEN_AND_OVER),
        (25, FormAge.THIRTEEN_AND_OVER),
    ],
)
def test_an_age_has_its_band(age: int, band: FormAge) -> None:
    assert form_age(age) is band


def test_nobody_is_younger_than_nought() -> None:
    with pytest.raises(ValueError, match="below zero"):
        form_age(-1)


ON = date(2025, 3, 3)


@pytest.mark.parametrize(
    ("asked", "given"),
    [("en", "en"), ("EN-gb", "en"), ("cy", "cy"), ("cy-simple", "cy"), ("en-simple", "en-simple"), ("pl", "en")],
)
def test_the_nearest_language_is_given(asked: str, given: str) -> None:
    form = choose_form(SHIPPED_FORMS, FormPurpose.TRUST, age=FormAge.EIGHT_TO_12, language=asked, on=ON)

    assert form is not None
    assert (form.id, form.language) == ("trust-8-to-12", given)


def test_a_form_is_given_from_the_day_it_was_published_and_never_one_for_another_age() -> None:
    def given(on: date, age: FormAge = FormAge.EIGHT_TO_12) -> FeedbackForm | None:
        return choose_form(SHIPPED_FORMS, FormPurpose.TRUST, age=age, on=on)

    assert given(date(2025, 1, 5)) is None
    assert given(date(2025, 1, 6)) is not None
    assert given(ON, FormAge.UNDER_8) is None


def test_the_latest_version_is_given_in_any_order() -> None:
    old = next(form for form in SHIPPED_FORMS if form.id == "trust" and form.language == "en")
    new = old.model_copy(update={"version": 2, "published_on": date(2025, 3, 3)})
    for forms in ([old, new], [new, old]):
        chosen = [choose_form(forms, FormPurpose.TRUST, age=old.age_band, on=on) for on in (date(2025, 3, 2), ON)]

        assert chosen == [old, new]


def test_no_form_is_there_twice() -> None:
    keys = [(form.id, form.version, form.language) for form in SHIPPED_FORMS]

    assert len(set(keys)) == len(keys)


def test_each_reader_and_helper_has_words() -> None:
    for words in WORDING.values():
        assert set(words.audience_labels) == set(Audience)
        assert set(words.helper_labels) == set(Helper)
