"""What the statutory sources share: they hold spells without ids and workers without names.

Their rows are put in the contract's order here and given an id that is the same on every run, whatever the order of
the rows.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeVar

from relationkit.errors import Problem
from relationkit.plugins.adapters.problems import ProblemLog, showable
from relationkit.plugins.adapters.sorted_rows import SortedRows, TextRow
from relationkit.records import Assignment, Child, ChildId, FrozenModel, Placement, Role, Worker, WorkerId

__all__ = ["REGISTERED", "SpellTables", "iso", "spell_id", "worker_of"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

#: Social Work England numbers, as :class:`~relationkit.records.Worker` keeps them.
REGISTERED: Final = re.compile(r"SW[0-9A-Z]{1,10}")


def spell_id(*parts: str, ordinal: int = 1) -> str:
    """Return the id of a spell that its source gives none: the same for the same spell on every run.

    >>> spell_id("C1", "SW1", "2023-04-01"), spell_id("C1", "SW1", "2023-04-01", ordinal=2)
    ('C1:SW1:2023-04-01', 'C1:SW1:2023-04-01:02')

    Args:
        parts: What tells it apart: the child, the worker, the first day.
        ordinal: From 2 on for further spells that the parts do not tell apart.
    """
    text = ":".join(map(_escaped, parts))
    return text if ordinal == 1 else f"{text}:{ordinal:02d}"


@lru_cache(maxsize=65_536)
def _escaped(part: str) -> str:
    return part.replace("%", "%25").replace(":", "%3A")


def iso(day: date | None) -> str | None:
    """Return the day as ISO text, or ``None`` for none."""
    return None if day is None else day.isoformat()


def worker_of(worker_id: str) -> Worker:
    """Return the social worker of an id: these sources hold no names, so the name says only the id."""
    return Worker(
        id=WorkerId(worker_id),
        name=f"Worker {worker_id}",
        role=Role.SOCIAL_WORKER,
        registration=worker_id if REGISTERED.fullmatch(worker_id) else None,
    )


class SpellTables:
    """The children, workers, assignments and placements of a statutory source, each kept once.

    What is added has been checked: ids are printable and not blank, days are ISO text, none ends before it starts.
    """

    def __init__(self, source_name: str, log: ProblemLog) -> None:
        self._source_name, self._log = source_name, log
        self._rows = {record: SortedRows() for record in (Child, Worker, Assignment, Placement)}
        self._last_child: TextRow = ()

    def add_child(self, child_id: str, born_on: str | None) -> None:
        """Keep a child with the date of birth that this row gives, if any."""
        row = (child_id, born_on or "")
        if row != self._last_child:  # rows of one child mostly stand together
            self._rows[Child].add(row)
            self._last_child = row

    def add_spell(self, child_id: str, worker_id: str, started: str, ended: str | None, reason: str | None) -> None:
        """Keep a social worker's spell, and the worker."""
        self._rows[Assignment].add((child_id, started, worker_id, ended or "", reason or ""))
        self._rows[Worker].add((worker_id,))

    def add_placement(
        self, child_id: str, started: str, ended: str | None, regime: str, *, place: str = "", goes_on: bool = False
    ) -> None:
        """Keep a placement, or a part of one.

        Args:
            child_id: Whose it is.
            started: The first day.
            ended: The day on which it ended.
            regime: The visit regime.
            place: Where, as the source's code.
            goes_on: Whether this goes on with the placement of the same place and regime that ended when it started.
        """
        self._rows[Placement].add((child_id, started, ended or "", regime, place, "goes on" if goes_on else ""))

    def all(self, record: type[RecordT]) -> Iterator[RecordT]:
        """Return every record of a kind, in the contract's order."""
        making = {Child: self._children, Worker: self._workers, Assignment: self._assignments}
        return (row for row in making.get(record, self._placements)() if isinstance(row, record))

    def close(self) -> None:
        """Let go of the rows and of their temporary files."""
        for rows in self._rows.values():
            rows.close()

    def _children(self) -> Iterator[Child]:
        for child_id, rows in groupby(self._rows[Child], key=lambda cells: cells[0]):
            days = [born_on for _, born_on in rows if born_on]
            if len(days) > 1:
                remedy = "Correct the wrong one; until then it is unknown"
                what = "a child has more than one date of birth"
                self._log.add(Problem(self._source_name, what, remedy, found=showable("id", child_id)))
            yield Child(id=ChildId(child_id), born_on=date.fromisoformat(days[0]) if len(days) == 1 else None)

    def _workers(self) -> Iterator[Worker]:
        return (worker_of(worker_id) for (worker_id,) in self._rows[Worker])

    def _assignments(self) -> Iterator[Assignment]:
        for assignment_id, (child, started, worker, ended, reason) in _spells_with_ids(self._rows[Assignment]):
            yield Assignment.model_validate(
                {
                    "id": assignment_id,
                    "child_id": child,
                    "worker_id": worker,
                    "role": Role.SOCIAL_WORKER,
                    "started_on": _day(started),
                    "ended_on": _day(ended) if ended else None,
                    "reason": reason or None,
                }
            )

    def _placements(self) -> Iterator[Placement]:
        by_child = groupby(self._rows[Placement], key=lambda cells: cells[0])
        whole = (placement for _, parts in by_child for placement in _whole(parts))
        for (child, started), alike in groupby(whole, key=lambda cells: cells[:2]):
            for ordinal, (_, _, ended, regime) in enumerate(alike, start=1):
                yield Placement.model_validate(
                    {
                        "id": spell_id(child, started, ordinal=ordinal),
                        "child_id": child,
                        "started_on": _day(started),
                        "ended_on": _day(ended) if ended else None,
                        "regime": regime,
                    }
                )


@lru_cache(maxsize=65_536)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _spells_with_ids(rows: Iterable[TextRow]) -> Iterator[tuple[str, TextRow]]:
    """Return each spell with its id, in the order of the ids among those of one child that begin on one day."""
    for (child, started), spells in groupby(rows, key=lambda cells: cells[:2]):
        named: list[tuple[str, TextRow]] = []
        for worker, alike in groupby(spells, key=lambda cells: cells[2]):
            named += [(spell_id(child, worker, started, ordinal=n), row) for n, row in enumerate(alike, start=1)]
        yield from sorted(named) if len(named) > 1 else named


def _whole(parts: Iterable[TextRow]) -> list[TextRow]:
    """Return the placements of one child, in order, from parts in order; the parts that go on are joined to theirs."""
    begun: dict[TextRow, str] = {}
    gone_on: set[TextRow] = set()
    found: list[tuple[TextRow, TextRow]] = []
    for child, started, ended, regime, place, goes_on in parts:
        before, after = (started, regime, place), (ended, regime, place)
        if goes_on and before in begun:
            if ended == started:
                continue  # no day of its own
            started = begun[before]
            gone_on.add(before)
        if ended:
            begun.setdefault(after, started)
        found.append(((child, started, ended, regime), after))
    kept = {placement for placement, after in found if after not in gone_on}
    return sorted(kept)
