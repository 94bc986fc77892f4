"""Handovers: how a child says goodbye to one worker and meets the next, planned with the child and led by them.

A template (:class:`HandoverTemplate`) is data; :func:`plan_handover` makes a plan of it for one assignment;
``done``, ``skipped`` and ``chose`` return the next plan and keep every move; :func:`handover_status` says where it
stands on a day. :func:`merge_plans` keeps what two people did at once, and :func:`mentor_eligibility` says what it
takes for a worker to stay in a child's life after the role has ended.
"""

from relationkit.handovers.carrying import CarriedOver, CarriedPromise, OpenPromise, carry_over
from relationkit.handovers.mentors import (
    MENTOR_RULES,
    MentorEligibility,
    MentorFinding,
    MentorOffer,
    MentorRule,
    Need,
    mentor_eligibility,
)
from relationkit.handovers.merging import merge_plans
from relationkit.handovers.moves import (
    DayMoved,
    DecidedBy,
    HandoverMove,
    StepChosen,
    StepDone,
    StepSkipped,
    WorkerNamed,
)
from relationkit.handovers.papers import GoodbyeLetter, MyStory, StoryPart
from relationkit.handovers.plans import HandoverId, HandoverPlan, plan_handover
from relationkit.handovers.review import Ending, HandoverReview, ReviewedChange, review_handovers
from relationkit.handovers.shipped import (
    COVER_BECOMES_PERMANENT,
    HANDOVER_TEMPLATES,
    LEAVING_CARE_HANDOVER,
    PLANNED_HANDOVER,
    UNPLANNED_HANDOVER,
)
from relationkit.handovers.status import HandoverStatus, StepState, StepStatus, handover_status
from relationkit.handovers.templates import (
    AgeWords,
    DaysCounted,
    HandoverStep,
    HandoverTemplate,
    StepChoice,
    StepDoer,
    handover_templates_from_toml,
)

__all__ = [
    "COVER_BECOMES_PERMANENT",
    "HANDOVER_TEMPLATES",
    "LEAVING_CARE_HANDOVER",
    "MENTOR_RULES",
    "PLANNED_HANDOVER",
    "UNPLANNED_HANDOVER",
    "AgeWords",
    "CarriedOver",
    "CarriedPromise",
    "DayMoved",
    "DaysCounted",
    "DecidedBy",
    "Ending",
    "GoodbyeLetter",
    "HandoverId",
    "HandoverMove",
    "HandoverPlan",
    "HandoverReview",
    "HandoverStatus",
    "HandoverStep",
    "HandoverTemplate",
    "MentorEligibility",
    "MentorFinding",
    "MentorOffer",
    "MentorRule",
    "MyStory",
    "Need",
    "OpenPromise",
    "ReviewedChange",
    "StepChoice",
    "StepChosen",
    "StepDoer",
    "StepDone",
    "StepSkipped",
    "StepState",
    "StepStatus",
    "StoryPart",
    "WorkerNamed",
    "carry_over",
    "handover_status",
    "handover_templates_from_toml",
    "mentor_eligibility",
    "merge_plans",
    "plan_handover",
    "review_handovers",
]
