"""How fast a synthetic council is made, and that its memory does not grow with it.

Run ``python benchmarks/samples.py [CHILDREN]``. For each kind of record: how many, and how many a second; then the most
memory that a stream takes for a council of this size and for a tenth of it. Nobody in the records is real.
"""

import argparse
import resource
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

from relationkit.plugins import KINDS
from relationkit.records import Record
from relationkit.samples import SampleCouncil

NOW = datetime(2025, 9, 18, 14, 30, tzinfo=UTC)


def count(stream: Iterator[Record]) -> int:
    return sum(1 for _ in stream)


def speed(children: int) -> None:
    council = SampleCouncil(children, now=NOW)
    total, taken = 0, 0.0
    for kind in KINDS:
        began = time.perf_counter()
        number = count(getattr(council, kind)())
        seconds = time.perf_counter() - began
        total, taken = total + number, taken + seconds
        print(f"{kind:12} {number:>10,} records {number / seconds:>10,.0f} a second")
    print(f"{'all':12} {total:>10,} records {total / taken:>10,.0f} a second")


def peak(children: int, kind: str) -> float:
    """The most memory that reading one kind to its end took, in MiB."""
    council = SampleCouncil(children, now=NOW)
    tracemalloc.start()
    count(getattr(council, kind)())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def memory(children: int) -> None:
    for kind in ("children", "assignments", "placements"):
        small, large = peak(children // 10, kind), peak(children, kind)
        print(f"{kind:12} at most {small:.1f} MiB for {children // 10:,} children, {large:.1f} MiB for {children:,}")
    print(f"the whole process: at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000, help="how many children; memory is measured for a tenth too")
    options = parser.parse_args()
    speed(options.rows)
    memory(options.rows)
