"""What a clock on the wall showed, as a moment; what it showed twice or never is nobody's to guess."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.plugins import london_moment
from relationkit.records import LONDON


@pytest.mark.parametrize(
    ("shown", "moment"),
    [
        ("2025-03-30T00:59", "2025-03-30T00:59"),
        ("2025-03-30T02:00", "2025-03-30T01:00"),
        ("2025-10-26T00:59", "2025-10-25T23:59"),
        ("2025-10-26T02:00", "2025-10-26T02:00"),
        ("2025-12-31T23:59", "2025-12-31T23:59"),
    ],
)
def test_each_side_of_a_clock_change_is_a_moment(shown: str, moment: str) -> None:
    assert london_moment(datetime.fromisoformat(shown)) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "shown", ["2025-03-30T01:00", "2025-03-30T01:59", "2025-10-26T01:00", "2025-10-26T01:59", "2025-06-01T09:00+01:00"]
)
def test_what_came_twice_or_never_or_has_a_zone_is_refused(shown: str) -> None:
    with pytest.raises(ValueError, match=r"twice or never|a zone already"):
        london_moment(datetime.fromisoformat(shown))


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))
def test_a_moment_that_is_given_shows_what_was_asked_and_no_other_does(shown: datetime) -> None:
    hours = [(shown - timedelta(hours=ahead)).replace(tzinfo=UTC) for ahead in (0, 1)]
    fits = [at for at in hours if at.astimezone(LONDON).replace(tzinfo=None) == shown]
    if len(fits) == 1:
        assert london_moment(shown) == fits[0]
    else:
        with pytest.raises(ValueError, match="twice or never"):
            london_moment(shown)
