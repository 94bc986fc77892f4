"""``relationkit bench``: how long the rules take over whole tables on this machine, beside plain Python.

Each measurement is a process of its own, so that it has its own peak of memory: ``python -m relationkit.cli.bench``.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from relationkit.cli import output
from relationkit.cli.bench_tables import FLOORS, NOW, YEAR, make_table, working_hours
from relationkit.cli.engines import engine_named
from relationkit.cli.exits import ALL_WELL
from relationkit.errors import SourceError, UnreadableSourceError

__all__ = ["FLOOR", "JOBS", "Measured", "Run", "run_apart", "show_bench"]

#: What is asked of each table.
JOBS: Final = {"assignments": "changes of worker in a year", "messages": "response clocks, 24 working hours"}
#: The floor is measured on no more rows than this: tuples take memory, and its time grows with their number.
FLOOR_ROWS: Final = 1_000_000
FLOOR: Final = "plain Python"
#: The exit code of a process that says in words why it could not measure.
REFUSED: Final = 3
HEADINGS: Final = ("job", "engine", "rows", "seconds", "processor", "times the floor", "peak MB", "found")


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement.

    Attributes:
        job: What was asked.
        engine: What answered.
        rows: Of how many rows.
        seconds: How long it took, on the clock; Spark's start is not counted, reading the file is.
        processor_seconds: The time of all its threads together, which a busy machine moves less; ``None`` for Spark.
        rate: How many times as many rows a second as plain Python, on the clock; ``None`` for that itself.
        megabytes: The most memory that the process and its JVM held; ``None`` where the system does not tell.
        found: How many rows came out.
    """

    job: str
    engine: str
    rows: int
    seconds: float
    processor_seconds: float | None
    rate: float | None
    megabytes: int | None
    found: int


def show_bench(rows: int, engine: str, memory: str | None, form: str) -> int:
    """Measure each job and print what was found; return the exit code."""
    engine = engine_named(engine)
    with TemporaryDirectory() as folder, output.watch("Measuring") as counted:
        steps = [(name, Path(folder) / f"{name}.parquet") for name in JOBS]
        measured = [each for name, path in counted(steps) for each in _measure(name, path, rows, engine, memory)]
    if form == "json":
        output.print_json({"measured": [asdict(each) for each in measured]})
    else:
        output.print_table("Synthetic rows on this machine, at this moment", HEADINGS, list(map(_cells, measured)))
    return ALL_WELL


def _cells(each: Measured) -> tuple[object, ...]:
    rate = "" if each.rate is None else f"{each.rate:.1f}"
    held = "" if each.megabytes is None else f"{each.megabytes:,}"
    processor = "" if each.processor_seconds is None else f"{each.processor_seconds:.2f}"
    return (each.job, each.engine, f"{each.rows:,}", f"{each.seconds:.2f}", processor, rate, held, f"{each.found:,}")


def _measure(name: str, path: Path, rows: int, engine: str, memory: str | None) -> Iterator[Measured]:
    make_table(name, rows, path)
    floor_rows = min(rows, FLOOR_ROWS)
    floor_path = path if floor_rows == rows else path.with_name(f"{name}-floor.parquet")
    if floor_path != path:
        make_table(name, floor_rows, floor_path)
    floor = run_apart(name, FLOOR, floor_path, None)
    yield Measured(JOBS[name], FLOOR, floor_rows, floor.seconds, floor.processor, None, floor.megabytes, floor.found)
    run = run_apart(name, engine, path, memory)
    rate = (rows / run.seconds) / (floor_rows / floor.seconds)
    yield Measured(JOBS[name], engine, rows, run.seconds, run.processor, rate, run.megabytes, run.found)


class Run(NamedTuple):
    """What one process tells of its run."""

    seconds: float
    processor: float | None
    megabytes: int | None
    found: int


def run_apart(name: str, engine: str, path: Path, memory: str | None) -> Run:
    """Do one job over a file of its table in a process of its own, under a limit of memory such as ``1GB``.

    Raises:
        UnreadableSourceError: There was no room for so many rows.
    """
    command = [sys.executable, "-m", "relationkit.cli.bench", name, engine, str(path), memory or ""]
    run = subprocess.run(command, check=False, stdout=subprocess.PIPE)  # noqa: S603  our own module
    if run.returncode == REFUSED:
        raise UnreadableSourceError(*json.loads(run.stdout))
    if run.returncode < 0:
        what = f"the process that measured {engine} was ended from outside, mostly for want of memory"
        raise UnreadableSourceError(path.name, what, "Give fewer --rows, or a --memory-limit")
    run.check_returncode()
    return Run(*json.loads(run.stdout))


