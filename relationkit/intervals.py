"""How exactly a share is known, and how exactly the difference between two: so that noise is not called progress.

Both are short, and the library that has them (statsmodels) brings numpy, scipy and pandas along. So they stand here,
and tests hold them to published examples and to other ways of working them out.
"""

from math import sqrt
from statistics import NormalDist

__all__ = ["difference_interval", "share_interval"]


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

    Returns:
        The low end and the high end, as shares from 0 to 1.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, penalty = part / whole, z * z / whole
    centre = share + penalty / 2
    reach = z * sqrt(share * (1 - share) / whole + penalty / whole / 4)
    low, high = (centre - reach) / (1 + penalty), (centre + reach) / (1 + penalty)
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def difference_interval(
    before: tuple[int, int], after: tuple[int, int], *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval that the difference between two shares, after less before, is known to.

    Newcombe's hybrid score method, made of the two intervals by Wilson. It takes the two groups to be independent of
    each other. Source: R. G. Newcombe, Interval estimation for the difference between independent proportions:
    comparison of eleven methods, Statistics in Medicine 17 (1998) 873-890, method 10.

    Args:
        before: How many of them, and how many in all, at least one.
        after: The same, later.
        confidence: How often such intervals hold the true difference, between 0 and 1.

    Returns:
        The low end and the high end, as differences of shares from -1 to 1.
    """
    first, second = before[0] / before[1], after[0] / after[1]
    first_low, first_high = share_interval(*before, confidence=confidence)
    second_low, second_high = share_interval(*after, confidence=confidence)
    difference = second - first
    low = difference - sqrt((second - second_low) ** 2 + (first_high - first) ** 2)
    high = difference + sqrt((second_high - second) ** 2 + (first - first_low) ** 2)
    return max(-1.0, low), min(1.0, high)
