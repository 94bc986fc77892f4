"""Cards as one HTML page: on a phone below each other, printed ten on an A4 sheet with marks to cut by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from relationkit.profiles import CardDesign, CardTheme, IntroductionCard, initials
from relationkit.records import WorkerId
from relationkit.render.card_layout import LONG_NAME, SIZES
from relationkit.render.card_words import CardWording, shown_language, validity, wording_of
from relationkit.render.codes import qr_path
from relationkit.render.forms import direction_of
from relationkit.render.html import picture_address, render_page, render_part
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
        "sheets": _sheets(ready, language),
    }
    return render_page("card_sheet.html", facts)


class _Shared(NamedTuple):
    """What the cards of one team share, as markup that is drawn once."""

    hello: str
    code: str
    foot: str


class _CardFacts(NamedTuple):
    """What the page says of one card, in the order in which the template takes it apart."""

    look: str
    lang: str
    own: str
    face: str
    alt: str
    letters: str
    hello: str
    say: CardWording
    name: str
    is_long: bool
    pronouns: str | None
    what_i_do: str
    code: str
    things: tuple[str, ...]
    ways: list[tuple[str, str, str]]
    hours: str
    foot: str
    valid: str


def _sheets(ready: Iterable[PrintedCard], page_language: str) -> list[list[_CardFacts]]:
    drawn: dict[tuple[object, ...], _Shared] = {}
    return [[_facts(card, page_language, drawn) for card in sheet] for sheet in sheets_of(list(ready))]


def _facts(ready: PrintedCard, page_language: str, drawn: dict[tuple[object, ...], _Shared]) -> _CardFacts:
    card, picture = ready.card, ready.card.picture
    language, shown = card.language, shown_language(card.language)
    own = "" if shown in (language, language.split("-")[0].lower()) else language
    around = language, card.duty, card.cover, ready.link, ready.link_words
    shared = drawn.get(around) or drawn.setdefault(around, _shared(ready, own))
    return _CardFacts(
        look=f"{ready.design.value} s{SIZES.index(ready.size)}",
        lang=shown if shown != page_language else "",
        own=own,
        face=picture_address(picture.media_type.value, picture.data) if picture else "",
        alt=picture.alt if picture else "",
        letters="" if picture else initials(card.name),
        hello=shared.hello,
        say=wording_of(shown),
        name=card.name,
        is_long=len(card.name) > LONG_NAME,
        pronouns=card.pronouns,
        what_i_do=card.what_i_do,
        code=shared.code,
        things=card.three_things,
        ways=[(way.href, way.label, way.value) for way in card.ways],
        hours=card.hours,
        foot=shared.foot,
        valid=validity(card),
    )


def _shared(ready: PrintedCard, own: str) -> _Shared:
    card, words = ready.card, wording_of(ready.card.language)
    code = render_part("card_sheet_parts.html", "code", *qr_path(ready.link), ready.link_words) if ready.link else ""
    foot = render_part("card_sheet_parts.html", "foot", card.cover, card.duty, words, own)
    return _Shared(render_part("card_sheet_parts.html", "hello", words), code, foot)
