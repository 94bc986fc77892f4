"""The ports: through which the house reads a case system, keeps what must be said, and says it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from relationkit.england import ReturnedChild
from relationkit.errors import Problem
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
    Submission,
    SubmissionId,
    SubmissionRead,
)
from relationkit.handovers import HandoverId, HandoverPlan
from relationkit.plugins.changes import Changes
from relationkit.plugins.kept_handovers import KeptHandover
from relationkit.plugins.outbox import OutboxRow, OutboxState, Receipt
from relationkit.profiles import (
    AboutMe,
    AboutMeVersions,
    KeptProfile,
    ProfileInvitation,
    ProfileInvitationId,
    WorkerProfile,
)
from relationkit.records import (
    Absence,
    Assignment,
    Child,
    ChildId,
    Message,
    Placement,
    Record,
    Session,
    Worker,
    WorkerId,
)
from relationkit.sla import Escalation, NextLook
from relationkit.visits import PlanBoard, Promise, Tick

__all__ = [
    "CaseReader",
    "Notifier",
    "SupportsChangesSince",
    "SupportsFeedback",
    "SupportsHandovers",
    "SupportsOutbox",
    "SupportsProfiles",
    "SupportsPromises",
    "SupportsReopening",
    "SupportsReturnRules",
    "SupportsWrite",
]


@runtime_checkable
class CaseReader(Protocol):
    """Reads one source of records, as streams.

    **Order.** Children and workers come by id; assignments, messages, sessions and placements child by child (by
    child id), oldest first within a child, then by id; absences by worker id, then oldest first. Ids are compared
    character by character (code points), the same on every machine.

    **Filters.** Each is keyword-only; ``None`` means "all" and an empty collection means "none of them". Filters
    combine: a record passes all. ``since`` and ``until`` are aware and half-open: ``since <= at < until``, counted
    on a message's ``at`` and a session's ``starts_at``.

    **Streams.** Each call gives a fresh iterator; several may be open at once. Nothing is read before the call, and
    memory does not grow with the source. A stream that breaks raises a :class:`~relationkit.errors.SourceError`.

    **What is not held.** A kind outside ``capabilities`` raises
    :class:`~relationkit.errors.NotSupportedError` when its method is called: an empty answer would read as "none".

    Attributes:
        source: As users name it, ``"ADAPTER:WHERE"``, without any password.
        capabilities: The kinds that this source holds, out of ``relationkit.plugins.KINDS``.
        caveats: What a reader of the results must know about this kind of source; most have none.
        problems: What has been refused so far; complete once a stream is exhausted. A problem is listed once, however
            often its file is read.
    """

    @property
    def source(self) -> str:
        """As users name it, without any password."""
        ...

    @property
    def capabilities(self) -> frozenset[str]:
        """The kinds that this source holds."""
        ...

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader of the results must know."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What has been refused so far."""
        ...

    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        """Return the children, by id."""
        ...

    def workers(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Worker]:
        """Return the workers, by id."""
        ...

    def assignments(
        self, *, child_ids: Collection[str] | None = None, worker_ids: Collection[str] | None = None
    ) -> Iterator[Assignment]:
        """Return the assignments, child by child, by ``started_on``, then id."""
        ...

    def messages(
        self,
        *,
        child_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Message]:
        """Return the messages, child by child, by ``at``, then id."""
        ...

    def sessions(
        self,
        *,
        child_ids: Collection[str] | None = None,
        worker_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Session]:
        """Return the sessions, child by child, by ``starts_at``, then id."""
        ...

    def absences(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Absence]:
        """Return the absences, worker by worker, by ``starts_at``."""
        ...

    def placements(self, *, child_ids: Collection[str] | None = None) -> Iterator[Placement]:
        """Return the placements, child by child, by ``started_on``, then id."""
        ...

    def close(self) -> None:
        """Let go of files and connections; the second time does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


@runtime_checkable
class SupportsReturnRules(Protocol):
    """Reads a statutory return whose rows can be held to the return's own rules, as they stand."""

    @property
    def tables(self) -> frozenset[str]:
        """The tables of the return that are here, such as ``SWEpisodes`` and ``Episodes``."""
        ...

    def returned_children(self, last_year: "SupportsReturnRules | None" = None) -> Iterator[ReturnedChild]:
        """Yield what the return says about each child, cells as they stand, by child id.

        Rows that name no child, or cannot be taken apart, are listed in ``problems`` and left out.

        Args:
            last_year: The return of the year before, for the rules that look back.
        """
        ...


