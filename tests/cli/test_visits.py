"""``relationkit visits``: late, due, could not be judged; everybody is made up."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from relationkit.cli.visits import DueRow
from relationkit.records import ChildId

NOW = "2025-03-10T09:00+00:00"

PLACEMENTS = """id,child_id,started_on,ended_on,regime
p1,C1,2024-11-04,,placement
p2,C2,2025-03-05,,placement
p3,C3,2024-11-04,,stays_with_aunt
"""
SESSIONS = """id,child_id,worker_id,kind,starts_at,ends_at,status,seen,seen_alone,not_alone_why
s0,C9,W1,visit,2024-01-08T15:00+00:00,2024-01-08T16:00+00:00,held,true,true,
s1,C1,W1,visit,2025-01-20T15:00+00:00,2025-01-20T16:00+00:00,held,true,false,child_refused
s2,C1,W1,visit,2025-02-20T15:00+00:00,2025-02-20T16:00+00:00,held,true,false,
s3,C1,W1,review,2024-11-28T15:00+00:00,2024-11-28T16:00+00:00,held,,,
s4,C3,W1,review,2024-11-28T15:00+00:00,2024-11-28T16:00+00:00,held,,,
"""
RULES = """[[rules]]
regime = "stays_with_aunt"
name = "Our promise"
first_within_days = 5
then_at_most_days = 28
source = "Exampleshire 4.1"
in_force_from = 2024-04-01
"""


@pytest.fixture
def source(tmp_path: Path) -> str:
    (tmp_path / "placements.csv").write_text(PLACEMENTS, encoding="utf-8")
    (tmp_path / "sessions.csv").write_text(SESSIONS, encoding="utf-8")
    return f"csv:{tmp_path}"


def test_each_row_says_when_how_late_and_under_which_regulation(relationkit: Any, source: str) -> None:
    done = relationkit("visits", "--source", source, "--now", NOW, "--json")

    assert done.code == 1
    rows = {(row["child_id"], row["what"]): row for row in done.json["due"]}
    late = rows["C1", "visit"]
    assert (late["last_on"], late["due_on"], late["days_late"], late["state"]) == (
        "2025-01-20",
        "2025-03-03",
        7,
        "late",
    )
    assert "regulation 28(2)" in late["source"]
    assert (rows["C1", "review"]["due_on"], rows["C2", "visit"]["state"]) == ("2025-02-28", "due")
    assert rows["C2", "review"]["due_on"] == "2025-04-02"
    assert rows["C3", "visit"]["could_not_be_judged"] == "no rule has the regime 'stays_with_aunt'"
    assert done.json["states"] == {"late": 3, "due": 1, "ahead": 1, "could_not_be_judged": 1}


def test_the_table_shows_what_is_late_and_due_and_says_what_is_missing(relationkit: Any, source: str) -> None:
    done = relationkit("visits", "--source", source, "--now", NOW)

    assert "SI 2010/959, regulation 28(2)(a)" in " ".join(done.out.split())
    assert "no rule has the regime 'stays_with_aunt'" in " ".join(done.out.split())
    assert "2025-04-02" not in done.out
    assert "3 late, 1 due, 1 ahead, 1 could not be judged" in done.out
    assert "2025-04-02" in relationkit("visits", "--source", source, "--now", NOW, "--all").out


def test_a_councils_own_rules_come_from_a_file(relationkit: Any, source: str, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(RULES, encoding="utf-8")

    done = relationkit("visits", "--source", source, "--rules", "ours.toml", "--now", NOW, "--json")

    own = next(row for row in done.json["due"] if row["regime"] == "stays_with_aunt")
    assert (own["due_on"], own["source"]) == ("2024-11-09", "Exampleshire 4.1")


def test_a_slip_in_the_rules_is_named(relationkit: Any, source: str, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(RULES.replace("source", "sorce"), encoding="utf-8")

    done = relationkit("visits", "--source", source, "--rules", "ours.toml", "--now", NOW)

    assert (done.code, done.out) == (2, "")
    assert "ours.toml, rules 1, source: is missing" in done.err
    assert "ours.toml, rules 1, sorce: is not a field" in done.err


@pytest.mark.parametrize(("within", "state"), [(1, "ahead"), (2, "due")])
def test_within_says_how_far_ahead_is_due(relationkit: Any, source: str, within: int, state: str) -> None:
    done = relationkit("visits", "--source", source, "--now", NOW, "--within", within, "--json")

    assert next(row for row in done.json["due"] if row["placement_id"] == "p2")["state"] == state


def test_nothing_late_exits_with_0(relationkit: Any, source: str) -> None:
    assert relationkit("visits", "--source", source, "--now", "2024-11-05T09:00+00:00").code == 0


def test_csv_has_a_row_for_each_visit_and_review(relationkit: Any, source: str) -> None:
    done = relationkit("visits", "--source", source, "--now", NOW, "--csv")

    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["child_id"], row["what"], row["days_late"]) for row in rows] == [
        ("C1", "review", "10"),
        ("C3", "review", "10"),
        ("C1", "visit", "7"),
        ("C2", "visit", "0"),
        ("C2", "review", "0"),
        ("C3", "visit", ""),
    ]


def test_a_child_of_whom_a_session_was_left_out_could_not_be_judged(
    relationkit: Any, source: str, tmp_path: Path
) -> None:
    with (tmp_path / "sessions.csv").open("a", encoding="utf-8") as file:
        file.write("s5,C1,W1,visit,yesterday,2025-02-27T16:00+00:00,held,true,true,\n")

    done = relationkit("visits", "--source", source, "--now", NOW, "--json")

    own = [row for row in done.json["due"] if row["child_id"] == "C1"]
    assert {row["state"] for row in own} == {"could_not_be_judged"}
    assert len(done.json["problems"]) == 1


def test_a_source_without_sessions_says_so(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "placements.csv").write_text(PLACEMENTS, encoding="utf-8")

    done = relationkit("visits", "--source", f"csv:{tmp_path}", "--now", NOW)

    assert done.code == 2
    assert "does not hold sessions" in done.err


@pytest.mark.parametrize(
    ("source", "under"),
    [
        ("The Regulations 2010 (SI 2010/959), regulation 33(1) and (2)", "SI 2010/959, regulation 33(1) and (2)"),
        ("The Regulations 2010 (SI 2010/959), regulation 28(2)(a), (b)", "SI 2010/959, regulation 28(2)(a), (b)"),
        ("The Regulations 2010 (SI 2010/959), regulation 28(4) (orders)", "SI 2010/959, regulation 28(4)"),
        ("Our practice standard 4 (2024)", "Our practice standard 4 (2024)"),
    ],
)
def test_a_regulation_is_named_with_all_its_paragraphs(source: str, under: str) -> None:
    row = DueRow("visit", ChildId("c"), None, None, None, None, None, "late", source, None)

    assert row.under == under
