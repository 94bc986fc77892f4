"""What a child should be told, when, and once: leave, a worker change ahead, a session that moved. All synthetic."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import NaiveMomentError
from relationkit.records import LONDON, Absence, Assignment, Session
from relationkit.visits import NOTICE_RULES, Notice, NoticeKind, NoticeRule, ToldBy, notices_due

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LEAVE_FROM = datetime(2025, 4, 1, tzinfo=LONDON).astimezone(UTC)
NOW = LEAVE_FROM - 3 * DAY


def an_assignment(**changes: Any) -> Assignment:
    facts: dict[str, Any] = {
        "id": "a1",
        "child_id": "C1",
        "worker_id": "W1",
        "role": "social_worker",
        "started_on": date(2025, 1, 1),
    }
    return Assignment(**(facts | changes))


def a_leave(**changes: Any) -> Absence:
    facts: dict[str, Any] = {"worker_id": "W1", "starts_at": LEAVE_FROM, "ends_at": LEAVE_FROM + 7 * DAY}
    return Absence(**(facts | changes))


def a_session(**changes: Any) -> Session:
    facts: dict[str, Any] = {
        "id": "s1",
        "child_id": "C1",
        "worker_id": "W1",
        "kind": "visit",
        "starts_at": NOW + 2 * DAY,
        "ends_at": NOW + 2 * DAY + timedelta(hours=1),
        "changed_at": NOW - timedelta(hours=1),
        "revision": 1,
    }
    return Session(**(facts | changes))


def leave(now: datetime = NOW, *absences: Absence, **facts: Any) -> list[Notice]:
    return notices_due(now=now, absences=absences or [a_leave()], **({"assignments": [an_assignment()]} | facts))


def at_once(kind: NoticeKind) -> NoticeRule:
    return NoticeRule(kind=kind, ahead=None, told_by=ToldBy.MESSAGE, source="made up")


class TestLeave:
    def test_to_the_letter(self) -> None:
        [notice] = leave(NOW, a_leave(cover_id="W/2"))

        assert notice == Notice(
            id="notice/leave/C1/W1/2025-03-31T23:00:00+00:00/2025-04-07T23:00:00+00:00/W//2",
            kind=NoticeKind.LEAVE,
            child_id="C1",
            told_by=ToldBy.MESSAGE,
            worker_id="W1",
            other_id="W/2",
            session_id=None,
            starts_at=LEAVE_FROM,
            ends_at=LEAVE_FROM + 7 * DAY,
            due_at=LEAVE_FROM - 7 * DAY,
            is_late=True,
        )

    def test_the_id_says_that_no_end_is_known_and_nobody_stands_in(self) -> None:
        [notice] = leave(NOW, a_leave(ends_at=None))

        assert notice.id == "notice/leave/C1/W1/2025-03-31T23:00:00+00:00/open/nobody"

    def test_one_that_is_not_told_hides_none_that_follows_it(self) -> None:
        assert len(leave(NOW, a_leave(tell_child=False), a_leave())) == 1

    def test_a_council_may_tell_it_at_once(self) -> None:
        long_before = LEAVE_FROM - 60 * DAY

        [notice] = leave(long_before, rules=[at_once(NoticeKind.LEAVE)])

        assert (notice.due_at, notice.is_late) == (long_before, False)

    def test_it_says_from_when_until_when_and_who_stands_in(self) -> None:
        [notice] = leave(NOW, a_leave(cover_id="W2"))

        assert (notice.kind, notice.child_id, notice.worker_id, notice.other_id) == ("leave", "C1", "W1", "W2")
        assert (notice.starts_at, notice.ends_at) == (LEAVE_FROM, LEAVE_FROM + 7 * DAY)
        assert notice.told_by is ToldBy.MESSAGE

    @pytest.mark.parametrize(
        ("now", "is_due"),
        [
            (LEAVE_FROM - 7 * DAY - SECOND, False),
            (LEAVE_FROM - 7 * DAY, True),
            (LEAVE_FROM + 7 * DAY - SECOND, True),
            (LEAVE_FROM + 7 * DAY, False),
        ],
    )
    def test_from_a_week_before_until_it_is_over(self, now: datetime, *, is_due: bool) -> None:
        assert bool(leave(now)) is is_due

    def test_what_children_are_not_to_be_told_is_not_told(self) -> None:
        assert leave(NOW, a_leave(tell_child=False)) == []

    @pytest.mark.parametrize(("length", "is_due"), [(DAY - SECOND, False), (DAY, True)])
    def test_shorter_than_a_day_is_not_told(self, length: timedelta, *, is_due: bool) -> None:
        assert bool(leave(NOW, a_leave(ends_at=LEAVE_FROM + length))) is is_due

    def test_sick_leave_without_an_end_is_told_as_soon_as_it_is_known(self) -> None:
        [notice] = leave(NOW + 30 * DAY, a_leave(ends_at=None))

        assert notice.ends_at is None
        assert notice.is_late

    @pytest.mark.parametrize(
        ("changes", "is_due"),
        [
            ({"ended_on": date(2025, 4, 1)}, False),
            ({"ended_on": date(2025, 4, 2)}, True),
            ({"started_on": date(2025, 3, 28)}, True),
            ({"started_on": date(2025, 3, 29)}, False),
            ({"worker_id": "W2"}, False),
            ({"role": "duty"}, False),
            ({"role": "support_worker"}, True),
        ],
    )
    def test_to_each_child_whose_worker_it_is_on_a_day_of_it(self, changes: dict[str, Any], *, is_due: bool) -> None:
        assert bool(leave(assignments=[an_assignment(**changes)])) is is_due

    def test_a_former_workers_sickness_without_an_end_is_not_told(self) -> None:
        held, ill = [an_assignment(ended_on=date(2025, 5, 1))], a_leave(ends_at=None)

        assert leave(datetime(2025, 4, 30, 22, 59, tzinfo=UTC), ill, assignments=held)
        assert leave(datetime(2025, 4, 30, 23, tzinfo=UTC), ill, assignments=held) == []

    def test_the_leave_of_a_worker_who_has_not_begun_is_told_once_they_have(self) -> None:
        coming = [an_assignment(started_on=date(2025, 4, 3))]

        assert leave(datetime(2025, 4, 2, 22, 59, tzinfo=UTC), assignments=coming) == []
        assert leave(datetime(2025, 4, 2, 23, tzinfo=UTC), assignments=coming)

    def test_each_child_once_whatever_roles_the_worker_holds(self) -> None:
        both = [an_assignment(), an_assignment(id="a2", role="support_worker"), an_assignment(id="a3", child_id="C2")]

        assert [notice.child_id for notice in leave(assignments=both)] == ["C1", "C2"]

    def test_a_leave_that_changed_is_told_again(self) -> None:
        before, after = leave(), leave(NOW, a_leave(ends_at=LEAVE_FROM + 8 * DAY))

        assert before[0].id != after[0].id
        assert leave(sent={before[0].id}) == []


class TestWorkerChange:
    NEXT = an_assignment(id="a2", worker_id="W2", started_on=date(2025, 5, 1))
    FIRST = datetime(2025, 4, 30, 23, tzinfo=UTC)  # midnight in London

    def change(self, now: datetime, *assignments: Assignment) -> list[Notice]:
        return notices_due(now=now, assignments=assignments or [an_assignment(), self.NEXT])

    @pytest.mark.parametrize(
        ("now", "is_due"),
        [
            (FIRST - 28 * DAY - SECOND, False),
            (FIRST - 28 * DAY, True),
            (FIRST - SECOND, True),
            (FIRST, False),
        ],
    )
    def test_from_four_weeks_before_until_the_day(self, now: datetime, *, is_due: bool) -> None:
        assert bool(self.change(now)) is is_due

    def test_to_the_letter(self) -> None:
        [notice] = self.change(self.FIRST - 27 * DAY)

        assert notice == Notice(
            id="notice/worker_change/C1/social_worker/a2/W2/2025-05-01",
            kind=NoticeKind.WORKER_CHANGE,
            child_id="C1",
            told_by=ToldBy.WORKER,
            worker_id="W1",
            other_id="W2",
            session_id=None,
            starts_at=self.FIRST,
            ends_at=None,
            due_at=self.FIRST - 28 * DAY,
            is_late=False,
        )
        assert notice.starts_at.tzinfo is UTC

    def test_the_worker_who_leaves_is_asked_to_tell_it_in_person(self) -> None:
        [notice] = self.change(NOW + 10 * DAY)

        assert (notice.told_by, notice.worker_id, notice.other_id) == (ToldBy.WORKER, "W1", "W2")

    def test_cover_the_same_worker_another_role_and_a_first_worker_are_no_change(self) -> None:
        now = NOW + 10 * DAY

        assert self.change(now, an_assignment(), self.NEXT.model_copy(update={"cover_for": "W1"})) == []
        assert self.change(now, an_assignment(), self.NEXT.model_copy(update={"worker_id": "W1"})) == []
        assert self.change(now, an_assignment(), self.NEXT.model_copy(update={"role": "personal_adviser"})) == []
        assert self.change(now, self.NEXT) == []


class TestSessions:
    def test_to_the_letter(self) -> None:
        [notice] = notices_due(now=NOW, sessions=[a_session(revision=2)])

        assert notice == Notice(
            id="notice/session_changed/C1/s1/2",
            kind=NoticeKind.SESSION_CHANGED,
            child_id="C1",
            told_by=ToldBy.MESSAGE,
            worker_id="W1",
            other_id=None,
            session_id="s1",
            starts_at=NOW + 2 * DAY,
            ends_at=NOW + 2 * DAY + timedelta(hours=1),
            due_at=NOW - timedelta(hours=1),
            is_late=False,
            supersedes=tuple(
                f"notice/session_{what}/C1/s1/{revision}" for revision in (0, 1) for what in ("changed", "cancelled")
            ),
        )

    def test_one_that_takes_place_after_all_takes_back_that_it_was_cancelled(self) -> None:
        [cancelled] = notices_due(now=NOW, sessions=[a_session(status="cancelled", revision=0)])
        [again] = notices_due(now=NOW, sessions=[a_session(revision=1)])

        assert cancelled.id in again.supersedes

    def test_one_that_did_not_move_hides_none_that_follows_it(self) -> None:
        sessions = [a_session(id="s0", revision=0), a_session()]

        assert [notice.session_id for notice in notices_due(now=NOW, sessions=sessions)] == ["s1"]

    def test_a_kind_without_a_row_hides_none_that_follows_it(self) -> None:
        sessions = [a_session(id="s0", status="cancelled"), a_session()]

        notices = notices_due(now=NOW, sessions=sessions, rules=[at_once(NoticeKind.SESSION_CHANGED)])

        assert [notice.session_id for notice in notices] == ["s1"]

    @pytest.mark.parametrize(("ahead", "is_due"), [(2 * DAY, True), (2 * DAY - SECOND, False)])
    def test_a_council_may_tell_it_so_long_before_whenever_it_changed(self, ahead: timedelta, *, is_due: bool) -> None:
        rule = NoticeRule(kind=NoticeKind.SESSION_CHANGED, ahead=ahead, told_by=ToldBy.WORKER, source="made up")

        assert bool(notices_due(now=NOW, sessions=[a_session()], rules=[rule])) is is_due

    @pytest.mark.parametrize(
        ("changes", "kind"),
        [
            ({}, "session_changed"),
            ({"status": "cancelled"}, "session_cancelled"),
            ({"status": "cancelled", "revision": 0}, "session_cancelled"),
            ({"revision": 0}, None),
            ({"status": "held", "starts_at": NOW - DAY, "ends_at": NOW}, None),
            ({"status": "missed"}, None),
        ],
    )
    def test_what_is_told(self, changes: dict[str, Any], kind: str | None) -> None:
        assert [notice.kind for notice in notices_due(now=NOW, sessions=[a_session(**changes)])] == (
            [kind] if kind else []
        )

    @pytest.mark.parametrize(("before", "is_due"), [(SECOND, True), (timedelta(0), False)])
    def test_until_it_starts(self, before: timedelta, *, is_due: bool) -> None:
        now = a_session().starts_at - before

        assert bool(notices_due(now=now, sessions=[a_session()])) is is_due

    def test_only_the_latest_revision_is_told_and_earlier_ones_need_not_be(self) -> None:
        first, second = a_session(), a_session(revision=2, status="cancelled")
        [earlier] = notices_due(now=NOW, sessions=[first])

        [notice] = notices_due(now=NOW, sessions=[second, first, second])

        assert notice.kind is NoticeKind.SESSION_CANCELLED
        assert earlier.id in notice.supersedes

    def test_a_change_of_which_nobody_knows_when_is_due_now_and_never_late(self) -> None:
        [notice] = notices_due(now=NOW.astimezone(LONDON), sessions=[a_session(changed_at=None)])

        assert (notice.due_at, notice.is_late) == (NOW, False)
        assert notice.due_at.tzinfo is UTC

    @pytest.mark.parametrize(("ago", "is_late"), [(DAY, False), (DAY + SECOND, True)])
    def test_a_day_after_it_changed_it_is_late(self, ago: timedelta, *, is_late: bool) -> None:
        [notice] = notices_due(now=NOW, sessions=[a_session(changed_at=NOW - ago)])

        assert notice.is_late is is_late


def test_every_kind_has_one_row_with_its_source() -> None:
    assert sorted(rule.kind for rule in NOTICE_RULES) == sorted(NoticeKind)
    assert all("assumption" in rule.source or "as for" in rule.source for rule in NOTICE_RULES)


def test_a_kind_without_a_row_is_not_told() -> None:
    rules = [rule for rule in NOTICE_RULES if rule.kind is not NoticeKind.LEAVE]

    assert leave(rules=rules) == []


def test_a_now_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError, match=r"^now has no time zone"):
        notices_due(now=datetime(2025, 4, 1))


@given(
    order=st.randoms(),
    hours=st.lists(st.integers(-24 * 40, 24 * 40), min_size=1, max_size=6),
)
def test_whenever_it_runs_each_thing_is_told_once_and_order_never_matters(order: Any, hours: list[int]) -> None:
    facts: dict[str, list[Any]] = {
        "absences": [a_leave(), a_leave(worker_id="W2", ends_at=None)],
        "assignments": [an_assignment(), an_assignment(id="a2", worker_id="W2", started_on=date(2025, 4, 20))],
        "sessions": [a_session(), a_session(id="s2", status="cancelled"), a_session(id="s/2", revision=3)],
    }
    sent: set[str] = set()
    for moment in sorted(NOW + timedelta(hours=hour) for hour in hours):
        shuffled = {name: order.sample(rows, len(rows)) for name, rows in facts.items()}
        due = notices_due(now=moment, sent=sent, **shuffled)
        assert due == notices_due(now=moment, sent=sent, **facts)
        assert sent.isdisjoint(notice.id for notice in due)
        sent |= {notice.id for notice in due}


def test_reprs_name_ids_only_and_two_ids_never_read_the_same() -> None:
    one = notices_due(now=NOW, sessions=[a_session(id="a/1", child_id="b")])
    other = notices_due(now=NOW, sessions=[a_session(id="1", child_id="b/a")])

    assert one[0].id != other[0].id
