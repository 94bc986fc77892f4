"""``ssda903``: the statutory return on children looked after in England, as its CSV files.

Read are ``SWEpisodes`` (spells of social workers, first collected for the year to 31 March 2024), ``Header`` (dates
of birth) and ``Episodes`` (episodes of care). A file is known by its name or by its column headings; other CSV files
in the folder are passed over. Several files of one kind, such as two years' returns, are read as one. Layout and
codes: the return's rules as held in data-to-insight/csc-validator-be-903 (MIT), and the Standard Safeguarding
Dataset.

What is translated, and how:

- A spell of a social worker is an *assignment*. ``SW_DEC`` becomes ``ended_on``, which is exclusive, as it stands.
  The return's own rules count this way: a spell whose ``SW_DEC`` equals its ``SW_DECOM`` is refused as lasting under
  24 hours (SW09), so the last day is not part of it, and the next spell is expected to begin around the day on which
  the last ended (SW10: within 7 days either side), so that day is the next worker's. ``DEC`` of an episode of care is
  read alike.
- The return holds no ids of spells and no names: an assignment's id is made of child, worker and first day (and a
  number where these repeat); a worker is called by the id. Rows alike in all that is read are kept once.
- ``SW_ID`` and codes are read in capitals, as the return asks, so that a slip of the shift key is no change of worker.
- A reason that is blank is unknown; one that is not in the list is unknown and listed as a problem; the spell stays.
- Each episode of care becomes a placement, whose regime follows :data:`REGIMES`, otherwise :data:`DEFAULT_REGIME`.
  An episode that began because only the legal status changed (``RNE`` is :data:`STATUS_ONLY`) goes on with the
  placement before it, if that ended on the day it began, at the same ``PLACE`` and under the same regime: the visits
  of regulation 28 (SI 2010/959) are counted from the start of the placement, not of the order.
- A child is everyone in any of the files. Where they give different dates of birth, it is unknown, and a problem.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, TypeVar

from relationkit.england.reasons import REASON_CODES
from relationkit.england.returned import ReturnedChild
from relationkit.errors import Problem, SourceError, SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters.base import StreamedReader
from relationkit.plugins.adapters.delimited import DelimitedFile, Row, open_delimited, unknown_columns
from relationkit.plugins.adapters.problems import BROKEN_FORMULA, is_broken_formula, is_near_a_code, showable
from relationkit.plugins.adapters.spells import SpellTables, iso
from relationkit.plugins.adapters.ssda903_rows import returned_children
from relationkit.plugins.adapters.statutory_days import day_or_fault
from relationkit.plugins.ports import SupportsReturnRules
from relationkit.records import Child, FrozenModel, Placement

__all__ = ["DEFAULT_REGIME", "REGIMES", "STATUS_ONLY", "Ssda903Adapter", "regime_of"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

_NAME: Final = "ssda903"

#: The regimes that the codes of an episode of care settle, by ``PLACE`` and ``LS``; ``None`` stands for any. ``P1``
#: is living with a parent, ``C1`` an interim and ``C2`` a full care order, ``V3`` and ``V4`` a series of short
#: breaks.
REGIMES: Final[dict[tuple[str | None, str], str]] = {
    ("P1", "C1"): "interim_care_order_with_parent",
    ("P1", "C2"): "care_order_with_parent",
    (None, "V3"): "short_breaks",
    (None, "V4"): "short_breaks",
}
#: The regime of every other episode. The codes do not tell which placements are meant to last until 18, nor what a
#: child agreed to, so the closer timescale is taken: nobody is seen less often because a code was unclear.
DEFAULT_REGIME: Final = "placement"
#: The reason for a new episode (``RNE``) that leaves the placement as it was: "change of legal status only". The others
#: are ``S``, started to be looked after; ``P`` and ``T``, another placement with other or with the same carers; ``B``
#: and ``U``, the same with another legal status. Rule 434 of the return refuses an ``L`` where the place has changed.
STATUS_ONLY: Final = "L"
#: What begins as the return's own codes about social workers do, and as no name does: SW and no vowel after it.
_CODE_OF_THE_RETURN: Final = re.compile(r"SW[B-DF-HJ-NP-TV-XZ][A-Z]{1,7}")


def regime_of(place: str, legal_status: str) -> str:
    """Return the visit regime of an episode of care, by its codes ``PLACE`` and ``LS``; either may be blank."""
    return REGIMES.get((place, legal_status)) or REGIMES.get((None, legal_status)) or DEFAULT_REGIME


@dataclass(frozen=True, slots=True)
class _Layout:
    """One of the return's files.

    Attributes:
        name: As the return calls it.
        stem: What a file's name, without digits and marks, is taken for it by.
        signs: The columns by which a file of any other name is known.
        needed: The columns without which it cannot be read.
        useful: The columns whose absence is listed.
        allowed: The only columns that a file known by its ``signs`` may have; ``None`` allows all.
    """

    name: str
    stem: str
    signs: frozenset[str]
    needed: tuple[str, ...]
    useful: tuple[str, ...] = ()
    allowed: frozenset[str] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return tuple(dict.fromkeys((*self.needed, "DOB", *self.useful)))

    def is_named(self, path: Path) -> bool:
        return re.fullmatch(self.stem, re.sub(r"[^a-z]", "", path.stem.lower())) is not None

    def is_in(self, columns: Iterable[str]) -> bool:
        found = frozenset(columns)
        return self.signs <= found and (self.allowed is None or found <= self.allowed)


_SPELLS: Final = _Layout(
    name="SWEpisodes",
    stem=r".*(swepisodes?|socialworkers?)",
    signs=frozenset({"CHILD", "SW_ID", "SW_DECOM"}),
    needed=("CHILD", "SW_ID", "SW_DECOM", "SW_DEC"),
    useful=("DOB", "SW_REASON"),
)
_HEADER: Final = _Layout(
    name="Header",
    stem=r"(ssda)?header",
    signs=frozenset({"CHILD", "DOB"}),
    needed=("CHILD", "DOB"),
    # Most files of the return hold these two; only the header holds nothing but who the child is.
    allowed=frozenset({"CHILD", "DOB", "SEX", "GENDER", "ETHNIC", "UPN", "MOTHER", "MC_DOB"}),
)
_EPISODES: Final = _Layout(
    name="Episodes",
    stem=r"(ssda)?episodes?",
    signs=frozenset({"CHILD", "DECOM", "DEC", "LS", "PLACE"}),
    needed=("CHILD", "DECOM", "DEC"),
    useful=("LS", "PLACE", "RNE"),
)
_LAYOUTS: Final = (_SPELLS, _HEADER, _EPISODES)


class Ssda903Adapter(StreamedReader):
    """Reads the return's files; each is read once, when something in it is first asked for.

    Args:
        where: The folder, or one of the files.

    Raises:
        SourceNotFoundError: No such folder, or none of the return's files in it.
        UnreadableSourceError: One of the files cannot be used: empty, without a column that is needed, not
            separated by commas.
    """

    def __init__(self, where: str) -> None:
        self._files = _find(Path(where), f"{_NAME}:{where}")
        capabilities = {"children"}
        if _SPELLS in self._files.values():
            capabilities |= {"workers", "assignments"}
        if _EPISODES in self._files.values():
            capabilities |= {"placements"}
        super().__init__(f"{_NAME}:{where}", capabilities)
        for file, layout in self._files.items():
            for problem in _odd_columns(file, layout):
                self._log.add(problem)
        self._read: set[str] = set()
        self._tables = SpellTables("SSDA903", self._log)

    @property
    def tables(self) -> frozenset[str]:
        """The tables of the return that are here, out of ``SWEpisodes``, ``Header`` and ``Episodes``."""
        return frozenset(layout.name for layout in self._files.values())

    def returned_children(self, last_year: SupportsReturnRules | None = None) -> Iterator[ReturnedChild]:
        """Yield the rows of each child as they stand, by child id; see :class:`SupportsReturnRules`."""
        others = last_year._files if isinstance(last_year, Ssda903Adapter) else {}  # noqa: SLF001 - one of us
        births = [file for file, layout in self._files.items() if layout is not _SPELLS and "DOB" in file.columns]
        spells, care = _of(self._files, _SPELLS), _of(self._files, _EPISODES)
        return returned_children(spells, care, births, _of(others, _SPELLS), self._log)

    def close(self) -> None:
        """Let go of the rows that were read and of their temporary files."""
        self._tables.close()
        self._read = set()

    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        needed = {Child: _LAYOUTS, Placement: (_EPISODES,)}.get(record, (_SPELLS,))
        for layout in needed:
            if layout.name not in self._read:
                self._read.add(layout.name)
                self._take_all(layout)
        return self._tables.all(record)

    def _take_all(self, layout: _Layout) -> None:
        take = {_SPELLS.name: self._take_spell, _EPISODES.name: self._take_episode}.get(layout.name, self._take_child)
        for file in (file for file, its_layout in self._files.items() if its_layout is layout):
            for number, cells in file.picked(layout.columns, self._log):
                if layout is _SPELLS and self._is_plain_spell(*cells):
                    continue
                row = Row(number, dict(zip(layout.columns, cells, strict=True)))
                try:
                    take(_StatutoryRow(file.name, row))
                except _RefusedRow as refusal:
                    child_id = showable("child_id", row.cells.get("CHILD"))
                    self._log.add(replace(refusal.problem, child_id=child_id))

    def _is_plain_spell(self, child: str, worker: str, started: str, ended: str, born: str, reason: str) -> bool:
        """Keep a spell in which nothing is wrong, as nearly all are, and return whether it was one.

        What is wrong with the others is found, and said, cell by cell.
        """
        first, last, birth = _iso_day(started), _iso_day(ended), _iso_day(born)
        why = _reasons().get(reason, "" if not reason else None)
        if not (child and worker and first) or last is None or birth is None or why is None:
            return False
        if (last and last < first) or not (child.isprintable() and worker.isprintable()):
            return False
        if "#" in (child[0], worker[0]):
            return False
        self._tables.add_spell(child, worker.upper(), first, last or None, why or None)
        self._tables.add_child(child, birth or None)
        return True

    def _take_child(self, row: "_StatutoryRow") -> None:
        child, born_on = row.identifier("CHILD"), None
        try:
            born_on = row.day("DOB")
        except _RefusedRow as refusal:
            self._log.add(refusal.problem)
        self._tables.add_child(child, iso(born_on))

    def _take_spell(self, row: "_StatutoryRow") -> None:
        child, worker = row.identifier("CHILD"), row.identifier("SW_ID").upper()
        started, ended = row.span("SW_DECOM", "SW_DEC")
        self._tables.add_spell(child, worker, started, ended, self._reason(row))
        self._take_child(row)

    def _take_episode(self, row: "_StatutoryRow") -> None:
        child = row.identifier("CHILD")
        started, ended = row.span("DECOM", "DEC")
        place = row.code("PLACE")
        regime = regime_of(place, row.code("LS"))
        goes_on = row.code("RNE") == STATUS_ONLY and bool(place)
        self._tables.add_placement(child, started, ended, regime, place=place, goes_on=goes_on)
        self._take_child(row)

    def _reason(self, row: "_StatutoryRow") -> str | None:
        code = row.code("SW_REASON")
        reason = _reasons().get(code)
        if code and reason is None:
            remedy = f"Use one of {', '.join(_reasons())}; the spell was kept without a reason"
            what = "is not one of the return's reasons"
            self._log.add(row.problem("SW_REASON", what, remedy, found=_shown_reason(row.cell("SW_REASON"))))
        return reason


@cache
def _reasons() -> dict[str, str]:
    return {row.code: row.reason.value for row in REASON_CODES}


def _shown_reason(cell: str) -> str | None:
    """Return what stands in place of a reason, if it is plainly a code and no name."""
    is_shown = is_near_a_code(cell, _reasons()) or _CODE_OF_THE_RETURN.fullmatch(cell)
    return cell if is_shown else None


class _RefusedRow(Exception):  # noqa: N818 - not an error: how a row says that it is left out
    """A row that cannot be taken, and why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__()


