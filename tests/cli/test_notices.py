"""``relationkit notices``: each thing is told once, by the notifiers of the settings. Everybody here is made up."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins import OutboxState, notice_messages, open_adapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.plugins.notifiers.wording import TEMPLATES, compose
from relationkit.records import Absence, Assignment, Child, Placement, Session, Worker
from relationkit.visits import notices_due

NOW = "2025-03-28T09:00+00:00"


@pytest.fixture
def case(tmp_path: Path) -> str:
    """A database with a leave, a change of worker ahead, a moved and a cancelled session."""
    held = {"child_id": "C1", "role": "social_worker"}
    session = {"child_id": "C1", "worker_id": "W1", "kind": "visit", "changed_at": "2025-03-27T09:00Z", "revision": 1}
    with SqlAdapter.create(str(tmp_path / "case.db")) as store:
        store.write(
            [
                Child.model_validate({"id": "C1", "chosen_name": "Synthetic"}),
                Worker.model_validate({"id": "W1", "name": "Synthetic", "role": "social_worker"}),
                Assignment.model_validate({"id": "a1", "worker_id": "W1", "started_on": "2025-01-01", **held}),
                Assignment.model_validate({"id": "a2", "worker_id": "W2", "started_on": "2025-04-20", **held}),
                Absence.model_validate(
                    {
                        "worker_id": "W1",
                        "starts_at": "2025-04-01T00:00+01:00",
                        "ends_at": "2025-04-08T00:00+01:00",
                        "cover_id": "W3",
                    }
                ),
                Session.model_validate(
                    {"id": "s1", **session, "starts_at": "2025-03-30T15:00Z", "ends_at": "2025-03-30T16:00Z"}
                ),
                Session.model_validate(
                    {
                        "id": "s2",
                        **session,
                        "status": "cancelled",
                        "starts_at": "2025-03-31T15:00Z",
                        "ends_at": "2025-03-31T16:00Z",
                    }
                ),
            ]
        )
    return f"sql:{tmp_path / 'case.db'}"


def test_each_thing_is_told_once(relationkit: Any, case: str) -> None:
    first = relationkit("notices", "--source", case, "--now", NOW, "--json")
    again = relationkit("notices", "--source", case, "--now", NOW, "--json")

    assert first.code == again.code == 0
    assert sorted(notice["kind"] for notice in first.json["notices"]) == [
        "leave",
        "session_cancelled",
        "session_changed",
        "worker_change",
    ]
    assert again.json["notices"] == again.json["deliveries"] == []
    with open_adapter(case) as box:
        assert {row.state for row in box.outbox_rows()} == {OutboxState.READY}  # type: ignore[attr-defined]  # sql


def test_a_rehearsal_marks_nothing(relationkit: Any, case: str) -> None:
    rehearsed = relationkit("notices", "--source", case, "--now", NOW, "--dry-run")
    done = relationkit("notices", "--source", case, "--now", NOW)

    assert "4 would be told" in rehearsed.out
    assert "4 told" in done.out
    assert "Synthetic" not in done.out + rehearsed.out


def test_in_quiet_hours_nothing_is_told_and_nothing_is_lost(relationkit: Any, case: str, tmp_path: Path) -> None:
    (tmp_path / "quiet.toml").write_text('[quiet_hours]\nstarts = "20:00"\nends = "10:00"\n')
    quiet = relationkit("notices", "--source", case, "--now", NOW, "--settings", "quiet.toml")
    later = relationkit(
        "notices", "--source", case, "--now", "2025-03-28T10:00+00:00", "--settings", "quiet.toml", "--json"
    )

    assert "wait for the end of the quiet hours" in quiet.out
    assert len(later.json["notices"]) == 4


def test_a_source_with_nothing_to_tell_from_is_one_line(relationkit: Any, returned: Any) -> None:
    done = relationkit("notices", "--source", returned("c1,2010-01-01,w1,2024-01-01,,MANAGE"), "--outbox", "sql:o.db")

    assert done.code == 2
    assert "neither sessions nor absences" in done.err


def test_a_message_to_a_child_names_nobody_and_says_nothing_of_care(relationkit: Any, case: str) -> None:
    relationkit("notices", "--source", case, "--now", NOW)

    with open_adapter(case) as box:
        rows = box.outbox_rows()  # type: ignore[attr-defined]  # sql keeps an outbox
    said = {row.escalation.step: compose(row.escalation) for row in rows}
    assert said["leave"].body == (
        "Just so you know: whoever you usually meet is away from Tuesday 1 April 2025 and back on Tuesday 8 April "
        "2025. Somebody is there for you meanwhile, on the usual number.\n"
    )
    for step in ("leave", "session_changed", "session_cancelled"):
        text = (said[step].subject + said[step].body).lower()
        assert not [word for word in ("worker", "social", "care", "visit", "c1", "w1", "lac") if word in text.split()]
    assert said["worker_change"].subject == "To tell in person: C1"


def test_every_step_has_its_words() -> None:
    assert {
        "leave",
        "leave_without_cover",
        "leave_without_end",
        "session_changed",
        "session_cancelled",
        "worker_change",
    } <= set(TEMPLATES)


def write_leave(case: str, *leaves: dict[str, str]) -> None:
    """Replace the leave that the database holds."""
    path = case.removeprefix("sql:")
    with sqlite3.connect(path) as database:
        database.execute("delete from relationkit_absences")
    with SqlAdapter(path) as store:
        store.write([Absence.model_validate({"worker_id": "W1", **leave}) for leave in leaves])


LEAVE = {"starts_at": "2025-04-01T00:00+01:00", "ends_at": "2025-04-08T00:00+01:00", "cover_id": "W3"}


def leave_messages(case: str) -> list[tuple[str, str]]:
    with open_adapter(case) as box:
        rows = box.outbox_rows()  # type: ignore[attr-defined]  # sql keeps an outbox
    return [(row.escalation.step, row.state.value) for row in rows if row.escalation.step.startswith("leave")]


def test_a_leave_that_is_changed_before_anybody_was_told_takes_its_message_back(relationkit: Any, case: str) -> None:
    relationkit("notices", "--source", case, "--now", NOW)
    write_leave(case, {**LEAVE, "ends_at": "2025-04-15T00:00+01:00"})

    done = relationkit("notices", "--source", case, "--now", NOW, "--json")

    assert done.json["taken_back"] == 1
    assert [notice["kind"] for notice in done.json["notices"]] == ["leave"]
    assert sorted(leave_messages(case)) == [("leave", "ready"), ("leave", "withdrawn")]


def test_a_leave_that_is_deleted_takes_its_message_back_and_one_put_back_is_told(relationkit: Any, case: str) -> None:
    relationkit("notices", "--source", case, "--now", NOW)
    write_leave(case)
    deleted = relationkit("notices", "--source", case, "--now", NOW)
    write_leave(case, LEAVE)
    put_back = relationkit("notices", "--source", case, "--now", NOW, "--json")
    again = relationkit("notices", "--source", case, "--now", NOW, "--json")

    assert "1 message taken back" in deleted.err
    assert [notice["kind"] for notice in put_back.json["notices"]] == ["leave"]
    assert again.json["notices"] == []
    assert again.json["taken_back"] == 0
    assert sorted(leave_messages(case)) == [("leave", "ready"), ("leave", "withdrawn")]


def test_what_was_handed_over_is_not_taken_back(relationkit: Any, case: str) -> None:
    relationkit("notices", "--source", case, "--now", NOW)
    with open_adapter(case) as box:
        for row in box.outbox_rows():  # type: ignore[attr-defined]  # sql keeps an outbox
            box.mark_delivered(row, now=row.recorded_at)  # type: ignore[attr-defined]  # sql keeps an outbox
    write_leave(case)

    assert relationkit("notices", "--source", case, "--now", NOW, "--json").json["taken_back"] == 0
    assert leave_messages(case) == [("leave", "delivered")]


def test_a_row_that_cannot_be_read_is_not_taken_for_one_that_was_deleted(relationkit: Any, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "assignments.csv").write_text(
        "id,child_id,worker_id,role,started_on\na1,C1,W1,social_worker,2025-01-01\n"
    )
    leave = folder / "absences.csv"
    leave.write_text("worker_id,starts_at,ends_at\nW1,2025-04-01T00:00+01:00,2025-04-08T00:00+01:00\n")
    asked = ("notices", "--source", f"csv:{folder}", "--outbox", "sql:o.db", "--now", NOW, "--json")
    assert len(relationkit(*asked).json["notices"]) == 1
    leave.write_text("worker_id,starts_at,ends_at\nW1,2025-04-01T00:00+01:00,soon\n")

    assert relationkit(*asked).json["taken_back"] == 0

    leave.write_text("worker_id,starts_at,ends_at\nW2,2025-04-01T00:00+01:00,2025-04-08T00:00+01:00\n")
    assert relationkit(*asked).json["taken_back"] == 1


def test_messages_about_another_sources_children_are_left_alone(relationkit: Any, case: str, tmp_path: Path) -> None:
    relationkit("notices", "--source", case, "--now", NOW)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "assignments.csv").write_text("id,child_id,worker_id,role,started_on\n")
    (tmp_path / "other" / "absences.csv").write_text("worker_id,starts_at,ends_at\n")

    done = relationkit("notices", "--source", "csv:other", "--outbox", case, "--now", NOW, "--json")

    assert done.json["taken_back"] == 0


def test_a_pass_of_run_hands_over_what_waits(relationkit: Any, case: str, tmp_path: Path) -> None:
    (tmp_path / "quiet.toml").write_text('[quiet_hours]\nstarts = "20:00"\nends = "10:00"\n')
    with SqlAdapter(case.removeprefix("sql:")) as box:
        due = notices_due(
            now=datetime.fromisoformat(NOW), absences=box.absences(), assignments=box.assignments(), sessions=[]
        )
        box.record_escalations(notice_messages(due), now=datetime.fromisoformat(NOW), notifiers=["outbox"])
    asked = ("run", "--source", case, "--settings", "quiet.toml", "--json")

    in_quiet = relationkit(*asked, "--now", NOW)
    after = relationkit(*asked, "--now", "2025-03-28T10:00+00:00")

    assert in_quiet.json["deliveries"] == []
    assert sorted(each["escalation_id"].split("/")[1] for each in after.json["deliveries"]) == [
        "leave",
        "worker_change",
    ]
    assert leave_messages(case) == [("leave", "ready")]


POLICIES = """
[[policies]]
name = "replies"
target = "72h"
in_force_from = 2024-04-01

