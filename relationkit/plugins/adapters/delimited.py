"""Read a file of comma-separated columns, whatever is wrong with it: each fault becomes one line that says where.

Rows stream; nothing is held but the row at hand. Rows are counted as a text editor counts lines, the heading being
line 1.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from relationkit.errors import Problem, SourceError, SourceNotFoundError, UnreadableSourceError
from relationkit.plugins.adapters.problems import ProblemLog, is_near_a_code

__all__ = ["DelimitedFile", "Row", "open_delimited", "unknown_columns"]

_BLOCK: Final = 1 << 20
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
#: Words of capitals or of small letters, joined by underscores; where a heading is missing, the first row has none.
_HEADING: Final = re.compile(r"(?=.{1,40}$)([A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[a-z][a-z0-9]*(_[a-z0-9]+)+)")
_FILE_REMEDY: Final = "Export it again as CSV, comma delimited"


class CsvReader(Protocol):
    """What ``csv.reader`` returns, whose type has no name of its own before Python 3.13."""

    @property
    def line_num(self) -> int:
        """How many lines have been read."""
        ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file; ``cells`` has a text for each column of the heading, without blanks around it."""

    number: int
    cells: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DelimitedFile:
    """A file whose heading has been read and can be used.

    Attributes:
        path: Where it is.
        columns: The names that the columns go by; an adapter may put them in capitals.
        headings: The headings as they stand, without blanks around them.
        encoding: How its bytes are read.
        has_nul: Whether it holds NUL bytes, which no text does.
    """

    path: Path
    columns: tuple[str, ...] = field(repr=False)
    headings: tuple[str, ...] = field(repr=False)
    encoding: str
    has_nul: bool

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def rows(self, log: ProblemLog) -> Iterator[Row]:
        """Return the rows that can be read, in the order of the file; the others go to the log."""
        columns = self.columns
        for number, cells in self.cells(log):
            yield Row(number, {column: cell.strip() for column, cell in zip(columns, cells, strict=False)})

    def picked(self, columns: Sequence[str], log: ProblemLog) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Return each row's line and its cells under ``columns``, blank for a column that the file lacks.

        The same rows as :meth:`rows` gives, at less cost: for files of which few columns are wanted.
        """
        missing = len(self.columns)
        places = [self.columns.index(column) if column in self.columns else missing for column in columns]
        for number, cells in self.cells(log):
            del cells[missing:]
            cells.append("")
            yield number, tuple([cells[place].strip() for place in places])

    def cells(self, log: ProblemLog) -> Iterator[tuple[int, list[str]]]:
        """Return each row's line and its cells as they stand; the rows that cannot be read go to the log."""
        if self.encoding not in ("utf-8-sig", "utf-16"):
            log.add(
                Problem(
                    self.name,
                    "is not UTF-8 and was read as Windows-1252",
                    "Check names with accents, and save it as CSV UTF-8",
                )
            )
        width = len(self.columns)
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as text:
            reader = csv.reader(text, strict=True)
            next(reader)
            found = False
            for number, cells in _numbered(reader, self.name, log):
                found = True
                if (len(cells) == width and not self.has_nul) or self._is_whole(number, cells, log):
                    yield number, cells
        if not found:
            log.add(Problem(self.name, "has a heading and no rows", "Check that the export was complete"))

    def _is_whole(self, number: int, cells: Sequence[str], log: ProblemLog) -> bool:
        width = len(self.columns)
        if (len(cells) != width and any(cells[width:])) or len(cells) < width:
            what = f"has {len(cells)} cells, and the heading has {width}"
            log.add(
                Problem(self.name, what, "Look for a missing or an unquoted comma; the row was left out", row=number)
            )
            return False
        if self.has_nul and any("\x00" in cell for cell in cells):
            log.add(
                Problem(
                    self.name,
                    "holds NUL bytes, which no text does",
                    f"{_FILE_REMEDY}; the row was left out",
                    row=number,
                )
            )
            return False
        return True


