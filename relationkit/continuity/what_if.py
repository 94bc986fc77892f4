"""Why workers change, and what if: how many children would have had three or more, had some changes not been made?"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from relationkit.continuity.cases import CareCase
from relationkit.continuity.causes import CAUSES, Cause
from relationkit.continuity.child import Continuity, JudgedChange, continuity_of
from relationkit.continuity.history import WorkerSpell, worker_history
from relationkit.continuity.measures import DfeStability
from relationkit.continuity.windows import Window
from relationkit.records import Assignment, AssignmentId, ChangeReason, Role, WorkerId

__all__ = ["SCENARIOS", "Attribution", "Counterfactual", "Scenario", "attribute_changes", "with_worker_kept"]

#: A transfer counts as one at 18 from so long before the eighteenth birthday on; our own assumption.
BEFORE_EIGHTEEN: Final = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class _Circumstances:
    """One change, and whose."""

    judged: JudgedChange
    born_on: date | None


def _is_of(*causes: str) -> Callable[[_Circumstances], bool]:
    return lambda around: around.judged.cause.cause in causes


def _is_transfer(around: _Circumstances) -> bool:
    return around.judged.change.reason is ChangeReason.TRANSFER_PROCESS


def _is_after_assessment(around: _Circumstances) -> bool:
    return _is_transfer(around) and around.judged.before.reason is ChangeReason.FIRST_CONTACT


def _is_at_eighteen(around: _Circumstances) -> bool:
    if around.born_on is None or not _is_transfer(around):
        return False
    return around.judged.change.on >= _eighteenth_birthday(around.born_on) - BEFORE_EIGHTEEN


def _eighteenth_birthday(born_on: date) -> date:
    is_leap_day = (born_on.month, born_on.day) == (2, 29)  # no year of an eighteenth birthday of one has such a day
    return date(born_on.year + 18, 3, 1) if is_leap_day else born_on.replace(year=born_on.year + 18)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes that are thought away: where one of them was made, the worker before stays on instead.

    Attributes:
        name: For people to read, after "if".
        applies: Whether a change is one of them.
    """

    name: str
    applies: Callable[[_Circumstances], bool]


#: What is thought away, each by itself; the last takes two together.
SCENARIOS: Final = (
    Scenario("nobody had left the role", _is_of("leavers")),
    Scenario("re-organisation had kept the worker", _is_of("re-organisation")),
    Scenario("nobody had covered an absence", _is_of("absence")),
    Scenario("transfers by process had kept the worker", _is_transfer),
    Scenario("transfers after assessment had kept the worker", _is_after_assessment),
    Scenario("transfers at 18 had kept the worker", _is_at_eighteen),
    Scenario(
        "transfers at 18 and after assessment had kept the worker",
        lambda around: _is_at_eighteen(around) or _is_after_assessment(around),
    ),
)


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What one scenario would have come to.

    Attributes:
        scenario: Its name.
        high: Children who would have had three or more workers.
        moved: Children for whom it would have made a difference to that.
    """

    scenario: str
    high: int
    moved: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why the workers of some children changed in a window.

    Attributes:
        children: How many children there were.
        high: How many of them had three or more social workers (:func:`~relationkit.continuity.dfe_stability`).
        changes: Changes by the rows of :data:`CAUSES`; those back from cover stand under absence.
        what_if: One a scenario, in their order.
    """

    children: int
    high: int
    changes: Mapping[Cause, int]
    what_if: tuple[Counterfactual, ...]

    @property
    def causes(self) -> Mapping[str, int]:
        """Changes by cause, in the order of :data:`CAUSES`; causes of no change too."""
        totals = dict.fromkeys([row.cause for row in CAUSES], 0)
        for cause, count in self.changes.items():
            totals[cause.cause] += count
        return totals


def attribute_changes(
    cases: Iterable[CareCase], window: Window, *, scenarios: Sequence[Scenario] = SCENARIOS
) -> Attribution:
    """Return how much of the change is whose doing, and how many children would have had fewer workers without.

    A counterfactual is arithmetic, not a forecast: in the records, each spell that such a change began is given to the
    worker before, and the child's workers are counted again. Nothing says that this worker could have stayed.

    Args:
        cases: One a child, read once and let go; every one is counted.
        window: The days in which changes count.
        scenarios: What is thought away.
    """
    tally = Tally(window, scenarios)
    for case in cases:
        tally.add(case, continuity_of(case.assignments, window))
    return tally.result()


@dataclass(slots=True)
class Tally:
    """Adds up an attribution child by child."""

    window: Window
    scenarios: Sequence[Scenario]
    children: int = 0
    high: int = 0
    changes: Counter[Cause] = field(default_factory=Counter)
    high_if: Counter[int] = field(default_factory=Counter)
    moved: Counter[int] = field(default_factory=Counter)

    def add(self, case: CareCase, found: Continuity) -> None:
        """Count one child, whose social workers' ``found`` is."""
        is_high = found.dfe_stability is not None and found.dfe_stability.is_high
        self.children += 1
        self.high += is_high
        self.changes.update(each.cause for each in found.changes)
        around = [_Circumstances(each, case.born_on) for each in found.changes]
        whole = worker_history(case.assignments) if around else []
        for place, scenario in enumerate(self.scenarios):
            undone = {each.judged.change.on for each in around if scenario.applies(each)}
            is_high_then = (
                self._is_high(case.assignments, _kept(case.assignments, whole, undone)) if undone else is_high
            )
            self.high_if[place] += is_high_then
            self.moved[place] += is_high_then != is_high

    def _is_high(self, assignments: Iterable[Assignment], kept: Mapping[AssignmentId, WorkerId]) -> bool:
        """Return what :func:`~relationkit.continuity.dfe_stability` says once some spells are given to others."""
        workers = {
            kept.get(each.id, each.worker_id)
            for each in assignments
            if each.role is Role.SOCIAL_WORKER and self.window.overlaps(each.started_on, each.ended_on)
        }
        return DfeStability(len(workers)).is_high

    def result(self) -> Attribution:
        """Return what came together."""
        what_if = tuple(
            Counterfactual(scenario.name, self.high_if[place], self.moved[place])
            for place, scenario in enumerate(self.scenarios)
        )
        return Attribution(self.children, self.high, dict(self.changes), what_if)


def with_worker_kept(assignments: Sequence[Assignment], undone: Iterable[date]) -> list[Assignment]:
    """Return a child's assignments as if, on some days, the social worker before had stayed on.

    The spell that began on such a day is given to whoever led before it, be it in fact or because they too were kept.

    Args:
        assignments: One child's, in any order.
        undone: Days of changes, as :func:`~relationkit.continuity.worker_changes` gives them.
    """
    worker_of = _kept(assignments, worker_history(assignments), frozenset(undone))
    return [
        each.model_copy(update={"worker_id": worker_of[each.id]}) if each.id in worker_of else each
        for each in assignments
    ]


def _kept(
    assignments: Iterable[Assignment], whole: Iterable[WorkerSpell], days: Container[date]
) -> dict[AssignmentId, WorkerId]:
    """Return to whom the assignments are given that began on one of the days."""
    worker_of: dict[AssignmentId, WorkerId] = {}
    started_on = {each.id: each.started_on for each in assignments}
    lead: WorkerId | None = None
    for spell in whole:
        if lead is not None and spell.started_on in days:
            began = [each for each in spell.assignment_ids if started_on[each] == spell.started_on]
            worker_of.update(dict.fromkeys(began, lead))
        else:
            lead = worker_of.get(spell.assignment_ids[0], spell.worker_id)
    return worker_of
