"""Two estimates that a report of replies stands on: the interval of a share, and the curve of waits.

Both are short, and the libraries that have them (statsmodels, lifelines) bring numpy, scipy and pandas along. So they
stand here, and tests hold them to published examples and to other ways of working them out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from math import sqrt
from statistics import NormalDist

__all__ = ["WaitCurve", "share_interval", "wait_curve"]

#: Products of many shares are off by less than this; a quantile must not hang on it.
_ROUNDING = 1e-12


def share_interval(part: int, whole: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval that a share is known to, by Wilson's score method without continuity correction.

    Chosen because it stays between 0 and 1, contains the share itself, and covers well where numbers are small or the
    share is near either end. Source: E. B. Wilson, Probable inference, the law of succession, and statistical
    inference, Journal of the American Statistical Association 22 (1927) 209-212; recommended by L. D. Brown, T. T. Cai
    and A. DasGupta, Interval estimation for a binomial proportion, Statistical Science 16 (2001) 101-133.

    Args:
        part: How many of them; from 0 to ``whole``.
        whole: How many in all, at least one.
        confidence: How often such intervals hold the true share, between 0 and 1.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, penalty = part / whole, z * z / whole
    centre = share + penalty / 2
    reach = z * sqrt(share * (1 - share) / whole + penalty / whole / 4)
    low, high = (centre - reach) / (1 + penalty), (centre + reach) / (1 + penalty)
    return max(0.0, min(low, share)), min(1.0, max(high, share))


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
