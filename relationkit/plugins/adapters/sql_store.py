"""A database that knows its version: refused when it is newer, upgraded by the first write, untouched while only read.

The version stands in ``relationkit_layout``, in Alembic's own form, and ``migrations`` holds the way from each version
to the next. Alembic is loaded only where something waits to be upgraded; to open a database takes one look.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
from sqlalchemy import exc

from relationkit.errors import MissingExtraError, SourceError, UnreadableSourceError
from relationkit.plugins.adapters.sql_layout import METADATA, answering, writing

__all__ = [
    "LATEST_LAYOUT",
    "SHOW_VERSION",
    "VERSIONS",
    "SqlStore",
    "layout_version_of",
    "make_or_upgrade",
    "require_known",
]

#: The layout that this release writes: the id of the last revision.
LATEST_LAYOUT: Final = "0007"
_KNOWN: Final = frozenset(f"{number:04}" for number in range(1, int(LATEST_LAYOUT) + 1))

#: As Alembic would make it, under a name of ours: a database may hold other applications, each with its versions.
VERSIONS: Final = sa.Table(
    "relationkit_layout",
    METADATA,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="relationkit_layout_pkc"),
)

#: Whoever may read some of the tables has to see which version they have; it says nothing of anybody.
SHOW_VERSION: Final = "GRANT SELECT ON relationkit_layout TO PUBLIC"

#: The lock that whoever makes or upgrades tables holds in PostgreSQL: two at once would get in each other's way.
_MAKING_TABLES: Final = 7_072_072


class SqlStore:
    """What is kept in a database, by whichever release it was made."""

    source: str
    _engine: sa.Engine
    _layout_version: str | None

    @property
    def layout_version(self) -> str | None:
        """The version of the tables when they were last looked at, such as ``"0007"``.

        ``None`` where no version is kept, as by the releases before versions were.
        """
        return self._layout_version

    @property
    def is_latest_layout(self) -> bool:
        """Whether the tables are as this release writes them; if not, the next write upgrades them first."""
        return self._layout_version == LATEST_LAYOUT

    def upgrade(self) -> None:
        """Bring the tables to the latest layout in one transaction; does nothing where they are.

        Raises:
            SourceError: The database does not let this user change its tables; nothing was changed.
            SourceUnavailableError: It did not answer, or somebody else is writing; nothing was changed.
        """
        with self._writing():
            pass

    def upgrade_sql(self) -> str:
        """Return what :meth:`upgrade` would send to this database, as a script for whoever may; empty for nothing."""
        from relationkit.plugins.adapters.migrations import upgrade_script

        with answering(self.source), self._engine.connect() as connection:
            version = require_known(layout_version_of(connection), self.source)
            return "" if version == LATEST_LAYOUT else upgrade_script(connection, since=version)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Hold one transaction over the latest layout; whatever is raised inside undoes all of it, upgrade included."""
        with answering(self.source), writing(self._engine) as connection:
            if not self.is_latest_layout or _version(connection) != LATEST_LAYOUT:
                make_or_upgrade(connection, self.source)
            yield connection
        self._layout_version = LATEST_LAYOUT

    @contextmanager
    def _reading(self, table: sa.Table) -> Iterator[sa.Connection | None]:
        """Connect to look only; ``None`` for an older database, in which there is no such table yet."""
        with answering(self.source), self._engine.connect() as connection:
            is_there = self.is_latest_layout or sa.inspect(connection).has_table(table.name)
            yield connection if is_there else None


def layout_version_of(connection: sa.Connection) -> str | None:
    """Return the version that a database says it has; ``None`` where it says nothing."""
    return _version(connection) if sa.inspect(connection).has_table(VERSIONS.name) else None


def make_or_upgrade(connection: sa.Connection, source: str) -> None:
    """Make today's tables in a database that has none of ours, or upgrade those it has; once, whoever else is at it."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING_TABLES)))
    version = require_known(layout_version_of(connection), source)
    if version == LATEST_LAYOUT:  # somebody was quicker
        return
    if version is None and METADATA.tables.keys().isdisjoint(sa.inspect(connection).get_table_names()):
        METADATA.create_all(connection, checkfirst=False)
        connection.execute(sa.insert(VERSIONS), {"version_num": LATEST_LAYOUT})
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(SHOW_VERSION)
        return
    try:
        from relationkit.plugins.adapters.migrations import upgrade
    except MissingExtraError as error:
        what = (
            "its tables are those of an earlier release, and Alembic, which brings them to this one, is not installed"
        )
        raise SourceError(source, what, 'Install it: pip install "relationkit[sql]"') from error

    try:
        upgrade(connection)
    except exc.ProgrammingError as error:
        what = f"its tables could not be brought from {_said(version)} to version {LATEST_LAYOUT}; nothing was changed"
        remedy = (
            "Let whoever owns the tables run 'relationkit upgrade-database', or the SQL that it prints with --dry-run"
        )
        raise SourceError(source, what, remedy) from error


def _version(connection: sa.Connection) -> str | None:
    version: str | None = connection.scalar(sa.select(sa.func.max(VERSIONS.c.version_num)))
    return version


def require_known(version: str | None, source: str) -> str | None:
    """Return the version that a database says it has, if this release knows it.

    Raises:
        UnreadableSourceError: It does not, as where a later release has upgraded the database.
    """
    if version is not None and version not in _KNOWN:
        what = f"its tables have version {version}, and this release knows versions up to {LATEST_LAYOUT}"
        raise UnreadableSourceError(source, what, "Install the release that upgraded it, or a later one")
    return version


def _said(version: str | None) -> str:
    return "a layout without a version" if version is None else f"version {version}"
