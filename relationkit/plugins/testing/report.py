"""What a run of the kit found, as a report: JSON for programs, Markdown for people, a verdict for each level.

It holds ids, kinds, versions and reasons, and of what was read no more than ids, codes, days and counts: never a name
nor anybody's words.
"""

import json
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version

from relationkit import __version__
from relationkit.plugins.specs import API_VERSION
from relationkit.plugins.testing.catalogue import ADVISED, KitTest, Level
from relationkit.plugins.testing.conformance import KIT_TESTS
from relationkit.plugins.testing.harness import HARNESS_FAILED

__all__ = ["AdapterReport", "Outcome", "Result", "as_json", "as_markdown", "is_conformant"]


class Outcome(StrEnum):
    """How one test ended."""

    PASSED = "passed"
    FAILED = "failed"
    #: It failed, as was declared, with the reason.
    GAP = "gap"
    #: It failed and only advises.
    ADVISED = "advised"
    #: The source does not hold or keep what it is about.
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """One test over one adapter.

    Attributes:
        test: The test.
        outcome: How it ended.
        why: The gap's reason, what was skipped, or the failure in one line; empty when it passed.
    """

    test: KitTest
    outcome: Outcome
    why: str = ""

    @property
    def remedy(self) -> str:
        """What to do about it: the test's own remedy, unless it was the harness that failed, whose line says it."""
        return "" if self.why.startswith(HARNESS_FAILED) else self.test.remedy


@dataclass(slots=True)
class AdapterReport:
    """What one run found about one adapter.

    Attributes:
        name: Of the class of tests, or the harness.
        adapter: As users write it before the colon; empty when it could not be opened.
        capabilities: The kinds that it holds.
        keeps: The optional ports that it has.
        results: By the id of the test.
    """

    name: str
    adapter: str = ""
    capabilities: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    results: dict[str, Result] = field(default_factory=dict)

    def add(self, test_id: str, outcome: Outcome, why: str = "") -> None:
        """Keep how a test ended; a failure is not made good by what came before or after it."""
        if test_id not in self.results or outcome is Outcome.FAILED:
            self.results[test_id] = Result(KIT_TESTS[test_id], outcome, why)

    def verdict(self, level: Level) -> str:
        """Return ``"passed"``, ``"passed with gaps"``, ``"failed"``, or ``"not run"`` where nothing of it was."""
        found = {each.outcome for each in self.results.values() if each.test.level is level}
        if Outcome.FAILED in found:
            return "failed"
        if found & {Outcome.GAP, Outcome.ADVISED}:
            return "passed with gaps"
        return "passed" if found else "not run"

    def in_order(self) -> Iterator[Result]:
        """Yield the results by the id of the test."""
        yield from (result for _, result in sorted(self.results.items()))


def is_conformant(report: AdapterReport) -> bool:
    """Return whether every promise was kept, or declared as a gap; ``False`` where nothing was run."""
    return report.verdict(Level.MUST).startswith("passed") and report.verdict(Level.SHOULD) != "failed"


def outcome_of(outcome: str, expected: str | None, text: str) -> tuple[Outcome, str]:
    """Return how a test ended, from what pytest says of it.

    Args:
        outcome: ``"passed"``, ``"failed"`` or ``"skipped"``.
        expected: The reason of an expected failure; ``None`` without one.
        text: The reason of a skip, or the failure in one line.
    """
    if outcome == "skipped" and expected is not None:
        reason = expected.removeprefix("reason: ")
        advised = reason.startswith(ADVISED)
        return (Outcome.ADVISED if advised else Outcome.GAP), reason.removeprefix(ADVISED)
    return Outcome(outcome), "" if outcome == "passed" else text


def as_json(reports: Iterable[AdapterReport]) -> str:
    """Return the reports for programs; ``adapters`` has one for each class of tests."""
    adapters = [
        {
            "name": each.name,
            "adapter": each.adapter,
            "capabilities": list(each.capabilities),
            "keeps": list(each.keeps),
            "is_conformant": is_conformant(each),
            "verdicts": {level.value: each.verdict(level) for level in Level},
            "tests": [
                {"id": result.test.id, "level": result.test.level.value, "since": result.test.since,
                 "test": result.test.name, "outcome": result.outcome.value, "why": result.why,
                 "says": in_words(result.test), "remedy": result.remedy}
                for result in each.in_order()
            ],
        }
        for each in reports
    ]  # fmt: skip
    return json.dumps({"versions": _versions(), "adapters": adapters}, indent=2, ensure_ascii=False) + "\n"


def as_markdown(reports: Iterable[AdapterReport]) -> str:
    """Return the reports for people: verdicts first, then what was not passed, with its remedy, then every test."""
    lines = ["# Conformance report", "", ", ".join(f"{name} {each}" for name, each in _versions().items()), ""]
    for each in reports:
        lines += [f"## {_cell(each.name)}", "", *_head(each), "", *_open_points(each), *_table(each), ""]
    return "\n".join(lines)


def _head(report: AdapterReport) -> Iterator[str]:
    yield f"- Adapter: {_cell(report.adapter) or 'could not be opened'}"
    yield f"- Holds: {', '.join(report.capabilities) or 'nothing'}"
    yield f"- Keeps: {', '.join(report.keeps) or 'nothing; it is only read'}"
    for level in Level:
        outcomes = [result.outcome for result in report.results.values() if result.test.level is level]
        counts = ", ".join(f"{outcomes.count(each)} {each}" for each in Outcome if each in outcomes)
        yield f"- {level.value}: **{report.verdict(level)}**" + (f" ({counts})" if counts else "")


def _open_points(report: AdapterReport) -> Iterator[str]:
    for result in report.in_order():
        if result.outcome in (Outcome.FAILED, Outcome.GAP, Outcome.ADVISED):
            yield f"**{result.test.id}, {result.outcome}.** {_cell(result.why)}"
            yield ""
            if result.remedy:
                yield f"Why it matters: {result.test.reason} Remedy: {result.remedy}"
                yield ""


def _table(report: AdapterReport) -> Iterator[str]:
    yield "| Test | Level | Says | Outcome |"
    yield "|---|---|---|---|"
    for result in report.in_order():
        said = f"{result.outcome}: {_cell(result.why)}" if result.outcome is Outcome.SKIPPED else result.outcome
        yield f"| {result.test.id} | {result.test.level} | {in_words(result.test)} | {said} |"


def in_words(test: KitTest) -> str:
    """Return what a test holds an adapter to, from its name."""
    return test.name.removeprefix("test_").replace("_", " ")


def _versions() -> dict[str, str]:
    api = ".".join(map(str, API_VERSION))
    return {"relationkit": __version__, "api": api, "python": platform.python_version(), "pytest": version("pytest")}


def _cell(text: str) -> str:
    """Return the text as one line that no table or heading takes for its own marks."""
    return " ".join(text.replace("|", r"\|").replace("<", "&lt;").split())
