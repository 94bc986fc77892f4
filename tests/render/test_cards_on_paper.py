"""Cards as PDF, read back and measured with pdfplumber, which knows nothing of how they were drawn; nobody is real."""

import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.errors import CardsNotPrintedError, RenderError
from relationkit.profiles import CardDesign, CardTheme, IntroductionCard, Picture, PictureType, WorkerProfile
from relationkit.render import (
    fit_problems,
    glyph_problems,
    render_card_pdf,
    render_card_sheet,
    render_card_sheet_pdf,
    render_profile_pdf,
)
from relationkit.render.type_metrics import drawn

pdfplumber = pytest.importorskip("pdfplumber", reason="the package pdfplumber is not installed")
pytest.importorskip("fpdf", reason="fpdf2 comes with the extra [pdf]")

POINT = 25.4 / 72
#: Left edges and tops of the two columns and five rows of 85 by 54 mm on 210 by 297 mm.
PLACES = [(20 + 85 * column, 13.5 + 54 * row) for row in range(5) for column in range(2)]
NAMES = [
    "Made-up Sam",
    "Ŵyn ap Êlin Ŷŵr",
    "Zażółć Gęślą Jaźń",
    "سامي العربي",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Made-up Extralong Na!",
    "Jo 😀 Bell",
    "\u202eSam\u2066 Turned",
    "<script>alert(1)</script>",
    "O'Neil & Co; {{ 7 * 7 }}",
    "Ж Кирилиця",
]


def a_card(**changes: Any) -> IntroductionCard:
    call = {"kind": "call", "label": "Call", "value": "01632 960002"}
    facts = {
        "worker_id": "w1",
        "name": "Made-up Sam",
        "what_i_do": "I visit you, listen to you, and sort out the things we agree on.",
        "three_things": ("I grow tomatoes", "I am learning the drums", "My dog is called Biscuit"),
        "ways": [{"kind": "text", "label": "Text me", "value": "07700 900123"}, call],
        "hours": "Monday to Friday, 9 to 5",
        "cover": {"worker_id": "w2", "name": "Made-up Kim", "ways": [call]},
        "duty": {"name": "Duty team", "ways": [{"kind": "call", "label": "Any time", "value": "020 7946 0100"}]},
        "valid_from_on": date(2025, 3, 3),
    }
    return IntroductionCard.from_profile(WorkerProfile.model_validate(facts | changes))


def pages(data: bytes) -> list[Any]:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            _ = page.chars  # read while the file is open
        return list(pdf.pages)


def place_of(char: dict[str, Any]) -> tuple[float, float] | None:
    """Return the card on which a character stands wholly, or nothing."""
    box = [float(char[edge]) * POINT for edge in ("x0", "top", "x1", "bottom")]
    return next(
        ((x, y) for x, y in PLACES if x <= box[0] and y <= box[1] and box[2] <= x + 85 and box[3] <= y + 54),
        None,
    )


@cache
def jpeg(mode: str = "RGB") -> bytes:
    image = pytest.importorskip("PIL.Image", reason="Pillow comes with the extra [pdf]")
    written = io.BytesIO()
    image.new(mode, (60, 60), 90 if mode == "L" else (90,) * len(mode)).save(written, "JPEG")
    return written.getvalue()


#: What the ten say of themselves: as long as fits, in each script, with marks that turn text round.
THINGS = [
    ("I grow tomatoes and beans, and give most of them away.", "Drums! " * 8, "Wide " * 11),
    ("Rwy'n hoffi'r môr", "Mae gen i gi o'r enw Ŵy", "Tŷ ar lan y dŵr"),
    ("Lubię żółte łódki", "Gram na skrzypcach", "Mój pies wabi się Źrebię"),
    ("أحب الشاي", "عندي قطة", "ألعب كرة القدم"),
    ("a" * 90, "I like tea ☕", "I like ★ and ♥"),
    ("I like tea ☺", "😀😀😀", "I walk a lot"),
    ("\u202eI like tea\u202c", "\u200fI walk\u200f a lot", "\u2067I sing\u2069"),
    ("</article><script>", "{% if %}", "&lt;b&gt;"),
    ("e\u0301te\u0301", "naïve café", "Ĳsselmeer"),
    ("Я люблю чай", "Γειά σου", "שלום"),
]


def letters_of(text: str) -> Counter[str]:
    """Return what must be seen of a text, in any order: its letters, joined ones apart, without spaces and marks."""
    return Counter(each for each in unicodedata.normalize("NFKD", drawn(text)) if not each.isspace())


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("design", CardDesign)
def test_ten_cards_are_one_a4_page_with_every_letter_and_nothing_outside_its_card(
    design: CardDesign, language: str
) -> None:
    cards = [
        a_card(name=name, three_things=things, cover=None, language=language)
        for name, things in zip(NAMES, THINGS, strict=True)
    ]

    (page,) = pages(render_card_sheet_pdf(cards, design=design))

    assert (round(page.width * POINT), round(page.height * POINT)) == (210, 297)
    seen: dict[tuple[float, float] | None, str] = {}
    for char in page.chars:
        seen[place_of(char)] = seen.get(place_of(char), "") + char["text"]
    assert set(seen) == set(PLACES)
    for place, card in zip(PLACES, cards, strict=True):
        own = (card.name, card.what_i_do, *card.three_things, card.hours, *(way.value for way in card.ways))
        assert letters_of("".join(own)) <= letters_of(seen[place])


