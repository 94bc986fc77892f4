"""Profiles out of a file; the numbers are those that Ofcom keeps for drama."""

import json
import tomllib
from datetime import date

import pytest

from relationkit.errors import InvalidProfileFileError, PictureError
from relationkit.profiles import Picture, PictureType, profiles_from_json, profiles_from_toml

BOOK = """
[duty]
name = "Duty team"
ways = [{ kind = "call", label = "Any time", value = "020 7946 0100" }]

[work]
numbers = ["07700 900"]

[theme]
name = "Exampleshire"
main = "#5b2a86"

[links]
SW1 = "https://example.org/sw1"

[[profiles]]
worker_id = "SW1"
name = "Made-up Sam"
what_i_do = "I visit you."
three_things = ["I grow tomatoes", "I drum", "I have a dog"]
ways = [{ kind = "text", label = "Text me", value = "07700 900101" }]
hours = "Monday to Friday, 9 to 5"
agreed_on = 2025-03-03
valid_from_on = 2025-03-10

[[profiles]]
worker_id = "SW1"
language = "cy"
name = "Made-up Sam"
what_i_do = "Rydw i'n dod i dy weld di."
three_things = ["Rydw i'n tyfu tomatos", "Rydw i'n drymio", "Mae gen i gi"]
ways = [{ kind = "text", label = "Tecstia fi", value = "07700 900101" }]
hours = "Llun i Gwener, 9 tan 5"

[[themes]]
name = "outside"
title = "Being outside"
words = ["park"]

[[guides]]
id = "top-tips"
version = 1
title = "Top tips"
said_by = "Made-up council"
in_force_from = 2025-01-01
tips = [{ words = "Answer my text", about = "replies" }]
"""


def test_a_book_has_everything_that_was_written_down() -> None:
    book = profiles_from_toml(BOOK)
    english, welsh = book.profiles

    assert (english.worker_id, english.agreed_on, english.duty.name) == ("SW1", date(2025, 3, 3), "Duty team")
    assert welsh.language == "cy"
    assert book.theme is not None
    assert book.theme.main == "#5b2a86"
    assert book.work.numbers == ("07700 900",)
    assert book.links == {"SW1": "https://example.org/sw1"}
    assert (book.themes[0].name, book.guides[0].tips[0].about.value) == ("outside", "replies")


def test_json_says_the_same() -> None:
    as_json = json.dumps(tomllib.loads(BOOK), default=str)

    assert profiles_from_json(as_json) == profiles_from_toml(BOOK)


def test_a_profile_is_found_by_worker_and_language_and_else_the_first() -> None:
    book = profiles_from_toml(BOOK)

    assert [profile.language for lang in ("en", "cy-GB", "pl") if (profile := book.profile("SW1", language=lang))] == [
        "en",
        "cy",
        "en",
    ]
    assert book.profile("SW9") is None


def test_every_problem_is_named_at_once_with_its_place() -> None:
    broken = BOOK.replace('"07700 900101"', '"call me"', 1).replace('main = "#5b2a86"', 'main = "#777777"')

    with pytest.raises(InvalidProfileFileError) as refusal:
        profiles_from_toml(f"colours = 1\n{broken}", where="cards.toml")

    places = [(problem.where, problem.field) for problem in refusal.value.problems]
    assert places[:2] == [("cards.toml", "colours"), ("cards.toml", "profiles 1, ways.0")]
    assert places[-1] == ("cards.toml", "theme")
    assert "call me" not in str(refusal.value)
    assert "Sam" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("profiles = 1", "profiles: is not a list"),
        ("profiles = [1]", "profiles 1: is not a table"),
        ("work = 1", "work: is not a table"),
        ("[work]\nnumber = []", "work, number: is not a key"),
        ("[work]\nnumbers = [1]", "holds something that is not text"),
        ("= 1", "is not TOML"),
        (BOOK.replace('language = "cy"\n', ""), "profile of SW1: stands twice in en"),
    ],
)
def test_a_file_that_describes_no_book_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidProfileFileError, match=reason):
        profiles_from_toml(text)


def test_broken_json_is_refused() -> None:
    for text in ("{", "[" * 100_000):
        with pytest.raises(InvalidProfileFileError, match="is not JSON"):
            profiles_from_json(text)


WITH_PICTURE = BOOK.replace('hours = "Monday', 'picture = { file = "sam.png", alt = "A kite" }\nhours = "Monday', 1)


def test_a_picture_is_read_by_whoever_may_read_files() -> None:
    def read(name: str, alt: str) -> Picture:
        assert name == "sam.png"
        return Picture(alt=alt, media_type=PictureType.PNG, data=b"\x89PNG\r\n\x1a\n")

    picture = profiles_from_toml(WITH_PICTURE, read_picture=read).profiles[0].picture

    assert picture is not None
    assert picture.alt == "A kite"


def test_a_picture_that_cannot_be_used_is_named() -> None:
    def refuse(name: str, alt: str) -> Picture:
        raise PictureError("broken", "cannot be read to its end", "Save it again, and send that")

    for read, reason in ((None, "files are not read here"), (refuse, "cannot be read to its end")):
        with pytest.raises(InvalidProfileFileError, match=reason) as refusal:
            profiles_from_toml(WITH_PICTURE, read_picture=read)
        assert refusal.value.problems[0].field == "profiles 1, picture"
