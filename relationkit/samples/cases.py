"""One child's case in a synthetic council: the dates of care and the social workers, day by day.

Everything else about the child (assignments, messages, sessions, placements) is made from the case, so that no two
kinds of record can contradict each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from relationkit.records import ChangeReason, ChildId, WorkerId
from relationkit.samples import calibration as figures
from relationkit.samples.draws import Draws, evenly_spread
from relationkit.samples.posts import LongAbsence, Posts, Tenure

__all__ = ["Case", "Cases", "Spell"]

_YEAR: Final = 365.25
#: The age at which care ends at the latest, in England.
_ADULT: Final = 18
#: A worker who would hold a case for fewer days than this is passed over.
_SHORTEST_SPELL: Final = 5


@dataclass(frozen=True, slots=True)
class Spell:
    """One worker there for the child, from ``started_on`` up to but not including ``ended_on``.

    Attributes:
        post: The post whose caseload the child is on; a cover's spell stands on the post of the worker away.
        reason: Why this worker was put in place; ``None`` for roles whose reasons nobody collects.
        cover_for: Whom the worker stands in for, beside that worker's own spell.
        leaves_on: Later than ``ended_on`` where the worker stays on for a joint handover.
    """

    worker_id: WorkerId
    post: int
    team: str
    started_on: date
    ended_on: date | None
    reason: ChangeReason | None = None
    cover_for: WorkerId | None = None
    leaves_on: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the worker was there for the child on that day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Case:
    """The dates of one child; ``left_on`` is the first day no longer in care, ``None`` while in care.

    Attributes:
        place: Where the child stands in the order of all caseloads at ``now``; ``None`` once out of care.
    """

    number: int
    post: int
    place: int | None
    born_on: date
    known_on: date
    entered_on: date
    left_on: date | None
    is_care_leaver: bool
    is_short_breaks: bool

    @property
    def id(self) -> ChildId:
        """The child's id."""
        return ChildId(f"child-{self.number:06d}")

    def birthday(self, years: int) -> date:
        """Return the day on which the child is that old; nobody here was born on 29 February."""
        return self.born_on.replace(year=self.born_on.year + years)


@dataclass(frozen=True, slots=True)
class _Stay:
    """A child on the caseload of one post, and why they came to it."""

    post: int
    started_on: date
    ended_on: date | None
    reason: ChangeReason


