"""A small made-up source of records, and a clock that stands still."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any, Self

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from relationkit.feedback import SHIPPED_FORMS, FeedbackForm, Invitation, Submission
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.records import Assignment, Child, ChildId, Session, Worker
from relationkit.web import create_app, form_link, new_invitation, new_token, token_digest

NOW = datetime(2025, 3, 10, 12, tzinfo=UTC)
KEY = b"a key of 32 bytes, only for test"


class Client:
    """Asks an app in this process, one request at a time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def request(self, method: str, address: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="https://care.example") as client:
                return await client.request(method, address, **options)

        return anyio.run(ask)

    def get(self, address: str, **options: Any) -> httpx.Response:
        return self.request("GET", address, **options)

    def post(self, address: str, **options: Any) -> httpx.Response:
        return self.request("POST", address, **options)

    def head(self, address: str, **options: Any) -> httpx.Response:
        return self.request("HEAD", address, **options)


class SmallSource:
    """As much of a CaseReader as the feeds read; counts how often it was opened and closed."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.everyone: list[Child | Worker] = [
            Child(id="c1", chosen_name="Ffion"),
            Child(id="c2"),
            Worker(id="w1", name="Sam Example", role="social_worker", manager_id="m1"),
        ]
        self.meetings = [a_session()]
        self.held: list[Assignment] = []
        self.failure: Exception | None = None
        self.capabilities = frozenset({"children", "workers", "assignments", "sessions"})

    def children(self, *, child_ids: Collection[str]) -> Iterator[Child]:
        if self.failure:
            raise self.failure
        return (one for one in self.everyone if isinstance(one, Child) and one.id in child_ids)

    def workers(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Worker]:
        if self.failure:
            raise self.failure
        known = (one for one in self.everyone if isinstance(one, Worker))
        return (one for one in known if worker_ids is None or one.id in worker_ids)

    def assignments(
        self, *, child_ids: Collection[str] | None = None, worker_ids: Collection[str] | None = None
    ) -> Iterator[Assignment]:
        return (
            one
            for one in self.held
            if (child_ids is None or one.child_id in child_ids) and (worker_ids is None or one.worker_id in worker_ids)
        )

    def sessions(
        self, *, child_ids: Collection[str] | None = None, worker_ids: Collection[str] | None = None
    ) -> Iterator[Session]:
        return (
            one
            for one in self.meetings
            if (child_ids is None or one.child_id in child_ids) and (worker_ids is None or one.worker_id in worker_ids)
        )

    def __enter__(self) -> Self:
        self.opened += 1
        return self

    def __exit__(self, *error: object) -> None:
        self.closed += 1


def a_session(**facts: Any) -> Session:
    defaults = {
        "id": "s1",
        "child_id": "c1",
        "worker_id": "w1",
        "kind": "visit",
        "starts_at": datetime(2025, 3, 12, 16, tzinfo=UTC),
        "ends_at": datetime(2025, 3, 12, 17, tzinfo=UTC),
        "place": "12 Example Road",
    }
    return Session(**{**defaults, **facts})


@pytest.fixture
def source() -> SmallSource:
    return SmallSource()


@pytest.fixture
def token() -> str:
    """The token of child c1's feed."""
    return new_token()


@pytest.fixture
def feeds(token: str) -> dict[str, str | None]:
    return {token_digest(token): "child:c1"}


@pytest.fixture
def client_of(source: SmallSource, feeds: dict[str, str | None]) -> Callable[..., Client]:
    """Return a builder of a client of the app."""

    def build(*, mounted_at: str = "", **options: Any) -> Client:
        given = {"reader_factory": lambda: source, "feeds": feeds, "key": KEY, "clock": lambda: NOW, **options}
        app = create_app(**given)
        return Client(Starlette(routes=[Mount(mounted_at, app)]) if mounted_at else app)

    return build


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of()


class Shop:
    """An app over a store in memory, in which child c1 is asked about session s1."""

    def __init__(self, client_of: Callable[..., Client], form: FeedbackForm, **options: Any) -> None:
        self.store, self.form, self.moment = MemoryAdapter(), form, NOW
        self.client = client_of(feedback=self.store, clock=lambda: self.moment, **options)
        self.invitation = self.invite()
        self.link = self.link_of(self.invitation)

    def invite(self, **facts: Any) -> Invitation:
        own = {"form": self.form, "session_id": "s1", "worker_id": "w1", "about": "Sam, on 3 March", "now": NOW}
        invitation = new_invitation(ChildId("c1"), **{**own, **facts})
        self.store.keep_invitation(invitation)
        return invitation

    def link_of(self, invitation: Invitation) -> str:
        return f"/{form_link(invitation, key=KEY)}"

    def get(self, step: str | None = None, **options: Any) -> httpx.Response:
        return self.client.get(self.link, params={} if step is None else {"step": step}, **options)

    def post(self, data: dict[str, Any], **options: Any) -> httpx.Response:
        return self.client.post(self.link, data=data, **options)

    def fill(self, step: str, go: str = "next", **answers: Any) -> httpx.Response:
        """Open a step, put the answers on it, and press a button."""
        page = self.get(step)
        return self.post({**hidden_fields(page.text), "page.go": go, **answers})

    def send(self) -> httpx.Response:
        return self.fill("page.send", go="send")

    @property
    def sent(self) -> list[Submission]:
        seen = self.store.read_submissions(Child(id="c1"), now=NOW)
        return [each.submission for each in seen if each.submission is not None]

    @property
    def only(self) -> Submission:
        (submission,) = self.sent
        return submission


def hidden_fields(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)}


@pytest.fixture
def read_hidden() -> Callable[[str], dict[str, str]]:
    return hidden_fields


@pytest.fixture
def shop_of(client_of: Callable[..., Client]) -> Callable[..., Shop]:
    """Return a builder of a shop with a form by id and language."""

    def build(form_id: str = "after-session", language: str = "en", **options: Any) -> Shop:
        form = next(one for one in SHIPPED_FORMS if (one.id, one.language) == (form_id, language))
        return Shop(client_of, form, **options)

    return build


@pytest.fixture
def shop(shop_of: Callable[..., Shop]) -> Shop:
    return shop_of()
