"""Which children a pass reads: those written about and those who are due, and in doubt all of them."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from relationkit.cli.run import Pass, one_pass
from relationkit.plugins import OutboxRow, OutboxState, Receipt, SupportsChangesSince
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Absence, Assignment, Message, Worker
from relationkit.sla import DEFAULT_POLICIES, EscalationStep, PolicyBook, QuietHours, ResponsePolicy

POSTGRES = os.environ.get("RELATIONKIT_TEST_POSTGRES", "")
START = datetime(2025, 3, 10, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REMINDER = START + timedelta(hours=48)


class Sink:
    """Takes whatever it is handed."""

    name = "sink"

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        return Receipt.DELIVERED


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlAdapter]:
    """A database that keeps the outbox as well: five made-up children, of whom one wrote an hour before the others."""
    if request.param == "sqlite":
        with closing(SqlAdapter.create(str(tmp_path / "case.db"))) as adapter:
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


def a_message(child: str, at: datetime = START, **changes: Any) -> Message:
    fields = {"id": f"{child}-{at:%d%H%M}", "child_id": child, "at": at, "worker_id": "w1"}
    return Message.model_validate({**fields, "direction": "from_child", "channel": "text", **changes})


WORKERS = [
    Worker.model_validate({"id": "w1", "name": "Made Up", "role": "social_worker", "manager_id": "m1"}),
    Worker.model_validate({"id": "m1", "name": "Made Up As Well", "role": "manager"}),
]
MESSAGES = [a_message("c0", START - timedelta(hours=1)), *(a_message(f"c{number}") for number in range(1, 5))]


def run(
    source: SqlAdapter, now: datetime, book: PolicyBook = DEFAULT_POLICIES, quiet: QuietHours | None = None
) -> Pass:
    return one_pass(source, source, book, [Sink()], quiet_hours=quiet, now=now)


def told(done: Pass) -> list[tuple[str, str]]:
    return [(each.child_id, each.step) for each in done.escalations]


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
    class Ready(Sink):
        def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
            return Receipt.READY

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
