"""Synthetic forms and submissions; nobody in them is real."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from relationkit.feedback import (
    AFTER_SESSION_FORMS,
    Audience,
    ChoiceQuestion,
    ChoicesQuestion,
    DrawingQuestion,
    FeedbackForm,
    FormAge,
    Option,
    ParsedSubmission,
    ScaleQuestion,
    ShowIf,
    TextQuestion,
    YesNoQuestion,
    parse_submission,
)

Build = Callable[..., FeedbackForm]
Parse = Callable[..., ParsedSubmission]


@pytest.fixture
def a_form() -> Build:
    def build(*questions: Any, **changes: Any) -> FeedbackForm:
        facts = {
            "id": "made-up",
            "version": 3,
            "language": "en",
            "age_band": FormAge.THIRTEEN_AND_OVER,
            "title": "A made-up form",
            "notice": AFTER_SESSION_FORMS[0].notice,
            "audience": tuple(Audience),
            "questions": questions or (YesNoQuestion(id="fine", text="Was it fine?"),),
            "published_on": "2025-01-06",
        }
        return FeedbackForm.model_validate(facts | changes)

    return build


@pytest.fixture
def every_kind(a_form: Build) -> FeedbackForm:
    return a_form(
        YesNoQuestion(id="fine", text="Was it fine?"),
        TextQuestion(id="why", text="Why?", max_length=20, show_if=ShowIf(question_id="fine", any_of=("no",))),
        ScaleQuestion(id="much", text="How much?", lowest_label="None", highest_label="All"),
        ChoiceQuestion(id="one", text="Which one?", options=(Option(code="a", label="A"), Option(code="b", label="B"))),
        ChoicesQuestion(id="any", text="Which?", options=(Option(code="a", label="A"), Option(code="b", label="B"))),
        DrawingQuestion(id="drawing", text="Draw it"),
    )


@pytest.fixture
def parse() -> Parse:
    def parse(form: FeedbackForm, answers: dict[str, object], **changes: Any) -> ParsedSubmission:
        facts = {
            "form_version": form.version,
            "submission_id": "f1",
            "child_id": "c1",
            "session_id": "s1",
            "worker_id": "w1",
            "submitted_at": datetime(2025, 3, 3, 16, tzinfo=UTC),
        }
        return parse_submission(form, answers, **(facts | changes))

    return parse
