"""The pages on threats and data say what is so: every test that they name exists, every table is told of."""

import ast
import re
import sqlite3
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "explanation"
THREATS = (PAGES / "threat-model.md").read_text(encoding="utf-8")
DATA = (PAGES / "data-protection.md").read_text(encoding="utf-8")


def names_in(path: Path) -> set[str]:
    return {
        node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    }


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", THREATS)

    assert len(named) > 30
    missing = [f"{file}::{name}" for file, name in named if name not in names_in(ROOT / file)]
    assert missing == []


def test_every_threat_has_a_test_or_a_page() -> None:
    table = THREATS.partition("## Threats")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]

    assert len(rows) > 30
    assert [row for row in rows if "::test_" not in row and "](" not in row.split("|")[3]] == []


def test_every_table_of_a_new_database_is_told_of(tmp_path: Path) -> None:
    from relationkit.plugins.adapters.sql import SqlAdapter

    SqlAdapter.create(str(tmp_path / "new.db")).close()
    with closing(sqlite3.connect(tmp_path / "new.db")) as database:
        kept = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    told = set(re.findall(r"`(relationkit_\w+)`", DATA))

    assert told == {name for name in kept if name.startswith("relationkit_")}
