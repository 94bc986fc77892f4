"""``changes --audit`` and ``--compare``: what is written, what is printed, what is refused. Everybody is made up."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relationkit.cli.app import run
from relationkit.continuity import AUDIT_HEADINGS, ContinuityAudit
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.samples import SampleCouncil

NOW = "2025-04-02T09:00Z"

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("council") / "council.db"
    council = SampleCouncil(150, seed=4, now=datetime(2025, 4, 2, 9, tzinfo=UTC))
    with SqlAdapter.create(str(path)) as adapter:
        for records in (council.workers(), council.children(), council.assignments(), council.placements()):
            adapter.write(records)
    return f"sql:{path}"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], source: str) -> Call:
    def audit(*arguments: str, year: bool = True) -> tuple[int, str, str]:
        about = ("--source", source, "--year", "2025", "--now", NOW) if year else ()
        code = run(["changes", *about, *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return audit


def test_a_baseline_is_written_and_read_back(call: Call, tmp_path: Path) -> None:
    code, out, err = call("--audit", str(tmp_path / "before.json"), "--json")

    saved = ContinuityAudit.model_validate_json((tmp_path / "before.json").read_bytes())
    assert code == 0
    assert ContinuityAudit.model_validate(json.loads(out)) == saved
    assert saved.three_or_more is None
    assert "Written to" in err


def test_a_page_names_nobody_unless_asked(call: Call, tmp_path: Path) -> None:
    call("--audit", str(tmp_path / "open.html"))
    call("--audit", str(tmp_path / "team.html"), "--with-children", "--child", "child-000003")

    assert "child-0" not in (tmp_path / "open.html").read_text()
    team = tmp_path / "team.html"
    assert "child-000003" in team.read_text()
    assert team.stat().st_mode & 0o777 == 0o600


def test_a_table_is_written_and_printed_alike(call: Call, tmp_path: Path) -> None:
    _, out, _ = call("--audit", str(tmp_path / "audit.csv"), "--csv")

    rows = list(csv.reader(io.StringIO(out)))
    assert tuple(rows[0]) == AUDIT_HEADINGS
    assert rows == list(csv.reader(io.StringIO((tmp_path / "audit.csv").read_text())))


def test_the_terminal_says_withheld(call: Call, tmp_path: Path) -> None:
    _, out, _ = call("--audit", str(tmp_path / "audit.csv"))

    assert "Why they changed" in out
    assert "withheld" in out


def test_since_puts_what_moved_on_the_page(call: Call, tmp_path: Path) -> None:
    call("--audit", str(tmp_path / "before.json"))

    call("--audit", str(tmp_path / "after.html"), "--since", str(tmp_path / "before.json"))

    assert "What moved since" in (tmp_path / "after.html").read_text()


def test_two_baselines_are_compared_without_a_source(call: Call, tmp_path: Path) -> None:
    path = str(tmp_path / "before.json")
    call("--audit", path)

    code, out, _ = call("--compare", path, path, "--json", year=False)

    first = json.loads(out)["moves"][0]
    assert code == 0
    assert first["difference"] == 0
    assert first["verdict"] == "could be chance"
    assert call("--compare", path, path, "--csv", year=False)[1].startswith("grouping,group,measure")
    assert "This could be chance" in " ".join(call("--compare", path, path, year=False)[1].split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--audit", "audit.docx"), "unknown ending"),
        (("--audit", "x.html", "--since", "nowhere.json"), "nowhere.json: no such file"),
        (("--audit", "x.html", "--child", "nobody"), "--child nobody: no assignment of that child"),
        (("--child", "child-000003"), "go with --audit"),
        (("--compare", "a.json", "b.json"), "leave --source and --audit out"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(
    call: Call, arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    code, _, err = call(*arguments)

    assert code == 2
    assert words in " ".join(err.replace("│", " ").split())


def test_a_file_that_is_no_audit_is_refused(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"version": 1}')

    code, _, err = call("--compare", str(tmp_path / "bad.json"), str(tmp_path / "bad.json"), year=False)

    assert code == 2
    assert "no audit that can be read. ContinuityAudit, start_on: is missing" in err


def test_without_a_source_it_says_what_is_needed(call: Call) -> None:
    code, _, err = call(year=False)

    assert code == 2
    assert "--source ADAPTER:WHERE" in " ".join(err.replace("│", " ").split())


def test_children_with_rows_that_cannot_be_read_are_left_out_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "return"
    folder.mkdir()
    lines = ["CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON"]
    lines += [f"C{n:02},01/05/2012,SW{n % 3},01/01/2024,,MANAGE" for n in range(20)]
    lines += ["C00,01/05/2012,SW9,31/02/2024,,MANAGE"]
    (folder / "SWEpisodes.csv").write_text("\n".join(lines))

    run(["changes", "--source", f"ssda903:{folder}", "--year", "2024", "--audit", str(tmp_path / "a.json")])

    audit = ContinuityAudit.model_validate_json((tmp_path / "a.json").read_bytes())
    assert audit.could_not_be_judged >= 1
    assert (audit.everyone.children or 0) + audit.could_not_be_judged == 20
    assert "31/02/2024" in capsys.readouterr().err
