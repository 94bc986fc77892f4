"""A form on paper, and a filled form for the file: drawn from the same definition as the screen, with the same codes.

What a page shows or hides, paper says in words. The code that is stored stands small beside every box, so that whoever
types the sheet up later need not guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from relationkit.feedback import AnswerState, FacesQuestion, FeedbackForm, Submission
from relationkit.records import LONDON
from relationkit.render.forms import drawn_fields, frame, given_in_words
from relationkit.render.html import render_page

__all__ = ["render_filled_form", "render_paper_form"]


def render_paper_form(form: FeedbackForm, *, about: str | None = None) -> str:
    """Return the blank form as one HTML page that prints on A4.

    Args:
        form: The form; id, version and language stand at its head, so that the sheet can be typed up against them.
        about: Whom and when it is about, in words for the child.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    return render_page("form_paper.html", {**frame(form, about), "fields": drawn_fields(form, {})})


@dataclass(frozen=True, slots=True)
class _Line:
    """One question and what became of it."""

    id: str
    asked: str
    given: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    face: str | None = None
    picture: str | None = field(default=None, repr=False)


def render_filled_form(
    form: FeedbackForm,
    submission: Submission,
    *,
    about: str | None = None,
    pictures: Mapping[str, str] | None = None,
) -> str:
    """Return a filled form as one HTML page for the file: what was asked, what was answered, and what was not.

    Whoever may see it has been decided before, by :func:`~relationkit.feedback.visible_to`.

    Args:
        form: The form of exactly the version that was filled in.
        submission: The answers.
        about: Whom and when it is about, in words for the child.
        pictures: By SHA-256, the address (``data:``) of each picture; one that is not here is said to be kept.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
        ValueError: The submission is of another form or version.
    """
    if (form.id, form.version) != (submission.form_id, submission.form_version):
        raise ValueError("the submission is of another form or version; look it up with find_form")
    review = [_line(form, submission, question.id, pictures or {}) for question in form.questions]
    facts = {
        **frame(form, about),
        "facts": _facts(form, submission),
        "review": review,
        "wants_to_talk": submission.wants_to_talk,
    }
    return render_page("form_filled.html", facts)


def _line(form: FeedbackForm, submission: Submission, question_id: str, pictures: Mapping[str, str]) -> _Line:
    question, answer = form.question(question_id), submission.answer(question_id)
    face = picture = None
    if isinstance(question, FacesQuestion):
        face = next((option.face.value for option in question.options if option.code == answer.value), None)
    if isinstance(answer.value, str):
        picture = pictures.get(answer.value)
    return _Line(
        id=question_id,
        asked=question.text,
        given=given_in_words(form, answer),
        code=None if answer.state is AnswerState.ANSWERED else answer.state.value,
        face=face,
        picture=picture,
    )


def _facts(form: FeedbackForm, submission: Submission) -> list[tuple[str, str]]:
    words = form.words
    readers = ", ".join(words.audience_labels[reader] for reader in submission.audience)
    helper = "–" if submission.helper is None else words.helper_labels[submission.helper]
    sent_at = submission.submitted_at.astimezone(LONDON)
    return [
        ("submitted_at", f"{sent_at:%Y-%m-%d %H:%M}"),
        ("channel", submission.channel.value),
        (words.audience, readers or words.audience_labels["nobody_by_name"]),
        (words.helper, helper),
    ]
