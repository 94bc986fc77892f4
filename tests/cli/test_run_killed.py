"""``one_pass`` by two machines at once, each killed between any two statements: nobody is lost, nothing comes twice.

The two are stopped at every statement that reaches the database, commits included, before it and after it. At each
stop it is drawn who goes on, or whether one of them is killed, as kill -9 would: its transaction is gone with its
connection. Meanwhile records arrive: late, out of order, changed. The same draws give the same run. All people are
made up.
"""

import os
import random
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from relationkit.cli.run import one_pass
from relationkit.errors import DeliveryError, SourceError
from relationkit.plugins import OutboxRow, OutboxState, Receipt
from relationkit.plugins.adapters import looking
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Absence, Message, Record, Worker
from relationkit.sla import EscalationStep, PolicyBook, ResponsePolicy, due_escalations, track_responses

#: How many random worlds the long tests go through; CONTRIBUTING.md says how to go through a thousand.
SEEDS = int(os.environ.get("RELATIONKIT_TEST_SEEDS", "100"))
POSTGRES = os.environ.get("RELATIONKIT_TEST_POSTGRES", "")
ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
BOOK = PolicyBook(
    [
        ResponsePolicy(
            name="72 hours",
            in_force_from=date(2020, 1, 1),
            escalations=(
                EscalationStep(name="reminder", offset=timedelta(hours=-24), to="worker"),
                EscalationStep(name="overdue", offset=timedelta(0), to="manager"),
                EscalationStep(name="a day late", offset=timedelta(hours=24), to="manager"),
            ),
        )
    ]
)
#: A pass that is killed while a result streams in leaves its cursor to the collector; a process leaves nothing.
pytestmark = pytest.mark.filterwarnings("ignore:.*ServerCursor.* was deleted while still open:ResourceWarning")


#: Nothing but what is heard of brings a pass to a child: the look at all of each hour would hide what is missed.
@pytest.fixture(autouse=True)
def no_look_at_all_each_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "_ALL_ANEW_AFTER", timedelta(days=100_000))


ENDED = {OutboxState.DELIVERED, OutboxState.SUPERSEDED, OutboxState.WITHDRAWN}


def a_message(child_id: str, hours: int, direction: str, worker_id: str) -> Message:
    facts = {"id": f"{child_id}-{hours}", "child_id": child_id, "at": START + timedelta(hours=hours)}
    return Message.model_validate({**facts, "direction": direction, "channel": "text", "worker_id": worker_id})


WORKERS = [
    Worker.model_validate({"id": "w1", "name": "Sample One", "role": "social_worker", "manager_id": "m1"}),
    Worker.model_validate({"id": "w2", "name": "Sample Two", "role": "social_worker", "manager_id": "m1"}),
    Worker.model_validate({"id": "m1", "name": "Sample Manager", "role": "manager"}),
]
ABSENCES = [
    Absence.model_validate({"worker_id": "w2", "starts_at": START + timedelta(hours=20), "cover_id": "w1"}),
]
#: One child never answered, one answered between the steps, one whose worker goes away.
MESSAGES = [
    a_message("c1", 0, "from_child", "w1"),
    a_message("c2", 1, "from_child", "w1"),
    a_message("c2", 60, "to_child", "w1"),
    a_message("c3", 2, "from_child", "w2"),
    a_message("c3", 90, "to_child", "w1"),
]
RECORDS: list[Record] = [*WORKERS, *ABSENCES, *MESSAGES]

#: What is written while passes run: a message older than the one that started the clock, one that was said to need no
#: answer and does, one after the answer, a child nobody had heard of, somebody who goes away.
LATER_MESSAGES = [
    a_message("c3", 1, "from_child", "w2"),
    a_message("c4", 5, "from_child", "w1"),
    a_message("c2", 61, "from_child", "w1"),
    a_message("c5", 30, "from_child", "w2"),
]
LATER_ABSENCES = [Absence.model_validate({"worker_id": "w1", "starts_at": START + timedelta(hours=74)})]
NO_REPLY_NEEDED = LATER_MESSAGES[1].model_copy(update={"needs_reply": False})
#: A reply that is logged against a child who was not answered, and later found to be another child's.
LOGGED_BY_MISTAKE = a_message("c1", 40, "to_child", "w1")
CORRECTED = LOGGED_BY_MISTAKE.model_copy(update={"child_id": "c6"})


