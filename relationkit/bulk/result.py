"""What comes back from a whole table: the rows, and what was refused."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import TYPE_CHECKING, Any, Final, cast

from relationkit.bulk.columns import Refusal
from relationkit.bulk.engine import ArrowTable, driver, parquet_rows, reading
from relationkit.bulk.opened import OpenedTable, Relation
from relationkit.bulk.spark import SparkResult, SparkTable
from relationkit.errors import UnreadableSourceError

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation
    from pyspark.sql import DataFrame

__all__ = ["BulkResult", "answered"]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The answer for a whole table, beside the rows that could not be used.

    The answer is lazy: it is computed when it is read, and again when it is read again. Write it to a file, or keep its
    rows, to compute it once. :meth:`to_arrow`, :meth:`to_pandas` and :meth:`to_polars` give it in the kind of table
    that went in.

    Attributes:
        relation: The answer as a DuckDB relation, for ``filter()``, ``aggregate()`` and the like; in the
            caller's own connection when a relation was given. Not sorted.
        refused: The refused rows as a relation: ``refusal`` (why), the columns of the table as they stood, as text,
            and ``row_count``, how many rows are like that.
        refusals: How many rows were refused for each reason, in the order of the checks; empty when every row was
            used. The same row again is counted here too (``repeated``) and has no effect.
        sorted_by: The columns that :meth:`rows`, :meth:`write` and the tables sort by.
        name: The file that the rows came from, or ``"table"``; for messages.
    """

    relation: "DuckDBPyRelation"
    refused: "DuckDBPyRelation"
    refusals: tuple[Refusal, ...]
    sorted_by: tuple[str, ...]
    name: str = "table"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.relation.columns)

    def rows(self) -> list[tuple[object, ...]]:
        """Return every row as a tuple, days as ``date``, moments in UTC, sorted; for answers that fit in memory.

        Raises:
            UnreadableSourceError: The rows could not be read to the end, or there was no room to work in.
        """
        moments = [place for place, kind in enumerate(self.relation.types) if str(kind) == _MOMENT]
        with reading(self.name):
            rows = self._sorted(self.relation, lambda name: f"epoch_us({name})").fetchall()
        return [_with_moments(row, moments) for row in rows] if moments else rows

    def to_arrow(self) -> ArrowTable:
        """Return the rows, sorted, as an Arrow table; needs PyArrow. Raises as :meth:`rows`."""
        with reading(self.name):
            table: ArrowTable = self._sorted(self.relation).to_arrow_table()
            return table

    def to_pandas(self) -> ArrowTable:
        """Return the rows, sorted, as a pandas data frame; needs pandas. Raises as :meth:`rows`."""
        with reading(self.name):
            frame: ArrowTable = self._sorted(self.relation).df()
            return frame

    def to_polars(self) -> ArrowTable:
        """Return the rows, sorted, as a Polars data frame; needs Polars and PyArrow. Raises as :meth:`rows`."""
        with reading(self.name):
            frame: ArrowTable = self._sorted(self.relation).pl()
            return frame

    def write(self, path: str | PathLike[str]) -> None:
        """Write the rows, sorted, to a Parquet or CSV file, by its ending; an older file is replaced.

        The file takes its name when it is whole: when something goes wrong, an older file is still there. Where there
        is no room to work rows out and to sort them at once, they are first put into a hidden folder beside the file,
        which is gone in the end; that takes up to twice the time.

        Raises:
            OSError: The folder of the path is not there, or nothing can be written into it.
            UnreadableSourceError: The path ends in neither ``.parquet`` nor ``.csv``; or as for :meth:`rows`.
        """
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in {".parquet", ".csv"}:
            what = f"{ending or 'no ending'} is not a kind of file written here"
            raise UnreadableSourceError(path.name, what, "Give a path that ends in .parquet or .csv")
        handle, unfinished = mkstemp(suffix=".part", prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        try:
            with reading(self.name):
                self._write(unfinished, is_parquet=ending == ".parquet")
            Path(unfinished).replace(path)
        finally:
            Path(unfinished).unlink(missing_ok=True)

    def _write(self, path: str, *, is_parquet: bool) -> None:
        try:
            self._write_sorted(self.relation, path, is_parquet=is_parquet)
        except driver().OutOfMemoryException:  # to work rows out and to sort them at once takes the room of both
            with TemporaryDirectory(prefix=f"{Path(path).name}.", dir=Path(path).parent) as folder:
                unsorted = Path(folder) / "rows.parquet"
                self.relation.write_parquet(str(unsorted))
                rows = self.relation.query("answer", f"SELECT * FROM {parquet_rows(unsorted)}")  # noqa: S608  our own file
                self._write_sorted(cast("DuckDBPyRelation", rows), path, is_parquet=is_parquet)

    def _write_sorted(self, rows: "DuckDBPyRelation", path: str, *, is_parquet: bool) -> None:
        if is_parquet:
            self._sorted(rows).write_parquet(path)
        else:
            self._sorted(rows, _as_text).write_csv(path)

    def _sorted(self, rows: "DuckDBPyRelation", of_moment: Callable[[str], str] = str) -> "DuckDBPyRelation":
        """Return rows of the answer in order, each moment as ``of_moment`` of its column."""
        named = [(f'"{name}"', str(kind)) for name, kind in zip(self.columns, self.relation.types, strict=True)]
        shown = ", ".join(f"{of_moment(name)} AS {name}" if kind == _MOMENT else name for name, kind in named)
        return rows.order(", ".join(f'"{name}"' for name in self.sorted_by)).project(shown)


def answered(
    opened: OpenedTable,
    relation: Relation,
    refused: Relation,
    refusals: tuple[Refusal, ...],
    sorted_by: tuple[str, ...],
) -> BulkResult | SparkResult:
    """Return an answer as people get it from the engine in which the table lies."""
    if isinstance(opened, SparkTable):
        frame, refused_frame = cast("DataFrame", relation), cast("DataFrame", refused)
        return SparkResult(frame, refused_frame, refusals, sorted_by, opened.name)
    rows, refused_rows = cast("DuckDBPyRelation", relation), cast("DuckDBPyRelation", refused)
    return BulkResult(rows, refused_rows, refusals, sorted_by, opened.name)


_MOMENT: Final = "TIMESTAMP WITH TIME ZONE"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _as_text(moment: str) -> str:
    return f"strftime({moment} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"


def _with_moments(row: tuple[Any, ...], places: Iterable[int]) -> tuple[object, ...]:
    """Return the row with moments in place of microseconds: the driver would need another library for them."""
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = _EPOCH + timedelta(microseconds=values[place])
    return tuple(values)
