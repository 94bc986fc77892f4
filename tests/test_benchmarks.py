"""Every benchmark runs and prints figures; how large they are is nobody's test."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
ALL = BENCHMARKS / "all.py"


@pytest.mark.long
@pytest.mark.parametrize("script", sorted(set(BENCHMARKS.glob("*.py")) - {ALL}), ids=lambda script: script.name)
def test_a_benchmark_runs_small(script: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(script), "--rows", "1000"], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )

    assert run.returncode == 0, run.stderr
    assert any(character.isdigit() for character in run.stdout)
    assert script.name in (BENCHMARKS / "README.md").read_text()


@pytest.mark.long
def test_one_command_puts_what_they_print_on_one_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    command = [sys.executable, str(ALL), "--rows", "1000", "--only", "responses.py", "--page", str(page)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)

    written = page.read_text(encoding="utf-8")
    assert "\n## responses\n\nCompares `track_responses` with" in written
    assert "\nworking hours  " in written
    assert "| pydantic |" in written


def test_the_page_has_every_script() -> None:
    page = (BENCHMARKS.parent / "docs" / "reference" / "benchmarks.md").read_text(encoding="utf-8")

    assert [script.stem for script in set(BENCHMARKS.glob("*.py")) - {ALL} if f"\n## {script.stem}\n" not in page] == []
