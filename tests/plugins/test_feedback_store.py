"""What children say, kept: whole or not at all, once, seen by those they chose, and gone when they say so.

The same tests for memory, SQLite and PostgreSQL. Nobody in them is real.
"""

import hashlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relationkit.errors import NaiveMomentError
from relationkit.feedback import (
    Evidence,
    FormDraft,
    Invitation,
    KeptPicture,
    Sight,
    Submission,
    verify_evidence,
)
from relationkit.plugins import OutboxState, SupportsFeedback, deliver
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.plugins.notifiers.outbox import OutboxNotifier
from relationkit.records import Assignment, Child, Worker

NOW = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)
CHILD = Child(id="C1", chosen_name="Made-up Ffion")
OTHER = Child(id="C2")
WORKER = Worker(id="SW1", name="Made-up Sam", role="social_worker", manager_id="M1")
MANAGER = Worker(id="M1", name="Made-up Max", role="manager")
DUTY = Worker(id="D1", name="Made-up Dee", role="duty")
STAFF = [WORKER, MANAGER, DUTY]

Build = Callable[..., Submission]
BuildDraft = Callable[..., FormDraft]


def a_picture(content: bytes = b"a drawing") -> KeptPicture:
    return KeptPicture(hashlib.sha256(content).hexdigest(), "image/png", content)


def answers_with(picture: KeptPicture) -> list[dict[str, str]]:
    return [{"question_id": "drawing", "state": "answered", "value": picture.sha256}]


def read(store: Any, viewer: Child | Worker, **more: Any) -> list[Any]:
    seen: list[Any] = store.read_submissions(viewer, now=NOW, workers=STAFF, **more)
    return seen


def test_the_stores_keep_feedback(outbox: Any) -> None:
    assert isinstance(outbox, SupportsFeedback)


def test_what_is_sent_comes_back_as_it_was(outbox: Any, a_submission: Build) -> None:
    sent = a_submission(helper="carer", audience=["manager", "advocate"])

    assert outbox.submit(sent, now=NOW)

    assert [each.submission for each in read(outbox, CHILD)] == [sent]


def test_sent_again_it_is_one_and_the_first_stays(outbox: Any, a_submission: Build) -> None:
    assert outbox.submit(a_submission(), now=NOW)
    assert not outbox.submit(a_submission(answers=[], wants_to_talk=True), now=NOW)

    [seen] = read(outbox, CHILD)
    assert seen.submission == a_submission()
    assert outbox.outbox_rows() == []


def test_submissions_come_oldest_first_then_by_id(outbox: Any, a_submission: Build) -> None:
    for name, minutes in (("b", 1), ("a", 1), ("c", 0)):
        outbox.submit(a_submission(name, submitted_at=NOW + timedelta(minutes=minutes)), now=NOW)

    assert [each.id for each in read(outbox, CHILD)] == ["c", "a", "b"]


# Who sees what, and who has seen it ----------------------------------------------------------------------------------


def test_every_reading_goes_by_what_the_child_chose(outbox: Any, a_submission: Build) -> None:
    outbox.submit(a_submission("mine"), now=NOW)
    outbox.submit(a_submission("boss", audience=["manager"]), now=NOW)
    outbox.submit(a_submission("nobody", audience=[]), now=NOW)

    assert [each.id for each in read(outbox, WORKER)] == ["mine"]
    assert [each.id for each in read(outbox, MANAGER)] == ["boss"]
    assert [each.id for each in read(outbox, DUTY)] == ["nobody"]
    assert read(outbox, OTHER) == []
    assert len(read(outbox, CHILD)) == 3


def test_an_advocate_reads_while_they_are_the_childs(outbox: Any, a_submission: Build) -> None:
    advocate = Worker(id="A1", name="Made-up Ada", role="advocate")
    held = Assignment(id="a", child_id="C1", worker_id="A1", role="advocate", started_on="2025-03-06")
    outbox.submit(a_submission(audience=["advocate"]), now=NOW)

    assert len(read(outbox, advocate, assignments=[held])) == 1
    assert outbox.read_submissions(advocate, now=NOW - timedelta(days=1), assignments=[held]) == []


