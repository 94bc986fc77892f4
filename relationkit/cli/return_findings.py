"""``relationkit check-return``, and what its findings do to a count."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL, BAD_INPUT
from relationkit.cli.sources import last_reporting_year, moment, opened
from relationkit.england import CountEffect, Finding, ReturnRule, check_child, return_rules
from relationkit.errors import SourceError
from relationkit.plugins import CaseReader, SupportsReturnRules
from relationkit.plugins.adapters.problems import showable
from relationkit.records import london_day

__all__ = ["FINDING_HEADINGS", "children_not_to_count", "findings_of", "show_findings"]

FINDING_HEADINGS: Final = ("child_id", "rule", "file", "row", "field", "found", "count", "means", "remedy", "standing")

#: The cell of a row that each column is kept as.
_CELL_OF: Final = {"SW_ID": "worker", "SW_DECOM": "started", "SW_DEC": "ended"}


def show_findings(
    source: str, year: int | None, last_year: str | None, now: str | None, form: str, limit: int, *, is_every_rule: bool
) -> int:
    """Print what the rules of the return find in it; return the exit code."""
    reporting_year = year or last_reporting_year(london_day(moment(now)))
    rules = return_rules(reporting_year, is_every_rule=is_every_rule)
    with ExitStack() as stack:
        reader = stack.enter_context(opened(source))
        before = None if last_year is None else _statutory(stack.enter_context(opened(last_year)))
        statutory = _statutory(reader)
        judged, left = _that_can_be_judged(rules, statutory, has_last_year=before is not None)
        findings = list(findings_of(statutory, judged, reporting_year, before))
        problems = list(reader.problems)
    if form == "json":
        rows: dict[str, Any] = {
            "source": reader.source,
            "year": reporting_year,
            "rules": [rule.code for rule in judged],
            "not_judged": [{"rule": rule.code, "needs": rule.needs} for rule in left],
            "findings": [dict(zip(FINDING_HEADINGS, finding_row(finding), strict=True)) for finding in findings],
            "problems": output.problem_rows(problems),
        }
        output.print_json(rows)
    elif form == "csv":
        output.show_problems(problems)
        output.print_csv(FINDING_HEADINGS, map(finding_row, findings))
    else:
        output.show_problems(problems)
        _print_tables(findings, reporting_year, len(judged), limit)
    if form != "json" and left:
        lacking = "; ".join(f"{rule.code} without {rule.needs}" for rule in left)
        output.note(f"Note: Could not be judged: {lacking}.")
    return BAD_INPUT if findings or problems else ALL_WELL


def findings_of(
    reader: SupportsReturnRules,
    rules: Sequence[ReturnRule],
    year: int,
    last_year: SupportsReturnRules | None = None,
) -> Iterator[Finding]:
    """Yield what the rules find, by child id, then in the order of the rules."""
    with output.watch("Checking children") as counted:
        for child in counted(reader.returned_children(last_year)):
            yield from check_child(child, rules, year)


def children_not_to_count(reader: CaseReader, year: int) -> dict[str, list[str]]:
    """Return the children whose count the return's own rules find wrong, by id, each with the rules' codes.

    Empty for a source that is no statutory return, and for a year before its table was collected.
    """
    rules = [rule for rule in return_rules(year) if rule.effect is CountEffect.WRONG]
    if not rules or not isinstance(reader, SupportsReturnRules) or "SWEpisodes" not in reader.tables:
        return {}
    judged, _ = _that_can_be_judged(rules, reader, has_last_year=False)
    found: dict[str, list[str]] = {}
    for finding in findings_of(reader, judged, year):
        if finding.effect is CountEffect.WRONG and finding.rule.code not in found.setdefault(finding.child_id, []):
            found[finding.child_id].append(finding.rule.code)
    return found


def finding_row(finding: Finding) -> tuple[object, ...]:
    """Return one finding's cells, under ``FINDING_HEADINGS``; of what stands in a cell only dates and ids are shown."""
    rule, row, field = finding.rule, finding.broken.row, finding.broken.field
    file, number = (None, None) if row is None else (row.file, row.number)
    found = showable("id", getattr(row, _CELL_OF.get(field, ""), None))
    where = (finding.child_id, rule.code, file, number, field, found)
    return (*where, str(finding.effect), rule.means, rule.remedy, str(rule.standing))


def _statutory(reader: CaseReader) -> SupportsReturnRules:
    """Return the reader, if it is over a statutory return that has the table of social workers.

    Raises:
        SourceError: It is not.
    """
    if not isinstance(reader, SupportsReturnRules):
        raise SourceError(reader.source, "this is no statutory return", "Use ssda903:FOLDER")
    if "SWEpisodes" not in reader.tables:
        raise SourceError(reader.source, "the table SWEpisodes is not here", "Put its file beside the others")
    return reader


def _that_can_be_judged(
    rules: Sequence[ReturnRule], reader: SupportsReturnRules, *, has_last_year: bool
) -> tuple[list[ReturnRule], list[ReturnRule]]:
    """Return the rules whose needs are there, and the others."""
    held = {"", *reader.tables, *(["last year's return"] if has_last_year else [])}
    return [rule for rule in rules if rule.needs in held], [rule for rule in rules if rule.needs not in held]


def _print_tables(findings: Sequence[Finding], year: int, judged: int, limit: int) -> None:
    if not judged:
        output.note(f"No rule is known for {year}: the table of social workers is collected since 2024.")
        return
    if not findings:
        output.print_lines([f"Nothing found by the {judged} rules of {year}."])
        return
    rows = [
        (f.child_id, f.rule.code, _place(f), f.broken.field, finding_row(f)[5], f.rule.means, str(f.effect))
        for f in findings
    ]
    headings = ("Child", "Rule", "Where", "Column", "Found", "What is wrong", "Count")
    output.print_table(f"Findings in the return of {year}, by child", headings, rows, limit=limit)
    output.print_table("By rule", ("Rule", "Findings", "Children", "Standing", "What to do"), _by_rule(findings))
    wrong = sorted({finding.child_id for finding in findings if finding.effect is CountEffect.WRONG})
    if wrong:
        what = "1 child" if len(wrong) == 1 else f"{len(wrong)} children"
        output.note(f"'relationkit changes' does not count {what}: the findings make their count wrong.")


def _place(finding: Finding) -> str:
    row = finding.broken.row
    if row is None:
        return "two of the files" if finding.broken.field == "DOB" else "a row is missing"
    return f"{row.file}, row {row.number}"


def _by_rule(findings: Sequence[Finding]) -> list[tuple[object, ...]]:
    count = Counter(finding.rule for finding in findings)
    children = Counter(rule for rule, _ in {(finding.rule, finding.child_id) for finding in findings})
    return [(rule.code, count[rule], children[rule], str(rule.standing), rule.remedy) for rule in count]
