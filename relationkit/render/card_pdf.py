"""Cards on paper: ten on an A4 sheet with marks to cut by, or one alone, each in one of four designs."""

from collections.abc import Callable, Mapping, Sequence
from math import cos, pi
from typing import Final

from relationkit.profiles import CardDesign, CardTheme, IntroductionCard, initials
from relationkit.records import WorkerId
from relationkit.render.card_layout import CODE, HEIGHT, PAD, PICTURE, WIDTH, lay_out
from relationkit.render.card_words import shown_language, wording_of
from relationkit.render.codes import qr_png
from relationkit.render.paper import A4, Paper
from relationkit.render.printed_cards import CUTS, PrintedCard, card_places, prepare, sheets_of
from relationkit.render.type_metrics import POINT, drawn, width_of

__all__ = ["render_card_pdf", "render_card_sheet_pdf"]


def render_card_sheet_pdf(
    cards: Sequence[IntroductionCard],
    *,
    design: CardDesign | Sequence[CardDesign] = CardDesign.WAVE,
    theme: CardTheme | None = None,
    links: Mapping[WorkerId, str] | None = None,
) -> bytes:
    """Return cards as a PDF to print and cut out: ten on each A4 page, 85 by 54 mm, marks outside them.

    The letters of a card are as large as its words allow (8.5 down to 6.5 points). Text can be searched and copied,
    pictures are described, and each code leads to the duty line, or to the worker's page.

    Args:
        cards: In this order, row by row.
        design: One for all, or one for each card, such as the one that the child chose.
        theme: The council's colours.
        links: By worker, the ``https`` address of their page; without one the code calls the duty line.

    Raises:
        CardsNotPrintedError: The words of a card do not fit, or hold characters that the bundled font has not. Its
            ``problems`` say for every card what to shorten or take out. Nothing is printed then.
        RenderError: There are no cards, or not as many designs as cards.
        MissingExtraError: The extra ``pdf`` is not installed.
    """
    ready = prepare(cards, design, links, has_bundled_font=True)
    with _paper(A4, cards[0]) as paper:
        for sheet in sheets_of(ready):
            paper.page()
            for start, end in CUTS:
                paper.line(start, end)
            for card, (x, y) in zip(sheet, card_places(), strict=False):
                _draw(paper, card, theme or CardTheme(), x, y)
        return paper.finish()


def render_card_pdf(
    card: IntroductionCard,
    *,
    design: CardDesign = CardDesign.WAVE,
    theme: CardTheme | None = None,
    link: str | None = None,
) -> bytes:
    """Return one card as a PDF page of its own size, 85 by 54 mm, to send or to print on card stock.

    Args:
        card: The card.
        design: How it looks.
        theme: The council's colours.
        link: The ``https`` address of the worker's page; without it the code calls the duty line.

    Raises:
        CardsNotPrintedError: Its words do not fit, or hold characters that the bundled font has not.
        MissingExtraError: The extra ``pdf`` is not installed.
    """
    links = None if link is None else {card.worker_id: link}
    (ready,) = prepare([card], design, links, has_bundled_font=True)
    with _paper((WIDTH, HEIGHT), card) as paper:
        paper.page()
        _draw(paper, ready, theme or CardTheme(), 0, 0)
        return paper.finish()


def _paper(size: tuple[float, float], card: IntroductionCard) -> Paper:
    return Paper(size, language=shown_language(card.language), title=wording_of(card.language).sheet)


