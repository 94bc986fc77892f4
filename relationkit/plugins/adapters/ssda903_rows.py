"""The statutory return's rows as they stand, child by child, for its rules to look at; and the table written.

Reading a return for its records forgives what does not matter; its rules ask what was written. So this reads the same
files again, keeps every cell that a rule is about, and holds one child's rows at a time.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

from relationkit.england import CareRow, ReturnedChild, SpellRow, code_for_reason, collection_of
from relationkit.errors import Problem
from relationkit.plugins.adapters.csv_folder import spreadsheet_safe
from relationkit.plugins.adapters.delimited import DelimitedFile
from relationkit.plugins.adapters.problems import BROKEN_FORMULA, ProblemLog, is_broken_formula
from relationkit.plugins.adapters.sorted_rows import SortedRows, TextRow
from relationkit.plugins.adapters.statutory_days import day_or_fault
from relationkit.plugins.ports import CaseReader
from relationkit.records import Assignment, ChildId, Role

__all__ = ["SPELL_COLUMNS", "returned_children", "write_sw_episodes"]

SPELL_COLUMNS: Final = ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON")
_CARE_COLUMNS: Final = ("CHILD", "DECOM", "DEC", "RNE", "LS", "REC")
_BIRTH_COLUMNS: Final = ("CHILD", "DOB")

#: Which table a kept row is of, in its second cell.
_SPELL, _CARE, _BIRTH, _PREVIOUS = "spell", "care", "birth", "previous"


def returned_children(
    spells: Iterable[DelimitedFile],
    care: Iterable[DelimitedFile],
    births: Iterable[DelimitedFile],
    previous: Iterable[DelimitedFile],
    log: ProblemLog,
) -> Iterator[ReturnedChild]:
    """Yield what the files say about each child, by child id; rows without a child go to the log.

    Args:
        spells: The files of ``SWEpisodes``.
        care: Those of ``Episodes``.
        births: The other files that give dates of birth.
        previous: Those of ``SWEpisodes`` in the return of the year before.
        log: Where rows go that cannot be read.
    """
    rows = SortedRows()
    try:
        _keep(rows, _SPELL, spells, SPELL_COLUMNS, log)
        _keep(rows, _CARE, care, _CARE_COLUMNS, log)
        _keep(rows, _PREVIOUS, previous, SPELL_COLUMNS, log)
        _keep_births(rows, births, log)
        for child_id, alike in groupby(rows, key=lambda row: row[0]):
            yield _child(child_id, list(alike))
    finally:
        rows.close()


def _keep(rows: SortedRows, kind: str, files: Iterable[DelimitedFile], columns: Sequence[str], log: ProblemLog) -> None:
    for file in files:
        for number, (child, *cells) in file.picked(columns, log):
            if child and not is_broken_formula(child):
                rows.add((child, kind, file.name, str(number), *cells))
            else:
                what, remedy = (
                    (BROKEN_FORMULA, "Mend it, and export again") if child else ("is blank", "Give it a value")
                )
                found = child or None
                log.add(
                    Problem(file.name, what, f"{remedy}; the row was left out", row=number, field="CHILD", found=found)
                )


def _keep_births(rows: SortedRows, files: Iterable[DelimitedFile], log: ProblemLog) -> None:
    """Keep each date of birth once a child; a file that has its child's rows together is cheap."""
    last: TextRow = ()
    for file in files:
        for _, row in file.picked(_BIRTH_COLUMNS, log):
            if row != last and all(row):
                rows.add((row[0], _BIRTH, row[1]))
                last = row


def _child(child_id: str, rows: list[TextRow]) -> ReturnedChild:
    spells = tuple(_spell(row) for row in rows if row[1] == _SPELL)
    births = {row[2] for row in rows if row[1] == _BIRTH} | {spell.born for spell in spells}
    return ReturnedChild(
        child_id=child_id,
        spells=spells,
        care=tuple(_care(row) for row in rows if row[1] == _CARE),
        born=frozenset(day.isoformat() for day in map(_day, births) if day is not None),
        previous=tuple(_spell(row) for row in rows if row[1] == _PREVIOUS),
    )


def _spell(row: TextRow) -> SpellRow:
    _, _, file, number, born, worker, started, ended, reason = row
    worker = "" if is_broken_formula(worker) else worker
    return SpellRow(file, int(number), worker, started, ended, reason, _day(started), _day(ended), born)


def _care(row: TextRow) -> CareRow:
    _, _, file, number, started, ended, began, law, ceased = row
    codes = (began.upper(), law.upper(), ended, ceased.upper())
    return CareRow(file, int(number), *codes, _day(started), _day(ended))


def _day(text: str) -> date | None:
    found = day_or_fault(text)
    return found if isinstance(found, date) else None


def write_sw_episodes(reader: CaseReader, path: Path, *, year: int) -> int:
    """Write the ``SWEpisodes`` table of a collection year from any source, and return how many rows it has.

    Written are the spells of social workers that touch what the return asks for: the year, and from the return of
    2025 the year before it too (rule SW07). A spell that ended after 31 March was open then, and is written so. A
    worker goes by the registration number where the source holds it, otherwise by the id, in capitals. Rows come
    child by child, oldest first. Cells open safely in a spreadsheet.

    Args:
        reader: The source; it must hold assignments. Children and workers are read where it holds them.
        path: The file, written whole or not at all; what stood there is replaced.
        year: The reporting year, named by the year in which it ends.

    Raises:
        NotSupportedError: The source holds no assignments.
    """
    rows = _rows_to_write(reader, year)
    part = path.with_name(f"{path.name}.part")
    count = 0
    with part.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(SPELL_COLUMNS)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is what is returned
            writer.writerow([spreadsheet_safe(cell) for cell in row])
    part.replace(path)
    return count


def _rows_to_write(reader: CaseReader, year: int) -> Iterator[tuple[str, ...]]:
    first, last = collection_of(year)
    first = first.replace(year=first.year - (year > 2024))
    numbers = {row.id: row.registration for row in reader.workers()} if "workers" in reader.capabilities else {}
    assignments = reader.assignments()
    for assignment, born_on in _with_births(reader, assignments):
        is_then = assignment.started_on <= last and (assignment.ended_on is None or assignment.ended_on >= first)
        if assignment.role is Role.SOCIAL_WORKER and is_then:
            ended_on = assignment.ended_on if assignment.ended_on and assignment.ended_on <= last else None
            yield (
                assignment.child_id,
                _uk(born_on),
                (numbers.get(assignment.worker_id) or assignment.worker_id).upper(),
                _uk(assignment.started_on),
                _uk(ended_on),
                "" if assignment.reason is None else code_for_reason(assignment.reason),
            )


def _with_births(reader: CaseReader, assignments: Iterable[Assignment]) -> Iterator[tuple[Assignment, date | None]]:
    """Return each assignment with its child's date of birth; both streams come by child."""
    children = reader.children() if "children" in reader.capabilities else iter(())
    child = next(children, None)
    for assignment in assignments:
        while child is not None and child.id < assignment.child_id:
            child = next(children, None)
        is_theirs = child is not None and child.id == ChildId(assignment.child_id)
        yield assignment, child.born_on if child is not None and is_theirs else None


def _uk(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"
