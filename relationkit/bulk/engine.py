"""Where whole tables come from: a file or a table of another library, opened as a DuckDB relation.

Nothing here knows a rule. A Spark data frame stays in its session, a relation stays in the connection of the caller;
everything else is read in a connection of its own, in memory, that lives as long as the answer does.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

from relationkit.bulk.dialects import DUCKDB
from relationkit.bulk.opened import OpenedTable, Relation
from relationkit.bulk.spark import SparkFrame, SparkTable, is_spark
from relationkit.errors import MissingExtraError, SourceNotFoundError, UnreadableSourceError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

__all__ = [
    "EMBEDDED",
    "ArrowTable",
    "DuckDB",
    "DuckDBTable",
    "Table",
    "driver",
    "open_table",
    "parquet_rows",
    "reading",
]


class ArrowTable(Protocol):
    """Any table that speaks the Arrow stream interface: PyArrow, Polars, pandas 2.2 or later with PyArrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream capsule of the Arrow PyCapsule interface."""
        ...


#: What a whole table can be given as for DuckDB to read.
Table: TypeAlias = "str | PathLike[str] | DuckDBPyRelation | ArrowTable"


class DuckDBTable(OpenedTable):
    """A table in a connection of DuckDB.

    Attributes:
        relation: Its rows, as they stand in the source.
    """

    dialect = DUCKDB

    def __init__(self, name: str, relation: "DuckDBPyRelation", unreadable_lines: tuple[int, ...] = ()) -> None:
        super().__init__(name, unreadable_lines)
        self.relation = relation

    def types(self) -> dict[str, str]:
        """Return each column with its type, without the quotes that DuckDB puts round some."""
        names = (str(kind).strip('"') for kind in self.relation.types)
        return {
            name: "VARCHAR" if kind.startswith("ENUM") else kind
            for name, kind in zip(self.relation.columns, names, strict=True)
        }

    def ask(self, steps: Sequence[str], *, called: str) -> "DuckDBPyRelation":
        """Return the answer in the same connection."""
        relation = self.relation.query(called, _statement(steps))
        return cast("DuckDBPyRelation", relation)  # None comes back for statements that are not a SELECT

    def fetch(self, relation: Relation) -> list[tuple[Any, ...]]:
        """Return the rows."""
        return cast("DuckDBPyRelation", relation).fetchall()

    def lay_rows(
        self, table: str, headings: Sequence[str], rows: Sequence[Sequence[object]], kinds: Mapping[str, str]
    ) -> None:
        """Bring them as text, one column at a time, which is read far faster than a row at a time."""
        columns = list(zip(*rows, strict=True)) or [()] * len(headings)
        texts = ", ".join(f'{_unnested(values)} AS "{each}"' for each, values in zip(headings, columns, strict=True))
        typed = ", ".join(f"CAST(NULLIF(\"{each}\", '') AS {kinds.get(each, 'BIGINT')}) AS {each}" for each in headings)
        self._lay(table, f"SELECT {typed} FROM (SELECT {texts})")  # noqa: S608  our rows, quoted

    def keep(self, table: str, steps: Sequence[str]) -> None:
        """Work the answer out at once."""
        self.relation.query("source", f"CREATE TEMP TABLE {table} AS {_statement(steps)}")

    def lay_answer(self, table: str, relation: Relation, *, of: OpenedTable) -> None:
        """Bring it through a file: a relation cannot be read from another connection."""
        if not isinstance(of, DuckDBTable):
            what = f"it is a Spark data frame, and {self.name} is none"
            raise UnreadableSourceError(of.name, what, "Give both as data frames of one session, or neither")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rows.parquet"
            cast("DuckDBPyRelation", relation).write_parquet(str(path))
            self._lay(table, f"SELECT * FROM {parquet_rows(path)}")  # noqa: S608  our own file

    def _lay(self, table: str, rows: str) -> None:
        self.relation.query(f"{table}_main", f"CREATE TEMP TABLE {table} AS {rows}")

    def reading(self) -> AbstractContextManager[None]:
        """Do so for DuckDB's own errors."""
        return reading(self.name)


