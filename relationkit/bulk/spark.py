"""Whole tables in Spark: the rules run in the session of the data frame that is given, classic or Connect.

Nothing is brought out of the cluster but counts, and what calendars and law must be asked about: days and regimes. For
a table on one machine DuckDB is faster; this is for data that already lies in Spark.
"""

import os
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeGuard, cast
from uuid import uuid4

from relationkit.bulk.dialects import DIALECTS
from relationkit.bulk.opened import OpenedTable, Relation
from relationkit.errors import MissingExtraError, MissingJavaError, UnreadableSourceError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from relationkit.bulk.columns import Refusal

__all__ = ["SparkFrame", "SparkResult", "SparkTable", "is_spark", "local_session", "require_spark"]

#: Spark's types in the words of the column checks, where those are others.
_TYPES: Final = {
    "string": "VARCHAR",
    "void": "NULL",
    "int": "INTEGER",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}
#: The types of our own rows.
_OWN_TYPES: Final = {"VARCHAR": "STRING"}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SparkFrame(Protocol):
    """A data frame of Spark, classic or Connect; any ``pyspark.sql.DataFrame`` is one."""

    def createOrReplaceTempView(self, name: str) -> None:  # noqa: N802  Spark's name
        """Give it a name in its session."""
        ...

    @property
    def sparkSession(self) -> object:  # noqa: N802  Spark's name
        """Return the session in which it lies."""
        ...


def is_spark(table: object) -> "TypeGuard[DataFrame]":
    """Return whether a table is a Spark data frame, without loading Spark."""
    return any(kind.__name__ == "DataFrame" and _is_of_spark(kind.__module__) for kind in type(table).__mro__)


def _is_of_spark(module: str) -> bool:
    return module.startswith("pyspark.sql.")


@dataclass(frozen=True, slots=True)
class SparkResult:
    """The answer for a whole table in Spark, beside the rows that could not be used.

    The answer is lazy, as data frames are: Spark works it out when it is read or written, and again when it is read
    again. The temporary views that it reads, named ``relationkit_...``, stay in the session.

    Attributes:
        frame: The answer, a data frame in the session of the table that was given; not sorted.
        refused: The refused rows likewise: ``refusal`` (why), the columns of the table as they stood, as text, and
            ``row_count``, how many rows are like that.
        refusals: How many rows were refused for each reason, as in :class:`BulkResult`; counted at once.
        sorted_by: The columns that :meth:`rows` sorts by.
        name: What messages call the table.
    """

    frame: "DataFrame"
    refused: "DataFrame"
    refusals: "tuple[Refusal, ...]"
    sorted_by: tuple[str, ...]
    name: str = "table"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.frame.columns)

    def rows(self) -> list[tuple[object, ...]]:
        """Return every row as :meth:`BulkResult.rows` does, whatever the session's zone; for answers that are small.

        Raises:
            UnreadableSourceError: Spark could not work the answer out.
        """
        moments = [name for name, kind in self.frame.dtypes if kind == "timestamp"]
        shown = (f"UNIX_MICROS(`{name}`) AS `{name}`" if name in moments else f"`{name}`" for name in self.columns)
        with _reading(self.name):
            plain = self.frame.selectExpr(*shown)
            rows = plain.sort(*(plain[name].asc_nulls_last() for name in self.sorted_by)).collect()
        places = frozenset(map(self.columns.index, moments))
        return [tuple(_moment(cell) if place in places else cell for place, cell in enumerate(row)) for row in rows]


def _moment(number: int | None) -> datetime | None:
    return None if number is None else _EPOCH + timedelta(microseconds=number)


