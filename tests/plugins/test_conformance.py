"""Every built-in adapter keeps the promises of the port."""

import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relationkit.england.reasons import code_for_reason
from relationkit.plugins import CaseReader, open_adapter
from relationkit.plugins.adapters.base import RECORD_OF
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import TABLES, SqlAdapter
from relationkit.plugins.testing import EMPTY, AdapterConformance, Scenario
from relationkit.records import Assignment, Child, Placement

STATUTORY_FIELDS = {
    "children": ("id", "born_on"),
    "workers": ("id", "role", "registration"),
    "assignments": ("child_id", "worker_id", "role", "started_on", "ended_on", "reason"),
    "placements": ("child_id", "started_on", "ended_on", "regime"),
}
POSTGRES = os.environ.get("RELATIONKIT_TEST_POSTGRES", "")


class MemoryHarness:
    def __init__(self) -> None:
        self.records: tuple[Any, ...] = ()

    def open(self) -> CaseReader:
        return MemoryAdapter(records=self.records)

    def load(self, scenario: Scenario) -> None:
        self.records = scenario.records

    def clear(self) -> None:
        self.records = ()


class CsvHarness:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> CaseReader:
        return open_adapter(f"csv:{self.folder}")

    def load(self, scenario: Scenario) -> None:
        for kind, record in RECORD_OF.items():
            with (self.folder / f"{kind}.csv").open("w", newline="", encoding="utf-8") as text:
                writer = csv.DictWriter(text, list(record.model_fields))
                writer.writeheader()
                for row in scenario.records:
                    if isinstance(row, record):
                        # A formula would be kept from running by an apostrophe, as write_csv_folder does.
                        values = {name: "" if value is None else value for name, value in row.model_dump().items()}
                        writer.writerow({n: f"'{v}" if str(v)[:1] in ("=", "-") else v for n, v in values.items()})

    def clear(self) -> None:
        self.load(EMPTY)


class SqlHarness:
    def __init__(self, where: str) -> None:
        self.where = where
        SqlAdapter.create(where).close()

    def open(self) -> CaseReader:
        return open_adapter(f"sql:{self.where}")

    def load(self, scenario: Scenario) -> None:
        with SqlAdapter(self.where) as adapter:
            adapter.write(scenario.records)

    def clear(self) -> None:
        with SqlAdapter(self.where) as adapter, adapter._engine.begin() as connection:
            for table in TABLES.values():
                connection.execute(table.delete())


class Ssda903Harness:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> CaseReader:
        return open_adapter(f"ssda903:{self.folder}")

    def load(self, scenario: Scenario) -> None:
        born = {row.id: row.born_on for row in scenario.records if isinstance(row, Child)}
        spells = [
            (a.child_id, uk(born[a.child_id]), a.worker_id, uk(a.started_on), uk(a.ended_on),
             "" if a.reason is None else code_for_reason(a.reason))
            for a in scenario.records if isinstance(a, Assignment)
        ]  # fmt: skip
        episodes = [
            (p.child_id, uk(p.started_on), "S", "C2", "U1", uk(p.ended_on))
            for p in scenario.records
            if isinstance(p, Placement)
        ]
        self._write("SWEpisodes", ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"), spells)
        self._write("Header", ("CHILD", "SEX", "DOB"), [(child, "2", uk(day)) for child, day in born.items()])
        self._write("Episodes", ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC"), episodes)

    def clear(self) -> None:
        self.load(EMPTY)

    def _write(self, name: str, heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8-sig") as text:
            csv.writer(text).writerows([heading, *rows])


class DfeApiHarness:
    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> CaseReader:
        return open_adapter(f"dfe-api:{self.path}")

    def load(self, scenario: Scenario) -> None:
        children = [self._child(row, scenario) for row in scenario.records if isinstance(row, Child)]
        self.path.write_text(json.dumps(children, default=str))

    def clear(self) -> None:
        self.path.write_text("[]")

    def _child(self, child: Child, scenario: Scenario) -> dict[str, Any]:
        spells = [
            {"worker_id": row.worker_id, "start_date": row.started_on, "end_date": row.ended_on}
            for row in scenario.records
            if isinstance(row, Assignment) and row.child_id == child.id
        ]
        placements = [
            {"start_date": row.started_on, "end_date": row.ended_on, "placement_type": "U1"}
            for row in scenario.records
            if isinstance(row, Placement) and row.child_id == child.id
        ]
        episode = {"care_worker_details": spells, "child_looked_after_placements": placements}
        return {"la_child_id": child.id, "date_of_birth": child.born_on, "social_care_episodes": [episode]}


def uk(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


class TestMemory(AdapterConformance):
    @pytest.fixture
    def harness(self) -> MemoryHarness:
        return MemoryHarness()


class TestCsv(AdapterConformance):
    @pytest.fixture
    def harness(self, tmp_path: Path) -> CsvHarness:
        return CsvHarness(tmp_path)


class TestSqlite(AdapterConformance):
    @pytest.fixture
    def harness(self, tmp_path: Path) -> SqlHarness:
        return SqlHarness(str(tmp_path / "case.db"))


@pytest.mark.postgres
@pytest.mark.skipif(not POSTGRES, reason="RELATIONKIT_TEST_POSTGRES names no server")
class TestPostgresql(AdapterConformance):
    @pytest.fixture
    def harness(self) -> SqlHarness:
        return SqlHarness(POSTGRES)


class TestSsda903(AdapterConformance):
    fields = STATUTORY_FIELDS

    @pytest.fixture
    def harness(self, tmp_path: Path) -> Ssda903Harness:
        return Ssda903Harness(tmp_path)


class TestDfeApi(AdapterConformance):
    fields = STATUTORY_FIELDS | {"assignments": STATUTORY_FIELDS["assignments"][:-1]}

    @pytest.fixture
    def harness(self, tmp_path: Path) -> DfeApiHarness:
        return DfeApiHarness(tmp_path / "payload.json")


def test_a_test_of_the_kit_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="overrides test_records_come_in_order"):
        type("Ours", (AdapterConformance,), {"test_records_come_in_order": lambda self: None})


def test_a_gap_names_a_test_of_the_kit() -> None:
    with pytest.raises(TypeError, match="gap test_nothing, which is not a test"):
        type("Ours", (AdapterConformance,), {"known_gaps": {"test_nothing": "no reason"}})
