"""Tables of a settings file, read so that every problem is named with its place and none hides another."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import TypeVar

from relationkit.errors import Problem, RelationkitError

__all__ = ["Findings", "Table", "perhaps"]


_Value = TypeVar("_Value")


def perhaps(word: str, known: Collection[str]) -> str:
    """Return the words that name the nearest known name; empty when none is near."""
    near = get_close_matches(word, sorted(known), n=1)
    return f", perhaps {near[0]!r} is meant" if near else ""


@dataclass
class Findings:
    """The problems of one file, in the order in which they were found.

    Attributes:
        where: What the file is called.
    """

    where: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: str | None, what: str, remedy: str, found: str | None = None) -> None:
        """Note a problem at a place, such as ``"calendars.office, hours"``."""
        remedy = remedy.rstrip(".")
        self.problems.append(Problem(self.where, what, remedy[:1].upper() + remedy[1:], field=place, found=found))

    def add_refusal(self, place: str, refusal: RelationkitError) -> None:
        """Note what a rule refused: its first sentence says what is wrong, the rest what to do."""
        what, _, remedy = str(refusal).partition(". ")
        self.add(place, what.rstrip("."), remedy or "Correct it")


class Table:
    """One table of the file.

    Args:
        findings: Where problems go.
        place: The table's name in them.
        values: As the file has them; something other than a table is noted, and read as an empty one.
        keys: Those that the table may have. Any other is noted with the nearest of them.
    """

    def __init__(self, findings: Findings, place: str, values: object, keys: Collection[str] | None = None) -> None:
        self.findings, self.place = findings, place
        if not isinstance(values, Mapping):
            findings.add(place or None, "is not a table", "Write it as a table of keys and values")
        self.values: Mapping[str, object] = values if isinstance(values, Mapping) else {}
        for key in self.values:
            if keys is not None and key not in keys:
                self.note(key, f"is not a key of this table{perhaps(key, keys)}", f"Use one of {', '.join(keys)}")

    def note(self, key: str, what: str, remedy: str, found: str | None = None) -> None:
        """Note a problem with one key."""
        self.findings.add(f"{self.place}, {key}" if self.place else key, what, remedy, found)

    def text(self, key: str, *, is_required: bool = False) -> str | None:
        """Return some text; ``None`` where the key is missing, or noted."""
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in self.values:
            self.note(key, "is not text", "Write it in quotation marks")
        elif is_required:
            self.note(key, "is missing", "Add it")
        return None

    def items(self, key: str) -> list[object]:
        """Return a list; empty where the key is missing, or noted."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.note(key, "is not a list", "Write it in square brackets, even for one value")
            return []
        return value

    def days(self, key: str) -> list[date]:
        """Return a list of days."""
        return [day for item in self.items(key) if (day := self.day(key, item)) is not None]

    def day(self, key: str, value: object) -> date | None:
        """Return a day written as a date, or as text like ``2025-12-24``; ``None`` when it is none, and noted."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        with suppress(ValueError):
            if isinstance(value, str):
                return date.fromisoformat(value)
        self.note(key, "is not a day", "Write it as 2025-12-24", str(value))
        return None

    def read(self, key: str, reader: Callable[[object], _Value]) -> _Value | None:
        """Return what ``reader`` makes of the value; ``None`` where it is missing, or refused with a ``ValueError``."""
        if key not in self.values:
            return None
        try:
            return reader(self.values[key])
        except ValueError as error:
            what, _, remedy = str(error).partition("; ")
            value = self.values[key]
            self.note(key, what, remedy, value if isinstance(value, str) else None)
            return None

    def tables(self, key: str, keys: Collection[str]) -> "Iterator[Table]":
        """Yield the tables of a list, each called by the key, its number from 1, and its name where it has one."""
        for number, values in enumerate(self.items(key), 1):
            name = values.get("name") if isinstance(values, Mapping) else None
            place = ", ".join(filter(None, (self.place, f"{key} {number}")))
            yield Table(self.findings, f"{place} {name!r}" if isinstance(name, str) else place, values, keys)