class _StatutoryRow:
    """A row whose cells are read as the return writes them; a cell that cannot be refuses the row."""

    def __init__(self, file_name: str, row: Row) -> None:
        self._file_name, self._row = file_name, row

    def code(self, column: str) -> str:
        """Return a code in capitals; blank when the cell is blank or the column missing."""
        return self.cell(column).upper()

    def cell(self, column: str) -> str:
        """Return a cell as it stands; blank when the column is missing."""
        return self._row.cells.get(column, "")

    def identifier(self, column: str) -> str:
        """Return an id, which may not be blank."""
        text = self._row.cells[column]
        if not text:
            raise _RefusedRow(self.problem(column, "is blank", "Give it a value; the row was left out"))
        if is_broken_formula(text):
            remedy = "Mend it, and export again; the row was left out"
            raise _RefusedRow(self.problem(column, BROKEN_FORMULA, remedy, found=text))
        if not text.isprintable():
            remedy = "Remove line breaks and other control characters; the row was left out"
            raise _RefusedRow(self.problem(column, "holds characters that cannot be", remedy))
        return text

    def day(self, column: str) -> date | None:
        """Return a day, or ``None`` when the cell is blank or the column missing."""
        text = self.cell(column)
        found = day_or_fault(text)
        if isinstance(found, date) or found is None:
            return found
        what, remedy = found
        raise _RefusedRow(self.problem(column, what, remedy, found=showable(column, text)))

    def span(self, first: str, last: str) -> tuple[str, str | None]:
        """Return the first day, which is needed, and the day on which it ended, as ISO text."""
        started, ended = self.day(first), self.day(last)
        if started is None:
            raise _RefusedRow(self.problem(first, "is blank", "Give the day it began; the row was left out"))
        if ended is not None and ended < started:
            found = showable(last, self._row.cells[last])
            remedy = "Correct one of the two dates; the row was left out"
            raise _RefusedRow(self.problem(last, f"is before {first}", remedy, found=found))
        return started.isoformat(), iso(ended)

    def problem(self, column: str, what: str, remedy: str, *, found: str | None = None) -> Problem:
        """Return a problem of this row."""
        return Problem(self._file_name, what, remedy, row=self._row.number, field=column, found=found)


