"""Read a file of separated columns, whatever is wrong with it: each fault becomes one line that says where.

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

__all__ = ["DelimitedFile", "Row", "not_in", "open_delimited", "unknown_columns"]

_BLOCK: Final = 1 << 20
_SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
#: Words of capitals or of small letters, joined by underscores; where a heading is missing, the first row has none.
_HEADING: Final = re.compile(r"(?=.{1,40}$)([A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[a-z][a-z0-9]*(_[a-z0-9]+)+)")


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
        delimiter: What stands between two columns.
        is_guessed: Whether its encoding was neither said nor told by its bytes.
    """

    path: Path
    columns: tuple[str, ...] = field(repr=False)
    headings: tuple[str, ...] = field(repr=False)
    encoding: str
    has_nul: bool
    delimiter: str = ","
    is_guessed: bool = False

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
        if self.is_guessed:
            log.add(
                Problem(
                    self.name,
                    "is not UTF-8 and was read as Windows-1252",
                    "Check names with accents, and save it as CSV UTF-8",
                )
            )
        width = len(self.columns)
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
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
            remedy = f"Look for a missing or an unquoted {_word(self.delimiter)}; the row was left out"
            log.add(Problem(self.name, what, remedy, row=number))
            return False
        if self.has_nul and any("\x00" in cell for cell in cells):
            log.add(
                Problem(
                    self.name,
                    "holds NUL bytes, which no text does",
                    f"{_remedy(self.delimiter)}; the row was left out",
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


def open_delimited(path: Path, source: str, *, delimiter: str = ",", encoding: str | None = None) -> DelimitedFile:
    """Return the file with its heading read.

    Args:
        path: Where it is.
        source: As users name it, for errors.
        delimiter: What stands between two columns.
        encoding: How the file is written, such as ``"cp1252"``; ``None`` takes UTF-8 and marked UTF-16 as they are, and
            reads everything else as Windows-1252, with a problem that says so.

    Raises:
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: It is a folder or a pipe, may not be read, is empty, its columns are not separated by the
            delimiter, or it is not written in the encoding that was named.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or device, which may never end
        raise _unreadable(source, path, "is no ordinary file", "Save it as a file first")
    try:
        found, has_nul = _survey(path, encoding)
        used = found or "cp1252"
        with path.open(encoding=used, errors="replace", newline="") as text:
            heading = next(csv.reader(text, delimiter=delimiter, strict=True), None)
    except FileNotFoundError:
        raise SourceNotFoundError(source, f"there is no file {path.name}", "Check the name and the folder") from None
    except IsADirectoryError:
        raise _unreadable(source, path, "is a folder, and a file is needed", "Name a file") from None
    except UnicodeError:  # not chained: it holds the bytes of the file
        raise _unreadable(source, path, *not_in(encoding)) from None
    except (OSError, csv.Error) as error:
        what = "may not be read" if isinstance(error, PermissionError) else f"cannot be read ({type(error).__name__})"
        raise _unreadable(source, path, what, "Check the file and who may read it") from error
    columns = tuple(cell.strip() for cell in heading or ())
    if fault := _fault(columns, delimiter):
        raise _unreadable(source, path, *fault)
    return DelimitedFile(path, columns, columns, used, has_nul, delimiter, is_guessed=found is None)


def not_in(encoding: str | None) -> tuple[str, str]:
    """Return what is said of a file that is not written as its adapter takes it to be, and the remedy."""
    said = "the text that it is read as" if encoding is None else f"written in {encoding}"
    return f"is not {said}", "Save it as CSV UTF-8, or let its adapter name the encoding that the system writes"


def _survey(path: Path, encoding: str | None) -> tuple[str | None, bool]:
    """Return how the bytes of a file are to be read, and whether NULs are among them, in one pass of small blocks.

    ``None`` where it was not said and is not plain. Raises ``UnicodeError`` where it was said and is not so.
    """
    named = None if encoding is None else codecs.lookup(encoding).name
    with path.open("rb") as data:
        block = data.read(_BLOCK)
        is_marked = block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        if is_marked and named in (None, "utf-16"):
            return "utf-16", False
        decoder = codecs.getincrementaldecoder(named or "utf-8")()
        is_so, has_nul = True, False
        while block:
            has_nul = has_nul or b"\x00" in block
            following = data.read(_BLOCK)
            try:
                decoder.decode(block, final=not following)
            except UnicodeDecodeError:
                if named is not None:
                    raise
                is_so = False
                decoder.reset()
            block = following
    if named in (None, "utf-8"):
        return ("utf-8-sig" if is_so else None), has_nul
    return named, has_nul and not str(named).startswith(("utf-16", "utf-32"))


def _word(delimiter: str) -> str:
    return _SEPARATORS.get(delimiter, repr(delimiter))


def _remedy(delimiter: str) -> str:
    return f"Export it again as CSV, {_word(delimiter)} delimited"


def _fault(columns: tuple[str, ...], delimiter: str) -> tuple[str, str] | None:
    if not any(columns):
        return "is empty", "Export it again; a heading line and rows are needed"
    if "\x00" in "".join(columns):
        return "is not text: its heading holds NUL bytes", _remedy(delimiter)
    if len(columns) == 1:
        for mark, name in _SEPARATORS.items():
            if mark in columns[0]:
                return f"has its columns separated by {name}s, not {_word(delimiter)}s", _remedy(delimiter)
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
