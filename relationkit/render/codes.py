"""QR codes for a phone's camera, and contact cards for its address book (vCard 4.0, RFC 6350)."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from relationkit.errors import MissingExtraError, RenderError
from relationkit.profiles import ContactKind, ContactWay, DutyLine, IntroductionCard

if TYPE_CHECKING:
    from segno import QRCode

__all__ = ["duty_link", "qr_path", "qr_png", "vcard_of"]

#: The largest symbol that a phone reads at the size on a card: version 6 is 41 modules, 0.26 mm each at 13 mm with its
#: margin. QR codes are read from 0.25 mm a module on (GS1 General Specifications, section 5.12.3.1: 0.396 mm is best).
LARGEST_VERSION: Final = 6

_SCHEMES: Final = re.compile(r"(https://|tel:|sms:|mailto:)[!-~]+")

#: The quiet zone, in modules (ISO/IEC 18004: four on each side).
QUIET: Final = 4


@lru_cache(maxsize=1024)
def _code(link: str) -> "QRCode":
    """Return the code of a link; each is made once."""
    try:
        import segno
    except ImportError as error:
        raise MissingExtraError("Drawing QR codes", extra="html") from error
    if not _SCHEMES.fullmatch(link):
        raise RenderError("a QR code leads to https, tel, sms or mailto; another may do anything to a phone")
    code = segno.make_qr(link, error="m")
    if isinstance(code.version, int) and code.version > LARGEST_VERSION:
        raise RenderError("the link is too long for a code on a card; give one of at most 100 characters")
    return code


@lru_cache(maxsize=1024)
def qr_path(link: str) -> tuple[int, str]:
    """Return the width of a code in modules, with its margin, and its dark modules as an SVG path.

    Raises:
        MissingExtraError: The package segno is not installed.
        RenderError: The link is of another kind than ``https``, ``tel``, ``sms`` or ``mailto``, or too long.
    """
    code = _code(link)
    rows = [bytes(row) for row in code.matrix]
    return len(rows) + 2 * QUIET, "".join(_runs(rows))


def _runs(rows: list[bytes]) -> Iterator[str]:
    for number, row in enumerate(rows, start=QUIET):
        for run in re.finditer(b"\x01+", row):
            width = run.end() - run.start()
            yield f"M{run.start() + QUIET} {number}h{width}v1h-{width}z"


@lru_cache(maxsize=1024)
def qr_png(link: str) -> bytes:
    """Return a code as a PNG with its margin, eight pixels a module; the same errors as :func:`qr_path`."""
    written = io.BytesIO()
    _code(link).save(written, kind="png", scale=8, border=QUIET)
    return written.getvalue()


def duty_link(duty: DutyLine) -> str | None:
    """Return the link of the first way to duty that is answered at every hour and that a phone can open."""
    for way in duty.ways:
        if not way.open_hours:
            return way.href
    return None


_VCARD_WAYS: Final = {
    ContactKind.CALL: "TEL;VALUE=uri;TYPE=voice",
    ContactKind.TEXT: "TEL;VALUE=uri;TYPE=text",
    ContactKind.EMAIL: "EMAIL",
    ContactKind.WEB: "URL",
}


def vcard_of(card: IntroductionCard) -> str:
    """Return a worker's contact card for a phone's address book: name, work ways and the duty line; no picture.

    vCard 4.0: lines end in CRLF and are folded at 75 bytes; commas, semicolons, backslashes and line ends are escaped,
    so that no text can add a line. The duty line stands in the note, as words: it is not the worker's number.
    """
    note = "; ".join([f"{card.duty.name}: {way.label} {way.value}" for way in card.duty.ways])
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:individual",
        f"FN:{_escaped(card.name)}",
        f"LANG:{card.language}",
        *(f"{_VCARD_WAYS[way.kind]}:{_vcard_value(way)}" for way in card.ways),
        f"NOTE:{_escaped(note)}",
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _vcard_value(way: ContactWay) -> str:
    if way.kind in {ContactKind.CALL, ContactKind.TEXT}:
        return f"tel:{way.value.replace(' ', '')}"
    return _escaped(way.value) if way.kind is ContactKind.EMAIL else way.value


def _escaped(text: str) -> str:
    one_line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", text)
    return re.sub(r"([\\,;])", r"\\\1", one_line)


def _folded(line: str) -> str:
    """Return a line folded so that no piece is longer than 75 bytes and no character is cut (RFC 6350, section 3.2)."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        room = 75 if not pieces else 74  # a folded line begins with a space
        if len((piece + character).encode()) > room:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
