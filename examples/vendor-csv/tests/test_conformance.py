"""Every promise that an adapter makes, tested by relationkit's own kit. Everybody in it is made up."""

import csv
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hollybank.reader import POSTS, REASONS, HollybankReader

from relationkit.plugins.testing import EMPTY, AdapterConformance, Scenario
from relationkit.records import Assignment, Child, Worker

#: Our words, theirs.
POST_OF = {ours: theirs for theirs, ours in POSTS.items()}
REASON_OF = {ours: theirs for theirs, ours in REASONS.items()}


class HollybankHarness:
    """How the kit fills the source: it writes the files as the system would, without the reader."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> HollybankReader:
        return HollybankReader(str(self.folder))

    def clear(self) -> None:
        self.load(EMPTY)

    def load(self, scenario: Scenario) -> None:
        rows: dict[str, list[list[str]]] = {kind: [] for kind in HollybankReader.tables}
        for record in scenario.records:
            if isinstance(record, Child):
                rows["children"].append([record.id, record.chosen_name or "", written(record.born_on)])
            elif isinstance(record, Worker):
                rows["workers"].append([record.id, record.name, POST_OF[record.role]])
            elif isinstance(record, Assignment):
                last = None if record.ended_on is None else record.ended_on - timedelta(days=1)
                why = "" if record.reason is None else REASON_OF[record.reason]
                row = [record.id, record.child_id, record.worker_id, POST_OF[record.role]]
                rows["assignments"].append([*row, written(record.started_on), written(last), why])
        for kind, table in HollybankReader.tables.items():
            with (self.folder / table.where).open("w", encoding="utf-8", newline="") as text:
                csv.writer(text, delimiter=";").writerows([table.columns.values(), *rows[kind]])


def written(day: date | None) -> str:
    return "" if day is None else day.isoformat()


class TestHollybank(AdapterConformance):
    """The kit over the reader."""

    #: What the files can hold of each record, where that is not every field.
    fields: ClassVar[Mapping[str, Collection[str]]] = {
        kind: (*table.columns, *table.always) for kind, table in HollybankReader.tables.items()
    }

    @pytest.fixture
    def harness(self, tmp_path: Path) -> HollybankHarness:
        return HollybankHarness(tmp_path)
