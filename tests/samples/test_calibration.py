"""A synthetic council comes out as what was published for England, in any twelve months and under any seed."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from statistics import fmean

import pytest

from relationkit.continuity import Window, dfe_stability, looked_after_on
from relationkit.records import Assignment, ChangeReason, Role
from relationkit.samples import SampleCouncil
from relationkit.samples.calibration import ASSUMPTION, HIGH_SHARE, REASON_SHARES, SPELLS_PER_CHILD

POINTS = 0.01
AFTER_THE_YEAR = datetime(2024, 4, 1, 9, tzinfo=UTC)


def of_children_in_care(council: SampleCouncil, window: Window) -> Iterator[list[Assignment]]:
    """The assignments of each child looked after on the last day of the window."""
    population = looked_after_on(council.placements(), window.end_on - timedelta(days=1))
    for child_id, rows in groupby(council.assignments(), key=lambda row: row.child_id):
        if child_id in population:
            yield list(rows)


def share_with_three_or_more(council: SampleCouncil, window: Window) -> float:
    is_high = [dfe_stability(rows, window).is_high for rows in of_children_in_care(council, window)]
    return sum(is_high) / len(is_high)


def reasons(council: SampleCouncil, window: Window) -> tuple[dict[ChangeReason, float], float]:
    """The share of each reason among the spells that touch the window, and the spells to a child."""
    children = list(of_children_in_care(council, window))
    counted = Counter(
        row.reason
        for rows in children
        for row in rows
        if row.role is Role.SOCIAL_WORKER and window.overlaps(row.started_on, row.ended_on)
    )
    spells = counted.total()
    return {reason: counted[reason] / spells for reason in ChangeReason}, spells / len(children)


def twelve_months_to(now: datetime) -> Window:
    today = now.date()
    return Window(today - timedelta(days=365), today)


def assert_calibrated(council: SampleCouncil, window: Window) -> None:
    shares, spells_per_child = reasons(council, window)

    assert share_with_three_or_more(council, window) == pytest.approx(HIGH_SHARE.value, abs=2 * POINTS)
    assert spells_per_child == pytest.approx(SPELLS_PER_CHILD.value, abs=0.08)
    for row in REASON_SHARES:
        within = 1.5 * POINTS if row.is_published else 3 * POINTS
        assert shares[row.reason] == pytest.approx(row.share, abs=within), row.code


def test_the_reporting_year_2024_comes_out_as_published() -> None:
    assert_calibrated(SampleCouncil(4000, seed=1, now=AFTER_THE_YEAR), Window.reporting_year(2024))


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 2, 3, 4, 5])
def test_the_reporting_year_2024_comes_out_as_published_under_other_seeds(seed: int) -> None:
    assert_calibrated(SampleCouncil(4000, seed=seed, now=AFTER_THE_YEAR), Window.reporting_year(2024))


@pytest.mark.long
def test_over_many_seeds_the_share_centres_on_what_was_published() -> None:
    # One council of 4,000 strays by chance, by about 1 point as a standard deviation: 2 points is no promise for each.
    window = Window.reporting_year(2024)
    shares = [
        share_with_three_or_more(SampleCouncil(4000, seed=seed, now=AFTER_THE_YEAR), window) for seed in range(10)
    ]

    assert fmean(shares) == pytest.approx(HIGH_SHARE.value, abs=0.7 * POINTS)


# A seed gives nearly the same histories whatever now is, only shifted: each now has a seed of its own.
@pytest.mark.long
@pytest.mark.parametrize(
    ("on", "seed"),
    [(date(2023, 7, 1), 6), (date(2025, 10, 26), 7), (date(2028, 2, 29), 10), (date(2031, 1, 1), 11)],
)
def test_so_do_the_twelve_months_up_to_any_now(on: date, seed: int) -> None:
    now = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)

    assert_calibrated(SampleCouncil(4000, seed=seed, now=now), twelve_months_to(now))


@pytest.mark.long
@pytest.mark.parametrize("year", [2024, 2025])
def test_reporting_years_that_lie_back_centre_within_a_point(year: int) -> None:
    # Over 20 seeds they came out half a point high (27.7% and 27.5%); one council in ten strays beyond 2 points.
    now, window = datetime(2025, 9, 18, tzinfo=UTC), Window.reporting_year(year)
    shares = [share_with_three_or_more(SampleCouncil(4000, seed=seed, now=now), window) for seed in range(10)]

    assert fmean(shares) == pytest.approx(HIGH_SHARE.value, abs=1 * POINTS)


@pytest.mark.long
def test_a_large_council_lies_close_to_what_was_published() -> None:
    council, window = SampleCouncil(20_000, seed=9, now=AFTER_THE_YEAR), Window.reporting_year(2024)
    shares, spells_per_child = reasons(council, window)

    assert share_with_three_or_more(council, window) == pytest.approx(0.266, abs=1 * POINTS)
    assert spells_per_child == pytest.approx(SPELLS_PER_CHILD.value, abs=0.04)
    assert all(
        shares[row.reason] == pytest.approx(row.share, abs=0.8 * POINTS) for row in REASON_SHARES if row.is_published
    )
    assert 0 < shares[ChangeReason.CHILD_REQUEST] < 0.005


@pytest.mark.long
def test_the_number_of_children_in_care_grows_by_less_than_a_tenth_in_a_year() -> None:
    council = SampleCouncil(10_000, seed=3, now=AFTER_THE_YEAR)
    first, last = (len(looked_after_on(council.placements(), date(year, 3, 31))) for year in (2023, 2024))

    assert 0 < last / first - 1 < 0.1


def test_the_table_has_every_reason_once_and_its_shares_are_whole() -> None:
    assert {row.reason for row in REASON_SHARES} == {*ChangeReason}
    assert len(REASON_SHARES) == len(ChangeReason)
    assert sum(row.share for row in REASON_SHARES) == pytest.approx(1)


def test_every_share_says_where_it_comes_from() -> None:
    published = {row.code for row in REASON_SHARES if row.is_published}

    assert published == {"MANAGE", "FCONTA", "ABSENC", "CHCHAN"}
    assert all("Department for Education" in row.source for row in REASON_SHARES if row.is_published)
    assert all(row.source.startswith(ASSUMPTION) for row in REASON_SHARES if not row.is_published)
