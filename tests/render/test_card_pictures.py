"""Pictures as they go on a card: square, upright, and nothing but pixels."""

import io
from typing import Any

import pytest

from relationkit.errors import InvalidRecordError, PictureError, RenderError
from relationkit.profiles import PictureType
from relationkit.render import Crop, card_picture

Image = pytest.importorskip("PIL.Image", reason="Pillow comes with the extra [pdf]")


def written(image: Any, kind: str = "JPEG", **settings: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def halves() -> Any:
    """Return a wide picture, red at the left and blue at the right."""
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (200, 0, 400, 200))
    return image


def read(data: bytes) -> Any:
    return Image.open(io.BytesIO(data))


def test_the_middle_square_is_kept_and_another_when_asked() -> None:
    def colours(crop: Crop | None) -> list[str]:
        pixels = read(card_picture(written(halves(), "PNG"), "A kite", crop=crop).data).convert("RGB")
        assert pixels.width == pixels.height
        ends = [pixels.getpixel((2, 50)), pixels.getpixel((pixels.width - 3, 50))]
        return ["red" if red > blue else "blue" for red, _, blue in ends]

    assert colours(None) == ["red", "blue"]
    assert colours(Crop(x=0)) == ["red", "red"]
    assert colours(Crop(x=1, size=0.5)) == ["blue", "blue"]


@pytest.mark.parametrize("crop", [{"x": -0.1}, {"y": 1.1}, {"size": 0}, {"size": 1.1}, {"x": float("nan")}])
def test_a_crop_outside_the_picture_is_refused(crop: dict[str, float]) -> None:
    with pytest.raises(RenderError, match="outside the picture"):
        Crop(**crop)


def test_nothing_but_pixels_is_left_and_it_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Made-up camera"

    picture = card_picture(written(halves(), exif=exif), "A kite", crop=Crop(y=0))
    pixels = read(picture.data)

    assert not pixels.getexif()
    assert b"Made-up camera" not in picture.data
    assert pixels.getpixel((pixels.width // 2, 3))[0] > 200  # the left half is on top now


def test_a_cmyk_jpeg_becomes_colours_of_a_screen() -> None:
    picture = card_picture(written(Image.new("CMYK", (300, 300), (0, 255, 255, 0))), "Red")

    assert read(picture.data).mode == "RGB"


def test_a_drawing_with_see_through_parts_stands_on_white() -> None:
    picture = card_picture(written(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG"), "Nothing yet")

    assert (picture.media_type, read(picture.data).getpixel((50, 50))) == (PictureType.JPEG, (255, 255, 255))


def test_a_picture_that_lies_about_its_type_is_taken_for_what_it_is() -> None:
    with pytest.raises(PictureError) as refusal:
        card_picture(b"<svg onload=alert(1)>", "A kite")
    assert refusal.value.reason == "not_a_picture"
    assert card_picture(written(halves(), "WEBP"), "A kite").media_type is PictureType.JPEG


def test_a_picture_of_ten_thousand_pixels_each_way_is_refused_before_it_is_unpacked() -> None:
    large = written(Image.new("1", (10_000, 10_000)), "PNG")

    with pytest.raises(PictureError) as refusal:
        card_picture(large, "A wall")
    assert refusal.value.reason == "too_many_pixels"


def test_a_card_picture_is_small_enough_for_a_card() -> None:
    noise = Image.effect_noise((3_000, 2_000), 100).convert("RGB")

    assert len(card_picture(written(noise), "Noise").data) < 500_000


def test_a_picture_without_a_description_is_refused() -> None:
    with pytest.raises(InvalidRecordError, match="alt"):
        card_picture(written(halves()), "")
