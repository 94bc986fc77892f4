"""How commands print: a table for people, JSON or CSV for programs; notes and problems go to standard error."""

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table

from relationkit.errors import Problem

__all__ = [
    "csv_text",
    "note",
    "print_csv",
    "print_json",
    "print_lines",
    "print_table",
    "problem_rows",
    "show_problems",
    "watch",
    "words_of",
]

Item = TypeVar("Item")

#: Problems shown one by one before the rest is only counted.
SHOWN = 20

#: A cell that starts with one of these runs as a formula in a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _PlainConsole(Console):
    """Shows text as it stands: an id such as ``:100:`` or ``[red]`` is no markup."""

    def on_broken_pipe(self) -> None:
        """Say it, rather than end the process with the code that means overdue."""
        raise BrokenPipeError


def _console(*, is_error: bool = False) -> Console:
    return _PlainConsole(stderr=is_error, highlight=False, markup=False, emoji=False)


def _write(text: str) -> None:
    """Write what a program will read: in UTF-8 and with the line ends as they stand, whatever the machine's habit."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    with _to_whoever_reads():
        sys.stdout.write(text)


@contextmanager
def _to_whoever_reads() -> Iterator[None]:
    """Go on when the reader has gone away, as ``head`` does: the exit code still says how things stand."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(value: Any) -> None:
    """Print one JSON document; dates and instants in ISO 8601."""
    _write(json_text(value))


def json_text(value: Any) -> str:
    """Return one JSON document as a file holds it."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_iso) + "\n"


def _iso(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too, and writes its time
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return CSV whose text cells no spreadsheet runs as a formula; ``None`` is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def print_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print CSV to standard output."""
    _write(csv_text(headings, rows))


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]], *, limit: int = 0) -> None:
    """Print a table of at most ``limit`` rows (0: all), saying how many were left out."""
    table = Table(title=title, title_justify="left", title_style="bold", caption_justify="left", box=box.SIMPLE_HEAD)
    shown = rows[:limit] if limit else rows
    for number, heading in enumerate(headings):
        is_amount = bool(shown) and all(_is_amount(row[number]) for row in shown)
        table.add_column(heading, overflow="fold", justify="right" if is_amount else "left")
    for row in shown:
        table.add_row(*map(words_of, row))
    if len(shown) < len(rows):
        table.caption = f"{len(rows) - len(shown)} more; --limit 0 shows all."
    with _to_whoever_reads():
        _console().print(table)


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def words_of(value: object) -> str:
    """Return a cell as people read it: yes and no, thousands apart, nothing for ``None``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text to standard output."""
    _write("".join(f"{line}\n" for line in lines))


def note(line: str) -> None:
    """Print a line for people: to standard error, so that output stays clean."""
    _console(is_error=True).print(line, soft_wrap=True)


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return the problems as JSON objects."""
    return [asdict(problem) for problem in problems]


def show_problems(problems: Sequence[Problem]) -> None:
    """Print what was left out, one line each, on standard error; nothing when there is nothing."""
    if not problems:
        return
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    note(f"{count} in the input. What could be read was read; what is counted from it may be too low:")
    for problem in problems[:SHOWN]:
        note(f"  {problem}")
    if len(problems) > SHOWN:
        note(f"  and {len(problems) - SHOWN} more; --json lists all.")


class Counted:
    """Hands records on, and counts them for a progress bar and for whoever asks afterwards.

    Attributes:
        count: How many have been handed on.
    """

    def __init__(self, advance: Callable[[], None]) -> None:
        self.count = 0
        self._advance = advance

    def __call__(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items as they come."""
        for item in items:
            self.count += 1
            self._advance()
            yield item


@contextmanager
def watch(what: str) -> Iterator[Counted]:
    """Show progress on standard error while long work runs, and only to a person at a terminal.

    Yields:
        What to hand the records through.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield Counted(lambda: progress.advance(task))
