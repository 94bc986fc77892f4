"""Continuity: how many workers has this child had, and how often did their worker change?

Assignments in, facts out: a history of one lead worker a day, the changes in it, and the two published measures, each
under its own name.
"""

from relationkit.continuity.care import CarePeriod, care_periods
from relationkit.continuity.causes import BACK_FROM_COVER, CAUSES, NOT_GIVEN, Cause, Timing, cause_of
from relationkit.continuity.changes import WorkerChange, distinct_workers, worker_changes
from relationkit.continuity.child import Continuity, JudgedChange, continuity_of
from relationkit.continuity.history import HistoryRules, WorkerSpell, worker_histories, worker_history
from relationkit.continuity.measures import (
    CommissionerInstability,
    DfeStability,
    commissioner_instability,
    dfe_stability,
)
from relationkit.continuity.shares import (
    ChildMeasures,
    HighShare,
    looked_after_on,
    measure_children,
    share_high,
)
from relationkit.continuity.windows import Window

__all__ = [
    "BACK_FROM_COVER",
    "CAUSES",
    "NOT_GIVEN",
    "CarePeriod",
    "Cause",
    "ChildMeasures",
    "CommissionerInstability",
    "Continuity",
    "DfeStability",
    "HighShare",
    "HistoryRules",
    "JudgedChange",
    "Timing",
    "Window",
    "WorkerChange",
    "WorkerSpell",
    "care_periods",
    "cause_of",
    "commissioner_instability",
    "continuity_of",
    "dfe_stability",
    "distinct_workers",
    "looked_after_on",
    "measure_children",
    "share_high",
    "worker_changes",
    "worker_histories",
    "worker_history",
]
