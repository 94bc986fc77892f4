"""What comes back from a whole table: the rows, and what was refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from relationkit.bulk.columns import Refusal
from relationkit.errors import UnreadableSourceError

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

__all__ = ["BulkResult"]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The answer for a whole table, beside the rows that could not be used.

    The answer is lazy: it is computed when it is read, and again when it is read again. Write it to a file, or keep its
    rows, to compute it once.

    Attributes:
        relation: The answer as a DuckDB relation, for ``to_arrow_table()``, ``df()``, ``filter()`` and the like; in the
            caller's own connection when a relation was given. Not sorted.
        refused: The refused rows as a relation: ``refusal`` (why), the columns of the table as they stood, as text,
            and ``row_count``, how many rows are like that.
        refusals: How many rows were refused for each reason, in the order of the checks; empty when every row was
            used. The same row again is counted here too (``repeated``) and has no effect.
        sorted_by: The columns that :meth:`rows` and :meth:`write` sort by.
    """

    relation: "DuckDBPyRelation"
    refused: "DuckDBPyRelation"
    refusals: tuple[Refusal, ...]
    sorted_by: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.relation.columns)

    def rows(self) -> list[tuple[object, ...]]:
        """Return every row as a tuple, days as ``date``, moments in UTC, sorted; for answers that fit in memory."""
        moments = [place for place, kind in enumerate(self.relation.types) if str(kind) == _MOMENT]
        rows = self._sorted(lambda name: f"epoch_us({name})").fetchall()
        return [_with_moments(row, moments) for row in rows] if moments else rows

    def write(self, path: str | PathLike[str]) -> None:
        """Write the rows, sorted, to a Parquet or CSV file, by its ending; an older file is replaced.

        Raises:
            UnreadableSourceError: The path ends in neither ``.parquet`` nor ``.csv``.
        """
        ending = Path(path).suffix.lower()
        if ending == ".parquet":
            self._sorted().write_parquet(str(path))
        elif ending == ".csv":
            self._sorted(lambda name: f"strftime({name} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')").write_csv(
                str(path)
            )
        else:
            what = f"{ending or 'no ending'} is not a kind of file written here"
            raise UnreadableSourceError(Path(path).name, what, "Give a path that ends in .parquet or .csv")

    def _sorted(self, of_moment: Callable[[str], str] = str) -> "DuckDBPyRelation":
        """Return the rows in order, each moment as ``of_moment`` of its column."""
        named = [(f'"{name}"', str(kind)) for name, kind in zip(self.columns, self.relation.types, strict=True)]
        shown = ", ".join(f"{of_moment(name)} AS {name}" if kind == _MOMENT else name for name, kind in named)
        return self.relation.order(", ".join(self.sorted_by)).project(shown)


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
