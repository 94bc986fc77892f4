"""A synthetic council, read like any other source."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from itertools import chain
from types import TracebackType
from typing import Final, Self

from relationkit.errors import InvalidSampleError, Problem
from relationkit.feedback import Submission
from relationkit.handovers import HandoverPlan
from relationkit.plugins import KINDS
from relationkit.plugins.adapters.filters import is_within, wanted_ids
from relationkit.records import Absence, Assignment, Child, Message, Placement, Record, Session, Worker, london_day
from relationkit.samples import calibration as figures
from relationkit.samples import people
from relationkit.samples.cases import Case, Cases
from relationkit.samples.circles import Circle
from relationkit.samples.feedback import submissions_of
from relationkit.samples.handovers import handovers_of
from relationkit.samples.messages import messages_of
from relationkit.samples.placements import placements_of
from relationkit.samples.posts import ADVISING, REVIEWING, SOCIAL_WORK, PostKind, Posts
from relationkit.samples.promises import board_of
from relationkit.samples.sessions import sessions_of
from relationkit.samples.truth import CouncilTruth, truth_of
from relationkit.visits import PlanBoard

__all__ = ["SampleCouncil"]

#: The sizes that can be made.
SIZES: Final = (50, 100_000)
#: The years of ``now`` for which every date in a council stays within what records allow.
YEARS: Final = (1950, 2150)


class SampleCouncil:
    """A council of any size in which nobody is real; it reads like a case system (a ``CaseReader``).

    The same children, seed and ``now`` give the same records on any machine. Each stream is made as it is read, child
    by child, and needs no other kind: memory does not grow with the council. Worker histories and placements reach
    back three years from ``now``, messages and sessions one year; sessions are planned eight weeks ahead.

    What was published is met on average over seeds: of the children looked after at ``now``, near 27% had three or more
    social workers in the twelve months before (half a point more in years that lie further back), and the reasons are
    shared out as in 2024. One council strays by chance: at 4,000 children by about 1 point (a standard deviation),
    smaller ones by more. ``relationkit.samples.calibration`` has every figure with its source, or says that it is
    our assumption.

    Children looked after on a day are those with a placement open on it; care leavers have none. Caseloads are 12 to
    20 at ``now``.

    Args:
        children: How many children the records name, 50 to 100,000; three in five are looked after at ``now``, the
            others left care in the last three years.
        seed: Another seed, another council.
        now: The moment up to which the records tell; aware.

    Raises:
        InvalidSampleError: A size outside 50 to 100,000, or a ``now`` that is naive or outside 1950 to 2150.
    """

    #: What a reader of results made from this source must know.
    caveats: tuple[str, ...] = ("Synthetic: nobody in these records is real, and no council is meant.",)
    #: A synthetic council holds every kind of record, and refuses none.
    capabilities: frozenset[str] = frozenset(KINDS)
    problems: tuple[Problem, ...] = ()

    def __init__(self, children: int = 500, *, seed: int = 0, now: datetime) -> None:
        _check(children, now)
        self.size, self.seed, self.now = children, seed, now.astimezone(UTC)
        self.source = f"sample:{children}"
        self._today = london_day(now)
        count = max(2, round(children * figures.LOOKED_AFTER_SHARE.value / figures.CASELOAD_MEAN.value))
        self._social = self._posts(SOCIAL_WORK, count, teams=max(1, count // int(figures.TEAM_SIZE.value)))
        self._reviewing = self._posts(REVIEWING, _shared(count, figures.POSTS_TO_A_REVIEWING_OFFICER.value))
        self._advising = self._posts(ADVISING, _shared(count, figures.POSTS_TO_A_PERSONAL_ADVISER.value))
        self._cases = Cases(children, self._social, seed=seed, today=self._today)

    def __repr__(self) -> str:
        """Return the arguments that make this council again."""
        return f"SampleCouncil({self.size}, seed={self.seed}, now={self.now!r})"

    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        """Return the children, by id."""
        return (
            people.child_of(case, seed=self.seed, team=self._social.team_name(case.post))
            for case in self._wanted(child_ids)
        )

    def workers(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Worker]:
        """Return everybody who held a post in the records, the managers and the duty desk, by id."""
        is_wanted = wanted_ids(worker_ids)
        return (worker for worker in self._workers() if is_wanted(worker.id))

    def assignments(
        self, *, child_ids: Collection[str] | None = None, worker_ids: Collection[str] | None = None
    ) -> Iterator[Assignment]:
        """Return the assignments, child by child, by ``started_on``, then id."""
        is_wanted = wanted_ids(worker_ids)
        rows = (row for case in self._wanted(child_ids) for row in self._circle(case).assignments())
        return (row for row in rows if is_wanted(row.worker_id))

    def messages(
        self,
        *,
        child_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Message]:
        """Return the messages of the last year, child by child, by ``at``, then id."""
        is_then = is_within(since, until)
        rows = (row for case in self._wanted(child_ids) for row in self._messages(case))
        return (row for row in rows if is_then(row.at))

    def sessions(
        self,
        *,
        child_ids: Collection[str] | None = None,
        worker_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Session]:
        """Return the sessions of the last year and the eight weeks ahead, child by child, by ``starts_at``, then id."""
        is_wanted, is_then = wanted_ids(worker_ids), is_within(since, until)
        rows = (row for case in self._wanted(child_ids) for row in self._sessions(case))
        return (row for row in rows if is_wanted(row.worker_id) and is_then(row.starts_at))

    def absences(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Absence]:
        """Return the absences, worker by worker, by ``starts_at``: long ones of three years, leave of one and ahead."""
        is_wanted = wanted_ids(worker_ids)
        rows = (
            row
            for posts in (self._reviewing, self._advising, self._social)
            for number in range(posts.count)
            for row in people.absences_of(posts.post(number))
        )
        return (row for row in rows if is_wanted(row.worker_id))

    def placements(self, *, child_ids: Collection[str] | None = None) -> Iterator[Placement]:
        """Return the placements, child by child, by ``started_on``, then id."""
        return (
            row for case in self._wanted(child_ids) for row in placements_of(case, seed=self.seed, today=self._today)
        )

    def handover_plans(self, *, child_ids: Collection[str] | None = None) -> Iterator[HandoverPlan]:
        """Return the plans for changes of the last four months and for some that lie ahead, child by child."""
        return (
            plan
            for case in self._wanted(child_ids)
            for plan in handovers_of(self._circle(case), seed=self.seed, today=self._today)
        )

    def plan_boards(self, *, child_ids: Collection[str] | None = None) -> Iterator[PlanBoard]:
        """Return the boards of what was promised in the last ten weeks, child by child; a child without has none."""
        boards = (
            board_of(self._circle(case), seed=self.seed, now=self.now, today=self._today)
            for case in self._wanted(child_ids)
        )
        return (board for board in boards if board is not None)

    def submissions(self, *, child_ids: Collection[str] | None = None) -> Iterator[Submission]:
        """Return what young people from 13 said after sessions of the last half year, child by child, without words."""
        for case in self._wanted(child_ids):
            child = people.child_of(case, seed=self.seed, team=self._social.team_name(case.post))
            yield from submissions_of(child, self._sessions(case), number=case.number, seed=self.seed, now=self.now)

    def records(self) -> Iterator[Record]:
        """Return every record: workers and children first, so that whatever names them comes after."""
        return chain(
            self.workers(),
            self.children(),
            self.assignments(),
            self.placements(),
            self.sessions(),
            self.messages(),
            self.absences(),
        )

    def truth(self, start_on: date, end_on: date) -> CouncilTruth:
        """Return what is true of the children in care on the day before ``end_on``, told from how they were made.

        No rule is used: results can be held against it.

        Args:
            start_on: The first day that is looked at; the records reach back three years.
            end_on: The first day after, not later than the day after ``now``.
        """
        circles = (self._circle(case) for case in self._wanted(None))
        return truth_of(((each.case, each.spells, each.covers) for each in circles), start_on, end_on)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _posts(self, kind: PostKind, count: int, *, teams: int = 1) -> Posts:
        return Posts(kind, count, teams=teams, seed=self.seed, today=self._today)

    def _wanted(self, child_ids: Collection[str] | None) -> Iterator[Case]:
        """Return the cases of these children, or all, by number; none but these is made."""
        if child_ids is None:
            return map(self._cases.case, range(self.size))
        is_wanted = wanted_ids(child_ids)
        numbers = sorted(number for text in child_ids if (number := _number(text)) is not None and number < self.size)
        return (case for case in map(self._cases.case, dict.fromkeys(numbers)) if is_wanted(case.id))

    def _circle(self, case: Case) -> Circle:
        return Circle(case, self._cases, self._reviewing, self._advising)

    def _messages(self, case: Case) -> Iterator[Message]:
        return messages_of(self._circle(case), seed=self.seed, now=self.now, today=self._today)

    def _sessions(self, case: Case) -> Iterator[Session]:
        return sessions_of(self._circle(case), seed=self.seed, now=self.now, today=self._today)

    def _workers(self) -> Iterator[Worker]:
        return chain(
            people.duty(),
            _workers_of(self._reviewing),
            people.managers(self._social),
            _workers_of(self._advising),
            _workers_of(self._social),
        )


def _check(children: object, now: object) -> None:
    smallest, largest = SIZES
    if isinstance(children, bool) or not isinstance(children, int) or not smallest <= children <= largest:
        raise InvalidSampleError(f"a sample council has {smallest} to {largest:,} children; found {children!r}.")
    if not isinstance(now, datetime) or now.utcoffset() is None:
        raise InvalidSampleError("now has no time zone; give an aware datetime, as datetime(2025, 3, 31, tzinfo=UTC).")
    if not YEARS[0] <= now.year <= YEARS[1]:
        raise InvalidSampleError(f"now is outside {YEARS[0]} to {YEARS[1]}; check the year {now.year}.")


def _shared(posts: int, each: float) -> int:
    """Return how many posts it takes when one serves so many social workers' caseloads."""
    return -(-posts // int(each))


def _number(child_id: str) -> int | None:
    digits = child_id.removeprefix("child-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 6 else None


def _workers_of(posts: Posts) -> Iterator[Worker]:
    return (worker for number in range(posts.count) for worker in people.workers_of(posts, number))