[[policies]]
name = "replies"
target = "48h"
in_force_from = 2025-03-17
"""
RULES = """
[[rules]]
regime = "placement"
name = "Ours"
then_at_most_days = 14
source = "made up"
in_force_from = 2025-03-10
"""


def test_a_change_of_what_is_promised_is_told_once_to_whom_it_concerns(
    relationkit: Any, case: str, tmp_path: Path
) -> None:
    lived = {"id": "p1", "child_id": "C1", "regime": "placement", "started_on": "2024-06-01"}
    with SqlAdapter(case.removeprefix("sql:")) as store:
        store.write([Placement.model_validate(lived)])
    (tmp_path / "policies.toml").write_text(POLICIES)
    (tmp_path / "rules.toml").write_text(RULES)
    command = ("notices", "--source", case, "--policies", "policies.toml", "--rules", "rules.toml")

    first, again = (relationkit(*command, "--now", NOW, "--json").json["policies_changed"] for _ in range(2))
    late = relationkit(*command, "--now", "2025-04-30T09:00Z", "--json").json["policies_changed"]

    assert [(each["child_id"], each["about"], each["since"]) for each in first] == [
        ("C1", "visits_changed", "2025-03-10"),
        ("C1", "policy_changed", "2025-03-17"),
    ]
    assert (again, late) == ([], [])
    with SqlAdapter(case.removeprefix("sql:")) as store:
        told = {row.escalation.step: row.escalation for row in store.outbox_rows()}
    for step in ("policy_changed", "visits_changed"):
        words = compose(told[step])
        assert "is different since" in words.body
        assert not any(word in words.subject + words.body for word in ("C1", "48", "placement"))


def test_a_source_that_cannot_tell_whom_a_change_concerns_is_refused(
    relationkit: Any, case: str, tmp_path: Path
) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "sessions.csv").write_text("id,child_id,worker_id,kind,starts_at,ends_at\n")
    (tmp_path / "policies.toml").write_text(POLICIES)
    options = ("--source", "csv:export", "--outbox", case, "--policies", "policies.toml", "--now", NOW)

    refused = relationkit("notices", *options)

    assert (refused.code, "holds no assignments" in refused.err) == (2, True)