def _statement(steps: Sequence[str]) -> str:
    return ("WITH " + ",\n".join(steps[:-1]) + "\n" if steps[:-1] else "") + steps[-1]


def _unnested(values: Iterable[object]) -> str:
    """Return the values as a column of text in SQL; a quote in one stays a quote."""
    texts = ["" if value is None else str(value) for value in values]
    literal = "\x1f".join(texts).replace("'", "''")
    return f"UNNEST(string_split('{literal}', chr(31)))" if texts else "UNNEST(CAST([] AS VARCHAR[]))"


@dataclass(frozen=True, slots=True)
class DuckDB:
    """How DuckDB, embedded in this process, may use the machine.

    The settings hold for the connections that relationkit opens itself: files and Arrow tables. A DuckDB relation stays
    in its own connection, under its caller's settings.

    Attributes:
        memory_limit: The most memory to hold, as DuckDB writes it: ``"4GB"``; ``None`` is DuckDB's own default, 80 %
            of the machine's.
        threads: How many threads to work with; ``None`` is one for each core.
        spill_folder: Where to put what does not fit in memory; ``None`` is DuckDB's own default, ``.tmp`` in the
            working directory.
        spill_limit: The most to put there, as DuckDB writes it: ``"100GB"``; ``None`` is what the disk has free.
    """

    memory_limit: str | None = None
    threads: int | None = None
    spill_folder: str | PathLike[str] | None = None
    spill_limit: str | None = None

    def connect(self) -> "DuckDBPyConnection":
        """Open an empty database in memory with these settings."""
        settings: dict[str, str | bool | int | float | list[str]] = {}
        if self.memory_limit is not None:
            settings["memory_limit"] = self.memory_limit
        if self.threads is not None:
            settings["threads"] = self.threads
        if self.spill_folder is not None:
            settings["temp_directory"] = str(self.spill_folder)
        if self.spill_limit is not None:
            settings["max_temp_directory_size"] = self.spill_limit
        connection: DuckDBPyConnection = driver().connect(":memory:", config=settings)
        return connection


#: DuckDB with its own defaults.
EMBEDDED: Final = DuckDB()


def open_table(
    table: "Table | SparkFrame", columns: Collection[str], *, engine: DuckDB, name: str = "table"
) -> OpenedTable:
    """Open a Parquet or CSV file by its path, a DuckDB relation, a Spark data frame, or an Arrow table.

    Args:
        table: A path ends in ``.parquet`` or ``.csv``. A CSV file is UTF-8, separated by commas, with one line of
            headings; every value is read as text. Anything else that DuckDB can scan is taken too, such as a
            pandas data frame.
        columns: The columns that are asked for; no other column of a CSV file is kept.
        engine: The settings of the connection, where one has to be opened.
        name: What to call a table that is no file.

    Raises:
        MissingExtraError: DuckDB is not installed.
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: It is neither Parquet nor CSV, or DuckDB cannot read it.
    """
    if is_spark(table):
        return SparkTable(name, table)
    duckdb = driver()
    if isinstance(table, duckdb.DuckDBPyRelation):
        return DuckDBTable(name, table)
    if isinstance(table, str | PathLike):
        return _open_file(engine.connect(), Path(table), columns)
    connection = engine.connect()
    try:
        connection.register("given", table)
    except duckdb.Error:
        what = f"DuckDB cannot read a {type(table).__name__}"
        raise UnreadableSourceError(name, what, "Give a path, a DuckDB relation or an Arrow table") from None
    return DuckDBTable(name, connection.table("given"))


