"""The database: moments in UTC on both engines, nothing half written, no password in an error."""

import sqlite3
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from relationkit.errors import SourceError, SourceNotFoundError, SourceUnavailableError, UnreadableSourceError
from relationkit.plugins import SupportsWrite, open_adapter
from relationkit.plugins.adapters.sql import SqlAdapter, UtcInstant
from relationkit.plugins.adapters.sql_layout import answering
from relationkit.plugins.testing import EVERY_KIND
from relationkit.records import Child, Message


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with SqlAdapter.create(str(tmp_path / "case.db")) as adapter:
        adapter.write(EVERY_KIND.records)
    return tmp_path / "case.db"


@pytest.mark.parametrize("form", ["{path}", "sqlite:///{path}"])
def test_a_path_and_a_url_name_the_same_file(path: Path, form: str) -> None:
    with open_adapter("sql:" + form.format(path=path)) as reader:
        assert isinstance(reader, SupportsWrite)
        assert len(list(reader.children())) == 3


def test_a_path_may_hold_what_means_something_in_a_url(tmp_path: Path) -> None:
    path = tmp_path / "50% of #1?.db"
    with SqlAdapter.create(str(path)) as adapter:
        adapter.write([Child.model_validate({"id": "C1"})])

    assert [found.name for found in tmp_path.iterdir()] == ["50% of #1?.db"]
    with open_adapter(f"sql:{path}") as reader:
        assert [child.id for child in reader.children()] == ["C1"]


def test_moments_are_kept_in_utc(path: Path) -> None:
    with sqlite3.connect(path) as database:
        rows = database.execute(
            "SELECT id, at FROM relationkit_messages WHERE id IN ('M1', 'M2') ORDER BY id"
        ).fetchall()
    database.close()

    assert rows == [("M1", "2025-10-25 23:30:00.000000"), ("M2", "2025-10-26 02:30:00.000000")]


@pytest.mark.parametrize("dialect", [sa.dialects.sqlite.dialect(), sa.dialects.postgresql.dialect()])
def test_a_moment_without_a_zone_is_never_stored(dialect: sa.Dialect) -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        UtcInstant().process_bind_param(datetime(2025, 3, 31, 9), dialect)


def test_reading_a_missing_file_makes_none(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="there is no such file"):
        SqlAdapter(str(tmp_path / "nothing.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_something_else_is_said(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE sessions (id)")
    database.close()

    with pytest.raises(SourceNotFoundError, match="none of relationkit's tables"):
        SqlAdapter(str(path))


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    path.write_text("not a database" * 100)

    with pytest.raises(UnreadableSourceError, match="not a database in relationkit's layout"):
        SqlAdapter(str(path))


def test_a_table_with_other_columns_is_said(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("ALTER TABLE relationkit_children RENAME COLUMN team TO squad")
    database.close()

    with SqlAdapter(str(path)) as adapter, pytest.raises(UnreadableSourceError, match="layout"):
        list(adapter.children())


def test_a_row_that_others_broke_is_said_and_the_rest_stays(path: Path) -> None:
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE relationkit_workers SET role = 'wizard', name = 'Quillaby' WHERE id = 'SW2'")
    database.close()

    with SqlAdapter(str(path)) as adapter:
        for _ in range(2):
            assert [worker.id for worker in adapter.workers()] == ["SW10", "XX1"]
        (problem,) = adapter.problems
    assert (problem.where, problem.field, problem.found) == ("relationkit_workers SW2", "role", None)


def test_a_server_that_does_not_answer_is_said_without_the_password() -> None:
    where = "postgresql://reader:hunter2@127.0.0.1:1/cases?password=hunter3&connect_timeout=1"

    with pytest.raises(SourceUnavailableError, match="did not answer") as refusal:
        SqlAdapter(where)
    assert "hunter" not in f"{refusal.value} {refusal.value.source} {refusal.value.__cause__}"


def test_a_right_that_is_missing_is_said() -> None:
    refusal = psycopg.errors.InsufficientPrivilege("permission denied for table relationkit_children")

    with pytest.raises(SourceError, match=r"no right to do that\. Let whoever owns the tables"), answering("sql:x"):
        raise sa.exc.ProgrammingError("SELECT", {}, refusal)


@pytest.mark.parametrize("where", ["mysql://u:hunter2@h/x", "://", "postgresql://u:hunter2@h:port/x"])
def test_other_databases_and_broken_urls_are_said(where: str) -> None:
    with pytest.raises(UnreadableSourceError) as refusal:
        SqlAdapter(where)
    assert "hunter2" not in str(refusal.value)


def test_creating_again_keeps_what_is_there(path: Path) -> None:
    with SqlAdapter.create(str(path)) as adapter:
        assert len(list(adapter.messages())) == 4


def test_many_ids_are_filtered_all_the_same(path: Path) -> None:
    many = {f"C{number}" for number in range(40_000)}

    with SqlAdapter(str(path)) as adapter:
        assert [child.id for child in adapter.children(child_ids=many)] == ["C10", "C2"]


def test_a_write_beside_an_open_stream_does_not_disturb_it(path: Path) -> None:
    message = next(record for record in EVERY_KIND.records if isinstance(record, Message))
    with SqlAdapter(str(path)) as adapter:
        adapter.write(message.model_copy(update={"id": f"N{number:04d}"}) for number in range(3_000))
        stream = adapter.messages()
        first = next(stream)
        stream.close()
        adapter.write([Child.model_validate({"id": "new"})])

        assert first.child_id == "C2"
        assert "new" in [child.id for child in adapter.children()]
