"""``visits_due`` for many children: does the time grow with their number, and how far is it from a plain loop?

Run it alone: ``python benchmarks/visits.py [--rows CHILDREN]``. All records are synthetic. Each child has a placement
and ten sessions; the records are made beforehand, and only the rule is timed. The floor is the least that any answer
must do: group the sessions by child, and take each child's last visit.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from relationkit.records import Placement, Session
from relationkit.visits import visits_due

NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)
SESSIONS_A_CHILD = 10


def records(children: int) -> tuple[list[Placement], list[Session]]:
    """Return a placement and some sessions for each child."""
    placements, sessions = [], []
    for number in range(children):
        started_on = date(2024, 1, 8) + timedelta(days=number % 300)
        facts = {"id": f"p{number}", "child_id": f"c{number}", "started_on": started_on, "regime": "placement"}
        placements.append(Placement.model_validate(facts))
        for visit in range(SESSIONS_A_CHILD):
            starts_at = NOW - timedelta(days=visit * 30 + number % 30, hours=1)
            sessions.append(
                Session.model_validate(
                    {
                        "id": f"s{number}-{visit}",
                        "child_id": f"c{number}",
                        "worker_id": "w1",
                        "kind": "visit",
                        "status": "held",
                        "starts_at": starts_at,
                        "ends_at": starts_at + timedelta(hours=1),
                        "seen": True,
                    }
                )
            )
    return placements, sessions


def floor(placements: list[Placement], sessions: list[Session]) -> dict[str, datetime]:
    """Return each child's last visit, and nothing else."""
    own: dict[str, list[datetime]] = defaultdict(list)
    for session in sessions:
        own[session.child_id].append(session.starts_at)
    return {placement.child_id: max(own[placement.child_id]) for placement in placements}


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of several runs, in processor time."""
    taken = []
    for _ in range(times):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def main(children: int) -> None:
    """Print the time a child for a tenth, a third and all of them, and beside the floor."""
    smallest = None
    for count in (children // 10, children // 3, children):
        placements, sessions = records(count)
        ours = seconds(lambda: visits_due(placements, sessions, now=NOW))  # noqa: B023 - timed at once
        least = seconds(lambda: floor(placements, sessions))  # noqa: B023 - timed at once
        a_child = ours / count
        smallest = smallest or a_child
        print(
            f"{count:>9,} children: {ours:7.2f} s, {a_child * 1e6:6.1f} us a child "
            f"({a_child / smallest:4.2f} x the smallest), {ours / least:5.1f} x the plain loop"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="how many children")
    main(parser.parse_args().rows)
