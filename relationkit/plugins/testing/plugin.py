"""The report of the kit, for pytest: ``pytest -p relationkit.plugins.testing.plugin --relationkit-report=FILE``.

Not loaded by itself: name it with ``-p``, or in ``pytest_plugins`` of the top ``conftest.py``.
"""

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins.testing.report import AdapterReport, Outcome, as_json, as_markdown, outcome_of
from relationkit.plugins.testing.telling import line_of, told

__all__ = ["ReportWriter"]

#: How a report is written, by the ending of its file.
_ENDINGS = {".json": as_json, ".md": as_markdown}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--relationkit-report``."""
    group = parser.getgroup("relationkit")
    group.addoption(
        "--relationkit-report",
        metavar="FILE",
        action="append",
        default=[],
        help="Write what the conformance kit found, as .json or .md; may be given twice.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collect what is found, in the process that writes it."""
    files = [Path(name) for name in config.getoption("relationkit_report") or ()]
    if wrong := [str(path) for path in files if path.suffix not in _ENDINGS]:
        raise pytest.UsageError(f"--relationkit-report={wrong[0]}: name a file that ends in .json or .md")
    if files and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ReportWriter(files), "relationkit-report")


class ReportWriter:
    """Hears how each test ended, also from the workers of pytest-xdist, and writes the report at the end."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = list(files)
        self._reports: dict[str, AdapterReport] = {}
        self._is_ours = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note whether the test is one of the kit's."""
        self._is_ours = hasattr(getattr(item, "function", None), "kit_test")

    @pytest.hookimpl(wrapper=True)
    def pytest_assertrepr_compare(
        self, op: str, left: object, right: object
    ) -> Generator[None, list[list[str] | None], list[list[str] | None]]:
        """Say what came and what was expected in a line, before what pytest says of it."""
        lines = yield
        if not self._is_ours:
            return lines
        return [[told(op, left, right), *(line for each in lines for line in each or ())]]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test of the kit says about itself and its adapter."""
        words: list[Any] = [value for name, value in report.user_properties if name == "relationkit"]
        if not words:
            return
        name = report.nodeid.rpartition("::")[0]
        about = self._reports.setdefault(name, AdapterReport(words[0]["class"]))
        for word in words:
            if "adapter" in word:
                about.adapter = word["adapter"]
                about.capabilities, about.keeps = tuple(word["capabilities"]), tuple(word["keeps"])
        if report.when == "call" or report.outcome != "passed":
            outcome, why = outcome_of(report.outcome, getattr(report, "wasxfail", None), line_of(report))
            about.add(words[0]["id"], outcome, why)

    def pytest_sessionfinish(self) -> None:
        """Write the files."""
        for path in self._files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_ENDINGS[path.suffix](self._reports.values()), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say where they are, and how many gaps there are."""
        gaps = sum(each.outcome is Outcome.GAP for report in self._reports.values() for each in report.results.values())
        for path in self._files:
            terminalreporter.write_line(f"conformance report: {path} ({gaps} known gaps)")
