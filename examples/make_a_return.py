"""A folder in the layout of the statutory return, of 300 children: enough for an audit. Everybody in it is made up.

    python examples/make_a_return.py [FOLDER]

The folder is ``return`` unless told. It holds the year to 31 March 2025.
"""

import csv
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from relationkit.plugins.adapters import write_sw_episodes
from relationkit.samples import SampleCouncil

COUNCIL = SampleCouncil(300, seed=1, now=datetime(2025, 4, 1, 9, tzinfo=UTC))


def main(folder: Path) -> None:
    """Write the two tables, as a case system would export them."""
    folder.mkdir(parents=True, exist_ok=True)
    spells = write_sw_episodes(COUNCIL, folder / "SWEpisodes.csv", year=2025)
    episodes = write_episodes(folder / "Episodes.csv")
    print(f"{folder}: {spells} spells of social workers, {episodes} episodes of care. Nobody in them exists.")


def write_episodes(path: Path) -> int:
    """Write the episodes of care, and return how many there are."""
    cared_for = [row for row in COUNCIL.placements() if row.regime != "short_breaks"]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC"])
        out.writerows([row.child_id, uk(row.started_on), "S", "C2", "U1", uk(row.ended_on)] for row in cared_for)
    return len(cared_for)


def uk(day: date | None) -> str:
    """Return a day as the return writes it."""
    return "" if day is None else f"{day:%d/%m/%Y}"


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "return"))
