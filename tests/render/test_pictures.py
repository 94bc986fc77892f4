"""Pictures that people send: nothing but the pixels is left, and nothing that is no picture comes in."""

import hashlib
import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from relationkit.errors import PictureError
from relationkit.render import MOST_PIXELS, clean_picture

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
RED = (200, 30, 30)
PLACE, AUTHOR = b"51.5074", b"Made-Up Author"


def a_picture(size: tuple[int, int] = (60, 40), mode: str = "RGB", colour: Any = RED) -> Image.Image:
    return Image.new(mode, size, colour)


def a_file(kind: str, picture: Image.Image | None = None, **settings: Any) -> bytes:
    written = io.BytesIO()
    (picture or a_picture()).save(written, kind, **settings)
    return written.getvalue()


def read(data: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(data))
    opened.load()
    return opened


def reason_for(data: bytes, **limits: int) -> str:
    with pytest.raises(PictureError) as refused:
        clean_picture(data, **limits)
    return refused.value.reason


def with_a_location(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "taken at 51.5074, -0.1278"
    exif[0x013B] = AUTHOR.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.64)
    return exif


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_comes_back_in_its_own_format_with_its_hash(kind: str) -> None:
    cleaned = clean_picture(a_file(kind))

    assert (cleaned.media_type, cleaned.width, cleaned.height) == (TYPES[kind], 60, 40)
    assert cleaned.sha256 == hashlib.sha256(cleaned.data).hexdigest()
    assert read(cleaned.data).format == kind
    assert all(abs(a - b) <= 6 for a, b in zip(read(cleaned.data).convert("RGB").getpixel((30, 20)), RED, strict=True))


