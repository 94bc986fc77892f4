"""``relationkit handovers``: steps that wait, assignments that are held, changes that nobody planned; all made up."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relationkit.handovers import COVER_BECOMES_PERMANENT, plan_handover
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Assignment

NOW = "2025-04-08T09:00+01:00"


def spell(number: int, child: str, worker: str, start: str, end: str | None = None) -> Assignment:
    facts = {"id": f"a{number}", "child_id": child, "worker_id": worker, "role": "social_worker"}
    return Assignment.model_validate({**facts, "started_on": start, "ended_on": end})


SPELLS = [
    spell(1, "C1", "W1", "2024-01-08", "2025-04-07"),
    spell(2, "C1", "W2", "2025-04-07"),
    spell(3, "C2", "W1", "2024-01-08", "2025-03-03"),
    spell(4, "C2", "W2", "2025-03-03"),
    spell(5, "C3", "W1", "2024-01-08"),
]


@pytest.fixture
def source(tmp_path: Path) -> str:
    with SqlAdapter.create(str(tmp_path / "case.db")) as adapter:
        adapter.write(SPELLS)
        past = plan_handover(SPELLS[0], handover_on=date(2025, 4, 7), to_worker_id=SPELLS[1].worker_id)
        for step in past.template.step_names[:-4]:
            past = past.done(step, date(2025, 3, 3), "W1")  # type: ignore[arg-type]  # a plain id
        adapter.keep_handover(past)
        ahead = plan_handover(SPELLS[4], handover_on=date(2025, 4, 22), template=COVER_BECOMES_PERMANENT)
        adapter.keep_handover(ahead)
    return f"sql:{tmp_path / 'case.db'}"


def test_it_says_which_steps_wait_what_is_held_and_what_nobody_planned(relationkit: Any, source: str) -> None:
    done = relationkit("handovers", "--source", source, "--now", NOW, "--json")

    assert done.code == 1
    assert done.json["plans"] == 2
    assert [(row["child_id"], row["step"], row["state"], row["due_on"]) for row in done.json["steps"]] == [
        ("C1", "goodbye", "late", "2025-04-06"),
        ("C3", "tell_child", "due", "2025-04-11"),
        ("C1", "first_session_alone", "due", "2025-04-14"),
    ]
    (held,) = done.json["blocked"]
    assert (held["plan_id"], held["state"], held["days_late"]) == ("handover:a1", "may_not_move", 1)
    assert held["why"] == "goodbye is neither done nor skipped, late since 2025-04-06"
    assert [(row["child_id"], row["due_on"]) for row in done.json["changes_without_plan"]] == [("C2", "2025-03-03")]


def test_bank_holidays_are_left_out_of_working_days(relationkit: Any, source: str) -> None:
    done = relationkit("handovers", "--source", source, "--now", NOW, "--json")

    told = next(row for row in done.json["steps"] if row["step"] == "tell_child")
    assert told["due_on"] == "2025-04-11"  # five working days before 22 April: Good Friday and Easter Monday are none


def test_tables_and_csv_tell_the_same(relationkit: Any, source: str) -> None:
    table = relationkit("handovers", "--source", source, "--now", NOW)
    rows = list(csv.DictReader(io.StringIO(relationkit("handovers", "--source", source, "--now", NOW, "--csv").out)))

    assert "first session alone" in table.out
    assert "Changes of social worker in the last 90 days without a plan" in " ".join(table.out.split())
    assert [row["what"] for row in rows] == ["step", "step", "step", "blocked", "change_without_plan"]


def test_fewer_days_look_less_far_back(relationkit: Any, source: str) -> None:
    done = relationkit("handovers", "--source", source, "--now", NOW, "--days", 30, "--json")

    assert done.json["changes_without_plan"] == []


def test_nothing_late_exits_with_0(relationkit: Any, source: str) -> None:
    assert relationkit("handovers", "--source", source, "--now", "2025-02-25T09:00+00:00").code == 0


def test_a_source_that_keeps_no_plans_says_so(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "assignments.csv").write_text("id,child_id,worker_id,role,started_on\n", encoding="utf-8")

    done = relationkit("handovers", "--source", f"csv:{tmp_path}", "--now", NOW)

    assert (done.code, done.out) == (2, "")
    assert "does not hold handover plans" in done.err


def test_no_reason_of_anybody_is_printed(relationkit: Any, source: str, tmp_path: Path) -> None:
    with SqlAdapter(str(tmp_path / "case.db")) as adapter:
        (kept,) = adapter.handovers(child_ids=["C1"])
        adapter.keep_handover(
            kept.plan.skipped("check_in", date(2025, 4, 8), "C1", "My own private words", "child"),  # type: ignore[arg-type]
            seen=kept,
        )

    for form in ((), ("--json",), ("--csv",)):
        assert "private" not in relationkit("handovers", "--source", source, "--now", NOW, *form).out
