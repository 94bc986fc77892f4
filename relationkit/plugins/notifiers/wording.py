"""What a message says: who waits, by reference, since when, and what to do. Nothing the child wrote, and no name.

The texts are data. A template has fields in braces, :data:`FIELDS`, and no others; it cannot reach anything else.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Self
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, model_validator

from relationkit.dates_in_words import moment_in_words
from relationkit.plugins.child_notices import NOTICE_POLICY
from relationkit.plugins.talk_requests import TALK_POLICY
from relationkit.records import FrozenModel
from relationkit.sla import Escalation, Recipient

__all__ = ["FIELDS", "TEMPLATES", "WHAT_TO_DO", "Link", "MessageText", "Template", "compose"]

#: What a template may say, and what stands there in a message.
FIELDS: Final[Mapping[str, str]] = {
    "child": "the child's reference in the case system, never a name",
    "since": "since when the child has waited, as in 'Monday 3 March 2025 at 3:05pm', in London time; in a notice to a "
    "child, when it begins",
    "due": "when the answer is, or was, due, likewise; in a notice to a child, when it ends",
    "what_to_do": "what the reader is asked to do, by their role",
    "late": "a sentence that says so when the message itself comes late, or nothing",
    "link": "the address that the settings give, or nothing",
    "step": "the name of the step in the policy",
}

#: What each role is asked to do; other roles are asked what a manager is.
WHAT_TO_DO: Final[Mapping[str, str]] = {
    Recipient.WORKER: "Please reply to them, or ask somebody to reply for you.",
    Recipient.COVER: "You are standing in for their worker. Please reply to them.",
    Recipient.DUTY: "Their worker cannot answer now, so the reply falls to duty. Please reply to them.",
    Recipient.MANAGER: "Please make sure that somebody replies to them.",
}


class Template(FrozenModel):
    """The text of one kind of message.

    Attributes:
        subject: One line; a text message does without it.
        body: The message. Lines that come out empty, and runs of them, are drawn together.
    """

    subject: str = Field(min_length=1)
    body: str = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        for text in (self.subject, self.body):
            _check_fields(text)
        if not self.subject.isprintable():
            raise ValueError("the subject has a line break or another control character; write it in one line")
        return self


def _check_fields(text: str) -> None:
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError("a brace is not closed or not opened; double it where a brace is meant") from None
    for _, field, form, conversion in parsed:
        if field is not None and (field not in FIELDS or form or conversion):
            raise ValueError(f"there is no such field in a message; use {', '.join(FIELDS)}, each in plain braces")


#: Before and after the answer is due, and when a child asked for it. A council's own words take their place by the
#: settings.
TEMPLATES: Final[Mapping[str, Template]] = {
    "before_due": Template(
        subject="Waiting for your reply: {child}",
        body="The young person with the reference {child} has been waiting for a reply since {since}.\n\n"
        "They should have an answer by {due}. {what_to_do}\n\n{link}\n\n{late}",
    ),
    "overdue": Template(
        subject="No reply in time: {child}",
        body="The young person with the reference {child} has been waiting for a reply since {since}.\n\n"
        "They should have had an answer by {due}, and none is on record. {what_to_do}\n\n{link}\n\n{late}",
    ),
    "talk_soon": Template(
        subject="Wants to talk to someone soon: {child}",
        body='The young person with the reference {child} ticked "I need to talk to someone soon" on {since}.\n\n'
        "They were told that duty and a manager would know at once. Please see that somebody talks to them today.\n\n"
        "{link}\n\n{late}",
    ),
    "leave": Template(
        subject="Away for a while",
        body="Just so you know: whoever you usually meet is away from {since} and back on {due}. Somebody is there for "
        "you meanwhile, on the usual number.",
    ),
    "leave_without_cover": Template(
        subject="Away for a while",
        body="Just so you know: whoever you usually meet is away from {since} and back on {due}. If you need "
        "something, the usual number works, and somebody will help you.",
    ),
    "leave_without_end": Template(
        subject="Away for a while",
        body="Just so you know: whoever you usually meet is away since {since}, and we do not know yet until when. If "
        "you need something, the usual number works, and somebody will help you.",
    ),
    "session_changed": Template(
        subject="A new time",
        body="Your meet-up has changed: it is now on {since}. If that does not suit you, please say so.",
    ),
    "session_cancelled": Template(
        subject="A meet-up is off",
        body="Sorry, your meet-up on {since} is not happening. You can ask for a new time.",
    ),
    "offer_changed": Template(
        subject="Something you can ask for changed",
        body="Something that you can ask for is different since {since}. Have a look, or ask whoever you usually "
        "meet.\n\n{link}",
    ),
    "policy_changed": Template(
        subject="What we promise you changed",
        body="How soon we answer you is different since {since}. Have a look, or ask whoever you usually meet.\n\n"
        "{link}",
    ),
    "visits_changed": Template(
        subject="What we promise you changed",
        body="How often somebody comes to see you is different since {since}. Have a look, or ask whoever you usually "
        "meet.\n\n{link}",
    ),
    "worker_change": Template(
        subject="To tell in person: {child}",
        body="From {since} somebody else is to take over from you for the young person with the reference {child}. "
        "Please tell them in person: when, why, and that it is not their fault; and ask how they want to say "
        "goodbye.\n\n{link}\n\n{late}",
    ),
}

_LATE: Final = "This message is late: it should have been sent at {moment}."


def _link(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or not value.isprintable() or " " in value:
        raise ValueError("is no https address; write it as https://cases.example/child/{child}")
    _check_fields(value)
    return value


#: An https address, in which ``{child}`` stands for the child's reference.
Link = Annotated[str, AfterValidator(_link)]


@dataclass(frozen=True, slots=True)
class MessageText:
    """One message in words.

    Attributes:
        subject: One line.
        body: Plain text, lines ended by a line feed.
        fields: What each of :data:`FIELDS` says.
    """

    subject: str
    body: str
    fields: Mapping[str, str]


def compose(
    escalation: Escalation, *, link: str | None = None, templates: Mapping[str, Template] = TEMPLATES
) -> MessageText:
    """Return what the message about an escalation says.

    Args:
        escalation: Whom to tell about which clock.
        link: Where the reader finds the case, with ``{child}`` for its reference; ``None`` for no link.
        templates: By the names of :data:`TEMPLATES`; one that is missing is ours.
    """
    kind = _kind(escalation)
    template = templates.get(kind, TEMPLATES[kind])
    fields = _fields(escalation, link)
    lines = [line.rstrip() for line in template.body.format_map(fields).splitlines()]
    paragraphs = "\n".join(lines).split("\n\n")
    body = "\n\n".join(paragraph.strip("\n") for paragraph in paragraphs if paragraph.strip())
    return MessageText(template.subject.format_map(fields), body + "\n", fields)


def _kind(escalation: Escalation) -> str:
    if escalation.policy == TALK_POLICY:
        return "talk_soon"
    if escalation.policy == NOTICE_POLICY and escalation.step in TEMPLATES:
        return escalation.step
    return "before_due" if escalation.due_at < escalation.clock_due_at else "overdue"


def _fields(escalation: Escalation, link: str | None) -> dict[str, str]:
    child = _one_line(escalation.child_id)
    address = "" if link is None else link.format_map({**dict.fromkeys(FIELDS, ""), "child": quote(child, safe="")})
    said = _day_or_moment if escalation.policy == NOTICE_POLICY else moment_in_words
    late = _LATE.format(moment=moment_in_words(escalation.send_from_at)) if escalation.is_late else ""
    return {
        "child": child,
        "since": said(escalation.started_at),
        "due": said(escalation.clock_due_at),
        "what_to_do": WHAT_TO_DO.get(escalation.to, WHAT_TO_DO[Recipient.MANAGER]),
        "late": late,
        "link": address,
        "step": _one_line(escalation.step),
    }


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _day_or_moment(at: datetime) -> str:
    """Return only the day of a moment that is midnight in London: whole days begin and end there."""
    return moment_in_words(at).removesuffix(" at 12:00am")
