"""What children say, in a database: tables beside the records and the outbox.

A submission is one row, so that it is there whole or not at all, and its key makes it one however often it is sent.
Its pictures, the messages of a request to talk and the end of its draft go with it in one transaction. In SQLite what
is deleted is overwritten (``secure_delete``); in PostgreSQL it is gone from every query at once, and from the disk with
the next vacuum.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

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
from relationkit.plugins.adapters.outbox_rules import each_once, in_utc, named
from relationkit.plugins.adapters.sql_layout import METADATA, UtcInstant, key, ref, text
from relationkit.plugins.adapters.sql_outbox import SqlOutbox
from relationkit.plugins.talk_requests import READ_IN_TIME, reminders_of, talk_notices
from relationkit.records import Assignment, Child, Role, Worker

__all__ = ["SqlFeedback"]

_STREAMED: Final = 500

_INVITATIONS: Final = sa.Table("relationkit_invitations", METADATA, key(), text("document", nullable=False))
_DRAFTS: Final = sa.Table(
    "relationkit_drafts",
    METADATA,
    key(),
    ref("child_id"),
    sa.Column("saved_at", UtcInstant(), nullable=False),
    sa.Column("revision", sa.Integer(), nullable=False),
    text("document", nullable=False),
)
_SUBMISSIONS: Final = sa.Table(
    "relationkit_submissions",
    METADATA,
    key(),
    ref("invitation_id", nullable=True),
    ref("child_id"),
    sa.Column("submitted_at", UtcInstant(), nullable=False),
    sa.Column("wants_to_talk", sa.Boolean(), nullable=False),
    text("document", nullable=False),
    sa.Index("relationkit_submissions_child", "child_id", "submitted_at", "id"),
    sa.Index("relationkit_submissions_order", "submitted_at", "id"),
    sa.Index("relationkit_submissions_invitation", "invitation_id"),
)
_EVIDENCE: Final = sa.Table(
    "relationkit_evidence",
    METADATA,
    key(),
    ref("child_id"),
    sa.Column("added_at", UtcInstant(), nullable=False),
    text("document", nullable=False),
    sa.Index("relationkit_evidence_child", "child_id", "added_at", "id"),
)
#: ``owner_id`` is a piece of evidence's, a draft's or a submission's; the last two are the same, so that
#: sending moves nothing.
_PICTURES: Final = sa.Table(
    "relationkit_pictures",
    METADATA,
    key("owner_id"),
    key("sha256"),
    text("media_type", nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
)
_READS: Final = sa.Table(
    "relationkit_reads",
    METADATA,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("at", UtcInstant(), nullable=False),
    ref("submission_id"),
    ref("child_id"),
    ref("viewer_id"),
    text("viewer_role"),
    text("sight", nullable=False),
    sa.Index("relationkit_reads_child", "child_id", "number"),
)
_COUNTS: Final = sa.Table(
    "relationkit_counts",
    METADATA,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("at", UtcInstant(), nullable=False),
    text("counted_by", nullable=False),
    sa.Column("since", UtcInstant()),
    sa.Column("until", UtcInstant()),
)


class SqlFeedback(SqlOutbox):
    """A :class:`~relationkit.plugins.SupportsFeedback` in a database, for any number of processes at once."""

    def keep_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation; one of the same id takes its place."""
        row = {"id": invitation.id, "document": invitation.model_dump_json()}
        with self._telling() as connection:
            statement = self._insert(_INVITATIONS)
            changed = {"document": statement.excluded.document}
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), row)

    def invitation(self, invitation_id: InvitationId) -> Invitation | None:
        """Return the invitation; ``None`` when it is not known."""
        found = self._document(_INVITATIONS, invitation_id)
        return None if found is None else Invitation.model_validate_json(found)

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
        notices = talk_notices(draft, manager_id=manager_of(draft.worker_id, workers), now=draft.saved_at)
        names = named(notifiers) if notices else []
        row = {
            "id": draft.id,
            "child_id": draft.child_id,
            "saved_at": draft.saved_at,
            "revision": draft.revision,
            "document": draft.model_dump_json(),
        }
        with self._telling(draft.id) as connection:
            if _is_there(connection, _SUBMISSIONS, draft.id) or not self._put_draft(connection, row):
                return False
            if notices:
                self._record(connection, *each_once(notices), draft.saved_at, names)
            self._keep_pictures(connection, draft.id, new, named_in_draft(draft))
        return True

    def draft(self, draft_id: SubmissionId) -> FormDraft | None:
        """Return the draft; ``None`` when there is none."""
        found = self._document(_DRAFTS, draft_id)
        return None if found is None else FormDraft.model_validate_json(found)

    def draft_picture(self, draft_id: SubmissionId, sha256: str) -> KeptPicture | None:
        """Return a picture of a draft."""
        with self._reading(_DRAFTS) as connection:
            if connection is None or not _is_there(connection, _DRAFTS, draft_id):
                return None
            return _picture(connection, draft_id, sha256)

    def delete_draft(self, draft_id: SubmissionId) -> bool:
        """Delete a draft and its pictures."""
        with self._telling(draft_id) as connection:
            return _forget(connection, [draft_id]) > 0

    def delete_drafts(self, *, saved_before: datetime) -> int:
        """Delete the drafts that were last saved before that moment."""
        at = in_utc(saved_before)
        with self._telling() as connection:
            old = list(connection.scalars(sa.select(_DRAFTS.c.id).where(_DRAFTS.c.saved_at < at).with_for_update()))
            return _forget(connection, old)

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
        """Keep a submission in one transaction, once."""
        at, new = in_utc(now), list(pictures)
        notices = talk_notices(submission, manager_id=manager_of(submission.worker_id, workers), now=at)
        names = named(notifiers) if notices else []
        row = {
            "id": submission.id,
            "invitation_id": invitation_id,
            "child_id": submission.child_id,
            "submitted_at": submission.submitted_at,
            "wants_to_talk": submission.wants_to_talk,
            "document": submission.model_dump_json(),
        }
        with self._telling(submission.id) as connection:
            statement = self._insert(_SUBMISSIONS).values(row).on_conflict_do_nothing()
            if connection.scalar(statement.returning(_SUBMISSIONS.c.id)) is None:
                return False
            if notices:
                self._record(connection, *each_once(notices), at, names)
            connection.execute(sa.delete(_DRAFTS).where(_DRAFTS.c.id == submission.id))
            self._keep_pictures(connection, submission.id, new, named_in_submission(submission))
        return True

    def sent_forms(self, invitation_id: InvitationId) -> list[SentForm]:
        """Return what was sent by an invitation, oldest first."""
        kept = _SUBMISSIONS.c
        select = sa.select(kept.id, kept.submitted_at, kept.wants_to_talk).where(kept.invitation_id == invitation_id)
        with self._reading(_SUBMISSIONS) as connection:
            if connection is None:
                return []
            rows = connection.execute(select.order_by(kept.submitted_at, kept.id))
            return [SentForm(SubmissionId(row.id), row.submitted_at, row.wants_to_talk) for row in rows]

    def read_submissions(
        self,
        viewer: Child | Worker,
        *,
        now: datetime,
        child_ids: Collection[str] | None = None,
        workers: Iterable[Worker] = (),
        assignments: Iterable[Assignment] = (),
    ) -> list[SeenSubmission]:
        """Return what the viewer may see, and log it in the same transaction."""
        at, staff, held = in_utc(now), list(workers), list(assignments)
        with self._telling() as connection:
            kept = list(self._kept(connection, child_ids))
            seen = [seen_by(each, viewer, workers=staff, assignments=held, now=at) for each in kept]
            shown = [each for each in seen if each is not None]
            asking = {each.id for each in kept if each.wants_to_talk}
            self._log_reads(connection, shown, viewer, at, asking)
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
        with self._telling() as connection:
            picture = _picture(connection, submission_id, sha256)
            is_seen = picture is not None and (
                self._sees_submission(connection, submission_id, viewer, workers, assignments, at)
                or self._sees_evidence(connection, submission_id, viewer, workers, assignments, at)
            )
        return picture if is_seen else None

    def _sees_submission(
        self,
        connection: sa.Connection,
        submission_id: str,
        viewer: Child | Worker,
        workers: Iterable[Worker],
        assignments: Iterable[Assignment],
        at: datetime,
    ) -> bool:
        document = _text_of(connection, _SUBMISSIONS, submission_id)
        if document is None:
            return False
        submission = Submission.model_validate_json(document)
        seen = seen_by(submission, viewer, workers=workers, assignments=assignments, now=at)
        if seen is None or seen.sight is not Sight.ANSWERS:
            return False
        self._log_reads(connection, [seen], viewer, at, {submission.id} if submission.wants_to_talk else set())
        return True

    def _sees_evidence(
        self,
        connection: sa.Connection,
        evidence_id: str,
        viewer: Child | Worker,
        workers: Iterable[Worker],
        assignments: Iterable[Assignment],
        at: datetime,
    ) -> bool:
        document = _text_of(connection, _EVIDENCE, evidence_id)
        if document is None:
            return False
        evidence = Evidence.model_validate_json(document)
        if not sees_evidence(evidence, viewer, workers=workers, assignments=assignments, now=at):
            return False
        connection.execute(sa.insert(_READS), [_log_row(evidence_line(evidence, viewer, at))])
        return True

    def keep_evidence(self, evidence: Evidence, *, pictures: Iterable[KeptPicture] = ()) -> bool:
        """Keep what a child wants kept, once."""
        new = list(pictures)
        row = {
            "id": evidence.id,
            "child_id": evidence.child_id,
            "added_at": evidence.added_at,
            "document": evidence.model_dump_json(),
        }
        with self._telling(evidence.id) as connection:
            statement = self._insert(_EVIDENCE).values(row).on_conflict_do_nothing()
            if connection.scalar(statement.returning(_EVIDENCE.c.id)) is None:
                return False
            self._keep_pictures(connection, evidence.id, new, named_in_evidence(evidence))
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
        """Return the evidence that the viewer may see, and log it in the same transaction."""
        at, staff, held = in_utc(now), list(workers), list(assignments)
        select = sa.select(_EVIDENCE.c.document).order_by(_EVIDENCE.c.added_at, _EVIDENCE.c.id)
        if child_ids is not None:
            select = select.where(_EVIDENCE.c.child_id.in_(sorted(child_ids)))
        with self._telling() as connection:
            kept = [Evidence.model_validate_json(document) for document in connection.scalars(select)]
            shown = [each for each in kept if sees_evidence(each, viewer, workers=staff, assignments=held, now=at)]
            if shown:
                connection.execute(sa.insert(_READS), [_log_row(evidence_line(each, viewer, at)) for each in shown])
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
        with self._telling(evidence_id) as connection:
            document = _text_of(connection, _EVIDENCE, evidence_id)
            kept = None if document is None else Evidence.model_validate_json(document)
            if kept is None or not sees_evidence(kept, viewer, workers=workers, assignments=assignments, now=at):
                return None
            answered = replied(kept, viewer, text, at)
            own = sa.update(_EVIDENCE).where(_EVIDENCE.c.id == evidence_id)
            connection.execute(own.values(document=answered.model_dump_json()))
        return answered

    def reads(self, child_id: str) -> list[SubmissionRead]:
        """Return who read what this child said, oldest first."""
        with self._reading(_READS) as connection:
            if connection is None:
                return []
            select = sa.select(_READS).where(_READS.c.child_id == child_id).order_by(_READS.c.number)
            return [_read(row) for row in connection.execute(select).mappings()]

    def submissions_to_count(
        self, *, by: str, now: datetime, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Submission]:
        """Return every submission of a period, for figures that show nobody."""
        is_within(since, until)
        with self._telling() as connection:
            line = {"at": in_utc(now), "counted_by": by, "since": since, "until": until}
            connection.execute(sa.insert(_COUNTS), line)
        return self._streamed(since, until)

    def evidence_faults(self, *, by: str, now: datetime) -> Iterator[EvidenceFault]:
        """Hold every piece of evidence, and its picture, against its hash."""
        with self._telling() as connection:
            connection.execute(sa.insert(_COUNTS), {"at": in_utc(now), "counted_by": by})
        return self._faults()

    def _faults(self) -> Iterator[EvidenceFault]:
        select = sa.select(_EVIDENCE.c.document).order_by(_EVIDENCE.c.added_at, _EVIDENCE.c.id)
        with self._reading(_EVIDENCE) as connection:
            if connection is None:
                return
            for document in connection.scalars(select).all():
                evidence = Evidence.model_validate_json(document)
                name = evidence.picture_sha256
                picture = None if name is None else _picture(connection, evidence.id, name)
                yield from verify_evidence(evidence, picture=None if picture is None else picture.content)

    def _streamed(self, since: datetime | None, until: datetime | None) -> Iterator[Submission]:
        kept = _SUBMISSIONS.c
        select = sa.select(kept.document).order_by(kept.submitted_at, kept.id)
        select = select if since is None else select.where(kept.submitted_at >= since)
        select = select if until is None else select.where(kept.submitted_at < until)
        with self._reading(_SUBMISSIONS) as connection:
            if connection is not None:
                streaming = connection.execution_options(stream_results=True, yield_per=_STREAMED)
                with streaming.scalars(select) as found:  # its cursor goes with the stream
                    yield from map(Submission.model_validate_json, found)

    def _kept(self, connection: sa.Connection, child_ids: Collection[str] | None) -> Iterator[Submission]:
        select = sa.select(_SUBMISSIONS.c.document).order_by(_SUBMISSIONS.c.submitted_at, _SUBMISSIONS.c.id)
        if child_ids is not None:
            select = select.where(_SUBMISSIONS.c.child_id.in_(sorted(child_ids)))
        yield from map(Submission.model_validate_json, connection.scalars(select))

    def _log_reads(
        self,
        connection: sa.Connection,
        shown: list[SeenSubmission],
        viewer: Child | Worker,
        at: datetime,
        asking: Collection[str],
    ) -> None:
        if shown:
            connection.execute(sa.insert(_READS), [_log_row(log_line(seen, viewer, at)) for seen in shown])
        clocks = [clock_stopped_by(seen, viewer, wants_to_talk=seen.id in asking) for seen in shown]
        self._withdraw(connection, reminders_of(filter(None, clocks)), READ_IN_TIME, at)

    def _put_draft(self, connection: sa.Connection, row: dict[str, Any]) -> bool:
        """Return whether the row took its place: the first of its id, or the next after the one that is there."""
        if row["revision"] == 1:
            statement = self._insert(_DRAFTS).values(row).on_conflict_do_nothing().returning(_DRAFTS.c.id)
            return connection.scalar(statement) is not None
        is_next = sa.and_(_DRAFTS.c.id == row["id"], _DRAFTS.c.revision == row["revision"] - 1)
        return connection.execute(sa.update(_DRAFTS).where(is_next).values(row)).rowcount > 0

    def _keep_pictures(
        self, connection: sa.Connection, owner_id: str, new: list[KeptPicture], wanted: frozenset[str]
    ) -> None:
        rows = [
            {"owner_id": owner_id, "sha256": each.sha256, "media_type": each.media_type, "content": each.content}
            for each in new
            if each.sha256 in wanted
        ]
        if rows:
            connection.execute(self._insert(_PICTURES).values(rows).on_conflict_do_nothing())
        own = _PICTURES.c.owner_id == owner_id
        kept = set(connection.scalars(sa.select(_PICTURES.c.sha256).where(own)))
        for name in sorted(kept - wanted):
            connection.execute(sa.delete(_PICTURES).where(own, _PICTURES.c.sha256 == name))

    def _insert(self, table: sa.Table) -> Any:  # the two dialects' inserts share no type that knows conflicts
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)

    def _document(self, table: sa.Table, row_id: str) -> str | None:
        with self._reading(table) as connection:
            return None if connection is None else _text_of(connection, table, row_id)

    @contextmanager
    def _telling(self, submission_id: str | None = None) -> Iterator[sa.Connection]:
        """Hold one transaction; whatever is raised inside undoes all of it.

        With an id, whoever else saves, sends or deletes the same form waits for its end.
        """
        with self._writing() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            if submission_id is not None and connection.dialect.name == "postgresql":
                lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(submission_id, 0))
                connection.execute(sa.select(lock))
            yield connection