@runtime_checkable
class SupportsWrite(Protocol):
    """A source that also keeps records."""

    def write(self, records: Iterable[Record]) -> int:
        """Keep the records, all or none, and return how many were given.

        A record whose id is there already takes its place; of two in one call the later wins. An absence has no id:
        its worker and ``starts_at`` stand for one.

        Args:
            records: Of any kinds, in any order; read once. When it raises, nothing has been kept.

        Raises:
            SourceUnavailableError: The source did not answer; nothing has been kept.
        """
        ...


@runtime_checkable
class SupportsOutbox(Protocol):
    """A source that also keeps which steps have been marked, and the messages that are still to be handed over.

    **Once inside.** :meth:`record_escalations` marks a step and writes its messages in one transaction; the
    escalation's id is unique. Whoever records it again, later or at the very same moment in another process, adds
    nothing. A process that dies in between has done all of it or nothing.

    **At least once outside.** A message is claimed, handed over, and then marked as delivered. A process that dies
    after the second and before the third leaves it claimed; when the lease has run out it is handed over again, with
    the same :attr:`~relationkit.plugins.OutboxRow.key`.

    **Moments.** Every ``now`` is aware, and a naive one raises :class:`~relationkit.errors.NaiveMomentError`.
    Processes whose clocks are further apart than a lease is long may claim the same message.

    Every method raises :class:`~relationkit.errors.SourceUnavailableError` when the source does not answer; nothing
    has been changed then.
    """

    def record_escalations(
        self, escalations: Iterable[Escalation], *, now: datetime, notifiers: Collection[str]
    ) -> list[Escalation]:
        """Mark the steps, and write a message for each notifier, all in one transaction.

        The ids that an escalation supersedes are marked with it and never sent; where one of them still waits
        to be handed over, or to be fetched, it is taken back.

        Args:
            escalations: In any order; read once.
            now: When the steps are marked.
            notifiers: The names of those that are to hand over a message each; at least one.

        Returns:
            Those that were marked now, by id; the others had been marked before, and nothing has been added for them.

        Raises:
            ValueError: No notifier is named.
        """
        ...

    def sent_ids(self, *, clock_ids: Collection[str] | None = None) -> frozenset[str]:
        """Return the ids of the escalations that have been marked, the superseded ones included.

        Args:
            clock_ids: Those of these clocks only; ``None`` for all that were ever marked.
        """
        ...

    def claim(self, notifier: str, *, now: datetime, lease: timedelta, limit: int = 1) -> list[OutboxRow]:
        """Lease messages to this process: no other gets them until the lease has run out.

        Args:
            notifier: Whose messages.
            now: The moment to judge by: a message is free when its next try has come, or its lease is over.
            lease: For how long.
            limit: At most how many.

        Returns:
            Those that have waited longest first, then by escalation id, each with its new ``lease`` and ``attempts``;
            empty when nothing is to be done.
        """
        ...

    def mark_delivered(self, row: OutboxRow, *, now: datetime, receipt: Receipt = Receipt.DELIVERED) -> bool:
        """Keep that a message was handed over, or left ready; return ``False`` when that was known already.

        It holds whatever became of the lease: what has reached somebody has reached them.
        """
        ...

    def mark_failed(self, row: OutboxRow, *, now: datetime, retry_at: datetime | None, why: str) -> bool:
        """Keep that a try failed; return ``False``, changing nothing, when the lease is no longer this one.

        Args:
            row: As it was claimed.
            now: When it failed.
            retry_at: When to try again; ``None`` gives it up, and it becomes a dead letter.
            why: What went wrong, without names, passwords or the message.
        """
        ...

    def withdraw(self, escalation_ids: Collection[str], *, why: str, now: datetime) -> int:
        """Take back the messages about these escalations that have not been handed over; return how many.

        For those whose child does not wait any more. The steps stay marked. Dead letters stay too. One that is being
        handed over at that moment may arrive all the same, and counts as delivered then.
        """
        ...

    def outbox_rows(self, *, states: Collection[OutboxState] | None = None) -> list[OutboxRow]:
        """Return the messages, oldest mark first, then by escalation id and notifier.

        Args:
            states: Those that stand so; ``None`` for all, an empty collection for none.
        """
        ...

    def dead_letters(self) -> list[OutboxRow]:
        """Return the messages that were given up, oldest mark first: somebody has not been told."""
        ...

    def requeue(self, rows: Iterable[OutboxRow], *, now: datetime) -> int:
        """Let dead letters be tried again, from the first try on; return how many. For after the cause is mended."""
        ...


