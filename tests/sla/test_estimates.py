"""The interval of a share and the curve of waits, held to published examples and to other ways of working them out."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.intervals import share_interval
from relationkit.sla.estimates import wait_curve

WEEK = timedelta(weeks=1)
WAITS = st.lists(st.tuples(st.integers(0, 12).map(timedelta), st.booleans()), max_size=40)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_the_published_examples(part: int, whole: int, low: float, high: float) -> None:
    assert share_interval(part, whole) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_contains_the_share_and_stays_between_nought_and_one(pair: tuple[int, int]) -> None:
    part, whole = pair
    low, high = share_interval(part, whole)
    flipped = share_interval(whole - part, whole)

    assert 0 <= low <= part / whole <= high <= 1
    assert low < high
    assert (low, high) == (pytest.approx(1 - flipped[1]), pytest.approx(1 - flipped[0]))


@given(st.integers(1, 500), st.floats(0.5, 0.98))
def test_more_confidence_is_wider_and_more_cases_are_narrower(part: int, confidence: float) -> None:
    low, high = share_interval(part, 1000, confidence=confidence)
    surer = share_interval(part, 1000, confidence=confidence + 0.01)
    larger = share_interval(part * 10, 10_000, confidence=confidence)

    assert surer[0] < low < high < surer[1]
    assert larger[1] - larger[0] < high - low


@pytest.mark.parametrize(("share", "least"), [(0.5, 0.92), (0.75, 0.92), (0.9, 0.92)])
def test_the_interval_holds_the_true_share_about_as_often_as_it_says(share: float, least: float) -> None:
    """Exact: every number of in-time answers of 40, weighed by how likely it is."""
    holds = sum(
        comb(40, part) * share**part * (1 - share) ** (40 - part)
        for part in range(41)
        if share_interval(part, 40)[0] <= share <= share_interval(part, 40)[1]
    )

    assert least < holds < 0.985


# Waits ---------------------------------------------------------------------------------------------------------------

#: Weeks in remission on 6-MP, the textbook example: E. J. Freireich and others, Blood 21 (1963) 699-716, as in
#: D. R. Cox and D. Oakes, Analysis of Survival Data (1984), table 1.1; a minus for those still in remission.
SIX_MP = (6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35)


def test_the_curve_is_that_of_the_published_example() -> None:
    curve = wait_curve((abs(weeks) * WEEK, weeks > 0) for weeks in SIX_MP)

    assert [wait // WEEK for wait in curve.waits] == [6, 7, 10, 13, 16, 22, 23]
    assert [round(1 - share, 3) for share in curve.shares] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.quantile(0.5) == 23 * WEEK
    assert curve.quantile(0.9) is None


def redistributed_to_the_right(waits: Sequence[tuple[timedelta, bool]]) -> dict[timedelta, Fraction]:
    """The same curve another way (B. Efron, 1967): who leaves hands their weight to all who wait longer."""
    weights = {index: Fraction(1, len(waits)) for index in range(len(waits))}
    answered: dict[timedelta, Fraction] = {}
    total = Fraction(0)
    for length in sorted({wait for wait, _ in waits}):
        total += sum((weights[i] for i, (wait, ended) in enumerate(waits) if wait == length and ended), Fraction(0))
        longer = [i for i, (wait, _) in enumerate(waits) if wait > length]
        handed_on = sum(
            (weights[i] for i, (wait, ended) in enumerate(waits) if wait == length and not ended), Fraction(0)
        )
        for index in longer:
            weights[index] += handed_on / len(longer)
        answered[length] = total
    return answered


@given(WAITS)
def test_the_curve_equals_redistribution_to_the_right(waits: list[tuple[timedelta, bool]]) -> None:
    expected = redistributed_to_the_right(waits)
    curve = wait_curve(waits)

    assert set(curve.waits) == {wait for wait, ended in waits if ended}
    for wait, share in zip(curve.waits, curve.shares, strict=True):
        assert share == pytest.approx(float(expected[wait]))
    for part in (Fraction(1, 2), Fraction(9, 10)):
        reached = [wait for wait, share in expected.items() if share >= part]
        assert curve.quantile(float(part)) == min(reached, default=None)


@given(st.lists(st.integers(0, 9).map(timedelta), min_size=1, max_size=30))
def test_when_all_are_answered_the_curve_is_the_plain_share(lengths: list[timedelta]) -> None:
    curve = wait_curve((length, True) for length in lengths)

    for day in map(timedelta, range(-1, 11)):
        assert curve.answered_by(day) == pytest.approx(sum(length <= day for length in lengths) / len(lengths))
    assert curve.quantile(0.5) == sorted(lengths)[(len(lengths) - 1) // 2]


@given(WAITS, st.randoms(use_true_random=False))
def test_the_order_of_waits_never_matters(waits: list[tuple[timedelta, bool]], random: object) -> None:
    shuffled = list(waits)
    random.shuffle(shuffled)

    assert wait_curve(shuffled) == wait_curve(waits)


def test_nobody_answered_is_an_empty_curve() -> None:
    assert wait_curve([]) == wait_curve([(WEEK, False)])
    assert wait_curve([]).quantile(0.5) is None
    assert wait_curve([]).answered_by(WEEK) == 0


def test_leaving_out_those_who_still_wait_would_flatter() -> None:
    answered, waiting = [(timedelta(days=n), True) for n in range(1, 5)], [(timedelta(days=9), False)] * 4

    assert wait_curve(answered).quantile(0.5) == timedelta(days=2)
    assert wait_curve(answered + waiting).quantile(0.5) == timedelta(days=4)
    assert wait_curve(answered + waiting).quantile(0.9) is None
