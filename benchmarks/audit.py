"""What a whole audit costs, its page included, beside reading the file that it is made from.

Run ``python benchmarks/audit.py [--rows SPELLS]``. Every figure is a ratio of two measurements of the same run:

- ``audit and page / reading``: reading the statutory return, auditing it and drawing the page, against reading it;
- ``audit / floor``: the audit of records already in memory, against distinct workers in plain tuples;
- ``ten times the children``: time of ten times the children, streamed, against a tenth; 10 is linear;
- ``four times the children``: memory of four times the children, streamed, against a tenth; 1 does not grow.

The people are made up: so many spells a child, one after another, over five years.
"""

import argparse
import csv
import gc
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from relationkit.continuity import CareCase, Window, audit_continuity, care_cases
from relationkit.plugins import open_adapter
from relationkit.records import Assignment, ChildId, Placement
from relationkit.render import render_audit

YEAR = Window.reporting_year(2025)
REASONS = ("MANAGE", "LEFTRL", "TSPROC", "ABSENC", "OTHERS")
Row = tuple[str, str, date, date | None, str]


def rows_of(child: int, spells: int, chance: random.Random) -> Iterator[Row]:
    """Yield one child's spells, oldest first, the last one open."""
    start = date(2020, 4, 1) + timedelta(days=chance.randrange(200))
    length = 1800 // spells
    for number in range(spells):
        end = start + timedelta(days=chance.randrange(max(2, length // 2), length + 1))
        worker = f"SW{chance.randrange(400):04}"
        yield f"C{child:06}", worker, start, None if number == spells - 1 else end, chance.choice(REASONS)
        start = end


def write_return(folder: Path, children: int, spells: int) -> None:
    chance = random.Random(1)
    with (
        (folder / "SWEpisodes.csv").open("w", newline="") as file,
        (folder / "Episodes.csv").open("w", newline="") as care,
    ):
        out, stays = csv.writer(file), csv.writer(care)
        out.writerow(["CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"])
        stays.writerow(["CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"])
        for child in range(children):
            for name, worker, start, end, reason in rows_of(child, spells, chance):
                days = (f"{start:%d/%m/%Y}", "" if end is None else f"{end:%d/%m/%Y}")
                out.writerow([name, "01/05/2012", worker, *days, reason])
            stays.writerow([f"C{child:06}", "01/04/2020", "S", "C2", "U1", "", ""])


def read(source: str) -> int:
    with open_adapter(source) as reader:
        return sum(1 for stream in (reader.assignments(), reader.children(), reader.placements()) for _ in stream)


def read_audit_draw(source: str) -> int:
    with open_adapter(source) as reader:
        cases = care_cases(reader.assignments(), children=reader.children(), placements=reader.placements())
        return len(render_audit(audit_continuity(cases, YEAR)))


def streamed(children: int, spells: int) -> Iterator[CareCase]:
    chance = random.Random(1)
    for child in range(children):
        own = [
            Assignment.model_validate(
                {
                    "id": f"{name}-{number}",
                    "child_id": name,
                    "worker_id": worker,
                    "role": "social_worker",
                    "started_on": start,
                    "ended_on": end,
                    "reason": "left_role",
                }
            )
            for number, (name, worker, start, end, _) in enumerate(rows_of(child, spells, chance))
        ]
        stay = {"id": "p", "child_id": f"C{child:06}", "started_on": date(2020, 4, 1), "regime": "placement"}
        yield CareCase(ChildId(f"C{child:06}"), own, [Placement.model_validate(stay)], date(2012, 5, 1), "North")


def floor(children: int, spells: int) -> int:
    """The least that any count does: which workers touch the year, child by child."""
    chance, high = random.Random(1), 0
    for child in range(children):
        within = {
            worker
            for _, worker, start, end, _ in rows_of(child, spells, chance)
            if start < YEAR.end_on and (end is None or end > YEAR.start_on)
        }
        high += len(within) >= 3
    return high


def seconds(work: Callable[..., Any], *arguments: Any, rounds: int = 2) -> float:
    times = []
    for _ in range(rounds):
        gc.collect()
        before = time.perf_counter()
        work(*arguments)
        times.append(time.perf_counter() - before)
    return min(times)


def peak(children: int, spells: int) -> int:
    gc.collect()  # empties the free lists: what a run before left in them would be used again, and not be counted
    tracemalloc.start()
    audit_continuity(streamed(children, spells), YEAR)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000, help="spells in all, twelve a child")
    spells = 12
    children = max(20, parser.parse_args().rows // spells)
    with tempfile.TemporaryDirectory() as folder:
        write_return(Path(folder), children, spells)
        source = f"ssda903:{folder}"
        reading, whole = seconds(read, source), seconds(read_audit_draw, source)
    tenth = max(10, children // 10)
    cases = list(streamed(tenth, spells))
    audit = seconds(audit_continuity, cases, YEAR)
    small, large = (
        seconds(lambda n=n: audit_continuity(streamed(n, spells), YEAR), rounds=1) for n in (tenth, children)
    )
    print(f"{children:,} children, {children * spells:,} spells; reading takes {reading:.1f} s here")
    print(f"audit and page / reading      {whole / reading:6.1f}")
    print(f"audit / floor                 {audit / seconds(floor, tenth, spells):6.1f}")
    print(f"ten times the children, time  {large / small:6.1f}")
    print(f"four times, memory            {peak(tenth * 4, spells) / peak(tenth, spells):6.2f}")


if __name__ == "__main__":
    main()
