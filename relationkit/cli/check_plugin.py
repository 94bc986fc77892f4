"""``relationkit check-plugin``: the conformance kit over a harness, without a test file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.sources import InvalidOptionError
from relationkit.errors import MissingExtraError

__all__ = ["check_plugin"]

_ENDINGS: Final = (".json", ".md")
#: How many tests that say the same are named.
_NAMED: Final = 5


def check_plugin(target: str, report: Path | None, *, as_json: bool) -> int:
    """Print what the kit found; return 1 when a promise is neither kept nor declared as a gap."""
    if report is not None and report.suffix not in _ENDINGS:
        raise InvalidOptionError(f"check-plugin: --report {report}: name a file that ends in .json or .md.")
    try:
        from relationkit.plugins.testing.checking import HarnessError, check_harness
    except ModuleNotFoundError as error:
        raise MissingExtraError("check-plugin", extra="testing") from error
    try:
        with output.watch("Trying each promise"):
            run = check_harness(target)
    except HarnessError as error:
        raise InvalidOptionError(f"check-plugin: {error}") from error
    if report is not None:
        report.write_text(run.json if report.suffix == ".json" else run.markdown, encoding="utf-8")
    if as_json:
        output.print_lines([run.json.rstrip()])
    else:
        _print(run.adapter)
    return ALL_WELL if run.adapter["is_conformant"] else OVERDUE


def _print(adapter: dict[str, Any]) -> None:
    """Print every test that is not simply passed or skipped, those that say the same together; then the verdicts."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for test in adapter["tests"]:
        if test["outcome"] not in ("passed", "skipped"):
            found.setdefault((test["outcome"], test["why"]), []).append(test)
    for (outcome, why), tests in found.items():
        output.print_lines(_told(outcome, why, tests))
    outcomes = [test["outcome"] for test in adapter["tests"]]
    counts = ", ".join(f"{outcomes.count(each)} {each}" for each in dict.fromkeys(sorted(outcomes)))
    verdicts = "; ".join(f"{level}: {verdict}" for level, verdict in adapter["verdicts"].items())
    output.print_lines([f"{adapter['adapter'] or adapter['name']}: {counts}.", f"{verdicts}."])


def _told(outcome: str, why: str, tests: Sequence[dict[str, str]]) -> Iterator[str]:
    """Yield what a test found: which promise, what came and what was expected, what to do."""
    first, *others = tests
    yield f"{first['id']} ({first['level']}, {outcome}): {first['says']}"
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        yield f"  The same in {', '.join(test['id'] for test in others[:_NAMED])}{more}."
    yield f"  {why}"
    if first["remedy"] and outcome != "gap":
        yield f"  Remedy: {first['remedy']}"
    yield ""
