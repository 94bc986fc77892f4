"""Response clocks as commands need them: read child by child, and told in cells that programs or people read."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.engines import clocks_in_bulk
from relationkit.plugins import CaseReader
from relationkit.records import LONDON, Absence, Assignment, ChildId, Message
from relationkit.sla import (
    DEFAULT_POLICIES,
    ClockState,
    NextLook,
    PolicyBook,
    ResponseClock,
    next_looks,
    track_responses,
)

__all__ = [
    "AT_ONCE",
    "CLOCK_HEADINGS",
    "STATES",
    "STILL_WAITING",
    "Found",
    "clock_row",
    "clock_rows",
    "in_words",
    "london_words",
    "read_clocks",
    "read_looks",
    "table_rows",
    "who_words",
]

CLOCK_HEADINGS: Final = (
    "id",
    "child_id",
    "started_at",
    "due_at",
    "answered_at",
    "state",
    "waited_hours",
    "answers_now",
    "answers_now_id",
)

#: The states in the order of their urgency, and how they read.
STATES: Final = {
    ClockState.OVERDUE: "overdue",
    ClockState.DUE_SOON: "due soon",
    ClockState.WAITING: "waiting",
    ClockState.ANSWERED_LATE: "answered late",
    ClockState.ANSWERED_IN_TIME: "answered in time",
}
#: Messages judged at once, so that memory holds some children's and not all.
AT_ONCE: Final = 20_000

#: Children asked for at once: databases limit the values of one statement.
CHILDREN_AT_ONCE: Final = 500

STILL_WAITING: Final = (ClockState.OVERDUE, ClockState.DUE_SOON, ClockState.WAITING)


def read_clocks(
    reader: CaseReader, now: datetime, policies: PolicyBook = DEFAULT_POLICIES, *, engine: str = "objects"
) -> tuple[list[ResponseClock], int]:
    """Return every clock of the source, longest due first, and how many messages were read.

    Args:
        reader: The source.
        now: The moment to judge by.
        policies: The book to judge by.
        engine: What judges: one of ``relationkit.cli.engines.ENGINES``; all say the same.
    """
    if engine == "objects":
        found = read_looks(reader, now, policies)
        return found.clocks, found.messages
    absences, assignments = absences_of(reader), assignments_of(reader, None)
    with output.watch("Reading messages") as counted:
        clocks = clocks_in_bulk(
            engine,
            counted(reader.messages()),
            policies,
            now=now,
            absences=absences,
            assignments=chain.from_iterable(assignments.values()),
        )
    return sorted(clocks, key=DUE_FIRST), counted.count


@dataclass(slots=True)
class Found:
    """What was read of some children, or of all.

    Attributes:
        child_ids: The children who have messages.
        clocks: Their clocks, longest due first.
        looks: When they have to be looked at again; empty where nobody asked.
        messages: How many messages were read.
    """

    child_ids: set[ChildId] = field(default_factory=set)
    clocks: list[ResponseClock] = field(default_factory=list)
    looks: list[NextLook] = field(default_factory=list)
    messages: int = 0

    def overdue(self, now: datetime) -> int:
        """Return how many of the clocks are overdue."""
        return sum(clock.state(now) is ClockState.OVERDUE for clock in self.clocks)


def read_looks(
    reader: CaseReader,
    now: datetime,
    policies: PolicyBook,
    *,
    child_ids: Collection[str] | None = None,
    with_looks: bool = False,
) -> Found:
    """Return the clocks of some children, or of all, and when to look at them again, read child by child."""
    found = Found()
    absences = [] if child_ids == frozenset() else absences_of(reader)
    with output.watch("Reading messages") as counted:
        for some in some_at_once(child_ids):
            assignments = assignments_of(reader, some)
            for messages in by_whole_children(counted(reader.messages(child_ids=some))):
                each = dict.fromkeys(message.child_id for message in messages)
                own = [row for child_id in each for row in assignments.get(child_id, ())]
                found.child_ids.update(each)
                clocks = track_responses(messages, policies, now=now, absences=absences, assignments=own)
                found.clocks += clocks
                if with_looks:
                    found.looks += next_looks(messages, clocks, now=now, absences=absences, assignments=own)
    found.clocks.sort(key=DUE_FIRST)
    found.messages = counted.count
    return found


#: Longest due first.
DUE_FIRST: Final = attrgetter("due_at", "id")


def absences_of(reader: CaseReader) -> list[Absence]:
    """Return who is away when; nothing where the source does not hold it."""
    return list(reader.absences()) if "absences" in reader.capabilities else []


def assignments_of(reader: CaseReader, child_ids: Collection[str] | None) -> dict[ChildId, list[Assignment]]:
    """Return each child's assignments; none where the source holds none."""
    assignments: dict[ChildId, list[Assignment]] = {}
    if "assignments" in reader.capabilities:
        for assignment in reader.assignments(child_ids=child_ids):
            assignments.setdefault(assignment.child_id, []).append(assignment)
    return assignments


def some_at_once(child_ids: Collection[str] | None) -> Iterator[Collection[str] | None]:
    """Yield the children some hundreds at a time, as sources filter them; all of them as they are."""
    if child_ids is None:
        yield None
        return
    remaining = iter(sorted(child_ids))
    while some := list(islice(remaining, CHILDREN_AT_ONCE)):
        yield some


def by_whole_children(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """Yield the messages in lists of some thousands, a child's never parted; they come child by child."""
    gathered: list[Message] = []
    for _, own in groupby(messages, key=lambda message: message.child_id):
        gathered += own
        if len(gathered) >= AT_ONCE:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def clock_row(clock: ResponseClock, now: datetime) -> tuple[object, ...]:
    """Return one clock's cells, under ``CLOCK_HEADINGS``; moments in UTC, ISO 8601."""
    return (
        clock.id,
        clock.child_id,
        clock.started_at.isoformat(),
        clock.due_at.isoformat(),
        None if clock.answered_at is None else clock.answered_at.isoformat(),
        clock.state(now).value,
        round(clock.waited / timedelta(hours=1), 1),
        clock.answers_now,
        clock.answers_now_id,
    )


def clock_rows(clocks: Iterable[ResponseClock], now: datetime) -> list[dict[str, Any]]:
    """Return the clocks as JSON objects."""
    return [dict(zip(CLOCK_HEADINGS, clock_row(clock, now), strict=True)) for clock in clocks]


def table_rows(clocks: Iterable[ResponseClock], now: datetime) -> Iterator[tuple[str, ...]]:
    """Yield the cells that people read; moments in London time."""
    for clock in clocks:
        yield (
            clock.child_id,
            london_words(clock.started_at),
            london_words(clock.due_at),
            STATES[clock.state(now)],
            in_words(clock.waited),
            "" if clock.answered_at else who_words(clock),
        )


def who_words(clock: ResponseClock) -> str:
    """Return who must answer now: the worker, their cover or duty, with the id where it is one person."""
    return " ".join(filter(None, (clock.answers_now, clock.answers_now_id)))


def london_words(at: datetime) -> str:
    """Return the moment as people in England read it: ``10 Mar 2025 09:00``."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%b %Y %H:%M}"


def in_words(duration: timedelta) -> str:
    """Return a wait in days and hours, rounded down: ``3 d 4 h``."""
    hours = int(duration / timedelta(hours=1))
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h"
