"""One session, one record: sources send the same session again whenever it changes."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from relationkit.records import Session, SessionId

__all__ = ["latest_by_id", "latest_sessions"]


def latest_sessions(sessions: Iterable[Session]) -> list[Session]:
    """Return each session once, as its highest revision tells it.

    Two records with one id and one revision contradict each other: then the one changed last counts, and if that is
    equal too, the one whose text sorts last, so that the order of the input never decides.

    Args:
        sessions: In any order, the same id any number of times.

    Returns:
        One record an id, by start and then by id; empty when there are none.
    """
    return sorted(latest_by_id(sessions).values(), key=attrgetter("starts_at", "id"))


def latest_by_id(sessions: Iterable[Session]) -> dict[SessionId, Session]:
    """Return what :func:`latest_sessions` does, by id and in no order: for a rule that sorts nothing."""
    latest: dict[SessionId, Session] = {}
    for session in sessions:
        session_id = session.id
        known = latest.setdefault(session_id, session)
        if known is not session and _version(session) > _version(known):
            latest[session_id] = session
    return latest


def _version(session: Session) -> tuple[int, bool, datetime, str]:
    changed_at = session.changed_at
    return session.revision, changed_at is not None, changed_at or session.starts_at, session.model_dump_json()
