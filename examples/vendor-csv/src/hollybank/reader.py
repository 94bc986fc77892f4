"""The reader: which of their columns is which of our fields, and where the rows come from."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from relationkit.errors import SourceNotFoundError
from relationkit.plugins import RowReader, RowTable

__all__ = ["HollybankReader"]

#: Their posts, our roles.
POSTS = {"Social Worker": "social_worker", "Leaving Care Adviser": "personal_adviser"}
#: Why a worker began, in their words and in ours.
REASONS = {"FIRST": "first_contact", "LEFT": "left_role"}
#: What a contact was: a message came by a channel, a meeting was of a kind.
CHANNELS = {"Text": "text", "E-mail": "email", "App": "app"}
MEETINGS = {"Visit": "visit", "Catch-up": "catch_up", "Goodbye": "goodbye"}
#: Which way a message went, and whether a machine wrote it.
WAYS = {"in": "from_child", "out": "to_child", "auto": "to_child"}
AUTOMATIC = {"in": "message", "out": "message", "auto": "automatic"}
#: What became of a meeting.
OUTCOMES = {"Planned": "planned", "Held": "held", "Called off": "cancelled"}
#: Their mark behind a time, and how far the clock was ahead of UTC.
CLOCKS = {"GMT": "+00:00", "BST": "+01:00"}


def day_after(text: str) -> date:
    """Return the first day after their last one: relationkit's ends are the first day that is over."""
    return date.fromisoformat(text) + timedelta(days=1)


def moment(text: str) -> datetime:
    """Return the moment of 2025-10-26 01:40 BST."""
    shown, _, mark = text.rpartition(" ")
    return datetime.fromisoformat(shown + CLOCKS[mark])


class HollybankReader(RowReader):
    """Reads a folder that Hollybank exports."""

    tables: ClassVar[Mapping[str, RowTable]] = {
        "children": RowTable(
            where="young-people.csv",
            columns={"id": "Number", "chosen_name": "Preferred name", "born_on": "Born"},
            values={"born_on": date.fromisoformat},
        ),
        "workers": RowTable(
            where="staff.csv",
            columns={"id": "Staff number", "name": "Name", "role": "Post"},
            values={"role": POSTS},
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
        ),
        "messages": RowTable(
            where="contacts.csv",
            columns={
                "id": "Ref",
                "child_id": "Number",
                "worker_id": "Staff number",
                "channel": "What",
                "direction": "Way",
                "kind": "Way",
                "at": "When",
            },
            values={"channel": CHANNELS, "direction": WAYS, "kind": AUTOMATIC, "at": moment},
        ),
        "sessions": RowTable(
            where="contacts.csv",
            columns={
                "id": "Ref",
                "child_id": "Number",
                "worker_id": "Staff number",
                "kind": "What",
                "starts_at": "When",
                "ends_at": "Until",
                "status": "How it went",
            },
            values={"kind": MEETINGS, "starts_at": moment, "ends_at": moment, "status": OUTCOMES},
        ),
    }

    def __init__(self, where: str) -> None:
        """Open the folder; its files are read when their kind is first asked for."""
        super().__init__(f"hollybank:{where}")
        self._folder = Path(where)
        if not self._folder.is_dir():
            raise SourceNotFoundError(self.source, "there is no such folder", "Check the path")

    def rows(self, kind: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Give the rows of one file that are of the kind, each with the line that it stands on."""
        table = self.tables[kind]
        for line, row in self.csv_rows(kind, self._folder / table.where, delimiter=";"):
            is_meeting = row.get("What") in MEETINGS
            if table.where != "contacts.csv" or is_meeting == (kind == "sessions"):
                yield line, row
