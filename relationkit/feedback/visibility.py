"""Who may see what of a child's answers: the one place that decides, closed unless a row opens it."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Final

from relationkit.feedback.evidence import Evidence
from relationkit.feedback.forms import Audience
from relationkit.feedback.submissions import Submission
from relationkit.records import Assignment, Child, Role, Worker

__all__ = ["Sight", "visible_to"]


class Sight(StrEnum):
    """How much of a submission somebody may see."""

    NOTHING = "nothing"
    TALK_REQUEST = "talk_request"
    """That this child wants to talk to someone soon, and not what they answered."""
    ANSWERS = "answers"


_BY_ASSIGNMENT: Final = {Role.REVIEWING_OFFICER: Audience.REVIEWING_OFFICER, Role.ADVOCATE: Audience.ADVOCATE}


def visible_to(
    submission: Submission | Evidence,
    viewer: Child | Worker,
    *,
    workers: Iterable[Worker] = (),
    assignments: Iterable[Assignment] = (),
    on: date,
) -> Sight:
    """Return how much of the submission the viewer may see; closed unless a row opens it.

    =====================================  ==========================  =====================================
    Viewer                                 When                        Sees
    =====================================  ==========================  =====================================
    the child                              always                      the answers
    the worker it is about                 the child picked them       the answers
    that worker's manager                  the child picked them       the answers
    the child's reviewing officer          the child picked them       the answers
    the child's advocate                   the child picked them       the answers
    duty                                   the child picked nobody     the answers
    duty                                   whom the child picked       nothing
                                           could not be read
    duty, and the worker's manager         "I need to talk" is ticked  that the child wants to talk, no answers
    anybody else                           always                      nothing
    =====================================  ==========================  =====================================

    The worker it is about has only their own row, so that feedback can go round them whatever other role they hold.
    The form's notice says the same to the child before the first question; the two change together.

    Args:
        submission: The child's answers, or a piece of evidence that the child gave.
        viewer: Who asks, as the records hold them.
        workers: In any order; from these comes who manages the worker it is about.
        assignments: In any order; from these comes who is the child's reviewing officer and advocate.
        on: The day of asking, in Europe/London; an assignment counts while it is open on that day.

    Returns:
        ``Sight.NOTHING`` unless a row of the table above opens more; what the records do not tell opens nothing.
    """
    if isinstance(viewer, Child):
        return Sight.ANSWERS if viewer.id == submission.child_id else Sight.NOTHING
    standing = set(_standing(submission, viewer, workers, assignments, on))
    if standing.intersection(_readers(submission)):
        return Sight.ANSWERS
    if submission.wants_to_talk and standing & {Audience.MANAGER, Audience.NOBODY_BY_NAME}:
        return Sight.TALK_REQUEST
    return Sight.NOTHING


def _readers(submission: Submission | Evidence) -> tuple[Audience, ...]:
    """Return who may read the answers: no pick is nobody by name, one that could not be read is nobody at all."""
    if submission.audience or submission.has_unread_audience:
        return submission.audience
    return (Audience.NOBODY_BY_NAME,)


def _standing(
    submission: Submission | Evidence,
    viewer: Worker,
    workers: Iterable[Worker],
    assignments: Iterable[Assignment],
    on: date,
) -> Iterator[Audience]:
    """Yield what the viewer is to this submission; duty reads what is addressed to nobody by name."""
    if viewer.id == submission.worker_id:
        yield Audience.MY_WORKER
        return
    if viewer.role is Role.DUTY:
        yield Audience.NOBODY_BY_NAME
    if any(worker.id == submission.worker_id and worker.manager_id == viewer.id for worker in workers):
        yield Audience.MANAGER
    own = [held for held in assignments if (held.child_id, held.worker_id) == (submission.child_id, viewer.id)]
    yield from (_BY_ASSIGNMENT[held.role] for held in own if held.is_open(on=on) and held.role in _BY_ASSIGNMENT)
