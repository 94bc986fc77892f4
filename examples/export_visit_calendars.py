"""One feed for each worker and one for each child of a whole team, in a temporary folder. Everybody here is made up."""

import secrets
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from relationkit.plugins import calendar_facts
from relationkit.plugins.adapters import MemoryAdapter
from relationkit.records import Child, Worker, london_day
from relationkit.render import team_calendar, visit_calendar
from relationkit.samples import SampleCouncil

NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)


def feed(source: MemoryAdapter, person: Child | Worker, key: bytes) -> bytes:
    """Return one person's feed: a worker's has leave, cover and visits due; a child's has the sessions."""
    facts = calendar_facts(source, person, now=NOW)
    if isinstance(person, Child):
        return visit_calendar(facts.sessions, for_=person, key=key, now=NOW).to_ical()
    calendar = visit_calendar(
        facts.sessions,
        for_=person,
        key=key,
        now=NOW,
        absences=facts.absences,
        assignments=facts.assignments,
        visits=facts.visits,
    )
    return calendar.to_ical()


def main() -> None:
    """Write the feeds under names that nobody can guess, and show how little a child's says."""
    source = MemoryAdapter(records=SampleCouncil(50, seed=7, now=NOW).records())
    workers = {worker.id: worker for worker in source.workers()}
    held = [each for each in source.assignments() if each.is_open(on=london_day(NOW)) and workers[each.worker_id].team]
    [(team, _)] = Counter(workers[each.worker_id].team or "" for each in held).most_common(1)
    members = [worker for worker in workers.values() if worker.team == team]
    children = {each.child_id for each in held if workers[each.worker_id].team == team}
    # A service keeps one key for good: with another, every phone shows every entry twice.
    key = secrets.token_bytes(32)
    with tempfile.TemporaryDirectory() as folder:
        people: list[Child | Worker] = [*members, *source.children(child_ids=children)]
        for person in people:
            # The name of a file is read by strangers too: a token, and the list of whose is which is kept elsewhere.
            Path(folder, f"{secrets.token_urlsafe(24)}.ics").write_bytes(feed(source, person, key))
        leave = team_calendar(source.absences(), team=team, workers=workers.values(), key=key, now=NOW)
        Path(folder, f"{secrets.token_urlsafe(24)}.ics").write_bytes(leave.to_ical())
        print(f"{team}: {len(members)} workers, {len(people) - len(members)} children,", end=" ")
        print(f"{len(list(Path(folder).iterdir()))} files with the team's leave and cover.")
        last = feed(source, people[-1], key).decode()
    print("All that one child's file says of its entries:")
    print(
        *(f"  {line}" for line in sorted({line for line in last.splitlines() if line.startswith("SUMMARY")})), sep="\n"
    )


if __name__ == "__main__":
    main()
