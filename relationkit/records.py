"""The nouns that every rule reads.

Records are frozen. Moments (``..._at``) are aware: any zone goes in, UTC stays inside. Days (``..._on``) are dates,
counted in Europe/London; intervals of days are half-open: ``ended_on`` is the first day after. Enums and ids
take their plain string value. A value that cannot be is refused with
:class:`~relationkit.errors.InvalidRecordError`, which is also a ``ValueError``.

Names of people and free text stand in the few fields that need them and in no repr, log or error. The words are
those of statutory children's social care in England; where the statutory return says otherwise (a *social worker
episode* is our assignment), adapters translate.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, NewType, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails

from relationkit.errors import InvalidRecordError, NaiveMomentError, Problem

__all__ = [
    "LANGUAGE",
    "LONDON",
    "PRINTABLE",
    "Absence",
    "Assignment",
    "AssignmentId",
    "ChangeReason",
    "Channel",
    "Child",
    "ChildId",
    "Day",
    "Direction",
    "FrozenModel",
    "Instant",
    "Message",
    "MessageId",
    "MessageKind",
    "NotAlone",
    "Placement",
    "PlacementId",
    "Record",
    "Role",
    "Session",
    "SessionId",
    "SessionKind",
    "SessionStatus",
    "Worker",
    "WorkerId",
    "london_day",
]

#: The zone in which days are counted: councils in England keep London time.
LONDON: Final = ZoneInfo("Europe/London")

#: Days outside these are typing slips (0204 for 2024), and would overflow date arithmetic.
EARLIEST_DAY: Final = date(1900, 1, 1)
LATEST_DAY: Final = date(2199, 12, 31)

ChildId = NewType("ChildId", str)
WorkerId = NewType("WorkerId", str)
AssignmentId = NewType("AssignmentId", str)
MessageId = NewType("MessageId", str)
SessionId = NewType("SessionId", str)
PlacementId = NewType("PlacementId", str)


class Role(StrEnum):
    """What a worker is to a child. The law says personal *adviser*; some files say advisor."""

    SOCIAL_WORKER = "social_worker"
    PERSONAL_ADVISER = "personal_adviser"
    REVIEWING_OFFICER = "reviewing_officer"
    SUPPORT_WORKER = "support_worker"
    ADVOCATE = "advocate"
    DUTY = "duty"
    MANAGER = "manager"


class Direction(StrEnum):
    """Which way a message went."""

    FROM_CHILD = "from_child"
    TO_CHILD = "to_child"


class Channel(StrEnum):
    """How a message travelled."""

    TEXT = "text"
    CALL = "call"
    EMAIL = "email"
    APP = "app"
    LETTER = "letter"
    IN_PERSON = "in_person"


class MessageKind(StrEnum):
    """What a message is: a person's words, a machine's answer, or a call that was not picked up."""

    MESSAGE = "message"
    AUTOMATIC = "automatic"
    ATTEMPT = "attempt"


class SessionKind(StrEnum):
    """What a session is for. A *visit* is one that can count for a visit rule."""

    VISIT = "visit"
    CATCH_UP = "catch_up"
    REVIEW = "review"
    INTRODUCTION = "introduction"
    JOINT = "joint"
    GOODBYE = "goodbye"
    KEYWORK = "keywork"


class SessionStatus(StrEnum):
    """What became of a session."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    MISSED = "missed"


class NotAlone(StrEnum):
    """Why a child was not spoken with alone on a visit: the three reasons that the law knows.

    Care Planning, Placement and Case Review (England) Regulations 2010, regulation 29.
    """

    CHILD_REFUSED = "child_refused"
    NOT_APPROPRIATE = "not_appropriate"
    NOT_POSSIBLE = "not_possible"


class ChangeReason(StrEnum):
    """Why this worker was put in place: the ten reasons of the statutory return, in words.

    The codes stand in ``relationkit.england.reasons``, each with its source. The reason belongs to the start
    of the new assignment.
    """

    MANAGING_CASELOADS = "managing_caseloads"
    FIRST_CONTACT = "first_contact"
    LEFT_ROLE = "left_role"
    RESTRUCTURE = "restructure"
    TRANSFER_PROCESS = "transfer_process"
    ABSENCE = "absence"
    CHILD_REQUEST = "child_request"
    PARENT_OR_CARER_REQUEST = "parent_or_carer_request"
    DIED = "died"
    OTHER = "other"


def london_day(at: datetime) -> date:
    """Return the day on which ``at`` falls in Europe/London.

    Raises:
        NaiveMomentError: ``at`` has no time zone; the machine's own is never taken for it.
    """
    if at.tzinfo is None:
        raise NaiveMomentError("at")
    return at.astimezone(LONDON).date()


