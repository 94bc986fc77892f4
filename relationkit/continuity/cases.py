"""One child's records side by side, child after child, so that a council of any size needs the memory of one child."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TypeVar

from relationkit.errors import ScatteredRecordsError
from relationkit.records import Assignment, Child, ChildId, Placement

__all__ = ["CareCase", "care_cases"]


@dataclass(frozen=True, slots=True)
class CareCase:
    """What an audit reads of one child.

    Attributes:
        child_id: Whose it is.
        assignments: The child's, in any order.
        placements: The child's, in any order; ``None`` when it is not known when the child was in care.
        born_on: The day of birth, where it is known.
        team: The team that holds the case, where it is known.
    """

    child_id: ChildId
    assignments: Sequence[Assignment] = ()
    placements: Sequence[Placement] | None = None
    born_on: date | None = None
    team: str | None = None


_Record = TypeVar("_Record", Assignment, Placement)


def care_cases(
    assignments: Iterable[Assignment],
    *,
    children: Iterable[Child] = (),
    placements: Iterable[Placement] | None = None,
) -> Iterator[CareCase]:
    """Yield one case a child, by id, holding no more than one child's records at a time.

    Args:
        assignments: By child id, as every reader gives them.
        children: By id, likewise. A child who is in one stream only is a case too.
        placements: By child id, likewise; ``None`` when the source does not hold them.

    Raises:
        ScatteredRecordsError: A stream is not in the order of the children's ids.
    """
    spells, stays = _by_child(assignments), _by_child(placements or ())
    people = _in_order((child.id, child) for child in children)
    spell, stay, person = next(spells, None), next(stays, None), next(people, None)
    while spell or stay or person:
        child_id = min(each[0] for each in (spell, stay, person) if each)
        own, lived, child = None, None, None
        if spell and spell[0] == child_id:
            own, spell = spell[1], next(spells, None)
        if stay and stay[0] == child_id:
            lived, stay = stay[1], next(stays, None)
        if person and person[0] == child_id:
            child, person = person[1], next(people, None)
        yield CareCase(
            child_id,
            own or (),
            None if placements is None else lived or (),
            child.born_on if child else None,
            child.team if child else None,
        )


def _by_child(records: Iterable[_Record]) -> Iterator[tuple[ChildId, list[_Record]]]:
    return _in_order((child_id, list(own)) for child_id, own in groupby(records, key=lambda each: each.child_id))


_Item = TypeVar("_Item")


def _in_order(items: Iterable[tuple[ChildId, _Item]]) -> Iterator[tuple[ChildId, _Item]]:
    last: ChildId | None = None
    for child_id, item in items:
        if last is not None and child_id <= last:
            raise ScatteredRecordsError(child_id)
        last = child_id
        yield child_id, item
