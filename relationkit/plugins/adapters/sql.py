"""``sql``: a database in relationkit's own layout: an SQLite file as it comes, or PostgreSQL by URL.

A table for each kind of record, ``relationkit_children`` and so on, a column for each field. Days are dates. Moments
are kept in UTC and come back in UTC on both engines. Ids compare by code point whatever the server's language, so
that the order is the contract's.

Errors never show a password, a query's values or anything that was read.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from relationkit.errors import (
    InvalidRecordError,
    MissingExtraError,
    SourceNotFoundError,
    UnreadableSourceError,
    shown_source,
)
from relationkit.plugins.adapters.base import KIND_OF, StreamedReader
from relationkit.plugins.adapters.filters import is_within, wanted_ids
from relationkit.plugins.adapters.problems import record_or_problems, showable
from relationkit.plugins.adapters.sql_changes import SqlChanges
from relationkit.plugins.adapters.sql_feedback import SqlFeedback
from relationkit.plugins.adapters.sql_handovers import SqlHandovers
from relationkit.plugins.adapters.sql_layout import METADATA, UtcInstant, answering, key, ref, text, writing
from relationkit.plugins.adapters.sql_profiles import SqlProfiles
from relationkit.plugins.adapters.sql_promises import SqlPromises
from relationkit.plugins.adapters.sql_store import layout_version_of, make_or_upgrade, require_known
from relationkit.records import Absence, Assignment, Child, FrozenModel, Message, Placement, Record, Session, Worker

try:
    import sqlalchemy as sa
    from sqlalchemy import exc
    from sqlalchemy.dialects import postgresql, sqlite
except ModuleNotFoundError as error:
    raise MissingExtraError("the adapter 'sql'", extra="sql") from error

__all__ = ["SqlAdapter", "UtcInstant"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

_NAME: Final = "sql"
_STREAMED: Final = 1_000
#: Above this many ids a filter is applied here, not there: databases limit the values of one statement.
_MOST_IDS: Final = 500

#: The columns of each table, and the index that its order is read by.
_SCHEMA: Final[Mapping[str, tuple[sa.schema.SchemaItem, ...]]] = {
    "children": (
        key(),
        text("chosen_name"),
        text("pronouns"),
        sa.Column("born_on", sa.Date()),
        text("team"),
        text("language", nullable=False),
    ),
    "workers": (
        key(),
        text("name", nullable=False),
        text("role", nullable=False),
        text("team"),
        ref("manager_id", nullable=True),
        text("registration"),
    ),
    "assignments": (
        key(),
        ref("child_id"),
        ref("worker_id"),
        text("role", nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        text("reason"),
        text("team"),
        ref("cover_for", nullable=True),
        sa.Index("relationkit_assignments_order", "child_id", "started_on", "id"),
    ),
    "messages": (
        key(),
        ref("child_id"),
        sa.Column("at", UtcInstant(), nullable=False),
        text("direction", nullable=False),
        text("channel", nullable=False),
        ref("worker_id", nullable=True),
        text("kind", nullable=False),
        text("thread"),
        sa.Column("needs_reply", sa.Boolean(), nullable=False),
        ref("no_reply_by", nullable=True),
        text("no_reply_why"),
        sa.Index("relationkit_messages_order", "child_id", "at", "id"),
    ),
    "sessions": (
        key(),
        ref("child_id"),
        ref("worker_id"),
        text("kind", nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        text("status", nullable=False),
        text("place"),
        sa.Column("seen", sa.Boolean()),
        sa.Column("seen_alone", sa.Boolean()),
        text("not_alone_why"),
        sa.Column("changed_at", UtcInstant()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Index("relationkit_sessions_order", "child_id", "starts_at", "id"),
    ),
    "absences": (
        key("worker_id"),
        sa.Column("starts_at", UtcInstant(), primary_key=True),
        sa.Column("ends_at", UtcInstant()),
        ref("cover_id", nullable=True),
        sa.Column("tell_child", sa.Boolean(), nullable=False),
    ),
    "placements": (
        key(),
        ref("child_id"),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        text("regime", nullable=False),
        sa.Index("relationkit_placements_order", "child_id", "started_on", "id"),
    ),
}

TABLES: Final = {kind: sa.Table(f"relationkit_{kind}", METADATA, *columns) for kind, columns in _SCHEMA.items()}

#: Columns that an older layout does not have: read as empty until it is upgraded.
_ADDED_LATER: Final[Mapping[str, tuple[str, ...]]] = {"sessions": ("not_alone_why",)}

#: The contract's order, by column.
_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "children": ("id",),
    "workers": ("id",),
    "assignments": ("child_id", "started_on", "id"),
    "messages": ("child_id", "at", "id"),
    "sessions": ("child_id", "starts_at", "id"),
    "absences": ("worker_id", "starts_at"),
    "placements": ("child_id", "started_on", "id"),
}


class SqlAdapter(SqlChanges, SqlFeedback, SqlHandovers, SqlProfiles, SqlPromises, StreamedReader):
    """Reads and writes a database, and keeps the outbox, handover plans, promises and what children say in it.

    One of an older layout is read as it is, and upgraded by the first write, in that write's transaction.

    Args:
        where: A file such as ``case.db``, or a URL such as ``sqlite:///case.db`` or ``postgresql://user@host/name``.

    Raises:
        SourceNotFoundError: There is no such SQLite file, or none of our tables in it; :meth:`create` makes them.
        UnreadableSourceError: The file is no database, the URL is none that is known, or a later release has upgraded
            the database.
        SourceUnavailableError: The server did not answer.
        MissingExtraError: The driver is not installed.
    """

    def __init__(self, where: str) -> None:
        url = _url(where)
        super().__init__(f"{_NAME}:{_shown(url)}", ())
        _require_file(url, self.source)
        self._engine = _engine(url, self.source)
        try:
            self._look()
        except BaseException:
            self.close()
            raise
        if not self.capabilities:
            self.close()
            what, remedy = "this database holds none of relationkit's tables", "Make them with SqlAdapter.create()"
            raise SourceNotFoundError(self.source, what, remedy)

    @classmethod
    def create(cls, where: str) -> Self:
        """Return the database with all its tables, made or upgraded where need be; what they hold stays."""
        url = _url(where)
        source = f"{_NAME}:{_shown(url)}"
        engine = _engine(url, source)
        try:
            with answering(source), writing(engine) as connection:
                make_or_upgrade(connection, source)
        finally:
            engine.dispose()
        return cls(where)

    @property
    def database(self) -> str:
        """Which engine answers, and its version, such as ``"postgresql 15.8"``."""
        with answering(self.source), self._engine.connect() as connection:
            version = connection.dialect.server_version_info or ()
        return f"{self._engine.dialect.name} {'.'.join(map(str, version))}"

    def close(self) -> None:
        """Let go of the connections; the second time does nothing."""
        self._engine.dispose()

    def write(self, records: Iterable[Record]) -> int:
        """Keep the records in one transaction and return how many were given; the same id again is an update.

        Args:
            records: Of any kinds, in any order; read once, in batches.

        Raises:
            SourceUnavailableError: The database did not answer, or is being written by somebody else; nothing was kept.
        """
        count = 0
        with self._writing() as connection:
            for batch in _batches(records):
                for record, alike in groupby(sorted(batch, key=_kind), key=type):
                    connection.execute(self._upsert(KIND_OF[record]), [_columns(row) for row in alike])
                count += len(batch)
        self._look()
        return count

    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        """Return the children, by id."""
        return self._where(Child, {"id": child_ids})

    def workers(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Worker]:
        """Return the workers, by id."""
        return self._where(Worker, {"id": worker_ids})

    def assignments(
        self, *, child_ids: Collection[str] | None = None, worker_ids: Collection[str] | None = None
    ) -> Iterator[Assignment]:
        """Return the assignments, child by child, by ``started_on``, then id."""
        return self._where(Assignment, {"child_id": child_ids, "worker_id": worker_ids})

    def messages(
        self,
        *,
        child_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Message]:
        """Return the messages, child by child, by ``at``, then id."""
        return self._where(Message, {"child_id": child_ids}, "at", since, until)

    def sessions(
        self,
        *,
        child_ids: Collection[str] | None = None,
        worker_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Session]:
        """Return the sessions, child by child, by ``starts_at``, then id."""
        return self._where(Session, {"child_id": child_ids, "worker_id": worker_ids}, "starts_at", since, until)

    def absences(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Absence]:
        """Return the absences, worker by worker, by ``starts_at``."""
        return self._where(Absence, {"worker_id": worker_ids})

    def placements(self, *, child_ids: Collection[str] | None = None) -> Iterator[Placement]:
        """Return the placements, child by child, by ``started_on``, then id."""
        return self._where(Placement, {"child_id": child_ids})

    def _all(self, record: type[RecordT], *where: sa.ColumnElement[bool]) -> Iterator[RecordT]:
        kind = KIND_OF[record]
        table = TABLES[kind]
        missing = self._missing_columns(kind)
        held = [column for column in table.c if column.name not in missing]
        statement = sa.select(*held).where(*where).order_by(*(table.c[name] for name in _ORDER[kind]))
        return self._stream(record, statement, table.name)

    def _where(
        self,
        record: type[RecordT],
        ids: Mapping[str, Collection[str] | None],
        moment: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[RecordT]:
        """Return the records that pass the filters, which the database applies where it can."""
        self._held(record)
        is_within(since, until)  # refuses a bound without a zone now, not when the stream is read
        wanted = {name: wanted_ids(some) for name, some in ids.items()}
        columns = TABLES[KIND_OF[record]].c
        some_ids = {name: some for name, some in ids.items() if some is not None and len(some) <= _MOST_IDS}
        # PostgreSQL keeps no text with a NUL in it, and refuses to look for one.
        few = {name: sorted(each for each in some if "\0" not in each) for name, some in some_ids.items()}
        clauses: list[sa.ColumnElement[bool]] = [columns[name].in_(some) for name, some in few.items()]
        clauses += [columns[moment] >= since] if since is not None else []
        clauses += [columns[moment] < until] if until is not None else []
        rows = self._all(record, *clauses)
        many = {name: is_wanted for name, is_wanted in wanted.items() if ids[name] is not None and name not in few}
        if not many:
            return rows
        return (row for row in rows if all(is_wanted(getattr(row, name)) for name, is_wanted in many.items()))

    def _stream(self, record: type[RecordT], statement: sa.Select[Any], table: str) -> Iterator[RecordT]:
        with answering(self.source), self._engine.connect() as connection:
            streaming = connection.execution_options(stream_results=True, yield_per=_STREAMED)
            with streaming.execute(statement) as rows:  # its cursor goes with the stream, read to the end or not
                names = [str(name) for name in rows.keys()]  # noqa: SIM118 - a result is no mapping
                for row in rows:
                    values = dict(zip(names, row, strict=True))
                    try:
                        made = record(**values)
                    except InvalidRecordError:
                        self._refuse(record, values, table)
                    else:
                        yield made

    def _refuse(self, record: type[FrozenModel], values: Mapping[str, Any], table: str) -> None:
        """Log why a row makes no record."""
        made = record_or_problems(record, values, where=_place(table, values))
        for problem in made if isinstance(made, list) else ():
            self._log.add(problem, alike=table)

    def _look(self) -> None:
        with answering(self.source), self._engine.connect() as connection:
            present = set(sa.inspect(connection).get_table_names())
            self.capabilities = frozenset(kind for kind, table in TABLES.items() if table.name in present)
            self._layout_version = require_known(layout_version_of(connection), self.source)

    def _missing_columns(self, kind: str) -> list[str]:
        """Return the columns that a later release added and an older layout does not have."""
        if self.is_latest_layout or kind not in _ADDED_LATER:
            return []
        with answering(self.source), self._engine.connect() as connection:
            present = {column["name"] for column in sa.inspect(connection).get_columns(TABLES[kind].name)}
        return [name for name in _ADDED_LATER[kind] if name not in present]

    def _upsert(self, kind: str) -> sa.Insert:
        table = TABLES[kind]
        is_postgresql = self._engine.dialect.name == "postgresql"
        statement = postgresql.insert(table) if is_postgresql else sqlite.insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
        return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _url(where: str) -> sa.URL:
    """Return the URL of a file's path or of a URL's text; PostgreSQL is read with psycopg 3."""
    if "://" not in where:
        return sa.URL.create("sqlite", database=where)
    shown = f"{_NAME}:{shown_source(where)}"
    try:
        url = sa.make_url(where)
    except (exc.ArgumentError, ValueError):
        what, remedy = "this is no URL of a database", "Write sqlite:///case.db or postgresql://user@host/name"
        raise UnreadableSourceError(shown, what, remedy) from None
    if url.host is not None and "@" in url.host:  # half the password, which would be sent to a name server
        raise UnreadableSourceError(shown, "its password holds an @ as it stands", "Write the @ of a password as %40")
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        what = f"databases of the kind {url.get_backend_name()!r} are not read"
        raise UnreadableSourceError(shown, what, "Use SQLite or PostgreSQL")
    return url


def _shown(url: sa.URL) -> str:
    """Return the URL as it may be shown: without user, password and settings."""
    return shown_source(url.render_as_string(hide_password=True))


def _require_file(url: sa.URL, source: str) -> None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return
    path = Path(str(url.database))
    if path.is_dir():
        raise UnreadableSourceError(source, "this is a folder, and a database file is needed", "Name the file")
    if not path.exists():
        raise SourceNotFoundError(
            source, "there is no such file", "Check the path, or make it with SqlAdapter.create()"
        )
    if not path.is_file():
        raise UnreadableSourceError(source, "this is no ordinary file", "Name the database file")


def _engine(url: sa.URL, source: str) -> sa.Engine:
    try:
        return sa.create_engine(url, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"the adapter {source.partition(':')[0]!r} with PostgreSQL", extra="sql") from error


def _kind(record: Record) -> str:
    return KIND_OF[type(record)]


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    remaining = iter(records)
    while batch := list(islice(remaining, _STREAMED)):
        yield batch


def _columns(record: FrozenModel) -> dict[str, Any]:
    return {name: getattr(record, name) for name in type(record).model_fields}


def _place(table: str, row: Mapping[str, Any]) -> str:
    """Return the table and the row's id, if the id is plainly one."""
    return " ".join(filter(None, (table, showable("id", row.get("id")))))
