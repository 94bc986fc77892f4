"""What the Department for Education published on social worker stability, by council.

A table in ``data/`` is read the first time a figure is asked for. Some of its cells are symbols: they are kept as
:class:`PublishedSymbol`, which is no number, so that "not available" can never be added up as nought.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from relationkit.errors import NotPublishedError

__all__ = [
    "AreaLevel",
    "Figure",
    "PublishedStability",
    "PublishedSymbol",
    "published_areas",
    "published_stability",
    "published_years",
]


class PublishedSymbol(Enum):
    """What stands in a cell in place of a number."""

    NOT_AVAILABLE = "x"
    NOT_APPLICABLE = "z"


class AreaLevel(StrEnum):
    """What kind of area a figure is about."""

    NATIONAL = "National"
    REGIONAL = "Regional"
    LOCAL_AUTHORITY = "Local authority"


#: A published figure: a number, or the symbol that stands in its place.
Figure = int | PublishedSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedStability:
    """How many children of one area had three or more social workers in a reporting year, as published.

    Attributes:
        year: The reporting year, named by the year in which it ends.
        area: The area's name, as published.
        code: Its nine-character code of the Office for National Statistics.
        old_code: The three-digit code that the Department gives councils; ``None`` for England and the regions.
        level: Whether this is England, a region or a council.
        children: Children looked after on 31 March.
        high: Those of them who had three or more social workers in the year.
        percentage: ``high`` of ``children`` in whole per cent, as published.
    """

    year: int
    area: str
    code: str
    old_code: str | None
    level: AreaLevel
    children: Figure
    high: Figure
    percentage: Figure


#: One file for each year, oldest first; ``data/SOURCE.md`` says where each is from, under the Open Government Licence
#: v3.0. Of 2025 there is England alone.
_TABLES: Final = {2024: "dfe_la_cla_swcount_2024.csv", 2025: "dfe_england_swcount_2025.csv"}
_ALL_CHILDREN: Final = "Total children"
_HIGH: Final = "3 or more social workers during the year"


def published_stability(year: int, area: str = "England") -> PublishedStability:
    """Return the published figures of one area for a reporting year.

    Args:
        year: The reporting year, named by the year in which it ends.
        area: England, a region or a council by its published name, in any case, or by either of its codes.

    Raises:
        NotPublishedError: The table has no such year, or no such area; the message gives the nearest names.
    """
    found = next((row for row in _table(year) if _is_of(row, area)), None)
    if found is None:
        raise NotPublishedError(f"the table of {year} has no area {area!r}. {_where_to_look(area)}")
    return found


def published_years(area: str = "England") -> list[int]:
    """Return the reporting years for which an area has published figures here, oldest first; empty for an unknown area.

    Args:
        area: As for :func:`published_stability`.
    """
    return [year for year in _TABLES if any(_is_of(row, area) for row in _table(year))]


def published_areas(year: int) -> list[str]:
    """Return the names of the areas with figures for a reporting year: England, then the regions, then the councils.

    Regions and councils stand in the publisher's order. An area whose figures are all symbols is in the list.

    Raises:
        NotPublishedError: The table has no such year.
    """
    return [row.area for row in _table(year)]


@cache
def _table(year: int) -> tuple[PublishedStability, ...]:
    if year not in _TABLES:
        known = ", ".join(map(str, _TABLES))
        raise NotPublishedError(f"no table of social worker stability for {year!r} is here; there is one for {known}.")
    text = (files(__package__) / "data" / _TABLES[year]).read_text(encoding="utf-8-sig")
    cells: dict[str, dict[str, Mapping[str, str]]] = {}
    for line in csv.DictReader(text.splitlines()):
        cells.setdefault(_code(line), {})[line["sw_stability"]] = line
    return tuple(_published(counted[_ALL_CHILDREN], counted[_HIGH]) for counted in cells.values())


def _code(line: Mapping[str, str]) -> str:
    return line["new_la_code"] or line["region_code"] or line["country_code"]


def _published(everyone: Mapping[str, str], high: Mapping[str, str]) -> PublishedStability:
    return PublishedStability(
        year=int(high["time_period"]),
        area=high["la_name"] or high["region_name"] or high["country_name"],
        code=_code(high),
        old_code=high["old_la_code"] or None,
        level=AreaLevel(high["geographic_level"]),
        children=_figure(everyone["number"]),
        high=_figure(high["number"]),
        percentage=_figure(high["percentage"]),
    )


def _figure(cell: str) -> Figure:
    return int(cell) if cell.isdigit() else PublishedSymbol(cell)


def _is_of(row: PublishedStability, area: str) -> bool:
    return area.strip().casefold() in {row.area.casefold(), row.code.casefold(), row.old_code}


def _where_to_look(area: str) -> str:
    """Return the years in which the area has figures; failing that, the areas that are named nearly so."""
    years = published_years(area)
    nearest = _nearest(area.strip().casefold(), [row.area for year in _TABLES for row in _table(year)])
    if years:
        return f"There are figures of it for {', '.join(map(str, years))}."
    return f"Did you mean {', '.join(nearest)}?" if nearest else "published_areas() lists the names it has."


def _nearest(wanted: str, names: Iterable[str]) -> list[str]:
    known = {name.casefold(): name for name in names}
    within = [name for name in known if wanted and wanted in name]
    near = get_close_matches(wanted, known, n=3)
    return [known[name] for name in dict.fromkeys(within + near)][:3]
