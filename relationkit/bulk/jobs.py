"""What can be asked of a table of assignments, as text: the steps of each job and the columns of its answer.

The rules are those of :mod:`relationkit.continuity`, which is the definition; here they stand a second time, as SQL,
for tables that are too large to go through records one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from relationkit.bulk.dialects import DUCKDB, Dialect
from relationkit.bulk.text import OPEN_DAY, day_number, sql_text
from relationkit.continuity import HistoryRules, Window
from relationkit.continuity.child import REACHES_WITHIN
from relationkit.england.measures import COMMISSIONER_STABILITY, DFE_STABILITY
from relationkit.records import ChangeReason

__all__ = ["DEFAULT_RULES", "JOBS", "Job", "Rows", "rows_of", "steps_of"]

#: What can be asked, named as the functions.
Job = Literal["worker_changes", "continuity"]

#: As lived through by the child.
DEFAULT_RULES: Final = HistoryRules()

#: The columns that count reasons, with what each counts: words of the return, and none given.
_REASONS: Final = {
    **{f"reason_{reason.value}": f"reason = '{reason.value}'" for reason in ChangeReason},
    "reason_not_given": "reason IS NULL",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to one job.

    Attributes:
        step: The last step of its text, whose rows are numbers and words.
        numbers: The columns of that step, in order.
        dressed: Columns that people get otherwise: by column, the new name, and ``"date"`` or ``"yes_no"``.
        sorted_by: The columns that tell the rows apart.
    """

    step: str
    numbers: tuple[str, ...]
    dressed: Mapping[str, tuple[str, Literal["date", "yes_no"]]]
    sorted_by: tuple[str, ...]


JOBS: Final[Mapping[Job, Rows]] = {
    "worker_changes": Rows(
        "change_row",
        ("child_id", "change_day", "from_worker", "to_worker", "reason", "gap_days", "is_back"),
        {"change_day": ("on", "date"), "is_back": ("returned", "yes_no")},
        ("child_id", "on"),
    ),
    "continuity": Rows(
        "child_row",
        (
            *("child_id", "workers", "is_high", "changes", "is_multiple", "days_with_worker", "gap_days"),
            *("longest_days", "current_worker", "current_day", "current_days", "is_allocated", "lead_workers"),
            *("changes_by_rules", "returns", *_REASONS, "days_in_care", "days_without_worker", "workers_in_care"),
            "refused_rows",
        ),
        {
            "is_high": ("is_high", "yes_no"),
            "is_multiple": ("is_multiple", "yes_no"),
            "current_day": ("current_since", "date"),
            "is_allocated": ("is_allocated", "yes_no"),
        },
        ("child_id",),
    ),
}


def rows_of(job: Job, dialect: Dialect = DUCKDB) -> str:
    """Return the last part of the statement: the rows of the job, days as dates, 0 and 1 as false and true."""
    rows = JOBS[job]
    columns = ", ".join(_dressed(column, rows, dialect) for column in rows.numbers)
    return f"SELECT {columns} FROM {rows.step}"  # noqa: S608  our names


def _dressed(column: str, rows: Rows, dialect: Dialect) -> str:
    if column not in rows.dressed:
        return column
    name, kind = rows.dressed[column]
    way = dialect.date if kind == "date" else dialect.yes_no
    return f"{dialect.write(way, column)} AS {dialect.quoted(name)}"


def steps_of(job: Job, window: Window, rules: HistoryRules, *, knows_care: bool = False) -> tuple[str, ...]:
    """Return the steps of the rule, in portable SQL.

    Args:
        job: What is asked.
        window: The days to look at.
        rules: Whose history, and what to make of cover and gaps.
        knows_care: Whether it is known when children were in care.

    Returns:
        Steps that read ``accepted`` and ``refused`` and, of ``continuity``, ``placement`` and ``refused_placement``.
    """
    asked = {
        "role": rules.role.value,
        "counts_cover": str(int(rules.cover == "count")),
        "rejoin_within": str(rules.rejoin_within),
        "open_day": str(OPEN_DAY),
        "window_from": str(day_number(window.start_on)),
        "window_to": str(day_number(window.end_on)),
        "high_from": str(DFE_STABILITY.threshold),
        "multiple_from": str(COMMISSIONER_STABILITY.threshold),
        "left_out": ", ".join(f"'{regime}'" for regime in sorted(DFE_STABILITY.left_out_regimes)),
        "reaches_within": str(REACHES_WITHIN.days),
        "knows_care": str(int(knows_care)),
        "count_reasons": ", ".join(f"{_count(condition)} AS {name}" for name, condition in _REASONS.items()),
        "reasons": ", ".join(map(_of_the_known, ("changes", "returns", *_REASONS))),
    }
    if job == "worker_changes":
        return sql_text("history", asked), sql_text("worker_changes", asked)
    led = "rejoined" if rules.rejoin_within else "led"
    return tuple(sql_text(name, asked) for name in ("history", led, "worker_changes", "care", "continuity"))


def _count(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _of_the_known(name: str) -> str:
    """Return a sum over a child's changes: nought without any, nothing of a child who could not be judged."""
    shown = "changes_by_rules" if name == "changes" else name
    return f"CASE WHEN m.first_day IS NOT NULL THEN CAST(COALESCE(r.{name}, 0) AS INTEGER) END AS {shown}"
