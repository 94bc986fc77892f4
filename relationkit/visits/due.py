"""Which visits are due, when, and under which row of the law."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from operator import attrgetter

from relationkit.england import Standing, all_in_force
from relationkit.errors import NaiveMomentError
from relationkit.records import (
    LONDON,
    ChildId,
    NotAlone,
    Placement,
    PlacementId,
    Session,
    SessionId,
    SessionKind,
    SessionStatus,
    london_day,
)
from relationkit.visits.rules import VISIT_RULES, VisitRule
from relationkit.visits.sessions import latest_sessions

__all__ = ["VisitDue", "held_by_child", "last_known", "visits_due"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDue:
    """When one child must next be seen in one placement.

    Attributes:
        placement_id: The placement that is judged.
        child_id: The child who lives there.
        regime: As the placement names it.
        rule: The row that it was judged by; ``None`` when no one row could be found.
        last_visit_id: The last visit of this placement that counts; ``None`` when there was none.
        last_visit_on: Its day, in Europe/London.
        was_seen_alone: Whether the child was seen alone on it; ``None`` when nobody said, or there was none.
        not_alone_why: Why they were not; ``None`` when they were, or nobody said.
        passed_over_on: The day of the last visit that was held after it and does not count, because the child was not
            seen, or not alone and nobody said why; ``None`` when there was none.
        due_on: The last day on which the next visit is in time; ``None`` when that could not be judged.
        days_late: Whole days since ``due_on``; 0 on that day and before it, ``None`` when it could not be judged.
        could_not_be_judged: The fact that is missing; ``None`` when none is.
    """

    placement_id: PlacementId
    child_id: ChildId
    regime: str
    rule: VisitRule | None
    last_visit_id: SessionId | None
    last_visit_on: date | None
    was_seen_alone: bool | None
    not_alone_why: NotAlone | None
    passed_over_on: date | None
    due_on: date | None
    days_late: int | None
    could_not_be_judged: str | None

    @property
    def is_late(self) -> bool | None:
        """Whether the day has passed; ``None`` when that could not be judged."""
        return None if self.days_late is None else self.days_late > 0


def visits_due(
    placements: Iterable[Placement],
    sessions: Iterable[Session],
    *,
    now: datetime,
    rules: Collection[VisitRule] = VISIT_RULES,
) -> list[VisitDue]:
    """Return one row for each placement that is open on the day of ``now``.

    A placement that comes again with the same child and id is the same one, corrected: the record that says when it
    ends counts before one that does not, and of several the one that ends latest. Records that still differ
    contradict each other, and then the placement could not be judged.

    A visit counts when it is a session of the kind ``visit``, was held, lies in this placement, is not later than
    ``now``, and is not recorded as one at which the child was not seen, or was not seen alone without one of the
    reasons that the law knows (regulation 29 of the Care Planning, Placement and Case Review (England) Regulations
    2010). The day of the visit, or of the start, is day 0, so that with 7 days a placement of one Monday is in time
    until the end of the next.

    The rule is the row of the placement's regime that is in force on the day the gap began (of several, the one that
    came into force last), so that a new figure never shortens a gap that is already running. A local row never loosens
    the law: where a regime has rows of both, each is looked up on its own, and the earlier due day counts.

    Args:
        placements: In any order; of one child and id, the one that ends counts, as said above.
        sessions: In any order; of one id, the highest revision counts.
        now: An aware moment; its day in Europe/London is the day to judge by.
        rules: The statutory rows, a council's own, or both.

    Returns:
        The earliest due day first; those that could not be judged last. Empty when no placement is open.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    today = london_day(now)
    held = held_by_child(sessions, now)
    by_regime = _by_regime(rules)
    rows: list[VisitDue] = []
    for records in last_known(placements):
        still_open = [placement for placement in records if _is_open(placement, today)]
        if still_open:
            shown = (
                max(still_open, key=lambda placement: placement.model_dump_json()) if still_open[1:] else still_open[0]
            )
            row = _judged(shown, held.get(shown.child_id, ()), by_regime.get(shown.regime, ()), today)
            rows.append(row if len(records) == 1 else _contradicted(row, len(records)))
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.placement_id, row.child_id))


def last_known(placements: Iterable[Placement]) -> list[list[Placement]]:
    """Return, of each child and id, the records that end latest; more than one contradict each other."""
    by_id: dict[tuple[ChildId, PlacementId], list[Placement]] = {}
    for placement in placements:
        records = by_id.setdefault((placement.child_id, placement.id), [])
        if placement not in records:
            records.append(placement)
    return [_ending_latest(records) if records[1:] else records for records in by_id.values()]


def _ending_latest(records: Sequence[Placement]) -> list[Placement]:
    """Return the records with the latest end; an end counts before none, since it was written down later."""
    latest = max((placement.ended_on for placement in records if placement.ended_on is not None), default=None)
    return [placement for placement in records if placement.ended_on == latest]


