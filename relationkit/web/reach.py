"""Who answers for a child's worker at this moment, for the pages that say whom to call now."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from relationkit.errors import RelationkitError
from relationkit.plugins import CaseReader, SupportsProfiles
from relationkit.profiles import Contact, WorkerProfile, contact_now
from relationkit.records import Absence, WorkerId

__all__ = ["contact_of"]


def contact_of(
    worker_id: WorkerId | None,
    profiles: SupportsProfiles | None,
    reader_factory: Callable[[], CaseReader],
    *,
    language: str,
    now: datetime,
) -> Contact | None:
    """Return who answers for a worker now, in the words of their profile.

    Args:
        worker_id: The child's worker; ``None`` gives ``None``.
        profiles: Where cards are kept; ``None`` gives ``None``.
        reader_factory: Opens the case system, for who is away.
        language: BCP 47 tag; a profile in English stands in where there is none in it.
        now: The moment, aware.

    Returns:
        ``None`` when no profile tells, and when a source does not answer: then nobody knows who is away, and a number
        that nobody picks up must not stand on a page. The helplines always do.
    """
    if profiles is None or worker_id is None:
        return None
    try:
        if not (own := _profiles(profiles, {worker_id}, language)):
            return None
        with reader_factory() as source:
            absences = list(_absences(source, worker_id, now)) if "absences" in source.capabilities else []
        covers = _profiles(profiles, {each.cover_id for each in absences if each.cover_id}, language)
    except (RelationkitError, OSError):  # an adapter may let through what its driver said
        return None
    return contact_now(own[worker_id], absences, now, profiles=covers)


def _profiles(
    store: SupportsProfiles, worker_ids: Collection[WorkerId], language: str
) -> dict[WorkerId, WorkerProfile]:
    """Return the profiles of these workers, each in the language nearest to the one that is asked for."""
    ranked = (language, language.split("-")[0], "en")
    found = [each for each in store.profiles(worker_ids=worker_ids) if each.language in ranked]
    return {each.worker_id: each for each in sorted(found, key=lambda each: -ranked.index(each.language))}


def _absences(source: CaseReader, worker_id: WorkerId, now: datetime) -> Iterator[Absence]:
    """Yield the absences of a worker, of who covers for them now, of who covers for those, and so on."""
    asked: set[WorkerId] = set()
    wanted = {worker_id}
    while wanted:
        found = list(source.absences(worker_ids=wanted))
        yield from found
        asked |= wanted
        wanted = {each.cover_id for each in found if each.cover_id and each.is_away(now)} - asked