@pytest.mark.parametrize("kind", TYPES)
def test_where_and_by_whom_it_was_taken_is_gone(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = a_file(kind, exif=with_a_location(), icc_profile=profile, xmp=b"<x>" + AUTHOR + b"</x>")
    assert AUTHOR in sent

    kept = clean_picture(sent).data

    assert AUTHOR not in kept
    assert PLACE not in kept
    assert dict(read(kept).getexif()) == {}
    assert not {"exif", "icc_profile", "xmp", "comment"} & set(read(kept).info)


def test_comments_and_text_in_a_file_are_gone() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", AUTHOR.decode())

    assert AUTHOR not in clean_picture(a_file("PNG", pnginfo=text)).data
    assert AUTHOR not in clean_picture(a_file("JPEG", comment=AUTHOR)).data


@pytest.mark.parametrize("kind", TYPES)
def test_what_hangs_behind_the_picture_is_gone(kind: str) -> None:
    assert b"PK\x03\x04" not in clean_picture(a_file(kind) + b"PK\x03\x04 a page <script>").data


def test_a_photo_taken_sideways_stands_upright() -> None:
    cleaned = clean_picture(a_file("JPEG", exif=with_a_location(orientation=6)))

    assert (cleaned.width, cleaned.height) == (40, 60)


@pytest.mark.parametrize("kind", ["JPEG"])
def test_the_colours_of_print_become_those_of_a_screen(kind: str) -> None:
    cleaned = clean_picture(a_file(kind, a_picture(mode="CMYK", colour=(0, 255, 255, 0))))
    red, green, blue = read(cleaned.data).getpixel((5, 5))

    assert read(cleaned.data).mode == "RGB"
    assert red > 200
    assert max(green, blue) < 60


def test_a_drawing_stays_see_through_where_it_was() -> None:
    cleaned = clean_picture(a_file("PNG", a_picture(mode="RGBA", colour=(200, 30, 30, 0))))

    assert read(cleaned.data).getpixel((3, 3))[3] == 0


def test_a_drawing_with_a_palette_stays_see_through_where_it_was() -> None:
    drawing = a_picture().quantize(4)
    cleaned = clean_picture(a_file("PNG", drawing, transparency=drawing.getpixel((3, 3))))

    assert read(cleaned.data).getpixel((3, 3))[3] == 0


@pytest.mark.parametrize(("grey", "shown"), [(0, 0), (0x8000, 0x80), (0xFFFF, 0xFF)])
def test_a_scan_in_sixteen_bits_is_not_cut_to_white(grey: int, shown: int) -> None:
    cleaned = clean_picture(a_file("PNG", a_picture(mode="I;16", colour=grey)))

    assert read(cleaned.data).convert("L").getpixel((3, 3)) == shown


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    frames = [a_picture(colour=colour) for colour in (RED, (0, 0, 255), (0, 255, 0))]
    moving = a_file(kind, frames[0], save_all=True, append_images=frames[1:], duration=100)
    kept = read(clean_picture(moving).data)

    assert getattr(kept, "n_frames", 1) == 1
    assert kept.convert("RGB").getpixel((3, 3))[0] > 150


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b"<?xml version='1.0'?>" + SVG,
        b"%PDF-1.7",
        b"GIF89a" + bytes(20),
        b"PK\x03\x04",
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(data: bytes) -> None:
    assert reason_for(data) == "not_a_picture"


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO"])
def test_other_pictures_are_refused(kind: str) -> None:
    assert reason_for(a_file(kind)) == "not_a_picture"


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_that_breaks_off_is_refused(kind: str) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")

    assert reason_for(a_file(kind, noise)[:-400]) in {"broken", "not_a_picture"}


def a_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says that it is very large, with almost nothing in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + a_chunk(b"IHDR", head)
        + a_chunk(b"IDAT", zlib.compress(bytes(1000)))
        + a_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(10_000, 5_001), (30_000, 3_000), (65_000, 65_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    assert reason_for(a_bomb(*size)) == "too_many_pixels"


def test_text_that_unpacks_into_gigabytes_is_refused() -> None:
    packed = zlib.compress(bytes(90_000_000), 9)
    whole = a_file("PNG")
    at = whole.index(b"IDAT") - 4

    assert reason_for(whole[:at] + a_chunk(b"zTXt", b"x\0\0" + packed) * 2 + whole[at:]) in {"broken", "not_a_picture"}


def test_the_most_pixels_are_taken_and_one_row_more_is_not() -> None:
    assert clean_picture(a_file("PNG", a_picture((60, 40))), most_pixels=2_400).width == 60
    assert reason_for(a_file("PNG", a_picture((60, 41))), most_pixels=2_400) == "too_many_pixels"
    assert MOST_PIXELS < Image.MAX_IMAGE_PIXELS


def test_the_most_bytes_are_taken_and_one_more_is_not() -> None:
    sent = a_file("PNG")

    assert clean_picture(sent, most_bytes=len(sent)).width == 60
    assert reason_for(sent, most_bytes=len(sent) - 1) == "too_many_bytes"


@pytest.mark.parametrize("kind", TYPES)
def test_a_large_picture_is_made_smaller_in_its_own_shape(kind: str) -> None:
    cleaned = clean_picture(a_file(kind, a_picture((600, 300))), longest_edge=200)

    assert (cleaned.width, cleaned.height) == (200, 100)


def test_the_picture_is_in_no_repr() -> None:
    assert "data" not in repr(clean_picture(a_file("PNG")))


def test_the_same_file_gives_the_same_hash() -> None:
    assert clean_picture(a_file("JPEG")).sha256 == clean_picture(a_file("JPEG")).sha256


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(TYPES)), at=st.integers(0, 400), put=st.binary(min_size=1, max_size=8))
def test_any_damage_is_a_picture_or_a_refusal_and_nothing_else(kind: str, at: int, put: bytes) -> None:
    sent = a_file(kind, exif=with_a_location())
    at = min(at, len(sent))
    damaged = sent[:at] + put + sent[at + len(put) :]

    try:
        cleaned = clean_picture(damaged)
    except PictureError:
        return
    assert AUTHOR not in cleaned.data
