"""``relationkit today``: one screen from any source; what the source does not hold is said. Everybody is made up."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from relationkit.feedback import AFTER_SESSION_FORMS, Submission
from relationkit.handovers import plan_handover
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.records import Absence, Assignment, Child, Message, Placement, Session, Worker
from relationkit.visits import Promise

STATUTORY = str(Path(__file__).parents[2] / "examples" / "statutory-return")
NOW = "2025-03-10T09:00+00:00"
PARTS = ("talk_soon", "waiting", "changed", "handovers", "visits", "away", "promises", "cards")


def person(number: int, team: str) -> list[Any]:
    """One child of a team, with a worker who took over on Friday and is away tomorrow, and a text from January."""
    child, old, new = f"C{number}", f"W{number}a", f"W{number}b"
    held = {"child_id": child, "role": "social_worker"}
    text = {"direction": "from_child", "channel": "text", "at": "2025-01-06T12:00Z", "worker_id": new}
    away = {"starts_at": "2025-03-11T00:00Z", "ends_at": "2025-03-15T00:00Z"}
    return [
        Worker.model_validate({"id": old, "name": "Synthetic", "role": "social_worker"}),
        Worker.model_validate({"id": new, "name": "Synthetic", "role": "social_worker"}),
        Child.model_validate({"id": child, "team": team, "born_on": "2012-05-01"}),
        Assignment.model_validate(
            {"id": f"{child}-1", "worker_id": old, "started_on": "2024-05-01", "ended_on": "2025-03-07", **held}
        ),
        Assignment.model_validate(
            {"id": f"{child}-2", "worker_id": new, "started_on": "2025-03-07", "reason": "left_role", **held}
        ),
        Placement.model_validate(
            {"id": f"{child}-p", "child_id": child, "started_on": "2024-05-01", "regime": "placement"}
        ),
        Session.model_validate(
            {
                "id": f"{child}-s",
                "child_id": child,
                "worker_id": old,
                "kind": "visit",
                "status": "held",
                "starts_at": "2024-05-03T15:00Z",
                "ends_at": "2024-05-03T16:00Z",
                "seen": True,
                "seen_alone": True,
            }
        ),
        Message.model_validate({"id": f"{child}-m", "child_id": child, **text}),
        Absence.model_validate({"worker_id": new, **away}),
    ]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two children in two teams; the first also has a late handover, a broken promise and wants to talk."""
    path = tmp_path_factory.mktemp("today") / "case.db"
    records = [*person(1, "North"), *person(2, "South")]
    ending = next(each for each in records if isinstance(each, Assignment) and each.id == "C1-1")
    promise = {"id": "p1", "child_id": "C1", "worker_id": "W1b", "what": "Ring the school", "due_on": "2025-03-01"}
    wish = {
        "id": "f1",
        "form_id": AFTER_SESSION_FORMS[0].id,
        "form_version": 1,
        "language": "en",
        "child_id": "C1",
        "worker_id": "W1b",
        "wants_to_talk": True,
        "submitted_at": "2025-03-10T07:00Z",
        "channel": "screen",
        "answers": (),
    }
    with SqlAdapter.create(str(path)) as store:
        store.write(records)
        store.keep_handover(plan_handover(ending, handover_on=date(2025, 3, 7), to_worker_id="W1b"))
        store.put_up([Promise.model_validate({**promise, "made_at": "2025-02-20T15:00Z"})])
        store.submit(Submission.model_validate(wish), now=datetime.fromisoformat("2025-03-10T07:00+00:00"))
    return f"sql:{path}"


