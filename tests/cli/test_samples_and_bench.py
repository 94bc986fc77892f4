"""``relationkit samples`` and ``bench``: what is written is what was made, and what each engine finds agrees."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from relationkit.cli.samples import TABLES, _converter
from relationkit.records import Message
from relationkit.samples import SampleCouncil

NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)


def test_samples_go_into_no_folder_that_holds_something(relationkit: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()

    done = relationkit("samples", "--out", tmp_path)

    assert done.code == 2
    assert "not an empty folder. Name one that is new or empty." in " ".join(done.err.split())


@pytest.mark.long
def test_the_tables_of_a_region_hold_every_record_under_its_councils_number(relationkit: Any, tmp_path: Path) -> None:
    out = tmp_path / "region"

    done = relationkit(
        "samples", "--out", out, "--children", 50, "--councils", 2, "--seed", 3, "--now", NOW.isoformat()
    )

    assert done.code == 0
    for number, seed in ((1, 3), (2, 4)):
        council = SampleCouncil(50, seed=seed, now=NOW)
        for table in TABLES:
            path = out / table / f"council-{number:03}.parquet"
            with duckdb.connect() as connection:
                found = connection.read_parquet(str(path))
                assert found.columns == list(TABLES[table])
                rows = found.project(as_we_read(found)).fetchall()
            assert rows == [expected(record, TABLES[table], number) for record in getattr(council, table)()], table
    assert not list(out.rglob("*.part"))


def as_we_read(found: duckdb.DuckDBPyRelation) -> str:
    kinds = zip(found.columns, map(str, found.types), strict=True)
    return ", ".join(f'epoch_us("{name}")' if kind.startswith("TIMESTAMP") else f'"{name}"' for name, kind in kinds)


def expected(record: Any, columns: tuple[str, ...], number: int) -> tuple[Any, ...]:
    own = {"id", "child_id", "worker_id", "cover_for", "cover_id", "thread", "team"}
    cells = zip(columns, attrgetter(*columns)(record), strict=True)
    return tuple(plain(cell if name not in own or cell is None else f"c{number:03}-{cell}") for name, cell in cells)


def plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return (cell - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return str(cell) if isinstance(cell, str) else cell


@pytest.mark.long
def test_a_table_is_written_in_the_memory_of_a_few_records(tmp_path: Path) -> None:
    def messages() -> Iterator[Message]:
        for number in range(20_000):
            yield Message(id=f"m{number}", child_id="c", at=NOW, direction="from_child", channel="text")

    with _converter() as convert:
        tracemalloc.start()
        convert(messages(), TABLES["messages"], "", tmp_path / "messages.parquet")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert most < 1_000_000  # a list of them takes twenty times as much
    assert duckdb.read_parquet(str(tmp_path / "messages.parquet")).count("*").fetchall() == [(20_000,)]


@pytest.mark.long
def test_every_engine_that_is_measured_finds_as_much_as_plain_python(relationkit: Any) -> None:
    found = {engine: relationkit("bench", "--rows", 2000, "--engine", engine, "--json").json for engine in ENGINES}

    for document in found.values():
        rows = document["measured"]
        assert [(each["engine"] == "plain Python", each["rows"]) for each in rows] == [(True, 2000), (False, 2000)] * 2
        assert rows[0]["found"] == rows[1]["found"] > 10
        assert rows[2]["found"] == rows[3]["found"] > 100
        assert all(each["seconds"] > 0 and each["megabytes"] > 10 for each in rows)


ENGINES = ("objects", "duckdb")


@pytest.mark.long
def test_too_little_memory_is_one_line_that_says_what_to_do(relationkit: Any) -> None:
    done = relationkit("bench", "--rows", 20_000, "--memory-limit", "2MB")

    assert done.code == 2
    said = " ".join(done.err.split())
    assert "there is no room to work in" in said
    assert "Raise memory_limit" in said
    assert "Traceback" not in said