def _open_file(connection: "DuckDBPyConnection", path: Path, columns: Collection[str]) -> DuckDBTable:
    if path.is_dir():
        return _open_folder(connection, path)
    if not path.is_file():
        raise SourceNotFoundError(path.name, "there is no such file", "Check the path")
    if path.suffix.lower() == ".parquet":
        return _open_parquet(connection, path)
    if path.suffix.lower() == ".csv":
        return _open_csv(connection, path, columns)
    remedy = "Give a path that ends in .parquet or .csv, or open it with DuckDB and give the relation"
    raise UnreadableSourceError(path.name, f"{path.suffix or 'no ending'} is not a kind of file read here", remedy)


def _open_parquet(connection: "DuckDBPyConnection", path: Path) -> DuckDBTable:
    try:
        return DuckDBTable(path.name, connection.read_parquet(_literal(path)))
    except driver().Error:
        raise UnreadableSourceError(path.name, "this is not a Parquet file", "Export it again") from None


def _open_folder(connection: "DuckDBPyConnection", path: Path) -> DuckDBTable:
    """Read every Parquet file of a folder as one table, sure that they have the same columns."""
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".parquet")
    if not files:
        raise SourceNotFoundError(path.name, "there is no Parquet file in this folder", "Check the path")
    columns: dict[str, str] | None = None
    for file in files:
        relation = _open_parquet(connection, file).relation
        own = dict(zip(relation.columns, map(str, relation.types), strict=True))
        if columns is not None and own != columns:
            names = min(own.items() ^ columns.items())[0]
            what = f"its column {names} is not like that of {files[0].name}"
            raise UnreadableSourceError(file.name, what, "Export both files in the same way")
        columns = own
    return DuckDBTable(path.name, connection.read_parquet([_literal(file) for file in files]))


def _open_csv(connection: "DuckDBPyConnection", path: Path, columns: Collection[str]) -> DuckDBTable:
    """Read every value as text, and the lines that do not fit the headings as line numbers, without their content."""
    headings = _headings(path)
    kept = ", ".join(f'"{name}"' for name in columns if name in headings) or "NULL AS nothing"
    settings = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', store_rejects = true"
    try:
        connection.execute(
            f"CREATE TEMP TABLE source AS SELECT {kept} FROM read_csv(?, columns = ?, {settings})",  # noqa: S608  our names
            [_literal(path), dict.fromkeys(headings, "VARCHAR")],
        )
        lines = connection.execute("SELECT DISTINCT line FROM reject_errors ORDER BY line").fetchall()
    except driver().Error:  # its message quotes the line, and a line may hold a name
        what, remedy = "this is not a CSV file", "Export it as UTF-8, separated by commas"
        raise UnreadableSourceError(path.name, what, remedy) from None
    return DuckDBTable(path.name, connection.table("source"), tuple(line for (line,) in lines))


def _headings(path: Path) -> Sequence[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        headings = next(csv.reader(file), [])
    if not headings:
        raise UnreadableSourceError(path.name, "the file is empty", "Export it again, with a line of headings")
    if len(set(headings)) < len(headings):
        raise UnreadableSourceError(path.name, "two columns have the same heading", "Give each column its own heading")
    return headings


def _literal(path: Path) -> str:
    """Return the path so that DuckDB does not read ``*``, ``?`` or ``[`` in it as a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def parquet_rows(path: Path) -> str:
    """Return what reads a Parquet file in a statement."""
    quoted = _literal(path).replace("'", "''")
    return f"read_parquet('{quoted}')"


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what DuckDB says while it reads or writes into one line; its own words may quote a row.

    Raises:
        UnreadableSourceError: Something went wrong.
    """
    duckdb = driver()
    try:
        yield
    except duckdb.OutOfMemoryException:
        what = "there is no room to work in: the memory limit is reached, and the spill folder or its disk is full"
        raise UnreadableSourceError(name, what, "Raise memory_limit, or give a spill_folder with more room") from None
    except duckdb.Error:
        what = "it cannot be read to the end: the file is damaged, or the disk fails"
        raise UnreadableSourceError(name, what, "Export it again, and look whether the disk is full") from None


def driver() -> ModuleType:
    """Return the driver, which comes with an extra and is loaded on first use."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtraError("relationkit.bulk", extra="bulk") from None
    return duckdb
