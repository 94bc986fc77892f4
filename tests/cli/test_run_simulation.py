"""A made-up council, run for weeks and for a year: who is told of which step at which pass, against a simple count.

A pass does nothing where nothing has changed, so it is run at every minute at which something can change: a message, a
step that falls due, an edge of the quiet hours, a worker who goes or comes; at the minutes before and after each; at
minutes of no meaning; and sometimes not at all, for hours or days. Now and then a reply is logged against the wrong
child, and put right hours or days later. All of it happens on whole minutes.
"""

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from relationkit.cli.run import one_pass
from relationkit.plugins import OutboxRow, OutboxState, Receipt
from relationkit.plugins.adapters import looking
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import (
    LONDON,
    Absence,
    Assignment,
    Channel,
    Direction,
    Message,
    MessageKind,
    Record,
    Role,
    Worker,
)
from relationkit.samples import SampleCouncil
from relationkit.sla import EscalationStep, PolicyBook, QuietHours, ResponsePolicy, WorkingCalendar

MINUTE = timedelta(minutes=1)
NOW = datetime(2025, 6, 30, 9, tzinfo=UTC)  # the year before it has both clock changes

#: The ladder of elapsed hours, and for the app the one of hours on weekdays from nine to five: step, offset, to.
ELAPSED = (
    ("reminder", -24, "worker"),
    ("somebody is away", -12, "cover"),
    ("overdue", 0, "manager"),
    ("a day late", 24, "duty"),
    ("two days late", 48, "manager"),
)
WORKING = (("overdue", 0, "worker"), ("half a day late", 4, "manager"))
OFFICE = WorkingCalendar({day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
QUIET = QuietHours.daily("20:00", "08:00")


def steps(ladder: tuple[tuple[str, int, str], ...]) -> tuple[EscalationStep, ...]:
    return tuple(EscalationStep(name=name, offset=timedelta(hours=hours), to=to) for name, hours, to in ladder)


BOOK = PolicyBook(
    [
        ResponsePolicy(
            name="72 hours",
            in_force_from=date(2000, 1, 1),
            channels=frozenset(Channel) - {Channel.APP},
            escalations=steps(ELAPSED),
        ),
        ResponsePolicy(
            name="two days",
            in_force_from=date(2000, 1, 1),
            channels=frozenset({Channel.APP}),
            target=timedelta(hours=16),
            calendar=OFFICE,
            escalations=steps(WORKING),
        ),
    ]
)


# The simple count -----------------------------------------------------------------------------------------------------


@dataclass
class Wait:
    """A child who waits: since when, for how long, and when which step falls due for whom."""

    first: Message
    answered_at: datetime | None = None
    mistake: tuple[datetime, datetime] | None = None  # from when to when it seems to have been answered
    steps: list[tuple[datetime, str, str]] = field(default_factory=list)


#: Told: the minute, the clock, the step, the role, the person, and whether it was late.
Told = tuple[datetime, str, str, str, str | None, bool]


def is_working(at: datetime) -> bool:
    local = at.astimezone(LONDON)
    return local.weekday() < 5 and 9 <= local.hour < 17


def is_quiet(at: datetime) -> bool:
    return not 8 <= at.astimezone(LONDON).hour < 20


def after_working_hours(at: datetime, hours: int) -> datetime:
    """Count minute by minute."""
    left = hours * 60
    while left:
        left -= is_working(at)
        at += MINUTE
    return at


def waits_of(messages: list[Message]) -> list[Wait]:
    waits: list[Wait] = []
    waiting: dict[tuple[str, str | None], Wait] = {}
    for message in sorted(messages, key=lambda one: (one.at, one.direction is Direction.FROM_CHILD)):
        conversation = message.child_id, message.thread
        if message.kind is MessageKind.AUTOMATIC:
            continue
        if message.direction is Direction.FROM_CHILD:
            if message.needs_reply and conversation not in waiting:
                waits.append(waiting.setdefault(conversation, Wait(message)))
        elif message.kind is MessageKind.MESSAGE and conversation in waiting:
            waiting.pop(conversation).answered_at = message.at
    for wait in waits:
        wait.steps = steps_of(wait.first)
    return waits


def steps_of(first: Message) -> list[tuple[datetime, str, str]]:
    if first.channel is Channel.APP:
        return [(after_working_hours(first.at, 16 + hours), name, to) for name, hours, to in WORKING]
    return [(first.at + timedelta(hours=72 + hours), name, to) for name, hours, to in ELAPSED]


class Council:
    """Who is there, who is away and who stands in, looked up row by row."""

    def __init__(self, sample: SampleCouncil, since: datetime) -> None:
        self.workers: list[Worker] = list(sample.workers())
        self.absences: list[Absence] = list(sample.absences())
        self.assignments: dict[str, list[Assignment]] = defaultdict(list)
        for assignment in sample.assignments():
            self.assignments[assignment.child_id].append(assignment)
        self.messages: list[Message] = [
            Message.model_validate({**dict(message), "at": message.at.replace(second=0)})
            for message in sample.messages(since=since)
        ]
        self.managers = {worker.id: worker.manager_id for worker in self.workers}

    def held(self, child_id: str, at: datetime) -> list[Assignment]:
        day = at.astimezone(LONDON).date()
        rows = self.assignments[child_id]
        return [row for row in rows if row.started_on <= day and (row.ended_on is None or day < row.ended_on)]

    def role_written_to(self, first: Message) -> Role:
        held = {row.role for row in self.held(first.child_id, first.at) if row.worker_id == first.worker_id}
        return next((role for role in Role if role in held), Role.SOCIAL_WORKER)

    def worker(self, first: Message, at: datetime) -> str | None:
        """The worker written to while they hold the role, and whoever took it last once they do not."""
        role = self.role_written_to(first)
        rows = [row for row in self.held(first.child_id, at) if row.role is role]
        rows = [row for row in rows if row.cover_for is None] or rows
        if any(row.worker_id == first.worker_id for row in rows):
            return first.worker_id
        newest = sorted(rows, key=lambda row: (-row.started_on.toordinal(), row.worker_id))
        return newest[0].worker_id if newest else None

    def leave(self, worker_id: str | None, at: datetime) -> list[Absence]:
        return [
            row
            for row in self.absences
            if row.worker_id == worker_id and row.starts_at <= at and (row.ends_at is None or at < row.ends_at)
        ]

    def recipient(self, first: Message, to: str, at: datetime) -> tuple[str, str | None] | None:
        worker_id = self.worker(first, at)
        if to == "duty":
            return "duty", None
        if to == "manager":
            return "manager", self.managers.get(worker_id or "")  # type: ignore[call-overload]  # ids are text
        if worker_id is None:
            return "duty", None
        leave = self.leave(worker_id, at)
        if not leave:
            return None if to == "cover" else ("worker", worker_id)
        newest = sorted(leave, key=lambda row: (row.starts_at, row.cover_id or ""), reverse=True)
        present = [row.cover_id for row in newest if row.cover_id and not self.leave(row.cover_id, at)]
        return ("cover", present[0]) if present else ("duty", None)

    def moves(self, child_id: str) -> set[datetime]:
        """Every moment at which the duty to answer this child may pass to somebody else."""
        rows = self.assignments[child_id]
        days = {day for row in rows for day in (row.started_on, row.ended_on) if day is not None}
        moments = {datetime.combine(day, time(), LONDON).astimezone(UTC) for day in days}
        return moments | {at for row in self.absences for at in (row.starts_at, row.ends_at) if at is not None}


def told_of(wait: Wait, council: Council, loud: list[datetime]) -> Iterator[Told]:
    """Yield who is told of one wait, given the passes outside quiet hours, oldest first."""
    told: set[tuple[str, str]] = set()
    order = [name for _, name, _ in wait.steps]
    changes = {due_at for due_at, _, _ in wait.steps} | council.moves(wait.first.child_id) | {*(wait.mistake or ())}
    passes = {bisect_left(loud, at) for at in changes if at >= wait.first.at}
    for at in (loud[index] for index in sorted(passes) if index < len(loud)):
        if wait.answered_at is not None and wait.answered_at <= at:
            return
        if wait.mistake is not None and wait.mistake[0] <= at < wait.mistake[1]:
            continue
        reached: dict[str, tuple[datetime, str, str, str | None]] = {}
        for due_at, name, to in wait.steps:
            recipient = council.recipient(wait.first, to, at)
            if due_at <= at and recipient is not None:
                reached[recipient[1] or recipient[0]] = due_at, name, *recipient
        for person, (due_at, name, to, worker_id) in reached.items():
            if not any((person, later) in told for later in order[order.index(name) :]):
                told.add((person, name))
                clock_id = f"{wait.first.child_id}/{wait.first.id}"
                yield at, clock_id, name, to, worker_id, at - sent_from(due_at) > 15 * MINUTE


def sent_from(at: datetime) -> datetime:
    while is_quiet(at):
        at += MINUTE
    return at


def make_mistakes(waits: list[Wait], messages: list[Message], chance: random.Random) -> None:
    """Let waits seem answered for a while in which a step falls due and the child writes nothing else."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for message in messages:
        if message.direction is Direction.FROM_CHILD:
            moments[message.child_id].append(message.at)
    for wait in waits:
        for step_at, _, _ in wait.steps:
            logged_at = max(step_at - chance.randrange(200) * MINUTE, wait.first.at + MINUTE)
            corrected_at = step_at + chance.randrange(1, 800) * MINUTE
            is_alone = not any(logged_at < at <= corrected_at for at in moments[wait.first.child_id])
            if is_alone and corrected_at < NOW and chance.random() < 0.2:
                wait.mistake = logged_at, corrected_at


def mistakes_of(waits: list[Wait]) -> list[tuple[datetime, Message]]:
    """Return the replies that are logged by mistake, and the same with the child they are of, each with its moment."""
    records = []
    for wait in waits:
        if wait.mistake is not None:
            logged_at, corrected_at = wait.mistake
            reply = wait.first.model_copy(
                update={"id": f"{wait.first.id}-not", "at": logged_at, "direction": Direction.TO_CHILD}
            )
            records += [(logged_at, reply), (corrected_at, reply.model_copy(update={"child_id": "somebody-else"}))]
    return records


# The passes -----------------------------------------------------------------------------------------------------------


def pass_minutes(council: Council, waits: list[Wait], since: datetime, chance: random.Random) -> list[datetime]:
    """Every minute at which something can change, its neighbours, some others; without those of the downtimes."""
    days = (NOW - since).days
    moments = {message.at for message in council.messages} | {step[0] for wait in waits for step in wait.steps}
    moments |= {at for at, _ in mistakes_of(waits)}
    moments = moments.union(*(council.moves(child_id) for child_id in council.assignments))
    midnights = [datetime.combine(since.date() + timedelta(days=day), time(), LONDON) for day in range(days + 1)]
    moments |= {midnight.replace(hour=hour).astimezone(UTC) for midnight in midnights for hour in (8, 20)}
    minutes = {at + offset for at in moments for offset in (-MINUTE, timedelta(0), MINUTE)}
    minutes |= {since + chance.randrange(days * 24 * 60) * MINUTE for _ in range(days)}
    starts = [since + chance.random() * timedelta(days=days) for _ in range(2 + days // 20)]
    downtimes = [(start, start + timedelta(hours=chance.choice((1, 9, 30, 80)))) for start in starts]
    is_down = {at for at in minutes if any(start <= at < end for start, end in downtimes)}
    return sorted(at for at in minutes - is_down if since <= at <= NOW)


class Source(MemoryAdapter):
    """A source in memory, which is read so often here that it sorts its records once."""

    def __init__(self, council: Council) -> None:
        assignments = [row for rows in council.assignments.values() for row in rows]
        self.sorted: dict[type[Record], list[Any]] = {}
        super().__init__(records=[*council.workers, *council.absences, *assignments, *council.messages])

    def _all(self, record: type[Any]) -> Iterator[Any]:
        if record not in self.sorted:
            self.sorted[record] = list(super()._all(record))
        return iter(self.sorted[record])

    def write(self, records: Iterable[Record]) -> int:
        self.sorted = {}
        return super().write(records)


class Sink:
    """Takes what it is handed, and remembers at which pass."""

    name = "sink"

    def __init__(self) -> None:
        self.at = NOW
        self.told: list[Told] = []

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        assert self.at <= now < self.at + MINUTE
        said = row.escalation
        self.told.append((self.at, said.clock_id, said.step, said.to, said.recipient_id, said.is_late))
        return Receipt.DELIVERED


@contextmanager
def hasty(place: Path) -> Iterator[SqlAdapter]:
    """Open the outbox without waiting for the disk: nothing is switched off here."""
    with closing(SqlAdapter(str(place))) as outbox:
        outbox._engine.dispose()
        sa.event.listen(outbox._engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        yield outbox


def simulate(place: Path, *, children: int, days: int, seed: int, is_one: bool = False) -> list[Told]:
    """Run the council by two machines in turns, or both; hold it against the count. Return who was told.

    Args:
        place: Where the outbox is.
        children: How many.
        days: How many.
        seed: Of what is drawn.
        is_one: Whether the records are in the database of the outbox too, each message from its own moment on, so
            that a pass reads only the children who need a look.
    """
    chance, since = random.Random(seed), (NOW - timedelta(days=days)).replace(hour=0)
    council = Council(SampleCouncil(children, seed=seed, now=NOW), since)
    waits = waits_of(council.messages)
    make_mistakes(waits, council.messages, chance)
    minutes = pass_minutes(council, waits, since, chance)
    loud = [at for at in minutes if not is_quiet(at)]
    expected = sorted(told for wait in waits for told in told_of(wait, council, loud))

    SqlAdapter.create(str(place)).close()
    source, sink = Source(council), Sink()
    arriving = [(message.at, message) for message in council.messages] if is_one else []
    coming = sorted([*arriving, *mistakes_of(waits)], key=lambda each: each[0], reverse=True)
    with hasty(place) as one, hasty(place) as other:
        if is_one:
            one.write([*council.workers, *council.absences, *chain.from_iterable(council.assignments.values())])
        for sink.at in minutes:
            while coming and coming[-1][0] <= sink.at:
                (one if is_one else source).write([coming.pop()[1]])
            for outbox in chance.choice([(one,), (other,), (one, other)]):
                reader = outbox if is_one else source
                done = one_pass(reader, outbox, BOOK, [sink], quiet_hours=QUIET, now=sink.at)
                assert done.report.is_well if done.report else is_quiet(sink.at) and not done.escalations
        rows = one.outbox_rows()

    assert sorted(sink.told, key=repr) == sorted(expected, key=repr)
    assert {row.state for row in rows} == {OutboxState.DELIVERED}
    assert len(rows) == len(sink.told)
    return expected


def is_rich(told: list[Told]) -> bool:
    """Say whether everybody was told something, some of it late, some when quiet hours ended."""
    mornings = [at for at, *_ in told if f"{at.astimezone(LONDON):%H:%M}" == "08:00"]
    roles, has_late = {to for _, _, _, to, _, _ in told}, any(is_late for *_, is_late in told)
    return roles == {"worker", "cover", "duty", "manager"} and has_late and len(mornings) > 5


def test_some_weeks_of_a_council_tell_everybody_once_at_the_right_pass(tmp_path: Path) -> None:
    assert is_rich(simulate(tmp_path / "outbox.db", children=50, days=18, seed=6))


def test_some_weeks_in_one_database_tell_the_same_though_no_pass_looks_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_ALL_ANEW_AFTER", timedelta(days=10_000))

    assert is_rich(simulate(tmp_path / "case.db", children=50, days=18, seed=6, is_one=True))


@pytest.mark.long
def test_a_year_in_one_database_tells_everybody_once_at_the_right_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_ALL_ANEW_AFTER", timedelta(days=10_000))

    assert is_rich(simulate(tmp_path / "case.db", children=50, days=364, seed=2, is_one=True))


@pytest.mark.long
def test_a_year_of_a_council_tells_everybody_once_at_the_right_pass(tmp_path: Path) -> None:
    assert is_rich(simulate(tmp_path / "outbox.db", children=50, days=364, seed=2))
