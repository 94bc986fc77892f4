"""What a failed test says in a line: what came, what was expected, and never anybody's name.

pytest shows a failure in full; a report and ``relationkit check-plugin`` have a line for each. Ids, codes, days and
numbers stand in it as they are, every other text by its length alone.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import pytest

from relationkit.plugins.adapters.base import RECORD_OF
from relationkit.plugins.adapters.problems import showable
from relationkit.plugins.ports import CaseReader
from relationkit.plugins.testing.scenarios import KIT_WORDS, PRIVATE_WORDS
from relationkit.records import FrozenModel

__all__ = ["difference", "line_from", "line_of", "told"]

#: Words that are ours, and nobody's name.
_OURS: Final = frozenset(
    {"child_ids", "since", "until", "worker_ids"}
    | {name for name in dir(CaseReader) if name[0] != "_"}
    | {name for record in RECORD_OF.values() for name in record.model_fields}
    | {word for fields in KIT_WORDS.values() for words in fields.values() for word in words}
)
_OPERATORS: Final[Mapping[str, str]] = {
    "!=": "something else", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "in": "one of",
    "not in": "none of", "is": "exactly", "is not": "anything but",
}  # fmt: skip
#: How many of several are shown.
_SHOWN: Final = 3
_LONGEST: Final = 500
_ERROR: Final = re.compile(r"\b[A-Za-z]+(?:Error|Exception)\b")


@runtime_checkable
class _WithId(Protocol):
    id: str


def told(op: str, came: object, expected: object) -> str:
    """Return what came and what was expected, where the two part.

    >>> told("==", [1, 2], [1, 3])
    'no. 2: came 2, expected 3'
    >>> told("==", {"id": "C2", "chosen_name": "Sam"}, {"id": "C2", "chosen_name": "Alex"})
    'chosen_name: came a text of 3 letters, expected a text of 4 letters'
    >>> told("<=", {"messages", "visits"}, {"messages"})
    "came a text of 6 letters besides, expected at most 'messages'"
    """
    if op == "==":
        return next(_parting(came, expected), f"came {_shown(came)}, expected {_shown(expected)}")
    if op == "<=" and isinstance(came, AbstractSet) and isinstance(expected, AbstractSet):
        return f"came {_several(came - expected)} besides, expected at most {_several(expected)}"
    if op == "!=":
        return f"came {_shown(came)}, expected something else"
    return f"came {_shown(came)}, expected {_OPERATORS.get(op, op)} {_shown(expected)}"


def difference(came: Collection[object], expected: Collection[object]) -> str:
    """Say in a line where two lists part, nothing where they do not.

    For lists of hundreds: pytest shows a failed ``==`` in full on CI, and that can take it hours to work out.
    """
    return "" if came == expected else told("==", came, expected)


def line_of(report: pytest.TestReport) -> str:
    """Return the reason of a skip, or what failed in one line, made from what pytest reports."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        text = str(report.longrepr or "failed")
        gap = text.removeprefix("[XPASS(strict)] ")
        if gap != text:
            text = f"came a pass, expected the gap that is declared ({gap}): it has closed"
        return _quiet(text.splitlines()[0])
    return line_from(crash.message, Path(crash.path), crash.lineno)


def line_from(message: str, path: Path, line: int) -> str:
    """Return what an exception says, in a line, in the words of an expectation.

    Args:
        message: As pytest gives it: the kind of the exception, and what it says.
        path: The file in which it was raised.
        line: The line of that file.
    """
    return _quiet(_said(message, path, line))


def _said(message: str, path: Path, line: int) -> str:
    kind, _, rest = message.partition(": ")
    kind = kind.rpartition(".")[2]
    lines = [each.strip() for each in (rest or message).splitlines() if each.strip()]
    if kind == "HarnessFailure":
        return lines[0]
    if kind == "AssertionError" or message.startswith("assert "):
        return _asserted(lines if kind == "AssertionError" else [message.splitlines()[0]])
    if "DID NOT RAISE" in message:
        return f"came no error, expected {' or '.join(_ERROR.findall(message)) or 'one'}"
    return f"came {kind}: {lines[0]} ({path.name}, line {line}), expected no error"


