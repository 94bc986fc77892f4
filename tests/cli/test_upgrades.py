"""``relationkit upgrade-database``: what it says, what it changes, and whom it refuses."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from relationkit.plugins.adapters.sql_store import LATEST_LAYOUT

FIRST = Path(__file__).parents[1] / "plugins" / "data" / "first_layout.sqlite.sql"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file as the first release left it."""
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.executescript(FIRST.read_text(encoding="utf-8"))
    database.close()
    return tmp_path / "old.db"


def test_a_database_is_upgraded_once_and_doctor_says_how_it_stands(relationkit: Any, old: Path) -> None:
    before = old.read_bytes()
    waits = relationkit("doctor", "--source", f"sql:{old}", "--json")
    shown = relationkit("upgrade-database", "--source", f"sql:{old}", "--dry-run")
    assert old.read_bytes() == before
    done = relationkit("upgrade-database", "--source", f"sql:{old}")
    again = relationkit("upgrade-database", "--source", f"sql:{old}", "--dry-run")

    (line,) = (line for line in waits.json["findings"] if line["what"] == "Database layout")
    assert (line["health"], line["found"]) == ("note", "made before versions were kept; an upgrade waits")
    assert (waits.code, shown.code, done.code, again.code) == (0, 0, 0, 0)
    assert shown.out.startswith("BEGIN;")
    assert f"from tables without a version to version {LATEST_LAYOUT}" in done.out
    assert len(done.out.splitlines()) == 1 + int(LATEST_LAYOUT)
    assert again.out == ""
    assert "the latest" in again.err


@pytest.mark.parametrize("source", ["csv:export", "case.db", "sql:"])
def test_another_source_is_refused(relationkit: Any, source: str) -> None:
    done = relationkit("upgrade-database", "--source", source)

    assert done.code == 2
    assert "sql:WHERE" in done.err
