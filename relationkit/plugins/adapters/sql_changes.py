"""What a database hears of changes: triggers on the tables of records, and when each child is to be looked at next.

``relationkit_changes`` has a row for each change, written by a trigger in the transaction of whoever changed something;
``relationkit_looks`` has a row for each open clock; ``relationkit_passes`` has one row, whose revision makes sure that
of two passes at one moment only one keeps its looks. A change is let go of by its number, never by "all up to", so that
a transaction that commits late is not passed over. All of it is made by the first pass; a trigger that is missing is
made anew, and then every child is looked at.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from relationkit.errors import SourceError
from relationkit.plugins.adapters.looking import Kept
from relationkit.plugins.adapters.outbox_rules import in_utc
from relationkit.plugins.adapters.sql_layout import METADATA, UtcInstant, answering, key, ref, text
from relationkit.plugins.adapters.sql_outbox import SqlOutbox
from relationkit.plugins.changes import Changes
from relationkit.records import ChildId
from relationkit.sla import NextLook

__all__ = ["SqlChanges"]

_BATCH: Final = 500

_CHANGES: Final = sa.Table(
    "relationkit_changes",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
    ref("child_id", nullable=True),  # empty: it may concern any child
    sa.Index("relationkit_changes_child", "child_id"),
    sqlite_autoincrement=True,
)
_LOOKS: Final = sa.Table(
    "relationkit_looks",
    METADATA,
    key("child_id"),
    key("clock_id"),
    sa.Column("look_at", UtcInstant()),
    sa.Column("due_at", UtcInstant()),
    sa.Index("relationkit_looks_next", "look_at"),
    sa.Index("relationkit_looks_due", "due_at"),
)
_PASSES: Final = sa.Table(
    "relationkit_passes",
    METADATA,
    sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
    text("revision", nullable=False),
    text("rules", nullable=False),
    sa.Column("kept_at", UtcInstant(), nullable=False),
    sa.Column("all_looked_at", UtcInstant(), nullable=False),
)
_THE_PASS: Final = 1
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: The kinds of records that clocks are made of, and whether a change concerns the child it names, or any.
_HEARD: Final[Mapping[str, bool]] = {"messages": True, "assignments": True, "absences": False, "workers": False}


class SqlChanges(SqlOutbox):
    """A :class:`~relationkit.plugins.SupportsChangesSince` in a database that holds the records and the outbox."""

    capabilities: frozenset[str]

    def changes_since(self, *, rules: str, now: datetime) -> Changes:
        """Return which children have to be looked at; every child where the database cannot hear of changes."""
        at = in_utc(now)
        try:
            self._listen()
        except SourceError:  # it may only be read, or is being written: nothing is kept, and nothing missed
            return Changes(None, is_keepable=False)
        with answering(self.source), self._engine.connect() as connection:
            kept = _kept(connection)
            heard = {row.id: row.child_id for row in connection.execute(sa.select(_CHANGES.c.id, _CHANGES.c.child_id))}
            due = list(connection.scalars(sa.select(_LOOKS.c.child_id).where(_LOOKS.c.look_at <= at)))
        if kept is None or None in heard.values() or not kept.is_sure(rules, at):
            is_keepable = kept is not None and not kept.is_past(at)
            return Changes(None, tuple(heard), kept.revision if kept else None, is_keepable=is_keepable)
        child_ids = {*heard.values(), *due, *self._children_to_tell(since=kept.may_be_behind_since)}
        return Changes(frozenset(ChildId(each) for each in child_ids if each is not None), tuple(heard), kept.revision)

    def keep_looks(self, changes: Changes, looks: Iterable[NextLook], *, rules: str, now: datetime) -> bool:
        """Keep when the children are to be looked at next, unless another pass has kept something since."""
        at = in_utc(now)
        if not changes.is_keepable:
            return False
        rows = [asdict(look) for look in looks]
        with self._writing() as connection:
            if not _is_ours(connection, changes, rules, at):
                return False
            for child_ids in _batches(changes.child_ids) if changes.child_ids is not None else [None]:
                are_theirs = sa.true() if child_ids is None else _LOOKS.c.child_id.in_(child_ids)
                connection.execute(sa.delete(_LOOKS).where(are_theirs))
            for batch in _batches(rows):
                connection.execute(sa.insert(_LOOKS), batch)
            for numbers in _batches(changes.seen):
                connection.execute(sa.delete(_CHANGES).where(_CHANGES.c.id.in_(numbers)))
        return True

    def overdue_clocks(self, *, now: datetime, without: Collection[str] = ()) -> int:
        """Return how many clocks are overdue by the looks that were kept."""
        count = sa.select(sa.func.count()).select_from(_LOOKS).where(_LOOKS.c.due_at < in_utc(now))
        with answering(self.source), self._engine.connect() as connection:
            left_out = [connection.scalar(count.where(_LOOKS.c.child_id.in_(some))) or 0 for some in _batches(without)]
            return (connection.scalar(count) or 0) - sum(left_out)

    def _listen(self) -> None:
        """Make the tables and triggers that are missing; then nothing that was kept counts any more."""
        events = _EVENTS[self._engine.dialect.name]
        wanted = {(f"relationkit_{kind}", event) for kind in _HEARD if kind in self.capabilities for event in events}
        with answering(self.source), self._engine.connect() as connection:
            found = {(row[0], row[1]) for row in connection.execute(sa.text(_FIND[connection.dialect.name]))}
            if {(table, _name(table, event)) for table, event in wanted} <= found and _kept(connection):
                return
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(_FUNCTION)
                connection.exec_driver_sql("REVOKE EXECUTE ON FUNCTION relationkit_note_change() FROM PUBLIC")
            for table, event in sorted(wanted):
                for statement in _trigger(connection, table, event):
                    connection.exec_driver_sql(statement)
            connection.execute(sa.delete(_PASSES))
            start = {"revision": uuid4().hex, "rules": "", "kept_at": _NEVER, "all_looked_at": _NEVER}
            connection.execute(sa.insert(_PASSES), {"id": _THE_PASS, **start})


def _kept(connection: sa.Connection) -> Kept | None:
    row = connection.execute(sa.select(_PASSES).where(_PASSES.c.id == _THE_PASS)).one_or_none()
    return None if row is None else Kept(row.revision, row.rules, row.kept_at, row.all_looked_at)


def _is_ours(connection: sa.Connection, changes: Changes, rules: str, at: datetime) -> bool:
    """Take the one row for this pass, unless another has since it asked; of two at once the second waits."""
    kept = _kept(connection)
    if kept is None or kept.revision != changes.revision:
        return False
    then = {
        "revision": uuid4().hex,
        "rules": rules,
        "kept_at": max(kept.kept_at, at),
        "all_looked_at": at if changes.child_ids is None else kept.all_looked_at,
    }
    is_still_it = _PASSES.c.revision == changes.revision
    return connection.execute(sa.update(_PASSES).where(is_still_it).values(then)).rowcount == 1


# Triggers ------------------------------------------------------------------------------------------------------------

#: What a trigger is set on. In SQLite nothing but DELETE empties a table.
_EVENTS: Final = {
    "sqlite": ("insert", "update", "delete"),
    "postgresql": ("insert", "update", "delete", "truncate"),
}
#: The tables and their triggers, those only that fire whoever writes.
_FIND: Final = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT relname, tgname FROM pg_trigger
        JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = current_schema() AND tgenabled = 'A'
    """,
}
#: It runs with the rights of whoever made it, since those who write records may know nothing of these tables. The right
#: to call it is asked for when a trigger is set, so nobody else may hang it on a table of theirs.
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION relationkit_note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    note text := 'INSERT INTO ' || quote_ident(TG_TABLE_SCHEMA) || '.relationkit_changes (child_id) VALUES ($1)';
BEGIN
    IF TG_ARGV[0] = 'any' THEN
        EXECUTE note USING NULL::text;
    ELSE
        IF TG_OP <> 'INSERT' THEN EXECUTE note USING OLD.child_id::text; END IF;
        IF TG_OP <> 'DELETE' THEN EXECUTE note USING NEW.child_id::text; END IF;
    END IF;
    RETURN NULL;
