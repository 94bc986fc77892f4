"""What a service pays: a message fed, a question asked, a look for whom to tell, at two sizes ten times apart.

    python benchmarks/escalations.py [--rows 100000] [--rounds 3]

All clocks are open and ten of them have reached a step, unless a line says otherwise. Processor time is the median of
the rounds.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from relationkit.records import Message
from relationkit.sla import DEFAULT_POLICIES, ResponseTracker, due_escalations, track_responses

START = datetime(2025, 1, 6, 12, tzinfo=UTC)
NOW = START + timedelta(hours=48)
DUE = 10


def waiting(count: int) -> list[Message]:
    """Return one message from each of many children: ten reminders are due at NOW, the others within the day after."""
    rng = random.Random(1)
    return [
        Message(
            id=f"m{number}",
            child_id=f"c{number}",
            at=START + timedelta(seconds=0 if number < DUE else rng.randrange(1, 86_400)),
            direction="from_child",
            channel="text",
            worker_id=f"w{number % 500}",
        )
        for number in range(count)
    ]


def seconds(job: Callable[[], object]) -> float:
    started = time.process_time()
    job()
    return time.process_time() - started


def median(job: Callable[[], object], rounds: int) -> float:
    return statistics.median(seconds(job) for _ in range(rounds))


def fed(messages: list[Message]) -> ResponseTracker:
    tracker = ResponseTracker()
    for message in messages:
        tracker.feed(message)
    tracker.next_event_at(START)
    return tracker


def measure(count: int, rounds: int) -> dict[str, float]:
    messages = waiting(count)
    clocks = track_responses(messages, now=NOW)
    all_due = NOW + timedelta(days=30)
    sent = frozenset(one.id for one in due_escalations(clocks, DEFAULT_POLICIES, now=all_due))
    tracker = fed(messages)
    reply = Message(id="r", child_id="c0", at=NOW, direction="to_child", channel="text")
    assert len(due_escalations(clocks, DEFAULT_POLICIES, now=NOW)) == len(tracker.due_clocks(NOW)) == DUE

    def one_more() -> None:
        tracker.feed(reply)
        tracker.next_event_at(NOW)

    return {
        "feed, us a message": median(lambda: fed(messages), rounds) / count * 1e6,
        "a reply fed, until when to sleep, us": seconds(one_more) * 1e6,
        "the ten due, from the tracker, us": median(lambda: tracker.due_clocks(NOW), rounds) * 1e6,
        "whom to tell, ten due, ms": median(lambda: due_escalations(clocks, DEFAULT_POLICIES, now=NOW), rounds) * 1e3,
        "whom to tell, all due, ms": median(lambda: due_escalations(clocks, DEFAULT_POLICIES, now=all_due), rounds)
        * 1e3,
        "whom to tell, all told, ms": median(
            lambda: due_escalations(clocks, DEFAULT_POLICIES, now=all_due, sent=sent), rounds
        )
        * 1e3,
        "the same answered from scratch, ms": median(lambda: track_responses(messages, now=NOW), rounds) * 1e3,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000, help="how many open clocks; a tenth is measured as well")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is measured")
    options = parser.parse_args()

    small, large = measure(options.rows // 10, options.rounds), measure(options.rows, options.rounds)
    print(f"{'':<38}{options.rows // 10:>12,}{options.rows:>12,}{'growth':>9}")
    for name, value in large.items():
        print(f"{name:<38}{small[name]:>12.2f}{value:>12.2f}{value / small[name]:>8.1f}x")


if __name__ == "__main__":
    main()
