"""The audit: how often did the social workers of a council's children change, whose, and why?

Children are read one at a time and let go; what stays are counters. At the end small numbers are withheld, so that
what is returned may be shown.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, get_args

from relationkit.continuity.audit_model import (
    AuditCause,
    AuditCount,
    AuditGroup,
    AuditGrouping,
    AuditWhatIf,
    ContinuityAudit,
    ListedChild,
    PublishedShare,
)
from relationkit.continuity.care import CarePeriod, care_periods
from relationkit.continuity.cases import CareCase
from relationkit.continuity.causes import BACK_FROM_COVER, CAUSES, Cause, Timing
from relationkit.continuity.child import Continuity, continuity_of
from relationkit.continuity.measures import (
    CommissionerInstability,
    DfeStability,
    commissioner_instability,
    dfe_stability,
)
from relationkit.continuity.what_if import SCENARIOS, Scenario, Tally
from relationkit.continuity.windows import Window
from relationkit.england.age_bands import age_bands_for, age_on
from relationkit.england.reasons import REASON_CODES
from relationkit.england.stability import PublishedStability, Symbol
from relationkit.records import Assignment, ChildId, Placement, Role
from relationkit.withholding import ALL, SMALLEST, Withheld, withhold

__all__ = ["CARE_LEAVER_AGES", "LENGTHS_IN_CARE", "audit_continuity"]

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

_NOT_KNOWN: Final = "not known"
_NO_CHANGE: Final = "no change"
_ROLES: Final = (Role.PERSONAL_ADVISER, Role.REVIEWING_OFFICER)
_REASON_WORDS: Final = {row.reason: row.meaning for row in REASON_CODES}
_QUARTERS: Final = ("January to March", "April to June", "July to September", "October to December")
_LABELS: Final = {
    "team": "Team",
    "age": "Age on the last day",
    "regime": "Placement regime on the last day",
    "reason": "Why the last change was made",
    "length": "Length in care",
}

#: How a child stands by both measures: three or more workers, and whether changes were multiple.
_HIGH: Final = "3 or more"
_FEWER: Final = "fewer"
_MULTIPLE: Final = "multiple"
_SINGLE: Final = "single"
_KINDS: Final = [(split, multiple) for split in (_HIGH, _FEWER) for multiple in (_MULTIPLE, _SINGLE)]

#: How finely the number of workers is told apart, finest first: the first in which no part is small is taken.
_PARTS: Final[dict[str, tuple[tuple[tuple[str, range], ...], ...]]] = {
    _FEWER: (
        (("0", range(1)), ("1", range(1, 2)), ("2", range(2, 3))),
        (("0 or 1", range(2)), ("2", range(2, 3))),
        (("0", range(1)), ("1 or 2", range(1, 3))),
        (("0 to 2", range(3)),),
    ),
    _HIGH: (
        (("3", range(3, 4)), ("4", range(4, 5)), ("5 or more", range(5, 1000))),
        (("3", range(3, 4)), ("4 or more", range(4, 1000))),
        (("3 or more", range(3, 1000)),),
    ),
}


def audit_continuity(
    cases: Iterable[CareCase],
    window: Window,
    *,
    smallest: int = SMALLEST,
    published: Iterable[PublishedStability] = (),
    scenarios: Sequence[Scenario] = SCENARIOS,
    left_out: Collection[ChildId] = (),
    with_children: bool = False,
) -> ContinuityAudit:
    """Return the audit of a council's children in one window, small numbers withheld.

    Counted are the children looked after on the last day of the window; where no placements are known, every child.
    Each stands in one group of each grouping: by the team that holds the case; by age on the last day, an 11-year-old
    with those of 11 to 17, the survey that asks about workers; by the regime of the placement on the last day; by the
    reason of the last change in the window; by whole years in this period of care.

    Args:
        cases: One a child, such as :func:`care_cases` gives them; read once, and let go one by one.
        window: The days to look at. Cut it at the day the data was taken, or an open spell counts on.
        smallest: Figures from 1 to below this are withheld (:mod:`relationkit.withholding`); 1 withholds nothing.
        published: Published figures to stand beside it (:func:`relationkit.england.published_stability`).
        scenarios: What is thought away (:func:`attribute_changes`).
        left_out: Children of whom a record could not be read: they are counted apart, and nowhere else.
        with_children: List the children with three or more workers, and those with nobody now, by id. Such an audit is
            for those who may see each case.
    """
    tally = _AuditTally(window, Tally(window, scenarios), with_children=with_children)
    for case in cases:
        if case.child_id not in left_out:
            tally.add(case)
    return _audit(tally, smallest, tuple(map(_published, published)), len(left_out))


def _published(row: PublishedStability) -> PublishedShare:
    figures = (each.value if isinstance(each, Symbol) else each for each in (row.children, row.high, row.percentage))
    children, high, percentage = figures
    return PublishedShare(year=row.year, area=row.area, children=children, high=high, percentage=percentage)


# Counting ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _AuditTally:
    """What is kept of all the children."""

    window: Window
    why: Tally
    with_children: bool
    is_care_known: bool = True
    everyone: Counter[tuple[str, ...]] = field(default_factory=Counter)
    workers: Counter[int] = field(default_factory=Counter)
    groups: dict[str, Counter[tuple[str, ...]]] = field(default_factory=lambda: {name: Counter() for name in _LABELS})
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
        if kind[0] != _NOT_KNOWN:
            self.care_leavers[kind] += 1

    def _add_changes(self, found: Continuity) -> None:
        for each in found.changes:
            move = {True: "to another team", False: "within the team", None: _NOT_KNOWN}[each.is_team_move]
            self.changes[(each.cause.cause, _quarter(each.change.on), move, each.cause.timing)] += 1
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
    return _HIGH if dfe is not None and dfe.is_high else _FEWER, _MULTIPLE if is_multiple else _SINGLE


def _role_kind(assignments: Iterable[Assignment], window: Window, role: Role) -> tuple[str, str]:
    own = [each for each in assignments if each.role is role]
    if not own:
        return _NOT_KNOWN, _SINGLE
    return _kind(dfe_stability(own, window, role=role), commissioner_instability(own, window, role=role))


def _groups_of(case: CareCase, found: Continuity, period: CarePeriod | None) -> dict[str, str]:
    """Return the child's group in each grouping; placements and so on where they are known."""
    last_on = found.window.last_on
    groups = {"team": _team(case, found), "age": _age(case.born_on, last_on), "reason": _last_reason(found)}
    if period is not None:
        groups["regime"] = _regime(case.placements or (), last_on)
        years = age_on(period.started_on, last_on)
        groups["length"] = next(name for name, least, below in LENGTHS_IN_CARE if least <= years < below)
    return groups


