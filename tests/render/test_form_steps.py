"""A form step by step: one thing a page, nothing lost on the way, and the same form on paper and in the file."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from relationkit.feedback import (
    PAGE_WORDING,
    SHIPPED_FORMS,
    Audience,
    FeedbackForm,
    QuestionProblem,
    parse_submission,
)
from relationkit.render import form_steps, render_filled_form, render_form, render_paper_form

FORM = next(form for form in SHIPPED_FORMS if (form.id, form.language) == ("after-session", "en"))
HANDOVER = next(form for form in SHIPPED_FORMS if (form.id, form.language) == ("after-handover", "en"))


def step_of(step: str, form: FeedbackForm = FORM, **facts: Any) -> str:
    return render_form(form, action="/form", step=step, **facts)


def fields_of(page: str) -> list[tuple[str, str]]:
    return [
        (name, unescape(value)) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    ]


def read(form: FeedbackForm, answers: dict[str, Any]) -> Any:
    sent_at = datetime(2025, 3, 3, 16, tzinfo=UTC)
    facts: dict[str, Any] = {"submission_id": "f1", "child_id": "c1", "session_id": "s1", "submitted_at": sent_at}
    return parse_submission(form, answers, form_version=form.version, **facts).submission


def test_the_notice_comes_first_and_sending_last() -> None:
    steps = form_steps(FORM)

    assert (steps[0], steps[-3:]) == ("page.start", ("page.people", "page.talk", "page.send"))
    assert steps[1:-3] == tuple(question.id for question in FORM.questions)
    assert FORM.notice.must_tell in unescape(step_of("page.start"))


def test_a_question_that_the_answers_do_not_lead_to_is_no_step() -> None:
    assert "goodbye_wish" in form_steps(HANDOVER, {"goodbye": "no"})
    assert "goodbye_wish" not in form_steps(HANDOVER, {"goodbye": "yes"})
    assert "Only if you picked" in unescape(step_of("goodbye_wish", HANDOVER, answers={"goodbye": "yes"}))
    with pytest.raises(ValueError, match="no step of this form"):
        step_of("another", HANDOVER)


@pytest.mark.parametrize("form", SHIPPED_FORMS, ids=lambda form: f"{form.id}-{form.language}")
def test_each_step_shows_its_own_question_and_no_other(form: FeedbackForm) -> None:
    for step in form_steps(form)[1:-3]:
        page = unescape(step_of(step, form))
        shown = [question.id for question in form.questions if f'name="{question.id}"' in page]
        assert shown == [step]
        assert page.count("<h1") == 1


def test_where_nobody_keeps_a_draft_the_page_carries_the_other_answers() -> None:
    answers = {"today": ["good"], "next_time": ["The sea & <sand>"], "audience": ["manager", "advocate"]}

    page = step_of("own_say", answers=answers)

    sent = fields_of(page)
    assert [(name, value) for name, value in sent if name in answers] == [
        ("today", "good"),
        ("next_time", "The sea & <sand>"),
        ("audience", "manager"),
        ("audience", "advocate"),
    ]
    assert ("page.step", "own_say") in sent
    assert "today" not in dict(fields_of(step_of("today", answers=answers)))


def test_where_a_draft_is_kept_no_answer_travels_in_a_page_that_does_not_show_it() -> None:
    page = step_of("own_say", answers={"next_time": ["between us"]}, keeps_drafts=True)

    assert "between us" not in page
    assert 'value="save"' in page
    assert 'value="delete"' in page
    assert 'value="save"' not in step_of("own_say")


def test_only_the_steps_own_problems_are_shown_beside_what_else_there_is_to_say() -> None:
    problems = [QuestionProblem("today", "Pick one."), QuestionProblem("audience", "Keep one.")]

    page = unescape(step_of("page.people", problems=problems, remarks=["It could not be saved."]))

    assert "Keep one." in page
    assert "Pick one." not in page
    assert "It could not be saved." in page


def test_the_last_step_says_what_was_put_in_the_childs_words() -> None:
    answers = {"today": "not_great", "own_say": "rather_not_say", "next_time": "Meet\noutside", "audience": "manager"}

    page = unescape(step_of("page.send", answers=answers))

    for words in ("Not great", "I'd rather not say", "Meet\noutside", "My worker's boss", "You skipped this"):
        assert words in page


def test_nobody_picked_is_said_to_be_read_by_duty() -> None:
    assert PAGE_WORDING["en"].no_one in unescape(step_of("page.send"))


def test_the_first_button_of_every_step_goes_on() -> None:
    for step in form_steps(FORM)[:-1]:
        first = re.search(r'<button[^>]*value="([^"]+)"', step_of(step, keeps_drafts=True))
        assert first is not None
        assert first[1] == "next"


def test_every_step_has_whom_to_call_now() -> None:
    for step in form_steps(FORM):
        assert "tel:999" in step_of(step)


# Paper and file ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", SHIPPED_FORMS, ids=lambda form: f"{form.id}-{form.language}")
def test_paper_has_every_code_that_the_screen_sends(form: FeedbackForm) -> None:
    screen, paper = render_form(form, action="/x"), render_paper_form(form)

    codes = set(re.findall(r'(?:type="radio"|type="checkbox") name="[^"]+" id="[^"]+" value="([a-z][a-z_]*)"', screen))
    names = {name for name in re.findall(r'name="([a-z_]+)"', screen) if name not in {"form_id", "form_version"}}
    assert codes <= set(re.findall(r"<code>([^<]+)</code>", paper))
    assert names - {"language", "viewport", "referrer"} <= set(re.findall(r"<code>([^<]+)</code>", paper))
    assert f"{form.id} · {form.version} · {form.language}" in paper


def test_paper_says_in_words_what_the_screen_hides() -> None:
    paper = unescape(render_paper_form(HANDOVER))

    assert "Only if you picked “Sort of” or “No” for" in paper
    assert "size: A4" in paper


def test_the_page_for_the_file_says_what_was_answered_and_what_was_not() -> None:
    submission = read(
        HANDOVER, {"goodbye": "yes", "better": "Tell me <sooner>", "audience": ["manager"], "talk_soon": "on"}
    )

    page = unescape(render_filled_form(HANDOVER, submission, about="Made-up Sam"))

    assert "Tell me <sooner>" in page
    assert "<sooner>" not in render_filled_form(HANDOVER, submission)
    assert "2025-03-03 16:00" in page
    assert "My worker's boss" in page
    assert HANDOVER.words.talk_soon in page
    assert ("skipped" in page, "not_asked" in page) == (True, True)


def test_a_drawing_is_on_the_page_for_the_file() -> None:
    form = next(form for form in SHIPPED_FORMS if (form.id, form.language) == ("after-session-under-8", "en"))
    submission = read(form, {"drawing": "a" * 64, "helper": "carer"})

    assert 'src="data:image/png;base64,xx"' in render_filled_form(
        form, submission, pictures={"a" * 64: "data:image/png;base64,xx"}
    )
    assert PAGE_WORDING["en"].picture_kept in unescape(render_filled_form(form, submission))


def test_the_page_for_the_file_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another form or version"):
        render_filled_form(HANDOVER, read(FORM, {}))


# Words ---------------------------------------------------------------------------------------------------------------


def test_every_language_of_the_pages_says_all_of_it_with_the_same_blanks() -> None:
    english = PAGE_WORDING["en"].model_dump()
    for words in PAGE_WORDING.values():
        for name, said in words.model_dump().items():
            if isinstance(said, str):
                assert re.findall(r"\{\w+\}", said) == re.findall(r"\{\w+\}", english[name]), name


def automated_readability(text: str) -> float:
    """Return the Automated Readability Index (Senter and Smith 1967) of a text."""
    words = re.findall(r"[\w']+", text)
    sentences = max(len(re.findall(r"[.?!]+(?:\s|$)", text)), 1)
    letters = sum(len(word.replace("'", "")) for word in words)
    return 4.71 * letters / len(words) + 0.5 * len(words) / sentences - 21.43


@pytest.mark.parametrize(
    "name", [name for name in PAGE_WORDING["en"].model_dump() if name not in {"language", "viewers"}]
)
def test_the_pages_read_at_an_index_of_4_or_less(name: str) -> None:
    said = re.sub(r"\{\w+\}", "Sam", getattr(PAGE_WORDING["en"], name))
    if len(said.split()) > 4:  # shorter ones are labels of a word or two, for which the index says nothing
        assert automated_readability(said) <= 4, said


def test_whoever_can_be_a_reader_has_a_name_in_every_language() -> None:
    from relationkit.records import Role

    for words in PAGE_WORDING.values():
        assert set(words.viewers) == {role.value for role in Role}
    assert len(Audience) == 5
