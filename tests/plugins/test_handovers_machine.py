"""A machine drives one handover plan, as two people write it, against a model of sets and lists."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from relationkit.errors import HandoverConflictError, InvalidRecordError
from relationkit.handovers import PLANNED_HANDOVER, HandoverPlan, handover_status, plan_handover
from relationkit.plugins import KeptHandover, SupportsHandovers
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Assignment

STEPS = {step.name: step for step in PLANNED_HANDOVER.steps}
FIRST_DAY = date(2025, 3, 1)
LAST_DAY = date(2026, 1, 1)
ENDING = Assignment.model_validate(
    {"id": "a1", "child_id": "c1", "worker_id": "w1", "role": "social_worker", "started_on": "2024-01-08"}
)

people = st.sampled_from(["w1", "w2"])
steps = st.sampled_from(sorted(STEPS))
days = st.dates(FIRST_DAY, date(2025, 5, 31))

#: A move in the model: what it is about, what it is, and all else that tells it from another.
Move = tuple[str, str, tuple[object, ...]]


def state_after(log: list[Move]) -> dict[str, str]:
    """Replay the log: a choice opens what was skipped, the last of everything else counts."""
    state: dict[str, str] = {}
    for about, kind, _ in log:
        if kind == "chose":
            state.pop(about, None)
        elif about in STEPS:
            state[about] = kind
    return state


class TwoPeople(RuleBasedStateMachine):
    """Each person reads, makes some moves on what they read, and writes; the model knows who may and what is kept."""

    opened: Any = staticmethod(MemoryAdapter)

    def __init__(self) -> None:
        super().__init__()
        self.source: SupportsHandovers = self.opened()
        self.kept: list[Move] = []
        first = plan_handover(ENDING, handover_on=date(2025, 3, 31))
        seen = self.source.keep_handover(first)
        self.seen: dict[str, KeptHandover] = dict.fromkeys(("w1", "w2"), seen)
        self.plan: dict[str, HandoverPlan] = dict.fromkeys(("w1", "w2"), first)
        self.base: dict[str, int] = {"w1": 0, "w2": 0}
        self.read: dict[str, list[Move]] = {"w1": [], "w2": []}
        self.new: dict[str, list[Move]] = {"w1": [], "w2": []}
        self.version = 1

    def try_move(self, person: str, move: Move, *, is_allowed: bool, make: Any) -> None:
        if not is_allowed:
            with pytest.raises(InvalidRecordError):
                make(self.plan[person])
            return
        self.plan[person] = make(self.plan[person])
        self.new[person].append(move)

    def state(self, person: str) -> dict[str, str]:
        return state_after(self.read[person] + self.new[person])

    @rule(person=people, step=steps, on=days)
    def do(self, person: str, step: str, on: date) -> None:
        is_allowed = self.state(person).get(step) != "done"
        self.try_move(
            person, (step, "done", (on, person)), is_allowed=is_allowed, make=lambda plan: plan.done(step, on, person)
        )

    @rule(person=people, step=steps, on=days, decided_by=st.sampled_from(["child", "manager"]))
    def skip(self, person: str, step: str, on: date, decided_by: str) -> None:
        may = STEPS[step].is_skippable_by_child if decided_by == "child" else person != "w1"  # who leaves
        is_allowed = step not in self.state(person) and may
        self.try_move(
            person,
            (step, "skipped", (on, person, decided_by)),
            is_allowed=is_allowed,
            make=lambda plan: plan.skipped(step, on, person, "A reason", decided_by),
        )

    @rule(person=people, step=steps, on=days, data=st.data())
    def choose(self, person: str, step: str, on: date, data: st.DataObject) -> None:
        choice = data.draw(st.sampled_from([*STEPS[step].choices, "nothing_of_this"]))
        is_allowed = choice in STEPS[step].choices and self.state(person).get(step) != "done"
        self.try_move(
            person,
            (step, "chose", (choice, on, person)),
            is_allowed=is_allowed,
            make=lambda plan: plan.chose(step, choice, on=on, by=person),
        )

    @rule(person=people, to=days, on=days)
    def move_the_day(self, person: str, to: date, on: date) -> None:
        self.try_move(
            person,
            ("handover_on", "day_moved", (to, on, person)),
            is_allowed=True,
            make=lambda plan: plan.moved_to(to, on=on, by=person),
        )

    @rule(person=people, to=st.sampled_from(["w1", "w3", "w4"]), on=days)
    def name_the_next(self, person: str, to: str, on: date) -> None:
        self.try_move(
            person,
            ("to_worker_id", "worker_named", (to, on, person)),
            is_allowed=to != "w1",
            make=lambda plan: plan.named(to, on=on, by=person),
        )

    @rule(person=people)
    def read_again(self, person: str) -> None:
        kept = self.source.handover(self.plan[person].id)
        assert kept is not None
        self.seen[person], self.plan[person] = kept, kept.plan
        self.base[person], self.read[person], self.new[person] = len(self.kept), list(self.kept), []

    @rule(person=people)
    def write(self, person: str) -> None:
        theirs = self.kept[self.base[person] :]
        new = [move for move in self.new[person] if move not in theirs]
        if {move[0] for move in new} & {move[0] for move in theirs}:
            before = self.source.handover(self.plan[person].id)
            with pytest.raises(HandoverConflictError):
                self.source.keep_handover(self.plan[person], seen=self.seen[person])
            assert self.source.handover(self.plan[person].id) == before
        else:
            kept = self.source.keep_handover(self.plan[person], seen=self.seen[person])
            self.kept += new
            self.version += bool(new)
            assert kept.version == self.version
        self.read_again(person)

    @invariant()
    def what_is_kept_is_what_the_model_says(self) -> None:
        kept = self.source.handover(self.plan["w1"].id)
        assert kept is not None
        state = state_after(self.kept)
        status = handover_status(kept.plan, today=LAST_DAY)
        settled = {row.step: row.state.value for row in status.steps if row.state.value in ("done", "skipped")}
        assert settled == state
        days_moved = [move[2][0] for move in self.kept if move[1] == "day_moved"]
        workers = [move[2][0] for move in self.kept if move[1] == "worker_named"]
        assert kept.plan.handover_on == (days_moved[-1] if days_moved else date(2025, 3, 31))
        assert kept.plan.to_worker_id == (workers[-1] if workers else None)
        waiting = {name for name, step in STEPS.items() if step.is_required_to_move and name not in state}
        assert status.may_move is (False if waiting else True if workers else None)
        assert len(kept.plan.log) == len(self.kept)


def test_two_people_and_one_plan_in_memory() -> None:
    run_state_machine_as_test(TwoPeople, settings=settings(max_examples=60, stateful_step_count=30, deadline=None))


def test_two_people_and_one_plan_in_a_file() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = iter(range(10_000))

        class InAFile(TwoPeople):
            def opened(self) -> SqlAdapter:
                self.adapter = SqlAdapter.create(str(Path(folder) / f"{next(files)}.db"))
                return self.adapter

            def teardown(self) -> None:
                self.adapter.close()

        run_state_machine_as_test(InAFile, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))


@pytest.mark.postgres
def test_two_people_and_one_plan_on_a_server(a_schema: str) -> None:
    import sqlalchemy as sa

    engine = sa.create_engine(a_schema)

    class OnAServer(TwoPeople):
        def opened(self) -> SqlAdapter:
            self.adapter = SqlAdapter.create(a_schema)
            with engine.begin() as connection:
                connection.execute(sa.text("DELETE FROM relationkit_handovers"))
            return self.adapter

        def teardown(self) -> None:
            self.adapter.close()

    run_state_machine_as_test(OnAServer, settings=settings(max_examples=8, stateful_step_count=20, deadline=None))
    engine.dispose()
