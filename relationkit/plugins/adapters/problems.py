"""Bad input, listed once and in a few words: the log that adapters keep, and the way from a refusal to it."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from relationkit.errors import InvalidRecordError, Problem
from relationkit.records import (
    ChangeReason,
    Channel,
    Direction,
    FrozenModel,
    MessageKind,
    Role,
    SessionKind,
    SessionStatus,
)

__all__ = [
    "BROKEN_FORMULA",
    "KEPT_OF_A_KIND",
    "ProblemLog",
    "is_broken_formula",
    "is_near_a_code",
    "record_or_problems",
    "showable",
]

RecordT = TypeVar("RecordT", bound=FrozenModel)

#: How many problems alike are listed one by one; the rest are counted in one line, so that a file of three million bad
#: rows is still read in little memory.
KEPT_OF_A_KIND: Final = 1_000

#: The fields that hold words or names: what stands in them is never shown.
_PRIVATE: Final = frozenset({"chosen_name", "name", "no_reply_why", "place", "pronouns", "team", "thread"})
#: The fields that hold one of a few codes, and the codes; of a language, what people write in place of one.
_CODES: Final[Mapping[str, frozenset[str]]] = {
    "channel": frozenset(Channel),
    "direction": frozenset(Direction),
    "kind": frozenset(MessageKind) | frozenset(SessionKind),
    "language": frozenset({"cy", "cymraeg", "en", "english", "welsh"}),
    "reason": frozenset(ChangeReason),
    "role": frozenset(Role),
    "status": frozenset(SessionStatus),
}
#: How alike a slip of the pen must be to its code, as difflib counts, and how long a code must be to be judged so: a
#: letter more or less makes a name of "call", "email" or "text", and not of "personal_adviser".
_ALIKE: Final = 0.85
_LONG: Final = 6
_DATE_OR_ID: Final = re.compile(r"(?=.*\d)[\w.:/+\-]+( [\d.:+\-]+)?")
_LONGEST_SHOWN: Final = 40
_BROKEN_FORMULA: Final = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", re.IGNORECASE)

#: What is said of a cell in which a spreadsheet could not work out its formula.
BROKEN_FORMULA: Final = "is a formula that broke"


def is_broken_formula(cell: str) -> bool:
    """Return whether a cell holds what a spreadsheet writes where it could not work out a formula, such as ``#N/A``."""
    return cell[:1] == "#" and _BROKEN_FORMULA.fullmatch(cell) is not None


def showable(field_name: str, value: object) -> str | None:
    """Return ``value`` if it is plainly a code, a date or an id, otherwise ``None``.

    Cells slip into neighbouring columns, so the column alone does not tell: a date or an id must hold a digit, and a
    code must be near one that is known, see :func:`is_near_a_code`. Names are neither.
    """
    if not isinstance(value, str) or field_name in _PRIVATE or len(value) > _LONGEST_SHOWN:
        return None
    codes = _CODES.get(field_name)
    is_shown = _DATE_OR_ID.fullmatch(value) if codes is None else is_near_a_code(value, codes)
    return value if is_shown else None


def is_near_a_code(value: str, codes: Collection[str]) -> bool:
    """Return whether a value is a known code but for capitals, marks between words, or a slip of the pen.

    >>> is_near_a_code("Social worker", {"social_worker"}), is_near_a_code("socialwrker", {"social_worker"})
    (True, True)
    >>> is_near_a_code("SMITH", {"social_worker"}), is_near_a_code("Emil", {"email"})
    (False, False)
    """
    letters = _letters(value)
    known = {_letters(code) for code in codes}
    long = [code for code in known if len(code) >= _LONG and code[:1] == letters[:1]]
    return letters in known or bool(difflib.get_close_matches(letters, long, n=1, cutoff=_ALIKE))


def _letters(text: str) -> str:
    return re.sub(r"[\s_-]", "", text.casefold())


@dataclass(slots=True)
class _Alike:
    """The problems that differ in nothing but the row and what was found there."""

    kept: list[Problem] = field(default_factory=list)
    told: set[Problem] = field(default_factory=set)
    more: int = 0
    last_row: int = 0


@dataclass(slots=True)
class ProblemLog:
    """What has been refused: each problem once, in the order found, in bounded memory.

    Rows are mostly told in rising order. One at or before the last of its kind was told before, unless it is not among
    those that are listed and there is room for it still.
    """

    _groups: dict[tuple[str, str | None, str], _Alike] = field(default_factory=dict)

    def add(self, problem: Problem, *, alike: str | None = None) -> None:
        """Keep the problem, unless it is listed already.

        Args:
            problem: What was found.
            alike: The file or table whose problems count together, where ``problem.where`` names a record of it.
        """
        group = self._groups.setdefault((alike or problem.where, problem.field, problem.what), _Alike())
        if problem.row is None:
            is_new = problem not in group.told
        else:
            has_room = len(group.kept) < KEPT_OF_A_KIND
            is_new = problem.row > group.last_row or (has_room and problem not in group.told)
            group.last_row = max(group.last_row, problem.row)
        if is_new and len(group.kept) < KEPT_OF_A_KIND:
            group.kept.append(problem)
            group.told.add(problem)
        elif is_new:
            group.more += 1

    def listed(self) -> list[Problem]:
        """Return the problems, those alike together, in the order in which each kind was first found."""
        return list(self._listed())

    def _listed(self) -> Iterator[Problem]:
        for (where, _, _), group in self._groups.items():
            yield from group.kept
            if group.more:
                last = group.kept[-1]
                many = "many more places" if last.row is None else f"{group.more:,} more rows"
                yield replace(last, where=where, row=None, found=None, what=f"{last.what}, and so it is in {many}")


def record_or_problems(
    record: type[RecordT],
    fields: Mapping[str, Any],
    *,
    where: str,
    row: int | None = None,
    columns: Mapping[str, str] | None = None,
) -> RecordT | list[Problem]:
    """Return the record that the fields make, or what is wrong with them in terms of the source.

    Args:
        record: The kind of record.
        fields: Its values, as text or typed.
        where: The file or table.
        row: The line in the file.
        columns: The source's name for each field, where it differs.
    """
    try:
        return record(**fields)
    except InvalidRecordError as error:
        return [_of_row(problem, record, fields, where, row, columns or {}) for problem in error.problems]


def _of_row(
    problem: Problem,
    record: type[FrozenModel],
    fields: Mapping[str, Any],
    where: str,
    row: int | None,
    columns: Mapping[str, str],
) -> Problem:
    """Return a record's problem in its source's words; one about two fields is told of the first that it names."""
    name, what = problem.field, problem.what
    if name is None and (first := what.split(" ", 1)[0]) in record.model_fields:
        name, what = first, what.removeprefix(f"{first} ")
    for field_name, column in columns.items():
        what = re.sub(rf"\b{field_name}\b", column, what)
    found = None if name is None else showable(name, fields.get(name))
    place = None if name is None else columns.get(name, name)
    child_id = showable("child_id", fields.get("child_id"))
    return replace(problem, where=where, what=what, row=row, field=place, found=found, child_id=child_id)
