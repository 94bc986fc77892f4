"""Promises are kept as they were said, and every tick; in memory, in SQLite and in PostgreSQL. All synthetic."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError
from relationkit.plugins import SupportsPromises
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.visits import Promise, PromiseId, Tick, TickedBy

MADE_AT = datetime(2025, 6, 2, 15, tzinfo=UTC)


def a_promise(promise_id: str = "p1", **changes: Any) -> Promise:
    facts = {
        "id": promise_id,
        "child_id": "C1",
        "worker_id": "W1",
        "what": "Ask about the bike",
        "made_at": MADE_AT,
        "due_on": date(2025, 6, 9),
        "picture": "bike",
    }
    return Promise.model_validate(facts | changes)


def a_tick(promise_id: str = "p1", minutes: int = 5, *, by: str = "child", is_done: bool = True) -> Tick:
    return Tick(
        promise_id=PromiseId(promise_id), at=MADE_AT + timedelta(minutes=minutes), by=TickedBy(by), is_done=is_done
    )


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryAdapter()
        return
    place = str(tmp_path / "case.db") if request.param == "sqlite" else request.getfixturevalue("a_schema")
    with closing(SqlAdapter.create(place)) as adapter:
        yield adapter


def test_a_board_comes_back_whole_and_in_its_order(store: Any) -> None:
    promises = [a_promise("p2"), a_promise("p1", due_on=None, picture=None), a_promise("p9", child_id="C0")]
    ticks = [a_tick("p2"), a_tick("p1", 7, by="worker"), a_tick("p2", 6, is_done=False)]

    assert store.put_up(promises) == promises
    assert store.tick(ticks) == ticks

    other, board = store.boards()
    assert isinstance(store, SupportsPromises)
    assert other.child_id == "C0"
    assert list(board.promises) == promises[:2]
    assert list(board.log) == ticks
    assert board.kept_at(PromiseId("p2")) is None


def test_what_was_said_stays_as_it_was(store: Any) -> None:
    store.put_up([a_promise()])

    assert store.put_up([a_promise(what="Something easier"), a_promise("p2"), a_promise("p2", what="Twice")]) == [
        a_promise("p2")
    ]
    (board,) = store.boards()
    assert [promise.what for promise in board.promises] == ["Ask about the bike", "Ask about the bike"]


def test_the_same_tick_is_kept_once_and_another_beside_it(store: Any) -> None:
    store.put_up([a_promise()])

    assert store.tick([a_tick(), a_tick()]) == [a_tick()]
    assert store.tick([a_tick(), a_tick(by="worker")]) == [a_tick(by="worker")]
    (board,) = store.boards()
    assert list(board.log) == [a_tick(), a_tick(by="worker")]


def test_a_tick_for_a_promise_that_was_never_put_up_keeps_nothing(store: Any) -> None:
    store.put_up([a_promise()])

    with pytest.raises(InvalidRecordError, match="never put up"):
        store.tick([a_tick(), a_tick("p8")])
    (board,) = store.boards()
    assert board.log == ()


def test_boards_of_some_children(store: Any) -> None:
    store.put_up([a_promise(f"p{number}", child_id=f"C{number}") for number in range(4)])

    assert [board.child_id for board in store.boards(child_ids=["C2", "C0", "C9"])] == ["C0", "C2"]
    assert list(store.boards(child_ids=[])) == []
    many = [f"X{number}" for number in range(600)]
    assert [board.child_id for board in store.boards(child_ids=[*many, "C3"])] == ["C3"]


def test_nothing_promised_is_no_board(store: Any) -> None:
    assert list(store.boards()) == []
    assert store.put_up([]) == store.tick([]) == []


def test_child_and_worker_may_tick_at_once(store: Any) -> None:
    store.put_up([a_promise()])
    ticks = [a_tick(minutes=number, by=by) for number in range(6) for by in ("child", "worker")]

    with ThreadPoolExecutor(4) as threads:
        kept = list(threads.map(lambda tick: store.tick([tick]), [*ticks, *ticks]))

    (board,) = store.boards()
    assert sum(map(len, kept)) == len(board.log) == len(ticks)
    assert set(board.log) == set(ticks)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_boards_outlive_the_process(store: Any, tmp_path: Path) -> None:
    store.put_up([a_promise()])
    store.tick([a_tick()])

    with closing(SqlAdapter(str(tmp_path / "case.db"))) as again:
        assert list(again.boards()) == list(store.boards())


@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["p0", "p1", "p2"]), st.integers(0, 5), st.sampled_from(TickedBy), st.booleans()),
        max_size=15,
    )
)
@settings(max_examples=25)
def test_the_database_keeps_what_memory_keeps(moves: list[tuple[str, int, TickedBy, bool]]) -> None:
    memory = MemoryAdapter()
    with TemporaryDirectory() as folder, closing(SqlAdapter.create(f"{folder}/case.db")) as database:
        promises = [a_promise(f"p{number}") for number in range(3)]
        assert memory.put_up(promises) == database.put_up(promises)
        for promise_id, minutes, by, is_done in moves:
            tick = a_tick(promise_id, minutes, by=by, is_done=is_done)
            assert memory.tick([tick]) == database.tick([tick])

        assert list(memory.boards()) == list(database.boards())
