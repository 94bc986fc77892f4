"""The rules as text: one statement to run inside a database, and a test of it that needs nothing beside it.

Where a council's records already lie in a reporting database, the statement goes to them. It reads one table of
assignments, whose days are of the type DATE (in SQLite: ISO text), and gives the rows that :func:`~.worker_changes` and
:func:`~.continuity` give.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from relationkit.bulk.columns import ASSIGNMENT_COLUMNS, steps_for
from relationkit.bulk.dialects import Dialect, dialect_named
from relationkit.bulk.jobs import COVER_LEFT_OUT, DEFAULT_RULES, JOBS, Job, rows_of, steps_of
from relationkit.bulk.text import day_number
from relationkit.continuity import HistoryRules, Window
from relationkit.errors import InvalidOptionError

__all__ = ["sql", "sql_selftest"]

#: A table, with its schema and database before it; nothing that would have to be quoted.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,2}")
_TYPES: Final = {column.name: "DATE" if column.is_day else "VARCHAR" for column in ASSIGNMENT_COLUMNS}


def sql(
    job: Job, *, dialect: str, window: Window, rules: HistoryRules | None = None, table: str = "assignments"
) -> str:
    """Return one statement that gives the rows of a job, in the SQL of a database.

    Args:
        job: ``"worker_changes"`` or ``"continuity"``, named as the functions.
        dialect: ``"duckdb"``, ``"postgres"`` or ``"sqlite"``; or, experimental, ``"spark"``, ``"sqlserver"``,
            ``"oracle"`` or ``"snowflake"``: those are parsed in our tests and never ran, so run
            :func:`sql_selftest` there first. All of those but Spark do not look for control characters in ids.
        window: The days to look at.
        rules: As for :func:`worker_changes`. ``continuity`` has its own: cover is left out.
        table: The table of assignments, with every column of the contract: ids, role and reason as text, days as DATE.

    Returns:
        A statement without a semicolon; the rows are those of the function of that name, not sorted. Rows that cannot
        be used are passed over as there, and counted in ``refused_rows`` of ``continuity``.

    Raises:
        InvalidOptionError: There is no such dialect, or ``table`` is not a plain name.
    """
    if not _NAME.fullmatch(table):
        raise InvalidOptionError(
            f"table {table!r}: no plain name of a table. Use letters, digits and _, or make a view with such a name."
        )
    written = dialect_named(dialect)
    steps = steps_for(_TYPES, source=table, dialect=written)
    return "WITH " + _rest(job, written, window, rules, steps)


def _rest(job: Job, written: Dialect, window: Window, rules: HistoryRules | None, *before: str) -> str:
    chosen = COVER_LEFT_OUT if job == "continuity" else rules or DEFAULT_RULES
    return ",\n".join((*before, *steps_of(job, window, chosen))) + "\n" + rows_of(job, written)


_WINDOW: Final = Window(date(2024, 2, 25), date(2024, 3, 12))

#: Assignments that touch, overlap, tie, repeat, end on a leap day or on the day they start, and some that cannot be
#: used. Nobody in them is real.
_ROWS: Final = (
    ("A01", "K1", "W1", "social_worker", "2024-01-10", "2024-02-29", "first_contact"),
    ("A02", "K1", "W2", "social_worker", "2024-02-29", None, "left_role"),
    ("A03", "K1", "W3", "social_worker", "2024-03-04", "2024-03-06", "absence"),
    ("A04", "K2", "W1", "social_worker", "2024-01-10", "2024-02-28", None),
    ("A05", "K2", "W1", "social_worker", "2024-02-28", "2024-03-01", None),
    ("A06", "K2", "W2", "social_worker", "2024-03-03", "2024-03-09", "restructure"),
    ("A07", "K2", "W2", "social_worker", "2024-03-11", None, None),
    ("A08", "K3", "W2", "social_worker", "2024-02-26", None, None),
    ("A09", "K3", "w2", "social_worker", "2024-02-26", None, None),
    ("A10", "K3", "W1", "social_worker", "2024-01-01", None, None),
    ("A10", "K3", "W1", "social_worker", "2024-01-01", None, None),
    ("A11", "K4", "W1", "social_worker", "2024-03-05", "2024-03-05", None),
    ("A12", "K4", "W1", "advocate", "2024-03-05", None, None),
    ("A13", "K5", "W1", "social_worker", None, None, None),
    ("A14", "K6", "W1", "social_worker", "2024-01-01", None, None),
    ("A15", "K6", "W2", "social_worker", "2024-03-02", "2024-03-01", None),
)

#: What must come back: written down, and held against the object rules by our tests.
_EXPECTED: Final[dict[Job, tuple[tuple[str | int | None, ...], ...]]] = {
    "worker_changes": (
        ("K1", day_number(date(2024, 2, 29)), "W1", "W2", "left_role", 0, 0),
        ("K1", day_number(date(2024, 3, 4)), "W2", "W3", "absence", 0, 0),
        ("K1", day_number(date(2024, 3, 6)), "W3", "W2", None, 0, 1),
        ("K2", day_number(date(2024, 3, 3)), "W1", "W2", "restructure", 2, 0),
        ("K3", day_number(date(2024, 2, 26)), "W1", "W2", None, 0, 0),
    ),
    "continuity": (
        ("K1", 3, 1, 1, 0, 0),
        ("K2", 2, 0, 1, 0, 0),
        ("K3", 3, 1, 0, 0, 0),
        ("K4", 0, 0, 0, 0, 0),
        ("K5", None, None, None, None, 1),
        ("K6", 1, 0, 0, 0, 1),
    ),
}


def sql_selftest(dialect: str, job: Job = "worker_changes") -> str:
    """Return one statement that tries a job on rows of its own and compares the answer with what must come back.

    It needs no table and leaves nothing behind. Run it once before you trust :func:`sql` in a database that we have not
    run: of the experimental dialects, every one.

    Args:
        dialect: As for :func:`sql`.
        job: What to try.

    Returns:
        A statement without a semicolon. It gives no row when all is well, and else one for each row that is
        ``missing`` or ``unexpected`` (in ``found``), with the job's columns, days and truths as numbers.

    Raises:
        InvalidOptionError: There is no such dialect.
    """
    written = dialect_named(dialect)
    step, columns = JOBS[job].step, JOBS[job].numbers
    given = f"given_row AS (\n{_inline(_ROWS, [column.name for column in ASSIGNMENT_COLUMNS], written)}\n)"
    expected = f"expected AS (\n{_inline(_EXPECTED[job], columns, written)}\n)"
    rules = COVER_LEFT_OUT if job == "continuity" else DEFAULT_RULES
    steps = (given, expected, steps_for(_TYPES, source="given_row", dialect=written))
    listed = ", ".join(columns)
    tried = _TRIED.replace(":columns", listed).replace(":step", step)
    compared = _COMPARED.replace(":columns", listed)
    return "WITH " + ",\n".join((*steps, *steps_of(job, _WINDOW, rules), tried)) + "\n" + compared


#: The rows of both sides; one that stands on both is there twice, under two words.
_TRIED: Final = """tried AS (
    SELECT 'missing' AS found, :columns FROM expected
    UNION ALL
    SELECT 'unexpected' AS found, :columns FROM :step
)"""
_COMPARED: Final = """SELECT MIN(found) AS found, :columns
FROM tried
GROUP BY :columns
HAVING COUNT(*) <> 2 OR MIN(found) = MAX(found)"""


def _inline(rows: Iterable[Sequence[str | int | None]], columns: Sequence[str], written: Dialect) -> str:
    """Return the rows as a chain of SELECTs, which every database takes."""
    dual = " FROM DUAL" if written.name == "oracle" else ""

    def select(row: Sequence[str | int | None]) -> str:
        cells = zip(row, columns, strict=True)
        return "    SELECT " + ", ".join(f"{_cell(cell, name, written)} AS {name}" for cell, name in cells) + dual

    return "\n    UNION ALL\n".join(map(select, rows))


def _cell(cell: str | int | None, column: str, written: Dialect) -> str:
    if column in ("started_on", "ended_on"):
        return written.write(written.literal_day, "NULL" if cell is None else f"'{cell}'")
    if isinstance(cell, int) or (cell is None and column in _NUMBERS):
        return "CAST(NULL AS INTEGER)" if cell is None else str(cell)
    return written.write(written.text, "NULL" if cell is None else f"'{cell}'")


_NUMBERS: Final = frozenset({"workers", "is_high", "changes", "is_multiple"})
