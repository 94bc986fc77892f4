"""A reader for a system of your own, and the plugin that offers it. Everybody in the file it reads is made up.

The system exports ``caseload.txt``: semicolons between the cells, days as 31/03/2025, and the last day of a spell where
relationkit keeps the first day after.
"""

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from relationkit.continuity import worker_histories
from relationkit.errors import SourceNotFoundError
from relationkit.plugins import AdapterSpec, RowReader, RowTable, create_plugin_manager, hookimpl, open_adapter


def uk_day(text: str) -> date:
    """Return the day of 31/03/2025."""
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone


def day_after(text: str) -> date:
    """Return the first day after their last one."""
    return uk_day(text) + timedelta(days=1)


class CaseloadReader(RowReader):
    """Reads ``caseload.txt``; it holds assignments and nothing else."""

    tables = {  # noqa: RUF012 - nobody changes it
        "assignments": RowTable(
            where="caseload.txt",
            # Our field, their column.
            columns={"id": "Ref", "child_id": "Person", "worker_id": "Worker", "started_on": "From", "ended_on": "To"},
            values={"started_on": uk_day, "ended_on": day_after},
            always={"role": "social_worker"},
        )
    }

    def __init__(self, where: str) -> None:
        self.path = Path(where)
        if not self.path.is_file():
            raise SourceNotFoundError(f"caseload:{where}", "there is no such file", "Check the path")
        super().__init__(f"caseload:{where}")

    def rows(self, kind: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        yield from self.csv_rows(kind, self.path, delimiter=";")


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
