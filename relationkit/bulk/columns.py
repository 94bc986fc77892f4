"""What a table of assignments or placements must hold, and which of its rows cannot be used.

Whole tables do not go through the models, which would cost more than the rules themselves. Instead the engine checks
the columns: a row is refused where :class:`relationkit.records.Assignment` or :class:`relationkit.records.Placement`
would refuse it, and where two assignments share an id and differ. Refused rows are counted and handed back with the
reason; nothing is dropped in silence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relationkit.bulk.dialects import DUCKDB, Dialect
from relationkit.bulk.opened import OpenedTable
from relationkit.bulk.text import OPEN_DAY, day_number, sql_text
from relationkit.errors import Problem, UnreadableSourceError
from relationkit.records import EARLIEST_DAY, LATEST_DAY, ChangeReason, Role

__all__ = [
    "ASSIGNMENT_COLUMNS",
    "CHECKS",
    "PLACEMENT_CHECKS",
    "PLACEMENT_COLUMNS",
    "TEXT_TYPES",
    "Check",
    "Column",
    "Refusal",
    "accepted_steps",
    "cases_of",
    "counted_by_reason",
    "id_checks",
    "listed",
    "placed_steps",
    "refusals",
    "refusals_of",
    "require_columns",
    "require_types",
    "steps_for",
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the contract.

    Attributes:
        name: Its name, lower case.
        is_day: Whether it holds days: of the type DATE, or text such as ``2025-03-31``. Other columns hold text, or
            whole numbers that are read as text.
        is_required: Whether the table must have it; a column that may be left out counts as empty.
    """

    name: str
    is_day: bool = False
    is_required: bool = True


#: The columns of a table of assignments; they mean what the fields of ``Assignment`` mean. Others are passed over.
ASSIGNMENT_COLUMNS: Final = (
    Column("id"),
    Column("child_id"),
    Column("worker_id"),
    Column("role"),
    Column("started_on", is_day=True),
    Column("ended_on", is_day=True),
    Column("reason", is_required=False),
)