@pytest.mark.parametrize(("language", "heading"), [("en", "Three things about me"), ("cy", "Tri pheth amdana i")])
@pytest.mark.parametrize("design", CardDesign)
def test_the_words_of_a_card_can_be_copied_out_of_it(design: CardDesign, language: str, heading: str) -> None:
    card = a_card(language=language, name="Ŵyn Ŷŵr Łódź")

    (page,) = pages(render_card_pdf(card, design=design))
    text = " ".join(page.extract_text().split())

    assert (round(page.width * POINT), round(page.height * POINT)) == (85, 54)
    for words in (heading, "Ŵyn Ŷŵr Łódź", *card.three_things, "07700 900123", "01632 960002", "020 7946 0100"):
        assert words in text
    assert all(char["x0"] >= 0 and char["x1"] <= page.width and char["bottom"] <= page.height for char in page.chars)


def test_cut_marks_are_outside_every_card() -> None:
    (page,) = pages(render_card_sheet_pdf([a_card()] * 10))
    marks = [line for line in page.lines if float(line["linewidth"]) < 1]

    assert len(marks) == 18
    for mark in marks:
        x0, x1, top, bottom = (float(mark[edge]) * POINT for edge in ("x0", "x1", "top", "bottom"))
        assert x1 < 20 or x0 > 190 or bottom < 13.5 or top > 283.5


@pytest.mark.parametrize(("cards", "expected"), [(1, [1]), (10, [10]), (11, [10, 1])])
def test_each_sheet_has_ten_cards_and_the_last_what_is_left(cards: int, expected: list[int]) -> None:
    sheets = pages(render_card_sheet_pdf([a_card()] * cards))

    assert [page.extract_text().count("Hello, I'm") for page in sheets] == expected


def test_what_is_the_same_on_ten_cards_is_in_the_file_once() -> None:
    picture = Picture(alt="A kite", media_type=PictureType.JPEG, data=jpeg())

    data = render_card_sheet_pdf([a_card(picture=picture)] * 10)

    assert data.count(b"/Subtype /Image") == 2  # the picture and the code


def test_a_picture_is_described_and_has_its_place() -> None:
    data = render_card_pdf(a_card(picture=Picture(alt="A kite", media_type=PictureType.JPEG, data=jpeg())))
    (page,) = pages(data)

    sizes = sorted(round((float(image["x1"]) - float(image["x0"])) * POINT) for image in page.images)
    assert sizes == [13, 15]
    assert b"/Alt" in data


def test_the_code_leads_where_it_says() -> None:
    def links(link: str | None) -> list[str]:
        (page,) = pages(render_card_pdf(a_card(), link=link))
        return [each["uri"] for each in page.hyperlinks]

    assert links(None) == ["tel:02079460100"]
    assert links("https://example.org/sam") == ["https://example.org/sam"]
    with pytest.raises(RenderError, match="https"):
        links("javascript:alert(1)")


def test_arabic_is_shaped_and_drawn_from_right_to_left() -> None:
    (page,) = pages(render_card_pdf(a_card(name="سامي")))
    arabic = [char for char in page.chars if "\u0600" <= char["text"] <= "\ufefc" and float(char["size"]) < 14]
    by_place = sorted(arabic, key=lambda char: -float(char["x0"]))

    assert "".join(char["text"] for char in by_place) == "سامي"


def test_the_bundled_font_is_inside_and_no_character_is_a_box() -> None:
    (page,) = pages(render_card_sheet_pdf([a_card(name=name) for name in NAMES]))

    assert {char["fontname"].partition("+")[2] for char in page.chars} == {
        "DejaVuSansCondensed",
        "DejaVuSansCondensedBold",
    }
    assert not [char for char in page.chars if "cid:" in char["text"]]


def test_a_character_that_the_font_has_not_is_named_and_nothing_is_printed() -> None:
    card = a_card(three_things=("My dog 🐶", "I like tea", "देवनागरी"))

    with pytest.raises(CardsNotPrintedError) as refusal:
        render_card_sheet_pdf([a_card(), card])

    assert [problem.field for problem in refusal.value.problems] == ["three_things.1", "three_things.3"]
    assert "U+1F436" in str(refusal.value)
    assert [each.what for each in glyph_problems(card, language="cy")][:1] == [
        "mae U+1F436 ynddo, sydd ddim yn ffont y PDF"
    ]
    assert "dog" not in str(refusal.value)
    assert "🐶" in render_card_sheet([card])


