"""How many children: an answer over whole tables as a small table of counts, small numbers withheld.

The database only groups. What must not be shown is settled in Python by :mod:`relationkit.withholding`, on the table of
counts, which is small however many children there are.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from relationkit.bulk.beside import Beside, fetched, queried
from relationkit.bulk.columns import Refusal, id_checks, refusals_of
from relationkit.bulk.dialects import Dialect
from relationkit.bulk.engine import EMBEDDED, DuckDB, DuckDBTable, Table, open_table
from relationkit.bulk.opened import OpenedTable
from relationkit.bulk.result import BulkResult
from relationkit.bulk.spark import SparkFrame, SparkResult, SparkTable
from relationkit.bulk.text import sql_text
from relationkit.england.age_bands import NOT_KNOWN, age_group
from relationkit.errors import Problem, UnreadableSourceError
from relationkit.withholding import ALL, SMALLEST, Withheld, withhold

__all__ = ["AGE_BAND", "Summary", "summarise", "summary_steps"]

#: What is worked out from the day of birth when it is asked for.
AGE_BAND: Final = "age_band"

_MISSING_ID: Final = id_checks("child_id")[0]


@dataclass(frozen=True, slots=True)
class Summary:
    """Children counted by one or more columns, small numbers withheld.

    Attributes:
        by: The columns, in the order in which a key of ``table`` names them.
        table: Every figure and every total; ``None`` where it is withheld.
        refusals: Rows that name no child, and so count nobody.
    """

    by: tuple[str, ...]
    table: Withheld
    refusals: tuple[Refusal, ...] = ()

    def rows(self) -> list[tuple[str | int | None, ...]]:
        """Return one row a figure, totals first: a name for each column, ``None`` for all together; then the figure.

        ``None`` in the last place is a figure that is withheld.
        """
        return [
            (*(None if name is ALL else str(name) for name in key), figure)
            for key, figure in self.table.figures.items()
        ]


def summarise(
    answer: "BulkResult | SparkResult | Table | SparkFrame",
    by: Sequence[str],
    *,
    children: "Table | SparkFrame | None" = None,
    on: date | None = None,
    smallest: int = SMALLEST,
    shown: "Collection[Collection[int]] | None" = None,
    engine: DuckDB = EMBEDDED,
) -> Summary:
    """Count the children of an answer by any of its columns, or of a table of children, and withhold small numbers.

    Args:
        answer: What :func:`continuity` gave, or any table with a column ``child_id``: a path, a DuckDB relation, an
            Arrow table. Every child counts once, so all rows of a child must tell the same of it.
        by: One or more columns. Those that ``answer`` does not have are looked for in ``children``; ``age_band`` is
            worked out there from ``born_on``, as in an audit.
        children: A table with the column ``id`` or ``child_id``, and what is asked of it, such as ``team``.
        on: The day whose age counts, for ``age_band``.
        smallest: Figures from 1 to below this are withheld; 1 withholds nothing.
        shown: As for :func:`relationkit.withholding.withhold`: which of the columns the shown figures tell apart.
        engine: The settings of the connection, where one has to be opened.

    Returns:
        The counts with all their totals. What is empty counts as ``"not known"``; truths are ``"true"`` and
        ``"false"``. With ``children``, a temporary table named ``relationkit_...`` is left in the connection of a
        relation.

    Raises:
        MissingExtraError: DuckDB is not installed.
        SourceNotFoundError: There is no such file.
        UnreadableSourceError: A table cannot be read, has no such column, or tells different things of one child.
    """
    opened = _opened(answer, by, engine)
    if not by:
        raise UnreadableSourceError(opened.name, "there is no column to count by", "Name one or more")
    beside = Beside(opened)
    people = None if children is None else open_table(children, _asked_of_people(by), engine=engine, name="children")
    told = _told(opened, people, beside, by, on)
    steps = (*beside.steps, told, summary_steps(len(by)))
    with opened.reading():
        asked = _FIGURES.format(groups=_groups(len(by)), nothing="NULL, " * len(by))
        found = fetched(opened, *steps, asked, called="answer")
        is_answer = isinstance(answer, BulkResult | SparkResult)
        nobody = 0 if is_answer else fetched(opened, _nobody(opened.dialect), called="answer")[0][0]
    figures = [row for row in found if row[0] is not None]
    several = sum(row[-1] for row in found if row[0] is None)
    if several:
        what = f"it tells different things of {several} {'child' if several == 1 else 'children'}"
        raise UnreadableSourceError(opened.name, what, "Make one row of each child's rows first, then count")
    counts = {tuple(names): children for *names, children in figures}
    refused = refusals_of(opened.name, [(_MISSING_ID.reason, nobody)] if nobody else [], [_MISSING_ID])
    return Summary(tuple(by), withhold(counts, smallest=smallest, shown=shown), refused)


#: The figures and, under no name, how many children there are of whom different things are told: in one pass.
_FIGURES: Final = "SELECT {groups}, children FROM figure UNION ALL SELECT {nothing}COUNT(*) FROM several"


def _nobody(dialect: Dialect) -> str:
    return f"SELECT COUNT(*) FROM answer WHERE child_id IS NULL OR {dialect.write(dialect.text, 'child_id')} = ''"  # noqa: S608  ours


def summary_steps(width: int) -> str:
    """Return the steps that count, in portable SQL; they read ``told`` with as many groups."""
    return sql_text("summary", {"groups": _groups(width)})


def _groups(width: int) -> str:
    return ", ".join(f"group_{place}" for place in range(width))


def _opened(answer: "BulkResult | SparkResult | Table | SparkFrame", by: Sequence[str], engine: DuckDB) -> OpenedTable:
    if isinstance(answer, BulkResult):
        return DuckDBTable(answer.name, answer.relation)
    if isinstance(answer, SparkResult):
        return SparkTable(answer.name, answer.frame)
    opened = open_table(answer, ["child_id", *by], engine=engine)
    if "child_id" not in opened.types():
        raise _without(opened.name, "child_id")
    return opened


def _asked_of_people(by: Sequence[str]) -> list[str]:
    return ["id", "child_id", "born_on", *by]


def _without(name: str, column: str) -> UnreadableSourceError:
    problem = Problem(name, "the column is missing", "Name the columns as relationkit does", field=column)
    return UnreadableSourceError(
        name, f"its columns cannot be used. {problem}".removesuffix("."), "Correct it", [problem]
    )


def _told(opened: OpenedTable, people: OpenedTable | None, beside: Beside, by: Sequence[str], on: date | None) -> str:
    """Return the step that leaves ``told``, and bring beside what it needs."""
    from_people = [name for name in by if name not in opened.types()]
    if from_people and people is None:
        raise _without(opened.name, from_people[0])
    if people is not None and from_people:
        _bring_people(beside, people, from_people, on)
    dialect = opened.dialect
    cells = ", ".join(
        f"{_told_of('p' if name in from_people else 's', name, dialect)} AS group_{place}"
        for place, name in enumerate(by)
    )
    child_id = dialect.write(dialect.text, "s.child_id")
    joined = f" LEFT JOIN person p ON p.child_id = {child_id}" if from_people else ""
    return (
        f"told AS (SELECT {child_id} AS child_id, {cells} FROM answer s{joined} "  # noqa: S608  quoted names
        f"WHERE {child_id} <> '')"
    )


def _told_of(table: str, name: str, dialect: Dialect) -> str:
    return f"COALESCE({dialect.write(dialect.text, f'{table}.{dialect.quoted(name)}')}, '{NOT_KNOWN}')"


def _bring_people(beside: Beside, people: OpenedTable, names: Sequence[str], on: date | None) -> None:
    """Bring what is asked of the children, each different row once."""
    id_column, needs_bands = _what_people_have(people, names)
    steps = list(_bands(people, on)) if needs_bands else []
    dialect = people.dialect
    told = [f"{'b' if needs_bands and name == AGE_BAND else 'p'}.{dialect.quoted(name)}" for name in names]
    joined = " LEFT JOIN band b ON b.born_on = TRY_CAST(p.born_on AS DATE)" if needs_bands else ""
    child_id = dialect.write(dialect.text, f"p.{id_column}")
    rows = f"SELECT DISTINCT {child_id} AS child_id, {', '.join(told)} FROM source p{joined}"  # noqa: S608  quoted names
    with people.reading():
        beside.bring_relation("person", queried(people, *steps, rows), of=people)


def _what_people_have(people: OpenedTable, names: Sequence[str]) -> tuple[str, bool]:
    """Return the column that names the child, and whether age bands have to be worked out.

    Raises:
        UnreadableSourceError: A column that is asked for is missing.
    """
    columns = people.types()
    needs_bands = AGE_BAND in names and AGE_BAND not in columns
    needed = ["born_on" if needs_bands and name == AGE_BAND else name for name in names]
    id_column = next((name for name in ("child_id", "id") if name in columns), "id")
    missing = next((name for name in (id_column, *needed) if name not in columns), None)
    if missing is not None:
        raise _without(people.name, missing)
    return id_column, needs_bands


def _bands(people: OpenedTable, on: date | None) -> Iterator[str]:
    """Yield the step that leaves ``band``: the age band of every day of birth that there is."""
    if on is None:
        raise UnreadableSourceError(people.name, "no day was given for the ages", "Give on=, the day whose age counts")
    days = "SELECT DISTINCT TRY_CAST(born_on AS DATE) AS day FROM source"
    with people.reading():
        known = [day for (day,) in fetched(people, days) if day is not None]
    beside = Beside(people)
    beside.bring_rows("band", ("born_on", AGE_BAND), [(day, age_group(day, on)) for day in known], _BAND_KINDS)
    yield from beside.steps


_BAND_KINDS: Final = {"born_on": "DATE", AGE_BAND: "VARCHAR"}