def test_every_part_says_whom_it_is_about(relationkit: Any, case: str) -> None:
    found = relationkit("today", "--source", case, "--team", "North", "--now", NOW, "--json")

    assert found.code == 1
    assert {row["child_id"] for name in PARTS for row in found.json[name] if row.get("child_id")} == {"C1"}
    assert [row["waited"] for row in found.json["talk_soon"]] == [2.0]
    assert found.json["waiting"][0]["state"] == "overdue"
    [change] = found.json["changed"]
    assert (change["from_worker"], change["to_worker"], change["reason"]) == ("W1a", "W1b", "left role")
    assert found.json["handovers"][0]["may_move"] == "no"
    assert [row["what"] for row in found.json["visits"]] == ["visit"]
    assert found.json["away"][0]["cover_id"] == "nobody"
    assert found.json["promises"][0]["days_late"] == 9
    assert [each["what"] for each in found.json["could_not_be_judged"]] == ["Cards that are missing", "Reviews of C1"]
    assert found.json["missed"] == 4
    assert "Synthetic" not in found.out
    assert "school" not in found.out


def test_without_a_team_everybody_is_there_and_a_team_nobody_is_in_is_said(relationkit: Any, case: str) -> None:
    found = relationkit("today", "--source", case, "--now", NOW, "--json")
    wrong = relationkit("today", "--source", case, "--team", "West", "--now", NOW)

    assert {row["child_id"] for row in found.json["waiting"]} == {"C1", "C2"}
    assert wrong.code == 2
    assert "Teams there: North, South." in wrong.err


def test_the_page_holds_the_same_and_is_for_the_team_alone(relationkit: Any, case: str, tmp_path: Path) -> None:
    page = tmp_path / "today.html"
    found = relationkit("today", "--source", case, "--team", "North", "--now", NOW, "--html", str(page))

    text = page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o077 == 0
    assert "4 deadlines missed: 1 reply, 1 handover, 1 visit or review, 1 promise." in text
    for words in ("Asked to talk to someone soon", "Must answer now", "Who changed worker", "no file of profiles"):
        assert words in text
        assert words in found.out
    assert "Synthetic" not in text


def test_a_wish_to_talk_that_a_manager_read_is_gone(relationkit: Any, case: str) -> None:
    manager = Worker.model_validate({"id": "M1", "name": "Synthetic", "role": "manager"})
    with SqlAdapter.create(case.removeprefix("sql:")) as store:
        managed = [
            Worker.model_validate({"id": "W1b", "name": "Synthetic", "role": "social_worker", "manager_id": "M1"})
        ]
        store.read_submissions(manager, now=datetime.fromisoformat("2025-03-10T08:00+00:00"), workers=managed)

    found = relationkit("today", "--source", case, "--team", "North", "--now", NOW, "--json")

    assert found.json["talk_soon"] == []


def test_the_statutory_files_alone_say_what_they_cannot_know(relationkit: Any) -> None:
    asked = ("today", "--source", f"ssda903:{STATUTORY}", "--days", "90", "--now", "2024-03-31T09:00Z")
    found = relationkit(*asked, "--json")

    assert found.code == 0
    assert [(row["child_id"], row["is_planned"]) for row in found.json["changed"]] == [("K005", None), ("K005", None)]
    unknown = {each["what"] for each in found.json["could_not_be_judged"]}
    assert {"Waiting for a reply", "Visits due", "Handovers on their way", "Who is away"} <= unknown
    shown = relationkit(*asked).out
    assert "No deadline that could be judged was missed." in shown
    assert all(what in shown for what in unknown)


def test_one_bad_row_in_a_quiet_week_is_listed_and_hides_nothing(relationkit: Any, tmp_path: Path) -> None:
    table = tmp_path / "SWEpisodes.csv"
    lines = ["CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON", "K1,01/01/2010,SW1,01/04/2022,,MANAGE"]
    table.write_text("\n".join([*lines, "K2,01/01/2010,SW2,31/02/2022,,MANAGE"]))

    done = relationkit("today", "--source", f"ssda903:{tmp_path}", "--now", NOW)
    table.write_text("\n".join([lines[0], "K2,01/01/2010,SW2,31/02/2022,,MANAGE"]))
    unreadable = relationkit("today", "--source", f"ssda903:{tmp_path}", "--now", NOW)

    assert (done.code, "1 problem in the input" in done.err, "Could not be judged" in done.out) == (0, True, True)
    assert (unreadable.code, "nothing could be read" in unreadable.err) == (2, True)
