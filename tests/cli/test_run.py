"""``relationkit run``: one pass that tells whoever must be told, once, whatever happens around it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins import OutboxState, open_adapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Message, Record, Worker

SENT_AT = datetime(2025, 3, 10, 9, tzinfo=UTC)


def at(hours: float) -> str:
    """So many hours after the child wrote."""
    return (SENT_AT + timedelta(hours=hours)).isoformat()


@pytest.fixture
def case(tmp_path: Path) -> str:
    """A database with one message of a made-up child to a worker who has a manager."""
    records: list[Record] = [
        Worker.model_validate({"id": "w1", "name": "Sample Worker", "role": "social_worker", "manager_id": "m1"}),
        Worker.model_validate({"id": "m1", "name": "Sample Manager", "role": "manager"}),
        a_message("c1", worker_id="w1"),
    ]
    with SqlAdapter.create(str(tmp_path / "case.db")) as adapter:
        adapter.write(records)
    return f"sql:{tmp_path / 'case.db'}"


def a_message(child: str, at: datetime = SENT_AT, **changes: Any) -> Message:
    fields = {"id": f"{child}-{at:%H%M}", "child_id": child, "at": at, "direction": "from_child", "channel": "text"}
    return Message.model_validate({**fields, **changes})


def told(done: Any) -> list[tuple[str, str, str | None]]:
    return [(each["step"], each["to"], each["recipient_id"]) for each in done.json["escalations"]]


def test_the_worker_is_reminded_and_then_the_manager_told_each_once(relationkit: Any, case: str) -> None:
    passes = [relationkit("run", "--source", case, "--now", at(hours), "--json") for hours in (1, 48, 49, 72, 72.1, 90)]

    assert [told(each) for each in passes] == [
        [],
        [("reminder", "worker", "w1")],
        [],
        [("overdue", "manager", "m1")],
        [],
        [],
    ]
    assert [each.code for each in passes] == [0, 0, 0, 0, 1, 1]


def test_after_downtime_each_is_told_once_of_the_latest_and_late(relationkit: Any, case: str) -> None:
    done = relationkit("run", "--source", case, "--now", at(100), "--json")

    assert sorted(told(done)) == [("overdue", "manager", "m1"), ("reminder", "worker", "w1")]
    assert all(each["is_late"] for each in done.json["escalations"])


def test_an_answer_before_the_step_tells_nobody(relationkit: Any, case: str) -> None:
    with SqlAdapter(case.removeprefix("sql:")) as adapter:
        adapter.write(
            [a_message("c1", SENT_AT + timedelta(hours=47), direction="to_child", id="answer", worker_id="w1")]
        )

    done = relationkit("run", "--source", case, "--now", at(100), "--json")

    assert (told(done), done.code) == ([], 0)


def test_a_run_lists_the_oldest_step_first_as_its_rehearsal_does(relationkit: Any, case: str) -> None:
    with SqlAdapter(case.removeprefix("sql:")) as adapter:
        adapter.write([a_message("b2", SENT_AT + timedelta(hours=1), worker_id="w1")])
    arguments = ("run", "--source", case, "--now", at(50), "--json")
    rehearsed, done = relationkit(*arguments, "--dry-run"), relationkit(*arguments)

    assert [each["child_id"] for each in done.json["escalations"]] == ["c1", "b2"]
    assert rehearsed.json["escalations"] == done.json["escalations"]


def test_nobody_to_tell_is_said_in_one_line(relationkit: Any, case: str) -> None:
    assert relationkit("run", "--source", case, "--now", at(1)).out == "10 Mar 2025 10:00: nobody to tell.\n"


def test_a_dry_run_tells_who_would_be_told_and_marks_nothing(relationkit: Any, case: str) -> None:
    rehearsed = relationkit("run", "--source", case, "--now", at(48), "--dry-run", "--json")
    done = relationkit("run", "--source", case, "--now", at(48), "--json")

    assert told(rehearsed) == told(done) == [("reminder", "worker", "w1")]
    assert rehearsed.json["deliveries"] == []


def test_a_dry_run_makes_no_outbox(relationkit: Any, case: str, tmp_path: Path) -> None:
    arguments = ("run", "--source", case, "--outbox", "sql:outbox.db", "--now", at(48), "--json")
    rehearsed = relationkit(*arguments, "--dry-run")
    made = (tmp_path / "outbox.db").exists()

    assert told(rehearsed) == [("reminder", "worker", "w1")]
    assert not made
    assert told(relationkit(*arguments)) == told(rehearsed)


def test_without_settings_messages_wait_in_the_outbox_for_another_program(relationkit: Any, case: str) -> None:
    relationkit("run", "--source", case, "--now", at(48))

    with SqlAdapter(case.removeprefix("sql:")) as adapter:
        assert [row.state for row in adapter.outbox_rows()] == [OutboxState.READY]


def test_a_source_that_is_only_read_needs_an_outbox_beside_it(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "messages.csv").write_text(
        f"id,child_id,at,direction,channel,worker_id\nm1,c1,{SENT_AT.isoformat()},from_child,text,w1\n"
    )
    without = relationkit("run", "--source", "csv:export", "--now", at(48))
    first, second = (
        relationkit("run", "--source", "csv:export", "--outbox", "sql:outbox.db", "--now", at(48), "--json")
        for _ in range(2)
    )

    assert without.code == 2
    assert "--outbox sql:outbox.db" in without.err
    assert (told(first), told(second)) == ([("reminder", "worker", "w1")], [])


def test_quiet_hours_delay_the_message_and_never_the_clock(relationkit: Any, tmp_path: Path) -> None:
    late_at_night = datetime(2025, 3, 10, 22, tzinfo=UTC)
    with SqlAdapter.create(str(tmp_path / "case.db")) as adapter:
        adapter.write([a_message("c1", late_at_night, worker_id="w1")])
    (tmp_path / "settings.toml").write_text('[quiet_hours]\nstarts = "20:00"\nends = "08:00"\n')

    runs = {
        now: relationkit("run", "--source", "sql:case.db", "--settings", "settings.toml", "--now", now, "--json")
        for now in ("2025-03-12T22:00Z", "2025-03-13T07:59Z", "2025-03-13T08:00Z")
    }

    assert [told(each) for each in runs.values()] == [[], [], [("reminder", "worker", "w1")]]
    due = runs["2025-03-13T08:00Z"].json["escalations"][0]
    assert (due["due_at"], due["clock_due_at"]) == ("2025-03-12T22:00:00+00:00", "2025-03-13T22:00:00+00:00")


def test_another_promise_comes_from_a_file(relationkit: Any, case: str, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(
        '[[policies]]\nname = "a day"\ntarget = "24h"\nin_force_from = 2020-01-01\n'
        '[[policies.escalations]]\nname = "late"\noffset = "0h"\nto = "manager"\n'
    )

    done = relationkit("run", "--source", case, "--policies", "p.toml", "--now", at(24), "--json")

    assert told(done) == [("late", "manager", "m1")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[quiet_hour]\n", "settings.toml: quiet_hour is not a setting. Perhaps quiet_hours is meant"),
        ('[quiet_hours]\nstarts = "20:00"\n', "needs two times"),
        ('[quiet_hours]\nstarts = "20:00"\nends = "20:00"\n', "never start or never end"),
        ("notifiers = 3\n", "notifiers is not a table"),
        ("[notifiers.pigeon]\n", "pigeon"),
        ("[notifiers.email]\n", "host"),
        ("= nonsense", "is not TOML"),
    ],
)
def test_a_setting_that_cannot_be_is_one_line_and_nothing_is_marked(
    relationkit: Any, case: str, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "settings.toml").write_text(text)
    done = relationkit("run", "--source", case, "--settings", "settings.toml", "--now", at(48))

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    with SqlAdapter(case.removeprefix("sql:")) as adapter:
        assert adapter.sent_ids() == frozenset()


def test_what_is_printed_and_kept_names_nobody(relationkit: Any, case: str) -> None:
    done = relationkit("run", "--source", case, "--now", at(100))

    assert "c1" in done.out
    assert "Sample" not in done.out + done.err


def test_two_passes_over_a_council_leave_nothing_to_tell(relationkit: Any, council: str) -> None:
    arguments = ("run", "--source", council, "--outbox", "sql:outbox.db", "--now", "2025-03-10T09:00Z", "--json")
    first, second = relationkit(*arguments), relationkit(*arguments)

    ids = [each["id"] for each in first.json["escalations"]]
    assert ids
    assert len(set(ids)) == len(ids)
    assert second.json["escalations"] == []
    with open_adapter("sql:outbox.db") as outbox:
        assert outbox.sent_ids() >= set(ids)  # type: ignore[attr-defined]  # the sql adapter keeps an outbox


def test_what_was_left_ready_is_taken_back_when_the_child_is_answered(relationkit: Any, case: str) -> None:
    relationkit("run", "--source", case, "--now", at(48))
    with SqlAdapter(case.removeprefix("sql:")) as adapter:
        adapter.write(
            [a_message("c1", SENT_AT + timedelta(hours=49), direction="to_child", id="answer", worker_id="w1")]
        )

    relationkit("run", "--source", case, "--now", at(50))

    with SqlAdapter(case.removeprefix("sql:")) as adapter:
        assert [row.state for row in adapter.outbox_rows()] == [OutboxState.WITHDRAWN]
