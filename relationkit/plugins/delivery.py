"""Hand over what the outbox holds: try, try again later, give up in the open.

One notifier that fails or hangs holds up no other. A message that cannot be handed over is tried again after the
waits of a table, and after the last becomes a dead letter, which every report shows until somebody has looked.
"""

import queue
import threading
import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from relationkit.errors import DeliveryError, NaiveMomentError
from relationkit.plugins.outbox import OutboxRow, OutboxState, Receipt
from relationkit.plugins.ports import Notifier, SupportsOutbox

__all__ = ["BACKOFF", "Delivery", "DeliveryReport", "Outcome", "deliver"]

#: How long to wait after each failed try. Together 65 hours and 21 minutes: a server that breaks on Friday at 17:00 and
#: is mended on Monday at 9:00 (64 hours) costs no message. Ours; no standard sets it.
BACKOFF: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
)

#: After so many failures that may pass, one after another, a notifier is left alone until the next run.
MOST_FAILURES_IN_A_ROW: Final = 3

#: How much longer than one try a lease is: for the marks before and after it, and for clocks that differ.
LEASE_MARGIN: Final = timedelta(minutes=2)


class Outcome(StrEnum):
    """What one try came to."""

    DELIVERED = "delivered"
    READY = "ready"
    RETRY = "retry"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message in one run.

    Attributes:
        row: As it was claimed; as it stood before, where it was withdrawn by a pass.
        outcome: What the try came to.
        retry_at: When it is tried again, in UTC; ``None`` when it is not.
        why: What went wrong, or why it was not sent; ``None`` when it was.
    """

    row: OutboxRow
    outcome: Outcome
    retry_at: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of the outbox in one run.

    Attributes:
        deliveries: Every message that was tried, in the order in which the tries ended.
        stopped: By notifier: why it was left alone before its messages were done; they wait for the next run.
        dead_letters: Every message that has been given up, in this run or before: somebody has not been told.
        left_waiting: How many messages wait for a notifier that was not given, by its name.
    """

    deliveries: tuple[Delivery, ...]
    stopped: dict[str, str]
    dead_letters: tuple[OutboxRow, ...]
    left_waiting: dict[str, int]

    def count(self, outcome: Outcome) -> int:
        """Return how many tries came to that."""
        return sum(delivery.outcome is outcome for delivery in self.deliveries)

    @property
    def is_well(self) -> bool:
        """Whether nothing failed, nothing is given up and nothing waits for a notifier that is not there."""
        has_failed = self.count(Outcome.RETRY) or self.count(Outcome.DEAD)
        return not (has_failed or self.stopped or self.dead_letters or self.left_waiting)


