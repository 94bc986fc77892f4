"""The way from each version of the tables to the next, in Alembic's form: a file in ``versions`` for each.

``env.py`` is what Alembic runs, ``steps.py`` what the revisions are written in. A revision that has been released is
never changed, and never takes its columns from the code of today. To add one: copy the last file, name the one before
in ``down_revision``, and raise ``LATEST_LAYOUT`` in ``sql_store.py``; the tests say what was forgotten. There is no way
down: whoever wants the old layout back restores the backup.
"""

from collections.abc import Iterator
from io import StringIO
from threading import Lock
from typing import Final

import sqlalchemy as sa

from relationkit.errors import MissingExtraError
from relationkit.plugins.adapters.sql_store import SHOW_VERSION

try:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
except ModuleNotFoundError as error:
    raise MissingExtraError("to upgrade a database", extra="sql") from error

__all__ = ["upgrade", "upgrade_script", "what_each_brings"]

_HERE: Final = "relationkit.plugins.adapters:migrations"

#: Alembic keeps in a module of its own which database it is at.
_ONE_AT_A_TIME: Final = Lock()


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Bring the tables to a version, in the transaction that the connection is in."""
    config = _config(connection)
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, to)


def upgrade_script(connection: sa.Connection, *, since: str | None) -> str:
    """Return the SQL that :func:`upgrade` would send from that version on; only looks at what is there."""
    script = StringIO()
    with _ONE_AT_A_TIME:
        command.upgrade(_config(connection, script), f"{since}:head" if since else "head", sql=True)
    return script.getvalue()


def what_each_brings() -> dict[str, str]:
    """Return what each version brings, by its id, oldest first."""
    revisions = ScriptDirectory.from_config(_config()).walk_revisions()
    return {each.revision: each.doc for each in reversed(list(revisions))}


def _config(connection: sa.Connection | None = None, output: StringIO | None = None) -> Config:
    config = Config(output_buffer=output)
    config.set_main_option("script_location", _HERE)
    if connection is not None:
        config.attributes["dialect"] = f"{connection.dialect.name}+{connection.dialect.driver}"
        config.attributes["present"] = frozenset(_present(connection))
        config.attributes["afterwards"] = list(_afterwards(connection))
    return config


#: What the names of our tables begin with; other tables of the database are none of our business.
_OURS: Final = "relationkit_"

#: What the name of a trigger of ours ends with, after that of its table.
_EVENTS: Final = ("insert", "update", "delete", "truncate")

#: Every trigger, and its table.
_TRIGGERS: Final = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname, relname FROM pg_trigger
        JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = current_schema() AND NOT tgisinternal
    """,
}


def _afterwards(connection: sa.Connection) -> Iterator[str]:
    """Yield what ends an upgrade.

    Our triggers, which note changes, know the columns of the layout that they were made for: they go, and the next pass
    makes them anew and looks at every child. A trigger that somebody else hung on a table of ours stays.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    for trigger, table in connection.execute(sa.text(_TRIGGERS[connection.dialect.name])):
        if not table.startswith(_OURS) or trigger not in {f"{table}_{event}" for event in _EVENTS}:
            continue
        yield f"DROP TRIGGER {trigger} ON {table}" if is_postgresql else f"DROP TRIGGER {trigger}"
    if is_postgresql:
        yield SHOW_VERSION


def _present(connection: sa.Connection) -> list[str]:
    """Return the tables, their columns and their indexes: releases before 0007 made some, and some of them later."""
    inspector = sa.inspect(connection)
    ours = [table for table in inspector.get_table_names() if table.startswith(_OURS)]
    names = []
    for (_, table), columns in inspector.get_multi_columns(filter_names=ours).items():
        names += [table, *(f"{table}.{column['name']}" for column in columns)]
    for (_, table), indexes in inspector.get_multi_indexes(filter_names=ours).items():
        names += [f"{table}.{index['name']}" for index in indexes]
    return names
