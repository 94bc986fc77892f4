"""Where every word of a card stands, in millimetres: the one layout that print, screen and checks share.

A card is 85 by 54 mm and has one side. Its letters are as large as its words allow, down to the smallest size; words
that do not fit then are never cut: :func:`fit_problems` says which to shorten, and to how many characters.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from relationkit.profiles import CardFinding, CardProblem, ContactWay, IntroductionCard
from relationkit.profiles.finding_words import FindingWords, finding_words
from relationkit.render.card_words import CardWording, validity, wording_of
from relationkit.render.type_metrics import POINT, drawn, lines_of, missing_characters, width_of, wrapped

__all__ = [
    "CODE",
    "HEIGHT",
    "LONG_NAME",
    "PAD",
    "PICTURE",
    "SIZES",
    "WIDTH",
    "CardLayout",
    "CardLine",
    "fit_problems",
    "fitting_size",
    "glyph_problems",
    "lay_out",
]

#: An identity card, ISO/IEC 7810 ID-1, rounded as printers do: 85 by 54 mm.
WIDTH: Final = 85.0
HEIGHT: Final = 54.0

#: In points, largest first. DejaVu's small letters are tall: 6.5 points of it read like 7 to 7.5 of others.
SIZES: Final = (8.5, 8.0, 7.5, 7.0, 6.5)

PAD: Final = 4.0
PICTURE: Final = 15.0
CODE: Final = 13.0
GAP: Final = 2.5
LEADING: Final = 1.2
#: A longer name is set smaller: nobody can shorten their name.
LONG_NAME: Final = 36


class Part(NamedTuple):
    """One piece of a card's text and how it is set.

    Attributes:
        name: The field of the card that it comes from; empty for words around.
        text: The words.
        scale: Its size against the card's.
        tone: ``"ink"``, ``"main"`` (a heading) or ``"head"`` (in the head, which some designs fill).
        marker: Drawn before its first line.
    """

    name: str
    text: str
    scale: float = 1.0
    is_bold: bool = False
    tone: str = "ink"
    marker: bool = False

    def __repr__(self) -> str:
        return f"Part(name={self.name!r})"


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of text: its left end and baseline in millimetres from the card's upper left corner, and its width."""

    text: str = field(repr=False)
    x: float
    y: float
    width: float
    size: float
    is_bold: bool
    tone: str
    marker: bool


@dataclass(frozen=True, slots=True)
class CardLayout:
    """A card laid out.

    Attributes:
        size: Of its letters, in points.
        lines: Every line, from top to bottom in each column.
        head_bottom: Where the head ends, in millimetres from the top.
    """

    size: float
    lines: tuple[CardLine, ...]
    head_bottom: float


class _Zone(NamedTuple):
    """A column of parts."""

    x: float
    width: float
    parts: tuple[Part, ...]


_INDENT: Final = 2.4
_HEAD_X: Final = PAD + PICTURE + GAP
_COLUMN: Final = (WIDTH - 2 * PAD - GAP) / 2


def _way(way: ContactWay) -> str:
    return f"{way.label}: {way.value}"


@lru_cache(maxsize=16)
def _heading(words: str) -> Part:
    return Part("", words, is_bold=True, tone="main")


@lru_cache(maxsize=16)
def _hello(words: str) -> Part:
    return Part("", words, 0.9, tone="head")


@lru_cache(maxsize=256)
def _valid(words: str) -> Part:
    return Part("", words, 0.85)


def _head(card: IntroductionCard, words: CardWording) -> tuple[Part, ...]:
    hello = _hello(words.hello)
    name = Part("name", card.name, 1.5 if len(card.name) <= LONG_NAME else 1.15, is_bold=True, tone="head")
    what = Part("what_i_do", card.what_i_do, tone="head")
    if card.pronouns is None:
        return hello, name, what
    return hello, name, Part("pronouns", card.pronouns, 0.9, tone="head"), what


def _about(card: IntroductionCard, words: CardWording) -> tuple[Part, ...]:
    things = [Part(f"three_things.{number}", thing, marker=True) for number, thing in enumerate(card.three_things, 1)]
    return _heading(words.three_things), *things


def _reach(card: IntroductionCard, words: CardWording) -> tuple[Part, ...]:
    ways = [Part(f"ways.{number}", _way(way)) for number, way in enumerate(card.ways, 1)]
    return _heading(words.reach), *ways, Part("hours", card.hours)


def _foot(card: IntroductionCard, words: CardWording) -> tuple[Part, ...]:
    if card.cover is None:
        away = Part("", f"{words.away}: {words.away_duty}")
    else:
        away = Part("cover", f"{words.away}: {card.cover.name}, {', '.join(map(_way, card.cover.ways))}")
    duty = f"{card.duty.name}. {', '.join(map(_way, card.duty.ways))}. {card.duty.hours}"
    return away, Part("duty", duty, is_bold=True), _valid(validity(card))


_HEAD: Final = WIDTH - PAD - _HEAD_X


def _zones(card: IntroductionCard, *, has_code: bool) -> tuple[_Zone, ...]:
    words = wording_of(card.language)
    return (
        _Zone(_HEAD_X, _HEAD - CODE - GAP / 2 if has_code else _HEAD, _head(card, words)),
        _Zone(PAD, _COLUMN, _about(card, words)),
        _Zone(PAD + _COLUMN + GAP, _COLUMN, _reach(card, words)),
        _Zone(PAD, WIDTH - 2 * PAD, _foot(card, words)),
    )


class _Frame(NamedTuple):
    """Where the zones of a card begin, and by how much it is too high (nothing or less: it fits)."""

    tops: tuple[float, float, float, float]
    head_bottom: float
    over: float


