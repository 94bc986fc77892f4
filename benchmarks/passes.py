"""What one pass of `run` reads and takes, over more and more open clocks of which ten have reached a step.

    python benchmarks/passes.py [--rows 100000] [--rounds 3]

An SQLite file that keeps the outbox as well. The first pass looks at every child, and so does one in each hour; "ten
due" finds ten reminders due and hands them over; "ten texts" finds ten new messages; "nothing" finds nothing. Printed
are the messages read, and the wall time of the pass.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from relationkit.cli.run import one_pass
from relationkit.plugins import OutboxRow, Receipt
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Message, Worker
from relationkit.sla import DEFAULT_POLICIES

START = datetime(2025, 1, 6, 12, tzinfo=UTC)
REMINDER = START + timedelta(hours=48)
TEN = 10


class Sink:
    """Takes whatever it is handed."""

    name = "sink"

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:  # noqa: ARG002 - a notifier's signature
        return Receipt.DELIVERED


def text(child: int, number: int, at: datetime) -> Message:
    fields = {"id": f"m{child}-{number}", "child_id": f"c{child}", "at": at, "worker_id": f"w{child % 500}"}
    return Message.model_validate({**fields, "direction": "from_child", "channel": "text"})


def waiting(count: int, rounds: int) -> Iterator[Message]:
    """Yield one message from each child: ten fall due in each round, the others a day later."""
    for child in range(count):
        number, is_due = divmod(child, TEN)[0], child < TEN * rounds
        yield text(child, 0, START + timedelta(minutes=2 * number) if is_due else START + timedelta(days=1))


def measure(count: int, rounds: int) -> dict[str, tuple[int, float]]:
    with tempfile.TemporaryDirectory() as folder, SqlAdapter.create(str(Path(folder) / "case.db")) as source:
        source.write(
            Worker.model_validate({"id": f"w{number}", "name": "Made Up", "role": "social_worker"})
            for number in range(500)
        )
        source.write(waiting(count, rounds))
        sink, found = Sink(), dict[str, list[tuple[int, float]]]()

        def run(name: str, now: datetime, told: int) -> None:
            started = time.perf_counter()
            done = one_pass(source, source, DEFAULT_POLICIES, [sink], quiet_hours=None, now=now)
            found.setdefault(name, []).append((done.messages, time.perf_counter() - started))
            assert len(done.escalations) == told

        run("the first", REMINDER - timedelta(minutes=3), 0)
        for number in range(rounds):
            now = REMINDER + timedelta(minutes=2 * number)
            run("ten due", now, TEN)
            source.write(text(count - 1 - each, number + 1, now) for each in range(TEN))
            run("ten texts", now, 0)
            run("nothing", now, 0)
    return {name: (each[0][0], statistics.median(seconds for _, seconds in each)) for name, each in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000, help="open clocks; a tenth and a hundredth as well")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is measured; less than 25")
    options = parser.parse_args()

    least = TEN * (options.rounds + 1)  # ten due in each round, and ten more that send new texts
    sizes = [max(size, least) for size in (options.rows // 100, options.rows // 10, options.rows)]
    results = [measure(size, options.rounds) for size in sizes]
    print(f"{'open clocks':<14}" + "".join(f"{size:>26,}" for size in sizes))
    for name in results[0]:
        cells = (f"{one[name][0]:>12,} rows{one[name][1] * 1e3:>6,.0f} ms" for one in results)
        print(f"{name:<14}" + "".join(cells))
    print(f"SQLAlchemy {sa.__version__}, wall time")


if __name__ == "__main__":
    main()
