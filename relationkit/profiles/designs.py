"""Four designs that a card may have, the colours a council may give them, and whether those can be read.

A child can choose the design of their worker's card: :class:`AboutMe` keeps the choice.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from relationkit.records import FrozenModel

__all__ = ["LEAST_CONTRAST", "CardDesign", "CardTheme", "contrast_ratio"]

#: WCAG 2.2, success criterion 1.4.3 (level AA): text of ordinary size against what lies behind it. Text on cards is
#: small, so the easier 3:1 for large text is never used.
LEAST_CONTRAST: Final = 4.5


class CardDesign(StrEnum):
    """How a card looks; what it says and its size are the same in all."""

    WAVE = "wave"
    STRIPE = "stripe"
    FRAME = "frame"
    PLAIN = "plain"


Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


def contrast_ratio(one: str, other: str) -> float:
    """Return how far apart two colours (``"#rrggbb"``) are in lightness, from 1 to 21, as WCAG 2.2 defines it.

    The order does not matter.

    >>> contrast_ratio("#ffffff", "#000000")
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, definition "relative luminance", for sRGB)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


class CardTheme(FrozenModel):
    """The colours of a card, each ``"#rrggbb"``; refused when text could not be read on what lies behind it.

    Attributes:
        name: What the council calls it; no repr shows it.
        main: The large area, and headings on paper.
        on_main: Text on ``main``.
        accent: Decoration, and the disc behind initials, which are drawn in ``ink``.
        paper: Behind the words.
        ink: The words.
    """

    name: str = Field(default="relationkit", min_length=1, max_length=60)
    main: Colour = "#0c5a54"
    on_main: Colour = "#ffffff"
    accent: Colour = "#ffd874"
    paper: Colour = "#ffffff"
    ink: Colour = "#22302f"

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        for text, behind in _READ_TOGETHER.items():
            for name in behind:
                ratio = contrast_ratio(getattr(self, text), getattr(self, name))
                if ratio < LEAST_CONTRAST:
                    # cut, not rounded: 4.496 is not "4.50"
                    raise ValueError(
                        f"{text} on {name} has a contrast of {int(ratio * 100) / 100:.2f}, less than {LEAST_CONTRAST}; "
                        f"make one of them lighter or darker"
                    )
        return self


#: What is read on what, in every design.
_READ_TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "on_main": ("main",),
    "main": ("paper",),
    "ink": ("paper", "accent"),
}