@runtime_checkable
class SupportsReopening(Protocol):
    """An outbox that can put back what was withdrawn: a record was corrected, and the child waits after all.

    It is a :class:`SupportsOutbox`. With an outbox that is no more than that, what was withdrawn stays so, and the
    child is told of at the next step.
    """

    def withdrawn_rows(self, *, clock_ids: Collection[str]) -> list[OutboxRow]:
        """Return the messages about these clocks that were withdrawn, in the order of ``outbox_rows``.

        Those that a later step has superseded are not among them.
        """
        ...

    def reopen(self, rows: Iterable[OutboxRow], *, now: datetime) -> int:
        """Let withdrawn messages wait again, from the first try on; return how many.

        Each stays the one message about its step by its notifier, with the same key.

        Args:
            rows: As they were read. One that has been reopened since, and perhaps withdrawn again, is left as it is.
            now: From when on they may be claimed.
        """
        ...


@runtime_checkable
class SupportsChangesSince(Protocol):
    """A source that hears of what is written to it, and keeps when each child has to be looked at next.

    It must also be a :class:`SupportsOutbox`: what has been looked at counts only together with what has been marked.

    **Nothing is missed.** A change is heard of whoever wrote it, in the transaction that wrote it, and is let go of
    only by :meth:`keep_looks` with the answer that took it in. Whoever dies before leaves all as it was.

    **In doubt, everything.** The first time, under other rules, after a change that concerns many children (absences,
    workers), after an hour, and whenever the source cannot be sure, every child is to be looked at.

    Every ``now`` is aware, and a naive one raises :class:`~relationkit.errors.NaiveMomentError`.
    """

    def changes_since(self, *, rules: str, now: datetime) -> Changes:
        """Return which children have to be looked at now, since the looks that were kept.

        Ask before anything else is read: what is written in between then comes up again the next time.

        Args:
            rules: As :func:`relationkit.sla.rules_version` gives it. Looks that were kept under others do not count.
            now: The moment of the pass.
        """
        ...

    def keep_looks(self, changes: Changes, looks: Iterable[NextLook], *, rules: str, now: datetime) -> bool:
        """Keep when the children are to be looked at next, and let go of the changes that were taken in.

        Call it last, when all that was due has been marked and handed over.

        Args:
            changes: The answer by which the children were looked at.
            looks: Those of the same children, and of no others.
            rules: As for :meth:`changes_since`.
            now: The moment of the pass.

        Returns:
            ``False``, changing nothing, when another pass has kept its looks meanwhile: the next one looks again.

        Raises:
            SourceUnavailableError: The source did not answer; nothing has been changed.
        """
        ...

    def overdue_clocks(self, *, now: datetime, without: Collection[str] = ()) -> int:
        """Return how many clocks are overdue by the looks that were kept, those of some children left out."""
        ...


