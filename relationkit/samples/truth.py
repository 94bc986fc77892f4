"""What is true of a synthetic council, told from how it was made: for holding results against.

Nothing here uses the rules. Every day of the window is walked, and whoever was there for the child on it is looked up
in the child's case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from relationkit.records import ChangeReason, WorkerId
from relationkit.samples.cases import Case, Spell

__all__ = ["CouncilTruth", "truth_of"]


@dataclass(frozen=True, slots=True)
class CouncilTruth:
    """What happened to the children in care on the last day of a window, series of short breaks left out.

    Attributes:
        children: How many there are.
        workers: How many of them had how many distinct social workers, covers and joint handovers included.
        changes_without_cover: How many had how many changes, with cover beside the own worker left out.
        reasons: Changes of the one who was there, by the reason of the spell that began; ``None`` for the way back
            from cover.
        days_alone: Days in care in the window with nobody.
        children_alone: Children with such a day.
        unallocated: Children with nobody on the last day.
    """

    children: int
    workers: Mapping[int, int]
    changes_without_cover: Mapping[int, int]
    reasons: Mapping[ChangeReason | None, int]
    days_alone: int
    children_alone: int
    unallocated: int


def truth_of(cases: Iterable[tuple[Case, list[Spell], list[Spell]]], start_on: date, end_on: date) -> CouncilTruth:
    """Return what is true of the cases, each with its own spells and with the covers beside them."""
    days = [start_on + timedelta(days=number) for number in range((end_on - start_on).days)]
    workers: Counter[int] = Counter()
    changes: Counter[int] = Counter()
    reasons: Counter[ChangeReason | None] = Counter()
    alone: list[int] = []
    unallocated = 0
    for case, spells, covers in cases:
        if case.is_short_breaks or not _is_in_care(case, days[-1]):
            continue
        met = {spell.worker_id for spell in [*spells, *covers] if any(_is_there(spell, day) for day in days)}
        workers[len(met)] += 1
        changes[len(_changes(spells, days))] += 1
        reasons.update(_changes([*spells, *covers], days))
        alone.append(sum(_is_in_care(case, day) and _lead(spells, day) is None for day in days))
        unallocated += _lead(spells, days[-1]) is None
    return CouncilTruth(
        len(alone), workers, changes, reasons, sum(alone), sum(number > 0 for number in alone), unallocated
    )


def _is_in_care(case: Case, day: date) -> bool:
    return case.entered_on <= day and (case.left_on is None or day < case.left_on)


def _is_there(spell: Spell, day: date) -> bool:
    """Return whether the worker had the child on that day, the days of a joint handover included."""
    return spell.started_on <= day and (spell.ended_on is None or day < (spell.leaves_on or spell.ended_on))


def _lead(spells: Iterable[Spell], day: date) -> Spell | None:
    """Return who was there for the child: of several, who came last."""
    there = [spell for spell in spells if _is_there(spell, day)]
    return max(there, key=lambda spell: spell.started_on, default=None)


def _changes(spells: list[Spell], days: list[date]) -> list[ChangeReason | None]:
    """Return the reason of each change on one of the days."""
    began = min((spell.started_on for spell in spells), default=days[0])
    before = _last_before(spells, days[0]) if began < days[0] else None
    found: list[ChangeReason | None] = []
    for day in days:
        lead = _lead(spells, day)
        if lead is not None:
            if before is not None and lead.worker_id != before:
                found.append(lead.reason if lead.started_on == day else None)
            before = lead.worker_id
    return found


def _last_before(spells: Iterable[Spell], day: date) -> WorkerId | None:
    """Return who was there last before the day."""
    past = [spell for spell in spells if spell.started_on < day]
    ends = {id(spell): min(spell.leaves_on or spell.ended_on or day, day) for spell in past}
    last = max(past, key=lambda spell: (ends[id(spell)], spell.started_on))
    return last.worker_id
