"""``relationkit demo``: one command, one folder, and a page that a reader understands."""

import json
import os
import re
import shutil
import sqlite3
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from relationkit.cli.app import run
from relationkit.continuity import ContinuityAudit, Window, audit_continuity, care_cases
from relationkit.plugins import open_adapter
from relationkit.samples import SampleCouncil

NOW = "2025-03-10T09:00+00:00"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "council"
    assert run(["demo", "--out", str(out), "--children", "50", "--now", NOW]) == 0
    return out


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def test_the_index_links_every_file_and_every_link_is_there(folder: Path) -> None:
    links = Links()
    links.feed((folder / "index.html").read_text())
    linked = {link for link in links.found if not link.startswith("#")}

    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert linked == files - {"index.html", ".relationkit-demo"}


def test_the_index_explains_what_it_shows_and_asks_for_nothing_from_elsewhere(folder: Path) -> None:
    page = (folder / "index.html").read_text()

    for words in (
        "made-up council",
        "clock belongs to the child",
        "No national standard",
        "Department for Education",
        "Children&#39;s Commissioner",
        "England 2024: 27%",
        "the week of one team",
        "Handovers on their way",
        "What children said",
        "What could not be judged",
        "relationkit today --source sql:council.db --team",
        "relationkit replies --source sql:council.db --now 2025-03-10T09:00Z",
    ):
        assert words in page
    assert re.search(r"https?://|<script", page) is None


def test_the_files_hold_what_the_commands_say(folder: Path, relationkit: Any) -> None:
    source = f"sql:{folder / 'council.db'}"
    changes = relationkit("changes", "--source", source, "--year", 2024, "--json").json
    replies = relationkit("replies", "--source", source, "--now", NOW, "--json").json

    assert json.loads((folder / "changes.json").read_text())["children"] == changes["children"]
    assert json.loads((folder / "replies.json").read_text())["clocks"] == replies["clocks"]
    assert len((folder / "changes.csv").read_text().splitlines()) == 1 + len(changes["children"])
    assert len((folder / "replies.csv").read_text().splitlines()) == 1 + len(replies["clocks"])


@pytest.mark.parametrize(
    ("command", "rows"), [(("changes", "--year", 2025), "children"), (("replies",), "clocks"), (("visits",), "due")]
)
def test_the_whole_council_gives_the_same_json_whatever_the_engine(
    folder: Path, relationkit: Any, command: tuple[object, ...], rows: str
) -> None:
    asked = (*command, "--source", f"sql:{folder / 'council.db'}", "--now", NOW, "--json")

    objects = relationkit(*asked)

    assert len(objects.json[rows]) > 1
    assert relationkit(*asked, "--engine", "duckdb") == objects


@pytest.mark.long
@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.parametrize("command", [("changes", "--year", 2025), ("replies",), ("visits",)])
def test_spark_gives_the_same_json_of_the_whole_council(
    folder: Path, relationkit: Any, command: tuple[object, ...]
) -> None:
    if shutil.which("java") is None and "RELATIONKIT_CI" not in os.environ:
        pytest.skip("Spark needs Java, and there is none here")
    asked = (*command, "--source", f"sql:{folder / 'council.db'}", "--now", NOW, "--json")

    assert relationkit(*asked, "--engine", "spark").json == relationkit(*asked).json


def test_the_audit_reproduces_the_truth_that_the_council_was_made_from(folder: Path) -> None:
    council = SampleCouncil(50, seed=1, now=datetime.fromisoformat(NOW))
    window = Window.reporting_year(2024)
    truth = council.truth(window.start_on, window.end_on)
    high = sum(count for number, count in truth.workers.items() if number >= 3)
    multiple = sum(count for number, count in truth.changes_without_cover.items() if number >= 2)
    with open_adapter(f"sql:{folder / 'council.db'}") as reader:
        streams = reader.assignments(), reader.children(), reader.placements()
        whole = audit_continuity(care_cases(streams[0], children=streams[1], placements=streams[2]), window, smallest=1)
    shown = ContinuityAudit.model_validate_json((folder / "audit.json").read_bytes())

    assert (whole.everyone.children, whole.everyone.high, whole.everyone.multiple) == (truth.children, high, multiple)
    assert (whole.unallocated, whole.alone, whole.days_alone) == (
        truth.unallocated,
        truth.children_alone,
        truth.days_alone,
    )
    assert whole.changes == sum(truth.reasons.values())
    assert shown.everyone.children == truth.children
    figures, apart = set(whole.rows()), ("workers", "published", "current card")
    assert shown.cards is not None
    assert shown.cards.share is not None
    assert 0 < shown.cards.share < 1, "one worker in five has no card, and some cards are old"
    assert [row for row in shown.rows() if "c" not in row and "rarer reasons" not in str(row)]
    for row in shown.rows():  # how many had how many is told apart less finely where few are withheld
        assert "c" in row or "rarer reasons" in str(row) or row in figures or row[0] in apart


