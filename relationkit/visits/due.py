"""Which visits are due, when, and under which row of the law."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Final

from relationkit.england import Standing, all_in_force
from relationkit.errors import NaiveMomentError
from relationkit.records import (
    LONDON,
    ChildId,
    FrozenModel,
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
from relationkit.visits.sessions import latest_by_id

__all__ = ["VisitDue", "last_known", "rules_by_regime", "rules_holding", "visits_due"]

#: A visit, in the order of visits: when it started, its id, and its record; ``None`` stands for one before all.
_Visit = tuple[datetime, SessionId, Session | None]

_NEVER_AT: Final = datetime.min.replace(tzinfo=UTC)
_NEVER: Final[_Visit] = (_NEVER_AT, SessionId(""), None)

#: What a regime has on a day: the rows to judge by, one a kind, or else what is missing.
_Holding = Callable[[str, date], tuple[tuple[VisitRule, ...], str | None]]


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
    held = _held(sessions, now)
    by_regime = rules_by_regime(rules)
    holding = cache(lambda regime, on: rules_holding(regime, by_regime.get(regime, ()), on=on))
    rows: list[VisitDue] = []
    for records in last_known(placements):
        still_open = [placement for placement in records if _is_open(placement, today)]
        if still_open:
            shown = max(still_open, key=FrozenModel.model_dump_json) if still_open[1:] else still_open[0]
            row = _judged(shown, held, holding, today)
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


@dataclass(frozen=True, slots=True)
class _Held:
    """Of each child what was held last. A placement that is open has every later visit, so no earlier one is needed."""

    visits: dict[ChildId, _Visit] = field(default_factory=dict)
    visits_that_count: dict[ChildId, _Visit] = field(default_factory=dict)
    reviewed_at: dict[ChildId, datetime] = field(default_factory=dict)


def _held(sessions: Iterable[Session], now: datetime) -> _Held:
    """Return the last visits and reviews that took place; each fact is read once, since there are many sessions."""
    held = _Held()
    visits, counting, reviewed_at = held.visits, held.visits_that_count, held.reviewed_at
    for session_id, session in latest_by_id(sessions).items():
        if session.status is not SessionStatus.HELD or (starts_at := session.starts_at) > now:
            continue
        kind, child_id = session.kind, session.child_id
        if kind is SessionKind.VISIT:
            visit = (starts_at, session_id, session)
            if visit > visits.get(child_id, _NEVER):
                visits[child_id] = visit
            if visit > counting.get(child_id, _NEVER) and _counts(session):
                counting[child_id] = visit
        elif kind is SessionKind.REVIEW:
            reviewed_at[child_id] = max(starts_at, reviewed_at.get(child_id, starts_at))
    return held


def _since(visit: _Visit, started_at: datetime) -> Session | None:
    """Return the record of a visit that lies in the placement."""
    return visit[2] if visit[0] >= started_at else None


def rules_by_regime(rules: Iterable[VisitRule]) -> Mapping[str, tuple[tuple[VisitRule, ...], ...]]:
    """Return, for each regime, its statutory rows and its local ones apart; a kind it does not have is left out."""
    kinds: dict[str, dict[bool, list[VisitRule]]] = {}
    for rule in rules:
        kinds.setdefault(rule.regime, {}).setdefault(rule.standing is Standing.LOCAL, []).append(rule)
    return {regime: tuple(tuple(rows) for rows in by_kind.values()) for regime, by_kind in kinds.items()}


def _judged(placement: Placement, held: _Held, holding: _Holding, today: date) -> VisitDue:
    child_id, started_on, regime = placement.child_id, placement.started_on, placement.regime
    started_at = _midnight(started_on)
    newest = _since(held.visits.get(child_id, _NEVER), started_at)
    last = _since(held.visits_that_count.get(child_id, _NEVER), started_at)
    last_visit_on = None if last is None else london_day(last.starts_at)
    is_reviewed = held.reviewed_at.get(child_id, _NEVER_AT) >= started_at
    rules, missing = holding(regime, last_visit_on or started_on)
    rule, due_on = _earliest(rules, started_on, last_visit_on, is_reviewed=is_reviewed)
    if missing is None and due_on is None:
        missing = f"the rule {regime!r} sets no gap; add a row with the gap that was agreed"
    return VisitDue(
        placement_id=placement.id,
        child_id=child_id,
        regime=regime,
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


@lru_cache(maxsize=10_000)
def _midnight(day: date) -> datetime:
    """Return the moment at which the day begins in Europe/London; a council's placements begin on few days."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _counts(visit: Session) -> bool:
    is_unexplained = visit.seen_alone is False and visit.not_alone_why is None
    return visit.seen is not False and not is_unexplained


def _earliest(
    rules: Iterable[VisitRule], started_on: date, last_visit_on: date | None, *, is_reviewed: bool
) -> tuple[VisitRule | None, date | None]:
    """Return the row that asks for the earliest day, and that day; the first row and ``None`` where none sets a gap."""
    found: tuple[VisitRule | None, date | None] = None, None
    for rule in rules:
        if last_visit_on is None:
            due_on = rule.first_due_on(started_on)
        else:
            due_on = rule.next_due_on(last_visit_on, started_on=started_on, is_reviewed=is_reviewed)
        if found[0] is None or (due_on is not None and (found[1] is None or due_on < found[1])):
            found = rule, due_on
    return found


def rules_holding(
    regime: str, kinds: Iterable[Sequence[VisitRule]], *, on: date
) -> tuple[tuple[VisitRule, ...], str | None]:
    """Return the rows to judge by, one a kind that has one, or else what is missing."""
    if not kinds:
        return (), f"no rule has the regime {regime!r}"
    newest = [_newest(all_in_force(versions, on=on)) for versions in kinds]
    unclear = next((rows for rows in newest if len(rows) > 1), None)
    if unclear is not None:
        return (), f"{len(unclear)} rules of the regime {regime!r} came into force on {unclear[0].in_force_from}"
    rules = tuple(rule for rows in newest for rule in rows)
    return rules, None if rules else f"no rule of the regime {regime!r} was in force on {on}"


def _newest(rules: Sequence[VisitRule]) -> list[VisitRule]:
    """Return the rules that came into force last; more than one contradict each other."""
    latest = max((rule.in_force_from for rule in rules), default=None)
    return [rule for rule in rules if rule.in_force_from == latest]
