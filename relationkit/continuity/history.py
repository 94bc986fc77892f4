"""Worker history: from a child's assignments, who was the one lead worker on every day.

Case systems keep assignments that touch, overlap, repeat and stay open. The history says who the child's worker was:
on each day, of all who held the role, the one who came last. :func:`worker_history` has the rule in full.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Final, Literal

from pydantic import Field

from relationkit.errors import SeveralChildrenError
from relationkit.records import Assignment, AssignmentId, ChangeReason, ChildId, FrozenModel, Role, WorkerId

__all__ = ["HistoryRules", "WorkerSpell", "worker_histories", "worker_history"]

#: Stands for the end of what is still open; later than any day a record may hold.
_OPEN: Final = date.max


class HistoryRules(FrozenModel):
    """The choices that a worker history leaves open.

    Attributes:
        role: Whose history; assignments of other roles are passed over.
        cover: ``"count"`` keeps cover, as the child lives through it; ``"ignore"`` leaves it out, as the Children's
            Commissioner's Stability Index does.
        rejoin_within: A gap of up to so many days between two spells of one worker, with nobody between, is no gap.
            Zero, the default, keeps every gap.
    """

    role: Role = Role.SOCIAL_WORKER
    cover: Literal["count", "ignore"] = "count"
    rejoin_within: int = Field(default=0, ge=0)

    def __repr_args__(self) -> Sequence[tuple[str | None, object]]:
        """Show every choice: none is about a person."""
        return [(name, getattr(self, name)) for name in type(self).model_fields]


#: A social worker's history in which cover counts and gaps stay.
DEFAULT_RULES: Final = HistoryRules()


@dataclass(frozen=True, slots=True)
class WorkerSpell:
    """Days without a break on which one worker led.

    Attributes:
        worker_id: The lead worker.
        started_on: The first day.
        ended_on: The first day after; ``None`` while open.
        assignment_ids: The worker's assignments that hold days of this spell, oldest first.
        reason: Why the worker was put in place: the reason of their assignment that began on ``started_on``. ``None``
            when that assignment gives none, or when none began, as on the return from cover.
    """

    worker_id: WorkerId
    started_on: date
    ended_on: date | None
    assignment_ids: tuple[AssignmentId, ...]
    reason: ChangeReason | None = None


def worker_history(assignments: Iterable[Assignment], rules: HistoryRules = DEFAULT_RULES) -> list[WorkerSpell]:
    """Return the child's one lead worker on every day on which anybody held the role.

    1. Assignments of other roles, and those that end on the day they start, are passed over. What remains of one
       worker is joined where it touches or overlaps, exact duplicates with it. An open assignment goes on for ever.
    2. Under ``cover="ignore"``, *cover* is left out: a joined spell that lies wholly inside another worker's, and is
       not equal to it. One shared edge is inside, and so is an open spell inside an older open one. Cover inside
       cover is left out too. Two equal spells are not each other's cover. A spell that only two workers together
       enclose is not cover; one that two touching assignments of one worker enclose is, for they are joined.
    3. On a day that several joined spells hold, the one that started last leads; of those, the one that ends last; of
       those, the one with the smaller worker id. When it ends, the lead goes back to whoever still holds the
       role. So cover that counts makes two changes.
    4. Under ``rejoin_within``, two spells of one worker that follow each other in the result are made one.

    Args:
        assignments: One child's, in any order, duplicates allowed.
        rules: Whose history, and what to make of cover and gaps.

    Returns:
        Spells that do not overlap, oldest first, at most the last one open; two that touch have different workers.
        Empty when nobody held the role for a day.

    Raises:
        SeveralChildrenError: The assignments are of more than one child.
    """
    held = assignments_of_one_child(assignments)
    spells = _in_precedence(_joined(held, rules.role))
    if rules.cover == "ignore":
        spells = _without_cover(spells)
    return _rejoined(_leads(spells), rules.rejoin_within)


def worker_histories(
    assignments: Iterable[Assignment], rules: HistoryRules = DEFAULT_RULES
) -> Iterator[tuple[ChildId, list[WorkerSpell]]]:
    """Yield each child's id and :func:`worker_history`, in the order of the ids.

    Args:
        assignments: Of any number of children, in any order; they are gathered by child before the first is judged.
        rules: As for :func:`worker_history`.
    """
    by_child: dict[ChildId, list[Assignment]] = {}
    for assignment in assignments:
        by_child.setdefault(assignment.child_id, []).append(assignment)
    for child_id in sorted(by_child):
        yield child_id, worker_history(by_child[child_id], rules)


def assignments_of_one_child(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Return the assignments as a list, sure that they are one child's.

    Raises:
        SeveralChildrenError: They are of more than one child.
    """
    listed = list(assignments)
    children = {assignment.child_id for assignment in listed}
    if len(children) > 1:
        raise SeveralChildrenError(children, remedy="Take them child by child, as worker_histories() does")
    return listed


