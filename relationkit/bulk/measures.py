"""The measures over whole tables: what comes in, which engine runs, what comes out."""

from typing import TYPE_CHECKING, cast

from relationkit.bulk.columns import ASSIGNMENT_COLUMNS, accepted_steps, refusals, require_columns
from relationkit.bulk.engine import EMBEDDED, DuckDB, Table, open_table, reading
from relationkit.bulk.jobs import COVER_LEFT_OUT, DEFAULT_RULES, JOBS, Job, rows_of, steps_of
from relationkit.bulk.result import BulkResult
from relationkit.continuity import HistoryRules, Window

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

__all__ = ["continuity", "worker_changes"]


def worker_changes(
    assignments: Table,
    window: Window,
    *,
    rules: HistoryRules = DEFAULT_RULES,
    engine: DuckDB = EMBEDDED,
) -> BulkResult:
    """Return one row for each change of lead worker in the window, for every child in the table.

    Args:
        assignments: A path to a Parquet or CSV file, or to a folder of Parquet files with the same columns; a DuckDB
            relation; an Arrow table or a data frame. In any order, with the columns ``id``, ``child_id``,
            ``worker_id``, ``role``, ``started_on``, ``ended_on`` (exclusive; empty while open) and, if known,
            ``reason``. Days are of the type DATE or ISO text; moments are refused. It must not change before the
            answer is read.
        window: The days to look at.
        rules: As for :func:`relationkit.continuity.worker_history`.
        engine: The settings of the connection, where one has to be opened.

    Returns:
        Columns ``child_id``, ``on`` (DATE), ``from_worker``, ``to_worker``, ``reason`` (a word of ``ChangeReason``, or
        empty), ``gap_days`` and ``returned``, as :class:`relationkit.continuity.WorkerChange` has them; sorted by child
        and day. Children without a change have no row; neither have those of whom no row could be used.

    Raises:
        MissingExtraError: DuckDB is not installed.
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: The table cannot be read, or a column is missing or of another type.
    """
    return _run("worker_changes", assignments, window, rules, engine)


def continuity(assignments: Table, window: Window, *, engine: DuckDB = EMBEDDED) -> BulkResult:
    """Return one row for each child: distinct workers, and changes of worker, each by its published definition.

    Args:
        assignments: As for :func:`worker_changes`; ``reason`` is not looked at beyond being checked.
        window: The days to look at.
        engine: The settings of the connection, where one has to be opened.

    Returns:
        Columns ``child_id``; ``workers`` and ``is_high`` as :func:`relationkit.continuity.dfe_stability` has them;
        ``changes`` and ``is_multiple`` as :func:`relationkit.continuity.commissioner_instability` has them;
        ``refused_rows``, how many of the child's rows could not be used, so that the four may be too low. Where no row
        of a child could be used the four are empty: could not be judged. Sorted by child; every child that is
        named in the table has one row.

    Raises:
        MissingExtraError: DuckDB is not installed.
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: The table cannot be read, or a column is missing or of another type.
    """
    return _run("continuity", assignments, window, COVER_LEFT_OUT, engine)


#: How many rows are refused on their own, and how many ids stand on several rows.
_UNSOUND = "SELECT (SELECT COUNT(*) FROM judged WHERE refusal IS NOT NULL), (SELECT COUNT(*) FROM shared_id)"
_REASONS = "SELECT refusal, CAST(SUM(row_count) AS BIGINT) FROM refused GROUP BY refusal"


def _run(job: Job, assignments: Table, window: Window, rules: HistoryRules, engine: DuckDB) -> BulkResult:
    opened = open_table(assignments, [column.name for column in ASSIGNMENT_COLUMNS], engine=engine)
    require_columns(opened)
    checked = accepted_steps(opened)

    def query(*steps: str, rows: str) -> "DuckDBPyRelation":
        relation = opened.relation.query("source", "WITH " + ",\n".join(steps) + "\n" + rows)
        return cast("DuckDBPyRelation", relation)  # None comes back for statements that are not a SELECT

    with reading(opened.name):
        is_sound = query(checked, rows=_UNSOUND).fetchall() == [(0, 0)]
        counted = [] if is_sound else query(checked, rows=_REASONS).fetchall()
    return BulkResult(
        relation=query(accepted_steps(opened, is_sound=is_sound), *steps_of(job, window, rules), rows=rows_of(job)),
        refused=query(checked, rows="SELECT * FROM refused"),
        refusals=refusals(opened, counted),
        sorted_by=JOBS[job].sorted_by,
        name=opened.name,
    )
