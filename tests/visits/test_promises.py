"""The plan board: ticked by child or worker, undoable, nothing lost, kept in time countable. All synthetic."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError, NaiveMomentError
from relationkit.records import WorkerId
from relationkit.visits import PlanBoard, Promise, PromiseCount, PromiseId, PromiseState, Tick, TickedBy

P1 = PromiseId("p1")
MADE_AT = datetime(2025, 6, 2, 15, tzinfo=UTC)
DUE_ON = date(2025, 6, 9)
#: The last moment of the day in London, which is an hour ahead in June.
LAST_MOMENT = datetime(2025, 6, 9, 22, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_promise(**changes: Any) -> Promise:
    facts: dict[str, Any] = {
        "id": "p1",
        "child_id": "C1",
        "worker_id": WorkerId("W1"),
        "what": "Ask about the bike",
        "made_at": MADE_AT,
        "due_on": DUE_ON,
    }
    return Promise(**(facts | changes))


def a_board(*promises: Promise) -> PlanBoard:
    return PlanBoard(child_id="C1", promises=promises or (a_promise(),))


@pytest.mark.parametrize("by", list(TickedBy))
def test_child_and_worker_can_both_tick(by: TickedBy) -> None:
    assert a_board().ticked(P1, MADE_AT, by).kept_at(P1) == MADE_AT


def test_ticking_leaves_the_board_before_as_it_was() -> None:
    board = a_board()

    board.ticked(P1, MADE_AT, TickedBy.CHILD)

    assert board.log == ()
    assert board.kept_at(P1) is None


def test_a_tick_can_be_taken_back_and_both_moves_stay_in_the_log() -> None:
    board = a_board().ticked(P1, MADE_AT, TickedBy.WORKER).unticked(P1, MADE_AT + SECOND, TickedBy.CHILD)

    assert board.kept_at(P1) is None
    assert [(tick.by, tick.is_done) for tick in board.log] == [("worker", True), ("child", False)]


def test_a_second_tick_does_not_move_the_first() -> None:
    board = a_board().ticked(P1, MADE_AT, TickedBy.WORKER).ticked(P1, MADE_AT + SECOND, TickedBy.CHILD)

    assert board.kept_at(P1) == MADE_AT
    assert len(board.log) == 2


def test_after_it_was_taken_back_the_next_tick_counts() -> None:
    board = a_board().ticked(P1, MADE_AT, TickedBy.WORKER).unticked(P1, MADE_AT + SECOND, TickedBy.CHILD)

    assert board.ticked(P1, MADE_AT + 2 * SECOND, TickedBy.CHILD).kept_at(P1) == MADE_AT + 2 * SECOND


def test_a_tick_that_arrives_late_counts_from_its_own_moment() -> None:
    board = a_board().unticked(P1, MADE_AT + SECOND, TickedBy.CHILD).ticked(P1, MADE_AT, TickedBy.WORKER)

    assert board.kept_at(P1) is None


@pytest.mark.parametrize(
    ("at", "state"), [(LAST_MOMENT, PromiseState.KEPT_IN_TIME), (LAST_MOMENT + SECOND, PromiseState.KEPT_LATE)]
)
def test_the_last_day_is_in_time_until_it_ends_in_london(at: datetime, state: PromiseState) -> None:
    board = a_board().ticked(P1, at, TickedBy.CHILD)

    assert board.state(P1, now=at + timedelta(days=30)) is state


@pytest.mark.parametrize(
    ("now", "state"), [(LAST_MOMENT, PromiseState.WAITING), (LAST_MOMENT + SECOND, PromiseState.OVERDUE)]
)
def test_an_open_promise_waits_and_then_is_overdue(now: datetime, state: PromiseState) -> None:
    assert a_board().state(P1, now=now) is state


def test_a_tick_later_than_now_is_not_seen_yet() -> None:
    board = a_board().ticked(P1, LAST_MOMENT, TickedBy.CHILD)

    assert board.state(P1, now=LAST_MOMENT - SECOND) is PromiseState.WAITING


@pytest.mark.parametrize("is_ticked", [True, False])
def test_a_promise_without_a_day_could_not_be_judged(*, is_ticked: bool) -> None:
    board = a_board(a_promise(due_on=None))
    board = board.ticked(P1, MADE_AT, TickedBy.CHILD) if is_ticked else board

    assert board.state(P1, now=LAST_MOMENT) is PromiseState.COULD_NOT_BE_JUDGED


def test_kept_in_time_is_countable() -> None:
    board = a_board(*[a_promise(id=f"p{number}") for number in range(4)], a_promise(id="p4", due_on=None))
    board = board.ticked(PromiseId("p0"), LAST_MOMENT, TickedBy.CHILD)
    board = board.ticked(PromiseId("p1"), LAST_MOMENT, TickedBy.WORKER)
    board = board.ticked(PromiseId("p2"), LAST_MOMENT + SECOND, TickedBy.WORKER)

    assert board.count(now=LAST_MOMENT + SECOND) == PromiseCount(
        kept_in_time=2, kept_late=1, overdue=1, waiting=0, could_not_be_judged=1
    )


@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["p0", "p1", "p2"]), st.integers(0, 400), st.booleans(), st.sampled_from(TickedBy)),
        max_size=12,
    ),
    hours=st.integers(0, 400),
)
def test_every_move_is_kept_and_the_counts_add_up_to_all_promises(
    moves: list[tuple[str, int, bool, TickedBy]], hours: int
) -> None:
    board = a_board(*[a_promise(id=f"p{number}") for number in range(3)])
    for promise_id, after, is_done, by in moves:
        move = board.ticked if is_done else board.unticked
        board = move(PromiseId(promise_id), MADE_AT + timedelta(hours=after), by)

    counted = board.count(now=MADE_AT + timedelta(hours=hours))

    assert len(board.log) == len(moves)
    assert sum(getattr(counted, state.value) for state in PromiseState) == 3


class TestRefused:
    def test_a_tick_for_a_promise_that_is_not_on_the_board(self) -> None:
        with pytest.raises(InvalidRecordError) as refused:
            a_board().ticked(PromiseId("p9"), MADE_AT, TickedBy.CHILD)

        assert str(refused.value) == "PlanBoard of C1, promise_id: is not on this board. Put the promise up first."
        assert (refused.value.record, refused.value.record_id) == ("PlanBoard", None)

    def test_a_tick_without_a_zone(self) -> None:
        with pytest.raises(NaiveMomentError, match="at has no time zone"):
            a_board().ticked(P1, datetime(2025, 6, 2), TickedBy.CHILD)
        with pytest.raises(NaiveMomentError, match="at has no time zone"):
            a_board().unticked(P1, datetime(2025, 6, 2), TickedBy.CHILD)

    def test_a_now_without_a_zone(self) -> None:
        naive = datetime(2025, 6, 2)

        with pytest.raises(NaiveMomentError, match="now has no time zone"):
            a_board().state(P1, now=naive)
        with pytest.raises(NaiveMomentError, match="now has no time zone"):
            a_board().kept_at(P1, now=naive)
        with pytest.raises(NaiveMomentError, match="now has no time zone"):
            PlanBoard(child_id="C1").count(now=naive)

    def test_another_childs_promise(self) -> None:
        with pytest.raises(InvalidRecordError, match="another child's"):
            a_board().with_promise(a_promise(id="p2", child_id="C2"))

    def test_the_same_promise_twice(self) -> None:
        with pytest.raises(InvalidRecordError, match="twice"):
            a_board().with_promise(a_promise())

    def test_a_log_of_promises_that_are_not_there(self) -> None:
        tick = Tick(promise_id=P1, at=MADE_AT, by=TickedBy.CHILD, is_done=True)

        with pytest.raises(InvalidRecordError, match="log"):
            PlanBoard(child_id="C1", log=(tick,))

    @pytest.mark.parametrize("picture", ["../bike", "bike.svg", "Bike", ""])
    def test_a_picture_that_is_not_a_plain_name(self, picture: str) -> None:
        with pytest.raises(InvalidRecordError):
            a_promise(picture=picture)

    @pytest.mark.parametrize("promise_id", ["", "p\n1", "p\x001", "p\u202e1"])
    def test_an_id_that_is_empty_or_not_one_line(self, promise_id: str) -> None:
        with pytest.raises(InvalidRecordError):
            a_promise(id=promise_id)

    def test_a_day_before_it_was_said(self) -> None:
        with pytest.raises(InvalidRecordError, match="before the day"):
            a_promise(due_on=date(2025, 6, 1))


def test_a_promise_put_up_later_leaves_the_log_alone() -> None:
    board = a_board().ticked(P1, MADE_AT, TickedBy.CHILD).with_promise(a_promise(id="p2", picture="bike"))

    assert len(board.log) == 1
    assert [promise.id for promise in board.promises] == ["p1", "p2"]


def test_reprs_show_identifiers_and_never_what_was_said() -> None:
    board = a_board()

    assert "bike" not in repr(board)
    assert "bike" not in repr(board.promises)


def test_a_board_survives_json() -> None:
    board = a_board(a_promise(picture="bike")).ticked(P1, MADE_AT, TickedBy.CHILD)

    assert PlanBoard.model_validate_json(board.model_dump_json()) == board


def test_of_a_page_what_differs_from_what_it_showed_was_moved() -> None:
    names = ("stayed-open", "ticked", "taken-back", "stayed-ticked")
    board = a_board(*(a_promise(id=name) for name in names))

    moves = board.moves_of_page(
        was={"taken-back", "stayed-ticked", "not-here"},
        done={"ticked", "stayed-ticked", "nor-here"},
        at=MADE_AT,
        by=TickedBy.CHILD,
    )

    assert [(move.promise_id, move.is_done) for move in moves] == [("ticked", True), ("taken-back", False)]
    assert {(move.at, move.by) for move in moves} == {(MADE_AT, TickedBy.CHILD)}
    with pytest.raises(NaiveMomentError, match=r"^at "):
        board.moves_of_page(was=(), done=(), at=datetime(2025, 6, 2), by=TickedBy.CHILD)
