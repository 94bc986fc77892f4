"""Handing over: tried again after a table of waits, given up in the open, no notifier holds up another."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from relationkit.errors import DeliveryError, NaiveMomentError
from relationkit.plugins import BACKOFF, Notifier, OutboxRow, OutboxState, Outcome, Receipt, deliver
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.sla import Escalation

AnEscalation = Callable[..., Escalation]
NOW = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)
SOON = timedelta(seconds=1)


class Fake:
    """Does what it is told with each message, in turn, then takes the rest."""

    def __init__(self, name: str = "email", *plans: Exception | BaseException | Receipt | str) -> None:
        self.name, self.plans = name, list(plans)
        self.taken: list[OutboxRow] = []

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        plan = self.plans.pop(0) if self.plans else Receipt.DELIVERED
        if isinstance(plan, BaseException):
            raise plan
        self.taken.append(row)
        return plan  # type: ignore[return-value]  # also what a notifier should not return


def down(*, is_final: bool = False) -> DeliveryError:
    return DeliveryError("email", "is down", "Wait", is_final=is_final)


def holding(*escalations: Escalation, notifiers: tuple[str, ...] = ("email",)) -> MemoryAdapter:
    outbox = MemoryAdapter()
    outbox.record_escalations(escalations, now=NOW, notifiers=notifiers)
    return outbox


def test_what_is_due_is_handed_over_once(an_escalation: AnEscalation) -> None:
    outbox, email = holding(an_escalation("e1"), an_escalation("e2")), Fake()

    report = deliver(outbox, [email], now=NOW)
    again = deliver(outbox, [email], now=NOW)

    assert [(each.row.escalation.id, each.outcome) for each in report.deliveries] == [
        ("e1", Outcome.DELIVERED),
        ("e2", Outcome.DELIVERED),
    ]
    assert (report.is_well, again.deliveries) == (True, ())
    assert [row.escalation.id for row in email.taken] == ["e1", "e2"]
    assert isinstance(email, Notifier)


def test_what_is_not_yet_to_be_sent_waits_for_its_moment(an_escalation: AnEscalation) -> None:
    morning = NOW + timedelta(hours=16)
    outbox = holding(an_escalation(send_from_at=morning))

    assert deliver(outbox, [Fake()], now=morning - timedelta(seconds=60), limit=9).deliveries == ()
    assert deliver(outbox, [Fake()], now=morning).count(Outcome.DELIVERED) == 1


def test_a_message_is_tried_again_after_each_wait_of_the_table_and_then_given_up(an_escalation: AnEscalation) -> None:
    outbox, now = holding(an_escalation()), NOW
    for wait in BACKOFF:
        report = deliver(outbox, [Fake("email", down())], now=now, elapsed=lambda: 0.0)
        (failed,) = report.deliveries
        assert (failed.outcome, failed.retry_at, failed.why) == (Outcome.RETRY, now + wait, "is down")
        assert not report.is_well
        early = deliver(outbox, [Fake()], now=now + wait - timedelta(microseconds=1), elapsed=lambda: 0.0)
        assert early.deliveries == ()
        now += wait

    last = deliver(outbox, [Fake("email", down())], now=now, elapsed=lambda: 0.0)

    assert last.count(Outcome.DEAD) == 1
    later = deliver(outbox, [Fake()], now=now + timedelta(days=99))
    (dead,) = later.dead_letters
    assert (dead.escalation.id, dead.attempts, dead.why) == ("e1", len(BACKOFF) + 1, "is down. Wait.")
    assert not later.is_well


def test_a_server_that_is_down_for_a_weekend_costs_no_message() -> None:
    friday, monday = datetime(2025, 3, 7, 17, tzinfo=UTC), datetime(2025, 3, 10, 9, tzinfo=UTC)

    assert friday + sum(BACKOFF, timedelta()) > monday


def test_what_can_never_succeed_is_given_up_at_once(an_escalation: AnEscalation) -> None:
    outbox = holding(an_escalation("e1"), an_escalation("e2"))

    report = deliver(outbox, [Fake("email", down(is_final=True))], now=NOW)

    assert [each.outcome for each in report.deliveries] == [Outcome.DEAD, Outcome.DELIVERED]
    assert [row.escalation.id for row in report.dead_letters] == ["e1"]


def test_a_dead_letter_goes_out_once_its_cause_is_mended(an_escalation: AnEscalation) -> None:
    outbox = holding(an_escalation())
    dead = deliver(outbox, [Fake("email", down(is_final=True))], now=NOW).dead_letters
    outbox.requeue(dead, now=NOW)

    assert deliver(outbox, [Fake()], now=NOW).is_well


@pytest.mark.parametrize("error", [RuntimeError("hunter2"), SystemExit(3), KeyError("hunter2")], ids=repr)
def test_whatever_a_notifier_raises_counts_as_a_failure_and_its_words_are_not_kept(
    an_escalation: AnEscalation, error: BaseException
) -> None:
    outbox = holding(an_escalation())

    (failed,) = deliver(outbox, [Fake("email", error)], now=NOW).deliveries

    assert (failed.outcome, failed.why) == (Outcome.RETRY, f"raised {type(error).__name__}")
    assert "hunter2" not in f"{failed}{outbox.outbox_rows()}"


def test_a_notifier_that_returns_nonsense_has_failed(an_escalation: AnEscalation) -> None:
    assert deliver(holding(an_escalation()), [Fake("email", "yes")], now=NOW).count(Outcome.RETRY) == 1


def test_left_ready_is_neither_delivered_nor_tried_again(an_escalation: AnEscalation) -> None:
    outbox = holding(an_escalation())

    assert deliver(outbox, [Fake("email", Receipt.READY)], now=NOW).count(Outcome.READY) == 1
    assert deliver(outbox, [Fake()], now=NOW + timedelta(days=9)).deliveries == ()
    assert len(outbox.outbox_rows(states={OutboxState.READY})) == 1


# Several notifiers.


def test_when_one_of_two_fails_only_that_one_is_tried_again(an_escalation: AnEscalation) -> None:
    outbox = holding(an_escalation(), notifiers=("email", "text"))
    text = Fake("text")
    deliver(outbox, [Fake("email", down()), text], now=NOW)

    later = deliver(outbox, [email := Fake(), text], now=NOW + timedelta(hours=1))

    assert (len(text.taken), len(email.taken), later.is_well) == (1, 1, True)


class Hanging:
    name = "hangs"

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.calls = 0

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        self.calls += 1
        self.go_on.wait(10)
        return Receipt.DELIVERED


def test_a_notifier_that_hangs_holds_up_no_other(an_escalation: AnEscalation) -> None:
    outbox = holding(an_escalation("e1"), an_escalation("e2"), notifiers=("email", "hangs"))
    hanging, email = Hanging(), Fake()

    report = deliver(outbox, [hanging, email], now=NOW, timeout=SOON)
    hanging.go_on.set()

    assert [row.escalation.id for row in email.taken] == ["e1", "e2"]
    assert hanging.calls == 1  # left alone until the next run
    assert "not known whether the message was taken" in report.stopped["hangs"]
    (failed,) = (each for each in report.deliveries if each.row.notifier == "hangs")
    assert failed.outcome is Outcome.RETRY


def test_an_answer_that_comes_too_late_changes_nothing_in_the_same_run(an_escalation: AnEscalation) -> None:
    class Slow(Hanging):
        def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
            self.go_on.wait(0.2)
            return Receipt.DELIVERED

    class Slower(Fake):
        def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
            threading.Event().wait(0.09)
            return super().notify(row, now=now)

    many = [an_escalation(f"e{number}") for number in range(4)]
    outbox = holding(*many, notifiers=("hangs", "email"))

    report = deliver(outbox, [Slow(), Slower()], now=NOW, timeout=timedelta(seconds=0.15))

    assert [each.outcome for each in report.deliveries if each.row.notifier == "hangs"] == [Outcome.RETRY]


def test_a_server_that_is_down_is_not_asked_for_every_message(an_escalation: AnEscalation) -> None:
    outbox = holding(*(an_escalation(f"e{number}") for number in range(9)))

    report = deliver(outbox, [Fake("email", *(down() for _ in range(9)))], now=NOW)

    assert report.count(Outcome.RETRY) == 3
    assert report.stopped == {"email": "3 failures one after another, the last: is down"}


def test_failures_among_successes_do_not_stop_a_notifier(an_escalation: AnEscalation) -> None:
    outbox = holding(*(an_escalation(f"e{number}") for number in range(9)))
    plans = [down(), down(), Receipt.DELIVERED] * 3

    report = deliver(outbox, [Fake("email", *plans)], now=NOW)

    assert (report.count(Outcome.RETRY), report.stopped) == (6, {})


def test_messages_for_a_notifier_that_is_not_there_wait_and_are_counted(an_escalation: AnEscalation) -> None:
    outbox = holding(an_escalation("e1"), an_escalation("e2"), notifiers=("email", "pigeon"))

    report = deliver(outbox, [Fake()], now=NOW)

    assert (report.left_waiting, report.is_well) == ({"pigeon": 2}, False)
    assert deliver(outbox, [Fake("pigeon")], now=NOW).count(Outcome.DELIVERED) == 2


def test_two_notifiers_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        deliver(MemoryAdapter(), [Fake(), Fake()], now=NOW)


# Answered meanwhile, dying, limits.


def test_what_was_answered_meanwhile_is_not_sent(an_escalation: AnEscalation) -> None:
    outbox, email = holding(an_escalation("e1", clock_id="K1"), an_escalation("e2", clock_id="K2")), Fake()

    report = deliver(outbox, [email], now=NOW, answered={"K1"})

    assert [each.outcome for each in report.deliveries] == [Outcome.WITHDRAWN, Outcome.DELIVERED]
    assert [row.escalation.id for row in email.taken] == ["e2"]
    assert report.is_well


def test_a_message_that_ends_every_process_is_given_up_in_the_end(an_escalation: AnEscalation) -> None:
    outbox, now = holding(an_escalation()), NOW
    for _ in range(len(BACKOFF) + 1):
        assert len(outbox.claim("email", now=now, lease=timedelta(minutes=1))) == 1  # and the process is gone
        now += timedelta(minutes=1)

    report = deliver(outbox, [email := Fake()], now=now)

    assert (report.count(Outcome.DEAD), email.taken) == (1, [])


def test_a_run_takes_no_more_than_its_limit(an_escalation: AnEscalation) -> None:
    outbox = holding(*(an_escalation(f"e{number}") for number in range(3)))

    assert len(deliver(outbox, [Fake()], now=NOW, limit=2).deliveries) == 2
    assert len(deliver(outbox, [Fake()], now=NOW, limit=0).deliveries) == 0
    assert len(deliver(outbox, [Fake()], now=NOW).deliveries) == 1


def test_what_a_run_takes_is_added_to_its_moment(an_escalation: AnEscalation) -> None:
    outbox, seconds = holding(an_escalation()), iter(range(0, 1_000, 10))

    deliver(outbox, [Fake()], now=NOW, elapsed=lambda: float(next(seconds)))

    (row,) = outbox.outbox_rows()
    assert row.ended_at is not None
    assert row.ended_at > NOW


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError):
        deliver(MemoryAdapter(), [], now=NOW.replace(tzinfo=None))