class Killed(BaseException):
    """The process is no more."""


class Sink:
    """Takes each key once and counts the calls; now and then fails, before taking a message or after, or is down."""

    name = "sink"

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.is_down = False
        self.taken: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self.in_doubt: Counter[str] = Counter()

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        luck = self.chance.random()
        if luck < 0.1 or self.is_down:
            raise DeliveryError(self.name, "is down", "Wait")
        self.calls[row.key] += 1
        self.taken.setdefault(row.key, row.escalation.id)
        if luck > 0.95:
            self.in_doubt[row.key] += 1
            raise DeliveryError(self.name, "broke off", "Wait")
        return Receipt.DELIVERED


class Hand:
    """One pass's way to the sink; what it handed over is in doubt if the pass did not come to its end."""

    name = "sink"

    def __init__(self, sink: Sink) -> None:
        self.sink, self.tried = sink, set[str]()

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        self.tried.add(row.key)
        return self.sink.notify(row, now=now)


@contextmanager
def connected(where: str) -> Iterator[SqlAdapter]:
    """Open the database, impatiently: the other machine may be stopped for good meanwhile."""
    with SqlAdapter(where) as source:

        def impatient(connection: object, _: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]  # a connection of either driver
            if source._engine.dialect.name == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 0")
                cursor.execute("PRAGMA synchronous = OFF")
            else:
                cursor.execute("SET lock_timeout = '5ms'")
                cursor.execute("SET synchronous_commit = off")
                connection.commit()  # type: ignore[attr-defined]  # likewise
            cursor.close()

        source._engine.dispose()
        sa.event.listen(source._engine, "connect", impatient)
        yield source


class Machine:
    """A machine that runs passes, one after another; after a kill on new connections.

    A pass stops at every boundary and waits to be told to go on, or is killed there.
    """

    def __init__(self, source: SqlAdapter) -> None:
        self.source = source
        self.is_dead = self.has_ended = True
        self.was_refused = False
        sa.event.listen(source._engine, "before_cursor_execute", lambda *_: self.stop())
        sa.event.listen(source._engine, "after_cursor_execute", lambda *_: self.stop())
        commit = source._engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self.stop()
            commit(connection)
            self.stop()

        setattr(source._engine.dialect, "do_commit", do_commit)  # noqa: B010  SQLAlchemy has no event after a commit

    def start(self, sink: Sink, now: datetime) -> None:
        self.hand, self.now = Hand(sink), now
        self.go, self.waits = threading.Semaphore(0), threading.Semaphore(0)
        self.is_doomed = self.is_dead = self.has_ended = self.was_refused = False
        self.marked: list[str] = []
        self.boundaries = 0
        self.fault: BaseException | None = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        self.go.acquire()
        try:
            done = one_pass(self.source, self.source, BOOK, [self.hand], quiet_hours=None, now=self.now)
            self.marked = [each.id for each in done.escalations]
        except (Killed, SourceError) as error:  # killed, or refused by a database that the other one holds
            self.was_refused = not isinstance(error, Killed)
            self.hand.sink.in_doubt.update(self.hand.tried)
            end: BaseException | None = error
            while end is not None:
                traceback.clear_frames(end.__traceback__)  # an unfinished cursor in them would hold SQLite's lock
                end = end.__cause__ or end.__context__
        except BaseException as error:  # noqa: BLE001  it is raised again where the test sees it
            self.fault = error
        if self.is_dead:
            self.source._engine.dispose()  # the next pass is another process
        self.has_ended = True
        self.waits.release()

    def stop(self) -> None:
        if self.is_dead:
            return
        self.boundaries += 1
        self.waits.release()
        self.go.acquire()
        if self.is_doomed:
            self.is_dead = True
            raise Killed

    def step(self, *, is_killed: bool = False) -> None:
        """Let it go on to its next boundary, or to its end."""
        self.is_doomed = is_killed
        self.go.release()
        self.waits.acquire()
        if self.has_ended:
            self.thread.join()
        if self.fault is not None:
            raise self.fault


