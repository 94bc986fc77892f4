"""Were children answered in time? Counted so that a wait that goes on is never left out of the answer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from typing import Final

from relationkit.errors import NaiveMomentError
from relationkit.intervals import share_interval
from relationkit.records import ChildId
from relationkit.sla.clocks import ClockState, ResponseClock
from relationkit.sla.estimates import WaitCurve, wait_curve
from relationkit.withholding import SMALLEST, WITHHELD, withheld_groups

__all__ = [
    "REPORT_HEADINGS",
    "WITHHELD",
    "LongestWait",
    "ReplyFigures",
    "ReportGroup",
    "ResponseReport",
    "response_report",
]

#: The columns of :meth:`ResponseReport.rows`.
REPORT_HEADINGS: Final = (
    "group",
    "clocks",
    "answered_in_time",
    "answered_late",
    "overdue",
    "not_yet_due",
    "share_in_time",
    "share_low",
    "share_high",
    "median_wait_hours",
    "ninetieth_wait_hours",
)

#: What a group is called whose clocks ``group_by`` could not place.
NOT_KNOWN: Final = "not known"

_HOUR: Final = timedelta(hours=1)

#: A cell of a table.
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class ReplyFigures:
    """What some clocks come to.

    Attributes:
        answered_in_time: Answered at or before the due time.
        answered_late: Answered after it.
        overdue: Past their due time with no answer yet.
        not_yet_due: Still waiting with time left; they are in no share, and in the curve for as long as they waited.
        confidence: How often such intervals hold the true share.
        curve: How long the waits were, by Kaplan and Meier.
    """

    answered_in_time: int
    answered_late: int
    overdue: int
    not_yet_due: int
    confidence: float
    curve: WaitCurve

    @property
    def clocks(self) -> int:
        """How many clocks there were."""
        return self.judged + self.not_yet_due

    @property
    def judged(self) -> int:
        """How many clocks the share is of: all whose due time has passed or who were answered."""
        return self.answered_in_time + self.answered_late + self.overdue

    @property
    def share_in_time(self) -> float | None:
        """Answered in time, of all that were judged, from 0 to 1; ``None`` when none was."""
        return self.answered_in_time / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """How exactly the share is known, by Wilson's method; ``None`` when there is no share.

        It takes each wait to be independent of the others. Several waits of one child, or with one worker, are not
        quite, so that the true interval is somewhat wider.
        """
        return share_interval(self.answered_in_time, self.judged, confidence=self.confidence) if self.judged else None

    @property
    def median_wait(self) -> timedelta | None:
        """By when half had an answer, in elapsed time; ``None`` when it cannot be told yet."""
        return self.curve.quantile(0.5)

    @property
    def ninetieth_wait(self) -> timedelta | None:
        """By when nine in ten had an answer, in elapsed time; ``None`` when it cannot be told yet."""
        return self.curve.quantile(0.9)


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """One group of clocks; ``figures`` is ``None`` where they are withheld."""

    name: str
    figures: ReplyFigures | None


@dataclass(frozen=True, slots=True)
class LongestWait:
    """One of the longest waits: which clock, since when, for how long, and how it stands."""

    clock_id: str
    started_at: datetime
    due_at: datetime
    waited: timedelta
    state: ClockState


@dataclass(frozen=True, slots=True)
class ResponseReport:
    """Answered in time or not, over all clocks and by group.

    Attributes:
        now: The moment that it was judged by, in UTC.
        smallest_group: Figures about fewer children than this are withheld.
        everyone: All clocks together; ``None`` where they are withheld.
        groups: By name; empty when none were asked for.
        longest: The longest waits, longest first; empty where ``everyone`` is withheld.
    """

    now: datetime
    smallest_group: int
    everyone: ReplyFigures | None
    groups: tuple[ReportGroup, ...]
    longest: tuple[LongestWait, ...]

    def rows(self) -> list[tuple[Cell, ...]]:
        """Return a table under :data:`REPORT_HEADINGS`: everyone first, then each group.

        Shares are from 0 to 1 with four digits, waits in elapsed hours with one. ``"c"`` stands for a withheld figure,
        ``None`` for a share of nothing, ``"not reached"`` for a wait that cannot be told yet.
        """
        return [_row("everyone", self.everyone), *(_row(group.name, group.figures) for group in self.groups)]


def _row(name: str, figures: ReplyFigures | None) -> tuple[Cell, ...]:
    if figures is None:
        return (name, *[WITHHELD] * (len(REPORT_HEADINGS) - 1))
    shares = (figures.share_in_time, *(figures.interval or (None, None)))
    return (
        name,
        figures.clocks,
        figures.answered_in_time,
        figures.answered_late,
        figures.overdue,
        figures.not_yet_due,
        *(None if share is None else round(share, 4) for share in shares),
        *(_hours(wait, figures) for wait in (figures.median_wait, figures.ninetieth_wait)),
    )


def _hours(wait: timedelta | None, figures: ReplyFigures) -> Cell:
    if wait is None:
        return "not reached" if figures.clocks else None
    return round(wait / _HOUR, 1)


def response_report(
    clocks: Iterable[ResponseClock],
    *,
    now: datetime,
    group_by: Callable[[ResponseClock], str | None] | None = None,
    smallest_group: int = SMALLEST,
    longest: int = 10,
    confidence: float = 0.95,
) -> ResponseReport:
    """Return how many were answered in time, how long children waited, and who waited longest.

    A wait that goes on past its due time counts as late, so that not answering never looks better than answering late.
    One that is not yet due is shown beside the share, not in it.

    Figures about 1 to 5 children (fewer than ``smallest_group``) are withheld. Where one group is, at least a second is
    too, until those withheld are of ``smallest_group`` children together: what is left when every shown group is taken
    from the total is then no small group either. Two reports over periods that overlap can be subtracted from each
    other all the same; publish fixed periods.

    Args:
        clocks: As :func:`track_responses` returns them, of the same ``now`` or later; in any order. One id counts
            once. Those that start after ``now`` are left out.
        now: The moment to judge by, aware.
        group_by: The name of a clock's group, ``None`` where it is not known: :func:`by_team`, :func:`by_worker`,
            :func:`by_role`, :func:`by_policy`, :func:`by_month`, or one of your own.
        smallest_group: Groups of fewer children are withheld; 1 withholds nothing, for those who may see each case.
        longest: How many of the longest waits are listed, by clock; 0 for a report that leaves the team.
        confidence: Of the intervals, between 0 and 1.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    utc = now.astimezone(UTC)
    counted = _each_once(clock for clock in clocks if clock.started_at <= utc)
    groups: defaultdict[str, list[ResponseClock]] = defaultdict(list)
    if group_by is not None:
        for clock in counted:
            groups[NOT_KNOWN if (name := group_by(clock)) is None else name].append(clock)
    is_shown = len(_children(counted)) >= smallest_group or not counted
    members = {name: [clock.child_id for clock in own] for name, own in groups.items()}
    withheld = withheld_groups(members, smallest=smallest_group) if is_shown else set(groups)
    return ResponseReport(
        now=utc,
        smallest_group=smallest_group,
        everyone=_figures(counted, utc, confidence) if is_shown else None,
        groups=tuple(
            ReportGroup(name, None if name in withheld else _figures(own, utc, confidence))
            for name, own in sorted(groups.items())
        ),
        longest=_longest(counted, utc, longest) if is_shown else (),
    )