def _draw(paper: Paper, ready: PrintedCard, theme: CardTheme, x: float, y: float) -> None:
    layout = lay_out(ready.card, ready.size, has_code=ready.link is not None)
    _BACKGROUNDS[ready.design](paper, theme, x, y, layout.head_bottom)
    _picture(paper, ready.card, theme, x + PAD, y + PAD - 1)
    _code(paper, ready, x + WIDTH - PAD - CODE + 1, y + PAD - 1)
    head = theme.on_main if ready.design is CardDesign.WAVE else theme.ink
    colours = {"ink": theme.ink, "main": theme.main, "head": head}
    for line in layout.lines:
        left, baseline, colour = x + line.x, y + line.y, colours[line.tone]
        if line.marker:
            paper.disc(left - 2.2, baseline - line.size * POINT * 0.5, 1.1, theme.main)
        paper.text(line.text, left, baseline, line.width, line.size, colour, is_bold=line.is_bold)


def _wave(paper: Paper, theme: CardTheme, x: float, y: float, head: float) -> None:
    """Fill the head, its lower edge a wave above a band of the accent."""
    paper.box(x, y, WIDTH, HEIGHT, theme.paper)
    paper.shape(_waved(x, y, head + 0.5), theme.accent)
    paper.shape(_waved(x, y, head - 0.3), theme.main)


def _waved(x: float, y: float, bottom: float) -> list[tuple[float, float]]:
    steps = 24
    edge = [(x + WIDTH * n / steps, y + bottom - 0.35 + 0.35 * cos(4 * pi * n / steps)) for n in range(steps, -1, -1)]
    return [(x, y), (x + WIDTH, y), *edge]


def _stripe(paper: Paper, theme: CardTheme, x: float, y: float, head: float) -> None:
    """Put a broad stripe at the left edge, and one of the accent beside it."""
    paper.box(x, y, WIDTH, HEIGHT, theme.paper)
    paper.box(x, y, 1.7, HEIGHT, theme.main)
    paper.box(x + 1.7, y, 0.8, HEIGHT, theme.accent)
    paper.box(x + PAD, y + head, WIDTH - 2 * PAD, 0.25, theme.main)


def _frame(paper: Paper, theme: CardTheme, x: float, y: float, head: float) -> None:
    """Draw a frame, and a line of the accent under the head."""
    paper.box(x, y, WIDTH, HEIGHT, theme.paper)
    paper.frame(x + 1.3, y + 1.3, WIDTH - 2.6, HEIGHT - 2.6, theme.main, thickness=0.7)
    paper.box(x + PAD, y + head - 0.2, WIDTH - 2 * PAD, 0.6, theme.accent)


def _plain(paper: Paper, theme: CardTheme, x: float, y: float, head: float) -> None:
    """Leave the paper as it is but for a thin line: for printers short of ink, and for eyes that like it quiet."""
    paper.box(x + PAD, y + head, WIDTH - 2 * PAD, 0.2, theme.ink)


_BACKGROUNDS: Final[Mapping[CardDesign, Callable[[Paper, CardTheme, float, float, float], None]]] = {
    CardDesign.WAVE: _wave,
    CardDesign.STRIPE: _stripe,
    CardDesign.FRAME: _frame,
    CardDesign.PLAIN: _plain,
}


def _picture(paper: Paper, card: IntroductionCard, theme: CardTheme, x: float, y: float) -> None:
    if card.picture is not None:
        paper.box(x - 0.4, y - 0.4, PICTURE + 0.8, PICTURE + 0.8, theme.accent)
        paper.picture(card.picture.data, x, y, PICTURE, PICTURE, card.picture.alt)
        return
    letters = initials(drawn(card.name))
    size = 17.0
    paper.disc(x, y, PICTURE, theme.accent)
    wide = width_of(letters, size, is_bold=True)
    paper.text(letters, x + (PICTURE - wide) / 2, y + PICTURE * 0.64, wide, size, theme.ink, is_bold=True)


def _code(paper: Paper, ready: PrintedCard, x: float, y: float) -> None:
    if ready.link is None:
        return
    paper.box(x, y, CODE, CODE, "#ffffff")
    paper.picture(qr_png(ready.link), x, y, CODE, CODE, ready.link_words)
    paper.link(x, y, CODE, CODE, ready.link, ready.link_words)
