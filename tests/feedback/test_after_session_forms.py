import re
from collections.abc import Iterator

import pytest

from relationkit.feedback import AFTER_SESSION_FORMS, WORDING, Audience, FeedbackForm, FormAge, Helper, Wording


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


SHOWN = sorted(
    {text for form in AFTER_SESSION_FORMS for text in sentences_of(form)}
    | {text for words in WORDING.values() for text in sentences_around(words)}
)


def test_the_index_tells_plain_words_from_officialese() -> None:
    assert reading_index("The cat sat on the mat. It was a big cat.") < 0
    assert reading_index("Statutory safeguarding considerations necessitate multi-agency consultation.") > 15


@pytest.mark.parametrize("text", [text for text in SHOWN if len(text.split()) > 3])
def test_every_sentence_a_child_reads_is_at_level_four_or_below(text: str) -> None:
    assert reading_index(text) <= 4


def test_all_that_a_child_reads_is_at_level_four_or_below_together() -> None:
    for form in AFTER_SESSION_FORMS:
        assert reading_index(". ".join(filter(None, sentences_of(form)))) <= 4


def test_there_is_a_form_for_thirteen_and_over_in_english() -> None:
    assert [(form.age_band, form.language) for form in AFTER_SESSION_FORMS] == [(FormAge.THIRTEEN_AND_OVER, "en")]


@pytest.mark.parametrize("form", AFTER_SESSION_FORMS, ids=repr)
def test_a_form_takes_a_minute_and_says_where_its_topics_come_from(form: FeedbackForm) -> None:
    assert 3 <= len(form.questions) <= 5
    assert form.sources
    assert form.audience == tuple(Audience)


@pytest.mark.parametrize("form", AFTER_SESSION_FORMS, ids=repr)
def test_the_notice_says_what_it_must(form: FeedbackForm) -> None:
    notice = form.notice

    assert "who reads this" in notice.who_reads
    assert "not an alarm" in notice.when_read
    assert "being hurt" in notice.must_tell
    assert "tell" in notice.must_tell
    assert "skip" in notice.may_skip
    assert [(line.name, line.number) for line in notice.call_now] == [("Emergency", "999"), ("Childline", "0800 1111")]


def test_no_form_is_there_twice() -> None:
    keys = [(form.id, form.version, form.language) for form in AFTER_SESSION_FORMS]

    assert len(set(keys)) == len(keys)


def test_each_reader_and_helper_has_words() -> None:
    for words in WORDING.values():
        assert set(words.audience_labels) == set(Audience)
        assert set(words.helper_labels) == set(Helper)
