"""Whom to reach, and how, where profiles are given: beside who must answer, and beside a leave."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from relationkit.cli.cards import read_book
from relationkit.plugins import CaseReader
from relationkit.profiles import Contact, ContactRole, ProfileBook, WorkerProfile, contact_now
from relationkit.records import Absence, WorkerId
from relationkit.visits import Notice

__all__ = ["REACH_HEADING", "Reach", "reach_from", "reach_row", "reach_words"]

#: The column of it, in the terminal and in CSV.
REACH_HEADING: Final = ("Reach now", "reach_now")


class Reach:
    """Finds who answers for a worker at a moment.

    Args:
        book: The profiles; a worker without one cannot be said anything about.
        absences: Of any workers.
    """

    def __init__(self, book: ProfileBook, absences: Iterable[Absence]) -> None:
        self.book, self.absences = book, list(absences)
        in_english = (book.profile(profile.worker_id) for profile in book.profiles)
        self.profiles: Mapping[WorkerId, WorkerProfile] = {each.worker_id: each for each in in_english if each}

    def at(self, worker_id: WorkerId | None, moment: datetime) -> Contact | None:
        """Return who answers at that moment for a worker, or duty for nobody's child; ``None`` when no profile tells.

        Where nobody has the child, duty is told only if every profile names the same.
        """
        if worker_id is None:
            return self._duty(moment)
        profile = self.profiles.get(worker_id)
        return None if profile is None else contact_now(profile, self.absences, moment, profiles=self.profiles)

    def during(self, notice: Notice, now: datetime) -> Contact | None:
        """Return who answers for the worker of a notice: now, or at this time of day once it has begun."""
        days_ahead = -(-max(notice.starts_at - now, timedelta()) // timedelta(days=1))
        return self.at(notice.worker_id, now + timedelta(days=days_ahead))

    def _duty(self, moment: datetime) -> Contact | None:
        lines = {profile.duty for profile in self.book.profiles}
        if len(lines) != 1:
            return None
        (duty,) = lines
        return Contact(ContactRole.DUTY, None, duty.name, tuple(way for way in duty.ways if way.is_answered(moment)))


def reach_from(profiles: Path | None, reader: CaseReader) -> Reach | None:
    """Return what finds whom to reach, with the absences of the source; ``None`` without a file of profiles."""
    if profiles is None:
        return None
    return Reach(read_book(profiles), reader.absences() if "absences" in reader.capabilities else ())


def reach_words(contact: Contact | None) -> str:
    """Return the person and the ways that work: ``Made-up Kim (cover), Call me 07700 900102``."""
    if contact is None:
        return "no profile"
    who = contact.name if contact.role is ContactRole.WORKER else f"{contact.name} ({contact.role.value})"
    return f"{who}, " + "; ".join(f"{way.label} {way.value}" for way in contact.ways)


def reach_row(contact: Contact | None) -> dict[str, Any] | None:
    """Return the same as a JSON object; ``None`` when no profile tells."""
    if contact is None:
        return None
    ways = [{"kind": way.kind.value, "label": way.label, "value": way.value} for way in contact.ways]
    return {"role": contact.role.value, "worker_id": contact.worker_id, "name": contact.name, "ways": ways}
