"""The SQL gives the rows that the object rules give, on packs of small random tables, and the packs notice faults."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import groupby, pairwise
from operator import attrgetter

import pytest

from relationkit import bulk, continuity
from relationkit.bulk import text
from relationkit.bulk.jobs import steps_of
from relationkit.continuity import HistoryRules, Window
from relationkit.records import Assignment, Role

COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
Rows = list[tuple[object, ...]]
COUNT, IGNORE = HistoryRules(), HistoryRules(cover="ignore")


def by_child(assignments: Iterable[Assignment]) -> Iterator[tuple[str, list[Assignment]]]:
    for child_id, together in groupby(sorted(assignments, key=attrgetter("child_id")), attrgetter("child_id")):
        yield child_id, list(together)


# What the object rules say.


def changes_by_objects(assignments: list[Assignment], window: Window, rules: HistoryRules) -> Rows:
    return [
        (child_id, c.on, c.from_worker, c.to_worker, c.reason, c.gap_days, c.returned)
        for child_id, own in by_child(assignments)
        for c in continuity.worker_changes(continuity.worker_history(own, rules), window)
    ]


def continuity_by_objects(assignments: list[Assignment], window: Window) -> Rows:
    rows: Rows = []
    for child_id, own in by_child(assignments):
        dfe, commissioner = continuity.dfe_stability(own, window), continuity.commissioner_instability(own, window)
        rows.append((child_id, dfe.workers, dfe.is_high, commissioner.changes, commissioner.is_multiple, 0))
    return rows


#: What can be asked of a pack, and what the object rules say to it.
QUESTIONS: dict[str, tuple[Callable[..., bulk.BulkResult], Callable[..., Rows]]] = {
    "count": (partial(bulk.worker_changes, rules=COUNT), partial(changes_by_objects, rules=COUNT)),
    "ignore": (partial(bulk.worker_changes, rules=IGNORE), partial(changes_by_objects, rules=IGNORE)),
    "continuity": (bulk.continuity, continuity_by_objects),
}


# What a day-by-day oracle says, which shares no step with either: sets of days, and one question a day.


def held_days(own: list[Assignment], last: date) -> dict[str, set[date]]:
    held: dict[str, set[date]] = {}
    for each in own:
        days = ((each.ended_on or last) - each.started_on).days
        if each.role is Role.SOCIAL_WORKER:
            held.setdefault(each.worker_id, set()).update(each.started_on + timedelta(days=d) for d in range(days))
    return held


def unbroken(days: set[date]) -> list[set[date]]:
    return [
        {day for _, day in run}
        for _, run in groupby(enumerate(sorted(days)), lambda pair: pair[1] - timedelta(days=pair[0]))
    ]


def lead_by_day(own: list[Assignment], last: date, *, is_cover_counted: bool) -> dict[date, str]:
    runs = [(run, worker) for worker, days in held_days(own, last).items() for run in unbroken(days)]
    if not is_cover_counted:
        runs = [(run, worker) for run, worker in runs if not any(run < other for other, _ in runs)]
    lead: dict[date, str] = {}
    for day in sorted({day for run, _ in runs for day in run}):
        present = sorted((worker, run) for run, worker in runs if day in run)
        lead[day] = max(present, key=lambda pair: (min(pair[1]), max(pair[1])))[0]  # of equals, max takes the first
    return lead


def changes_by_day(own: list[Assignment], window: Window, rules: HistoryRules) -> Rows:
    last = max(each.ended_on or each.started_on for each in own) + timedelta(days=9)
    lead = lead_by_day(own, last, is_cover_counted=rules.cover == "count")
    days = sorted(lead)
    rows: Rows = []
    for position, (before, day) in enumerate(pairwise(days), start=1):
        if lead[before] != lead[day] and window.start_on <= day < window.end_on:
            is_back = lead[day] in {lead[earlier] for earlier in days[:position]}
            rows.append((day, lead[before], lead[day], (day - before).days - 1, is_back))
    return rows


def test_the_object_rules_agree_with_the_oracle(packs) -> None:
    for pack in packs:
        for rules in (COUNT, IGNORE):
            by_day = [
                (c, *row) for c, own in by_child(pack.assignments) for row in changes_by_day(own, pack.window, rules)
            ]
            objects = changes_by_objects(pack.assignments, pack.window, rules)
            assert [(*row[:4], *row[5:]) for row in objects] == by_day


# The SQL against both.


def test_changes_under_rejoining_are_those_of_the_object_rules(packs) -> None:
    rules = HistoryRules(rejoin_within=3)
    for pack in packs[:2]:
        rows = bulk.worker_changes(pack.relation, pack.window, rules=rules).rows()
        assert rows == changes_by_objects(pack.assignments, pack.window, rules)


def test_changes_of_another_role_are_those_of_the_object_rules(packs) -> None:
    rules = HistoryRules(role=Role.PERSONAL_ADVISER)
    expected = [changes_by_objects(pack.assignments, pack.window, rules) for pack in packs]

    assert [bulk.worker_changes(pack.relation, pack.window, rules=rules).rows() for pack in packs] == expected
    assert any(expected)


@pytest.mark.parametrize("question", QUESTIONS)
def test_whole_tables_get_the_rows_of_the_object_rules(packs, question: str) -> None:
    asked, objects = QUESTIONS[question]
    for pack in packs:
        assert asked(pack.relation, pack.window).rows() == objects(pack.assignments, pack.window)


def test_rows_that_stand_there_many_times_count_once(packs, relation_of) -> None:
    rows = [tuple(getattr(each, name) for name in COLUMNS) for each in packs[0].assignments]
    for name, (asked, objects) in QUESTIONS.items():
        expected = objects(packs[0].assignments, packs[0].window)
        assert asked(relation_of(rows * 4), packs[0].window).rows() == expected, name


# The same text on a second engine: it is portable, not merely DuckDB's.


def in_sqlite(assignments: list[Assignment], steps: str) -> Rows:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE accepted (id, child_id, worker_id, role, started_day, ended_day, reason)")
    connection.execute("CREATE TABLE refused (child_id, refusal, row_count)")
    values = [
        (a.id, a.child_id, a.worker_id, a.role.value, text.day_number(a.started_on), end_day(a), a.reason)
        for a in assignments
    ]
    connection.executemany("INSERT INTO accepted VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    rows = connection.execute(steps).fetchall()
    connection.close()
    return rows


def end_day(assignment: Assignment) -> int:
    return text.OPEN_DAY if assignment.ended_on is None else text.day_number(assignment.ended_on)


def test_sqlite_gives_the_same_changes_from_the_same_text(packs) -> None:
    columns = "child_id, change_day, from_worker, to_worker, reason, gap_days, is_back"
    for pack in packs:
        steps = ",\n".join(steps_of("worker_changes", pack.window, COUNT))
        rows = in_sqlite(
            pack.assignments, f"WITH {steps} SELECT {columns} FROM change_row ORDER BY child_id, change_day"
        )
        objects = changes_by_objects(pack.assignments, pack.window, COUNT)
        assert rows == [(row[0], text.day_number(row[1]), *row[2:]) for row in objects]


def test_sqlite_gives_the_same_continuity_from_the_same_text(packs) -> None:
    columns = "child_id, workers, is_high, changes, is_multiple, refused_rows"
    for pack in packs:
        steps = ",\n".join(steps_of("continuity", pack.window, IGNORE))
        rows = in_sqlite(pack.assignments, f"WITH {steps} SELECT {columns} FROM child_row ORDER BY child_id")
        assert rows == continuity_by_objects(pack.assignments, pack.window)


# One-token faults: each is put into one file, at a place that stands there once, and some pack must notice it.

FAULTS = [
    ("history", "':role' AND started_day < ended_day", "':role' AND started_day <= ended_day"),
    ("history", "role = ':role'", "role <> ':role'"),
    ("history", "PRECEDING\n        ) AS reached_day", "FOLLOWING\n        ) AS reached_day"),
    ("history", "h.spells > 1", "h.spells > 2"),
    ("history", "PARTITION BY s.child_id, s.worker_id", "PARTITION BY s.child_id"),
    ("history", "MAX(s.ended_day)", "MIN(s.ended_day)"),
    ("history", "COALESCE(LEAD(reached_day)", "COALESCE(LAG(reached_day)"),
    (
        "history",
        "(PARTITION BY child_id, worker_id ORDER BY started_day), last_day",
        "(PARTITION BY child_id, worker_id ORDER BY started_day), reached_day",
    ),
    ("history", "reached_day < started_day", "reached_day <= started_day"),
    ("history", "reached_day IS NULL OR", "reached_day IS NULL AND"),
    (
        "history",
        "worker_id, started_day, ended_day FROM held WHERE spells = 1",
        "worker_id, started_day, ended_day FROM held WHERE spells >= 1",
    ),
    ("history", "MAX(ended_day) AS ended_day", "MIN(ended_day) AS ended_day"),
    ("history", "), started_day) AS outer_day", "), ended_day) AS outer_day"),
    ("history", "MIN(outer_day)", "MAX(outer_day)"),
    ("history", "outer_day < ended_day", "outer_day <= ended_day"),
    ("history", ":counts_cover = 1", ":counts_cover = 0"),
    ("history", "worker_id DESC\n        ) AS next_day", "worker_id ASC\n        ) AS next_day"),
    ("history", "started_day < next_day", "started_day <= next_day"),
    ("history", "k.started_day < o.started_day", "k.started_day > o.started_day"),
    ("history", "o.ended_day < k.ended_day", "o.ended_day > k.ended_day"),
    ("history", "o.ended_day < o.waiting_day", "o.ended_day > o.waiting_day"),
    ("history", "k.started_day DESC", "k.started_day ASC"),
    ("history", "k.ended_day DESC", "k.ended_day ASC"),
    ("history", "k.worker_id\n            ROWS", "k.worker_id DESC\n            ROWS"),
    ("history", "), o.ended_day) AS from_day", "), o.next_day) AS from_day"),
    ("history", "from_day < ended_day AND", "from_day <= ended_day AND"),
    ("history", "AND from_day < next_day", "AND from_day <= next_day"),
    ("history", "LAG(to_day)", "LAG(from_day)"),
    ("history", "l.worker_id = c.to_worker", "l.worker_id = c.from_worker"),
    ("history", "l.from_day < c.change_day", "l.from_day <= c.change_day"),
    ("history", ":window_from <= from_day", ":window_from < from_day"),
    ("history", "from_day < :window_to", "from_day <= :window_to"),
    ("worker_changes", "ORDER BY a.id", "ORDER BY a.id DESC"),
    ("worker_changes", "a.role = ':role'", "a.role <> ':role'"),
    ("worker_changes", "a.started_day < a.ended_day", "a.started_day <= a.ended_day"),
    ("continuity", "DISTINCT worker_id", "ALL worker_id"),
    ("continuity", "started_day < :window_to", "started_day <= :window_to"),
    ("continuity", "ended_day > :window_from", "ended_day >= :window_from"),
    ("continuity", "workers >= :high_from", "workers > :high_from"),
    ("continuity", "changes >= :multiple_from", "changes > :multiple_from"),
]


@pytest.fixture(name="expected", scope="module")
def expected_fixture(packs) -> list[dict[str, Rows]]:
    return [
        {name: objects(pack.assignments, pack.window) for name, (_, objects) in QUESTIONS.items()} for pack in packs
    ]


def is_noticed(packs, expected) -> bool:
    return any(
        asked(pack.relation, pack.window).rows() != rows[name]
        for pack, rows in zip(packs, expected, strict=True)
        for name, (asked, _) in QUESTIONS.items()
    )


#: Every fourth one at once; the others with the long tests.
EVERY_FAULT = [
    pytest.param(*fault, id=f"{fault[0]}: {fault[2]}", marks=[] if number % 4 == 0 else [pytest.mark.long])
    for number, fault in enumerate(FAULTS)
]


@pytest.mark.parametrize(("file", "right", "wrong"), EVERY_FAULT)
def test_a_one_token_fault_is_noticed(packs, expected, monkeypatch, file: str, right: str, wrong: str) -> None:
    texts = {name: text._uncommented(name) for name in ("accepted", "sound", "history", "worker_changes", "continuity")}
    assert texts[file].count(right) == 1
    texts[file] = texts[file].replace(right, wrong)
    monkeypatch.setattr(text, "_uncommented", texts.__getitem__)

    assert is_noticed(packs, expected)
