"""The text of the rules: SQL in ``bulk/sql``, written once, in a narrow subset that databases share.

Days are whole numbers, booleans 0 or 1. The text has no time zone, interval, quoted name, ``ASOF``, ``RANGE`` frame or
function beyond ``COALESCE`` and the plain aggregates. ``accepted.sql`` alone, which reads what people exported, is in
DuckDB's own SQL.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["DAY_LENGTH", "FIRST_DAY", "OPEN_DAY", "day_number", "sql_text"]

#: The day that has the number 0.
FIRST_DAY: Final = date(1970, 1, 1)
#: Microseconds of a day in UTC.
DAY_LENGTH: Final = 86_400_000_000
#: The end of an assignment that is open: beyond the last day that a record may hold (31 December 2199 is 84,005).
OPEN_DAY: Final = 999_999


def day_number(day: date) -> int:
    """Return the number of the day, counted from 1 January 1970; negative before it."""
    return (day - FIRST_DAY).days


def sql_text(name: str, values: Mapping[str, str]) -> str:
    """Return ``bulk/sql/<name>.sql`` without its comments, each ``:word`` replaced by its value.

    Args:
        name: The file, without its ending.
        values: Numbers, code words and expressions of ours; never text that somebody typed.
    """
    return re.sub(r":([a-z_]+)", lambda found: values[found[1]], _uncommented(name))


@cache
def _uncommented(name: str) -> str:
    text = files("relationkit.bulk").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("--"))
