"""Small tables beside a large one: what one question needs lies where the table lies of which it is asked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from relationkit.bulk.opened import OpenedTable, Relation

__all__ = ["Beside", "fetched", "queried"]

_LETTERS: Final = 12


class Beside:
    """A table and, beside it in its connection or session, smaller ones.

    Attributes:
        main: The table.
        steps: A step for each of the others, that gives it its name in a statement.
    """

    def __init__(self, main: OpenedTable) -> None:
        self.main = main
        self.steps: list[str] = []
        self._prefix = f"relationkit_{uuid4().hex[:_LETTERS]}_"  # several processes may share one session

    def bring_rows(
        self, name: str, headings: Sequence[str], rows: Sequence[Sequence[object]], kinds: Mapping[str, str]
    ) -> None:
        """Bring rows of ours.

        Args:
            name: What the table is called in the statement.
            headings: Its columns.
            rows: Its rows; ``None`` and empty text are nothing.
            kinds: The types of the columns that are not whole numbers.
        """
        self.main.lay_rows(f"{self._prefix}{name}", headings, rows, kinds)
        self._name(name)

    def bring_relation(self, name: str, relation: Relation, *, of: OpenedTable) -> None:
        """Bring an answer of another table.

        Raises:
            UnreadableSourceError: It lies where the main table does not.
        """
        self.main.lay_answer(f"{self._prefix}{name}", relation, of=of)
        self._name(name)

    def keep(self, name: str, *steps: str) -> None:
        """Keep the answer to any steps about the table itself: an engine that can works it out only once."""
        self.main.keep(f"{self._prefix}{name}", steps)
        self._name(name)

    def _name(self, name: str) -> None:
        self.steps.append(f"{name} AS (SELECT * FROM {self._prefix}{name})")  # noqa: S608  our names


def queried(opened: OpenedTable, *steps: str, called: str = "source") -> Relation:
    """Return the answer to any steps and, last, the rows that are asked for.

    They read the table as ``source``, or as it is called: a table that is such an answer itself needs another name.
    """
    return opened.ask(steps, called=called)


def fetched(opened: OpenedTable, *steps: str, called: str = "source") -> list[tuple[Any, ...]]:
    """Return the rows of such an answer; only those that are few are asked for."""
    return opened.fetch(opened.ask(steps, called=called))
