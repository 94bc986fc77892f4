"""Response clocks of a whole table of messages.

The rule is that of :func:`relationkit.sla.track_responses`, which is the definition; here it stands a second time, as
SQL. What calendars and policies say comes in as the deadline table.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final, overload

from relationkit.bulk.beside import Beside, fetched, queried
from relationkit.bulk.columns import (
    ASSIGNMENT_COLUMNS,
    Refusal,
    accepted_steps,
    counted_by_reason,
    listed,
    refusals,
    require_columns,
)
from relationkit.bulk.deadlines import DeadlineTable, InForce, Segment, instant_number
from relationkit.bulk.dialects import Dialect
from relationkit.bulk.engine import EMBEDDED, DuckDB, Table, open_table
from relationkit.bulk.messages import (
    ABSENCE_CHECKS,
    ABSENCE_COLUMNS,
    MESSAGE_CHECKS,
    MESSAGE_COLUMNS,
    OUTSIDE_DEADLINES,
    REPEATED,
    SUPERSEDED,
    Unusual,
    absence_steps,
    conversation_steps,
    message_steps,
    require_message_columns,
)
from relationkit.bulk.opened import OpenedTable
from relationkit.bulk.result import BulkResult, answered
from relationkit.bulk.spark import SparkFrame, SparkResult
from relationkit.bulk.text import DAY_LENGTH, FIRST_DAY, OPEN_DAY, sql_text
from relationkit.errors import HolidaysNotKnownError, InvalidPolicyError, NaiveMomentError
from relationkit.records import LONDON, Channel, Role
from relationkit.sla.policies import ResponsePolicy, StopsOn

__all__ = ["clock_row_text", "reminder_rows", "response_clocks", "response_steps"]

#: The end of what is open: beyond every moment that a record may hold.
OPEN_AT: Final = OPEN_DAY * DAY_LENGTH
_NOTHING: Final = timedelta(0)
_DAY: Final = timedelta(days=1)


@overload
def response_clocks(
    messages: SparkFrame,
    deadlines: DeadlineTable,
    *,
    now: datetime,
    assignments: SparkFrame | None = None,
    absences: SparkFrame | None = None,
) -> SparkResult: ...


@overload
def response_clocks(
    messages: Table,
    deadlines: DeadlineTable,
    *,
    now: datetime,
    assignments: "Table | None" = None,
    absences: "Table | None" = None,
    engine: DuckDB = EMBEDDED,
) -> BulkResult: ...


def response_clocks(
    messages: "Table | SparkFrame",
    deadlines: DeadlineTable,
    *,
    now: datetime,
    assignments: "Table | SparkFrame | None" = None,
    absences: "Table | SparkFrame | None" = None,
    engine: DuckDB = EMBEDDED,
) -> BulkResult | SparkResult:
    """Return one row for each wait of each child, as :func:`relationkit.sla.track_responses` gives it.

    Args:
        messages: A path to a Parquet or CSV file, a DuckDB relation, a Spark data frame, or an Arrow table, in any
            order, with the columns ``id``, ``child_id``, ``at``, ``direction``, ``channel`` and, if known,
            ``worker_id``, ``kind``, ``thread``, ``needs_reply``. ``at`` is of the type TIMESTAMP WITH TIME ZONE or ISO
            text with its zone; moments without a zone are refused. Of several rows with one id the earliest counts.
            Later than ``now`` is not yet seen.
        deadlines: The table of :func:`relationkit.bulk.deadline_table`, over the days on which messages were sent.
        now: The moment to judge by, aware.
        assignments: Who holds which role for whom: a table as for :func:`relationkit.bulk.worker_changes`, and
            ``cover_for`` if known. They tell the role written to, who must answer, and since when.
        absences: Who is away when: ``worker_id``, ``starts_at``, ``ends_at`` (exclusive; empty while nobody knows) and,
            if known, ``cover_id``; moments as in ``at``.
        engine: The settings of the connection, where one has to be opened.

    Returns:
        Columns as the fields of :class:`relationkit.sla.ResponseClock`, moments in UTC: ``id``, ``child_id``,
        ``thread``, ``message_id``, ``started_at``, ``due_at``, ``answered_at``, ``answered_by``, ``policy`` (its
        name), ``in_force_from`` (its day), ``role``, ``messages``, ``attempts``, ``worker_id``, ``with_worker_since``,
        ``answers_now``, ``answers_now_id``; ``state`` at ``now``; and ``refused_rows``, how many rows of the child
        could not be used, so that an answer may be missing. Oldest start first, then by id. A wait that began where the
        deadline table does not reach has no row, but a refusal (``outside_deadlines``).

        ``refusals`` counts the rows of all three tables; ``refused`` holds those of the messages. When a relation is
        given, a few temporary tables named ``relationkit_...`` are left in its connection.

    Raises:
        InvalidPolicyError: Two policies of the table stop on different answers, or one stops only on answers from some
            roles: whole tables do not know these; use :func:`relationkit.sla.track_responses`.
        MissingExtraError: DuckDB is not installed.
        NaiveMomentError: ``now`` has no time zone.
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: A table cannot be read, or a column is missing or of another type.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    opened = open_table(messages, list(MESSAGE_COLUMNS), engine=engine)
    rule = response_steps(deadlines, now, opened.dialect)
    require_message_columns(opened)
    tables = Beside(opened)
    tables.bring_rows("deadline", Segment._fields, deadlines.segments, _KINDS)
    tables.bring_rows("in_force", InForce._fields, deadlines.in_force, _KINDS)
    tables.bring_rows("reminder", ("policy_id", "soon_until"), list(reminder_rows(deadlines, now)), _KINDS)
    refused = [*_bring_assignments(tables, assignments, engine), *_bring_absences(tables, absences, engine)]
    with opened.reading():
        return _result(tables, rule, deadlines, now, refused)


