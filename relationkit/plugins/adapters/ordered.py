"""Put the rows of a file in order in bounded memory: a list while they are few, a temporary database beyond."""

import json
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

__all__ = ["IN_MEMORY", "Cells", "OrderedRows"]

#: Above this many rows they go to a file: some 80 MB of them at most are held.
IN_MEMORY: Final = 100_000

_BATCH: Final = 10_000
#: Sorts before every character that a cell may hold, so joined keys sort as their parts do.
_JOINT: Final = "\x1f"

#: One row, as text; blank cells are ``None``.
Cells = tuple[str | None, ...]


class OrderedRows:
    """Rows told apart by a key and given back in order, whatever the order they came in.

    Keys and orders compare character by character. No part of either may hold a control character.
    """

    def __init__(self, *, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._rows: dict[str, tuple[str, Cells]] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._database: sqlite3.Connection | None = None
        self._sorted: list[Cells] | None = None

    def add(self, key: tuple[str, ...], order: tuple[str, ...], cells: Cells) -> bool:
        """Keep the row and return ``True``, or return ``False`` when its key is there already."""
        text, place = _JOINT.join(key), _JOINT.join(order)
        if self._database is not None:
            values = (text, place, json.dumps(cells))
            return self._database.execute("INSERT OR IGNORE INTO row VALUES (?, ?, ?)", values).rowcount > 0
        if text in self._rows:
            return False
        self._rows[text] = (place, cells)
        self._sorted = None
        if len(self._rows) > self._limit:
            self._spill()
        return True

    def __iter__(self) -> Iterator[Cells]:
        if self._database is not None:
            return self._stored(self._database)
        if self._sorted is None:
            in_order = sorted(self._rows.items(), key=lambda item: (item[1][0], item[0]))
            self._sorted = [cells for _, (_, cells) in in_order]
        return iter(self._sorted)

    def close(self) -> None:
        """Let go of the rows and of the temporary file."""
        self._rows, self._sorted = {}, None
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _spill(self) -> None:
        import sqlite3  # most files are short, and whoever reads one should not wait for a database

        self._folder = tempfile.TemporaryDirectory(prefix="relationkit-", ignore_cleanup_errors=True)
        database = sqlite3.connect(Path(self._folder.name) / "rows.db", isolation_level=None)
        # A scratch file: nothing in it outlives this object, so nothing need survive a crash.
        database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN;"
            "CREATE TABLE row (key TEXT PRIMARY KEY, place TEXT NOT NULL, cells TEXT NOT NULL)"
        )
        rows = ((key, place, json.dumps(cells)) for key, (place, cells) in self._rows.items())
        database.executemany("INSERT INTO row VALUES (?, ?, ?)", rows)
        self._rows, self._database = {}, database

    @staticmethod
    def _stored(database: "sqlite3.Connection") -> Iterator[Cells]:
        found = database.execute("SELECT cells FROM row ORDER BY place, key")
        while batch := list(islice(found, _BATCH)):
            yield from (tuple(json.loads(text)) for (text,) in batch)
