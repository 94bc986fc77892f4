"""What a card is before it is drawn on paper or on a page: checked, laid out, with its design and its link."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from relationkit.errors import CardsNotPrintedError, RenderError
from relationkit.profiles import CardDesign, CardFinding, IntroductionCard
from relationkit.records import WorkerId
from relationkit.render.card_layout import HEIGHT, WIDTH, fit_problems, fitting_size, glyph_problems
from relationkit.render.card_words import wording_of
from relationkit.render.codes import duty_link
from relationkit.render.type_metrics import missing_characters

__all__ = ["CARDS_ON_A_SHEET", "CUTS", "MARGINS", "PrintedCard", "card_places", "prepare", "sheets_of"]

#: Two columns of five.
CARDS_ON_A_SHEET: Final = 10
_COLUMNS: Final = 2
_ROWS: Final = 5

#: What is left of an A4 page (210 by 297 mm) at the left and at the top.
MARGINS: Final = ((210 - _COLUMNS * WIDTH) / 2, (297 - _ROWS * HEIGHT) / 2)

#: How long a mark is, and how far it keeps from the card.
_MARK, _OFF = 5.0, 1.0


class PrintedCard(NamedTuple):
    """A card that fits; its repr names nobody.

    Attributes:
        size: Of its letters, in points.
        link: Where its QR code leads; ``None`` for no code.
        link_words: What the code is for.
    """

    card: IntroductionCard
    design: CardDesign
    size: float
    link: str | None
    link_words: str

    def __repr__(self) -> str:
        return f"PrintedCard(card={self.card!r}, design={self.design.value!r})"


def card_places() -> list[tuple[float, float]]:
    """Return the upper left corners of the ten cards of a sheet, row by row, in millimetres."""
    left, top = MARGINS
    return [(left + column * WIDTH, top + row * HEIGHT) for row in range(_ROWS) for column in range(_COLUMNS)]


def _cuts() -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    left, top = MARGINS
    right, bottom = 210 - left, 297 - top
    for column in range(_COLUMNS + 1):
        x = left + column * WIDTH
        yield (x, top - _OFF - _MARK), (x, top - _OFF)
        yield (x, bottom + _OFF), (x, bottom + _OFF + _MARK)
    for row in range(_ROWS + 1):
        y = top + row * HEIGHT
        yield (left - _OFF - _MARK, y), (left - _OFF, y)
        yield (right + _OFF, y), (right + _OFF + _MARK, y)


#: The marks to cut by: start and end of each, all outside the cards.
CUTS: Final = tuple(_cuts())


def prepare(
    cards: Sequence[IntroductionCard],
    design: CardDesign | Sequence[CardDesign],
    links: Mapping[WorkerId, str] | None,
    *,
    has_bundled_font: bool,
) -> list[PrintedCard]:
    """Return the cards laid out, in their order.

    Raises:
        CardsNotPrintedError: A card does not fit, or holds a character that the font has not.
        RenderError: There are no cards, or not as many designs as cards.
    """
    if not cards:
        raise RenderError("there are no cards to print; give one at least")
    designs = [design] * len(cards) if isinstance(design, CardDesign) else list(design)
    if len(designs) != len(cards):
        raise RenderError(f"{len(designs)} designs for {len(cards)} cards; give one for each, or one for all")
    given = links or {}
    ready = [_ready(card, each, given.get(card.worker_id)) for card, each in zip(cards, designs, strict=True)]
    problems = [*_not_fitting(zip(cards, ready, strict=True)), *(_not_drawn(cards) if has_bundled_font else ())]
    if problems:
        raise CardsNotPrintedError([each.as_problem() for each in problems])
    return [each for each in ready if each is not None]


def _ready(card: IntroductionCard, design: CardDesign, profile_link: str | None) -> PrintedCard | None:
    words = wording_of(card.language)
    link = profile_link or duty_link(card.duty)
    size = fitting_size(card, has_code=link is not None)
    if size is None:
        return None
    scan = words.scan_profile if profile_link else words.scan_duty.format(name=card.duty.name)
    return PrintedCard(card, design, size, link, scan)


def _not_fitting(pairs: Iterable[tuple[IntroductionCard, PrintedCard | None]]) -> Iterator[CardFinding]:
    for card, ready in pairs:
        if ready is None:
            yield from fit_problems(card)


def _not_drawn(cards: Iterable[IntroductionCard]) -> Iterator[CardFinding]:
    characters = set().union(*map(_all_words, cards))
    if missing_characters("".join(characters)):  # one look at all of them: the answer is nearly always no
        for card in cards:
            yield from glyph_problems(card)


def _all_words(card: IntroductionCard) -> str:
    return card.model_dump_json(exclude={"picture"})


def sheets_of(cards: Sequence[PrintedCard]) -> Iterator[Sequence[PrintedCard]]:
    """Yield ten cards at a time, the last sheet with what is left."""
    for start in range(0, len(cards), CARDS_ON_A_SHEET):
        yield cards[start : start + CARDS_ON_A_SHEET]
