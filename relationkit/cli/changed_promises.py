"""Whom a change of a council's own policies concerns: how soon children are answered, and how often they are seen."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from relationkit.cli.books import book_from_file
from relationkit.cli.sources import InvalidOptionError
from relationkit.cli.visits import rules_in_use
from relationkit.plugins import CaseReader
from relationkit.records import ChildId
from relationkit.sla import PolicyBook, PolicyChange, policy_changes
from relationkit.visits import VisitRule, VisitRuleChange, visit_rule_changes

__all__ = ["concerned_by", "promises_in"]

#: A change of one kind of promise or the other; both say since when, and whom they concern.
Change: TypeAlias = PolicyChange | VisitRuleChange


def promises_in(policies: Path | None, rules: Path | None) -> tuple[PolicyBook | None, Sequence[VisitRule]]:
    """Return what the files promise; nothing where none is named."""
    return None if policies is None else book_from_file(policies), () if rules is None else rules_in_use(rules)


def concerned_by(
    reader: CaseReader, book: PolicyBook | None, rules: Sequence[VisitRule], *, since: date, on: date
) -> dict[ChildId, list[Change]]:
    """Return what changed between the two days, by the children whom it concerns.

    Raises:
        InvalidOptionError: The source does not hold what tells whom it concerns.
    """
    theirs: dict[ChildId, list[Change]] = {}
    for change, children in chain(_answers(reader, book, since, on), _visits(reader, rules, since, on)):
        for child_id in children:
            theirs.setdefault(child_id, []).append(change)
    return theirs


def _answers(
    reader: CaseReader, book: PolicyBook | None, since: date, on: date
) -> Iterator[tuple[Change, frozenset[ChildId]]]:
    if book is not None and (changes := policy_changes(book, since=since, on=on)):
        _require(reader, "assignments", "--policies")
        held = list(reader.assignments())
        yield from ((change, change.children(held, on=on)) for change in changes)


def _visits(
    reader: CaseReader, rules: Sequence[VisitRule], since: date, on: date
) -> Iterator[tuple[Change, frozenset[ChildId]]]:
    if changes := visit_rule_changes(rules, since=since, on=on):
        _require(reader, "placements", "--rules")
        lived = list(reader.placements())
        yield from ((change, change.children(lived, on=on)) for change in changes)


def _require(reader: CaseReader, kind: str, option: str) -> None:
    if kind not in reader.capabilities:
        raise InvalidOptionError(
            f"{option}: something changed, and the source holds no {kind}, so whom it concerns is not known. "
            f"Name a source that does, or leave {option} out."
        )
