"""The one environment that every page is drawn with, and the one place that escapes.

Pages are single files that ask for nothing from elsewhere: style inline, drawings as inline SVG, no script. Text of
people is escaped everywhere and stands in elements of its own writing direction, so that neither markup nor
direction marks reach past it. Characters that HTML cannot hold (control characters, lone surrogates) are drawn as
U+FFFD, the mark for "something was here".

``base.html`` is the frame (blocks ``title``, ``head``, ``main``, ``foot``) and ``macros.html`` the parts: ``table``,
``notice``, ``figures`` and ``figure``, ``initials``.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from relationkit.errors import MissingExtraError, RenderError

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["as_markup", "environment", "picture_address", "render_page", "render_part", "safe_action"]

_HARMLESS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=. -"


@cache
def environment() -> "Environment":
    """Return the Jinja2 environment: escaping on for every template, an unknown name is an error.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    try:
        from jinja2 import PackageLoader, StrictUndefined

        from relationkit.render.escaping import PageEnvironment, drawable
    except ImportError as error:
        raise MissingExtraError("Drawing HTML pages", extra="html") from error
    return PageEnvironment(
        loader=PackageLoader("relationkit.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=drawable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def as_markup(made_here: str) -> str:
    """Return text that this package made of letters, digits and ``+/=. -`` alone, as markup that needs no escaping.

    For what is long and cannot hold any: Base64, the path of a drawing. Never for words of people.

    Raises:
        RenderError: The text holds another character.
        MissingExtraError: The extra ``html`` is not installed.
    """
    if not made_here.isascii() or made_here.encode("ascii").translate(None, _HARMLESS):
        raise RenderError("only letters, digits and +/=. - go onto a page unescaped; escape the rest")
    return _markup()(made_here)


@cache
def _markup() -> "type[Markup]":
    try:
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtraError("Drawing HTML pages", extra="html") from error
    return Markup


def picture_address(media_type: str, data: bytes) -> str:
    """Return a picture as an address within the page that shows it, as markup: Base64 needs no escaping.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    return _markup()(_before_picture(media_type) + b64encode(data), "ascii")


@cache
def _before_picture(media_type: str) -> bytes:
    return f"data:{_markup().escape(media_type)};base64,".encode()


def render_page(template: str, facts: Mapping[str, object]) -> str:
    """Return the page that the template draws from the facts; the same facts give the same text.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    return environment().get_template(template).render(facts)


def render_part(template: str, macro: str, *facts: object) -> str:
    """Return what one macro of a template draws, as markup: what many pieces of a page share is then drawn once.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    drawn: str = getattr(environment().get_template(template).module, macro)(*facts)
    return drawn


def safe_action(address: str) -> str:
    """Return the address a form is sent to, if it is one that can only send: https, or a path on the same host.

    Raises:
        RenderError: It is another scheme, such as ``javascript:``, holds a name or password, begins with two slashes
            (browsers read a host after them, however many), or has control characters.
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise RenderError("the address that the form is sent to cannot be read; give https or a path") from error
    is_plain = re.fullmatch(r"[!-~]*", address) is not None and "\\" not in address
    is_path = not parts.scheme and not parts.netloc and not address.startswith("//")
    is_https = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    if not is_plain or not (is_path or is_https):
        raise RenderError("a form is sent to a path or an https address without a name; another may run as script")
    return address
