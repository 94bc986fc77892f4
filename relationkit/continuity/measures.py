"""The two published ways to count how often a child's social worker changes.

They give different answers on purpose: A, then B, then A again is two social workers and two changes. Neither is
called "changes" alone. Both are counted for whichever child is given; which children a council is compared on (its
*population*) is for the caller to choose, and each docstring names the publisher's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from relationkit.continuity.changes import worker_changes
from relationkit.continuity.history import HistoryRules, assignments_of_one_child, worker_history
from relationkit.continuity.windows import Window
from relationkit.england.measures import COMMISSIONER_STABILITY, DFE_STABILITY
from relationkit.records import Assignment, Role

__all__ = ["CommissionerInstability", "DfeStability", "commissioner_instability", "dfe_stability"]

_COVER_LEFT_OUT: Final = HistoryRules(cover="ignore")


@dataclass(frozen=True, slots=True)
class DfeStability:
    """One child by the Department for Education's definition.

    Attributes:
        workers: Distinct social workers in the window.
    """

    workers: int

    @property
    def is_high(self) -> bool:
        """Whether that is high instability: three or more."""
        return self.workers >= DFE_STABILITY.threshold


@dataclass(frozen=True, slots=True)
class CommissionerInstability:
    """One child by the Children's Commissioner's definition.

    Attributes:
        changes: Changes of social worker in the window, cover left out.
    """

    changes: int

    @property
    def is_multiple(self) -> bool:
        """Whether those are multiple changes: two or more."""
        return self.changes >= COMMISSIONER_STABILITY.threshold


def dfe_stability(
    assignments: Iterable[Assignment], window: Window, *, role: Role = Role.SOCIAL_WORKER
) -> DfeStability:
    """Count the child's distinct social workers as the statutory return's rows count.

    Every social worker with a spell of a day or more that touches the window counts once, whether they led or not,
    the one already in post on the first day included. Three or more is high.

    Definition: Department for Education, social worker stability, official statistics in development
    (:data:`relationkit.england.DFE_STABILITY`). Its population is children looked after on 31 March, without those in
    a series of short breaks; its window is the reporting year, and from 2025 also two.

    Args:
        assignments: One child's, in any order, duplicates allowed; other roles are passed over.
        window: The days to look at. Cut it at the day the data was taken, or an open spell counts on.
        role: Another role is counted in the same way, and compares with nothing that is published.

    Raises:
        SeveralChildrenError: The assignments are of more than one child.
    """
    workers = {
        each.worker_id
        for each in assignments_of_one_child(assignments)
        if each.role is role and window.overlaps(each.started_on, each.ended_on)
    }
    return DfeStability(len(workers))


def commissioner_instability(
    assignments: Iterable[Assignment], window: Window, *, role: Role = Role.SOCIAL_WORKER
) -> CommissionerInstability:
    """Count the child's changes of social worker with cover left out.

    These are the :func:`~relationkit.continuity.worker_changes` inside the window of a history under
    ``HistoryRules(cover="ignore")``. Two or more are multiple.

    Definition: Children's Commissioner for England, Stability Index
    (:data:`relationkit.england.COMMISSIONER_STABILITY`). Its population is children looked after on 31 March who had
    a social worker then; its window is 12 months. The index describes its cleaning and says "changes"; how it derives
    them is not published, so this is our reading.

    Args:
        assignments: One child's, in any order, duplicates allowed; other roles are passed over.
        window: The days to look at.
        role: Another role is counted in the same way, and compares with nothing that is published.

    Raises:
        SeveralChildrenError: The assignments are of more than one child.
    """
    rules = _COVER_LEFT_OUT if role is Role.SOCIAL_WORKER else HistoryRules(role=role, cover="ignore")
    history = worker_history(assignments, rules)
    return CommissionerInstability(len(worker_changes(history, window)))
