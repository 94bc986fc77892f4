"""The reader: which of their columns is which of our fields, and where the rows come from."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

from relationkit.errors import SourceNotFoundError, UnreadableSourceError
from relationkit.plugins import RowReader, RowTable

__all__ = ["HollybankReader"]

#: Their posts, our roles.
POSTS = {"Social Worker": "social_worker", "Leaving Care Adviser": "personal_adviser"}
#: Why a worker began, in their words and in ours.
REASONS = {"FIRST": "first_contact", "LEFT": "left_role"}


def day_after(text: str) -> date:
    """Return the first day after their last one: relationkit's ends are the first day that is over."""
    return date.fromisoformat(text) + timedelta(days=1)


class HollybankReader(RowReader):
    """Reads a folder that Hollybank exports."""

    tables: ClassVar[Mapping[str, RowTable]] = {
        "children": RowTable(
            where="young-people.csv",
            columns={"id": "Number", "chosen_name": "Preferred name", "born_on": "Born"},
            values={"born_on": date.fromisoformat},
            first_row=2,
        ),
        "workers": RowTable(
            where="staff.csv",
            columns={"id": "Staff number", "name": "Name", "role": "Post"},
            values={"role": POSTS},
            first_row=2,
        ),
        "assignments": RowTable(
            where="key-workers.csv",
            columns={
                "id": "Link",
                "child_id": "Number",
                "worker_id": "Staff number",
                "role": "As",
                "started_on": "Since",
                "ended_on": "Until",
                "reason": "Why",
            },
            values={"role": POSTS, "started_on": date.fromisoformat, "ended_on": day_after, "reason": REASONS},
            first_row=2,
        ),
    }

    def __init__(self, where: str) -> None:
        """Open the folder; its files are read when their kind is first asked for."""
        super().__init__(f"hollybank:{where}")
        self._folder = Path(where)
        if not self._folder.is_dir():
            raise SourceNotFoundError(self.source, "there is no such folder", "Check the path")

    def rows(self, kind: str) -> Iterator[Mapping[str, str]]:
        """Give the rows of one file, as a mapping from its columns."""
        table = self.tables[kind]
        path = self._folder / table.where
        if not path.is_file():
            raise SourceNotFoundError(self.source, f"{table.where} is not in the folder", "Export it again")
        with path.open(encoding="utf-8-sig", newline="") as text:
            found = csv.DictReader(text, delimiter=";")
            if missing := sorted(set(table.columns.values()) - set(found.fieldnames or ())):
                what = f"{table.where} lacks the column {', '.join(missing)}"
                raise UnreadableSourceError(self.source, what, "Export it again")
            yield from found
