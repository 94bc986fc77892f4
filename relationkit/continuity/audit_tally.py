"""What an audit keeps of the children while they go by: counters, and nothing of a single child unless asked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from relationkit.continuity.audit_model import ListedChild
from relationkit.continuity.care import CarePeriod, care_periods
from relationkit.continuity.cases import CareCase
from relationkit.continuity.causes import Cause
from relationkit.continuity.child import Continuity, continuity_of
from relationkit.continuity.measures import (
    CommissionerInstability,
    DfeStability,
    commissioner_instability,
    dfe_stability,
)
from relationkit.continuity.what_if import Tally
from relationkit.continuity.windows import Window
from relationkit.england.age_bands import age_group, age_on
from relationkit.england.reasons import REASON_CODES
from relationkit.records import Assignment, Placement, Role

__all__ = ["CARE_LEAVER_AGES", "LENGTHS_IN_CARE", "AuditTally", "quarter_of", "reason_words"]

#: Who the audit is about: the population of :data:`relationkit.england.DFE_STABILITY`, on the last day of the window.
IN_CARE: Final = "children looked after on the last day, without series of short breaks"
EVERYONE: Final = "every child in the source, which does not say who was looked after"

#: Whole years in care up to the last day, from and below; the Department also publishes one and two years.
LENGTHS_IN_CARE: Final = (
    ("under 1 year", 0, 1),
    ("1 year", 1, 2),
    ("2 to 4 years", 2, 5),
    ("5 years or more", 5, 200),
)
#: The ages of a care leaver (:data:`relationkit.england.AGE_BANDS`).
CARE_LEAVER_AGES: Final = range(16, 26)

NOT_KNOWN: Final = "not known"
NO_CHANGE: Final = "no change"
_ROLES: Final = (Role.PERSONAL_ADVISER, Role.REVIEWING_OFFICER)
_REASON_WORDS: Final = {row.reason: row.meaning for row in REASON_CODES}
_QUARTERS: Final = ("January to March", "April to June", "July to September", "October to December")
LABELS: Final = {
    "team": "Team",
    "age": "Age on the last day",
    "regime": "Placement regime on the last day",
    "reason": "Why the last change was made",
    "length": "Length in care",
}

#: How a child stands by both measures: three or more workers, and whether changes were multiple.
HIGH: Final = "3 or more"
FEWER: Final = "fewer"
MULTIPLE: Final = "multiple"
SINGLE: Final = "single"
KINDS: Final = [(split, multiple) for split in (HIGH, FEWER) for multiple in (MULTIPLE, SINGLE)]


@dataclass(slots=True)
class AuditTally:
    """What is kept of all the children."""

    window: Window
    why: Tally
    with_children: bool
    is_care_known: bool = True
    everyone: Counter[tuple[str, ...]] = field(default_factory=Counter)
    workers: Counter[int] = field(default_factory=Counter)
    groups: dict[str, Counter[tuple[str, ...]]] = field(default_factory=lambda: {name: Counter() for name in LABELS})
    roles: dict[Role, Counter[tuple[str, ...]]] = field(default_factory=lambda: {role: Counter() for role in _ROLES})
    care_leavers: Counter[tuple[str, ...]] = field(default_factory=Counter)
    changes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    reasons: Counter[Cause] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    days_alone: int = 0
    high: list[ListedChild] = field(default_factory=list)
    nobody: list[ListedChild] = field(default_factory=list)

    def add(self, case: CareCase) -> None:
        """Count one child."""
        self.is_care_known &= case.placements is not None
        period = _period_on(case, self.window.last_on)
        if case.placements is not None and period is None:
            self._add_care_leaver(case)
            return
        found = continuity_of(case.assignments, self.window, placements=case.placements)
        kind = _kind(found.dfe_stability, found.commissioner_instability)
        self.everyone[kind] += 1
        self.workers[0 if found.dfe_stability is None else found.dfe_stability.workers] += 1
        for name, group in _groups_of(case, found, period).items():
            self.groups[name][(group, *kind)] += 1
        for role in _ROLES:
            self.roles[role][_role_kind(case.assignments, self.window, role)] += 1
        self._add_changes(found)
        self._add_flags(found)
        self.why.add(case, found)
        if self.with_children:
            self._list(case, found)

    def _add_care_leaver(self, case: CareCase) -> None:
        if case.born_on is None or age_on(case.born_on, self.window.last_on) not in CARE_LEAVER_AGES:
            return
        kind = _role_kind(case.assignments, self.window, Role.PERSONAL_ADVISER)
        if kind[0] != NOT_KNOWN:
            self.care_leavers[kind] += 1

    def _add_changes(self, found: Continuity) -> None:
        for each in found.changes:
            move = {True: "to another team", False: "within the team", None: NOT_KNOWN}[each.is_team_move]
            self.changes[(each.cause.cause, quarter_of(each.change.on), move, each.cause.timing)] += 1
            self.reasons[each.cause] += 1

    def _add_flags(self, found: Continuity) -> None:
        alone = found.days_without_worker or 0
        self.days_alone += alone
        self.flags["alone"] += alone > 0
        self.flags["returned"] += bool(found.returns)
        self.flags["unallocated"] += found.is_allocated is False

    def _list(self, case: CareCase, found: Continuity) -> None:
        """Keep a child's id where somebody should look at the case."""
        spells = tuple((spell.worker_id, spell.started_on, spell.ended_on) for spell in found.history)
        workers = None if found.dfe_stability is None else found.dfe_stability.workers
        child = ListedChild(child_id=case.child_id, workers=workers, spells=spells)
        if found.dfe_stability is not None and found.dfe_stability.is_high:
            self.high.append(child)
        if found.is_allocated is False:
            self.nobody.append(child)


