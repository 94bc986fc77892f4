"""Keeping cards true: who has none, whose is out of date, and which child was never given theirs.

Introduction cards helped children in North Somerset to know their worker only while somebody kept them up as staff
changed (Coram Voice resource bank). This is the list for that somebody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from relationkit.errors import NaiveMomentError
from relationkit.profiles.cards import WorkerProfile
from relationkit.profiles.reach import covers_of
from relationkit.records import (
    Absence,
    Assignment,
    ChildId,
    Role,
    Session,
    SessionStatus,
    WorkerId,
    london_day,
)

__all__ = ["RENEW_AFTER", "CardGiven", "CardShare", "GapKind", "ProfileGap", "card_share", "profile_gaps"]

#: A card that nobody has looked at for so long is out of date. No standard sets it: a year is our own default.
RENEW_AFTER: Final = timedelta(days=365)


class GapKind(StrEnum):
    """What is missing."""

    NO_CARD = "no_card"
    OUT_OF_DATE = "out_of_date"
    NO_COVER = "no_cover"
    NOT_GIVEN = "not_given"


@dataclass(frozen=True, slots=True)
class CardGiven:
    """A worker's card reached a child: a handover's step ``give_card`` that was done, or a note of a session."""

    child_id: ChildId
    worker_id: WorkerId
    on: date


@dataclass(frozen=True, slots=True)
class ProfileGap:
    """One thing to put right.

    Attributes:
        worker_id: Whose card.
        child_id: Who was never given it; ``None`` for gaps of the worker's.
        since: From which day it is so; ``None`` when nobody knows.
        children: How many children have this worker now.
        why: In a few words.
    """

    kind: GapKind
    worker_id: WorkerId
    child_id: ChildId | None
    since: date | None
    children: int
    why: str


@dataclass(frozen=True, slots=True)
class CardShare:
    """How many children have a worker whose card is current.

    Attributes:
        children: Those with a worker now.
        with_card: Those among them whose worker has a current card.
    """

    children: int
    with_card: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; ``None`` when no child has a worker: there is nothing to judge."""
        return self.with_card / self.children if self.children else None


def profile_gaps(
    profiles: Iterable[WorkerProfile],
    assignments: Iterable[Assignment],
    *,
    now: datetime,
    absences: Iterable[Absence] = (),
    given: Iterable[CardGiven] | None = None,
    sessions: Iterable[Session] = (),
    role: Role = Role.SOCIAL_WORKER,
    renew_after: timedelta = RENEW_AFTER,
) -> list[ProfileGap]:
    """Return what keeps children from knowing their worker, over everybody who has children now.

    Args:
        profiles: Those that are held, in any order; several of a worker, such as two languages, count as one card.
        assignments: Of any children and days; those open now in this role count.
        now: The moment to judge by, aware; its day is counted in Europe/London.
        absences: Of any workers. A worker who is away now, with nobody there to cover, is a gap.
        given: Which cards reached which children, ever; ``None`` when nobody knows, and then it is not judged who was
            never given theirs.
        sessions: How often a child without a card has met the worker, for the reader to see what is most urgent.
        role: Whose cards are asked for.
        renew_after: After how long a card counts as out of date.

    Returns:
        By kind in the order of :class:`GapKind`, then most children first, then ids; empty when all is well.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    current = _current(assignments, london_day(now), role)
    held = _by_worker(profiles)
    found = [
        *_card_gaps(held, current, london_day(now), renew_after),
        *_cover_gaps(current, absences, now),
        *(() if given is None else _not_given(current, given, sessions)),
    ]
    order = list(GapKind)
    return sorted(found, key=lambda gap: (order.index(gap.kind), -gap.children, gap.worker_id, gap.child_id or ""))


def card_share(
    profiles: Iterable[WorkerProfile],
    assignments: Iterable[Assignment],
    *,
    now: datetime,
    role: Role = Role.SOCIAL_WORKER,
    renew_after: timedelta = RENEW_AFTER,
) -> CardShare:
    """Return how many of the children who have a worker now have one with a current card.

    A measure to read beside worker changes: a new worker without a card is a stranger for longer.

    Args:
        profiles: Every worker's, in any order.
        assignments: In any order.
        now: The moment to judge by, aware.
        role: The role that counts.
        renew_after: After how long a card is out of date.

    Returns:
        How many children have a worker now, and how many of them one with a card; both zero when nobody has a worker.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    on = london_day(now)
    held = _by_worker(profiles)
    current = _current(assignments, on, role)
    with_card = sum(
        any(_stale_since(profile, on, renew_after) is None for profile in held.get(assignment.worker_id, ()))
        for assignment in current.values()
    )
    return CardShare(len(current), with_card)