def response_steps(deadlines: DeadlineTable, now: datetime, dialect: Dialect) -> str:
    """Return the steps of the rule, in portable SQL.

    Args:
        deadlines: The deadline table; from it come the answers that stop a clock.
        now: The moment to judge by, aware.
        dialect: The database that will run it.

    Raises:
        InvalidPolicyError: As for :func:`response_clocks`.
    """
    stops_on = _stops_on(deadlines)
    places = (f"WHEN {place} THEN '{role.value}'" for place, role in enumerate(Role))
    asked = {
        "now": str(instant_number(now)),
        "kinds": listed(sorted(stops_on.kinds)),
        "channels": listed(sorted(stops_on.channels or Channel)),
        "utc_day": dialect.utc_day("w.started_at"),
        "role_of_place": " ".join(places),
    }
    return sql_text("response_clocks", asked)


def _stops_on(deadlines: DeadlineTable) -> StopsOn:
    """Return the answers that stop every clock of the table."""
    held = {row.policy_id for row in deadlines.in_force}
    found = list(dict.fromkeys(deadlines.policies.policies[policy_id].stops_on for policy_id in sorted(held)))
    if len(found) > 1:
        raise InvalidPolicyError(
            "the policies of the table stop on different answers, and whole tables know one kind for all. "
            "Give them the same stops_on, split the days where it changed, or use sla.track_responses."
        )
    if found and found[0].roles is not None:
        raise InvalidPolicyError(
            "stops_on counts answers from some roles alone, which whole tables do not judge. "
            "Leave roles out of stops_on, or use sla.track_responses."
        )
    return found[0] if found else StopsOn()


def reminder_rows(deadlines: DeadlineTable, now: datetime) -> Iterator[tuple[int, int]]:
    """Yield each policy's place, and the latest due time of which the first reminder has come by ``now``."""
    for policy_id, policy in enumerate(deadlines.policies.policies):
        yield policy_id, _soon_until(policy, now.astimezone(UTC))


def _soon_until(policy: ResponsePolicy, now: datetime) -> int:
    """Return the latest due time of which the first reminder has come by ``now``; before all without a reminder.

    A due time is never inside closed time, so counting forward from ``now`` says the same as counting back from it. In
    closed time the reminder of a due time that lies exactly as far ahead comes with the next opening: not yet.
    """
    earliest = min((step.offset for step in policy.escalations), default=_NOTHING)
    if earliest >= _NOTHING:
        return -OPEN_AT
    try:
        is_running = policy.calendar is None or policy.calendar.is_open(now)
        return instant_number(policy.count(now, -earliest)) - (not is_running)
    except HolidaysNotKnownError:  # no due time lies as far ahead as that
        return OPEN_AT


