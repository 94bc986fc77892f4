"""Promises kept in time, as a share: what a worker said they would do, and whether it was done by its day.

"Be honest and always do what you say you are going to do." The share is about what was said with a day. Each figure is
withheld where it is about few children (:mod:`relationkit.withholding`): a share of three promises to one child is a
statement about that child, however many other children were promised something that nobody can judge yet.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from relationkit.errors import NaiveMomentError
from relationkit.records import ChildId, Worker
from relationkit.visits.promises import PlanBoard, Promise, PromiseState
from relationkit.withholding import SMALLEST, withheld_groups

__all__ = ["NOT_KNOWN", "KeptShare", "PromiseReport", "promises_kept"]

#: The group of promises whose worker, or whose worker's team, the records do not tell.
NOT_KNOWN: Final = "not known"

_Said = tuple[ChildId, PromiseState]
_States = tuple[PromiseState, ...]

#: What each figure is of; each is held by itself to how many children it is about, and the group as a whole to all.
_JUDGED: Final = (PromiseState.KEPT_IN_TIME, PromiseState.KEPT_LATE, PromiseState.OVERDUE)
_WAITING: Final = (PromiseState.WAITING,)
_WITHOUT_A_DAY: Final = (PromiseState.COULD_NOT_BE_JUDGED,)
_ALL: Final = tuple(PromiseState)
_FIGURES: Final[tuple[_States, ...]] = (_ALL, _JUDGED, _WAITING, _WITHOUT_A_DAY)

#: Stands for all groups together where a group's name would stand.
_EVERYONE: Final = None


@dataclass(frozen=True, slots=True)
class KeptShare:
    """How many promises of a group were kept in time, of those whose day has come or that were ticked.

    Attributes:
        promises: Kept in time, kept late or overdue.
        kept_in_time: Ticked on their day or before.
        waiting: Not ticked, and their day has not passed: in neither figure; ``None`` where withheld.
        could_not_be_judged: No day was said: in neither figure; ``None`` where withheld.
    """

    promises: int
    kept_in_time: int
    waiting: int | None
    could_not_be_judged: int | None

    @property
    def share(self) -> float | None:
        """The share kept in time, from 0 to 1; ``None`` when there was none to judge."""
        return self.kept_in_time / self.promises if self.promises else None


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """The figures of everyone and of each group; ``None`` where the share is withheld, and all with it.

    Attributes:
        by: What the groups are.
        everyone: All promises together.
        groups: By worker id or team, in order of their names; :data:`NOT_KNOWN` where the records do not tell.
    """

    by: Literal["worker", "team"]
    everyone: KeptShare | None
    groups: Mapping[str, KeptShare | None]


def promises_kept(
    boards: Iterable[PlanBoard],
    *,
    now: datetime,
    by: Literal["worker", "team"] = "worker",
    workers: Iterable[Worker] = (),
    smallest: int = SMALLEST,
) -> PromiseReport:
    """Return the share of promises kept in time, for each worker who made them or for each team.

    Args:
        boards: One a child, in any order.
        now: An aware moment; its day in Europe/London is the day to judge by.
        by: ``worker``, who said it; or ``team``, the team that worker is in by ``workers``.
        workers: Who is in which team; in any order.
        smallest: Each figure about fewer children than this, and more than none, is withheld, and at least a second
            group's where one group's is; 1 withholds nothing, for those who may see each case.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    group_of = _grouping(by, workers)
    groups: dict[str, list[_Said]] = {}
    for board in boards:
        for promise in board.promises:
            said = board.child_id, board.state(promise.id, now=now)
            groups.setdefault(group_of(promise), []).append(said)
    withheld = {states: _withheld(groups, states, smallest) for states in _FIGURES}
    everyone = _share([said for own in groups.values() for said in own], _EVERYONE, withheld)
    return PromiseReport(by, everyone, {name: _share(groups[name], name, withheld) for name in sorted(groups)})


def _grouping(by: str, workers: Iterable[Worker]) -> Callable[[Promise], str]:
    if by == "worker":
        return lambda promise: promise.worker_id
    if by != "team":
        raise ValueError("by is neither 'worker' nor 'team'")
    teams = {worker.id: worker.team or NOT_KNOWN for worker in workers}
    return lambda promise: teams.get(promise.worker_id, NOT_KNOWN)


def _withheld(groups: Mapping[str, list[_Said]], states: _States, smallest: int) -> set[str | None]:
    """Return the groups whose promises in those states are about too few children, or would tell of such a group."""
    children = {name: [child_id for child_id, state in own if state in states] for name, own in groups.items()}
    everyone = {child_id for own in children.values() for child_id in own}
    if 0 < len(everyone) < smallest:
        return {_EVERYONE, *groups}
    return set(withheld_groups({name: own for name, own in children.items() if own}, smallest=smallest))


def _share(said: list[_Said], name: str | None, withheld: Mapping[_States, set[str | None]]) -> KeptShare | None:
    if name in withheld[_ALL] | withheld[_JUDGED]:
        return None
    count = {state: sum(each is state for _, each in said) for state in PromiseState}
    return KeptShare(
        promises=sum(count[state] for state in _JUDGED),
        kept_in_time=count[PromiseState.KEPT_IN_TIME],
        waiting=None if name in withheld[_WAITING] else count[PromiseState.WAITING],
        could_not_be_judged=None if name in withheld[_WITHOUT_A_DAY] else count[PromiseState.COULD_NOT_BE_JUDGED],
    )
