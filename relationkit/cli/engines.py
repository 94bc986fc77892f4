"""Which engine counts: the object rules child by child, or DuckDB or Spark over the whole table (``--engine``).

All give the same answer. A source is read record by record whichever it is, so that what is left out of it is said once
and in the same words; for whole tables the records are laid down in files that are gone when the answer is there.
"""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from relationkit.continuity import (
    ChildMeasures,
    CommissionerInstability,
    DfeStability,
    HistoryRules,
    Window,
    measure_children,
)
from relationkit.errors import InvalidOptionError, InvalidPolicyError
from relationkit.records import Absence, Assignment, ChildId, Direction, Message, NotAlone, Placement, Role, Session
from relationkit.sla import PolicyBook, ResponseClock, ResponsePolicy
from relationkit.visits import VisitDue, VisitRule, visits_due
from relationkit.visits.sessions import latest_sessions

if TYPE_CHECKING:
    from relationkit.bulk import BulkResult, SparkResult

__all__ = ["ENGINES", "clocks_in_bulk", "engine_named", "measured_by", "visits_by"]

#: What ``--engine`` takes.
ENGINES: Final = ("objects", "duckdb", "spark")

#: The columns of an assignment that the measures look at, after a number that stands for its id.
_FIELDS: Final = ("child_id", "worker_id", "role", "started_on", "ended_on", "reason")


def engine_named(name: str) -> str:
    """Return the engine of that name.

    Raises:
        InvalidOptionError: There is none.
        MissingExtraError: It is asked for and not installed.
        MissingJavaError: Spark is asked for, and there is no Java.
    """
    if name not in ENGINES:
        raise InvalidOptionError(f"--engine {name}: no such engine. Use one of {', '.join(ENGINES)}.")
    if name == "duckdb":
        from relationkit.bulk import DuckDB

        DuckDB().connect().close()
    if name == "spark":
        from relationkit.bulk.spark import require_spark

        require_spark()
    return name


@contextmanager
def _opener(engine: str) -> "Iterator[Callable[[Path], Any]]":
    """Yield what makes a whole table of a file that was laid down: DuckDB reads the file, Spark through a session."""
    if engine == "duckdb":
        yield lambda path: path
        return
    from relationkit.bulk.spark import local_session

    with local_session() as session:
        yield lambda path: session.read.csv(str(path), header=True, quote='"', escape='"')


def _cells(found: "BulkResult | SparkResult", *names: str) -> list[tuple[Any, ...]]:
    """Return some columns of an answer, in no order."""
    from relationkit.bulk import BulkResult

    if isinstance(found, BulkResult):
        return found.relation.project(", ".join(names)).fetchall()
    return [tuple(row) for row in found.frame.select(*names).collect()]


def measured_by(
    engine: str,
    assignments: Iterable[Assignment],
    child_ids: Collection[ChildId],
    window: Window,
    *,
    rules: HistoryRules | None = None,
) -> list[ChildMeasures]:
    """Return what :func:`relationkit.continuity.measure_children` says, by the engine; in no order to rely on.

    Args:
        engine: One of ``ENGINES``.
        assignments: As for ``measure_children``; whole tables also take those that do not stand together.
        child_ids: Children who count even when they have no assignment.
        window: The period to count in.
        rules: Count the changes by these as well.
    """
    if engine == "objects":
        return list(measure_children(assignments, child_ids, window, rules=rules))
    with TemporaryDirectory() as folder, _opener(engine) as opened:
        # each gets an id of its own, for here every record counts
        table = _laid_down(folder, "assignments", ("id", *_FIELDS), numbered(assignments, _FIELDS))
        return _measured_in_bulk(opened(table), child_ids, window, rules)