def _day(value: object) -> object:
    """Let through a date or its ISO text; numbers and moments are refused, not guessed at."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a day; write it as 2025-03-31") from None
    if type(value) is not date:
        raise ValueError("is not a day; give a date, such as date(2025, 3, 31), without a time")
    if not EARLIEST_DAY <= value <= LATEST_DAY:
        raise ValueError(f"is outside {EARLIEST_DAY} to {LATEST_DAY}; check the year")
    return value


def _instant(value: object) -> object:
    """Let through an aware moment or its ISO text, as UTC; naive moments are refused, not guessed at."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a moment; write it as 2025-03-31T09:00:00+01:00") from None
    if not isinstance(value, datetime):
        raise ValueError("is not a moment; give an aware datetime")
    if value.tzinfo is UTC:
        moment = value
    elif value.utcoffset() is None:
        raise ValueError("has no time zone; say which one the system writes, as in 2025-03-31T09:00:00+01:00")
    else:
        try:
            moment = value.astimezone(UTC)
        except OverflowError:
            raise ValueError(f"is outside {EARLIEST_DAY} to {LATEST_DAY}; check the year") from None
    if not EARLIEST_DAY.year <= moment.year <= LATEST_DAY.year:
        raise ValueError(f"is outside {EARLIEST_DAY} to {LATEST_DAY}; check the year")
    return moment


#: A day in Europe/London, as a date or ISO text.
Day = Annotated[date, BeforeValidator(_day)]
#: A moment with its zone, as an aware datetime or ISO text; kept in UTC.
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]

#: What to do about each kind of refusal that pydantic words for developers.
REMEDIES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("is missing", "Give it a value"),
    "extra_forbidden": ("is not a field of this record", "Check the spelling, or leave it out"),
    "model_type": ("is not a record", "Give it as fields with their values"),
    "string_type": ("is not text", "Give it as text"),
    "string_too_short": ("is empty", "Give it a value, or leave it out if it may be left out"),
    "string_pattern_mismatch": ("holds characters that cannot be", "Remove line breaks and other control characters"),
    "bool_type": ("is neither true nor false", "Give True or False"),
    "bool_parsing": ("is neither true nor false", "Give True or False"),
}

#: Likewise for what is too long or too short: the name of its limit, what to say of it, and what to do.
LENGTHS: Final[Mapping[str, tuple[str, str, str]]] = {
    "string_too_long": ("max_length", "is longer than {} characters", "Shorten it"),
    "too_long": ("max_length", "has more than {}", "Leave some out"),
    "too_short": ("min_length", "has fewer than {}", "Add what is missing"),
}


#: A field name that a message may repeat; anything else may be a value that slipped into its place.
_FIELD_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,40}")


def _shown_field(name: str) -> str | None:
    return name if _FIELD_NAME.fullmatch(name) else None


def _problem(where: str, detail: ErrorDetails | InitErrorDetails) -> Problem:
    kind = str(detail["type"])
    parts = [part if isinstance(part, int) else _shown_field(part) for part in detail.get("loc", ())]
    field = ".".join("?" if part is None else str(part) for part in parts) or None
    context = detail.get("ctx", {})
    if kind == "value_error":
        what, _, remedy = str(context["error"]).partition("; ")
    elif kind == "enum":
        what, remedy = "is not a value that is known", f"Use one of {context['expected']}"
    elif kind in LENGTHS:
        limit, what, remedy = LENGTHS[kind]
        what = what.format(context[limit])
    else:
        what, remedy = REMEDIES.get(kind, (f"cannot be ({kind.replace('_', ' ')})", "Correct it"))
    return Problem(where, what, remedy[:1].upper() + remedy[1:], field=field)