def _period_on(case: CareCase, day: date) -> CarePeriod | None:
    return next((period for period in care_periods(case.placements or ()) if period.holds(day)), None)


def _kind(dfe: DfeStability | None, commissioner: CommissionerInstability | None) -> tuple[str, str]:
    is_multiple = commissioner is not None and commissioner.is_multiple
    return HIGH if dfe is not None and dfe.is_high else FEWER, MULTIPLE if is_multiple else SINGLE


def _role_kind(assignments: Iterable[Assignment], window: Window, role: Role) -> tuple[str, str]:
    own = [each for each in assignments if each.role is role]
    if not own:
        return NOT_KNOWN, SINGLE
    return _kind(dfe_stability(own, window, role=role), commissioner_instability(own, window, role=role))


def _groups_of(case: CareCase, found: Continuity, period: CarePeriod | None) -> dict[str, str]:
    """Return the child's group in each grouping; placements and so on where they are known."""
    last_on = found.window.last_on
    groups = {"team": _team(case, found), "age": age_group(case.born_on, last_on), "reason": _last_reason(found)}
    if period is not None:
        groups["regime"] = _regime(case.placements or (), last_on)
        years = age_on(period.started_on, last_on)
        groups["length"] = next(name for name, least, below in LENGTHS_IN_CARE if least <= years < below)
    return groups


def _team(case: CareCase, found: Continuity) -> str:
    ids = () if found.current is None else found.current.assignment_ids
    own = next((each.team for each in case.assignments if each.id in ids[-1:] and each.team), None)
    return own or case.team or NOT_KNOWN


def _regime(placements: Iterable[Placement], day: date) -> str:
    open_then = [
        each for each in placements if each.started_on <= day and (each.ended_on is None or day < each.ended_on)
    ]
    return max(open_then, key=lambda each: (each.started_on, each.id)).regime.replace("_", " ")


def _last_reason(found: Continuity) -> str:
    return reason_words(found.changes[-1].cause) if found.changes else NO_CHANGE


def reason_words(cause: Cause) -> str:
    """Return the reason of a change for people to read."""
    if cause.reason is not None:
        return _REASON_WORDS[cause.reason]
    return "back from cover" if cause.cause == "absence" else "no reason given"


def quarter_of(day: date) -> str:
    """Return the quarter of the year for people to read."""
    return f"{_QUARTERS[(day.month - 1) // 3]} {day.year}"
