"""Whole tables: DuckDB beside the object rules, beside a loop over plain tuples, with less memory and with fewer rows.

    python benchmarks/bulk.py [--rows N] [--without-objects]

One run makes two synthetic tables of a tenth of that size and of all of it (nobody in them is real), writes them to
Parquet, and asks for the changes of one year and for every wait of a year under a policy of working hours, as
``relationkit bench`` does, each way in a process of its own with its own peak of memory. DuckDB reads Parquet and
writes Parquet; the others find their rows in memory, and write nothing; the objects are asked about the tenth alone.
Processor time is that of all threads together, so that a busy machine moves it less than the time on the clock. Then
comes all that ``continuity_of`` counts, and the deadline table.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import duckdb

from relationkit import bulk
from relationkit.cli.bench import FLOOR, JOBS, Run, run_apart
from relationkit.cli.bench_tables import YEAR, make_table
from relationkit.continuity import continuity_of
from relationkit.records import Assignment, Role
from relationkit.sla import PolicyBook, ResponsePolicy, uk_calendar

#: What DuckDB may hold where it is given less than it would take: it peaks some 130 MB above.
LIMITS = {"assignments": "1GB", "messages": "550MB"}


def main(rows: int, *, with_objects: bool) -> None:
    seconds, segments = four_calendars()
    print(f"deadline table, four calendars, two years: {seconds:.2f} s, {segments:,} segments")
    sizes = (rows // 10, rows)
    with tempfile.TemporaryDirectory() as folder:
        for name, job in JOBS.items():
            by_size = []
            for size in sizes:
                path = Path(folder) / f"{name}.parquet"
                make_table(name, size, path)
                runs = dict(measured(name, path, with_objects=with_objects and size < rows))
                by_size.append(runs["DuckDB"])
                print(f"\n{size:,} {name}: {job}")
                print("\n".join(table(runs)))
                path.unlink()
            small, large = by_size
            grown = large.seconds / small.seconds, processor(large) / processor(small)
            print(f"ten times the rows: {grown[0]:.1f} times the time on the clock, {grown[1]:.1f} the processor's")
        path = Path(folder) / "few.parquet"
        make_table("assignments", sizes[0], path)
        times = continuity(path)
        print(f"\n{sizes[0]:,} assignments: all that continuity_of counts: {times:.1f} times as fast as the objects")


def measured(name: str, path: Path, *, with_objects: bool) -> Iterator[tuple[str, Run]]:
    yield "DuckDB", run_apart(name, "duckdb", path, None)
    yield f"DuckDB, {LIMITS[name]}", run_apart(name, "duckdb", path, LIMITS[name])
    if with_objects:
        yield "objects", run_apart(name, "objects", path, None)
    yield FLOOR, run_apart(name, FLOOR, path, None)


def table(runs: dict[str, Run]) -> Iterator[str]:
    yield f"{'':16}{'seconds':>9}{'x DuckDB':>10}{'processor':>11}{'x DuckDB':>10}{'peak MB':>9}{'found':>12}"
    first = runs["DuckDB"]
    for way, run in runs.items():
        clock, ratio = run.seconds, processor(run) / processor(first)
        cells = f"{clock:9.2f}{clock / first.seconds:10.1f}{processor(run):11.2f}{ratio:10.1f}{run.megabytes:9,}"
        yield f"{way:16}{cells}{run.found:12,}"
    if len({run.found for run in runs.values()}) != 1:
        sys.exit("the ways do not agree")


def processor(run: Run) -> float:
    assert run.processor is not None  # only Spark does not tell
    return run.processor


def continuity(path: Path) -> float:
    """Return how many times as long the objects take as DuckDB, in processor time, and find the same days."""
    began = time.process_time()
    result = bulk.continuity(path, YEAR)
    place = result.columns.index("days_with_worker")
    in_bulk = sum(row[place] or 0 for row in result.relation.fetchall())
    bulk_seconds = time.process_time() - began
    relation = duckdb.read_parquet(str(path)).order("child_id")
    rows, columns = relation.fetchall(), relation.columns
    began = time.process_time()
    records = (Assignment(**dict(zip(columns, row, strict=True))) for row in rows)
    children = groupby(records, key=lambda each: each.child_id)
    by_objects = sum(continuity_of(own, YEAR).days_with_worker or 0 for _, own in children)
    if in_bulk != by_objects:
        sys.exit("the ways do not agree")
    return (time.process_time() - began) / bulk_seconds


def four_calendars() -> tuple[float, int]:
    nations, roles = ("England", "Wales", "Scotland", "Northern Ireland"), list(Role)
    reach = [{roles[0]}, {roles[1]}, {roles[2]}, set(roles[3:])]
    started = time.process_time()
    book = PolicyBook(
        ResponsePolicy(
            name=nation,
            target=timedelta(hours=24),
            calendar=uk_calendar(nation),
            in_force_from=date(2000, 1, 1),
            roles=own,
        )
        for nation, own in zip(nations, reach, strict=True)
    )
    found = bulk.deadline_table(book, date(2024, 1, 1), date(2025, 12, 31))
    return time.process_time() - started, len(found.segments)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rows", type=int, default=10_000_000, help="assignments, and messages; a tenth is measured too"
    )
    parser.add_argument("--without-objects", action="store_true", help="leave the objects out of the tenth, too")
    options = parser.parse_args()
    main(options.rows, with_objects=not options.without_objects)
