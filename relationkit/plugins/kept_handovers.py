"""A handover plan as a source keeps it, and what becomes of it when somebody writes it again."""

from dataclasses import dataclass

from relationkit.errors import HandoverConflictError
from relationkit.handovers import HandoverPlan, merge_plans

__all__ = ["KeptHandover", "next_version"]


@dataclass(frozen=True, slots=True)
class KeptHandover:
    """A plan, and which version of it this is.

    Attributes:
        plan: As it was kept.
        version: 1 when it was first kept, and one more with each change.
    """

    plan: HandoverPlan
    version: int


def next_version(plan: HandoverPlan, *, seen: KeptHandover | None, kept: KeptHandover | None) -> KeptHandover:
    """Return what is to be kept after ``plan`` was written; ``kept`` itself where nothing in it is new.

    Args:
        plan: What somebody made of ``seen``.
        seen: What they had read; ``None`` where they made a plan anew.
        kept: What is kept now; ``None`` where nothing is.

    Raises:
        HandoverConflictError: ``plan`` and ``kept`` changed the same thing since ``seen``, or a plan that was made anew
            meets another one.
    """
    if kept is None:
        return KeptHandover(plan, 1)
    if seen is None and plan != kept.plan:
        raise HandoverConflictError(plan.id, ["id"], what="a plan for this assignment is kept already")
    merged = plan if seen is None else merge_plans(seen=seen.plan, kept=kept.plan, mine=plan)
    return kept if merged == kept.plan else KeptHandover(merged, kept.version + 1)
