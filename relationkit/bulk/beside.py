"""Small tables beside a large one: what one question needs lies in the connection of the table it is asked of."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, cast

from relationkit.bulk.engine import OpenedTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

__all__ = ["Beside", "queried"]

_NUMBERS: Final = count()


class Beside:
    """A table and, beside it in its connection, smaller ones.

    Attributes:
        main: The table.
        steps: A step for each of the others, that gives it its name in a statement.
    """

    def __init__(self, main: OpenedTable) -> None:
        self.main = main
        self.steps: list[str] = []
        self._prefix = f"relationkit_{next(_NUMBERS)}_"

    def bring_rows(
        self, name: str, headings: Sequence[str], rows: Sequence[Sequence[object]], kinds: Mapping[str, str]
    ) -> None:
        """Bring rows of ours: as text, one column at a time, which is read far faster than a row at a time.

        Args:
            name: What the table is called in the statement.
            headings: Its columns.
            rows: Its rows; ``None`` and empty text are nothing.
            kinds: The types of the columns that are not whole numbers.
        """
        columns = list(zip(*rows, strict=True)) or [()] * len(headings)
        texts = ", ".join(f'{_unnested(values)} AS "{each}"' for each, values in zip(headings, columns, strict=True))
        typed = ", ".join(f"CAST(NULLIF(\"{each}\", '') AS {kinds.get(each, 'BIGINT')}) AS {each}" for each in headings)
        self._bring(name, f"SELECT {typed} FROM (SELECT {texts})")  # noqa: S608  our rows, quoted

    def bring_relation(self, name: str, relation: "DuckDBPyRelation") -> None:
        """Bring rows from another connection."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rows.parquet"
            relation.write_parquet(str(path))
            self._bring(name, f"SELECT * FROM read_parquet('{path}')")  # noqa: S608  our own file

    def keep(self, name: str, *steps: str) -> None:
        """Keep the answer to any steps about the table itself, so that it is worked out once."""
        self._bring(name, _statement(*steps), called="source")

    def _bring(self, name: str, rows: str, *, called: str | None = None) -> None:
        table = f"{self._prefix}{name}"
        self.main.relation.query(called or f"{self._prefix}main", f"CREATE TEMP TABLE {table} AS {rows}")
        self.steps.append(f"{name} AS (SELECT * FROM {table})")  # noqa: S608  our names


def _unnested(values: Iterable[object]) -> str:
    """Return the values as a column of text in SQL; a quote in one stays a quote."""
    texts = ["" if value is None else str(value) for value in values]
    literal = "\x1f".join(texts).replace("'", "''")
    return f"UNNEST(string_split('{literal}', chr(31)))" if texts else "UNNEST(CAST([] AS VARCHAR[]))"


def queried(opened: OpenedTable, *steps: str, called: str = "source") -> "DuckDBPyRelation":
    """Return the answer to any steps and, last, the rows that are asked for.

    They read the table as ``source``, or as it is called: a table that is such an answer itself needs another name.
    """
    relation = opened.relation.query(called, _statement(*steps))
    return cast("DuckDBPyRelation", relation)  # None comes back for statements that are not a SELECT


def _statement(*steps: str) -> str:
    return ("WITH " + ",\n".join(steps[:-1]) + "\n" if steps[:-1] else "") + steps[-1]
