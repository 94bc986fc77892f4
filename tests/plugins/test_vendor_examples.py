"""The worked plugins of two made-up vendors: each a distribution of its own, conformant, typed and short."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDORS = ("vendor-rest", "vendor-sql")


def run_in(vendor: str, *arguments: str) -> str:
    folder = ROOT / "examples" / vendor
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(["src", "tests", str(ROOT)])}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=500, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_worked_plugin_is_under_200_lines(vendor: str) -> None:
    sources = (ROOT / "examples" / vendor / "src").rglob("*.py")

    assert sum(len(source.read_text(encoding="utf-8").splitlines()) for source in sources) < 200


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_worked_plugin_keeps_every_promise_of_the_kit(vendor: str) -> None:
    printed = run_in(vendor, "pytest", "-q", "-p", "no:cacheprovider")

    assert "passed" in printed
    assert "xfailed" not in printed


@pytest.mark.long
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_worked_plugin_is_typed(vendor: str, tmp_path: Path) -> None:
    assert "Success" in run_in(vendor, "mypy", "--cache-dir", str(tmp_path))
