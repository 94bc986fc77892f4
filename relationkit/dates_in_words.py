"""Days and moments as people read them, in English and Welsh: the one place that knows the names of days and months."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from relationkit.records import LONDON

__all__ = ["MONTHS", "WEEKDAYS", "day_in_words", "moment_in_words"]

#: By language, Monday first; in Welsh without *dydd*, which stands before each.
WEEKDAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "cy": ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul"),
}

#: By language, January first.
MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "cy": (
        "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
        "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
    ),
}  # fmt: skip

_MOMENT: Final[Mapping[str, str]] = {
    "en": "{weekday} {day} {year} at {time}",
    "cy": "ddydd {weekday} {day} {year} am {time}",
}


def day_in_words(day: date, language: str = "en") -> str:
    """Return a day without its year, such as ``"3 March"``; in English where the language is not known."""
    return f"{day.day} {MONTHS[_known(language)][day.month - 1]}"


def moment_in_words(at: datetime, language: str = "en") -> str:
    """Return a moment as it stands after "on", such as ``"Monday 3 March 2025 at 3:05pm"``, in London time.

    Args:
        at: The moment, aware.
        language: BCP 47 tag; English where it is not known. The Welsh words stand after *ar*, which softens them.
    """
    local, known = at.astimezone(LONDON), _known(language)
    return _MOMENT[known].format(
        weekday=WEEKDAYS[known][local.weekday()],
        day=day_in_words(local, known),
        year=local.year,
        time=f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}",
    )


def _known(language: str) -> str:
    first = language.split("-")[0].lower()
    return first if first in MONTHS else "en"
