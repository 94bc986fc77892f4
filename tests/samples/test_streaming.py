"""A large council is made as it is read: memory does not grow with it."""

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from relationkit.records import Record
from relationkit.samples import SampleCouncil

NOW = datetime(2025, 9, 18, 14, 30, tzinfo=UTC)
MEBIBYTE = 2**20


def peak(stream: Callable[[], Iterator[Record]]) -> int:
    """The most memory that reading the stream to its end took at any time, in bytes."""
    tracemalloc.start()
    try:
        for _ in stream():
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["children", "assignments"])
def test_reading_100_000_children_takes_no_more_memory_than_their_posts_do(kind: str) -> None:
    council = SampleCouncil(100_000, now=NOW)

    assert peak(getattr(council, kind)) < 24 * MEBIBYTE


@pytest.mark.long
@pytest.mark.parametrize("kind", ["workers", "messages", "sessions", "absences", "placements"])
def test_ten_times_the_children_do_not_take_ten_times_the_memory(kind: str) -> None:
    small = peak(getattr(SampleCouncil(500, now=NOW), kind))
    large = peak(getattr(SampleCouncil(5000, now=NOW), kind))

    assert large < small + 4 * MEBIBYTE
