"""The rows of the table in visibility.py, each from both sides."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.feedback import Audience, Sight, Submission, SubmissionChannel, visible_to
from relationkit.records import Assignment, Child, Role, Worker

ON = date(2025, 3, 3)
WORKERS = [
    Worker(id="w1", name="Made-up Worker", role=Role.SOCIAL_WORKER, manager_id="m1"),
    Worker(id="m1", name="Made-up Manager", role=Role.MANAGER),
    Worker(id="m2", name="Other Manager", role=Role.MANAGER),
    Worker(id="r1", name="Made-up Reviewer", role=Role.REVIEWING_OFFICER),
    Worker(id="a1", name="Made-up Advocate", role=Role.ADVOCATE),
    Worker(id="d1", name="Made-up Duty", role=Role.DUTY),
]
ASSIGNMENTS = [
    Assignment(id="x1", child_id="c1", worker_id="w1", role=Role.SOCIAL_WORKER, started_on="2025-01-01"),
    Assignment(id="x2", child_id="c1", worker_id="r1", role=Role.REVIEWING_OFFICER, started_on="2025-01-01"),
    Assignment(
        id="x3", child_id="c1", worker_id="a1", role=Role.ADVOCATE, started_on="2025-03-03", ended_on="2025-04-01"
    ),
]


def a_submission(*audience: Audience, **changes: Any) -> Submission:
    facts: dict[str, Any] = {
        "id": "f1",
        "form_id": "made-up",
        "form_version": 1,
        "language": "en",
        "child_id": "c1",
        "session_id": "s1",
        "worker_id": "w1",
        "submitted_at": datetime(2025, 3, 3, tzinfo=UTC),
        "channel": SubmissionChannel.SCREEN,
        "answers": (),
        "audience": audience,
    }
    return Submission.model_validate(facts | changes)


def who_sees(submission: Submission, sight: Sight, on: date = ON) -> set[str]:
    return {
        w.id for w in WORKERS if visible_to(submission, w, workers=WORKERS, assignments=ASSIGNMENTS, on=on) == sight
    }


@pytest.mark.parametrize(
    ("reader", "seen_by"),
    [
        (Audience.MY_WORKER, "w1"),
        (Audience.MANAGER, "m1"),
        (Audience.REVIEWING_OFFICER, "r1"),
        (Audience.ADVOCATE, "a1"),
        (Audience.NOBODY_BY_NAME, "d1"),
    ],
)
def test_only_the_reader_whom_the_child_picked_sees_the_answers(reader: Audience, seen_by: str) -> None:
    assert who_sees(a_submission(reader), Sight.ANSWERS) == {seen_by}
    assert who_sees(a_submission(reader), Sight.TALK_REQUEST) == set()


@pytest.mark.parametrize(
    ("reader", "role"),
    [(Audience.REVIEWING_OFFICER, Role.REVIEWING_OFFICER), (Audience.ADVOCATE, Role.ADVOCATE)],
)
@pytest.mark.parametrize(("child_id", "sight"), [("c1", Sight.ANSWERS), ("c2", Sight.NOTHING)])
def test_the_officer_and_the_advocate_are_this_childs_and_no_other_childs(
    reader: Audience, role: Role, child_id: str, sight: Sight
) -> None:
    them = Worker(id="o1", name="Made-up Officer", role=role)
    held = Assignment(id="x8", child_id=child_id, worker_id="o1", role=role, started_on="2025-01-01")

    seen = visible_to(a_submission(reader, wants_to_talk=True), them, assignments=[*ASSIGNMENTS, held], on=ON)

    assert seen is sight


def test_readers_who_could_not_be_read_are_not_nobody_by_name() -> None:
    unread = a_submission(has_unread_audience=True)

    assert who_sees(unread, Sight.NOTHING) == {worker.id for worker in WORKERS}
    assert visible_to(unread, Child(id="c1"), on=ON) is Sight.ANSWERS


def test_wanting_to_talk_is_told_even_when_the_readers_could_not_be_read() -> None:
    unread = a_submission(has_unread_audience=True, wants_to_talk=True)

    assert who_sees(unread, Sight.TALK_REQUEST) == {"m1", "d1"}
    assert who_sees(unread, Sight.ANSWERS) == set()


def test_the_readers_who_could_be_read_see_it_although_another_could_not() -> None:
    assert who_sees(a_submission(Audience.ADVOCATE, has_unread_audience=True), Sight.ANSWERS) == {"a1"}


def test_picking_nobody_is_nobody_by_name_so_that_it_is_not_unread() -> None:
    assert who_sees(a_submission(), Sight.ANSWERS) == {"d1"}


def test_the_child_always_sees_their_own_and_no_other_child_does() -> None:
    assert visible_to(a_submission(), Child(id="c1"), on=ON) is Sight.ANSWERS
    assert visible_to(a_submission(*Audience), Child(id="w1"), on=ON) is Sight.NOTHING


def test_a_worker_whose_id_is_the_childs_is_not_the_child() -> None:
    stranger = Worker(id="c1", name="Made-up", role=Role.SOCIAL_WORKER)

    assert visible_to(a_submission(), stranger, workers=WORKERS, assignments=ASSIGNMENTS, on=ON) is Sight.NOTHING


def test_wanting_to_talk_reaches_duty_and_the_manager_and_shows_them_no_answers() -> None:
    asked = a_submission(Audience.ADVOCATE, wants_to_talk=True)

    assert who_sees(asked, Sight.TALK_REQUEST) == {"m1", "d1"}
    assert who_sees(asked, Sight.ANSWERS) == {"a1"}


@pytest.mark.parametrize("role", [Role.DUTY, Role.MANAGER, Role.ADVOCATE, Role.REVIEWING_OFFICER])
def test_feedback_goes_round_the_worker_it_is_about_whatever_else_they_are(role: Role) -> None:
    them = Worker(id="w1", name="Made-up", role=role, manager_id="w1")
    also = [Assignment(id="x9", child_id="c1", worker_id="w1", role=role, started_on="2025-01-01")]
    others = [reader for reader in Audience if reader is not Audience.MY_WORKER]

    seen = visible_to(a_submission(*others, wants_to_talk=True), them, workers=[them], assignments=also, on=ON)

    assert seen is Sight.NOTHING


@pytest.mark.parametrize(
    ("on", "is_seen"),
    [(date(2025, 3, 2), False), (date(2025, 3, 3), True), (date(2025, 3, 31), True), (date(2025, 4, 1), False)],
)
def test_an_advocate_sees_it_while_they_are_the_childs_advocate(on: date, is_seen: bool) -> None:
    assert who_sees(a_submission(Audience.ADVOCATE), Sight.ANSWERS, on) == ({"a1"} if is_seen else set())


def test_what_the_records_do_not_tell_opens_nothing() -> None:
    everyone = a_submission(Audience.MANAGER, Audience.REVIEWING_OFFICER, Audience.ADVOCATE)

    assert {visible_to(everyone, worker, on=ON) for worker in WORKERS} == {Sight.NOTHING}


@given(audience=st.sets(st.sampled_from(Audience)), wants_to_talk=st.booleans())
def test_a_stranger_never_sees_anything(audience: set[Audience], wants_to_talk: bool) -> None:
    submission = a_submission(*audience, wants_to_talk=wants_to_talk)

    assert "m2" in who_sees(submission, Sight.NOTHING)
