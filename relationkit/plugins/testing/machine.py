"""A machine that writes, sends and looks in any order, and holds the source to the memory adapter at each step."""
# ruff: noqa: S101 - these are tests

import functools
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.ports import SupportsChangesSince, SupportsOutbox, SupportsWrite
from relationkit.plugins.specs import KINDS
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import BY_CHILD, BY_WORKER, Harness, Kit, Open, read
from relationkit.plugins.testing.outbox import an_escalation
from relationkit.plugins.testing.scenarios import EMPTY
from relationkit.records import Absence, Assignment, Child, ChildId, Message, Record
from relationkit.sla import NextLook

_START: Final = datetime(2025, 10, 25, 23, tzinfo=UTC)

#: The same steps on every machine and every day: a vendor's build must not fail on a Tuesday by luck.
_SETTINGS: Final = settings(
    max_examples=30,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

_child_ids = st.sampled_from(("c3", "C2", "C10"))
_worker_ids = st.sampled_from(("SW2", "SW10"))
_ids = st.sampled_from(("1", "10", "2", "a"))
_days = st.dates(date(2024, 2, 28), date(2024, 3, 2))
_moments = st.integers(0, 12).map(lambda quarters: _START + timedelta(minutes=15 * quarters))
_records: st.SearchStrategy[Record] = st.one_of(
    st.builds(Child, id=_child_ids, language=st.sampled_from(("cy", "en"))),
    st.builds(
        lambda started_on, days, **row: Assignment.model_validate(
            {**row, "started_on": started_on, "role": "social_worker",
             "ended_on": None if days is None else started_on + timedelta(days=days)}
        ),
        id=_ids, child_id=_child_ids, worker_id=_worker_ids, started_on=_days, days=st.none() | st.integers(0, 3),
    ),
    st.builds(
        lambda **row: Message.model_validate({**row, "channel": "text"}),
        id=_ids, child_id=_child_ids, at=_moments, direction=st.sampled_from(("from_child", "to_child")),
    ),
    st.builds(lambda **row: Absence.model_validate(row), worker_id=_worker_ids, starts_at=_moments,
              tell_child=st.booleans()),
)  # fmt: skip


class MachineTests(Kit):
    """The steps that nobody would think to write down as a test."""

    @must("RK-C-220")
    def test_in_any_order_it_does_what_the_memory_adapter_does(self, harness: Harness, opened: Open) -> None:
        """Each promise may hold alone and break after another: an update after a failed write, a look after a claim.

        Remedy: the steps are printed, the shortest that show it; run them one by one.
        """
        self.keeper(opened(EMPTY), SupportsWrite)
        run_state_machine_as_test(functools.partial(_Machine, harness), settings=_SETTINGS)  # type: ignore[arg-type]  # it takes whatever makes a machine


class _Machine(RuleBasedStateMachine):
    def __init__(self, harness: Harness) -> None:
        super().__init__()
        harness.clear()
        self.model: Any = MemoryAdapter()
        self.source: Any = harness.open()
        self.now = _START
        self.answers: tuple[Any, Any] | None = None

    def teardown(self) -> None:
        self.source.close()

    @rule(records=st.lists(_records, max_size=6))
    def write(self, records: list[Record]) -> None:
        assert self.source.write(records) == self.model.write(records)

    @rule(records=st.lists(_records, min_size=1, max_size=4))
    def break_off(self, records: list[Record]) -> None:
        def breaking() -> Any:
            yield from records
            raise ZeroDivisionError

        for each in (self.source, self.model):
            try:
                each.write(breaking())
            except ZeroDivisionError:
                continue
            raise AssertionError("the error of the records was swallowed")

    @invariant()
    def holds_the_same(self) -> None:
        for kind in self._kinds(KINDS):
            assert read(self.source, kind) == read(self.model, kind)

    @rule(wanted=st.sets(_child_ids), workers=st.none() | st.sets(_worker_ids))
    def filter(self, wanted: set[str], workers: set[str] | None) -> None:
        for kind in self._kinds(BY_CHILD):
            filters: dict[str, Any] = {"child_ids": wanted}
            filters |= {"worker_ids": workers} if kind in BY_WORKER else {}
            assert read(self.source, kind, **filters) == read(self.model, kind, **filters)

    @rule(since=st.none() | _moments, until=st.none() | _moments)
    def period(self, since: datetime | None, until: datetime | None) -> None:
        for kind in self._kinds(("messages",)):
            assert read(self.source, kind, since=since, until=until) == read(self.model, kind, since=since, until=until)

    # The outbox ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: isinstance(self.source, SupportsOutbox))
    @rule(names=st.sets(_ids, min_size=1), old=st.sets(_ids, max_size=2), child_id=_child_ids)
    def mark(self, names: set[str], old: set[str], child_id: str) -> None:
        steps = [an_escalation(name, supersedes=tuple(sorted(old - names)), child_id=child_id, send_from_at=self.now)
                 for name in sorted(names)]  # fmt: skip
        marked = [each.record_escalations(steps, now=self.now, notifiers=["kit"]) for each in self._both()]
        assert marked[0] == marked[1]

    @precondition(lambda self: isinstance(self.source, SupportsOutbox))
    @rule(
        name=_ids,
        child_id=_child_ids,
        limit=st.integers(1, 3),
        what=st.sampled_from(("deliver", "retry", "give up", "die")),
    )
    def hand_over(self, name: str, child_id: str, limit: int, what: str) -> None:
        self.mark({name}, set(), child_id)
        lease = timedelta(minutes=10)
        ours, models = (each.claim("kit", now=self.now, lease=lease, limit=limit) for each in self._both())
        assert [_shown(row) for row in ours] == [_shown(row) for row in models]
        self.keeps_the_same()
        for own, model in zip(ours, models, strict=True):
            if what == "deliver":
                assert self.source.mark_delivered(own, now=self.now) == self.model.mark_delivered(model, now=self.now)
            elif what != "die":
                again = {"now": self.now, "retry_at": self.now + lease if what == "retry" else None, "why": what}
                assert self.source.mark_failed(own, **again) == self.model.mark_failed(model, **again)

    @precondition(lambda self: isinstance(self.source, SupportsOutbox))
    @rule(names=st.sets(_ids))
    def withdraw(self, names: set[str]) -> None:
        first, second = (each.withdraw(names, why="answered", now=self.now) for each in self._both())
        assert first == second

    @precondition(lambda self: isinstance(self.source, SupportsOutbox))
    @invariant()
    def keeps_the_same(self) -> None:
        ours, models = ([_shown(row) for row in each.outbox_rows()] for each in self._both())
        assert ours == models
        assert self.source.sent_ids() == self.model.sent_ids()

    @rule(minutes=st.integers(1, 45))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # Changes ---------------------------------------------------------------------------------------------------------

    @precondition(lambda self: isinstance(self.source, SupportsChangesSince))
    @rule()
    def ask(self) -> None:
        ours, models = (each.changes_since(rules="1", now=self.now) for each in self._both())
        assert ours.is_keepable == models.is_keepable
        # It may look at more children than it has to, as when two rows of one id come in one call; never at fewer.
        if ours.child_ids is not None:
            assert models.child_ids is not None
            assert models.child_ids <= ours.child_ids
        self.answers = (ours, replace(models, child_ids=ours.child_ids))

    @precondition(lambda self: isinstance(self.source, SupportsChangesSince))
    @rule(records=st.lists(_records, max_size=3), after=st.integers(0, 30))
    def look_while_somebody_writes(self, records: list[Record], after: int) -> None:
        for meanwhile in ([], records):
            self.ask()
            self.write(meanwhile)
            self.keep(after)
        self.ask()

    @precondition(lambda self: self.answers is not None)
    @rule(after=st.integers(0, 30))
    def keep(self, after: int) -> None:
        assert self.answers is not None
        children: Collection[str] = self.answers[0].child_ids if self.answers[0].child_ids is not None else ("C2", "c3")
        moment = self.now + timedelta(minutes=after)
        looks = [NextLook(ChildId(child_id), "clock", moment, moment) for child_id in sorted(children)]
        kept = [
            each.keep_looks(answer, looks, rules="1", now=self.now)
            for each, answer in zip(self._both(), self.answers, strict=True)
        ]
        assert kept[0] == kept[1]
        first, second = (each.overdue_clocks(now=self.now, without=["c3"]) for each in self._both())
        assert first == second

    def _both(self) -> tuple[Any, Any]:
        return self.source, self.model

    def _kinds(self, kinds: Collection[str]) -> list[str]:
        return [kind for kind in kinds if kind in self.source.capabilities]


def _shown(row: Any) -> tuple[Any, ...]:
    return (row.escalation.id, row.state, row.attempts, row.next_try_at, row.claimed_until, row.ended_at, row.why)