class World:
    """One database, one sink, two machines, and their passes."""

    def __init__(self, seed: int, observer: SqlAdapter, machines: Sequence[Machine]) -> None:
        self.chance, self.observer, self.machines = random.Random(seed), observer, machines
        self.sink = Sink(self.chance)
        self.arrivals = 0.02
        self.marked: Counter[str] = Counter()
        self.kills = 0
        self.coming: list[Record] = [*LATER_MESSAGES, *LATER_ABSENCES]
        self.chance.shuffle(self.coming)
        self.mistake: list[Record] = [LOGGED_BY_MISTAKE, CORRECTED]
        is_first_pass_ever = self.chance.random() < 0.1
        while not self.begins_anew(is_first_pass_ever=is_first_pass_ever):
            time.sleep(0.01)  # a server may need a moment to see that a machine of the world before is no more

    def begins_anew(self, *, is_first_pass_ever: bool) -> bool:
        kept = "rules = '', kept_at = '1970-01-01 00:00:00', all_looked_at = '1970-01-01 00:00:00'"
        try:
            with self.observer._writing() as connection:
                for table in ("outbox", "escalations", "messages", "absences", "looks", "changes"):
                    connection.exec_driver_sql(f"DELETE FROM relationkit_{table}")
                connection.exec_driver_sql(f"UPDATE relationkit_passes SET {kept}")
                if is_first_pass_ever:
                    connection.exec_driver_sql("DELETE FROM relationkit_passes")
            self.observer.write([*RECORDS, NO_REPLY_NEEDED])
        except SourceError:
            return False
        return True

    def arrive(self) -> bool:
        """Let the next record be written, unless the database is held by one of the machines."""
        try:
            self.observer.write(self.coming[:1])
        except SourceError:
            return False
        del self.coming[:1]
        return True

    def make_mistake(self) -> None:
        """Perhaps log a reply by mistake, or correct it: between two times, for passes to read it."""
        if self.chance.random() < 0.6 and LOGGED_BY_MISTAKE not in self.coming:
            self.coming[:0], self.mistake = self.mistake[:1], self.mistake[1:]
            self.arrive()

    def run(self, now: datetime, *, machines: int, deadliness: float = 0) -> None:
        """Run passes at one moment, in turns that are drawn, each killed at a boundary with some probability."""
        living = list(self.machines[:machines])
        for machine in living:
            machine.start(self.sink, now)
        machine, changes = living[0], self.chance.choice([0.05, 0.2, 0.5])  # long turns and short ones
        while living:
            if machine.has_ended or self.chance.random() < changes:
                machine = self.chance.choice(living)
            machine.step(is_killed=self.chance.random() < deadliness)
            if self.chance.random() < self.arrivals:
                self.arrive()
            if machine.has_ended:
                living.remove(machine)
                self.kills += machine.is_dead
                self.marked.update(machine.marked)

    def settle(self, now: datetime) -> datetime:
        """Go on, one machine and undisturbed, until a pass that was not refused has left nothing to do.

        A server may need a moment to see that a machine is no more, and holds its locks until then.
        """
        self.sink.is_down = False
        self.coming += self.mistake
        for _ in range(40):
            while self.coming and self.arrive():
                pass
            is_all_there = not self.coming  # what is written while the pass runs is seen by the next
            self.run(now, machines=1)
            if not is_all_there:
                continue
            if not self.machines[0].was_refused and all(row.state in ENDED for row in self.observer.outbox_rows()):
                return now
            now += timedelta(hours=25)
        raise AssertionError("messages are still under way")

    def check(self, now: datetime) -> None:
        rows, marked = self.observer.outbox_rows(), self.observer.sent_ids()
        messages, absences = [*MESSAGES, *LATER_MESSAGES, CORRECTED], [*ABSENCES, *LATER_ABSENCES]
        clocks = track_responses(messages, BOOK, now=now, absences=absences)
        still_due = due_escalations(clocks, BOOK, now=now, sent=marked, workers=WORKERS)
        must_know = due_escalations(clocks, BOOK, now=now, workers=WORKERS)
        by_id = {row.escalation.id: row for row in rows}
        delivered = {row.key for row in rows if row.state is OutboxState.DELIVERED}
        assert still_due == []
        assert {by_id[each.id].state for each in must_know} == {OutboxState.DELIVERED}
        assert len(by_id) == len(rows)  # one message for each step
        assert max(self.marked.values(), default=0) <= 1
        assert delivered <= self.sink.taken.keys() <= {row.key for row in rows}
        assert len(set(self.sink.taken.values())) == len(self.sink.taken)
        sent_again = self.sink.calls - Counter(dict.fromkeys(self.sink.calls, 1))
        assert sent_again <= self.sink.in_doubt  # never again without a reason


