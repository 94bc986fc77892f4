"""What the tables in relationkit's own layout share: one register, columns, moments in UTC, errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from relationkit.errors import MissingExtraError, SourceError, SourceUnavailableError, UnreadableSourceError

try:
    import sqlalchemy as sa
    from sqlalchemy import exc
    from sqlalchemy.types import TypeDecorator
except ModuleNotFoundError as error:
    raise MissingExtraError("the adapter 'sql'", extra="sql") from error

__all__ = ["METADATA", "UtcInstant", "answering", "key", "other_layout", "ref", "text", "writing"]

#: Every table of ours as this release knows it. One that changes here needs a revision in ``migrations/versions``.
METADATA: Final = sa.MetaData()


class UtcInstant(TypeDecorator[datetime]):
    """A moment: only aware ones go in, and UTC comes out, also where the database keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment in UTC; without its zone where the database would drop it unseen."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a moment needs a time zone, as in datetime(2025, 3, 31, 9, 0, tzinfo=UTC)")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def id_type() -> sa.types.TypeEngine[str]:
    """Return the type of an id, which compares by code point."""
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def key(name: str = "id") -> sa.Column[str]:
    """Return the column of an id that identifies its row."""
    return sa.Column(name, id_type(), primary_key=True)


def ref(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """Return the column of an id of another row."""
    return sa.Column(name, id_type(), nullable=nullable)


def text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    """Return the column of a text."""
    return sa.Column(name, sa.String(), nullable=nullable)


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Hold one transaction that may write from its start; whatever is raised inside undoes all of it."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    # The driver would begin late and without the right to write, and could then be refused half way.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            if not connection.invalidated:
                connection.connection.rollback()  # does nothing where the transaction has ended
            raise


#: PostgreSQL's code for a right that is missing: its documentation, appendix A, class 42.
_NO_RIGHT: Final = "42501"


@contextmanager
def answering(source: str) -> Iterator[None]:
    """Turn what the driver raises into our errors, without its words: they may hold what was sent."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError) as error:
        if str(error.orig).startswith("no such"):  # SQLite's way to say that a table or column is missing
            raise other_layout(source) from error
        what, remedy = "the database did not answer, or refused", "Check the address and the rights, and try again"
        raise SourceUnavailableError(source, what, remedy) from error
    except (exc.DataError, exc.IntegrityError) as error:
        what, remedy = "the database refused a value", "Look for control characters in texts; nothing was kept"
        raise SourceError(source, what, remedy) from error
    except exc.DatabaseError as error:
        if getattr(error.orig, "sqlstate", None) == _NO_RIGHT:
            what, remedy = "this account has no right to do that", "Let whoever owns the tables grant it on all of them"
            raise SourceError(source, what, remedy) from error
        raise other_layout(source) from error


def other_layout(source: str) -> UnreadableSourceError:
    """Return the error for a database whose tables are not ours, or not as we left them."""
    what = "this is not a database in relationkit's layout"
    return UnreadableSourceError(source, what, "Name another, or make one with SqlAdapter.create()")
