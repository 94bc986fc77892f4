"""Everything about one child's workers in one window, what cannot be told said so."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from relationkit.continuity.care import CarePeriod, care_periods
from relationkit.continuity.causes import BACK_FROM_COVER, Cause, Timing, cause_of
from relationkit.continuity.changes import WorkerChange, distinct_workers, worker_changes
from relationkit.continuity.history import (
    DEFAULT_RULES,
    HistoryRules,
    WorkerSpell,
    assignments_of_one_child,
    worker_history,
)
from relationkit.continuity.measures import (
    CommissionerInstability,
    DfeStability,
    commissioner_instability,
    dfe_stability,
)
from relationkit.continuity.windows import Window
from relationkit.records import Assignment, AssignmentId, ChangeReason, Placement, Role, WorkerId

__all__ = ["Continuity", "JudgedChange", "continuity_of"]

#: A first worker may come so many days after care began, and the records still reach back to its beginning: so many may
#: lie between two spells of the statutory return (rule SW10).
REACHES_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """One change of worker, and what is made of it.

    Attributes:
        change: The change.
        cause: What it is counted under, and whether somebody could set the day.
        is_team_move: Whether the new worker is of another team; ``None`` where either team is not known.
        before: The spell of the worker before.
    """

    change: WorkerChange
    cause: Cause
    is_team_move: bool | None
    before: WorkerSpell


@dataclass(frozen=True, slots=True)
class Continuity:
    """One child's workers of one role in one window. Days are whole days; ``None`` is "could not be judged".

    Attributes:
        role: Whose history this is.
        window: The days that were looked at.
        dfe_stability: Distinct workers, as the Department for Education counts; ``None`` without any assignment of the
            role, for then it is not known whether nobody was there or nobody wrote it down.
        commissioner_instability: Changes without cover, as the Children's Commissioner counts; ``None`` likewise.
        history: Who led when: the spells with a day in the window, oldest first, whole.
        changes: The changes in the window, oldest first, judged.
        days_led: The lead workers of the window in the order in which they came, each with the days they led in it.
        days_in_care: Days of the window in care; ``None`` when it is not known when the child was in care.
        days_without_worker: Those of them on which nobody led; ``None`` likewise, or without any assignment.
        gap_days: Days of the window on which nobody led, between two spells; ``None`` without any assignment.
        longest_days: The longest time that one of these spells had lasted without a break by the end of the window,
            days before the window included; ``None`` when nobody led in it.
        current: Who leads on the last day of the window; ``None`` for nobody.
        is_allocated: Whether somebody does; ``None`` when nobody does and the child is not known to be in care then.
        workers_in_care: Lead workers so far in the period of care that holds the last day; ``None`` when there is none,
            or when the records do not reach back to its beginning.
        kept_through_team_moves: How often the team changed in the window and the worker did not.
    """

    role: Role
    window: Window
    dfe_stability: DfeStability | None
    commissioner_instability: CommissionerInstability | None
    history: tuple[WorkerSpell, ...]
    changes: tuple[JudgedChange, ...]
    days_led: tuple[tuple[WorkerId, int], ...]
    days_in_care: int | None
    days_without_worker: int | None
    gap_days: int | None
    longest_days: int | None
    current: WorkerSpell | None
    is_allocated: bool | None
    workers_in_care: int | None
    kept_through_team_moves: int

    @property
    def is_known(self) -> bool:
        """Whether the child has any assignment of the role, in the window or outside it."""
        return self.dfe_stability is not None

    @property
    def days_with_worker(self) -> int | None:
        """Days of the window on which somebody led; ``None`` without any assignment."""
        return sum(days for _, days in self.days_led) if self.is_known else None

    @property
    def current_days(self) -> int | None:
        """For how many days the current worker has led at the end of the window; ``None`` for nobody."""
        return None if self.current is None else (self.window.end_on - self.current.started_on).days

    @property
    def reasons(self) -> Mapping[ChangeReason | None, int]:
        """How many changes had which reason; ``None`` stands for those that give none."""
        return Counter(each.change.reason for each in self.changes)

    @property
    def returns(self) -> int | None:
        """Changes to a worker whom the child had before; ``None`` without any assignment."""
        return sum(each.change.returned for each in self.changes) if self.is_known else None

    @property
    def team_moves(self) -> Mapping[bool | None, int]:
        """Changes to a worker of another team (``True``), of the same team (``False``), and not known (``None``)."""
        return Counter(each.is_team_move for each in self.changes)

    @property
    def timing(self) -> Mapping[Timing, int]:
        """Changes whose day somebody could set (planned), nobody could (unplanned), and those not known."""
        return Counter(each.cause.timing for each in self.changes)


def continuity_of(
    assignments: Iterable[Assignment],
    window: Window,
    rules: HistoryRules = DEFAULT_RULES,
    *,
    placements: Iterable[Placement] | None = None,
) -> Continuity:
    """Return everything about one child's workers of one role in one window.

    Args:
        assignments: One child's, in any order, duplicates allowed; other roles are passed over.
        window: The days to look at. Cut it at the day the data was taken, or an open spell counts on.
        rules: Whose history (``rules.role``), and what to make of cover and gaps. The two named measures keep their own
            definitions; of another role than social worker they are counted in the same way.
        placements: The same child's, in any order; ``None`` when it is not known when the child was in care.

    Raises:
        SeveralChildrenError: The assignments are of more than one child.
    """
    held = [each for each in assignments_of_one_child(assignments) if each.role is rules.role]
    whole = worker_history(held, rules)
    history = tuple(spell for spell in whole if window.overlaps(spell.started_on, spell.ended_on))
    periods = None if placements is None else care_periods(placements)
    by_id = {each.id: each for each in held}
    last_day = Window(window.last_on, window.end_on)
    current = next((spell for spell in history if last_day.overlaps(spell.started_on, spell.ended_on)), None)
    days = _days_of(history, window)
    return Continuity(
        role=rules.role,
        window=window,
        dfe_stability=dfe_stability(held, window, role=rules.role) if whole else None,
        commissioner_instability=commissioner_instability(held, window, role=rules.role) if whole else None,
        history=history,
        changes=tuple(_judged(whole, window, by_id)),
        days_led=tuple((worker_id, days[worker_id]) for worker_id in distinct_workers(history, window)),
        days_in_care=None if periods is None else sum(len(each.days_in(window)) for each in periods),
        days_without_worker=None if periods is None or not whole else _days_alone(periods, history, window),
        gap_days=_gap_days(whole, window) if whole else None,
        longest_days=max((_length(spell, window) for spell in history), default=None),
        current=current,
        is_allocated=True if current is not None else _is_in_care(periods, window.last_on),
        workers_in_care=_workers_in_care(whole, periods, window),
        kept_through_team_moves=_kept_through_team_moves(history, by_id, window),
    )


def _is_in_care(periods: Sequence[CarePeriod] | None, day: date) -> bool | None:
    """Return ``False``, nobody is allocated, for a child in care; ``None`` for one who is not, or not known to be."""
    return False if any(period.holds(day) for period in periods or ()) else None


def _days_of(history: Iterable[WorkerSpell], window: Window) -> Counter[WorkerId]:
    days: Counter[WorkerId] = Counter()
    for spell in history:
        days[spell.worker_id] += len(_days_led(spell, window))
    return days


def _days_led(spell: WorkerSpell, window: Window) -> range:
    return CarePeriod(spell.started_on, spell.ended_on).days_in(window)


def _length(spell: WorkerSpell, window: Window) -> int:
    ended_on = window.end_on if spell.ended_on is None else min(spell.ended_on, window.end_on)
    return (ended_on - spell.started_on).days


def _days_alone(periods: Iterable[CarePeriod], history: Sequence[WorkerSpell], window: Window) -> int:
    """Return the days in care on which nobody led: neither periods nor spells overlap among themselves."""
    led = [_days_led(spell, window) for spell in history]
    care = [period.days_in(window) for period in periods]
    together = sum(len(range(max(a.start, b.start), min(a.stop, b.stop))) for a in care for b in led)
    return sum(map(len, care)) - together


def _gap_days(whole: Sequence[WorkerSpell], window: Window) -> int:
    return sum(
        len(CarePeriod(before.ended_on, after.started_on).days_in(window))
        for before, after in pairwise(whole)
        if before.ended_on is not None
    )


def _judged(
    whole: Sequence[WorkerSpell], window: Window, by_id: Mapping[AssignmentId, Assignment]
) -> Iterable[JudgedChange]:
    before_of = {after.started_on: (before, after) for before, after in pairwise(whole)}
    for change in worker_changes(whole, window):
        before, after = before_of[change.on]
        old, new = by_id[before.assignment_ids[-1]], by_id[after.assignment_ids[0]]
        is_back = change.reason is None and new.started_on < after.started_on
        is_known = old.team is not None and new.team is not None
        cause = BACK_FROM_COVER if is_back else cause_of(change.reason)
        yield JudgedChange(change, cause, old.team != new.team if is_known else None, before)


def _workers_in_care(whole: Sequence[WorkerSpell], periods: Sequence[CarePeriod] | None, window: Window) -> int | None:
    period = next((each for each in periods or () if each.holds(window.last_on)), None)
    if period is None or not whole or whole[0].started_on > period.started_on + REACHES_WITHIN:
        return None
    return len(distinct_workers(whole, Window(period.started_on, window.end_on)))


def _kept_through_team_moves(
    history: Iterable[WorkerSpell], by_id: Mapping[AssignmentId, Assignment], window: Window
) -> int:
    return sum(
        later.started_on in window
        for spell in history
        for earlier, later in pairwise(by_id[each] for each in spell.assignment_ids)
        if earlier.team is not None and later.team is not None and earlier.team != later.team
    )
