"""Promises in a database: a row a promise and a row a tick, never changed.

Rows are numbered as they arrive, so that a board comes back in its order. A promise's id, and a tick as a whole, are
unique: whoever sends one again adds nothing, however many processes run.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from relationkit.plugins.adapters.promise_rules import never_put_up
from relationkit.plugins.adapters.sql_layout import METADATA, UtcInstant, ref, text
from relationkit.plugins.adapters.sql_store import SqlStore
from relationkit.visits import PlanBoard, Promise, PromiseId, Tick

__all__ = ["SqlPromises"]

_Row = TypeVar("_Row", Promise, Tick)

#: How many ids go into one statement: databases limit its values.
_BATCH: Final = 500


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


_PROMISES: Final = sa.Table(
    "relationkit_promises",
    METADATA,
    _number(),
    ref("id"),
    ref("child_id"),
    ref("worker_id"),
    text("what", nullable=False),
    sa.Column("made_at", UtcInstant(), nullable=False),
    sa.Column("due_on", sa.Date()),
    text("picture"),
    sa.UniqueConstraint("id", name="relationkit_promises_once"),
    sa.Index("relationkit_promises_child", "child_id", "number"),
)
_TICKS: Final = sa.Table(
    "relationkit_ticks",
    METADATA,
    _number(),
    ref("promise_id"),
    sa.Column("at", UtcInstant(), nullable=False),
    text("by", nullable=False),
    sa.Column("is_done", sa.Boolean(), nullable=False),
    sa.UniqueConstraint("promise_id", "at", "by", "is_done", name="relationkit_ticks_once"),
)


class SqlPromises(SqlStore):
    """A :class:`~relationkit.plugins.SupportsPromises` in a database, for any number of processes at once."""

    def put_up(self, promises: Iterable[Promise]) -> list[Promise]:
        """Keep the promises that are not there yet."""
        given = list(promises)
        with self._writing() as connection:
            return _added(connection, _PROMISES, given)

    def tick(self, ticks: Iterable[Tick]) -> list[Tick]:
        """Keep the ticks that are not there yet."""
        given = list(ticks)
        with self._writing() as connection:
            unknown = _unknown(connection, sorted({tick.promise_id for tick in given}))
            if unknown:
                raise never_put_up(unknown[0])
            return _added(connection, _TICKS, given)

    def boards(self, *, child_ids: Collection[str] | None = None) -> Iterator[PlanBoard]:
        """Return each child's board, by child id."""
        wanted = None if child_ids is None else set(child_ids)
        promises = sa.select(_PROMISES).order_by(_PROMISES.c.child_id, _PROMISES.c.number)
        ticks = sa.select(_TICKS).order_by(_TICKS.c.number)
        if wanted is not None and len(wanted) <= _BATCH:
            promises = promises.where(_PROMISES.c.child_id.in_(sorted(wanted)))
            ticks = ticks.join(_PROMISES, _PROMISES.c.id == _TICKS.c.promise_id)
            ticks = ticks.where(_PROMISES.c.child_id.in_(sorted(wanted)))
        with self._reading(_PROMISES) as connection:
            if connection is None:
                return
            rows = connection.execute(promises).mappings().all()
            logs: dict[str, list[sa.RowMapping]] = {}
            for tick in connection.execute(ticks).mappings():
                logs.setdefault(tick["promise_id"], []).append(tick)
        for child_id, own in groupby(rows, key=lambda row: row["child_id"]):
            if wanted is None or child_id in wanted:
                yield _board(child_id, list(own), logs)


def _added(connection: sa.Connection, table: sa.Table, given: Iterable[_Row]) -> list[_Row]:
    """Insert what is not there yet and return it; the statement is built once, the database asked for each."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().returning(table.c.number)
    return [each for each in given if connection.scalar(statement, each.model_dump()) is not None]


def _unknown(connection: sa.Connection, ids: Sequence[PromiseId]) -> list[PromiseId]:
    """Return the ids under which nothing was put up, in the order given."""
    known: set[str] = set()
    for start in range(0, len(ids), _BATCH):
        batch = sa.select(_PROMISES.c.id).where(_PROMISES.c.id.in_(ids[start : start + _BATCH]))
        known.update(connection.scalars(batch))
    return [promise_id for promise_id in ids if promise_id not in known]


def _board(child_id: str, rows: list[sa.RowMapping], logs: Mapping[str, list[sa.RowMapping]]) -> PlanBoard:
    ticks = (tick for row in rows for tick in logs.get(row["id"], ()))
    return PlanBoard.model_validate(
        {
            "child_id": child_id,
            "promises": tuple(map(_fields, rows)),
            "log": tuple(_fields(row) for row in sorted(ticks, key=lambda row: int(row["number"]))),
        }
    )


def _fields(row: sa.RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "number"}
