"""``changes --audit`` and ``--compare``: what is written, what is printed, what is refused. Everybody is made up."""

import csv
import html
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


def test_the_terminal_the_table_and_the_page_hold_the_same(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    _, printed, notes = call("--audit", str(tmp_path / "audit.html"))
    _, _, _ = call("--audit", str(tmp_path / "audit.json"), "--json")
    audit = ContinuityAudit.model_validate_json((tmp_path / "audit.json").read_bytes())
    page = (tmp_path / "audit.html").read_text()
    said = "".join(printed.split())

    assert "withheld" in printed
    assert "Note: Withheld (c): a figure from 1 to 5" in notes
    days = "withheld" if audit.days_alone is None else f"{audit.days_alone:,}"
    assert f"Days in care with no social worker: {days}." in notes
    assert f"Days in care with no social worker: {days}" in page
    for kind, name, *_ in audit.rows():
        words = str(name).partition(": ")[2] if kind == "cause and reason" else str(name)
        assert "".join(words.split()) in said
        if kind not in ("everyone", "published", "returned", "alone", "unallocated"):
            assert words in html.unescape(page)


def test_since_says_what_moved_on_the_page_and_in_the_terminal(call: Call, tmp_path: Path) -> None:
    call("--audit", str(tmp_path / "before.json"))

    _, printed, _ = call("--audit", str(tmp_path / "after.html"), "--since", str(tmp_path / "before.json"))

    assert "What moved since" in (tmp_path / "after.html").read_text()
    assert "This could be chance" in " ".join(printed.split())


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


# Children whose rows the return's own rules find wrong ----------------------------------------------------------------


@pytest.fixture
def wrong_return(tmp_path: Path) -> Path:
    """Twenty children with one worker each; C00 has two spells that leave ten weeks between them."""
    folder = tmp_path / "return"
    folder.mkdir()
    lines = ["CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON"]
    lines += [f"C{n:02},01/05/2012,SW{n % 3},01/06/2023,,MANAGE" for n in range(1, 20)]
    lines += ["C00,01/05/2012,SW7,01/06/2023,,MANAGE", "C00,01/05/2012,SW8,01/09/2023,,MANAGE"]
    (folder / "SWEpisodes.csv").write_text("\n".join(lines))
    return folder


def audit_of(folder: Path, out: Path, *more: str) -> int:
    return run(["changes", "--source", f"ssda903:{folder}", "--year", "2024", "--audit", str(out), *more])


def test_children_found_wrong_are_left_out_of_the_audit_and_it_says_so(
    wrong_return: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.json", "a.html", "a.csv"):
        assert audit_of(wrong_return, tmp_path / name) == 0

    audit = ContinuityAudit.model_validate_json((tmp_path / "a.json").read_bytes())
    said = "Left out: 1 child whose rows the rules for a return find wrong."
    assert (audit.everyone.children, audit.could_not_be_judged, audit.counted_anyway) == (19, 1, 0)
    assert said in audit.caveats
    assert said in (tmp_path / "a.html").read_text()
    assert '"left out, could not be judged",children,1' in (tmp_path / "a.csv").read_text()
    assert "find their rows wrong: C00 (SW" in " ".join(capsys.readouterr().err.split())
    assert "C00" not in (tmp_path / "a.html").read_text() + (tmp_path / "a.json").read_text()


def test_children_found_wrong_are_counted_when_asked_and_it_says_so(wrong_return: Path, tmp_path: Path) -> None:
    for name in ("a.json", "a.html", "a.csv"):
        assert audit_of(wrong_return, tmp_path / name, "--count-anyway") == 0

    audit = ContinuityAudit.model_validate_json((tmp_path / "a.json").read_bytes())
    said = "Counted as asked: 1 child whose rows the rules for a return find wrong."
    assert (audit.everyone.children, audit.could_not_be_judged, audit.counted_anyway) == (20, 0, 1)
    assert said in audit.caveats
    assert said in (tmp_path / "a.html").read_text()
    assert "counted anyway,children,1" in (tmp_path / "a.csv").read_text()


def test_children_left_out_are_listed_for_those_who_may_see_them(wrong_return: Path, tmp_path: Path) -> None:
    audit_of(wrong_return, tmp_path / "a.html", "--with-children")
    audit_of(wrong_return, tmp_path / "a.json", "--with-children")

    assert "<strong>Left out:</strong> <bdi>C00</bdi>" in (tmp_path / "a.html").read_text()
    assert json.loads((tmp_path / "a.json").read_text())["not_judged"] == ["C00"]


def test_a_return_in_which_every_child_is_wrong_is_no_audit(
    wrong_return: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = wrong_return / "SWEpisodes.csv"
    table.write_text("\n".join([table.read_text().splitlines()[0], *table.read_text().splitlines()[-2:]]))

    assert audit_of(wrong_return, tmp_path / "a.html") == 2
    assert "find the rows of every child wrong" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "a.html").exists()


def test_a_child_whose_only_row_is_wrong_does_not_keep_the_others_from_being_counted(
    wrong_return: Path, tmp_path: Path
) -> None:
    heading = (wrong_return / "SWEpisodes.csv").read_text().splitlines()[0]
    rows = [heading, "C1,01/05/2012,SW1,01/09/2023,01/05/2023,MANAGE"]
    (wrong_return / "SWEpisodes.csv").write_text("\n".join([*rows, "C2,01/05/2012,SW1,01/09/2023,,MANAGE"]))

    assert audit_of(wrong_return, tmp_path / "a.json") == 0
    assert json.loads((tmp_path / "a.json").read_text())["could_not_be_judged"] == 1


def test_a_source_that_knows_nothing_of_before_cannot_be_audited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = Path(__file__).parents[1] / "plugins" / "data" / "annex_a"

    code = run(["changes", "--source", f"annex-a:{lists}", "--audit", str(tmp_path / "a.html")])

    assert code == 2
    assert "changes cannot be counted from it" in " ".join(capsys.readouterr().err.split())
