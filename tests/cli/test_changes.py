"""``relationkit changes``: right answers on real layouts, and one clear line for everything that is wrong."""

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from relationkit.cli.changes import published_beside

PUBLISHED = Path(__file__).parent.parent / "plugins" / "data"

GOOD = ("K1,01/01/2010,SW1,01/04/2023,01/06/2023,MANAGE", "K1,01/01/2010,SW2,01/06/2023,,LEFTRL")


# Right answers


def test_the_published_sample_gives_the_answers_worked_by_hand(relationkit: Any) -> None:
    done = relationkit(
        "changes", "--source", f"dfe-api:{PUBLISHED / 'dfe_api_care_worker_samples.json'}", "--year", 2024, "--json"
    )

    assert done.code == 0
    assert {row["child_id"]: row["dfe_stability"]["workers"] for row in done.json["children"]} == {
        "Child0034": 0,
        "Child2234": 4,
        "Child3234": 2,
        "Child4234": 1,
        "Child5234": 2,
    }
    assert [row["child_id"] for row in done.json["children"] if row["dfe_stability"]["is_high"]] == ["Child2234"]
    assert "lower bound" in done.json["caveats"][0]


def test_json_has_both_measures_under_their_own_names(relationkit: Any, returned: Any) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--year", 2024, "--json")

    assert done.json["children"] == [
        {
            "child_id": "K1",
            "dfe_stability": {"workers": 2, "is_high": False},
            "commissioner_instability": {"changes": 1, "is_multiple": False},
        }
    ]
    assert done.json["window"] == {"start_on": "2023-04-01", "end_on": "2024-04-01"}
    assert done.err == ""


@pytest.mark.parametrize(("year", "is_said"), [(2023, False), (2024, False), (2025, True), (2026, True)])
def test_a_year_of_which_the_source_tells_nothing_is_said(
    relationkit: Any, returned: Any, year: int, is_said: bool
) -> None:
    source = returned("K1,01/01/2010,SW1,01/04/2022,,MANAGE", "K2,01/01/2010,SW2,01/06/2022,31/03/2024,MANAGE")

    done = relationkit("changes", "--source", source, "--year", year)

    assert ("No worker in the source starts or ends in this year" in done.err) == is_said
    assert ("the newest day before is 2024-03-31" in done.err) == is_said


def test_who_names_no_adapter_is_told_the_likely_one(relationkit: Any, returned: Any, tmp_path: Path) -> None:
    folder = returned(*GOOD).removeprefix("ssda903:")

    for source, likely in ((folder, "ssda903"), (str(tmp_path), "csv"), ("case.db", "sql")):
        done = relationkit("changes", "--source", source)
        assert (done.code, f"such as {likely}:{source}. 'relationkit plugins' has all." in done.err) == (2, True)


def test_the_year_is_the_one_that_ends_in_march(relationkit: Any, returned: Any) -> None:
    source = returned("K1,01/01/2010,SW1,01/04/2022,31/03/2023,MANAGE", "K1,01/01/2010,SW2,31/03/2023,,LEFTRL")

    changes = {
        year: relationkit("changes", "--source", source, "--year", year, "--json").json["children"][0][
            "commissioner_instability"
        ]["changes"]
        for year in (2023, 2024)
    }

    assert changes == {2023: 1, 2024: 0}


def test_the_share_is_about_children_looked_after_on_the_last_day(relationkit: Any, returned: Any) -> None:
    episodes = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n"
    source = returned(
        *(
            f"{child},01/01/2010,SW{n},0{n}/05/2023,0{n + 1}/05/2023,MANAGE"
            for child in ("K1", "K2")
            for n in (1, 2, 3)
        ),
        Episodes=episodes + "K1,01/04/2022,S,C2,N1,U6,,\nK2,01/04/2022,S,C2,N1,U6,31/03/2024,E8\n",
    )

    share = relationkit("changes", "--source", source, "--year", 2024, "--json").json["share_high"]

    assert share["population"] == "children looked after on the last day of the year"
    assert (share["children"], share["high"], share["percentage"]) == (1, 1, 100)


