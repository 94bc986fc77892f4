"""The sessions of one child of a synthetic council: a year back, and planned for some weeks ahead.

Each is with the worker whom the child had on that day. A session on a day on which that worker is away was cancelled;
ahead, none is planned for such a day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from relationkit.records import LONDON, Session, SessionId, SessionKind, SessionStatus
from relationkit.samples import calibration as figures
from relationkit.samples.circles import Circle, Contact
from relationkit.samples.draws import Draws

__all__ = ["sessions_of"]

#: School age: sessions on weekdays are mostly after school.
_SCHOOL_AGE: Final = (4, 16)


@dataclass(frozen=True, slots=True)
class _Slot:
    day: date
    kind: SessionKind
    contact: Contact


def sessions_of(circle: Circle, *, seed: int, now: datetime, today: date) -> Iterator[Session]:
    """Yield the sessions, oldest first; one a day at most."""
    draws = Draws(seed, "sessions", circle.case.number)
    slots: dict[date, _Slot] = {}
    for slot in _slots(circle, draws, today):
        if not (slot.contact.is_away and slot.day >= today):
            slots.setdefault(slot.day, slot)
    for index, day in enumerate(sorted(slots)):
        yield _session(circle, index, slots[day], draws, now)


def _slots(circle: Circle, draws: Draws, today: date) -> Iterator[_Slot]:
    """Yield what could be held, the rarer kinds first, on weekdays on which the child has that worker."""
    planned = [*_at_changes(circle, draws), *_reviews(circle, draws, today), *_visits(circle, draws, today)]
    planned += _adviser_sessions(circle, draws, today)
    earliest = today - timedelta(days=figures.CONTACT_DAYS)
    latest = today + timedelta(days=figures.AHEAD_DAYS)
    for day, kind, find in planned:
        contact = find(day) if earliest <= day < latest and day.weekday() < 5 else None
        if contact is not None:
            yield _Slot(day, kind, contact)


_Plan = tuple[date, SessionKind, Callable[[date], Contact | None]]


def _at_changes(circle: Circle, draws: Draws) -> Iterator[_Plan]:
    """Yield an introduction for each new worker, a goodbye for some old ones, a joint session where both are there."""
    for spell in circle.spells:
        if spell.ended_on is not None and draws.chance(figures.GOODBYE_SHARE.value):
            goodbye_on = spell.ended_on - timedelta(days=draws.whole(1, 6))
            if spell.covers(goodbye_on):
                yield goodbye_on, SessionKind.GOODBYE, circle.contact
        if spell.leaves_on is not None and spell.ended_on is not None:
            yield spell.ended_on, SessionKind.JOINT, circle.contact
        introduced_on = spell.started_on + timedelta(days=draws.whole(1, 9))
        if spell.covers(introduced_on):
            yield introduced_on, SessionKind.INTRODUCTION, circle.contact


def _reviews(circle: Circle, draws: Draws, today: date) -> Iterator[_Plan]:
    for day in _every(draws, figures.REVIEW_EVERY_DAYS, today):
        yield day, SessionKind.REVIEW, circle.reviewing_officer


def _visits(circle: Circle, draws: Draws, today: date) -> Iterator[_Plan]:
    for day in _every(draws, figures.VISIT_EVERY_DAYS, today):
        yield day, SessionKind.VISIT, circle.contact
        if draws.chance(figures.EXTRA_SHARE.value):
            extra_on = _weekday(day + timedelta(days=draws.whole(4, 16)))
            yield extra_on, draws.weighted(figures.EXTRA_KINDS), circle.contact


def _adviser_sessions(circle: Circle, draws: Draws, today: date) -> Iterator[_Plan]:
    if circle.advisers:
        for day in _every(draws, figures.ADVISER_EVERY_DAYS, today):
            yield day, SessionKind.CATCH_UP, circle.adviser


def _every(draws: Draws, gap: tuple[int, int], today: date) -> Iterator[date]:
    """Yield weekdays with such gaps, over the year back and the weeks ahead."""
    day = today - timedelta(days=figures.CONTACT_DAYS - draws.whole(0, gap[1]))
    while day < today + timedelta(days=figures.AHEAD_DAYS):
        yield _weekday(day)
        day += timedelta(days=draws.whole(*gap))


def _weekday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _session(circle: Circle, index: int, slot: _Slot, draws: Draws, now: datetime) -> Session:
    starts_at = _starts_at(circle, slot.day, draws)
    ends_at = starts_at + timedelta(minutes=draws.weighted(figures.MINUTES))
    status = _status(slot, draws, is_over=ends_at <= now)
    is_moved = draws.chance(figures.MOVED_SHARE.value)
    place = draws.one_of(figures.PLACES)
    seen_alone = draws.weighted(figures.SEEN_ALONE) if status is SessionStatus.HELD else None
    return Session(
        id=SessionId(f"session-{circle.case.number:06d}-{index:03d}"),
        child_id=circle.case.id,
        worker_id=slot.contact.worker_id,
        kind=slot.kind,
        starts_at=starts_at,
        ends_at=ends_at,
        status=status,
        place=place,
        seen={SessionStatus.HELD: True, SessionStatus.MISSED: False}.get(status),
        seen_alone=seen_alone,
        not_alone_why=figures.NOT_ALONE[index % len(figures.NOT_ALONE)] if seen_alone is False else None,
        changed_at=_changed_at(starts_at, ends_at, status, draws, now),
        revision=int(is_moved) + int(status is not SessionStatus.PLANNED),
    )


def _starts_at(circle: Circle, day: date, draws: Draws) -> datetime:
    """Return a quarter of an hour in London: after school for most children of school age."""
    is_pupil = circle.case.birthday(_SCHOOL_AGE[0]) <= day < circle.case.birthday(_SCHOOL_AGE[1])
    after_school = is_pupil and draws.chance(0.8)
    quarters = draws.whole(62, 71) if after_school else draws.whole(38, 60)
    return datetime.combine(day, time(quarters // 4, quarters % 4 * 15), tzinfo=LONDON).astimezone(UTC)


def _status(slot: _Slot, draws: Draws, *, is_over: bool) -> SessionStatus:
    fate = draws.fraction()
    if not is_over:
        return SessionStatus.CANCELLED if fate < figures.LATE_CANCELLED_SHARE.value else SessionStatus.PLANNED
    if slot.contact.is_away or fate < figures.CANCELLED_SHARE.value:
        return SessionStatus.CANCELLED
    if fate < figures.CANCELLED_SHARE.value + figures.MISSED_SHARE.value:
        return SessionStatus.MISSED
    return SessionStatus.PLANNED if fate > 1 - figures.UNRECORDED_SHARE.value else SessionStatus.HELD


def _changed_at(starts_at: datetime, ends_at: datetime, status: SessionStatus, draws: Draws, now: datetime) -> datetime:
    """Return when the record last changed: booked or cancelled before the session, or written up after it."""
    if status in {SessionStatus.HELD, SessionStatus.MISSED}:
        changed_at = ends_at + timedelta(minutes=draws.whole(10, 4000))
    elif status is SessionStatus.CANCELLED:
        changed_at = starts_at - timedelta(minutes=draws.whole(60, 8000))
    else:
        changed_at = starts_at - timedelta(minutes=draws.whole(2000, 60_000))
    return min(changed_at, now)
