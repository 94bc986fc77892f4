"""Every promise that an adapter makes, tested by relationkit's own kit. Everybody in it is made up."""

import csv
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hollybank.reader import AUTOMATIC, CHANNELS, MEETINGS, OUTCOMES, POSTS, REASONS, WAYS, HollybankReader

from relationkit.plugins.testing import EMPTY, AdapterConformance, Scenario
from relationkit.records import LONDON, Assignment, Child, Message, Record, Session, Worker

#: Our words, theirs.
POST_OF, REASON_OF, CHANNEL_OF, MEETING_OF, OUTCOME_OF = (
    {ours: theirs for theirs, ours in words.items()} for words in (POSTS, REASONS, CHANNELS, MEETINGS, OUTCOMES)
)
#: Which of their ways says what two of our fields say.
WAY_OF = {(WAYS[way], AUTOMATIC[way]): way for way in WAYS}
#: The columns of each file; a file may hold rows of several kinds.
FILES: dict[str, dict[str, None]] = {}
for table in HollybankReader.tables.values():
    FILES.setdefault(table.where, {}).update(dict.fromkeys(table.columns.values()))


class HollybankHarness:
    """How the kit fills the source: it writes the files as the system would, without the reader."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> HollybankReader:
        return HollybankReader(str(self.folder))

    def clear(self) -> None:
        self.load(EMPTY)

    def load(self, scenario: Scenario) -> None:
        rows = [row for record in scenario.records for row in in_their_words(record)]
        for name, columns in FILES.items():
            with (self.folder / name).open("w", encoding="utf-8", newline="") as text:
                file = csv.DictWriter(text, columns, restval="", delimiter=";")
                file.writeheader()
                file.writerows(row for where, row in rows if where == name)

    def spoil(self) -> str:
        row = "99;C2;SW2;Social Worker;Quillaby;;\n"
        with (self.folder / "key-workers.csv").open("a", encoding="utf-8") as text:
            text.write(row)
        return row


def in_their_words(record: Record) -> list[tuple[str, dict[str, str | None]]]:
    """Return the file and the row that a record is; nothing where they hold no such kind."""
    row: dict[str, str | None]
    match record:
        case Child():
            row = {"Number": record.id, "Preferred name": record.chosen_name, "Born": day(record.born_on)}
            return [("young-people.csv", row)]
        case Worker():
            return [("staff.csv", {"Staff number": record.id, "Name": record.name, "Post": POST_OF[record.role]})]
        case Assignment():
            last = None if record.ended_on is None else record.ended_on - timedelta(days=1)
            row = {"Link": record.id, "Number": record.child_id, "Staff number": record.worker_id}
            row |= {"As": POST_OF[record.role], "Since": day(record.started_on), "Until": day(last)}
            return [("key-workers.csv", row | {"Why": record.reason and REASON_OF[record.reason]})]
        case Message():
            row = {"Ref": record.id, "Number": record.child_id, "Staff number": record.worker_id}
            row |= {"What": CHANNEL_OF[record.channel], "Way": WAY_OF[record.direction, record.kind]}
            return [("contacts.csv", row | {"When": shown(record.at)})]
        case Session():
            row = {"Ref": record.id, "Number": record.child_id, "Staff number": record.worker_id}
            row |= {"What": MEETING_OF[record.kind], "How it went": OUTCOME_OF[record.status]}
            return [("contacts.csv", row | {"When": shown(record.starts_at), "Until": shown(record.ends_at)})]
    return []


def day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def shown(at: datetime) -> str:
    """Return what a clock on the wall showed, with the mark that tells the two passes of an October hour apart."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M %Z}"


class TestHollybank(AdapterConformance):
    """The kit over the reader."""

    #: What the files can hold of each record, where that is not every field.
    fields: ClassVar[Mapping[str, Collection[str]]] = {
        kind: (*table.columns, *table.always) for kind, table in HollybankReader.tables.items()
    }
    known_gaps: ClassVar[Mapping[str, str]] = {"RK-C-059": "Hollybank writes times in whole minutes"}

    @pytest.fixture
    def harness(self, tmp_path: Path) -> HollybankHarness:
        return HollybankHarness(tmp_path)
