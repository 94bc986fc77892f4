"""Two audits side by side: what moved, and whether that could be chance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from relationkit.continuity.audit_model import RARER_REASONS, AuditGroup, ContinuityAudit
from relationkit.intervals import difference_interval

__all__ = ["COMPARISON_HEADINGS", "AuditComparison", "AuditMove", "compare_audits"]

#: What became of a share. "could be chance" is no "stayed the same": the numbers are too small to tell.
Verdict = Literal["fell", "rose", "could be chance", "could not be judged"]

#: The columns of :meth:`AuditComparison.rows`.
COMPARISON_HEADINGS: Final = (
    "grouping",
    "group",
    "measure",
    "share_before",
    "share_after",
    "difference",
    "difference_low",
    "difference_high",
    "verdict",
)

#: The two measures, each by its own name.
_MEASURES: Final = (("three or more social workers", "high"), ("two or more changes", "multiple"))

#: Windows that differ by no more days are called equally long: so do months (28 to 31 days), half-years (181 to 184).
_ALIKE_WITHIN: Final = 3

#: How often such intervals hold the true difference.
_CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class AuditMove:
    """One share in both audits.

    Attributes:
        grouping: Such as ``"team"``; ``"everyone"`` for all children.
        group: Which group of it.
        measure: Which of the two named measures.
        before: How many of how many; ``None`` where a figure is withheld, or the group is not in that audit.
        after: The same, later.
        interval: The difference in shares, after less before, from 0 to 1, by Newcombe's method at 95%.
    """

    grouping: str
    group: str
    measure: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    interval: tuple[float, float] | None

    @property
    def shares(self) -> tuple[float, float] | None:
        """Both shares, from 0 to 1; ``None`` where one could not be judged."""
        if self.before is None or self.after is None:
            return None
        return self.before[0] / self.before[1], self.after[0] / self.after[1]

    @property
    def verdict(self) -> Verdict:
        """What became of it: fell or rose only where chance alone would seldom do as much."""
        if self.interval is None:
            return "could not be judged"
        low, high = self.interval
        return "fell" if high < 0 else "rose" if low > 0 else "could be chance"

    @property
    def words(self) -> str:
        """One plain sentence."""
        if self.shares is None or self.interval is None:
            return "This could not be judged: a figure is withheld or missing in one of the audits."
        before, after = self.shares
        moved = f"From {_percent(before)} to {_percent(after)}"
        low, high = sorted(self.interval, key=abs)
        if self.verdict == "could be chance":
            least, most = map(_points, self.interval)
            return f"{moved}. This could be chance: anything from {least} to {most} fits."
        return (
            f"{moved}. It {self.verdict}, by {_amount(low)} to {_amount(high)} points: more than chance would explain."
        )


@dataclass(frozen=True, slots=True)
class AuditComparison:
    """What moved between two audits.

    Attributes:
        before: The earlier one.
        after: The later one.
        moves: Everyone first, then the groups in the order of the later audit.
        caveats: What must be known to read it.
    """

    before: ContinuityAudit
    after: ContinuityAudit
    moves: tuple[AuditMove, ...]
    caveats: tuple[str, ...]

    @property
    def everyone(self) -> tuple[AuditMove, ...]:
        """The moves of all children together, one a measure."""
        return tuple(move for move in self.moves if move.grouping == "everyone")

    def rows(self) -> list[tuple[str | float | None, ...]]:
        """Return a table under :data:`COMPARISON_HEADINGS`; ``None`` where it could not be judged."""
        return [_row(move) for move in self.moves]


def _row(move: AuditMove) -> tuple[str | float | None, ...]:
    if move.shares is None or move.interval is None:
        return (move.grouping, move.group, move.measure, None, None, None, None, None, move.verdict)
    before, after = move.shares
    figures = (before, after, after - before, *move.interval)
    return (move.grouping, move.group, move.measure, *(round(each, 4) for each in figures), move.verdict)


def compare_audits(before: ContinuityAudit, after: ContinuityAudit) -> AuditComparison:
    """Return what moved from one audit to a later one, with an interval, so that noise is not called progress.

    Each share stands with the interval of its difference (:func:`relationkit.intervals.difference_interval`). Where
    the interval holds nought, the difference could be chance. Only figures that both audits show are compared. Rarer
    reasons that stand together are not: they may be others in each.

    Args:
        before: The baseline.
        after: The later one. Windows that overlap, or another population, are compared and said.
    """
    earlier = {(grouping, group.name): group for grouping, group in _groups(before)}
    moves = [
        AuditMove(grouping, group.name, words, was, now, _interval(was, now))
        for grouping, group in _groups(after)
        for words, measure in _MEASURES
        for was, now in [(_part(earlier.get((grouping, group.name)), measure), _part(group, measure))]
    ]
    return AuditComparison(before, after, tuple(moves), tuple(_caveats(before, after)))


def _groups(audit: ContinuityAudit) -> Iterator[tuple[str, AuditGroup]]:
    by_group: Iterable[tuple[str, AuditGroup]] = (
        (each.name, group) for each in audit.groupings for group in each.groups if group.name != RARER_REASONS
    )
    return chain([("everyone", audit.everyone)], by_group)


def _part(group: AuditGroup | None, measure: str) -> tuple[int, int] | None:
    part = None if group is None else group.high if measure == "high" else group.multiple
    return None if group is None or part is None or not group.children else (part, group.children)


def _interval(before: tuple[int, int] | None, after: tuple[int, int] | None) -> tuple[float, float] | None:
    if before is None or after is None:
        return None
    return difference_interval(before, after, confidence=_CONFIDENCE)


def _caveats(before: ContinuityAudit, after: ContinuityAudit) -> Iterator[str]:
    if after.start_on < before.end_on:
        yield "The two windows overlap or stand in the wrong order: what moved is in part the same days."
    if abs(before.window.days - after.window.days) > _ALIKE_WITHIN:
        yield "The two windows are not equally long: more days hold more changes."
    if before.population != after.population:
        yield "The two audits are not about the same kind of children."
    yield (
        "Each interval takes the two years to be independent. Many children are in both, so that the true interval is "
        "somewhat narrower or wider."
    )
    yield "Of twenty groups in which nothing happened, about one shows a difference beyond its interval."


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _amount(difference: float) -> str:
    return f"{100 * abs(difference):.1f}"


def _points(difference: float) -> str:
    return f"{_amount(difference)} points {'lower' if difference < 0 else 'higher'}"
