"""What a page, a phone or a program sends, before it is held against a question: blanks, ticks, and broken text."""

from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["is_ticked", "sent_values", "storable_text"]

#: A box as pages, phones and spreadsheets send it; capitals do not matter.
_TICKS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "y", "on", "true", "1"), True),
    **dict.fromkeys(("no", "n", "off", "false", "0"), False),
}


def sent_values(sent: object) -> list[object]:
    """Return what was sent as a list without ``None`` and blank text; one value alone is a list of one."""
    if sent is None:
        return []
    if isinstance(sent, list | tuple):  # what most send; asking what else can be gone through costs more
        values: Iterable[object] = sent
    else:
        values = sent if isinstance(sent, Iterable) and not isinstance(sent, str | bytes | Mapping) else (sent,)
    return [value for value in values if value is not None and not (isinstance(value, str) and not value.strip())]


def is_ticked(sent: object) -> bool | None:
    """Return whether a box was ticked: ``False`` when nothing was sent, ``None`` when it could not be read.

    ``True``, ``1``, ``"yes"``, ``"y"``, ``"on"``, ``"true"`` and ``"1"`` are a tick; ``False``, ``0``, ``"no"``,
    ``"n"``, ``"off"``, ``"false"`` and ``"0"`` are none; capitals do not matter. Of several, one tick is enough: a page
    may send a hidden "no" beside the box.
    """
    ticks = [_TICKS.get(str(v).strip().lower()) if isinstance(v, str | int) else None for v in sent_values(sent)]
    if True in ticks:
        return True
    return None if None in ticks else False


def storable_text(text: str) -> str:
    """Return the text as every store can keep it.

    Line breaks are one character each: a web page sends two. Halves of a character that belong together are joined; a
    half alone, which UTF-8 cannot hold, and NUL, which some databases cannot, are U+FFFD, the mark for "something was
    here".
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "\ufffd").replace("\r\n", "\n")
