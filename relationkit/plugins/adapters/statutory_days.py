"""The days of the statutory return, written as dd/mm/yyyy."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from relationkit.records import EARLIEST_DAY, LATEST_DAY

__all__ = ["day_or_fault"]

_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


@lru_cache(maxsize=65_536)
def day_or_fault(text: str) -> date | tuple[str, str] | None:
    """Return the day that a cell names, ``None`` for a blank one, or what is wrong with it and what to do."""
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        return "is not a date as the return writes it", "Write it as dd/mm/yyyy"
    day, month, year = map(int, match.groups())
    try:
        found = date(year, month, day)
    except ValueError:
        return "is not a day of the calendar", "Write a day that exists, as dd/mm/yyyy"
    if not EARLIEST_DAY <= found <= LATEST_DAY:
        return f"is outside {EARLIEST_DAY:%d/%m/%Y} to {LATEST_DAY:%d/%m/%Y}", "Check the year"
    return found
