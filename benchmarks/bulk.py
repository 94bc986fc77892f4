"""Continuity over a whole table: DuckDB beside the object rules and beside a loop over plain tuples.

    python benchmarks/bulk.py [--rows ASSIGNMENTS]

One run makes one synthetic table (seeded; nobody in it is real), 1,000,000 assignments unless told, writes it to
Parquet, and does two jobs: the changes of one year, cover counted, in three ways, and all that continuity_of counts, in
two. Each runs in a process of its own with its own peak memory. The bulk runs read Parquet; the others are given the
rows in memory, and their time starts after that. Times are of this machine at this moment: only the ratios mean
anything.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from random import Random

import duckdb

from relationkit import bulk
from relationkit.cli.bench_tables import YEAR, changes_of_tuples
from relationkit.continuity import continuity_of, worker_changes, worker_histories
from relationkit.records import Assignment

COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")


def make_table(path: str, assignments: int) -> None:
    """Chains of about six spells a child: most touch, some overlap, leave a gap or lie inside, a few stay open."""
    random = Random(7)
    text = Path(path).with_suffix(".csv")
    with text.open("w") as file:
        file.write(",".join(COLUMNS) + "\n")
        day = date(2021, 1, 1)
        for number in range(assignments):
            if number % 6 == 0:
                day = date(2021, 1, 1) + timedelta(days=random.randrange(700))
            start = day + timedelta(days=random.choice([0, 0, 0, 0, 0, 3, -10, -60]))
            day = max(start, day) + timedelta(days=random.randrange(20, 400))
            end = "" if number % 6 == 5 and random.random() < 0.8 else day
            file.write(
                f"a{number},child{number // 6},SW{random.randrange(8000)},social_worker,{start},{end},left_role\n"
            )
    duckdb.read_csv(str(text)).write_parquet(path)


def in_bulk(path: str) -> tuple[float, int]:
    began = time.perf_counter()
    rows = bulk.worker_changes(path, YEAR).relation.fetchall()
    return time.perf_counter() - began, len(rows)


def continuity_in_bulk(path: str) -> tuple[float, int]:
    began = time.perf_counter()
    result = bulk.continuity(path, YEAR)
    rows, place = result.relation.fetchall(), result.columns.index("days_with_worker")
    return time.perf_counter() - began, sum(row[place] or 0 for row in rows)


def continuity_by_objects(path: str) -> tuple[float, int]:
    rows = duckdb.read_parquet(path).order("child_id").fetchall()
    began = time.perf_counter()
    records = (Assignment(**dict(zip(COLUMNS, row, strict=True))) for row in rows)
    children = groupby(records, key=lambda each: each.child_id)
    found = sum(continuity_of(own, YEAR).days_with_worker or 0 for _, own in children)
    return time.perf_counter() - began, found


def by_objects(path: str) -> tuple[float, int]:
    rows = duckdb.read_parquet(path).fetchall()
    began = time.perf_counter()
    records = [Assignment(**dict(zip(COLUMNS, row, strict=True))) for row in rows]
    built = time.perf_counter()
    found = sum(len(worker_changes(history, YEAR)) for _, history in worker_histories(records))
    done = time.perf_counter()
    print(f"  of which building the records {built - began:.1f} s, the rules {done - built:.1f} s", file=sys.stderr)
    return done - began, found


def by_tuples(path: str) -> tuple[float, int]:
    rows = duckdb.read_parquet(path).fetchall()
    began = time.perf_counter()
    found = changes_of_tuples(rows)
    return time.perf_counter() - began, found


#: What is asked, and the ways in which it is answered: the first is what the others are held against.
JOBS: dict[str, tuple[str, ...]] = {
    "changes in the year to 31 March 2025": ("bulk", "objects", "tuples"),
    "days with a worker, and all else that continuity_of counts": ("bulk, all", "objects, all"),
}
WAYS: dict[str, Callable[[str], tuple[float, int]]] = {
    "bulk": in_bulk,
    "objects": by_objects,
    "tuples": by_tuples,
    "bulk, all": continuity_in_bulk,
    "objects, all": continuity_by_objects,
}


def main(assignments: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/assignments.parquet"
        make_table(path, assignments)
        results = {}
        for way in WAYS:
            run = subprocess.run([sys.executable, __file__, "--only", way, path], check=True, stdout=subprocess.PIPE)
            results[way] = json.loads(run.stdout)
    for job, ways in JOBS.items():
        print(f"{assignments:,} assignments, {job}")
        for way in ways:
            seconds, found, megabytes = results[way]
            ratio = seconds / results[ways[0]][0]
            print(f"{way:12} {seconds:7.2f} s  {ratio:5.1f} x bulk  {megabytes:6,} MB peak  {found:,} found")
        if len({results[way][1] for way in ways}) != 1:
            sys.exit("the ways do not agree")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only"]:
        seconds, found = WAYS[sys.argv[2]](sys.argv[3])
        print(json.dumps([seconds, found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--rows", type=int, default=1_000_000, help="how many assignments")
        main(parser.parse_args().rows)
