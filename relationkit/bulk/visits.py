"""Visits due over whole tables.

The rule is that of :func:`relationkit.visits.visits_due`, which is the definition; here it stands a second time, as
SQL. What the law and the calendar say comes in as small tables (:mod:`relationkit.bulk.visit_rules`).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, overload

from relationkit.bulk.beside import Beside, fetched, queried
from relationkit.bulk.columns import Check, cases_of, id_checks, refusals
from relationkit.bulk.deadlines import instant_number
from relationkit.bulk.dialects import Dialect
from relationkit.bulk.engine import EMBEDDED, DuckDB, Table, open_table
from relationkit.bulk.messages import code_check, instant_checks, instant_of, read_from, require, text_of
from relationkit.bulk.placed import with_placements
from relationkit.bulk.result import BulkResult, answered
from relationkit.bulk.spark import SparkFrame, SparkResult
from relationkit.bulk.text import OPEN_DAY, day_number, sql_text
from relationkit.bulk.visit_rules import DayRow, MonthRow, RuleRow, day_rows, month_rows, rule_rows
from relationkit.errors import NaiveMomentError
from relationkit.records import NotAlone, SessionKind, SessionStatus, london_day
from relationkit.visits import VISIT_RULES, VisitRule

__all__ = ["SESSION_CHECKS", "SESSION_COLUMNS", "session_steps", "visit_row_text", "visit_steps", "visits_due"]

#: Column name to whether the table must have it. They mean what the fields of ``Session`` mean; others are passed over.
SESSION_COLUMNS: Final[Mapping[str, bool]] = {
    "id": True,
    "child_id": True,
    "kind": True,
    "starts_at": True,
    "status": True,
    "seen": False,
    "seen_alone": False,
    "not_alone_why": False,
    "revision": False,
    "changed_at": False,
}


def _flag_check(field: str) -> Check:
    found_by = f"{field} NOT IN ('true', 'false', '1', '0')"
    return Check(f"{field}_unknown", field, found_by, "is neither true nor false", "Write true or false")


#: Why a row is refused; the first that holds is the one that is told. They say what ``Session`` says.
SESSION_CHECKS: Final = (
    *id_checks("id"),
    *id_checks("child_id"),
    code_check("kind", SessionKind, is_required=True),
    Check("starts_at_missing", "starts_at", "starts_text IS NULL", "is missing", "Give it a value"),
    *instant_checks("starts_at", "starts_text", "starts_at"),
    code_check("status", SessionStatus, is_required=False),
    _flag_check("seen"),
    _flag_check("seen_alone"),
    code_check("not_alone_why", NotAlone, is_required=False),
    Check(
        "seen_alone_unseen",
        "seen_alone",
        "seen_alone IN ('true', '1') AND seen IN ('false', '0')",
        "is true although seen is false",
        "Correct one of them",
    ),
    Check(
        "alone_and_not",
        "not_alone_why",
        "seen_alone IN ('true', '1') AND not_alone_why IS NOT NULL",
        "is given although seen_alone is true",
        "Correct one of them",
    ),
    Check(
        "revision_not_a_number",
        "revision",
        "NOT is_whole(revision, '[0-9]{1,18}')",
        "is not a whole number from 0",
        "Leave it out where the source does not tell",
    ),
    *instant_checks("changed_at", "changed_text", "changed_at"),
)

#: Two rows of one revision that differ: nobody can tell which is right, so neither counts.
ID_DOUBLED: Final = Check(
    "id_doubled", "id", "", "stands on rows that differ, of one revision", "Keep the one that is right"
)


@overload
def visits_due(
    placements: SparkFrame, sessions: SparkFrame, *, now: datetime, rules: Collection[VisitRule] = VISIT_RULES
) -> SparkResult: ...


@overload
def visits_due(
    placements: Table,
    sessions: Table,
    *,
    now: datetime,
    rules: Collection[VisitRule] = VISIT_RULES,
    engine: DuckDB = EMBEDDED,
) -> BulkResult: ...


def visits_due(
    placements: "Table | SparkFrame",
    sessions: "Table | SparkFrame",
    *,
    now: datetime,
    rules: Collection[VisitRule] = VISIT_RULES,
    engine: DuckDB = EMBEDDED,
) -> BulkResult | SparkResult:
    """Return one row for each placement that is open on the day of ``now``, as :func:`relationkit.visits.visits_due`.

    Args:
        placements: A path to a Parquet or CSV file, a DuckDB relation, a Spark data frame, or an Arrow table, in any
            order, with the columns ``id``, ``child_id``, ``started_on``, ``ended_on`` (exclusive; empty while open)
            and ``regime``.
        sessions: A table likewise, with the columns ``id``, ``child_id``, ``kind``, ``starts_at`` and ``status``, and,
            if known, ``seen``, ``seen_alone``, ``not_alone_why``, ``revision`` and ``changed_at``. Moments are of the
            type TIMESTAMP WITH TIME ZONE or ISO text with their zone. Of one id the highest revision counts.
        now: An aware moment; its day in Europe/London is the day to judge by.
        rules: The statutory rows, a council's own, or both.
        engine: The settings of the connection, where one has to be opened.

    Returns:
        Columns as the fields of :class:`relationkit.visits.VisitDue`: ``placement_id``, ``child_id``, ``regime``,
        ``rule`` (its name), ``source``, ``in_force_from``, ``last_visit_id``, ``last_visit_on``, ``was_seen_alone``,
        ``not_alone_why``, ``passed_over_on``, ``due_on``, ``days_late``, ``could_not_be_judged``; and
        ``refused_rows``, how many rows of the child could not be used, so that a visit may be missing. The earliest
        due day first, those that could not be judged last.

        ``refusals`` counts the rows of both tables; ``refused`` holds those of the sessions. Where the object rule
        chooses between two records of one session, revision and change that contradict each other, both are refused
        here (``id_doubled``). When a relation is given, a few temporary tables named ``relationkit_...`` are left in
        the connection of the sessions.

    Raises:
        MissingExtraError: DuckDB is not installed.
        NaiveMomentError: ``now`` has no time zone.
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: A table cannot be read, or a column is missing or of another type.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    opened = open_table(sessions, list(SESSION_COLUMNS), engine=engine, name="sessions")
    require(opened, SESSION_COLUMNS)
    checked = session_steps(opened.types(), opened.dialect)
    with opened.reading():
        beside, others = with_placements(opened, placements, engine)
        counted = fetched(opened, checked, "SELECT refusal, COUNT(*) FROM refused GROUP BY refusal")
        _bring_rules(beside, checked, tuple(rules), now)
    steps = (checked, *beside.steps, visit_steps(now, opened.dialect))
    return answered(
        opened,
        queried(opened, *steps, visit_row_text(opened.dialect, day_number(london_day(now)))),
        queried(opened, checked, "SELECT *, COUNT(*) AS row_count FROM refused GROUP BY ALL"),
        (*refusals(opened, counted, (*SESSION_CHECKS, ID_DOUBLED)), *others),
        ("due_on", "placement_id", "child_id"),
    )


