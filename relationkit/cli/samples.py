"""``relationkit samples``: the tables of synthetic councils as Parquet files, written as they are made."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.sources import InvalidOptionError, moment
from relationkit.records import Record
from relationkit.samples import SampleCouncil

__all__ = ["TABLES", "write_samples"]

#: Each table with its columns: those of :mod:`relationkit.bulk` and, of children, what they are counted by.
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "children": ("id", "team", "born_on"),
    "assignments": ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason", "cover_for"),
    "placements": ("id", "child_id", "started_on", "ended_on", "regime"),
    "messages": ("id", "child_id", "at", "direction", "channel", "worker_id", "kind", "thread", "needs_reply"),
    "sessions": (
        *("id", "child_id", "worker_id", "kind", "starts_at", "status", "seen", "seen_alone", "not_alone_why"),
        *("revision", "changed_at"),
    ),
    "absences": ("worker_id", "starts_at", "ends_at", "cover_id"),
}
#: The types of the columns that do not hold text.
_TYPES: Final = (
    dict.fromkeys(("born_on", "started_on", "ended_on"), "DATE")
    | dict.fromkeys(("at", "starts_at", "ends_at", "changed_at"), "TIMESTAMPTZ")
    | dict.fromkeys(("needs_reply", "seen", "seen_alone"), "BOOLEAN")
    | {"revision": "INTEGER"}
)
#: What tells people and teams apart: each council has its own, so that the councils of a region can lie in one table.
_OWN: Final = frozenset({"id", "child_id", "worker_id", "cover_for", "cover_id", "thread", "team"})


def write_samples(out: Path, children: int, councils: int, seed: int, now: str | None) -> int:
    """Write each table of each council as ``TABLE/council-001.parquet``; return the exit code."""
    at = moment(now)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidOptionError(f"--out {out}: not an empty folder. Name one that is new or empty.")
    with _converter() as convert:
        for number in range(1, councils + 1):
            council = SampleCouncil(children, seed=seed + number - 1, now=at)
            prefix = "" if councils == 1 else f"c{number:03}-"
            for table, columns in TABLES.items():
                path = out / table / f"council-{number:03}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                with output.watch(f"Council {number} of {councils}: {table}") as counted:
                    convert(counted(getattr(council, table)()), columns, prefix, path)
    output.note(f"Written to {out}: {', '.join(TABLES)}. Every person in them is made up.")
    return ALL_WELL


class _Convert:
    """Write records to a Parquet file through a text file, in the memory of one record and one group of rows."""

    def __init__(self, folder: Path) -> None:
        from relationkit.bulk import DuckDB

        self.folder, self.connection = folder, DuckDB(memory_limit="512MB", threads=1, spill_folder=folder).connect()

    def __call__(self, records: Iterable[Record], columns: tuple[str, ...], prefix: str, path: Path) -> None:
        """Write the columns of the records; the file takes its name when it is whole."""
        rows, unfinished = self.folder / "rows.csv", path.with_name(f".{path.name}.part")
        with rows.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_rows(records, columns, prefix))
        kinds = ", ".join(f"'{name}': '{_TYPES.get(name, 'VARCHAR')}'" for name in columns)
        read = f"read_csv({_quoted(rows)}, header = false, delim = ',', quote = '\"', columns = {{{kinds}}})"
        self.connection.execute(f"COPY (SELECT * FROM {read}) TO {_quoted(unfinished)} (FORMAT parquet)")  # noqa: S608  our own files
        unfinished.replace(path)


def _rows(records: Iterable[Record], columns: tuple[str, ...], prefix: str) -> Iterator[list[object]]:
    """Yield the cells of each record, its ids after the prefix of its council."""
    cells = attrgetter(*columns)
    places = [place for place, name in enumerate(columns) if name in _OWN and prefix]
    for record in records:
        row = list(cells(record))
        for place in places:
            row[place] = None if row[place] is None else prefix + row[place]
        yield row


@contextmanager
def _converter() -> "Iterator[_Convert]":
    with TemporaryDirectory() as folder:
        convert = _Convert(Path(folder))
        yield convert
        convert.connection.close()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
