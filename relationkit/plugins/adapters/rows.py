"""A reader made of a system's own rows: name its tables and columns, give the rows, and the rest is done here.

Most case systems hold each kind of record as rows: of a file, of a query, of the pages of a REST answer. What differs
is names, codes and how a day is written. An adapter says that as a table and gives the rows; what cannot be a record is
listed, repeated ids are told, and records come in the contract's order without ever sitting in memory all at once.
"""

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeVar

from relationkit.errors import Problem, UnreadableSourceError
from relationkit.plugins.adapters.base import KIND_OF, RECORD_OF, StreamedReader, contract_order
from relationkit.plugins.adapters.delimited import not_in, open_delimited
from relationkit.plugins.adapters.moments import NotOneMomentError
from relationkit.plugins.adapters.ordered import OrderedRows
from relationkit.plugins.adapters.problems import record_or_problems, showable
from relationkit.records import Absence, FrozenModel, Record

__all__ = ["RowReader", "RowTable"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RowTable:
    """How the rows of one kind become records.

    Attributes:
        where: What the rows come from, as problems name it: a file, a table, an address; never a folder.
        columns: Our field, their column. A column that a row lacks, or that is ``None`` or blank, is left out.
        always: Our field, and the value that every row has, such as ``{"role": "social_worker"}``.
        values: Our field, and what turns the cell into what the record takes: a function, or a mapping from their
            codes to ours. A cell that is in no mapping, or for which the function raises ``ValueError`` or
            ``TypeError``, is refused with its row.
        first_row: The number of the first row as people count, such as 2 under a heading, where rows bring no number of
            their own and none is passed over; ``None`` where they have no number, and the id is told instead.
    """

    where: str
    columns: Mapping[str, str]
    always: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    values: Mapping[str, Callable[[Any], object] | Mapping[Any, object]] = field(default_factory=lambda: _NOTHING)
    first_row: int | None = None


class RowReader(StreamedReader):
    """A :class:`~relationkit.plugins.CaseReader` over rows; write ``tables`` and :meth:`rows`.

    Rows are read once, when their kind is first asked for, in whatever order they come. Above some hundred thousand
    they are kept in a temporary file that goes when the reader is closed.

    Attributes:
        tables: By kind, out of ``relationkit.plugins.KINDS``: how its rows become records.
    """

    tables: ClassVar[Mapping[str, RowTable]] = _NOTHING

    def __init__(self, source: str, capabilities: Collection[str] | None = None) -> None:
        """Name the source as users do, ``"ADAPTER:WHERE"``, and which of the tables it holds; without that, all."""
        super().__init__(source, self.tables if capabilities is None else capabilities)
        self._ordered: dict[str, OrderedRows] = {}

    @abstractmethod
    def rows(self, kind: str) -> Iterable[Mapping[str, Any] | tuple[int, Mapping[str, Any]]]:
        """Return the system's rows of one kind, each a mapping from its columns to what they hold, in any order.

        A row may bring its own number, as a pair of the number and the mapping: where rows are passed over, nothing
        else keeps a problem's number true. :meth:`csv_rows` gives such pairs.

        Raises:
            SourceError: They cannot be read; ``SourceUnavailableError`` where trying again may help.
        """

    def csv_rows(
        self, kind: str, path: Path, *, delimiter: str = ",", encoding: str | None = None, made: Collection[str] = ()
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Return the rows of a CSV file, each with the line that it stands on; what is wrong with it goes to the log.

        Blank lines and rows that cannot be taken apart shift no number. Cells come without the blanks around them.

        Args:
            kind: Whose columns the file must have, by ``tables``.
            path: Where it is.
            delimiter: What stands between two columns.
            encoding: How the system writes, such as ``"cp1252"``. ``None`` takes UTF-8 and marked UTF-16 as they are,
                and reads everything else as Windows-1252, with a problem that says so.
            made: Columns that the file need not have, since you add them to each row, such as a time out of a day and
                an hour.

        Raises:
            SourceNotFoundError: There is no such file.
            UnreadableSourceError: It lacks a column, or its columns or letters are not as they were said to be.
        """
        file = open_delimited(path, self.source, delimiter=delimiter, encoding=encoding)
        wanted = dict.fromkeys(self.tables[kind].columns.values())
        if missing := [column for column in wanted if column not in file.columns and column not in made]:
            what, remedy = f"{file.name} lacks the column {', '.join(missing)}", "Export it again, with every column"
            problems = [Problem(file.name, "lacks this column", remedy, row=1, field=name) for name in missing]
            raise UnreadableSourceError(self.source, what, remedy, problems)
        return ((row.number, row.cells) for row in file.rows(self._log))

    def close(self) -> None:
        """Let go of the rows that were read and of their temporary files."""
        for rows in self._ordered.values():
            rows.close()
        self._ordered = {}

    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        kind = KIND_OF[record]
        if kind not in self._ordered:
            self._ordered[kind] = self._read(kind, self.tables[kind])
        return (record.model_validate_json(str(text)) for (text,) in self._ordered[kind])

    def _read(self, kind: str, table: RowTable) -> OrderedRows:
        ordered = OrderedRows()
        try:
            for number, row in self._numbered(kind, table):
                for made in self._records(kind, table, row, number):
                    if not ordered.add(_identity(made), contract_order(made), (made.model_dump_json(),)):
                        self._log.add(_repeated(table, made, number))
        except UnicodeDecodeError as error:  # not chained: it holds the bytes of the file
            ordered.close()
            what, remedy = not_in(error.encoding)
            raise UnreadableSourceError(self.source, f"{table.where} {what}", remedy) from None
        except BaseException:
            ordered.close()
            raise
        return ordered

    def _numbered(self, kind: str, table: RowTable) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
        """Give each row with its own number, or that which it has by its place."""
        for count, row in enumerate(self.rows(kind)):
            if isinstance(row, tuple):
                yield row
            else:
                yield (None if table.first_row is None else table.first_row + count), row

    def _records(self, kind: str, table: RowTable, row: Mapping[str, Any], number: int | None) -> Iterator[Record]:
        """Give the record that a row makes, or none, and tell the log why."""
        where = table.where if number is not None else _place(table, row)
        fields: dict[str, object] = dict(table.always)
        refused: list[Problem] = []
        for name, column in table.columns.items():
            cell = row.get(column)
            if cell is None or cell == "":
                continue
            try:
                fields[name] = _turned(table.values.get(name), cell)
            except (KeyError, TypeError, ValueError) as error:
                what, remedy = _refusal(error)
                refused.append(
                    Problem(where, what, remedy, number, column, showable(name, cell), _child_of(table, row))
                )
        made = record_or_problems(RECORD_OF[kind], fields, where=where, row=number, columns=table.columns)
        if isinstance(made, list):
            told = {problem.field for problem in refused}
            refused += [problem for problem in made if problem.field not in told]
        for problem in refused:
            self._log.add(problem, alike=table.where)
        if not refused and not isinstance(made, list):
            yield made


def _turned(change: Callable[[Any], object] | Mapping[Any, object] | None, cell: object) -> object:
    if change is None:
        return cell
    return change[cell] if isinstance(change, Mapping) else change(cell)


def _refusal(error: Exception) -> tuple[str, str]:
    """Return what is said of a cell; of most errors nothing is repeated, since they may hold it."""
    if isinstance(error, NotOneMomentError):
        return error.what, error.remedy
    return "is not a value of this column", "Correct it in the source"


def _child_of(table: RowTable, row: Mapping[str, Any]) -> str | None:
    """Return whose row it is, where that is plainly told: what is counted for them would lack it."""
    return showable("child_id", row.get(table.columns.get("child_id", "")))


def _identity(record: Record) -> tuple[str, ...]:
    return contract_order(record) if isinstance(record, Absence) else (record.id,)


def _place(table: RowTable, row: Mapping[str, Any]) -> str:
    """Return the table, with the row's id where it is plainly one."""
    shown = showable("id", str(row.get(table.columns.get("id", ""), "")))
    return table.where if shown is None else f"{table.where} {shown}"


def _repeated(table: RowTable, record: Record, number: int | None) -> Problem:
    name = "starts_at" if isinstance(record, Absence) else "id"
    return Problem(
        table.where,
        "stands in an earlier row already, which was kept",
        "Take one of the rows out",
        row=number,
        field=table.columns.get(name, name),
        found=showable(name, record.worker_id if isinstance(record, Absence) else record.id),
    )