def _of(files: dict[DelimitedFile, _Layout], layout: _Layout) -> list[DelimitedFile]:
    return [file for file, its_layout in files.items() if its_layout is layout]


@lru_cache(maxsize=65_536)
def _iso_day(text: str) -> str | None:
    """Return the day that a cell names as ISO text, blank for a blank one, ``None`` for what is none."""
    found = day_or_fault(text)
    return None if isinstance(found, tuple) else iso(found) or ""


def _find(where: Path, source: str) -> dict[DelimitedFile, _Layout]:
    """Return the return's files in a folder, by name, each with its layout; other files are passed over."""
    if where.is_file():
        paths = [where]
    elif where.is_dir():
        paths = sorted(path for path in where.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    else:
        raise SourceNotFoundError(source, "there is no such folder", "Check the path")
    found = {file: layout for path in paths for file, layout in _recognised(path, source)}
    if not found:
        names = " or ".join(layout.name for layout in _LAYOUTS)
        what = "none of the return's files is here" if where.is_dir() else "this is none of the return's files"
        raise SourceNotFoundError(source, what, f"Put in {names} as CSV, with the headings of the return")
    return found


def _recognised(path: Path, source: str) -> Iterator[tuple[DelimitedFile, _Layout]]:
    by_name = next((layout for layout in _LAYOUTS if layout.is_named(path)), None)
    try:
        file = open_delimited(path, source)
    except SourceError:
        if by_name is not None:
            raise
        return
    file = replace(file, columns=tuple(column.upper() for column in file.columns))
    layout = next((layout for layout in _LAYOUTS if layout.is_in(file.columns)), by_name)
    if layout is None:
        return
    if missing := [column for column in layout.needed if column not in file.columns]:
        remedy = f"The columns of {layout.name} that are needed are {', '.join(layout.needed)}"
        problems = [Problem(file.name, "lacks this column", remedy, row=1, field=column) for column in missing]
        what = f"{file.name} lacks the column {', '.join(missing)}"
        raise UnreadableSourceError(source, what, remedy, problems)
    yield file, layout


def _odd_columns(file: DelimitedFile, layout: _Layout) -> Iterator[Problem]:
    for column in layout.useful:
        if column not in file.columns:
            remedy = "Export it too, if the system holds it; until then it is unknown"
            yield Problem(file.name, "lacks this column", remedy, row=1, field=column)
    if layout is _SPELLS:  # the other two hold many columns that are no concern of ours
        yield from unknown_columns(file, [*layout.needed, *layout.useful])