def _team(case: CareCase, found: Continuity) -> str:
    ids = () if found.current is None else found.current.assignment_ids
    own = next((each.team for each in case.assignments if each.id in ids[-1:] and each.team), None)
    return own or case.team or _NOT_KNOWN


def _age(born_on: date | None, day: date) -> str:
    if born_on is None:
        return _NOT_KNOWN
    age = age_on(born_on, day)
    bands = [band for band in age_bands_for(age) if band.oldest < 18]
    return bands[-1].name if bands else "under 4" if age < 4 else "18 or over"


def _regime(placements: Iterable[Placement], day: date) -> str:
    open_then = [
        each for each in placements if each.started_on <= day and (each.ended_on is None or day < each.ended_on)
    ]
    return max(open_then, key=lambda each: (each.started_on, each.id)).regime.replace("_", " ")


def _last_reason(found: Continuity) -> str:
    return _reason_words(found.changes[-1].cause) if found.changes else _NO_CHANGE


def _reason_words(cause: Cause) -> str:
    if cause.reason is not None:
        return _REASON_WORDS[cause.reason]
    return "back from cover" if cause.cause == "absence" else "no reason given"


def _quarter(day: date) -> str:
    return f"{_QUARTERS[(day.month - 1) // 3]} {day.year}"


# Withholding ---------------------------------------------------------------------------------------------------------


