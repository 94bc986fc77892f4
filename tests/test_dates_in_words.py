"""Days and moments in words, in two languages, in London time."""

from datetime import UTC, date, datetime

import pytest

from relationkit.dates_in_words import MONTHS, WEEKDAYS, day_in_words, moment_in_words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Monday 3 March 2025 at 3:05pm"),
        ("en-GB", "Monday 3 March 2025 at 3:05pm"),
        ("cy", "ddydd Llun 3 Mawrth 2025 am 3:05pm"),
        ("cy-GB", "ddydd Llun 3 Mawrth 2025 am 3:05pm"),
        ("pl", "Monday 3 March 2025 at 3:05pm"),
    ],
)
def test_a_moment_is_said_in_the_language_asked_for_or_in_english(language: str, words: str) -> None:
    assert moment_in_words(datetime(2025, 3, 3, 15, 5, tzinfo=UTC), language) == words


def test_a_moment_late_in_the_evening_of_summer_is_on_the_day_it_is_in_london() -> None:
    assert moment_in_words(datetime(2025, 6, 30, 23, 30, tzinfo=UTC)) == "Tuesday 1 July 2025 at 12:30am"


def test_a_day_is_said_without_its_year() -> None:
    assert (day_in_words(date(2025, 8, 1)), day_in_words(date(2025, 8, 1), "cy")) == ("1 August", "1 Awst")


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_day_and_month_has_its_own_name(language: str) -> None:
    assert len(set(WEEKDAYS[language])) == 7
    assert len(set(MONTHS[language])) == 12
