"""Who answers at this moment: the worker, else their cover, else duty; never a number that nobody picks up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from relationkit.errors import NaiveMomentError
from relationkit.profiles.cards import Cover, WorkerProfile
from relationkit.profiles.contacts import ContactWay
from relationkit.records import Absence, WorkerId, london_day

__all__ = ["Contact", "ContactRole", "contact_now"]


class ContactRole(StrEnum):
    """As what somebody answers."""

    WORKER = "worker"
    COVER = "cover"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who to reach at a moment, and how.

    Attributes:
        role: As what they answer.
        worker_id: Who; ``None`` for duty.
        name: As children know them; in no repr.
        ways: In the order to try, never empty; in no repr.
        is_away: Whether the child may be told that their worker is away; ``False`` when they are not away, or when
            the absence is not to be told.
    """

    role: ContactRole
    worker_id: WorkerId | None
    name: str = field(repr=False)
    ways: tuple[ContactWay, ...] = field(repr=False)
    is_away: bool = False


def contact_now(
    profile: WorkerProfile,
    absences: Iterable[Absence],
    now: datetime,
    *,
    profiles: Mapping[WorkerId, WorkerProfile] | None = None,
) -> Contact:
    """Return the person and the ways that work at this moment.

    The worker, unless they are away, have left (``valid_to_on``), or nobody answers any of their ways at this hour.
    While they are away, the cover that the absence names; where that person is away too, whoever covers for them, and
    so on, each asked once. Else duty, which always answers. Only ways that are answered at this hour are given. Hours
    known only in words are not guessed at: such a worker counts as reachable.

    Args:
        profile: The child's worker.
        absences: Of any workers, in any order.
        now: The moment, aware.
        profiles: Those of possible covers, by id; the worker's usual cover is known from ``profile``.

    Returns:
        Somebody to reach, always.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    away: dict[WorkerId, list[Absence]] = {}
    for absence in sorted((a for a in absences if a.is_away(now)), key=lambda a: (a.starts_at, a.cover_id or "")):
        away.setdefault(absence.worker_id, []).append(absence)
    own = away.get(profile.worker_id, [])
    if not own and (ways := _ways_now(profile, now)):
        return Contact(ContactRole.WORKER, profile.worker_id, profile.name, ways)
    is_away = bool(own) and all(absence.tell_child for absence in own)
    known = {**_usual_cover(profile), **(profiles or {})}
    for cover_id in covers_of(profile.worker_id, away):
        if cover_id in known and (ways := _ways_now(known[cover_id], now)):
            return Contact(ContactRole.COVER, cover_id, known[cover_id].name, ways, is_away=is_away)
    ways = tuple(way for way in profile.duty.ways if way.is_answered(now))
    return Contact(ContactRole.DUTY, None, profile.duty.name, ways, is_away=is_away)


def _usual_cover(profile: WorkerProfile) -> dict[WorkerId, Cover | WorkerProfile]:
    return {} if profile.cover is None else {profile.cover.worker_id: profile.cover}


def covers_of(worker_id: WorkerId, away: Mapping[WorkerId, list[Absence]]) -> Iterator[WorkerId]:
    """Yield who stands in and is there, nearest first: a cover who is away passes on to their own."""
    waiting, asked = [worker_id], {worker_id}
    while waiting:
        for absence in away.get(waiting.pop(0), ()):
            cover_id = absence.cover_id
            if cover_id is None or cover_id in asked:
                continue
            asked.add(cover_id)
            if cover_id in away:
                waiting.append(cover_id)
            else:
                yield cover_id


def _ways_now(person: Cover | WorkerProfile, now: datetime) -> tuple[ContactWay, ...]:
    """Return the ways to a person that are answered at this moment; none out of hours or once they have left."""
    if isinstance(person, WorkerProfile):
        has_left = person.valid_to_on is not None and person.valid_to_on <= london_day(now)
        if has_left or person.is_reachable(now) is False:
            return ()
    return tuple(way for way in person.ways if way.is_answered(now))
