"""What a table of messages must hold, and which of its rows cannot be used.

A row is refused where :class:`relationkit.records.Message` would refuse it. Of several rows with one id the earliest
counts, as for :func:`relationkit.sla.track_responses`; the others are handed back, like everything that is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relationkit.bulk.columns import TEXT_TYPES, Check, cases_of, id_checks, listed
from relationkit.bulk.dialects import Dialect
from relationkit.bulk.opened import OpenedTable
from relationkit.bulk.text import DAY_LENGTH, day_number, sql_text
from relationkit.errors import Problem, UnreadableSourceError
from relationkit.records import EARLIEST_DAY, LATEST_DAY, Channel, Direction, MessageKind

__all__ = [
    "ABSENCE_CHECKS",
    "ABSENCE_COLUMNS",
    "MESSAGE_CHECKS",
    "MESSAGE_COLUMNS",
    "OUTSIDE_DEADLINES",
    "REPEATED",
    "SUPERSEDED",
    "Unusual",
    "absence_steps",
    "code_check",
    "conversation_steps",
    "instant_checks",
    "instant_of",
    "message_steps",
    "message_texts",
    "read_from",
    "require",
    "require_message_columns",
    "text_of",
]

#: Column name to whether the table must have it. They mean what the fields of ``Message`` mean; others are passed over.
MESSAGE_COLUMNS: Final[Mapping[str, bool]] = {
    "id": True,
    "child_id": True,
    "at": True,
    "direction": True,
    "channel": True,
    "worker_id": False,
    "kind": False,
    "thread": False,
    "needs_reply": False,
}

#: A moment as text: a day, a time, and which zone that is.
_DAY_AND_TIME: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
_ZONE: Final = "(Z|[+-](0[0-9]|1[0-7])(:?[0-5][0-9])?)"

_NOT_KNOWN: Final = "is not a value that is known"


def code_check(field: str, codes: type[StrEnum], *, is_required: bool) -> Check:
    """Return what is checked of a word of a list."""
    is_missing = f"{field} IS NULL OR " if is_required else ""
    found_by = f"{is_missing}{field} NOT IN ({listed(codes)})"
    return Check(f"{field}_unknown", field, found_by, _NOT_KNOWN, f"Use one of {', '.join(codes)}")


def instant_checks(field: str, text: str, number: str) -> tuple[Check, ...]:
    """Return what is checked of a moment that stands there: as text, and in microseconds where it could be read."""
    earliest, latest = (day_number(day) * DAY_LENGTH for day in (EARLIEST_DAY, LATEST_DAY))
    return (
        Check(
            f"{field}_without_zone",
            field,
            f"{number} IS NULL AND is_whole({text}, '{_DAY_AND_TIME}')",
            "has no time zone",
            "Say which one the system writes, as in 2025-03-31T09:00:00+01:00",
        ),
        Check(
            f"{field}_not_a_moment",
            field,
            f"{number} IS NULL AND {text} IS NOT NULL",
            "is not a moment",
            "Write it as 2025-03-31T09:00:00+01:00",
        ),
        Check(
            f"{field}_out_of_range",
            field,
            f"{number} < {earliest} OR {number} >= {latest + DAY_LENGTH}",
            f"is outside {EARLIEST_DAY} to {LATEST_DAY}",
            "Check the year",
        ),
    )


#: Why a row is refused; the first that holds is the one that is told. They say what ``Message`` says.
MESSAGE_CHECKS: Final = (
    *id_checks("id"),
    *id_checks("child_id"),
    Check("at_missing", "at", "read_at IS NULL", "is missing", "Give it a value"),
    *instant_checks("at", "read_at", "sent_at"),
    code_check("direction", Direction, is_required=True),
    code_check("channel", Channel, is_required=True),
    Check("worker_id_empty", "worker_id", "worker_id = ''", "is empty", "Give it a value, or leave it out"),
    id_checks("worker_id")[1],
    code_check("kind", MessageKind, is_required=False),
    Check(
        "needs_reply_unknown",
        "needs_reply",
        "needs_reply NOT IN ('true', 'false', '1', '0')",
        "is neither true nor false",
        "Write true or false",
    ),
)

#: The same row again: counted once; nothing is lost.
REPEATED: Final = Check("repeated", "id", "", "is the same row again", "Nothing; it counts once")
#: Another row with an id that is taken.
SUPERSEDED: Final = Check(
    "superseded", "id", "", "stands on an earlier row that differs, and that one counts", "Give each message its own id"
)
#: A wait that began on a day, or before a policy, that the deadline table does not know: it could not be judged.
OUTSIDE_DEADLINES: Final = Check(
    "outside_deadlines",
    "at",
    "",
    "began a wait that the deadline table does not reach, so it could not be judged",
    "Build the table over more days, from a book that is old enough",
)


@dataclass(frozen=True, slots=True)
class Unusual:
    """What a first look at a table found; a table without it is read in a shorter way.

    Attributes:
        has_refused: Whether a row cannot be used by itself.
        has_shared_ids: Whether two usable rows have one id.
        has_threads: Whether any row names its thread.
    """

    has_refused: bool = True
    has_shared_ids: bool = True
    has_threads: bool = True


def require_message_columns(opened: OpenedTable) -> None:
    """Refuse a table as a whole where a column is missing, or holds what cannot be an id or a moment.

    Raises:
        UnreadableSourceError: With one problem for each column.
    """
    require(opened, MESSAGE_COLUMNS)


def require(opened: OpenedTable, columns: Mapping[str, bool]) -> None:
    """Do so for those columns, each with whether the table must have it."""
    types = opened.types()
    problems = [
        Problem(opened.name, *wrong, field=name)
        for name, is_required in columns.items()
        if (wrong := _wrong_with(name, types.get(name), is_required=is_required)) is not None
    ]
    if problems:
        what = " ".join(map(str, problems)).removesuffix(".")
        raise UnreadableSourceError(opened.name, f"its columns cannot be used. {what}", "Correct them", problems)


def message_steps(opened: OpenedTable, unusual: Unusual) -> tuple[str, str]:
    """Return the steps that leave ``sound``, and those that leave ``usable`` and ``refused``."""
    return message_texts(opened.types(), opened.dialect, unusual)


def message_texts(types: Mapping[str, str], dialect: Dialect, unusual: Unusual) -> tuple[str, str]:
    """Return them for a table with those columns, each with its type in DuckDB's words."""
    values = {name: text_of(name, types.get(name), dialect) for name in MESSAGE_COLUMNS}
    values |= {
        "read_at": read_from("at", types["at"], dialect),
        "sent_at": instant_of("at", types["at"], dialect),
        "checks": cases_of(MESSAGE_CHECKS, dialect),
        "quoted_at": dialect.quoted("at"),
        "is_usable": "refusal IS NULL" if unusual.has_refused else "TRUE",
    }
    once = "messages_once" if unusual.has_shared_ids else "messages_as_is"
    return sql_text("messages", values), sql_text(
        once, {"quoted_at": dialect.quoted("at"), "joined_by": dialect.joined_by}
    )