def numbered(records: Iterable[object], fields: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield the fields of each record after a number that stands for its id."""
    return ((number, *row) for number, row in enumerate(map(attrgetter(*fields), records)))


def _laid_down(folder: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Lay rows down as a CSV file, as they come."""
    path = Path(folder) / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def _measured_in_bulk(
    table: Any, child_ids: Collection[ChildId], window: Window, rules: HistoryRules | None
) -> list[ChildMeasures]:
    from relationkit import bulk

    own: Counter[object] = Counter()
    if rules is not None:
        own = Counter(child_id for (child_id,) in _cells(bulk.worker_changes(table, window, rules=rules), "child_id"))
    counted = _cells(bulk.continuity(table, window), "child_id", "workers", "changes")
    known = {row[0] for row in counted}
    nobody = ((child_id, 0, 0) for child_id in dict.fromkeys(child_ids) if child_id not in known)
    return [
        ChildMeasures(
            child_id,
            DfeStability(workers or 0),
            CommissionerInstability(changes or 0),
            None if rules is None else own[child_id],
        )
        for child_id, workers, changes in (*counted, *nobody)
    ]


# Replies -----------------------------------------------------------------------------------------------------------

_MESSAGE_FIELDS: Final = ("id", "child_id", "at", "direction", "channel", "worker_id", "kind", "needs_reply")
_ABSENCE_FIELDS: Final = ("worker_id", "starts_at", "ends_at", "cover_id")


def clocks_in_bulk(
    engine: str,
    messages: Iterable[Message],
    policies: PolicyBook,
    *,
    now: datetime,
    absences: Iterable[Absence] = (),
    assignments: Iterable[Assignment] = (),
) -> list[ResponseClock]:
    """Return what :func:`relationkit.sla.track_responses` says, in no order to rely on.

    The arguments are the same, after the engine; the messages are read once, as they come.

    Raises:
        InvalidPolicyError: A message is older than the book; or the book's policies differ in what stops a clock, or
            count the answers of some roles alone, which whole tables do not judge.
    """
    threads: dict[str | None, int] = {}
    with TemporaryDirectory() as folder, _opener(engine) as opened:
        seen = _Seen(now)
        rows = ((*row, threads.setdefault(message.thread, len(threads))) for message, row in seen.rows(messages))
        tables = {
            "messages": _laid_down(folder, "messages", (*_MESSAGE_FIELDS, "thread"), rows),
            "absences": _laid_down(folder, "absences", _ABSENCE_FIELDS, map(attrgetter(*_ABSENCE_FIELDS), absences)),
            "assignments": _laid_down(
                folder, "assignments", ("id", *_FIELDS, "cover_for"), numbered(assignments, (*_FIELDS, "cover_for"))
            ),
        }
        whole = {name: opened(path) for name, path in tables.items()}
        return _clocks(whole, seen, policies, list(threads))


class _Seen:
    """Which messages went by: the first and the last day on which a wait may have begun."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)
        self.first, self.last = date.max, date.min

    def rows(self, messages: Iterable[Message]) -> Iterator[tuple[Message, tuple[object, ...]]]:
        """Yield each message with its cells."""
        cells = attrgetter(*_MESSAGE_FIELDS)
        for message in messages:
            if message.direction is Direction.FROM_CHILD and message.at <= self.now:
                day = message.at.astimezone(UTC).date()
                self.first, self.last = min(self.first, day), max(self.last, day)
            yield message, cells(message)


def _clocks(
    tables: dict[str, Any], seen: _Seen, policies: PolicyBook, threads: Sequence[str | None]
) -> list[ResponseClock]:
    from relationkit import bulk

    if seen.last < seen.first:
        return []
    found = bulk.response_clocks(
        tables["messages"],
        bulk.deadline_table(policies, seen.first, seen.last),
        now=seen.now,
        assignments=tables["assignments"],
        absences=tables["absences"],
    )
    if any(refusal.reason == "outside_deadlines" for refusal in found.refusals):
        raise InvalidPolicyError(
            f"a message is older than the book's first policy, of {policies.policies[0].in_force_from}. "
            "Add the policy of its day, or leave the message out."
        )
    versions = dict[object, ResponsePolicy](
        ((policy.name, policy.in_force_from), policy) for policy in policies.policies
    )
    named = (dict(zip(found.columns, row, strict=True)) for row in found.rows())
    return [_clock(row, versions[row["policy"], row["in_force_from"]], threads, seen.now) for row in named]


def _clock(row: dict[str, Any], policy: ResponsePolicy, threads: Sequence[str | None], now: datetime) -> ResponseClock:
    told = {name: row[name] for name in ResponseClock._fields if name in row}
    told |= {"policy": policy, "role": Role(row["role"]), "thread": threads[int(row["thread"])], "seen_until": now}
    return ResponseClock(**told)


# Visits ------------------------------------------------------------------------------------------------------------

_PLACEMENT_FIELDS: Final = ("id", "child_id", "started_on", "ended_on", "regime")
_SESSION_FIELDS: Final = ("id", "child_id", "kind", "starts_at", "status", "seen", "seen_alone", "not_alone_why")


def visits_by(
    engine: str,
    placements: Collection[Placement],
    sessions: Collection[Session],
    *,
    now: datetime,
    rules: Collection[VisitRule],
) -> list[VisitDue]:
    """Return what :func:`relationkit.visits.visits_due` says, by the engine: one of ``ENGINES``."""
    if engine == "objects":
        return visits_due(placements, sessions, now=now, rules=rules)
    from relationkit import bulk

    with TemporaryDirectory() as folder, _opener(engine) as opened:
        tables = (
            _laid_down(folder, "placements", _PLACEMENT_FIELDS, map(attrgetter(*_PLACEMENT_FIELDS), placements)),
            # each session as its last record tells it: where records contradict each other, the object rule chooses
            _laid_down(
                folder, "sessions", _SESSION_FIELDS, map(attrgetter(*_SESSION_FIELDS), latest_sessions(sessions))
            ),
        )
        found = bulk.visits_due(*map(opened, tables), now=now, rules=rules)
        named = dict[object, VisitRule](
            ((rule.regime, rule.name, rule.source, rule.in_force_from), rule) for rule in rules
        )
        rows = (dict(zip(found.columns, row, strict=True)) for row in found.rows())
        return [_visit(row, named.get(tuple(row[name] for name in _NAMES_RULE))) for row in rows]


_NAMES_RULE: Final = ("regime", "rule", "source", "in_force_from")


def _visit(row: dict[str, Any], rule: VisitRule | None) -> VisitDue:
    told = {field.name: row[field.name] for field in fields(VisitDue)}
    why = row["not_alone_why"]
    return VisitDue(**told | {"rule": rule, "not_alone_why": None if why is None else NotAlone(why)})
