"""Which children a pass reads: those written about and those who are due, and in doubt all of them."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from relationkit.cli.run import Pass, one_pass, rehearse
from relationkit.errors import DeliveryError, SourceUnavailableError
from relationkit.plugins import (
    NOTICE_POLICY,
    TALK_POLICY,
    Notifier,
    OutboxRow,
    OutboxState,
    Outcome,
    Receipt,
    SupportsChangesSince,
    deliver,
)
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Absence, Assignment, Message, Worker
from relationkit.sla import DEFAULT_POLICIES, Escalation, EscalationStep, PolicyBook, QuietHours, ResponsePolicy

POSTGRES = os.environ.get("RELATIONKIT_TEST_POSTGRES", "")
START = datetime(2025, 3, 10, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REMINDER = START + timedelta(hours=48)


class Sink:
    """Takes whatever it is handed."""

    name = "sink"

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        return Receipt.DELIVERED


class Down(Sink):
    """Takes nothing: what it is handed waits to be tried again."""

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        raise DeliveryError(self.name, "is down", "Wait")


class Ready(Sink):
    """Leaves what it is handed to another program."""

    name = "ready"

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        return Receipt.READY


@contextmanager
def kept_in(kind: str, folder: Path) -> Iterator[SqlAdapter]:
    """Make a database that keeps the outbox as well: five made-up children, one of whom wrote before the others."""
    if kind == "sqlite":
        with closing(SqlAdapter.create(str(folder / "case.db"))) as adapter:
            adapter.write([*WORKERS, *MESSAGES])
            yield adapter
        return
    if not POSTGRES:
        pytest.skip("RELATIONKIT_TEST_POSTGRES names no server")
    name, engine = f"test_{uuid4().hex}", sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    where = sa.make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={name}"})
    with closing(SqlAdapter.create(where.render_as_string(hide_password=False))) as adapter:
        adapter.write([*WORKERS, *MESSAGES])
        yield adapter
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True))
    engine.dispose()


DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlAdapter]:
    with kept_in(request.param, tmp_path) as adapter:
        yield adapter


@pytest.fixture(params=["memory", *DATABASES])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlAdapter | MemoryAdapter]:
    if request.param == "memory":
        yield MemoryAdapter(records=[*WORKERS, *MESSAGES])
        return
    with kept_in(request.param, tmp_path) as adapter:
        yield adapter


def a_message(child: str, at: datetime = START, **changes: Any) -> Message:
    fields = {"id": f"{child}-{at:%d%H%M}", "child_id": child, "at": at, "worker_id": "w1"}
    return Message.model_validate({**fields, "direction": "from_child", "channel": "text", **changes})


WORKERS = [
    Worker.model_validate({"id": "w1", "name": "Made Up", "role": "social_worker", "manager_id": "m1"}),
    Worker.model_validate({"id": "m1", "name": "Made Up As Well", "role": "manager"}),
]
MESSAGES = [a_message("c0", START - timedelta(hours=1)), *(a_message(f"c{number}") for number in range(1, 5))]


Case = SqlAdapter | MemoryAdapter


def run(
    source: Case,
    now: datetime,
    book: PolicyBook = DEFAULT_POLICIES,
    quiet: QuietHours | None = None,
    through: Sequence[Notifier] = (Sink(),),
) -> Pass:
    return one_pass(source, source, book, through, quiet_hours=quiet, now=now)


def told(done: Pass) -> list[tuple[str, str]]:
    return [(each.child_id, each.step) for each in done.escalations]


def stands(case: Case, child: str = "c2") -> list[tuple[str, str]]:
    """How the messages about a child stand."""
    return [(row.escalation.step, row.state.value) for row in case.outbox_rows() if row.escalation.child_id == child]


def a_step(child: str, at: datetime = START) -> Escalation:
    """The first step on a clock that starts with a message at that moment."""
    alone = MemoryAdapter(records=[a_message(child, at)])
    (step,) = rehearse(alone, alone, DEFAULT_POLICIES, quiet_hours=None, now=at + timedelta(hours=48)).escalations
    return replace(step, send_from_at=REMINDER)


def sent(done: Pass, child: str = "c2") -> list[tuple[str, Outcome]]:
    """What became of the messages about a child in a pass."""
    assert done.report is not None
    tried = [(each.row.escalation, each.outcome) for each in done.report.deliveries]
    return [(said.step, outcome) for said, outcome in tried if said.child_id == child]


def write(source: SqlAdapter, statement: str) -> None:
    """Write as another program would, which knows nothing of us."""
    with source._engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_sql_adapter_hears_of_changes(source: SqlAdapter) -> None:
    assert isinstance(source, SupportsChangesSince)


def test_the_first_pass_reads_all_and_the_next_only_who_is_due(source: SqlAdapter) -> None:
    first = run(source, REMINDER - 61 * MINUTE)
    idle = run(source, REMINDER - 61 * MINUTE)
    due = run(source, REMINDER - 60 * MINUTE)

    assert [done.messages for done in (first, idle, due)] == [5, 0, 1]
    assert [told(done) for done in (first, idle, due)] == [[], [], [("c0", "reminder")]]


def test_after_an_hour_all_are_read_whatever_was_heard(source: SqlAdapter) -> None:
    passes = [run(source, START + minutes * MINUTE).messages for minutes in (0, 59, 60, 61)]

    assert passes == [5, 0, 5, 0]


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("UPDATE relationkit_messages SET needs_reply = (1 = 0) WHERE child_id = 'c2'", 1),
        ("UPDATE relationkit_messages SET channel = channel", 0),
        ("UPDATE relationkit_messages SET child_id = 'c3' WHERE child_id = 'c2'", 2),
        ("DELETE FROM relationkit_messages WHERE child_id = 'c2'", 0),
        ("UPDATE relationkit_workers SET manager_id = NULL", 5),
        ("DELETE FROM relationkit_workers", 5),
    ],
)
def test_what_another_program_writes_is_heard(source: SqlAdapter, statement: str, read: int) -> None:
    run(source, START)
    write(source, statement)

    assert run(source, START + MINUTE).messages == read
    assert run(source, START + 2 * MINUTE).messages == 0


@pytest.mark.parametrize("source", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_nobody_else_may_hang_the_note_of_a_change_on_a_table_of_theirs(source: SqlAdapter) -> None:
    run(source, START)
    writer = f"writer_{uuid4().hex}"
    with source._engine.begin() as connection:
        schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        connection.exec_driver_sql(f"CREATE ROLE {writer}")
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {writer}")
        connection.exec_driver_sql(f"GRANT SELECT, UPDATE ON relationkit_messages TO {writer}")
        may = f"SELECT has_function_privilege('{writer}', 'relationkit_note_change()', 'execute')"
        assert connection.exec_driver_sql(may).scalar_one() is False
        connection.exec_driver_sql(f"SET LOCAL ROLE {writer}")
        connection.exec_driver_sql("UPDATE relationkit_messages SET needs_reply = false WHERE child_id = 'c1'")
    with source._engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {writer}")
        connection.exec_driver_sql(f"DROP ROLE {writer}")

    assert run(source, START + MINUTE).messages == 1


def test_a_deleted_message_is_no_longer_overdue(source: SqlAdapter) -> None:
    late = START + timedelta(hours=80)
    before = run(source, late)
    write(source, "DELETE FROM relationkit_messages WHERE child_id = 'c2'")

    assert (before.overdue, run(source, late + MINUTE).overdue) == (5, 4)


def test_a_message_that_comes_late_or_out_of_order_is_read_with_the_childs_others(source: SqlAdapter) -> None:
    run(source, REMINDER + MINUTE)
    source.write([a_message("c2", START - timedelta(hours=2))])
    done = run(source, REMINDER + 2 * MINUTE)

    assert done.messages == 2
    assert told(done) == [("c2", "reminder")]  # another clock, which began earlier


def test_a_message_still_to_come_is_seen_when_its_moment_has_come(source: SqlAdapter) -> None:
    source.write([a_message("c9", START + 30 * MINUTE)])
    passes = [run(source, START + minutes * MINUTE) for minutes in (0, 29, 30, 31)]

    assert [done.messages for done in passes] == [6, 0, 1, 0]
    assert len(passes[2].clocks) == 1


@pytest.mark.parametrize(
    "record",
    [
        Absence.model_validate({"worker_id": "w1", "starts_at": START, "cover_id": "m1"}),
        Assignment.model_validate(
            {"id": "a1", "child_id": "c2", "worker_id": "m1", "role": "social_worker", "started_on": date(2025, 3, 1)}
        ),
    ],
)
def test_who_must_answer_now_is_told_after_a_change_of_hands(source: SqlAdapter, record: Absence | Assignment) -> None:
    run(source, REMINDER + MINUTE)
    source.write([record])
    done = run(source, REMINDER + 2 * MINUTE)

    assert ("c2", "m1") in [(each.child_id, each.recipient_id) for each in done.escalations]


def test_an_absence_known_beforehand_brings_a_look_when_it_begins(source: SqlAdapter) -> None:
    starts_at = REMINDER + 20 * MINUTE
    source.write([Absence.model_validate({"worker_id": "w1", "starts_at": starts_at, "cover_id": "m1"})])
    passes = [run(source, at) for at in (REMINDER, starts_at - MINUTE, starts_at, starts_at + MINUTE)]

    assert [len(told(done)) for done in passes] == [5, 0, 5, 0]
    assert [done.messages for done in passes] == [5, 0, 5, 0]


def test_another_book_or_a_trigger_that_is_gone_brings_a_look_at_all(source: SqlAdapter) -> None:
    book = PolicyBook(
        [
            ResponsePolicy(
                name="a day",
                target=timedelta(hours=24),
                in_force_from=date(2020, 1, 1),
                escalations=(EscalationStep(name="late", offset=timedelta(0), to="duty"),),
            )
        ]
    )
    run(source, START)
    other_book = run(source, START + MINUTE, book)
    is_sqlite = source._engine.dialect.name == "sqlite"
    write(source, f"DROP TRIGGER relationkit_messages_update {'' if is_sqlite else 'ON relationkit_messages'}")
    write(source, "UPDATE relationkit_messages SET needs_reply = (1 = 0) WHERE child_id = 'c2'")
    repaired = run(source, START + 2 * MINUTE, book)

    assert (other_book.messages, repaired.messages, len(repaired.clocks)) == (5, 5, 4)
    assert run(source, START + 3 * MINUTE, book).messages == 0


def test_a_look_into_the_past_reads_all_and_keeps_nothing(source: SqlAdapter) -> None:
    run(source, REMINDER)
    past = run(source, START)

    assert (past.messages, past.overdue) == (5, 0)
    assert run(source, REMINDER + MINUTE).messages == 0


def test_a_machine_whose_clock_is_a_minute_behind_reads_no_more_than_the_other(source: SqlAdapter) -> None:
    run(source, START + 2 * MINUTE)

    assert run(source, START + MINUTE).messages == 0


def test_of_two_answers_at_one_moment_one_is_kept(source: SqlAdapter) -> None:
    one, other = (source.changes_since(rules="r", now=START) for _ in range(2))

    assert source.keep_looks(one, [], rules="r", now=START)
    assert not source.keep_looks(other, [], rules="r", now=START)


def test_what_is_written_between_the_look_and_its_keeping_comes_up_again(source: SqlAdapter) -> None:
    run(source, START)
    changes = source.changes_since(rules="r", now=START)
    source.write([a_message("c2", START + MINUTE)])
    assert source.keep_looks(changes, [], rules="r", now=START)

    assert source.changes_since(rules="r", now=START + MINUTE).child_ids == {"c2"}


def test_in_quiet_hours_a_child_is_read_once_and_again_when_they_end(source: SqlAdapter) -> None:
    quiet = QuietHours.daily("20:00", "08:00")
    late = START + timedelta(hours=12)  # 21:00, and the reminders fall due at this hour on another evening
    source.write([a_message("c7", late - timedelta(hours=48))])
    evening = [run(source, late + minutes * MINUTE, quiet=quiet) for minutes in (0, 1, 2)]
    morning = run(source, late.replace(hour=8) + timedelta(days=1), quiet=quiet)

    assert [done.messages for done in evening] == [6, 0, 0]
    assert [told(done) for done in evening] == [[], [], []]
    assert told(morning) == [("c7", "reminder")]


def test_a_message_ready_to_be_fetched_is_taken_back_after_an_answer_in_the_night(source: SqlAdapter) -> None:
    quiet = QuietHours.daily("20:00", "08:00")
    night, morning = REMINDER.replace(hour=23), REMINDER.replace(hour=8) + timedelta(days=1)
    one_pass(source, source, DEFAULT_POLICIES, [Ready()], quiet_hours=quiet, now=REMINDER)
    source.write([a_message("c2", night, direction="to_child")])
    for now in (night, night + MINUTE, morning):
        one_pass(source, source, DEFAULT_POLICIES, [Ready()], quiet_hours=quiet, now=now)

    withdrawn = source.outbox_rows(states={OutboxState.WITHDRAWN})
    assert [row.escalation.child_id for row in withdrawn] == ["c2"]


def test_an_outbox_elsewhere_knows_nothing_of_looks_so_all_are_read(source: SqlAdapter, tmp_path: Path) -> None:
    with closing(SqlAdapter.create(str(tmp_path / "outbox.db"))) as outbox:
        passes = [
            one_pass(source, outbox, DEFAULT_POLICIES, [Sink()], quiet_hours=None, now=START + minutes * MINUTE)
            for minutes in (0, 1)
        ]

    assert [done.messages for done in passes] == [5, 5]


def test_overdue_counts_those_who_were_not_looked_at(source: SqlAdapter) -> None:
    due = START + timedelta(hours=72)
    passes = [run(source, at) for at in (due, due + MINUTE)]

    assert [done.overdue for done in passes] == [1, 5]
    assert passes[1].messages == 0


# What is still needed -------------------------------------------------------------------------------------------------

ANSWER = {"direction": "to_child", "id": "answer"}
#: One message waits to be tried again, and one to be fetched.
UNSENT = (Down(), Ready())


def test_after_a_reply_logged_by_mistake_is_corrected_everybody_is_told_once(case: Case) -> None:
    first = run(case, REMINDER, through=UNSENT)
    case.write([a_message("c2", REMINDER, **ANSWER)])
    answered = run(case, REMINDER + 2 * MINUTE, through=UNSENT)
    withdrawn = stands(case)
    case.write([a_message("c9", REMINDER, **ANSWER)])  # it was another child's
    corrected = run(case, REMINDER + 4 * MINUTE, through=[Sink(), Ready()])
    after = [run(case, REMINDER + minutes * MINUTE, through=[Sink(), Ready()]) for minutes in (5, 65, 200)]

    assert ("c2", "reminder") in told(first)
    assert sent(answered) == [("reminder", Outcome.WITHDRAWN)] * 2
    assert withdrawn == [("reminder", "withdrawn")] * 2
    assert told(corrected) == []
    assert sorted(sent(corrected)) == [("reminder", Outcome.DELIVERED), ("reminder", Outcome.READY)]
    assert [sent(done) for done in after] == [[], [], []]
    assert stands(case) == [("reminder", "ready"), ("reminder", "delivered")]


def test_of_two_steps_to_one_person_the_later_stands_for_the_one_that_was_taken_back(case: Case) -> None:
    due = START + timedelta(hours=72)
    steps = [EscalationStep(name=f"{hours} h late", offset=timedelta(hours=hours), to="manager") for hours in (0, 24)]
    book = PolicyBook([ResponsePolicy(name="p", in_force_from=date(2020, 1, 1), escalations=tuple(steps))])
    run(case, due, book, through=[Down()])
    case.write([a_message("c2", due, **ANSWER)])
    run(case, due + MINUTE, book, through=[Down()])
    case.write([a_message("c9", due, **ANSWER)])
    corrected = run(case, due + timedelta(hours=24), book)

    assert sent(corrected) == [("24 h late", Outcome.DELIVERED)]
    assert stands(case) == [("0 h late", "withdrawn"), ("24 h late", "delivered")]


def while_it_reads(source: SqlAdapter, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, when the next pass has read the messages and not yet judged them."""
    read = source.messages

    def read_and_wait(**filters: Any) -> Iterator[Message]:
        own = list(read(**filters))
        monkeypatch.setattr(source, "messages", read)
        happens()
        return iter(own)

    monkeypatch.setattr(source, "messages", read_and_wait)


