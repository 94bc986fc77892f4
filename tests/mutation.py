"""Change the rules in small ways and see whether a test notices: a sample of mutants from each room.

``python tests/mutation.py --each 120`` makes all mutants with mutmut, draws as many from each room as ``--each`` says
(the same for the same ``--seed``), runs the tests against each, and prints a table and the names of those that no test
noticed. ``mutmut show NAME`` shows one. The settings stand in ``pyproject.toml``; what mutmut makes stands in
``mutants/``, so that a second call goes on where the first stopped.
"""

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("continuity", "feedback", "handovers", "sla", "visits")
ROOT = Path(__file__).parent.parent

#: mutmut's exit codes of a run: 0, all tests passed, so nobody noticed; 33 and 5, no test runs the line; 36 (and the
#: signals 24 and 152), it never came to an end, which a suite that is stopped after some minutes notices.
OUTCOMES = {0: "survived", 5: "untested", 33: "untested", 36: "endless", 24: "endless", -24: "endless", 152: "endless"}


def outcomes() -> Iterator[tuple[str, str, str]]:
    """Return each mutant's room and name, and what became of it ("" while it was not run)."""
    for made in sorted((ROOT / "mutants" / "relationkit").rglob("*.meta")):
        for name, code in json.loads(made.read_text())["exit_code_by_key"].items():
            yield name.split(".")[1], name, "" if code is None else OUTCOMES.get(code, "killed")


def run(names: list[str], processes: int) -> None:
    """Run the tests against each mutant that is named."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes), *names]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--each", type=int, default=120, help="how many mutants of each room")
    words.add_argument("--seed", type=int, default=1, help="another seed draws others")
    words.add_argument("--processes", type=int, default=1)
    words.add_argument("rooms", nargs="*", default=ROOMS)
    asked = words.parse_args()

    run(["none.such"], asked.processes)  # makes the mutants, and finds out which test runs which line
    made = list(outcomes())
    if not made:
        sys.exit("mutmut made no mutants; `mutmut run` says why")
    sample: list[str] = []
    for room in asked.rooms:
        names = sorted(name for of, name, _ in made if of == room)
        sample += random.Random(asked.seed).sample(names, min(asked.each, len(names)))
    run(sample, asked.processes)

    drawn = set(sample)
    seen = [(room, name, outcome) for room, name, outcome in outcomes() if name in drawn]
    if not any(outcome for _, _, outcome in seen):
        sys.exit(f"mutmut ran none of them; `mutmut run {sample[0]}` says why")
    print(f"{'Room':12} {'mutants':>8} {'drawn':>6} {'noticed':>8} {'share':>7}")
    for room in asked.rooms:
        counts = Counter(outcome for of, _, outcome in seen if of == room)
        noticed, judged = counts["killed"] + counts["endless"], sum(counts.values()) - counts[""]
        share = f"{noticed / judged:7.1%}" if judged else "not run"
        print(f"{room:12} {sum(of == room for of, *_ in made):8,} {judged:6,} {noticed:8,} {share}")
    for _, name, outcome in sorted(seen):
        if outcome in ("survived", "untested"):
            print(f"{outcome}: {name}")


if __name__ == "__main__":
    main()
