"""Runs that are killed between any two statements, two runners at once: nothing lost, nothing marked or sent twice.

A *boundary* is the moment before or after a statement reaches the database, commits included. At a boundary a run can
be killed, as kill -9 would: its transaction is gone with its connection. Or the other runner can do a whole run of its
own there, in the middle of this one's.
"""

import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from relationkit.errors import DeliveryError, SourceError
from relationkit.plugins import OutboxRow, OutboxState, Receipt, deliver
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Message
from relationkit.sla import (
    Escalation,
    EscalationStep,
    PolicyBook,
    ResponsePolicy,
    due_escalations,
    track_responses,
)

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
BOOK = PolicyBook(
    [
        ResponsePolicy(
            name="72 hours",
            in_force_from=date(2020, 1, 1),
            escalations=(
                EscalationStep(name="reminder", offset=timedelta(hours=-24), to="manager"),
                EscalationStep(name="overdue", offset=timedelta(0), to="manager"),
                EscalationStep(name="a day late", offset=timedelta(hours=24), to="manager"),
                EscalationStep(name="duty", offset=timedelta(0), to="duty"),
            ),
        )
    ]
)
#: How many random worlds the long tests go through; CONTRIBUTING.md says how to go through a thousand.
SEEDS = int(os.environ.get("RELATIONKIT_TEST_SEEDS", "100"))
ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ENDED = {OutboxState.DELIVERED, OutboxState.SUPERSEDED, OutboxState.WITHDRAWN, OutboxState.DEAD}


class Killed(BaseException):
    """The process is no more."""


class Sink:
    """Takes each key once; counts every call; now and then fails, before taking a message or after."""

    name = "sink"

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.taken: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self.in_doubt: Counter[str] = Counter()

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        luck = self.chance.random()
        if luck < 0.1:
            raise DeliveryError(self.name, "is down", "Wait")
        self.calls[row.key] += 1
        self.taken.setdefault(row.key, row.escalation.id)
        if luck > 0.95:
            self.in_doubt[row.key] += 1
            raise DeliveryError(self.name, "broke off", "Wait")
        return Receipt.DELIVERED


class Boundaries:
    """Counts the boundaries of one connection's statements, and does what is planned at one of them."""

    def __init__(self, engine: sa.Engine, plans: dict[int, Callable[[], None]]) -> None:
        self.plans, self.count, self.is_dead = plans, 0, False
        sa.event.listen(engine, "before_cursor_execute", lambda *_: self.reach())
        sa.event.listen(engine, "after_cursor_execute", lambda *_: self.reach())
        commit = engine.dialect.do_commit

        def do_commit(connection: object) -> None:
            self.reach()
            commit(connection)
            self.reach()

        engine.dialect.do_commit = do_commit

    def reach(self) -> None:
        if self.is_dead:
            return
        self.count += 1
        plan = self.plans.pop(self.count, None)
        if plan is not None:
            try:
                plan()
            except Killed:
                self.is_dead = True
                raise


def kill() -> None:
    raise Killed


@contextmanager
def mortal() -> Iterator[None]:
    """Let a run end here, killed or refused by the database; as with a process, nothing that it held is left."""
    try:
        yield
    except (Killed, SourceError) as error:
        end: BaseException | None = error
        while end is not None:
            traceback.clear_frames(end.__traceback__)  # an unfinished cursor in them would hold SQLite's lock
            end = end.__cause__ or end.__context__


@contextmanager
def connected(
    where: str, plans: dict[int, Callable[[], None]] | None = None
) -> Iterator[tuple[SqlAdapter, Boundaries]]:
    """Open the database as a new process does, impatiently: the other runner may be stopped for good meanwhile."""
    with SqlAdapter(where) as outbox:

        def impatient(connection: object, _: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]  # a connection of either driver
            if outbox._engine.dialect.name == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 0")
                cursor.execute("PRAGMA synchronous = OFF")
            else:
                cursor.execute("SET lock_timeout = '20ms'")
                cursor.execute("SET synchronous_commit = off")
                connection.commit()  # type: ignore[attr-defined]  # likewise
            cursor.close()

        outbox._engine.dispose()
        sa.event.listen(outbox._engine, "connect", impatient)
        yield outbox, Boundaries(outbox._engine, plans or {})