def test_without_placements_it_says_whom_the_share_is_about(relationkit: Any, returned: Any) -> None:
    share = relationkit("changes", "--source", returned(*GOOD), "--year", 2024, "--json").json["share_high"]

    assert share["population"].startswith("every child in the source")
    assert (share["children"], share["high"]) == (1, 0)


def test_csv_is_one_row_a_child_and_no_spreadsheet_runs_it(relationkit: Any, returned: Any) -> None:
    source = returned("=1+1,01/01/2010,SW1,01/04/2023,,MANAGE")
    done = relationkit("changes", "--source", source, "--year", 2024, "--csv")

    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert rows == [{"child_id": "'=1+1", "workers": "1", "is_high": "no", "changes": "0", "is_multiple": "no"}]


def test_the_table_shows_most_workers_first_and_says_what_it_left_out(relationkit: Any, returned: Any) -> None:
    done = relationkit(
        "changes", "--source", returned(*GOOD, "K0,01/01/2010,SW1,01/04/2023,,MANAGE"), "--year", 2024, "--limit", 1
    )

    assert "K1" in done.out
    assert "K0" not in done.out
    assert "1 more; --limit 0 shows all." in done.out
    assert "27%" in done.out


@pytest.mark.parametrize(
    ("council", "shown"),
    [("Barnet", "x (not available)"), ("isles of scilly", "z (not applicable)"), ("Leeds", "Leeds")],
)
def test_a_council_stands_beside_england_and_its_symbols_are_not_zero(
    relationkit: Any, returned: Any, council: str, shown: str
) -> None:
    source = returned(*GOOD)
    printed = relationkit("changes", "--source", source, "--year", 2024, "--council", council)
    areas = relationkit("changes", "--source", source, "--year", 2024, "--council", council, "--json").json["published"]

    assert shown in printed.out
    assert [areas[0]["area"], areas[1]["area"].casefold()] == ["England", council.casefold()]
    assert areas[1]["percentage"] not in (0, None)


def test_a_council_that_is_not_in_the_table_is_told_the_nearest(relationkit: Any, returned: Any) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--year", 2024, "--council", "Leads")

    assert (done.code, done.out) == (2, "")
    assert "Leeds" in done.err


def test_a_year_before_the_first_published_one_is_still_counted(relationkit: Any, returned: Any) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--year", 2023)

    assert done.code == 0
    assert "No published figure" in done.err


@pytest.mark.parametrize(
    ("year", "council", "expected"),
    [
        (2024, None, [(2024, "England")]),
        (2025, None, [(2025, "England")]),
        (2026, None, [(2025, "England")]),
        (2024, "342", [(2024, "England"), (2024, "St. Helens")]),
        (2026, "342", [(2025, "England"), (2024, "England"), (2024, "St. Helens")]),
    ],
)
def test_the_last_published_figures_stand_beside_a_year_and_a_councils_beside_those_of_its_own_year(
    year: int, council: str | None, expected: list[tuple[int, str]]
) -> None:
    assert [(row.year, row.area) for row in published_beside(year, council)] == expected


def test_figures_of_another_year_say_so(relationkit: Any, returned: Any) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--year", 2025, "--council", "St. Helens")

    assert "Published: England" in done.out
    assert "Published for 2024: England" in done.out
    assert "Published for 2024: St. Helens" in done.out


# Bad input: one line each, exit code 2 where nothing could be read, the good rows where something could


def test_the_published_fake_files_report_the_invalid_reason_and_carry_on(relationkit: Any) -> None:
    done = relationkit("changes", "--source", f"ssda903:{PUBLISHED}", "--year", 2024, "--json")

    assert done.code == 0
    assert len(done.json["children"]) + len(done.json["could_not_be_judged"]) == 151
    assert set(done.json["could_not_be_judged"]) == set(done.json["found_wrong_by_rules"])
    [problem] = done.json["problems"]
    assert (problem["row"], problem["field"], problem["found"]) == (2, "SW_REASON", "SWLAZY")
    assert "MANAGE" in problem["remedy"]


