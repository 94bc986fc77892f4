"""The posts of a synthetic council: who held each one when, in which team, and when they were away.

A child's history is made from the posts that held the case, so that when one worker leaves, every child of that
caseload has a new worker on the same day. A post is made from its number alone and can be forgotten and made again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from relationkit.records import ChangeReason, Role, WorkerId
from relationkit.samples import calibration as figures
from relationkit.samples.draws import Draws, evenly_spread

__all__ = ["Leave", "LongAbsence", "Post", "PostKind", "Posts", "Tenure"]

#: Posts kept at hand; a council of 100,000 children has about 3,900, and the cost of forgetting one is small.
_KEPT: Final = 4096
_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class PostKind:
    """A kind of post: its short name, which begins its workers' ids; what they are called; their role."""

    key: str
    title: str
    role: Role


SOCIAL_WORK: Final = PostKind("sw", "Worker", Role.SOCIAL_WORKER)
REVIEWING: Final = PostKind("iro", "Reviewing Officer", Role.REVIEWING_OFFICER)
ADVISING: Final = PostKind("pa", "Personal Adviser", Role.PERSONAL_ADVISER)


@dataclass(frozen=True, slots=True)
class Tenure:
    """One worker in one post and team; ``ended_on`` is exclusive, ``None`` while they hold it."""

    worker_id: WorkerId
    team: str
    started_on: date
    ended_on: date | None
    reason: ChangeReason

    def covers(self, day: date) -> bool:
        """Return whether the worker held the post on that day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class LongAbsence:
    """An absence so long that the children have another worker meanwhile.

    Attributes:
        is_split: The worker's own spell ends and begins again; otherwise the cover stands beside it.
    """

    worker_id: WorkerId
    cover_id: WorkerId
    started_on: date
    ended_on: date
    is_split: bool


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away; ``ended_on`` is exclusive, ``None`` while nobody knows."""

    worker_id: WorkerId
    started_on: date
    ended_on: date | None
    cover_id: WorkerId | None
    is_told: bool

    def covers(self, day: date) -> bool:
        """Return whether the worker is away on that day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Post:
    """One post: its tenures and absences, oldest first."""

    tenures: tuple[Tenure, ...]
    long_absences: tuple[LongAbsence, ...]
    leave: tuple[Leave, ...]

    def leave_on(self, worker_id: WorkerId, day: date) -> Leave | None:
        """Return the leave that the holder is on that day; ``None`` when they are there."""
        return next((leave for leave in self.leave if leave.worker_id == worker_id and leave.covers(day)), None)


class Posts:
    """All posts of one kind in one council, made when asked for."""

    def __init__(self, kind: PostKind, count: int, *, teams: int, seed: int, today: date) -> None:
        self.kind, self.count, self.teams, self.seed, self.today = kind, count, teams, seed, today
        self.history_from: Final = today - timedelta(days=figures.HISTORY_DAYS)
        self._starts: Final = Draws(seed, kind.key, "starts")
        self._turnover, self._restructure, self._absence = (self._starts.fraction() for _ in range(3))
        self.tenures: Final = lru_cache(maxsize=_KEPT)(self._tenures)
        self.post: Final = lru_cache(maxsize=_KEPT)(self._post)

    def team_number(self, number: int) -> int:
        """Return the team, counted from 0, to which the post belongs now."""
        return number * self.teams // self.count

    def team_posts(self, team: int) -> range:
        """Return the numbers of the posts in a team."""
        return range(-(-team * self.count // self.teams), -(-(team + 1) * self.count // self.teams))

    def another(self, number: int, draws: Draws, *, same_team: bool) -> int:
        """Return another post, in the same team or in another one; where there is one team only, in that."""
        team = self.team_number(number)
        if not same_team and self.teams > 1:
            team = (team + draws.whole(1, self.teams - 1)) % self.teams
            return draws.one_of(self.team_posts(team))
        posts = self.team_posts(team)
        return posts[(number - posts.start + draws.whole(1, len(posts) - 1)) % len(posts)]

    def holder(self, number: int, day: date) -> Tenure:
        """Return who held the post on that day, which is not before the records begin."""
        return next(tenure for tenure in reversed(self.tenures(number)) if tenure.started_on <= day)

    def _tenures(self, number: int) -> tuple[Tenure, ...]:
        draws = Draws(self.seed, self.kind.key, number, "tenures")
        changes = self._changes(number, draws)
        ends = [*(change.day for change in changes[1:]), None]
        team, letter = self._first_team(number, changes), 0
        tenures = []
        for index, (change, ended_on) in enumerate(zip(changes, ends, strict=True)):
            if change.reason is ChangeReason.RESTRUCTURE:
                team = self.team_name(number)
            letter += 0 if index == 0 or change.is_worker_kept else 1
            worker_id = self.worker_id(number, letter)
            tenures.append(Tenure(worker_id, team, change.day, ended_on, change.reason))
        return tuple(tenures)

    def worker_id(self, number: int, letter: int) -> WorkerId:
        """Return the id of the holder: ``sw-00017b`` is the second to hold post 17 in the records."""
        return WorkerId(f"{self.kind.key}-{number:05d}{chr(ord('a') + letter)}")

    def team_name(self, number: int) -> str:
        """Return the name of the team to which the post belongs now."""
        if self.kind is SOCIAL_WORK:
            return f"Sample Team {self.team_number(number) + 1:03d}"
        return "Sample Reviewing Service" if self.kind is REVIEWING else "Sample Leaving Care Team"

    def _first_team(self, number: int, changes: "list[_Change]") -> str:
        is_restructured = any(change.reason is ChangeReason.RESTRUCTURE for change in changes[1:])
        return f"Former {self.team_name(number)}" if is_restructured else self.team_name(number)

    def _changes(self, number: int, draws: Draws) -> "list[_Change]":
        turnover = list(self._turnovers(number, draws))
        if self.kind is not SOCIAL_WORK:
            return turnover[::-1]
        years = figures.YEARS_BETWEEN_RESTRUCTURES.value
        day = self.today - _days(years * evenly_spread(number, start=self._restructure, step=1))
        is_kept = draws.chance(figures.KEPT_WORKER_SHARE.value)
        apart = all(abs((day - change.day).days) > 30 for change in turnover)
        if day > turnover[-1].day and apart:
            turnover.append(_Change(day, ChangeReason.RESTRUCTURE, is_kept))
        return sorted(turnover, key=lambda change: change.day)

    def _turnovers(self, number: int, draws: Draws) -> "Iterator[_Change]":
        """Yield the days on which a new worker came, newest first, to the first before the records begin."""
        years = self._years_in_post(number)
        back, day = years * evenly_spread(number, start=self._turnover), self.today
        while day >= self.history_from:
            day = self.today - _days(back) - timedelta(days=draws.whole(0, 40))
            died = draws.chance(figures.DEATHS_SHARE.value)
            yield _Change(day, ChangeReason.DIED if died else ChangeReason.LEFT_ROLE)
            back += years

    def _years_in_post(self, number: int) -> float:
        if self.kind is SOCIAL_WORK:
            return figures.YEARS_IN_POST[number % len(figures.YEARS_IN_POST)]
        return figures.OTHER_YEARS_IN_POST.value

    def _post(self, number: int) -> Post:
        draws = Draws(self.seed, self.kind.key, number, "absences")
        long_absence = self._long_absence(number, draws)
        leave = list(self._leave(number, draws, long_absence))
        if long_absence is not None:
            leave.append(_as_leave(long_absence))
        leave.sort(key=lambda row: (row.worker_id, row.started_on))
        return Post(self.tenures(number), () if long_absence is None else (long_absence,), tuple(leave))

    def _long_absence(self, number: int, draws: Draws) -> LongAbsence | None:
        if self.kind is not SOCIAL_WORK:
            return None
        place = evenly_spread(number, start=self._absence, step=2)
        started_on = self.today - _days(place * figures.YEARS_BETWEEN_LONG_ABSENCES.value)
        if started_on <= self.history_from:
            return None
        is_split = draws.chance(0.5)
        ended_on = started_on + timedelta(days=draws.whole(*figures.LONG_ABSENCE_DAYS[is_split]))
        away = self.holder(number, started_on)
        cover = self.holder(self.another(number, draws, same_team=True), started_on)
        ended_on = min(ended_on, away.ended_on or ended_on, cover.ended_on or ended_on)
        if (ended_on - started_on).days < figures.LONG_ABSENCE_DAYS[0][0]:
            return None
        return LongAbsence(away.worker_id, cover.worker_id, started_on, ended_on, is_split)

    def _leave(self, number: int, draws: Draws, long_absence: LongAbsence | None) -> Iterator[Leave]:
        """Yield each holder's leave in the last year and the weeks ahead, clear of the long absence."""
        for worker_id, started_on, ended_on in self._holders(number):
            sick_on = self._sick_on(draws, started_on, ended_on, long_absence)
            until = sick_on or ended_on or self.today + timedelta(days=figures.AHEAD_DAYS)
            day = max(started_on, self.today - timedelta(days=figures.CONTACT_DAYS))
            day += timedelta(days=draws.whole(*figures.LEAVE_EVERY_DAYS))
            while (back_on := day + timedelta(days=draws.weighted(figures.LEAVE_DAYS))) < until:
                if not _meets(long_absence, day, back_on):
                    yield self._one_leave(number, draws, worker_id, day, back_on)
                day = back_on + timedelta(days=draws.whole(*figures.LEAVE_EVERY_DAYS))
            if sick_on is not None:
                yield self._one_leave(number, draws, worker_id, sick_on, None)

    def _one_leave(self, number: int, draws: Draws, worker_id: WorkerId, day: date, back_on: date | None) -> Leave:
        is_covered = draws.chance(figures.COVER_SHARE.value) and len(self.team_posts(self.team_number(number))) > 1
        cover_id = self.holder(self.another(number, draws, same_team=True), day).worker_id if is_covered else None
        return Leave(worker_id, day, back_on, cover_id, draws.chance(figures.TOLD_SHARE.value))

    def _sick_on(
        self, draws: Draws, started_on: date, ended_on: date | None, long_absence: LongAbsence | None
    ) -> date | None:
        is_sick = draws.chance(figures.SICK_NOW_SHARE.value)
        day = self.today - timedelta(days=draws.whole(1, 20))
        clear = ended_on is None and started_on < day and not _meets(long_absence, day, self.today)
        return day if is_sick and clear else None

    def _holders(self, number: int) -> Iterator[tuple[WorkerId, date, date | None]]:
        """Yield each worker with the first day in the post and the day after the last, oldest first."""
        tenures = self.tenures(number)
        for worker_id in dict.fromkeys(tenure.worker_id for tenure in tenures):
            own = [tenure for tenure in tenures if tenure.worker_id == worker_id]
            yield worker_id, own[0].started_on, own[-1].ended_on


@dataclass(frozen=True, slots=True)
class _Change:
    """A day on which a post changed hands, or its worker changed team."""

    day: date
    reason: ChangeReason
    is_worker_kept: bool = False


def _days(years: float) -> timedelta:
    return timedelta(days=int(years * _YEAR))


def _meets(absence: LongAbsence | None, started_on: date, ended_on: date) -> bool:
    return absence is not None and absence.started_on < ended_on and started_on < absence.ended_on


def _as_leave(absence: LongAbsence) -> Leave:
    return Leave(absence.worker_id, absence.started_on, absence.ended_on, absence.cover_id, is_told=True)