class World:
    """One database, one sink, some children who write and are sometimes answered, and the runs over them."""

    def __init__(self, where: str, seed: int, observer: SqlAdapter) -> None:
        self.where, self.chance, self.observer = where, random.Random(seed), observer
        self.sink = Sink(self.chance)
        self.accepted: Counter[str] = Counter()
        self.messages = [self.message(f"M{number}", f"C{number}", hours=number) for number in range(3)]
        if self.chance.random() < 0.5:
            self.messages.append(self.message("A0", "C0", hours=self.chance.randint(1, 96), direction="to_child"))

    def message(self, name: str, child: str, *, hours: int, direction: str = "from_child") -> Message:
        at = START + timedelta(hours=hours)
        fields = {"id": name, "child_id": child, "at": at, "direction": direction, "channel": "text"}
        return Message.model_validate(fields)

    def due(self, now: datetime, sent: frozenset[str]) -> list[Escalation]:
        return due_escalations(track_responses(self.messages, BOOK, now=now), BOOK, now=now, sent=sent)

    def run(self, now: datetime, plans: dict[int, Callable[[], None]] | None = None) -> int:
        """Read, judge, mark, hand over: what a process does each minute. Return how many boundaries it passed."""
        calls_before = Counter(self.sink.calls)
        with connected(self.where, plans) as (outbox, boundaries):
            try:
                clocks = track_responses(self.messages, BOOK, now=now)
                due = due_escalations(clocks, BOOK, now=now, sent=outbox.sent_ids())
                accepted = outbox.record_escalations(due, now=now, notifiers=["sink"])
                self.accepted.update(each.id for each in accepted)
                answered = {clock.id for clock in clocks if clock.answered_at is not None}
                deliver(outbox, [self.sink], now=now, answered=answered, elapsed=lambda: 0.0)
            except BaseException:
                self.sink.in_doubt.update(dict.fromkeys(self.sink.calls - calls_before, 1))
                raise
        return boundaries.count

    def run_patiently(self, now: datetime) -> None:
        """Run as a real process does, which waits for the other one's transactions."""
        with SqlAdapter(self.where) as outbox:
            due = self.due(now, outbox.sent_ids())
            outbox.record_escalations(due, now=now, notifiers=["sink"])
            deliver(outbox, [self.sink], now=now)

    def run_or_die(self, now: datetime, plans: dict[int, Callable[[], None]] | None = None) -> None:
        """Run; being killed, or finding the database held by the other runner, ends this run and nothing else."""
        with mortal():
            self.run(now, plans)

    def settle(self, now: datetime) -> datetime:
        """Run undisturbed until nothing is left to do.

        A server may need a moment to see that a process is no more, and holds its locks until then.
        """
        for _ in range(40):
            try:
                self.run(now)
            except SourceError:
                time.sleep(0.05)
                continue
            if all(row.state in ENDED for row in self.observer.outbox_rows()):
                return now
            now += timedelta(hours=25)
        raise AssertionError("messages are still under way")

    def check(self, now: datetime) -> None:
        rows, marked = self.observer.outbox_rows(), self.observer.sent_ids()
        by_id = {row.escalation.id: row for row in rows}
        keys = {row.key: row for row in rows}
        must_know = self.due(now, frozenset())
        lost = [each.id for each in must_know if by_id[each.id].state not in (OutboxState.DELIVERED, OutboxState.DEAD)]
        lost += [
            row.escalation.id for row in rows if row.state is OutboxState.DELIVERED and row.key not in self.sink.taken
        ]
        assert lost == []
        assert self.due(now, marked) == []
        assert len(by_id) == len(rows)
        assert max(self.accepted.values(), default=0) <= 1
        assert self.sink.taken.keys() <= keys.keys()  # nothing was sent that had not been marked
        assert max(Counter(self.sink.taken.values()).values(), default=0) <= 1
        sent_again = self.sink.calls - Counter(dict.fromkeys(self.sink.calls, 1))
        assert sent_again <= self.sink.in_doubt  # never again without a reason


