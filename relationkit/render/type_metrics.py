"""How wide text is on paper, and which characters the bundled font has, without loading the font's library.

The widths are those of ``fonts/advances.json``. They are exact for scripts whose letters stand alone; Arabic letters
join and come out a little narrower than reckoned.
"""

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Final

__all__ = [
    "POINT",
    "drawn",
    "font_path",
    "is_right_to_left",
    "lines_of",
    "missing_characters",
    "needs_shaping",
    "width_of",
    "wrapped",
]

#: Units of the advances to one size of the letters, and millimetres to a point.
_UNITS: Final = 2048
POINT: Final = 25.4 / 72

#: Characters that draw nothing: they choose a direction, a form or a break, and may stay out.
_INVISIBLE: Final = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
#: Hebrew, Arabic and their presentation forms, in which letters join or run from right to left.
_SHAPED: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def font_path(*, is_bold: bool) -> str:
    """Return where the bundled font is."""
    name = "DejaVuSansCondensed-Bold.ttf" if is_bold else "DejaVuSansCondensed.ttf"
    return str(files("relationkit.render") / "fonts" / name)


@cache
def _advances() -> Mapping[bool, Mapping[str, int]]:
    text = (files("relationkit.render") / "fonts" / "advances.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return {
        weight == "bold": {character: int(width) for width, row in rows.items() for character in row}
        for weight, rows in table.items()
    }


@lru_cache(maxsize=8192)
def drawn(text: str) -> str:
    """Return text as it is drawn: one line, accents joined to their letters, without what draws nothing.

    Control characters and lone surrogates become U+FFFD, the mark for "something was here".
    """
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return _CONTROL.sub("\ufffd", _INVISIBLE.sub("", plain))


def missing_characters(text: str) -> list[str]:
    """Return the characters of drawn text for which the bundled font has no glyph, each once, in their order."""
    regular, bold = _advances()[False], _advances()[True]
    joiners = "\u200c\u200d"
    return [
        each for each in dict.fromkeys(drawn(text)) if each not in joiners and (each not in regular or each not in bold)
    ]


def needs_shaping(text: str) -> bool:
    """Return whether letters of the text join, or run from right to left."""
    return _SHAPED.search(text) is not None


def is_right_to_left(text: str) -> bool:
    """Return whether a line begins at the right: its first letter with a direction runs that way (UAX 9, rule P2)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in directions if direction in {"L", "R", "AL"}), "L") != "L"


@lru_cache(maxsize=8192)
def _reach(text: str, is_bold: bool) -> tuple[int, ...]:  # noqa: FBT001  private, and the cache wants it by position
    """Return how far each character of a drawn text reaches, in units."""
    advances = _advances()[is_bold]
    return tuple(accumulate(advances.get(character, _UNITS) for character in text))


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide a drawn text is, in millimetres, in letters of ``size`` points."""
    reach = _reach(text, is_bold)
    return reach[-1] * size * POINT / _UNITS if reach else 0.0


def wrapped(text: str, size: float, width: float, *, is_bold: bool = False) -> list[str]:
    """Return the lines of a text, none wider than ``width`` millimetres; a word that is wider is broken.

    Nothing is left out: the lines hold every character of :func:`drawn`, in its order, but the spaces between lines.
    """
    plain, ends = drawn(text), _line_ends(text, size, width, is_bold)
    return [plain[start:end].strip(" ") for start, end in pairwise((0, *ends))]


@lru_cache(maxsize=16384)
def lines_of(text: str, size: float, width: float, *, is_bold: bool = False) -> int:
    """Return how many lines :func:`wrapped` makes."""
    return len(_line_ends(text, size, width, is_bold))


@lru_cache(maxsize=16384)
def _line_ends(text: str, size: float, width: float, is_bold: bool) -> tuple[int, ...]:  # noqa: FBT001  as above
    """Return where each line of a text ends, as it is drawn."""
    text, most = drawn(text), width * _UNITS / (size * POINT)
    reach = _reach(text, is_bold)
    ends: list[int] = []
    start, gone = 0, 0
    while reach and reach[-1] - gone > most:
        last = max(bisect_right(reach, gone + most), start + 1)  # the first character that is too far, or one at least
        space = text.rfind(" ", start, last + 1)
        end = last if space <= start else space
        ends.append(end)
        start = end + text.startswith(" ", end)
        gone = reach[start - 1]
    return (*ends, len(text)) if len(text) > start else tuple(ends)
