"""What bandit finds has its reason beside it, where ruff's rule of the same number has it too."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_everything_that_bandit_finds_has_a_reason_beside_it() -> None:
    pytest.importorskip("bandit", reason="bandit comes with the extra [dev]")
    command = [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "relationkit", "-f", "json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    written = json.loads(run.stdout)

    without = []
    for finding in written["results"]:
        lines = (ROOT / finding["filename"]).read_text(encoding="utf-8").splitlines()
        code = f"S{finding['test_id'].removeprefix('B')}"
        beside = [lines[number - 1].partition("# noqa: ")[2] for number in finding["line_range"]]
        whole_file = [line.partition("# ruff: noqa: ")[2] for line in lines[:10]]
        if not any(reason.startswith(code) and len(reason) > len(code) + 3 for reason in beside + whole_file):
            without.append(f"{finding['filename']}:{finding['line_number']} {finding['test_id']}")
    assert without == []
    assert written["errors"] == []
    assert len(written["results"]) > 10  # it looked
