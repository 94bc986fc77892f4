"""As much of a date as somebody knows: a year, a month or a day. What is not known is never filled in."""

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator

from relationkit.dates_in_words import MONTHS, day_in_words
from relationkit.records import EARLIEST_DAY, LATEST_DAY

__all__ = ["PartOfDate", "earliest_day", "latest_day", "part_in_words"]

_WRITTEN: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def earliest_day(part: str) -> date:
    """Return the first day that a part of a date may mean: 1 March for ``"2009-03"``."""
    year, month, day = [*map(int, part.split("-")), 1, 1][:3]
    return date(year, month, day)


def latest_day(part: str) -> date:
    """Return the last day that a part of a date may mean: 31 December for ``"2009"``."""
    numbers = [int(number) for number in part.split("-")]
    month = numbers[1] if len(numbers) > 1 else 12
    return date(numbers[0], month, numbers[2] if len(numbers) > 2 else monthrange(numbers[0], month)[1])


def part_in_words(part: str) -> str:
    """Return a part of a date as people read it: ``"2009"``, ``"March 2009"`` or ``"14 March 2009"``."""
    day = earliest_day(part)
    return {4: f"{day.year}", 7: f"{MONTHS['en'][day.month - 1]} {day.year}"}.get(
        len(part), f"{day_in_words(day)} {day.year}"
    )


def _part(value: object) -> object:
    """Let through a date, a whole year, or the ISO text of either; nothing is guessed at."""
    text = value.isoformat() if type(value) is date else f"{value:04}" if type(value) is int else value
    if not isinstance(text, str) or _WRITTEN.fullmatch(text) is None:
        raise ValueError("is not a date or a part of one; write it as 2009, 2009-03 or 2009-03-14")
    try:
        days = earliest_day(text), latest_day(text)
    except ValueError:
        raise ValueError("is no day of the calendar; check the month and the day") from None
    if days[0] < EARLIEST_DAY or days[1] > LATEST_DAY:
        raise ValueError(f"is outside {EARLIEST_DAY} to {LATEST_DAY}; check the year")
    return text


#: A day, a month or a year, as ISO text: ``"2009-03-14"``, ``"2009-03"``, ``"2009"``. A date or a whole year may go in.
PartOfDate = Annotated[str, BeforeValidator(_part)]
