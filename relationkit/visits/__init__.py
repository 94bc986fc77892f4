"""Visits and promises: how often a child must be seen, what is due, and what a worker said they would do.

Rules only: records and ``now`` in, facts out.
"""

from relationkit.visits.due import VisitDue, visits_due
from relationkit.visits.kept import NOT_KNOWN, KeptShare, PromiseReport, promises_kept
from relationkit.visits.notices import NOTICE_RULES, Notice, NoticeKind, NoticeRule, ToldBy, notices_due
from relationkit.visits.promises import PlanBoard, Promise, PromiseCount, PromiseId, PromiseState, Tick, TickedBy
from relationkit.visits.reviews import REVIEW_RULES, ReviewDue, ReviewRule, reviews_due
from relationkit.visits.rule_changes import VisitRuleChange, visit_rule_changes
from relationkit.visits.rules import VISIT_RULES, VisitRule, visit_rules_from_toml
from relationkit.visits.series import MovedSession, SessionSeries, latest_series
from relationkit.visits.sessions import latest_sessions

__all__ = [
    "NOTICE_RULES",
    "NOT_KNOWN",
    "REVIEW_RULES",
    "VISIT_RULES",
    "KeptShare",
    "MovedSession",
    "Notice",
    "NoticeKind",
    "NoticeRule",
    "PlanBoard",
    "Promise",
    "PromiseCount",
    "PromiseId",
    "PromiseReport",
    "PromiseState",
    "ReviewDue",
    "ReviewRule",
    "SessionSeries",
    "Tick",
    "TickedBy",
    "ToldBy",
    "VisitDue",
    "VisitRule",
    "VisitRuleChange",
    "latest_series",
    "latest_sessions",
    "notices_due",
    "promises_kept",
    "reviews_due",
    "visit_rule_changes",
    "visit_rules_from_toml",
    "visits_due",
]
