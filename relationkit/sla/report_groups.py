"""By what a report of replies may be told apart: functions from a clock to the name of its group."""

from collections.abc import Callable, Iterable

from relationkit.records import Child, ChildId, london_day
from relationkit.sla.clocks import ResponseClock

__all__ = ["by_month", "by_policy", "by_role", "by_team", "by_worker"]


def by_month(clock: ResponseClock) -> str:
    """Return the month in Europe/London in which the child wrote, such as ``"2025-03"``."""
    return f"{london_day(clock.started_at):%Y-%m}"


def by_policy(clock: ResponseClock) -> str:
    """Return the name of the policy, and from when its version holds."""
    return f"{clock.policy.name}, from {clock.policy.in_force_from}"


def by_role(clock: ResponseClock) -> str:
    """Return the role that the child wrote to."""
    return clock.role.value


def by_worker(clock: ResponseClock) -> str | None:
    """Return who holds the role now, or held it when the answer came; ``None`` when nobody does.

    A wait stays whole when a worker takes it over; the clock's ``with_worker_since`` says since when it is theirs.
    """
    return clock.worker_id


def by_team(children: Iterable[Child]) -> Callable[[ResponseClock], str | None]:
    """Return a function that gives the team that holds the child's case; ``None`` where the records do not tell.

    Args:
        children: In any order; of several with one id the last counts.
    """
    teams: dict[ChildId, str | None] = {child.id: child.team for child in children}
    return lambda clock: teams.get(clock.child_id)
