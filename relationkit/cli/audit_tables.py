"""An audit and a comparison in the terminal: every figure of the page, as tables."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from relationkit.cli import output
from relationkit.continuity import AuditComparison, ContinuityAudit
from relationkit.withholding import WITHHELD

__all__ = ["print_audit_tables", "print_moves"]

_MEASURES: Final = ("Children", "3 or more workers", "Share", "2 or more changes", "Share")
_SHARE: Final = ("Children", "3 or more workers", "Share")


class _Table(NamedTuple):
    """A table in the terminal: the rows of some groupings, with as many of their figures as are named."""

    title: str
    groupings: tuple[str, ...]
    headings: tuple[str, ...]
    first: int = 0


#: What the terminal shows, in the order of the page. ``first`` is the figure of a row that the first heading names.
_TABLES: Final = (
    _Table("Other roles, where one is recorded", ("role", "care leavers"), _MEASURES),
    _Table("Children by how many social workers they had", ("workers",), ("Children",)),
    _Table("Children with nobody, or with a former worker back", ("alone", "unallocated", "returned"), ("Children",)),
    _Table("Why they changed", ("everyone", "cause", "cause and reason"), ("Changes",), 5),
    _Table("When and how they changed", ("quarter", "timing", "team move"), ("Changes",), 5),
    _Table("Three or more, had some changes not been made", ("what if",), _SHARE),
    _Table("Children whose worker has a current card", ("current card",), ("Share",), 9),
    _Table("Beside the published figures", ("everyone", "published"), _SHARE),
)
#: The groupings that are in one of these tables, or for a program only.
_ELSEWHERE: Final = {name for table in _TABLES for name in table.groupings if name != "everyone"}


def print_audit_tables(audit: ContinuityAudit) -> None:
    """Print what the page shows as tables: the groups by both definitions, then each count of its own."""
    rows = [(str(row[0]), row) for row in audit.rows()]
    first = [(grouping, row[1], *_figures(row, 0, _MEASURES)) for grouping, row in rows if grouping not in _ELSEWHERE]
    is_withheld = any(WITHHELD in row[2:] for _, row in rows)
    title = f"Worker changes, {audit.start_on} to {audit.last_on}: {audit.population}"
    title += f" ({WITHHELD}: withheld)" if is_withheld else ""
    output.print_table(title, ("", "Group", *_MEASURES), first)
    for table in _TABLES:
        own = [
            (grouping, row[1], *_figures(row, table.first, table.headings))
            for grouping, row in rows
            if grouping in table.groupings
        ]
        if len(own) > table.groupings.count("everyone"):
            output.print_table(table.title, ("", "Which", *table.headings), own)
    if audit.is_care_known:
        days = "withheld" if audit.days_alone is None else f"{audit.days_alone:,}"
        output.note(f"Days in care with no social worker: {days}.")
    if is_withheld:
        few = f"a figure from 1 to {audit.smallest - 1}, or one from which such a figure could be worked out"
        output.note(f"Note: Withheld ({WITHHELD}): {few}.")
    for sentence in audit.left_out_whole:
        output.note(f"Note: {sentence}")


def _figures(row: Sequence[object], first: int, headings: Sequence[str]) -> list[object]:
    """Return a row's figures for people, beginning with the first of them that is asked for."""
    return [_shown(cell) for cell in row[2 + first : 2 + first + len(headings)]]


def _shown(cell: object) -> object:
    return f"{100 * cell:.1f}%" if isinstance(cell, float) else cell


def print_moves(comparison: AuditComparison, limit: int = 0) -> None:
    """Print what moved, in words."""
    rows = [(move.grouping, move.group, move.measure, move.words) for move in comparison.moves]
    before, after = (f"{audit.start_on} to {audit.last_on}" for audit in (comparison.before, comparison.after))
    headings = ("", "Group", "Measure", "What became of it")
    output.print_table(f"{before}, and {after}", headings, rows, limit=limit)
