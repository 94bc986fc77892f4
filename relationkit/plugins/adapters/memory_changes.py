"""What memory hears of changes: the model that the database is held to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Final, TypeVar
from uuid import uuid4

from relationkit.plugins.adapters.looking import Kept
from relationkit.plugins.adapters.memory_outbox import MemoryOutbox
from relationkit.plugins.adapters.outbox_rules import in_utc
from relationkit.plugins.changes import Changes
from relationkit.plugins.outbox import OutboxState
from relationkit.records import Absence, Assignment, ChildId, Message, Record, Worker
from relationkit.sla import NextLook

__all__ = ["MemoryChanges"]

KeyT = TypeVar("KeyT")

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN: Final = (OutboxState.WAITING, OutboxState.CLAIMED)


class MemoryChanges(MemoryOutbox):
    """A :class:`~relationkit.plugins.SupportsChangesSince` for one process and its threads, gone when it is."""

    def _start_changes(self) -> None:
        self._changes_lock = Lock()
        self._numbers = count(1)
        self._heard: dict[int, ChildId | None] = {}
        self._looks: dict[tuple[ChildId, str], NextLook] = {}
        self._pass: Kept | None = None

    def changes_since(self, *, rules: str, now: datetime) -> Changes:
        """Return which children have to be looked at."""
        at = in_utc(now)
        waiting = {row.escalation.child_id for row in self.outbox_rows(states=_OPEN)}
        with self._changes_lock:
            if self._pass is None:  # from now on changes are heard; the first answer is everybody
                self._pass = Kept(uuid4().hex, "", _NEVER, _NEVER)
            kept, seen = self._pass, tuple(self._heard)
            heard = set(self._heard.values())
            due = {look.child_id for look in self._looks.values() if look.look_at is not None and look.look_at <= at}
        if None in heard or not kept.is_sure(rules, at):
            return Changes(None, seen, kept.revision, is_keepable=not kept.is_past(at))
        return Changes(frozenset(each for each in heard | due | waiting if each is not None), seen, kept.revision)

    def keep_looks(self, changes: Changes, looks: Iterable[NextLook], *, rules: str, now: datetime) -> bool:
        """Keep when the children are to be looked at next, unless another pass has kept something since."""
        at, new = in_utc(now), {(look.child_id, look.clock_id): look for look in looks}
        with self._changes_lock:
            kept = self._pass
            if kept is None or not changes.is_keepable or kept.revision != changes.revision:
                return False
            self._pass = replace(
                kept,
                revision=uuid4().hex,
                rules=rules,
                kept_at=max(kept.kept_at, at),
                all_looked_at=at if changes.child_ids is None else kept.all_looked_at,
            )
            stay = {} if changes.child_ids is None else self._looks
            self._looks = {key: look for key, look in stay.items() if key[0] not in (changes.child_ids or ())} | new
            self._heard = {number: child for number, child in self._heard.items() if number not in set(changes.seen)}
        return True

    def overdue_clocks(self, *, now: datetime, without: Collection[str] = ()) -> int:
        """Return how many clocks are overdue by the looks that were kept."""
        at = in_utc(now)
        with self._changes_lock:
            due = [look for look in self._looks.values() if look.due_at is not None and look.due_at < at]
        return sum(look.child_id not in without for look in due)

    def _hear(self, before: Mapping[KeyT, Record], written: Mapping[KeyT, Record]) -> None:
        """Note whom a write concerns; a record that is written as it was concerns nobody."""
        with self._changes_lock:
            if self._pass is None:
                return
            changed = [(before.get(key), record) for key, record in written.items() if before.get(key) != record]
            for child_id in dict.fromkeys(child for old, new in changed for child in _concerned(old, new)):
                self._heard[next(self._numbers)] = child_id


def _concerned(old: Record | None, new: Record) -> Iterable[ChildId | None]:
    """Return the children that a change concerns; ``None`` for any child."""
    if isinstance(new, Absence | Worker):
        return (None,)
    return tuple(each.child_id for each in (old, new) if isinstance(each, Assignment | Message))
