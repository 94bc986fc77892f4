"""Which engine counts: the object rules child by child, or DuckDB over the whole table (``--engine``).

Both give the same answer. A source is read record by record either way, so that what is left out of it is said once and
in the same words; for DuckDB the records are laid down in a file that is gone when the answer is there.
"""

import csv
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from relationkit.continuity import (
    ChildMeasures,
    CommissionerInstability,
    DfeStability,
    HistoryRules,
    Window,
    measure_children,
)
from relationkit.errors import InvalidOptionError
from relationkit.records import Assignment, ChildId

__all__ = ["ENGINES", "engine_named", "measured_by"]

#: What ``--engine`` takes.
ENGINES: Final = ("objects", "duckdb")

#: The columns of an assignment that the measures look at, after a number that stands for its id.
_FIELDS: Final = ("child_id", "worker_id", "role", "started_on", "ended_on", "reason")


def engine_named(name: str) -> str:
    """Return the engine of that name.

    Raises:
        InvalidOptionError: There is none; of Spark it says what to do instead.
        MissingExtraError: DuckDB is asked for and not installed.
    """
    if name == "spark":
        remedy = "Run the text of relationkit.bulk.sql(..., dialect='spark') in the session where the tables lie"
        raise InvalidOptionError(f"--engine spark: commands do not run in Spark. {remedy}.")
    if name not in ENGINES:
        raise InvalidOptionError(f"--engine {name}: no such engine. Use one of {', '.join(ENGINES)}.")
    if name == "duckdb":
        from relationkit.bulk import DuckDB

        DuckDB().connect().close()
    return name


def measured_by(
    engine: str,
    assignments: Iterable[Assignment],
    child_ids: Collection[ChildId],
    window: Window,
    *,
    rules: HistoryRules | None = None,
) -> list[ChildMeasures]:
    """Return what :func:`relationkit.continuity.measure_children` says, by the engine; in no order to rely on.

    Args:
        engine: One of ``ENGINES``.
        assignments: As for ``measure_children``; DuckDB also takes those that do not stand together.
        child_ids: Children who count even when they have no assignment.
        window: The period to count in.
        rules: Count the changes by these as well.
    """
    if engine == "objects":
        return list(measure_children(assignments, child_ids, window, rules=rules))
    with _as_table(assignments) as table:
        return _measured_in_duckdb(table, child_ids, window, rules)


@contextmanager
def _as_table(assignments: Iterable[Assignment]) -> Iterator[Path]:
    """Lay the assignments down as a CSV file; each gets an id of its own, for here every record counts."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "assignments.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("id", *_FIELDS))
            cells = map(attrgetter(*_FIELDS), assignments)
            writer.writerows((number, *row) for number, row in enumerate(cells))
        yield path


def _measured_in_duckdb(
    table: Path, child_ids: Collection[ChildId], window: Window, rules: HistoryRules | None
) -> list[ChildMeasures]:
    from relationkit import bulk

    own: dict[object, int] = {}
    if rules is not None:
        changes = bulk.worker_changes(table, window, rules=rules).relation
        own = dict(changes.aggregate("child_id, count(*)").fetchall())
    counted = bulk.continuity(table, window).relation.project("child_id, workers, changes").fetchall()
    known = {row[0] for row in counted}
    nobody = ((child_id, 0, 0) for child_id in dict.fromkeys(child_ids) if child_id not in known)
    return [
        ChildMeasures(
            child_id,
            DfeStability(workers or 0),
            CommissionerInstability(changes or 0),
            None if rules is None else own.get(child_id, 0),
        )
        for child_id, workers, changes in (*counted, *nobody)
    ]
