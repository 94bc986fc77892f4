"""The audit as one table, for a spreadsheet: every figure of the page, each in a column of its own kind."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from relationkit.withholding import WITHHELD

if TYPE_CHECKING:
    from relationkit.continuity.audit_model import AuditGroup, ContinuityAudit

__all__ = ["AUDIT_HEADINGS", "table_of"]

#: The columns of :meth:`ContinuityAudit.rows`.
AUDIT_HEADINGS: Final = (
    "grouping",
    "group",
    "children",
    "three_or_more_workers",
    "share_three_or_more",
    "two_or_more_changes",
    "share_two_or_more_changes",
    "changes",
    "days_with_nobody",
    "share_three_or_more_from",
    "share_three_or_more_to",
    "share_with_current_card",
)

#: A cell of a table.
Cell = str | int | float | None


def table_of(audit: "ContinuityAudit") -> list[tuple[Cell, ...]]:
    """Return the rows; what each kind of row is stands at :meth:`ContinuityAudit.rows`."""
    return [*_groups(audit), *(() if audit.everyone.children is None else _counts(audit)), *_beside(audit)]


def _groups(audit: "ContinuityAudit") -> Iterator[tuple[Cell, ...]]:
    """Yield children by both definitions: everyone, each grouping, other roles."""
    yield _of_group("everyone", audit.everyone, _count(audit.changes), _if_known(audit, audit.days_alone))
    for each in audit.groupings:
        yield from (_of_group(each.name, group) for group in each.groups)
    for each in audit.withheld_groupings:
        yield _row(each.name, "every group: left out whole", *[WITHHELD] * 5)
    yield from (_of_group("role", group) for group in audit.roles)
    if audit.care_leavers is not None:
        yield _of_group("care leavers", audit.care_leavers)


def _counts(audit: "ContinuityAudit") -> Iterator[tuple[Cell, ...]]:
    """Yield what is counted once only: children, or changes."""
    for each in audit.workers:
        yield _row("workers", each.name, _count(each.count))
    yield _row("returned", "had a former worker back", _count(audit.returned))
    if audit.is_care_known:
        yield _row("alone", "had a day in care with no social worker", _count(audit.alone))
        yield _row("unallocated", "had no social worker on the last day", _count(audit.unallocated))
    for cause in audit.causes:
        yield _changes("cause", cause.name, cause.changes)
        for each in cause.reasons:
            yield _changes("cause and reason", f"{cause.name}: {each.name}", each.count)
    for kind, counts in (("quarter", audit.quarters), ("timing", audit.timing), ("team move", audit.moves)):
        yield from (_changes(kind, count.name, count.count) for count in counts)
    whole = audit.everyone.children or 0
    for what_if in audit.what_if:
        yield _row("what if", what_if.scenario, whole, _count(what_if.high), _share(what_if.high, whole))


def _beside(audit: "ContinuityAudit") -> Iterator[tuple[Cell, ...]]:
    """Yield what stands beside the figures: published ones, children apart, children by reference."""
    if audit.cards is not None and audit.everyone.children is not None:
        share = WITHHELD if audit.cards.is_withheld else audit.cards.share
        yield _row("current card", f"children with a worker, on {audit.cards.on}", *[None] * 9, share)
    for each in audit.published:
        share = each.percentage / 100 if isinstance(each.percentage, int) else each.percentage
        yield _row("published", f"{each.area}, {each.year}", each.children, each.high, share)
    apart = {"left out, could not be judged": audit.could_not_be_judged, "counted anyway": audit.counted_anyway}
    yield from (_row(name, "children", count) for name, count in apart.items() if count)
    listed: dict[str, Iterable[str]] = {
        "child with three or more": [child.child_id for child in audit.three_or_more or ()],
        "child with nobody now": [child.child_id for child in audit.nobody_now or ()],
        "child left out": audit.not_judged or (),
    }
    yield from (_row(name, child_id) for name, children in listed.items() for child_id in children)


def _row(*cells: Cell) -> tuple[Cell, ...]:
    """Return a whole row: what does not belong to it is an empty cell."""
    return (*cells, *[None] * (len(AUDIT_HEADINGS) - len(cells)))


def _changes(grouping: str, group: str, count: int | None) -> tuple[Cell, ...]:
    return _row(grouping, group, *[None] * 5, _count(count))


def _of_group(grouping: str, group: "AuditGroup", changes: Cell = None, days: Cell = None) -> tuple[Cell, ...]:
    low, high = group.interval_high or [None if group.children == 0 else WITHHELD] * 2
    return (
        grouping,
        group.name,
        _count(group.children),
        _count(group.high),
        _share(group.high, group.children),
        _count(group.multiple),
        _share(group.multiple, group.children),
        changes,
        days,
        *(round(each, 4) if isinstance(each, float) else each for each in (low, high)),
        None,
    )


def _if_known(audit: "ContinuityAudit", days: int | None) -> Cell:
    return _count(days) if audit.is_care_known else None


def _count(count: int | None) -> Cell:
    return WITHHELD if count is None else count


def _share(part: int | None, whole: int | None) -> Cell:
    """Return a share with four digits; ``None`` of nobody."""
    return None if whole == 0 else WITHHELD if part is None or whole is None else round(part / whole, 4)
