"""A feedback form as a page, whole or step by step: filled in and sent with no script, by keyboard, on a phone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from relationkit.feedback import (
    NOTICE_SYMBOLS,
    RATHER_NOT_SAY,
    Answer,
    AnswerState,
    DrawingQuestion,
    FeedbackForm,
    Helper,
    Question,
    QuestionProblem,
    Wording,
    YesNoQuestion,
    check_answers,
    page_words,
)
from relationkit.feedback.sent import is_ticked, sent_values
from relationkit.profiles import Contact
from relationkit.render.html import render_page, safe_action

__all__ = [
    "direction_of",
    "drawn_fields",
    "form_steps",
    "frame",
    "given_in_words",
    "render_form",
    "step_fields",
]

#: The steps that are no question; no question's id can have a dot.
START: Final = "page.start"
PEOPLE: Final = "page.people"
TALK: Final = "page.talk"
SEND: Final = "page.send"

#: The fields on the steps that are no question.
_PAGE_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    START: (),
    PEOPLE: ("audience", "helper"),
    TALK: ("talk_soon",),
    SEND: (),
}

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
    picture: str | None = field(default=None, repr=False)

    @property
    def described_by(self) -> str:
        parts = {"only": self.condition, "hint": self.hint, "wrong": self.error, "ends": self.has_ends}
        return " ".join(f"{self.id}--{name}" for name, is_there in parts.items() if is_there)


def form_steps(form: FeedbackForm, answers: Mapping[str, object] | None = None) -> tuple[str, ...]:
    """Return the steps of a form that is filled in one question at a time, in order.

    Args:
        form: The form.
        answers: What was given so far; a question that these answers do not lead to is no step.

    Returns:
        ``"page.start"`` with the notice, the ids of the questions, ``"page.people"`` (who may read it, who helped),
        ``"page.talk"`` (I need to talk to someone soon) and ``"page.send"``.
    """
    return (START, *check_answers(form, answers or {}).asked, PEOPLE, TALK, SEND)


def step_fields(step: str) -> tuple[str, ...]:
    """Return the names of the fields that a step's page sends, beside those that every page sends."""
    return _PAGE_STEPS.get(step, (step, f"{step}.{RATHER_NOT_SAY}"))


def render_form(
    form: FeedbackForm,
    *,
    action: str,
    about: str | None = None,
    answers: Mapping[str, object] | None = None,
    problems: Sequence[QuestionProblem] = (),
    hidden: Mapping[str, str] | None = None,
    saved: bool = False,
    step: str | None = None,
    keeps_drafts: bool = False,
    remarks: Sequence[str] = (),
    pictures: Mapping[str, str] | None = None,
    contact: Contact | None = None,
) -> str:
    """Return the form as one HTML page, or one step of it.

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
        step: One of :func:`form_steps`; ``None`` draws all of them as one page. A step's page sends ``page.step``, and
            ``page.go``: ``"next"``, ``"back"``, ``"send"``, another step to go to, or where drafts are kept ``"save"``
            or ``"delete"``. Only the problems of its own fields are shown.
        keeps_drafts: Whoever reads the steps keeps what each one sends. Where nobody does, the answers of the other
            steps travel along in the page, so that the last one sends them all.
        remarks: What else the child must know, above the form, such as that it could not be kept just now.
        pictures: By question id, the address (``data:``) of a picture that is there already.
        contact: Who answers for the child's worker at the moment of showing, from
            :func:`~relationkit.profiles.contact_now`; stands after the helplines under whom to call now.

    Returns:
        The page, whose fields are those that ``parse_submission`` reads.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
        RenderError: ``action`` is another kind of address.
        ValueError: ``step`` is no step of this form. A question that these answers do not lead to is drawn with its
            rule in words, as on a page that holds them all.
    """
    given = answers or {}
    facts = {
        **frame(form, about),
        "action": safe_action(action),
        "hidden": list(_hidden(form, hidden or {}).items()),
        "saved": saved,
        "contact": contact,
    }
    if step is None:
        return render_page("form.html", {**facts, **_drawn(form, given, problems, remarks, pictures)})
    steps = form_steps(form, given)
    if step not in steps:
        steps = (START, *(question.id for question in form.questions), PEOPLE, TALK, SEND)
    if step not in steps:
        raise ValueError(f"{step!r} is no step of this form; ask form_steps which there are")
    own = step_fields(step)
    shown = _drawn(form, given, [each for each in problems if each.field in own], remarks, pictures)
    carried = [] if keeps_drafts else _carried(given, {*own, *_HIDDEN_ALWAYS})
    facts["hidden"] = [*_hidden(form, {**(hidden or {}), "page.step": step}).items(), *carried]
    shown["fields"] = [each for each in shown["fields"] if each.id == step]
    shown["has_file"] = any(isinstance(each.question, DrawingQuestion) for each in shown["fields"])
    facts |= {
        "step": step,
        "step_title": _step_title(form, step),
        "place": steps.index(step) + 1,
        "places": len(steps),
        "keeps_drafts": keeps_drafts,
        "has_end": step not in (PEOPLE, TALK, SEND),
        "review": _review(form, given) if step == SEND else [],
    }
    return render_page("form_step.html", {**facts, **shown})


