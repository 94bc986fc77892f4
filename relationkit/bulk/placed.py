"""Placements beside another table: checked as that is, and asked for in the same statement."""

from relationkit.bulk.beside import Beside, queried
from relationkit.bulk.columns import (
    PLACEMENT_CHECKS,
    PLACEMENT_COLUMNS,
    Refusal,
    placed_steps,
    refusals,
    require_columns,
    types_of,
)
from relationkit.bulk.engine import DuckDB, OpenedTable, Table, open_table, reading

__all__ = ["with_placements"]


def with_placements(opened: OpenedTable, placements: Table, engine: DuckDB) -> tuple[Beside, tuple[Refusal, ...]]:
    """Return the table with ``placement`` and ``refused_placement`` beside it, and the rows refused by reason."""
    given = open_table(placements, [column.name for column in PLACEMENT_COLUMNS], engine=engine, name="placements")
    require_columns(given, PLACEMENT_COLUMNS)
    beside, checked = Beside(opened), placed_steps(types_of(given), source="source")
    with reading(given.name):
        beside.bring_relation("placement", queried(given, checked, "SELECT * FROM placement"))
        beside.bring_relation("refused_placement", queried(given, checked, "SELECT * FROM refused_placement"))
        counted = queried(given, checked, "SELECT refusal, COUNT(*) FROM refused_placement GROUP BY refusal").fetchall()
    return beside, refusals(given, counted, PLACEMENT_CHECKS)
