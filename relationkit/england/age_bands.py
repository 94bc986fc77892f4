"""The ages at which children are asked about their care: the bands of the Bright Spots surveys in England.

The bands are Coram Voice's, and they touch: an 11-year-old may be asked with the older or with the younger
children, and a young person of 16 or 17 as a child in care or as a care leaver. Older reports band 8 to 10 and 11 to
18. The programme does not say when its bands changed, so these rows carry no dates.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = ["AGE_BANDS", "NOT_KNOWN", "AgeBand", "age_bands_for", "age_group", "age_on", "birthday_on"]

_SURVEYS: Final = "Bright Spots, Coram Voice with the Rees Centre: questions about the surveys (coramvoice.org.uk)"


@dataclass(frozen=True, slots=True)
class AgeBand:
    """One band; both ages belong to it.

    Attributes:
        name: For people to read.
        youngest: The lowest age in whole years.
        oldest: The highest age in whole years.
        survey: The survey that asks this band.
        source: Where the band is written.
    """

    name: str
    youngest: int
    oldest: int
    survey: str
    source: str = _SURVEYS


#: Youngest first.
AGE_BANDS: Final = (
    AgeBand("4 to 7", 4, 7, "Your Life, Your Care"),
    AgeBand("8 to 11", 8, 11, "Your Life, Your Care"),
    AgeBand("11 to 17", 11, 17, "Your Life, Your Care"),
    AgeBand("care leavers, 16 to 25", 16, 25, "Your Life Beyond Care"),
)


#: Where the day of birth is not known.
NOT_KNOWN: Final = "not known"


def age_on(born_on: date, day: date) -> int:
    """Return the age in whole years on a day; below zero before the birth.

    Somebody born on 29 February turns a year older on 1 March of a year that has no such day.
    """
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def birthday_on(born_on: date, age: int) -> date:
    """Return the day on which somebody reaches an age: 1 March for a 29 February in a year that has no such day."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def age_bands_for(age: int) -> list[AgeBand]:
    """Return every band that holds the age, youngest first: two at 11, 16 and 17, none below 4 or above 25."""
    return [band for band in AGE_BANDS if band.youngest <= age <= band.oldest]


def age_group(born_on: date | None, day: date) -> str:
    """Return the one band in which a child is counted on a day: at 11 the older one, and none for care leavers.

    Returns:
        The name of a band; ``"under 4"``, ``"18 or over"`` or ``"not known"`` where no band fits.
    """
    if born_on is None:
        return NOT_KNOWN
    age = age_on(born_on, day)
    bands = [band for band in age_bands_for(age) if band.oldest < 18]
    return bands[-1].name if bands else "under 4" if age < 4 else "18 or over"
