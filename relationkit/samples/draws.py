"""Draws that are the same on every machine: seeded by name, never by ``hash()`` and never by what was drawn before.

Each child and each post draws from a stream of its own, named by the seed and the path to it. So the messages of one
child can be made without making anybody else's, and a new kind of record changes no other kind.
"""

import math
from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import Final, TypeVar

__all__ = ["Draws", "evenly_spread"]

Row = TypeVar("Row")

#: Three steps that fill the unit interval evenly, together and apart: the powers of 1 / 1.2207 (the real root of
#: x^4 = x + 1) as 32-bit fractions. This is the additive recurrence known as R3.
EVEN_STEPS: Final = (3518319154, 2882110344, 2360945575)


class Draws:
    """One stream of draws.

    Only ``Random.random()`` is used: it is the one method whose sequence Python promises to keep between versions.
    """

    __slots__ = ("fraction",)

    def __init__(self, *path: str | int) -> None:
        digest = blake2b("/".join(map(str, path)).encode(), digest_size=8).digest()
        #: Returns a number from 0 up to but not including 1.
        self.fraction: Final = Random(int.from_bytes(digest, "big")).random  # noqa: S311 - to be repeated, not secret

    def chance(self, share: float) -> bool:
        """Return ``True`` in this share of draws."""
        return self.fraction() < share

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.fraction() * (high - low + 1))

    def one_of(self, rows: Sequence[Row]) -> Row:
        """Return one of the rows, each as likely as the next."""
        return rows[int(self.fraction() * len(rows))]

    def weighted(self, rows: Sequence[tuple[Row, float]]) -> Row:
        """Return the first member of a row, in proportion to its second; the weights need not add up to one."""
        left = self.fraction() * sum(weight for _, weight in rows)
        for row, weight in rows:
            left -= weight
            if left < 0:
                return row
        return rows[-1][0]

    def wait(self, mean: float, *, at: float | None = None) -> float:
        """Return a memoryless wait with this mean; ``at`` takes its place in the order of waits from elsewhere."""
        return -mean * math.log(1.0 - (self.fraction() if at is None else at))


def evenly_spread(number: int, *, start: float, step: int = 0) -> float:
    """Return the place of ``number`` on the unit interval, such that any run of numbers covers it evenly.

    A council of a few hundred children lies nearer to the figures it is calibrated to than chance alone would bring it.
    """
    return ((number * EVEN_STEPS[step] + int(start * 2**32)) % 2**32) / 2**32