def _own(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that there are too few of something where that is only because one of them could not be read."""
    whole = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    return [each for each in details if each["type"] != "too_short" or each["loc"] not in whole]


class FrozenModel(BaseModel):
    """The base of every record: frozen, no unknown fields, and quiet about people.

    The repr shows identifiers only. Refusals are :class:`~relationkit.errors.InvalidRecordError`, name the record
    and the field and what to do, and never repeat the value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: The fields that a repr may show.
    identifiers: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Find the identifiers once per class."""
        super().__pydantic_init_subclass__(**kwargs)
        cls.identifiers = tuple(name for name in cls.model_fields if name == "id" or name.endswith("_id"))

    if not TYPE_CHECKING:  # the type checker keeps the typed signature that pydantic gives

        def __init__(self, **data: Any) -> None:
            try:
                self.__pydantic_validator__.validate_python(data, self_instance=self)
            except ValidationError as error:
                raise self._refusal(error, data) from error

        __init__.__pydantic_base_init__ = True  # pydantic need not call it for data that it validates itself

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse: a record that changed after it was checked could be anything."""
        raise self._frozen(name)

    def __delattr__(self, name: str) -> None:
        """Refuse."""
        raise self._frozen(name)

    def _frozen(self, name: str) -> InvalidRecordError:
        record_id = getattr(self, "id", None)
        where = type(self).__name__ if record_id is None else f"{type(self).__name__} {record_id}"
        problem = Problem(
            where, "is frozen", "Make a changed copy with model_copy(update={...})", field=_shown_field(name)
        )
        return InvalidRecordError(type(self).__name__, record_id, [problem])

    @classmethod
    def model_validate(cls, obj: Any, **kwargs: Any) -> Self:
        """Return the record that ``obj`` describes, or raise ``InvalidRecordError``."""
        try:
            return super().model_validate(obj, **kwargs)
        except ValidationError as error:
            raise cls._refusal(error, obj) from error

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **kwargs: Any) -> Self:
        """Return the record that the JSON text describes, or raise ``InvalidRecordError``."""
        try:
            return super().model_validate_json(json_data, **kwargs)
        except ValidationError as error:
            raise cls._refusal(error, None) from error

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy; one with changes is checked like any other record, or raises ``InvalidRecordError``."""
        if not update:
            return super().model_copy(deep=deep)
        return type(self).model_validate({**dict(self), **update})

    @classmethod
    def model_validate_strings(cls, obj: Any, **kwargs: Any) -> Self:
        """Return the record that the texts describe, or raise ``InvalidRecordError``."""
        try:
            return super().model_validate_strings(obj, **kwargs)
        except ValidationError as error:
            raise cls._refusal(error, obj) from error

    @classmethod
    def _refusal(cls, error: ValidationError, data: Any) -> InvalidRecordError:
        given = data.get("id") if isinstance(data, dict) else None
        record_id = given if isinstance(given, str) and given and given.isprintable() else None
        where = cls.__name__ if record_id is None else f"{cls.__name__} {record_id}"
        details = _own(error.errors(include_url=False, include_input=False))
        return InvalidRecordError(cls.__name__, record_id, [_problem(where, detail) for detail in details])

    def __repr_args__(self) -> Sequence[tuple[str | None, Any]]:
        """Show identifiers only: a name must not reach a log by way of a repr."""
        return [(name, getattr(self, name)) for name in self.identifiers]

    def __str__(self) -> str:
        """Return the repr: ``str`` of a record must not show more than that."""
        return repr(self)


#: An identifier or a code: never empty, one line, without control characters and without those that turn the
#: direction of what follows.
PRINTABLE: Final = r"^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$"
#: A BCP 47 language tag, such as ``en`` or ``cy``.
LANGUAGE: Final = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_Id = Field(pattern=PRINTABLE, min_length=1)
_OptionalId = Field(default=None, pattern=PRINTABLE, min_length=1)


class Child(FrozenModel):
    """A child or young person whom workers are there for.

    Attributes:
        chosen_name: The name the child goes by; never in a repr.
        pronouns: As the child says them.
        born_on: Date of birth; ``None`` when the source does not tell, and then age bands cannot be judged.
        team: The team that holds the case.
        language: BCP 47 tag of the language the child reads, such as ``"en"`` or ``"cy"``.
    """

    id: ChildId = _Id
    chosen_name: str | None = None
    pronouns: str | None = None
    born_on: Day | None = None
    team: str | None = None
    language: str = Field(default="en", pattern=LANGUAGE)


class Worker(FrozenModel):
    """Somebody who works with children, or manages those who do.

    Attributes:
        name: As children know them; never in a repr.
        registration: Social Work England number, ``SW`` and up to ten characters; ``None`` for workers who are not
            registered social workers. (SSDA903 rule SW02 asks for the prefix; the Standard Safeguarding Dataset's
            ssd_professionals gives the length.)
    """

    id: WorkerId = _Id
    name: str = Field(min_length=1)
    role: Role
    team: str | None = None
    manager_id: WorkerId | None = _OptionalId
    registration: str | None = Field(default=None, pattern=r"^SW[0-9A-Z]{1,10}$")


class Assignment(FrozenModel):
    """One worker holding one role for one child; ``ended_on`` is exclusive, ``None`` while open.

    Attributes:
        reason: Why this worker was put in place; ``None`` when the source does not tell.
        cover_for: The worker this one stands in for, when the source says that it is cover.
    """

    id: AssignmentId = _Id
    child_id: ChildId = _Id
    worker_id: WorkerId = _Id
    role: Role
    started_on: Day
    ended_on: Day | None = None
    reason: ChangeReason | None = None
    team: str | None = None
    cover_for: WorkerId | None = _OptionalId

    @model_validator(mode="after")
    def _ends_no_earlier_than_it_starts(self) -> Self:
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise ValueError("ended_on is before started_on; check which dates the system exports")
        return self

    def is_open(self, *, on: date) -> bool:
        """Return whether the worker held the role on that day."""
        return self.started_on <= on and (self.ended_on is None or on < self.ended_on)


class Message(FrozenModel):
    """What a child sends, or what reaches the child.

    Attributes:
        worker_id: The worker written to, or who wrote; ``None`` when it went to, or came from, the service.
        thread: Keeps two conversations apart; ``None`` is the child's one general thread.
        needs_reply: ``False`` when somebody judged that this message needs none, such as a "thanks".
        no_reply_by: Who judged so.
        no_reply_why: Their reason, in their words; never in a repr.
    """

    id: MessageId = _Id
    child_id: ChildId = _Id
    at: Instant
    direction: Direction
    channel: Channel
    worker_id: WorkerId | None = _OptionalId
    kind: MessageKind = MessageKind.MESSAGE
    thread: str | None = None
    needs_reply: bool = True
    no_reply_by: WorkerId | None = _OptionalId
    no_reply_why: str | None = None

    @model_validator(mode="after")
    def _says_why_only_when_it_needs_no_reply(self) -> Self:
        if self.needs_reply and (self.no_reply_by is not None or self.no_reply_why is not None):
            raise ValueError("no_reply_by or no_reply_why is given although needs_reply is true; set it to false")
        return self


class Session(FrozenModel):
    """Child and worker meeting: planned, held, cancelled or missed.

    Attributes:
        place: Where; never in a repr.
        seen: Whether the child was seen; ``None`` when not recorded.
        seen_alone: Whether the child was seen alone; ``None`` when not recorded.
        not_alone_why: Why the child was not; ``None`` when they were, or nobody said.
        changed_at: When the record last changed; a calendar's stamp. ``None`` when the source does not tell.
        revision: How many times time, place or status have really changed; a calendar's sequence number.
    """

    id: SessionId = _Id
    child_id: ChildId = _Id
    worker_id: WorkerId = _Id
    kind: SessionKind
    starts_at: Instant
    ends_at: Instant
    status: SessionStatus = SessionStatus.PLANNED
    place: str | None = None
    seen: bool | None = None
    seen_alone: bool | None = None
    not_alone_why: NotAlone | None = None
    changed_at: Instant | None = None
    revision: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at; check the two times")
        if self.seen_alone and self.seen is False:
            raise ValueError("seen_alone is true although seen is false; correct one of them")
        if self.seen_alone and self.not_alone_why is not None:
            raise ValueError("not_alone_why is given although seen_alone is true; correct one of them")
        return self


class Absence(FrozenModel):
    """A worker away: leave, sickness or training; ``ends_at`` is exclusive, ``None`` while nobody knows.

    Attributes:
        cover_id: Who stands in; ``None`` when nobody does, and then duty must answer.
        tell_child: Whether children may be told that their worker is away.
    """

    worker_id: WorkerId = _Id
    starts_at: Instant
    ends_at: Instant | None = None
    cover_id: WorkerId | None = _OptionalId
    tell_child: bool = True

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at; check the two times")
        if self.cover_id == self.worker_id:
            raise ValueError("cover_id is the worker who is away; name somebody else, or leave it out")
        return self

    def is_away(self, at: datetime) -> bool:
        """Return whether the worker is away at that moment.

        Raises:
            NaiveMomentError: ``at`` has no time zone.
        """
        if at.tzinfo is None:
            raise NaiveMomentError("at")
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class Placement(FrozenModel):
    """Where a child lives while looked after; ``ended_on`` is exclusive, ``None`` while open.

    Attributes:
        regime: The name of the row of ``relationkit.visits.VISIT_RULES`` that sets the gaps between visits.
    """

    id: PlacementId = _Id
    child_id: ChildId = _Id
    started_on: Day
    ended_on: Day | None = None
    regime: str = Field(pattern=PRINTABLE, min_length=1)

    @model_validator(mode="after")
    def _ends_no_earlier_than_it_starts(self) -> Self:
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise ValueError("ended_on is before started_on; check which dates the system exports")
        return self


#: Any of the seven records.
Record = Child | Worker | Assignment | Message | Session | Absence | Placement