@runtime_checkable
class SupportsFeedback(Protocol):
    """A source that also keeps what children say, and who read it.

    **Whole or not at all.** :meth:`submit` keeps the answers and their pictures, writes the messages of a request to
    talk, and takes the draft away, in one transaction. The submission's id is unique: whoever sends it again after a
    lost connection, or at the very same moment in another window, adds nothing and changes nothing.

    **Gone is gone.** What is deleted in a draft, and a draft that is deleted or sent, is in no table any more. (What a
    database's own journal and backups hold is for whoever runs it; the how-to on the web app says what to set.)

    **One gate.** No method gives a child's answers without asking :func:`~relationkit.feedback.visible_to`, and none
    gives them without a line in the access log, in the same transaction; :meth:`submissions_to_count`, for figures that
    show nobody, leaves a line too.

    Every ``now`` is aware, and a naive one raises :class:`~relationkit.errors.NaiveMomentError`. Every method raises
    :class:`~relationkit.errors.SourceUnavailableError` when the source does not answer; nothing has been changed then.
    """

    def keep_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation; one of the same id takes its place."""
        ...

    def invitation(self, invitation_id: InvitationId) -> Invitation | None:
        """Return the invitation, expired and revoked ones too; ``None`` when it is not known."""
        ...

    def save_draft(
        self,
        draft: FormDraft,
        *,
        pictures: Iterable[KeptPicture] = (),
        workers: Iterable[Worker] = (),
        notifiers: Collection[str] = ("outbox",),
    ) -> bool:
        """Keep a half-filled form; return ``False``, changing nothing, when another window was quicker.

        A child who ticks "I need to talk to someone soon" is heard here already, in the same transaction.

        Args:
            draft: Its ``revision`` must be one more than that of the draft that is kept, or 1 where none is. A form
                that has been sent meanwhile is never a draft again.
            pictures: New ones, as the draft's answers name them. Those that no answer names any more are deleted.
            workers: From these comes who manages the worker it is about.
            notifiers: Who hands over the messages of a request to talk; at least one.
        """
        ...

    def draft(self, draft_id: SubmissionId) -> FormDraft | None:
        """Return the draft; ``None`` when there is none."""
        ...

    def draft_picture(self, draft_id: SubmissionId, sha256: str) -> KeptPicture | None:
        """Return a picture of a draft; ``None`` when there is none, or the draft was sent."""
        ...

    def delete_draft(self, draft_id: SubmissionId) -> bool:
        """Delete a draft and its pictures; return whether there was one."""
        ...

    def delete_drafts(self, *, saved_before: datetime) -> int:
        """Delete the drafts that were last saved before that moment; return how many."""
        ...

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
        """Keep a submission; return ``False``, changing nothing, when one of that id is kept already.

        Args:
            submission: The child's answers.
            now: When they are kept.
            invitation_id: The invitation they came by.
            pictures: Those that its answers name, beside those of its draft. Others are not kept.
            workers: From these comes who manages the worker it is about.
            notifiers: Who hands over the messages of a request to talk; at least one.

        Raises:
            ValueError: No notifier is named and the child wants to talk.
        """
        ...

    def sent_forms(self, invitation_id: InvitationId) -> list[SentForm]:
        """Return what was sent by an invitation, oldest first, and nothing of what it says."""
        ...

    def read_submissions(
        self,
        viewer: Child | Worker,
        *,
        now: datetime,
        child_ids: Collection[str] | None = None,
        workers: Iterable[Worker] = (),
        assignments: Iterable[Assignment] = (),
    ) -> list[SeenSubmission]:
        """Return what the viewer may see, oldest first, then by id; each line is in the access log.

        A request to talk that duty or a manager reads here is answered in time: its reminders are taken back.
        Whom the submission is about takes none back, whatever their role.

        Args:
            viewer: Who asks, as the records hold them.
            now: When they ask.
            child_ids: Submissions of these children only; ``None`` for all.
            workers: From these comes who manages the worker that a submission is about.
            assignments: From these comes who is the child's reviewing officer and advocate.
        """
        ...

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
        """Return a picture that the viewer may see, of a submission or evidence; ``None`` otherwise. It is logged."""
        ...

    def keep_evidence(self, evidence: Evidence, *, pictures: Iterable[KeptPicture] = ()) -> bool:
        """Keep what a child wants kept; return ``False``, changing nothing, when one of that id is kept already.

        Args:
            evidence: What the child gave.
            pictures: The one it names; others are not kept.
        """
        ...

    def read_evidence(
        self,
        viewer: Child | Worker,
        *,
        now: datetime,
        child_ids: Collection[str] | None = None,
        workers: Iterable[Worker] = (),
        assignments: Iterable[Assignment] = (),
    ) -> list[Evidence]:
        """Return the evidence that the viewer may see, oldest first, then by id; each is in the access log."""
        ...

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
        """Add a worker's reply, and return the evidence with it; ``None`` when they may not see it.

        What the child gave, and the replies before, stay as they are.
        """
        ...

    def evidence_faults(self, *, by: str, now: datetime) -> Iterator[EvidenceFault]:
        """Hold every piece of evidence, and its picture, against its hash; return what does not hold, oldest first.

        Nobody's words come out: a fault names the piece and the part of it.

        Args:
            by: Who checks; a line in the log of counts.
            now: When.
        """
        ...

    def reads(self, child_id: str) -> list[SubmissionRead]:
        """Return who read what this child said, oldest first: the child's page shows it."""
        ...

    def submissions_to_count(
        self, *, by: str, now: datetime, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Submission]:
        """Return every submission of a period, for figures that show nobody; oldest first, then by id.

        Args:
            by: Who counts; a line in the log of counts.
            now: When.
            since: Sent at or after this moment.
            until: Sent before this moment.
        """
        ...


