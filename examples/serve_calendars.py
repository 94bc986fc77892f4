"""A tiny server of calendar feeds: a child's, a worker's, and one that was revoked. Everybody here is made up.

    python examples/serve_calendars.py           asks itself for each feed, shows the answers and stops
    python examples/serve_calendars.py --serve   stays, at http://127.0.0.1:8000, until you stop it

A real one stands behind https: the address of a feed is its password.
"""

import asyncio
import secrets
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from relationkit.plugins.adapters import MemoryAdapter
from relationkit.records import Child, Record, Session, Worker
from relationkit.web import create_app, new_token, token_digest

NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)
RECORDS: list[Record] = [
    Child.model_validate({"id": "K1", "chosen_name": "Made-up Maya"}),
    Worker.model_validate({"id": "SW1", "name": "Made-up Sam", "role": "social_worker"}),
    Session.model_validate(
        {
            "id": "S1",
            "child_id": "K1",
            "worker_id": "SW1",
            "kind": "visit",
            "starts_at": "2025-03-12T16:00Z",
            "ends_at": "2025-03-12T17:00Z",
        }
    ),
]

#: Each reader's token is given to that reader; the server keeps its digest only.
TOKENS = {"a child": new_token(), "a worker": new_token(), "revoked": new_token()}
FEEDS = {
    token_digest(TOKENS["a child"]): "child:K1",
    token_digest(TOKENS["a worker"]): "worker:SW1",
    token_digest(TOKENS["revoked"]): None,
}

app = create_app(lambda: MemoryAdapter(records=RECORDS), feeds=FEEDS, key=secrets.token_bytes(32), clock=lambda: NOW)


async def ask(path: str, tag: str = "") -> tuple[int, str, str]:
    """Send one request to the app, without a network; return the status, the entity tag and the text."""
    sent: list[Any] = []
    headers = [(b"if-none-match", tag.encode())] if tag else []
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
    }
    scope |= {"headers": headers, "http_version": "1.1", "scheme": "https", "server": ("example", 443), "root_path": ""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    found = dict(sent[0]["headers"])
    text = b"".join(part.get("body", b"") for part in sent[1:]).decode()
    return sent[0]["status"], found.get(b"etag", b"").decode(), text


async def show() -> None:
    """Fetch each feed twice, as a phone does: the second time it has the file already."""
    for whose, token in TOKENS.items():
        status, tag, text = await ask(f"/feeds/{token}.ics")
        again, _, _ = await ask(f"/feeds/{token}.ics", tag)
        said = [line for line in text.splitlines() if line.startswith("SUMMARY")]
        print(f"{whose}: {status}, then {again}; entries: {said}")
    status, _, text = await ask(f"/feeds/{new_token()}.ics")
    print(f"a guess: {status}, {text.strip()!r}")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        import uvicorn

        for whose, token in TOKENS.items():
            print(f"{whose}: http://127.0.0.1:8000/feeds/{token}.ics")
        uvicorn.run(app, host="127.0.0.1", port=8000, access_log=False)  # an access log would hold the tokens
    else:
        asyncio.run(show())
