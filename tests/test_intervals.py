"""The interval of a difference, held to its author's own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.intervals import difference_interval

#: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10: first share less second.
EXAMPLES = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
]


@pytest.mark.parametrize(("first", "second", "low", "high"), EXAMPLES)
def test_the_published_examples(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    assert difference_interval(second, first) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@given(st.integers(0, 40), st.integers(0, 60))
def test_turned_round_it_is_its_own_mirror(part: int, other: int) -> None:
    low, high = difference_interval((part, 40), (other, 60))

    assert difference_interval((other, 60), (part, 40)) == (pytest.approx(-high), pytest.approx(-low))
    assert low <= other / 60 - part / 40 <= high