@dataclass(slots=True)
class _Joined:
    """Assignments of one worker that touch or overlap, as one spell."""

    worker_id: WorkerId
    started_on: date
    ended_on: date
    assignments: list[Assignment]

    def part(self, started_on: date, ended_on: date) -> WorkerSpell:
        """Return the days of it on which its worker leads."""
        open_end = None if ended_on == _OPEN else ended_on
        if len(self.assignments) == 1:  # nearly always
            only = self.assignments[0]
            reason = only.reason if only.started_on == started_on else None
            return WorkerSpell(self.worker_id, started_on, open_end, (only.id,), reason)
        within = [
            each
            for each in self.assignments
            if each.started_on < ended_on and (each.ended_on is None or started_on < each.ended_on)
        ]
        return WorkerSpell(
            self.worker_id,
            started_on,
            open_end,
            tuple(dict.fromkeys([each.id for each in within])),
            next((each.reason for each in within if each.started_on == started_on and each.reason is not None), None),
        )


def _joined(assignments: Iterable[Assignment], role: Role) -> list[_Joined]:
    """Return each worker's spells of a day or more in the role, joined where they touch or overlap."""
    held = [each for each in assignments if each.role is role and each.ended_on != each.started_on]
    held.sort(key=attrgetter("started_on", "id"))
    joined: list[_Joined] = []
    latest: dict[WorkerId, _Joined] = {}
    for each in held:
        ended_on = _OPEN if each.ended_on is None else each.ended_on
        spell = latest.get(each.worker_id)
        if spell is None or spell.ended_on < each.started_on:
            spell = latest[each.worker_id] = _Joined(each.worker_id, each.started_on, ended_on, [])
            joined.append(spell)
        spell.ended_on = max(spell.ended_on, ended_on)
        spell.assignments.append(each)
    return joined


def _in_precedence(spells: list[_Joined]) -> list[_Joined]:
    """Return the spells in such an order that, on a day that several hold, the last of them leads."""
    by_worker = sorted(spells, key=attrgetter("worker_id"), reverse=True)
    return sorted(by_worker, key=attrgetter("started_on", "ended_on"))


def _without_cover(spells: list[_Joined]) -> list[_Joined]:
    """Leave out what lies inside another worker's spell; ``spells`` stand in precedence.

    Spells of one worker never enclose each other, for they are joined; so whatever encloses is another's. A spell
    lies inside one that started earlier and ends no earlier, or one that started with it and ends later.
    """
    kept: list[_Joined] = []
    reach = date.min
    for _, together in groupby(spells, key=attrgetter("started_on")):
        group = list(together)
        if group[-1].ended_on > reach:
            reach = group[-1].ended_on
            kept += [spell for spell in group if spell.ended_on == reach]
    return kept


def _leads(spells: list[_Joined]) -> Iterator[WorkerSpell]:
    """Yield who leads when, oldest first; ``spells`` stand in precedence.

    Those who have started wait on a stack, the lead on top. A spell that starts goes on top and leads from that day.
    """
    waiting: list[_Joined] = []
    for spell, following in zip_longest(spells, spells[1:]):
        start_of_next = _OPEN if following is None else following.started_on
        waiting.append(spell)
        day = spell.started_on
        while waiting and day < start_of_next:
            until = min(waiting[-1].ended_on, start_of_next)
            if day < until:
                yield waiting[-1].part(day, until)
                day = until
            if waiting[-1].ended_on <= day:
                waiting.pop()


def _rejoined(spells: Iterable[WorkerSpell], within: int) -> list[WorkerSpell]:
    """Make one of two following spells of one worker with at most ``within`` days between."""
    history: list[WorkerSpell] = []
    for spell in spells:
        last = history[-1] if history else None
        if last is None or last.worker_id != spell.worker_id or gap_days(last, spell) > within:
            history.append(spell)
        else:
            ids = tuple(dict.fromkeys(last.assignment_ids + spell.assignment_ids))
            history[-1] = replace(last, ended_on=spell.ended_on, assignment_ids=ids)
    return history


def gap_days(earlier: WorkerSpell, later: WorkerSpell) -> int:
    """Return how many days nobody led between two spells that follow each other; zero when they touch."""
    return 0 if earlier.ended_on is None else (later.started_on - earlier.ended_on).days
