"""The measures over whole tables: what comes in, which steps run, what comes out.

The rules are those of :mod:`relationkit.continuity`, which is the definition; here they stand a second time, as SQL,
for tables that are too large to go through records one by one.
"""

from typing import TYPE_CHECKING, Final, cast

from relationkit.bulk.columns import ASSIGNMENT_COLUMNS, accepted_steps, refusals, require_columns
from relationkit.bulk.engine import EMBEDDED, DuckDB, Table, open_table
from relationkit.bulk.result import BulkResult
from relationkit.bulk.text import FIRST_DAY, OPEN_DAY, day_number, sql_text
from relationkit.continuity import HistoryRules, Window
from relationkit.england.measures import COMMISSIONER_STABILITY, DFE_STABILITY

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

__all__ = ["continuity", "steps_of", "worker_changes"]

#: As lived through by the child, and as the Children's Commissioner counts.
_DEFAULT_RULES: Final = HistoryRules()
_COVER_LEFT_OUT: Final = HistoryRules(cover="ignore")


def worker_changes(
    assignments: Table, window: Window, *, rules: HistoryRules = _DEFAULT_RULES, engine: DuckDB = EMBEDDED
) -> BulkResult:
    """Return one row for each change of lead worker in the window, for every child in the table.

    Args:
        assignments: A path to a Parquet or CSV file, a DuckDB relation, or an Arrow table, in any order, with the
            columns ``id``, ``child_id``, ``worker_id``, ``role``, ``started_on``, ``ended_on`` (exclusive; empty while
            open) and, if known, ``reason``. Days are of the type DATE or ISO text; moments are refused.
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
    steps = steps_of("worker_changes", window, rules)
    return _run(assignments, engine, steps, _CHANGE_ROWS, sorted_by=("child_id", '"on"'))


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
    steps = steps_of("continuity", window, _COVER_LEFT_OUT)
    return _run(assignments, engine, steps, _CONTINUITY_ROWS, sorted_by=("child_id",))


# The rules' numbers, dressed for people: days as dates, 0 and 1 as false and true.
_CHANGE_ROWS: Final = (
    f"SELECT child_id, DATE '{FIRST_DAY}' + change_day AS \"on\", from_worker, to_worker, reason, gap_days, "  # noqa: S608  our text
    "CAST(is_back AS BOOLEAN) AS returned FROM change_row"
)
_CONTINUITY_ROWS: Final = (
    "SELECT child_id, workers, CAST(is_high AS BOOLEAN) AS is_high, changes, "
    "CAST(is_multiple AS BOOLEAN) AS is_multiple, CAST(refused_rows AS BIGINT) AS refused_rows FROM child_row"
)


def steps_of(job: str, window: Window, rules: HistoryRules) -> tuple[str, ...]:
    """Return the steps of the rule, in portable SQL; they read ``accepted`` and ``refused``."""
    asked = _asked(window, rules)
    return sql_text("history", asked), sql_text(job, asked)


def _asked(window: Window, rules: HistoryRules) -> dict[str, str]:
    """Return what stands in the texts in place of ``:word``: code words and numbers of ours, never typed text."""
    return {
        "role": rules.role.value,
        "counts_cover": str(int(rules.cover == "count")),
        "open_day": str(OPEN_DAY),
        "window_from": str(day_number(window.start_on)),
        "window_to": str(day_number(window.end_on)),
        "high_from": str(DFE_STABILITY.threshold),
        "multiple_from": str(COMMISSIONER_STABILITY.threshold),
    }


def _run(
    assignments: Table, engine: DuckDB, steps: tuple[str, ...], rows: str, *, sorted_by: tuple[str, ...]
) -> BulkResult:
    opened = open_table(assignments, [column.name for column in ASSIGNMENT_COLUMNS], engine=engine)
    require_columns(opened)
    accepted = accepted_steps(opened)

    def query(*steps: str, rows: str) -> "DuckDBPyRelation":
        relation = opened.relation.query("source", "WITH " + ",\n".join((accepted, *steps)) + "\n" + rows)
        return cast("DuckDBPyRelation", relation)  # None comes back for statements that are not a SELECT

    counted = query(rows="SELECT refusal, SUM(row_count) FROM refused GROUP BY refusal").fetchall()
    return BulkResult(
        relation=query(*steps, rows=rows),
        refused=query(rows="SELECT * FROM refused"),
        refusals=refusals(opened, counted),
        sorted_by=sorted_by,
    )