def _is_there(connection: sa.Connection, table: sa.Table, row_id: str) -> bool:
    return connection.scalar(sa.select(table.c.id).where(table.c.id == row_id)) is not None


def _text_of(connection: sa.Connection, table: sa.Table, row_id: str) -> str | None:
    document: str | None = connection.scalar(sa.select(table.c.document).where(table.c.id == row_id))
    return document


def _picture(connection: sa.Connection, owner_id: str, sha256: str) -> KeptPicture | None:
    select = sa.select(_PICTURES).where(_PICTURES.c.owner_id == owner_id, _PICTURES.c.sha256 == sha256)
    row = connection.execute(select).mappings().first()
    return None if row is None else KeptPicture(row["sha256"], row["media_type"], bytes(row["content"]))


def _forget(connection: sa.Connection, draft_ids: list[str]) -> int:
    count = 0
    for draft_id in draft_ids:
        gone = connection.execute(sa.delete(_DRAFTS).where(_DRAFTS.c.id == draft_id)).rowcount
        if gone:
            connection.execute(sa.delete(_PICTURES).where(_PICTURES.c.owner_id == draft_id))
        count += gone
    return count


def _log_row(line: SubmissionRead) -> dict[str, object]:
    return {
        "at": line.at,
        "submission_id": line.submission_id,
        "child_id": line.child_id,
        "viewer_id": line.viewer_id,
        "viewer_role": None if line.viewer_role is None else line.viewer_role.value,
        "sight": line.sight.value,
    }


def _read(row: sa.RowMapping) -> SubmissionRead:
    role = None if row["viewer_role"] is None else Role(row["viewer_role"])
    return SubmissionRead(row["at"], row["submission_id"], row["child_id"], row["viewer_id"], role, Sight(row["sight"]))
