"""What lies behind a change of worker: leavers, re-organisation, absence, process, somebody's wish.

The statutory return gives ten reasons and asks no more. Which of them belong together, and which leave time for a
goodbye, is a judgement, made here once, in a table that anybody can disagree with.
"""

from dataclasses import dataclass
from typing import Final, Literal

from relationkit.records import ChangeReason

__all__ = ["BACK_FROM_COVER", "CAUSES", "NOT_GIVEN", "Cause", "Timing", "cause_of"]


#: Whether there was time for a goodbye.
Timing = Literal["planned", "unplanned", "not known"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason of the return, and what we make of it.

    Attributes:
        reason: The reason; ``None`` where the source gives none.
        cause: What it is counted under.
        timing: ``"planned"`` where somebody could set the day, so that there was time for a goodbye; ``"unplanned"``
            where nobody could; ``"not known"`` where the reason does not tell.
        because: Why we judge so.
    """

    reason: ChangeReason | None
    cause: str
    timing: Timing
    because: str


#: Where the source gives no reason.
NOT_GIVEN: Final = Cause(None, "not given", "not known", "the source gives no reason")
#: The lead goes back to a worker who had kept their assignment: no spell begins, so that there is no reason to give.
BACK_FROM_COVER: Final = Cause(
    None, "absence", "not known", "the end of a cover; its day may or may not have been known"
)

#: In the order in which a report shows them. The reasons are those of the statutory return
#: (:data:`relationkit.england.REASON_CODES`); the grouping, and what is planned, are our own judgement.
CAUSES: Final = (
    Cause(ChangeReason.LEFT_ROLE, "leavers", "not known", "some give notice, some are gone the next day"),
    Cause(ChangeReason.DIED, "leavers", "unplanned", "nobody set the day"),
    Cause(ChangeReason.RESTRUCTURE, "re-organisation", "planned", "the organisation set the day"),
    Cause(ChangeReason.ABSENCE, "absence", "unplanned", "illness gives no notice"),
    Cause(ChangeReason.TRANSFER_PROCESS, "process", "planned", "the process sets the day"),
    Cause(ChangeReason.FIRST_CONTACT, "process", "not known", "a new referral may come at any time"),
    Cause(ChangeReason.MANAGING_CASELOADS, "caseloads", "planned", "a manager set the day"),
    Cause(ChangeReason.CHILD_REQUEST, "the child's request", "planned", "the child asked, and was heard"),
    Cause(ChangeReason.PARENT_OR_CARER_REQUEST, "a parent's or carer's request", "planned", "somebody agreed to it"),
    Cause(ChangeReason.OTHER, "other", "not known", "the reason does not tell"),
    NOT_GIVEN,
)

_CAUSE_OF: Final = {row.reason: row for row in CAUSES}


def cause_of(reason: ChangeReason | None) -> Cause:
    """Return the row of a reason; :data:`NOT_GIVEN` for none."""
    return _CAUSE_OF[reason]
