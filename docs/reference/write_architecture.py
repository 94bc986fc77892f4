"""Draw the rooms and what they import, and list them: ``python docs/reference/write_architecture.py``.

The picture is made anew, and of the page what stands between its two marks; the rest is written by hand.
"""

import importlib
import re
import tomllib
from functools import cache
from html import escape
from pathlib import Path

import relationkit

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
PICTURE = PAGE.with_name("architecture.svg")

START, END = "<!-- rooms -->\n", "<!-- /rooms -->\n"
IMPORTED = re.compile(r"^\s*(?:from|import) relationkit\.(\w+)", re.MULTILINE)

WIDTH, ROW, BOX = 1160, 92, 34
ALONE = (0.5, 0.12, 0.88)  #: where a room that is alone in its layer stands, so that few lines pass behind it


@cache
def imports() -> dict[str, set[str]]:
    """Return, for each room, the rooms that its files import."""
    found: dict[str, set[str]] = {room: set() for room in relationkit.__all__}
    package = Path(relationkit.__file__).parent
    for room, reads in found.items():
        files = sorted((package / room).rglob("*.py")) if (package / room).is_dir() else [package / f"{room}.py"]
        for file in files:
            reads |= set(IMPORTED.findall(file.read_text(encoding="utf-8")))
        reads -= {room}
    return found


def layers() -> list[list[str]]:
    """Return the layers of the contract, the top one first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return [[room.strip() for room in layer.split("|")] for layer in contracts[0]["layers"]]


def drawn(reads: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return the lines of the picture: from a room to one that it imports and reaches in no other way."""

    @cache
    def reached(room: str) -> set[str]:
        return reads[room].union(*(reached(below) for below in reads[room]))

    return [
        (room, below)
        for room in sorted(reads)
        for below in sorted(reads[room])
        if not any(below in reached(other) for other in reads[room] - {below})
    ]


def picture_text() -> str:
    """Return the picture as the file holds it."""
    places = {
        room: (WIDTH * ((column + 0.5) / len(layer) if len(layer) > 1 else ALONE[row % 3]), 20 + ROW * row)
        for row, layer in enumerate(layers())
        for column, room in enumerate(layer)
    }
    height = 20 + ROW * (len(layers()) - 1) + BOX + 20
    lines = [
        f'<path d="M{x:.0f} {y + BOX} C{x:.0f} {y + BOX + 34:.0f} {to_x:.0f} {to_y - 34:.0f} {to_x:.0f} {to_y}"/>'
        for room, below in drawn(imports())
        for (x, y), (to_x, to_y) in [(places[room], places[below])]
    ]
    boxes = [
        f'<rect x="{x - 66:.0f}" y="{y}" width="132" height="{BOX}" rx="5"/>'
        f'<text x="{x:.0f}" y="{y + 22}">{escape(room)}</text>'
        for room, (x, y) in places.items()
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            "<title>The rooms of relationkit and what they import</title>",
            (
                "<style>path{fill:none;stroke:#5a6b7b;stroke-width:1.2}rect{fill:#eef4f8;stroke:#1d4e6b;stroke-width:1.4}"
                "text{font:15px system-ui,sans-serif;text-anchor:middle;fill:#12232e}</style>"
            ),
            f'<rect width="{WIDTH}" height="{height}" style="fill:#fff;stroke:none"/>',
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def page_text() -> str:
    """Return the page as the file holds it."""
    reads, rows = imports(), ["| Room | What it is for | Imports |\n|---|---|---|\n"]
    for layer in layers():
        for room in layer:
            said = (importlib.import_module(f"relationkit.{room}").__doc__ or "").partition("\n\n")[0]
            below = ", ".join(f"`{name}`" for name in sorted(reads[room])) or "nothing"
            rows.append(f"| `{room}` | {' '.join(said.split()).replace('``', '`')} | {below} |\n")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    return before + START + "".join(rows) + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
    PICTURE.write_text(picture_text(), encoding="utf-8")
