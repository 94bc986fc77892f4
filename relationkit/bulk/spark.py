"""The measures where the table is a Spark data frame: run in its own session, and lazy as all there.

Nothing is installed on the executors and no row comes to the driver, apart from the counts of what was refused. The
text is the one that DuckDB runs, with Spark's words for types and days.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from relationkit.bulk.columns import Refusal, refusals_of, require_types, steps_for
from relationkit.bulk.dialects import SPARK
from relationkit.bulk.jobs import JOBS, Job, rows_of, steps_of
from relationkit.continuity import HistoryRules, Window

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SparkResult", "in_spark", "is_spark"]

#: Spark's types in DuckDB's words, which the contract of the columns is written in; others stand for themselves.
_TYPES: Final = {"string": "VARCHAR", "void": "NULL", "int": "INTEGER"}


@dataclass(frozen=True, slots=True)
class SparkResult:
    """The answer for a Spark data frame, in the session of that frame.

    Attributes:
        relation: The answer as a data frame: lazy, not sorted, with the columns of the DuckDB answer.
        refused: The refused rows as a data frame, as :class:`~relationkit.bulk.BulkResult` has them.
        refusals: How many rows were refused for each reason, in the order of the checks.
        sorted_by: The columns that :meth:`rows` sorts by.
    """

    relation: "DataFrame"
    refused: "DataFrame"
    refusals: tuple[Refusal, ...]
    sorted_by: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.relation.columns)

    def rows(self) -> list[tuple[object, ...]]:
        """Return every row as a tuple, sorted, on the driver; for answers that fit in its memory."""
        return [tuple(row) for row in self.relation.orderBy(*(f"`{name}`" for name in self.sorted_by)).collect()]


def is_spark(table: object) -> bool:
    """Return whether that is a Spark data frame, classic or Connect; without importing Spark."""
    return type(table).__module__.startswith("pyspark.sql")


def in_spark(frame: "DataFrame", job: Job, window: Window, rules: HistoryRules) -> SparkResult:
    """Run a job over the frame, in its own session.

    Raises:
        UnreadableSourceError: A column is missing or of another type.
    """
    types = {name: _TYPES.get(kind, kind.upper()) for name, kind in frame.dtypes}
    require_types("table", types)

    def query(*steps: str, rows: str) -> "DataFrame":
        text = "WITH " + ",\n".join(steps) + "\n" + rows
        # The session fills in what stands in braces; those of the patterns are doubled so that they stay.
        text = text.replace("{", "{{").replace("}", "}}").replace("FROM given_frame", "FROM {given_frame}")
        return frame.sparkSession.sql(text, given_frame=frame)

    checked = steps_for(types, source="given_frame", dialect=SPARK)
    reasons = "SELECT refusal, CAST(SUM(row_count) AS BIGINT) AS row_count FROM refused GROUP BY refusal"
    counted: list[tuple[str, int]] = [(row[0], row[1]) for row in query(checked, rows=reasons).collect()]
    is_sound = not counted
    accepted = steps_for(types, source="given_frame", dialect=SPARK, is_sound=is_sound)
    return SparkResult(
        relation=query(accepted, *steps_of(job, window, rules), rows=rows_of(job, SPARK)),
        refused=query(checked, rows="SELECT * FROM refused"),
        refusals=refusals_of("table", counted),
        sorted_by=JOBS[job].sorted_by,
    )
