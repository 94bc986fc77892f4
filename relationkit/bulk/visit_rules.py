"""Rules about visits, worked out beforehand so that a database need only look up.

Which row of the law holds for a regime changes on a few days only, so every rule becomes rows by regime and day; and
what a calendar says of a day (its midnight in London, the day a year later, so many months on) becomes a table of days.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple

from relationkit.bulk.deadlines import instant_number, write_rows
from relationkit.bulk.text import FIRST_DAY, OPEN_DAY, day_number
from relationkit.england import months_after
from relationkit.errors import InvalidWindowError
from relationkit.records import LONDON
from relationkit.visits.due import rules_by_regime, rules_holding
from relationkit.visits.rules import VISIT_RULES, VisitRule, first_year_ended_on

__all__ = [
    "DayRow",
    "MonthRow",
    "RuleRow",
    "VisitDay",
    "VisitDays",
    "day_rows",
    "month_rows",
    "rule_rows",
    "visit_days",
]

_DAY: Final = timedelta(days=1)


class RuleRow(NamedTuple):
    """One rule that holds for a regime over some days, or what is missing where none does.

    Attributes:
        regime: What a placement names.
        from_day: The first day on which it holds.
        to_day: The first day on which it no longer does.
        rule_place: Its place among the rules that hold then, from 0.
        rule_id: Its place among all rules; ``None`` where something is missing.
        missing: The fact that is missing; ``None`` where the rule holds.
        names_day: Whether the day looked up belongs at the end of that, 1 or 0.
        no_gap: What is missing where the rule sets no gap.
        first_days: The rule's figures: ``first_within_days``.
        until_days: ``until_first_review_days``.
        then_days: ``then_at_most_days``.
        then_months: ``then_at_most_months``.
        later_days: ``after_first_year_days``.
        later_months: ``after_first_year_months``.
    """

    regime: str
    from_day: int
    to_day: int
    rule_place: int
    rule_id: int | None
    missing: str | None
    names_day: int
    no_gap: str
    first_days: int | None = None
    until_days: int | None = None
    then_days: int | None = None
    then_months: int | None = None
    later_days: int | None = None
    later_months: int | None = None


class DayRow(NamedTuple):
    """One day: the microseconds of UTC at which it and the next begin in London, and the first day a year later."""

    day: int
    day_at: int
    next_at: int
    year_day: int


class MonthRow(NamedTuple):
    """So many months after a day."""

    day: int
    months: int
    due_day: int


class VisitDay(NamedTuple):
    """What the calendar says of one day; days count from 1970-01-01, moments in microseconds of UTC from the same.

    Attributes:
        day: The day.
        months: 0 in the one row that speaks of the day itself; in the others how many months on.
        due_day: The day that many months on; nothing in the row of the day itself.
        day_at: When the day begins in London; nothing in the other rows, like the next two.
        next_at: When the next day does.
        year_day: The first day a year later.
    """

    day: int
    months: int
    due_day: int | None
    day_at: int | None
    next_at: int | None
    year_day: int | None


@dataclass(frozen=True, slots=True)
class VisitDays:
    """What the calendar says of some days, for a database that works visits out by itself.

    Attributes:
        rules: The rules whose figures it was worked out for.
        first: The first day on which a placement may have started.
        last: The last day to judge by.
        rows: Sorted by day, and by months.
    """

    rules: tuple[VisitRule, ...]
    first: date
    last: date
    rows: tuple[VisitDay, ...]

    def write(self, path: str | PathLike[str]) -> None:
        """Write the rows to a Parquet or CSV file, by its ending; an older file is replaced.

        Raises:
            MissingExtraError: The file is Parquet, and DuckDB is not installed.
            UnreadableSourceError: The path ends in neither ``.parquet`` nor ``.csv``.
        """
        write_rows(VisitDay._fields, self.rows, Path(path))

    def __repr__(self) -> str:
        """Show what it covers, not its thousands of rows."""
        return f"<VisitDays {self.first} to {self.last}, {len(self.rules)} rules>"


def visit_days(first: date, last: date, rules: Iterable[VisitRule] = VISIT_RULES) -> VisitDays:
    """Work out what the calendar says of some days, for :func:`relationkit.bulk.sql` of visits.

    Args:
        first: The first day on which a placement that is still open may have started.
        last: The last day to judge by, included.
        rules: The statutory rows, a council's own, or both.

    Raises:
        InvalidWindowError: ``last`` is before ``first``.
    """
    if last < first:
        raise InvalidWindowError(f"last ({last}) is before first ({first}). Swap the two days.")
    own, days = tuple(rules), range(day_number(first), day_number(last) + 1)
    rows = [VisitDay(row.day, 0, None, *row[1:]) for row in day_rows(days)]
    rows += [VisitDay(*row, None, None, None) for row in month_rows(own, days)]
    return VisitDays(own, first, last, tuple(sorted(rows, key=lambda row: row[:2])))


def rule_rows(rules: Collection[VisitRule], regimes: Iterable[str]) -> Iterator[RuleRow]:
    """Yield, for each of the regimes, rows that say of every day which rules hold, or what is missing."""
    places = {id(rule): place for place, rule in enumerate(rules)}
    by_regime = rules_by_regime(rules)
    for regime in regimes:
        kinds = by_regime.get(regime, ())
        turns = {day for rule in chain(*kinds) for day in (rule.in_force_from, rule.in_force_until) if day is not None}
        edges = [date.min, *sorted(turns)]
        for start, to_day in zip(edges, [*map(day_number, edges[1:]), OPEN_DAY], strict=True):
            reach = (regime, day_number(start), to_day)
            no_gap = f"the rule {regime!r} sets no gap; add a row with the gap that was agreed"
            holding, missing = rules_holding(regime, kinds, on=start)
            if missing is not None:
                said = missing.removesuffix(f"was in force on {start}")
                names_day = said != missing
                yield RuleRow(*reach, 0, None, f"{said}was in force on " if names_day else said, int(names_day), no_gap)
            for place, rule in enumerate(holding):
                yield RuleRow(*reach, place, places[id(rule)], None, 0, no_gap, *_figures(rule))


def _figures(rule: VisitRule) -> tuple[int | None, ...]:
    return (
        rule.first_within_days,
        rule.until_first_review_days,
        rule.then_at_most_days,
        rule.then_at_most_months,
        rule.after_first_year_days,
        rule.after_first_year_months,
    )


def day_rows(days: Iterable[int]) -> list[DayRow]:
    """Return what the calendar says of each of the days."""
    rows = []
    for number in sorted(set(days)):
        day = FIRST_DAY + number * _DAY
        rows.append(DayRow(number, _midnight(day), _midnight(day + _DAY), day_number(first_year_ended_on(day))))
    return rows


def month_rows(rules: Iterable[VisitRule], days: Iterable[int]) -> list[MonthRow]:
    """Return each of the days so many months later, for the figures of the rules; and of the day after each."""
    months = sorted({each for rule in rules for each in _figures(rule)[3::2] if each is not None})
    ends = sorted({day + more for day in days for more in (0, 1)})
    return [
        MonthRow(day, each, day_number(months_after(FIRST_DAY + day * _DAY, each))) for day in ends for each in months
    ]


def _midnight(day: date) -> int:
    return instant_number(datetime.combine(day, time(), LONDON).astimezone(UTC))
