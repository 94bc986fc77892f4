"""A young person ticks their plan board in a real browser, and takes a tick back, by keyboard alone and without script.

The app runs on loopback over a store in memory. Nobody in it is real.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from relationkit.feedback import InvitationPurpose
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.records import Child, ChildId, Worker
from relationkit.visits import Promise
from relationkit.web import create_app, form_link, new_invitation

pytestmark = pytest.mark.browser

KEY = b"a key of 32 bytes, only for test"
NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def board() -> Iterator[tuple[str, MemoryAdapter]]:
    """The address of a board with two promises, and the store behind it."""
    uvicorn = pytest.importorskip("uvicorn", reason="uvicorn comes with the extra [web]")
    store = MemoryAdapter(records=[Worker(id="w1", name="Made-up Sam", role="social_worker"), Child(id="c1")])
    facts = {"child_id": "c1", "worker_id": "w1", "made_at": NOW - timedelta(days=3)}
    store.put_up(
        [
            Promise.model_validate({"id": "p1", "what": "Ask about the bike", "picture": "bike", **facts}),
            Promise.model_validate({"id": "p2", "what": "Ring Gran", "due_on": date(2025, 3, 14), **facts}),
        ]
    )
    invitation = new_invitation(ChildId("c1"), purpose=InvitationPurpose.BOARD, now=NOW)
    store.keep_invitation(invitation)
    moments = (NOW + timedelta(seconds=number) for number in range(1_000_000))
    app = create_app(lambda: store, key=KEY, feedback=store, promises=store, clock=lambda: next(moments))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/{form_link(invitation, key=KEY)}", store
    server.should_exit = True
    thread.join(timeout=30)


def tab_to(page: Any, is_there: str) -> None:
    """Press Tab until the condition on the element ``at`` that has focus is true."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(f"(at => {is_there})(document.activeElement)"):
            return
    pytest.fail(f"Tab does not get to {is_there}")


def save(page: Any) -> None:
    tab_to(page, "at.tagName == 'BUTTON'")
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [320, 1280])
def test_ticked_and_unticked_by_keyboard_and_without_script(
    look: Callable[..., Any], board: tuple[str, MemoryAdapter], width: int
) -> None:
    address, store = board
    window = look(address, width=width, has_script=False)
    page = window.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    tab_to(page, "at.value == 'p1'")
    page.keyboard.press("Space")
    save(page)
    assert page.get_by_role("status").inner_text() == "Your ticks are saved."
    assert page.get_by_role("checkbox", checked=True).count() == 1

    page.reload()  # sends nothing again
    tab_to(page, "at.value == 'p1'")
    page.keyboard.press("Space")
    save(page)
    assert page.get_by_role("checkbox", checked=True).count() == 0

    [kept] = store.boards()
    assert [(tick.promise_id, tick.by.value, tick.is_done) for tick in kept.log] == [
        ("p1", "child", True),
        ("p1", "child", False),
    ]
    assert window.asked == window.failed == []
