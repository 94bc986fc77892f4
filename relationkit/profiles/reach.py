"""Who answers at this moment: the worker, else their cover, else duty; never a number that nobody picks up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from relationkit.errors import NaiveMomentError
from relationkit.profiles.cards import WorkerProfile
from relationkit.profiles.contacts import ContactWay
from relationkit.records import Absence, WorkerId

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

    The worker, unless they are away or ``now`` is outside their reckoned hours. While they are away, the cover that
    the absence names, if their ways are known and they are neither away nor outside their own hours. Else duty,
    which always answers. Hours known only in words are not guessed at: such a worker counts as reachable.

    Args:
        profile: The child's worker.
        absences: Of any workers, in any order.
        now: The moment, aware.
        profiles: Those of possible covers, by id; the worker's usual cover is known from ``profile``.

    Returns:
        Somebody to reach, always. Covers of covers are not followed: a child is passed on once, then duty answers.

    Raises:
        NaiveMomentError: ``now`` has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    current = sorted((a for a in absences if a.is_away(now)), key=lambda a: (a.starts_at, a.cover_id or ""))
    away = {absence.worker_id for absence in current}
    own = [absence for absence in current if absence.worker_id == profile.worker_id]
    if not own and profile.is_reachable(now) is not False:
        return Contact(ContactRole.WORKER, profile.worker_id, profile.name, profile.ways)
    is_away = bool(own) and all(absence.tell_child for absence in own)
    for absence in own:
        if absence.cover_id is not None and absence.cover_id not in away:
            cover = _cover(profile, absence.cover_id, now, profiles or {}, is_away=is_away)
            if cover is not None:
                return cover
    return Contact(ContactRole.DUTY, None, profile.duty.name, profile.duty.ways, is_away=is_away)


def _cover(
    profile: WorkerProfile,
    cover_id: WorkerId,
    now: datetime,
    profiles: Mapping[WorkerId, WorkerProfile],
    *,
    is_away: bool,
) -> Contact | None:
    """Return the cover as a contact, or ``None`` when no way to them is known or they are outside their hours."""
    own = profiles.get(cover_id)
    if own is not None:
        if own.is_reachable(now) is False:
            return None
        return Contact(ContactRole.COVER, cover_id, own.name, own.ways, is_away=is_away)
    usual = profile.cover
    if usual is not None and usual.worker_id == cover_id:
        return Contact(ContactRole.COVER, cover_id, usual.name, usual.ways, is_away=is_away)
    return None