def conversation_steps(unusual: Unusual, dialect: Dialect) -> tuple[str, str]:
    """Return the rows that name the conversations of ``sound``, and the steps that leave ``message``.

    Where the rows are kept a number is the name; where they are worked out again it must come out alike each time.
    """
    thread = "thread" if unusual.has_threads else dialect.write(dialect.text, "NULL")
    distinct = f"SELECT DISTINCT child_id, {thread} AS thread FROM sound"  # noqa: S608  our names
    named = f"SELECT {dialect.conversation} AS conversation, child_id, thread FROM ({distinct}) d"  # noqa: S608  our names
    is_same = "c.thread IS NOT DISTINCT FROM u.thread" if unusual.has_threads else "TRUE"
    return named, sql_text("conversations", {"is_same_thread": is_same, "inlined": dialect.inlined})


#: Column name to whether the table must have it. They mean what the fields of ``Absence`` mean.
ABSENCE_COLUMNS: Final[Mapping[str, bool]] = {"worker_id": True, "starts_at": True, "ends_at": True, "cover_id": False}

#: Why a row of absences is refused. They say what ``Absence`` says.
ABSENCE_CHECKS: Final = (
    *id_checks("worker_id"),
    Check("starts_at_missing", "starts_at", "starts_text IS NULL", "is missing", "Give it a value"),
    *instant_checks("starts_at", "starts_text", "starts_at"),
    *instant_checks("ends_at", "ends_text", "ends_at"),
    Check("ended_before_started", "ends_at", "ends_at <= starts_at", "is not after starts_at", "Check the two times"),
    Check("cover_id_empty", "cover_id", "cover_id = ''", "is empty", "Give it a value, or leave it out"),
    id_checks("cover_id")[1],
    Check(
        "cover_is_away",
        "cover_id",
        "cover_id = worker_id",
        "is the worker who is away",
        "Name somebody else, or leave it out",
    ),
)