def test_who_read_what_and_when_is_kept_and_looking_in_vain_is_not(outbox: Any, a_submission: Build) -> None:
    outbox.submit(a_submission("mine"), now=NOW)
    outbox.submit(a_submission("other", child_id="C2"), now=NOW)

    read(outbox, WORKER)
    read(outbox, MANAGER)
    read(outbox, CHILD)

    lines = outbox.reads("C1")
    assert [(line.viewer_id, line.viewer_role, line.submission_id, line.sight, line.at) for line in lines] == [
        ("SW1", "social_worker", "mine", Sight.ANSWERS, NOW),
        ("C1", None, "mine", Sight.ANSWERS, NOW),
    ]
    assert [line.viewer_id for line in outbox.reads("C2")] == ["SW1"]


def test_only_the_children_asked_for_are_read_and_logged(outbox: Any, a_submission: Build) -> None:
    outbox.submit(a_submission("mine"), now=NOW)
    outbox.submit(a_submission("other", child_id="C2"), now=NOW)

    assert [each.id for each in read(outbox, WORKER, child_ids={"C2"})] == ["other"]
    assert read(outbox, WORKER, child_ids=[]) == []
    assert outbox.reads("C1") == []


def test_counting_gives_everything_of_a_period_once_it_is_named_who_counts(outbox: Any, a_submission: Build) -> None:
    for hour in range(3):
        outbox.submit(a_submission(f"f{hour}", submitted_at=NOW + timedelta(hours=hour)), now=NOW)

    counted = outbox.submissions_to_count(by="the quarter's report", now=NOW, since=NOW + timedelta(hours=1))
    assert [each.id for each in counted] == ["f1", "f2"]
    until = outbox.submissions_to_count(by="the quarter's report", now=NOW, until=NOW + timedelta(hours=1))
    assert [each.id for each in until] == ["f0"]


# A child who wants to talk -------------------------------------------------------------------------------------------


def test_a_child_who_wants_to_talk_is_heard_by_duty_and_the_manager_at_once(outbox: Any, a_submission: Build) -> None:
    outbox.submit(a_submission(wants_to_talk=True), now=NOW, workers=STAFF)

    now_and_later = {(row.escalation.step, row.escalation.to): row.next_try_at for row in outbox.outbox_rows()}
    assert now_and_later == {
        ("asked", "duty"): NOW,
        ("asked", "manager"): NOW,
        ("unread", "duty"): NOW + timedelta(hours=24),
        ("unread", "manager"): NOW + timedelta(hours=24),
    }
    assert {row.escalation.recipient_id for row in outbox.outbox_rows()} == {None, "M1"}


def test_a_submission_that_cannot_tell_anybody_is_not_kept(outbox: Any, a_submission: Build) -> None:
    with pytest.raises(ValueError, match="nobody would be told"):
        outbox.submit(a_submission(wants_to_talk=True), now=NOW, notifiers=[])

    assert read(outbox, CHILD) == []
    assert outbox.submit(a_submission(), now=NOW, notifiers=[])


@pytest.mark.parametrize(("viewer", "is_stopped"), [(DUTY, True), (MANAGER, True), (WORKER, False), (CHILD, False)])
def test_the_reminder_is_taken_back_once_duty_or_the_manager_has_read_it(
    outbox: Any, a_submission: Build, viewer: Child | Worker, is_stopped: bool
) -> None:
    outbox.submit(a_submission(wants_to_talk=True), now=NOW, workers=STAFF)

    seen = read(outbox, viewer)

    assert {each.sight for each in seen} == {Sight.ANSWERS if viewer in (CHILD, WORKER) else Sight.TALK_REQUEST}
    assert all((each.submission is None) == (each.sight is Sight.TALK_REQUEST) for each in seen)
    withdrawn = {row.escalation.step for row in outbox.outbox_rows(states={OutboxState.WITHDRAWN})}
    assert withdrawn == ({"unread"} if is_stopped else set())


