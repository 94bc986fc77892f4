"""The one environment that every page is drawn with, and the one place that escapes.

Pages are single files that ask for nothing from elsewhere: style inline, drawings as inline SVG, no script. Text of
people is escaped everywhere and stands in elements of its own writing direction, so that neither markup nor
direction marks reach past it. Characters that HTML cannot hold (control characters, lone surrogates) are drawn as
U+FFFD, the mark for "something was here".

``base.html`` is the frame (blocks ``title``, ``head``, ``main``, ``foot``) and ``macros.html`` the parts: ``table``,
``notice``, ``figures`` and ``figure``, ``initials``.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from relationkit.errors import MissingExtraError, RenderError

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["as_markup", "environment", "render_page", "safe_action"]

_UNDRAWABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HARMLESS: Final = re.compile(r"[A-Za-z0-9+/=. -]*")


def _drawable(value: object) -> object:
    """Replace what HTML cannot hold in text from outside; markup, made here, has none."""
    if type(value) is str and value.isprintable():
        return value  # the quick answer for nearly every text
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return _UNDRAWABLE.sub("\ufffd", value)


@cache
def environment() -> "Environment":
    """Return the Jinja2 environment: escaping on for every template, an unknown name is an error.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("Drawing HTML pages", extra="html") from error
    return Environment(
        loader=PackageLoader("relationkit.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_drawable,
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
    if not _HARMLESS.fullmatch(made_here):
        raise RenderError("only letters, digits and +/=. - go onto a page unescaped; escape the rest")
    try:
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtraError("Drawing HTML pages", extra="html") from error
    return Markup(made_here)  # noqa: S704  no character that it may hold means anything in HTML


def render_page(template: str, facts: Mapping[str, object]) -> str:
    """Return the page that the template draws from the facts; the same facts give the same text.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    return environment().get_template(template).render(facts)


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
