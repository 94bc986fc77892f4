"""A reader for a system of your own, and the plugin that offers it. Everybody in the file it reads is made up.

The system exports ``caseload.txt``: semicolons between the cells, days as 31/03/2025, and the last day of a spell where
relationkit keeps the first day after.
"""

import csv
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from relationkit.continuity import worker_histories
from relationkit.errors import InvalidRecordError, SourceNotFoundError, UnreadableSourceError
from relationkit.plugins import (
    AdapterSpec,
    StreamedReader,
    contract_order,
    create_plugin_manager,
    hookimpl,
    open_adapter,
)
from relationkit.records import Assignment, FrozenModel

RecordT = TypeVar("RecordT", bound=FrozenModel)

#: Our field, their column.
COLUMNS = {"id": "Ref", "child_id": "Person", "worker_id": "Worker", "started_on": "From", "ended_on": "To"}


class CaseloadReader(StreamedReader):
    """Reads ``caseload.txt``; it holds assignments and nothing else."""

    def __init__(self, where: str) -> None:
        self.path = Path(where)
        if not self.path.is_file():
            raise SourceNotFoundError(f"caseload:{where}", "there is no such file", "Check the path")
        super().__init__(f"caseload:{where}", {"assignments"})

    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        """Return every record of one kind, in the order that every reader keeps; asked only for kinds it holds."""
        return (row for row in sorted(self._read(), key=contract_order) if isinstance(row, record))

    def _read(self) -> Iterator[Assignment]:
        with self.path.open(encoding="utf-8", newline="") as text:
            rows = csv.DictReader(text, delimiter=";", restval="?")  # a cell cut off is not an empty one
            if missing := sorted(set(COLUMNS.values()) - set(rows.fieldnames or ())):
                raise UnreadableSourceError(self.source, f"it lacks the column {', '.join(missing)}", "Export it again")
            for number, row in enumerate(rows, start=2):
                try:
                    yield assignment_of(row)
                except InvalidRecordError as error:
                    for problem in error.problems:  # told in their words: the file, the row, the column
                        column = COLUMNS.get(problem.field or "")
                        remedy = problem.remedy.replace("2025-03-31", "31/03/2025")
                        self._log.add(replace(problem, where=self.path.name, row=number, field=column, remedy=remedy))


def assignment_of(row: dict[str, str]) -> Assignment:
    """Return the record that a row makes; a row that makes none is refused with what is wrong."""
    fields: dict[str, object] = {field: row[column] for field, column in COLUMNS.items()}
    ends = day(row["To"], later=1) if row["To"] else None
    return Assignment.model_validate(
        {**fields, "role": "social_worker", "started_on": day(row["From"]), "ended_on": ends}
    )


def day(text: str, *, later: int = 0) -> date | str:
    """Return the day, so many days later; what is no day is handed on for the record to refuse."""
    try:
        return date(*reversed([int(part) for part in text.split("/")])) + timedelta(days=later)
    except (TypeError, ValueError):
        return text


@hookimpl
def relationkit_adapters() -> Iterable[AdapterSpec]:
    """Offer the reader as ``--source caseload:FILE``."""
    yield AdapterSpec(
        name="caseload",
        target="write_an_adapter:CaseloadReader",
        summary="The caseload export of Example Case System",
        where="a file such as caseload.txt",
        capabilities=frozenset({"assignments"}),
    )


CASELOAD = """\
Ref;Person;Worker;From;To
77;K1;SW1;03/04/2023;31/05/2024
78;K1;SW2;01/06/2024;
79;K2;SW1;31/02/2024;
"""


def main() -> None:
    """Read a small export as ``relationkit`` would once the plugin is installed."""
    manager = create_plugin_manager()
    manager.register(sys.modules[__name__], name="caseload")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "caseload.txt")
        path.write_text(CASELOAD, encoding="utf-8")
        with open_adapter(f"caseload:{path}", manager) as reader:
            for child_id, history in worker_histories(reader.assignments()):
                print(child_id, *(f"{spell.worker_id} from {spell.started_on}" for spell in history), sep="  ")
            print("Left out:", *reader.problems, sep="\n  ")


if __name__ == "__main__":
    main()
