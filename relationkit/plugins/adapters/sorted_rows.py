"""Sort the rows of a file in bounded memory, each kept once: a set while they are few, sorted runs on disk beyond.

Rows are tuples of text and sort as tuples do. A full set is written to a temporary file as one sorted run; reading
merges the runs, a block of each at a time. Unlike :mod:`~relationkit.plugins.adapters.ordered`, which answers for each
row whether it is new, this writes once and reads once, and the cost of a row does not grow with the file.
"""

import heapq
import json
import tempfile
from collections.abc import Iterator
from io import BufferedReader
from itertools import groupby
from pathlib import Path
from typing import Final

__all__ = ["IN_MEMORY", "SortedRows", "TextRow"]

#: Above this many different rows they go to a file: some 40 MB of them at most are held.
IN_MEMORY: Final = 100_000
#: How many rows of each run are in memory while runs are merged.
_BLOCK: Final = 512

TextRow = tuple[str, ...]


class SortedRows:
    """Rows given back in order and once each, whatever the order and number in which they came."""

    def __init__(self, *, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._rows: set[TextRow] = set()
        self._sorted: list[TextRow] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._runs: list[int] = []

    def add(self, row: TextRow) -> None:
        """Keep the row."""
        self._rows.add(row)
        self._sorted = None
        if len(self._rows) > self._limit:
            self._write_run()

    def __iter__(self) -> Iterator[TextRow]:
        if self._sorted is None:
            self._sorted = sorted(self._rows)
        if self._folder is None:
            return iter(self._sorted)
        return self._merged(self._path(), self._sorted)

    def close(self) -> None:
        """Let go of the rows and of the temporary file."""
        self._rows, self._sorted, self._runs = set(), None, []
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _path(self) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="relationkit-", ignore_cleanup_errors=True)
        return Path(self._folder.name) / "rows"

    def _write_run(self) -> None:
        """Write the rows that are held as one sorted run: a line for each block, and a blank line."""
        with self._path().open("ab") as file:
            self._runs.append(file.tell())
            rows = sorted(self._rows)
            for first in range(0, len(rows), _BLOCK):
                file.write(json.dumps(rows[first : first + _BLOCK]).encode("ascii") + b"\n")
            file.write(b"\n")
        self._rows, self._sorted = set(), None

    def _merged(self, path: Path, rest: list[TextRow]) -> Iterator[TextRow]:
        with path.open("rb") as file:
            runs = [_run(file, start) for start in self._runs]
            for row, _ in groupby(heapq.merge(*runs, rest)):
                yield row


def _run(file: BufferedReader, place: int) -> Iterator[TextRow]:
    while True:
        file.seek(place)
        line = file.readline()
        place = file.tell()
        if line in (b"\n", b""):
            return
        yield from map(tuple, json.loads(line))
