"""The published stability table: its figures, its symbols, its names."""

import csv
from importlib.resources import files

import pytest

from relationkit.england import AreaLevel, PublishedSymbol, published_areas, published_stability, published_years
from relationkit.errors import NotPublishedError


def test_england_2024_is_27_per_cent() -> None:
    england = published_stability(2024)

    assert (england.children, england.high, england.percentage) == (83_300, 22_140, 27)
    assert (england.area, england.code, england.old_code, england.level) == (
        "England",
        "E92000001",
        None,
        AreaLevel.NATIONAL,
    )


def test_england_2025_is_24_per_cent_and_stands_alone() -> None:
    england = published_stability(2025)

    assert (england.year, england.children, england.high, england.percentage) == (2025, 81_770, 19_900, 24)
    assert published_areas(2025) == ["England"]
    assert [published_years(area) for area in ("England", "st. helens", "342", "Leads")] == [
        [2024, 2025],
        [2024],
        [2024],
        [],
    ]
    with pytest.raises(NotPublishedError, match=r"no area 'Leicester'\. There are figures of it for 2024"):
        published_stability(2025, "Leicester")
    with pytest.raises(NotPublishedError, match="Did you mean Leicester"):
        published_stability(2025, "Leicestr")


@pytest.mark.parametrize("area", ["Leicester", "leicester", " LEICESTER ", "E06000016", "e06000016", "856"])
def test_a_council_is_found_by_its_name_in_any_case_or_by_either_code(area: str) -> None:
    leicester = published_stability(2024, area)

    assert (leicester.area, leicester.level) == ("Leicester", AreaLevel.LOCAL_AUTHORITY)


def test_a_region_is_found() -> None:
    north_east = published_stability(2024, "North East")

    assert (north_east.children, north_east.high, north_east.level) == (6_110, 1_550, AreaLevel.REGIONAL)


def test_a_name_with_a_comma_is_one_name() -> None:
    hull = published_stability(2024, "Kingston upon Hull, City of")

    assert (hull.children, hull.high, hull.percentage) == (747, 141, 19)


def test_barnets_figures_are_not_available() -> None:
    barnet = published_stability(2024, "Barnet")

    assert [barnet.children, barnet.high, barnet.percentage] == [PublishedSymbol.NOT_AVAILABLE] * 3


def test_scillys_share_is_not_applicable_for_nobody_was_looked_after() -> None:
    scilly = published_stability(2024, "Isles of Scilly")

    assert scilly.children == 0
    assert [scilly.high, scilly.percentage] == [PublishedSymbol.NOT_APPLICABLE] * 2


def test_a_published_nought_is_a_number() -> None:
    city = published_stability(2024, "City of London")

    assert (city.children, city.high, city.percentage) == (7, 0, 0)


@pytest.mark.parametrize("symbol", list(PublishedSymbol))
def test_a_symbol_is_no_number(symbol: PublishedSymbol) -> None:
    values: list[object] = [0, "0", "", None]
    assert symbol not in values
    with pytest.raises(TypeError):
        _ = symbol + 0  # type: ignore[operator]  # the point of the test
    with pytest.raises(TypeError):
        _ = symbol < 1  # type: ignore[operator]  # the point of the test


@pytest.mark.parametrize(
    ("typed", "meant"), [("Bristol", "Bristol, City of"), ("Hull", "Kingston upon Hull"), ("Lewishm", "Lewisham")]
)
def test_a_name_that_is_nearly_right_is_told_the_right_one(typed: str, meant: str) -> None:
    with pytest.raises(NotPublishedError, match=meant):
        published_stability(2024, typed)


@pytest.mark.parametrize("typed", ["", "Atlantis-under-Sea", "E99999999"])
def test_a_name_that_is_like_none_is_told_where_the_names_are(typed: str) -> None:
    with pytest.raises(NotPublishedError, match="no area"):
        published_stability(2024, typed)


@pytest.mark.parametrize("year", [2023, 1999])
def test_a_year_without_a_table_is_told_which_there_are(year: int) -> None:
    with pytest.raises(NotPublishedError, match="one for 2024"):
        published_stability(year)
    with pytest.raises(NotPublishedError, match="one for 2024"):
        published_areas(year)


def test_areas_come_england_first_then_regions_then_councils() -> None:
    levels = [published_stability(2024, area).level for area in published_areas(2024)]

    assert levels == [AreaLevel.NATIONAL] + [AreaLevel.REGIONAL] * 11 + [AreaLevel.LOCAL_AUTHORITY] * 153


def test_every_area_has_its_own_name_and_the_symbols_are_kept() -> None:
    areas = published_areas(2024)

    assert len(areas) == len(set(areas)) == 165
    assert {"England", "London", "Barnet", "Isles of Scilly"} <= set(areas)


@pytest.mark.parametrize(
    ("year", "name"), [(2024, "dfe_la_cla_swcount_2024.csv"), (2025, "dfe_england_swcount_2025.csv")]
)
def test_every_line_of_the_file_is_in_the_table(year: int, name: str) -> None:
    file = files("relationkit.england") / "data" / name
    for line in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()):
        row = published_stability(year, line["new_la_code"] or line["region_code"] or line["country_code"])
        figure = row.children if line["sw_stability"] == "Total children" else row.high

        assert str(figure.value if isinstance(figure, PublishedSymbol) else figure) == line["number"]


def test_published_percentages_fit_their_numbers() -> None:
    rows = [published_stability(2024, area) for area in published_areas(2024)]
    numbers = [row for row in rows if isinstance(row.high, int) and isinstance(row.children, int)]

    assert len(numbers) == 163
    assert all(abs(100 * row.high / row.children - row.percentage) < 1 for row in numbers)  # type: ignore[operator]  # numbers only


def test_the_table_ships_with_its_source_and_licence() -> None:
    source = (files("relationkit.england") / "data" / "SOURCE.md").read_text(encoding="utf-8")

    assert "Open Government Licence v3.0" in source
    assert "Department for Education" in source
