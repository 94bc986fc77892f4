"""Response policies: how soon a message must be answered, what counts as an answer, who is told when none comes.

Policies are data with the day on which they come into force. A book of them finds the one policy for a message, and
refuses to be built where a message would find none or two.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import product
from typing import Annotated, Any, Final, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    SkipValidation,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from relationkit.errors import InvalidPolicyError
from relationkit.records import EARLIEST_DAY, LONDON, Channel, Day, FrozenModel, Message, MessageKind, Role
from relationkit.sla.working_time import WorkingCalendar

__all__ = [
    "DEFAULT_POLICIES",
    "EscalationStep",
    "PolicyBook",
    "Recipient",
    "ResponsePolicy",
    "StopsOn",
]


class Recipient(StrEnum):
    """Whom a step tells, when it is not a role by a name of the council's own."""

    WORKER = "worker"
    COVER = "cover"
    DUTY = "duty"
    MANAGER = "manager"


def _duration(value: object) -> object:
    """Let through a timedelta or its ISO text; a bare number has no unit, and 72 would be read as seconds."""
    if isinstance(value, timedelta) or (isinstance(value, str) and value.lstrip("+-").startswith("P")):
        return value
    raise ValueError('is not a length of time; give timedelta(hours=72), or "PT72H" as text')


#: A length of time, as a timedelta or ISO 8601 text.
Duration = Annotated[timedelta, BeforeValidator(_duration)]


class EscalationStep(FrozenModel):
    """One moment in the life of a clock at which somebody is told about it.

    Attributes:
        name: Unlike that of any other step of the policy, such as ``"reminder"``.
        offset: Counted from the due time on the policy's own clock: negative for a reminder before it, zero for the
            due time itself. A reminder that would fall before the message arrived falls due with it.
        to: ``"worker"``, ``"cover"``, ``"duty"``, ``"manager"``, or a role by the council's own name.
    """

    name: str = Field(min_length=1)
    offset: Duration
    to: str = Field(min_length=1)


def _kinds_alone(value: object) -> object:
    return {"kinds": value} if isinstance(value, (set, frozenset, list, tuple)) else value


class StopsOn(FrozenModel):
    """Which answers stop a clock. All of it must hold; an automatic answer never does.

    Attributes:
        kinds: ``message``, and ``attempt`` where a call that was not picked up is to count as an answer.
        channels: The channels on which an answer counts; ``None`` for all.
        roles: The answer counts when its sender holds one of these roles for the child on that day, or stands in for
            somebody away who does; ``None`` for whoever sends it.
    """

    kinds: frozenset[MessageKind] = frozenset({MessageKind.MESSAGE})
    channels: frozenset[Channel] | None = None
    roles: frozenset[Role] | None = None

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if not self.kinds or self.channels == frozenset() or self.roles == frozenset():
            raise ValueError(
                "nothing would ever stop the clock; name at least one kind, channel and role, or leave out"
            )
        if MessageKind.AUTOMATIC in self.kinds:
            raise ValueError("an automatic answer is nobody's answer; take automatic out of kinds")
        return self


def _calendar(value: object) -> object:
    if value is None or isinstance(value, WorkingCalendar):
        return value
    raise ValueError("is not a calendar; give a WorkingCalendar, or None to count elapsed hours")