def _is_open(placement: Placement, on: date) -> bool:
    return placement.started_on <= on and (placement.ended_on is None or on < placement.ended_on)


def _contradicted(row: VisitDue, records: int) -> VisitDue:
    missing = f"{records} records of this placement contradict each other; keep the one that is right"
    return replace(row, rule=None, due_on=None, days_late=None, could_not_be_judged=missing)


def held_by_child(sessions: Iterable[Session], now: datetime) -> dict[ChildId, list[Session]]:
    """Return the sessions that took place, by child, oldest first."""
    held: dict[ChildId, list[Session]] = {}
    for session in latest_sessions(sessions):
        if session.status is SessionStatus.HELD and session.starts_at <= now:
            held.setdefault(session.child_id, []).append(session)
    return held


def _by_regime(rules: Iterable[VisitRule]) -> Mapping[str, tuple[tuple[VisitRule, ...], ...]]:
    """Return, for each regime, its statutory rows and its local ones apart; a kind it does not have is left out."""
    kinds: dict[str, dict[bool, list[VisitRule]]] = {}
    for rule in rules:
        kinds.setdefault(rule.regime, {}).setdefault(rule.standing is Standing.LOCAL, []).append(rule)
    return {regime: tuple(tuple(rows) for rows in by_kind.values()) for regime, by_kind in kinds.items()}


def _judged(
    placement: Placement, held: Sequence[Session], kinds: Sequence[Sequence[VisitRule]], today: date
) -> VisitDue:
    started_at = datetime.combine(placement.started_on, time(), LONDON).astimezone(UTC)
    inside = held[bisect_left(held, started_at, key=attrgetter("starts_at")) :]
    newest = next((each for each in reversed(inside) if each.kind is SessionKind.VISIT), None)
    last = next((each for each in reversed(inside) if each.kind is SessionKind.VISIT and _counts(each)), None)
    last_visit_on = None if last is None else london_day(last.starts_at)
    is_reviewed = any(session.kind is SessionKind.REVIEW for session in inside)
    rule, due_on, missing = _earliest(placement, kinds, last_visit_on, is_reviewed=is_reviewed)
    return VisitDue(
        placement_id=placement.id,
        child_id=placement.child_id,
        regime=placement.regime,
        rule=rule,
        last_visit_id=None if last is None else last.id,
        last_visit_on=last_visit_on,
        was_seen_alone=None if last is None else last.seen_alone,
        not_alone_why=None if last is None else last.not_alone_why,
        passed_over_on=None if newest is None or newest is last else london_day(newest.starts_at),
        due_on=due_on,
        days_late=None if due_on is None else max(0, (today - due_on).days),
        could_not_be_judged=missing,
    )


def _counts(visit: Session) -> bool:
    is_unexplained = visit.seen_alone is False and visit.not_alone_why is None
    return visit.seen is not False and not is_unexplained


def _earliest(
    placement: Placement, kinds: Sequence[Sequence[VisitRule]], last_visit_on: date | None, *, is_reviewed: bool
) -> tuple[VisitRule | None, date | None, str | None]:
    """Return the row that asks for the earliest day, that day, and what is missing where there is none."""
    if not kinds:
        return None, None, f"no rule has the regime {placement.regime!r}"
    since = last_visit_on or placement.started_on
    found = [_rule_for(placement.regime, versions, on=since) for versions in kinds]
    unclear = next((missing for rule, missing, is_unclear in found if is_unclear), None)
    rules = [rule for rule, _, _ in found if rule is not None]
    if unclear is not None or not rules:
        return None, None, unclear or found[0][1]
    dated = [
        (due_on, rule)
        for rule in rules
        if (due_on := _due_on(rule, placement, last_visit_on, is_reviewed=is_reviewed)) is not None
    ]
    if not dated:
        return rules[0], None, f"the rule {placement.regime!r} sets no gap; add a row with the gap that was agreed"
    due_on, rule = min(dated, key=lambda pair: pair[0])
    return rule, due_on, None


def _due_on(rule: VisitRule, placement: Placement, last_visit_on: date | None, *, is_reviewed: bool) -> date | None:
    if last_visit_on is None:
        return rule.first_due_on(placement.started_on)
    return rule.next_due_on(last_visit_on, started_on=placement.started_on, is_reviewed=is_reviewed)


def _rule_for(regime: str, versions: Sequence[VisitRule], *, on: date) -> tuple[VisitRule | None, str | None, bool]:
    """Return the one row of one kind to judge by, or else what is missing, and whether two contradict each other."""
    holding = sorted(all_in_force(versions, on=on), key=lambda rule: rule.in_force_from)
    if not holding:
        return None, f"no rule of the regime {regime!r} was in force on {on}", False
    newest = [rule for rule in holding if rule.in_force_from == holding[-1].in_force_from]
    if len(newest) > 1:
        return None, f"{len(newest)} rules of the regime {regime!r} came into force on {newest[0].in_force_from}", True
    return newest[0], None, False