#: The columns of a table of placements; they mean what the fields of ``Placement`` mean.
PLACEMENT_COLUMNS: Final = (
    Column("id"),
    Column("child_id"),
    Column("started_on", is_day=True),
    Column("ended_on", is_day=True),
    Column("regime"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which a row cannot be.

    Attributes:
        reason: Its name in the answer.
        field: The column at fault.
        found_by: The condition, over the columns as text, days and moments as numbers; in SQL that all understand, but
            for what :meth:`relationkit.bulk.dialects.Dialect.condition` writes in a way of its own.
        what: What is wrong, in a few words.
        remedy: What to do about it.
    """

    reason: str
    field: str
    found_by: str
    what: str
    remedy: str


def listed(codes: Iterable[StrEnum]) -> str:
    """Return the words of some codes as SQL lists them."""
    return ", ".join(f"'{code.value}'" for code in codes)


def id_checks(field: str) -> tuple[Check, Check]:
    """Return what is checked of an id that has to be there."""
    return (
        Check(f"{field}_missing", field, f"{field} IS NULL OR {field} = ''", "is missing", "Give it a value"),
        Check(
            f"{field}_unreadable",
            field,
            f"has_control({field})",
            "holds characters that cannot be",
            "Remove line breaks and other control characters",
        ),
    )


def _day_checks(field: str, day: str) -> tuple[Check, Check]:
    years = f"{day_number(EARLIEST_DAY)} AND {day_number(LATEST_DAY)}"
    return (
        Check(
            f"{field}_not_a_day",
            field,
            f"{field} IS NOT NULL AND {day} IS NULL",
            "is not a day",
            "Write it as 2025-03-31",
        ),
        Check(
            f"{field}_out_of_range",
            field,
            f"{day} NOT BETWEEN {years}",
            f"is outside {EARLIEST_DAY} to {LATEST_DAY}",
            "Check the year",
        ),
    )


#: What is checked of the days of an assignment or a placement.
_SPELL_CHECKS: Final = (
    Check("started_on_missing", "started_on", "started_on IS NULL", "is missing", "Give it a value"),
    *_day_checks("started_on", "started_day"),
    *_day_checks("ended_on", "ended_day"),
    Check(
        "ended_before_started",
        "ended_on",
        "ended_day < started_day",
        "is before started_on",
        "Check which dates the system exports",
    ),
)

#: Why a row is refused; the first that holds is the one that is told. They say what ``Assignment`` says.
CHECKS: Final = (
    *id_checks("id"),
    *id_checks("child_id"),
    *id_checks("worker_id"),
    Check(
        "role_unknown",
        "role",
        f"role IS NULL OR role NOT IN ({listed(Role)})",
        "is not a value that is known",
        f"Use one of {', '.join(Role)}",
    ),
    *_SPELL_CHECKS,
    Check(
        "reason_unknown",
        "reason",
        f"reason NOT IN ({listed(ChangeReason)})",
        "is not a value that is known",
        f"Use one of {', '.join(ChangeReason)}",
    ),
)

#: Why a row of a table of placements is refused. They say what ``Placement`` says.
PLACEMENT_CHECKS: Final = (*id_checks("id"), *id_checks("child_id"), *id_checks("regime"), *_SPELL_CHECKS)

#: Two rows with one id that differ: nobody can tell which is right, so neither counts.
ID_DOUBLED: Final = Check("id_doubled", "id", "", "stands on rows that differ", "Give each assignment its own id")
#: The same row again: counted once; nothing is lost.
REPEATED: Final = Check("repeated", "id", "", "is the same row again", "Nothing; it counts once")
ALL_CHECKS: Final = (*CHECKS, ID_DOUBLED, REPEATED)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How many rows were refused for one reason.

    Attributes:
        reason: The name of the check, such as ``"started_on_missing"``.
        rows: How many rows, at least one.
        problem: The same for people: table, column, what is wrong, what to do. For ``"unreadable_line"``, lines of a
            CSV file that do not fit its headings, it names the first such line.
    """

    reason: str
    rows: int
    problem: Problem


def require_columns(opened: OpenedTable, columns: Iterable[Column] = ASSIGNMENT_COLUMNS) -> None:
    """Refuse a table as a whole where a column is missing, or holds what cannot be an id or a day.

    Raises:
        UnreadableSourceError: With one problem for each column.
    """
    require_types(opened.name, opened.types(), columns)


def require_types(name: str, types: Mapping[str, str], columns: Iterable[Column] = ASSIGNMENT_COLUMNS) -> None:
    """Do so for a table of that name with those columns, each with its type in DuckDB's words."""
    problems = [
        Problem(name, what, remedy, field=column.name)
        for column in columns
        for what, remedy in _wrong_with(column, types.get(column.name))
    ]
    if problems:
        what = " ".join(map(str, problems)).removesuffix(".")
        raise UnreadableSourceError(name, f"its columns cannot be used. {what}", "Correct them", problems)


def accepted_steps(opened: OpenedTable, *, is_sound: bool = False) -> str:
    """Return the steps that leave ``accepted`` and ``refused``, for this table where it lies."""
    return steps_for(opened.types(), dialect=opened.dialect, is_sound=is_sound)


def steps_for(
    types: Mapping[str, str], *, source: str = "source", dialect: Dialect = DUCKDB, is_sound: bool = False
) -> str:
    """Return the steps that leave ``accepted`` and ``refused``.

    Args:
        types: The columns that are there, each with its type in DuckDB's words.
        source: What the table is called in the statement.
        dialect: The database that will run it.
        is_sound: Every row was checked before and found sound.
    """
    values = {"source": source, "open_day": str(OPEN_DAY), "checks": cases_of(CHECKS, dialect)}
    for column in ASSIGNMENT_COLUMNS:
        values |= _expressions(column, types.get(column.name), dialect)
    values["started_text"] = dialect.write(dialect.shown, "started_on")
    values["ended_text"] = dialect.write(dialect.shown, "ended_on")
    return sql_text("sound" if is_sound else "accepted", values)


def placed_steps(types: Mapping[str, str], *, source: str, dialect: Dialect = DUCKDB) -> str:
    """Return the steps that leave ``placement`` and ``refused_placement``; the arguments are as for assignments."""
    values = {"placements": source, "open_day": str(OPEN_DAY), "checks": cases_of(PLACEMENT_CHECKS, dialect)}
    for column in PLACEMENT_COLUMNS:
        values |= _expressions(column, types.get(column.name), dialect)
    return sql_text("placed", values)


def cases_of(checks: Iterable[Check], dialect: Dialect = DUCKDB) -> str:
    """Return the checks as the cases of one expression; one that the dialect has no words for is left out."""
    found = ((check.reason, dialect.condition(check.found_by)) for check in checks)
    return " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in found if condition is not None)


def counted_by_reason(refused: str = "refused") -> str:
    """Return the question how many rows were refused for each reason, of a step or a query with ``row_count``."""
    return f"SELECT refusal, CAST(SUM(row_count) AS BIGINT) FROM {refused} GROUP BY refusal"  # noqa: S608  our names


def refusals(
    opened: OpenedTable, counted: Iterable[tuple[str, int]], checks: Iterable[Check] = ALL_CHECKS
) -> tuple[Refusal, ...]:
    """Return the refusals in the order of the checks, unreadable lines first, from the rows counted for each reason."""
    refused = refusals_of(opened.name, counted, checks)
    lines = opened.unreadable_lines
    if lines:
        first = Problem(opened.name, "does not fit the headings", "Correct its commas and quotes", row=lines[0])
        return (Refusal("unreadable_line", len(lines), first), *refused)
    return refused


def refusals_of(
    name: str, counted: Iterable[tuple[str, int]], checks: Iterable[Check] = ALL_CHECKS
) -> tuple[Refusal, ...]:
    """Return the refusals of a table of that name in the order of the checks."""
    rows = dict(counted)
    return tuple(
        Refusal(check.reason, rows[check.reason], Problem(name, check.what, check.remedy, field=check.field))
        for check in checks
        if check.reason in rows
    )


#: The types of DuckDB that can be read as text without a loss; NULL is a column without a single value.
TEXT_TYPES: Final = frozenset(
    {"VARCHAR", "NULL", "UUID", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT"}
    | {"UINTEGER", "UBIGINT", "UHUGEINT"}
)
_DAY_TYPES: Final = frozenset({"DATE", "VARCHAR", "NULL"})


def _wrong_with(column: Column, kind: str | None) -> list[tuple[str, str]]:
    if kind is None:
        return [("the column is missing", "Name the columns as relationkit does")] if column.is_required else []
    if column.is_day and kind not in _DAY_TYPES:
        return [(f"is of the type {kind}", "Give days: cast moments to DATE in Europe/London first")]
    if not column.is_day and kind not in TEXT_TYPES:
        return [(f"is of the type {kind}", "Cast it to text first")]
    return []


def _expressions(column: Column, kind: str | None, dialect: Dialect) -> dict[str, str]:
    """Return what the text of ``accepted.sql`` puts in place of ``:column``, and of its day."""
    if not column.is_day:
        return {column.name: dialect.write(dialect.text, "NULL" if kind is None else column.name)}
    day = column.name.replace("_on", "_day")
    if kind == "DATE" or dialect.parsed is None:
        return {column.name: column.name, day: dialect.write(dialect.day, column.name)}
    text = dialect.write(dialect.text, column.name)
    parsed = dialect.write(dialect.parsed, text)
    return {column.name: text, day: dialect.write(dialect.day, f"({parsed})")}