class ResponsePolicy(FrozenModel):
    """How soon a message must be answered, from one day on.

    Attributes:
        name: What people call it. A later policy of the same name is its next version.
        target: How much time the answer may take, counted on ``calendar``; more than nothing.
        calendar: Whose open time is counted; ``None`` counts elapsed hours, nights and weekends included.
        in_force_from: The day in Europe/London from whose midnight messages fall under it. It stays in force until a
            policy of the same name, or of the very same channels and roles, comes into force.
        channels: The channels it is for; ``None`` for all.
        roles: The roles it is for, of the worker written to; ``None`` for all.
        stops_on: Which answers stop the clock.
        escalations: Who is told when, in any order; empty tells nobody.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str = Field(min_length=1)
    target: Duration = timedelta(hours=72)
    calendar: Annotated[
        SkipValidation[WorkingCalendar | None],
        BeforeValidator(_calendar),
        WithJsonSchema({"description": "A working calendar; null counts elapsed hours."}),
    ] = None
    in_force_from: Day
    channels: frozenset[Channel] | None = None
    roles: frozenset[Role] | None = None
    stops_on: Annotated[StopsOn, BeforeValidator(_kinds_alone)] = StopsOn()
    escalations: tuple[EscalationStep, ...] = ()

    @field_validator("target")
    @classmethod
    def _is_some_time(cls, target: timedelta) -> timedelta:
        if target <= timedelta(0):
            raise ValueError("is not more than nothing; give a time such as timedelta(hours=72)")
        return target

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.channels == frozenset() or self.roles == frozenset():
            raise ValueError("channels or roles is empty, so no message falls under it; leave it out to mean all")
        names = [step.name for step in self.escalations]
        if len(set(names)) < len(names):
            raise ValueError("two escalations have the same name; give each step its own")
        return self

    def due_at(self, started_at: datetime) -> datetime:
        """Return when an answer to a message of ``started_at`` is due, in UTC; an answer then is still in time."""
        calendar, utc = self.calendar, started_at.astimezone(UTC)
        return utc + self.target if calendar is None else calendar.add(utc, self.target)

    def count(self, at: datetime, offset: timedelta) -> datetime:
        """Return the moment ``offset`` after ``at``, or before it, on the policy's own clock, in UTC."""
        utc = at.astimezone(UTC)
        return utc + offset if self.calendar is None else self.calendar.add(utc, offset)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show which version it is: a policy names nobody."""
        return [("name", self.name), ("in_force_from", self.in_force_from.isoformat())]


#: A kind of message by its channel and by the role of the worker written to.
_Cell = tuple[Channel, Role]


class PolicyBook:
    """Policies of which exactly one is in force for every message from the first day of the book on.

    Two books of the same policies are equal.

    Args:
        policies: In any order. A policy is in force until one of the same name, or of the very same channels and
            roles, comes into force; so a new version needs only its new day.

    Raises:
        InvalidPolicyError: The book is empty, two policies would hold for the same message, or none would.
    """

    __slots__ = ("_versions", "policies")

    #: Oldest first, then by name.
    policies: tuple[ResponsePolicy, ...]

    def __init__(self, policies: Iterable[ResponsePolicy]) -> None:
        self.policies = tuple(sorted(policies, key=lambda policy: (policy.in_force_from, policy.name)))
        if not self.policies:
            raise InvalidPolicyError("the book has no policy. Give it at least one, or use DEFAULT_POLICIES.")
        days = sorted({policy.in_force_from for policy in self.policies})
        cells = list(product(Channel, Role))
        self._versions: Mapping[_Cell, list[tuple[datetime, ResponsePolicy]]] = {cell: [] for cell in cells}
        for day in days:
            in_force = _in_force(self.policies, day)
            for cell in cells:
                self._versions[cell].insert(0, (_starts_at(day), _the_one(in_force, cell, day)))  # newest first

    def policy_for(self, message: Message, *, role: Role = Role.SOCIAL_WORKER) -> ResponsePolicy:
        """Return the policy in force for a message when it was sent.

        Args:
            message: Of any day from the book's first on.
            role: The role of the worker written to.

        Raises:
            InvalidPolicyError: The message is older than the book.
        """
        at = message.at
        for starts_at, policy in self._versions[message.channel, role]:
            if starts_at <= at:
                return policy
        raise InvalidPolicyError(
            f"message {message.id} is older than the book's first policy, of {self.policies[0].in_force_from}. "
            "Add the policy of its day, or leave the message out."
        )

    def versions(self, channel: Channel, role: Role) -> tuple[tuple[datetime, ResponsePolicy], ...]:
        """Return who took over when, for messages on a channel to a worker of a role.

        Returns:
            Pairs of the first moment, in UTC, and the policy that holds from then until the next pair's moment; oldest
            first, at least one. Before the first there is no policy.
        """
        oldest_first = self._versions[channel, role][::-1]
        before = (None, *(policy for _, policy in oldest_first[:-1]))
        return tuple(version for version, older in zip(oldest_first, before, strict=True) if version[1] is not older)

    def __eq__(self, other: object) -> bool:
        return self.policies == other.policies if isinstance(other, PolicyBook) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.policies)

    def __repr__(self) -> str:
        return f"PolicyBook({list(self.policies)})"


def _starts_at(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _in_force(policies: Iterable[ResponsePolicy], day: date) -> list[ResponsePolicy]:
    """Return the policies in force on a day; ``policies`` are oldest first."""
    in_force: list[ResponsePolicy] = []
    for policy in policies:
        if policy.in_force_from <= day:
            in_force = [older for older in in_force if not _replaces(policy, older)]
            in_force.append(policy)
    return in_force


def _replaces(later: ResponsePolicy, older: ResponsePolicy) -> bool:
    is_same_line = later.name == older.name or (later.channels, later.roles) == (older.channels, older.roles)
    return is_same_line and later.in_force_from > older.in_force_from


def _the_one(in_force: Iterable[ResponsePolicy], cell: _Cell, day: date) -> ResponsePolicy:
    channel, role = cell
    found = [
        policy
        for policy in in_force
        if (policy.channels is None or channel in policy.channels) and (policy.roles is None or role in policy.roles)
    ]
    where = f"{day}, {channel.value} to a {role.value}"
    if not found:
        raise InvalidPolicyError(f"{where}: no policy is in force. Add one, or widen the channels or roles of another.")
    if len(found) > 1:
        names = " and ".join(repr(policy.name) for policy in found)
        raise InvalidPolicyError(
            f"{where}: {names} are both in force. Narrow one's channels or roles, "
            "or give both the same name to make the later one the next version."
        )
    return found[0]


#: What holds unless a council brings its own book: 72 elapsed hours, a reminder to the worker 24 hours before, the
#: manager at the due time. No national standard in England sets 72 hours, or any other figure, for answering a
#: message: it is what young people asked for. Councils that have published a promise go from the same working day to
#: 24 hours.
DEFAULT_POLICIES: Final = PolicyBook(
    [
        ResponsePolicy(
            name="72 hours",
            target=timedelta(hours=72),
            in_force_from=EARLIEST_DAY,
            escalations=(
                EscalationStep(name="reminder", offset=timedelta(hours=-24), to=Recipient.WORKER),
                EscalationStep(name="overdue", offset=timedelta(0), to=Recipient.MANAGER),
            ),
        )
    ]
)
