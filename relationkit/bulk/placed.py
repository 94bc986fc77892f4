"""Placements beside another table: checked as that is, and asked for in the same statement."""

from relationkit.bulk.beside import Beside, fetched, queried
from relationkit.bulk.columns import (
    PLACEMENT_CHECKS,
    PLACEMENT_COLUMNS,
    Refusal,
    placed_steps,
    refusals,
    require_columns,
)
from relationkit.bulk.engine import DuckDB, Table, open_table
from relationkit.bulk.opened import OpenedTable
from relationkit.bulk.spark import SparkFrame

__all__ = ["with_placements"]


def with_placements(
    opened: OpenedTable, placements: "Table | SparkFrame", engine: DuckDB
) -> tuple[Beside, tuple[Refusal, ...]]:
    """Return the table with ``placement`` and ``refused_placement`` beside it, and the rows refused by reason."""
    given = open_table(placements, [column.name for column in PLACEMENT_COLUMNS], engine=engine, name="placements")
    require_columns(given, PLACEMENT_COLUMNS)
    beside, checked = Beside(opened), placed_steps(given.types(), source="source", dialect=given.dialect)
    with given.reading():
        for step in ("placement", "refused_placement"):
            beside.bring_relation(step, queried(given, checked, f"SELECT * FROM {step}"), of=given)  # noqa: S608  ours
        counted = fetched(given, checked, "SELECT refusal, COUNT(*) FROM refused_placement GROUP BY refusal")
    return beside, refusals(given, counted, PLACEMENT_CHECKS)
