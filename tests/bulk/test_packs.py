"""The SQL gives the rows that the object rules give, on packs of small random tables, and the packs notice faults."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TypeVar

import pytest

from relationkit import bulk, continuity
from relationkit.bulk import text
from relationkit.bulk.jobs import JOBS, Job, steps_of
from relationkit.continuity import HistoryRules, Window
from relationkit.records import Assignment, ChangeReason, Placement, Role

COLUMNS = ("id", "child_id", "worker_id", "role", "started_on", "ended_on", "reason")
Rows = list[tuple[object, ...]]
COUNT, IGNORE = HistoryRules(), HistoryRules(cover="ignore")
REJOINED = HistoryRules(cover="ignore", rejoin_within=2)


Record = TypeVar("Record", Assignment, Placement)


def by_child(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    for child_id, together in groupby(sorted(records, key=attrgetter("child_id")), attrgetter("child_id")):
        yield child_id, list(together)


# What the object rules say.


def changes_by_objects(pack, rules: HistoryRules) -> Rows:
    return [
        (child_id, c.on, c.from_worker, c.to_worker, c.reason, c.gap_days, c.returned)
        for child_id, own in by_child(pack.assignments)
        for c in continuity.worker_changes(continuity.worker_history(own, rules), pack.window)
    ]


def continuity_by_objects(pack, rules: HistoryRules, *, knows_care: bool = True) -> Rows:
    assignments = dict(by_child(pack.assignments))
    placements: dict[str, list[Placement]] = dict(by_child(pack.placements)) if knows_care else {}
    return [
        continuity_row(
            child_id,
            continuity.continuity_of(
                assignments.get(child_id, ()),
                pack.window,
                rules,
                placements=placements.get(child_id, ()) if knows_care else None,
            ),
        )
        for child_id in sorted({*assignments, *placements})
    ]


def continuity_row(child_id: str, found: continuity.Continuity) -> tuple[object, ...]:
    dfe, commissioner, current = found.dfe_stability, found.commissioner_instability, found.current
    reasons = [found.reasons[reason] for reason in (*ChangeReason, None)]
    return (
        child_id,
        *((None, None) if dfe is None else (dfe.workers, dfe.is_high)),
        *((None, None) if commissioner is None else (commissioner.changes, commissioner.is_multiple)),
        *(found.days_with_worker, found.gap_days, found.longest_days),
        *((None, None) if current is None else (current.worker_id, current.started_on)),
        *(found.current_days, found.is_allocated),
        *((len(found.days_led), len(found.changes)) if found.is_known else (None, None)),
        *(found.returns, *(reasons if found.is_known else [None] * len(reasons))),
        *(found.days_in_care, found.days_without_worker, found.workers_in_care),
        0,
    )


def changes_in_bulk(pack, rules: HistoryRules) -> Rows:
    return bulk.worker_changes(pack.relation, pack.window, rules=rules).rows()


def continuity_in_bulk(pack, rules: HistoryRules, *, knows_care: bool = True) -> Rows:
    placements = pack.placed if knows_care else None
    return bulk.continuity(pack.relation, pack.window, rules=rules, placements=placements).rows()


#: What can be asked of a pack, and what the object rules say to it.
QUESTIONS: dict[str, tuple[Callable[..., Rows], Callable[..., Rows]]] = {
    "count": (partial(changes_in_bulk, rules=COUNT), partial(changes_by_objects, rules=COUNT)),
    "ignore": (partial(changes_in_bulk, rules=IGNORE), partial(changes_by_objects, rules=IGNORE)),
    "continuity": (partial(continuity_in_bulk, rules=COUNT), partial(continuity_by_objects, rules=COUNT)),
    "rejoined": (partial(continuity_in_bulk, rules=REJOINED), partial(continuity_by_objects, rules=REJOINED)),
}
#: The same as jobs of the text.
IN_SQL: dict[str, tuple[Job, HistoryRules]] = {
    "count": ("worker_changes", COUNT),
    "ignore": ("worker_changes", IGNORE),
    "continuity": ("continuity", COUNT),
    "rejoined": ("continuity", REJOINED),
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
            objects = changes_by_objects(pack, rules)
            assert [(*row[:4], *row[5:]) for row in objects] == by_day


# The SQL against both.


def test_changes_under_rejoining_are_those_of_the_object_rules(packs) -> None:
    rules = HistoryRules(rejoin_within=3)

    assert changes_in_bulk(packs[1], rules) == changes_by_objects(packs[1], rules)


def test_changes_of_another_role_are_those_of_the_object_rules(packs) -> None:
    rules = HistoryRules(role=Role.PERSONAL_ADVISER)
    expected = changes_by_objects(packs[2], rules)

    assert changes_in_bulk(packs[2], rules) == expected
    assert expected


@pytest.mark.parametrize("place", [0, pytest.param(1, marks=pytest.mark.long), pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize("question", QUESTIONS)
def test_whole_tables_get_the_rows_of_the_object_rules(packs, expected, question: str, place: int) -> None:
    assert QUESTIONS[question][0](packs[place]) == expected[place][question]


def test_without_placements_nothing_is_said_of_care(packs) -> None:
    rules = HistoryRules(role=Role.PERSONAL_ADVISER, rejoin_within=1)

    rows = continuity_in_bulk(packs[0], rules, knows_care=False)

    assert rows == continuity_by_objects(packs[0], rules, knows_care=False)
    assert {row[-4:-1] for row in rows} == {(None, None, None)}


def test_rows_that_stand_there_many_times_count_once(packs, expected, relation_of) -> None:
    rows = [tuple(getattr(each, name) for name in COLUMNS) for each in packs[0].assignments]
    many = replace(packs[0])
    vars(many).update({"relation": relation_of(rows * 4), "placed": packs[0].placed.union(packs[0].placed)})
    for name in ("count", "continuity"):
        assert QUESTIONS[name][0](many) == expected[0][name], name


# The same text on a second engine: it is portable, not merely DuckDB's.


def in_sqlite(pack, question: str) -> Rows:
    """Run the steps of a question in SQLite, on tables that are filled from the records; days stay numbers."""
    job, rules = IN_SQL[question]
    tables: dict[str, tuple[str, Iterable[tuple[object, ...]]]] = {
        "accepted": (
            "id, child_id, worker_id, role, started_day, ended_day, reason",
            (
                (a.id, a.child_id, a.worker_id, a.role.value, text.day_number(a.started_on), end_day(a), a.reason)
                for a in pack.assignments
            ),
        ),
        "refused": ("child_id, refusal, row_count", ()),
        "placement": (
            "child_id, regime, started_day, ended_day",
            ((p.child_id, p.regime, text.day_number(p.started_on), end_day(p)) for p in pack.placements),
        ),
        "refused_placement": ("child_id, refusal", ()),
    }
    connection = sqlite3.connect(":memory:")
    for name, (headings, values) in tables.items():
        connection.execute(f"CREATE TABLE {name} ({headings})")
        marks = ", ".join("?" * len(headings.split(",")))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    steps = ", ".join(steps_of(job, pack.window, rules, knows_care=True))
    rows = JOBS[job]
    statement = f"WITH {steps} SELECT {', '.join(rows.numbers)} FROM {rows.step} ORDER BY 1, 2"
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def end_day(record: Assignment | Placement) -> int:
    return text.OPEN_DAY if record.ended_on is None else text.day_number(record.ended_on)


def as_numbers(rows: Rows) -> Rows:
    return [tuple(text.day_number(cell) if isinstance(cell, date) else cell for cell in row) for row in rows]


@pytest.mark.parametrize("question", IN_SQL)
def test_sqlite_gives_the_same_rows_from_the_same_text(packs, expected, question: str) -> None:
    assert [in_sqlite(pack, question) for pack in packs] == [as_numbers(rows[question]) for rows in expected]


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
    ("continuity", "DISTINCT worker_id) AS workers", "worker_id) AS workers"),
    ("continuity", "started_day < :window_to AND ended", "started_day <= :window_to AND ended"),
    ("continuity", "ended_day > :window_from", "ended_day >= :window_from"),
    ("continuity", "m.workers >= :high_from", "m.workers > :high_from"),
    ("continuity", "m.changes >= :multiple_from", "m.changes > :multiple_from"),
    ("continuity", "MIN(worker_id) AS worker_id", "MAX(worker_id) AS worker_id"),
    ("continuity", "WHERE outer_day < ended_day", "WHERE outer_day <= ended_day"),
    ("continuity", ":window_from <= started_day", ":window_from < started_day"),
    ("continuity", "AND started_day < :window_to\n    GROUP BY", "AND started_day <= :window_to\n    GROUP BY"),
    ("continuity", "from_day < :window_from THEN :window_from", "from_day > :window_from THEN :window_from"),
    ("continuity", "to_day < :window_to THEN to_day", "to_day > :window_to THEN to_day"),
    ("continuity", "COUNT(DISTINCT worker_id) AS lead_workers", "COUNT(worker_id) AS lead_workers"),
    ("continuity", "SUM(until_day - first_day)", "SUM(until_day - from_day)"),
    ("continuity", "MAX(until_day - from_day)", "MAX(until_day - first_day)"),
    ("continuity", "= :window_to THEN worker_id", ">= from_day THEN worker_id"),
    ("continuity", "before_day < :window_from THEN :window_from", "before_day > :window_from THEN :window_from"),
    ("continuity", "from_day < :window_to THEN from_day", "from_day > :window_to THEN from_day"),
    ("continuity", "before_day < :window_to AND", "before_day > :window_to AND"),
    ("continuity", "SUM(is_back)", "MAX(is_back)"),
    ("continuity", "c.until_day < l.until_day THEN", "c.until_day > l.until_day THEN"),
    ("continuity", "c.first_day > l.first_day THEN", "c.first_day < l.first_day THEN"),
    ("continuity", "l.first_day < c.until_day", "l.first_day <> c.until_day"),
    ("continuity", "COUNT(DISTINCT l.worker_id)", "COUNT(l.worker_id)"),
    ("continuity", "l.to_day > c.since_day", "l.to_day >= c.since_day"),
    ("continuity", "l.from_day < :window_to", "l.from_day <= :window_to"),
    ("continuity", "MIN(started_day) AS first_day", "MAX(started_day) AS first_day"),
    ("continuity", "m.first_day <= m.care_day", "m.first_day < m.care_day"),
    ("continuity", ":window_to - m.current_day", ":window_to - m.first_day"),
    ("care", "regime NOT IN", "regime IN"),
    ("care", "MAX(ended_day) OVER (PARTITION BY child_id)", "MIN(ended_day) OVER (PARTITION BY child_id)"),
    ("care", "MAX(ended_day) OVER (\n", "MIN(ended_day) OVER (\n"),
    ("care", "COALESCE(LEAD(reached_day)", "COALESCE(LAG(reached_day)"),
    ("care", "reached_day < started_day", "reached_day <= started_day"),
    ("care", "reached_day IS NULL OR", "reached_day IS NULL AND"),
    ("care", "from_day < :window_from THEN", "from_day > :window_from THEN"),
    ("care", "to_day < :window_to THEN", "to_day > :window_to THEN"),
    ("care", "= :window_to THEN from_day", "< :window_to THEN from_day"),
    ("rejoined", "before_worker = worker_id", "before_worker <> worker_id"),
    ("rejoined", "<= :rejoin_within", "< :rejoin_within"),
    ("rejoined", "MAX(to_day)", "MIN(to_day)"),
    ("rejoined", "from_day = since_day", "from_day <> since_day"),
]


@pytest.fixture(name="expected", scope="module")
def expected_fixture(packs) -> list[dict[str, Rows]]:
    return [{name: objects(pack) for name, (_, objects) in QUESTIONS.items()} for pack in packs]


#: Which questions a file has a part in; the others would notice nothing in it.
ASKED_OF = {"worker_changes": ["count"], "continuity": ["continuity"], "care": ["continuity"], "rejoined": ["rejoined"]}


def is_noticed(packs, expected, file: str) -> bool:
    return any(
        in_sqlite(pack, question) != as_numbers(rows[question])
        for pack, rows in zip(packs, expected, strict=True)
        for question in ASKED_OF.get(file, ["count", "ignore"])
    )


#: Every sixth one at once; the others with the long tests.
EVERY_FAULT = [
    pytest.param(*fault, id=f"{fault[0]}: {fault[2]}", marks=[] if number % 6 == 0 else [pytest.mark.long])
    for number, fault in enumerate(FAULTS)
]


@pytest.mark.parametrize(("file", "right", "wrong"), EVERY_FAULT)
def test_a_one_token_fault_is_noticed(packs, expected, monkeypatch, file: str, right: str, wrong: str) -> None:
    whole = text._uncommented(file)
    assert whole.count(right) == 1
    as_written = text._uncommented
    monkeypatch.setattr(
        text, "_uncommented", lambda name: whole.replace(right, wrong) if name == file else as_written(name)
    )

    assert is_noticed(packs, expected, file)
