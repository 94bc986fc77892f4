"""The audit of worker changes as one page: what to see at a glance, and the same figures as tables beneath.

Drawings are stretched to the width of the page and their words stand beside them as text, so that they can be read at
320 pixels and on paper. What is withheld is drawn as an empty, broken outline, and called so.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from relationkit.continuity import (
    AuditCards,
    AuditComparison,
    AuditCount,
    AuditGroup,
    ContinuityAudit,
    ListedChild,
    Window,
)
from relationkit.intervals import share_interval
from relationkit.render.html import render_page
from relationkit.withholding import WITHHELD

__all__ = ["render_audit"]

#: Children whose workers are drawn one by one, at most; the others are counted.
_DRAWN: Final = 200

_MEASURES: Final = ("3 or more workers", "Share", "2 or more changes", "Share")


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar, all in per cent of the drawing; ``share`` is ``None`` where there is none to draw."""

    name: str
    share: float | None
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True, slots=True)
class _Column:
    """One quarter: its height in per cent of the highest."""

    name: str
    height: float | None
    words: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days of one worker in a timeline: from where and how wide, in per cent."""

    left: float
    width: float
    worker: str
    words: str
    shade: int


@dataclass(frozen=True, slots=True)
class _Timeline:
    """One child's workers in the window."""

    child: str
    stretches: tuple[_Stretch, ...]
    words: str