BAD_ROWS = {
    "an impossible date": ("K2,01/01/2010,SW1,31/02/2024,,MANAGE", "SW_DECOM", "31/02/2024"),
    "an end before its start": ("K2,01/01/2010,SW1,02/04/2023,01/04/2023,MANAGE", "SW_DEC", "01/04/2023"),
    "no worker": ("K2,01/01/2010,,01/04/2023,,MANAGE", "SW_ID", None),
    "no child": (",01/01/2010,SW1,01/04/2023,,MANAGE", "CHILD", None),
    "a row cut short": ("K2,01/01/2010", "SW_ID", None),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_one_line_and_the_good_rows_are_kept(relationkit: Any, returned: Any, name: str) -> None:
    row, field, found = BAD_ROWS[name]
    done = relationkit("changes", "--source", returned(GOOD[0], row, GOOD[1]), "--year", 2024)

    assert done.code == 0
    assert "K1" in done.out
    [line] = [line for line in done.err.splitlines() if "SWEpisodes.csv, row" in line]
    assert "row 3" in line
    assert found is None or found in line
    assert field in line or "cells" in line


UNREADABLE: dict[str, Callable[[Any, Path], str]] = {
    "a missing folder": lambda returned, path: f"ssda903:{path / 'nowhere'}",
    "an empty file": lambda returned, path: returned(heading=""),
    "a heading only": lambda returned, path: returned(),
    "semicolons": lambda returned, path: returned(*GOOD, heading="CHILD;DOB;SW_ID;SW_DECOM;SW_DEC;SW_REASON\n"),
    "a missing column": lambda returned, path: returned("K1,01/01/2010,SW1", heading="CHILD,DOB,SW_ID\n"),
    "only bad rows": lambda returned, path: returned("K2,01/01/2010,SW1,31/02/2024,,MANAGE"),
    "no statutory file": lambda returned, path: f"ssda903:{path}",
    "an adapter that is not": lambda returned, path: "ssda904:folder",
    "no adapter": lambda returned, path: "folder",
    "a file that is not JSON": lambda returned, path: (
        "dfe-api:" + returned(*GOOD).partition(":")[2] + "/SWEpisodes.csv"
    ),
    "a database that is not there": lambda returned, path: f"sql:sqlite:///{path / 'no.db'}",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_one_line_and_exit_code_two(
    relationkit: Any, returned: Any, tmp_path: Path, name: str
) -> None:
    source = UNREADABLE[name](returned, tmp_path)
    done = relationkit("changes", "--source", source, "--year", 2024)

    assert done.code == 2
    assert "Traceback" not in done.err
    last = done.err.strip().splitlines()[-1]
    assert last.startswith("relationkit: ")
    assert re.search(r"\.( \[RK-\d{4}\])?$", last)


def test_a_database_that_does_not_answer_is_exit_code_three_and_hides_the_password(relationkit: Any) -> None:
    done = relationkit("changes", "--source", "sql:postgresql://someone:topsecret@127.0.0.1:9/none", "--year", 2024)

    assert done.code == 3
    assert "topsecret" not in done.err
    assert "did not answer" in done.err


def test_one_form_at_a_time(relationkit: Any, returned: Any) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--json", "--csv")

    assert done.code == 2
    assert "choose one of --json and --csv" in done.err


def test_a_fault_of_ours_is_one_line_without_what_it_held(
    relationkit: Any, returned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object, **__: object) -> None:
        raise KeyError("Private Name")

    monkeypatch.setattr("relationkit.cli.changes.read_year", fault)
    done = relationkit("changes", "--source", returned(*GOOD), "--year", 2024)

    assert done.code == 2
    assert "KeyError" in done.err
    assert "Private Name" not in done.err


def test_a_source_with_every_record_is_read_from_csv_alike(relationkit: Any, tmp_path: Path) -> None:
    folder = tmp_path / "council"
    folder.mkdir()
    (folder / "children.csv").write_text("id\nK1\nK9\n")
    (folder / "assignments.csv").write_text(
        "id,child_id,worker_id,role,started_on,ended_on\na1,K1,w1,social_worker,2023-04-01,\n"
    )

    done = relationkit("changes", "--source", f"csv:{folder}", "--year", 2024, "--json")

    assert [(row["child_id"], row["dfe_stability"]["workers"]) for row in done.json["children"]] == [
        ("K1", 1),
        ("K9", 0),
    ]


def test_a_year_that_is_not_over_is_counted_up_to_today_and_says_so(relationkit: Any, returned: Any) -> None:
    source = returned("K1,01/01/2010,SW1,01/04/2023,01/06/2023,MANAGE", "K1,01/01/2010,SW2,01/06/2023,,LEFTRL")

    counts = {}
    for now in ("2023-05-31T12:00Z", "2023-06-01T12:00Z"):
        done = relationkit("changes", "--source", source, "--year", 2024, "--now", now, "--json")
        counts[now] = done.json["children"][0]["dfe_stability"]["workers"]
        assert "not over" in done.json["caveats"][-1]

    assert counts == {"2023-05-31T12:00Z": 1, "2023-06-01T12:00Z": 2}


@pytest.mark.parametrize(("today", "year"), [("2024-03-31", 2023), ("2024-04-01", 2024)])
def test_without_a_year_it_is_the_last_one_that_is_over(relationkit: Any, returned: Any, today: str, year: int) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--now", f"{today}T12:00Z", "--json")

    assert done.json["window"]["end_on"] == f"{year}-04-01"
    assert done.json["caveats"] == []


def test_a_year_that_has_not_begun_is_refused(relationkit: Any, returned: Any) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--year", 2030, "--now", "2024-05-01T00:00Z")

    assert done.code == 2
    assert "has not begun" in done.err


def test_a_child_whose_row_was_left_out_could_not_be_judged(relationkit: Any, returned: Any) -> None:
    source = returned(
        *GOOD,
        "K2,01/01/2010,SW1,01/04/2023,,MANAGE",
        "K2,01/01/2010,SW2,31/02/2024,,MANAGE",
        "K3,01/01/2010,SW2,31/02/2024,,MANAGE",
        "K4,01/01/2010,SW2,01/04/2023,,SWLAZY",
    )

    answer = relationkit("changes", "--source", source, "--year", 2024, "--json").json
    assert answer["could_not_be_judged"] == ["K2", "K3"]
    assert [row["child_id"] for row in answer["children"]] == ["K1", "K4"]
    assert answer["share_high"]["children"] == 2
    assert "find their rows wrong: K2 (SW04STG1), K3 (SW04STG1)." in (
        relationkit("changes", "--source", source, "--year", 2024).err
    )
    assert "Could not be judged, because rows of theirs were left out: K2, K3." in (
        relationkit("changes", "--source", source, "--year", 2023).err
    )


def test_when_no_spell_could_be_read_nothing_is_counted(relationkit: Any, returned: Any) -> None:
    header = "CHILD,DOB\nK1,01/01/2010\n"
    done = relationkit(
        "changes", "--source", returned("K1,01/01/2010,SW1,2023-04-01,,MANAGE", Header=header), "--year", 2024
    )

    assert (done.code, done.out) == (2, "")
    assert "nothing could be read" in done.err


def test_a_looked_after_child_without_an_assignment_is_in_the_denominator(relationkit: Any, returned: Any) -> None:
    episodes = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n" + "".join(
        f"K{n},01/04/2022,S,C2,N1,U6,,\n" for n in range(1, 5)
    )
    spells = [f"K1,01/01/2010,SW{n},0{n}/05/2023,0{n + 1}/05/2023,MANAGE" for n in (1, 2, 3)]

    source = returned(*spells, Episodes=episodes)

    shares = [
        relationkit("changes", "--source", source, "--year", year, *more, "--json").json["share_high"]
        for year, more in ((2024, ("--count-anyway",)), (2024, ()))
    ]

    assert [(share["children"], share["high"], share["percentage"]) for share in shares] == [(4, 1, 25), (1, 1, 100)]


@pytest.mark.parametrize(("left_on", "children"), [("31/03/2024", 0), ("01/04/2024", 1)])
def test_looked_after_on_the_last_day_itself(relationkit: Any, returned: Any, left_on: str, children: int) -> None:
    episodes = f"CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\nK1,01/04/2022,S,C2,N1,U6,{left_on},E8\n"
    share = relationkit("changes", "--source", returned(*GOOD, Episodes=episodes), "--year", 2024, "--json").json[
        "share_high"
    ]

    assert share["children"] == children


@pytest.mark.parametrize("child", ["=1", "+1", "-1", "@1"])
def test_no_cell_runs_as_a_formula(relationkit: Any, returned: Any, child: str) -> None:
    done = relationkit(
        "changes", "--source", returned(f"{child},01/01/2010,SW1,01/04/2023,,MANAGE"), "--year", 2024, "--csv"
    )

    assert done.out.splitlines()[1].startswith(f"'{child},")


@pytest.mark.parametrize("child", [":100:", "[red]x1[/]", "Łukasz-1"])
def test_an_id_is_shown_as_it_stands(relationkit: Any, returned: Any, child: str) -> None:
    done = relationkit("changes", "--source", returned(f"{child},01/01/2010,SW1,01/04/2023,,MANAGE"), "--year", 2024)

    assert child in done.out


def test_a_problem_is_one_line_however_narrow_the_terminal(
    relationkit: Any, returned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    done = relationkit("changes", "--source", returned(*GOOD, "K2,01/01/2010,SW1,31/02/2024,,MANAGE"), "--year", 2024)

    [line] = [line for line in done.err.splitlines() if "row 4" in line]
    assert line.endswith("as dd/mm/yyyy.")


def test_many_problems_are_shown_in_part_and_listed_whole(relationkit: Any, returned: Any) -> None:
    source = returned(*GOOD, *(f"K{n},01/01/2010,SW1,31/02/2024,,MANAGE" for n in range(2, 32)))

    assert "and 10 more; --json lists all." in relationkit("changes", "--source", source, "--year", 2024).err
    assert len(relationkit("changes", "--source", source, "--year", 2024, "--json").json["problems"]) == 30


def test_output_for_programs_is_utf_8_whatever_the_machine_s_habit(returned: Any) -> None:
    source = returned("Łukasz-1,01/01/2010,SW1,01/04/2023,,MANAGE")
    command = [sys.executable, "-c", "import relationkit.cli; relationkit.cli.main()", "changes", "--source", source]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}

    for form in ("--json", "--csv"):
        done = subprocess.run([*command, "--year", "2024", form], capture_output=True, env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "Łukasz-1" in done.stdout.decode("utf-8")
        assert b"\r\r\n" not in done.stdout
    assert subprocess.run([*command, "--year", "2024"], capture_output=True, env=environment).returncode == 0


def test_a_name_of_a_council_that_is_empty_is_refused(relationkit: Any, returned: Any) -> None:
    done = relationkit("changes", "--source", returned(*GOOD), "--year", 2024, "--council", "")

    assert done.code == 2
    assert "--council: empty" in done.err


# Another engine


def test_an_engine_that_cannot_be_is_refused_with_what_to_do(
    relationkit: Any, returned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("changes", "--source", returned(*GOOD), "--year", 2024, "--engine")

    other = relationkit(*command, "abacus")
    monkeypatch.setenv("JAVA_HOME", "nowhere")
    spark = relationkit(*command, "spark")
    for name in ("duckdb", "pyspark"):
        monkeypatch.setitem(sys.modules, name, None)
    without = [relationkit(*command, name) for name in ("duckdb", "spark")]

    assert [other.code, spark.code, *(done.code for done in without)] == [2] * 4
    assert "--engine abacus: no such engine. Use one of objects, duckdb, spark." in " ".join(other.err.split())
    assert "Spark needs Java 17 or later, and there is none here" in " ".join(spark.err.split())
    for done, extra in zip(without, ("bulk", "spark"), strict=True):
        assert f'pip install "relationkit[{extra}]"' in " ".join(done.err.split())
