"""Feedback: whole or not at all, once, seen by those the child chose, and gone when the child says so."""
# ruff: noqa: S101 - these are tests

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from relationkit.feedback import Evidence, FormDraft, Invitation, KeptPicture, Sight, Submission
from relationkit.plugins.outbox import OutboxState
from relationkit.plugins.ports import SupportsFeedback, SupportsOutbox
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Kit, Open
from relationkit.plugins.testing.scenarios import EMPTY
from relationkit.records import Child, ChildId, Role, Worker, WorkerId

NOW: Final = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)
_CHILD, _OTHER = Child(id=ChildId("C1"), chosen_name="Quillaby"), Child(id=ChildId("C2"))
_M1: Final = WorkerId("M1")
_WORKER = Worker(id=WorkerId("SW1"), name="Wrenfold", role=Role.SOCIAL_WORKER, manager_id=_M1)
_MANAGER = Worker(id=_M1, name="O'Wrenfold", role=Role.MANAGER)
_DUTY = Worker(id=WorkerId("D1"), name="-Wrenfold", role=Role.DUTY)
_STAFF: Final = (_WORKER, _MANAGER, _DUTY)


class FeedbackTests(Kit):
    """What :class:`~relationkit.plugins.SupportsFeedback` promises."""

    @must("RK-C-160")
    def test_what_a_child_sent_is_kept_once_and_as_it_was(self, opened: Open) -> None:
        """After a lost connection it is sent again, and must neither double nor change.

        Remedy: make the submission's id unique; return False for the second.
        """
        store = self._store(opened)

        assert store.submit(_sent(), now=NOW), "came False, expected True: it is new"
        assert not store.submit(_sent(answers=[], wants_to_talk=True), now=NOW), (
            "came True, expected False: it is there already"
        )
        assert [each.submission for each in _read(store, _CHILD)] == [_sent()]
        assert store.outbox_rows() == []

    @must("RK-C-161")
    def test_it_is_seen_by_those_the_child_picked_and_nobody_else(self, opened: Open) -> None:
        """Nothing goes further than the child was told it would.

        Remedy: ask relationkit.feedback.visible_to for every submission.
        """
        store = self._store(opened)
        for name, audience in (("mine", ["my_worker"]), ("boss", ["manager"]), ("nobody", [])):
            store.submit(_sent(name, audience=audience), now=NOW)

        seen = {viewer.id: [each.id for each in _read(store, viewer)] for viewer in (*_STAFF, _OTHER)}
        assert seen == {"SW1": ["mine"], "M1": ["boss"], "D1": ["nobody"], "C2": []}
        assert len(_read(store, _CHILD)) == 3

    @must("RK-C-162")
    def test_every_reading_is_in_the_access_log(self, opened: Open) -> None:
        """The child's page shows who has read what they said.

        Remedy: write the line in the transaction that gives the answers; looking in vain leaves none.
        """
        store = self._store(opened)
        store.submit(_sent(), now=NOW)
        for viewer in (_MANAGER, _WORKER, _CHILD):
            _read(store, viewer)

        assert [(line.viewer_id, line.sight, line.at) for line in store.reads("C1")] == [
            ("SW1", Sight.ANSWERS, NOW),
            ("C1", Sight.ANSWERS, NOW),
        ]
        assert store.reads("C2") == []

    @must("RK-C-163")
    def test_a_child_who_wants_to_talk_is_heard_at_once(self, opened: Open) -> None:
        """The form promises that duty and a manager are told.

        Remedy: write talk_notices to the outbox in the transaction that keeps the answers.
        """
        store = self._store(opened)
        store.submit(_sent(wants_to_talk=True), now=NOW, workers=_STAFF)

        told = {(row.escalation.to, row.escalation.recipient_id, row.next_try_at) for row in store.outbox_rows()}
        assert {("duty", None, NOW), ("manager", "M1", NOW)} <= told

    @must("RK-C-164")
    def test_what_cannot_tell_anybody_is_not_kept(self, opened: Open) -> None:
        """A child who asked to talk would wait for nobody.

        Remedy: raise ValueError before anything is kept, where no notifier is named.
        """
        store = self._store(opened)
        with pytest.raises(ValueError, match="told"):
            store.submit(_sent(wants_to_talk=True), now=NOW, notifiers=[])

        assert _read(store, _CHILD) == []

    @must("RK-C-165")
    def test_a_request_that_duty_has_read_is_not_told_again(self, opened: Open) -> None:
        """Somebody has seen it; the reminder would be noise.

        Remedy: withdraw the reminders when duty or a manager reads it.
        """
        store = self._store(opened)
        store.submit(_sent(wants_to_talk=True), now=NOW, workers=_STAFF)
        [seen] = _read(store, _DUTY)

        assert (seen.sight, seen.submission) == (Sight.TALK_REQUEST, None)
        later = NOW + timedelta(days=2)
        claimed = store.claim("outbox", now=later, lease=timedelta(minutes=5), limit=9)
        assert {row.escalation.step for row in claimed} == {"asked"}

    @must("RK-C-166")
    def test_of_two_windows_the_slower_one_is_told(self, opened: Open) -> None:
        """A half-filled form must not be overwritten by an older half.

        Remedy: take a draft only when its revision is one more than that of the one that is kept.
        """
        store = self._store(opened)

        assert store.save_draft(_draft()), "came False, expected True: it is new"
        is_kept = store.save_draft(_draft(answers={"next_time": ["other"]}))
        assert not is_kept, "came True, expected False: a later revision is there"
        assert store.save_draft(_draft(revision=2)), "came False, expected True: its revision is later"
        assert store.draft("F1") == _draft(revision=2)

    @must("RK-C-167")
    def test_a_draft_that_was_sent_or_deleted_is_gone(self, opened: Open) -> None:
        """What a child took back is in no table any more.

        Remedy: delete the row and its pictures; keep no mark of deletion.
        """
        store = self._store(opened)
        for name in ("F1", "F2"):
            store.save_draft(_draft(name))
        store.submit(_sent("F1"), now=NOW)

        assert store.delete_draft("F2"), "came False, expected True: the draft was there"
        assert not store.delete_draft("F2"), "came True, expected False: the draft was gone"
        assert (store.draft("F1"), store.draft("F2")) == (None, None)
        assert not store.save_draft(_draft("F1")), "came True, expected False: it was sent already"

    @must("RK-C-168")
    def test_drafts_that_were_left_lie_no_longer_than_said(self, opened: Open) -> None:
        """A form that nobody sends is not kept for ever.

        Remedy: delete those saved before the moment; one saved at it stays.
        """
        store = self._store(opened)
        store.save_draft(_draft("F1", saved_at=NOW - timedelta(microseconds=1)))
        store.save_draft(_draft("F2", saved_at=NOW))

        assert store.delete_drafts(saved_before=NOW) == 1
        assert (store.draft("F1"), store.draft("F2")) == (None, _draft("F2"))

    @must("RK-C-169")
    def test_a_picture_is_seen_with_its_answers_alone(self, opened: Open) -> None:
        """A drawing says as much as words do.

        Remedy: give it to those who see the answers, and log it; keep none that no answer names.
        """
        store = self._store(opened)
        drawing, other = (KeptPicture(hashlib.sha256(some).hexdigest(), "image/png", some) for some in (b"a", b"b"))
        answers = [{"question_id": "drawing", "state": "answered", "value": drawing.sha256}]
        store.submit(_sent(answers=answers), now=NOW, pictures=[drawing, other])

        given = {"now": NOW, "workers": _STAFF}
        assert store.read_picture(_WORKER, "F1", drawing.sha256, **given) == drawing
        assert store.read_picture(_MANAGER, "F1", drawing.sha256, **given) is None
        assert store.read_picture(_CHILD, "F1", other.sha256, **given) is None
        assert [line.viewer_id for line in store.reads("C1")] == ["SW1"]

    @must("RK-C-170")
    def test_evidence_stays_as_the_child_gave_it_whatever_is_replied(self, opened: Open) -> None:
        """It may be shown years later, and must be what the child gave.

        Remedy: insert once; add replies beside it, from those who may see it.
        """
        store = self._store(opened)
        assert store.keep_evidence(_evidence()), "came False, expected True: it is new"
        assert not store.keep_evidence(_evidence(words="other words")), "came True, expected False: it is there already"

        given = {"now": NOW, "workers": _STAFF}
        assert store.reply_to_evidence(_MANAGER, "V1", "Well done", **given) is None
        answered = store.reply_to_evidence(_WORKER, "V1", "Thank you", **given)
        assert answered is not None
        assert store.read_evidence(_CHILD, now=NOW) == [answered]
        assert (answered.words, answered.sha256) == (_evidence().words, _evidence().sha256)
        assert store.read_evidence(_OTHER, now=NOW) == []

    @must("RK-C-171")
    def test_an_invitation_can_be_taken_back(self, opened: Open) -> None:
        """A link that went to the wrong telephone must open nothing.

        Remedy: let one of the same id take its place.
        """
        store = self._store(opened)
        row = {"id": "I1", "purpose": "form", "child_id": "C1", "session_id": "S1", "expires_at": NOW}
        invitation = Invitation.model_validate(row)
        store.keep_invitation(invitation)
        assert store.invitation("I1") == invitation

        store.keep_invitation(invitation.model_copy(update={"is_revoked": True}))
        assert store.invitation("I1").is_revoked, "came an invitation that holds, expected it to be revoked"
        assert store.invitation("I2") is None

    @must("RK-C-172")
    def test_what_was_sent_by_an_invitation_is_known_without_what_it_says(self, opened: Open) -> None:
        """The page says "you have sent this", to whoever holds the telephone.

        Remedy: give ids and moments only, oldest first; it is no reading.
        """
        store = self._store(opened)
        store.submit(_sent("F2", submitted_at=NOW + timedelta(hours=1)), now=NOW, invitation_id="I1")
        store.submit(_sent("F1"), now=NOW, invitation_id="I1")
        store.submit(_sent("F3"), now=NOW, invitation_id="I2")

        assert [each.id for each in store.sent_forms("I1")] == ["F1", "F2"]
        assert store.reads("C1") == []

    @must("RK-C-173")
    def test_counting_takes_a_period_oldest_first(self, opened: Open) -> None:
        """Two quarters side by side count each form once.

        Remedy: since <= submitted_at < until, by moment and id; drafts are not counted.
        """
        store = self._store(opened)
        store.save_draft(_draft("F9"))
        for name, hours in (("F2", 1), ("F1", 1), ("F0", 0), ("F3", 2)):
            store.submit(_sent(name, submitted_at=NOW + timedelta(hours=hours)), now=NOW)

        hour = NOW + timedelta(hours=1)
        counted = store.submissions_to_count(by="kit", now=NOW, since=hour, until=hour + timedelta(hours=1))
        assert [each.id for each in counted] == ["F1", "F2"]
        assert len(list(store.submissions_to_count(by="kit", now=NOW))) == 4

    @must("RK-C-174")
    def test_whom_it_is_about_cannot_silence_a_request_to_talk(self, opened: Open) -> None:
        """That worker may manage others or be on duty, and somebody else must look.

        Remedy: withdraw no reminder when the reader is the submission's worker_id.
        """
        store = self._store(opened)
        about = {
            role.value: Worker(id=WorkerId(role.value), name="Wrenfold", role=role, manager_id=_M1)
            for role in (Role.MANAGER, Role.DUTY)
        }
        given = {"now": NOW, "workers": [*about.values(), _MANAGER]}
        for name, worker in about.items():
            store.submit(_sent(name, child_id=name, worker_id=name, wants_to_talk=True), **given)
            assert len(store.read_submissions(worker, child_ids={name}, **given)) == 1

        assert _reminders(store) == [OutboxState.WAITING] * 4
        store.read_submissions(_MANAGER, **given)
        assert _reminders(store) == [OutboxState.WITHDRAWN] * 4

    def _store(self, opened: Open) -> Any:
        store = opened(EMPTY)
        self.keeper(store, SupportsFeedback)
        assert isinstance(store, SupportsOutbox), "came a store without an outbox, expected SupportsOutbox"
        return store


