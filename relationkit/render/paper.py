"""Drawing on PDF pages with the bundled font: text at a place, boxes, pictures. Everything in millimetres from the top.

The only module that knows fpdf2. What is drawn twice (a picture, a QR code) is in the file once.
"""

import io
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from relationkit.errors import MissingExtraError
from relationkit.render.type_metrics import POINT, font_path, is_right_to_left, needs_shaping

if TYPE_CHECKING:
    from fpdf import FPDF

__all__ = ["A4", "Paper"]

#: Width and height of a page, ISO 216.
A4: Final = (210.0, 297.0)

_FAMILY: Final = "relationkit"


class Paper:
    """A PDF in the making, to be used in a ``with``: its fonts are files that stay open until the end.

    Args:
        size: Width and height of each page, in millimetres.
        language: BCP 47 tag for screen readers.
        title: For the reader's window; names nobody.

    Raises:
        MissingExtraError: The extra ``pdf`` is not installed.
    """

    def __init__(self, size: tuple[float, float], *, language: str, title: str) -> None:
        self._pdf = _new(size)
        self._pdf.set_lang(language)
        self._pdf.set_title(title)
        self._pdf.set_auto_page_break(auto=False)
        for is_bold in (False, True):
            self._pdf.add_font(_FAMILY, "B" if is_bold else "", font_path(is_bold=is_bold))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        from fpdf.fonts import TTFFont

        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def page(self) -> None:
        """Begin a page."""
        self._pdf.add_page()

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a box."""
        self._pdf.set_fill_color(colour)
        self._pdf.rect(x, y, width, height, style="F")

    def frame(self, x: float, y: float, width: float, height: float, colour: str, *, thickness: float) -> None:
        """Draw the outline of a box, its middle at the edge."""
        self._pdf.set_draw_color(colour)
        self._pdf.set_line_width(thickness)
        self._pdf.rect(x, y, width, height, style="D")

    def disc(self, x: float, y: float, width: float, colour: str) -> None:
        """Fill a circle; ``x`` and ``y`` are the upper left corner of its box."""
        self._pdf.set_fill_color(colour)
        self._pdf.ellipse(x, y, width, width, style="F")

    def shape(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """Fill a polygon."""
        self._pdf.set_fill_color(colour)
        self._pdf.polygon(points, style="F")

    def line(self, start: tuple[float, float], end: tuple[float, float], *, thickness: float = 0.15) -> None:
        """Draw a thin grey line."""
        self._pdf.set_draw_color("#7b8a87")
        self._pdf.set_line_width(thickness)
        self._pdf.line(*start, *end)

    def picture(self, data: bytes, x: float, y: float, width: float, height: float, alt: str | None) -> None:
        """Draw a picture; ``alt`` is what it shows, for somebody who cannot see it."""
        self._pdf.image(io.BytesIO(data), x, y, width, height, alt_text=alt)

    def text(
        self, text: str, x: float, baseline: float, width: float, size: float, colour: str, *, is_bold: bool = False
    ) -> None:
        """Write one line; a line that begins at the right ends at ``x + width``."""
        self._pdf.set_font(_FAMILY, "B" if is_bold else "", size)
        self._pdf.set_text_color(colour)
        if not needs_shaping(text):
            self._pdf.text(x, baseline, text)
            return
        self._pdf.set_text_shaping(use_shaping_engine=True, direction="rtl" if is_right_to_left(text) else "ltr")
        self._pdf.set_xy(x, baseline - size * POINT)
        self._pdf.cell(width, size * POINT * 1.25, text, align="R" if is_right_to_left(text) else "L")
        self._pdf.set_text_shaping(use_shaping_engine=False)

    def link(self, x: float, y: float, width: float, height: float, address: str, alt: str) -> None:
        """Make a place on the page lead to an address."""
        self._pdf.link(x, y, width, height, address, alt_text=alt)

    def finish(self) -> bytes:
        """Return the file."""
        return bytes(self._pdf.output())


def _new(size: tuple[float, float]) -> "FPDF":
    try:
        from fpdf import FPDF
    except ImportError as error:
        raise MissingExtraError("Drawing PDF", extra="pdf") from error
    pdf = FPDF(unit="mm", format=size)
    pdf.c_margin = 0
    pdf.set_creator("relationkit")
    return pdf
