"""The rules held against an oracle that asks, for every single day, who led. Everybody here is made up."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count, pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.continuity import (
    Continuity,
    HistoryRules,
    Window,
    WorkerSpell,
    commissioner_instability,
    continuity_of,
    dfe_stability,
    distinct_workers,
    worker_changes,
    worker_histories,
    worker_history,
)
from relationkit.records import (
    Assignment,
    AssignmentId,
    ChangeReason,
    ChildId,
    Placement,
    PlacementId,
    Role,
    WorkerId,
)

FIRST = date(2024, 2, 20)  # a leap day is on the way
LAST = 40  # no drawn day is later; what is open holds it
DAYS = range(LAST + 1)

Cover = Literal["count", "ignore"]
Row = tuple[str, int, int | None, ChangeReason | None]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def assignment(number: int, row: Row) -> Assignment:
    worker, start, length, reason = row
    return Assignment(
        id=AssignmentId(f"a{number:02}"),
        child_id=ChildId("C"),
        worker_id=WorkerId(worker),
        role=Role.SOCIAL_WORKER,
        started_on=day(start),
        ended_on=None if length is None else day(start + length),
        reason=reason,
    )


rows = st.tuples(
    st.sampled_from("ABCD"),
    st.integers(0, 20),
    st.none() | st.integers(0, 15),
    st.none() | st.sampled_from([ChangeReason.ABSENCE, ChangeReason.LEFT_ROLE]),
)
cases = st.lists(rows, max_size=9).map(lambda drawn: [assignment(*each) for each in enumerate(drawn)])
windows = st.tuples(st.integers(0, LAST - 1), st.integers(1, LAST)).map(
    lambda drawn: Window(day(drawn[0]), day(min(drawn[0] + drawn[1], LAST)))
)
COVERS: tuple[Cover, ...] = ("count", "ignore")
covers = st.sampled_from(COVERS)
rejoins = st.integers(0, 4)


# The oracle: sets of days, no sweep, no stack.


def days_held(held: Assignment) -> set[int]:
    return {number for number in DAYS if held.is_open(on=day(number))}


def days_led(spell: WorkerSpell) -> set[int]:
    after = DAYS.stop if spell.ended_on is None else (spell.ended_on - FIRST).days
    return set(range((spell.started_on - FIRST).days, after))


def runs(days: set[int]) -> list[frozenset[int]]:
    """The stretches of consecutive days."""
    starts = [number for number in sorted(days) if number - 1 not in days]
    return [frozenset(range(start, next(number for number in count(start) if number not in days))) for start in starts]


def joined_runs(assignments: Iterable[Assignment], cover: Cover) -> list[tuple[str, frozenset[int]]]:
    by_worker: dict[str, set[int]] = {}
    for held in assignments:
        by_worker.setdefault(held.worker_id, set()).update(days_held(held))
    joined = [(worker, run) for worker, days in by_worker.items() for run in runs(days)]
    if cover == "count":
        return joined
    return [(worker, run) for worker, run in joined if not any(run < other for who, other in joined if who != worker)]


def lead_on_each_day(assignments: Iterable[Assignment], cover: Cover, rejoin_within: int = 0) -> list[str | None]:
    joined = joined_runs(assignments, cover)
    leads: list[str | None] = []
    for number in DAYS:
        holding = [(-min(run), -max(run), worker) for worker, run in joined if number in run]
        leads.append(min(holding)[2] if holding else None)
    return with_short_gaps_filled(leads, rejoin_within)


def with_short_gaps_filled(leads: list[str | None], rejoin_within: int) -> list[str | None]:
    filled = list(leads)
    for gap in runs({number for number in DAYS if leads[number] is None}):
        before, after = min(gap) - 1, max(gap) + 1
        is_inside = before >= 0 and after <= LAST and leads[before] == leads[after]
        if is_inside and len(gap) <= rejoin_within:
            for number in gap:
                filled[number] = leads[before]
    return filled


def changes_by_day(leads: list[str | None]) -> list[tuple[int, str, str, int, bool]]:
    """(day, from, to, gap, returned), walking the days."""
    found, known, before, last_held = [], set[str](), None, -1
    for number, lead in enumerate(leads):
        if lead is None:
            continue
        if before is not None and lead != before:
            found.append((number, before, lead, number - last_held - 1, lead in known))
        known.add(lead)
        before, last_held = lead, number
    return found


def led_on_each_day(history: list[WorkerSpell]) -> list[str | None]:
    leads: list[str | None] = [None] * len(DAYS)
    for spell in history:
        for number in days_led(spell):
            assert leads[number] is None, "two spells hold one day"
            leads[number] = spell.worker_id
    return leads


# The properties.


@given(cases, covers, rejoins)
def test_the_history_is_what_the_days_say(assignments: list[Assignment], cover: Cover, rejoin_within: int) -> None:
    history = worker_history(assignments, HistoryRules(cover=cover, rejoin_within=rejoin_within))

    assert led_on_each_day(history) == lead_on_each_day(assignments, cover, rejoin_within)


@given(cases, covers, rejoins)
def test_spells_are_in_order_and_as_long_as_they_can_be(
    assignments: list[Assignment], cover: Cover, rejoin_within: int
) -> None:
    history = worker_history(assignments, HistoryRules(cover=cover, rejoin_within=rejoin_within))

    for earlier, later in pairwise(history):
        assert earlier.ended_on is not None
        gap = (later.started_on - earlier.ended_on).days
        assert gap >= 0
        assert earlier.worker_id != later.worker_id or gap > rejoin_within
    assert all(spell.ended_on is None or spell.started_on < spell.ended_on for spell in history)
    is_open = any(held.ended_on is None for held in assignments)
    assert bool(history and history[-1].ended_on is None) is is_open


@given(cases, covers)
def test_a_spell_names_its_assignments_and_its_reason(assignments: list[Assignment], cover: Cover) -> None:
    for spell in worker_history(assignments, HistoryRules(cover=cover)):
        own = [held for held in assignments if held.worker_id == spell.worker_id]
        led = days_led(spell)
        began = [held.reason for held in own if held.started_on == spell.started_on and days_held(held)]

        assert set(spell.assignment_ids) == {held.id for held in own if days_held(held) & led}
        assert spell.reason == next((reason for reason in began if reason is not None), None)


@given(cases, covers, st.randoms(use_true_random=False))
def test_order_and_duplicates_never_matter(assignments: list[Assignment], cover: Cover, chance: random.Random) -> None:
    rules = HistoryRules(cover=cover)
    shuffled = assignments + [held for held in assignments if chance.random() < 0.5]
    chance.shuffle(shuffled)

    assert worker_history(shuffled, rules) == worker_history(assignments, rules)


@given(cases, windows, covers, rejoins)
def test_the_changes_are_what_the_days_say(
    assignments: list[Assignment], window: Window, cover: Cover, rejoin_within: int
) -> None:
    history = worker_history(assignments, HistoryRules(cover=cover, rejoin_within=rejoin_within))
    reasons = {spell.started_on: spell.reason for spell in history}

    found = [
        ((change.on - FIRST).days, change.from_worker, change.to_worker, change.gap_days, change.returned)
        for change in worker_changes(history, window)
    ]

    expected = changes_by_day(lead_on_each_day(assignments, cover, rejoin_within))
    assert found == [change for change in expected if day(change[0]) in window]
    assert all(change.reason == reasons[change.on] for change in worker_changes(history, window))


@given(cases, windows)
def test_the_distinct_workers_are_what_the_days_say(assignments: list[Assignment], window: Window) -> None:
    leads = lead_on_each_day(assignments, "count")
    inside = [leads[number] for number in DAYS if day(number) in window]

    expected = dict.fromkeys(lead for lead in inside if lead is not None)
    assert distinct_workers(worker_history(assignments), window) == list(expected)


@given(cases, windows)
def test_the_measures_are_what_the_days_say(assignments: list[Assignment], window: Window) -> None:
    inside = {number for number in DAYS if day(number) in window}
    changes = changes_by_day(lead_on_each_day(assignments, "ignore"))

    workers = {held.worker_id for held in assignments if days_held(held) & inside}
    assert dfe_stability(assignments, window).workers == len(workers)
    assert commissioner_instability(assignments, window).changes == sum(change[0] in inside for change in changes)


# Everything about one child, from the days alone.

stays = st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(0, 20)), max_size=3)


def placement(number: int, start: int, length: int | None) -> Placement:
    return Placement(
        id=PlacementId(f"p{number}"),
        child_id=ChildId("C"),
        started_on=day(start),
        ended_on=None if length is None else day(start + length),
        regime="placement",
    )


def days_in_care(placements: Iterable[Placement]) -> set[int]:
    return {
        number
        for number in DAYS
        for each in placements
        if each.started_on <= day(number) and (each.ended_on is None or day(number) < each.ended_on)
    }


def assert_it_is_what_the_days_say(
    found: Continuity, assignments: list[Assignment], placements: list[Placement], window: Window, cover: Cover
) -> None:
    leads = lead_on_each_day(assignments, cover)
    inside = [number for number in DAYS if day(number) in window]
    care = days_in_care(placements)
    last = inside[-1]
    held = any(days_held(each) for each in assignments)
    led = [leads[number] for number in inside if leads[number] is not None]
    changes = [change for change in changes_by_day(leads) if change[0] in inside]
    alone = {n for n in inside if leads[n] is None and any(leads[:n]) and any(leads[n:])}

    assert found.is_known is held
    assert dict(found.days_led) == {worker: led.count(worker) for worker in led}
    assert found.days_in_care == len(care & set(inside))
    assert found.is_allocated == (True if leads[last] else False if last in care else None)
    assert (found.current and found.current.worker_id) == leads[last]
    assert [(each.change.on - FIRST).days for each in found.changes] == [change[0] for change in changes]
    if not held:
        assert {found.days_with_worker, found.days_without_worker, found.gap_days, found.returns} == {None}
        return
    assert found.days_with_worker == len(led)
    assert found.days_without_worker == len([n for n in inside if n in care and leads[n] is None])
    assert found.gap_days == len(alone)
    assert found.returns == sum(change[4] for change in changes)
    assert sum(found.reasons.values()) == sum(found.timing.values()) == sum(found.team_moves.values()) == len(changes)
    streaks = [streak_at(leads, number) for number in inside if leads[number]]
    assert found.longest_days == max(streaks, default=None)
    assert found.current_days == (streak_at(leads, last) if leads[last] else None)
    began = streak_start(care, last)
    known_from = next(number for number in DAYS if leads[number])
    if began is None or known_from > began + 7:
        assert found.workers_in_care is None
    else:
        assert found.workers_in_care == len({leads[n] for n in range(began, last + 1) if leads[n]})


def streak_at(leads: list[str | None], number: int) -> int:
    """For how many days up to this one the same worker has led."""
    days = 0
    while number - days >= 0 and leads[number - days] == leads[number]:
        days += 1
    return days


def streak_start(days: set[int], number: int) -> int | None:
    if number not in days:
        return None
    while number - 1 in days:
        number -= 1
    return number


@given(cases, windows, covers, stays)
def test_everything_about_a_child_is_what_the_days_say(
    assignments: list[Assignment], window: Window, cover: Cover, drawn: list[tuple[int, int | None]]
) -> None:
    placements = [placement(number, *each) for number, each in enumerate(drawn)]

    found = continuity_of(assignments, window, HistoryRules(cover=cover), placements=placements)

    assert_it_is_what_the_days_say(found, assignments, placements, window, cover)


@given(cases, cases)
def test_many_children_are_judged_one_by_one(ours: list[Assignment], theirs: list[Assignment]) -> None:
    theirs = [held.model_copy(update={"child_id": ChildId("D")}) for held in theirs]
    mixed = [held for pair in zip(ours, theirs, strict=False) for held in pair]
    mixed += ours[len(theirs) :] + theirs[len(ours) :]

    assert dict(worker_histories(mixed)) == {
        assignments[0].child_id: worker_history(assignments) for assignments in (ours, theirs) if assignments
    }


@pytest.mark.long
def test_ten_thousand_random_histories_are_what_the_days_say() -> None:
    chance = random.Random(20240401)
    for _ in range(10_000):
        assignments = [
            assignment(number, (chance.choice("ABCD"), chance.randint(0, 20), chance.choice([None, *range(16)]), None))
            for number in range(chance.randint(0, 12))
        ]
        for cover in COVERS:
            history = worker_history(assignments, HistoryRules(cover=cover))
            assert led_on_each_day(history) == lead_on_each_day(assignments, cover)
            start = chance.randint(0, LAST - 1)
            window = Window(day(start), day(chance.randint(start + 1, LAST)))
            stay = [placement(0, chance.randint(0, 30), chance.choice([None, 5, 20]))]
            found = continuity_of(assignments, window, HistoryRules(cover=cover), placements=stay)
            assert_it_is_what_the_days_say(found, assignments, stay, window, cover)
