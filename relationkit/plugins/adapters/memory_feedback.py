"""Feedback in memory: the model that the database is held to, and enough for trying things out."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from threading import Lock

from relationkit.feedback import (
    Evidence,
    EvidenceFault,
    EvidenceId,
    FormDraft,
    Invitation,
    InvitationId,
    KeptPicture,
    SeenSubmission,
    SentForm,
    Sight,
    Submission,
    SubmissionId,
    SubmissionRead,
    verify_evidence,
)
from relationkit.plugins.adapters.feedback_rules import (
    clock_stopped_by,
    evidence_line,
    log_line,
    manager_of,
    named_in_draft,
    named_in_evidence,
    named_in_submission,
    replied,
    seen_by,
    sees_evidence,
)
from relationkit.plugins.adapters.filters import is_within
from relationkit.plugins.adapters.memory_outbox import MemoryOutbox
from relationkit.plugins.adapters.outbox_rules import in_utc
from relationkit.plugins.talk_requests import READ_IN_TIME, reminders_of, talk_notices
from relationkit.records import Assignment, Child, Worker

__all__ = ["MemoryFeedback"]


class MemoryFeedback(MemoryOutbox):
    """A :class:`~relationkit.plugins.SupportsFeedback` for one process and its threads; gone when the process is."""

    def _start_feedback(self) -> None:
        self._start_outbox()
        self._feedback_lock = Lock()
        self._invitations: dict[InvitationId, Invitation] = {}
        self._drafts: dict[SubmissionId, FormDraft] = {}
        self._submissions: dict[SubmissionId, tuple[Submission, InvitationId | None]] = {}
        self._pictures: dict[tuple[SubmissionId, str], KeptPicture] = {}
        self._evidence: dict[EvidenceId, Evidence] = {}
        self._reads: list[SubmissionRead] = []
        self._counts: list[tuple[datetime, str]] = []

    def keep_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation; one of the same id takes its place."""
        self._invitations[invitation.id] = invitation

    def invitation(self, invitation_id: InvitationId) -> Invitation | None:
        """Return the invitation; ``None`` when it is not known."""
        return self._invitations.get(invitation_id)

    def save_draft(
        self,
        draft: FormDraft,
        *,
        pictures: Iterable[KeptPicture] = (),
        workers: Iterable[Worker] = (),
        notifiers: Collection[str] = ("outbox",),
    ) -> bool:
        """Keep a half-filled form, if this window is the quicker one."""
        new = list(pictures)
        manager_id = manager_of(draft.worker_id, workers)
        with self._feedback_lock:
            kept = self._drafts.get(draft.id)
            if draft.id in self._submissions or draft.revision != (kept.revision if kept else 0) + 1:
                return False
            if draft.wants_to_talk:
                notices = talk_notices(draft, manager_id=manager_id, now=draft.saved_at)
                self.record_escalations(notices, now=draft.saved_at, notifiers=notifiers)
            self._drafts[draft.id] = draft
            self._keep_pictures(draft.id, new, named_in_draft(draft))
        return True

    def draft(self, draft_id: SubmissionId) -> FormDraft | None:
        """Return the draft; ``None`` when there is none."""
        return self._drafts.get(draft_id)

    def draft_picture(self, draft_id: SubmissionId, sha256: str) -> KeptPicture | None:
        """Return a picture of a draft."""
        return self._pictures.get((draft_id, sha256)) if draft_id in self._drafts else None

    def delete_draft(self, draft_id: SubmissionId) -> bool:
        """Delete a draft and its pictures."""
        with self._feedback_lock:
            return self._forget(draft_id)

    def delete_drafts(self, *, saved_before: datetime) -> int:
        """Delete the drafts that were last saved before that moment."""
        at = in_utc(saved_before)
        with self._feedback_lock:
            return sum(self._forget(draft.id) for draft in list(self._drafts.values()) if draft.saved_at < at)

    def submit(
        self,
        submission: Submission,
        *,
        now: datetime,
        invitation_id: InvitationId | None = None,
        pictures: Iterable[KeptPicture] = (),
        workers: Iterable[Worker] = (),
        notifiers: Collection[str] = ("outbox",),
    ) -> bool:
        """Keep a submission, all or nothing, once."""
        at, new = in_utc(now), list(pictures)
        notices = talk_notices(submission, manager_id=manager_of(submission.worker_id, workers), now=at)
        with self._feedback_lock:
            if submission.id in self._submissions:
                return False
            if notices:
                self.record_escalations(notices, now=at, notifiers=notifiers)
            self._submissions[submission.id] = submission, invitation_id
            self._drafts.pop(submission.id, None)
            self._keep_pictures(submission.id, new, named_in_submission(submission))
        return True

    def sent_forms(self, invitation_id: InvitationId) -> list[SentForm]:
        """Return what was sent by an invitation, oldest first."""
        sent = [sub for sub, by in self._submissions.values() if by == invitation_id]
        return [SentForm(sub.id, sub.submitted_at, sub.wants_to_talk) for sub in sorted(sent, key=_order)]

    def read_submissions(
        self,
        viewer: Child | Worker,
        *,
        now: datetime,
        child_ids: Collection[str] | None = None,
        workers: Iterable[Worker] = (),
        assignments: Iterable[Assignment] = (),
    ) -> list[SeenSubmission]:
        """Return what the viewer may see, and log it."""
        at, staff, held = in_utc(now), list(workers), list(assignments)
        with self._feedback_lock:
            kept = sorted((sub for sub, _ in self._submissions.values()), key=_order)
            wanted = [sub for sub in kept if child_ids is None or sub.child_id in child_ids]
            seen = [seen_by(sub, viewer, workers=staff, assignments=held, now=at) for sub in wanted]
            shown = [each for each in seen if each is not None]
            self._log_reads(shown, viewer, at)
        return shown

    def read_picture(
        self,
        viewer: Child | Worker,
        submission_id: SubmissionId,
        sha256: str,
        *,
        now: datetime,
        workers: Iterable[Worker] = (),
        assignments: Iterable[Assignment] = (),
    ) -> KeptPicture | None:
        """Return a picture of a submission or evidence that the viewer may see, and log it."""
        at = in_utc(now)
        with self._feedback_lock:
            picture = self._pictures.get((submission_id, sha256))
            if picture is None:
                return None
            kept = self._submissions.get(submission_id)
            seen = kept and seen_by(kept[0], viewer, workers=workers, assignments=assignments, now=at)
            if seen and seen.sight is Sight.ANSWERS:
                self._log_reads([seen], viewer, at)
                return picture
            evidence = self._evidence.get(EvidenceId(submission_id))
            if evidence and sees_evidence(evidence, viewer, workers=workers, assignments=assignments, now=at):
                self._reads.append(evidence_line(evidence, viewer, at))
                return picture
        return None

    def keep_evidence(self, evidence: Evidence, *, pictures: Iterable[KeptPicture] = ()) -> bool:
        """Keep what a child wants kept, once."""
        new = list(pictures)
        with self._feedback_lock:
            if evidence.id in self._evidence:
                return False
            self._evidence[evidence.id] = evidence
            self._keep_pictures(SubmissionId(evidence.id), new, named_in_evidence(evidence))
        return True

    def read_evidence(
        self,
        viewer: Child | Worker,
        *,
        now: datetime,
        child_ids: Collection[str] | None = None,
        workers: Iterable[Worker] = (),
        assignments: Iterable[Assignment] = (),
    ) -> list[Evidence]:
        """Return the evidence that the viewer may see, and log it."""
        at, staff, held = in_utc(now), list(workers), list(assignments)
        with self._feedback_lock:
            kept = sorted(self._evidence.values(), key=lambda each: (each.added_at, each.id))
            wanted = [each for each in kept if child_ids is None or each.child_id in child_ids]
            shown = [each for each in wanted if sees_evidence(each, viewer, workers=staff, assignments=held, now=at)]
            self._reads += [evidence_line(each, viewer, at) for each in shown]
        return shown

    def reply_to_evidence(
        self,
        viewer: Worker,
        evidence_id: EvidenceId,
        text: str,
        *,
        now: datetime,
        workers: Iterable[Worker] = (),
        assignments: Iterable[Assignment] = (),
    ) -> Evidence | None:
        """Add a worker's reply to what they may see."""
        at = in_utc(now)
        with self._feedback_lock:
            kept = self._evidence.get(evidence_id)
            if kept is None or not sees_evidence(kept, viewer, workers=workers, assignments=assignments, now=at):
                return None
            self._evidence[evidence_id] = answered = replied(kept, viewer, text, at)
        return answered

    def reads(self, child_id: str) -> list[SubmissionRead]:
        """Return who read what this child said, oldest first."""
        with self._feedback_lock:
            return [line for line in self._reads if line.child_id == child_id]

    def submissions_to_count(
        self, *, by: str, now: datetime, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Submission]:
        """Return every submission of a period, for figures that show nobody."""
        at, is_inside = in_utc(now), is_within(since, until)
        with self._feedback_lock:
            self._counts.append((at, by))
            kept = sorted((sub for sub, _ in self._submissions.values()), key=_order)
        return (sub for sub in kept if is_inside(sub.submitted_at))

    def evidence_faults(self, *, by: str, now: datetime) -> Iterator[EvidenceFault]:
        """Hold every piece of evidence, and its picture, against its hash."""
        at = in_utc(now)
        with self._feedback_lock:
            self._counts.append((at, by))
            kept = sorted(self._evidence.values(), key=lambda each: (each.added_at, each.id))
            pictures = [self._pictures.get((SubmissionId(each.id), each.picture_sha256 or "")) for each in kept]
        for evidence, picture in zip(kept, pictures, strict=True):
            yield from verify_evidence(evidence, picture=None if picture is None else picture.content)

    def _log_reads(self, shown: list[SeenSubmission], viewer: Child | Worker, at: datetime) -> None:
        self._reads += [log_line(seen, viewer, at) for seen in shown]
        clocks = [
            clock
            for seen in shown
            if (clock := clock_stopped_by(seen, viewer, wants_to_talk=self._submissions[seen.id][0].wants_to_talk))
        ]
        self.withdraw(reminders_of(clocks), why=READ_IN_TIME, now=at)

    def _keep_pictures(self, owner: SubmissionId, new: list[KeptPicture], named: frozenset[str]) -> None:
        self._pictures |= {(owner, picture.sha256): picture for picture in new}
        for key in [key for key in self._pictures if key[0] == owner and key[1] not in named]:
            del self._pictures[key]

    def _forget(self, draft_id: SubmissionId) -> bool:
        if self._drafts.pop(draft_id, None) is None:
            return False
        self._keep_pictures(draft_id, [], frozenset())
        return True


def _order(submission: Submission) -> tuple[datetime, str]:
    return submission.submitted_at, submission.id