# What goes into the connection of the messages ---------------------------------------------------------------------

#: The types of the columns that are not whole numbers.
_KINDS: Final = {"policy": "VARCHAR", "in_force_from": "DATE", "channel": "VARCHAR", "role": "VARCHAR"}


def _bring_assignments(tables: Beside, assignments: "Table | SparkFrame | None", engine: DuckDB) -> tuple[Refusal, ...]:
    if assignments is None:
        tables.steps.append(sql_text("no_assignments", {}))
        return ()
    names = [column.name for column in ASSIGNMENT_COLUMNS]
    opened = open_table(assignments, [*names, "cover_for"], engine=engine)
    require_columns(opened)
    steps = accepted_steps(opened)
    with opened.reading():
        days = fetched(opened, steps, _DISTINCT_DAYS)
    places = [(place, role.value) for place, role in enumerate(Role)]
    tables.bring_rows("midnight", ("day", "at"), [(day, _midnight(day)) for (day,) in days], {})
    tables.bring_rows("role_place", ("role_place", "role"), places, _KINDS)
    text = opened.dialect.text
    is_cover = f"{opened.dialect.write(text, 'cover_for')} <> ''" if "cover_for" in opened.types() else "FALSE"
    asked = {"id": opened.dialect.write(text, "id"), "is_cover": is_cover}
    with opened.reading():
        tables.bring_relation("assigned", queried(opened, steps, sql_text("assigned", asked)), of=opened)
        counted = fetched(opened, steps, counted_by_reason())
    tables.steps.append(sql_text("assignments", {}))
    return refusals(opened, counted)


def _bring_absences(tables: Beside, absences: "Table | SparkFrame | None", engine: DuckDB) -> tuple[Refusal, ...]:
    if absences is None:
        tables.steps.append(sql_text("no_absences", {}))
        return ()
    opened = open_table(absences, list(ABSENCE_COLUMNS), engine=engine)
    steps = absence_steps(opened, OPEN_AT)
    with opened.reading():
        tables.bring_relation("absence", queried(opened, steps, "SELECT * FROM absence"), of=opened)
        counted = fetched(opened, steps, "SELECT refusal, COUNT(*) FROM judged GROUP BY refusal")
    return refusals(opened, counted, ABSENCE_CHECKS)


_DISTINCT_DAYS: Final = "SELECT started_day AS day FROM accepted UNION SELECT ended_day AS day FROM accepted"


def _midnight(day: int) -> int:
    """Return the midnight with which a day begins in London; that of an open end is beyond all moments."""
    if day == OPEN_DAY:
        return OPEN_AT
    return instant_number(datetime.combine(FIRST_DAY + day * _DAY, time(), LONDON).astimezone(UTC))


# What comes out ----------------------------------------------------------------------------------------------------


#: How many rows of the child could not be used.
_REFUSED_ROWS: Final = "COALESCE((SELECT COUNT(*) FROM refused_row r WHERE r.child_id = c.child_id), 0)"


def _result(
    tables: Beside, rule: str, deadlines: DeadlineTable, now: datetime, others: Sequence[Refusal]
) -> BulkResult | SparkResult:
    opened = tables.main
    unusual, reach = _first_look(opened, now)
    judging = message_steps(opened, unusual)
    numbered, conversations = conversation_steps(unusual, opened.dialect)
    tables.keep("conversation", judging[0], numbered)
    steps = [*judging, *tables.steps, conversations, rule]
    is_outside = reach is not None and not _is_inside(deadlines, *reach)
    refused = _written([*steps, _REFUSED_OUTSIDE] if is_outside else [*judging, _REFUSED], opened.dialect)
    is_counted = unusual.has_refused or unusual.has_shared_ids or is_outside
    counted = fetched(opened, *refused[:-1], counted_by_reason(f"({refused[-1]})")) if is_counted else []
    clocks = clock_row_text(opened.dialect, _REFUSED_ROWS if unusual.has_refused else "0")
    return answered(
        opened,
        queried(opened, *steps, f"{clocks} WHERE c.state IS NOT NULL"),
        queried(opened, *refused),
        (*refusals(opened, counted, _ALL_CHECKS), *others),
        ("started_at", "id"),
    )


