"""Two people act on one plan at once: both are kept where they do not contradict each other."""

from relationkit.errors import HandoverConflictError, InvalidRecordError
from relationkit.handovers.moves import DayMoved, HandoverMove, WorkerNamed
from relationkit.handovers.plans import HandoverPlan

__all__ = ["merge_plans"]


def merge_plans(*, seen: HandoverPlan, kept: HandoverPlan, mine: HandoverPlan) -> HandoverPlan:
    """Return the plan with everything that was kept meanwhile and everything that I did.

    Moves contradict each other when they are about the same step, the handover day or the next worker, and are not the
    very same move; the very same one counts once, so that a try that is made again changes nothing.

    Args:
        seen: The plan as I read it.
        kept: The plan as it is kept now.
        mine: What I made of ``seen``.

    Returns:
        ``mine``, when nothing was kept meanwhile; otherwise the moves of ``kept``, then my new ones.

    Raises:
        HandoverConflictError: Both changed the same thing, or the log is not a longer one of the log that was seen.
    """
    if kept == seen:
        return _not_rewritten(seen, mine)
    ours = _not_rewritten(seen, mine).log[len(seen.log) :]
    theirs = _not_rewritten(seen, kept).log[len(seen.log) :]
    new = [move for move in ours if move not in theirs]
    touched = {_about(move) for move in theirs}
    _refuse(seen, sorted({_about(move) for move in new} & touched), "two people wrote about the same thing at once")
    changed = {name: value for name, value in mine if name != "log" and value != getattr(seen, name)}
    both = [name for name, value in changed.items() if getattr(kept, name) not in (getattr(seen, name), value)]
    _refuse(seen, sorted(both), "two people changed the same thing at once")
    try:
        return HandoverPlan.model_validate({**dict(kept), **changed, "log": (*kept.log, *new)})
    except InvalidRecordError as refusal:
        raise HandoverConflictError(seen.id, ["log"], what="what two people wrote cannot both be") from refusal


def _not_rewritten(seen: HandoverPlan, later: HandoverPlan) -> HandoverPlan:
    if later.id != seen.id or later.log[: len(seen.log)] != seen.log:
        _refuse(seen, ["log"], "what was written down before is missing or different")
    return later


def _about(move: HandoverMove) -> str:
    match move:
        case DayMoved():
            return "handover_on"
        case WorkerNamed():
            return "to_worker_id"
        case _:
            return move.step


def _refuse(plan: HandoverPlan, about: list[str], what: str) -> None:
    if about:
        raise HandoverConflictError(plan.id, about, what=what)