def frame(form: FeedbackForm, about: str | None) -> dict[str, Any]:
    """Return what every page of a form is drawn with."""
    return {
        "form": form,
        "words": form.words,
        "page": page_words(form.language),
        "lang": form.language,
        "direction": direction_of(form.language),
        "about": about,
        "notice_parts": [(name, part) for name in _NOTICE_PARTS if (part := getattr(form.notice, name)) is not None],
        "notice_symbols": NOTICE_SYMBOLS,
        "helpers": [who.value for who in Helper],
        "refusal": RATHER_NOT_SAY,
    }


def drawn_fields(
    form: FeedbackForm,
    given: Mapping[str, object],
    wrong: Mapping[str, str] = MappingProxyType({}),
    pictures: Mapping[str, str] = MappingProxyType({}),
) -> list[_Field]:
    """Return every question as it is drawn, in form order."""
    return [_field(form, question, given, wrong, pictures.get(question.id)) for question in form.questions]


def _drawn(
    form: FeedbackForm,
    given: Mapping[str, object],
    problems: Sequence[QuestionProblem],
    remarks: Sequence[str],
    pictures: Mapping[str, str] | None,
) -> dict[str, Any]:
    wrong = {problem.field: problem.message for problem in problems}
    return {
        "fields": drawn_fields(form, given, wrong, pictures or {}),
        "audience": _page_field("audience", given, wrong, hint=form.words.audience_hint),
        "helper": _page_field("helper", given, wrong),
        "wants_to_talk": is_ticked(given.get("talk_soon")) is not False,
        "talk_error": wrong.get("talk_soon"),
        "problems": [
            *({"target": "", "about": "", "message": text} for text in remarks),
            *(_summary_line(form, each) for each in problems),
        ],
        "has_file": any(isinstance(question, DrawingQuestion) for question in form.questions),
    }


def _carried(given: Mapping[str, object], own: Collection[str]) -> list[tuple[str, str]]:
    """Return the fields of the other steps, as the page sends them on."""
    return [(name, code) for name, value in given.items() if name not in own for code in _codes(value)]


def _step_title(form: FeedbackForm, step: str) -> str:
    words, page = form.words, page_words(form.language)
    titles = {
        START: words.before_you_start,
        PEOPLE: words.audience,
        TALK: words.talk_soon_heading,
        SEND: page.check_heading,
    }
    return titles.get(step) or form.question(step).text


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of what was put, before it is sent."""

    step: str
    asked: str
    given: str = field(repr=False)


def _review(form: FeedbackForm, given: Mapping[str, object]) -> list[_Line]:
    words, page = form.words, page_words(form.language)
    checked = check_answers(form, given)
    lines = [
        _Line(answer.question_id, form.question(answer.question_id).text, given_in_words(form, answer))
        for answer in checked.answers
        if answer.question_id in checked.asked
    ]
    readers = [words.audience_labels[code] for code in _known(given, "audience", form.audience)]
    helper = [words.helper_labels[code] for code in _known(given, "helper", tuple(Helper))]
    wants_to_talk = is_ticked(given.get("talk_soon")) is not False
    return [
        *lines,
        _Line(PEOPLE, words.audience, ", ".join(readers) or page.no_one),
        _Line(PEOPLE, words.helper, ", ".join(helper) or page.skipped),
        _Line(TALK, words.talk_soon, page.talk_asked if wants_to_talk else page.talk_not_asked),
    ]


def _known(given: Mapping[str, object], name: str, codes: Iterable[str]) -> list[str]:
    sent = sent_values(given.get(name))
    return [code for code in codes if code in sent]


def given_in_words(form: FeedbackForm, answer: Answer) -> str:
    """Return an answer as the child would read it: labels, their own words, or why there is none."""
    words, page = form.words, page_words(form.language)
    why_not = {
        AnswerState.SKIPPED: page.skipped,
        AnswerState.REFUSED: words.rather_not_say,
        AnswerState.NOT_READ: page.not_read,
        AnswerState.NOT_ASKED: "–",
    }
    if answer.state is not AnswerState.ANSWERED:
        return why_not[answer.state]
    question = form.question(answer.question_id)
    if isinstance(question, DrawingQuestion):
        return page.picture_kept
    labels = _labels(question, words)
    return ", ".join(labels.get(code, code) for code in _codes(answer.value))


#: Fields that are on every page, and are not carried from one to the next.
_HIDDEN_ALWAYS: Final = frozenset({"form_id", "form_version", "language", "page.step", "page.go"})

#: The parts of the notice, in reading order.
_NOTICE_PARTS: Final = ("who_reads", "when_read", "must_tell", "may_skip", "kept")


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


def _field(
    form: FeedbackForm,
    question: Question,
    given: Mapping[str, object],
    wrong: Mapping[str, str],
    picture: str | None = None,
) -> _Field:
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
        picture=picture,
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