def _asserted(lines: list[str]) -> str:
    """Return a failed assertion's own words, and after them what was compared."""
    if len(lines) > 2 and lines[0].startswith("Regex pattern did not match"):
        pattern, message = (each.partition(": ")[2] for each in lines[1:3])
        return f"came the error {message}, expected one that says {pattern}"
    first = lines[0].removeprefix("assert ")
    if "expected " in first or len(lines) == 1:
        return first
    return f"{first}: {lines[1].removeprefix('assert ')}"


def _quiet(line: str) -> str:
    """Return the line, or no more than its kind where a private word of the kit stands in it."""
    if any(word in line for word in PRIVATE_WORDS):
        return f"{line.partition(':')[0]}: with a name or a child's words in it, expected none"
    return line[:_LONGEST]


def _parting(came: object, expected: object, depth: int = 0) -> Iterator[str]:
    """Yield where two values part: the first row, then the first field; nothing where that says no more."""
    match came, expected:
        case FrozenModel(), FrozenModel() if type(came) is type(expected):
            yield from _parting(dict(came), dict(expected), depth)
        case Mapping(), Mapping() if came.keys() == expected.keys():
            yield from _fields(came, expected)
        case AbstractSet(), AbstractSet():
            parts = ((came - expected, "besides"), (expected - came, "missing"))
            told = " and ".join(f"{_several(some)} {word}" for some, word in parts if some)
            yield f"came {_count(came)}, with {told}, expected {_count(expected)}"
        case (list() | tuple(), list() | tuple()) if depth == 0:
            yield from _rows(came, expected)


def _fields(came: Mapping[Any, object], expected: Mapping[Any, object]) -> Iterator[str]:
    for name, value in came.items():
        if value != expected[name]:
            yield f"{name}: came {_shown(value, str(name))}, expected {_shown(expected[name], str(name))}"


def _rows(came: Collection[Any], expected: Collection[Any]) -> Iterator[str]:
    ours, wanted = _ids(came), _ids(expected)
    if ours is not None and wanted is not None:
        for count, word in ((Counter(wanted) - Counter(ours), "without"), (Counter(ours) - Counter(wanted), "with")):
            if count:
                more = "" if word == "without" or set(count) - set(wanted) else " once too often"
                yield f"came {_count(came)}, {word} {_several(count)}{more}, expected {_count(expected)}"
    for place, (one, other) in enumerate(zip(came, expected, strict=False)):
        if one != other:
            which = f"no. {place + 1}" if ours is None or ours != wanted else _shown(ours[place])
            yield f"{which}: {next(_parting(one, other, 1), f'came {_shown(one)}, expected {_shown(other)}')}"
    if len(came) != len(expected):
        yield f"came {_count(came)}, expected {_count(expected)}"


def _ids(rows: Collection[Any]) -> list[str] | None:
    """Return the ids of records, or of what is shown of them; ``None`` where there are others among them."""
    found = [row.get("id") if isinstance(row, Mapping) else getattr(row, "id", None) for row in rows]
    ids = [each for each in found if isinstance(each, str)]
    return ids if len(ids) == len(found) else None


def _count(rows: Collection[Any]) -> str:
    return "1 row" if len(rows) == 1 else f"{len(rows)} rows"


def _several(some: Collection[Any]) -> str:
    shown = sorted(_shown(each) for each in some)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return (", ".join(shown[:_SHOWN]) or "nothing") + more


def _shown(value: object, name: str = "id") -> str:
    """Return a value as a line may show it."""
    match value:
        case None | bool() | int() | float() | timedelta():
            return str(value)
        case Enum():
            return repr(str(value.value))
        case datetime() | date():
            return value.isoformat()
        case str():
            return repr(value) if value in _OURS or showable(name, value) else f"a text of {_letters(len(value))}"
        case type():
            return value.__name__
        case FrozenModel():
            name = type(value).__name__
            return f"{name} {_shown(value.id)}" if isinstance(value, _WithId) else name
        case Mapping():
            return f"{{{', '.join(f'{_shown(key)}: {_shown(each, str(key))}' for key, each in value.items())}}}"
        case Collection():
            return f"[{_several_in_order(value)}]"
    return type(value).__name__


def _several_in_order(some: Collection[Any]) -> str:
    first: list[str] = [_shown(each) for _, each in zip(range(_SHOWN), some, strict=False)]
    return ", ".join(first) + (f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else "")


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"
