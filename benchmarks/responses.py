"""`track_responses` beside the cost of building the records it reads, at two sizes ten times apart.

    python benchmarks/responses.py [--rows 1000000] [--rounds 3]

Processor time is the median of the rounds; memory is what `track_responses` holds at its highest, its result
included, measured in a round of its own because measuring slows it down.
"""

import argparse
import random
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from relationkit.records import Assignment, Message
from relationkit.sla import PolicyBook, ResponseClock, ResponsePolicy, track_responses, uk_calendar

START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=365)
MESSAGES_OF_A_CHILD = 20
TARGET = timedelta(hours=72)


def rows(count: int) -> Iterator[dict[str, object]]:
    """Yield made-up messages: a child writes, mostly somebody answers, sometimes a machine does."""
    rng = random.Random(1)
    for number in range(count):
        answers = rng.random() < 0.45
        yield {
            "id": f"m{number}",
            "child_id": f"c{number // MESSAGES_OF_A_CHILD}",
            "at": START + timedelta(seconds=rng.randrange(365 * 86_400)),
            "direction": "to_child" if answers else "from_child",
            "channel": rng.choice(("text", "call", "email", "app")),
            "worker_id": f"w{number // MESSAGES_OF_A_CHILD % 500}",
            "kind": rng.choice(("message", "message", "message", "automatic", "attempt")) if answers else "message",
        }


def build(count: int) -> tuple[list[Message], float]:
    """Return the records and the processor time of building them, that of making them up left out."""
    fields = list(rows(count))
    started = time.process_time()
    messages = [Message(**one) for one in fields]
    return messages, time.process_time() - started


def assignments_for(count: int) -> list[Assignment]:
    return [
        Assignment(
            id=f"a{child}",
            child_id=f"c{child}",
            worker_id=f"w{child % 500}",
            role="social_worker",
            started_on=date(2024, 6, 1),
        )
        for child in range(-(-count // MESSAGES_OF_A_CHILD))
    ]


def working_hours() -> PolicyBook:
    calendar = uk_calendar("England", years=range(2024, 2028))
    return PolicyBook(
        [ResponsePolicy(name="24 hours", target=timedelta(hours=24), calendar=calendar, in_force_from=date(2020, 1, 1))]
    )


#: id, child, thread, moment, whether from the child, kind, whether it needs a reply, worker: what a rewrite carries.
Row = tuple[str, str, str | None, datetime, bool, str, bool, str | None]
#: child, thread, first message, its moment, when due, when answered, by whom, messages, attempts.
Paired = tuple[str, str | None, str, datetime, datetime, datetime | None, str | None, int, int]


def pair_tuples(messages: list[Row]) -> list[Paired]:
    """Return each wait of 72 hours, by the plain loop: each id once, each thread in order, question and answer."""
    once = {message[0]: message for message in reversed(messages)}
    threads: dict[tuple[str, str | None], list[Row]] = {}
    for message in once.values():
        threads.setdefault((message[1], message[2]), []).append(message)
    waits: list[Paired] = []
    for (child, thread), own in threads.items():
        own.sort(key=lambda message: (message[3], message[4], message[0]))
        first, asked, tries = None, 0, 0
        for message in own:
            if message[5] == "automatic":
                continue
            if message[4]:
                if not message[6]:
                    continue
                if first is None:
                    first, asked, tries = message, 1, 0
                else:
                    asked += 1
            elif first is not None:
                if message[5] == "message":
                    at, by = message[3], message[7]
                    waits.append((child, thread, first[0], first[3], first[3] + TARGET, at, by, asked, tries))
                    first = None
                else:
                    tries += 1
        if first is not None:
            waits.append((child, thread, first[0], first[3], first[3] + TARGET, None, None, asked, tries))
    waits.sort(key=lambda wait: (wait[3], wait[0], wait[2]))
    return waits


def as_row(message: Message) -> Row:
    is_from_child = message.direction == "from_child"
    return (
        message.id,
        message.child_id,
        message.thread,
        message.at,
        is_from_child,
        message.kind.value,
        message.needs_reply,
        message.worker_id,
    )


def as_pair(clock: ResponseClock) -> Paired:
    return (
        clock.child_id,
        clock.thread,
        clock.message_id,
        clock.started_at,
        clock.due_at,
        clock.answered_at,
        clock.answered_by,
        clock.messages,
        clock.attempts,
    )


def measure(count: int, rounds: int) -> dict[str, float]:
    messages, records = build(count)
    assignments = assignments_for(count)
    tuples = [as_row(message) for message in messages]
    assert pair_tuples(tuples) == [as_pair(clock) for clock in track_responses(messages, now=NOW)]
    jobs = {
        "72 hours": lambda: track_responses(messages, now=NOW),
        "working hours": lambda: track_responses(messages, working_hours(), now=NOW),
        "tuples": lambda: pair_tuples(tuples),
        "with assignments": lambda: track_responses(messages, now=NOW, assignments=assignments),
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            started = time.process_time()
            job()
            times[name].append(time.process_time() - started)
    tracemalloc.start()
    clocks = jobs["72 hours"]()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    medians = {name: statistics.median(measured) for name, measured in times.items()}
    return {"records": records, **medians, "peak MB": peak / 1e6, "clocks": len(clocks)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many messages; a tenth is measured as well")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is measured")
    options = parser.parse_args()

    small, large = measure(options.rows // 10, options.rounds), measure(options.rows, options.rounds)
    print(f"72 hours, in times of the plain loop over tuples: {large['72 hours'] / large['tuples']:.2f}")
    print(f"{'':<18}{options.rows // 10:>14,}{options.rows:>14,}{'growth':>10}{'x records':>12}")
    for name, value in large.items():
        share = f"{value / large['records']:>12.2f}" if name not in ("peak MB", "clocks") else ""
        print(f"{name:<18}{small[name]:>14.3f}{value:>14.3f}{value / small[name]:>9.1f}x{share}")


if __name__ == "__main__":
    main()
