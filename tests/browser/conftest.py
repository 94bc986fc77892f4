"""Pages in a real browser: Chromium from the system, driven by Playwright.

``CHROMIUM`` names the browser where it is not on the path. Where it, or a package of the extra ``dev``, is missing,
these tests skip and say so.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Route

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: The longest that any one step may take, in milliseconds.
PATIENCE = 30_000


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """Start the system's Chromium; it is closed after the tests of the module."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on the path; install it, or name it in CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS, timeout=PATIENCE)
        yield browser
        browser.close()


@dataclass
class Window:
    """An open page, and what it did that nobody asked of it.

    Attributes:
        asked: The addresses that the page itself asked for, in order. They are refused.
        failed: What its scripts threw, what the console complained of, and the dialogs that opened.
    """

    page: "Page"
    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.failed.append(str(error)))
        self.page.on("console", self._complained)
        self.page.on("dialog", self._opened_a_dialog)
        self.page.context.route("**/*", self._let_through_the_page_only)

    def _complained(self, line: "ConsoleMessage") -> None:
        if line.type in {"error", "warning"}:
            self.failed.append(line.text)

    def _opened_a_dialog(self, dialog: "Dialog") -> None:
        self.failed.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _let_through_the_page_only(self, route: "Route", request: "Request") -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            route.continue_()
        else:
            self.asked.append(request.url)
            route.abort()


@pytest.fixture
def look(chromium: "Browser", tmp_path: Path) -> Iterator[Callable[..., Window]]:
    """Return a function that opens HTML, a file or an address in a window of its own; all close afterwards."""
    contexts = []

    def open_window(what: str | Path, *, width: int = 1280, has_script: bool = True) -> Window:
        if isinstance(what, str) and what.lstrip().startswith("<"):
            file = tmp_path / "page.html"
            file.write_text(what, encoding="utf-8")
            what = file
        contexts.append(chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=has_script))
        window = Window(contexts[-1].new_page())
        window.page.goto(what.as_uri() if isinstance(what, Path) else what)
        return window

    yield open_window
    for context in contexts:
        context.close()
