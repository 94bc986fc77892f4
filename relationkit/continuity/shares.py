"""The share of children with many workers: what a council holds beside the published figure."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from relationkit.continuity.changes import worker_changes
from relationkit.continuity.history import HistoryRules, worker_history
from relationkit.continuity.measures import (
    CommissionerInstability,
    DfeStability,
    commissioner_instability,
    dfe_stability,
)
from relationkit.continuity.windows import Window
from relationkit.england.measures import DFE_STABILITY
from relationkit.errors import ScatteredRecordsError
from relationkit.records import Assignment, ChildId, Placement

__all__ = ["ChildMeasures", "HighShare", "looked_after_on", "measure_children", "share_high"]


@dataclass(frozen=True, slots=True)
class ChildMeasures:
    """Both named measures of one child in one window.

    Attributes:
        child_id: Whose they are.
        dfe_stability: Distinct workers, as the Department for Education counts.
        commissioner_instability: Changes without cover, as the Children's Commissioner counts.
        changes_by_rules: Changes by somebody's own rules beside them; ``None`` when no rules were given.
    """

    child_id: ChildId
    dfe_stability: DfeStability
    commissioner_instability: CommissionerInstability
    changes_by_rules: int | None = None


@dataclass(frozen=True, slots=True)
class HighShare:
    """How many of some children had three or more social workers in a window.

    Attributes:
        children: How many were counted.
        high: How many of them had three or more.
    """

    children: int
    high: int

    @property
    def percentage(self) -> float | None:
        """Return ``high`` per hundred ``children``; ``None`` when there were none, and it could not be judged."""
        return 100 * self.high / self.children if self.children else None


def measure_children(
    assignments: Iterable[Assignment],
    child_ids: Iterable[ChildId],
    window: Window,
    *,
    rules: HistoryRules | None = None,
) -> Iterator[ChildMeasures]:
    """Measure every child, reading the assignments once.

    Args:
        assignments: Those of one child together, children in any order, as every reader gives them.
        child_ids: Children who count even when they have no assignment: with no worker and no change.
        window: The period to count in.
        rules: Count the changes by these as well; the named measures keep their own definition.

    Yields:
        One row a child: first those with assignments in the order they came, then the others in the order given.

    Raises:
        ScatteredRecordsError: A child's assignments do not stand together.
    """
    seen: set[ChildId] = set()
    for child_id, own in groupby(assignments, key=lambda assignment: assignment.child_id):
        if child_id in seen:
            raise ScatteredRecordsError(child_id)
        seen.add(child_id)
        yield _measured(child_id, list(own), window, rules)
    for child_id in child_ids:
        if child_id not in seen:
            seen.add(child_id)
            yield _measured(child_id, [], window, rules)


def _measured(
    child_id: ChildId, assignments: list[Assignment], window: Window, rules: HistoryRules | None
) -> ChildMeasures:
    return ChildMeasures(
        child_id,
        dfe_stability(assignments, window),
        commissioner_instability(assignments, window),
        None if rules is None else len(worker_changes(worker_history(assignments, rules), window)),
    )


def looked_after_on(placements: Iterable[Placement], day: date) -> frozenset[ChildId]:
    """Return the children whom the published share is about: those looked after on ``day``, by their placements.

    A placement in a series of short breaks, or in accommodation for care leavers, does not count
    (:data:`relationkit.england.DFE_STABILITY` has the population and its source).

    Args:
        placements: In any order; those not open on ``day`` are passed over.
        day: For the published share 31 March, the last day of the reporting year.
    """
    return frozenset(
        placement.child_id
        for placement in placements
        if placement.regime not in DFE_STABILITY.left_out_regimes
        if placement.started_on <= day and (placement.ended_on is None or day < placement.ended_on)
    )


def share_high(measures: Iterable[ChildMeasures], population: Container[ChildId] | None = None) -> HighShare:
    """Return the share of children with high instability (:func:`dfe_stability`).

    Args:
        measures: One row a child.
        population: Only these children count; ``None`` counts all.
    """
    counted = [row for row in measures if population is None or row.child_id in population]
    return HighShare(len(counted), sum(row.dfe_stability.is_high for row in counted))
