"""Which reviews of a child's care plan are due, and when: counted from the day the child became looked after."""

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from pydantic import Field

from relationkit.england import (
    REVIEW_TIMESCALES,
    Standing,
    all_in_force,
    months_after,
    working_day_from,
)
from relationkit.errors import NaiveMomentError
from relationkit.records import ChildId, Day, FrozenModel, Placement, Session, SessionKind, SessionStatus, london_day
from relationkit.visits.due import last_known
from relationkit.visits.sessions import latest_sessions

__all__ = ["REVIEW_RULES", "ReviewDue", "ReviewRule", "reviews_due"]

#: Regimes of people who are not looked after any more.
NOT_LOOKED_AFTER: Final = frozenset({"care_leaver_accommodation"})
#: Regimes that are reviewed by figures that are not in the table (regulation 48): the text was not read, and councils'
#: procedures that tell of it (Waltham Forest's: three months, then six) do not say how its placements are counted.
REVIEWED_OTHERWISE: Final = frozenset({"short_breaks"})


class ReviewRule(FrozenModel):
    """How often the case of a child who is looked after must be reviewed, while this version is in force.

    Attributes:
        first_within_working_days: The first review, in working days from the day on which the child became
            looked after.
        second_within_months: The second, in calendar months from the first.
        then_at_most_months: The greatest gap between later ones, in calendar months.
        standing: How firm the row is.
        source: Where it is written.
        in_force_from: The first day of this version.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
        note: What the figures do not say.
    """

    first_within_working_days: int = Field(ge=1)
    second_within_months: int = Field(ge=1)
    then_at_most_months: int = Field(ge=1)
    standing: Standing
    source: str = Field(min_length=1)
    in_force_from: Day
    in_force_until: Day | None = None
    note: str = ""


#: The statutory rows for England.
REVIEW_RULES: Final = tuple(ReviewRule(**asdict(row)) for row in REVIEW_TIMESCALES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """When one child's case must next be reviewed.

    Attributes:
        child_id: Whose.
        looked_after_on: The day from which the child has been looked after without a break.
        held: How many reviews since then are known.
        last_review_on: The day of the last one, in Europe/London; ``None`` when none is known.
        rule: The row it was judged by; ``None`` when no one row could be found.
        due_on: The last day on which the next one is in time; ``None`` when that could not be judged.
        days_late: Whole days since ``due_on``; 0 on that day and before it, ``None`` when it could not be judged.
        could_not_be_judged: The fact that is missing; ``None`` when none is.
    """

    child_id: ChildId
    looked_after_on: date
    held: int
    last_review_on: date | None
    rule: ReviewRule | None
    due_on: date | None
    days_late: int | None
    could_not_be_judged: str | None

    @property
    def is_late(self) -> bool | None:
        """Whether the day has passed; ``None`` when that could not be judged."""
        return None if self.days_late is None else self.days_late > 0


def reviews_due(
    placements: Iterable[Placement],
    sessions: Iterable[Session],
    *,
    now: datetime,
    closed_on: Container[date] | None = None,
    known_from: date | None = None,
    rules: Collection[ReviewRule] = REVIEW_RULES,
) -> list[ReviewDue]:
    """Return one row for each child who is looked after on the day of ``now``.

    A child is looked after from the start of the first of the placements that follow each other without a day between.
    A review is a session of the kind ``review`` that was held since then and is not later than ``now``. The day it is
    counted from is day 0; months are calendar months.

    Args:
        placements: In any order; of one child and id, the one that ends counts, as for
            :func:`~relationkit.visits.visits_due`.
        sessions: In any order; of one id, the highest revision counts.
        now: An aware moment; its day in Europe/London is the day to judge by.
        closed_on: The days other than Saturdays and Sundays on which nobody works; without them a first review could
            not be judged.
        known_from: The first day from which ``sessions`` are complete; ``None``: always. Of a child who was looked
            after before it, earlier reviews may be missing: then the gap is the longer one, and without any known
            review it could not be judged.
        rules: The statutory rows, or others.

    Returns:
        The earliest due day first; those that could not be judged last. Empty when nobody is looked after.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    today = london_day(now)
    reviewed_on = _reviewed_on(sessions, now)
    by_child: dict[ChildId, list[Placement]] = {}
    for records in last_known(placements):
        by_child.setdefault(records[0].child_id, []).extend(records)
    rows = []
    for child_id, own in by_child.items():
        since = _looked_after_since(own, today)
        if since is not None:
            reviews = [day for day in reviewed_on.get(child_id, ()) if day >= since.started_on]
            rows.append(_judged(since, reviews, rules, today, closed_on, known_from))
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.child_id))


def _reviewed_on(sessions: Iterable[Session], now: datetime) -> dict[ChildId, list[date]]:
    """Return the days of the reviews that were held, by child, the first first."""
    days: dict[ChildId, list[date]] = {}
    for session in latest_sessions(sessions):
        is_review = session.kind is SessionKind.REVIEW and session.status is SessionStatus.HELD
        if is_review and session.starts_at <= now:
            days.setdefault(session.child_id, []).append(london_day(session.starts_at))
    return days


def _looked_after_since(placements: Iterable[Placement], today: date) -> Placement | None:
    """Return the first of the placements that lead up to ``today`` without a day between; ``None`` when none does."""
    first, until = None, date.min
    for placement in sorted(placements, key=lambda each: (each.started_on, each.ended_on or date.max)):
        if placement.regime in NOT_LOOKED_AFTER or placement.started_on > today:
            continue
        if placement.started_on > until:
            first = placement
        until = max(until, placement.ended_on or date.max)
    return first if until > today else None


def _judged(
    since: Placement,
    reviews: Sequence[date],
    rules: Collection[ReviewRule],
    today: date,
    closed_on: Container[date] | None,
    known_from: date | None,
) -> ReviewDue:
    last = reviews[-1] if reviews else None
    holding = all_in_force(rules, on=last or since.started_on)
    rule = max(holding, key=lambda row: row.in_force_from, default=None)
    due_on: date | None = None
    is_whole = known_from is None or since.started_on >= known_from
    if since.regime in REVIEWED_OTHERWISE:
        missing: str | None = (
            f"a placement of the regime {since.regime!r} is reviewed by figures that are not in the table (regulation "
            "48: the first within three months, then at most six months apart, which we know at second hand only)"
        )
    elif rule is None:
        missing = f"no rule for reviews was in force on {last or since.started_on}"
    else:
        due_on, missing = _due_on(rule, since.started_on, reviews, closed_on, is_whole=is_whole)
    return ReviewDue(
        child_id=since.child_id,
        looked_after_on=since.started_on,
        held=len(reviews),
        last_review_on=last,
        rule=rule,
        due_on=due_on,
        days_late=None if due_on is None else max(0, (today - due_on).days),
        could_not_be_judged=missing,
    )


def _due_on(
    rule: ReviewRule, since: date, reviews: Sequence[date], closed_on: Container[date] | None, *, is_whole: bool
) -> tuple[date | None, str | None]:
    """Return the day, or what is missing."""
    if not reviews:
        if not is_whole:
            return None, "no review is known, and the sessions do not reach back to when the child became looked after"
        if closed_on is None:
            return None, "the bank holidays are missing, and a first review is counted in working days"
        return working_day_from(since, rule.first_within_working_days, closed_on=closed_on), None
    is_second = is_whole and len(reviews) == 1
    return months_after(reviews[-1], rule.second_within_months if is_second else rule.then_at_most_months), None
