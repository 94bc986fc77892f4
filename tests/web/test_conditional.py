"""Tags and moments: who has a file already, compared as RFC 9110 says; and a moment that never goes back."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import NaiveMomentError
from relationkit.web import ChangeMoments, entity_tag, http_date, is_unchanged

NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)
TAG = entity_tag(b"a file")


def test_a_tag_is_of_the_bytes_and_in_quotation_marks() -> None:
    assert entity_tag(b"a file") == TAG != entity_tag(b"a filf")
    assert TAG[0] == TAG[-1] == '"'


def test_a_moment_is_written_in_greenwich_time_whatever_its_zone() -> None:
    in_summer = datetime(2025, 7, 1, 0, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))

    assert http_date(in_summer) == "Mon, 30 Jun 2025 23:30:00 GMT"


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2025, 3, 10)
    with pytest.raises(NaiveMomentError):
        http_date(naive)
    with pytest.raises(NaiveMomentError):
        ChangeMoments().changed_at("f", TAG, now=naive)


@pytest.mark.parametrize(("seconds", "has_it"), [(-1, False), (0, True), (1, True)])
def test_since_the_very_second_of_the_change_is_unchanged_and_a_second_before_is_not(
    seconds: int, has_it: bool
) -> None:
    since = http_date(NOON + timedelta(seconds=seconds))

    assert is_unchanged(TAG, NOON + timedelta(microseconds=7), if_modified_since=since) is has_it


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Mon, 10 Mar 2025 99:00:00 GMT",
        "Mon, 10 Mar 2025 12:00:00 -0000",
        "Mon, 10 Mar 2025 12:00:00 +9999999999999999",
    ],
)
def test_a_date_that_cannot_be_read_counts_as_none(text: str) -> None:
    assert not is_unchanged(TAG, NOON, if_modified_since=text)


def test_without_a_known_moment_only_tags_count() -> None:
    assert not is_unchanged(TAG, None, if_modified_since=http_date(NOON))
    assert is_unchanged(TAG, None, if_none_match=TAG)


def test_where_a_tag_is_named_the_date_is_not_looked_at() -> None:
    assert not is_unchanged(TAG, NOON, if_none_match='"other"', if_modified_since=http_date(NOON))
    assert is_unchanged(TAG, NOON, if_none_match=f'"other", W/{TAG}', if_modified_since="yesterday")


def test_each_file_has_its_own_moment() -> None:
    moments = ChangeMoments()

    assert moments.changed_at("one", TAG, now=NOON) == NOON
    assert moments.changed_at("two", TAG, now=NOON + timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert moments.changed_at("one", TAG, now=NOON + timedelta(hours=2)) == NOON


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-5, 5)), min_size=2))
def test_a_moment_moves_on_with_each_change_and_never_back_also_when_the_clock_does(
    answers: list[tuple[str, int]],
) -> None:
    moments, now, seen = ChangeMoments(), NOON, []
    for tag, seconds in answers:
        now += timedelta(seconds=seconds)
        seen.append((tag, moments.changed_at("f", tag, now=now)))

    for (tag, earlier), (next_tag, later) in pairwise(seen):
        assert later > earlier if tag != next_tag else later == earlier