def clear(observer: SqlAdapter) -> None:
    """Empty the outbox."""
    with observer._writing() as connection:
        for table in ("relationkit_outbox", "relationkit_escalations"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def simulate(where: str, seed: int, observer: SqlAdapter) -> None:
    clear(observer)
    world = World(where, seed, observer)
    now = START + timedelta(hours=40)
    for _ in range(world.chance.randint(4, 8)):
        plans: dict[int, Callable[[], None]] = {}
        if world.chance.random() < 0.6:
            other = {world.chance.randint(1, 60): kill} if world.chance.random() < 0.5 else {}
            at = now
            plans[world.chance.randint(1, 60)] = lambda at=at, other=other: world.run_or_die(at, other)  # type: ignore[misc]  # bound now
        if world.chance.random() < 0.7:
            plans[world.chance.randint(1, 60)] = kill
        world.run_or_die(now, plans)
        now += timedelta(minutes=world.chance.choice([1, 2, 4, 60, 600, 1500]))
    world.check(world.settle(now + timedelta(hours=100)))


NOW = START + timedelta(hours=73)


@contextmanager
def at_each_boundary(where: str, *, step: int) -> Iterator[Iterator[tuple[World, int]]]:
    """Give a new world for each boundary of one run, and check it when the next is asked for."""

    def worlds(observer: SqlAdapter) -> Iterator[tuple[World, int]]:
        clear(observer)
        boundaries = World(where, 2, observer).run(NOW)
        assert boundaries > 40
        for boundary in range(1, boundaries + 1, step):
            clear(observer)
            world = World(where, 2, observer)
            yield world, boundary
            world.check(world.settle(NOW + timedelta(minutes=10)))

    with connected(where) as (observer, _):
        yield worlds(observer)


def kill_at_each(where: str, *, step: int) -> None:
    with at_each_boundary(where, step=step) as worlds:
        for world, boundary in worlds:
            with mortal():
                world.run(NOW, {boundary: kill})
                pytest.fail("nothing was killed")


def run_the_other_at_each(where: str, *, step: int) -> None:
    with at_each_boundary(where, step=step) as worlds:
        for world, boundary in worlds:
            world.run_or_die(NOW, {boundary: lambda world=world: world.run_or_die(NOW)})  # type: ignore[misc]  # bound now


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_a_run_killed_at_a_boundary_loses_and_doubles_nothing(where: str) -> None:
    kill_at_each(where, step=9)


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_a_run_of_the_other_at_a_boundary_loses_and_doubles_nothing(where: str) -> None:
    run_the_other_at_each(where, step=13)


@pytest.mark.long
@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_no_boundary_is_left_out(where: str) -> None:
    kill_at_each(where, step=1)
    run_the_other_at_each(where, step=1)


def simulate_each(where: str, seeds: int) -> None:
    with connected(where) as (observer, _):
        for seed in range(seeds):
            simulate(where, seed, observer)


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_two_runners_killed_at_random_lose_and_double_nothing(where: str) -> None:
    simulate_each(where, 50 if where.endswith(".db") else 10)


@pytest.mark.long
@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_two_runners_killed_at_random_lose_and_double_nothing_many_times(where: str) -> None:
    simulate_each(where, SEEDS)


# The same with real processes and a real kill -9, at moments that nobody chose.

RUNNER = """
import sys, time
from datetime import timedelta
from pathlib import Path
sys.path.insert(0, {folder!r})
from test_outbox_killed import NOW, SqlAdapter, World
from relationkit.plugins import Receipt

class FileSink:
    name = "sink"
    def notify(self, row, *, now):
        (Path({taken!r}) / row.key).touch()
        return Receipt.DELIVERED

observer = SqlAdapter({where!r})
world = World({where!r}, 2, observer)
world.messages = [world.message(f"M{{n}}", f"C{{n}}", hours=0) for n in range(40)]
world.sink = FileSink()
print("ready", flush=True)
world.run_patiently(NOW + timedelta(minutes=int(sys.argv[1])))
observer.close()
"""


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_two_processes_killed_with_kill_9_lose_and_double_nothing(where: str, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    code = RUNNER.format(folder=str(Path(__file__).parent), taken=str(taken), where=where)
    for minutes in (0, 10):
        both = [
            subprocess.Popen([sys.executable, "-c", code, str(minutes)], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for process in both:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        time.sleep(0.15)
        for process in both:
            process.send_signal(signal.SIGKILL)
            process.communicate()
    last = subprocess.run([sys.executable, "-c", code, "30"], check=True, capture_output=True, text=True)
    assert last.stderr == ""

    with SqlAdapter(where) as outbox:
        rows = outbox.outbox_rows()
    assert len(rows) == 80  # a manager and duty for each of forty children
    assert {row.state for row in rows} == {OutboxState.DELIVERED}
    assert {path.name for path in taken.iterdir()} == {row.key for row in rows}