@pytest.mark.parametrize("role", ["manager", "duty"])
@pytest.mark.parametrize("is_picture", [False, True])
def test_whom_it_is_about_never_takes_the_reminder_back_whatever_else_they_are(
    outbox: Any, a_submission: Build, role: str, *, is_picture: bool
) -> None:
    subject, picture = Worker(id="m1", name="Made-up Mo", role=role, manager_id="h1"), a_picture()
    staff = [subject, Worker(id="h1", name="Made-up Hal", role="manager")]
    asked = a_submission(worker_id="m1", wants_to_talk=True, answers=answers_with(picture))
    outbox.submit(asked, now=NOW, workers=staff, pictures=[picture])

    if is_picture:
        assert outbox.read_picture(subject, "f1", picture.sha256, now=NOW, workers=staff) == picture
    else:
        assert len(outbox.read_submissions(subject, now=NOW, workers=staff)) == 1
    assert {row.state for row in outbox.outbox_rows()} == {OutboxState.WAITING}

    outbox.read_submissions(staff[1], now=NOW, workers=staff)
    withdrawn = outbox.outbox_rows(states={OutboxState.WITHDRAWN})
    assert {(row.escalation.step, row.escalation.to) for row in withdrawn} == {
        ("unread", "duty"),
        ("unread", "manager"),
    }


def test_nobody_having_read_it_both_are_told_again_a_day_later(outbox: Any, a_submission: Build) -> None:
    outbox.submit(a_submission(wants_to_talk=True), now=NOW, workers=STAFF)
    notifier = OutboxNotifier({}, environment={})

    first = deliver(outbox, [notifier], now=NOW, elapsed=lambda: 0.0)
    early = deliver(outbox, [notifier], now=NOW + timedelta(hours=24, seconds=-1), elapsed=lambda: 0.0)
    late = deliver(outbox, [notifier], now=NOW + timedelta(hours=24), elapsed=lambda: 0.0)

    assert [len(report.deliveries) for report in (first, early, late)] == [2, 0, 2]


def test_a_child_who_ticks_the_box_is_heard_before_the_form_is_sent_and_only_once(
    outbox: Any, a_draft: BuildDraft, a_submission: Build
) -> None:
    ticked = {"talk_soon": ["yes"]}
    outbox.save_draft(a_draft(answers=ticked, worker_id="SW1"), workers=STAFF)
    told = outbox.outbox_rows()
    outbox.save_draft(a_draft(answers=ticked, revision=2), workers=STAFF)
    outbox.submit(a_submission(wants_to_talk=True), now=NOW + timedelta(hours=1), workers=STAFF)

    assert len(told) == 4
    assert outbox.outbox_rows() == told


# Drafts --------------------------------------------------------------------------------------------------------------


def test_half_a_form_is_kept_and_continued(outbox: Any, a_draft: BuildDraft) -> None:
    assert outbox.draft("f1") is None
    assert outbox.save_draft(a_draft(step="today"))

    assert outbox.draft("f1") == a_draft(step="today")
    assert outbox.save_draft(a_draft(answers={"today": ["good"]}, revision=2))
    assert outbox.draft("f1").answers == {"today": ("good",)}


def test_of_two_windows_the_slower_one_is_told(outbox: Any, a_draft: BuildDraft) -> None:
    outbox.save_draft(a_draft())

    assert not outbox.save_draft(a_draft(answers={"today": ["bad"]}))
    assert outbox.save_draft(a_draft(revision=2))
    assert not outbox.save_draft(a_draft(answers={"today": ["bad"]}, revision=2))
    assert outbox.draft("f1").answers == {"next_time": ("the sea",)}


def test_a_form_that_was_sent_is_never_a_draft_again(outbox: Any, a_draft: BuildDraft, a_submission: Build) -> None:
    outbox.save_draft(a_draft())
    outbox.submit(a_submission(), now=NOW)

    assert outbox.draft("f1") is None
    assert not outbox.save_draft(a_draft())
    assert not outbox.save_draft(a_draft(revision=2))


def test_a_draft_stands_in_no_list_and_no_count(outbox: Any, a_draft: BuildDraft) -> None:
    outbox.save_draft(a_draft())

    assert read(outbox, CHILD) == []
    assert list(outbox.submissions_to_count(by="anyone", now=NOW)) == []


def test_a_draft_and_its_pictures_are_deleted(outbox: Any, a_draft: BuildDraft) -> None:
    picture = a_picture()
    outbox.save_draft(a_draft(answers={"drawing": [picture.sha256]}), pictures=[picture])
    assert outbox.draft_picture("f1", picture.sha256) == picture

    assert outbox.delete_draft("f1")
    assert not outbox.delete_draft("f1")
    outbox.save_draft(a_draft())
    assert outbox.draft_picture("f1", picture.sha256) is None