def _current(assignments: Iterable[Assignment], on: date, role: Role) -> dict[ChildId, Assignment]:
    """Return each child's one worker on that day; of several, the later started, as in worker histories."""
    current: dict[ChildId, Assignment] = {}
    open_now = (each for each in assignments if each.role is role and each.is_open(on=on))
    for assignment in sorted(open_now, key=_leads_last):
        current[assignment.child_id] = assignment
    return current


def _leads_last(assignment: Assignment) -> tuple[date, date, tuple[int, ...]]:
    smaller_id_last = tuple(-ord(character) for character in assignment.worker_id)
    return assignment.started_on, assignment.ended_on or date.max, smaller_id_last


def _by_worker(profiles: Iterable[WorkerProfile]) -> dict[WorkerId, list[WorkerProfile]]:
    held: dict[WorkerId, list[WorkerProfile]] = {}
    for profile in profiles:
        held.setdefault(profile.worker_id, []).append(profile)
    return held


def _stale_since(profile: WorkerProfile, on: date, renew_after: timedelta) -> tuple[date | None, str] | None:
    """Return from which day a card is not right, and why; ``None`` while it is."""
    looked_at = max((day for day in (profile.agreed_on, profile.valid_from_on) if day is not None), default=None)
    if profile.valid_to_on is not None and profile.valid_to_on <= on:
        return profile.valid_to_on, "the card has ended"
    if profile.valid_from_on is not None and profile.valid_from_on > on:
        return None, "the card has not begun"
    if looked_at is None:
        return None, "nobody wrote down when the card was made"
    if looked_at + renew_after <= on:
        return looked_at + renew_after, f"nobody has looked at the card for {renew_after.days} days"
    return None


def _workload(current: Mapping[ChildId, Assignment]) -> dict[WorkerId, list[Assignment]]:
    loads: dict[WorkerId, list[Assignment]] = {}
    for assignment in current.values():
        loads.setdefault(assignment.worker_id, []).append(assignment)
    return loads


def _card_gaps(
    held: Mapping[WorkerId, list[WorkerProfile]],
    current: Mapping[ChildId, Assignment],
    on: date,
    renew_after: timedelta,
) -> Iterator[ProfileGap]:
    for worker_id, load in _workload(current).items():
        if worker_id not in held:
            first = min(assignment.started_on for assignment in load)
            yield ProfileGap(GapKind.NO_CARD, worker_id, None, first, len(load), "the worker has no card")
            continue
        stale = [_stale_since(profile, on, renew_after) for profile in held[worker_id]]
        problems = [each for each in stale if each is not None]
        if len(problems) == len(stale):
            since, why = problems[-1]
            yield ProfileGap(GapKind.OUT_OF_DATE, worker_id, None, since, len(load), why)


def _cover_gaps(
    current: Mapping[ChildId, Assignment], absences: Iterable[Absence], now: datetime
) -> Iterator[ProfileGap]:
    away: dict[WorkerId, list[Absence]] = {}
    for absence in absences:
        if absence.is_away(now):
            away.setdefault(absence.worker_id, []).append(absence)
    for worker_id, load in _workload(current).items():
        if worker_id in away and next(covers_of(worker_id, away), None) is None:
            since = min(london_day(absence.starts_at) for absence in away[worker_id])
            why = "the worker is away and nobody is there to cover"
            yield ProfileGap(GapKind.NO_COVER, worker_id, None, since, len(load), why)


def _not_given(
    current: Mapping[ChildId, Assignment], given: Iterable[CardGiven], sessions: Iterable[Session]
) -> Iterator[ProfileGap]:
    has_card = {(each.child_id, each.worker_id) for each in given}
    met: dict[tuple[ChildId, WorkerId], int] = {}
    for session in sessions:
        if session.status is SessionStatus.HELD:
            pair = session.child_id, session.worker_id
            met[pair] = met.get(pair, 0) + 1
    loads = _workload(current)
    for child_id, assignment in current.items():
        pair = child_id, assignment.worker_id
        if pair not in has_card:
            times = met.get(pair, 0)
            why = f"never given the card, after meeting {times} time{'' if times == 1 else 's'}"
            children = len(loads[assignment.worker_id])
            yield ProfileGap(GapKind.NOT_GIVEN, assignment.worker_id, child_id, assignment.started_on, children, why)
