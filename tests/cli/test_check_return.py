"""``relationkit check-return``, and ``changes`` on a return that its own rules find wrong."""

import csv
import io
from typing import Any

import pytest

from relationkit.cli.return_findings import FINDING_HEADINGS
from relationkit.england import RETURN_RULES

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n"
GOOD = ("K1,01/01/2010,SW100,01/04/2023,01/06/2023,MANAGE", "K1,01/01/2010,SW200,01/06/2023,,LEFTRL")

#: Every rule, broken once on purpose: the year, rows of SWEpisodes, and what else the return holds.
BROKEN: dict[str, tuple[int, tuple[str, ...], dict[str, str]]] = {
    "SW01STG1": (2024, (), {"Episodes": EPISODES + "K9,01/04/2022,S,C2,N1,U6,,\n"}),
    "SW01aSTG1": (2025, ("K9,01/01/2010,,31/03/2023,,MANAGE",), {}),
    "SW01bSTG1": (2025, ("K9,01/01/2010,,01/04/2023,,MANAGE",), {}),
    "SW02STG1": (2024, ("K9,01/01/2010,sw100,01/04/2023,,MANAGE",), {}),
    "SW03STG1": (2024, ("K9,01/01/2010,SW100,01/04/2023,,",), {}),
    "SW04STG1": (2024, ("K9,01/01/2010,SW100,31/02/2024,,MANAGE",), {}),
    "SW05STG1": (2024, ("K9,01/01/2010,SW100,01/04/2023,31/02/2024,MANAGE",), {}),
    "SW06STG2": (2024, ("K9,01/01/2010,SW100,01/04/2024,,MANAGE",), {}),
    "SW07STG2": (2024, ("K9,01/01/2010,SW100,01/04/2022,31/03/2023,MANAGE",), {}),
    "SW08STG2": (2024, ("K9,01/01/2010,SW100,01/04/2023,,MANAGE", "K9,01/01/2010,SW200,01/06/2023,,LEFTRL"), {}),
    "SW09STG2": (2024, ("K9,01/01/2010,SW100,01/04/2023,01/04/2023,MANAGE",), {}),
    "SW10STG2": (2024, (GOOD[0].replace("K1", "K9"), "K9,01/01/2010,SW200,09/06/2023,,LEFTRL"), {}),
    "SW10aSTG2": (2026, (GOOD[0].replace("K1", "K9"), "K9,01/01/2010,SW200,09/06/2023,,LEFTRL"), {}),
    "SW10bSTG2": (2026, (GOOD[0].replace("K1", "K9"), "K9,01/01/2010,SW200,01/06/2023,,FCONTA"), {}),
    "SW11aSTG2": (2024, ("K9,01/01/2010,SW100,01/04/2023,26/03/2024,MANAGE",), {}),
    "SW11bSTG2": (2024, ("K9,01/01/2010,SW100,01/04/2023,31/03/2024,MANAGE",), {}),
    "SW12STG2": (2025, (), {"Episodes": EPISODES + "K9,01/04/2022,S,C2,N1,U6,,\n"}),
    "SW13STG1": (2024, ("K9,01/01/2010,SW100,01/04/2023,,SWLAZY",), {}),
    "SW14STG2": (2024, ("K9,01/01/2010,SW100,01/04/2023,,MANAGE", "K9,01/01/2010,SW200,01/06/2023,,LEFTRL"), {}),
    "SW15STG2": (2025, ("K9,01/01/2010,SW100,01/04/2023,,",), {}),
    "SW17STG2": (2026, ("K9,01/01/2010,SW100,01/04/2025,01/06/2025,MANAGE",), {}),
    "SW18STG2": (2026, ("K9,01/01/2010,SW100,02/06/2025,01/06/2025,MANAGE",), {}),
    "SW19STG2": (2026, ("K9,01/01/2010,SW100,02/06/2025,,MANAGE", "K9,01/01/2010,SW200,02/06/2025,,MANAGE"), {}),
    "RK01": (2024, ("K9,01/01/2010,SW100,02/06/2023,01/06/2023,MANAGE",), {}),
    "RK02": (2024, ("K9,01/01/2010,SW100,01/04/2023,,MANAGE",), {"Header": "CHILD,DOB\nK9,02/01/2010\n"}),
}


