"""The page of the return's rules says what the table says."""

import runpy
from pathlib import Path

WRITER = Path(__file__).parents[2] / "docs" / "reference" / "write_return_rules.py"


def test_the_page_is_the_one_that_the_table_writes() -> None:
    written = runpy.run_path(str(WRITER))

    expected = written["page_text"]()
    assert written["PAGE"].read_text(encoding="utf-8") == expected, "run python docs/reference/write_return_rules.py"
