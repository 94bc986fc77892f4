"""The tables of the law and of the return: complete, dated, sourced."""

from dataclasses import dataclass
from datetime import date

import pytest

from relationkit.england import (
    AGE_BANDS,
    COMMISSIONER_STABILITY,
    DFE_STABILITY,
    REASON_CODES,
    REASON_COUNTS,
    VISIT_TIMESCALES,
    Standing,
    VisitTimescale,
    age_bands_for,
    age_on,
    all_in_force,
    code_for_reason,
    in_force,
    published_reason_count,
    reason_for_code,
    reporting_year_of,
    reporting_year_starts_on,
)
from relationkit.errors import NotPublishedError
from relationkit.records import ChangeReason

# Dated rows.


@dataclass(frozen=True)
class Timescale:
    days: int
    in_force_from: date
    in_force_until: date | None = None


OLD = Timescale(10, date(2019, 4, 1))
NEW = Timescale(5, date(2024, 4, 1))
PASSING = Timescale(1, date(2020, 1, 1), date(2021, 1, 1))


@pytest.mark.parametrize(
    ("on", "row"), [(date(2019, 4, 1), OLD), (date(2024, 3, 31), OLD), (date(2024, 4, 1), NEW), (date(2030, 1, 1), NEW)]
)
def test_each_day_has_the_row_of_its_day(on: date, row: Timescale) -> None:
    assert in_force([NEW, OLD], on=on) is row
    assert in_force([OLD, NEW], on=on) is row


@pytest.mark.parametrize(
    ("on", "row"),
    [(date(2019, 12, 31), OLD), (date(2020, 1, 1), PASSING), (date(2020, 12, 31), PASSING), (date(2021, 1, 1), OLD)],
)
def test_a_row_that_ends_gives_way_on_its_last_day(on: date, row: Timescale) -> None:
    assert in_force([OLD, PASSING], on=on) is row


def test_a_day_before_every_row_has_none() -> None:
    with pytest.raises(NotPublishedError, match="2019-03-31"):
        in_force([OLD, NEW], on=date(2019, 3, 31))
    assert all_in_force([OLD, NEW], on=date(2019, 3, 31)) == []


def test_all_rows_in_force_keep_their_order() -> None:
    assert all_in_force([NEW, OLD, PASSING], on=date(2024, 4, 1)) == [NEW, OLD]


# Visits.


def regime(name: str) -> VisitTimescale:
    return in_force([row for row in VISIT_TIMESCALES if row.regime == name], on=date(2025, 1, 1))


@pytest.mark.parametrize("name", ["placement", "placement_until_18", "long_term_foster"])
def test_a_placement_is_visited_in_a_week_and_every_six_weeks_in_its_first_year(name: str) -> None:
    assert (regime(name).first_within_days, regime(name).then_at_most_days) == (7, 42)


@pytest.mark.parametrize(
    ("name", "days", "months"),
    [("placement", 42, None), ("placement_until_18", None, 3), ("long_term_foster", None, 6)],
)
def test_after_its_first_year_a_placement_is_visited_by_what_it_is_meant_for(
    name: str, days: int | None, months: int | None
) -> None:
    assert (regime(name).after_first_year_days, regime(name).after_first_year_months) == (days, months)


@pytest.mark.parametrize(
    ("name", "then"),
    [("parent_before_assessment", 42), ("connected_person_temporary", 28), ("interim_care_order_with_parent", 28)],
)
def test_the_least_settled_placements_are_visited_weekly_until_the_first_review(name: str, then: int) -> None:
    row = regime(name)

    assert (row.first_within_days, row.until_first_review_days, row.then_at_most_days) == (7, 7, then)


def test_a_care_leavers_accommodation_is_visited_in_a_week_and_every_two_months() -> None:
    row = regime("care_leaver_accommodation")

    assert (row.first_within_days, row.then_at_most_days, row.then_at_most_months) == (7, None, 2)


def test_short_breaks_have_no_figure_that_we_have_read() -> None:
    row = regime("short_breaks")

    assert "outer limits" in row.note
    assert (row.first_within_days, row.then_at_most_days, row.then_at_most_months) == (None, None, None)


def test_only_what_we_know_at_second_hand_is_unconfirmed() -> None:
    assert [row.regime for row in VISIT_TIMESCALES if row.standing is not Standing.LAW] == ["long_term_foster"]
    assert regime("long_term_foster").standing is Standing.UNCONFIRMED


@pytest.mark.parametrize("name", sorted({row.regime for row in VISIT_TIMESCALES}))
def test_no_timescale_holds_before_the_regulations_came_into_force(name: str) -> None:
    rows = [row for row in VISIT_TIMESCALES if row.regime == name]

    assert all_in_force(rows, on=date(2011, 3, 31)) == []
    assert all_in_force(rows, on=date(2011 if name != "long_term_foster" else 2015, 4, 1)) == rows


def test_no_regime_has_two_rows_on_one_day_or_two_units_for_one_gap() -> None:
    names = [row.regime for row in VISIT_TIMESCALES]

    assert len(names) == len(set(names))
    for row in VISIT_TIMESCALES:
        assert row.then_at_most_days is None or row.then_at_most_months is None
        assert row.after_first_year_days is None or row.after_first_year_months is None
        assert "Regulations 2010" in row.source


