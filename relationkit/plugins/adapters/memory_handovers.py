"""Handover plans in memory: the model that the database is held to."""

from collections.abc import Collection, Iterator
from threading import Lock

from relationkit.handovers import HandoverId, HandoverPlan
from relationkit.plugins.adapters.filters import wanted_ids
from relationkit.plugins.kept_handovers import KeptHandover, next_version

__all__ = ["MemoryHandovers"]


class MemoryHandovers:
    """A :class:`~relationkit.plugins.SupportsHandovers` for one process and its threads; gone when the process is."""

    def _start_handovers(self) -> None:
        self._handovers_lock = Lock()
        self._handovers: dict[HandoverId, KeptHandover] = {}

    def handovers(self, *, child_ids: Collection[str] | None = None) -> Iterator[KeptHandover]:
        """Return the plans as they are kept now, child by child, then by id."""
        is_wanted = wanted_ids(child_ids)
        with self._handovers_lock:
            kept = sorted(self._handovers.values(), key=lambda each: (each.plan.child_id, each.plan.id))
        return (each for each in kept if is_wanted(each.plan.child_id))

    def handover(self, plan_id: HandoverId) -> KeptHandover | None:
        """Return one plan as it is kept now; ``None`` when there is none."""
        with self._handovers_lock:
            return self._handovers.get(plan_id)

    def keep_handover(self, plan: HandoverPlan, *, seen: KeptHandover | None = None) -> KeptHandover:
        """Keep a plan, merged with what others kept meanwhile."""
        with self._handovers_lock:
            after = next_version(plan, seen=seen, kept=self._handovers.get(plan.id))
            self._handovers[plan.id] = after
        return after