def absence_steps(opened: OpenedTable, open_at: int) -> str:
    """Return the steps that leave ``absence`` for the rules, and ``judged``.

    Raises:
        UnreadableSourceError: A column is missing, or holds what cannot be an id or a moment.
    """
    require(opened, ABSENCE_COLUMNS)
    types, dialect = opened.types(), opened.dialect
    values = {
        "worker_id": text_of("worker_id", types["worker_id"], dialect),
        "cover_id": text_of("cover_id", types.get("cover_id"), dialect),
        "starts_text": text_of("starts_at", types["starts_at"], dialect),
        "starts_at": instant_of("starts_at", types["starts_at"], dialect),
        "ends_text": text_of("ends_at", types["ends_at"], dialect),
        "ends_at": instant_of("ends_at", types["ends_at"], dialect),
        "checks": cases_of(ABSENCE_CHECKS, dialect),
        "open_at": str(open_at),
    }
    return sql_text("absences", values)


_INSTANTS: Final = frozenset({"at", "starts_at", "ends_at", "changed_at"})
_INSTANT_TYPES: Final = frozenset({"TIMESTAMP WITH TIME ZONE", "VARCHAR", "NULL"})
_FLAGS: Final = frozenset({"needs_reply", "seen", "seen_alone"})
_FLAG_TYPES: Final = TEXT_TYPES | {"BOOLEAN"}

#: How to say which zone a moment is in, for those whose column does not.
_ZONE_RECIPES: Final = (
    "Say which zone the system writes: in DuckDB and PostgreSQL at AT TIME ZONE 'Europe/London', in SQL Server "
    "at AT TIME ZONE 'GMT Standard Time', in pandas .dt.tz_localize('Europe/London'), in Polars "
    ".dt.replace_time_zone('Europe/London'), in Spark read it as TIMESTAMP rather than TIMESTAMP_NTZ"
)


def _wrong_with(name: str, kind: str | None, *, is_required: bool) -> tuple[str, str] | None:
    """Return what is wrong with a column and what to do; ``None`` when nothing is."""
    if kind is None:
        return ("the column is missing", "Name the columns as relationkit does") if is_required else None
    if name in _INSTANTS:
        if kind in _INSTANT_TYPES:
            return None
        recipe = _ZONE_RECIPES if kind.startswith("TIMESTAMP") else "Give moments with their zone"
        return f"is of the type {kind}, which has no time zone", recipe
    known = _FLAG_TYPES if name in _FLAGS else TEXT_TYPES
    return None if kind in known else (f"is of the type {kind}", "Cast it to text first")


_WITH_ZONE: Final = "TIMESTAMP WITH TIME ZONE"


def text_of(name: str, kind: str | None, dialect: Dialect) -> str:
    """Return a column as text; nothing where there is no such column."""
    column = "NULL" if kind is None else dialect.column(name)
    return dialect.write(dialect.shown_moment if kind == _WITH_ZONE else dialect.text, column)


def read_from(name: str, kind: str, dialect: Dialect) -> str:
    """Return the text of a moment; that of a column of moments costs more to write than all else, and tells nothing."""
    if kind == _WITH_ZONE:
        return f"CASE WHEN {dialect.column(name)} IS NOT NULL THEN 'a moment' END"
    return text_of(name, kind, dialect)


def instant_of(name: str, kind: str, dialect: Dialect) -> str:
    """Return the moment in microseconds of UTC; nothing where it cannot be read."""
    column = dialect.column(name)
    if kind == _WITH_ZONE:
        return dialect.write(dialect.instant, column)
    text = dialect.write(dialect.text, column)
    is_moment = dialect.write(dialect.is_whole, text).replace("[]", f"{_DAY_AND_TIME}{_ZONE}")
    return f"CASE WHEN {is_moment} THEN {dialect.write(dialect.read_instant, text)} END"
