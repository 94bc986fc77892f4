"""The agenda: which wait has something falling due next, without a look at all the others."""

from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from relationkit.sla.escalations import step_moments
from relationkit.sla.waits import Wait

__all__ = ["Agenda"]


class Agenda:
    """The moments of waits, soonest first: one for each step of the policy, and one for becoming overdue.

    A wait has no moments from its answer on. Questions go forward in time; for an earlier moment build another one.
    Adding costs the logarithm of how many waits are open, and a question what has been reached since the last.

    Args:
        waits: Open or answered, in any order.
        asked_at: The moment of the first question; no later one may be earlier.
    """

    __slots__ = ("_coming", "_live", "_numbers", "_reached", "asked_at")

    #: The moment of the last question.
    asked_at: datetime

    def __init__(self, waits: Iterable[Wait], *, asked_at: datetime) -> None:
        self.asked_at = asked_at
        self._live: set[Wait] = set()
        self._reached: set[Wait] = set()
        self._coming: list[tuple[datetime, int, Wait, list[datetime]]] = []  # each wait's next, and those after it
        self._numbers = count()
        for wait in waits:
            self.add(wait)

    def add(self, wait: Wait) -> None:
        """Put a wait in; its answer may come later."""
        if wait.answer is None or wait.answer.at > self.asked_at:
            self._live.add(wait)
            self._enter(wait, _moments(wait))

    def remove(self, wait: Wait) -> None:
        """Take a wait out: its thread is read anew, or was forgotten."""
        self._live.discard(wait)
        self._reached.discard(wait)

    def next_after(self, now: datetime) -> datetime | None:
        """Return the first moment after ``now`` of a wait that is open then; ``None`` when there is none."""
        self._go_to(now)
        while self._coming and not self._is_open(self._coming[0][2], self._coming[0][0]):
            self._live.discard(heappop(self._coming)[2])
        return self._coming[0][0] if self._coming else None

    def reached(self, now: datetime) -> frozenset[Wait]:
        """Return the waits that are open at ``now`` and have had a moment by then."""
        self._go_to(now)
        return frozenset(self._reached)

    def _go_to(self, now: datetime) -> None:
        self.asked_at = now
        while self._coming and self._coming[0][0] <= now:
            moment, _, wait, moments = heappop(self._coming)
            if self._is_open(wait, moment):
                self._reached.add(wait)
                self._enter(wait, moments)
            else:
                self._live.discard(wait)
        for wait in [wait for wait in self._reached if not self._is_open(wait, now)]:
            self.remove(wait)

    def _enter(self, wait: Wait, moments: list[datetime]) -> None:
        """Enter a wait under the first of its moments, which are latest first."""
        if moments:
            moment = moments.pop()
            heappush(self._coming, (moment, next(self._numbers), wait, moments))

    def _is_open(self, wait: Wait, at: datetime) -> bool:
        return wait in self._live and (wait.answer is None or at < wait.answer.at)


def _moments(wait: Wait) -> list[datetime]:
    """Return the moments of a wait, latest first; overdue is strictly after the due time."""
    steps = step_moments(wait.policy, started_at=wait.first.at, due_at=wait.due_at)
    return sorted({*steps, wait.due_at + datetime.resolution}, reverse=True)
