"""Run every benchmark and put all figures in one table, docs/reference/benchmarks.md: ``python benchmarks/all.py``.

Each script prints tables: a heading line that begins with twelve blanks, then a line a figure, its name first and two
blanks or more between columns. Lines of another shape are remarks. Nothing else is asked of a script, so a new one
needs no change here. ``--rows`` sets the size of all of them, ``--only`` names the scripts.
"""

import argparse
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "reference" / "benchmarks.md"
PEERS = (
    *("relationkit", "pydantic", "icalendar", "duckdb", "fpdf2", "segno", "jinja2", "pluggy", "sqlalchemy", "psycopg"),
    *("workclock", "polars", "pandas", "pyspark"),
)
HEAD = """# Benchmarks

Every figure of `benchmarks/`, one run of each script, made by `python benchmarks/all.py{options}` and not by hand.
A ratio of two rows of one run says something; a time says something of one machine on one day, and this one was {load}.
What each script compares with what, and the bar that it is held to, stands in `benchmarks/README.md`. Where sizes stand
among the columns, the last figures of a row are how the cost grows.

| Machine and peers | |
|---|---|
{versions}
| Script | What | Columns | Figures |
|---|---|---|---|
"""


def figures(printed: str) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the headings and the figures of each line of a table that a script printed."""
    heading = ""
    for line in printed.splitlines():
        cells = re.split(r"\s{2,}", line.strip())
        if line.startswith(" " * 12) or (len(cells) > 1 and not re.search(r"\d", " ".join(cells[1:]))):
            heading = " / ".join(re.split(r"\s{2,}", line.strip()))
        elif len(cells) > 1:
            yield cells[0], heading, " / ".join(cells[1:])
        elif re.search(r"\d", line):
            yield line.strip(), "", ""


def versions() -> Iterator[tuple[str, str]]:
    """Yield what it ran on, and each peer that is installed with its version."""
    yield "Python", platform.python_version()
    yield "system", f"{platform.system()} {platform.machine()}"
    for name in PEERS:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, help="the size of each; every script's own without it")
    words.add_argument("--only", nargs="*", help="scripts, such as sla.py")
    words.add_argument("--load", default="otherwise idle", help="what else the machine did, in words")
    words.add_argument("--page", type=Path, default=PAGE)
    asked = words.parse_args()
    options = [] if asked.rows is None else ["--rows", str(asked.rows)]
    scripts = [script for script in sorted(HERE.glob("*.py")) if script.name != "all.py"]
    rows, failed = [], []
    for script in scripts:
        if asked.only and script.name not in asked.only:
            continue
        run = subprocess.run([sys.executable, str(script), *options], capture_output=True, text=True, check=False)
        if run.returncode:
            failed.append(script.name)
            print(f"{script.name}: {run.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        found = list(figures(run.stdout))
        print(f"{script.name}: {len(found)} figures", flush=True)
        rows += [f"| `{script.stem}` | {' | '.join(each.replace('|', '/') for each in row)} |\n" for row in found]
    told = "".join(f"| {name} | {value} |\n" for name, value in versions())
    head = HEAD.format(options="".join(f" {each}" for each in options), load=asked.load, versions=told)
    asked.page.write_text(head + "".join(rows), encoding="utf-8")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