def _audit(tally: _AuditTally, smallest: int, published: tuple[PublishedShare, ...], left_out: int) -> ContinuityAudit:
    is_care_known = tally.is_care_known
    counts: dict[tuple[str, ...], int] = {kind: tally.everyone[kind] for kind in _KINDS}
    totals = withhold(counts, smallest=smallest, shown=[(), (0,), (1,)])
    everyone = AuditGroup(
        name="everyone",
        children=totals[(ALL, ALL)],
        high=totals[(_HIGH, ALL)],
        multiple=totals[(ALL, _MULTIPLE)],
    )
    changes = _changes(tally, smallest)
    return ContinuityAudit(
        start_on=tally.window.start_on,
        end_on=tally.window.end_on,
        population=IN_CARE if is_care_known else EVERYONE,
        smallest=smallest,
        everyone=everyone,
        workers=tuple(_workers(tally.workers, totals, smallest)),
        groupings=tuple(_groupings(tally, totals, smallest)),
        changes=changes[(ALL, ALL, ALL, ALL)],
        causes=tuple(_causes(tally, changes, smallest)),
        quarters=tuple(AuditCount(name=each, count=changes[(ALL, each, ALL, ALL)]) for each in _quarters(tally.window)),
        timing=tuple(AuditCount(name=each, count=changes[(ALL, ALL, ALL, each)]) for each in get_args(Timing)),
        moves=tuple(AuditCount(name=each, count=changes[(ALL, ALL, each, ALL)]) for each in _MOVES),
        returned=_flagged(tally, "returned", everyone, smallest),
        alone=_flagged(tally, "alone", everyone, smallest) if is_care_known else None,
        days_alone=_days_alone(tally, everyone, smallest) if is_care_known else None,
        unallocated=_flagged(tally, "unallocated", everyone, smallest) if is_care_known else None,
        is_care_known=is_care_known,
        what_if=tuple(_what_if(tally.why, everyone, smallest)),
        roles=tuple(_role(role, counts, everyone, smallest) for role, counts in tally.roles.items()),
        care_leavers=_care_leavers(tally.care_leavers, smallest),
        could_not_be_judged=left_out,
        published=published,
        three_or_more=tuple(tally.high) if tally.with_children else None,
        nobody_now=tuple(tally.nobody) if tally.with_children else None,
    )


def _workers(counted: Counter[int], totals: Withheld, smallest: int) -> Iterable[AuditCount]:
    """Yield how many children had how many workers, as finely as no part is small."""
    for split, choices in _PARTS.items():
        if totals[(split, ALL)] is None:
            yield AuditCount(name=choices[-1][0][0], count=None)
            continue
        for parts in choices:
            counts = [sum(counted[number] for number in counted if number in numbers) for _, numbers in parts]
            if not any(0 < count < smallest for count in counts):
                yield from (AuditCount(name=name, count=count) for (name, _), count in zip(parts, counts, strict=True))
                break


def _groupings(tally: _AuditTally, totals: Withheld, smallest: int) -> Iterable[AuditGrouping]:
    """Yield the groupings that are known; what cannot be shown of everyone is shown of no group."""
    if totals[(ALL, ALL)] is None:
        return
    splits = [1] * (totals[(_HIGH, ALL)] is not None) + [2] * (totals[(ALL, _MULTIPLE)] is not None)
    shown = [(0,), (), *((0, place) for place in splits), *((place,) for place in splits)]
    for name, counted in tally.groups.items():
        if counted:
            groups = sorted({key[0] for key in counted}, key=_in_order)
            full: dict[tuple[str, ...], int] = {
                (each, *kind): counted[(each, *kind)] for each in groups for kind in _KINDS
            }
            table = withhold(full, smallest=smallest, shown=shown, fixed=(0,))
            yield AuditGrouping(name=name, label=_LABELS[name], groups=tuple(_group(table, each) for each in groups))


def _group(table: Withheld, name: str) -> AuditGroup:
    return AuditGroup(
        name=name,
        children=table[(name, ALL, ALL)],
        high=table[(name, _HIGH, ALL)],
        multiple=table[(name, ALL, _MULTIPLE)],
    )


_ALL_CAUSES: Final = (*CAUSES, BACK_FROM_COVER)
_MOVES: Final = ("within the team", "to another team", _NOT_KNOWN)
_ORDER: Final = {
    name: place
    for place, name in enumerate(
        ["under 4", "4 to 7", "8 to 11", "11 to 17", "18 or over", *(name for name, _, _ in LENGTHS_IN_CARE)]
    )
}


