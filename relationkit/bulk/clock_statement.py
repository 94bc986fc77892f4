"""Response clocks as one statement for a database, and a trial of it on rows of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from relationkit.bulk.deadlines import DeadlineTable, InForce, Segment, deadline_table, instant_number
from relationkit.bulk.dialects import STABLE_CONVERSATION, Dialect
from relationkit.bulk.inline import Kind, Trial, inline_step
from relationkit.bulk.messages import MESSAGE_COLUMNS, Unusual, conversation_steps, message_texts
from relationkit.bulk.responses import clock_row_text, reminder_rows, response_steps
from relationkit.bulk.text import sql_text
from relationkit.records import Message
from relationkit.sla import EscalationStep, PolicyBook, ResponsePolicy, WorkingCalendar, track_responses

__all__ = ["clock_statement", "clock_trial"]

#: The types of the columns of the contract, in DuckDB's words.
_TYPES: Final = dict.fromkeys(MESSAGE_COLUMNS, "VARCHAR") | {"at": "TIMESTAMP WITH TIME ZONE"}
#: Threads are the same where both are, or where neither is named: written so that every database takes it.
_SAME_THREAD: Final = "(c.thread = u.thread OR (c.thread IS NULL AND u.thread IS NULL))"


def clock_statement(
    dialect: Dialect,
    *,
    deadlines: DeadlineTable,
    now: datetime,
    table: str = "messages",
    deadline_rows: str = "deadlines",
    policy_rows: str = "deadline_policies",
) -> str:
    """Return the statement; the arguments are those of :func:`relationkit.bulk.sql`."""
    steps = _steps(dialect, deadlines, now, (table, deadline_rows, policy_rows))
    return "WITH " + ",\n".join(steps) + "\n" + clock_row_text(dialect)


def _steps(dialect: Dialect, deadlines: DeadlineTable, now: datetime, tables: tuple[str, str, str]) -> Iterator[str]:
    messages, deadline_rows, policy_rows = tables
    stable = replace(dialect, conversation=STABLE_CONVERSATION if dialect.name == "duckdb" else dialect.conversation)
    yield f"source AS (SELECT * FROM {messages})"  # noqa: S608  a plain name
    yield from message_texts(_TYPES, dialect, Unusual())
    named, _ = conversation_steps(Unusual(), stable)
    yield f"conversation AS ({named})"
    yield sql_text("conversations", {"is_same_thread": _SAME_THREAD, "inlined": ""})
    yield f"deadline AS (SELECT {', '.join(Segment._fields)} FROM {deadline_rows})"  # noqa: S608  plain names
    yield f"in_force AS (SELECT {', '.join(InForce._fields)} FROM {policy_rows})"  # noqa: S608  plain names
    yield inline_step("reminder", ("policy_id", "soon_until"), list(reminder_rows(deadlines, now)), {}, dialect)
    for name in ("no_assignments", "no_absences"):
        yield sql_text(name, {}).replace("\n    WHERE", f"{dialect.dual}\n    WHERE")
    yield response_steps(deadlines, now, dialect)


# The trial ---------------------------------------------------------------------------------------------------------

_NOW: Final = datetime(2025, 4, 1, 9, 0, tzinfo=UTC)
_OFFICE: Final = WorkingCalendar({day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
_REMINDER: Final = EscalationStep(name="reminder", offset=timedelta(hours=-4), to="worker")
_DAY: Final = timedelta(hours=8)
_BOOK: Final = PolicyBook(
    [
        ResponsePolicy(
            name="day", target=_DAY, calendar=_OFFICE, in_force_from=date(2025, 1, 1), escalations=(_REMINDER,)
        ),
        ResponsePolicy(name="day", target=2 * _DAY, calendar=_OFFICE, in_force_from=date(2025, 4, 1)),
    ]
)
#: Over the clock change of 30 March: answered in time and late, waiting, joined and tried; ties, two threads, an id
#: that stands there twice, a machine, a thanks, and rows that cannot be used. Nobody in them is real.
_ROWS: Final = (
    ("M01", "K1", "2025-03-28T12:00", "from_child", "text", "W1", "message", None, "true"),
    ("M02", "K1", "2025-03-28T12:00", "to_child", "text", "W1", "message", None, None),
    ("M03", "K1", "2025-03-28T13:00", "to_child", "text", None, "automatic", None, None),
    ("M04", "K1", "2025-03-30T23:30", "from_child", "app", "W2", "message", None, "1"),
    ("M05", "K1", "2025-03-31T11:00", "to_child", "call", "W1", "message", None, None),
    ("M06", "K1", "2025-03-31T11:00", "from_child", "text", "W1", "message", None, None),
    ("M07", "K1", "2025-03-28T12:00", "from_child", "text", "W1", "message", "school", "true"),
    ("M08", "K2/%", "2025-03-28T16:59", "from_child", "email", None, "message", None, None),
    ("M09", "K2/%", "2025-03-31T09:00", "to_child", "call", "W2", "attempt", None, None),
    ("M10", "K2/%", "2025-03-31T16:00", "to_child", "call", "W2", "attempt", None, None),
    ("M11", "K2/%", "2025-03-31T16:00", "to_child", "text", "W2", "message", None, None),
    ("M12", "K2/%", "2025-03-31T16:00", "to_child", "call", "W2", "attempt", None, None),
    ("M13", "K2/%", "2025-04-01T08:00", "from_child", "text", "W2", "message", None, "false"),
    ("M14", "K3", "2025-03-31T23:00", "from_child", "text", "W3", "message", None, None),
    ("M14", "K3", "2025-03-31T22:59", "from_child", "text", "W3", "message", None, None),
    ("M15", "K3", "2025-04-01T09:01", "to_child", "text", "W3", "message", None, None),
    ("M16", "K4", "2025-04-01T08:59", "from_child", "text", "W3", "message", None, None),
    ("M17", "K4", None, "from_child", "text", "W3", "message", None, None),
    ("M18", "K4", "2025-04-01T08:00", "from_child", "pigeon", "W3", "message", None, None),
)
_GIVEN: Final = ("id", "child_id", "at", "direction", "channel", "worker_id", "kind", "thread", "needs_reply")
_COLUMNS: Final = (
    *("child_id", "thread", "message_id", "started_at", "due_at", "answered_at", "answered_by", "policy_id", "role"),
    *("messages", "attempts", "worker_id", "with_worker_since", "answers_now", "answers_now_id", "state"),
)
_TEXTS: Final[dict[str, Kind]] = dict.fromkeys(
    (*_GIVEN, *("message_id", "answered_by", "role", "answers_now", "answers_now_id", "state", "policy")), "text"
)
_KINDS: Final[dict[str, Kind]] = {**_TEXTS, "at": "moment", "in_force_from": "day"}


def clock_trial(dialect: Dialect) -> tuple[Sequence[str], Trial]:
    """Return the steps of the rule over rows of ours, and what must come back: what the object rules say of them."""
    table = deadline_table(_BOOK, date(2025, 3, 28), date(2025, 4, 1))
    used = {(row[4], "social_worker") for row in _ROWS}
    reach = [row for row in table.in_force if (row.channel, row.role) in used]
    given = [(*row[:2], _number(row[2]), *row[3:]) for row in _ROWS]
    steps = (
        inline_step("given_row", _GIVEN, given, _KINDS, dialect),
        inline_step("given_deadline", Segment._fields, table.segments, {}, dialect),
        inline_step("given_policy", InForce._fields, reach, _KINDS, dialect),
        *_steps(dialect, table, _NOW, ("given_row", "given_deadline", "given_policy")),
    )
    return steps, Trial("clock", _COLUMNS, _expected(), _TEXTS)


def _number(moment: str | None) -> int | None:
    return None if moment is None else instant_number(datetime.fromisoformat(f"{moment}+00:00"))


def _expected() -> list[tuple[object, ...]]:
    """Return what the object rules say, moments as numbers and policies by their place."""
    usable = [dict(zip(_GIVEN, row, strict=True)) for row in _ROWS[:-2]]
    said = ({"at": f"{row['at']}:00+00:00", "needs_reply": row["needs_reply"] != "false"} for row in usable)
    messages = [Message.model_validate({**row, **own}) for row, own in zip(usable, said, strict=True)]
    places = {policy: place for place, policy in enumerate(_BOOK.policies)}
    rows = []
    for clock in track_responses(messages, _BOOK, now=_NOW):
        named = clock._asdict() | {"policy_id": places[clock.policy], "state": clock.state(_NOW).value}
        cells = [named[name] for name in _COLUMNS]
        rows.append(tuple(instant_number(cell) if isinstance(cell, datetime) else cell for cell in cells))
    return rows
