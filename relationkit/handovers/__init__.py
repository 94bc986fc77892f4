"""Handovers: how a child says goodbye to one worker and meets the next, planned with the child and led by them.

A template (:class:`HandoverTemplate`) is data; :func:`plan_handover` makes a plan of it for one assignment;
``done``, ``skipped`` and ``chose`` return the next plan and keep every move; :func:`handover_status` says where it
stands on a day.
"""

from relationkit.handovers.carrying import CarriedOver, carry_over
from relationkit.handovers.plans import (
    DecidedBy,
    HandoverId,
    HandoverMove,
    HandoverPlan,
    StepChosen,
    StepDone,
    StepSkipped,
    plan_handover,
)
from relationkit.handovers.review import Ending, HandoverReview, ReviewedChange, review_handovers
from relationkit.handovers.shipped import HANDOVER_TEMPLATES, PLANNED_HANDOVER, UNPLANNED_HANDOVER
from relationkit.handovers.status import HandoverStatus, StepState, StepStatus, handover_status
from relationkit.handovers.templates import HandoverStep, HandoverTemplate, StepDoer

__all__ = [
    "HANDOVER_TEMPLATES",
    "PLANNED_HANDOVER",
    "UNPLANNED_HANDOVER",
    "CarriedOver",
    "DecidedBy",
    "Ending",
    "HandoverId",
    "HandoverMove",
    "HandoverPlan",
    "HandoverReview",
    "HandoverStatus",
    "HandoverStep",
    "HandoverTemplate",
    "ReviewedChange",
    "StepChosen",
    "StepDoer",
    "StepDone",
    "StepSkipped",
    "StepState",
    "StepStatus",
    "carry_over",
    "handover_status",
    "plan_handover",
    "review_handovers",
]
