"""``relationkit replies``: who waits, since when, who must answer, and an exit code for a scheduler."""

import csv
import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins import open_adapter
from relationkit.sla import DEFAULT_POLICIES, track_responses

MESSAGES = "id,child_id,at,direction,channel,worker_id\n"


@pytest.fixture
def messages(tmp_path: Path) -> Any:
    """Return a function that writes messages as a CSV folder and returns its source."""

    def write(*rows: str, heading: str = MESSAGES, **files: str) -> str:
        folder = tmp_path / "messages"
        folder.mkdir(exist_ok=True)
        (folder / "messages.csv").write_text(heading + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return f"csv:{folder}"

    return write


ASKED = "m1,c1,2025-03-10T09:00:00+00:00,from_child,text,w1"


@pytest.mark.parametrize(
    ("now", "state", "code"),
    [
        ("2025-03-12T08:59:59+00:00", "waiting", 0),
        ("2025-03-12T09:00:00+00:00", "due_soon", 0),
        ("2025-03-13T09:00:00+00:00", "due_soon", 0),
        ("2025-03-13T09:00:00.000001+00:00", "overdue", 1),
        ("2025-03-13T10:00:00.000001+01:00", "overdue", 1),
    ],
)
def test_overdue_is_strictly_after_72_hours_and_exits_with_one(
    relationkit: Any, messages: Any, now: str, state: str, code: int
) -> None:
    done = relationkit("replies", "--source", messages(ASKED), "--now", now, "--json")

    [clock] = done.json["clocks"]
    assert (clock["state"], done.code) == (state, code)
    assert clock["child_id"] == "c1"
    assert clock["due_at"] == "2025-03-13T09:00:00+00:00"
    assert clock["answered_at"] is None


def test_an_answered_clock_is_well(relationkit: Any, messages: Any) -> None:
    source = messages(ASKED, "m2,c1,2025-03-11T09:00:00+00:00,to_child,call,w1")
    done = relationkit("replies", "--source", source, "--now", "2025-04-01T00:00Z", "--json")

    assert done.code == 0
    assert done.json["clocks"][0]["answered_at"] == "2025-03-11T09:00:00+00:00"
    assert done.json["states"]["answered_in_time"] == 1


def test_the_table_hides_what_is_answered_until_asked(relationkit: Any, messages: Any) -> None:
    source = messages(ASKED, "m2,c1,2025-03-11T09:00:00+00:00,to_child,call,w1", ASKED.replace("m1,c1", "m3,c2"))

    open_ones = relationkit("replies", "--source", source, "--now", "2025-03-12T12:00Z").out
    every_one = relationkit("replies", "--source", source, "--now", "2025-03-12T12:00Z", "--all").out

    assert "c2" in open_ones
    assert "c1" not in open_ones
    assert "c1" in every_one


def test_times_in_the_table_are_london_s(relationkit: Any, messages: Any) -> None:
    source = messages("m1,c1,2025-07-10T09:00:00+00:00,from_child,text,w1")

    assert "10 Jul 2025 10:00" in relationkit("replies", "--source", source, "--now", "2025-07-10T12:00Z").out


def test_cover_must_answer_while_the_worker_is_away(relationkit: Any, messages: Any) -> None:
    absences = "worker_id,starts_at,ends_at,cover_id\nw1,2025-03-10T00:00:00Z,,w2\n"
    source = messages(ASKED, absences=absences)
    done = relationkit("replies", "--source", source, "--now", "2025-03-11T00:00Z", "--json")

    clock = done.json["clocks"][0]
    assert (clock["answers_now"], clock["answers_now_id"]) == ("cover", "w2")
    assert clock["due_at"] == "2025-03-13T09:00:00+00:00"


def test_csv_has_a_row_for_every_clock(relationkit: Any, council: str) -> None:
    done = relationkit("replies", "--source", council, "--now", "2025-03-10T09:00Z", "--csv")

    rows = list(csv.DictReader(io.StringIO(done.out)))
    as_json = relationkit("replies", "--source", council, "--now", "2025-03-10T09:00Z", "--json").json["clocks"]
    assert [row["id"] for row in rows] == [clock["id"] for clock in as_json]


def test_a_council_read_in_pieces_is_judged_like_the_whole(
    relationkit: Any, council: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relationkit.cli.clocks.AT_ONCE", 7)
    now = datetime(2025, 3, 10, 9, tzinfo=UTC)
    with open_adapter(council) as reader:
        whole = track_responses(
            reader.messages(),
            DEFAULT_POLICIES,
            now=now,
            absences=reader.absences(),
            assignments=reader.assignments(),
        )

    pieces = relationkit("replies", "--source", council, "--now", now.isoformat(), "--json").json["clocks"]

    expected = {clock.id: (clock.state(now).value, clock.answers_now, clock.answers_now_id) for clock in whole}
    assert {row["id"]: (row["state"], row["answers_now"], row["answers_now_id"]) for row in pieces} == expected
    assert [row["due_at"] for row in pieces] == sorted(row["due_at"] for row in pieces)


BAD_ROWS = {
    "a naive time": ("m9,c1,2025-03-10T09:00:00,from_child,text,w1", "at"),
    "an unknown channel": ("m9,c1,2025-03-10T09:00:00Z,from_child,pigeon,w1", "channel"),
    "no child": ("m9,,2025-03-10T09:00:00Z,from_child,text,w1", "child_id"),
    "an id used twice": (ASKED.replace("c1", "c2"), "id"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_one_line_and_the_good_rows_are_kept(relationkit: Any, messages: Any, name: str) -> None:
    row, field = BAD_ROWS[name]
    done = relationkit("replies", "--source", messages(ASKED, row), "--now", "2025-03-11T00:00Z", "--json")

    assert [clock["id"] for clock in done.json["clocks"]] == ["c1/m1"]
    [problem] = done.json["problems"]
    assert (problem["where"], problem["row"], problem["field"]) == ("messages.csv", 3, field)
    assert problem["remedy"]


def test_only_bad_rows_is_exit_code_two(relationkit: Any, messages: Any) -> None:
    done = relationkit("replies", "--source", messages("m9,c1,2025-03-10T09:00:00,from_child,text,w1"))

    assert done.code == 2
    assert "nothing could be read" in done.err


def test_a_source_without_messages_says_so_rather_than_none(relationkit: Any, returned: Any) -> None:
    done = relationkit("replies", "--source", returned("K1,01/01/2010,SW1,01/04/2023,,MANAGE"))

    assert (done.code, done.out) == (2, "")
    assert "does not hold messages" in done.err


@pytest.mark.parametrize(("now", "said"), [("2025-03-10T09:00", "no time zone"), ("later", "not a moment")])
def test_a_moment_needs_its_zone(relationkit: Any, messages: Any, now: str, said: str) -> None:
    done = relationkit("replies", "--source", messages(ASKED), "--now", now)

    assert done.code == 2
    assert said in done.err


def test_explain_says_line_by_line_how_the_due_time_came_about(relationkit: Any, messages: Any) -> None:
    source = messages("m1,c1,2025-03-28T17:00:00+00:00,from_child,text,w1")
    done = relationkit("replies", "--source", source, "--explain", "c1/m1", "--now", "2025-03-29T00:00Z")

    assert done.code == 0
    assert "Sun 30 Mar 2025: the clock goes forward by 1 h; real time is counted." in done.out
    assert "Due Mon 31 Mar 2025 18:00" in done.out
    assert "Must answer now: worker w1." in done.out


def test_explain_of_a_clock_that_is_not_there_is_one_line(relationkit: Any, messages: Any) -> None:
    done = relationkit("replies", "--source", messages(ASKED), "--explain", "c9/m9")

    assert done.code == 2
    assert "no such clock" in done.err


def a_day(tmp_path: Path) -> Path:
    file = tmp_path / "a-day.toml"
    file.write_text('[[policies]]\nname = "a day"\ntarget = "24h"\nin_force_from = 2020-01-01\n')
    return file


def test_policies_of_a_file_decide_what_is_overdue(relationkit: Any, messages: Any, tmp_path: Path) -> None:
    arguments = ("replies", "--source", messages(ASKED), "--now", "2025-03-11T10:00Z", "--json")

    assert relationkit(*arguments).code == 0
    assert relationkit(*arguments, "--policies", a_day(tmp_path)).code == 1


@pytest.mark.parametrize("engine", ["objects", "duckdb"])
def test_a_message_older_than_the_book_is_refused_by_either_engine(
    relationkit: Any, messages: Any, tmp_path: Path, engine: str
) -> None:
    (tmp_path / "p.toml").write_text('[[policies]]\nname = "a day"\ntarget = "24h"\nin_force_from = 2025-03-11\n')
    asked = ("replies", "--source", messages(ASKED), "--policies", "p.toml", "--now", "2025-03-12T10:00Z")
    done = relationkit(*asked, "--engine", engine)

    assert done.code == 2
    assert "is older than the book's first policy, of 2025-03-11. Add the policy of its day" in done.err


def test_what_if_stands_beside_what_is_and_rewrites_nothing(relationkit: Any, messages: Any, tmp_path: Path) -> None:
    source = messages(ASKED)
    done = relationkit(
        "replies", "--source", source, "--now", "2025-03-11T10:00Z", "--what-if", a_day(tmp_path), "--json"
    )

    assert done.code == 0
    assert (done.json["states"]["waiting"], done.json["states"]["overdue"]) == (1, 0)
    assert (done.json["what_if_states"]["waiting"], done.json["what_if_states"]["overdue"]) == (0, 1)


def test_a_slip_in_a_file_of_policies_is_named(relationkit: Any, messages: Any, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[[policies]]\nname = "a day"\ntargit = "24h"\nin_force_from = 2020-01-01\n')
    done = relationkit("replies", "--source", messages(ASKED), "--policies", "p.toml")

    assert done.code == 2
    assert "p.toml" in done.err
    assert "targit" in done.err


def test_the_report_counts_late_and_waiting_and_writes_a_page_that_names_nobody(
    relationkit: Any, council: str, tmp_path: Path
) -> None:
    arguments = ("replies", "--source", council, "--now", "2025-03-10T09:00Z", "--report")
    table = relationkit(*arguments, "--by", "team", "--out", "report.html")
    rows = relationkit(*arguments, "--json").json

    assert table.code == 0
    assert "everyone" in table.out
    assert rows[0]["clocks"] == sum(
        relationkit("replies", "--source", council, "--now", "2025-03-10T09:00Z", "--json").json["states"].values()
    )
    page = (tmp_path / "report.html").read_text()
    assert "child-" not in page
    assert "Sample Worker" not in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "shoe"), "--by and --out go with --report"),
        (("--report", "--by", "shoe"), "Use one of team, worker"),
        (("--report", "--explain", "x"), "choose one of"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    relationkit: Any, messages: Any, arguments: tuple[str, ...], said: str
) -> None:
    done = relationkit("replies", "--source", messages(ASKED), *arguments)

    assert done.code == 2
    assert said in done.err


def test_answered_late_is_not_overdue(relationkit: Any, messages: Any) -> None:
    source = messages(ASKED, "m2,c1,2025-03-20T09:00:00+00:00,to_child,call,w1")
    done = relationkit("replies", "--source", source, "--now", "2025-04-01T00:00Z", "--json")

    assert (done.code, done.json["states"]["answered_late"]) == (0, 1)


def test_the_worker_who_took_over_must_answer(relationkit: Any, messages: Any) -> None:
    assignments = (
        "id,child_id,worker_id,role,started_on,ended_on\n"
        "a1,c1,w1,social_worker,2024-01-01,2025-03-11\na2,c1,w2,social_worker,2025-03-11,\n"
    )
    done = relationkit(
        "replies", "--source", messages(ASKED, assignments=assignments), "--now", "2025-03-12T00:00Z", "--json"
    )

    assert done.json["clocks"][0]["answers_now_id"] == "w2"


def test_now_may_be_in_any_zone_and_is_told_in_utc(relationkit: Any, messages: Any) -> None:
    done = relationkit("replies", "--source", messages(ASKED), "--now", "2025-03-12T10:00+01:00", "--json")

    assert done.json["now"] == "2025-03-12T09:00:00+00:00"


def test_a_year_that_is_a_slip_is_refused(relationkit: Any, messages: Any) -> None:
    done = relationkit("replies", "--source", messages(ASKED), "--now", "0001-01-01T00:00+05:00")

    assert done.code == 2
    assert "Check the year" in done.err


def test_a_reader_that_goes_away_does_not_make_it_overdue(messages: Any) -> None:
    command = f"{sys.executable} -c 'import relationkit.cli; relationkit.cli.main()' replies --source {messages(ASKED)}"
    script = f"{command} --now 2025-03-11T00:00Z | true; exit ${{PIPESTATUS[0]}}"

    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)

    assert done.returncode == 0
    assert "Traceback" not in done.stderr
