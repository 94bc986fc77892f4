"""Pictures that children and workers send: decoded, made smaller and written again, so that only the picture is left.

A photo from a phone says where and when it was taken and by which phone; a file that calls itself a picture may be
a page with a script, or a few bytes that unpack into gigabytes. Nothing of a file is kept but its pixels.
"""

import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from relationkit.errors import MissingExtraError, PictureError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["LONGEST_EDGE", "MOST_BYTES", "MOST_PIXELS", "CleanPicture", "clean_picture"]

#: The most bytes that are read: a photo of 50 million pixels from a phone is about 15 million.
MOST_BYTES: Final = 20_000_000
#: The most pixels that are unpacked; Pillow itself warns at 89 million only. Phones of 2025 take up to 50 million.
MOST_PIXELS: Final = 50_000_000
#: The longest edge that is kept, in pixels: an A4 page at 170 dots an inch.
LONGEST_EDGE: Final = 2_000

#: Media types by Pillow's name of the format; a phone's MPO is a JPEG with more behind it.
_MEDIA_TYPES: Final = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

#: How each type is written; the figures are those at which a photo of a drawing shows no loss to the eye.
_WRITTEN: Final[dict[str, tuple[str, dict[str, int | bool]]]] = {
    "image/jpeg": ("JPEG", {"quality": 88, "optimize": True}),
    "image/png": ("PNG", {"optimize": True}),
    "image/webp": ("WEBP", {"quality": 88}),
}


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture that is safe to keep and to show.

    Attributes:
        data: The file; holds nothing but the pixels. In no repr.
        media_type: ``"image/jpeg"``, ``"image/png"`` or ``"image/webp"``, as it came.
        width: In pixels.
        height: In pixels.
        sha256: Of ``data``, 64 hexadecimal digits: what a drawing's answer and
            :class:`~relationkit.feedback.Evidence` keep.
    """

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    sha256: str


def clean_picture(
    data: bytes, *, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS, longest_edge: int = LONGEST_EDGE
) -> CleanPicture:
    """Decode a JPEG, PNG or WebP and write it again, without anything but its pixels.

    The place, the time, the camera, the author, comments, colour profiles, previews and whatever hangs behind the
    picture are gone. It is turned as the camera was held; colours of print (CMYK) become those of a screen; of a moving
    picture the first frame is kept. What the file is called is never asked: its first bytes tell what it is.

    Args:
        data: The file as it was sent.
        most_bytes: A longer file is refused before it is opened.
        most_pixels: Width times height; more are refused before they are unpacked.
        longest_edge: In pixels; a larger picture is made smaller.

    Returns:
        The picture in the format in which it came. The same file gives the same bytes with one version of Pillow.

    Raises:
        PictureError: It is no such picture (an SVG never is), is broken, or is too large; ``reason`` says which.
        MissingExtraError: Pillow is not installed; it comes with the extras ``web`` and ``pdf``.
    """
    if len(data) > most_bytes:
        raise PictureError("too_many_bytes", f"has more than {most_bytes:,} bytes", "Send a smaller one")
    opened = _opened(data)
    if opened.width * opened.height > most_pixels:
        raise _too_many_pixels(most_pixels)
    media_type = _MEDIA_TYPES[str(opened.format)]
    pixels = _pixels(opened, longest_edge)
    written = _written(pixels, media_type)
    return CleanPicture(written, media_type, pixels.width, pixels.height, hashlib.sha256(written).hexdigest())


def _opened(data: bytes) -> "Image.Image":
    """Return the picture with its size known and nothing unpacked yet."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise MissingExtraError("Taking in pictures", extra="web") from None
    try:
        return Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(MOST_PIXELS) from None
    except UnidentifiedImageError:
        raise PictureError("not_a_picture", "is no JPEG, PNG or WebP", "Send one of those") from None
    except Exception as error:  # a decoder given hostile bytes may raise anything
        raise _broken() from error


def _pixels(opened: "Image.Image", longest_edge: int) -> "Image.Image":
    """Return a new picture with the pixels alone, upright, for a screen, and no larger than asked."""
    from PIL import Image, ImageOps

    try:
        opened.draft("RGB", (longest_edge, longest_edge))
        opened.load()
        turned = ImageOps.exif_transpose(opened)
        mode = "RGBA" if turned.has_transparency_data else "RGB"
        shown = _eight_bits(turned).convert(mode)
        shown.thumbnail((longest_edge, longest_edge), Image.Resampling.LANCZOS)
        alone = Image.new(mode, shown.size)
        alone.paste(shown)
    except Exception as error:  # a decoder given hostile bytes may raise anything
        raise _broken() from error
    return alone


def _eight_bits(picture: "Image.Image") -> "Image.Image":
    """Return a scan in 16 bits of grey as 8 bits; Pillow would cut it to white instead."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")


def _written(pixels: "Image.Image", media_type: str) -> bytes:
    kind, settings = _WRITTEN[media_type]
    written = io.BytesIO()
    pixels.save(written, kind, **settings)
    return written.getvalue()


def _too_many_pixels(most: int) -> PictureError:
    return PictureError("too_many_pixels", f"has more than {most:,} pixels", "Make it smaller first")


def _broken() -> PictureError:
    return PictureError("broken", "cannot be read to its end", "Save it again, and send that")
