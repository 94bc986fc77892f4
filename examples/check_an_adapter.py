"""The conformance kit on the reader of ``write_an_adapter.py``: what every adapter promises, tested."""

from datetime import timedelta
from pathlib import Path

import pytest
from write_an_adapter import CaseloadReader

from relationkit.plugins.testing import AdapterConformance, Scenario
from relationkit.records import Assignment

COLUMNS = CaseloadReader.tables["assignments"].columns


class CaseloadHarness:
    """How the kit fills the source: it writes the file as the system would, without the reader."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> CaseloadReader:
        return CaseloadReader(str(self.path))

    def load(self, scenario: Scenario) -> None:
        rows = [";".join(COLUMNS.values())]
        for each in scenario.records:
            if isinstance(each, Assignment):
                last = "" if each.ended_on is None else f"{each.ended_on - timedelta(days=1):%d/%m/%Y}"
                rows.append(f"{each.id};{each.child_id};{each.worker_id};{each.started_on:%d/%m/%Y};{last}")
        self.path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    def clear(self) -> None:
        self.load(Scenario("empty", ()))

    def spoil(self) -> str:
        row = "99;C2;SW2;Quillaby;\n"
        with self.path.open("a", encoding="utf-8") as text:
            text.write(row)
        return row


class TestCaseload(AdapterConformance):
    #: What the file can hold of an assignment: no reason, no team.
    fields = {"assignments": (*COLUMNS, "role")}  # noqa: RUF012 - the kit's own attribute

    @pytest.fixture
    def harness(self, tmp_path: Path) -> CaseloadHarness:
        return CaseloadHarness(tmp_path / "caseload.txt")


if __name__ == "__main__":
    raise SystemExit(pytest.main(["-q", "-p", "no:cacheprovider", __file__]))