def deliver(
    outbox: SupportsOutbox,
    notifiers: Iterable[Notifier],
    *,
    now: datetime,
    answered: Container[str] = frozenset(),
    timeout: timedelta = timedelta(seconds=60),
    backoff: Sequence[timedelta] = BACKOFF,
    limit: int = 1_000,
    elapsed: Callable[[], float] = time.monotonic,
) -> DeliveryReport:
    """Hand over every message whose time has come, each by its notifier, all notifiers side by side.

    Safe to run at any time and in several processes at once. A message is handed over at least once; twice only when
    a process died, or a notifier was not waited for any longer, after the other side had taken the message and before
    that could be kept. Both times it carries the same key.

    Args:
        outbox: Where the messages are.
        notifiers: Those to use; each name once. Messages for others wait, and are counted.
        now: When this run begins, aware. What a run itself takes is added from ``elapsed``.
        answered: The ids of clocks that have been answered: their messages are withdrawn, not sent.
        timeout: How long to wait for one try. A notifier that takes longer is left alone until the next run; its try
            counts as failed although it may still succeed.
        backoff: How long to wait after each failed try, first to last; after one more failure a message is given up.
        limit: At most how many messages each notifier hands over in this run.
        elapsed: Seconds that only ever grow.

    Returns:
        What became of each message, and what needs somebody's attention.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
        ValueError: Two notifiers have the same name.
        SourceUnavailableError: The outbox did not answer. Messages that were being handed over are tried again when
            their lease has run out.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    given = list(notifiers)
    if len({notifier.name for notifier in given}) < len(given):
        raise ValueError("two notifiers have the same name; give each once")
    run = _Run(outbox, _Moment(now.astimezone(UTC), elapsed), answered, timeout, tuple(backoff), limit)
    run.hand_over(given)
    return DeliveryReport(
        deliveries=tuple(run.deliveries),
        stopped=dict(sorted(run.stopped.items())),
        dead_letters=tuple(outbox.dead_letters()),
        left_waiting=_left_waiting(outbox, {notifier.name for notifier in given}),
    )


def _left_waiting(outbox: SupportsOutbox, given: Collection[str]) -> dict[str, int]:
    waiting = outbox.outbox_rows(states={OutboxState.WAITING, OutboxState.CLAIMED})
    names = sorted(row.notifier for row in waiting if row.notifier not in given)
    return {name: names.count(name) for name in dict.fromkeys(names)}


class _Moment:
    """The present moment of a run: when it began, and what it has taken since."""

    def __init__(self, began_at: datetime, elapsed: Callable[[], float]) -> None:
        self._began_at, self._elapsed, self._began = began_at, elapsed, elapsed()

    def __call__(self) -> datetime:
        return self._began_at + timedelta(seconds=self._elapsed() - self._began)


@dataclass(slots=True)
class _Lane:
    """One notifier at work: the message it is handing over, and until when it is waited for."""

    notifier: Notifier
    left: int
    row: OutboxRow | None = None
    until: datetime | None = None
    failures: int = 0
    is_done: bool = False


@dataclass(slots=True)
class _Run:
    """One call of :func:`deliver`. Only this thread speaks with the outbox; each try has a thread of its own."""

    outbox: SupportsOutbox
    moment: _Moment
    answered: Container[str]
    timeout: timedelta
    backoff: tuple[timedelta, ...]
    limit: int
    deliveries: list[Delivery] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    ended: "queue.SimpleQueue[tuple[_Lane, OutboxRow, Receipt | DeliveryError]]" = field(
        default_factory=queue.SimpleQueue
    )

    def hand_over(self, notifiers: list[Notifier]) -> None:
        lanes = [_Lane(notifier, self.limit) for notifier in notifiers]
        while busy := list(self._started(lanes)):
            self._wait_for_one(busy)

    def _started(self, lanes: list[_Lane]) -> Iterator[_Lane]:
        """Give every idle lane its next message; return the lanes that have one."""
        for lane in lanes:
            while lane.row is None and not lane.is_done:
                self._start(lane)
            if lane.row is not None:
                yield lane

    def _start(self, lane: _Lane) -> None:
        now = self.moment()
        lease = self.timeout + LEASE_MARGIN
        rows = self.outbox.claim(lane.notifier.name, now=now, lease=lease) if lane.left else []
        if not rows:
            lane.is_done = True
            return
        (row,) = rows
        lane.left -= 1
        if row.escalation.clock_id in self.answered:
            self._withdraw(row, now)
        elif row.attempts > len(self.backoff) + 1:
            what = "every try ended with the process that made it, or with its lease"
            self._failed(lane, row, DeliveryError(row.notifier, what, "Look what ends it", is_final=True))
        else:
            lane.row, lane.until = row, now + self.timeout
            threading.Thread(target=_try, args=(lane, row, now, self.ended), daemon=True).start()

    def _wait_for_one(self, busy: list[_Lane]) -> None:
        """Wait until a try has ended, or the first of them is not waited for any longer."""
        until = min(lane.until for lane in busy if lane.until is not None)
        try:
            lane, row, result = self.ended.get(timeout=max((until - self.moment()).total_seconds(), 0.0))
        except queue.Empty:
            for lane in busy:
                if lane.until is not None and lane.until <= self.moment():
                    self._give_up_waiting(lane)
            return
        if lane.row is row:  # otherwise nobody waits for it any longer
            self._end(lane, row, result)

    def _end(self, lane: _Lane, row: OutboxRow, result: Receipt | DeliveryError) -> None:
        lane.row = None
        if isinstance(result, DeliveryError):
            self._failed(lane, row, result)
            return
        lane.failures = 0
        self.outbox.mark_delivered(row, now=self.moment(), receipt=result)
        self.deliveries.append(Delivery(row, Outcome(result.value)))

    def _failed(self, lane: _Lane, row: OutboxRow, error: DeliveryError) -> None:
        now = self.moment()
        is_last = error.is_final or row.attempts > len(self.backoff)
        retry_at = None if is_last else now + self.backoff[row.attempts - 1]
        self.outbox.mark_failed(row, now=now, retry_at=retry_at, why=f"{error.what}. {error.remedy}.")
        outcome = Outcome.DEAD if retry_at is None else Outcome.RETRY
        self.deliveries.append(Delivery(row, outcome, retry_at, error.what))
        lane.failures = 0 if error.is_final else lane.failures + 1
        if lane.failures >= MOST_FAILURES_IN_A_ROW:
            self._stop(lane, f"{lane.failures} failures one after another, the last: {error.what}")

    def _give_up_waiting(self, lane: _Lane) -> None:
        row, seconds = lane.row, self.timeout.total_seconds()
        what = f"no answer within {seconds:g} seconds, so it is not known whether the message was taken"
        lane.row = None
        if row is not None:
            self._failed(lane, row, DeliveryError(row.notifier, what, "Look whether its server is well"))
        self._stop(lane, what)

    def _stop(self, lane: _Lane, why: str) -> None:
        lane.is_done = True
        self.stopped[lane.notifier.name] = why

    def _withdraw(self, row: OutboxRow, now: datetime) -> None:
        why = "the child was answered before the message was sent"
        self.outbox.withdraw([row.escalation.id], why=why, now=now)
        self.deliveries.append(Delivery(row, Outcome.WITHDRAWN, why=why))


def _try(
    lane: _Lane,
    row: OutboxRow,
    now: datetime,
    ended: "queue.SimpleQueue[tuple[_Lane, OutboxRow, Receipt | DeliveryError]]",
) -> None:
    """Call the notifier, and say how it ended whatever happens."""
    result: Receipt | DeliveryError
    try:
        result = Receipt(lane.notifier.notify(row, now=now))
    except DeliveryError as error:
        result = error
    except BaseException as error:  # noqa: BLE001 - anyone's notifier may raise anything, and must not stop the others
        result = DeliveryError(row.notifier, f"raised {type(error).__name__}", "Ask who wrote the notifier")
    ended.put((lane, row, result))
