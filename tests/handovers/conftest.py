"""Builders for handover tests; every person is made up."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from relationkit.handovers import HandoverPlan, plan_handover
from relationkit.records import Assignment


@pytest.fixture(scope="session")
def an_assignment() -> Callable[..., Assignment]:
    """Return a builder of an open assignment of worker w1 to child c1."""

    def build(**facts: Any) -> Assignment:
        defaults = {"id": "a1", "child_id": "c1", "worker_id": "w1", "role": "social_worker"}
        return Assignment(**{**defaults, "started_on": date(2024, 1, 8), **facts})

    return build


@pytest.fixture(scope="session")
def a_plan(an_assignment: Callable[..., Assignment]) -> Callable[..., HandoverPlan]:
    """Return a builder of a plan from worker w1 to worker w2 on 31 March 2025."""

    def build(**facts: Any) -> HandoverPlan:
        return plan_handover(an_assignment(), **{"handover_on": date(2025, 3, 31), "to_worker_id": "w2", **facts})

    return build
