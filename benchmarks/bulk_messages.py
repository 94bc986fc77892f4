"""Response clocks of a whole table: DuckDB beside the object rules and beside a loop over plain tuples.

    python benchmarks/bulk_messages.py [--rows 1000000] [--without-objects]

One run makes one synthetic table of messages (seeded; nobody in it is real), writes it to Parquet, and does the same
job, every wait of a year under a policy of working hours, three times, each in a process of its own with its own peak
memory. The bulk run reads Parquet and writes Parquet; the two others are given the rows in memory, their time starts
after that, and they write nothing. Processor time is that of all threads together, so that a busy machine moves it
less than the time on the clock; only the ratios mean anything. First it builds the deadline table of four calendars.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import duckdb

from relationkit import bulk
from relationkit.records import Message, Role
from relationkit.sla import PolicyBook, ResponsePolicy, track_responses, uk_calendar

MESSAGES_OF_A_CHILD = 20
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
LONG_AGO = date(2000, 1, 1)
COLUMNS = ("id", "child_id", "at", "direction", "channel", "worker_id", "kind")

#: id, child, microsecond, whether from the child, kind, worker: what a rewrite over tuples carries.
Row = tuple[str, str, int, bool, str, str]


def working_hours() -> PolicyBook:
    calendar = uk_calendar("England", years=range(2024, 2028))
    return PolicyBook(
        [ResponsePolicy(name="24", target=timedelta(hours=24), calendar=calendar, in_force_from=LONG_AGO)]
    )


def make_table(path: str, rows: int) -> None:
    """A child writes, mostly somebody answers, sometimes a machine does or a call is not picked up."""
    drawn = "hash(i) % 1000 AS a, hash(i + 1000000000) AS b, hash(i + 2000000000) % 4 AS c"
    numbers = f"SELECT i, {drawn} FROM range({rows}) t(i)"
    duckdb.sql(
        f"""SELECT 'm' || i AS id, 'c' || (i // {MESSAGES_OF_A_CHILD}) AS child_id,
            make_timestamptz(1735689600000000 + CAST(b % 31536000 AS BIGINT) * 1000000) AS "at",
            CASE WHEN a < 450 THEN 'to_child' ELSE 'from_child' END AS direction,
            ['text', 'call', 'email', 'app'][1 + CAST(c AS INTEGER)] AS channel,
            'w' || ((i // {MESSAGES_OF_A_CHILD}) % 500) AS worker_id,
            CASE WHEN a < 270 OR a >= 450 THEN 'message' WHEN a < 360 THEN 'automatic' ELSE 'attempt' END AS kind
        FROM ({numbers})"""
    ).write_parquet(path)


def in_bulk(path: str) -> Callable[[], int]:
    def run() -> int:
        deadlines = bulk.deadline_table(working_hours(), FIRST, LAST)
        out = f"{path}.clocks.parquet"
        bulk.response_clocks(path, deadlines, now=NOW).write(out)
        return duckdb.read_parquet(out).aggregate("count(*)").fetchall()[0][0]

    return run


def by_objects(path: str) -> Callable[[], int]:
    rows = duckdb.read_parquet(path).project('* REPLACE (CAST(epoch_us("at") AS BIGINT) AS "at")').fetchall()

    def run() -> int:
        start = datetime(1970, 1, 1, tzinfo=UTC)
        records = (dict(zip(COLUMNS, row, strict=True)) for row in rows)
        messages = [Message(**(one | {"at": start + timedelta(microseconds=one["at"])})) for one in records]
        return len(track_responses(messages, working_hours(), now=NOW))

    return run


def by_tuples(path: str) -> Callable[[], int]:
    read = duckdb.read_parquet(path).project(
        "id, child_id, epoch_us(\"at\"), direction = 'from_child', kind, worker_id"
    )
    rows: list[Row] = read.fetchall()
    return lambda: len(pair_tuples(rows))


def pair_tuples(messages: list[Row]) -> list[tuple[object, ...]]:
    """Return each wait by the plain loop: each id once, each child in order, question and answer, when it was due."""
    (policy,) = working_hours().policies
    start = datetime(1970, 1, 1, tzinfo=UTC)
    once = {message[0]: message for message in reversed(messages)}
    children: dict[str, list[Row]] = {}
    for message in once.values():
        children.setdefault(message[1], []).append(message)
    waits: list[tuple[object, ...]] = []

    def ended(first: Row, answer: Row | None, asked: int, tries: int) -> None:
        due_at = policy.due_at(start + timedelta(microseconds=first[2]))
        answered_at = None if answer is None else start + timedelta(microseconds=answer[2])
        state = "late" if (answered_at or NOW) > due_at else "in time"
        by = None if answer is None else answer[5]
        waits.append((first[1], first[0], first[2], due_at, answered_at, by, asked, tries, state, first[5]))

    for own in children.values():
        own.sort(key=lambda message: (message[2], message[3], message[0]))
        first, asked, tries = None, 0, 0
        for message in own:
            if message[4] == "automatic":
                continue
            if message[3]:
                first, asked, tries = (message, 1, 0) if first is None else (first, asked + 1, tries)
            elif first is not None and message[4] == "message":
                ended(first, message, asked, tries)
                first = None
            elif first is not None:
                tries += 1
        if first is not None:
            ended(first, None, asked, tries)
    waits.sort(key=lambda wait: (wait[2], wait[0], wait[1]))
    return waits


WAYS: dict[str, Callable[[str], Callable[[], int]]] = {"bulk": in_bulk, "objects": by_objects, "tuples": by_tuples}


def four_calendars() -> tuple[float, int]:
    nations, roles = ("England", "Wales", "Scotland", "Northern Ireland"), list(Role)
    reach = [{roles[0]}, {roles[1]}, {roles[2]}, set(roles[3:])]
    started = time.process_time()
    book = PolicyBook(
        ResponsePolicy(
            name=nation, target=timedelta(hours=24), calendar=uk_calendar(nation), in_force_from=LONG_AGO, roles=own
        )
        for nation, own in zip(nations, reach, strict=True)
    )
    table = bulk.deadline_table(book, date(2024, 1, 1), date(2025, 12, 31))
    return time.process_time() - started, len(table.segments)


def main(rows: int, ways: list[str]) -> None:
    seconds, segments = four_calendars()
    print(f"deadline table, four calendars, two years: {seconds:.2f} s, {segments:,} segments")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/messages.parquet"
        make_table(path, rows)
        results = {}
        for way in ways:
            run = subprocess.run([sys.executable, __file__, "--only", way, path], check=True, stdout=subprocess.PIPE)
            results[way] = json.loads(run.stdout)
    print(f"{rows:,} messages, every wait of 2025, 24 working hours")
    for way, (clock, processor, found, megabytes) in results.items():
        bulk_clock, bulk_processor, *_ = results["bulk"]
        times = f"{clock:7.2f} s {clock / bulk_clock:5.1f} x bulk"
        processors = f"processor {processor:7.2f} s {processor / bulk_processor:5.1f} x"
        print(f"{way:8} {times}, {processors}  {megabytes:6,} MB peak  {found:,} waits")
    if len({found for *_, found, _ in results.values()}) != 1:
        sys.exit("the ways do not agree")


def measured(way: str, path: str) -> tuple[float, float, int, int]:
    run = WAYS[way](path)
    clock, processor = time.perf_counter(), time.process_time()
    found = run()
    seconds = time.perf_counter() - clock, time.process_time() - processor
    return *seconds, found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only"]:
        print(json.dumps(measured(sys.argv[2], sys.argv[3])))
    else:
        parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
        parser.add_argument("--rows", type=int, default=1_000_000, help="how many messages")
        parser.add_argument("--without-objects", action="store_true", help="leave out the slowest of the three")
        options = parser.parse_args()
        main(options.rows, ["bulk", "tuples"] if options.without_objects else list(WAYS))
