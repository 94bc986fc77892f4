"""What of an audit may be shown: its figures, small numbers withheld together with those that would give them away.

Children stand in tables of their own, changes in another; :func:`~relationkit.withholding.withhold` sees to each. What
connects the tables is seen to here: a child whose last change had a reason had a change of it, and one with two changes
had two. Where that would give a withheld figure away, one of the tables is left out whole.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, get_args

from relationkit.continuity.audit_model import (
    RARER_REASONS,
    AuditCause,
    AuditCount,
    AuditGroup,
    AuditGrouping,
    AuditWhatIf,
    ContinuityAudit,
    PublishedShare,
)
from relationkit.continuity.audit_tally import (
    EVERYONE,
    FEWER,
    HIGH,
    IN_CARE,
    KINDS,
    LABELS,
    LENGTHS_IN_CARE,
    MULTIPLE,
    NO_CHANGE,
    NOT_KNOWN,
    SINGLE,
    AuditTally,
    quarter_of,
    reason_words,
)
from relationkit.continuity.causes import BACK_FROM_COVER, CAUSES, Timing
from relationkit.continuity.what_if import Tally
from relationkit.continuity.windows import Window
from relationkit.records import ChildId, Role
from relationkit.withholding import ALL, Withheld, withhold

__all__ = ["figures_of"]

#: How finely the number of workers is told apart, finest first: the first in which no part is small is taken.
_PARTS: Final[dict[str, tuple[tuple[tuple[str, range], ...], ...]]] = {
    FEWER: (
        (("0", range(1)), ("1", range(1, 2)), ("2", range(2, 3))),
        (("0 or 1", range(2)), ("2", range(2, 3))),
        (("0", range(1)), ("1 or 2", range(1, 3))),
        (("0 to 2", range(3)),),
    ),
    HIGH: (
        (("3", range(3, 4)), ("4", range(4, 5)), ("5 or more", range(5, 1000))),
        (("3", range(3, 4)), ("4 or more", range(4, 1000))),
        (("3 or more", range(3, 1000)),),
    ),
}


def figures_of(
    tally: AuditTally, smallest: int, published: tuple[PublishedShare, ...], left_out: Iterable[ChildId]
) -> ContinuityAudit:
    """Return the audit of the children in the tally.

    Args:
        tally: Complete.
        smallest: Figures from 1 to below this are withheld.
        published: To stand beside it.
        left_out: Children who are not in the tally.
    """
    is_care_known = tally.is_care_known
    counts: dict[tuple[str, ...], int] = {kind: tally.everyone[kind] for kind in KINDS}
    totals = withhold(counts, smallest=smallest, shown=[(), (0,), (1,)])
    everyone = AuditGroup(
        name="everyone",
        children=totals[(ALL, ALL)],
        high=totals[(HIGH, ALL)],
        multiple=totals[(ALL, MULTIPLE)],
    )
    returned = _flagged(tally, "returned", everyone, smallest)
    changes = _changes(tally, everyone, returned, smallest)
    groupings = list(_groupings(tally, totals, changes, returned, smallest))
    not_judged = tuple(sorted(left_out))
    return ContinuityAudit(
        start_on=tally.window.start_on,
        end_on=tally.window.end_on,
        population=IN_CARE if is_care_known else EVERYONE,
        smallest=smallest,
        everyone=everyone,
        workers=tuple(_workers(tally.workers, totals, smallest)),
        groupings=tuple(each for each in groupings if each.groups),
        withheld_groupings=tuple(each for each in groupings if not each.groups),
        changes=changes[(ALL, ALL, ALL, ALL)],
        causes=tuple(_causes(changes)),
        quarters=tuple(AuditCount(name=each, count=changes[(ALL, each, ALL, ALL)]) for each in _quarters(tally.window)),
        timing=tuple(AuditCount(name=each, count=changes[(ALL, ALL, ALL, each)]) for each in get_args(Timing)),
        moves=tuple(AuditCount(name=each, count=changes[(ALL, ALL, each, ALL)]) for each in _MOVES),
        returned=returned,
        alone=_flagged(tally, "alone", everyone, smallest) if is_care_known else None,
        days_alone=_days_alone(tally, everyone, smallest) if is_care_known else None,
        unallocated=_flagged(tally, "unallocated", everyone, smallest) if is_care_known else None,
        is_care_known=is_care_known,
        what_if=tuple(_what_if(tally.why, everyone, smallest)),
        roles=tuple(_role(role, counts, everyone, smallest) for role, counts in tally.roles.items()),
        care_leavers=_care_leavers(tally.care_leavers, smallest),
        could_not_be_judged=len(not_judged),
        published=published,
        three_or_more=tuple(tally.high) if tally.with_children else None,
        nobody_now=tuple(tally.nobody) if tally.with_children else None,
        not_judged=not_judged if tally.with_children else None,
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


def _groupings(
    tally: AuditTally, totals: Withheld, changes: Withheld, returned: int | None, smallest: int
) -> Iterable[AuditGrouping]:
    """Yield the groupings that are known; what cannot be shown of everyone is shown of no group.

    A grouping that must be left out whole is yielded without its groups.
    """
    if totals[(ALL, ALL)] is None:
        return
    splits = [1] * (totals[(HIGH, ALL)] is not None) + [2] * (totals[(ALL, MULTIPLE)] is not None)
    shown = [(0,), (), *((0, place) for place in splits), *((place,) for place in splits)]
    for name, counted in tally.groups.items():
        own = _rarer_together(counted, smallest) if name == "reason" else counted
        groups = sorted({key[0] for key in own}, key=_in_order)
        full: dict[tuple[str, ...], int] = {
            (each, *kind): own[(each, *kind)] for each in groups for kind in KINDS if _can_be(each, kind)
        }
        table = withhold(full, smallest=smallest, shown=shown, fixed=(0,), is_complete=True)
        is_whole = name == "reason" and (table.is_whole or _gives_away(tally, table, groups, changes, returned))
        if groups:
            shown_groups = () if is_whole else tuple(_group(table, each) for each in groups)
            yield AuditGrouping(name=name, label=LABELS[name], groups=shown_groups)


def _can_be(group: str, kind: tuple[str, str]) -> bool:
    """Return whether children of a group can be of the kind: who had no change had not two either."""
    return group != NO_CHANGE or kind[1] == SINGLE


def _rarer_together(counted: Mapping[tuple[str, ...], int], smallest: int) -> Counter[tuple[str, ...]]:
    """Return the children by reason, reasons of few put together: they would all be withheld, and others with them."""
    sizes: Counter[str] = Counter()
    for key, count in counted.items():
        sizes[key[0]] += count
    least_first = sorted((name for name in sizes if name != NO_CHANGE), key=lambda name: (sizes[name], name))
    rare = [name for name in least_first if sizes[name] < smallest]
    while rare and sum(sizes[name] for name in rare) < smallest and len(rare) < len(least_first):
        rare.append(least_first[len(rare)])
    found: Counter[tuple[str, ...]] = Counter()
    for key, count in counted.items():
        found[(RARER_REASONS if len(rare) > 1 and key[0] in rare else key[0], *key[1:])] += count
    return found


def _gives_away(
    tally: AuditTally, table: Withheld, groups: Iterable[str], changes: Withheld, returned: int | None
) -> bool:
    """Return whether children by reason, beside changes by reason, leave no room around a figure that is withheld.

    There is room where, of each reason, there was a change more than children with it as their last: then each table
    can be another by one step, as it can by itself.
    """
    by_reason = _changes_by_reason(tally)
    named = {name for name in groups if name not in (NO_CHANGE, RARER_REASONS)}
    children = {
        name: sum(count for key, count in tally.groups["reason"].items() if key[0] == name) for name in by_reason
    }
    together = [[name] for name in by_reason if name in named] + [[name for name in by_reason if name not in named]]
    is_shown = {name: changes[place] is not None for name, place in _PLACE_OF.items()}
    for names in together:
        group = names[0] if names[:1] and names[0] in named else RARER_REASONS
        is_hidden = not all(is_shown[name] for name in names) or (group in groups and table[(group, ALL, ALL)] is None)
        if is_hidden and sum(by_reason[name] - children[name] for name in names) < 1:
            return True
    changed = sum(children.values())
    multiple = sum(count for key, count in tally.everyone.items() if key[1] == MULTIPLE)
    is_withheld = None in table.figures.values() or (ALL, ALL, MULTIPLE) not in table.figures
    return (is_withheld and by_reason.total() - changed - multiple < 1) or (
        returned is None and changed - tally.flags["returned"] < 1
    )


def _changes_by_reason(tally: AuditTally) -> Counter[str]:
    found = Counter(dict.fromkeys(_PLACE_OF, 0))
    for cause, count in tally.reasons.items():
        found[reason_words(cause)] += count
    return found


def _group(table: Withheld, name: str) -> AuditGroup:
    return AuditGroup(
        name=name,
        children=table[(name, ALL, ALL)],
        high=table[(name, HIGH, ALL)],
        multiple=0 if name == NO_CHANGE else table[(name, ALL, MULTIPLE)],
    )


_ALL_CAUSES: Final = (*CAUSES, BACK_FROM_COVER)
#: Where each reason stands in the table of changes: no two reasons of one cause are alike in timing.
_PLACE_OF: Final = {reason_words(cause): (cause.cause, ALL, ALL, cause.timing) for cause in _ALL_CAUSES}
_MOVES: Final = ("within the team", "to another team", NOT_KNOWN)
_ORDER: Final = {
    name: place
    for place, name in enumerate(
        ["under 4", "4 to 7", "8 to 11", "11 to 17", "18 or over", *(name for name, _, _ in LENGTHS_IN_CARE)]
    )
}


def _in_order(name: str) -> tuple[bool, bool, int, str]:
    return name == NO_CHANGE, name in (NOT_KNOWN, RARER_REASONS), _ORDER.get(name, 0), name


def _changes(tally: AuditTally, everyone: AuditGroup, returned: int | None, smallest: int) -> Withheld:
    """Return the changes by cause, quarter, team move and timing; nothing where they would tell of few children."""
    together = tally.changes.total()
    multiple = sum(count for key, count in tally.everyone.items() if key[1] == MULTIPLE)
    is_tight = (everyone.multiple is None and together - 2 * multiple < 2) or (
        returned is None and together - tally.flags["returned"] < 1
    )
    if everyone.children is None or is_tight:
        return Withheld({})
    counts: dict[tuple[str, ...], int] = {
        (cause.cause, quarter, move, cause.timing): 0
        for quarter in _quarters(tally.window)
        for cause in _ALL_CAUSES
        for move in _MOVES
    }
    shown = [(), *((place,) for place in range(4)), (0, 3)]
    return withhold(counts | tally.changes, smallest=smallest, shown=shown, is_complete=True)


def _quarters(window: Window) -> list[str]:
    days = (date.fromordinal(number) for number in range(window.start_on.toordinal(), window.end_on.toordinal()))
    return list(dict.fromkeys(map(quarter_of, days)))


def _causes(changes: Withheld) -> Iterable[AuditCause]:
    """Yield the causes, each with its reasons."""
    for name in dict.fromkeys(cause.cause for cause in CAUSES):
        own = {words: place for words, place in _PLACE_OF.items() if place[0] == name}
        reasons = tuple(AuditCount(name=words, count=changes[place]) for words, place in own.items())
        yield AuditCause(name=name, changes=changes[(name, ALL, ALL, ALL)], reasons=reasons)


def _flagged(tally: AuditTally, flag: str, everyone: AuditGroup, smallest: int) -> int | None:
    """Return how many children are flagged; withheld where they or the others are few."""
    if everyone.children is None:
        return None
    return _part(tally.flags[flag], everyone.children, smallest)


def _part(part: int, whole: int, smallest: int) -> int | None:
    return None if 0 < part < smallest or 0 < whole - part < smallest else part


def _days_alone(tally: AuditTally, everyone: AuditGroup, smallest: int) -> int | None:
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
    kinds = [*KINDS, (NOT_KNOWN, SINGLE)]
    table = withhold(
        {kind: counts.get(kind, 0) for kind in kinds}, smallest=smallest, shown=[(), (0,), (1,)], is_complete=True
    )
    return _of_role(role.value.replace("_", " "), table, is_shown=None not in (everyone.children, table[(ALL, ALL)]))


def _care_leavers(counts: Mapping[tuple[str, ...], int], smallest: int) -> AuditGroup | None:
    if not counts:
        return None
    table = withhold({kind: counts.get(kind, 0) for kind in KINDS}, smallest=smallest, shown=[(), (0,), (1,)])
    return _of_role("care leavers, by personal adviser", table, is_shown=True)


def _of_role(name: str, table: Withheld, *, is_shown: bool) -> AuditGroup:
    parts = (table[(HIGH, ALL)], table[(FEWER, ALL)])
    children = None if None in parts else sum(each or 0 for each in parts)
    return AuditGroup(
        name=name,
        children=children if is_shown else None,
        high=parts[0] if is_shown else None,
        multiple=table[(ALL, MULTIPLE)] if is_shown else None,
    )