def test_old_drafts_are_deleted_and_younger_ones_stay(outbox: Any, a_draft: BuildDraft) -> None:
    outbox.save_draft(a_draft("old", saved_at=NOW - timedelta(seconds=1)))
    outbox.save_draft(a_draft("young", saved_at=NOW))

    assert outbox.delete_drafts(saved_before=NOW) == 1
    assert (outbox.draft("old"), outbox.draft("young") is not None) == (None, True)


def test_a_picture_that_no_answer_names_any_more_is_not_kept(
    outbox: Any, a_draft: BuildDraft, a_submission: Build
) -> None:
    first, second = a_picture(b"first"), a_picture(b"second")
    outbox.save_draft(a_draft(answers={"drawing": [first.sha256]}), pictures=[first])
    outbox.save_draft(a_draft(answers={"drawing": [second.sha256]}, revision=2), pictures=[second])
    assert outbox.draft_picture("f1", first.sha256) is None

    outbox.submit(a_submission(answers=answers_with(second)), now=NOW)
    assert outbox.read_picture(CHILD, "f1", second.sha256, now=NOW) == second
    assert outbox.draft_picture("f1", second.sha256) is None


def test_a_picture_is_seen_by_those_who_see_the_answers_and_its_reading_is_logged(
    outbox: Any, a_submission: Build
) -> None:
    picture = a_picture()
    outbox.submit(a_submission(answers=answers_with(picture), wants_to_talk=True), now=NOW, pictures=[picture])

    assert outbox.read_picture(WORKER, "f1", picture.sha256, now=NOW, workers=STAFF) == picture
    assert outbox.read_picture(DUTY, "f1", picture.sha256, now=NOW, workers=STAFF) is None
    assert outbox.read_picture(OTHER, "f1", picture.sha256, now=NOW) is None
    assert outbox.read_picture(CHILD, "f1", "0" * 64, now=NOW) is None
    assert [line.viewer_id for line in outbox.reads("C1")] == ["SW1"]


# Evidence ------------------------------------------------------------------------------------------------------------


def some_evidence(**changes: Any) -> Evidence:
    facts = {"id": "e1", "child_id": "C1", "worker_id": "SW1", "added_by": "C1", "added_at": NOW, "words": "so kind"}
    return Evidence.model_validate({**facts, "audience": ["my_worker"], **changes})


def test_evidence_is_kept_once_and_comes_back_as_the_child_gave_it(outbox: Any) -> None:
    assert outbox.keep_evidence(some_evidence())
    assert not outbox.keep_evidence(some_evidence(words="other words"))

    [kept] = outbox.read_evidence(CHILD, now=NOW)
    assert kept == some_evidence()
    assert verify_evidence(kept) == ()


def test_evidence_is_seen_by_those_the_child_picked_and_each_reading_is_logged(outbox: Any) -> None:
    picture = a_picture()
    outbox.keep_evidence(some_evidence(kind="drawing", picture_sha256=picture.sha256), pictures=[picture])

    assert len(outbox.read_evidence(WORKER, now=NOW, child_ids={"C1"}, workers=STAFF)) == 1
    assert outbox.read_evidence(WORKER, now=NOW, child_ids={"C2"}, workers=STAFF) == []
    assert outbox.read_evidence(MANAGER, now=NOW, workers=STAFF) == []
    lines = outbox.reads("C1")
    assert outbox.read_picture(WORKER, "e1", "0" * 64, now=NOW, workers=STAFF) is None
    assert outbox.reads("C1") == lines
    assert outbox.read_picture(WORKER, "e1", picture.sha256, now=NOW, workers=STAFF) == picture
    assert outbox.read_picture(MANAGER, "e1", picture.sha256, now=NOW, workers=STAFF) is None
    assert [(line.viewer_id, line.submission_id) for line in outbox.reads("C1")] == [("SW1", "e1"), ("SW1", "e1")]


