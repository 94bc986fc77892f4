"""Continuity: how many workers has this child had, and how often did their worker change?

Assignments in, facts out: a history of one lead worker a day, the changes in it, and the two published measures, each
under its own name.
"""

from relationkit.continuity.audit import audit_continuity
from relationkit.continuity.audit_model import (
    AUDIT_HEADINGS,
    AuditCards,
    AuditCause,
    AuditCount,
    AuditGroup,
    AuditGrouping,
    AuditWhatIf,
    ContinuityAudit,
    ListedChild,
    PublishedShare,
)
from relationkit.continuity.audit_tally import LENGTHS_IN_CARE
from relationkit.continuity.care import CarePeriod, care_periods
from relationkit.continuity.cases import CareCase, care_cases
from relationkit.continuity.causes import BACK_FROM_COVER, CAUSES, NOT_GIVEN, Cause, Timing, cause_of
from relationkit.continuity.changes import WorkerChange, distinct_workers, worker_changes
from relationkit.continuity.child import Continuity, JudgedChange, continuity_of
from relationkit.continuity.comparison import COMPARISON_HEADINGS, AuditComparison, AuditMove, compare_audits
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
from relationkit.continuity.what_if import (
    SCENARIOS,
    Attribution,
    Counterfactual,
    Scenario,
    attribute_changes,
    with_worker_kept,
)
from relationkit.continuity.windows import Window

__all__ = [
    "AUDIT_HEADINGS",
    "BACK_FROM_COVER",
    "CAUSES",
    "COMPARISON_HEADINGS",
    "LENGTHS_IN_CARE",
    "NOT_GIVEN",
    "SCENARIOS",
    "Attribution",
    "AuditCards",
    "AuditCause",
    "AuditComparison",
    "AuditCount",
    "AuditGroup",
    "AuditGrouping",
    "AuditMove",
    "AuditWhatIf",
    "CareCase",
    "CarePeriod",
    "Cause",
    "ChildMeasures",
    "CommissionerInstability",
    "Continuity",
    "ContinuityAudit",
    "Counterfactual",
    "DfeStability",
    "HighShare",
    "HistoryRules",
    "JudgedChange",
    "ListedChild",
    "PublishedShare",
    "Scenario",
    "Timing",
    "Window",
    "WorkerChange",
    "WorkerSpell",
    "attribute_changes",
    "audit_continuity",
    "care_cases",
    "care_periods",
    "cause_of",
    "commissioner_instability",
    "compare_audits",
    "continuity_of",
    "dfe_stability",
    "distinct_workers",
    "looked_after_on",
    "measure_children",
    "share_high",
    "with_worker_kept",
    "worker_changes",
    "worker_histories",
    "worker_history",
]