@runtime_checkable
class SupportsHandovers(Protocol):
    """A source that also keeps handover plans, safe when two people act at once.

    **Both are kept.** Whoever writes a plan says which version they had read. What others kept since then is kept too,
    as long as the two do not contradict each other (:func:`~relationkit.handovers.merge_plans`); if they do, the later
    one is refused, and nothing is changed.

    Every method raises :class:`~relationkit.errors.SourceUnavailableError` when the source does not answer; nothing has
    been changed then.
    """

    def handovers(self, *, child_ids: Collection[str] | None = None) -> Iterator[KeptHandover]:
        """Return the plans, child by child, then by plan id; a plan that cannot be read is one of ``problems``.

        Args:
            child_ids: Those of these children; ``None`` for all, an empty collection for none.
        """
        ...

    def handover(self, plan_id: HandoverId) -> KeptHandover | None:
        """Return one plan as it is kept now; ``None`` when there is none.

        Raises:
            UnreadableSourceError: It is there, and cannot be a plan.
        """
        ...

    def keep_handover(self, plan: HandoverPlan, *, seen: KeptHandover | None = None) -> KeptHandover:
        """Keep a plan, with everything that others kept since ``seen``.

        Args:
            plan: What was made of ``seen``.
            seen: As it was read; ``None`` for a plan that was made anew.

        Returns:
            What is kept now. Writing the same once more changes nothing, so a try may be made again.

        Raises:
            HandoverConflictError: Somebody else has changed the same thing, or a plan that was made anew meets another
                one of its id; says what about. Nothing was changed.
        """
        ...


