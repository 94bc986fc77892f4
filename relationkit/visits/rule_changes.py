"""What changed since a day in how often children must be seen, so that they can be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from relationkit.records import ChildId, Placement
from relationkit.visits.due import rules_by_regime, rules_holding
from relationkit.visits.rules import VisitRule

__all__ = ["VisitRuleChange", "visit_rule_changes"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VisitRuleChange:
    """Children of one regime must be seen at other times by the rules of the later day than by those of the earlier.

    Attributes:
        regime: What their :class:`~relationkit.records.Placement` names.
        changed_on: The first day, in Europe/London, on which the figures were as they are now.
        before: The rows of the earlier day, the law's and the council's own; empty where none held, or two contradict.
        after: Those of the later day, likewise.
    """

    regime: str
    changed_on: date
    before: tuple[VisitRule, ...]
    after: tuple[VisitRule, ...]

    def children(self, placements: Iterable[Placement], *, on: date) -> frozenset[ChildId]:
        """Return whom it concerns on a day: who lives then in a placement of the regime that began before the change.

        Args:
            placements: In any order.
            on: The day to judge by, in Europe/London.
        """
        theirs = (each for each in placements if each.regime == self.regime and each.started_on < self.changed_on)
        return frozenset(each.child_id for each in theirs if each.ended_on is None or on < each.ended_on)


def visit_rule_changes(rules: Iterable[VisitRule], *, since: date, on: date) -> tuple[VisitRuleChange, ...]:
    """Return the regimes for which visits are due by other figures on the later day than on the earlier.

    A row that only names another source, or came and went between the two days, changes nothing.

    Args:
        rules: Every version, the law's and a council's own, in any order.
        since: The earlier day; what changed on it is known already.
        on: The later day; what changes on it is told.

    Returns:
        By day of the change, then by regime; empty when nothing differs.
    """
    found = (_change(regime, kinds, since, on) for regime, kinds in rules_by_regime(rules).items())
    return tuple(sorted((change for change in found if change), key=lambda change: (change.changed_on, change.regime)))


def _change(regime: str, kinds: Sequence[Sequence[VisitRule]], since: date, on: date) -> VisitRuleChange | None:
    def held(day: date) -> tuple[VisitRule, ...]:
        return rules_holding(regime, kinds, on=day)[0]

    before, after = held(since), held(on)
    if _figures(before) == _figures(after):
        return None
    edges = {day for rows in kinds for row in rows for day in (row.in_force_from, row.in_force_until)}
    begun = (day for day in edges if day is not None and day <= on)
    changed_on = max(day for day in begun if _figures(held(day)) != _figures(held(day - _DAY)))
    return VisitRuleChange(regime, changed_on, before, after)


def _figures(rules: Iterable[VisitRule]) -> frozenset[tuple[int | None, ...]]:
    """Return what the rows ask for: which of them asks for it makes no difference."""
    return frozenset(
        (
            rule.first_within_days,
            rule.until_first_review_days,
            rule.then_at_most_days,
            rule.then_at_most_months,
            rule.after_first_year_days,
            rule.after_first_year_months,
        )
        for rule in rules
    )