def _height(zone: _Zone, size: float) -> float:
    lines = 0.0
    for part in zone.parts:
        width = zone.width - _INDENT if part.marker else zone.width
        lines += lines_of(part.text, size * part.scale, width, is_bold=part.is_bold) * part.scale
    return lines * size * POINT * LEADING


def _indent(part: Part) -> float:
    return _INDENT if part.marker else 0.0


def _frame(zones: Sequence[_Zone], size: float) -> _Frame:
    head, about, reach, foot = [_height(zone, size) for zone in zones]
    head_bottom = PAD - 1 + max(head, PICTURE) + 1.2
    columns_top = head_bottom + 1.2
    foot_top = HEIGHT - PAD + 0.8 - foot
    over = columns_top + max(about, reach) + 0.8 - foot_top
    return _Frame((PAD - 1, columns_top, columns_top, foot_top), head_bottom, over)


def _lines(zone: _Zone, size: float, top: float) -> Iterator[CardLine]:
    for part in zone.parts:
        letters, indent = size * part.scale, _indent(part)
        width = zone.width - indent
        for number, text in enumerate(wrapped(part.text, letters, width, is_bold=part.is_bold)):
            baseline = top + letters * POINT * 0.96
            is_marked = part.marker and number == 0
            yield CardLine(text, zone.x + indent, baseline, width, letters, part.is_bold, part.tone, is_marked)
            top += letters * POINT * LEADING


def fitting_size(card: IntroductionCard, *, has_code: bool = True) -> float | None:
    """Return the largest letters, in points, in which the words of a card fit; ``None`` when they do not fit at all."""
    zones = _zones(card, has_code=has_code)
    for size in SIZES:
        if _frame(zones, size).over <= 0:
            return size
    return None


def lay_out(card: IntroductionCard, size: float, *, has_code: bool = True) -> CardLayout:
    """Return where every line of a card stands in letters of ``size`` points; it fits up to :func:`fitting_size`."""
    zones = _zones(card, has_code=has_code)
    frame = _frame(zones, size)
    lines = (line for zone, top in zip(zones, frame.tops, strict=True) for line in _lines(zone, size, top))
    return CardLayout(size, tuple(lines), frame.head_bottom)


def fit_problems(card: IntroductionCard, *, has_code: bool = True, language: str = "en") -> list[CardFinding]:
    """Return what to shorten so that the card fits on 85 by 54 mm in the smallest letters; empty when it fits.

    Args:
        card: The card.
        has_code: Whether it has a QR code, which takes room beside the name.
        language: What the findings are said in (BCP 47); English where it is not known.

    Returns:
        A finding for each text to shorten, with how many characters it may have, in the order of the card. The longest
        text is shortened first; shortening all of them that far is enough.
    """
    zones, words = _zones(card, has_code=has_code), finding_words(language)
    shortest = SIZES[-1]
    allowed: dict[str, int] = {}
    while _frame(zones, shortest).over > 0:
        part = _longest(zones, shortest)
        if part is None:
            return [CardFinding(card.worker_id, CardProblem.TOO_LONG, "", *words.no_room)]
        fewer = drawn(part.text)[: -max(1, len(part.text) // 20)]
        allowed[part.name] = len(fewer)
        zones = tuple(_with(zone, part, fewer) for zone in zones)
    lengths = {part.name: len(drawn(part.text)) for zone in _zones(card, has_code=has_code) for part in zone.parts}
    return [
        _too_long(card, name, lengths[name], lengths[name] - most, words)
        for name in lengths
        if (most := allowed.get(name)) is not None
    ]


def _too_long(card: IntroductionCard, name: str, length: int, fewer: int, words: FindingWords) -> CardFinding:
    what, remedy = words.too_long
    text, characters = words.composed.get(name, words.it), words.characters[fewer > 1]
    remedy = remedy.format(text=text, fewer=fewer, characters=characters)
    return CardFinding(card.worker_id, CardProblem.TOO_LONG, name, what.format(length=length), remedy)


def _longest(zones: Iterable[_Zone], size: float) -> Part | None:
    """Return the part of the worker's own words that takes most room, of those that could be shorter."""
    own = [part for zone in zones for part in zone.parts if part.name and len(part.text) > 1]
    return max(own, key=lambda part: width_of(drawn(part.text), size * part.scale, is_bold=part.is_bold), default=None)


def _with(zone: _Zone, part: Part, text: str) -> _Zone:
    fewer = Part(part.name, text, part.scale, part.is_bold, part.tone, part.marker)
    return _Zone(zone.x, zone.width, tuple(fewer if each is part else each for each in zone.parts))


def glyph_problems(card: IntroductionCard, *, language: str = "en") -> list[CardFinding]:
    """Return which texts hold characters that the bundled font cannot draw; empty when it has them all.

    Characters are named by their number, ``U+1F436``; the HTML card, drawn with the fonts of the device, may have them.

    Args:
        card: The card.
        language: What the findings are said in (BCP 47); English where it is not known.
    """
    words = finding_words(language)
    what, remedy = words.not_drawn
    return [
        CardFinding(
            card.worker_id,
            CardProblem.CANNOT_BE_DRAWN,
            part.name,
            what.format(characters=_named(missing, words)),
            remedy,
        )
        for zone in _zones(card, has_code=False)
        for part in zone.parts
        if (missing := missing_characters(part.text))
    ]


def _named(characters: Sequence[str], words: FindingWords) -> str:
    shown = ", ".join(f"U+{ord(character):04X}" for character in characters[:5])
    return shown if len(characters) <= 5 else f"{shown} {words.more.format(count=len(characters) - 5)}"
