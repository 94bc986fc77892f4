"""The page on other engines' faults names every fault, and only tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "faults-of-other-engines.md").read_text(encoding="utf-8")


def test_every_fault_has_its_row() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE)]

    assert sorted(numbers) == list(range(1, 35))
    assert len(re.findall(r"^\| read \|", PAGE, flags=re.MULTILINE)) == 2


def test_every_row_names_a_test() -> None:
    rows = re.findall(r"^\| (?:\d+|read) \|.*$", PAGE, flags=re.MULTILINE)

    assert all("`test_" in row for row in rows)


def test_every_test_it_names_exists() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))

    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []
