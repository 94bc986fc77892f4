"""Changes of worker: on which days did the child's lead worker become another person?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from relationkit.continuity.history import WorkerSpell, gap_days
from relationkit.continuity.windows import Window
from relationkit.records import ChangeReason, WorkerId

__all__ = ["WorkerChange", "distinct_workers", "worker_changes"]


@dataclass(frozen=True, slots=True)
class WorkerChange:
    """The lead worker is another person than the one before.

    Attributes:
        on: The new worker's first day.
        from_worker: The lead worker before, however long ago.
        to_worker: The lead worker from then on.
        reason: Why the new worker was put in place; ``None`` when the source does not tell, or when the lead went back
            to somebody who had kept their assignment.
        gap_days: Days between the two on which nobody led; zero when one followed the other.
        returned: Whether the child had this worker before.
    """

    on: date
    from_worker: WorkerId
    to_worker: WorkerId
    reason: ChangeReason | None
    gap_days: int
    returned: bool


def worker_changes(history: Iterable[WorkerSpell], window: Window) -> list[WorkerChange]:
    """Return the changes whose day is inside the window.

    The first worker ever is not a change; neither is the same worker after a gap. Whether a worker ``returned`` is
    seen over the whole history, not the window alone.

    Args:
        history: As :func:`~relationkit.continuity.worker_history` returns it: one child's, oldest first, no overlap.
        window: The days to look at; its first day is inside, its end is not.

    Returns:
        Oldest first; empty when the child kept their worker, or had none.
    """
    changes: list[WorkerChange] = []
    known: set[WorkerId] = set()
    for before, after in pairwise(history):
        known.add(before.worker_id)
        if after.worker_id != before.worker_id and after.started_on in window:
            changes.append(
                WorkerChange(
                    after.started_on,
                    before.worker_id,
                    after.worker_id,
                    after.reason,
                    gap_days(before, after),
                    after.worker_id in known,
                )
            )
    return changes


def distinct_workers(history: Iterable[WorkerSpell], window: Window) -> list[WorkerId]:
    """Return the lead workers who held at least a day of the window, each once, in the order in which they came to it.

    Args:
        history: As :func:`~relationkit.continuity.worker_history` returns it.
        window: The days to look at.

    Returns:
        Their ids; empty when nobody led on any day of the window.
    """
    within = [spell.worker_id for spell in history if window.overlaps(spell.started_on, spell.ended_on)]
    return list(dict.fromkeys(within))
