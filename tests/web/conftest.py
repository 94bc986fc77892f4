"""A small made-up source of records, and a clock that stands still."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any, Self

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from relationkit.feedback import AFTER_SESSION_FORMS, Submission
from relationkit.records import Child, ChildId, Session, SessionId, Worker, WorkerId
from relationkit.web import FormInvitation, create_app, new_token, token_digest

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
            Worker(id="w1", name="Sam Example", role="social_worker"),
        ]
        self.meetings = [a_session()]
        self.failure: Exception | None = None

    def children(self, *, child_ids: Collection[str]) -> Iterator[Child]:
        if self.failure:
            raise self.failure
        return (one for one in self.everyone if isinstance(one, Child) and one.id in child_ids)

    def workers(self, *, worker_ids: Collection[str]) -> Iterator[Worker]:
        return (one for one in self.everyone if isinstance(one, Worker) and one.id in worker_ids)

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


class Kept:
    """Where submissions are kept: by id, the last that came; and how many came."""

    def __init__(self) -> None:
        self.calls = 0
        self.by_id: dict[str, Submission] = {}
        self.failure: Exception | None = None

    def __call__(self, submission: Submission) -> None:
        if self.failure:
            raise self.failure
        self.calls += 1
        self.by_id[submission.id] = submission

    @property
    def only(self) -> Submission:
        (submission,) = self.by_id.values()
        return submission


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def form_client(client_of: Callable[..., Client], kept: Kept, token: str) -> Client:
    """A client of an app in which child c1 is asked about session s1, under the token."""
    form = next(one for one in AFTER_SESSION_FORMS if one.age_band == "13_and_over")
    invitation = FormInvitation(form, ChildId("c1"), SessionId("s1"), WorkerId("w1"), about="Sam, on 3 March")
    return client_of(forms={token_digest(token): invitation}, save=kept)
