"""``relationkit changes --audit`` and ``--compare``: the council's baseline as a file, and what moved since."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.audit_tables import print_audit_tables, print_moves
from relationkit.cli.cards import read_book
from relationkit.cli.changes import (
    children_refused,
    nobody_to_count,
    published_beside,
    refused_caveats,
    rule_caveats,
    window_so_far,
    year_caveats,
)
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.files import write_whole
from relationkit.cli.return_findings import children_not_to_count
from relationkit.cli.sources import (
    InvalidOptionError,
    last_reporting_year,
    moment,
    opened,
    require_history,
    require_something,
)
from relationkit.continuity import (
    AUDIT_HEADINGS,
    COMPARISON_HEADINGS,
    AuditComparison,
    ContinuityAudit,
    ListedChild,
    Window,
    audit_continuity,
    care_cases,
    compare_audits,
    continuity_of,
)
from relationkit.england import PublishedStability
from relationkit.errors import InvalidRecordError
from relationkit.plugins import CaseReader
from relationkit.profiles import WorkerProfile, card_share
from relationkit.records import ChildId, london_day

__all__ = ["compare_files", "make_audit", "read_audit", "with_card_share", "write_audit"]

#: What the ending of the file says about the form.
_ENDINGS: Final = (".html", ".json", ".csv")


def make_audit(
    source: str,
    out: Path,
    year: int | None,
    council: str | None,
    since: Path | None,
    child: str | None,
    now: str | None,
    form: str,
    *,
    with_children: bool,
    is_anyway: bool,
    profiles: Path | None = None,
) -> int:
    """Audit the year, write it to ``out`` and print its figures; return the exit code."""
    if out.suffix.lower() not in _ENDINGS:
        raise InvalidOptionError(f"--audit {out}: unknown ending. Name a file that ends in {', '.join(_ENDINGS)}.")
    at = moment(now)
    today = london_day(at)
    reporting_year = year or last_reporting_year(today)
    window = window_so_far(reporting_year, today)
    published = published_beside(reporting_year, council)
    before = None if since is None else read_audit(since)
    is_listed = with_children or child is not None
    with opened(source) as reader:
        require_history(reader)
        wrong = children_not_to_count(reader, reporting_year)
        left_out = () if is_anyway else wrong
        audit = read_and_audit(reader, window, published, left_out, with_children=is_listed, is_anyway=is_anyway)
        audit = audit if profiles is None else with_card_share(audit, reader, read_book(profiles).profiles, at)
        timelines = [] if child is None else [one_child(reader, child, window)]
        problems, caveats = list(reader.problems), [*reader.caveats, *year_caveats(reporting_year, window)]
    refused = children_refused(problems)
    audit = with_caveats(audit, caveats, refused, wrong, is_anyway=is_anyway)
    caveats += [*refused_caveats(refused, wrong, is_anyway=is_anyway), *rule_caveats(wrong, is_anyway=is_anyway)]
    comparison = None if before is None else compare_audits(before, audit)
    if with_children:
        timelines += list(audit.three_or_more or ())
    write_audit(out, audit if with_children else audit.without_children(), comparison, timelines)
    if form != "json":
        output.show_problems(problems)
    print_audit(audit.without_children(), form)
    if comparison is not None and form not in ("json", "csv"):
        print_moves(comparison)
    for line in [*caveats, f"Written to {out}."]:
        output.note(f"Note: {line}" if line in caveats else line)
    return ALL_WELL


def with_card_share(
    audit: ContinuityAudit, reader: CaseReader, profiles: Iterable[WorkerProfile], now: datetime
) -> ContinuityAudit:
    """Return the audit with the share of children whose worker has a current card beside it."""
    cards = card_share(profiles, reader.assignments(), now=now)
    return audit.with_cards(on=london_day(now), children=cards.children, with_card=cards.with_card)


def with_caveats(
    audit: ContinuityAudit,
    caveats: Sequence[str],
    refused: Collection[str],
    wrong: Collection[str],
    *,
    is_anyway: bool,
) -> ContinuityAudit:
    """Return the audit with what must be said of it: in words that name nobody, for it may leave the team."""
    said = list(caveats)
    if is_anyway and refused:
        said.append(f"Counted as asked without rows that could not be used, of {_children(refused)}: a count too low.")
    if wrong:
        became = "Counted as asked" if is_anyway else "Left out"
        said.append(f"{became}: {_children(wrong)} whose rows the rules for a return find wrong.")
    counted = len({*refused, *wrong}) if is_anyway else 0
    return audit.model_copy(update={"caveats": tuple(said), "counted_anyway": counted})


def _children(some: Collection[str]) -> str:
    return "1 child" if len(some) == 1 else f"{len(some):,} children"


def read_and_audit(
    reader: CaseReader,
    window: Window,
    published: Sequence[PublishedStability],
    left_out: Collection[str],
    *,
    with_children: bool,
    is_anyway: bool,
) -> ContinuityAudit:
    """Read the source once, child by child; once more where rows were refused, without the children they are of.

    Raises:
        UnreadableSourceError: The source has records, and none of them could be read, or no child may be counted.
    """
    refused = {ChildId(each) for each in left_out}
    while True:
        with output.watch("Reading children") as counted:
            has_placements = "placements" in reader.capabilities
            cases = care_cases(
                reader.assignments(),
                children=reader.children() if "children" in reader.capabilities else (),
                placements=reader.placements() if has_placements else None,
            )
            judged = (case for case in cases if case.child_id not in refused)
            audit = audit_continuity(
                counted(judged), window, published=published, left_out=refused, with_children=with_children
            )
        if left_out and not counted.count:
            raise nobody_to_count(reader)
        require_something(reader, counted.count)
        found = set() if is_anyway else {ChildId(each) for each in children_refused(reader.problems)}
        if found <= refused:
            return audit
        refused |= found


def one_child(reader: CaseReader, child_id: str, window: Window) -> ListedChild:
    """Return one child's workers in the window.

    Raises:
        InvalidOptionError: No assignment of that child is in the source.
    """
    own = list(reader.assignments(child_ids=[child_id]))
    if not own:
        raise InvalidOptionError(f"--child {child_id}: no assignment of that child is in the source. Check the id.")
    found = continuity_of(own, window)
    spells = tuple((spell.worker_id, spell.started_on, spell.ended_on) for spell in found.history)
    workers = None if found.dfe_stability is None else found.dfe_stability.workers
    return ListedChild(child_id=ChildId(child_id), workers=workers, spells=spells)


def write_audit(
    out: Path, audit: ContinuityAudit, comparison: AuditComparison | None, timelines: Sequence[ListedChild]
) -> None:
    """Write the audit in the form that the file's ending says; one with children for its owner alone."""
    ending = out.suffix.lower()
    if ending == ".html":
        from relationkit.render import render_audit

        content = render_audit(audit, comparison=comparison, timelines=timelines)
    elif ending == ".json":
        content = audit.model_dump_json(indent=2) + "\n"
    else:
        content = output.csv_text(AUDIT_HEADINGS, audit.rows())
    names_children = audit.three_or_more is not None or bool(timelines)
    write_whole(out, content, mode=0o600 if names_children else 0o644)


