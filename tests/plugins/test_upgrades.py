"""Databases of every layout that there has been: read as they are, upgraded whole or not at all, refused when newer."""

import shutil
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from relationkit.errors import SourceError, UnreadableSourceError
from relationkit.plugins.adapters import migrations
from relationkit.plugins.adapters.sql import SqlAdapter
from relationkit.plugins.adapters.sql_store import LATEST_LAYOUT
from relationkit.plugins.testing import EVERY_KIND
from relationkit.records import Child

ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ON_BOTH_IN_THE_END = ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])]
NOW = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)
VERSIONS = [f"{number:04}" for number in range(1, int(LATEST_LAYOUT) + 1)]


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a database, with nothing in it."""
    return str(tmp_path / "case.db") if request.param == "sqlite" else request.getfixturevalue("a_schema")


@pytest.fixture
def first(empty: str, write_first_layout: Callable[[str], None]) -> str:
    """A database as the first release left it, with every kind of record and an outbox at work."""
    write_first_layout(empty)
    return empty


@pytest.fixture
def old(tmp_path: Path, write_first_layout: Callable[[str], None]) -> Path:
    """The same as a file."""
    write_first_layout(str(tmp_path / "case.db"))
    return tmp_path / "case.db"


class connected:  # noqa: N801 - used as a function
    """A connection that keeps what was done, and an engine that is gone afterwards."""

    def __init__(self, where: str) -> None:
        url = where if "://" in where else f"sqlite:///{where}"
        self.engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))

    def __enter__(self) -> sa.Connection:
        self.begun = self.engine.begin()
        return self.begun.__enter__()

    def __exit__(self, *error: object) -> None:
        self.begun.__exit__(*error)  # type: ignore[arg-type]  # as it was given
        self.engine.dispose()


def layout_of(where: str) -> dict[str, Any]:
    """Return the tables as the database describes them, whatever the order of their columns; and the triggers."""
    with connected(where) as connection:
        look = sa.inspect(connection)
        found: dict[str, Any] = {}
        for name in look.get_table_names():
            found[name] = {
                "columns": {
                    column["name"]: {k: str(v) for k, v in column.items()} for column in look.get_columns(name)
                },
                "key": look.get_pk_constraint(name)["constrained_columns"],
                "unique": sorted((str(u["name"]), u["column_names"]) for u in look.get_unique_constraints(name)),
                "indexes": sorted((str(i["name"]), i["column_names"], i["unique"]) for i in look.get_indexes(name)),
            }
        if connection.dialect.name == "sqlite":
            numbered = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
            found["numbered for ever"] = sorted(connection.scalars(sa.text(numbered)))
    return found


def rows_of(where: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the tables that the first layout has, by the columns that it has."""
    with connected(where) as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(*sorted(table.c, key=lambda c: c.name)))))
            for table in metadata.sorted_tables
        }


def version_of(where: str) -> str:
    with connected(where) as connection:
        return str(connection.scalar(sa.text("SELECT version_num FROM relationkit_layout")))


def make_at(where: str, version: str, *, is_versioned: bool) -> None:
    """Make the tables of a version in an empty database."""
    with connected(where) as connection:
        migrations.upgrade(connection, version)
        if not is_versioned:
            connection.exec_driver_sql("DROP TABLE relationkit_layout")


@pytest.mark.parametrize("empty", ON_BOTH, indirect=True)
def test_every_row_of_the_first_layout_is_there_in_todays(first: str, tmp_path: Path) -> None:
    before = rows_of(first)
    with SqlAdapter(first) as adapter:
        outbox = adapter.outbox_rows()
        adapter.upgrade()

        for record in {type(record) for record in EVERY_KIND.records}:
            kind = next(kind for kind in adapter.capabilities if kind.startswith(record.__name__.lower()[:5]))
            expected = sorted(repr(each) for each in EVERY_KIND.records if type(each) is record)
            assert sorted(map(repr, getattr(adapter, kind)())) == expected
        assert adapter.outbox_rows() == outbox
        assert {row.state.value for row in outbox} == {"delivered", "dead", "waiting"}
        assert adapter.is_latest_layout
    after = rows_of(first)
    assert {"relationkit_schema", "relationkit_sessions"} == {
        name for name in before if before[name] != after.get(name)
    }
    assert len(after["relationkit_sessions"]) == len(before["relationkit_sessions"]) == 3
    if "://" not in first:
        SqlAdapter.create(str(tmp_path / "new.db")).close()
        assert layout_of(first) == layout_of(str(tmp_path / "new.db"))


