"""What every answer carries, and what a browser is allowed to do: headers, one answer for everything unknown."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ANSWERS", "SAFE_HEADERS", "SafeHeaders", "content_security_policy", "plain_answer", "source_hash"]

#: On every answer. Addresses hold tokens, so they are sent to nobody, kept by no search engine and no shared cache.
SAFE_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

_STYLE: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


class SafeHeaders:
    """An ASGI layer that adds :data:`SAFE_HEADERS` where the answer has none of that name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the wrapped app, its headers filled up."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_safely)


def source_hash(source: str) -> str:
    """Return the name by which a policy knows one style or script within a page."""
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"


def content_security_policy(page: str, *, script: str = "") -> str:
    """Return the policy for one page: its own style by its hash, pictures within it, its form, and nothing else.

    Args:
        page: The page.
        script: The one script of ours that is on it; whatever else got onto the page does not run.
    """
    styles = " ".join(f"'{source_hash(style)}'" for style in _STYLE.findall(page)) or "'none'"
    scripts = f"script-src '{source_hash(script)}'; " if script else ""
    return (
        f"default-src 'none'; {scripts}style-src {styles}; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


#: What people read, by status.
ANSWERS: Final[Mapping[int, str]] = {
    400: "That did not arrive whole. Please go back and try again.",
    404: "There is nothing here.",
    405: "This address cannot be used that way.",
    415: "This address takes a form only.",
    500: "Something went wrong here. Please try again later.",
    503: "This is not working just now, and nothing was kept. Please go back and try again.",
}


async def plain_answer(request: Request, error: Exception) -> Response:  # noqa: ARG001 - starlette gives both
    """Return the one short answer to every refusal of a status: it never says what was close to being right."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    return PlainTextResponse(f"{ANSWERS[status]}\n", status, {**SAFE_HEADERS, **(headers or {})})
