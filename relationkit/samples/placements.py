"""Where a child of a synthetic council lived while in care. After care there are no placements here."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from relationkit.records import Placement, PlacementId
from relationkit.samples import calibration as figures
from relationkit.samples.cases import Case
from relationkit.samples.draws import Draws

__all__ = ["placements_of"]

_YEAR: Final = 365.25


def placements_of(case: Case, *, seed: int, today: date) -> Iterator[Placement]:
    """Yield the placements, oldest first, each beginning on the day on which the one before ends.

    They reach back as far as the worker histories; the oldest keeps its true start.
    """
    draws = Draws(seed, "placements", case.number)
    starts = _starts(case, draws, today)
    ends = [*starts[1:], case.left_on]
    for index, (started_on, ended_on) in enumerate(zip(starts, ends, strict=True)):
        regime = figures.SHORT_BREAKS if case.is_short_breaks else draws.weighted(figures.REGIMES)
        yield _placement(case, index, started_on, ended_on, regime)


def _starts(case: Case, draws: Draws, today: date) -> list[date]:
    if case.is_short_breaks:
        return [case.entered_on]
    history_from = today - timedelta(days=figures.HISTORY_DAYS)
    starts: list[date] = []
    day = case.left_on or today
    while not starts or (day > case.entered_on and day >= history_from):
        day -= timedelta(days=1 + int(draws.wait(1 / figures.PLACEMENT_MOVES.value) * _YEAR))
        starts.append(max(day, case.entered_on))
    return starts[::-1]


def _placement(case: Case, index: int, started_on: date, ended_on: date | None, regime: str) -> Placement:
    return Placement(
        id=PlacementId(f"placement-{case.number:06d}-{index:02d}"),
        child_id=case.id,
        started_on=started_on,
        ended_on=ended_on,
        regime=regime,
    )
