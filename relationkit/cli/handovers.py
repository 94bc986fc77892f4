"""``relationkit handovers``: which steps are due or late, what holds an assignment, which changes nobody planned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL, OVERDUE
from relationkit.cli.sources import bank_holidays, moment, opened
from relationkit.continuity import Window, WorkerChange, worker_changes, worker_history
from relationkit.errors import NotSupportedError
from relationkit.handovers import (
    HandoverPlan,
    HandoverStatus,
    ReviewedChange,
    StepState,
    handover_status,
    review_handovers,
)
from relationkit.plugins import CaseReader, SupportsHandovers
from relationkit.records import Assignment, ChildId, Role, london_day

__all__ = ["show_handovers"]

HANDOVER_HEADINGS: Final = ("what", "child_id", "plan_id", "step", "who", "state", "due_on", "days_late", "why")

#: What a reader is shown of a step; one that is ahead, done or not needed waits for nobody.
SHOWN_STATES: Final = (StepState.LATE, StepState.DUE, StepState.COULD_NOT_BE_JUDGED)


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One thing to look at: a step, an assignment that may not move, or a change that nobody planned."""

    what: str
    child_id: ChildId
    plan_id: str | None = None
    step: str | None = None
    who: str | None = None
    state: str | None = None
    due_on: date | None = None
    days_late: int | None = None
    why: str | None = None

    def cells(self) -> tuple[object, ...]:
        """Return the cells, under ``HANDOVER_HEADINGS``; days in ISO 8601."""
        return tuple(getattr(self, name) for name in HANDOVER_HEADINGS)


def show_handovers(source: str, days: int, now: str | None, form: str, limit: int) -> int:
    """Print what waits; return 1 when a step is late or an assignment is held past its day."""
    today = london_day(moment(now))
    with opened(source) as reader:
        if not isinstance(reader, SupportsHandovers):
            raise NotSupportedError(reader.source, "handover plans")
        plans = [kept.plan for kept in reader.handovers()]
        statuses = judged(plans, today)
        steps, blocked = list(step_rows(statuses, today)), list(blocked_rows(statuses, today))
        unplanned = list(unplanned_rows(reader, plans, today, days))
        problems, caveats = list(reader.problems), list(reader.caveats)
    if form == "json":
        kinds = {"steps": steps, "blocked": blocked, "changes_without_plan": unplanned}
        document: dict[str, Any] = {"source": reader.source, "today": today, "plans": len(plans)}
        document |= {kind: [json_row(row) for row in rows] for kind, rows in kinds.items()}
        output.print_json({**document, "caveats": caveats, "problems": output.problem_rows(problems)})
    else:
        output.show_problems(problems)
        if form == "csv":
            output.print_csv(HANDOVER_HEADINGS, (row.cells() for row in (*steps, *blocked, *unplanned)))
        else:
            print_rows(steps, blocked, unplanned, today, days, limit)
        for caveat in caveats:
            output.note(f"Note: {caveat}")
    is_late = any(row.state == StepState.LATE for row in steps)
    return OVERDUE if is_late or blocked else ALL_WELL


def judged(plans: Sequence[HandoverPlan], today: date) -> list[tuple[HandoverPlan, HandoverStatus]]:
    """Return each plan with where it stands."""
    closed_on = bank_holidays(today)
    return [(plan, handover_status(plan, today=today, closed_on=closed_on)) for plan in plans]


def step_rows(statuses: Sequence[tuple[HandoverPlan, HandoverStatus]], today: date) -> Iterator[HandoverRow]:
    """Yield the steps that are late, due or could not be judged, the earliest first."""
    found = [
        HandoverRow(
            what="step",
            child_id=plan.child_id,
            plan_id=plan.id,
            step=row.step,
            who=row.who.value,
            state=row.state.value,
            due_on=row.due_on,
            days_late=(today - row.due_on).days if row.due_on and row.state is StepState.LATE else None,
        )
        for plan, status in statuses
        for row in status.steps
        if row.state in SHOWN_STATES
    ]
    yield from sorted(found, key=lambda row: (row.due_on or date.max, row.plan_id or ""))


def blocked_rows(statuses: Sequence[tuple[HandoverPlan, HandoverStatus]], today: date) -> Iterator[HandoverRow]:
    """Yield the assignments whose handover day has come, and which may not move, or nobody can tell."""
    for plan, status in sorted(statuses, key=lambda pair: (pair[0].handover_on or date.max, pair[0].id)):
        if plan.handover_on is not None and plan.handover_on <= today and status.may_move is not True:
            yield HandoverRow(
                what="blocked",
                child_id=plan.child_id,
                plan_id=plan.id,
                state="may_not_move" if status.may_move is False else "could_not_be_judged",
                due_on=plan.handover_on,
                days_late=(today - plan.handover_on).days,
                why="; ".join(status.reasons),
            )


def unplanned_rows(reader: CaseReader, plans: Sequence[HandoverPlan], today: date, days: int) -> Iterator[HandoverRow]:
    """Yield the changes of social worker in the last days for which there was no plan; none where none can be read."""
    if "assignments" not in reader.capabilities:
        return
    window = Window(today - timedelta(days=days), today + timedelta(days=1))
    social = [plan for plan in plans if plan.role is Role.SOCIAL_WORKER]
    review = review_handovers(social, changes_by_child(reader, window), today=today)
    for row in review.without_plan:
        yield HandoverRow(what="change_without_plan", child_id=row.child_id, due_on=row.change.on, why=words_of(row))


def changes_by_child(reader: CaseReader, window: Window) -> dict[ChildId, list[WorkerChange]]:
    """Return the changes of each child who had one in the window."""
    spells: dict[ChildId, list[Assignment]] = {}
    with output.watch("Reading assignments") as counted:
        for assignment in counted(reader.assignments()):
            spells.setdefault(assignment.child_id, []).append(assignment)
    found = {child_id: list(worker_changes(worker_history(own), window)) for child_id, own in spells.items()}
    return {child_id: changes for child_id, changes in found.items() if changes}


def words_of(row: ReviewedChange) -> str:
    """Return who left, who came and, where the source says, why."""
    reason = f", {row.change.reason}" if row.change.reason else ""
    return f"from {row.change.from_worker} to {row.change.to_worker}{reason}"


def json_row(row: HandoverRow) -> dict[str, object]:
    """Return a row as a JSON object without what it does not have."""
    return {name: value for name, value in zip(HANDOVER_HEADINGS, row.cells(), strict=True) if value is not None}


def print_rows(
    steps: Sequence[HandoverRow],
    blocked: Sequence[HandoverRow],
    unplanned: Sequence[HandoverRow],
    today: date,
    days: int,
    limit: int,
) -> None:
    """Print the three tables, the most urgent rows first."""
    output.print_table(
        f"Steps of handovers on {today}",
        ("Child", "Step", "Who", "Due", "Days late", "State"),
        [(row.child_id, words(row.step), words(row.who), row.due_on, row.days_late, words(row.state)) for row in steps],
        limit=limit,
    )
    output.print_table(
        "May not move, although the day has come",
        ("Child", "Handover day", "Days since", "Why"),
        [(row.child_id, row.due_on, row.days_late, row.why) for row in blocked],
        limit=limit,
    )
    output.print_table(
        f"Changes of social worker in the last {days} days without a plan",
        ("Child", "On", "Change"),
        [(row.child_id, row.due_on, row.why) for row in unplanned],
        limit=limit,
    )


def words(name: str | None) -> str:
    """Return a name of code as people read it."""
    return (name or "").replace("_", " ")