def simulate(world: World) -> int:
    """Run some passes of two machines, killed again and again, then one to the end. Return how many were killed."""
    now = START + timedelta(hours=world.chance.choice([47, 49, 71, 75, 97]))
    for _ in range(world.chance.randint(2, 4)):
        world.sink.is_down = world.chance.random() < 0.3
        world.make_mistake()
        world.run(now, machines=2, deadliness=world.chance.choice([0.0, 0.01, 0.05]))
        now += timedelta(minutes=world.chance.choice([1, 2, 4, 60, 600, 1500]))
    world.check(world.settle(now + timedelta(hours=100)))
    return world.kills


@contextmanager
def worlds(where: str) -> Iterator[Callable[[int], World]]:
    """Give a function that makes the world of a seed: the same database and machines, nothing marked yet."""
    with connected(where) as observer, connected(where) as one, connected(where) as other:
        yield partial(World, observer=observer, machines=[Machine(one), Machine(other)])


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the records; in PostgreSQL in a schema of its own, gone afterwards."""
    if request.param == "sqlite":
        yield filled(str(tmp_path / "case.db"))
        return
    if not POSTGRES:
        pytest.skip("RELATIONKIT_TEST_POSTGRES names no server")
    name, engine = f"test_{uuid4().hex}", sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    options = {"options": f"-csearch_path={name}"}
    yield filled(sa.make_url(POSTGRES).update_query_dict(options).render_as_string(hide_password=False))
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True))
    engine.dispose()


def filled(where: str) -> str:
    with SqlAdapter.create(where) as adapter:
        adapter.write(RECORDS)
        adapter.changes_since(rules="", now=START)
    return where


def simulate_each(where: str, seeds: range) -> None:
    with worlds(where) as world:
        kills = sum(simulate(world(seed)) for seed in seeds)
    assert kills > len(seeds)


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_two_machines_killed_anywhere_lose_nobody_and_tell_nobody_twice(where: str) -> None:
    simulate_each(where, range(20))


@pytest.mark.long
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_two_machines_killed_anywhere_lose_nobody_and_tell_nobody_twice_many_times(where: str, half: int) -> None:
    simulate_each(where, range(half * SEEDS // 2, (half + 1) * SEEDS // 2))


def kill_at_each(where: str, step: int) -> None:
    now = START + timedelta(hours=73)
    with worlds(where) as world:
        for boundary in count(1, step):
            each = world(0)
            was_killed = kill_at(each, boundary, now)
            each.check(each.settle(now + timedelta(minutes=10)))
            if not was_killed:
                break
    assert boundary > 40  # it came to the end of a pass, and there are so many


def kill_at(world: World, boundary: int, now: datetime) -> bool:
    """Kill a pass at a boundary; return whether it had not ended by then."""
    machine = world.machines[0]
    machine.start(world.sink, now)
    while not machine.has_ended:
        machine.step(is_killed=machine.boundaries == boundary)
    return machine.is_dead


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_a_pass_killed_at_a_boundary_loses_nobody_and_tells_nobody_twice(where: str) -> None:
    kill_at_each(where, step=11)


@pytest.mark.long
@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_no_boundary_of_a_pass_is_left_out(where: str) -> None:
    kill_at_each(where, step=1)
