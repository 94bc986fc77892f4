"""Who was there for one child of a synthetic council on a day, as the assignments say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from relationkit.records import Assignment, AssignmentId, Role, WorkerId
from relationkit.samples import calibration as figures
from relationkit.samples.cases import Case, Cases, Spell
from relationkit.samples.posts import Posts

__all__ = ["Circle", "Contact"]

#: From this age on a child in care has a personal adviser (Children Act 1989, Schedule 2, paragraph 19C).
ADVISER_AGE: Final = 16


@dataclass(frozen=True, slots=True)
class Contact:
    """A worker whom the child can write to or meet on a day.

    Attributes:
        answers_id: Who answers: the worker; their cover while they are away; ``None`` where that is duty.
    """

    worker_id: WorkerId
    is_away: bool
    answers_id: WorkerId | None


class Circle:
    """The workers around one child: lead spells without overlap, cover beside them, reviewing officer and adviser."""

    def __init__(self, case: Case, cases: Cases, reviewing: Posts, advising: Posts) -> None:
        self.case, self._cases, self._reviewing, self._advising = case, cases, reviewing, advising
        self.spells: Final = cases.spells(case)
        self.covers: Final = list(cases.covers(self.spells))
        self.reviewers: Final = list(self._reviewers())
        self.advisers: Final = list(self._advisers())

    def contact(self, day: date) -> Contact | None:
        """Return the worker whom the child knows as theirs on that day; ``None`` when there is nobody."""
        cover = next((spell for spell in self.covers if spell.covers(day)), None)
        if cover is not None:
            return Contact(cover.worker_id, is_away=False, answers_id=cover.worker_id)
        return self._contact(self.spells, self._cases.posts, day) or self._adviser_after_care(day)

    def reviewing_officer(self, day: date) -> Contact | None:
        """Return the reviewing officer on that day."""
        return self._contact(self.reviewers, self._reviewing, day)

    def adviser(self, day: date) -> Contact | None:
        """Return the personal adviser on that day."""
        return self._contact(self.advisers, self._advising, day)

    def assignments(self) -> Iterator[Assignment]:
        """Yield the child's assignments, oldest first; where several begin on a day, the social worker's first."""
        held = [
            *((Role.SOCIAL_WORKER, spell) for spell in (*self.spells, *self.covers)),
            *((Role.REVIEWING_OFFICER, spell) for spell in self.reviewers),
            *((Role.PERSONAL_ADVISER, spell) for spell in self.advisers),
        ]
        held.sort(key=lambda row: row[1].started_on)
        for index, (role, spell) in enumerate(held):
            yield Assignment(
                id=AssignmentId(f"assignment-{self.case.number:06d}-{index:02d}"),
                child_id=self.case.id,
                worker_id=spell.worker_id,
                role=role,
                started_on=spell.started_on,
                ended_on=spell.leaves_on or spell.ended_on,
                reason=spell.reason,
                team=spell.team,
                cover_for=spell.cover_for,
            )

    def _contact(self, spells: list[Spell], posts: Posts, day: date) -> Contact | None:
        for spell in spells:
            if spell.covers(day):
                leave = posts.post(spell.post).leave_on(spell.worker_id, day)
                answers_id = spell.worker_id if leave is None else leave.cover_id
                return Contact(spell.worker_id, leave is not None, answers_id)
        return None

    def _adviser_after_care(self, day: date) -> Contact | None:
        left_on = self.case.left_on
        return self.adviser(day) if self.case.is_care_leaver and left_on is not None and left_on <= day else None

    def _reviewers(self) -> Iterator[Spell]:
        number = self.case.post // int(figures.POSTS_TO_A_REVIEWING_OFFICER.value)
        return self._holders(self._reviewing, number, self.case.entered_on, self.case.left_on)

    def _advisers(self) -> Iterator[Spell]:
        case = self.case
        number = case.post // int(figures.POSTS_TO_A_PERSONAL_ADVISER.value)
        start = max(case.birthday(ADVISER_AGE), case.known_on)
        return self._holders(self._advising, number, start, None if case.is_care_leaver else case.left_on)

    def _holders(self, posts: Posts, number: int, start: date, end: date | None) -> Iterator[Spell]:
        """Yield the holders of a post between two days, as far as the records reach back."""
        for tenure in posts.tenures(number):
            first = max(tenure.started_on, start)
            last = min((day for day in (tenure.ended_on, end) if day is not None), default=None)
            is_in_records = last is None or last > max(first, self._cases.history_from)
            if first <= self._cases.today and is_in_records:
                yield Spell(tenure.worker_id, number, tenure.team, first, last)
