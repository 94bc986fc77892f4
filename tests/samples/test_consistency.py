"""No two records of a synthetic council contradict each other."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from relationkit.england.visits import VISIT_TIMESCALES
from relationkit.records import (
    Assignment,
    ChangeReason,
    Direction,
    Message,
    MessageKind,
    Role,
    SessionKind,
    SessionStatus,
    london_day,
)
from relationkit.samples import SampleCouncil
from relationkit.samples.calibration import CASELOAD, JOINT_DAYS
from relationkit.visits import PromiseState

ByChild = Mapping[str, list[Assignment]]
NOW = datetime(2025, 9, 18, 14, 30, tzinfo=UTC)


def leads(rows: list[Assignment]) -> list[Assignment]:
    return [row for row in rows if row.role is Role.SOCIAL_WORKER and row.cover_for is None]


def holds(rows: list[Assignment], worker_id: str, day: date) -> bool:
    return any(row.worker_id == worker_id and row.is_open(on=day) for row in rows)


# --- People ---------------------------------------------------------------------------------------------------------


def test_everybody_who_is_named_is_there(council: SampleCouncil) -> None:
    workers = {worker.id for worker in council.workers()}
    children = {child.id for child in council.children()}
    named: set[str | None] = set()
    for record in council.records():
        fields = record.model_dump()
        named |= {fields.get(name) for name in ("worker_id", "cover_id", "cover_for", "manager_id", "no_reply_by")}
        assert fields.get("child_id", next(iter(children))) in children

    assert named - {None} <= workers


def test_workers_hold_assignments_of_their_own_role(council: SampleCouncil, assignments: ByChild) -> None:
    roles = {worker.id: worker.role for worker in council.workers()}

    assert all(roles[row.worker_id] is row.role for rows in assignments.values() for row in rows)
    assert set(roles.values()) == {*Role} - {Role.SUPPORT_WORKER, Role.ADVOCATE}


def test_caseloads_are_12_to_20_now_where_nobody_stands_in(council: SampleCouncil, assignments: ByChild) -> None:
    today = london_day(council.now)
    is_open = [row for rows in assignments.values() for row in leads(rows) if row.is_open(on=today)]
    stands_in = {row.worker_id for row in is_open if row.reason is ChangeReason.ABSENCE}
    caseloads = Counter(row.worker_id for row in is_open if row.worker_id not in stands_in)

    assert len(caseloads) > 8
    assert all(CASELOAD[0] <= size <= CASELOAD[1] for size in caseloads.values())


def assignments_of(council: SampleCouncil) -> list[list[Assignment]]:
    rows: defaultdict[str, list[Assignment]] = defaultdict(list)
    for row in council.assignments():
        rows[row.child_id].append(row)
    return list(rows.values())


def test_children_in_care_are_minors_and_some_young_people_have_left_care_at_18(council: SampleCouncil) -> None:
    today = london_day(council.now)
    in_care = {row.child_id for row in council.placements() if row.ended_on is None}
    ages = {child.id: (today - child.born_on).days / 365.25 for child in council.children() if child.born_on}

    assert all(0 < ages[child_id] < 18 for child_id in in_care)
    assert len({int(ages[child_id]) for child_id in in_care}) > 14
    assert 0.08 < sum(age >= 18 for age in ages.values()) / len(ages) < 0.25


# --- Worker histories -----------------------------------------------------------------------------------------------


def test_a_promise_is_of_somebody_who_was_there_and_is_ticked_after_it_was_said(
    council: SampleCouncil, assignments: ByChild
) -> None:
    boards = list(council.plan_boards())
    states = Counter(board.state(promise.id, now=council.now) for board in boards for promise in board.promises)

    assert set(states) == set(PromiseState)
    for board in boards:
        said = {promise.id: promise for promise in board.promises}
        for promise in said.values():
            assert promise.made_at <= council.now
            assert holds(assignments[board.child_id], promise.worker_id, london_day(promise.made_at))
        assert all(said[tick.promise_id].made_at < tick.at <= council.now for tick in board.log)
    first = boards[0].child_id
    assert list(council.plan_boards(child_ids={first})) == boards[:1]


def test_lead_spells_overlap_only_for_the_days_of_a_joint_handover(assignments: ByChild) -> None:
    overlaps = []
    for rows in assignments.values():
        for old, new in pairwise(leads(rows)):
            assert old.ended_on is not None
            assert old.started_on < new.started_on
            overlaps.append((old.ended_on - new.started_on).days)
            assert overlaps[-1] <= JOINT_DAYS[1]
            assert new.ended_on is None or old.ended_on < new.ended_on or overlaps[-1] <= 0

    assert any(days > 0 for days in overlaps)
    assert 0.6 < sum(days == 0 for days in overlaps) / len(overlaps) < 0.98


def test_gaps_without_a_worker_are_shorter_than_the_return_allows(assignments: ByChild) -> None:
    gaps = [
        (new.started_on - old.ended_on).days
        for rows in assignments.values()
        for old, new in pairwise(leads(rows))
        if old.ended_on is not None
    ]

    assert 0 < max(gaps) <= 7


def test_cover_beside_a_worker_lies_inside_that_workers_spell() -> None:
    council = SampleCouncil(800, seed=5, now=NOW)
    covers = 0
    for rows in assignments_of(council):
        for cover in (row for row in rows if row.cover_for is not None):
            covers += 1
            assert cover.reason is ChangeReason.ABSENCE
            assert cover.worker_id != cover.cover_for
            assert any(
                row.worker_id == cover.cover_for
                and row.started_on < cover.started_on
                and (row.ended_on is None or (cover.ended_on is not None and cover.ended_on <= row.ended_on))
                for row in leads(rows)
            )

    assert covers


def test_a_child_is_never_given_a_worker_before_birth_nor_kept_on_after_care(
    council: SampleCouncil, assignments: ByChild
) -> None:
    born: dict[str, date | None] = {child.id: child.born_on for child in council.children()}
    ends: dict[str, date] = {}
    for row in council.placements():
        ends[row.child_id] = row.ended_on or date.max

    for child_id, rows in assignments.items():
        born_on = born[child_id]
        assert born_on is not None
        assert all(row.started_on >= born_on for row in rows)
        assert all((row.ended_on or date.max) <= ends[child_id] for row in leads(rows))


def test_young_people_have_an_adviser_from_16_and_care_leavers_keep_one(
    council: SampleCouncil, assignments: ByChild
) -> None:
    left_on = {row.child_id: row.ended_on for row in council.placements()}
    leavers = 0
    for child in council.children():
        rows = [row for row in assignments[child.id] if row.role is Role.PERSONAL_ADVISER]
        assert child.born_on is not None
        assert all(row.started_on >= birthday(child.born_on, 16) for row in rows)
        if left_on[child.id] == birthday(child.born_on, 18):
            leavers += 1
            assert any(row.ended_on is None for row in rows)

    assert leavers > 20


def birthday(born_on: date, years: int) -> date:
    return born_on.replace(year=born_on.year + years)


def test_every_way_in_which_a_worker_changes_is_there() -> None:
    council = SampleCouncil(1500, seed=2, now=NOW)
    reasons, moved_with_worker = Counter[ChangeReason | None](), 0
    for rows in assignments_of(council):
        reasons.update(row.reason for row in leads(rows))
        moved_with_worker += sum(old.worker_id == new.worker_id for old, new in pairwise(leads(rows)))

    assert set(reasons) >= {*ChangeReason} - {ChangeReason.DIED}
    assert moved_with_worker  # the team was restructured and the worker came along


# --- Placements -----------------------------------------------------------------------------------------------------


def test_placements_follow_each_other_under_regimes_of_the_law(council: SampleCouncil) -> None:
    regimes = {row.regime for row in VISIT_TIMESCALES}
    rows = list(council.placements())

    assert {row.regime for row in rows} <= regimes
    for old, new in pairwise(rows):
        if old.child_id == new.child_id:
            assert old.started_on < new.started_on == old.ended_on
    assert {row.child_id for row in rows} == {child.id for child in council.children()}


# --- Absences -------------------------------------------------------------------------------------------------------


def test_absences_of_a_worker_do_not_overlap_and_most_are_covered(council: SampleCouncil) -> None:
    rows = list(council.absences())
    for one, other in pairwise(rows):
        if one.worker_id == other.worker_id:
            assert one.ends_at is not None
            assert one.ends_at <= other.starts_at

    covered = sum(row.cover_id is not None for row in rows) / len(rows)
    assert 0.65 < covered < 0.95
    assert any(row.starts_at > council.now for row in rows)


# --- Messages -------------------------------------------------------------------------------------------------------


def test_messages_are_written_only_to_and_by_workers_whom_the_child_has(
    council: SampleCouncil, assignments: ByChild
) -> None:
    covers = {(row.worker_id, row.cover_id) for row in council.absences()}
    for message in council.messages():
        rows, day = assignments[message.child_id], london_day(message.at)
        held = {row.worker_id for row in rows if row.is_open(on=day)}
        if message.worker_id is not None and message.worker_id not in held:
            is_answer = message.direction is Direction.TO_CHILD or not message.needs_reply
            assert is_answer
            assert any((worker_id, message.worker_id) in covers for worker_id in held)
        assert held


def test_no_message_is_later_than_now(council: SampleCouncil) -> None:
    assert all(message.at <= council.now for message in council.messages())


def test_the_last_twelve_weeks_are_denser(council: SampleCouncil) -> None:
    from_children = [row.at for row in council.messages() if row.direction is Direction.FROM_CHILD]
    lately = sum(at > council.now - timedelta(weeks=12) for at in from_children)

    assert lately / 12 > 2 * (len(from_children) - lately) / 40


def test_messages_come_in_every_kind_and_mostly_outside_office_hours_on_weekends_too(council: SampleCouncil) -> None:
    rows = list(council.messages())

    assert {row.kind for row in rows} == {*MessageKind}
    assert {row.direction for row in rows} == {*Direction}
    assert len({row.channel for row in rows}) > 3
    assert len({row.thread for row in rows}) > 2
    assert any(row.worker_id is None for row in rows)
    assert 0.01 < sum(not row.needs_reply for row in rows) / len(rows) < 0.2
    assert any(row.at.weekday() > 4 for row in rows if row.direction is Direction.FROM_CHILD)


def test_most_messages_are_answered_within_72_hours_some_late_and_some_never(council: SampleCouncil) -> None:
    waits: list[timedelta | None] = []
    for rows in conversations(council).values():
        asked = None
        for row in rows:
            if row.direction is Direction.FROM_CHILD and row.needs_reply:
                asked = asked or row.at
            elif row.direction is Direction.TO_CHILD and row.kind is MessageKind.MESSAGE and asked is not None:
                waits.append(row.at - asked)
                asked = None
        if asked is not None and asked < council.now - timedelta(days=14):
            waits.append(None)
    in_time = sum(wait is not None and wait <= timedelta(hours=72) for wait in waits) / len(waits)

    assert 0.65 < in_time < 0.9
    assert any(wait is None for wait in waits)
    assert any(wait is not None and wait > timedelta(hours=72) for wait in waits)


def conversations(council: SampleCouncil) -> Mapping[tuple[str, str | None], list[Message]]:
    rows: defaultdict[tuple[str, str | None], list[Message]] = defaultdict(list)
    for row in council.messages():
        rows[row.child_id, row.thread].append(row)
    return rows


# --- Sessions -------------------------------------------------------------------------------------------------------


def test_sessions_are_with_a_worker_whom_the_child_has_on_that_day(
    council: SampleCouncil, assignments: ByChild
) -> None:
    for session in council.sessions():
        assert holds(assignments[session.child_id], session.worker_id, london_day(session.starts_at))


def test_nobody_on_leave_held_a_session(council: SampleCouncil) -> None:
    away = defaultdict(list)
    for absence in council.absences():
        away[absence.worker_id].append(absence)

    for session in council.sessions():
        if any(absence.is_away(session.starts_at) for absence in away[session.worker_id]):
            assert session.status is SessionStatus.CANCELLED


def test_sessions_are_planned_ahead_for_some_eight_weeks_and_only_past_ones_were_held(council: SampleCouncil) -> None:
    rows = list(council.sessions())
    ahead = [row for row in rows if row.starts_at > council.now]

    assert {row.status for row in rows} == {*SessionStatus}
    assert {row.status for row in ahead} == {SessionStatus.PLANNED, SessionStatus.CANCELLED}
    assert timedelta(weeks=7) < max(row.starts_at for row in ahead) - council.now < timedelta(weeks=9)
    assert all(row.ends_at <= council.now for row in rows if row.status in {SessionStatus.HELD, SessionStatus.MISSED})
    assert {row.kind for row in rows} == {*SessionKind}


def test_only_held_sessions_say_whether_the_child_was_seen_alone(council: SampleCouncil) -> None:
    for row in council.sessions():
        assert row.seen is {SessionStatus.HELD: True, SessionStatus.MISSED: False}.get(row.status)
        assert row.seen_alone is None or row.status is SessionStatus.HELD


def test_the_last_change_of_a_session_is_known_and_not_ahead_of_now(council: SampleCouncil) -> None:
    rows = list(council.sessions())

    assert all(row.changed_at is not None and row.changed_at <= council.now for row in rows)
    assert all(row.revision >= 1 for row in rows if row.status is not SessionStatus.PLANNED)
    assert {row.revision for row in rows} == {0, 1, 2}
    for row in rows:
        if row.status is SessionStatus.HELD:
            assert row.changed_at is not None
            assert row.changed_at >= row.ends_at


@pytest.mark.parametrize("children", [50, 60])
def test_the_smallest_councils_are_as_consistent(children: int) -> None:
    council = SampleCouncil(children, seed=11, now=NOW)
    rows = {own[0].child_id: own for own in assignments_of(council)}

    assert all(holds(rows[row.child_id], row.worker_id, london_day(row.starts_at)) for row in council.sessions())
    assert all(row.cover_id != row.worker_id for row in council.absences())
