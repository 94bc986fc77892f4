"""The estimate that a report of replies stands on: the curve of waits.

It is short, and the library that has it (lifelines) brings numpy, scipy and pandas along. So it stands here, and tests
hold it to published examples and to other ways of working it out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

__all__ = ["WaitCurve", "wait_curve"]

#: Products of many shares are off by less than this; a quantile must not hang on it.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class WaitCurve:
    """Which share of waits had ended after how long, the waits that go on counted for as long as they are known.

    Attributes:
        waits: The lengths of time at which answers came, shortest first, each once.
        shares: The share answered by each of them, growing; 1 at the last only when nobody waited longer.
    """

    waits: tuple[timedelta, ...]
    shares: tuple[float, ...]

    def answered_by(self, wait: timedelta) -> float:
        """Return the share that had an answer after ``wait``, an answer at that very moment included."""
        index = bisect_right(self.waits, wait)
        return self.shares[index - 1] if index else 0.0

    def quantile(self, share: float) -> timedelta | None:
        """Return the shortest wait by which at least ``share`` had an answer.

        ``None`` when the curve does not reach it: so many still wait that it cannot be told yet.
        """
        index = bisect_left(self.shares, share - _ROUNDING)
        return self.waits[index] if index < len(self.waits) else None


def wait_curve(waits: Iterable[tuple[timedelta, bool]]) -> WaitCurve:
    """Return the curve of waits by the estimator of Kaplan and Meier.

    A wait that goes on counts among the waits of every shorter length, and then leaves without an answer; at one and
    the same length answers come before those that leave. Source: E. L. Kaplan and P. Meier, Nonparametric estimation
    from incomplete observations, Journal of the American Statistical Association 53 (1958) 457-481.

    Args:
        waits: Each with whether it ended in an answer, in any order.

    Returns:
        An empty curve when nobody had an answer.
    """
    ordered = sorted(waits)
    lengths: list[timedelta] = []
    shares: list[float] = []
    at_risk = started = len(ordered)
    unanswered = 1.0  # at the last time somebody left without an answer; since then ``started`` were counted
    for length, ending in groupby(ordered, key=lambda pair: pair[0]):
        endings = [is_answered for _, is_answered in ending]
        answered = sum(endings)
        if answered:
            lengths.append(length)
            shares.append(1 - unanswered * (at_risk - answered) / started)
        if answered < len(endings):
            unanswered *= (at_risk - answered) / started
            started = at_risk - len(endings)
        at_risk -= len(endings)
    return WaitCurve(tuple(lengths), tuple(shares))
