"""Rules out of a file that a council writes: one TOML table a row, its keys the fields of the row.

The reader is given the text, not the file. It names every problem at once, with the file, the number of the table and
the key, and refuses what it does not know: a misspelt key that is passed over is a rule that nobody keeps.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from relationkit.errors import InvalidRecordError, InvalidRuleFileError, Problem
from relationkit.records import FrozenModel
from relationkit.text_files import NotReadableError, toml_of

__all__ = ["rules_from_toml"]

RowT = TypeVar("RowT", bound=FrozenModel)


def rules_from_toml(row: type[RowT], text: str, *, table: str, identity: Sequence[str], where: str) -> tuple[RowT, ...]:
    """Return the rows that a TOML text describes: one for each table ``[[table]]``, in the order of the text.

    Args:
        row: What each table describes; its keys are the fields.
        text: What the file says.
        table: The one name that the tables of the file have.
        identity: The fields that no two rows may have alike.
        where: What the file is called in problems, without its folder.

    Raises:
        InvalidRuleFileError: The text is no TOML, holds anything else, describes no row, or one twice; its ``problems``
            name all of them.
    """
    data = _read(text, where)
    problems = list(_strangers(data, table, where))
    tables = data.get(table)
    if not isinstance(tables, list) or not tables:
        problems.append(Problem(where, "is missing", f"Write at least one table [[{table}]]", field=table))
        raise InvalidRuleFileError(where, problems)
    found: dict[tuple[object, ...], RowT] = {}
    for number, values in enumerate(tables, 1):
        place = f"{where}, {table} {number}"
        try:
            made = row.model_validate(values)
        except InvalidRecordError as refusal:
            problems += [replace(problem, where=place) for problem in refusal.problems]
            continue
        if found.setdefault(tuple(getattr(made, name) for name in identity), made) is not made:
            what = f"has the same {' and '.join(identity)} as a table above"
            problems.append(Problem(place, what, "Leave one out, or give each its own"))
    if problems:
        raise InvalidRuleFileError(where, problems)
    return tuple(found.values())


def _read(text: str, where: str) -> Mapping[str, object]:
    try:
        return toml_of(text)
    except NotReadableError as error:
        remedy = "Correct that line; text needs quotation marks, days and numbers none"
        raise InvalidRuleFileError(where, [Problem(where, f"is not TOML: {error}", remedy)]) from error


def _strangers(data: Mapping[str, object], table: str, where: str) -> Iterator[Problem]:
    for key in data:
        if key != table:
            yield Problem(where, "is not a table of this file", f"Write [[{table}]]", field=key)
