"""``annex-a``: the lists of Ofsted's Annex A, which say who holds whom now.

Read are list 6 (children in need), 7 (child protection), 8 (looked after) and 9 (care leavers), from the workbook, a
folder of CSV files or one such file. A list is known by its headings, wherever in the sheet they begin, and read are:

- children, with date of birth and ``Allocated Team``;
- workers by name only, as the lists have no number: the id is a short hash of the name, the same in every list;
- assignments: the allocated worker, and in list 9 the allocated personal advisor (the law says adviser). **When an
  assignment began is not in the lists.** Each is told from the day of the lists on, which is the latest day in them,
  and the reader says that it has no history: changes cannot be counted from it;
- sessions: the last visit, for an hour from midnight and by
  ``not-recorded``, as the lists say neither when on the day nor by whom;
- placements: the most recent one of list 8, whose regime follows the placement type and the legal status.

``#N/A`` and its like, which a broken formula leaves in a cell, is read as blank and listed.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, islice
from pathlib import Path
from typing import ClassVar, Final, TypeVar
from zoneinfo import ZoneInfo

from relationkit.errors import MissingExtraError, Problem, SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters.base import NOT_RECORDED, StreamedReader
from relationkit.plugins.adapters.delimited import open_delimited
from relationkit.plugins.adapters.problems import BROKEN_FORMULA, ProblemLog, is_broken_formula, showable
from relationkit.plugins.adapters.sorted_rows import SortedRows, TextRow
from relationkit.plugins.adapters.spells import iso, spell_id
from relationkit.plugins.adapters.ssda903 import regime_of
from relationkit.plugins.adapters.statutory_days import day_or_fault
from relationkit.records import EARLIEST_DAY, Assignment, Child, FrozenModel, Placement, Role, Session, Worker

__all__ = ["NO_HISTORY", "AnnexAAdapter"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

#: What a reader of anything made from this source must know.
NO_HISTORY: Final = (
    "These lists say who holds whom now, and nothing of before: when a worker began is not in them, and changes of "
    "worker cannot be counted from them."
)

_NAME: Final = "annex-a"
_LONDON: Final = ZoneInfo("Europe/London")
#: How many lines of a sheet may stand above its headings.
_ABOVE: Final = 20


@dataclass(frozen=True, slots=True)
class _List:
    """One list: the heading by which it is known, and those that are read beside the ones all have."""

    name: str
    sign: str
    visited: str = ""
    alone: str = ""
    seen: str = ""
    ended: str = ""
    has_placements: bool = False


_CHILD: Final = "child unique id"
_BORN: Final = "date of birth"
_TEAM: Final = "allocated team"
_PLACED_ON: Final = "start date of most recent placement"
_PLACED: Final = ("placement type", "child's legal status")
#: Headings without capitals, marks at the end and doubled blanks.
_LISTS: Final = (
    _List("list 6", "cin start date", visited="date child was last seen", seen="true", ended="cin closure date"),
    _List(
        "list 7",
        "child protection plan start date",
        visited="date of the last statutory visit",
        alone="was the child seen alone",
        ended="child protection plan end date",
    ),
    _List(
        "list 8",
        "date started to be looked after",
        visited="date of last social work visit",
        ended="date ceased to be looked after",
        has_placements=True,
    ),
    _List("list 9", "allocated personal advisor"),
)
_WORKERS: Final = {
    "allocated worker": Role.SOCIAL_WORKER.value,
    "allocated personal advisor": Role.PERSONAL_ADVISER.value,
}
_YES_NO: Final = {"yes": "true", "no": "false", "y": "true", "n": "false"}


class AnnexAAdapter(StreamedReader):
    """Reads the lists once, when something in them is first asked for.

    Args:
        where: The workbook (``.xlsx``), a folder with the lists as CSV files, or one such file.

    Raises:
        SourceNotFoundError: There is no such file or folder, or none of the lists is in it.
        UnreadableSourceError: A file that cannot be read.
        MissingExtraError: The workbook needs openpyxl, which comes with the extra ``excel``.
    """

    caveats: ClassVar[tuple[str, ...]] = (NO_HISTORY,)
    has_history: ClassVar[bool] = False

    def __init__(self, where: str) -> None:
        super().__init__(f"{_NAME}:{where}", {"children", "workers", "assignments", "sessions", "placements"})
        self._path = Path(where)
        if not self._path.exists():
            raise SourceNotFoundError(self.source, "there is no such file or folder", "Check the path")
        self._rows: dict[type[FrozenModel], SortedRows] | None = None
        self._as_at = EARLIEST_DAY.isoformat()
        here = [which for which, _ in self._lists()]
        if not here:
            what, remedy = "none of the lists 6 to 9 is here", "Put in the workbook, or its lists as CSV files"
            raise SourceNotFoundError(self.source, what, remedy)
        if not any(which.has_placements for which in here):
            self.capabilities -= {"placements"}

    def close(self) -> None:
        """Let go of the rows that were read."""
        for rows in (self._rows or {}).values():
            rows.close()
        self._rows = None

    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        if self._rows is None:
            self._rows = {kind: SortedRows() for kind in (Child, Worker, Assignment, Session, Placement)}
            self._read(self._rows)
        making = {Child: self._children, Worker: self._workers, Assignment: self._assignments, Session: self._sessions}
        made = making.get(record, self._placements)(self._rows[record])
        return (row for row in made if isinstance(row, record))

    def _children(self, rows: Iterable[TextRow]) -> Iterator[Child]:
        for child_id, facts in _by_first(rows):
            births, teams = ({row[place] for row in facts} - {""} for place in (1, 2))
            if len(births) > 1:
                remedy = "Correct the wrong one; until then it is unknown"
                what = "a child has more than one date of birth"
                self._log.add(Problem("Annex A", what, remedy, found=showable("id", child_id)))
            born_on = births.pop() if len(births) == 1 else None
            team = teams.pop() if len(teams) == 1 else None
            yield Child.model_validate({"id": child_id, "born_on": born_on, "team": team})

    def _workers(self, rows: Iterable[TextRow]) -> Iterator[Worker]:
        for worker_id, facts in _by_first(rows):
            yield Worker.model_validate({"id": worker_id, "name": facts[0][2], "role": facts[0][1]})

    def _assignments(self, rows: Iterable[TextRow]) -> Iterator[Assignment]:
        for child_id, facts in _by_first(rows):
            named = {spell_id(child_id, worker, role): (worker, role, team) for _, worker, role, team in facts}
            for own_id, (worker, role, team) in sorted(named.items()):
                about = {"id": own_id, "child_id": child_id, "worker_id": worker, "role": role, "team": team or None}
                yield Assignment.model_validate({**about, "started_on": self._as_at})

    def _sessions(self, rows: Iterable[TextRow]) -> Iterator[Session]:
        for child, day, alone, seen in rows:
            starts_at = datetime.combine(date.fromisoformat(day), time(), tzinfo=_LONDON)
            own_id = spell_id(child, day, alone, seen)
            facts = {"id": own_id, "child_id": child, "worker_id": NOT_RECORDED, "kind": "visit", "status": "held"}
            times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
            yield Session.model_validate({**facts, **times, "seen": seen or None, "seen_alone": alone or None})

    def _placements(self, rows: Iterable[TextRow]) -> Iterator[Placement]:
        for (child, day), alike in groupby(rows, key=lambda row: row[:2]):
            for number, (_, _, ended, regime) in enumerate(alike, start=1):
                facts = {"id": spell_id(child, day, ordinal=number), "child_id": child, "regime": regime}
                yield Placement.model_validate({**facts, "started_on": day, "ended_on": ended or None})

    def _read(self, rows: Mapping[type[FrozenModel], SortedRows]) -> None:
        for which, lines in self._lists():
            for line in lines:
                child = line.text(_CHILD)
                if child and child.isprintable():
                    self._keep(rows, which, child, line)
                else:
                    line.tell(_CHILD, "is blank", "Give it a value; the row was left out")

    def _keep(self, rows: Mapping[type[FrozenModel], SortedRows], which: _List, child: str, line: "_Line") -> None:
        team, ended = line.text(_TEAM), line.day(which.ended)
        rows[Child].add((child, line.day(_BORN), team))
        for heading, role in () if ended else _WORKERS.items():  # whose case is closed, nobody holds in this list
            if name := line.text(heading):
                rows[Worker].add((_id_of(name), role, " ".join(name.split())))
                rows[Assignment].add((child, _id_of(name), role, team))
        visited = line.day(which.visited)
        if visited:
            alone = _YES_NO.get(_choice(line.text(which.alone)).casefold(), "")
            rows[Session].add((child, visited, alone, which.seen))
        placed = line.day(_PLACED_ON) if which.has_placements else ""
        if placed and (not ended or placed <= ended):
            place, law = (_choice(line.text(heading)).partition(":")[0].upper() for heading in _PLACED)
            rows[Placement].add((child, placed, ended, regime_of(place, law)))
        elif placed:
            line.tell(_PLACED_ON, "is after the day on which care ended", "Correct one of the two dates")
        self._as_at = max(self._as_at, visited, placed, ended)

    def _lists(self) -> Iterator[tuple[_List, Iterator["_Line"]]]:
        """Yield each list that is here with its lines."""
        for sheet in self._sheets():
            which = next((each for each in _LISTS if each.sign in sheet.headings), None)
            if which is not None and _CHILD in sheet.headings:
                yield which, (_Line(sheet, number, cells, self._log) for number, cells in sheet.rows)

    def _sheets(self) -> Iterator["_Sheet"]:
        if self._path.is_dir():
            paths = sorted(path for path in self._path.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
            for path in paths:
                with suppress(UnreadableSourceError):  # a file that is none of the lists
                    yield self._csv_sheet(path)
        elif self._path.suffix.lower() == ".csv":
            yield self._csv_sheet(self._path)
        else:
            yield from _workbook_sheets(self._path, self.source)

    def _csv_sheet(self, path: Path) -> "_Sheet":
        file = open_delimited(path, self.source)
        headings = tuple(map(_plain, file.columns))
        return _Sheet(file.name, headings, file.picked(file.columns, self._log))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet or file: its headings without capitals and marks, and its rows with their lines."""

    name: str
    headings: tuple[str, ...]
    rows: Iterator[tuple[int, tuple[str, ...]]]


