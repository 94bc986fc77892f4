"""The measures over whole tables: what comes in, which engine runs, what comes out."""

from typing import Final, overload

from relationkit.bulk.beside import fetched, queried
from relationkit.bulk.columns import (
    ASSIGNMENT_COLUMNS,
    Refusal,
    accepted_steps,
    counted_by_reason,
    refusals,
    require_columns,
)
from relationkit.bulk.engine import EMBEDDED, DuckDB, Table, open_table
from relationkit.bulk.jobs import DEFAULT_RULES, JOBS, Job, rows_of, steps_of
from relationkit.bulk.opened import OpenedTable
from relationkit.bulk.placed import with_placements
from relationkit.bulk.result import BulkResult, answered
from relationkit.bulk.spark import SparkFrame, SparkResult
from relationkit.bulk.text import sql_text
from relationkit.continuity import HistoryRules, Window

__all__ = ["continuity", "worker_changes"]


@overload
def worker_changes(assignments: SparkFrame, window: Window, *, rules: HistoryRules = DEFAULT_RULES) -> SparkResult: ...


@overload
def worker_changes(
    assignments: Table, window: Window, *, rules: HistoryRules = DEFAULT_RULES, engine: DuckDB = EMBEDDED
) -> BulkResult: ...


def worker_changes(
    assignments: "Table | SparkFrame",
    window: Window,
    *,
    rules: HistoryRules = DEFAULT_RULES,
    engine: DuckDB = EMBEDDED,
) -> BulkResult | SparkResult:
    """Return one row for each change of lead worker in the window, for every child in the table.

    Args:
        assignments: A path to a Parquet or CSV file, or to a folder of Parquet files with the same columns; a DuckDB
            relation; a Spark data frame; an Arrow table or a data frame. In any order, with the columns ``id``,
            ``child_id``, ``worker_id``, ``role``, ``started_on``, ``ended_on`` (exclusive; empty while open) and, if
            known, ``reason``. Days are of the type DATE or ISO text; moments are refused. It must not change before the
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


@overload
def continuity(
    assignments: SparkFrame,
    window: Window,
    *,
    rules: HistoryRules = DEFAULT_RULES,
    placements: SparkFrame | None = None,
) -> SparkResult: ...


@overload
def continuity(
    assignments: Table,
    window: Window,
    *,
    rules: HistoryRules = DEFAULT_RULES,
    placements: "Table | None" = None,
    engine: DuckDB = EMBEDDED,
) -> BulkResult: ...


def continuity(
    assignments: "Table | SparkFrame",
    window: Window,
    *,
    rules: HistoryRules = DEFAULT_RULES,
    placements: "Table | SparkFrame | None" = None,
    engine: DuckDB = EMBEDDED,
) -> BulkResult | SparkResult:
    """Return one row for each child: what :func:`relationkit.continuity.continuity_of` counts, but for teams.

    Args:
        assignments: As for :func:`worker_changes`.
        window: The days to look at. Cut it at the day the data was taken, or an open spell counts on.
        rules: As for :func:`relationkit.continuity.continuity_of`: the two named measures keep their own definitions.
        placements: A table likewise, with the columns ``id``, ``child_id``, ``started_on``, ``ended_on`` (exclusive;
            empty while open) and ``regime``; ``None`` when it is not known when the children were in care.
        engine: The settings of the connection, where one has to be opened.

    Returns:
        Columns ``child_id``; ``workers`` and ``is_high`` as :func:`relationkit.continuity.dfe_stability` has them;
        ``changes`` and ``is_multiple`` as :func:`relationkit.continuity.commissioner_instability` has them; then, as
        the attributes of :class:`relationkit.continuity.Continuity`, ``days_with_worker``, ``gap_days``,
        ``longest_days``, ``current_worker`` and ``current_since`` (DATE), ``current_days``, ``is_allocated``;
        ``lead_workers``, how many led in the window; ``changes_by_rules``, how many changes the rules find,
        ``returns`` of them, and how many had each reason (``reason_left_role`` and so on, ``reason_not_given``);
        ``days_in_care``, ``days_without_worker``, ``workers_in_care``; and ``refused_rows``, how many of the child's
        rows could not be used, so that the others may be too low.

        A child without a usable assignment of the role could not be judged: what is counted of workers is empty.
        What is counted of care is empty without ``placements``, and for a child of whose placements none could be
        used. Sorted by child; every child that is named in a table has one row. ``refusals`` counts the rows of both
        tables; ``refused`` holds those of the assignments. When a relation is given with ``placements``, two temporary
        tables named ``relationkit_...`` are left in its connection.

    Raises:
        MissingExtraError: DuckDB is not installed.
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: A table cannot be read, or a column is missing or of another type.
    """
    return _run("continuity", assignments, window, rules, engine, placements=placements)


#: Whether no row is refused, neither on its own nor for an id that stands on several.
_IS_SOUND: Final = "SELECT COUNT(refusal) = 0 AND COUNT(*) = COUNT(DISTINCT id) FROM judged"


def _run(
    job: Job,
    assignments: "Table | SparkFrame",
    window: Window,
    rules: HistoryRules,
    engine: DuckDB,
    *,
    placements: "Table | SparkFrame | None" = None,
) -> BulkResult | SparkResult:
    opened = open_table(assignments, [column.name for column in ASSIGNMENT_COLUMNS], engine=engine)
    require_columns(opened)
    checked = accepted_steps(opened)
    with opened.reading():
        ((is_sound,),) = fetched(opened, checked, _IS_SOUND)
        counted = [] if is_sound else fetched(opened, checked, counted_by_reason())
    beside, others = _placements(opened, placements, engine) if job == "continuity" else ((), ())
    steps = steps_of(job, window, rules, knows_care=placements is not None)
    rows = rows_of(job, opened.dialect)
    return answered(
        opened,
        queried(opened, accepted_steps(opened, is_sound=is_sound), *beside, *steps, rows),
        queried(opened, checked, "SELECT * FROM refused"),
        (*refusals(opened, counted), *others),
        JOBS[job].sorted_by,
    )


def _placements(
    opened: OpenedTable, placements: "Table | SparkFrame | None", engine: DuckDB
) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    """Return the steps that leave the placements beside the assignments, and which rows were refused."""
    if placements is None:
        return (sql_text("not_placed", {}),), ()
    beside, refused = with_placements(opened, placements, engine)
    return tuple(beside.steps), refused
