"""Asking again without fetching again: the tag of a file, the moment it changed, and whether a reader has it already.

A tag is made of the bytes, so it is right on any number of machines. A moment is not so easily right: the newest
change of the records goes *back* when a session is deleted, and a phone that asks by the moment would keep the ghost
of it. So the moment here is the one at which this process first answered with these bytes.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from threading import Lock
from typing import Final

from relationkit.errors import NaiveMomentError

__all__ = ["ChangeMoments", "entity_tag", "http_date", "is_unchanged"]

#: What HTTP's moments can tell apart (RFC 9110, 5.6.7).
_SECOND: Final = timedelta(seconds=1)

_ENTITY_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')


def entity_tag(body: bytes) -> str:
    """Return the strong ``ETag`` of a file: a SHA-256 of its bytes, in quotation marks."""
    return f'"{sha256(body).hexdigest()}"'


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP writes it, such as ``Mon, 10 Mar 2025 12:00:00 GMT``; parts of a second are left out.

    Raises:
        NaiveMomentError: It has no time zone.
    """
    if moment.utcoffset() is None:
        raise NaiveMomentError("moment")
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


class ChangeMoments:
    """Knows when each file changed, from its tags: for ``Last-Modified``. For any number of threads.

    The moment of a file never goes back while the process runs, also when its records do, and each change has another
    second. A process that starts anew takes its first answer for a change, which costs each reader one more fetch.
    Several processes behind one address know different moments: a reader that asks by moments fetches some files twice,
    and may miss a change that was undone again until the next one. Tags miss nothing.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, datetime]] = {}
        self._lock = Lock()

    def changed_at(self, name: str, tag: str, *, now: datetime) -> datetime:
        """Return the second in which the file got this tag, in UTC.

        Args:
            name: Which file; each is remembered, so only names of files that exist.
            tag: Of its bytes at this moment.
            now: The moment of the answer, aware.

        Raises:
            NaiveMomentError: ``now`` has no time zone.
        """
        if now.utcoffset() is None:
            raise NaiveMomentError("now")
        second = now.astimezone(UTC).replace(microsecond=0)
        with self._lock:
            known = self._seen.get(name)
            if known is None or known[0] != tag:
                known = tag, second if known is None else max(second, known[1] + _SECOND)
                self._seen[name] = known
            return known[1]


def is_unchanged(
    tag: str, changed_at: datetime | None = None, *, if_none_match: str = "", if_modified_since: str = ""
) -> bool:
    """Return whether the reader has the file already, so that the answer is 304 without a body (RFC 9110, 13.2.2).

    Args:
        tag: Of the file as it is now.
        changed_at: When it last changed, aware; ``None`` when that is not known, and only tags count.
        if_none_match: The request's header of that name; empty when it has none. Tags are compared weakly. Where it
            stands, the other header is not looked at.
        if_modified_since: Likewise; a date that cannot be read counts as none.
    """
    if if_none_match:
        return if_none_match.strip() == "*" or tag in _ENTITY_TAG.findall(if_none_match)
    since = _moment(if_modified_since)
    return changed_at is not None and since is not None and changed_at.replace(microsecond=0) <= since


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # no date, or a zone further off than any
        return None
    return moment if moment.utcoffset() is not None else None