class SparkTable(OpenedTable):
    """A data frame, by the name of a view in its session.

    Attributes:
        frame: Its rows.
    """

    dialect = DIALECTS["spark"]

    def __init__(self, name: str, frame: "DataFrame") -> None:
        super().__init__(name)
        self.frame = frame
        self._view = f"relationkit_{uuid4().hex}"  # several processes may share one session
        frame.createOrReplaceTempView(self._view)

    def types(self) -> dict[str, str]:
        """Return each column with its type."""
        return {name: _TYPES.get(kind, kind.upper()) for name, kind in self.frame.dtypes}

    def ask(self, steps: Sequence[str], *, called: str) -> "DataFrame":
        """Return the answer in the same session."""
        before = ",\n".join((f"{called} AS (SELECT * FROM {self._view})", *steps[:-1]))  # noqa: S608  our names
        with self.reading():
            return self.frame.sparkSession.sql(f"WITH {before}\n{steps[-1]}")

    def fetch(self, relation: Relation) -> list[tuple[Any, ...]]:
        """Return the rows; they come to the driver."""
        with self.reading():
            return [tuple(row) for row in cast("DataFrame", relation).collect()]

    def lay_rows(
        self, table: str, headings: Sequence[str], rows: Sequence[Sequence[object]], kinds: Mapping[str, str]
    ) -> None:
        """Write them into the plan: no executor needs Python for it. They go to every executor."""
        typed = ", ".join(f"CAST({each} AS {_own_type(kinds.get(each, 'BIGINT'))}) AS {each}" for each in headings)
        listed = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows or [[None] * len(headings)])
        statement = f"SELECT {typed} FROM VALUES {listed} AS t({', '.join(headings)})"  # noqa: S608  our rows, quoted
        laid = self.frame.sparkSession.sql(statement if rows else f"{statement} WHERE FALSE")
        laid.hint("broadcast").createOrReplaceTempView(table)

    def keep(self, table: str, steps: Sequence[str]) -> None:
        """Give it a name: Spark works it out with whatever reads it."""
        self.ask(steps, called="source").createOrReplaceTempView(table)

    def lay_answer(self, table: str, relation: Relation, *, of: OpenedTable) -> None:
        """Give it a name in the session: nothing is worked out yet."""
        if not isinstance(of, SparkTable) or of.frame.sparkSession is not self.frame.sparkSession:
            what = f"it does not lie in the Spark session of {self.name}"
            raise UnreadableSourceError(of.name, what, "Give both as data frames of one session")
        cast("DataFrame", relation).createOrReplaceTempView(table)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Do so for Spark's errors."""
        with _reading(self.name):
            yield


def _own_type(kind: str) -> str:
    return _OWN_TYPES.get(kind, kind)


def _literal(cell: object) -> str:
    """Return a cell as SQL; empty text is nothing, as for DuckDB."""
    if cell is None or cell == "":
        return "NULL"
    text = str(cell).replace("\\", "\\\\").replace("'", "\\'")
    return text if isinstance(cell, int) else f"'{text}'"


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Turn what Spark says into one line: its own words may quote a row, and run over a page."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise _stopped(name, _condition(error)) from None
    except Exception as error:
        if type(error).__module__ != "py4j.protocol":
            raise
        java = getattr(error, "java_exception", None)
        raise _stopped(name, "an error of Java" if java is None else java.getClass().getSimpleName()) from None


def _condition(error: Any) -> str:
    told = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
    return (told() if told is not None else None) or type(error).__name__


def _stopped(name: str, word: str) -> UnreadableSourceError:
    remedy = "Look it up in the session's log; a table may have changed or gone, or the cluster have no room left"
    return UnreadableSourceError(name, f"Spark could not work it out ({word})", remedy)


# A session of our own, for commands -------------------------------------------------------------------------------

#: How Spark runs inside one machine, and stays there.
_LOCAL: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.memory": "2g",
}


def require_spark() -> None:
    """Look whether Spark can be started here.

    Raises:
        MissingExtraError: PySpark is not installed.
        MissingJavaError: There is no Java.
    """
    try:
        import pyspark  # noqa: F401  whether it is there
    except ImportError:
        raise MissingExtraError("Spark", extra="spark") from None
    if not _has_java():
        raise MissingJavaError("there is none here")


@contextmanager
def local_session(master: str = "local[*]", settings: Mapping[str, str] | None = None) -> "Iterator[SparkSession]":
    """Start Spark on this machine, reachable from nowhere else, and stop it at the end.

    Args:
        master: As Spark calls it: ``local[*]`` is this process with all cores.
        settings: More settings of Spark, or other values of ours.

    Raises:
        MissingExtraError: PySpark is not installed.
        MissingJavaError: There is no Java, or none that this Spark starts with.
    """
    require_spark()
    with warnings.catch_warnings():  # we give it no pandas frame
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        session = _started(master, {**_LOCAL, **(settings or {})})
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


def _started(master: str, settings: Mapping[str, str]) -> "SparkSession":
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("relationkit")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except PySparkRuntimeError:
        raise MissingJavaError("the one here does not start this Spark") from None


def _has_java() -> bool:
    """Return whether there is a Java where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    return (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None
