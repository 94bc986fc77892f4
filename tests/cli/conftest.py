"""Run a command as a person would, and see what it printed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relationkit.cli.app import run
from relationkit.cli.sources import plugins_installed


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def relationkit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., Printed]]:
    """Give a function that runs ``relationkit`` with arguments, in an empty folder and as in a process of its own."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Printed:
        plugins_installed.cache_clear()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Printed(code, printed.out, printed.err)

    yield command
    plugins_installed.cache_clear()


#: The moment that the synthetic council is made for.
COUNCIL_NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)

SPELLS = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n"


@pytest.fixture
def returned(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes a statutory folder and returns its source; every person in it is made up."""

    def write(*rows: str, heading: str = SPELLS, **files: str) -> str:
        folder = tmp_path / "return"
        folder.mkdir(exist_ok=True)
        (folder / "SWEpisodes.csv").write_text(heading + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return f"ssda903:{folder}"

    return write


@pytest.fixture(scope="session")
def council(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small synthetic council in a database, as ``sql:PATH``."""
    from relationkit.plugins.adapters.sql import SqlAdapter
    from relationkit.samples import SampleCouncil

    path = tmp_path_factory.mktemp("council") / "council.db"
    with SqlAdapter.create(str(path)) as adapter:
        adapter.write(SampleCouncil(50, seed=3, now=COUNCIL_NOW).records())
    return f"sql:{path}"
