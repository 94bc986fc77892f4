"""Forms and answers as FHIR R4: a ``Questionnaire`` out, a ``QuestionnaireResponse`` out and in.

Sources: HL7 FHIR R4 (4.0.1), Questionnaire and QuestionnaireResponse; the extension ``data-absent-reason``. What FHIR
has no word for is written so that any reader shows it: the notice as ``display`` items, "I'd rather not say" as one
more answer to pick, or as a box of its own beside words, numbers and drawings. A response names its form as
``url|version``, and is read against exactly that one. A drawing is named by its hash (RFC 6920), for FHIR's own hash is
of another kind.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final

from relationkit.errors import UnknownFormVersionError
from relationkit.feedback.forms import FeedbackForm
from relationkit.feedback.questions import (
    RATHER_NOT_SAY,
    ChoicesQuestion,
    DrawingQuestion,
    Question,
    ScaleQuestion,
    TextQuestion,
    YesNoQuestion,
)
from relationkit.feedback.submissions import Answer, AnswerState, Helper, Submission

__all__ = ["answers_from_fhir", "questionnaire", "questionnaire_response"]

_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_LEAST: Final = "http://hl7.org/fhir/StructureDefinition/minValue"
_MOST: Final = "http://hl7.org/fhir/StructureDefinition/maxValue"
_NAMED_HASH: Final = "ni:///sha-256;"

#: The type of an item, by the kind of a question (FHIR R4, value set item-type).
_TYPES: Final[Mapping[str, str]] = {
    "faces": "choice",
    "choice": "choice",
    "choices": "choice",
    "scale": "integer",
    "yes_no": "boolean",
    "text": "text",
    "drawing": "attachment",
}


def _url(form: FeedbackForm, base: str) -> str:
    return f"{base.rstrip('/')}/{form.id}-{form.language}"


def _coding(form: FeedbackForm, base: str, code: str, display: str | None = None) -> dict[str, Any]:
    coding = {"system": f"{_url(form, base)}/answers", "code": code}
    return {"valueCoding": coding | ({"display": display} if display else {})}


def questionnaire(form: FeedbackForm, *, base: str) -> dict[str, Any]:
    """Return the form as a FHIR R4 ``Questionnaire``, ready for JSON.

    Args:
        form: The form.
        base: The council's own address for its forms, such as ``https://forms.example.org``; with the form's id and
            language it makes the canonical address.
    """
    words = form.words
    readers = [_coding(form, base, reader, words.audience_labels[reader]) for reader in form.audience]
    helpers = [_coding(form, base, helper, words.helper_labels[helper]) for helper in Helper]
    return {
        "resourceType": "Questionnaire",
        "language": form.language,
        "url": _url(form, base),
        "version": str(form.version),
        "name": "".join(part.capitalize() for part in form.id.split("-")),
        "title": form.title,
        "status": "active",
        "subjectType": ["Patient"],
        "date": form.published_on.isoformat(),
        "item": [
            *_told(form),
            *(_item(form, question, base) for question in form.questions),
            {
                "linkId": "audience",
                "type": "choice",
                "text": words.audience,
                "repeats": True,
                "answerOption": readers,
            },
            {"linkId": "helper", "type": "choice", "text": words.helper, "answerOption": helpers},
            {"linkId": "talk_soon", "type": "boolean", "text": words.talk_soon},
        ],
    }


def _told(form: FeedbackForm) -> list[dict[str, Any]]:
    """Return what the child is told before the first question, as items that ask nothing."""
    lines = [f"{line.name} {line.number}. {line.note}" for line in form.notice.call_now]
    return [
        {"linkId": f"notice.{number}", "type": "display", "text": text}
        for number, text in enumerate([*form.notice.parts(), *lines], start=1)
    ]


def _item(form: FeedbackForm, question: Question, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {"linkId": question.id, "type": _TYPES[question.kind], "text": question.text}
    if isinstance(question, ChoicesQuestion):
        item["repeats"] = True
    if isinstance(question, TextQuestion):
        item["maxLength"] = question.max_length
    if isinstance(question, ScaleQuestion):
        item["extension"] = [
            {"url": _LEAST, "valueInteger": question.lowest},
            {"url": _MOST, "valueInteger": question.highest},
        ]
    if question.show_if is not None:
        item |= _shown_if(form, question, base)
    refusal = form.words.rather_not_say
    if options := getattr(question, "options", ()):
        item["answerOption"] = [
            *(_coding(form, base, option.code, option.label) for option in options),
            _coding(form, base, RATHER_NOT_SAY, refusal),
        ]
    else:
        item["item"] = [{"linkId": f"{question.id}.{RATHER_NOT_SAY}", "type": "boolean", "text": refusal}]
    return item


def _shown_if(form: FeedbackForm, question: Question, base: str) -> dict[str, Any]:
    rule = question.show_if
    if rule is None:
        return {}
    is_yes_no = isinstance(form.question(rule.question_id), YesNoQuestion)
    wanted = [
        {"answerBoolean": code == "yes"} if is_yes_no else {"answerCoding": _coding(form, base, code)["valueCoding"]}
        for code in rule.any_of
    ]
    rows = [{"question": rule.question_id, "operator": "=", **each} for each in wanted]
    return {"enableWhen": rows} | ({"enableBehavior": "any"} if len(rows) > 1 else {})


def questionnaire_response(submission: Submission, form: FeedbackForm, *, base: str) -> dict[str, Any]:
    """Return a submission as a FHIR R4 ``QuestionnaireResponse``, ready for JSON.

    A question that was skipped has an item without an answer; one that was not asked has none; a refusal and what could
    not be read have an answer that says why its value is absent. Who the child is, is their id alone.

    Args:
        submission: The answers.
        form: The form of exactly its version and language.
        base: As for :func:`questionnaire`.

    Raises:
        UnknownFormVersionError: ``form`` is another form, version or language than the child saw.
    """
    if (submission.form_id, submission.form_version, submission.language) != (form.id, form.version, form.language):
        raise UnknownFormVersionError(submission.form_id, f"{submission.form_version} ({submission.language})")
    asked = (answer for answer in submission.answers if answer.state is not AnswerState.NOT_ASKED)
    items = [_answered(form, answer, base) for answer in asked]
    for name, codes in (("audience", submission.audience), ("helper", filter(None, [submission.helper]))):
        if said := [_coding(form, base, code) for code in codes]:
            items.append({"linkId": name, "answer": said})
    items.append({"linkId": "talk_soon", "answer": [{"valueBoolean": submission.wants_to_talk}]})
    session = {} if submission.session_id is None else {"encounter": {"identifier": {"value": submission.session_id}}}
    return {
        "resourceType": "QuestionnaireResponse",
        "language": form.language,
        "identifier": {"value": submission.id},
        "questionnaire": f"{_url(form, base)}|{form.version}",
        "status": "completed",
        "subject": {"identifier": {"value": submission.child_id}},
        **session,
        "authored": submission.submitted_at.isoformat(),
        "item": items,
    }


_WHY_ABSENT: Final = {AnswerState.REFUSED: "asked-declined", AnswerState.NOT_READ: "error"}


def _answered(form: FeedbackForm, answer: Answer, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {"linkId": answer.question_id}
    if answer.state in _WHY_ABSENT:
        item["answer"] = [{"extension": [{"url": _ABSENT, "valueCode": _WHY_ABSENT[answer.state]}]}]
    elif answer.value is not None:
        values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        question = form.question(answer.question_id)
        item["answer"] = [_value(form, question, value, base) for value in values]
    return item


def _value(form: FeedbackForm, question: Question, value: str | int, base: str) -> dict[str, Any]:
    match question:
        case YesNoQuestion():
            return {"valueBoolean": value}
        case ScaleQuestion():
            return {"valueInteger": value}
        case TextQuestion():
            return {"valueString": value}
        case DrawingQuestion():
            digest = base64.urlsafe_b64encode(bytes.fromhex(str(value))).decode().rstrip("=")
            return {"valueAttachment": {"url": f"{_NAMED_HASH}{digest}"}}
        case _:
            return _coding(form, base, str(value))


def answers_from_fhir(response: Mapping[str, Any], form: FeedbackForm, *, base: str) -> dict[str, object]:
    """Return what a ``QuestionnaireResponse`` says, in the shape that :func:`parse_submission` takes and checks.

    Nothing is judged here: a value of a wrong type, an answer to a question that was not asked and an item that the
    form does not have all go on to ``parse_submission``, which says so. Items may be nested in groups.

    Args:
        response: The resource, as read from JSON.
        form: The form that it names.
        base: As for :func:`questionnaire`.

    Raises:
        UnknownFormVersionError: It names another form, version or language, or none.
    """
    named = f"{_url(form, base)}|{form.version}"
    if response.get("questionnaire") != named:
        raise UnknownFormVersionError(form.id, "that the response names")
    told = {each["linkId"] for each in _told(form)}
    answers: dict[str, object] = {}
    for item in _items(response):
        link = str(item.get("linkId"))
        if link in told:
            continue
        given = _list(item.get("answer"))
        answers[link] = [_sent(each) for each in given if not _is_declined(each)]
        if any(map(_is_declined, given)):
            answers[f"{link}.{RATHER_NOT_SAY}"] = True
    return answers


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _items(holder: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield every item, also those within items and within answers; nested deeper than any form is passed over."""
    for item in _list(holder.get("item")):
        if isinstance(item, Mapping) and depth < 10:
            if "linkId" in item and ("answer" in item or "item" not in item):
                yield item
            yield from _items(item, depth + 1)
            for answer in _list(item.get("answer")):
                if isinstance(answer, Mapping):
                    yield from _items(answer, depth + 1)


#: What no question takes as an answer, whatever its kind.
_UNREADABLE: Final[Mapping[str, object]] = {}


def _is_declined(answer: object) -> bool:
    if not isinstance(answer, Mapping):
        return False
    absent = [
        each for each in _list(answer.get("extension")) if isinstance(each, Mapping) and each.get("url") == _ABSENT
    ]
    return any(each.get("valueCode") == "asked-declined" for each in absent)


def _sent(answer: object) -> object:
    """Return one answer's value as a page would send it."""
    match answer:
        case {"valueCoding": {"code": str(code)}}:
            return code
        case {"valueAttachment": {"url": str(url)}} if url.startswith(_NAMED_HASH):
            return _digest(url.removeprefix(_NAMED_HASH))
        case {"valueBoolean": bool(value)} | {"valueInteger": int(value)} | {"valueString": str(value)}:
            return value
        case _:
            return _UNREADABLE


def _digest(text: str) -> object:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex()
    except ValueError:
        return _UNREADABLE
