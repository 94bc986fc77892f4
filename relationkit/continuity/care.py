"""Periods of care: since when has the child been looked after without a break?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from relationkit.continuity.windows import Window
from relationkit.england.measures import DFE_STABILITY
from relationkit.records import Placement

__all__ = ["CarePeriod", "care_periods"]


@dataclass(frozen=True, slots=True)
class CarePeriod:
    """Days of care without a break; ``ended_on`` is the first day after, ``None`` while open."""

    started_on: date
    ended_on: date | None

    def holds(self, day: date) -> bool:
        """Return whether the day is one of them."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)

    def days_in(self, window: Window) -> range:
        """Return its days in the window, as ordinals."""
        end_on = window.end_on if self.ended_on is None else min(self.ended_on, window.end_on)
        return range(max(self.started_on, window.start_on).toordinal(), end_on.toordinal())


def care_periods(placements: Iterable[Placement]) -> list[CarePeriod]:
    """Return a child's periods of care: placements that touch or overlap are one period.

    Series of short breaks and accommodation for care leavers are no care
    (:data:`relationkit.england.DFE_STABILITY`).

    Args:
        placements: One child's, in any order.

    Returns:
        Oldest first; empty for a child who was never looked after.
    """
    periods: list[CarePeriod] = []
    kept = [each for each in placements if each.regime not in DFE_STABILITY.left_out_regimes]
    for each in sorted(kept, key=lambda placement: placement.started_on):
        if each.ended_on == each.started_on:
            continue
        last = periods[-1] if periods else None
        if last is None or (last.ended_on is not None and last.ended_on < each.started_on):
            periods.append(CarePeriod(each.started_on, each.ended_on))
        else:
            ends = (last.ended_on, each.ended_on)
            periods[-1] = CarePeriod(last.started_on, None if None in ends else max(day for day in ends if day))
    return periods
