"""Forms as files: TOML for people to write, JSON for programs. What is wrong is said all at once, by field."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from relationkit.errors import InvalidRecordError, Problem
from relationkit.feedback.forms import FeedbackForm
from relationkit.text_files import NotReadableError, json_of, toml_of

__all__ = ["form_from_json", "form_from_toml", "form_to_json", "form_to_toml"]


def form_from_toml(text: str) -> FeedbackForm:
    """Return the form that a TOML text describes, as :func:`form_to_toml` writes it.

    Raises:
        InvalidRecordError: It is no TOML, or describes no form; holds every problem found, by field.
    """
    try:
        return FeedbackForm.model_validate(toml_of(text))
    except NotReadableError as error:
        raise _unreadable("TOML", str(error)) from error


def form_from_json(text: str | bytes) -> FeedbackForm:
    """Return the form that a JSON text describes, as :func:`form_to_json` writes it.

    Raises:
        InvalidRecordError: It is no JSON, or describes no form; holds every problem found, by field.
    """
    try:
        return FeedbackForm.model_validate(json_of(text))
    except NotReadableError as error:
        raise _unreadable("JSON", str(error)) from error


def _unreadable(kind: str, what: str) -> InvalidRecordError:
    at = re.search(r"line (\d+)", what)
    line = int(at.group(1)) if at else None
    remedy = f"Mend this: {what}" if line is None else "Mend it where the line says"
    return InvalidRecordError("FeedbackForm", None, [Problem("FeedbackForm", f"is no {kind}", remedy, row=line)])


def form_to_json(form: FeedbackForm) -> str:
    """Return the form as JSON, what is left out where it is ``None``; the same form gives the same text."""
    return json.dumps(_written(form), indent=2, ensure_ascii=False) + "\n"


def form_to_toml(form: FeedbackForm) -> str:
    """Return the form as TOML, for people to read and change; the same form gives the same text."""
    return "\n".join(_table(_written(form), ())).strip() + "\n"


def _written(form: FeedbackForm) -> dict[str, Any]:
    return form.model_dump(mode="json", exclude_none=True)


def _table(values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of one table: its own values first, then the tables in it."""
    inner = {key: value for key, value in values.items() if _is_table(value) or _is_tables(value)}
    yield from (f"{key} = {_value(value)}" for key, value in values.items() if key not in inner)
    for key, value in inner.items():
        name = ".".join((*path, key))
        for one in [value] if _is_table(value) else value:
            yield ""
            yield f"[{name}]" if _is_table(value) else f"[[{name}]]"
            yield from _table(one, (*path, key))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_table, value))


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return _quoted(value)
    return json.dumps(value)


#: JSON leaves this one control character as it is; TOML does not.
_DELETE: Final = "\x7f"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")
