"""Tables to measure with: made by DuckDB from numbers, of any size, alike on every machine. Nobody in them is real."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from relationkit.continuity import Window
from relationkit.sla import PolicyBook, ResponsePolicy, uk_calendar

__all__ = ["FLOORS", "NOW", "YEAR", "changes_of_tuples", "make_table", "working_hours"]

YEAR: Final = Window.reporting_year(2025)
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: Six assignments a child: most touch, some overlap, leave a gap or lie inside, a few stay open.
_ASSIGNMENTS: Final = """
    SELECT 'a' || i AS id, 'child' || (i // 6) AS child_id, 'SW' || (hash(i * 7) % 8000) AS worker_id,
        'social_worker' AS role,
        day + CAST([0, 0, 0, 0, 0, 3, -10, -60][1 + CAST(hash(i * 3) % 8 AS INTEGER)] AS INTEGER) AS started_on,
        CASE WHEN i % 6 < 5 OR hash(i) % 5 = 0 THEN next_day END AS ended_on,
        'left_role' AS reason
    FROM (
        SELECT i, base + CAST(i % 6 * 130 + hash(i) % 80 AS INTEGER) AS day,
            base + CAST((i % 6 + 1) * 130 + hash(i + 1) % 80 AS INTEGER) AS next_day
        FROM (SELECT i, DATE '2021-01-01' + CAST(hash(i // 6) % 700 AS INTEGER) AS base FROM range(?) t(i))
    )
"""
#: Twenty messages a child in 2025: a child writes, mostly somebody answers, or a machine does, or nobody picks up.
_MESSAGES: Final = """
    SELECT 'm' || i AS id, 'child' || (i // 20) AS child_id,
        make_timestamptz(1735689600000000 + CAST(hash(i * 3) % 31536000 AS BIGINT) * 1000000) AS "at",
        CASE WHEN a < 450 THEN 'to_child' ELSE 'from_child' END AS direction,
        ['text', 'call', 'email', 'app'][1 + CAST(hash(i * 5) % 4 AS INTEGER)] AS channel,
        'SW' || (i // 20 % 500) AS worker_id,
        CASE WHEN a < 270 OR a >= 450 THEN 'message' WHEN a < 360 THEN 'automatic' ELSE 'attempt' END AS kind
    FROM (SELECT i, hash(i) % 1000 AS a FROM range(?) t(i))
"""
_TABLES: Final[Mapping[str, str]] = {"assignments": _ASSIGNMENTS, "messages": _MESSAGES}


def make_table(name: str, rows: int, path: Path) -> None:
    """Write so many assignments or messages to a Parquet file, as they come.

    Raises:
        MissingExtraError: DuckDB is not installed.
    """
    from relationkit.bulk import DuckDB

    with DuckDB(memory_limit="1GB").connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        made = _TABLES[name].replace("?", str(int(rows)))
        connection.execute(f"COPY ({made}) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")


@cache
def working_hours() -> PolicyBook:
    """Return one policy for everybody: 24 working hours."""
    calendar = uk_calendar("England", years=range(2024, 2028))
    since = date(2000, 1, 1)
    return PolicyBook([ResponsePolicy(name="24", target=timedelta(hours=24), calendar=calendar, in_force_from=since)])


# The floor: each rule as short as plain Python can be, over tuples that lie in memory ----------------------------


def changes_of_tuples(rows: Iterable[Sequence[Any]]) -> int:
    """Return how many changes of lead worker there were in the year, cover counted."""
    children: dict[str, list[tuple[date, date, str]]] = {}
    for _, child, worker, role, start, end, _ in rows:
        if role == "social_worker" and start != end:
            children.setdefault(child, []).append((start, end or date.max, worker))
    return sum(map(_changes, children.values()))


def _changes(spells: list[tuple[date, date, str]]) -> int:
    joined: list[tuple[date, date, str]] = []
    last: dict[str, int] = {}
    for start, end, worker in sorted(spells):
        at = last.get(worker)
        if at is not None and start <= joined[at][1]:
            joined[at] = (joined[at][0], max(end, joined[at][1]), worker)
        else:
            last[worker] = len(joined)
            joined.append((start, end, worker))
    found, before = 0, None
    for day in sorted({day for start, end, _ in joined for day in (start, end)}):
        present = [spell for spell in joined if spell[0] <= day < spell[1]]
        if present:
            top = max(spell[:2] for spell in present)
            lead = min(worker for start, end, worker in present if (start, end) == top)
            found += before not in (None, lead) and YEAR.start_on <= day < YEAR.end_on
            before = lead
    return found


#: Child, id, when, when due, when answered, by whom, messages, attempts, whether in time.
_Wait = tuple[str, str, int, datetime, datetime | None, str | None, int, int, bool]


def waits_of_tuples(rows: Iterable[Sequence[Any]]) -> int:
    """Return how many waits there were: each id once, each child in order, each with its due time and answer."""
    (policy,) = working_hours().policies
    children: dict[str, list[tuple[int, bool, str, str, str]]] = {}
    for message_id, child, at, direction, _, worker, kind in {row[0]: row for row in rows}.values():
        if kind != "automatic":
            children.setdefault(child, []).append((at, direction == "from_child", message_id, kind, worker))
    waits: list[_Wait] = []

    def ended(child: str, first: Sequence[Any], answer: Sequence[Any] | None, asked: int, tries: int) -> None:
        due_at = policy.due_at(_EPOCH + timedelta(microseconds=first[0]))
        answered_at = None if answer is None else _EPOCH + timedelta(microseconds=answer[0])
        by = None if answer is None else answer[4]
        in_time = (answered_at or NOW) <= due_at
        waits.append((child, first[2], first[0], due_at, answered_at, by, asked, tries, in_time))

    for child, own in children.items():
        first, asked, tries = None, 0, 0
        for message in sorted(own):
            if message[1]:
                first, asked, tries = (message, 1, 0) if first is None else (first, asked + 1, tries)
            elif first is not None and message[3] == "message":
                ended(child, first, message, asked, tries)
                first = None
            elif first is not None:
                tries += 1
        if first is not None:
            ended(child, first, None, asked, tries)
    waits.sort(key=lambda wait: (wait[2], wait[0], wait[1]))
    return len(waits)


FLOORS: Final[Mapping[str, Callable[[Iterable[Sequence[Any]]], int]]] = {
    "assignments": changes_of_tuples,
    "messages": waits_of_tuples,
}
