"""The widths that fitting is judged by, held against the font itself."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.render.type_metrics import (
    POINT,
    drawn,
    font_path,
    is_right_to_left,
    lines_of,
    missing_characters,
    width_of,
    wrapped,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text("ab W.", max_size=60)


@pytest.mark.parametrize("is_bold", [False, True])
def test_the_widths_and_the_characters_are_those_of_the_font(is_bold: bool) -> None:
    fonts = pytest.importorskip("fontTools.ttLib", reason="fontTools comes with the extra [pdf]")
    with fonts.TTFont(font_path(is_bold=is_bold)) as font:
        advances = {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}

    assert {each: round(width_of(each, 2048 / POINT, is_bold=is_bold)) for each in advances} == advances


@pytest.mark.parametrize("is_bold", [False, True])
def test_the_licence_beside_the_font_is_the_one_that_the_font_itself_gives(is_bold: bool) -> None:
    fonts = pytest.importorskip("fontTools.ttLib", reason="fontTools comes with the extra [pdf]")
    with fonts.TTFont(font_path(is_bold=is_bold)) as font:
        copyrights, licence = (font["name"].getDebugName(number) for number in (0, 13))
    beside = " ".join(Path(font_path(is_bold=is_bold)).with_name("LICENSE").read_text(encoding="utf-8").split())
    start = "Bitstream Vera Fonts Copyright"  # the file's head spells a name otherwise than the font's

    assert " ".join(licence.split()).partition(start)[2] in beside.partition(start)[2]
    assert all(line.strip() in beside for line in copyrights.splitlines())


def test_the_letters_of_welsh_and_polish_are_there() -> None:
    assert missing_characters("ÂÊÎÔÛŴŶâêîôûŵŷẀẁẂẃẄẅỲỳ ĄĆĘŁŃÓŚŹŻąćęłńóśźż") == []
    assert missing_characters("🐶x🐶") == ["🐶"]


@given(text=TEXT, width=st.floats(3, 60))
def test_wrapping_leaves_nothing_out_and_no_line_is_too_wide(text: str, width: float) -> None:
    lines = wrapped(text, 8, width)

    assert "".join(lines).replace(" ", "") == drawn(text).replace(" ", "")
    assert all(width_of(line, 8) <= width + 1e-9 or len(line) == 1 for line in lines)
    assert len(lines) == lines_of(text, 8, width)


@pytest.mark.parametrize(
    ("text", "lines"),
    [("on tw", ["on tw"]), ("one two three", ["one", "two", "three"]), ("onetwothree", ["onetwo", "three"])],
)
def test_a_line_is_broken_between_words_and_a_word_only_when_it_must(text: str, lines: list[str]) -> None:
    assert wrapped(text, 10, width_of("onetwo", 10) + 0.01) == lines


def test_what_draws_nothing_is_left_out_and_what_cannot_be_is_marked() -> None:
    assert drawn("\u202eSam\u2066 \u200fX\ufe0f\n\ty") == "Sam X y"
    assert drawn("a\x00b\ud800") == "a\ufffdb\ufffd"
    assert drawn("e\u0301") == "é"


@pytest.mark.parametrize(
    ("text", "expected"), [("سامي", True), ("123 سامي", True), ("Sam سامي", False), ("123", False)]
)
def test_a_line_begins_where_its_first_letter_says(text: str, expected: bool) -> None:
    assert is_right_to_left(text) is expected