def test_every_rule_is_broken_once_below() -> None:
    assert set(BROKEN) | {"SW16aSTG2", "SW16bSTG2", "SW16cSTG2"} == {rule.code for rule in RETURN_RULES}


@pytest.mark.parametrize("code", BROKEN)
def test_each_rule_finds_what_breaks_it_and_leaves_the_others_alone(relationkit: Any, returned: Any, code: str) -> None:
    year, rows, files = BROKEN[code]
    source = returned(*GOOD, *rows, **files)
    done = relationkit("check-return", "--source", source, "--year", year, "--every-rule", "--json")

    assert done.code == 2
    assert code in {finding["rule"] for finding in done.json["findings"]}
    assert {finding["child_id"] for finding in done.json["findings"]} <= {"K9"} | ({"K1"} if year > 2024 else set())


@pytest.mark.parametrize(
    ("code", "now"),
    [
        ("SW16aSTG2", "K1,01/01/2010,SW900,01/06/2023,,LEFTRL"),
        ("SW16bSTG2", "K1,01/01/2010,SW200,02/06/2023,,LEFTRL"),
        ("SW16cSTG2", "K1,01/01/2010,SW200,01/06/2023,,MANAGE"),
    ],
)
def test_the_return_of_the_year_before_is_looked_back_to(
    relationkit: Any, returned: Any, tmp_path: Any, code: str, now: str
) -> None:
    source = returned(*GOOD)
    (tmp_path / "last").mkdir()
    (tmp_path / "return" / "SWEpisodes.csv").rename(tmp_path / "last" / "SWEpisodes.csv")
    source = returned(now)
    command = ("check-return", "--source", source, "--year", 2025, "--every-rule", "--json")

    alone, together = relationkit(*command), relationkit(*command, "--last-year", f"ssda903:{tmp_path / 'last'}")

    assert [finding["rule"] for finding in together.json["findings"]] == [code]
    assert alone.json["findings"] == []
    assert {"rule": code, "needs": "last year's return"} in alone.json["not_judged"]


def test_a_good_return_has_no_finding(relationkit: Any, returned: Any) -> None:
    source = returned(*GOOD, Episodes=EPISODES + "K1,01/04/2022,S,C2,N1,U6,,\n")
    done = relationkit("check-return", "--source", source, "--year", 2024)

    assert (done.code, done.err) == (0, "")
    assert done.out == "Nothing found by the 17 rules of 2024.\n"


def test_the_tables_say_what_where_and_what_to_do(relationkit: Any, returned: Any) -> None:
    done = relationkit("check-return", "--source", returned(*GOOD, *BROKEN["SW08STG2"][1]), "--year", 2025)

    assert "K9" in done.out
    assert "SW08STG2" in done.out
    assert "Give the day on which the earlier worker's spell ended" in " ".join(done.out.split())
    assert "does not count 1 child" in done.err
    assert "Could not be judged: SW12STG2 without Episodes." in done.err


def test_files_that_do_not_agree_are_no_missing_row(relationkit: Any, returned: Any) -> None:
    year, rows, others = BROKEN["RK02"]
    done = relationkit("check-return", "--source", returned(*rows, **others), "--year", year)

    assert "two of the files" in " ".join(done.out.split())
    assert "a row is missing" not in done.out


def test_csv_has_a_line_for_each_finding_and_no_formula(relationkit: Any, returned: Any) -> None:
    source = returned(*GOOD, "=K9,01/01/2010,SW100,31/02/2024,,MANAGE")
    done = relationkit("check-return", "--source", source, "--year", 2024, "--csv")

    heading, *rows = csv.reader(io.StringIO(done.out))
    assert tuple(heading) == FINDING_HEADINGS
    assert [row[:7] for row in rows] == [["'=K9", "SW04STG1", "SWEpisodes.csv", "4", "SW_DECOM", "31/02/2024", "wrong"]]