LONG = {
    "three_things": ("wide " * 18, "wider " * 15, "W" * 90),
    "what_i_do": "I do a great many things. " * 7,
}


def test_words_that_do_not_fit_are_refused_with_what_to_shorten_and_by_how_much() -> None:
    card = a_card(**LONG)

    for render in (render_card_sheet_pdf, render_card_sheet):
        with pytest.raises(CardsNotPrintedError) as refusal:
            render([a_card(), card])
        assert {problem.field for problem in refusal.value.problems} >= {"what_i_do", "three_things.3"}
    assert all("Shorten it by" in problem.remedy for problem in refusal.value.problems)


def shortened(card: IntroductionCard) -> IntroductionCard:
    """Do as the findings say."""
    facts = dict(card)
    for finding in fit_problems(card):
        fewer = int(next(word for word in finding.remedy.split() if word.isdigit()))
        name, _, number = finding.field.partition(".")
        if number and name == "three_things":
            things = list(facts[name])
            things[int(number) - 1] = things[int(number) - 1].strip()[:-fewer] or "-"
            facts[name] = tuple(things)
        else:
            facts[name] = facts[name].strip()[:-fewer]
    return IntroductionCard.model_validate(facts)


def test_a_card_shortened_as_it_was_told_fits() -> None:
    card = a_card(**LONG)
    in_welsh = fit_problems(card, language="cy")

    assert [each.field for each in in_welsh] == [each.field for each in fit_problems(card)]
    assert all("Byrha ef o " in each.remedy and "ffitio" in each.what for each in in_welsh)

    assert fit_problems(card)
    assert fit_problems(shortened(card)) == []
    assert len(pages(render_card_pdf(shortened(card)))) == 1


WORDS = st.text(st.sampled_from("aŵłжم iW.😀-'\u202e\u0301"), min_size=1, max_size=80).filter(
    lambda text: bool(text.strip())
)


@settings(max_examples=10, deadline=None)
@given(name=WORDS, thing=WORDS, what=WORDS, hours=WORDS)
def test_whatever_is_written_stands_inside_the_card_or_is_refused(name: str, thing: str, what: str, hours: str) -> None:
    card = a_card(name=name, three_things=(thing, thing, thing), what_i_do=what, hours=hours)

    if fit_problems(card) or glyph_problems(card):
        with pytest.raises(CardsNotPrintedError):
            render_card_pdf(card)
        return
    (page,) = pages(render_card_pdf(card))
    assert all(c["x0"] >= -0.1 and c["x1"] <= page.width + 0.1 and c["bottom"] <= page.height + 0.1 for c in page.chars)


def test_a_council_gives_its_colours() -> None:
    (page,) = pages(render_card_pdf(a_card(), theme=CardTheme(main="#5b2a86")))
    filled = {
        tuple(round(part * 255) for part in shape["non_stroking_color"])
        for shape in (*page.rects, *page.curves)
        if isinstance(shape["non_stroking_color"], tuple)
    }

    assert (0x5B, 0x2A, 0x86) in filled


@pytest.mark.parametrize("designs", [[], [CardDesign.WAVE], [CardDesign.WAVE] * 3])
def test_there_is_one_design_for_each_card(designs: Sequence[CardDesign]) -> None:
    with pytest.raises(RenderError, match="one for each"):
        render_card_sheet_pdf([a_card(), a_card()], design=designs)
    assert len(pages(render_card_sheet_pdf([a_card(), a_card()], design=[CardDesign.FRAME, CardDesign.PLAIN]))) == 1


def test_no_cards_are_refused() -> None:
    for render in (render_card_sheet_pdf, render_card_sheet):
        with pytest.raises(RenderError, match="no cards"):
            render([])


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_profile_is_one_page_with_every_word(language: str) -> None:
    card = a_card(language=language, picture=Picture(alt="A kite", media_type=PictureType.JPEG, data=jpeg()))
    facts = dict(card) | {"liked": ("You listen",), "support": "Tell me early when a plan does not suit you."}

    (page,) = pages(render_profile_pdf(WorkerProfile.model_validate(facts)))
    text = " ".join(page.extract_text().split())

    assert (round(page.width * POINT), round(page.height * POINT)) == (210, 297)
    for words in (*card.three_things, "You listen", "Tell me early", "020 7946 0100", "Made-up Kim"):
        assert words in text


def test_a_profile_with_more_ways_than_a_page_holds_is_refused() -> None:
    ways = [{"kind": "call", "label": "A long label for this way", "value": "01632 960002"}] * 60

    with pytest.raises(CardsNotPrintedError, match="ways: does not fit on a page"):
        render_profile_pdf(WorkerProfile.model_validate(dict(a_card()) | {"ways": ways}))


def test_a_card_with_every_glyph_has_no_glyph_problems() -> None:
    assert [glyph_problems(a_card(name=name)) for name in NAMES] == [[]] * len(NAMES)