def _in_order(name: str) -> tuple[bool, int, str]:
    return name in (_NOT_KNOWN, _NO_CHANGE), _ORDER.get(name, 0), name


def _changes(tally: _AuditTally, smallest: int) -> Withheld:
    counts: dict[tuple[str, ...], int] = {
        (cause.cause, quarter, move, cause.timing): 0
        for cause in _ALL_CAUSES
        for quarter in _quarters(tally.window)
        for move in _MOVES
    }
    shown = [(), *((place,) for place in range(4))]
    return withhold(counts | tally.changes, smallest=smallest, shown=shown, is_complete=True)


def _quarters(window: Window) -> list[str]:
    days = (date.fromordinal(number) for number in range(window.start_on.toordinal(), window.end_on.toordinal()))
    return list(dict.fromkeys(map(_quarter, days)))


def _causes(tally: _AuditTally, changes: Withheld, smallest: int) -> Iterable[AuditCause]:
    """Yield the causes, each with its reasons; where one of those is small, none of them is told apart."""
    for name in dict.fromkeys(cause.cause for cause in CAUSES):
        total = changes[(name, ALL, ALL, ALL)]
        counts = {_reason_words(cause): tally.reasons[cause] for cause in _ALL_CAUSES if cause.cause == name}
        is_shown = total is not None and not any(0 < count < smallest for count in counts.values())
        reasons = tuple(AuditCount(name=each, count=count if is_shown else None) for each, count in counts.items())
        yield AuditCause(name=name, changes=total, reasons=reasons)


def _flagged(tally: _AuditTally, flag: str, everyone: AuditGroup, smallest: int) -> int | None:
    """Return how many children are flagged; withheld where they or the others are few."""
    if everyone.children is None:
        return None
    return _part(tally.flags[flag], everyone.children, smallest)


def _part(part: int, whole: int, smallest: int) -> int | None:
    return None if 0 < part < smallest or 0 < whole - part < smallest else part


def _days_alone(tally: _AuditTally, everyone: AuditGroup, smallest: int) -> int | None:
    return None if _flagged(tally, "alone", everyone, smallest) is None else tally.days_alone


def _what_if(why: Tally, everyone: AuditGroup, smallest: int) -> Iterable[AuditWhatIf]:
    """Yield what each scenario would have come to; withheld where it turns on few children, alone or beside another."""
    shown: list[int] = [] if everyone.high is None else [everyone.high]
    for found in why.result().what_if:
        is_few = any(0 < abs(found.high - each) < smallest for each in shown) or 0 < found.moved < smallest
        high = None if is_few or not shown or 0 < found.high < smallest else found.high
        shown += [] if high is None else [high]
        yield AuditWhatIf(scenario=found.scenario, high=high)


def _role(role: Role, counts: Mapping[tuple[str, ...], int], everyone: AuditGroup, smallest: int) -> AuditGroup:
    """Return another role's counts, of the children for whom one is recorded; the others are a part of everyone."""
    kinds = [*_KINDS, (_NOT_KNOWN, _SINGLE)]
    table = withhold(
        {kind: counts.get(kind, 0) for kind in kinds}, smallest=smallest, shown=[(), (0,), (1,)], is_complete=True
    )
    return _of_role(role.value.replace("_", " "), table, is_shown=None not in (everyone.children, table[(ALL, ALL)]))


def _care_leavers(counts: Mapping[tuple[str, ...], int], smallest: int) -> AuditGroup | None:
    if not counts:
        return None
    table = withhold({kind: counts.get(kind, 0) for kind in _KINDS}, smallest=smallest, shown=[(), (0,), (1,)])
    return _of_role("care leavers, by personal adviser", table, is_shown=True)


def _of_role(name: str, table: Withheld, *, is_shown: bool) -> AuditGroup:
    parts = (table[(_HIGH, ALL)], table[(_FEWER, ALL)])
    children = None if None in parts else sum(each or 0 for each in parts)
    return AuditGroup(
        name=name,
        children=children if is_shown else None,
        high=parts[0] if is_shown else None,
        multiple=table[(ALL, _MULTIPLE)] if is_shown else None,
    )
