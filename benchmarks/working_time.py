"""One sum at a time with datetimes: `WorkingCalendar` beside a plain bisection and the workclock package.

All in one run, round robin, median processor time; only ratios travel between machines.

    python benchmarks/working_time.py [--rows 10000] [--rounds 7]
"""

import argparse
import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from relationkit.sla import WorkingCalendar, uk_calendar

LONDON = ZoneInfo("Europe/London")
YEARS = range(2024, 2028)
AMOUNT = timedelta(hours=24)
EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class PlainBisection:
    """The floor: opening and closing instants as whole microseconds, running totals, two bisections."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        periods = calendar.open_periods(datetime(YEARS.start, 1, 1, tzinfo=UTC), datetime(YEARS.stop, 1, 1, tzinfo=UTC))
        self.opens = [(opens - EPOCH) // TICK for opens, _ in periods]
        self.lengths = [(closes - opens) // TICK for opens, closes in periods]
        self.totals = [0]
        for length in self.lengths:
            self.totals.append(self.totals[-1] + length)

    def total(self, at: datetime) -> int:
        microseconds = (at - EPOCH) // TICK
        row = bisect_right(self.opens, microseconds) - 1
        return self.totals[row] + min(microseconds - self.opens[row], self.lengths[row])

    def add(self, at: datetime, duration: timedelta) -> datetime:
        target = self.total(at) + duration // TICK
        row = bisect_left(self.totals, target) - 1
        microseconds = self.opens[row] + target - self.totals[row]
        return (EPOCH + timedelta(microseconds=microseconds)).astimezone(at.tzinfo)

    def between(self, a: datetime, b: datetime) -> timedelta:
        return timedelta(microseconds=self.total(b) - self.total(a))


def workclock_schedule(holidays: frozenset[date]) -> object | None:
    try:
        from workclock import Holidays, Schedule, WorkDay
    except ImportError:
        return None
    return Schedule([WorkDay(wall_time(9), wall_time(17)), Holidays(holidays)], time_zone="Europe/London")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000, help="how many moments")
    parser.add_argument("--rounds", type=int, default=7, help="how many times each is measured")
    options = parser.parse_args()

    calendar = uk_calendar("England", years=range(YEARS.start, YEARS.stop + 1))
    peers = {"WorkingCalendar": calendar, "plain bisection": PlainBisection(calendar)}
    if schedule := workclock_schedule(calendar.holidays):
        peers["workclock"] = schedule
    for zone in (LONDON, UTC):
        report(peers, zone, options.rows, options.rounds)
    report_first_question(calendar, options.rounds)


def report(peers: dict[str, object], zone: object, rows: int, rounds: int) -> None:
    rng = random.Random(1)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    moments = [(start + rng.random() * timedelta(days=730)).astimezone(zone) for _ in range(rows)]
    pairs = [(at, at + rng.random() * timedelta(days=60)) for at in moments]
    sums = {
        "add": {name: lambda peer=peer: [peer.add(at, AMOUNT) for at in moments] for name, peer in peers.items()},
        "between": {name: lambda peer=peer: [peer.between(a, b) for a, b in pairs] for name, peer in peers.items()},
    }
    for method, jobs in sums.items():
        answers = [job() for job in jobs.values()]
        if any(answer != answers[0] for answer in answers):
            raise SystemExit(f"{method}: the peers disagree, so their times cannot be compared")
        print_table(f"{method}, datetimes in {zone}, {rows:,} moments", medians(jobs, rounds), rows)


def medians(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            started = time.process_time()
            job()
            times[name].append(time.process_time() - started)
    return {name: statistics.median(measured) for name, measured in times.items()}


def print_table(title: str, seconds: dict[str, float], rows: int) -> None:
    ours = seconds["WorkingCalendar"]
    print(f"\n{title}")
    for name, taken in seconds.items():
        print(f"  {name:<18}{taken / rows * 1e6:>8.2f} µs a call   {taken / ours:>5.1f} x WorkingCalendar")


def report_first_question(calendar: WorkingCalendar, rounds: int) -> None:
    def ask_once() -> None:
        fresh = WorkingCalendar(calendar.hours, holidays=calendar.holidays)
        fresh.add(datetime(2025, 5, 5, 12, tzinfo=UTC), AMOUNT)

    taken = medians({"first": lambda: [ask_once() for _ in range(100)]}, rounds)["first"] / 100
    print(f"\nbuilding a calendar and asking once: {taken * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