END $$
"""


def _name(table: str, event: str) -> str:
    return f"{table}_{event}"


def _trigger(connection: sa.Connection, table: str, event: str) -> Iterator[str]:
    """Yield the statements that make a trigger anew."""
    names_child = _HEARD[table.removeprefix("relationkit_")] and event != "truncate"
    name, after = _name(table, event), f"AFTER {event.upper()} ON {table}"
    if connection.dialect.name == "postgresql":
        each = "STATEMENT" if event == "truncate" else "ROW"
        when = "WHEN (OLD.* IS DISTINCT FROM NEW.*)" if event == "update" else ""
        call = f"relationkit_note_change('{'child' if names_child else 'any'}')"
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield f"CREATE TRIGGER {name} {after} FOR EACH {each} {when} EXECUTE FUNCTION {call}"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
        return
    columns = [f'"{column["name"]}"' for column in sa.inspect(connection).get_columns(table)]
    when = f"WHEN {' OR '.join(f'NEW.{each} IS NOT OLD.{each}' for each in columns)}" if event == "update" else ""
    rows = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}[event]
    notes = " ".join(map(_note, (f"{row}.child_id" for row in rows) if names_child else ("NULL",)))
    yield f"DROP TRIGGER IF EXISTS {name}"
    yield f"CREATE TRIGGER {name} {after} {when} BEGIN {notes} END"


def _note(child_id: str) -> str:
    """Return the statements by which SQLite notes a change: one row for each child, with a number never used before."""
    delete = f"DELETE FROM relationkit_changes WHERE child_id IS {child_id};"  # noqa: S608 - a column of the trigger's own
    return f"{delete} INSERT INTO relationkit_changes (child_id) VALUES ({child_id});"  # noqa: S608 - likewise


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
