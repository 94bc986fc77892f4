"""Cards as one HTML page: on a phone below each other, printed ten on an A4 sheet with marks to cut by."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from relationkit.profiles import CardDesign, CardTheme, IntroductionCard, initials
from relationkit.records import WorkerId
from relationkit.render.card_layout import LONG_NAME, SIZES
from relationkit.render.card_words import CardWording, shown_language, validity, wording_of
from relationkit.render.codes import qr_path
from relationkit.render.forms import direction_of
from relationkit.render.html import as_markup, render_page
from relationkit.render.printed_cards import CUTS, PrintedCard, prepare, sheets_of

__all__ = ["render_card_sheet"]

#: What fits in the bundled font is set this much smaller here: a page is drawn with the fonts of its device, which may
#: be a little wider.
_SMALLER: Final = 0.94

_CUTS: Final = "".join(f"M{x1} {y1}L{x2} {y2}" for (x1, y1), (x2, y2) in CUTS)


def render_card_sheet(
    cards: Sequence[IntroductionCard],
    *,
    design: CardDesign | Sequence[CardDesign] = CardDesign.WAVE,
    theme: CardTheme | None = None,
    links: Mapping[WorkerId, str] | None = None,
) -> str:
    """Return cards as one HTML page that prints ten on each A4 sheet, 85 by 54 mm, with marks to cut by.

    On a screen the cards stand below each other and grow with the reader's letters; nothing is fetched from elsewhere.

    Args:
        cards: In this order, row by row.
        design: One for all, or one for each card, such as the one that the child chose.
        theme: The council's colours.
        links: By worker, the ``https`` address of their page; without one the code calls the duty line.

    Raises:
        CardsNotPrintedError: The words of a card do not fit; its ``problems`` say what to shorten.
        RenderError: There are no cards, or not as many designs as cards.
        MissingExtraError: The extra ``html`` is not installed.
    """
    ready = prepare(cards, design, links, has_bundled_font=False)
    language = shown_language(cards[0].language)
    facts = {
        "lang": language,
        "direction": direction_of(language),
        "words": wording_of(language),
        "theme": theme or CardTheme(),
        "sizes": [f"{size * _SMALLER:.2f}" for size in SIZES],
        "cuts": _CUTS,
        "sheets": [[_facts(card, language) for card in sheet] for sheet in sheets_of(ready)],
    }
    return render_page("card_sheet.html", facts)


class _CardFacts(NamedTuple):
    """What the page says of one card."""

    card: IntroductionCard
    words: CardWording
    design: str
    step: int
    lang: str
    own: str
    picture: str
    letters: str
    is_long: bool
    code: tuple[int, str] | None
    link_words: str
    valid: str


def _facts(ready: PrintedCard, page_language: str) -> _CardFacts:
    card = ready.card
    shown = shown_language(card.language)
    return _CardFacts(
        card=card,
        words=wording_of(shown),
        design=ready.design.value,
        step=SIZES.index(ready.size),
        lang=shown if shown != page_language else "",
        own=card.language if card.language.split("-")[0].lower() != shown else "",
        picture=_base64(card.picture.data) if card.picture else "",
        letters=initials(card.name),
        is_long=len(card.name) > LONG_NAME,
        code=_code(ready.link) if ready.link else None,
        link_words=ready.link_words,
        valid=validity(card),
    )


@lru_cache(maxsize=256)
def _base64(data: bytes) -> str:
    return as_markup(b64encode(data).decode("ascii"))


@lru_cache(maxsize=256)
def _code(link: str) -> tuple[int, str]:
    modules, path = qr_path(link)
    return modules, as_markup(path)