# In a process of its own -------------------------------------------------------------------------------------------


def _main(name: str, engine: str, path: str, memory: str) -> Run:
    if engine == "spark":
        return _in_spark(name, path)
    run = _in_duckdb(name, path, memory or None) if engine == "duckdb" else _over_rows(name, path, engine)
    working_hours()  # whoever asks, the holidays are loaded before the clock starts
    began, processor = time.perf_counter(), time.process_time()
    found = run()
    return Run(time.perf_counter() - began, time.process_time() - processor, _peak(), found)


def _over_rows(name: str, path: str, engine: str) -> Callable[[], int]:
    """Return the run over rows that already lie in memory."""
    import duckdb

    moments = '* REPLACE (epoch_us("at") AS "at")' if name == "messages" else "*"
    relation = duckdb.read_parquet(path).project(moments)
    rows, columns = relation.fetchall(), relation.columns
    if engine == FLOOR:
        return lambda: FLOORS[name](rows)
    return lambda: _by_objects(name, rows, columns)


def _by_objects(name: str, rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> int:
    """Build the records and ask the object rules."""
    from datetime import UTC, datetime, timedelta

    from relationkit.continuity import worker_changes, worker_histories
    from relationkit.records import Assignment, Message
    from relationkit.sla import track_responses

    told: Iterable[dict[str, Any]] = (dict(zip(columns, row, strict=True)) for row in rows)
    if name == "assignments":
        histories = worker_histories([Assignment(**each) for each in told])
        return sum(len(worker_changes(history, YEAR)) for _, history in histories)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    messages = [Message(**each | {"at": epoch + timedelta(microseconds=each["at"])}) for each in told]
    return len(track_responses(messages, working_hours(), now=NOW))


def _in_duckdb(name: str, path: str, memory: str | None) -> Callable[[], int]:
    from relationkit import bulk

    engine = bulk.DuckDB(memory_limit=memory, spill_folder=Path(path).parent / "spill")
    engine.connect().close()  # and so is the driver

    def run() -> int:
        out = f"{path}.answer.parquet"
        if name == "assignments":
            bulk.worker_changes(path, YEAR, engine=engine).write(out)
        else:
            bulk.response_clocks(path, _deadlines(), now=NOW, engine=engine).write(out)
        with engine.connect() as connection:
            return int(connection.read_parquet(out).aggregate("count(*)").fetchall()[0][0])

    return run


def _deadlines() -> Any:
    from relationkit import bulk

    return bulk.deadline_table(working_hours(), date(2025, 1, 1), date(2025, 12, 31))


def _in_spark(name: str, path: str) -> Run:
    from relationkit import bulk
    from relationkit.bulk.spark import local_session

    with local_session(settings={"spark.driver.memory": "6g"}) as session:
        began = time.perf_counter()
        frame, out = session.read.parquet(path), f"{path}.answer"
        if name == "assignments":
            found = bulk.worker_changes(frame, YEAR)
        else:
            found = bulk.response_clocks(frame, _deadlines(), now=NOW)
        found.frame.write.parquet(out)
        seconds = time.perf_counter() - began
        gateway = session.sparkContext._gateway  # noqa: SLF001  the only place that knows the JVM
        java = _held(gateway.proc.pid) if gateway is not None else None
        own = _peak()
        held = None if java is None or own is None else own + java
        return Run(seconds, None, held, session.read.parquet(out).count())


def _peak() -> int | None:
    """Return the most memory that this process held, in MB."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1024 if sys.platform == "linux" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def _held(process: int) -> int | None:
    """Return the most memory that another process held, in MB, as Linux tells it."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) // 1024


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(_main(*sys.argv[1:])))
    except SourceError as refusal:
        sys.stdout.write(json.dumps([refusal.source, refusal.what, refusal.remedy]))
        sys.exit(REFUSED)
