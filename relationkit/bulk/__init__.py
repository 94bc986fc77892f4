"""The same measures over whole tables: a council's files, or a nation's, in one pass.

DuckDB runs them in this process (extra ``[bulk]``); it is loaded on first use. A Spark data frame stays in its session,
where Spark runs them. The object rules of
:mod:`relationkit.continuity` and :mod:`relationkit.sla` are the definition, and the SQL here is held to them row for
row by the tests. :func:`sql` gives the rules as text for other databases.
"""

from relationkit.bulk.columns import Refusal
from relationkit.bulk.deadlines import DeadlineTable, InForce, Segment, deadline_table
from relationkit.bulk.engine import ArrowTable, DuckDB
from relationkit.bulk.measures import continuity, worker_changes
from relationkit.bulk.responses import response_clocks
from relationkit.bulk.result import BulkResult
from relationkit.bulk.spark import SparkFrame, SparkResult
from relationkit.bulk.statements import sql, sql_selftest
from relationkit.bulk.summaries import Summary, summarise
from relationkit.bulk.visit_rules import VisitDay, VisitDays, visit_days
from relationkit.bulk.visits import visits_due

__all__ = [
    "ArrowTable",
    "BulkResult",
    "DeadlineTable",
    "DuckDB",
    "InForce",
    "Refusal",
    "Segment",
    "SparkFrame",
    "SparkResult",
    "Summary",
    "VisitDay",
    "VisitDays",
    "continuity",
    "deadline_table",
    "response_clocks",
    "sql",
    "sql_selftest",
    "summarise",
    "visit_days",
    "visits_due",
    "worker_changes",
]
