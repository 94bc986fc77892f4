"""Handover plans in a database: one table.

``relationkit_handovers`` has one row for each plan: the plan as JSON, and its version. A plan is read, merged and
written in one transaction that holds its row, so that two people who write at once both find the other's moves.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from relationkit.errors import InvalidRecordError, UnreadableSourceError
from relationkit.handovers import HandoverId, HandoverPlan
from relationkit.plugins.adapters.filters import wanted_ids
from relationkit.plugins.adapters.problems import ProblemLog, showable
from relationkit.plugins.adapters.sql_layout import METADATA, key, ref, text
from relationkit.plugins.adapters.sql_store import SqlStore
from relationkit.plugins.kept_handovers import KeptHandover, next_version

__all__ = ["SqlHandovers"]

_STREAMED: Final = 1_000
_HANDOVERS: Final = sa.Table(
    "relationkit_handovers",
    METADATA,
    key(),
    ref("child_id"),
    sa.Column("version", sa.Integer(), nullable=False),
    text("plan", nullable=False),
    sa.Index("relationkit_handovers_order", "child_id", "id"),
)


class SqlHandovers(SqlStore):
    """A :class:`~relationkit.plugins.SupportsHandovers` in a database, for any number of processes at once."""

    _log: ProblemLog

    def handovers(self, *, child_ids: Collection[str] | None = None) -> Iterator[KeptHandover]:
        """Return the plans as they are kept now, child by child, then by id; one that cannot be read is a problem."""
        is_wanted = wanted_ids(child_ids)
        select = sa.select(_HANDOVERS).order_by(_HANDOVERS.c.child_id, _HANDOVERS.c.id)
        with self._reading(_HANDOVERS) as connection:
            if connection is None:
                return
            streaming = connection.execution_options(stream_results=True, yield_per=_STREAMED)
            with streaming.execute(select) as rows:  # its cursor goes with the stream
                for row in rows.mappings():
                    if is_wanted(row["child_id"]):
                        try:
                            yield _kept(row)
                        except InvalidRecordError as refusal:
                            self._note(row, refusal)

    def handover(self, plan_id: HandoverId) -> KeptHandover | None:
        """Return one plan as it is kept now; ``None`` when there is none.

        Raises:
            UnreadableSourceError: It is there, and cannot be a plan.
        """
        with self._reading(_HANDOVERS) as connection:
            return None if connection is None else self._row_of(connection, plan_id)

    def keep_handover(self, plan: HandoverPlan, *, seen: KeptHandover | None = None) -> KeptHandover:
        """Keep a plan, merged with what others kept meanwhile, in one transaction."""
        with self._writing() as connection:
            if self._inserted(connection, plan):
                return KeptHandover(plan, 1)
            kept = self._row_of(connection, plan.id)
            after = next_version(plan, seen=seen, kept=kept)
            if after is not kept:
                values = {"version": after.version, "plan": after.plan.model_dump_json()}
                connection.execute(sa.update(_HANDOVERS).where(_HANDOVERS.c.id == plan.id).values(values))
        return after

    def _note(self, row: sa.RowMapping, refusal: InvalidRecordError) -> None:
        where = " ".join(filter(None, (_HANDOVERS.name, showable("id", row["id"]))))
        for problem in refusal.problems:
            self._log.add(
                replace(problem, where=where, child_id=showable("id", row["child_id"])), alike=_HANDOVERS.name
            )

    def _inserted(self, connection: sa.Connection, plan: HandoverPlan) -> bool:
        """Return whether the plan is the first of its id; where somebody else is just writing it, wait for them."""
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        values = {"id": plan.id, "child_id": plan.child_id, "version": 1, "plan": plan.model_dump_json()}
        return connection.execute(insert(_HANDOVERS).values(values).on_conflict_do_nothing()).rowcount == 1

    def _row_of(self, connection: sa.Connection, plan_id: HandoverId) -> KeptHandover | None:
        held = sa.select(_HANDOVERS).where(_HANDOVERS.c.id == plan_id).with_for_update()
        row = connection.execute(held).mappings().one_or_none()
        try:
            return None if row is None else _kept(row)
        except InvalidRecordError as refusal:
            what, remedy = f"what is kept as {plan_id} cannot be a plan", "Mend the row, or restore it from a backup"
            raise UnreadableSourceError(self.source, what, remedy, refusal.problems) from refusal


def _kept(row: sa.RowMapping) -> KeptHandover:
    return KeptHandover(HandoverPlan.model_validate_json(row["plan"]), row["version"])
