"""What of a source belongs in a calendar: the records of one person, or of one team, and what follows from them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from relationkit.handovers import HandoverPlan
from relationkit.plugins.ports import CaseReader, SupportsHandovers
from relationkit.records import Absence, Assignment, Child, ChildId, Session, Worker, london_day
from relationkit.visits import VISIT_RULES, VisitDue, VisitRule, visits_due

__all__ = ["CalendarFacts", "calendar_facts"]


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What a person's calendar is made of; each is empty where the source does not hold it.

    Attributes:
        sessions: Of that person.
        absences: Of a worker and of those whom they cover; of those who hold a role for a child.
        assignments: Of that person.
        visits: For a worker: the visits due to the children whom they hold a role for now.
        handovers: For a worker: the plans that they are one of the two workers of.
    """

    sessions: tuple[Session, ...] = ()
    absences: tuple[Absence, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    visits: tuple[VisitDue, ...] = ()
    handovers: tuple[HandoverPlan, ...] = ()


def calendar_facts(
    reader: CaseReader, person: Child | Worker, *, now: datetime, rules: Collection[VisitRule] = VISIT_RULES
) -> CalendarFacts:
    """Return what :func:`~relationkit.render.visit_calendar` needs for that person.

    Args:
        reader: Where the records are. It must hold sessions.
        person: Whose calendar it is.
        now: The moment to judge by, aware.
        rules: By which visits fall due.

    Raises:
        NotSupportedError: The source holds no sessions: an empty calendar would read as "nothing planned".
    """
    held = reader.capabilities
    if isinstance(person, Child):
        sessions = tuple(reader.sessions(child_ids=[person.id]))
        assignments = tuple(reader.assignments(child_ids=[person.id])) if "assignments" in held else ()
        workers = {each.worker_id for each in assignments}
        absences = tuple(reader.absences(worker_ids=workers)) if "absences" in held else ()
        return CalendarFacts(sessions, absences, assignments)
    assignments = tuple(reader.assignments(worker_ids=[person.id])) if "assignments" in held else ()
    children = {each.child_id for each in assignments if each.is_open(on=london_day(now))}
    return CalendarFacts(
        sessions=tuple(reader.sessions(worker_ids=[person.id])),
        absences=tuple(_of_or_covered_by(reader, person)),
        assignments=assignments,
        visits=tuple(_visits_due(reader, children, now, rules)),
        handovers=tuple(_handovers(reader, person)),
    )


def _of_or_covered_by(reader: CaseReader, worker: Worker) -> Iterator[Absence]:
    if "absences" in reader.capabilities:
        yield from (each for each in reader.absences() if worker.id in (each.worker_id, each.cover_id))


def _visits_due(
    reader: CaseReader, children: Collection[ChildId], now: datetime, rules: Collection[VisitRule]
) -> list[VisitDue]:
    if "placements" not in reader.capabilities:
        return []
    placements = reader.placements(child_ids=children)
    return visits_due(placements, reader.sessions(child_ids=children, until=now), now=now, rules=rules)


def _handovers(reader: CaseReader, worker: Worker) -> Iterator[HandoverPlan]:
    if isinstance(reader, SupportsHandovers):
        kept = (each.plan for each in reader.handovers())
        yield from (plan for plan in kept if worker.id in (plan.from_worker_id, plan.to_worker_id))
