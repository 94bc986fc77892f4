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
from relationkit.england.measures import COMMISSIONER_STABILITY, DFE_STABILITY

__all__ = ["COVER_LEFT_OUT", "DEFAULT_RULES", "JOBS", "Job", "Rows", "rows_of", "steps_of"]

#: What can be asked, named as the functions.
Job = Literal["worker_changes", "continuity"]

#: As lived through by the child, and as the Children's Commissioner counts.
DEFAULT_RULES: Final = HistoryRules()
COVER_LEFT_OUT: Final = HistoryRules(cover="ignore")


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
        ("child_id", "workers", "is_high", "changes", "is_multiple", "refused_rows"),
        {"is_high": ("is_high", "yes_no"), "is_multiple": ("is_multiple", "yes_no")},
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


def steps_of(job: Job, window: Window, rules: HistoryRules) -> tuple[str, ...]:
    """Return the steps of the rule, in portable SQL; they read ``accepted`` and ``refused``."""
    asked = {
        "role": rules.role.value,
        "counts_cover": str(int(rules.cover == "count")),
        "open_day": str(OPEN_DAY),
        "window_from": str(day_number(window.start_on)),
        "window_to": str(day_number(window.end_on)),
        "high_from": str(DFE_STABILITY.threshold),
        "multiple_from": str(COMMISSIONER_STABILITY.threshold),
    }
    return sql_text("history", asked), sql_text(job, asked)
