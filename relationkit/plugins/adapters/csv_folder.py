"""``csv``: a folder with one CSV file for each kind of record, whose columns are the fields of the record.

``children.csv``, ``workers.csv``, ``assignments.csv``, ``messages.csv``, ``sessions.csv``, ``absences.csv``,
``placements.csv``: any of them, each with the required fields and any of the others, in any order. Days are written
2025-03-31, moments 2025-03-31T09:00:00+01:00, yes and no as true and false; a blank cell means that nothing is known.
Blanks around a cell are taken off. A kind without a file is not held, which is not the same as a file without rows.

What is written opens safely in a spreadsheet: a cell that it would run as a formula begins with an apostrophe, which
reading takes off again (OWASP, "CSV Injection").
"""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from relationkit.errors import Problem, SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters.base import KIND_OF, RECORD_OF, StreamedReader, contract_order
from relationkit.plugins.adapters.delimited import DelimitedFile, Row, open_delimited, unknown_columns
from relationkit.plugins.adapters.ordered import OrderedRows
from relationkit.plugins.adapters.problems import record_or_problems, showable
from relationkit.plugins.ports import CaseReader
from relationkit.plugins.specs import KINDS
from relationkit.records import Absence, FrozenModel, Record

__all__ = ["CsvAdapter", "spreadsheet_safe", "write_csv_folder"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

_NAME: Final = "csv"
_FORMULA: Final = re.compile(r"'*\s*[=+\-@]")
_ESCAPED: Final = re.compile(r"'+\s*[=+\-@]")


class CsvAdapter(StreamedReader):
    """Reads a folder of CSV files; each file is read once, when its kind is first asked for.

    Args:
        where: The folder.

    Raises:
        SourceNotFoundError: There is no such folder, or none of the files is in it.
        UnreadableSourceError: A file instead of a folder, or a file that cannot be used.
    """

    def __init__(self, where: str) -> None:
        source = f"{_NAME}:{where}"
        folder = Path(where)
        if folder.is_file():
            raise UnreadableSourceError(source, "this is a file, and a folder is needed", "Name the folder it is in")
        if not folder.is_dir():
            raise SourceNotFoundError(source, "there is no such folder", "Check the path")
        present = [kind for kind in KINDS if (folder / f"{kind}.csv").exists()]
        if not present:
            names = ", ".join(f"{kind}.csv" for kind in KINDS)
            raise SourceNotFoundError(source, "none of the files is in this folder", f"Put in one or more of {names}")
        super().__init__(source, present)
        self._files = {kind: self._open(folder / f"{kind}.csv", RECORD_OF[kind]) for kind in present}
        self._rows: dict[str, OrderedRows] = {}

    def close(self) -> None:
        """Let go of the rows that were read and of their temporary files."""
        for rows in self._rows.values():
            rows.close()
        self._rows = {}

    def _open(self, path: Path, record: type[FrozenModel]) -> DelimitedFile:
        file = open_delimited(path, self.source)
        fields = record.model_fields
        if missing := [name for name, field in fields.items() if field.is_required() and name not in file.columns]:
            what, remedy = f"lacks the column {', '.join(missing)}", f"Its columns may be {', '.join(fields)}"
            problems = [Problem(file.name, "lacks this column", remedy, row=1, field=name) for name in missing]
            raise UnreadableSourceError(self.source, f"{file.name} {what}", remedy, problems)
        for problem in unknown_columns(file, list(fields)):
            self._log.add(problem)
        return file

    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        kind = KIND_OF[record]
        if kind not in self._rows:
            self._rows[kind] = self._read(self._files[kind], RECORD_OF[kind])
        fields = [name for name in self._files[kind].columns if name in record.model_fields]
        return (record(**_given(dict(zip(fields, cells, strict=True)))) for cells in self._rows[kind])

    def _read(self, file: DelimitedFile, record: type[Record]) -> OrderedRows:
        """Return the rows that make a record, in the contract's order; the others go to the log."""
        fields = [name for name in file.columns if name in record.model_fields]
        rows = OrderedRows()
        for row in file.rows(self._log):
            values = {name: _plain(row.cells[name]) for name in fields}
            made = record_or_problems(record, _given(values), where=file.name, row=row.number)
            if isinstance(made, list):
                for problem in made:
                    self._log.add(problem)
            elif not rows.add(_identity(made), contract_order(made), tuple(values.values())):
                self._log.add(_repeated(made, file.name, row))
        return rows


def _plain(cell: str) -> str | None:
    """Return what a cell holds, without the apostrophe that keeps a spreadsheet from running it."""
    return (cell[1:] if _ESCAPED.match(cell) else cell) or None


def _given(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _identity(record: Record) -> tuple[str, ...]:
    return contract_order(record) if isinstance(record, Absence) else (record.id,)


def _repeated(record: Record, where: str, row: Row) -> Problem:
    field = "starts_at" if isinstance(record, Absence) else "id"
    return Problem(
        where,
        "stands in an earlier row already, which was kept",
        "Take one of the rows out",
        row=row.number,
        field=field,
        found=showable(field, row.cells[field]),
    )


def write_csv_folder(reader: CaseReader, folder: Path) -> dict[str, int]:
    """Write everything that a source holds as a folder that ``csv`` reads, and return how many of each kind.

    Each file appears whole or not at all: it is written beside its place first. A kind that the source holds but has
    none of becomes a file with a heading only.

    Args:
        reader: The source; read once, as streams.
        folder: Made if need be; files of the same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    streams: dict[str, Iterable[Record]] = {
        kind: getattr(reader, kind)() for kind in KINDS if kind in reader.capabilities
    }
    return {kind: _write(folder / f"{kind}.csv", RECORD_OF[kind], rows) for kind, rows in streams.items()}


def _write(path: Path, record: type[Record], rows: Iterable[Record]) -> int:
    part = path.with_suffix(".csv.part")
    count = 0
    with part.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(record.model_fields)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is what is returned
            writer.writerow([spreadsheet_safe(value) for value in row.model_dump(mode="json").values()])
    part.replace(path)
    return count


def spreadsheet_safe(value: object) -> str:
    """Return a cell that no spreadsheet runs as a formula; ``None`` is a blank one."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if _FORMULA.match(text) else text