def test_a_worker_replies_to_what_they_may_see_and_nothing_else_changes(outbox: Any) -> None:
    outbox.keep_evidence(some_evidence())

    assert outbox.reply_to_evidence(MANAGER, "e1", "Well done", now=NOW, workers=STAFF) is None
    assert outbox.reply_to_evidence(WORKER, "none", "Thank you", now=NOW, workers=STAFF) is None
    answered = outbox.reply_to_evidence(WORKER, "e1", "Thank you", now=NOW, workers=STAFF)

    assert [(reply.by, reply.text) for reply in answered.replies] == [("SW1", "Thank you")]
    assert outbox.read_evidence(CHILD, now=NOW) == [answered]
    assert (answered.sha256, verify_evidence(answered)) == (some_evidence().sha256, ())


# Invitations ---------------------------------------------------------------------------------------------------------


def test_an_invitation_is_kept_and_can_be_taken_back(outbox: Any) -> None:
    facts = {"id": "i1", "purpose": "form", "child_id": "C1", "session_id": "S1", "about": "Sam", "expires_at": NOW}
    invitation = Invitation.model_validate(facts)
    assert outbox.invitation("i1") is None

    outbox.keep_invitation(invitation)
    assert outbox.invitation("i1") == invitation
    outbox.keep_invitation(invitation.model_copy(update={"is_revoked": True}))
    assert outbox.invitation("i1").is_revoked


def test_what_was_sent_by_an_invitation_is_known_without_what_it_says(outbox: Any, a_submission: Build) -> None:
    outbox.submit(a_submission("f2", submitted_at=NOW + timedelta(hours=1)), now=NOW, invitation_id="i1")
    outbox.submit(a_submission("f1"), now=NOW, invitation_id="i1")
    outbox.submit(a_submission("f3"), now=NOW, invitation_id="i2")

    assert [(sent.id, sent.wants_to_talk) for sent in outbox.sent_forms("i1")] == [("f1", False), ("f2", False)]
    assert outbox.reads("C1") == []


@pytest.mark.parametrize(
    "call",
    [
        lambda store, sent: store.submit(sent, now=NOW.replace(tzinfo=None)),
        lambda store, sent: store.read_submissions(CHILD, now=NOW.replace(tzinfo=None)),
        lambda store, sent: store.read_picture(CHILD, "f1", "x", now=NOW.replace(tzinfo=None)),
        lambda store, sent: store.delete_drafts(saved_before=NOW.replace(tzinfo=None)),
        lambda store, sent: store.submissions_to_count(by="x", now=NOW.replace(tzinfo=None)),
    ],
)
def test_a_moment_without_a_zone_is_refused(outbox: Any, a_submission: Build, call: Callable[..., Any]) -> None:
    with pytest.raises(NaiveMomentError):
        call(outbox, a_submission())


def test_what_a_child_deleted_is_not_in_the_file(tmp_path: Path, a_draft: BuildDraft, a_submission: Build) -> None:
    place = tmp_path / "case.db"
    with closing(SqlAdapter.create(str(place))) as store:
        picture = a_picture(b"a drawing that was taken back" * 50)
        regretted = {"next_time": ["words I regret " * 300], "drawing": [picture.sha256]}
        store.save_draft(a_draft(answers=regretted), pictures=[picture])
        store.save_draft(a_draft("other", answers={"x": ["another regret " * 300]}))
        assert b"words I regret" in place.read_bytes()
        store.save_draft(a_draft(answers={"next_time": ["fine"]}, revision=2))
        store.submit(a_submission(), now=NOW)
        store.delete_draft("other")

    left = place.read_bytes()
    assert not [words for words in (b"I regret", b"another regret", b"taken back") if words in left]
    assert b"the sea" in left


def test_evidence_is_held_against_its_hash_with_its_picture_and_nobodys_words_come_out(outbox: Any) -> None:
    drawing = some_evidence(id="e2", kind="drawing", picture_sha256=a_picture().sha256)
    outbox.keep_evidence(some_evidence())
    outbox.keep_evidence(drawing, pictures=[a_picture()])

    assert list(outbox.evidence_faults(by="a test", now=NOW)) == []
    outbox.keep_evidence(some_evidence(id="e3", kind="photo", picture_sha256="0" * 64))
    (fault,) = outbox.evidence_faults(by="a test", now=NOW)
    assert (fault.evidence_id, fault.part.value, fault.could_not_be_judged) == ("e3", "picture", True)
