"""What every outbox checks before it keeps or gives anything, so that all of them refuse the same."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from relationkit.errors import NaiveMomentError
from relationkit.sla import Escalation

__all__ = ["each_once", "in_utc", "named"]


def in_utc(now: datetime) -> datetime:
    """Return the moment in UTC.

    Raises:
        NaiveMomentError: It has no time zone.
    """
    if now.utcoffset() is None:
        raise NaiveMomentError("now")
    return now.astimezone(UTC)


def named(notifiers: Collection[str]) -> list[str]:
    """Return the names, each once, in order.

    Raises:
        ValueError: There is none: a step would be marked and nobody told.
    """
    if not notifiers or isinstance(notifiers, str):
        raise ValueError("no notifier is named, so nobody would be told; give a list such as ['outbox']")
    return sorted(set(notifiers))


def each_once(escalations: Iterable[Escalation]) -> tuple[list[Escalation], dict[str, Escalation]]:
    """Return the escalations to mark, by id, and the ids that they supersede, each with the one that does.

    An escalation that another one in the same call supersedes is not marked for itself. Of two that would supersede
    each other the later one stays: somebody is always told.
    """
    given = {escalation.id: escalation for escalation in escalations}
    superseded = {
        old: by
        for _, by in sorted(given.items())
        for old in by.supersedes
        if old not in given or _place(given[old]) < _place(by)
    }
    return [each for name, each in sorted(given.items()) if name not in superseded], superseded


def _place(escalation: Escalation) -> tuple[datetime, str]:
    """Return what tells which of two escalations is the later one."""
    return escalation.due_at, escalation.id
