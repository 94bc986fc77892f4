"""The rules as text: one statement to run inside a database, and a test of it that needs nothing beside it.

Where a council's records already lie in a reporting database, the statement goes to them. It reads tables with the
columns of the contract, days of the type DATE (in SQLite: ISO text), and gives the rows that the function of its name
gives: :func:`~.worker_changes`, :func:`~.continuity`, :func:`~.response_clocks` or :func:`~.visits_due`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias, overload

from relationkit.bulk.clock_statement import clock_statement, clock_trial
from relationkit.bulk.columns import ASSIGNMENT_COLUMNS, PLACEMENT_COLUMNS, Column, placed_steps, steps_for
from relationkit.bulk.deadlines import DeadlineTable
from relationkit.bulk.dialects import Dialect, dialect_named
from relationkit.bulk.inline import Kind, Trial, inline_step
from relationkit.bulk.jobs import DEFAULT_RULES, JOBS, Job, rows_of, steps_of
from relationkit.bulk.text import day_number, sql_text
from relationkit.bulk.visit_rules import VisitDays
from relationkit.bulk.visit_statement import visit_statement, visit_trial
from relationkit.continuity import HistoryRules, Window
from relationkit.errors import InvalidOptionError, NaiveMomentError

__all__ = ["sql", "sql_selftest"]

#: What there is a statement for, named as the functions.
Statement: TypeAlias = Job | Literal["response_clocks", "visits_due"]

#: A table, with its schema and database before it; nothing that would have to be quoted.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,2}")


def _types(columns: Iterable[Column]) -> dict[str, str]:
    return {column.name: "DATE" if column.is_day else "VARCHAR" for column in columns}


@overload
def sql(
    job: Job,
    *,
    dialect: str,
    window: Window,
    rules: HistoryRules = DEFAULT_RULES,
    table: str = "assignments",
    placements: str | None = None,
) -> str: ...


@overload
def sql(
    job: Literal["response_clocks"],
    *,
    dialect: str,
    deadlines: DeadlineTable,
    now: datetime,
    table: str = "messages",
    deadline_rows: str = "deadlines",
    policy_rows: str = "deadline_policies",
) -> str: ...


@overload
def sql(
    job: Literal["visits_due"],
    *,
    dialect: str,
    days: VisitDays,
    now: datetime,
    table: str = "sessions",
    placements: str = "placements",
    day_rows: str = "visit_days",
) -> str: ...


def sql(job: Statement, *, dialect: str, **asked: Any) -> str:
    """Return one statement that gives the rows of a job, in the SQL of a database.

    Args:
        job: ``"worker_changes"``, ``"continuity"``, ``"response_clocks"`` or ``"visits_due"``, named as the functions.
        dialect: ``"duckdb"``, ``"postgres"``, ``"spark"`` or ``"sqlite"``; or, experimental, ``"sqlserver"``,
            ``"oracle"`` or ``"snowflake"``: those are parsed in our tests and never ran, so run
            :func:`sql_selftest` there first. They do not look for control characters in ids.
        **asked: What the job needs besides.

            ``window``, ``rules``: of assignments, as for the function of that name.

            ``deadlines``, ``now``: of messages, as for :func:`response_clocks`. ``deadline_rows`` and ``policy_rows``
            name the tables into which the files of :meth:`DeadlineTable.write` and
            :meth:`DeadlineTable.write_policies` were loaded.

            ``days``, ``now``: of visits, the calendar of :func:`visit_days` and the moment to judge by. ``day_rows``
            names the table into which the file of :meth:`VisitDays.write` was loaded.

            ``table``: the table of assignments, messages or sessions, with every column of the contract: ids, words and
            reasons as text, days as DATE, moments as a type that has their zone (in SQLite: ISO text with it).
            ``placements``: the table of placements likewise; ``None`` for ``continuity`` where there is none.

    Returns:
        A statement without a semicolon; the rows are those of the function of that name, not sorted. Rows that cannot
        be used are passed over as there, and counted for their child in ``refused_rows``.

        Assignments and absences have no part in ``response_clocks``: who was written to must answer. A wait that began
        where the deadline table does not reach has a row without a due time or a state.

    Raises:
        InvalidOptionError: There is no such dialect, a table's name is not a plain name, or the calendar does not reach
            the day of ``now``.
        InvalidPolicyError: As for :func:`response_clocks`.
        NaiveMomentError: ``now`` has no time zone.
    """
    written = dialect_named(dialect)
    for name in ("table", "placements", "deadline_rows", "policy_rows", "day_rows"):
        given = asked.get(name)
        if given is not None and not _NAME.fullmatch(given):
            remedy = "Use letters, digits and _, or make a view with such a name"
            raise InvalidOptionError(f"{name} {given!r}: no plain name of a table. {remedy}.")
    now = asked.get("now")
    if now is not None and now.utcoffset() is None:
        raise NaiveMomentError("now")
    if job == "response_clocks":
        return clock_statement(written, **asked)
    if job == "visits_due":
        return visit_statement(written, **asked)
    return _continuity_statement(job, written, **asked)


def _continuity_statement(
    job: Job,
    written: Dialect,
    *,
    window: Window,
    rules: HistoryRules = DEFAULT_RULES,
    table: str = "assignments",
    placements: str | None = None,
) -> str:
    steps = _steps(job, written, window, rules, table, placements)
    return "WITH " + ",\n".join(steps) + "\n" + rows_of(job, written)


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


def sql_selftest(dialect: str, job: Statement = "worker_changes") -> str:
    """Return one statement that tries a job on rows of its own and compares the answer with what must come back.

    It needs no table and leaves nothing behind. Run it once before you trust :func:`sql` in a database that we have not
    run: of the experimental dialects, every one.

    Args:
        dialect: As for :func:`sql`.
        job: What to try.

    Returns:
        A statement without a semicolon. It gives no row when all is well, and else one for each row that is
        ``missing`` or ``unexpected`` (in ``found``), with the job's columns, days, moments and truths as numbers.

    Raises:
        InvalidOptionError: There is no such dialect.
    """
    written = dialect_named(dialect)
    if job == "response_clocks":
        steps, tried = clock_trial(written)
    elif job == "visits_due":
        steps, tried = visit_trial(written)
    else:
        steps, tried = _continuity_trial(job, written)
    listed = ", ".join(tried.columns)
    compared = (text.replace(":columns", listed).replace(":step", tried.step) for text in (_TRIED, _COMPARED))
    expected = inline_step("expected", tried.columns, tried.rows, tried.kinds, written)
    return "WITH " + ",\n".join((expected, *steps, next(compared))) + "\n" + next(compared)


def _continuity_trial(job: Job, written: Dialect) -> tuple[Sequence[str], Trial]:
    given = (
        inline_step("given_row", [column.name for column in ASSIGNMENT_COLUMNS], _ROWS, _KINDS, written),
        inline_step("given_placement", [column.name for column in PLACEMENT_COLUMNS], _PLACED, _KINDS, written),
    )
    steps = _steps(job, written, _WINDOW, DEFAULT_RULES, "given_row", "given_placement")
    return (*given, *steps), Trial(JOBS[job].step, JOBS[job].numbers, _EXPECTED[job], _KINDS)


#: What the columns hold that are not whole numbers.
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("started_on", "ended_on"), "day"),
    **dict.fromkeys(("id", "child_id", "worker_id", "role", "reason", "regime"), "text"),
    **dict.fromkeys(("from_worker", "to_worker", "current_worker"), "text"),
}

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
