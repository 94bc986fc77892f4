"""Promises in memory: the model that the database is held to, and enough for trying things out."""

from collections.abc import Collection, Iterable, Iterator
from threading import Lock

from relationkit.plugins.adapters.promise_rules import never_put_up
from relationkit.visits import PlanBoard, Promise, PromiseId, Tick

__all__ = ["MemoryPromises"]


class MemoryPromises:
    """A :class:`~relationkit.plugins.SupportsPromises` for one process and its threads; gone when the process is."""

    def _start_promises(self) -> None:
        self._promise_lock = Lock()
        self._promises: dict[PromiseId, Promise] = {}
        self._ticks: dict[Tick, None] = {}

    def put_up(self, promises: Iterable[Promise]) -> list[Promise]:
        """Keep the promises that are not there yet."""
        given = {promise.id: promise for promise in reversed(list(promises))}
        with self._promise_lock:
            new = [promise for promise in reversed(given.values()) if promise.id not in self._promises]
            self._promises |= {promise.id: promise for promise in new}
        return new

    def tick(self, ticks: Iterable[Tick]) -> list[Tick]:
        """Keep the ticks that are not there yet."""
        given = dict.fromkeys(ticks)
        with self._promise_lock:
            unknown = sorted({tick.promise_id for tick in given} - self._promises.keys())
            if unknown:
                raise never_put_up(unknown[0])
            new = [tick for tick in given if tick not in self._ticks]
            self._ticks |= dict.fromkeys(new)
        return new

    def boards(self, *, child_ids: Collection[str] | None = None) -> Iterator[PlanBoard]:
        """Return each child's board, by child id."""
        with self._promise_lock:
            promises, ticks = list(self._promises.values()), list(self._ticks)
        children = {promise.child_id for promise in promises if child_ids is None or promise.child_id in child_ids}
        for child_id in sorted(children):
            own = tuple(promise for promise in promises if promise.child_id == child_id)
            ids = {promise.id for promise in own}
            log = tuple(tick for tick in ticks if tick.promise_id in ids)
            yield PlanBoard(child_id=child_id, promises=own, log=log)