# Reasons.


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("MANAGE", ChangeReason.MANAGING_CASELOADS),
        ("FCONTA", ChangeReason.FIRST_CONTACT),
        ("LEFTRL", ChangeReason.LEFT_ROLE),
        ("ORGRST", ChangeReason.RESTRUCTURE),
        ("TSPROC", ChangeReason.TRANSFER_PROCESS),
        ("ABSENC", ChangeReason.ABSENCE),
        ("CHCHAN", ChangeReason.CHILD_REQUEST),
        ("PCCHAN", ChangeReason.PARENT_OR_CARER_REQUEST),
        ("SWDIED", ChangeReason.DIED),
        ("OTHERS", ChangeReason.OTHER),
    ],
)
def test_each_code_is_a_reason_and_back(code: str, reason: ChangeReason) -> None:
    assert reason_for_code(code) is reason
    assert code_for_reason(reason) == code


def test_the_table_holds_every_reason_once() -> None:
    assert sorted(row.reason for row in REASON_CODES) == sorted(ChangeReason)
    assert len({row.code for row in REASON_CODES}) == 10


def test_the_codes_are_in_force_from_the_first_collection() -> None:
    assert all_in_force(REASON_CODES, on=date(2023, 3, 31)) == []
    assert len(all_in_force(REASON_CODES, on=date(2023, 4, 1))) == 10


def test_only_two_codes_say_who_asked() -> None:
    asked = {row.code: row.asked_for_by for row in REASON_CODES if row.asked_for_by is not None}

    assert asked == {"CHCHAN": "child", "PCCHAN": "parent_or_carer"}


@pytest.mark.parametrize("code", ["SWLAZY", "manage", "MANAGE ", ""])
def test_an_unknown_code_is_refused_with_those_there_are(code: str) -> None:
    with pytest.raises(NotPublishedError, match=r"MANAGE.*OTHERS"):
        reason_for_code(code)


def test_the_nearest_code_is_named_first() -> None:
    with pytest.raises(NotPublishedError, match="it has TSPROC, MANAGE"):
        reason_for_code("tsproc")


@pytest.mark.parametrize(
    ("reason", "spells", "percent"),
    [
        (ChangeReason.MANAGING_CASELOADS, 23_050, 13),
        (ChangeReason.FIRST_CONTACT, 13_560, 8),
        (ChangeReason.ABSENCE, 5_930, 3),
        (ChangeReason.CHILD_REQUEST, 430, 0),
    ],
)
def test_the_counts_of_2024_are_as_published(reason: ChangeReason, spells: int, percent: int) -> None:
    row = published_reason_count(reason, year=2024)

    assert (row.spells, row.all_spells, round(100 * row.share)) == (spells, 172_570, percent)


@pytest.mark.parametrize(("reason", "year"), [(ChangeReason.DIED, 2024), (ChangeReason.ABSENCE, 2023)])
def test_a_count_that_is_not_held_is_not_nought(reason: ChangeReason, year: int) -> None:
    with pytest.raises(NotPublishedError, match=f"{reason.value} for {year}"):
        published_reason_count(reason, year=year)


def test_every_row_names_its_source() -> None:
    tables = (*REASON_CODES, *REASON_COUNTS, *VISIT_TIMESCALES, *AGE_BANDS, DFE_STABILITY, COMMISSIONER_STABILITY)

    assert all(row.source for row in tables)


# Measures, years and ages.


def test_the_two_measures_have_their_own_thresholds() -> None:
    assert (DFE_STABILITY.threshold, COMMISSIONER_STABILITY.threshold) == (3, 2)


def test_a_reporting_year_starts_in_april_of_the_year_before() -> None:
    assert reporting_year_starts_on(2025) == date(2024, 4, 1)


@pytest.mark.parametrize(
    ("day", "year"), [(date(2025, 3, 31), 2025), (date(2025, 4, 1), 2026), (date(2024, 12, 31), 2025)]
)
def test_a_day_falls_in_the_reporting_year_that_ends_next(day: date, year: int) -> None:
    assert reporting_year_of(day) == year
    assert reporting_year_starts_on(year) <= day < reporting_year_starts_on(year + 1)


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2010, 6, 15), date(2024, 6, 14), 13),
        (date(2010, 6, 15), date(2024, 6, 15), 14),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2024, 6, 15), date(2024, 6, 14), -1),
    ],
)
def test_age_turns_on_the_birthday(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


@pytest.mark.parametrize(
    ("age", "names"),
    [
        (3, []),
        (4, ["4 to 7"]),
        (7, ["4 to 7"]),
        (8, ["8 to 11"]),
        (10, ["8 to 11"]),
        (11, ["8 to 11", "11 to 17"]),
        (12, ["11 to 17"]),
        (15, ["11 to 17"]),
        (16, ["11 to 17", "care leavers, 16 to 25"]),
        (18, ["care leavers, 16 to 25"]),
        (25, ["care leavers, 16 to 25"]),
        (26, []),
    ],
)
def test_an_age_is_in_every_band_that_asks_it(age: int, names: list[str]) -> None:
    assert [band.name for band in age_bands_for(age)] == names
