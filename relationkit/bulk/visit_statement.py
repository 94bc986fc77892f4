"""Visits due as one statement for a database, and a trial of it on rows of ours."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from relationkit.bulk.columns import PLACEMENT_COLUMNS, placed_steps
from relationkit.bulk.deadlines import instant_number
from relationkit.bulk.dialects import Dialect
from relationkit.bulk.inline import Kind, Trial, inline_step
from relationkit.bulk.text import OPEN_DAY, day_number, sql_text
from relationkit.bulk.visit_rules import RuleRow, VisitDay, VisitDays, rule_rows, visit_days
from relationkit.bulk.visits import SESSION_COLUMNS, session_steps, visit_row_text, visit_steps
from relationkit.errors import InvalidOptionError
from relationkit.records import Placement, Session, london_day
from relationkit.visits import VisitRule, visits_due

__all__ = ["visit_statement", "visit_trial"]

#: The types of the columns of the contract, in DuckDB's words.
_PLACED: Final = {column.name: "DATE" if column.is_day else "VARCHAR" for column in PLACEMENT_COLUMNS}
_SESSION: Final = dict.fromkeys(SESSION_COLUMNS, "VARCHAR") | dict.fromkeys(
    ("starts_at", "changed_at"), "TIMESTAMP WITH TIME ZONE"
)
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys((*SESSION_COLUMNS, "regime", "missing", "no_gap", "rule", "source"), "text"),
    **dict.fromkeys(("started_on", "ended_on", "in_force_from"), "day"),
    **dict.fromkeys(("starts_at", "changed_at"), "moment"),
}


def visit_statement(
    dialect: Dialect,
    *,
    days: VisitDays,
    now: datetime,
    table: str = "sessions",
    placements: str = "placements",
    day_rows: str = "visit_days",
) -> str:
    """Return the statement; the arguments are those of :func:`relationkit.bulk.sql`."""
    today = london_day(now)
    if not days.first <= today <= days.last:
        reach = f"the calendar reaches from {days.first} to {days.last}"
        raise InvalidOptionError(f"now: {reach}, and {today} is outside. Work it out over more days.")
    steps = _steps(dialect, days.rules, now, (table, placements, day_rows))
    beyond = sql_text("visits_beyond", _beyond(dialect))
    return "WITH " + ",\n".join(steps) + "\n" + visit_row_text(dialect, day_number(today)) + "\n" + beyond


def _beyond(dialect: Dialect) -> dict[str, str]:
    """Return nothing of each type, for placements of which the calendar says nothing."""
    nothing = dialect.write(dialect.text, "NULL")
    number = f"CAST(NULL AS {dialect.whole})"
    day = dialect.write(dialect.literal_day, "NULL")
    flag = dialect.write(dialect.yes_no, "CAST(NULL AS INTEGER)")
    return {"nothing": nothing, "day": day, "flag": flag, "number": number, "whole": dialect.whole}


def _steps(
    dialect: Dialect, rules: tuple[VisitRule, ...], now: datetime, tables: tuple[str, str, str]
) -> Iterator[str]:
    sessions, placements, day_rows = tables
    known = list(rule_rows(rules, sorted({rule.regime for rule in rules})))
    names = [(place, rule.name, rule.source, rule.in_force_from) for place, rule in enumerate(rules)]
    yield f"source AS (SELECT * FROM {sessions})"  # noqa: S608  a plain name
    yield session_steps(_SESSION, dialect)
    yield placed_steps(_PLACED, source=placements, dialect=dialect)
    yield inline_step("known_rule", RuleRow._fields, known, _KINDS, dialect)
    yield inline_step("rule_name", ("rule_id", "rule", "source", "in_force_from"), names, _KINDS, dialect)
    told = {"joined_by": dialect.joined_by, "number": f"CAST(NULL AS {dialect.whole})", "open_day": str(OPEN_DAY)}
    yield sql_text("visit_tables", told | {"days": day_rows, "first_day": str(day_number(date.min))})
    yield visit_steps(now, dialect)


# The trial ---------------------------------------------------------------------------------------------------------

_NOW: Final = datetime(2025, 4, 7, 12, 0, tzinfo=UTC)


def _rule(regime: str, **figures: int) -> VisitRule:
    given = {"regime": regime, "name": regime, "source": "made up", "standing": "law", "in_force_from": "2020-01-01"}
    return VisitRule.model_validate({**given, **figures})


_RULES: Final = (
    _rule("placement", first_within_days=7, then_at_most_days=42, after_first_year_months=3),
    _rule("monthly", first_within_days=3, then_at_most_months=1),
)
#: Placements that are open, over, corrected, contradicted, and one of a kind that no rule knows. Nobody is real.
_PLACED_ROWS: Final = (
    ("P1", "K1", "2024-02-29", None, "placement"),
    ("P2", "K2", "2025-03-30", None, "monthly"),
    ("P3", "K3", "2025-01-31", None, "monthly"),
    ("P4", "K4", "2025-01-31", "2025-04-07", "placement"),
    ("P5", "K5", "2025-01-31", None, "placement"),
    ("P5", "K5", "2025-02-01", None, "placement"),
    ("P6", "K6", "2025-01-31", None, "our_own_home"),
    ("P7", "K7", "2025-04-01", "2025-03-01", "placement"),
)
#: Sessions at midnight in London on both sides of a clock change, seen and not, alone and not, corrected, and some that
#: cannot be used.
_SESSION_ROWS: Final = (
    ("S1", "K1", "visit", "2025-02-28T10:00", "held", "true", "true", None, "0", None),
    ("S2", "K1", "visit", "2025-03-29T23:30", "held", "true", "false", None, "0", None),
    ("S3", "K1", "visit", "2025-04-08T10:00", "planned", None, None, None, "0", None),
    ("S4", "K2", "visit", "2025-03-29T23:59", "held", None, None, None, "0", None),
    ("S5", "K2", "visit", "2025-03-30T23:00", "held", None, None, None, "0", None),
    ("S6", "K3", "visit", "2025-02-28T00:00", "held", "true", "false", "child_refused", "1", None),
    ("S6", "K3", "visit", "2025-03-28T00:00", "held", "true", "true", None, "0", "2025-04-01T00:00"),
    ("S7", "K3", "review", "2025-03-01T00:00", "held", None, None, None, None, None),
    ("S8", "K3", "visit", None, "held", None, None, None, "0", None),
    ("S9", "K3", "party", "2025-03-01T00:00", "held", None, None, None, "0", None),
)
_COLUMNS: Final = (
    *("placement_id", "child_id", "regime", "rule_id", "last_visit_id", "last_day", "seen_alone", "not_alone_why"),
    *("passed_day", "due_day"),
)
_TEXTS: Final[dict[str, Kind]] = dict.fromkeys(
    ("placement_id", "child_id", "regime", "last_visit_id", "not_alone_why"), "text"
)


def visit_trial(dialect: Dialect) -> tuple[Sequence[str], Trial]:
    """Return the steps of the rule over rows of ours, and what must come back: what the object rules say of them."""
    starts = sorted({date.fromisoformat(str(row[2])) for row in _PLACED_ROWS})
    sat = {date.fromisoformat(str(row[3])[:10]) for row in _SESSION_ROWS if row[3] is not None}
    asked = {day_number(each) for each in (*starts, *sat)}
    around = {day + more for day in asked for more in (0, 1)}
    days = [row for row in visit_days(min(starts), london_day(_NOW), _RULES).rows if row.day in around]
    sessions = [(*row[:3], _number(row[3]), *row[4:9], _number(row[9])) for row in _SESSION_ROWS]
    steps = (
        inline_step("given_placement", tuple(_PLACED), _PLACED_ROWS, _KINDS, dialect),
        inline_step("given_row", tuple(_SESSION), sessions, _KINDS, dialect),
        inline_step("given_day", VisitDay._fields, days, {}, dialect),
        *_steps(dialect, _RULES, _NOW, ("given_row", "given_placement", "given_day")),
    )
    return steps, Trial("visit_due", _COLUMNS, _expected(), _TEXTS)


def _number(moment: str | None) -> int | None:
    return None if moment is None else instant_number(datetime.fromisoformat(f"{moment}+00:00"))


def _expected() -> list[tuple[object, ...]]:
    """Return what the object rules say, days as numbers and rules by their place."""
    placements = [Placement.model_validate(dict(zip(_PLACED, row, strict=True))) for row in _PLACED_ROWS[:-1]]
    sessions = [_session(dict(zip(_SESSION, row, strict=True))) for row in _SESSION_ROWS[:-2]]
    rows: list[tuple[object, ...]] = []
    for due in visits_due(placements, sessions, now=_NOW, rules=_RULES):
        rule_id = None if due.rule is None else _RULES.index(due.rule)
        seen = None if due.was_seen_alone is None else int(due.was_seen_alone)
        days = (None if day is None else day_number(day) for day in (due.last_visit_on, due.passed_over_on, due.due_on))
        last, passed, due_day = days
        told = (due.placement_id, due.child_id, due.regime, rule_id, due.last_visit_id)
        rows.append((*told, last, seen, due.not_alone_why, passed, due_day))
    return rows


def _session(row: dict[str, str | None]) -> Session:
    moments = {name: f"{row[name]}:00+00:00" for name in ("starts_at", "changed_at") if row[name]}
    given = {name: cell for name, cell in row.items() if cell is not None} | moments
    ends_at = datetime.fromisoformat(moments["starts_at"]) + timedelta(hours=1)
    return Session.model_validate({**given, "worker_id": "W1", "ends_at": ends_at})
