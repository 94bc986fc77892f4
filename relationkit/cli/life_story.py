"""``relationkit life-story check``: dates of a life story that cannot be true, and its hard words explained."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.board import OWNER_ONLY
from relationkit.cli.books import read_text
from relationkit.cli.clocks import london_words
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.files import write_whole
from relationkit.cli.sources import InvalidOptionError, moment
from relationkit.errors import InvalidRecordError, UnreadableSourceError
from relationkit.lifestory import (
    CareWord,
    LifeStory,
    TimelineFinding,
    Verdict,
    check_timeline,
    record_check,
    words_explained,
)
from relationkit.render import Overview, OverviewFigure, OverviewSection, OverviewTable, render_overview
from relationkit.text_files import NotReadableError, json_of, toml_of

__all__ = ["check_story"]

FINDING_HEADINGS: Final = ("verdict", "rule", "lines", "what", "remedy", "source")

#: The verdicts in the order of their urgency, and how they read.
VERDICTS: Final = {
    Verdict.CANNOT_BE_TRUE: "cannot be true",
    Verdict.ASK: "ask somebody",
    Verdict.COULD_NOT_BE_JUDGED: "could not be judged",
}

LEAD: Final = (
    "{lines} lines, checked on {now}. What is not listed can be true; whether it is, a birth certificate says, and "
    "whoever was there. For the team only: it holds what the story says of people."
)


def check_story(file: Path, checked_by: str | None, page: Path | None, now: str | None, form: str) -> int:
    """Print what was found; return 1 when a date cannot be true."""
    at = moment(now)
    story = read_story(file)
    if checked_by is not None and file.suffix.lower() != ".json":
        raise InvalidOptionError("--checked-by: a check is kept in a story that is written as .json. Save it as one.")
    findings = check_timeline(story, now=at)
    words = words_explained("\n".join(event.what for event in story.events))
    if checked_by is not None:
        story = record_check(story, checked_by=checked_by, now=at)
        write_whole(file, story.model_dump_json(indent=2) + "\n", mode=OWNER_ONLY)
        output.note(f"{file}: that {checked_by} checked it is kept with the story.")
    if page is not None:
        write_whole(page, render_overview(page_of(story, findings, words, london_words(at))), mode=OWNER_ONLY)
        output.note(f"{page}: what was found, as a page. It holds what the story says of people.")
    if form == "json":
        output.print_json(document_of(story, findings, words))
    elif form == "csv":
        output.print_csv(FINDING_HEADINGS, map(cells, findings))
    else:
        print_findings(story, findings, words)
    return OVERDUE if any(each.verdict is Verdict.CANNOT_BE_TRUE for each in findings) else ALL_WELL


def read_story(file: Path) -> LifeStory:
    """Return the story that a JSON or TOML file tells.

    Raises:
        InvalidRecordError: It describes no story; names the file, and says every slip in it.
        UnreadableSourceError: It is not JSON, or not TOML.
    """
    text = read_text(file)
    kind, read = ("TOML", toml_of) if file.suffix.lower() == ".toml" else ("JSON", json_of)
    try:
        told = read(text)
    except NotReadableError as error:
        raise UnreadableSourceError(file.name, f"this is not {kind}: {error}", "Correct that line") from None
    try:
        return LifeStory.model_validate(told) if kind == "TOML" else LifeStory.model_validate_json(text)
    except InvalidRecordError as refusal:
        problems = [replace(problem, where=f"{file.name}, {problem.where}") for problem in refusal.problems]
        raise InvalidRecordError(refusal.record, refusal.record_id, problems) from None


def cells(finding: TimelineFinding) -> tuple[object, ...]:
    """Return one finding's cells, under ``FINDING_HEADINGS``."""
    rule = finding.rule
    return (finding.verdict.value, rule.name, " ".join(finding.event_ids), finding.what, rule.remedy, rule.source)


def document_of(story: LifeStory, findings: Sequence[TimelineFinding], words: Sequence[CareWord]) -> dict[str, Any]:
    """Return what was found as one JSON object."""
    return {
        "child_id": story.child_id,
        "lines": len(story.events),
        "is_checked_as_it_stands": story.is_checked_as_it_stands,
        "checks": [check.model_dump(mode="json") for check in story.checks],
        "findings": [dict(zip(FINDING_HEADINGS, cells(finding), strict=True)) for finding in findings],
        "words": [{"word": word.word, "means": word.means, "source": word.source} for word in words],
    }


def finding_rows(findings: Sequence[TimelineFinding]) -> list[tuple[str, str, str]]:
    """Return the findings as people read them, the most urgent first."""
    order = list(VERDICTS)
    by_urgency = sorted(findings, key=lambda each: order.index(each.verdict))
    return [(VERDICTS[each.verdict], ", ".join(each.event_ids), each.in_words) for each in by_urgency]


def checked_words(story: LifeStory) -> str:
    """Return who checked the story last, and whether it was told otherwise since."""
    if not story.checks:
        return "Nobody has checked this story yet. Checking it with --checked-by keeps that you did."
    last = story.checks[-1]
    since = "" if story.is_checked_as_it_stands else " It was changed since then."
    return f"Last checked by {last.checked_by} on {london_words(last.checked_at)}.{since}"


def print_findings(story: LifeStory, findings: Sequence[TimelineFinding], words: Sequence[CareWord]) -> None:
    """Print the findings, then the words, then who checked."""
    output.print_table(f"Dates of {story.child_id}", ("Verdict", "Lines", "What was found"), finding_rows(findings))
    if words:
        rows = [(word.word, word.means, word.source) for word in words]
        output.print_table("Hard words in it, in plain English", ("Word", "Means", "Source"), rows)
    output.print_lines([checked_words(story)])


def page_of(story: LifeStory, findings: Sequence[TimelineFinding], words: Sequence[CareWord], now: str) -> Overview:
    """Return what was found as a page."""
    counts = Counter(each.verdict for each in findings)
    dates = OverviewTable("What was found", ("Verdict", "Lines", "What, and what to do"), finding_rows(findings))
    told = [(event.id, event.when or "no date", event.what) for event in story.events]
    hard = OverviewTable(
        "Hard words", ("Word", "Means", "Source"), [(word.word, word.means, word.source) for word in words]
    )
    return Overview(
        title="A life story, checked",
        lead=LEAD.format(lines=len(story.events), now=now),
        figures=[OverviewFigure(str(counts[verdict]), said) for verdict, said in VERDICTS.items()],
        sections=[
            OverviewSection("dates", "Dates", [checked_words(story)], [dates] if findings else []),
            OverviewSection("words", "Words", ["In plain English, for whoever reads it to the child."], [hard])
            if words
            else OverviewSection("words", "Words", ["No hard word that we know is in it."]),
            OverviewSection(
                "lines", "Lines", tables=[OverviewTable("As they are told", ("Line", "When", "What"), told)]
            ),
        ],
    )
