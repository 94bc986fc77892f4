"""Response deadlines: was the child answered, in time, and who must answer now?

:class:`WorkingCalendar` counts open time, :class:`ResponsePolicy` says how soon an answer is due and what counts as
one, and :func:`track_responses` turns messages into one :class:`ResponseClock` per wait. Everything is worked out from
the records and ``now``; nothing is stored, so nothing can go stale.
"""

from relationkit.sla.clocks import ClockState, ResponseClock, track_responses
from relationkit.sla.escalations import LATE_AFTER, Escalation, due_escalations
from relationkit.sla.estimates import WaitCurve
from relationkit.sla.holiday_sets import HolidaySet
from relationkit.sla.looks import NextLook, next_looks, rules_version
from relationkit.sla.policies import (
    DEFAULT_POLICIES,
    EscalationStep,
    PolicyBook,
    Recipient,
    ResponsePolicy,
    StopsOn,
)
from relationkit.sla.policy_changes import PolicyChange, policy_changes
from relationkit.sla.policy_files import policies_from_json, policies_from_toml
from relationkit.sla.promise import promise_text
from relationkit.sla.quiet_hours import QuietHours
from relationkit.sla.report import (
    REPORT_HEADINGS,
    LongestWait,
    ReplyFigures,
    ReportGroup,
    ResponseReport,
    response_report,
)
from relationkit.sla.report_groups import by_month, by_policy, by_role, by_team, by_worker
from relationkit.sla.tracker import ResponseTracker
from relationkit.sla.uk_holidays import uk_calendar
from relationkit.sla.working_time import WorkingCalendar

__all__ = [
    "DEFAULT_POLICIES",
    "LATE_AFTER",
    "REPORT_HEADINGS",
    "ClockState",
    "Escalation",
    "EscalationStep",
    "HolidaySet",
    "LongestWait",
    "NextLook",
    "PolicyBook",
    "PolicyChange",
    "QuietHours",
    "Recipient",
    "ReplyFigures",
    "ReportGroup",
    "ResponseClock",
    "ResponsePolicy",
    "ResponseReport",
    "ResponseTracker",
    "StopsOn",
    "WaitCurve",
    "WorkingCalendar",
    "by_month",
    "by_policy",
    "by_role",
    "by_team",
    "by_worker",
    "due_escalations",
    "next_looks",
    "policies_from_json",
    "policies_from_toml",
    "policy_changes",
    "promise_text",
    "response_report",
    "rules_version",
    "track_responses",
    "uk_calendar",
]
