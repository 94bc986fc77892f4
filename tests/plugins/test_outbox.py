"""The outbox: a step is marked once, a message is leased to one process, and whatever ends it is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from tempfile import TemporaryDirectory
from threading import Barrier

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from relationkit.errors import NaiveMomentError
from relationkit.plugins import OutboxRow, OutboxState, Receipt, SupportsOutbox
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import ChildId
from relationkit.sla import Escalation

AnEscalation = Callable[..., Escalation]
NOW = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)
LEASE = timedelta(minutes=5)
MICROSECOND = timedelta(microseconds=1)
ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def ids(rows: list[OutboxRow]) -> list[str]:
    return [row.escalation.id for row in rows]


def states(outbox: SupportsOutbox) -> dict[str, str]:
    return {row.escalation.id: row.state.value for row in outbox.outbox_rows()}


def test_what_is_recorded_comes_back_whole(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    given = an_escalation("a/b é", recipient_id=None, is_late=True, supersedes=("older",))

    assert outbox.record_escalations([given], now=NOW, notifiers=["email"]) == [given]

    (row,) = outbox.outbox_rows()
    assert row == OutboxRow(given, "email", OutboxState.WAITING, 0, given.send_from_at, NOW)
    assert isinstance(outbox, SupportsOutbox)


def test_a_step_is_marked_once(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    first, second = an_escalation("e1"), an_escalation("e2")
    outbox.record_escalations([first], now=NOW, notifiers=["email"])

    again = outbox.record_escalations([second, first, first], now=NOW, notifiers=["email", "outbox"])

    assert again == [second]
    assert [(row.escalation.id, row.notifier) for row in outbox.outbox_rows()] == [
        ("e1", "email"),
        ("e2", "email"),
        ("e2", "outbox"),
    ]


def test_nothing_recorded_is_nothing_sent(outbox: SupportsOutbox) -> None:
    assert outbox.record_escalations([], now=NOW, notifiers=["email"]) == []
    assert outbox.sent_ids() == frozenset()
    assert outbox.outbox_rows() == outbox.dead_letters() == outbox.claim("email", now=NOW, lease=LEASE) == []
    assert outbox.withdraw([], why="", now=NOW) == outbox.requeue([], now=NOW) == 0


@pytest.mark.parametrize("notifiers", [[], "email"])
def test_a_step_for_nobody_to_tell_is_refused(
    outbox: SupportsOutbox, an_escalation: AnEscalation, notifiers: list[str]
) -> None:
    with pytest.raises(ValueError, match="no notifier is named"):
        outbox.record_escalations([an_escalation()], now=NOW, notifiers=notifiers)
    assert outbox.sent_ids() == frozenset()


def test_superseded_steps_are_marked_and_never_sent(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    latest = an_escalation("third", clock_id="K", supersedes=("first", "second"))
    outbox.record_escalations([latest], now=NOW, notifiers=["email"])

    assert outbox.record_escalations([an_escalation("second", clock_id="K")], now=NOW, notifiers=["email"]) == []
    assert outbox.sent_ids() == {"first", "second", "third"}
    assert ids(outbox.claim("email", now=NOW, lease=LEASE, limit=9)) == ["third"]


def test_a_step_that_still_waits_is_taken_back_by_the_next(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    earlier = [an_escalation(name, clock_id="K") for name in ("waits", "fetched", "under way")]
    outbox.record_escalations(earlier[:2], now=NOW, notifiers=["email"])
    fetched, waits = outbox.claim("email", now=NOW, lease=LEASE, limit=2)
    outbox.mark_failed(waits, now=NOW, retry_at=NOW, why="")
    outbox.mark_delivered(fetched, now=NOW, receipt=Receipt.READY)
    outbox.record_escalations(earlier[2:], now=NOW, notifiers=["other"])
    outbox.claim("other", now=NOW, lease=LEASE)

    later = an_escalation("later", clock_id="K", supersedes=("waits", "fetched", "under way"))
    outbox.record_escalations([later], now=NOW, notifiers=["email"])

    assert states(outbox) == {
        "fetched": "superseded",
        "later": "waiting",
        "under way": "claimed",
        "waits": "superseded",
    }


def test_one_that_is_superseded_in_the_same_call_is_not_sent(
    outbox: SupportsOutbox, an_escalation: AnEscalation
) -> None:
    older, newer = an_escalation("e1"), an_escalation("e2", supersedes=("e1",))

    assert outbox.record_escalations([older, newer], now=NOW, notifiers=["email"]) == [newer]
    assert outbox.sent_ids() == {"e1", "e2"}


def test_of_two_that_would_supersede_each_other_the_later_is_sent(
    outbox: SupportsOutbox, an_escalation: AnEscalation
) -> None:
    one, other = (replace(an_escalation(id=name), supersedes=("a", "b")) for name in ("a", "b"))

    assert [each.id for each in outbox.record_escalations([one, other], now=NOW, notifiers=["x"])] == ["b"]
    assert outbox.sent_ids() == {"a", "b"}


def test_ids_are_asked_for_by_clock(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    outbox.record_escalations(
        [an_escalation("e1", clock_id="K1", supersedes=("e0",)), an_escalation("e2", clock_id="K2")],
        now=NOW,
        notifiers=["email"],
    )

    assert outbox.sent_ids(clock_ids={"K1"}) == {"e0", "e1"}
    assert outbox.sent_ids(clock_ids=[]) == frozenset()


def test_more_rows_than_one_statement_holds(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    many = [an_escalation(f"e{number:04}", clock_id=f"K{number}") for number in range(1_100)]

    assert len(outbox.record_escalations(many, now=NOW, notifiers=["email"])) == 1_100
    assert len(outbox.sent_ids(clock_ids={f"K{number}" for number in range(1_100)})) == 1_100
    assert ids(outbox.claim("email", now=NOW, lease=LEASE, limit=1_050)) == [each.id for each in many[:1_050]]
    assert outbox.withdraw([each.id for each in many], why="answered", now=NOW) == 1_100


# Claiming.


def test_a_message_is_free_at_its_moment_and_not_before(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    outbox.record_escalations([an_escalation()], now=NOW - LEASE, notifiers=["email"])

    assert outbox.claim("email", now=NOW - MICROSECOND, lease=LEASE) == []
    assert outbox.claim("other", now=NOW, lease=LEASE) == []
    (row,) = outbox.claim("email", now=NOW, lease=LEASE)
    assert (row.state, row.attempts, row.claimed_until) == (OutboxState.CLAIMED, 1, NOW + LEASE)


def test_a_leased_message_is_nobody_elses_until_the_lease_has_run_out(
    outbox: SupportsOutbox, an_escalation: AnEscalation
) -> None:
    outbox.record_escalations([an_escalation()], now=NOW, notifiers=["email"])
    (first,) = outbox.claim("email", now=NOW, lease=LEASE)

    assert outbox.claim("email", now=NOW + LEASE - MICROSECOND, lease=LEASE) == []
    (second,) = outbox.claim("email", now=NOW + LEASE, lease=LEASE)
    assert (second.attempts, second.key) == (2, first.key)
    assert second.lease != first.lease


def test_the_longest_waiting_comes_first(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    outbox.record_escalations(
        [
            an_escalation("a", send_from_at=NOW),
            an_escalation("c", send_from_at=NOW - LEASE),
            an_escalation("b", send_from_at=NOW - LEASE),
        ],
        now=NOW,
        notifiers=["email"],
    )

    assert ids(outbox.claim("email", now=NOW, lease=LEASE, limit=2)) == ["b", "c"]
    assert ids(outbox.claim("email", now=NOW, lease=LEASE, limit=2)) == ["a"]


def test_every_message_has_a_key_of_its_own_that_tells_nothing(an_escalation: AnEscalation) -> None:
    rows = [
        OutboxRow(an_escalation(name), notifier, OutboxState.WAITING, 0, NOW, NOW)
        for name in ("C1/M1", "C1/M2")
        for notifier in ("email", "outbox")
    ]

    assert len({row.key for row in rows}) == 4
    assert all(len(row.key) == 40 and row.key.isalnum() and "M1" not in row.key for row in rows)


# Ends.


def one_claimed(outbox: SupportsOutbox, escalation: Escalation) -> OutboxRow:
    outbox.record_escalations([escalation], now=NOW, notifiers=["email"])
    (row,) = outbox.claim("email", now=NOW, lease=LEASE)
    return row


def test_delivered_is_kept_once(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    row = one_claimed(outbox, an_escalation())

    assert outbox.mark_delivered(row, now=NOW + LEASE)
    assert not outbox.mark_delivered(row, now=NOW + LEASE)
    (kept,) = outbox.outbox_rows(states={OutboxState.DELIVERED})
    assert (kept.ended_at, kept.claimed_until, kept.lease) == (NOW + LEASE, None, None)
    assert outbox.claim("email", now=NOW + 9 * LEASE, lease=LEASE) == []


def test_what_was_left_ready_is_delivered_when_fetched(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    row = one_claimed(outbox, an_escalation())

    assert outbox.mark_delivered(row, now=NOW, receipt=Receipt.READY)
    assert not outbox.mark_delivered(row, now=NOW, receipt=Receipt.READY)
    assert outbox.claim("email", now=NOW + 9 * LEASE, lease=LEASE) == []
    assert outbox.mark_delivered(row, now=NOW)
    assert not outbox.mark_delivered(row, now=NOW, receipt=Receipt.READY)
    assert states(outbox) == {"e1": "delivered"}


def test_delivered_holds_even_when_the_lease_was_lost(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    row = one_claimed(outbox, an_escalation())
    (other,) = outbox.claim("email", now=NOW + LEASE, lease=LEASE)

    assert outbox.mark_delivered(row, now=NOW + LEASE)
    assert not outbox.mark_failed(other, now=NOW + LEASE, retry_at=None, why="late")
    assert states(outbox) == {"e1": "delivered"}


def test_a_failure_counts_only_while_the_lease_holds(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    row = one_claimed(outbox, an_escalation())
    (other,) = outbox.claim("email", now=NOW + LEASE, lease=LEASE)

    assert not outbox.mark_failed(row, now=NOW + LEASE, retry_at=None, why="too slow")
    assert outbox.mark_failed(other, now=NOW + LEASE, retry_at=NOW + 2 * LEASE, why="the server is down")
    (kept,) = outbox.outbox_rows()
    assert (kept.state, kept.next_try_at, kept.why) == (OutboxState.WAITING, NOW + 2 * LEASE, "the server is down")
    assert outbox.claim("email", now=NOW + 2 * LEASE - MICROSECOND, lease=LEASE) == []
    assert [row.attempts for row in outbox.claim("email", now=NOW + 2 * LEASE, lease=LEASE)] == [3]


def test_a_dead_letter_stays_until_it_is_tried_again(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    row = one_claimed(outbox, an_escalation())
    outbox.mark_failed(row, now=NOW, retry_at=None, why="no address")

    (dead,) = outbox.dead_letters()
    assert (dead.why, dead.ended_at) == ("no address", NOW)
    assert outbox.claim("email", now=NOW + 99 * LEASE, lease=LEASE) == []
    assert outbox.withdraw(["e1"], why="answered", now=NOW) == 0

    assert outbox.requeue([dead, dead], now=NOW + LEASE) == 1
    assert outbox.dead_letters() == []
    assert [row.attempts for row in outbox.claim("email", now=NOW + LEASE, lease=LEASE)] == [1]


def test_what_is_answered_meanwhile_is_withdrawn(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    delivered = one_claimed(outbox, an_escalation("delivered"))
    outbox.mark_delivered(delivered, now=NOW)
    outbox.record_escalations([an_escalation("waits")], now=NOW, notifiers=["email", "outbox"])

    assert outbox.withdraw(["waits", "delivered", "unknown"], why="answered", now=NOW) == 2
    assert states(outbox) == {"delivered": "delivered", "waits": "withdrawn"}
    assert outbox.claim("email", now=NOW + LEASE, lease=LEASE) == []
    assert outbox.record_escalations([an_escalation("waits")], now=NOW, notifiers=["email"]) == []


def test_rows_are_listed_by_state(outbox: SupportsOutbox, an_escalation: AnEscalation) -> None:
    one_claimed(outbox, an_escalation())

    assert len(outbox.outbox_rows(states={OutboxState.CLAIMED, OutboxState.DEAD})) == 1
    assert outbox.outbox_rows(states={OutboxState.DEAD}) == outbox.outbox_rows(states=[]) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda outbox, row, at: outbox.record_escalations([row.escalation], now=at, notifiers=["email"]),
        lambda outbox, row, at: outbox.claim("email", now=at, lease=LEASE),
        lambda outbox, row, at: outbox.mark_delivered(row, now=at),
        lambda outbox, row, at: outbox.mark_failed(row, now=at, retry_at=None, why=""),
        lambda outbox, row, at: outbox.mark_failed(row, now=NOW, retry_at=at, why=""),
        lambda outbox, row, at: outbox.withdraw([], why="", now=at),
        lambda outbox, row, at: outbox.requeue([row], now=at),
    ],
)
def test_a_moment_without_a_zone_is_refused(
    outbox: SupportsOutbox, an_escalation: AnEscalation, call: Callable[..., object]
) -> None:
    row = one_claimed(outbox, an_escalation())

    with pytest.raises(NaiveMomentError):
        call(outbox, row, NOW.replace(tzinfo=None))


# Several at once.


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_two_processes_at_once_mark_a_step_once_and_share_the_messages(where: str, an_escalation: AnEscalation) -> None:
    many, start = [an_escalation(f"e{number}", supersedes=(f"o{number}",)) for number in range(20)], Barrier(4)

    def run(backwards: bool) -> tuple[list[str], list[str]]:
        with SqlAdapter(where) as outbox:
            start.wait()
            accepted = outbox.record_escalations(many[::-1] if backwards else many, now=NOW, notifiers=["email"])
            claimed = [row for _ in many for row in outbox.claim("email", now=NOW, lease=LEASE)]
        return [each.id for each in accepted], ids(claimed)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run, [False, True, False, True]))

    names = sorted(each.id for each in many)
    assert sorted(name for accepted, _ in results for name in accepted) == names
    assert sorted(name for _, claimed in results for name in claimed) == names


@pytest.mark.parametrize("where", ON_BOTH, indirect=True)
def test_a_process_that_records_while_another_holds_the_transaction_open_waits_for_it(
    where: str, an_escalation: AnEscalation
) -> None:
    with SqlAdapter(where) as one, SqlAdapter(where) as other, ThreadPoolExecutor(1) as pool:
        with one._writing() as connection:
            insert = (
                f"INSERT INTO relationkit_escalations (id, clock_id, recorded_at) VALUES ('e1', 'K', '{NOW:%F %T}')"
            )
            connection.exec_driver_sql(insert)
            second = pool.submit(other.record_escalations, [an_escalation("e1")], now=NOW, notifiers=["email"])
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)

        assert second.result(timeout=10) == []


# The database does what the model does, whatever is asked of it, in any order.


class SameAsTheModel(RuleBasedStateMachine):
    example = Escalation(
        id="", clock_id="", child_id=ChildId("C1"), policy="72 hours", in_force_from=date(1900, 1, 1), step="overdue",
        to="manager", recipient_id=None, due_at=NOW, send_from_at=NOW, is_late=False, started_at=NOW, clock_due_at=NOW,
    )  # fmt: skip

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.model, self.database = MemoryAdapter(), SqlAdapter.create(f"{self.folder.name}/case.db")
        quick = "PRAGMA synchronous = OFF"  # nothing is killed here
        sa.event.listen(self.database._engine, "connect", lambda connection, _: connection.execute(quick))
        self.database._engine.dispose()
        self.now = NOW
        self.claims: list[tuple[OutboxRow, OutboxRow]] = []

    def both(self, call: Callable[[SupportsOutbox], object]) -> None:
        assert call(self.model) == call(self.database)

    @rule(minutes=st.integers(0, 6))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(
        which=st.lists(st.sampled_from("abcde"), max_size=3),
        old=st.lists(st.sampled_from("abcde"), max_size=2),
        notifiers=st.sampled_from([["x"], ["x", "y"]]),
    )
    def record(self, which: list[str], old: list[str], notifiers: list[str]) -> None:
        given = [replace(self.example, id=name, clock_id=f"{name}/clock", supersedes=tuple(old)) for name in which]
        self.both(lambda outbox: outbox.record_escalations(given, now=self.now, notifiers=notifiers))

    @rule(notifier=st.sampled_from("xy"), limit=st.integers(1, 3))
    def claim(self, notifier: str, limit: int) -> None:
        one, other = (
            box.claim(notifier, now=self.now, lease=LEASE, limit=limit) for box in (self.model, self.database)
        )
        assert ids(one) == ids(other)
        self.claims += zip(one, other, strict=True)

    @rule(data=st.data(), receipt=st.sampled_from(Receipt))
    def delivered(self, data: st.DataObject, receipt: Receipt) -> None:
        if self.claims:
            one, other = data.draw(st.sampled_from(self.claims))
            assert self.model.mark_delivered(one, now=self.now, receipt=receipt) == self.database.mark_delivered(
                other, now=self.now, receipt=receipt
            )

    @rule(data=st.data(), retry=st.booleans())
    def failed(self, data: st.DataObject, retry: bool) -> None:
        if self.claims:
            one, other = data.draw(st.sampled_from(self.claims))
            retry_at = self.now + LEASE if retry else None
            assert self.model.mark_failed(one, now=self.now, retry_at=retry_at, why="no") == self.database.mark_failed(
                other, now=self.now, retry_at=retry_at, why="no"
            )

    @rule(which=st.lists(st.sampled_from("abcde"), max_size=2))
    def withdraw(self, which: list[str]) -> None:
        self.both(lambda outbox: outbox.withdraw(which, why="answered", now=self.now))

    @rule(which=st.lists(st.sampled_from("abcde"), max_size=2), is_twice=st.booleans())
    def reopen(self, which: list[str], *, is_twice: bool) -> None:
        clocks = [f"{name}/clock" for name in which]
        for one, other in [[box.withdrawn_rows(clock_ids=clocks) for box in (self.model, self.database)]]:
            assert one == other
            for _ in range(1 + is_twice):
                assert self.model.reopen(one, now=self.now) == self.database.reopen(other, now=self.now)

    @rule()
    def requeue(self) -> None:
        self.both(lambda outbox: outbox.requeue(outbox.dead_letters(), now=self.now))

    @invariant()
    def the_same_is_kept(self) -> None:
        self.both(lambda outbox: outbox.sent_ids())
        self.both(lambda outbox: [{**vars_of(row), "lease": None} for row in outbox.outbox_rows()])

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


def vars_of(row: OutboxRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in OutboxRow.__slots__}


TestSameAsTheModel = SameAsTheModel.TestCase
TestSameAsTheModel.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)


@pytest.mark.long
class TestSameAsTheModelForLong(SameAsTheModel.TestCase):  # type: ignore[misc]  # made by Hypothesis
    settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
