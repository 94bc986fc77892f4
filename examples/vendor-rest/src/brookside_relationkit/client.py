"""The interface, page by page: waits when it is told to, and says what went wrong in relationkit's words."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

from relationkit.errors import SourceUnavailableError, UnreadableSourceError

__all__ = ["Client"]

TRIES, LONGEST_WAIT = 4, 5.0


class Client:
    """Asks for the items of one list after the other."""

    def __init__(self, source: str, address: str, token: str) -> None:
        self._source = source
        self._http = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=20)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def items(self, path: str) -> Iterator[dict[str, Any]]:
        """Give every item of a list, whatever the size of its pages."""
        cursor: str | None = None
        while True:
            page = self._page(path, {} if cursor is None else {"cursor": cursor})
            yield from page["items"]
            if not (cursor := page.get("next")):
                return

    def _page(self, path: str, parameters: dict[str, str]) -> dict[str, Any]:
        said = ""
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._http.get(path, params=parameters)
            except httpx.TransportError as error:
                if attempt == TRIES:
                    raise self._unavailable(f"did not answer ({type(error).__name__})") from error
                continue
            if answer.status_code in (401, 403):
                raise UnreadableSourceError(
                    self._source, "refused the token", "Set BROOKSIDE_TOKEN to one that may read"
                )
            if answer.status_code != 429 and answer.status_code < 500:
                return self._content(answer)
            said = f"answered {answer.status_code} {TRIES} times"
            time.sleep(min(float(answer.headers.get("Retry-After", "0.1")), LONGEST_WAIT))
        raise self._unavailable(said)

    def _content(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            page = answer.json() if answer.status_code == httpx.codes.OK else None
        except ValueError:
            page = None
        if not isinstance(page, dict) or not isinstance(page.get("items"), list):
            what = f"answered {answer.status_code} with something else than a page"
            raise UnreadableSourceError(self._source, what, "Check the address")
        return page

    def _unavailable(self, what: str) -> SourceUnavailableError:
        return SourceUnavailableError(self._source, what, "Try again later")
