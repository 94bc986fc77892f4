"""What revisions are written in: columns as they have been from the first, and changes that pass over what is there.

Before version 0007 tables were made when they were first needed, so that two databases of one release may differ.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["add_column", "add_index", "key", "make_table", "moment", "number", "ref", "text"]


def key(name: str = "id") -> sa.Column[str]:
    """Return the column of an id that identifies its row."""
    return sa.Column(name, _id(), primary_key=True)


def ref(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """Return the column of an id of another row."""
    return sa.Column(name, _id(), nullable=nullable)


def text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    """Return the column of a text."""
    return sa.Column(name, sa.String(), nullable=nullable)


def moment(name: str, *, nullable: bool = True, primary_key: bool = False) -> sa.Column[Any]:
    """Return the column of a moment, kept in UTC."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, primary_key=primary_key)


def number(name: str, *generated: sa.Identity) -> sa.Column[int]:
    """Return the column of a number that the database gives to each row."""
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), *generated, primary_key=True)


def make_table(name: str, *items: sa.schema.SchemaItem, sqlite_autoincrement: bool = False) -> None:
    """Make a table with its indexes, unless it is there."""
    if name not in _present():
        op.create_table(name, *items, sqlite_autoincrement=sqlite_autoincrement)


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column, empty in every row, unless it is there."""
    if f"{table}.{column.name}" not in _present():
        op.add_column(table, column)


def add_index(name: str, table: str, columns: list[str]) -> None:
    """Add an index, unless it is there."""
    if f"{table}.{name}" not in _present():
        op.create_index(name, table, columns)


def _id() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _present() -> frozenset[str]:
    config = op.get_context().config
    assert config is not None  # noqa: S101 - env.py is run with one
    present: frozenset[str] = config.attributes["present"]
    return present
