"""Who reads what: of all the facts that are given, those that belong in one person's file, or one team's."""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from relationkit.errors import RenderError
from relationkit.handovers import HandoverPlan
from relationkit.records import Absence, Assignment, Child, ChildId, Session, SessionStatus, WorkerId, london_day
from relationkit.render.calendar_entries import (
    Uids,
    absence_entry,
    handover_entries,
    leave_while_held,
    series_entries,
    session_entry,
    visit_due_entry,
)
from relationkit.render.calendar_lines import Entry
from relationkit.render.calendar_titles import EventWords, LeaveWords
from relationkit.visits import SessionSeries, VisitDue, latest_series, latest_sessions

__all__ = ["ReadersFile", "team_entries"]


@dataclass(frozen=True, slots=True)
class ReadersFile:
    """One person's file while its entries are picked out.

    Attributes:
        words: How it is worded, and whose it is.
        uids: Its identities.
        assignments: Who holds a role for whom.
        now: The moment to judge by; ``None`` when none is given.
        kept_since: What was cancelled or over by then is left out; ``None`` leaves out none.
    """

    words: EventWords
    uids: Uids
    assignments: Collection[Assignment]
    now: datetime | None
    kept_since: datetime | None

    def sessions(self, sessions: Iterable[Session]) -> Iterator[Entry]:
        """Yield the reader's sessions, by start."""
        for session in latest_sessions(sessions):
            if self._is_readers(session) and self._is_shown(session, session.ends_at):
                yield session_entry(session, self.words, self.uids)

    def series(self, series: Iterable[SessionSeries]) -> Iterator[Entry]:
        """Yield the reader's series, each followed by its moved sessions."""
        for each in latest_series(series):
            if self._is_readers(each) and self._is_shown(each, each.times_on(each.last_on)[1]):
                yield from series_entries(each, self.words, self.uids)

    def absences(self, absences: Iterable[Absence]) -> Iterator[Entry]:
        """Yield the leave that concerns the reader, by start."""
        for absence in _not_long_over(self._readers_leave(absences), self.kept_since):
            yield absence_entry(absence, self._leave_title(absence), self.words.leave, self.uids, self.now)

    def visits(self, visits: Iterable[VisitDue]) -> Iterator[Entry]:
        """Yield the visits due to the children whom the reader holds a role for, in the order given."""
        for row in visits:
            self._refuse_for_a_child("visits due are")
            if row.due_on is not None and self._holds_a_role(row.child_id, row.due_on):
                yield visit_due_entry(row, row.due_on, self.words, self.uids)

    def handovers(self, plans: Iterable[HandoverPlan], closed_on: Container[date] | None) -> Iterator[Entry]:
        """Yield the days of the handovers that the reader is one of the two workers of, in the order given."""
        for plan in plans:
            self._refuse_for_a_child("the steps of a handover are")
            yield from handover_entries(plan, self.words, self.uids, WorkerId(self.words.reader.id), closed_on)

    def _is_readers(self, session: Session | SessionSeries) -> bool:
        reader = self.words.reader
        return (session.child_id if isinstance(reader, Child) else session.worker_id) == reader.id

    def _is_shown(self, session: Session | SessionSeries, ends_at: datetime) -> bool:
        if session.status is SessionStatus.CANCELLED:
            return self.kept_since is None or (session.changed_at or ends_at) > self.kept_since
        return session.status is SessionStatus.PLANNED

    def _readers_leave(self, absences: Iterable[Absence]) -> Iterator[Absence]:
        reader = self.words.reader
        for absence in absences:
            if not isinstance(reader, Child):
                if reader.id in (absence.worker_id, absence.cover_id):
                    yield absence
            elif absence.tell_child:
                yield from leave_while_held(absence, self.assignments, reader.id, self.now)

    def _leave_title(self, absence: Absence) -> str:
        """Return what the absence is to this reader."""
        if isinstance(self.words.reader, Child):
            return self.words.leave_for_child(absence)
        is_own = absence.worker_id == self.words.reader.id
        return self.words.leave.own() if is_own else self.words.leave.cover(absence)

    def _holds_a_role(self, child_id: ChildId, due_on: date) -> bool:
        on = due_on if self.now is None else london_day(self.now)
        return any(
            each.child_id == child_id and each.worker_id == self.words.reader.id and each.is_open(on=on)
            for each in self.assignments
        )

    def _refuse_for_a_child(self, what: str) -> None:
        if isinstance(self.words.reader, Child):
            raise RenderError(f"{what} for a worker's file; a young person's has the sessions themselves.")


def team_entries(
    absences: Iterable[Absence],
    members: Collection[WorkerId],
    words: LeaveWords,
    uids: Uids,
    now: datetime | None,
    kept_since: datetime | None,
) -> list[Entry]:
    """Return the leave of a team's members, and what they cover for others, by start."""
    return [
        absence_entry(each, words.both(each), words, uids, now)
        for each in _not_long_over(absences, kept_since)
        if each.worker_id in members or each.cover_id in members
    ]


def _not_long_over(absences: Iterable[Absence], kept_since: datetime | None) -> list[Absence]:
    left = (each for each in set(absences) if each.ends_at is None or kept_since is None or each.ends_at > kept_since)
    return sorted(left, key=lambda each: (each.starts_at, each.worker_id, each.model_dump_json()))