def visit_row_text(dialect: Dialect, today: int) -> str:
    """Return the last part of the statement: days as dates, 0 and 1 as false and true."""
    dates = {name: dialect.write(dialect.date, f"v.{name}") for name in ("last_day", "passed_day", "due_day")}
    missing_on = dialect.write(dialect.text, dialect.write(dialect.date, "v.missing_day"))
    seen_alone = dialect.write(dialect.yes_no, "v.seen_alone")
    records = dialect.write(dialect.text, "v.records")
    told = {
        "missing_on": missing_on,
        "seen_alone": seen_alone,
        "records": records,
        "joined_by": dialect.joined_by,
        "rule": dialect.column("rule"),
    }
    return sql_text("visit_rows", dates | told | {"today": str(today), "whole": dialect.whole})


def visit_steps(now: datetime, dialect: Dialect) -> str:
    """Return the steps of the rule, in portable SQL.

    Args:
        now: The moment to judge by, aware.
        dialect: The database that will run it.
    """
    asked = {
        "now": str(instant_number(now)),
        "today": str(day_number(london_day(now))),
        "open_day": str(OPEN_DAY),
        "utc_day": dialect.utc_day("v.starts_at"),
    }
    return sql_text("visits_due", asked)


def session_steps(types: Mapping[str, str], dialect: Dialect) -> str:
    """Return the steps that leave ``known_session`` and ``refused``, for a table with those columns and types."""
    values = {name: text_of(name, types.get(name), dialect) for name in SESSION_COLUMNS}
    for name in ("starts_at", "changed_at"):
        kind = types.get(name, "NULL")
        values[name.replace("_at", "_text")] = read_from(name, kind, dialect) if name in types else "NULL"
        values[name] = instant_of(name, kind, dialect) if name in types else "CAST(NULL AS BIGINT)"
    values["revision_number"] = f"{'TRY_CAST' if dialect.parsed else 'CAST'}(revision AS {dialect.whole})"
    return sql_text("sessions", values | {"checks": cases_of(SESSION_CHECKS, dialect)})


def _bring_rules(beside: Beside, checked: str, rules: tuple[VisitRule, ...], now: datetime) -> None:
    """Bring what the rules and the calendar say of the regimes and days that the tables have."""
    steps, of_regimes, of_days = (checked, *beside.steps), "SELECT DISTINCT regime", "SELECT DISTINCT started_day"
    regimes = [str(name) for (name,) in fetched(beside.main, *steps, f"{of_regimes} FROM placement")]
    started = [day for (day,) in fetched(beside.main, *steps, f"{of_days} FROM placement")]
    utc_day = beside.main.dialect.utc_day("v.starts_at")
    asked = _SESSION_DAYS.format(utc_day=utc_day, now=instant_number(now))
    sat = [day for (day,) in fetched(beside.main, *steps, asked)]
    named = [(place, rule.name, rule.source, rule.in_force_from) for place, rule in enumerate(rules)]
    beside.bring_rows("visit_rule", RuleRow._fields, list(rule_rows(rules, sorted(regimes))), _KINDS)
    beside.bring_rows("rule_name", ("rule_id", "rule", "source", "in_force_from"), named, _KINDS)
    beside.bring_rows("day_row", DayRow._fields, day_rows([*started, *sat]), _KINDS)
    beside.bring_rows("month_row", MonthRow._fields, month_rows(rules, sat), _KINDS)


#: The types of the columns that are not whole numbers.
_KINDS: Final = dict.fromkeys(("regime", "missing", "no_gap", "rule", "source"), "VARCHAR") | {"in_force_from": "DATE"}
_SESSION_DAYS: Final = (
    "SELECT DISTINCT {utc_day} FROM known_session v WHERE kind = 'visit' AND status = 'held' AND starts_at <= {now}"
)