def test_a_name_that_slipped_into_a_cell_is_not_shown(relationkit: Any, returned: Any) -> None:
    source = returned("K9,01/01/2010,Quillaby Wrenfold,Quillaby,Wrenfold,Wrenfold")
    done = relationkit("check-return", "--source", source, "--year", 2024, "--json")

    assert done.json["findings"]
    assert "Wrenfold" not in done.out + done.err
    assert "Quillaby" not in done.out + done.err


def test_before_2024_there_is_nothing_to_check(relationkit: Any, returned: Any) -> None:
    done = relationkit("check-return", "--source", returned(*GOOD), "--year", 2023)

    assert done.code == 0
    assert "No rule is known for 2023" in done.err


def test_another_source_is_no_return(relationkit: Any, tmp_path: Any) -> None:
    (tmp_path / "children.csv").write_text("id\nK1\n")
    done = relationkit("check-return", "--source", f"csv:{tmp_path}", "--year", 2024)

    assert done.code == 2
    assert "this is no statutory return" in done.err


# Counting from a return that is wrong


def test_changes_does_not_count_a_child_whose_rows_are_wrong_and_says_so(relationkit: Any, returned: Any) -> None:
    source = returned(*GOOD, *BROKEN["SW08STG2"][1])
    done = relationkit("changes", "--source", source, "--year", 2025)
    answer = relationkit("changes", "--source", source, "--year", 2025, "--json").json

    assert done.code == 0
    assert [row["child_id"] for row in answer["children"]] == ["K1"]
    assert answer["could_not_be_judged"] == ["K9"]
    assert answer["found_wrong_by_rules"] == {"K9": ["SW08STG2"]}
    assert "the rules for a return find their rows wrong: K9 (SW08STG2)." in done.err
    assert "--count-anyway" in done.err


def test_changes_counts_all_the_same_when_told_to_and_says_so(relationkit: Any, returned: Any) -> None:
    source = returned(*GOOD, *BROKEN["SW08STG2"][1])
    answer = relationkit("changes", "--source", source, "--year", 2025, "--count-anyway", "--json").json

    assert [row["child_id"] for row in answer["children"]] == ["K1", "K9"]
    assert answer["could_not_be_judged"] == []
    assert "Counted as asked" in answer["caveats"][-1]
    assert "K9 (SW08STG2)" in answer["caveats"][-1]


def test_changes_refuses_a_return_in_which_nobody_can_be_counted(relationkit: Any, returned: Any) -> None:
    source = returned(*BROKEN["SW08STG2"][1])

    refused = relationkit("changes", "--source", source, "--year", 2025)
    told = relationkit("changes", "--source", source, "--year", 2025, "--count-anyway")

    assert refused.code == 2
    assert "nobody can be counted" in refused.err
    assert told.code == 0


@pytest.mark.parametrize("code", ["SW02STG1", "SW07STG2", "SW09STG2", "SW10STG2", "SW11aSTG2", "SW13STG1", "RK02"])
def test_a_finding_that_leaves_the_count_as_it_is_keeps_nobody_out(relationkit: Any, returned: Any, code: str) -> None:
    year, rows, files = BROKEN[code]
    answer = relationkit("changes", "--source", returned(*GOOD, *rows, **files), "--year", year, "--json").json

    assert answer["could_not_be_judged"] == []


def test_a_year_before_the_rules_is_counted_as_it_stands(relationkit: Any, returned: Any) -> None:
    source = returned(*GOOD, *BROKEN["SW08STG2"][1])

    assert relationkit("changes", "--source", source, "--year", 2023, "--json").json["could_not_be_judged"] == []


def test_changes_cannot_be_counted_from_lists_of_who_holds_whom_now(relationkit: Any, tmp_path: Any) -> None:
    heading = "Child Unique ID,Date of Birth,Date Started to be Looked After,Allocated Worker\n"
    (tmp_path / "list8.csv").write_text(heading + "K1,01/01/2010,01/04/2023,Made Up\n")
    done = relationkit("changes", "--source", f"annex-a:{tmp_path}", "--year", 2024)

    assert done.code == 2
    assert "changes cannot be counted from it" in done.err