def _each_once(clocks: Iterable[ResponseClock]) -> list[ResponseClock]:
    """Return one clock of each id: the one that was looked at last."""
    chosen: dict[str, ResponseClock] = {}
    for clock in clocks:
        if chosen.setdefault(clock.id, clock).seen_until < clock.seen_until:
            chosen[clock.id] = clock
    return list(chosen.values())


def _figures(clocks: Collection[ResponseClock], now: datetime, confidence: float) -> ReplyFigures:
    states = Counter(clock.state(now) for clock in clocks)
    return ReplyFigures(
        answered_in_time=states[ClockState.ANSWERED_IN_TIME],
        answered_late=states[ClockState.ANSWERED_LATE],
        overdue=states[ClockState.OVERDUE],
        not_yet_due=states[ClockState.WAITING] + states[ClockState.DUE_SOON],
        confidence=confidence,
        curve=wait_curve((_waited(clock, now), _is_answered(clock, now)) for clock in clocks),
    )


def _is_answered(clock: ResponseClock, now: datetime) -> bool:
    return clock.answered_at is not None and clock.answered_at <= now


def _waited(clock: ResponseClock, now: datetime) -> timedelta:
    return (now if clock.answered_at is None else min(clock.answered_at, now)) - clock.started_at


def _longest(clocks: Iterable[ResponseClock], now: datetime, count: int) -> tuple[LongestWait, ...]:
    """Return the longest waits; of equally long ones the earlier, then the smaller id, comes first."""
    longest = nsmallest(count, clocks, key=lambda clock: (-_waited(clock, now), clock.started_at, clock.id))
    return tuple(
        LongestWait(clock.id, clock.started_at, clock.due_at, _waited(clock, now), clock.state(now))
        for clock in longest
    )


def _children(clocks: Iterable[ResponseClock]) -> set[ChildId]:
    return {clock.child_id for clock in clocks}