class _Line:
    """One row of a list, whose cells are read as the lists write them; what cannot be read is told, and blank."""

    def __init__(self, sheet: _Sheet, number: int, cells: Sequence[str], log: ProblemLog) -> None:
        self._sheet, self._number, self._log = sheet, number, log
        self._cells = dict(zip(sheet.headings, cells, strict=False))

    def text(self, heading: str) -> str:
        """Return a cell; blank where a formula broke, or the list has no such heading."""
        cell = self._cells.get(heading, "")
        if not is_broken_formula(cell):
            return cell
        self.tell(heading, f"{BROKEN_FORMULA}, and was read as blank", "Mend it, and export again", found=cell)
        return ""

    def day(self, heading: str) -> str:
        """Return a day as ISO text; blank where there is none."""
        text = self.text(heading)
        found = day_or_fault(text)
        if isinstance(found, tuple):
            self.tell(heading, *found, found=showable("day", text))
            return ""
        return iso(found) or ""

    def tell(self, heading: str, what: str, remedy: str, *, found: str | None = None) -> None:
        """List what is wrong with a cell."""
        self._log.add(Problem(self._sheet.name, what, remedy, row=self._number, field=heading, found=found))


def _workbook_sheets(path: Path, source: str) -> Iterator[_Sheet]:
    try:
        import openpyxl  # type: ignore[import-untyped]  # it has no types of its own
    except ModuleNotFoundError as error:
        raise MissingExtraError("the adapter 'annex-a' with a workbook", extra="excel") from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever a damaged file makes zipfile and its XML reader raise
        what = f"cannot be read as a workbook ({type(error).__name__})"
        raise UnreadableSourceError(source, what, "Save it again as .xlsx") from error
    try:
        for sheet in book.worksheets:
            lines = (tuple(map(_cell_text, row)) for row in sheet.iter_rows(values_only=True))
            numbered = ((number, row) for number, row in enumerate(lines, start=1) if any(row))
            heading = next((row for _, row in islice(numbered, _ABOVE) if _CHILD in map(_plain, row)), None)
            if heading is not None:
                yield _Sheet(sheet.title, tuple(map(_plain, heading)), numbered)
    finally:
        book.close()


def _cell_text(value: object) -> str:
    """Return a workbook's cell as the CSV of it would have it."""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _plain(heading: str) -> str:
    return " ".join(heading.replace("\u2019", "'").casefold().rstrip("?").split())


def _choice(text: str) -> str:
    """Return what was chosen of a list: "U6: Foster placement" of "f) U6: Foster placement"."""
    return re.sub(r"^[a-z]+\)\s*", "", text, flags=re.IGNORECASE)


def _id_of(name: str) -> str:
    """Return the id that stands for a name and does not tell it."""
    return f"AW{hashlib.sha256(' '.join(name.casefold().split()).encode()).hexdigest()[:12]}"


def _by_first(rows: Iterable[TextRow]) -> Iterator[tuple[str, list[TextRow]]]:
    return ((first, list(alike)) for first, alike in groupby(rows, key=lambda row: row[0]))
