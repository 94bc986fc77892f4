"""The csv folder: what is written comes back, and opens safely in a spreadsheet."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.errors import NotSupportedError
from relationkit.plugins.adapters.csv_folder import CsvAdapter, write_csv_folder
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.ordered import OrderedRows
from relationkit.plugins.specs import KINDS
from relationkit.plugins.testing import EVERY_KIND
from relationkit.records import Worker


def test_everything_that_is_written_comes_back(tmp_path: Path) -> None:
    memory = MemoryAdapter(records=EVERY_KIND.records)

    counts = write_csv_folder(memory, tmp_path / "new" / "folder")

    with CsvAdapter(str(tmp_path / "new" / "folder")) as folder:
        for kind in KINDS:
            assert list(getattr(folder, kind)()) == list(getattr(memory, kind)())
        assert folder.problems == []
    assert counts["messages"] == 4
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(f"{k}.csv" for k in KINDS)


def test_a_kind_without_a_file_is_not_held(tmp_path: Path) -> None:
    (tmp_path / "workers.csv").write_text("id,name,role\nSW1,Wren,manager\n")

    with pytest.raises(NotSupportedError, match="does not hold messages"):
        CsvAdapter(str(tmp_path)).messages()


@pytest.mark.parametrize("sign", ["=1+1", "+44", "-1", "@SUM(A1)", "'=1", "''@x", " =1"])
def test_no_cell_is_a_formula_and_it_still_comes_back(tmp_path: Path, sign: str) -> None:
    worker = Worker.model_validate({"id": "W1", "name": sign, "role": "manager"})
    write_csv_folder(MemoryAdapter(records=[worker]), tmp_path)

    with (tmp_path / "workers.csv").open(encoding="utf-8-sig", newline="") as text:
        (_, row) = csv.reader(text)
    assert row[1].lstrip()[0] == "'"
    assert [found.name for found in CsvAdapter(str(tmp_path)).workers()] == [sign]


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text.strip() == text),
        min_size=1,
        max_size=5,
    )
)
def test_any_name_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    workers = [Worker.model_validate({"id": f"W{n}", "name": name, "role": "duty"}) for n, name in enumerate(names)]
    write_csv_folder(MemoryAdapter(records=workers), folder)

    assert list(CsvAdapter(str(folder)).workers()) == workers


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(st.text("aB1 é𝄞", min_size=1, max_size=3), st.text("aB1 é𝄞", min_size=1, max_size=3))),
    limit=st.integers(0, 10),
)
def test_rows_come_in_order_in_memory_or_out_of_it(rows: list[tuple[str, str]], limit: int) -> None:
    ordered = OrderedRows(in_memory=limit)
    kept = [ordered.add((key,), (place,), (key, place, None)) for key, place in rows]
    first = dict(reversed(rows))

    assert list(ordered) == sorted(
        ((key, place, None) for key, place in first.items()), key=lambda row: (row[1], row[0])
    )
    assert sum(kept) == len(first)
    ordered.close()
