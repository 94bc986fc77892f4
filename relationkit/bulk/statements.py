"""The rules as text: one statement to run inside a database, and a test of it that needs nothing beside it.

Where a council's records already lie in a reporting database, the statement goes to them. It reads a table of
assignments and, if asked, one of placements, whose days are of the type DATE (in SQLite: ISO text), and gives the rows
that :func:`~.worker_changes` and :func:`~.continuity` give.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from relationkit.bulk.columns import ASSIGNMENT_COLUMNS, PLACEMENT_COLUMNS, Column, placed_steps, steps_for
from relationkit.bulk.dialects import Dialect, dialect_named
from relationkit.bulk.jobs import DEFAULT_RULES, JOBS, Job, rows_of, steps_of
from relationkit.bulk.text import day_number, sql_text
from relationkit.continuity import HistoryRules, Window
from relationkit.errors import InvalidOptionError

__all__ = ["sql", "sql_selftest"]

#: A table, with its schema and database before it; nothing that would have to be quoted.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,2}")


def _types(columns: Iterable[Column]) -> dict[str, str]:
    return {column.name: "DATE" if column.is_day else "VARCHAR" for column in columns}


def sql(
    job: Job,
    *,
    dialect: str,
    window: Window,
    rules: HistoryRules = DEFAULT_RULES,
    table: str = "assignments",
    placements: str | None = None,
) -> str:
    """Return one statement that gives the rows of a job, in the SQL of a database.

    Args:
        job: ``"worker_changes"`` or ``"continuity"``, named as the functions.
        dialect: ``"duckdb"``, ``"postgres"`` or ``"sqlite"``; or, experimental, ``"spark"``, ``"sqlserver"``,
            ``"oracle"`` or ``"snowflake"``: those are parsed in our tests and never ran, so run
            :func:`sql_selftest` there first. All of those but Spark do not look for control characters in ids.
        window: The days to look at.
        rules: As for the function of that name.
        table: The table of assignments, with every column of the contract: ids, role and reason as text, days as DATE.
        placements: The table of placements likewise, for ``continuity``; ``None`` where there is none.

    Returns:
        A statement without a semicolon; the rows are those of the function of that name, not sorted. Rows that cannot
        be used are passed over as there, and counted in ``refused_rows`` of ``continuity``.

    Raises:
        InvalidOptionError: There is no such dialect, or ``table`` or ``placements`` is not a plain name.
    """
    for name, given in (("table", table), ("placements", placements)):
        if given is not None and not _NAME.fullmatch(given):
            remedy = "Use letters, digits and _, or make a view with such a name"
            raise InvalidOptionError(f"{name} {given!r}: no plain name of a table. {remedy}.")
    written = dialect_named(dialect)
    return "WITH " + ",\n".join(_steps(job, written, window, rules, table, placements)) + "\n" + rows_of(job, written)


def _steps(
    job: Job, written: Dialect, window: Window, rules: HistoryRules, table: str, placements: str | None
) -> Iterator[str]:
    """Yield the steps of a job from the tables on."""
    yield steps_for(_types(ASSIGNMENT_COLUMNS), source=table, dialect=written)
    if job == "continuity" and placements is None:
        yield sql_text("not_placed", {})
    elif job == "continuity" and placements is not None:
        yield placed_steps(_types(PLACEMENT_COLUMNS), source=placements, dialect=written)
    yield from steps_of(job, window, rules, knows_care=placements is not None)


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

#: Placements of theirs: one before the other with a gap, one that touches, one of a kind that is no care.
_PLACED: Final = (
    ("P01", "K1", "2023-12-01", "2024-01-04", "fostering"),
    ("P02", "K1", "2024-01-04", None, "fostering"),
    ("P03", "K2", "2024-01-03", "2024-03-02", "fostering"),
    ("P04", "K2", "2024-03-04", None, "fostering"),
    ("P05", "K3", "2024-01-01", None, "short_breaks"),
    ("P06", "K4", "2024-03-01", None, "fostering"),
    ("P07", "K5", "2024-03-09", "2024-03-08", "fostering"),
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
        (
            "K1",
            *(3, 1, 1, 0, 16, 0, 50, "W2", day_number(date(2024, 3, 6)), 6, 1, 3, 3, 1),
            *(0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1),
            *(16, 0, None, 0),
        ),
        (
            "K2",
            *(2, 0, 1, 0, 12, 4, 51, "W2", day_number(date(2024, 3, 11)), 1, 1, 2, 1, 0),
            *(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0),
            *(14, 3, 1, 0),
        ),
        (
            "K3",
            *(3, 1, 0, 0, 16, 0, 56, "W2", day_number(date(2024, 2, 26)), 15, 1, 2, 1, 0),
            *(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
            *(0, 0, None, 0),
        ),
        ("K4", *[None] * 10, 0, *[None] * 14, 11, None, None, 0),
        ("K5", *[None] * 28, 2),
        (
            "K6",
            *(1, 0, 0, 0, 16, 0, 71, "W1", day_number(date(2024, 1, 1)), 71, 1, 1, 0, 0),
            *(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            *(0, 0, None, 1),
        ),
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
    given = (
        f"given_row AS (\n{_inline(_ROWS, [column.name for column in ASSIGNMENT_COLUMNS], written)}\n)",
        f"given_placement AS (\n{_inline(_PLACED, [column.name for column in PLACEMENT_COLUMNS], written)}\n)",
        f"expected AS (\n{_inline(_EXPECTED[job], columns, written)}\n)",
    )
    steps = _steps(job, written, _WINDOW, DEFAULT_RULES, "given_row", "given_placement")
    listed = ", ".join(columns)
    tried = _TRIED.replace(":columns", listed).replace(":step", step)
    compared = _COMPARED.replace(":columns", listed)
    return "WITH " + ",\n".join((*given, *steps, tried)) + "\n" + compared


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
    if isinstance(cell, int) or (cell is None and column not in _WORDS):
        return "CAST(NULL AS INTEGER)" if cell is None else str(cell)
    return written.write(written.text, "NULL" if cell is None else f"'{cell}'")


#: The columns that hold text where they hold anything.
_WORDS: Final = frozenset(
    {"id", "child_id", "worker_id", "role", "reason", "regime", "from_worker", "to_worker", "current_worker"}
)