def print_audit(audit: ContinuityAudit, form: str) -> None:
    """Print the audit's figures."""
    if form == "json":
        output.print_json(audit.model_dump(mode="json"))
    elif form == "csv":
        output.print_csv(AUDIT_HEADINGS, audit.rows())
    else:
        print_audit_tables(audit)


def read_audit(path: Path) -> ContinuityAudit:
    """Return an audit that was saved as JSON.

    Raises:
        InvalidOptionError: There is no such file, or it is no audit; says which field.
    """
    try:
        return ContinuityAudit.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise InvalidOptionError(f"{path}: no such file. Save an audit with 'changes --audit {path}'.") from None
    except InvalidRecordError as error:
        raise InvalidOptionError(f"{path}: no audit that can be read. {error.problems[0]}") from None


def compare_files(before: Path, after: Path, form: str, limit: int) -> int:
    """Print what moved between two saved audits; return the exit code."""
    comparison = compare_audits(read_audit(before), read_audit(after))
    if form == "json":
        output.print_json(comparison_document(comparison))
        return ALL_WELL
    if form == "csv":
        output.print_csv(COMPARISON_HEADINGS, comparison.rows())
    else:
        print_moves(comparison, limit)
    for caveat in comparison.caveats:
        output.note(f"Note: {caveat}")
    return ALL_WELL


def comparison_document(comparison: AuditComparison) -> dict[str, Any]:
    """Return the comparison as one JSON object."""
    moves = [
        {**dict(zip(COMPARISON_HEADINGS, row, strict=True)), "words": move.words}
        for row, move in zip(comparison.rows(), comparison.moves, strict=True)
    ]
    return {"moves": moves, "caveats": list(comparison.caveats)}
