"""A table that is open in some engine, and what every engine must be able to do with it.

The rules are text; what differs is where it runs. DuckDB's tables are in :mod:`relationkit.bulk.engine`, Spark's in
:mod:`relationkit.bulk.spark`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from relationkit.bulk.dialects import Dialect

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation
    from pyspark.sql import DataFrame

__all__ = ["OpenedTable", "Relation"]

#: Rows in the hands of an engine: asked for, not yet worked out.
Relation: TypeAlias = "DuckDBPyRelation | DataFrame"


class OpenedTable(ABC):
    """A table that can be queried, and what of it could not even be read.

    Attributes:
        dialect: How its engine writes SQL.
        name: The file without its folder, or ``"table"``; for messages.
        unreadable_lines: Lines of a CSV file that are not rows of it, counted from 1 with the heading as line 1;
            oldest first.
    """

    dialect: ClassVar[Dialect]

    def __init__(self, name: str, unreadable_lines: tuple[int, ...] = ()) -> None:
        self.name, self.unreadable_lines = name, unreadable_lines

    @abstractmethod
    def types(self) -> dict[str, str]:
        """Return each column, in order, with its type in DuckDB's words."""

    @abstractmethod
    def ask(self, steps: Sequence[str], *, called: str) -> Relation:
        """Return the answer to steps of SQL, the last of them a SELECT, that read this table by that name."""

    @abstractmethod
    def fetch(self, relation: Relation) -> list[tuple[Any, ...]]:
        """Return the rows of an answer; only those that are few are asked for."""

    @abstractmethod
    def lay_rows(
        self, table: str, headings: Sequence[str], rows: Sequence[Sequence[object]], kinds: Mapping[str, str]
    ) -> None:
        """Make a temporary table of rows of ours, with the types of the columns that are not whole numbers."""

    @abstractmethod
    def keep(self, table: str, steps: Sequence[str]) -> None:
        """Make a temporary table of an answer about this table, which the steps read as ``source``."""

    @abstractmethod
    def lay_answer(self, table: str, relation: Relation, *, of: "OpenedTable") -> None:
        """Make a temporary table of an answer of another table.

        Raises:
            UnreadableSourceError: The two tables lie in engines that cannot reach each other.
        """

    @abstractmethod
    def reading(self) -> AbstractContextManager[None]:
        """Turn what the engine says while it reads or writes into one line; its own words may quote a row.

        Raises:
            UnreadableSourceError: Something went wrong.
        """
