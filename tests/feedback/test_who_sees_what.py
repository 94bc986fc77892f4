"""Every viewer by every pick by every kind of answer, against the table that the docs print."""

from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from relationkit.feedback import (
    Answer,
    AnswerState,
    Audience,
    Evidence,
    EvidenceKind,
    Sight,
    Submission,
    SubmissionChannel,
    visible_to,
)
from relationkit.records import Assignment, Child, Role, Worker

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-we-promise-a-child.md"
AT = datetime(2025, 3, 3, tzinfo=UTC)

WORKERS = {
    "the worker it is about": Worker(id="w1", name="Made-up", role=Role.SOCIAL_WORKER, manager_id="m1"),
    "their manager": Worker(id="m1", name="Made-up", role=Role.MANAGER),
    "the child's reviewing officer": Worker(id="r1", name="Made-up", role=Role.REVIEWING_OFFICER),
    "the child's advocate": Worker(id="a1", name="Made-up", role=Role.ADVOCATE),
    "duty": Worker(id="d1", name="Made-up", role=Role.DUTY),
    "another manager": Worker(id="m2", name="Made-up", role=Role.MANAGER),
}
VIEWERS: dict[str, Child | Worker] = {"the child": Child(id="c1"), "another child": Child(id="c2"), **WORKERS}
HELD = [
    Assignment(id=f"x{w.id}", child_id="c1", worker_id=w.id, role=w.role, started_on="2025-01-01")
    for w in WORKERS.values()
    if w.role in {Role.SOCIAL_WORKER, Role.REVIEWING_OFFICER, Role.ADVOCATE}
]
TOLD = {"duty", "their manager"}

#: What an answer can be: each state, and each shape of a value.
ANSWERS = [
    *(Answer(question_id="q", state=state) for state in AnswerState if state is not AnswerState.ANSWERED),
    *(
        Answer(question_id="q", state="answered", value=value)
        for value in ("a", "words", 7, True, ("a", "b"), "0f" * 32)
    ),
]


def the_table() -> dict[tuple[str, str], Sight]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    start = next(number for number, row in enumerate(rows) if row[0] == "Viewer")
    heads, body = rows[start], rows[start + 2 :]
    return {(row[0], head): Sight(cell) for row in body for head, cell in zip(heads[1:], row[1:], strict=True)}


TABLE = the_table()


def picked(pick: str) -> dict[str, Any]:
    if pick in set(Audience):
        return {"audience": (pick,)}
    return {"audience": (), "has_unread_audience": pick == "not readable"}


def test_the_table_has_every_viewer_and_every_pick() -> None:
    assert set(TABLE) == set(product(VIEWERS, [*Audience, "no pick", "not readable"]))


@pytest.mark.parametrize(("viewer", "pick"), sorted(TABLE))
def test_each_viewer_sees_what_the_table_says_of_every_kind_of_answer(viewer: str, pick: str) -> None:
    for answer, wants_to_talk in product(ANSWERS, (False, True)):
        submission = Submission(
            id="f1",
            form_id="made-up",
            form_version=1,
            language="en",
            child_id="c1",
            worker_id="w1",
            submitted_at=AT,
            channel=SubmissionChannel.SCREEN,
            answers=(answer,),
            wants_to_talk=wants_to_talk,
            **picked(pick),
        )
        expected = TABLE[viewer, pick]
        if expected is Sight.NOTHING and wants_to_talk and viewer in TOLD:
            expected = Sight.TALK_REQUEST

        assert seen(submission, viewer) is expected


@pytest.mark.parametrize(("viewer", "pick"), [key for key in sorted(TABLE) if key[1] != "not readable"])
def test_each_viewer_sees_what_the_table_says_of_every_kind_of_evidence(viewer: str, pick: str) -> None:
    for kind in EvidenceKind:
        picture = "0f" * 32 if kind in {EvidenceKind.PHOTO, EvidenceKind.DRAWING} else None
        evidence = Evidence(
            id="e1",
            child_id="c1",
            worker_id="w1",
            kind=kind,
            words="Made-up",
            picture_sha256=picture,
            added_by="c1",
            added_at=AT,
            audience=picked(pick)["audience"],
        )

        assert seen(evidence, viewer) is TABLE[viewer, pick]


def seen(what: Submission | Evidence, viewer: str) -> Sight:
    return visible_to(what, VIEWERS[viewer], workers=WORKERS.values(), assignments=HELD, on=date(2025, 3, 3))
