"""A server like Brookside's: pages of 25, a rate limit that trips, and a stumble now and then. For tests alone."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Header, HTTPException

PAGE = 25
TOKEN = "a token for tests"


class StandIn:
    """The lists that the server answers with, and how it behaves."""

    def __init__(self) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.is_steady = False
        self.is_down = False
        self._asked: Counter[str] = Counter()
        self.app = FastAPI()
        self.app.get("/{name}")(self.page)

    def page(self, name: str, cursor: int = 0, authorization: str = Header("")) -> dict[str, Any]:
        """Answer with one page; every fourth question is told to wait, every seventh meets a stumble."""
        if authorization != f"Bearer {TOKEN}":
            raise HTTPException(401)
        if self.is_down:
            raise HTTPException(503, headers={"Retry-After": "0"})
        if name not in self.lists:
            raise HTTPException(404)
        self._asked[name] += 1
        if not self.is_steady and self._asked[name] % 4 == 0:
            raise HTTPException(429, headers={"Retry-After": "0"})
        if not self.is_steady and self._asked[name] % 7 == 0:
            raise HTTPException(502, headers={"Retry-After": "0"})
        items = self.lists[name]
        after = cursor + PAGE
        return {"items": items[cursor:after], "next": str(after) if after < len(items) else None}


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve the app on a free port of this machine, and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