def test_an_older_database_is_read_as_it_is_and_left_as_it_is(old: Path) -> None:
    before = old.read_bytes()

    with SqlAdapter(str(old)) as adapter:
        assert (adapter.layout_version, adapter.is_latest_layout) == (None, False)
        assert {session.not_alone_why for session in adapter.sessions()} == {None}
        assert list(adapter.handovers()) == list(adapter.boards()) == list(adapter.profiles()) == []
        none = (adapter.about_me("C2"), adapter.draft("f1"), adapter.invitation("i1"), adapter.draft_picture("f1", "x"))  # type: ignore[arg-type]  # plain ids
        assert none == (None,) * 4
        assert adapter.reads("C2") == adapter.sent_forms("i1") == []  # type: ignore[arg-type]  # likewise
        assert len(adapter.outbox_rows()) == 6
        assert list(adapter.problems) == []
        assert "CREATE TABLE relationkit_handovers" in adapter.upgrade_sql()
    assert old.read_bytes() == before


def test_the_first_write_upgrades_and_the_write_that_fails_upgrades_nothing(old: Path) -> None:
    before = layout_of(str(old))
    with SqlAdapter(str(old)) as adapter:
        changed = next(adapter.sessions()).model_copy(update={"not_alone_why": "child_refused"})
        with pytest.raises(ZeroDivisionError):
            adapter.write(changed for _ in [1, 1 // 0])
        assert layout_of(str(old)) == before

        adapter.write([changed])

        assert next(adapter.sessions()) == changed
    assert version_of(str(old)) == LATEST_LAYOUT


def test_the_last_revision_is_what_this_release_writes() -> None:
    script = ScriptDirectory(str(Path(str(migrations.__file__)).parent))

    assert script.get_heads() == [LATEST_LAYOUT]
    assert list(migrations.what_each_brings()) == VERSIONS
    assert all(migrations.what_each_brings().values())


@pytest.mark.long
@pytest.mark.parametrize("is_versioned", [True, False], ids=["with its version", "without a version"])
@pytest.mark.parametrize("empty", ON_BOTH, indirect=True)
@pytest.mark.parametrize("version", VERSIONS)
def test_from_every_version_the_way_leads_to_todays_tables(
    empty: str, version: str, is_versioned: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    make_at(empty, version, is_versioned=is_versioned and version != LATEST_LAYOUT)
    SqlAdapter.create(empty).close()
    upgraded = layout_of(empty)
    if "://" in empty:
        with connected(empty) as connection:
            for name in sa.inspect(connection).get_table_names():
                connection.exec_driver_sql(f"DROP TABLE {name} CASCADE")
    else:
        empty = str(tmp_path / "new.db")
    SqlAdapter.create(empty).close()

    assert upgraded == layout_of(empty)


@pytest.mark.parametrize("empty", ON_BOTH, indirect=True)
def test_a_database_without_a_version_is_adopted_and_every_child_looked_at(empty: str) -> None:
    """As the last release without versions left it: some tables made, some not, and triggers that hear of changes."""
    with SqlAdapter.create(empty) as adapter:
        adapter.write(EVERY_KIND.records)
        seen = adapter.changes_since(rules="r", now=NOW)
        assert adapter.keep_looks(seen, [], rules="r", now=NOW)
        assert adapter.changes_since(rules="r", now=NOW).child_ids == frozenset()
    with connected(empty) as connection:
        for table in ("layout", "profiles", "about_me", "evidence"):
            connection.exec_driver_sql(f"DROP TABLE relationkit_{table}")
        connection.exec_driver_sql("DROP INDEX relationkit_outbox_state")
        connection.exec_driver_sql("CREATE TABLE relationkit_schema (version INTEGER PRIMARY KEY)")
    kept = rows_of(empty)

    with SqlAdapter(empty) as adapter:
        adapter.write([Child(id="C99")])
        assert version_of(empty) == LATEST_LAYOUT
        assert adapter.changes_since(rules="r", now=NOW).child_ids is None
        assert len(list(adapter.children())) == len(kept["relationkit_children"]) + 1
        assert list(adapter.profiles()) == []
    found = rows_of(empty)
    unchanged = kept.keys() - {f"relationkit_{name}" for name in ("children", "schema", "passes", "looks", "changes")}
    assert {name: found[name] for name in unchanged} == {name: kept[name] for name in unchanged}


@pytest.mark.parametrize("empty", ON_BOTH_IN_THE_END, indirect=True)
def test_an_upgrade_that_is_interrupted_leaves_the_old_layout_whole(first: str) -> None:
    before = (layout_of(first), rows_of(first))
    for at in (12, 40):
        statements = iter(range(1, 1_000))

        def stop(*_: object, at: int = at, statements: Any = statements) -> None:
            if next(statements) == at:
                raise KeyboardInterrupt

        with SqlAdapter(first) as adapter:
            sa.event.listen(adapter._engine, "before_cursor_execute", stop)
            with pytest.raises(KeyboardInterrupt):
                adapter.upgrade()
        assert (layout_of(first), rows_of(first)) == before
    with SqlAdapter(first) as adapter:
        adapter.upgrade()
    assert version_of(first) == LATEST_LAYOUT


def test_a_file_whose_upgrade_lost_its_power_is_the_old_one(old: Path, tmp_path: Path) -> None:
    before = rows_of(str(old))
    statements = iter(range(1, 1_000))

    def lose_power(*_: object) -> None:
        number = next(statements)
        if number % 15 == 0:
            left = tmp_path / str(number)
            left.mkdir()
            for file in tmp_path.glob("case.db*"):
                shutil.copy(file, left / file.name)

    with SqlAdapter(str(old)) as adapter:
        adapter._engine.dispose()
        # With room for one page SQLite writes to the file long before the end.
        sa.event.listen(adapter._engine, "connect", lambda connection, _: connection.execute("PRAGMA cache_size = 1"))
        sa.event.listen(adapter._engine, "before_cursor_execute", lose_power)
        adapter.upgrade()
    copies = [copy for copy in tmp_path.glob("*/case.db") if copy.with_name("case.db-journal").exists()]
    assert len(copies) >= 2
    assert any(copy.read_bytes() != old.read_bytes() for copy in copies)
    assert [rows_of(str(copy)) for copy in copies] == [before] * len(copies)


@pytest.mark.parametrize("empty", ON_BOTH, indirect=True)
def test_of_two_who_upgrade_at_once_both_find_it_done(first: str) -> None:
    start = Barrier(2)

    def upgrade(number: int) -> str | None:
        with SqlAdapter(first) as adapter:
            start.wait()
            adapter.write([Child(id=f"N{number}")])
            return adapter.layout_version

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(upgrade, range(2))) == [LATEST_LAYOUT] * 2
    with SqlAdapter(first) as adapter:
        assert {child.id for child in adapter.children()} >= {"N0", "N1", "C2"}


def test_a_newer_database_is_refused_also_by_who_had_it_open(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with SqlAdapter.create(str(path)) as adapter:
        with sqlite3.connect(path) as database:
            database.execute("UPDATE relationkit_layout SET version_num = '0099'")
        database.close()
        before = path.read_bytes()

        for call in (lambda: adapter.write([Child(id="C1")]), lambda: SqlAdapter(str(path)), adapter.upgrade_sql):
            with pytest.raises(UnreadableSourceError, match=f"version 0099.* up to {LATEST_LAYOUT}.* Install the"):
                call()
        with pytest.raises(UnreadableSourceError, match="0099"):
            SqlAdapter.create(str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("empty", ON_BOTH_IN_THE_END, indirect=True)
def test_the_sql_that_is_shown_does_what_an_upgrade_does(
    first: str, tmp_path: Path, run_script: Callable[[str, str], None]
) -> None:
    with SqlAdapter(first) as adapter:
        script = adapter.upgrade_sql()
    run_script(first, script)

    with SqlAdapter(first) as adapter:
        assert adapter.is_latest_layout
        assert adapter.upgrade_sql() == ""
        assert len(adapter.outbox_rows()) == 6
    if "://" not in first:
        SqlAdapter.create(str(tmp_path / "new.db")).close()
        assert layout_of(first) == layout_of(str(tmp_path / "new.db"))


def test_a_database_of_today_needs_no_alembic(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "new.db")
    monkeypatch.setitem(sys.modules, "alembic", None)
    monkeypatch.delitem(sys.modules, migrations.__name__)
    with SqlAdapter.create(path) as adapter:
        adapter.write(EVERY_KIND.records)
    with SqlAdapter(path) as adapter:
        adapter.upgrade()
        assert len(list(adapter.children())) == 3

    with SqlAdapter(str(old)) as adapter, pytest.raises(SourceError, match=r"relationkit\[sql\]"):
        adapter.write(EVERY_KIND.records)
    with suppress(KeyError):
        del sys.modules[migrations.__name__]


@pytest.mark.parametrize("empty", ON_BOTH, indirect=True)
def test_what_others_keep_in_the_same_database_is_none_of_an_upgrades_business(first: str) -> None:
    is_file = "://" not in first
    with connected(first) as connection:
        connection.exec_driver_sql("CREATE TABLE places (name TEXT)")
        connection.exec_driver_sql("CREATE INDEX places_low ON places (lower(name))")
        if is_file:
            body = "BEGIN INSERT INTO places VALUES ('Quillaby'); END"
        else:
            connection.exec_driver_sql(
                "CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
            )
            body = "FOR EACH ROW EXECUTE FUNCTION audited()"
        connection.exec_driver_sql(
            f'CREATE TRIGGER "relationkit_messages-audit" AFTER INSERT ON relationkit_messages {body}'
        )

    with SqlAdapter(first) as adapter:
        adapter.upgrade()

    with connected(first) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'" if is_file else "SELECT tgname FROM pg_trigger"
        assert "relationkit_messages-audit" in set(connection.scalars(sa.text(names)))
