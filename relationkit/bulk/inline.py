"""Rows of ours inside a statement, where there is no table to bring them in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from relationkit.bulk.dialects import Dialect

__all__ = ["Kind", "Trial", "inline_step"]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a job must answer to rows of ours.

    Attributes:
        step: The last step of its text.
        columns: Those of its columns that are compared.
        rows: What must stand in them, in any order.
        kinds: What the columns hold that are not whole numbers.
    """

    step: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    kinds: "Mapping[str, Kind]"


#: What a column holds; one that is not named holds whole numbers.
Kind = Literal["text", "day", "moment"]
_NUMBER: Final = "number"


def inline_step(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], kinds: Mapping[str, Kind], dialect: Dialect
) -> str:
    """Return a step that holds the rows: as a list of values, or as a chain of SELECTs, which every database takes.

    Args:
        name: What the step is called.
        columns: Its columns.
        rows: At least one. Days are ISO text or dates, moments microseconds of UTC; ``None`` is nothing.
        kinds: What the columns hold that are not whole numbers.
        dialect: The database that will run it.
    """
    told = [
        [_cell(cell, kinds.get(each, _NUMBER), dialect) for each, cell in zip(columns, row, strict=True)]
        for row in rows
    ]
    names = [dialect.column(each) for each in columns]
    if dialect.lists_values:
        values = ",\n        ".join(f"({', '.join(row)})" for row in told)
        return f"{name} AS (\n    SELECT * FROM VALUES\n        {values}\n    AS {name}_row({', '.join(names)})\n)"  # noqa: S608  ours
    selects = (", ".join(f"{cell} AS {each}" for cell, each in zip(row, names, strict=True)) for row in told)
    return f"{name} AS (\n" + "\n    UNION ALL\n".join(f"    SELECT {row}{dialect.dual}" for row in selects) + "\n)"


def _cell(cell: object, kind: str, dialect: Dialect) -> str:
    if kind == _NUMBER:
        return f"CAST(NULL AS {dialect.whole})" if cell is None else str(int(str(cell)))
    if kind == "moment":
        number = f"CAST(NULL AS {dialect.whole})" if cell is None else str(cell)
        return dialect.write(dialect.moment, number)
    way = dialect.literal_day if kind == "day" else dialect.text
    return dialect.write(way, "NULL" if cell is None else "'" + str(cell).replace("'", "''") + "'")
