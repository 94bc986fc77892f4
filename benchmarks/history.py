"""What a worker history costs, beside what the records cost and beside a floor in plain Python.

Run ``python benchmarks/history.py [ASSIGNMENTS]``. Every figure is a ratio of two measurements of the same run:

- ``history / records``: all histories against building the same assignments as records;
- ``history / floor``: against grouping, sorting and overlap in plain tuples, without joining, cover or checks;
- ``ten times the rows``: time and memory of ten times the assignments against a tenth of them; 10 is linear.

The people are made up: ten assignments a child, a third of them overlapping, some repeated, the last one open.
"""

import argparse
import gc
import random
import time
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from relationkit.continuity import HistoryRules, worker_histories
from relationkit.records import Assignment, AssignmentId, ChildId, Role, WorkerId

A_CHILD_HAS = 10
Row = tuple[str, str, str, date, date | None]


def made_up_rows(number: int, *, seed: int = 2024) -> list[Row]:
    """Return so many assignments as plain tuples, in no order."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for child in range(number // A_CHILD_HAS):
        start = date(2015, 1, 1) + timedelta(days=chance.randrange(900))
        for spell in range(A_CHILD_HAS):
            end = start + timedelta(days=chance.randrange(5, 300))
            is_last = spell == A_CHILD_HAS - 1
            worker = f"W{chance.randrange(40)}"
            rows.append((f"{child}-{spell}", f"C{child:07}", worker, start, None if is_last else end))
            start = end + timedelta(days=chance.choice((0, 0, 0, 1, 9, -20, -60)))
    chance.shuffle(rows)
    return rows


def records(rows: Iterable[Row]) -> list[Assignment]:
    return [
        Assignment(
            id=AssignmentId(id_),
            child_id=ChildId(child),
            worker_id=WorkerId(worker),
            role=Role.SOCIAL_WORKER,
            started_on=started_on,
            ended_on=ended_on,
        )
        for id_, child, worker, started_on, ended_on in rows
    ]


def histories(assignments: list[Assignment], rules: HistoryRules) -> int:
    return sum(len(history) for _, history in worker_histories(assignments, rules))


def floor(rows: Iterable[Row]) -> int:
    """The least that any history does: group, sort, let the later-started hold the days from its start."""
    by_child: dict[str, list[tuple[date, date, str]]] = {}
    for _, child, worker, started_on, ended_on in rows:
        by_child.setdefault(child, []).append((started_on, ended_on or date.max, worker))
    spells = 0
    for child in sorted(by_child):
        waiting: list[tuple[date, date, str]] = []
        ordered = sorted(by_child[child])
        starts = [spell[0] for spell in ordered[1:]] + [date.max]
        for spell, following in zip(ordered, starts, strict=True):
            waiting.append(spell)
            day = spell[0]
            while waiting and day < following:
                until = min(waiting[-1][1], following)
                if day < until:
                    spells += 1
                    day = until
                if waiting[-1][1] <= day:
                    waiting.pop()
    return spells


def seconds(work: Callable[..., Any], *arguments: Any, rounds: int = 3) -> float:
    """Return the best processor time of a few rounds, without the collector's pauses."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        begun = time.process_time()
        work(*arguments)
        best = min(best, time.process_time() - begun)
        gc.enable()
    return best


def peak_memory(work: Callable[..., Any], *arguments: Any) -> int:
    """Return the most bytes that the work held at once, beyond what was there before."""
    gc.collect()
    tracemalloc.start()
    work(*arguments)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def main(number: int) -> None:
    counting, ignoring = HistoryRules(), HistoryRules(cover="ignore")
    rows = made_up_rows(number)
    assignments = records(rows)
    fewer = [each for each in assignments if int(each.child_id[1:]) < number // A_CHILD_HAS // 10]

    building = seconds(records, rows, rounds=1)
    counted = seconds(histories, assignments, counting)
    print(f"{number:,} assignments of {number // A_CHILD_HAS:,} made-up children")
    print(f"records                     {1e6 * building / number:6.2f} us each")
    print(f"history                     {1e6 * counted / number:6.2f} us each")
    print(f"history / records           {counted / building:6.2f} (at most 2)")
    without_cover = seconds(histories, assignments, ignoring)
    print(f"without cover / records     {without_cover / building:6.2f} (at most 2)")
    print(f"history / floor             {counted / seconds(floor, rows):6.2f}")
    print(f"ten times the rows, time    {counted / seconds(histories, fewer, counting):6.2f} (at most 11)")
    more_memory = peak_memory(histories, assignments, counting) / peak_memory(histories, fewer, counting)
    print(f"ten times the rows, memory  {more_memory:6.2f} (at most 11)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many assignments; a tenth is measured as well")
    main(parser.parse_args().rows)
