"""What reading a statutory return costs, beside a floor in plain Python.

Run ``python benchmarks/statutory.py [--rows N]``. Every figure is a ratio of two measurements of the same run:

- ``records / floor``: every spell as a record, in order, against ``csv.reader`` and building the same records;
- ``rules / records``: the rows as they stand held to every rule of the year, against reading them as records;
- ``ten times the rows``: time and memory of ten times the spells against a tenth of them; 10 is linear.

The people are made up: twelve spells a child, in no order of children.
"""

import argparse
import csv
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from relationkit.england import check_child, return_rules
from relationkit.plugins.adapters import Ssda903Adapter
from relationkit.records import Assignment

A_CHILD_HAS = 12


def made_up_return(folder: Path, number: int, *, seed: int = 2024) -> Path:
    """Write ``SWEpisodes`` with so many spells and return its folder."""
    chance = random.Random(seed)
    children = list(range(number // A_CHILD_HAS))
    chance.shuffle(children)
    folder.mkdir()
    with (folder / "SWEpisodes.csv").open("w", encoding="utf-8") as text:
        text.write("CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n")
        for child in children:
            start = date(2018, 1, 1) + timedelta(days=chance.randrange(1_500))
            for spell in range(A_CHILD_HAS):
                end = start + timedelta(days=chance.randrange(20, 300))
                ended = "" if spell == A_CHILD_HAS - 1 else f"{end:%d/%m/%Y}"
                worker = f"SW{chance.randrange(20_000):05}"
                text.write(f"C{child:07},14/05/2011,{worker},{start:%d/%m/%Y},{ended},MANAGE\n")
                start = end
    return folder


def records(folder: Path) -> int:
    with Ssda903Adapter(str(folder)) as adapter:
        return sum(1 for _ in adapter.assignments())


def rules(folder: Path) -> int:
    asked = return_rules(2025)
    with Ssda903Adapter(str(folder)) as adapter:
        return sum(1 for child in adapter.returned_children() for _ in check_child(child, asked, 2025))


def floor(folder: Path) -> int:
    """The least that any reading does: split the lines, and build a checked record of each."""
    with (folder / "SWEpisodes.csv").open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        return sum(1 for row in rows if floor_record(row))


def floor_record(row: list[str]) -> Assignment:
    child, _, worker, started, ended, _ = row
    facts = {"id": f"{child}:{worker}:{started}", "child_id": child, "worker_id": worker, "role": "social_worker"}
    days = [datetime.strptime(day, "%d/%m/%Y").date() if day else None for day in (started, ended)]  # noqa: DTZ007
    return Assignment.model_validate({**facts, "started_on": days[0], "ended_on": days[1]})


def seconds(work: Callable[[Path], int], folder: Path) -> float:
    begun = time.process_time()
    work(folder)
    return time.process_time() - begun


def peak_memory(work: Callable[[Path], int], folder: Path) -> int:
    tracemalloc.start()
    work(folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        many = made_up_return(Path(name) / "many", number)
        few = made_up_return(Path(name) / "few", number // 10)
        reading = seconds(records, many)
        print(f"{number:,} spells of {number // A_CHILD_HAS:,} made-up children")
        print(f"records                     {1e6 * reading / number:6.2f} us each")
        print(f"records / floor             {reading / seconds(floor, many):6.2f}")
        print(f"rules / records             {seconds(rules, many) / reading:6.2f}")
        print(f"ten times the rows, time    {reading / seconds(records, few):6.2f}")
        print(f"ten times the rows, memory  {peak_memory(records, many) / peak_memory(records, few):6.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many spells; a tenth is measured as well")
    main(parser.parse_args().rows)
