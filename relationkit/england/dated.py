"""Tables whose rows have a beginning and, some of them, an end: the law, the codes, the published figures.

A figure that changes gets a new row and the old row stays, so that each start keeps the rule of its day.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from relationkit.errors import NotPublishedError

__all__ = ["DatedRow", "all_in_force", "in_force"]


class DatedRow(Protocol):
    """A row of a table, with the days on which it holds."""

    @property
    def in_force_from(self) -> date:
        """The first day on which the row holds."""

    @property
    def in_force_until(self) -> date | None:
        """The first day on which it no longer holds; ``None`` while it does."""


Row = TypeVar("Row", bound=DatedRow)


def all_in_force(rows: Iterable[Row], *, on: date) -> list[Row]:
    """Return every row that holds on that day, in the order given; empty when none does."""
    return [row for row in rows if _holds(row, on)]


def in_force(rows: Iterable[Row], *, on: date) -> Row:
    """Return the one row that holds on that day; of several, the one that came into force last.

    Args:
        rows: The versions of one rule, in any order. Give one rule's rows only: this does not tell rules apart.
        on: The day to judge by, in Europe/London.

    Raises:
        NotPublishedError: No row holds on that day.
    """
    holding = all_in_force(rows, on=on)
    if not holding:
        raise NotPublishedError(f"no row of this table is in force on {on}; add one, with its source and dates.")
    return max(holding, key=lambda row: row.in_force_from)


def _holds(row: DatedRow, on: date) -> bool:
    return row.in_force_from <= on and (row.in_force_until is None or on < row.in_force_until)
