"""A feedback form as one page: a real form that can be filled in and sent with no script, by keyboard, on a phone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from relationkit.feedback import (
    RATHER_NOT_SAY,
    DrawingQuestion,
    FeedbackForm,
    Helper,
    Question,
    QuestionProblem,
    Wording,
    YesNoQuestion,
)
from relationkit.feedback.sent import is_ticked
from relationkit.render.html import render_page, safe_action

__all__ = ["direction_of", "render_form"]

#: Languages written from right to left, by the first part of their tag (CLDR, "right-to-left" scripts).
_RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction_of(language: str) -> str:
    """Return ``"rtl"`` or ``"ltr"`` for a BCP 47 tag."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class _Field:
    """One question as it is drawn: what was said before, and what was wrong with it."""

    id: str
    hint: str | None = None
    condition: str | None = None
    error: str | None = None
    picked: frozenset[str] = field(default=frozenset(), repr=False)
    text: str = field(default="", repr=False)
    has_refused: bool = False
    question: Question | None = None
    has_ends: bool = False

    @property
    def described_by(self) -> str:
        parts = {"only": self.condition, "hint": self.hint, "wrong": self.error, "ends": self.has_ends}
        return " ".join(f"{self.id}--{name}" for name, is_there in parts.items() if is_there)


def render_form(
    form: FeedbackForm,
    *,
    action: str,
    about: str | None = None,
    answers: Mapping[str, object] | None = None,
    problems: Sequence[QuestionProblem] = (),
    hidden: Mapping[str, str] | None = None,
    saved: bool = False,
) -> str:
    """Return the form as one HTML page.

    Args:
        form: The form; its notice stands before the first question.
        action: Where it is sent (POST): an ``https`` address or a path.
        about: Whom and when it is about, in words for the child, such as ``"Sam, on 3 March"``.
        answers: What the child gave before, in the shape that :func:`~relationkit.feedback.parse_submission` takes;
            kept in the page. A picture cannot be kept: browsers never fill in a file.
        problems: What to put right; the summary of them takes focus, and each stands beside its question too.
        hidden: More fields to send along, such as the session; ``form_id``, ``form_version`` and ``language`` are
            always there.
        saved: Say above the form that the answers have arrived.

    Returns:
        The page, whose fields are those that ``parse_submission`` reads.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
        RenderError: ``action`` is another kind of address.
    """
    given = answers or {}
    wrong = {problem.field: problem.message for problem in problems}
    fields = [_field(form, question, given, wrong) for question in form.questions]
    facts = {
        "form": form,
        "words": form.words,
        "lang": form.language,
        "direction": direction_of(form.language),
        "action": safe_action(action),
        "about": about,
        "fields": fields,
        "audience": _page_field("audience", given, wrong, hint=form.words.audience_hint),
        "helper": _page_field("helper", given, wrong),
        "helpers": [who.value for who in Helper],
        "wants_to_talk": is_ticked(given.get("talk_soon")) is not False,
        "talk_error": wrong.get("talk_soon"),
        "problems": [_summary_line(form, problem) for problem in problems],
        "hidden": list(_hidden(form, hidden or {}).items()),
        "has_file": any(isinstance(question, DrawingQuestion) for question in form.questions),
        "refusal": RATHER_NOT_SAY,
        "saved": saved,
    }
    return render_page("form.html", facts)


def _hidden(form: FeedbackForm, more: Mapping[str, str]) -> dict[str, str]:
    return {**more, "form_id": form.id, "form_version": str(form.version), "language": form.language}


def _summary_line(form: FeedbackForm, problem: QuestionProblem) -> dict[str, str]:
    words = form.words
    asked = {"audience": words.audience, "helper": words.helper, "talk_soon": words.talk_soon_heading}
    about = asked.get(problem.field) or form.question(problem.field).text
    return {"target": _target(form, problem.field), "about": about, "message": problem.message}


def _target(form: FeedbackForm, name: str) -> str:
    """Return the id of the first control to which a problem's link leads."""
    firsts = {"audience": f"audience--{form.audience[0]}", "helper": f"helper--{next(iter(Helper))}"}
    if name in {*firsts, "talk_soon"}:
        return firsts.get(name, name)
    question = form.question(name)
    match question.kind:
        case "text" | "drawing":
            return name
        case "yes_no":
            return f"{name}--yes"
        case "scale":
            return f"{name}--{question.lowest}"
        case _:
            return f"{name}--{question.options[0].code}"


def _page_field(name: str, given: Mapping[str, object], wrong: Mapping[str, str], *, hint: str | None = None) -> _Field:
    return _Field(name, hint=hint, error=wrong.get(name), picked=frozenset(_codes(given.get(name))))


def _field(form: FeedbackForm, question: Question, given: Mapping[str, object], wrong: Mapping[str, str]) -> _Field:
    codes = list(_codes(given.get(question.id)))
    has_refused = is_ticked(given.get(f"{question.id}.{RATHER_NOT_SAY}")) is not False
    return _Field(
        id=question.id,
        hint=question.hint or _own_hint(question, form.words),
        condition=_condition(form, question),
        error=wrong.get(question.id),
        picked=frozenset([*codes, RATHER_NOT_SAY] if has_refused else codes),
        text="".join(codes),
        has_refused=has_refused or RATHER_NOT_SAY in codes,
        question=question,
        has_ends=question.kind == "scale",
    )


def _own_hint(question: Question, words: Wording) -> str | None:
    return {"choices": words.pick_any, "drawing": words.drawing_hint}.get(question.kind)


def _condition(form: FeedbackForm, question: Question) -> str | None:
    """Return the rule of ``show_if`` in words: the page has no script, so the child reads it."""
    if question.show_if is None:
        return None
    asked = form.question(question.show_if.question_id)
    labels = _labels(asked, form.words)
    picked = form.words.or_join.join(f"“{labels[code]}”" for code in question.show_if.any_of)
    return form.words.only_if.format(label=picked, question=asked.text)


def _labels(question: Question, words: Wording) -> dict[str, str]:
    if isinstance(question, YesNoQuestion):
        return {"yes": words.yes, "no": words.no}
    return {option.code: option.label for option in getattr(question, "options", ())}


def _codes(value: object) -> Iterator[str]:
    """Yield what was given as the text that a page sends."""
    if isinstance(value, bool):
        yield "yes" if value else "no"
    elif isinstance(value, str | int):
        yield str(value)
    elif isinstance(value, Iterable):
        for part in value:
            yield from _codes(part)
