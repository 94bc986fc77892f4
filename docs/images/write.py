"""Draw the picture of the README from a demo: ``python docs/images/write.py``. It needs Chromium and ``[dev]``."""

import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from relationkit.cli.app import run

#: As much of the page as a reader takes in, in CSS pixels.
WIDTH, HEIGHT = 1280, 1500
NOW = "2025-03-10T09:00+00:00"


def draw(picture: Path) -> None:
    """Make a council, photograph the top of its page, and keep it in few colours."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        out = Path(folder) / "demo"
        run(["demo", "--out", str(out), "--children", "100", "--now", NOW])
        browser = play.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto((out / "index.html").as_uri())
        page.screenshot(path=picture)
        browser.close()
    Image.open(picture).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(picture, optimize=True)


if __name__ == "__main__":
    draw(Path(__file__).with_name("week.png"))
