"""Put what every benchmark prints on one page, docs/reference/benchmarks.md: ``python benchmarks/all.py``.

What a script compares, and the bar that it is held to, is its row of ``benchmarks/README.md``; below stands what it
printed, to the letter. ``--rows`` sets the size of all of them, ``--only`` names the scripts.
"""

import argparse
import platform
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
Where sizes stand at the head of columns, `growth` or the last column is how the cost grows.

| Machine and peers | |
|---|---|
{versions}"""
SECTION = """
## {name}

Compares {compares}. Bar: {bar}.

```text
{printed}
```
"""


def told() -> dict[str, tuple[str, str]]:
    """Return what each script compares, and its bar."""
    rows = (
        line.split(" | ") for line in (HERE / "README.md").read_text("utf-8").splitlines() if line.startswith("| `")
    )
    return {name.strip("| `"): (compares, bar.removesuffix(" |")) for name, compares, bar in rows}


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
    sections, failed = [], []
    for script, (compares, bar) in told().items():
        if asked.only and script not in asked.only:
            continue
        run = subprocess.run(
            [sys.executable, str(HERE / script), *options], capture_output=True, text=True, check=False
        )
        if run.returncode:
            failed.append(script)
            print(f"{script}: {run.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        print(f"{script}: {len(run.stdout.splitlines())} lines", flush=True)
        printed = run.stdout.strip("\n") or "failed"
        sections.append(SECTION.format(name=Path(script).stem, compares=compares, bar=bar, printed=printed))
    peers = "".join(f"| {name} | {value} |\n" for name, value in versions())
    head = HEAD.format(options="".join(f" {each}" for each in options), load=asked.load, versions=peers)
    asked.page.write_text(head + "".join(sections), encoding="utf-8")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
