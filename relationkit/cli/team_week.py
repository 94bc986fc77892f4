"""What a team manager should know at one moment, part by part: read once, told in a terminal, a page or to a program.

Each part is judged by the same rules as its own command. What the source does not hold is said, never left out.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from relationkit.cli import output
from relationkit.cli.books import book_in_use
from relationkit.cli.cards import cards_given
from relationkit.cli.clocks import STATES, STILL_WAITING, in_words, london_words, read_looks, who_words
from relationkit.cli.handovers import blocked_rows, judged, step_rows
from relationkit.cli.handovers import words as plain
from relationkit.cli.sources import InvalidOptionError
from relationkit.cli.visits import read_rows, rules_in_use, unclear_rows
from relationkit.continuity import Window, WorkerChange, worker_changes, worker_history
from relationkit.handovers import HandoverPlan, HandoverStatus, StepState, review_handovers
from relationkit.plugins import CaseReader, SupportsFeedback, SupportsHandovers, SupportsOutbox, SupportsPromises
from relationkit.plugins.talk_requests import TALK_POLICY, UNREAD_AFTER
from relationkit.profiles import GapKind, ProfileBook, profile_gaps
from relationkit.records import Absence, Assignment, ChildId, Role, WorkerId, london_day
from relationkit.visits import PromiseState

__all__ = ["Part", "TeamWeek", "look_at_week"]

#: Roles that are nobody's own worker.
_NOT_THEIRS: Final = (Role.DUTY, Role.MANAGER)

#: Whoever reads a request to talk stops it being one.
_ANSWER_FOR_TALK: Final = (Role.DUTY, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class Part:
    """One list of things to look at, the most urgent first.

    Attributes:
        name: Its name for programs.
        heading: Its name for people.
        words: What stands above it.
        columns: For each column its key for programs and its heading.
        rows: The cells: ids, days, moments, durations and counts; ``None`` for nothing.
        missed: How many of them are past their day.
        unknown: Why it could not be judged; then it has no rows.
    """

    name: str
    heading: str
    words: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[tuple[object, ...]] = ()
    missed: int = 0
    unknown: str | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns' headings."""
        return tuple(heading for _, heading in self.columns)

    def cells(self, limit: int = 0) -> list[tuple[str, ...]]:
        """Return the first rows as people read them, all of them for 0."""
        return [tuple(map(cell_words, row)) for row in (self.rows[:limit] if limit else self.rows)]

    def documents(self) -> list[dict[str, object]]:
        """Return the rows as JSON objects; durations in hours."""
        keys = [key for key, _ in self.columns]
        return [dict(zip(keys, map(_plain_value, row), strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """Everything at once.

    Attributes:
        now: The moment it was judged at.
        team: Whose; ``None`` for everybody in the source.
        days: How many days back and ahead were looked at.
        parts: In the order in which a manager reads them.
        not_judged: What could not be judged, and why, each once.
    """

    now: datetime
    team: str | None
    days: int
    parts: Sequence[Part]
    not_judged: Sequence[tuple[str, str]] = ()

    def part(self, name: str) -> Part:
        """Return the part of that name."""
        return next(part for part in self.parts if part.name == name)

    @property
    def missed(self) -> int:
        """How many deadlines were missed, over all parts."""
        return sum(part.missed for part in self.parts)


def cell_words(value: object) -> str:
    """Return a cell as people read it: days and moments in London, waits in days and hours."""
    if isinstance(value, datetime):
        return london_words(value)
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, timedelta):
        return in_words(value)
    return output.words_of(value)


def _plain_value(value: object) -> object:
    return round(value / timedelta(hours=1), 1) if isinstance(value, timedelta) else value


@dataclass(slots=True)
class _Look:
    """What the parts read from: the source, the moment, and whose children are asked about."""

    reader: CaseReader
    now: datetime
    days: int
    policies: Path | None
    profiles: ProfileBook | None
    child_ids: frozenset[ChildId] | None
    assignments: Sequence[Assignment]
    plans: Sequence[HandoverPlan] | None
    not_judged: list[tuple[str, str]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return london_day(self.now)

    def holds(self, *kinds: str) -> bool:
        return set(kinds) <= self.reader.capabilities

    def has(self, child_id: ChildId) -> bool:
        return self.child_ids is None or child_id in self.child_ids

    def own_workers(self) -> dict[WorkerId, set[ChildId]]:
        """Return the children whom each worker holds a role for today."""
        held: dict[WorkerId, set[ChildId]] = {}
        for each in self.assignments:
            if each.role not in _NOT_THEIRS and each.is_open(on=self.today):
                held.setdefault(each.worker_id, set()).add(each.child_id)
        return held


def look_at_week(
    reader: CaseReader,
    *,
    now: datetime,
    days: int,
    team: str | None = None,
    policies: Path | None = None,
    profiles: ProfileBook | None = None,
) -> TeamWeek:
    """Read the source and judge every part of it at one moment.

    Args:
        reader: Any source; a part that it has no records for could not be judged.
        now: The moment.
        days: How many days back changes of worker are looked for, and ahead visits, leave and handovers.
        team: Only the children of this team, by the children's records.
        policies: A file of response policies; without it those of plugins, or 72 hours.
        profiles: The workers' profiles; without them cards could not be judged.

    Raises:
        InvalidOptionError: No child is of that team.
    """
    child_ids = None if team is None else _children_of(reader, team)
    assignments = [each for each in _assignments(reader) if child_ids is None or each.child_id in child_ids]
    plans = None
    if isinstance(reader, SupportsHandovers):
        plans = [kept.plan for kept in reader.handovers(child_ids=child_ids)]
    look = _Look(reader, now, days, policies, profiles, child_ids, assignments, plans)
    parts = [part(look) for part in _PARTS]
    unknown = [(part.heading, part.unknown) for part in parts if part.unknown is not None]
    return TeamWeek(now, team, days, parts, tuple(dict.fromkeys([*unknown, *look.not_judged])))


def _children_of(reader: CaseReader, team: str) -> frozenset[ChildId]:
    teams: dict[str, set[ChildId]] = {}
    for child in reader.children() if "children" in reader.capabilities else ():
        if child.team is not None:
            teams.setdefault(child.team, set()).add(child.id)
    if team in teams:
        return frozenset(teams[team])
    known = ", ".join(sorted(teams)[:10]) or "none: the source does not say which team a child is with"
    raise InvalidOptionError(f"--team {team}: no child of this team is in the source. Teams there: {known}.")


def _assignments(reader: CaseReader) -> Iterator[Assignment]:
    if "assignments" in reader.capabilities:
        with output.watch("Reading assignments") as counted:
            yield from counted(reader.assignments())


# Who asked for somebody.

_TALK: Final = (("child_id", "Child"), ("asked_at", "Asked"), ("waited", "Waits"))


def _talk(look: _Look) -> Part:
    words = (
        "They ticked that they need to talk to someone soon, and neither duty nor a manager has read it here. "
        "What they wrote is for whom they chose; open it in the app."
    )
    part = Part("talk_soon", "Asked to talk to someone soon", words, _TALK)
    reader = look.reader
    if not isinstance(reader, SupportsFeedback) or not isinstance(reader, SupportsOutbox):
        return _unknown(part, "the source does not keep what children write in forms, or whom they asked for")
    asked: dict[str, tuple[ChildId, datetime]] = {}
    for row in reader.outbox_rows():
        escalation = row.escalation
        if escalation.policy == TALK_POLICY and look.has(escalation.child_id):
            asked[escalation.clock_id] = escalation.child_id, escalation.started_at
    read = {f"talk/{each.submission_id}" for child_id in {child for child, _ in asked.values()}
            for each in reader.reads(child_id) if each.viewer_role in _ANSWER_FOR_TALK}  # fmt: skip
    open_ = sorted((at, child) for clock, (child, at) in asked.items() if clock not in read and at <= look.now)
    rows = [(child, at, look.now - at) for at, child in open_]
    return _part(part, rows, missed=sum(look.now - at > UNREAD_AFTER for at, _ in open_))


# Who waits for a reply.

_WAITING: Final = (
    ("child_id", "Child"),
    ("started_at", "Waiting since"),
    ("due_at", "Due"),
    ("state", "State"),
    ("waited", "Waits"),
    ("answers_now", "Must answer now"),
)


def _waiting(look: _Look) -> Part:
    words = (
        "The clock belongs to the child: 72 hours unless the council promised otherwise, whatever happens to the "
        "worker. No national standard sets that figure; it is what young people asked for."
    )
    part = Part("waiting", "Waiting for a reply", words, _WAITING)
    if not look.holds("messages"):
        return _unknown(part, "the source holds no messages, so who waits for a reply is not known")
    found = read_looks(look.reader, look.now, book_in_use(look.policies), child_ids=look.child_ids)
    rows = [
        (clock.child_id, clock.started_at, clock.due_at, STATES[state], clock.waited, who_words(clock))
        for clock in found.clocks
        if (state := clock.state(look.now)) in STILL_WAITING
    ]
    return _part(part, rows, missed=found.overdue(look.now))


# Visits and reviews.

_VISITS: Final = (
    ("child_id", "Child"),
    ("what", "What"),
    ("last_on", "Last"),
    ("due_on", "Due"),
    ("days_late", "Days late"),
    ("under", "Under"),
)


def _visits(look: _Look) -> Part:
    words = "Visits and reviews that are late, or due within the days ahead, each with its regulation."
    part = Part("visits", "Visits due", words, _VISITS)
    if not look.holds("placements"):
        return _unknown(part, "the source holds no placements, so which visits the law asks for is not known")
    if not look.holds("sessions"):
        return _unknown(part, "the source holds no sessions, so when a child was last seen is not known")
    rows = [row for row in read_rows(look.reader, rules_in_use(None), look.now, look.days) if look.has(row.child_id)]
    look.not_judged += [
        (f"{what.capitalize()}s of {children}", missing) for what, missing, children in unclear_rows(rows)
    ]
    shown = [
        (row.child_id, row.what, row.last_on, row.due_on, row.days_late or None, row.under)
        for row in rows
        if row.state in ("late", "due")
    ]
    return _part(part, shown, missed=sum(row.state == "late" for row in rows))


# Handovers on their way.

_HANDOVERS: Final = (
    ("child_id", "Child"),
    ("handover_on", "Handover day"),
    ("from_worker_id", "From"),
    ("to_worker_id", "To"),
    ("steps_late", "Steps late"),
    ("next_step", "Next step"),
    ("next_due_on", "By"),
    ("may_move", "May move"),
)


def _handovers(look: _Look) -> Part:
    words = "Plans with steps that wait: how the child is told, says goodbye, and meets the next worker."
    part = Part("handovers", "Handovers on their way", words, _HANDOVERS)
    if look.plans is None:
        return _unknown(part, "the source keeps no handover plans")
    statuses = judged(look.plans, look.today)
    held = {row.plan_id for row in blocked_rows(statuses, look.today)}
    rows = [
        row
        for plan, status in sorted(statuses, key=lambda pair: (pair[0].handover_on or date.max, pair[0].id))
        if (row := _handover(plan, status, held, look.today)) is not None
    ]
    return _part(part, rows, missed=sum(bool(row[4]) or row[7] is not None for row in rows))


#: Whether the assignment may move, of a plan whose day has come.
HELD: Final = {False: "no", None: "could not be judged"}


def _handover(
    plan: HandoverPlan, status: HandoverStatus, held: Collection[str | None], today: date
) -> tuple[object, ...] | None:
    """Return the row of a plan on which something waits; ``None`` where nothing does and its day is over."""
    steps = list(step_rows([(plan, status)], today))
    waits = [step for step in steps if step.state != StepState.COULD_NOT_BE_JUDGED]
    if not waits and plan.id not in held and (plan.handover_on is None or plan.handover_on < today):
        return None
    late = len(status.in_state(StepState.LATE))
    first = waits[0] if waits else None
    following = (None, None) if first is None else (plain(first.step), first.due_on)
    return (
        plan.child_id,
        plan.handover_on,
        plan.from_worker_id,
        plan.to_worker_id or "nobody named",
        late or None,
        *following,
        HELD[status.may_move] if plan.id in held else None,
    )


# Workers who changed.

_CHANGED: Final = (
    ("child_id", "Child"),
    ("on", "On"),
    ("from_worker", "From"),
    ("to_worker", "To"),
    ("reason", "Why"),
    ("gap_days", "Days with nobody"),
    ("is_planned", "With a plan"),
)


def _changed(look: _Look) -> Part:
    words = "Children whose social worker is another person than before, with the reason that the source gives."
    part = Part("changed", "Who changed worker", words, _CHANGED)
    if not look.holds("assignments"):
        return _unknown(part, "the source does not say who holds whom")
    if not getattr(look.reader, "has_history", True):
        return _unknown(part, "the source says who holds whom now and nothing of before")
    window = Window(look.today - timedelta(days=look.days), look.today + timedelta(days=1))
    changes = _changes(look.assignments, window)
    unplanned: set[tuple[ChildId, date]] | None = None
    if look.plans is None:
        look.not_judged.append(("Whether a change of worker was planned", "the source keeps no handover plans"))
    else:
        social = [plan for plan in look.plans if plan.role is Role.SOCIAL_WORKER]
        review = review_handovers(social, changes, today=look.today)
        unplanned = {(row.child_id, row.change.on) for row in review.without_plan}
    rows = [
        (
            child_id,
            change.on,
            change.from_worker,
            change.to_worker,
            "not given" if change.reason is None else plain(change.reason.value),
            change.gap_days or None,
            None if unplanned is None else (child_id, change.on) not in unplanned,
        )
        for child_id, change in sorted(
            ((child_id, change) for child_id, own in changes.items() for change in own),
            key=lambda pair: (-pair[1].on.toordinal(), pair[0]),
        )
    ]
    return _part(part, rows)


def _changes(assignments: Iterable[Assignment], window: Window) -> dict[ChildId, list[WorkerChange]]:
    """Return the changes of each child who had one in the window."""
    spells: dict[ChildId, list[Assignment]] = {}
    for each in assignments:
        spells.setdefault(each.child_id, []).append(each)
    found = {child_id: list(worker_changes(worker_history(own), window)) for child_id, own in spells.items()}
    return {child_id: changes for child_id, changes in found.items() if changes}


# Who is away.

_AWAY: Final = (
    ("worker_id", "Worker"),
    ("starts_at", "From"),
    ("ends_at", "Until"),
    ("cover_id", "Stands in"),
    ("children", "Children"),
)


def _away(look: _Look) -> Part:
    words = "Workers who are away now or in the days ahead, who stands in, and how many children have them."
    part = Part("away", "Who is away", words, _AWAY)
    if not look.holds("absences", "assignments"):
        return _unknown(part, "the source does not say who is away, or who holds whom")
    own = look.own_workers()
    until = look.now + timedelta(days=look.days)
    absences = [each for each in look.reader.absences() if each.worker_id in own and _is_then(each, look.now, until)]
    rows = [
        (
            each.worker_id,
            each.starts_at,
            "not known" if each.ends_at is None else each.ends_at,
            each.cover_id or "nobody",
            len(own[each.worker_id]),
        )
        for each in sorted(absences, key=lambda each: (each.starts_at, each.worker_id))
    ]
    return _part(part, rows)


def _is_then(absence: Absence, now: datetime, until: datetime) -> bool:
    return absence.starts_at < until and (absence.ends_at is None or absence.ends_at > now)


# What was promised.

_PROMISES: Final = (
    ("child_id", "Child"),
    ("worker_id", "Who promised"),
    ("due_on", "By"),
    ("days_late", "Days late"),
)


def _promises(look: _Look) -> Part:
    words = (
        "Promised to a child, not ticked by anybody, and past its day. What was promised stands on the child's board."
    )
    part = Part("promises", "Promised, and not done", words, _PROMISES)
    if not isinstance(look.reader, SupportsPromises):
        return _unknown(part, "the source keeps no promises")
    rows = [
        (promise.child_id, promise.worker_id, promise.due_on, (look.today - promise.due_on).days)
        for board in look.reader.boards(child_ids=look.child_ids)
        for promise in board.promises
        if promise.due_on is not None and board.state(promise.id, now=look.now) is PromiseState.OVERDUE
    ]
    return _part(part, sorted(rows, key=lambda row: (row[2], row[0], row[1])), missed=len(rows))


# Whose card is missing.

_CARDS: Final = (
    ("worker_id", "Worker"),
    ("gap", "What is missing"),
    ("child_id", "Child"),
    ("since", "Since"),
    ("children", "Children"),
    ("why", "Why"),
)

#: How a gap reads.
_GAPS: Final = {
    GapKind.NO_CARD: "has no card",
    GapKind.OUT_OF_DATE: "card out of date",
    GapKind.NO_COVER: "away, and nobody stands in",
    GapKind.NOT_GIVEN: "card never given",
}


def _cards(look: _Look) -> Part:
    words = "Workers with children and no card, or one out of date; children who were never given their worker's card."
    part = Part("cards", "Cards that are missing", words, _CARDS)
    if look.profiles is None:
        return _unknown(part, "no file of profiles was given; name one with --profiles")
    if not look.holds("assignments"):
        return _unknown(part, "the source does not say who holds whom")
    gaps = profile_gaps(
        look.profiles.profiles,
        look.assignments,
        now=look.now,
        absences=look.reader.absences() if look.holds("absences") else (),
        given=cards_given(look.plans or ()) if look.plans else None,
        sessions=look.reader.sessions(until=look.now) if look.holds("sessions") else (),
    )
    rows = [(gap.worker_id, _GAPS[gap.kind], gap.child_id, gap.since, gap.children, gap.why) for gap in gaps]
    return _part(part, rows)


def _part(part: Part, rows: Sequence[tuple[object, ...]], *, missed: int = 0) -> Part:
    return Part(part.name, part.heading, part.words, part.columns, rows, missed)


def _unknown(part: Part, why: str) -> Part:
    return Part(part.name, part.heading, part.words, part.columns, unknown=why)


#: In the order in which a manager reads them: who asked and who waits, whose worker changes, what is due.
_PARTS: Final[Sequence[Callable[[_Look], Part]]] = (
    _talk,
    _waiting,
    _changed,
    _handovers,
    _visits,
    _away,
    _promises,
    _cards,
)
