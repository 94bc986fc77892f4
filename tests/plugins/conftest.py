"""Builders and places that the tests of the outbox share. Every person in them is made up."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from relationkit.feedback import FormDraft, Submission
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.sla import Escalation

POSTGRES = os.environ.get("RELATIONKIT_TEST_POSTGRES", "")
NOW = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)

ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def build_escalation(name: str = "e1", **changes: object) -> Escalation:
    facts: dict[str, object] = {
        "id": name,
        "clock_id": f"{name}/clock",
        "child_id": "C1",
        "policy": "72 hours",
        "in_force_from": date(1900, 1, 1),
        "step": "overdue",
        "to": "manager",
        "recipient_id": "SW9",
        "due_at": NOW,
        "send_from_at": NOW,
        "is_late": False,
        "started_at": NOW - timedelta(hours=72),
        "clock_due_at": NOW,
    }
    return Escalation(**{**facts, **changes})  # type: ignore[arg-type]  # the tests' own short form


@pytest.fixture
def an_escalation() -> Callable[..., Escalation]:
    return build_escalation


@pytest.fixture
def a_schema() -> Iterator[str]:
    """The URL of a schema of its own in the server that CI starts, gone afterwards."""
    with schema_of_its_own() as where:
        yield where


@pytest.fixture(scope="class")
def a_schema_for_the_class() -> Iterator[str]:
    """The same for the tests of a class together."""
    with schema_of_its_own() as where:
        yield where


@contextmanager
def schema_of_its_own() -> Iterator[str]:
    if not POSTGRES:
        pytest.skip("RELATIONKIT_TEST_POSTGRES names no server")
    name, engine = f"test_{uuid4().hex}", sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    yield sa.make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(False)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True))
    engine.dispose()


@pytest.fixture(scope="class")
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database as the first release left it, upgraded since; for the tests of a class together."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            where = str(tmp_path_factory.mktemp("upgraded") / "case.db")
        else:
            where = stack.enter_context(schema_of_its_own())
        write_first_layout(where)
        with SqlAdapter(where) as adapter:
            adapter.upgrade()
        yield where


def write_first_layout(where: str) -> None:
    """Make the tables of the first release in an empty database, with every kind of record and an outbox at work."""
    name = "postgresql" if "://" in where else "sqlite"
    run_script(where, (Path(__file__).parent / "data" / f"first_layout.{name}.sql").read_text(encoding="utf-8"))


def run_script(where: str, script: str) -> None:
    """Run a script of SQL that begins and ends its own transaction."""
    if "://" not in where:
        with closing(sqlite3.connect(where)) as database:
            database.executescript(script)
        return
    with closing(psycopg.connect(where.replace("+psycopg", ""), autocommit=True)) as server:
        server.execute(script.encode())


@pytest.fixture(name="run_script")
def _run_script() -> Callable[[str, str], None]:
    return run_script


@pytest.fixture(name="write_first_layout")
def _write_first_layout() -> Callable[[str], None]:
    return write_first_layout


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database with its tables."""
    place = str(tmp_path / "case.db") if request.param == "sqlite" else request.getfixturevalue("a_schema")
    SqlAdapter.create(place).close()
    return place


@pytest.fixture(params=["memory", *ON_BOTH])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryAdapter | SqlAdapter]:
    if request.param == "memory":
        yield MemoryAdapter()
        return
    place = str(tmp_path / "case.db") if request.param == "sqlite" else request.getfixturevalue("a_schema")
    with closing(SqlAdapter.create(place)) as adapter:
        yield adapter


def build_submission(name: str = "f1", **changes: object) -> Submission:
    facts: dict[str, object] = {
        "id": name,
        "form_id": "after-session",
        "form_version": 1,
        "language": "en",
        "child_id": "C1",
        "session_id": "S1",
        "worker_id": "SW1",
        "submitted_at": NOW,
        "channel": "screen",
        "answers": [{"question_id": "next_time", "state": "answered", "value": "the sea"}],
        "audience": ["my_worker"],
    }
    return Submission.model_validate(facts | changes)


def build_draft(name: str = "f1", **changes: object) -> FormDraft:
    facts: dict[str, object] = {
        "id": name,
        "invitation_id": "i1",
        "child_id": "C1",
        "form_id": "after-session",
        "form_version": 1,
        "language": "en",
        "answers": {"next_time": ["the sea"]},
        "saved_at": NOW,
    }
    return FormDraft.model_validate(facts | changes)


@pytest.fixture
def a_submission() -> Callable[..., Submission]:
    return build_submission


@pytest.fixture
def a_draft() -> Callable[..., FormDraft]:
    return build_draft
