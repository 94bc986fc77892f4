"""Promises kept in time, as a share: what a worker said they would do, and whether it was done by its day.

"Be honest and always do what you say you are going to do." The share is about what was said with a day. It is withheld
where it is about few children (:mod:`relationkit.withholding`): a share of three promises to one child is a statement
about that child.
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


@dataclass(frozen=True, slots=True)
class KeptShare:
    """How many promises of a group were kept in time, of those whose day has come or that were ticked.

    Attributes:
        promises: Kept in time, kept late or overdue.
        kept_in_time: Ticked on their day or before.
        waiting: Not ticked, and their day has not passed: in neither figure.
        could_not_be_judged: No day was said: in neither figure.
    """

    promises: int
    kept_in_time: int
    waiting: int
    could_not_be_judged: int

    @property
    def share(self) -> float | None:
        """The share kept in time, from 0 to 1; ``None`` when there was none to judge."""
        return self.kept_in_time / self.promises if self.promises else None


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """The shares of everyone and of each group; ``None`` where they are withheld.

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
        smallest: Figures about fewer children than this are withheld, and at least a second group's where one group's
            are; 1 withholds nothing, for those who may see each case.

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
    everyone = [said for own in groups.values() for said in own]
    is_shown = len({child_id for child_id, _ in everyone}) >= smallest or not everyone
    children = {name: [child_id for child_id, _ in own] for name, own in groups.items()}
    withheld = withheld_groups(children, smallest=smallest) if is_shown else set(groups)
    shares = {name: None if name in withheld else _share(groups[name]) for name in sorted(groups)}
    return PromiseReport(by, _share(everyone) if is_shown else None, shares)


def _grouping(by: str, workers: Iterable[Worker]) -> Callable[[Promise], str]:
    if by == "worker":
        return lambda promise: promise.worker_id
    if by != "team":
        raise ValueError("by is neither 'worker' nor 'team'")
    teams = {worker.id: worker.team or NOT_KNOWN for worker in workers}
    return lambda promise: teams.get(promise.worker_id, NOT_KNOWN)


def _share(said: list[_Said]) -> KeptShare:
    count = {state: sum(each is state for _, each in said) for state in PromiseState}
    judged = (PromiseState.KEPT_IN_TIME, PromiseState.KEPT_LATE, PromiseState.OVERDUE)
    return KeptShare(
        promises=sum(count[state] for state in judged),
        kept_in_time=count[PromiseState.KEPT_IN_TIME],
        waiting=count[PromiseState.WAITING],
        could_not_be_judged=count[PromiseState.COULD_NOT_BE_JUDGED],
    )