def test_a_pass_that_has_not_read_the_correction_is_put_right_by_the_next(
    source: SqlAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_pass_reads_the_correction() -> None:
        source.write([a_message("c9", REMINDER, **ANSWER)])
        run(source, REMINDER + MINUTE, through=[Down()])

    run(source, REMINDER, through=[Down()])
    source.write([a_message("c2", REMINDER, **ANSWER)])
    while_it_reads(source, monkeypatch, another_pass_reads_the_correction)
    run(source, REMINDER + MINUTE, through=[Down()])
    between = stands(source)
    run(source, REMINDER + 2 * MINUTE)

    assert (between, stands(source)) == ([("reminder", "withdrawn")], [("reminder", "delivered")])


def test_a_pass_that_has_not_read_the_answer_puts_nothing_back(
    source: SqlAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_pass_reads_the_answer() -> None:
        source.write([a_message("c2", REMINDER, **ANSWER)])
        run(source, REMINDER + MINUTE, through=[Down()])

    run(source, REMINDER, through=[Down()])
    while_it_reads(source, monkeypatch, another_pass_reads_the_answer)
    behind = run(source, REMINDER + MINUTE)

    assert (sent(behind), stands(source)) == ([], [("reminder", "withdrawn")])


def test_what_waits_for_another_try_is_taken_back_by_the_pass_that_hears_the_answer(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(Sink):
        """Takes two seconds for each."""

        def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
            seconds.append(seconds[-1] + 2)
            return Receipt.DELIVERED

    seconds, second = [0], timedelta(seconds=1)
    monkeypatch.setattr("relationkit.cli.run.deliver", partial(deliver, elapsed=lambda: seconds[-1]))
    case.write([a_message("c7", START + 59 * second)])
    run(case, REMINDER, through=[Down()])
    case.write([a_message("c2", REMINDER + 20 * second, **ANSWER)])
    heard = run(case, REMINDER + 30 * second, through=[Down()])
    next_pass = run(case, REMINDER + 59 * second, through=[Slow()])

    assert sent(heard) == [("reminder", Outcome.WITHDRAWN)]
    assert sent(next_pass, "c7") == [("reminder", Outcome.DELIVERED)]
    assert sent(next_pass, "c1") == [("reminder", Outcome.DELIVERED)]  # its next try came while c7 was told of
    assert sent(next_pass) == []


def test_what_needs_no_reply_after_all_is_taken_back(case: Case) -> None:
    run(case, REMINDER, through=UNSENT)
    case.write([a_message("c2", needs_reply=False)])
    done = run(case, REMINDER + 2 * MINUTE)

    assert sent(done) == [("reminder", Outcome.WITHDRAWN)] * 2
    assert stands(case) == [("reminder", "withdrawn")] * 2


@pytest.mark.parametrize("is_full", [True, False])
def test_what_is_deleted_is_taken_back(source: SqlAdapter, *, is_full: bool) -> None:
    run(source, REMINDER, through=UNSENT)
    write(source, "DELETE FROM relationkit_messages WHERE child_id = 'c2'")
    if is_full:
        write(source, "UPDATE relationkit_workers SET manager_id = NULL")
    done = run(source, REMINDER + 2 * MINUTE)

    assert sent(done) == [("reminder", Outcome.WITHDRAWN)] * 2
    assert stands(source) == [("reminder", "withdrawn")] * 2


def test_what_cannot_be_read_is_not_taken_for_gone(source: SqlAdapter) -> None:
    run(source, REMINDER, through=[Down()])
    write(source, "UPDATE relationkit_messages SET direction = 'sideways' WHERE child_id = 'c2'")
    write(source, "UPDATE relationkit_messages SET needs_reply = (1 = 0) WHERE child_id = 'c3'")
    run(source, REMINDER + 2 * MINUTE)

    assert (stands(source, "c2"), stands(source, "c3")) == ([("reminder", "delivered")], [("reminder", "withdrawn")])


def test_requests_to_talk_notices_and_what_begins_later_are_left_alone(case: Case) -> None:
    request = replace(a_step("c2"), id="talk/s1/asked/duty", clock_id="talk/s1", policy=TALK_POLICY, step="asked")
    notice = replace(a_step("c2"), id="c2/leave/w1", clock_id="c2/leave/w1", policy=NOTICE_POLICY, step="leave")
    run(case, REMINDER)
    later = a_step("c3", REMINDER + timedelta(days=1))
    case.record_escalations([request, notice, later], now=REMINDER, notifiers=["ready"])
    case.write([a_message("c2", needs_reply=False)])
    done = run(case, REMINDER + MINUTE, through=[Ready()])

    assert sent(done) == [("leave", Outcome.READY), ("asked", Outcome.READY)]
    assert sent(done, "c3") == [("reminder", Outcome.READY)]


def test_other_children_in_the_outbox_of_a_source_that_is_only_read_are_left_alone(case: Case) -> None:
    reader = MemoryAdapter(records=[a_message("c5")])
    run(case, REMINDER, through=[Ready()])
    one_pass(reader, case, DEFAULT_POLICIES, [Ready()], quiet_hours=None, now=REMINDER + MINUTE)

    assert {row.state for row in case.outbox_rows()} == {OutboxState.READY}


def test_a_row_that_cannot_be_read_is_named_and_stops_no_pass(source: SqlAdapter) -> None:
    run(source, START)
    write(source, "UPDATE relationkit_messages SET direction = 'sideways' WHERE child_id = 'c2'")
    passes = [run(source, START + minutes * MINUTE) for minutes in (1, 2)]

    assert [done.messages for done in passes] == [0, 0]
    assert [problem.field for problem in source.problems] == ["direction"]


def test_looks_that_cannot_be_kept_leave_the_report_whole_and_the_next_pass_looks_again(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> bool:
        raise SourceUnavailableError("case", "it is locked", "Try again")

    with monkeypatch.context() as broken:
        broken.setattr(type(case), "keep_looks", fails)
        done = run(case, REMINDER)
    again = run(case, REMINDER + MINUTE)

    assert (len(done.escalations), sent(done)) == (5, [("reminder", Outcome.DELIVERED)])
    assert (again.messages, told(again), sent(again)) == (5, [], [])
