"""Each row of what young people asked for names something that exists, and a page on which it runs."""

import importlib
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "what-young-people-asked-for.md"
ROWS = [line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]


def executed(page: str) -> str:
    """Return the blocks of a page that the documentation's own run executes."""
    return "".join(re.findall(r"(?ms)^```(?:python|console)\n(.*?)^```", page))


@pytest.mark.parametrize("row", ROWS[1:], ids=lambda row: row[0].strip())
def test_what_a_row_names_exists_and_runs_on_its_page(row: list[str]) -> None:
    called, link = row[2], re.search(r"\((.+)\)", row[3])
    names = re.findall(r"`([^`]+)`", called)
    assert link is not None
    assert names

    blocks = executed((PAGE.parent / link.group(1)).resolve().read_text(encoding="utf-8"))

    for name in names:
        if name.startswith("relationkit."):
            module, _, member = name.rpartition(".")
            assert member in importlib.import_module(module).__all__
            assert re.search(rf"\b{member}\b", blocks), f"{name} does not run on {link.group(1)}"
        else:
            assert f"$ {name} " in blocks, f"{name} does not run on {link.group(1)}"