def test_there_are_calendars_for_workers_and_discreet_ones_for_children(folder: Path) -> None:
    calendars = list((folder / "calendars").iterdir())
    workers = [path for path in calendars if path.name.startswith("worker-")]
    pages = [path for path in calendars if path.suffix == ".html"]
    children = [path for path in calendars if path not in workers and path not in pages]

    assert len(workers) == 3
    assert 1 <= len(children) <= 3
    assert {page.stem for page in pages} == {path.stem for path in children}
    for path in [*workers, *children]:
        assert list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
    for path in [*children, *pages]:
        assert "child-" not in path.name + path.read_text()


def test_the_same_seed_and_moment_make_the_same_files(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    run(["demo", "--out", str(again), "--children", "50", "--now", NOW])

    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".db":
            assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


def test_a_board_and_the_command_have_promises_of_every_state_to_show(folder: Path, relationkit: Any) -> None:
    page = (folder / "board.html").read_text()
    kept = relationkit("board", "--source", f"sql:{folder / 'council.db'}", "--by", "team", "--now", NOW, "--json").json

    assert "Sample" in page
    assert page.count('type="checkbox"') >= 2
    assert "Done on" in page
    assert kept["everyone"]["promises"] > kept["everyone"]["kept_in_time"] > 0


def test_every_name_in_the_database_says_that_it_is_made_up(folder: Path) -> None:
    with sqlite3.connect(folder / "council.db") as database:
        names = [name for (name,) in database.execute("select name from relationkit_workers")]
        names += [name for (name,) in database.execute("select chosen_name from relationkit_children") if name]

    assert names
    assert all(re.search("sample|synthetic", name, re.IGNORECASE) for name in names)


def test_a_demo_may_be_made_again_in_its_own_folder(tmp_path: Path) -> None:
    out = tmp_path / "council"
    for seed in ("1", "2"):
        assert run(["demo", "--out", str(out), "--children", "50", "--seed", seed, "--now", NOW]) == 0

    with sqlite3.connect(out / "council.db") as database:
        assert database.execute("select count(*) from relationkit_children").fetchone() == (50,)


def test_a_folder_with_other_files_is_left_alone(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.txt").write_text("precious")

    done = relationkit("demo", "--out", "mine", "--children", 50)

    assert done.code == 2
    assert "not empty" in done.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["work.txt"]


def test_a_file_is_no_folder(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")

    done = relationkit("demo", "--out", "mine", "--children", 50)

    assert done.code == 2
    assert "a file" in done.err


@pytest.mark.parametrize("children", [49, 100_001])
def test_the_size_has_limits(relationkit: Any, children: int) -> None:
    assert relationkit("demo", "--out", "d", "--children", children).code == 2


def test_it_says_what_to_look_at_next(relationkit: Any) -> None:
    done = relationkit("demo", "--out", "d", "--children", 50, "--now", NOW)

    assert "index.html" in done.err
    assert "relationkit replies --source sql:d/council.db --now 2025-03-10T09:00Z" in done.err
    assert "relationkit changes --source sql:d/council.db --year 2024" in done.err


def test_another_seed_makes_another_council(folder: Path, tmp_path: Path) -> None:
    run(["demo", "--out", str(tmp_path / "d"), "--children", "50", "--seed", "2", "--now", NOW])

    assert (tmp_path / "d" / "replies.json").read_bytes() != (folder / "replies.json").read_bytes()


def test_the_figures_in_large_type_are_those_of_the_files_and_of_today(folder: Path, relationkit: Any) -> None:
    states = [clock["state"] for clock in json.loads((folder / "replies.json").read_text())["clocks"]]
    waiting = sum(state in ("overdue", "due_soon", "waiting") for state in states)
    asked = ("--source", f"sql:{folder / 'council.db'}", "--profiles", str(folder / "profiles.json"), "--now", NOW)
    today = relationkit("today", *asked, "--json").json
    page = " ".join((folder / "index.html").read_text().split())

    assert len(today["waiting"]) == waiting
    assert f"{states.count('overdue')} past their day" in page
    for part, label in (
        ("waiting", "wait for a reply"),
        ("changed", "changed worker in 7 days"),
        ("handovers", "handovers on their way"),
        ("visits", "visits and reviews due in 7 days"),
        ("cards", "cards missing, old or never given"),
    ):
        assert f'<span class="big">{len(today[part])}</span><span class="label">{label}' in page


def test_a_demo_leaves_alone_what_it_did_not_make(tmp_path: Path) -> None:
    out = tmp_path / "d"
    run(["demo", "--out", str(out), "--children", "50", "--now", NOW])
    (out / "calendars" / "mine.txt").write_text("precious")
    (out / "cards" / "mine").mkdir()

    assert run(["demo", "--out", str(out), "--children", "50", "--seed", "2", "--now", NOW]) == 0
    assert (out / "calendars" / "mine.txt").read_text() == "precious"
    assert len(list((out / "calendars").glob("worker-*.ics"))) == 3


def test_an_option_that_cannot_be_leaves_no_folder(relationkit: Any, tmp_path: Path) -> None:
    assert relationkit("demo", "--out", "d", "--children", 50, "--now", "soon").code == 2
    assert not (tmp_path / "d").exists()