def _read(store: Any, viewer: Child | Worker) -> list[Any]:
    return list(store.read_submissions(viewer, now=NOW, workers=_STAFF))


def _reminders(store: Any) -> list[OutboxState]:
    return [row.state for row in store.outbox_rows() if row.escalation.step == "unread"]


def _sent(name: str = "F1", **changes: Any) -> Submission:
    answer = {"question_id": "next_time", "state": "answered", "value": "the sea"}
    facts = {
        "id": name, "form_id": "after-session", "form_version": 1, "language": "en", "child_id": "C1",
        "session_id": "S1", "worker_id": "SW1", "submitted_at": NOW, "channel": "screen", "answers": [answer],
        "audience": ["my_worker"],
    }  # fmt: skip
    return Submission.model_validate(facts | changes)


def _draft(name: str = "F1", **changes: Any) -> FormDraft:
    facts = {
        "id": name, "invitation_id": "I1", "child_id": "C1", "form_id": "after-session", "form_version": 1,
        "language": "en", "answers": {"next_time": ["the sea"]}, "saved_at": NOW,
    }  # fmt: skip
    return FormDraft.model_validate(facts | changes)


def _evidence(**changes: Any) -> Evidence:
    facts = {"id": "V1", "child_id": "C1", "worker_id": "SW1", "added_by": "C1", "added_at": NOW, "words": "so kind"}
    return Evidence.model_validate({**facts, "audience": ["my_worker"], **changes})
