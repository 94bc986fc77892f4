"""The worker who stays in a child's life as a mentor after the role has ended: what that asks for, row by row.

No law and no published standard says when a former social worker may become a child's mentor. Each row names what it
leans on, and says so where a figure is our own default, for a council to replace by its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from pydantic import Field

from relationkit.england import Standing, all_in_force, months_after
from relationkit.records import PRINTABLE, ChildId, Day, FrozenModel, WorkerId

__all__ = [
    "MENTOR_RULES",
    "MentorEligibility",
    "MentorFinding",
    "MentorOffer",
    "MentorRule",
    "Need",
    "mentor_eligibility",
]


class Need(StrEnum):
    """What a row asks for."""

    CHILD_AGREES = "child_agrees"
    NO_OPEN_CONCERN = "no_open_concern"
    GAP = "gap"
    EARLY_START = "early_start"
    WEEKLY_HOURS = "weekly_hours"
    YEARS = "years"
    TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorRule:
    """One thing that is asked for, while this version of the rule is in force.

    Attributes:
        need: What.
        words: The same in a sentence, for people to read.
        at_least: The figure: calendar months for a gap, hours a week, years, or sessions of training; ``None`` where
            the answer is yes or no.
        source: Where it is written, or that it is our own default.
        standing: ``local`` for somebody's practice or our own default; ``unconfirmed`` where what it names could
            not be read again. No row is law.
        in_force_from: The first day of this version; an offer keeps the rules of the day on which it was made.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
    """

    need: Need
    words: str
    at_least: float | None = None
    source: str
    standing: Standing = Standing.LOCAL
    in_force_from: date
    in_force_until: date | None = None


_OWN: Final = "our own default, no published standard sets it"
_FRIENDSHIP_WORKS: Final = "Friendship Works (Family Action), what volunteers are told"
_ELEMENTS: Final = "MENTOR, Elements of Effective Practice for Mentoring"
_BOUNDARIES: Final = "Social Work England, professional standard 2.3: keeping relationships with people professional"
_FROM: Final = date(2024, 4, 1)

#: In the order in which people should ask: the child first.
MENTOR_RULES: Final = (
    MentorRule(
        need=Need.CHILD_AGREES,
        words="The child wants it, and said so to somebody other than the worker",
        source=f"{_OWN}; after Children Act 1989, section 23ZB(6): no independent visitor is appointed where a child "
        "who understands objects",
        in_force_from=_FROM,
    ),
    MentorRule(
        need=Need.NO_OPEN_CONCERN,
        words="No concern about the worker is open",
        source=f"{_OWN}; after Working Together to Safeguard Children: concerns about people who work with children "
        "are settled first",
        standing=Standing.UNCONFIRMED,
        in_force_from=_FROM,
    ),
    MentorRule(
        need=Need.GAP,
        words="At least three months lie between the end of the role and the start, so that the next worker can arrive",
        at_least=3,
        source=f"Three months: {_OWN}; why there is a gap: {_BOUNDARIES}",
        in_force_from=_FROM,
    ),
    MentorRule(
        need=Need.EARLY_START,
        words="Sooner than six months after the end of the role only where a manager agrees",
        at_least=6,
        source=f"Six months: {_OWN}; why there is a gap: {_BOUNDARIES}",
        in_force_from=_FROM,
    ),
    MentorRule(
        need=Need.WEEKLY_HOURS,
        words="There is an hour a week for it at least",
        at_least=1,
        source=f"{_OWN}; {_FRIENDSHIP_WORKS}: three weekends out of four",
        in_force_from=_FROM,
    ),
    MentorRule(
        need=Need.YEARS,
        words="It is meant to last two years at least",
        at_least=2,
        source=f"{_FRIENDSHIP_WORKS}: at least two years",
        in_force_from=_FROM,
    ),
    MentorRule(
        need=Need.TRAINING,
        words="Two sessions of training as a mentor come before the first meeting",
        at_least=2,
        source=f"Two sessions: {_OWN}; {_ELEMENTS}, third edition: two hours at least before they are matched",
        in_force_from=_FROM,
    ),
)


class MentorOffer(FrozenModel):
    """A former worker who would like to stay in a child's life; ``None`` is "not known" everywhere.

    Attributes:
        role_ended_on: The first day on which they no longer held the role, in Europe/London.
        start_on: The day on which they would begin as a mentor.
        offered_on: The day of the offer: the rules of that day hold for it.
        child_agrees: What the child said.
        has_open_concern: Whether a concern about the worker is open.
        manager_agrees: Whether a manager agrees to a start before the longer gap is over.
        weekly_hours: Hours a week that they can give.
        years: For how many years they mean to stay.
        training_sessions: How many sessions of training as a mentor they have had.
    """

    child_id: ChildId = Field(pattern=PRINTABLE, min_length=1)
    worker_id: WorkerId = Field(pattern=PRINTABLE, min_length=1)
    role_ended_on: Day | None = None
    start_on: Day
    offered_on: Day
    child_agrees: bool | None = None
    has_open_concern: bool | None = None
    manager_agrees: bool | None = None
    weekly_hours: float | None = Field(default=None, ge=0, le=168)
    years: float | None = Field(default=None, ge=0, le=30)
    training_sessions: int | None = Field(default=None, ge=0)


@dataclass(frozen=True, slots=True)
class MentorFinding:
    """One row, held against the offer.

    Attributes:
        rule: The row.
        is_met: ``None`` when it could not be judged, because a fact is not known.
        from_on: The first day on which a gap is met; ``None`` for other rows, and while that is not known.
    """

    rule: MentorRule
    is_met: bool | None
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class MentorEligibility:
    """Whether the worker may become the child's mentor on the day of the offer's start.

    Attributes:
        findings: One a row, in the order of the rows.
    """

    findings: tuple[MentorFinding, ...]

    @property
    def is_eligible(self) -> bool | None:
        """``True`` when every row is met, ``False`` when one is not, ``None`` when that could not be judged."""
        met = {finding.is_met for finding in self.findings}
        if False in met:
            return False
        return None if None in met else True

    @property
    def not_met(self) -> tuple[MentorFinding, ...]:
        """The rows that are not met, in their order."""
        return tuple(finding for finding in self.findings if finding.is_met is False)

    @property
    def could_not_be_judged(self) -> tuple[MentorFinding, ...]:
        """The rows for which a fact is missing, in their order."""
        return tuple(finding for finding in self.findings if finding.is_met is None)


def mentor_eligibility(offer: MentorOffer, *, rules: Iterable[MentorRule] = MENTOR_RULES) -> MentorEligibility:
    """Hold an offer against the rows that were in force on the day of the offer.

    Args:
        offer: What is known about it.
        rules: Ours, or a council's own; several versions of a row are told apart by their days.
    """
    held = all_in_force(rules, on=offer.offered_on)
    return MentorEligibility(tuple(_finding(rule, offer) for rule in held))


def _finding(rule: MentorRule, offer: MentorOffer) -> MentorFinding:
    match rule.need:
        case Need.CHILD_AGREES:
            return MentorFinding(rule, offer.child_agrees)
        case Need.NO_OPEN_CONCERN:
            return MentorFinding(rule, None if offer.has_open_concern is None else not offer.has_open_concern)
        case Need.GAP | Need.EARLY_START:
            return _gap(rule, offer)
        case Need.WEEKLY_HOURS:
            return MentorFinding(rule, _is_enough(offer.weekly_hours, rule))
        case Need.YEARS:
            return MentorFinding(rule, _is_enough(offer.years, rule))
        case Need.TRAINING:
            return MentorFinding(rule, _is_enough(offer.training_sessions, rule))


def _gap(rule: MentorRule, offer: MentorOffer) -> MentorFinding:
    """Return whether the start lies far enough from the end; before the longer gap is over, a manager may agree."""
    if offer.role_ended_on is None:
        return MentorFinding(rule, None)
    from_on = months_after(offer.role_ended_on, int(rule.at_least or 0))
    is_over = offer.start_on >= from_on
    if rule.need is Need.EARLY_START and not is_over:
        return MentorFinding(rule, offer.manager_agrees, from_on)
    return MentorFinding(rule, is_over, from_on)


def _is_enough(given: float | None, rule: MentorRule) -> bool | None:
    return None if given is None else given >= (rule.at_least or 0)
