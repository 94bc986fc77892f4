"""TOML and JSON that somebody else wrote, read within bounds: whatever stands in it, one error says what is wrong."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = ["MOST_CHARACTERS", "NotReadableError", "json_of", "toml_of"]

#: The longest text that is read. Ours: a thousand times the longest book of rules that we know, and read in seconds.
MOST_CHARACTERS: Final = 5_000_000


class NotReadableError(ValueError):
    """The text is not of its kind, or past the bounds; says where. Never a user's: each reader names its file."""


def toml_of(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        NotReadableError: It is no TOML, is longer than ``MOST_CHARACTERS``, nested too deeply, or holds a number too
            long to be one.
    """
    _refuse_long(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotReadableError(str(error)) from error
    except (RecursionError, ValueError) as error:
        raise NotReadableError(_too_much(error)) from error


def json_of(text: str | bytes, *, each_key_once: bool = False) -> Any:
    """Return what a JSON text holds.

    Args:
        text: Bytes are read as UTF-8, UTF-16 or UTF-32.
        each_key_once: Refuse an object in which a key stands twice; otherwise the last one counts.

    Raises:
        NotReadableError: It is no JSON, is longer than ``MOST_CHARACTERS``, nested too deeply, or holds a number too
            long to be one or half of a character.
    """
    _refuse_long(text)
    try:
        found = json.loads(text, object_pairs_hook=_once if each_key_once else None)
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise NotReadableError("it holds half of a character, which nothing can show") from error
    except (json.JSONDecodeError, UnicodeDecodeError, _TwiceError) as error:
        raise NotReadableError(str(error)) from error
    except (RecursionError, ValueError) as error:
        raise NotReadableError(_too_much(error)) from error
    return found


class _TwiceError(ValueError):
    """A key stands twice in one object."""


def _once(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _refuse_long(text: str | bytes) -> None:
    if len(text) > MOST_CHARACTERS:
        raise NotReadableError(f"it has {len(text):,} characters, and {MOST_CHARACTERS:,} are read")


def _too_much(error: RecursionError | ValueError) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number in it is too long"
