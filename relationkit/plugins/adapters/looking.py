"""When a source that hears of changes trusts what it has kept: the same for all of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

__all__ = ["Kept"]

#: However sure a source is, after this long every child is looked at. Ours: what a source could not hear of is found
#: before long.
_ALL_ANEW_AFTER: Final = timedelta(hours=1)

#: By how much the clocks of two machines may differ; a pass earlier than that looks into the past.
_CLOCKS_DIFFER_BY: Final = timedelta(minutes=2)

#: How long a pass may go on after it has read; what one that takes longer took back is looked at within the hour. Ours.
_PASS_TAKES_AT_MOST: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Kept:
    """What goes with the looks that are kept.

    Attributes:
        revision: Another one each time something is kept.
        rules: The rules that the looks were made by.
        kept_at: The latest moment of a pass, in UTC.
        all_looked_at: When every child was last looked at, in UTC.
    """

    revision: str
    rules: str
    kept_at: datetime
    all_looked_at: datetime

    def is_past(self, now: datetime) -> bool:
        """Return whether a moment is so much earlier that the looks say nothing about it, and must stay."""
        return now < self.kept_at - _CLOCKS_DIFFER_BY

    @property
    def may_be_behind_since(self) -> datetime:
        """From when on what a pass did may come of having read before the looks that are kept, in UTC."""
        return self.kept_at - _PASS_TAKES_AT_MOST

    def is_sure(self, rules: str, now: datetime) -> bool:
        """Return whether the children who have changed, and those who are due, are all that need a look."""
        return self.rules == rules and not self.is_past(now) and now < self.all_looked_at + _ALL_ANEW_AFTER
