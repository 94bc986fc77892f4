"""Colours that a council may give its cards; the figures are those of WCAG's own definition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError
from relationkit.profiles import LEAST_CONTRAST, CardTheme, contrast_ratio

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#ffffff", "#000000", 21), ("#ffffff", "#ffffff", 1), ("#ffffff", "#767676", 4.54), ("#ffffff", "#777777", 4.48)],
)
def test_contrast_is_as_wcag_defines_it(one: str, other: str, ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.005)


@given(one=COLOURS, other=COLOURS)
def test_contrast_does_not_depend_on_the_order_and_stays_between_1_and_21(one: str, other: str) -> None:
    assert contrast_ratio(one, other) == contrast_ratio(other, one)
    assert 1 <= contrast_ratio(one, other) <= 21


def test_a_theme_that_can_just_be_read_is_taken_and_one_that_just_cannot_is_refused() -> None:
    assert CardTheme(main="#767676").main == "#767676"
    with pytest.raises(InvalidRecordError, match=r"on_main on main has a contrast of 4\.47, less than 4\.5"):
        CardTheme(main="#777777")


@given(main=COLOURS, accent=COLOURS)
def test_no_theme_ever_has_less_than_the_least_contrast(main: str, accent: str) -> None:
    try:
        theme = CardTheme(main=main, accent=accent)
    except InvalidRecordError:
        return
    pairs = [
        (theme.on_main, theme.main),
        (theme.main, theme.paper),
        (theme.ink, theme.paper),
        (theme.ink, theme.accent),
    ]
    assert all(contrast_ratio(*pair) >= LEAST_CONTRAST for pair in pairs)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#ffffff;}", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(InvalidRecordError, match="main"):
        CardTheme(main=colour)