def _numbered(reader: CsvReader, name: str, log: ProblemLog) -> Iterator[tuple[int, list[str]]]:
    """Return each row that is not blank with its line; a row that cannot be taken apart goes to the log."""
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            log.add(_unparsed(error, name, number, reader.line_num))
            continue
        if any(map(str.strip, cells)):
            yield number, cells


def _unparsed(error: csv.Error, name: str, first: int, last: int) -> Problem:
    lines = "the line was" if last <= first else f"lines {first} to {last} were"
    if "field limit" in str(error):
        what = f"a cell is longer than {csv.field_size_limit():,} characters"
    elif "unexpected end" in str(error):
        what = "a quotation mark is never closed"
    else:
        what = "a quotation mark stands where none can be"
    return Problem(name, what, f"Look for a stray quotation mark; {lines} left out", row=first)


def open_delimited(path: Path, source: str) -> DelimitedFile:
    """Return the file with its heading read.

    Raises:
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: It is a folder or a pipe, may not be read, is empty, or its columns are not separated by
            commas.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or device, which may never end
        raise _unreadable(source, path, "is no ordinary file", "Save it as a file first")
    try:
        encoding, has_nul = _survey(path)
        with path.open(encoding=encoding, errors="replace", newline="") as text:
            heading = next(csv.reader(text, strict=True), None)
    except FileNotFoundError:
        raise SourceNotFoundError(source, f"there is no file {path.name}", "Check the name and the folder") from None
    except IsADirectoryError:
        raise _unreadable(source, path, "is a folder, and a file is needed", "Name a file") from None
    except (OSError, csv.Error) as error:
        what = "may not be read" if isinstance(error, PermissionError) else f"cannot be read ({type(error).__name__})"
        raise _unreadable(source, path, what, "Check the file and who may read it") from error
    columns = tuple(cell.strip() for cell in heading or ())
    if fault := _fault(columns):
        raise _unreadable(source, path, *fault)
    return DelimitedFile(path, columns, columns, encoding, has_nul)


def _survey(path: Path) -> tuple[str, bool]:
    """Return how the bytes of a file are to be read, and whether NULs are among them, in one pass of small blocks."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_nul = True, False
    with path.open("rb") as data:
        block = data.read(_BLOCK)
        if block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", False
        while block:
            has_nul = has_nul or b"\x00" in block
            following = data.read(_BLOCK)
            try:
                decoder.decode(block, final=not following)
            except UnicodeDecodeError:
                is_utf8 = False
                decoder.reset()
            block = following
    return ("utf-8-sig" if is_utf8 else "cp1252"), has_nul


def _fault(columns: tuple[str, ...]) -> tuple[str, str] | None:
    if not any(columns):
        return "is empty", "Export it again; a heading line and rows are needed"
    if "\x00" in "".join(columns):
        return "is not text: its heading holds NUL bytes", _FILE_REMEDY
    if len(columns) == 1:
        for mark, name in _SEPARATORS.items():
            if mark in columns[0]:
                return f"has its columns separated by {name}, not commas", _FILE_REMEDY
    places: dict[str, int] = {}
    for place, column in enumerate(columns, start=1):
        if column and (first := places.setdefault(column, place)) != place:
            return f"has the same heading over columns {first} and {place}", "Take one of them out"
    return None


def _unreadable(source: str, path: Path, what: str, remedy: str) -> SourceError:
    return UnreadableSourceError(source, f"{path.name} {what}", remedy, [Problem(path.name, what, remedy)])


def unknown_columns(file: DelimitedFile, known: Sequence[str]) -> Iterator[Problem]:
    """Return a problem for each column that is not known; a heading that is not plainly one is told by its place.

    A file without a heading has a row of names in its place.
    """
    for place, (column, heading) in enumerate(zip(file.columns, file.headings, strict=True), start=1):
        if column not in known and column:
            is_plain = _HEADING.fullmatch(heading) or is_near_a_code(heading, known)
            shown = column if is_plain else f"column {place}"
            yield Problem(
                file.name,
                "is not a column that is known, and was passed over",
                f"Rename it, or leave it; the columns known are {', '.join(known)}",
                row=1,
                field=shown,
            )