def clock_row_text(dialect: Dialect, refused_rows: str = _REFUSED_ROWS) -> str:
    """Return the last part of the statement: what was judged, moments as moments."""
    values = {":joined_by": dialect.joined_by, ":whole": dialect.whole, ":refused_rows": refused_rows}
    text = re.sub(r":[a-z_]+", lambda found: values[found[0]], _CLOCKS)
    (written,) = _written([text], dialect)
    return written


def _written(steps: Sequence[str], dialect: Dialect) -> list[str]:
    """Return the steps, with the last one's moments as the dialect writes them."""
    last = re.sub(r"moment_text\(([a-z_.]+)\)", lambda found: dialect.write(dialect.moment_text, found[1]), steps[-1])
    last = re.sub(r"moment\(([a-z_.]+)\)", lambda found: dialect.write(dialect.moment, found[1]), last)
    return [*steps[:-1], last]


def _first_look(opened: OpenedTable, now: datetime) -> tuple[Unusual, tuple[int, int] | None]:
    """Return what is unusual in a table, and when the first and the last message came that may have begun a wait."""
    judging = message_steps(opened, Unusual())[0]
    look = _LOOK.replace(":now", str(instant_number(now)))
    ((has_refused, *seen),) = fetched(opened, judging, look)
    if has_refused:  # then all else is asked of the rows that can be used
        ((_, *seen),) = fetched(opened, judging, f"{look} WHERE refusal IS NULL")
    has_shared_ids, has_threads, first, last = seen
    return Unusual(has_refused, has_shared_ids, has_threads), None if first is None else (first, last)


_ALL_CHECKS: Final = (*MESSAGE_CHECKS, REPEATED, SUPERSEDED, OUTSIDE_DEADLINES)


def _is_inside(deadlines: DeadlineTable, first: int, last: int) -> bool:
    """Return whether every wait that can have begun from ``first`` to ``last`` has a due time in the table."""
    reach = [row for row in deadlines.in_force if row.from_at <= first]
    return bool(reach) and last < max(row.to_at for row in deadlines.in_force)


_LOOK: Final = (
    "SELECT COUNT(refusal) > 0, COUNT(*) > COUNT(DISTINCT id), COUNT(thread) > 0, "
    "MIN(CASE WHEN direction = 'from_child' AND sent_at <= :now THEN sent_at END), "
    "MAX(CASE WHEN direction = 'from_child' AND sent_at <= :now THEN sent_at END) FROM judged"
)
_REFUSED: Final = "SELECT *, COUNT(*) AS row_count FROM refused GROUP BY ALL"
_REFUSED_OUTSIDE: Final = (
    "SELECT *, COUNT(*) AS row_count FROM (SELECT * FROM refused UNION ALL SELECT 'outside_deadlines', m.id, "
    "m.child_id, moment_text(m.sent_at), 'from_child', m.channel, m.worker_id, "
    "m.kind, 'true' FROM clock c JOIN usable m ON m.id = c.message_id WHERE c.state IS NULL) GROUP BY ALL"
)
_CLOCKS: Final = (
    "SELECT REPLACE(REPLACE(c.child_id, '%', '%25'), '/', '%2F') :joined_by '/' :joined_by c.message_id AS id, "
    "c.child_id, c.thread, c.message_id, moment(c.started_at) AS started_at, moment(c.due_at) AS due_at, "
    "moment(c.answered_at) AS answered_at, c.answered_by, p.policy, p.in_force_from, c.role, "
    "CAST(c.messages AS :whole) AS messages, CAST(c.attempts AS :whole) AS attempts, c.worker_id, "
    "moment(c.with_worker_since) AS with_worker_since, c.answers_now, c.answers_now_id, c.state, "
    "CAST(:refused_rows AS :whole) AS refused_rows FROM clock c "
    "LEFT JOIN (SELECT DISTINCT policy_id, policy, in_force_from FROM in_force) p ON p.policy_id = c.policy_id"
)