class Cases:
    """All cases of one council, made when asked for."""

    def __init__(self, children: int, posts: Posts, *, seed: int, today: date) -> None:
        self.children, self.posts, self.seed, self.today = children, posts, seed, today
        self.history_from: Final = today - timedelta(days=figures.HISTORY_DAYS)
        starts = Draws(seed, "cases", "starts")
        self._starts: Final = tuple(starts.fraction() for _ in range(3))
        self._places: Final = lru_cache(maxsize=64)(self._caseload)

    def case(self, number: int) -> Case:
        """Return one child's dates; children are numbered from 0."""
        draws = Draws(self.seed, "case", number)
        post, place = self._place(number)
        left_on, is_care_leaver = (None, False) if place is not None else self._leaving(draws)
        end = left_on or self.today
        born_on = end.replace(year=end.year - _ADULT) if is_care_leaver else self._birth(draws, end)
        years = draws.wait(figures.YEARS_IN_CARE.value, at=None if place is None else self._even(place, 0))
        entered_on = max(born_on, end - timedelta(days=1 + int(years * _YEAR)))
        return Case(
            number=number,
            post=post,
            place=place,
            born_on=born_on,
            known_on=self._known_on(draws, born_on, entered_on),
            entered_on=entered_on,
            left_on=left_on,
            is_care_leaver=is_care_leaver,
            is_short_breaks=draws.chance(figures.SHORT_BREAKS_SHARE.value) and not is_care_leaver,
        )

    def spells(self, case: Case) -> list[Spell]:
        """Return the child's social workers, oldest first, without overlap; short gaps may stand between them."""
        draws = Draws(self.seed, "spells", case.number)
        spells = [spell for stay in self._stays(case, draws) for spell in self._spells_of_stay(stay)]
        kept = [spell for spell in spells if spell.ended_on is None or spell.ended_on > self.history_from]
        return self._with_handovers(kept, draws)

    def covers(self, spells: list[Spell]) -> Iterator[Spell]:
        """Yield the cover that stood beside the child's own workers, oldest first."""
        for spell in spells:
            for absence in self.posts.post(spell.post).long_absences:
                away = _inside(absence, spell) if absence.worker_id == spell.worker_id else None
                if away is not None and not absence.is_split:
                    ended_on = None if away[1] > self.today else away[1]
                    yield Spell(
                        absence.cover_id,
                        spell.post,
                        spell.team,
                        away[0],
                        ended_on,
                        ChangeReason.ABSENCE,
                        cover_for=absence.worker_id,
                    )

    def _place(self, number: int) -> tuple[int, int | None]:
        """Return the post whose block of children this one is in, and the place in its caseload, if it still is."""
        post = ((number + 1) * self.posts.count - 1) // self.children
        position = number - self.children * post // self.posts.count
        rank = self._places(post)[position]
        return post, None if rank is None else post * figures.CASELOAD[1] + rank

    def _caseload(self, post: int) -> list[int | None]:
        """Return, for each child of the post's block, the rank in its caseload now; ``None`` once out of care."""
        draws = Draws(self.seed, "caseload", post)
        count = self.posts.count
        size = self.children * (post + 1) // count - self.children * post // count
        low, high = figures.CASELOAD
        wanted = int(size * figures.LOOKED_AFTER_SHARE.value + 0.5) + draws.whole(-3, 3)
        order = sorted(range(size), key=lambda _: draws.fraction())
        ranks: list[int | None] = [None] * size
        for rank, position in enumerate(order[: min(high, max(low, wanted))]):
            ranks[position] = rank
        return ranks

    def _even(self, place: int, step: int) -> float:
        return evenly_spread(place, start=self._starts[step], step=step)

    def _leaving(self, draws: Draws) -> tuple[date, bool]:
        """Return the first day out of care, and whether it was the eighteenth birthday."""
        left_on = self.today - timedelta(days=draws.whole(1, figures.HISTORY_DAYS - 1))
        is_care_leaver = draws.chance(figures.LEAVER_SHARE.value)
        return (left_on.replace(day=min(left_on.day, 28)) if is_care_leaver else left_on), is_care_leaver

    def _known_on(self, draws: Draws, born_on: date, entered_on: date) -> date:
        if not draws.chance(figures.KNOWN_BEFORE_SHARE.value):
            return entered_on
        return max(born_on, entered_on - timedelta(days=draws.whole(*figures.KNOWN_BEFORE_DAYS)))

    def _birth(self, draws: Draws, on: date) -> date:
        first, last = draws.weighted(figures.AGES)
        years = draws.whole(first, last)
        born_on = on - timedelta(days=int(years * _YEAR) + draws.whole(1, 364))
        return born_on.replace(day=min(born_on.day, 28))

    def _stays(self, case: Case, draws: Draws) -> list[_Stay]:
        """Return the posts that held the case, oldest first: from the last one back, each move at random."""
        stays: list[_Stay] = []
        post, ended_on, end = case.post, case.left_on, case.left_on or self.today
        while True:
            began_on = end - timedelta(days=1 + int(self._years_on_a_caseload(case, draws, len(stays)) * _YEAR))
            if began_on <= case.known_on:
                stays.append(_Stay(post, case.known_on, ended_on, self._first_reason(draws)))
                break
            reason = draws.weighted(figures.MOVE_REASONS)
            stays.append(_Stay(post, began_on, ended_on, reason))
            if began_on < self.history_from:
                break
            end = ended_on = began_on
            post = self.posts.another(post, draws, same_team=reason is not ChangeReason.TRANSFER_PROCESS)
        stays.reverse()
        return self._with_early_transfer(case, stays, draws)

    def _years_on_a_caseload(self, case: Case, draws: Draws, index: int) -> float:
        at = self._even(case.place, index + 1) if case.place is not None and index < 2 else None
        return draws.wait(1 / figures.MOVES_A_YEAR.value, at=at)

    def _first_reason(self, draws: Draws) -> ChangeReason:
        is_new = draws.chance(figures.FIRST_CONTACT_SHARE.value)
        return ChangeReason.FIRST_CONTACT if is_new else ChangeReason.TRANSFER_PROCESS

    def _with_early_transfer(self, case: Case, stays: list[_Stay], draws: Draws) -> list[_Stay]:
        """Let a child new to the service begin in another team, where that fits into the first stay."""
        first = stays[0]
        moved_on = case.known_on + timedelta(days=draws.whole(*figures.EARLY_TRANSFER_DAYS))
        if not draws.chance(figures.EARLY_TRANSFER_SHARE.value) or first.started_on != case.known_on:
            return stays
        if moved_on >= (first.ended_on or self.today):
            return stays
        before = self.posts.another(first.post, draws, same_team=False)
        came = replace(first, post=before, ended_on=moved_on)
        stayed = replace(first, started_on=moved_on, reason=ChangeReason.TRANSFER_PROCESS)
        return [came, stayed, *stays[1:]]

    def _spells_of_stay(self, stay: _Stay) -> Iterator[Spell]:
        started_on, reason = stay.started_on, stay.reason
        for tenure in self.posts.tenures(stay.post):
            if tenure.ended_on is not None and tenure.ended_on <= started_on + timedelta(days=_SHORTEST_SPELL):
                continue
            if tenure is self.posts.tenures(stay.post)[0] and tenure.started_on > started_on:
                started_on, reason = tenure.started_on, tenure.reason  # who came before is not in the records
            ended_on = _earlier(tenure.ended_on, stay.ended_on)
            if ended_on is not None and ended_on <= started_on:
                break
            spell = self._spell(stay, tenure, started_on, ended_on, reason)
            yield from self._with_split_cover(spell)
            if ended_on is None or ended_on == stay.ended_on:
                break
            started_on, reason = ended_on, self._next_reason(stay, ended_on)

    def _next_reason(self, stay: _Stay, day: date) -> ChangeReason:
        return next(tenure.reason for tenure in self.posts.tenures(stay.post) if tenure.started_on == day)

    @staticmethod
    def _spell(stay: _Stay, tenure: Tenure, started_on: date, ended_on: date | None, reason: ChangeReason) -> Spell:
        return Spell(tenure.worker_id, stay.post, tenure.team, started_on, ended_on, reason)

    def _with_split_cover(self, spell: Spell) -> Iterator[Spell]:
        """Yield the spell, or the spell up to a long absence, the cover's spell, and the rest of it."""
        for absence in self.posts.post(spell.post).long_absences:
            away = _inside(absence, spell) if absence.is_split and absence.worker_id == spell.worker_id else None
            if away is not None:
                yield from self._split(spell, absence, *away)
                return
        yield spell

    def _split(self, spell: Spell, absence: LongAbsence, away_on: date, back_on: date) -> Iterator[Spell]:
        yield replace(spell, ended_on=away_on)
        is_over = back_on <= self.today and back_on != spell.ended_on
        cover_ends_on = back_on if is_over else spell.ended_on
        yield replace(
            spell,
            worker_id=absence.cover_id,
            started_on=away_on,
            ended_on=cover_ends_on,
            reason=ChangeReason.ABSENCE,
        )
        if is_over:
            yield replace(spell, started_on=back_on, reason=ChangeReason.ABSENCE)

    def _with_handovers(self, spells: list[Spell], draws: Draws) -> list[Spell]:
        """Let some workers stay on for a joint handover, and leave some children without a worker for some days."""
        result = spells[:1]
        for spell in spells[1:]:
            fate = draws.fraction()
            joint, gap = draws.whole(*figures.JOINT_DAYS), draws.whole(*figures.GAP_DAYS)
            if fate < figures.JOINT_SHARE.value:
                result[-1] = self._staying_on(result[-1], spell, joint)
            elif fate > 1 - figures.GAP_SHARE.value and _can_start_late(result[-1], spell):
                spell = replace(spell, started_on=spell.started_on + timedelta(days=gap))
            result.append(spell)
        return result

    def _staying_on(self, old: Spell, new: Spell, days: int) -> Spell:
        leaves_on = new.started_on + timedelta(days=days)
        holder = self.posts.holder(old.post, new.started_on)
        is_there = holder.worker_id == old.worker_id and (holder.ended_on is None or leaves_on <= holder.ended_on)
        fits = leaves_on <= self.today and (new.ended_on is None or leaves_on < new.ended_on)
        return replace(old, leaves_on=leaves_on) if is_there and fits and old.post != new.post else old


def _can_start_late(old: Spell, new: Spell) -> bool:
    longest = timedelta(days=figures.GAP_DAYS[1] + 1)
    is_over = new.ended_on is not None and new.started_on + longest < new.ended_on
    return old.worker_id != new.worker_id and new.reason is not ChangeReason.ABSENCE and is_over


def _inside(absence: LongAbsence, spell: Spell) -> tuple[date, date] | None:
    """Return the days of the absence that the spell goes through; ``None`` when it meets too few of them."""
    week = timedelta(days=7)
    away_on = max(absence.started_on, spell.started_on + week)
    back_on = min(absence.ended_on, spell.ended_on or absence.ended_on)
    return (away_on, back_on) if back_on - away_on >= week else None


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
