"""A large council is made as it is read: memory does not grow with it."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from relationkit.records import Record
from relationkit.samples import SampleCouncil

NOW = datetime(2025, 9, 18, 14, 30, tzinfo=UTC)
MEBIBYTE = 2**20

#: Prints how many records one kind has, and by how much reading them raised the most memory that the process ever held.
GROWTH_PROGRAM = """
import resource, sys
from datetime import UTC, datetime
from relationkit.samples import SampleCouncil
council = SampleCouncil(100_000, now=datetime(2025, 9, 18, 14, 30, tzinfo=UTC))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = sum(1 for _ in getattr(council, sys.argv[1])())
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


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
@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is not there")
@pytest.mark.parametrize("kind", ["children", "assignments"])
def test_reading_100_000_children_takes_no_more_memory_than_their_posts_do(kind: str) -> None:
    answer = subprocess.run([sys.executable, "-c", GROWTH_PROGRAM, kind], capture_output=True, check=True, text=True)
    rows, growth = map(int, answer.stdout.split())

    assert rows >= 100_000
    assert growth * (1 if sys.platform == "darwin" else 1024) < 32 * MEBIBYTE


@pytest.mark.long
@pytest.mark.parametrize("kind", ["workers", "messages", "sessions", "absences", "placements"])
def test_ten_times_the_children_do_not_take_ten_times_the_memory(kind: str) -> None:
    small = peak(getattr(SampleCouncil(500, now=NOW), kind))
    large = peak(getattr(SampleCouncil(5000, now=NOW), kind))

    assert large < small + 4 * MEBIBYTE
