"""Whom to reach, where profiles are given; nobody here is real, the numbers are those that Ofcom keeps for drama."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

BOOK = str(Path(__file__).parent.parent.parent / "examples" / "cards" / "profiles.toml")
#: A Wednesday and a Monday in the hours of the file's workers, and a night.
WEDNESDAY, NIGHT = "2025-03-12T10:00+00:00", "2025-03-12T22:00+00:00"


@pytest.fixture
def case(tmp_path: Path) -> str:
    """A child of SW1, who wrote on Monday, one of SW9, who has no profile, and one of nobody."""
    tables = {
        "messages": "id,child_id,at,direction,channel,worker_id\n"
        "m1,C1,2025-03-10T09:00:00+00:00,from_child,text,SW1\n"
        "m2,C2,2025-03-10T09:30:00+00:00,from_child,text,SW9\n"
        "m3,C3,2025-03-10T09:45:00+00:00,from_child,text,\n"
        "m4,C3,2025-03-10T09:50:00+00:00,to_child,text,\n"
        "m5,C3,2025-03-11T09:45:00+00:00,from_child,text,\n",
        "assignments": "id,child_id,worker_id,role,started_on\n"
        "a1,C1,SW1,social_worker,2025-01-06\na2,C2,SW9,social_worker,2025-01-06\n",
        "absences": "worker_id,starts_at,ends_at,cover_id\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return f"csv:{tmp_path}"


def away(case: str, row: str) -> None:
    with (Path(case.removeprefix("csv:")) / "absences.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def reached(relationkit: Any, case: str, now: str) -> dict[str, Any]:
    done = relationkit("replies", "--source", case, "--profiles", BOOK, "--now", now, "--json")
    return {clock["child_id"]: clock["reach_now"] for clock in done.json["clocks"] if clock["answered_at"] is None}


def test_the_worker_is_reached_in_hours_and_duty_at_night(relationkit: Any, case: str) -> None:
    assert reached(relationkit, case, WEDNESDAY)["C1"] == {
        "role": "worker",
        "worker_id": "SW1",
        "name": "Made-up Sam",
        "ways": [
            {"kind": "text", "label": "Text me", "value": "07700 900101"},
            {"kind": "call", "label": "Call me", "value": "07700 900101"},
        ],
    }
    assert reached(relationkit, case, NIGHT)["C1"]["role"] == "duty"


def test_cover_is_reached_while_the_worker_is_away_and_never_a_dead_number(relationkit: Any, case: str) -> None:
    away(case, "SW1,2025-03-11T00:00:00+00:00,,SW2")
    found = reached(relationkit, case, WEDNESDAY)["C1"]

    assert (found["role"], found["name"]) == ("cover", "Made-up Kim")
    assert [way["value"] for way in found["ways"]] == ["07700 900102"]


def test_who_has_no_profile_is_said_so_and_a_child_of_nobody_is_dutys(relationkit: Any, case: str) -> None:
    found = reached(relationkit, case, WEDNESDAY)

    assert found["C2"] is None
    assert found["C3"]["role"] == "duty"


def test_the_table_and_the_spreadsheet_say_it_too_and_say_nothing_without_profiles(relationkit: Any, case: str) -> None:
    ask = ("replies", "--source", case, "--now", WEDNESDAY)
    rows = list(csv.DictReader(io.StringIO(relationkit(*ask, "--profiles", BOOK, "--csv").out)))

    assert rows[0]["reach_now"] == "Made-up Sam, Text me 07700 900101; Call me 07700 900101"
    assert "no profile" in {row["reach_now"] for row in rows}
    assert "" in {row["reach_now"] for row in rows}
    assert "Reach now" in relationkit(*ask, "--profiles", BOOK).out
    assert "reach" not in relationkit(*ask, "--csv").out + relationkit(*ask, "--json").out


def test_an_explanation_ends_with_whom_to_reach(relationkit: Any, case: str) -> None:
    ask = ("replies", "--source", case, "--profiles", BOOK, "--now", NIGHT)
    clock_id = next(each["id"] for each in relationkit(*ask, "--json").json["clocks"] if each["child_id"] == "C1")

    assert "Reach now: Duty team (duty), Any time 020 7946 0100." in relationkit(*ask, "--explain", clock_id).out
    assert relationkit(*ask, "--report").code == 2


@pytest.mark.parametrize(
    ("cover", "who"), [("SW2", "Made-up Kim (cover), Call me 07700 900102"), ("", "Duty team (duty), Any time")]
)
def test_beside_a_leave_stands_who_answers_meanwhile(
    relationkit: Any, case: str, tmp_path: Path, cover: str, who: str
) -> None:
    away(case, f"SW1,2025-03-19T00:00:00+00:00,2025-03-26T00:00:00+00:00,{cover}")
    ask = (
        "notices",
        "--source",
        case,
        "--profiles",
        BOOK,
        "--outbox",
        f"sql:{tmp_path / 'outbox.db'}",
        "--dry-run",
        "--now",
        WEDNESDAY,
    )
    (notice,) = relationkit(*ask, "--json").json["notices"]

    assert notice["reach_meanwhile"]["role"] == ("cover" if cover else "duty")
    assert who.split(",")[0] in " ".join(relationkit(*ask).out.split())


def test_a_form_says_who_answers_now_after_the_helplines(relationkit: Any, tmp_path: Path) -> None:
    ask = ("feedback", "render", "after-session", "--out", str(tmp_path / "form.html"), "--profiles", BOOK)

    assert relationkit(*ask, "--worker", "SW1", "--now", NIGHT).code == 0
    page = (tmp_path / "form.html").read_text(encoding="utf-8")
    assert page.index('href="tel:08001111"') < page.index('href="tel:02079460100"') < page.index("<form")
    assert "07700" not in page
    assert relationkit(*ask, "--worker", "SW9").code == 2
    assert relationkit(*ask).code == 2
