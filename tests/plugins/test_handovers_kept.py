"""Handover plans that are kept, and two people who act on one at once; everybody is made up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from relationkit.errors import HandoverConflictError, UnreadableSourceError
from relationkit.handovers import PLANNED_HANDOVER, HandoverId, HandoverPlan, plan_handover
from relationkit.plugins import KeptHandover, SupportsHandovers
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Assignment

DAY = date(2025, 3, 10)
ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def a_plan(name: str = "a1", child: str = "c1") -> HandoverPlan:
    facts = {"id": name, "child_id": child, "worker_id": "w1", "role": "social_worker", "started_on": "2024-01-08"}
    ending = Assignment.model_validate(facts)
    return plan_handover(ending, handover_on=date(2025, 3, 31), to_worker_id="w2")  # type: ignore[arg-type]


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], SupportsHandovers]]:
    """Return what opens the same source once more, as another process would."""
    if request.param == "memory":
        one = MemoryAdapter()
        yield lambda: one
        return
    place = str(tmp_path / "case.db") if request.param == "sqlite" else request.getfixturevalue("a_schema")
    SqlAdapter.create(place).close()
    adapters: list[SqlAdapter] = []

    def again() -> SupportsHandovers:
        adapters.append(SqlAdapter(place))
        return adapters[-1]

    yield again
    for adapter in adapters:
        adapter.close()


EVERYWHERE = pytest.mark.parametrize("opened", ["memory", *ON_BOTH], indirect=True)
Opened = Callable[[], SupportsHandovers]


@EVERYWHERE
def test_a_source_that_keeps_none_has_none(opened: Opened) -> None:
    source = opened()

    assert isinstance(source, SupportsHandovers)
    assert list(source.handovers()) == []
    assert source.handover(HandoverId("handover:a1")) is None


@EVERYWHERE
def test_what_is_kept_comes_back_whole(opened: Opened) -> None:
    plan = a_plan().done("tell_child", DAY, "w1").skipped("my_story", DAY, "c1", "I said it all", "child")
    plan = plan.chose("goodbye", "letter", on=DAY, by="c1").named("w3", on=DAY, by="m1")

    assert opened().keep_handover(plan) == KeptHandover(plan, 1)
    assert opened().handover(plan.id) == KeptHandover(plan, 1)


@EVERYWHERE
def test_plans_come_child_by_child_and_by_id(opened: Opened) -> None:
    source = opened()
    for name, child in (("a3", "c2"), ("a2", "c1"), ("a1", "c1")):
        source.keep_handover(a_plan(name, child))

    def ids(child_ids: list[str] | None = None) -> list[str]:
        return [str(kept.plan.assignment_id) for kept in opened().handovers(child_ids=child_ids)]

    assert (ids(), ids(["c2"]), ids([])) == (["a1", "a2", "a3"], ["a3"], [])


@EVERYWHERE
def test_a_change_is_the_next_version_and_the_same_again_is_none(opened: Opened) -> None:
    seen = opened().keep_handover(a_plan())
    mine = seen.plan.done("tell_child", DAY, "w1")

    first, again = opened().keep_handover(mine, seen=seen), opened().keep_handover(mine, seen=seen)

    assert (first.version, again) == (2, first)


@EVERYWHERE
def test_two_people_who_did_different_steps_are_both_kept(opened: Opened) -> None:
    seen = opened().keep_handover(a_plan())
    opened().keep_handover(seen.plan.done("tell_child", DAY, "w1"), seen=seen)

    after = opened().keep_handover(seen.plan.done("ask_child", DAY, "w2"), seen=seen)

    assert after.version == 3
    assert [move.model_dump()["step"] for move in after.plan.log] == ["tell_child", "ask_child"]


@EVERYWHERE
def test_two_people_who_complete_one_step_are_told_and_the_first_stays(opened: Opened) -> None:
    seen = opened().keep_handover(a_plan())
    first = opened().keep_handover(seen.plan.done("goodbye", DAY, "w1"), seen=seen)

    with pytest.raises(HandoverConflictError, match=r"handover:a1: two people.*\(goodbye\)"):
        opened().keep_handover(seen.plan.done("goodbye", DAY, "w2"), seen=seen)
    assert opened().handover(seen.plan.id) == first


@EVERYWHERE
def test_a_plan_made_anew_never_takes_the_place_of_one_that_is_kept(opened: Opened) -> None:
    seen = opened().keep_handover(a_plan())
    kept = opened().keep_handover(seen.plan.done("tell_child", DAY, "w1"), seen=seen)

    with pytest.raises(HandoverConflictError, match="is kept already"):
        opened().keep_handover(a_plan())
    assert opened().handover(seen.plan.id) == kept


@EVERYWHERE
def test_many_who_write_at_the_same_moment_lose_nothing(opened: Opened) -> None:
    seen = opened().keep_handover(a_plan())
    steps = PLANNED_HANDOVER.step_names
    together = Barrier(len(steps))

    def write(step: str) -> KeptHandover:
        source = opened()
        together.wait()
        return source.keep_handover(seen.plan.done(step, DAY, "w1"), seen=seen)

    with ThreadPoolExecutor(len(steps)) as pool:
        versions = sorted(kept.version for kept in pool.map(write, steps))

    after = opened().handover(seen.plan.id)
    assert after is not None
    assert versions == list(range(2, len(steps) + 2))
    assert sorted(move.model_dump()["step"] for move in after.plan.log) == sorted(steps)


@EVERYWHERE
def test_of_many_who_make_the_first_plan_at_once_all_find_the_same(opened: Opened) -> None:
    together = Barrier(4)

    def write(_: int) -> KeptHandover:
        source = opened()
        together.wait()
        return source.keep_handover(a_plan())

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(write, range(4))) == {KeptHandover(a_plan(), 1)}


def test_a_row_that_cannot_be_a_plan_is_a_problem_and_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with closing(SqlAdapter.create(str(path))) as adapter:
        for name in ("a1", "a2"):
            adapter.keep_handover(a_plan(name))
        engine = sa.create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE relationkit_handovers SET plan = '{}' WHERE id = 'handover:a1'"))
        engine.dispose()

        assert [kept.plan.assignment_id for kept in adapter.handovers()] == ["a2"]
        assert {problem.where for problem in adapter.problems} == {"relationkit_handovers handover:a1"}
        assert {problem.child_id for problem in adapter.problems} == {"c1"}
        with pytest.raises(UnreadableSourceError, match="handover:a1 cannot be a plan"):
            adapter.handover(HandoverId("handover:a1"))
        with pytest.raises(UnreadableSourceError, match="handover:a1 cannot be a plan"):
            adapter.keep_handover(a_plan())
