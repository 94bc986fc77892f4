"""What every store of feedback decides alike: who sees what of it, and which pictures belong to it."""

from collections.abc import Iterable
from datetime import datetime

from relationkit.feedback import (
    Evidence,
    EvidenceReply,
    FormDraft,
    SeenSubmission,
    Sight,
    Submission,
    SubmissionId,
    SubmissionRead,
    visible_to,
)
from relationkit.plugins.talk_requests import talk_clock_id
from relationkit.records import Assignment, Child, Role, Worker, WorkerId, london_day

__all__ = [
    "clock_stopped_by",
    "evidence_line",
    "log_line",
    "manager_of",
    "named_in_draft",
    "named_in_evidence",
    "named_in_submission",
    "replied",
    "seen_by",
    "sees_evidence",
]


def seen_by(
    submission: Submission,
    viewer: Child | Worker,
    *,
    workers: Iterable[Worker],
    assignments: Iterable[Assignment],
    now: datetime,
) -> SeenSubmission | None:
    """Return as much as the viewer may see, by :func:`~relationkit.feedback.visible_to`; ``None`` for nothing."""
    sight = visible_to(submission, viewer, workers=workers, assignments=assignments, on=london_day(now))
    if sight is Sight.NOTHING:
        return None
    answers = submission if sight is Sight.ANSWERS else None
    return SeenSubmission(submission.id, submission.child_id, submission.submitted_at, sight, answers)


def log_line(seen: SeenSubmission, viewer: Child | Worker, at: datetime) -> SubmissionRead:
    """Return the line of the access log for one reading."""
    role = viewer.role if isinstance(viewer, Worker) else None
    return SubmissionRead(at, seen.id, seen.child_id, viewer.id, role, seen.sight)


def clock_stopped_by(seen: SeenSubmission, viewer: Child | Worker, *, wants_to_talk: bool) -> str | None:
    """Return the clock that this reading stops: a request to talk that duty or a manager has now seen.

    Whom the submission is about stops none, whatever their role: somebody else must look.
    """
    is_about_viewer = seen.submission is not None and seen.submission.worker_id == viewer.id
    is_told = isinstance(viewer, Worker) and viewer.role in (Role.DUTY, Role.MANAGER)
    stops = wants_to_talk and not is_about_viewer and (is_told or seen.sight is Sight.TALK_REQUEST)
    return talk_clock_id(seen.id) if stops else None


def manager_of(worker_id: WorkerId | None, workers: Iterable[Worker]) -> WorkerId | None:
    """Return who manages the worker; ``None`` when the records do not say."""
    return next((worker.manager_id for worker in workers if worker.id == worker_id), None)


def named_in_draft(draft: FormDraft) -> frozenset[str]:
    """Return what its answers say, pictures by their names among it; a picture that no answer names is not kept."""
    return frozenset(value for values in draft.answers.values() for value in values)


def named_in_submission(submission: Submission) -> frozenset[str]:
    """Return the answers that may be the name of a picture; a picture that none names is not kept."""
    return frozenset(answer.value for answer in submission.answers if isinstance(answer.value, str))


def sees_evidence(
    evidence: Evidence,
    viewer: Child | Worker,
    *,
    workers: Iterable[Worker],
    assignments: Iterable[Assignment],
    now: datetime,
) -> bool:
    """Return whether the viewer may see it, by :func:`~relationkit.feedback.visible_to`."""
    sight = visible_to(evidence, viewer, workers=workers, assignments=assignments, on=london_day(now))
    return sight is Sight.ANSWERS


def evidence_line(evidence: Evidence, viewer: Child | Worker, at: datetime) -> SubmissionRead:
    """Return the line of the access log for one reading of evidence."""
    role = viewer.role if isinstance(viewer, Worker) else None
    return SubmissionRead(at, SubmissionId(evidence.id), evidence.child_id, viewer.id, role, Sight.ANSWERS)


def named_in_evidence(evidence: Evidence) -> frozenset[str]:
    """Return the name of its picture, if it has one."""
    return frozenset() if evidence.picture_sha256 is None else frozenset({evidence.picture_sha256})


def replied(evidence: Evidence, viewer: Worker, text: str, at: datetime) -> Evidence:
    """Return the evidence with a worker's reply."""
    return evidence.replied(EvidenceReply(by=viewer.id, at=at, text=text))
