"""What a page sends, read while it comes in and never more than allowed: words, and at most one picture.

A body is counted as it streams and refused as soon as it is over the cap, whatever it declared: two gigabytes never
sit in memory, and nothing is written to disk.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

__all__ = ["MOST_PICTURE_BYTES", "MOST_WORD_BYTES", "Sent", "read_sent"]

#: The most that words may take: 100,000 letters of any script, as a page encodes them (12 bytes each), and some room.
MOST_WORD_BYTES: Final = 1_500_000

#: The most that a picture may have: a photo of 50 million pixels from a phone is about 15 million bytes.
MOST_PICTURE_BYTES: Final = 20_000_000

#: How many times the cap is taken in, and dropped, so that whoever sent it can be told.
_HEARD_OUT: Final = 4

#: More fields than any form has; a page that sends more was not ours.
_MOST_FIELDS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sent:
    """What came from a page.

    Attributes:
        fields: By name, every value; in no repr.
        picture: The file, when there was one; in no repr.
        is_too_large: There was more than allowed: the picture alone, and ``fields`` are as they came, or all of it, and
            there are none.
    """

    fields: dict[str, list[str]] = field(default_factory=dict, repr=False)
    picture: bytes | None = field(default=None, repr=False)
    is_too_large: bool = False

    def one(self, name: str) -> str:
        """Return the field as one text; empty when it was not sent."""
        return "".join(self.fields.get(name, ()))

    def whole(self, name: str) -> int:
        """Return the field as a whole number of at most nine digits; 0 when it is none."""
        text = self.one(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class _TooLargeError(Exception):
    """More came than allowed."""


async def read_sent(request: Request, *, most_words: int, most_picture: int) -> Sent:
    """Return what a page sent.

    Args:
        request: Its body is read once.
        most_words: The most bytes of a page without a file.
        most_picture: The most bytes of a picture; a page with a file may have this and ``most_words``.

    Raises:
        HTTPException: 415, when it is not what a page sends; 400, when it breaks off or cannot be read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            return _words(b"".join([chunk async for chunk in _capped(request, most_words)]))
        if kind == "multipart/form-data":
            return await _parts(request, most_words, most_picture)
    except _TooLargeError:
        return Sent(is_too_large=True)
    except (MultiPartException, KeyError, ClientDisconnect) as error:
        raise HTTPException(400) from error
    raise HTTPException(415)


async def _capped(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """Yield the body in pieces; what is over the cap is dropped as it comes, and past some more not even taken in.

    A browser reads the answer only when it has sent all it has, so what is a little too large is heard to its end.
    """
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > most * _HEARD_OUT:
            break
        if count <= most:
            yield chunk
    if count > most:
        raise _TooLargeError


def _words(body: bytes) -> Sent:
    """Read fields; text that is not UTF-8 keeps marks where it could not be read."""
    try:
        text = body.decode("ascii", "replace")
        return Sent(parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS))
    except ValueError:
        return Sent(is_too_large=True)


async def _parts(request: Request, most_words: int, most_picture: int) -> Sent:
    stream = _capped(request, most_picture + most_words)
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=_MOST_FIELDS, max_part_size=most_words)
    parser.spool_max_size = most_picture + most_words  # kept in memory, never in a file
    form = await parser.parse()
    fields: dict[str, list[str]] = {}
    picture = None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            picture = await value.read() or picture
        else:
            fields.setdefault(name, []).append(value)
    await form.close()
    if picture is not None and len(picture) > most_picture:
        return Sent(fields, is_too_large=True)
    return Sent(fields, picture)
