"""How long 100 cards on ten sheets take, beside fpdf2 drawing the same boxes, pictures and lines by hand, in one run.

    python benchmarks/cards.py [--rows 100] [--rounds 5]

The lanes draw the same: ``by hand`` is given every line's place and draws it with fpdf2 alone, ``ours`` starts from the
cards, checks that they fit and draws them, ``page`` writes the same cards as HTML. Each card has its own words, and a
picture of its own. Processor time, the median of the rounds, lanes taking turns. Everybody is synthetic.
"""

import argparse
import gc
import io
import statistics
import time
from collections.abc import Callable

from fpdf import FPDF
from PIL import Image

from relationkit.profiles import CardDesign, CardTheme, IntroductionCard, Picture, PictureType
from relationkit.render import render_card_sheet, render_card_sheet_pdf
from relationkit.render.card_layout import CODE, HEIGHT, PAD, PICTURE, WIDTH, lay_out
from relationkit.render.codes import _code, qr_png
from relationkit.render.printed_cards import CUTS, PrintedCard, card_places, prepare, sheets_of
from relationkit.render.type_metrics import POINT, font_path


def photo(number: int) -> Picture:
    file = io.BytesIO()
    Image.effect_mandelbrot((240, 240), (-2, -1.5, 1, 1.5), 20 + number % 60).convert("RGB").save(file, "JPEG")
    return Picture(alt="A made-up picture", media_type=PictureType.JPEG, data=file.getvalue())


def synthetic_cards(count: int) -> list[IntroductionCard]:
    call = {"kind": "call", "label": "Call me", "value": "07700 900101"}
    duty = {"name": "Duty team", "ways": [{"kind": "call", "label": "Any time", "value": "020 7946 0100"}]}
    return [
        IntroductionCard.model_validate(
            {
                "worker_id": f"W{number}",
                "name": f"Made-up Worker {number}",
                "what_i_do": "I visit you, listen to you, and sort out the things we agree on.",
                "three_things": (
                    f"I grow {number} tomatoes",
                    "I am learning the drums",
                    f"My dog is {number} years old",
                ),
                "ways": [call, call | {"kind": "text", "label": "Text me"}],
                "hours": "Monday to Friday, 9 to 5",
                "duty": duty,
                "picture": photo(number),
                "valid_from_on": "2025-03-10",
            }
        )
        for number in range(count)
    ]


def by_hand(ready: list[PrintedCard]) -> bytes:
    """Draw boxes, pictures and lines at places worked out before, with nothing but fpdf2."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(auto=False)
    for style, is_bold in (("", False), ("B", True)):
        pdf.add_font("card", style, font_path(is_bold=is_bold))
    for sheet in sheets_of(ready):
        pdf.add_page()
        for start, end in CUTS:
            pdf.line(*start, *end)
        for each, (x, y) in zip(sheet, card_places(), strict=False):
            pdf.set_fill_color("#ffffff")
            pdf.rect(x + PAD, y + 20, WIDTH - 2 * PAD, 0.2, style="F")
            pdf.set_fill_color("#ffd874")
            pdf.rect(x + PAD - 0.4, y + PAD - 1.4, PICTURE + 0.8, PICTURE + 0.8, style="F")
            pdf.image(io.BytesIO(each.card.picture.data), x + PAD, y + PAD - 1, PICTURE, PICTURE)
            pdf.rect(x + WIDTH - PAD - CODE + 1, y + PAD - 1, CODE, CODE, style="F")
            pdf.image(io.BytesIO(qr_png(each.link)), x + WIDTH - PAD - CODE + 1, y + PAD - 1, CODE, CODE)
            for line in LINES[each.card.worker_id]:
                if line.marker:
                    pdf.ellipse(x + line.x - 2.2, y + line.y - line.size * POINT * 0.5, 1.1, 1.1, style="F")
                pdf.set_font("card", "B" if line.is_bold else "", line.size)
                pdf.set_text_color("#22302f")
                pdf.text(x + line.x, y + line.y, line.text)
    assert HEIGHT == 54
    return bytes(pdf.output())


LINES = {}


def seconds(lane: Callable[[], object]) -> float:
    gc.collect()  # what the lane before left behind is not this one's to clear
    start = time.process_time()
    lane()
    return time.process_time() - start


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100, help="cards, at most 200")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    cards = synthetic_cards(min(chosen.rows, 200))
    ready = prepare(cards, CardDesign.PLAIN, None, has_bundled_font=True)
    LINES.update({each.card.worker_id: lay_out(each.card, each.size).lines for each in ready})
    lanes = {
        "by hand": lambda: by_hand(ready),
        "ours": lambda: render_card_sheet_pdf(cards, design=CardDesign.PLAIN, theme=CardTheme()),
        "page": lambda: render_card_sheet(cards, design=CardDesign.PLAIN),
    }
    for lane in lanes.values():
        lane()
    _code.cache_clear()
    qr_png.cache_clear()
    render_card_sheet_pdf(cards)
    print(f"codes made for {len(cards)} cards with one link: {_code.cache_info().misses}")
    rounds = [{name: seconds(lane) for name, lane in lanes.items()} for _ in range(chosen.rounds)]
    floor = statistics.median(each["by hand"] for each in rounds)
    print(f"{len(cards)} cards, {chosen.rounds} rounds; fpdf2 by hand: {floor:.2f} s")
    ours = statistics.median(each["ours"] / each["by hand"] for each in rounds)
    page = statistics.median(each["by hand"] / each["page"] for each in rounds)
    print(f"PDF: {ours:.2f} times fpdf2 by hand (bar 1.5)")
    print(f"HTML: {page:.1f} times as fast as fpdf2 by hand (bar 20)")


if __name__ == "__main__":
    main()
