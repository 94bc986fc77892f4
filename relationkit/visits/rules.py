"""How often a child must be seen: the rows that :func:`~relationkit.visits.visits_due` judges by.

The statutory rows come from :data:`relationkit.england.visits.VISIT_TIMESCALES`. A council's own timescales are more
rows of the same shape, marked :attr:`~relationkit.england.visits.Standing.LOCAL`.
"""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Final, Self

from pydantic import Field, model_validator

from relationkit.england import VISIT_TIMESCALES, Standing, months_after, rules_from_toml
from relationkit.records import Day, FrozenModel

__all__ = ["VISIT_RULES", "VisitRule", "first_year_ended_on", "visit_rules_from_toml"]

_Figure = Field(default=None, ge=1)


class VisitRule(FrozenModel):
    """How often a child must be seen under one regime, while this version is in force.

    Gaps are the longest that are still in time, in whole days or calendar months, counted in Europe/London; the day
    they start from is day 0. ``None`` means that the rule gives no such figure, never zero.

    Attributes:
        regime: What a :class:`~relationkit.records.Placement` names in its own ``regime``.
        name: The same for people to read.
        first_within_days: The first visit, from the start of the placement.
        until_first_review_days: The gap until a review has been held, in place of ``then_at_most_days``.
        then_at_most_days: The gap after the first visit.
        then_at_most_months: The same in calendar months.
        after_first_year_days: The gap once the placement has lasted a year; ``None``: the gap before it goes on.
        after_first_year_months: The same in calendar months.
        standing: How firm the row is: law, local, or law known only at second hand.
        source: Where it is written.
        in_force_from: The first day of this version.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
        note: What the figures do not say.
    """

    regime: str = Field(min_length=1)
    name: str = Field(min_length=1)
    first_within_days: int | None = _Figure
    until_first_review_days: int | None = _Figure
    then_at_most_days: int | None = _Figure
    then_at_most_months: int | None = _Figure
    after_first_year_days: int | None = _Figure
    after_first_year_months: int | None = _Figure
    standing: Standing
    source: str = Field(min_length=1)
    in_force_from: Day
    in_force_until: Day | None = None
    note: str = ""

    @model_validator(mode="after")
    def _gives_each_gap_once(self) -> Self:
        if self.then_at_most_days is not None and self.then_at_most_months is not None:
            raise ValueError("then_at_most is given in days and in months; give one of them")
        if self.after_first_year_days is not None and self.after_first_year_months is not None:
            raise ValueError("after_first_year is given in days and in months; give one of them")
        return self

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.in_force_until is not None and self.in_force_until <= self.in_force_from:
            raise ValueError("in_force_until is not after in_force_from; check the two days")
        return self

    def first_due_on(self, started_on: date) -> date | None:
        """Return the last day on which the first visit is in time; ``None`` when the rule sets none."""
        return _after(started_on, self.first_within_days, None)

    def next_due_on(self, visited_on: date, *, started_on: date, is_reviewed: bool) -> date | None:
        """Return the last day on which the visit after that of ``visited_on`` is in time.

        A gap that began in the first year keeps the first year's length: the law leaves a gap across the anniversary
        open, and the shorter one is the child's. A weekly gap ends when a review is held, because only then is it
        known to end.

        Args:
            visited_on: The day of the last visit.
            started_on: The day on which the placement started.
            is_reviewed: Whether a review has been held since the placement started.

        Returns:
            ``None`` when the rule sets no such gap.
        """
        if self.until_first_review_days is not None and not is_reviewed:
            return _after(visited_on, self.until_first_review_days, None)
        if visited_on >= first_year_ended_on(started_on):
            later = _after(visited_on, self.after_first_year_days, self.after_first_year_months)
            if later is not None:
                return later
        return _after(visited_on, self.then_at_most_days, self.then_at_most_months)


def first_year_ended_on(started_on: date) -> date:
    """Return the first day after a year that began on ``started_on``: 1 March for a 29 February, else the same date."""
    try:
        return started_on.replace(year=started_on.year + 1)
    except ValueError:
        return date(started_on.year + 1, 3, 1)


def _after(day: date, days: int | None, months: int | None) -> date | None:
    if days is not None:
        return day + timedelta(days=days)
    return None if months is None else months_after(day, months)


def visit_rules_from_toml(text: str, *, where: str = "visits.toml") -> tuple[VisitRule, ...]:
    """Return a council's own rows out of a TOML text, in its order: a table ``[[rules]]`` for each.

    The keys are the fields of :class:`VisitRule`; ``standing`` may be left out, and is always ``local``: what a council
    writes down is not the law.

    Args:
        text: What the file says.
        where: What the file is called in problems, without its folder.

    Raises:
        InvalidRuleFileError: The text is no TOML, or describes no rule; its ``problems`` name all of them.
    """
    rows = rules_from_toml(_LocalRule, text, table="rules", identity=("regime", "in_force_from"), where=where)
    return tuple(VisitRule.model_validate(dict(row)) for row in rows)


class _LocalRule(VisitRule):
    """A row of a council's own file."""

    standing: Standing = Standing.LOCAL

    @model_validator(mode="after")
    def _is_the_councils_own(self) -> Self:
        if self.standing is not Standing.LOCAL:
            raise ValueError("standing is not local; what a council writes down is its own rule, leave the key out")
        return self


#: The statutory rows for England, in the order of their table.
VISIT_RULES: Final = tuple(VisitRule(**asdict(row)) for row in VISIT_TIMESCALES)