def render_audit(
    audit: ContinuityAudit,
    *,
    title: str = "How often did children's social workers change?",
    about: str = "",
    comparison: AuditComparison | None = None,
    timelines: Iterable[ListedChild] = (),
) -> str:
    """Return the audit as one HTML page that asks for nothing from elsewhere; all text is escaped.

    A page of an audit without lists of children, and without ``timelines``, names nobody and may leave the team.

    Args:
        audit: As :func:`~relationkit.continuity.audit_continuity` returns it.
        title: The page's heading.
        about: One sentence below it, such as which council.
        comparison: What moved since an earlier audit.
        timelines: Children whose workers are drawn, by reference. At most 200 are; the page says how many there are.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    drawn = [*timelines]
    facts = {
        "lang": "en",
        "title": title,
        "about": about,
        "audit": audit,
        "period": _period(audit.window),
        "cards": list(_cards(audit)),
        "distribution": _bars(audit.workers, audit.everyone.children, "children"),
        "causes": _bars(
            [AuditCount(name=each.name, count=each.changes) for each in audit.causes], audit.changes, "changes"
        ),
        "quarters": _columns(audit.quarters),
        "groupings": [
            (each, [_group_bar(group) for group in each.groups], [_row(group) for group in each.groups])
            for each in audit.groupings
        ],
        "published": [
            _published(row.year, row.area, row.children, row.high, row.percentage) for row in audit.published
        ],
        "ours": _row(audit.everyone),
        "measures": _MEASURES,
        "reasons": [(each.name, reason.name, _count(reason.count)) for each in audit.causes for reason in each.reasons],
        "how": [*_counted("", audit.timing), *_counted(" (team)", audit.moves)],
        "what_if": [_what_if(each.scenario, each.high, audit.everyone) for each in audit.what_if],
        "others": [_row(each) for each in (*audit.roles, *([audit.care_leavers] if audit.care_leavers else []))],
        "is_withheld": any(WITHHELD in row[2:] for row in audit.rows()),
        "comparison": comparison,
        "before": None if comparison is None else _period(comparison.before.window),
        "moves": [] if comparison is None else list(_moves(comparison)),
        "not_moved": "" if comparison is None else _not_moved(comparison),
        "high": _listed(audit.three_or_more or (), audit.window),
        "nobody": [child.child_id for child in audit.nobody_now or ()],
        "has_children": audit.three_or_more is not None or bool(drawn),
        "timelines": [_timeline(child, audit.window) for child in drawn[:_DRAWN]],
        "not_drawn": max(0, len(drawn) - _DRAWN),
    }
    return render_page("audit_report.html", facts)


# Words ---------------------------------------------------------------------------------------------------------------


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _period(window: Window) -> str:
    return f"{_day(window.start_on)} to {_day(window.last_on)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _count(count: int | None) -> str:
    return WITHHELD if count is None else f"{count:,}"


def _share(share: float | None, children: int | None) -> str:
    return "–" if children == 0 else WITHHELD if share is None else _percent(share)


def _row(group: AuditGroup) -> tuple[str, ...]:
    high, multiple = (_share(each, group.children) for each in (group.share_high, group.share_multiple))
    return (group.name, _count(group.children), _count(group.high), high, _count(group.multiple), multiple)


def _published(year: int, area: str, children: int | str, high: int | str, percentage: int | str) -> tuple[str, ...]:
    numbers = [f"{each:,}" if isinstance(each, int) else each for each in (children, high)]
    return (f"{area}, published for {year}", *numbers, f"{percentage}%" if isinstance(percentage, int) else percentage)


def _cards(audit: ContinuityAudit) -> Iterable[tuple[str, str, str]]:
    everyone = audit.everyone
    for part, label, publisher in (
        (everyone.high, "had three or more social workers", "Department for Education"),
        (everyone.multiple, "had two or more changes, cover left out", "Children's Commissioner"),
    ):
        if part is None or not everyone.children:
            yield WITHHELD, label, f"as the {publisher} counts"
        else:
            low, high = map(_percent, share_interval(part, everyone.children))
            note = f"as the {publisher} counts; 95% interval {low} to {high}"
            yield _percent(part / everyone.children), label, note
    nobody = "not known: the source does not say who was in care"
    yield (
        _count(audit.unallocated) if audit.is_care_known else "–",
        "have nobody now",
        "in care on the last day with no social worker" if audit.is_care_known else nobody,
    )
    yield _count(audit.returned), "had a former worker back", "a return is a change, and no new face"
    if audit.cards is not None:
        yield _held(audit.cards), "have a worker with a current card", f"of all with a worker on {_day(audit.cards.on)}"


def _held(cards: AuditCards) -> str:
    if cards.is_withheld:
        return WITHHELD
    return "–" if cards.share is None else f"{cards.share:.0%}"


def _counted(suffix: str, counts: Iterable[AuditCount]) -> list[tuple[str, str]]:
    return [(f"{each.name}{suffix}", _count(each.count)) for each in counts]


def _what_if(scenario: str, high: int | None, everyone: AuditGroup) -> tuple[str, str, str]:
    share = None if high is None or not everyone.children else high / everyone.children
    return f"If {scenario}", _count(high), _share(share, everyone.children)


def _moves(comparison: AuditComparison) -> Iterable[tuple[str, str, str]]:
    """Yield everyone's shares, and of the groups' those that moved by more than chance."""
    for move in comparison.moves:
        if move.grouping == "everyone" or move.verdict in ("fell", "rose"):
            yield move.group, move.measure, move.words


def _not_moved(comparison: AuditComparison) -> str:
    groups = Counter(move.verdict for move in comparison.moves if move.grouping != "everyone")
    return (
        f"Shares of groups that moved no more than chance would explain: {groups['could be chance']}. "
        f"That could not be judged, because a figure is withheld or missing: {groups['could not be judged']}."
    )


def _listed(children: Sequence[ListedChild], window: Window) -> list[tuple[str, str, str]]:
    """Return a row a child, most workers first: reference, how many, who now."""
    most_first = sorted(children, key=lambda child: (-(child.workers or 0), child.child_id))
    return [(each.child_id, f"{each.workers or 0}", _now(each, window)) for each in most_first]


def _now(child: ListedChild, window: Window) -> str:
    last = child.spells[-1] if child.spells else None
    if last is None or (last[2] is not None and last[2] < window.end_on):
        return "nobody"
    return f"{last[0]}, since {_day(last[1])}"


# Drawings ------------------------------------------------------------------------------------------------------------


def _bars(counts: Iterable[AuditCount], whole: int | None, what: str) -> list[_Bar]:
    bars = []
    for each in counts:
        if each.count is None:
            bars.append(_Bar(each.name, None, None, None, "withheld"))
        elif not whole:  # withheld, or none at all: the count is shown, and no share of what is not
            bars.append(_Bar(each.name, None, None, None, f"{each.count:,} {what}"))
        else:
            words = f"{_percent(each.count / whole)}, {each.count:,} {what}"
            bars.append(_Bar(each.name, 100 * each.count / whole, None, None, words))
    return bars


def _group_bar(group: AuditGroup) -> _Bar:
    if group.share_high is None or group.interval_high is None:
        return _Bar(group.name, None, None, None, "nobody" if group.children == 0 else "withheld")
    low, high = group.interval_high
    words = f"{_percent(group.share_high)} of {group.children:,}"
    return _Bar(group.name, 100 * group.share_high, 100 * low, 100 * high, words)


def _columns(quarters: Sequence[AuditCount]) -> list[_Column]:
    highest = max((each.count or 0 for each in quarters), default=0) or 1
    return [
        _Column(each.name, None if each.count is None else 100 * each.count / highest, _count(each.count))
        for each in quarters
    ]


def _timeline(child: ListedChild, window: Window) -> _Timeline:
    shades = {worker: place % 4 for place, worker in enumerate(dict.fromkeys(spell[0] for spell in child.spells))}
    stretches = tuple(
        _stretch(worker, started_on, ended_on, window, shades[worker]) for worker, started_on, ended_on in child.spells
    )
    told = "; ".join(f"{each.worker}, {each.words}" for each in stretches) or "nobody recorded"
    return _Timeline(child.child_id, stretches, told)


def _stretch(worker: str, started_on: date, ended_on: date | None, window: Window, shade: int) -> _Stretch:
    first = max(started_on, window.start_on)
    after = window.end_on if ended_on is None else min(ended_on, window.end_on)
    goes_on = ended_on is None or ended_on >= window.end_on
    until = "to the last day" if goes_on else f"to {_day(after - timedelta(days=1))}"
    since = "since before" if started_on < window.start_on else f"from {_day(first)}"
    left, width = (first - window.start_on).days, (after - first).days
    return _Stretch(100 * left / window.days, 100 * width / window.days, worker, f"{since} {until}", shade)