@runtime_checkable
class SupportsProfiles(Protocol):
    """A source that also keeps workers' cards and children's own pages, every version of them.

    **Nothing is rewritten.** Saving adds a version and leaves those before as they were.

    **Nobody is overwritten.** Whoever saves says which version it is; of two windows, the slower one is told.

    Every method raises :class:`~relationkit.errors.SourceUnavailableError` when the source does not answer; nothing has
    been changed then.
    """

    def keep_profile_invitation(self, invitation: ProfileInvitation) -> None:
        """Keep an invitation; one of the same id takes its place."""
        ...

    def profile_invitation(self, invitation_id: ProfileInvitationId) -> ProfileInvitation | None:
        """Return the invitation, expired and revoked ones too; ``None`` when it is not known."""
        ...

    def keep_profile(self, profile: WorkerProfile, *, version: int, saved_at: datetime) -> bool:
        """Keep a worker's profile in its language; return ``False``, changing nothing, when somebody was quicker.

        Args:
            profile: The whole of it.
            version: One more than that of the last one kept, or 1.
            saved_at: When, aware.
        """
        ...

    def profile_versions(self, worker_id: WorkerId, *, language: str) -> list[KeptProfile]:
        """Return every version of a worker's profile in that language, oldest first; empty when there is none."""
        ...

    def profiles(self, *, worker_ids: Collection[str] | None = None) -> Iterator[WorkerProfile]:
        """Return the last version of each profile, by worker, then language.

        Args:
            worker_ids: Those of these workers; ``None`` for all, an empty collection for none.
        """
        ...

    def keep_about_me(self, about: AboutMe) -> bool:
        """Keep a child's page; return ``False``, changing nothing, unless its ``version`` follows the last one kept."""
        ...

    def about_me(self, child_id: ChildId) -> AboutMeVersions | None:
        """Return every version of a child's page; ``None`` when there is none.

        :func:`~relationkit.profiles.about_me_for` says what of it may be shown to whom.
        """
        ...


@runtime_checkable
class SupportsPromises(Protocol):
    """A source that also keeps what was promised to each child, and every tick.

    **What was said stays.** A promise that is there already is left as it was, whatever comes under its id later. A
    tick is never changed and never deleted: one that is taken back is one more.

    **Once.** The same tick sent again, after a lost connection or from two windows, is kept once. Child and worker may
    tick at the very same moment; both ticks are kept.

    Every method raises :class:`~relationkit.errors.SourceUnavailableError` when the source does not answer; nothing
    has been changed then.
    """

    def put_up(self, promises: Iterable[Promise]) -> list[Promise]:
        """Keep the promises, all or none; return those that were not there, in the order given."""
        ...

    def tick(self, ticks: Iterable[Tick]) -> list[Tick]:
        """Keep the ticks, and ticks taken back, all or none; return those that were not there, in the order given.

        Raises:
            InvalidRecordError: A tick is for a promise that was never put up; nothing has been kept.
        """
        ...

    def boards(self, *, child_ids: Collection[str] | None = None) -> Iterator[PlanBoard]:
        """Return each child's board, by child id, promises in the order in which they were put up.

        Args:
            child_ids: Those children only; ``None`` for all, an empty collection for none. A child to whom nothing
                was promised has no board.
        """
        ...


@runtime_checkable
class Notifier(Protocol):
    """Hands messages over to a server, a service or another program.

    It is called by one thread at a time, perhaps another each time. It should give up by itself in good time; after a
    while nobody waits for it any longer, and the try counts as failed.

    Attributes:
        name: As its :class:`~relationkit.plugins.NotifierSpec` has it.
    """

    @property
    def name(self) -> str:
        """As its spec has it."""
        ...

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        """Hand one message over.

        The same row may come again, when it is not known how a try ended. Give ``row.key`` to the other side, which
        can then drop the second; ``row.attempts`` above 1 says that this may be one.

        Args:
            row: The message. It names nobody: ids, moments and the step.
            now: The moment of the try, aware.

        Returns:
            What was done with it. Returning means that the other side has taken it.

        Raises:
            DeliveryError: It was not taken; says whether trying again can help. Any other exception counts as a
                failure that may pass, and only its type is kept: its words could hold a password.
        """
        ...
