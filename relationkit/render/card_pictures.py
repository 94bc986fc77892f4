"""The picture on a card: cleaned like every picture, then cut square, small enough to send by phone."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from relationkit.errors import RenderError
from relationkit.profiles import Picture, PictureType
from relationkit.render.pictures import clean_picture

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Crop", "card_picture"]

#: Pixels of each edge: 15 mm on the card at 300 dots an inch is 177, 60 mm on the page at 170 is 400.
EDGE: Final = 480

#: The longest edge of the cleaned picture that is cut: a small part of a large photo still has pixels enough.
_CUT_FROM: Final = 2_000


@dataclass(frozen=True, slots=True)
class Crop:
    """Which square of a picture to keep, as shares of it after it was turned upright.

    Attributes:
        x: The middle, from 0 at the left to 1 at the right.
        y: The middle, from 0 at the top to 1 at the bottom.
        size: The edge as a share of the picture's shorter edge, above 0 and at most 1.
    """

    x: float = 0.5
    y: float = 0.5
    size: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no part of a picture."""
        if not (0 <= self.x <= 1 and 0 <= self.y <= 1 and 0 < self.size <= 1):
            raise RenderError("a crop is outside the picture; give x and y from 0 to 1, and size above 0 up to 1")


def card_picture(data: bytes, alt: str, *, crop: Crop | None = None) -> Picture:
    """Return a photo or drawing as it goes on a card: upright, square, without metadata.

    Args:
        data: A JPEG, PNG or WebP, as it was sent; what it calls itself is never asked.
        alt: What it shows, for somebody who cannot see it.
        crop: Which square to keep; without it the largest in the middle. One that reaches over the edge is moved in.

    Raises:
        PictureError: It is no such picture, is broken, or is too large.
        InvalidRecordError: ``alt`` is empty or too long.
        MissingExtraError: Pillow is not installed.
    """
    cleaned = clean_picture(data, longest_edge=_CUT_FROM)
    from PIL import Image

    with Image.open(io.BytesIO(cleaned.data)) as upright:
        square = upright.crop(_box(upright.width, upright.height, crop or Crop()))
        square.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
        written = io.BytesIO()
        _on_white(square).save(written, "JPEG", quality=85, optimize=True)
    return Picture(alt=alt, media_type=PictureType.JPEG, data=written.getvalue())


def _on_white(picture: "Image.Image") -> "Image.Image":
    """Return a picture without see-through parts: what was behind a drawing is white, as paper is."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _box(width: int, height: int, crop: Crop) -> tuple[int, int, int, int]:
    edge = max(1, round(min(width, height) * crop.size))
    left = min(max(round(crop.x * width - edge / 2), 0), width - edge)
    top = min(max(round(crop.y * height - edge / 2), 0), height - edge)
    return left, top, left + edge, top + edge
