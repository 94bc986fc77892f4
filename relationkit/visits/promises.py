"""The plan board: what a worker said they would do, ticked off where the child can see it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType, Self

from pydantic import Field, model_validator

from relationkit.errors import InvalidRecordError, NaiveMomentError, Problem
from relationkit.records import PRINTABLE, ChildId, Day, FrozenModel, Instant, WorkerId, london_day

__all__ = ["PlanBoard", "Promise", "PromiseCount", "PromiseId", "PromiseState", "Tick", "TickedBy"]

PromiseId = NewType("PromiseId", str)

_ID: Final = Field(pattern=PRINTABLE, min_length=1)


class TickedBy(StrEnum):
    """Who ticked, or took a tick back."""

    CHILD = "child"
    WORKER = "worker"


class PromiseState(StrEnum):
    """How a promise stands.

    Attributes:
        WAITING: Not ticked, and its day has not passed.
        KEPT_IN_TIME: Ticked on its day or before.
        KEPT_LATE: Ticked after its day.
        OVERDUE: Not ticked, and its day has passed.
        COULD_NOT_BE_JUDGED: No day was said, so it is neither in time nor late.
    """

    WAITING = "waiting"
    KEPT_IN_TIME = "kept_in_time"
    KEPT_LATE = "kept_late"
    OVERDUE = "overdue"
    COULD_NOT_BE_JUDGED = "could_not_be_judged"


class Promise(FrozenModel):
    """Something a worker said they would do.

    Attributes:
        worker_id: Who said it.
        what: In the words that were said; never in a repr.
        made_at: When it was said.
        due_on: The last day on which it is kept in time; ``None`` when no day was said.
        picture: The name of a picture for those who do not read, such as ``"bike"``; never a path.
    """

    id: PromiseId = _ID
    child_id: ChildId = _ID
    worker_id: WorkerId = _ID
    what: str = Field(min_length=1)
    made_at: Instant
    due_on: Day | None = None
    picture: str | None = Field(default=None, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")

    @model_validator(mode="after")
    def _is_due_no_earlier_than_it_is_made(self) -> Self:
        if self.due_on is not None and self.due_on < london_day(self.made_at):
            raise ValueError("due_on is before the day of made_at; check the two days")
        return self


class Tick(FrozenModel):
    """One move on the board: a promise ticked, or a tick taken back.

    Attributes:
        promise_id: The promise that was ticked.
        at: When it was ticked, or taken back.
        by: Who did it.
        is_done: ``True`` for a tick, ``False`` for one taken back.
    """

    promise_id: PromiseId = _ID
    at: Instant
    by: TickedBy
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCount:
    """How many promises stand how; the five together are all promises of the board."""

    kept_in_time: int
    kept_late: int
    overdue: int
    waiting: int
    could_not_be_judged: int


class PlanBoard(FrozenModel):
    """One child's promises and every move that was made on them.

    A board never changes: each method that changes something returns the next board, and ``log`` only grows.

    Attributes:
        child_id: Whose board it is.
        promises: In the order in which they were put up; each id once, all of this child.
        log: Every tick and every tick taken back, in the order in which they arrived.
    """

    child_id: ChildId = _ID
    promises: tuple[Promise, ...] = ()
    log: tuple[Tick, ...] = ()

    @model_validator(mode="after")
    def _holds_this_childs_promises_once(self) -> Self:
        ids = [promise.id for promise in self.promises]
        if len(ids) != len(set(ids)):
            raise ValueError("promises holds an id twice; put each promise up once")
        if any(promise.child_id != self.child_id for promise in self.promises):
            raise ValueError("promises holds another child's promise; put it on that child's board")
        if not {tick.promise_id for tick in self.log} <= set(ids):
            raise ValueError("log holds a promise that is not on the board; keep promises with their log")
        return self

    def with_promise(self, promise: Promise) -> "PlanBoard":
        """Return the board with one promise more.

        Raises:
            InvalidRecordError: The id is on the board already, or the promise is another child's.
        """
        return PlanBoard(child_id=self.child_id, promises=(*self.promises, promise), log=self.log)

    def ticked(self, promise_id: PromiseId, at: datetime, by: TickedBy) -> "PlanBoard":
        """Return the board with that promise ticked at that aware moment; ticking twice keeps both in the log.

        Raises:
            InvalidRecordError: The promise is not on the board.
            NaiveMomentError: ``at`` has no time zone.
        """
        return self._moved(promise_id, at, by, is_done=True)

    def unticked(self, promise_id: PromiseId, at: datetime, by: TickedBy) -> "PlanBoard":
        """Return the board with the tick taken back; what was ticked before stays in the log.

        Raises:
            InvalidRecordError: The promise is not on the board.
            NaiveMomentError: ``at`` has no time zone.
        """
        return self._moved(promise_id, at, by, is_done=False)

    def moves_of_page(
        self, *, was: Collection[str], done: Collection[str], at: datetime, by: TickedBy
    ) -> tuple[Tick, ...]:
        """Return the ticks, and ticks taken back, that somebody made on a page: what differs from what it showed.

        A page that lay open while somebody else ticked takes nothing of theirs back, and a box that was ticked by two
        people is ticked twice.

        Args:
            was: The ids whose boxes were ticked when the page was shown; ids that are not on the board are passed over.
            done: The ids whose boxes were ticked when it was sent.
            at: When it was sent, aware.
            by: Who sent it.

        Returns:
            In the order of the promises; empty when nothing was changed.

        Raises:
            NaiveMomentError: ``at`` has no time zone.
        """
        _refuse_naive(at, "at")
        return tuple(
            Tick(promise_id=promise.id, at=at, by=by, is_done=promise.id in done)
            for promise in self.promises
            if (promise.id in done) != (promise.id in was)
        )

    def kept_at(self, promise_id: PromiseId, *, now: datetime | None = None) -> datetime | None:
        """Return when the promise was ticked, first tick since it was last taken back; ``None`` while it is open.

        Moves count in the order of their moments, so that a phone that was offline may send its tick late; of one
        moment, in the order of the log. Moves later than ``now`` are not seen yet; without it, all are.

        Raises:
            InvalidRecordError: The promise is not on the board.
            NaiveMomentError: ``now`` has no time zone.
        """
        if now is not None:
            _refuse_naive(now, "now")
        promise = self._promise(promise_id)
        kept_at: datetime | None = None
        for tick in sorted(self.log, key=lambda tick: tick.at):
            if tick.promise_id == promise.id and (now is None or tick.at <= now):
                kept_at = (kept_at or tick.at) if tick.is_done else None
        return kept_at

    def state(self, promise_id: PromiseId, *, now: datetime) -> PromiseState:
        """Return how the promise stands on the day of ``now`` (aware) in Europe/London.

        Raises:
            InvalidRecordError: The promise is not on the board.
            NaiveMomentError: ``now`` has no time zone.
        """
        kept_at = self.kept_at(promise_id, now=now)
        due_on = self._promise(promise_id).due_on
        if due_on is None:
            return PromiseState.COULD_NOT_BE_JUDGED
        return _state(due_on, None if kept_at is None else london_day(kept_at), london_day(now))

    def count(self, *, now: datetime) -> PromiseCount:
        """Return how many promises were kept in time, kept late, and so on, on the day of ``now`` (aware).

        Raises:
            NaiveMomentError: ``now`` has no time zone.
        """
        _refuse_naive(now, "now")
        states = Counter(self.state(promise.id, now=now) for promise in self.promises)
        return PromiseCount(**{state.value: states[state] for state in PromiseState})

    def _moved(self, promise_id: PromiseId, at: datetime, by: TickedBy, *, is_done: bool) -> "PlanBoard":
        _refuse_naive(at, "at")
        self._promise(promise_id)
        tick = Tick(promise_id=promise_id, at=at, by=by, is_done=is_done)
        return PlanBoard(child_id=self.child_id, promises=self.promises, log=(*self.log, tick))

    def _promise(self, promise_id: PromiseId) -> Promise:
        for promise in self.promises:
            if promise.id == promise_id:
                return promise
        where = f"PlanBoard of {self.child_id}"
        problem = Problem(where, "is not on this board", "Put the promise up first", field="promise_id")
        raise InvalidRecordError("PlanBoard", None, [problem])


def _refuse_naive(moment: datetime, name: str) -> None:
    if moment.utcoffset() is None:
        raise NaiveMomentError(name)


def _state(due_on: date, kept_on: date | None, today: date) -> PromiseState:
    if kept_on is not None:
        return PromiseState.KEPT_IN_TIME if kept_on <= due_on else PromiseState.KEPT_LATE
    return PromiseState.OVERDUE if due_on < today else PromiseState.WAITING
