"""From facts to entries: what of each fact gets in, when it is, and by which identity it is known for life.

A session and a series know when they last changed and how often. Leave, a visit that falls due and a step of a
handover do not, so that their identity is made of what they say: a changed one is another entry, and the old one
leaves the feed.
"""

import hmac
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from relationkit.handovers import HandoverPlan, StepDoer, StepState, handover_status
from relationkit.records import LONDON, Absence, Assignment, ChildId, Session, SessionStatus, WorkerId, london_day
from relationkit.render.calendar_lines import Entry
from relationkit.render.calendar_titles import EventWords, LeaveWords
from relationkit.visits import SessionSeries, VisitDue

__all__ = [
    "Uids",
    "absence_entry",
    "handover_entries",
    "leave_while_held",
    "series_entries",
    "session_entry",
    "visit_due_entry",
]

#: Stands for the last change of a record that does not know it; each revision comes a second later.
UNKNOWN_CHANGE: Final = datetime(2000, 1, 1, tzinfo=UTC)

#: From this year on the yearly rules of the ``VTIMEZONE`` are London's (summer time until the last Sunday of October).
_RULES_HOLD_FROM: Final = 1996

_DAY: Final = timedelta(days=1)

#: Whose steps of a handover stand in the calendar of the worker who leaves, and of the one who comes.
_LEAVING: Final = (StepDoer.LEAVING_WORKER, StepDoer.BOTH_WORKERS)
_NEXT: Final = (StepDoer.NEXT_WORKER, StepDoer.BOTH_WORKERS)

#: Steps that need nothing more.
_NOTHING_TO_DO: Final = (StepState.DONE, StepState.SKIPPED, StepState.NOT_NEEDED)

#: Late enough to see every move of a plan.
_IN_THE_END: Final = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Uids:
    """Makes the identities of one file: nobody without the key can test a guess against them.

    Attributes:
        key: The secret.
        side: ``child``, ``worker`` or ``team``: the same session has another identity in each file.
        reader_id: Whose file it is.
    """

    key: bytes
    side: str
    reader_id: str

    def of(self, kind: str, *parts: str) -> str:
        """Return 128 bits as hexadecimal digits; identifiers hold no NUL, so no two sets of parts read the same."""
        text = "\0".join((kind, self.side, self.reader_id, *parts))
        return hmac.digest(self.key, text.encode(), "sha256").hex()[:32]


def session_entry(session: Session, words: EventWords, uids: Uids) -> Entry:
    """Return the entry of one session."""
    starts, ends = _written_times(session.starts_at, session.ends_at)
    return _session_entry(session, words, uids.of("session", session.id), starts, ends)


def series_entries(series: SessionSeries, words: EventWords, uids: Uids) -> Iterator[Entry]:
    """Yield the entry that repeats, and one for each session that was moved; none when no session is left."""
    sessions, days, left_out = series.sessions(), series.days(), set(series.left_out)
    if not sessions:
        return
    # A first one that is left out is not written at all: some readers show the start of a series whatever is left out.
    first = next(day for day in days if day not in left_out)
    uid, named = uids.of("series", series.id), sessions[0].model_copy(update={"id": series.id})
    last_start = series.times_on(days[-1])[0].astimezone(UTC)
    main = _session_entry(named, words, uid, *series.times_on(first))
    yield main._replace(
        repeats=f"{series.rule};UNTIL={last_start:%Y%m%dT%H%M%SZ}",
        left_out=tuple(series.times_on(day)[0] for day in sorted(left_out) if day > first),
    )
    for move in sorted(series.moved, key=lambda move: move.on):
        starts, ends = _written_times(move.starts_at, move.ends_at)
        yield main._replace(starts=starts, ends=ends, in_place_of=series.times_on(move.on)[0])


def _session_entry(
    session: Session, words: EventWords, uid: str, starts: datetime | date, ends: datetime | date
) -> Entry:
    is_cancelled = session.status is SessionStatus.CANCELLED
    return Entry(
        uid=uid,
        stamp=session.changed_at or UNKNOWN_CHANGE + timedelta(seconds=session.revision),
        is_stamp_known=session.changed_at is not None,
        sequence=session.revision,
        starts=starts,
        ends=ends,
        summary=words.summary(session),
        is_cancelled=is_cancelled,
        is_busy=not is_cancelled,
        place=words.place(session),
    )


def absence_entry(absence: Absence, title: str, words: LeaveWords, uids: Uids, now: datetime | None) -> Entry:
    """Return the entry of an absence: whole days where it begins and ends at midnight, else its times.

    One whose end nobody knows says so, reaches to the day of ``now`` (without it: its first) and grows each day.
    """
    ends = "" if absence.ends_at is None else absence.ends_at.isoformat()
    uid = uids.of("away", absence.worker_id, absence.starts_at.isoformat(), ends, absence.cover_id or "")
    if absence.ends_at is None:
        first = london_day(absence.starts_at)
        last = first if now is None else max(first, london_day(now))
        return _reminder(uid, words.open_ended(title), first, last + _DAY, sequence=(last - first).days)
    if _is_midnight(absence.starts_at) and _is_midnight(absence.ends_at):
        return _reminder(uid, title, london_day(absence.starts_at), london_day(absence.ends_at))
    return _reminder(uid, title, *_written_times(absence.starts_at, absence.ends_at))


def visit_due_entry(row: VisitDue, due_on: date, words: EventWords, uids: Uids) -> Entry:
    """Return the entry of the last day on which a visit is in time."""
    uid = uids.of("visit due", row.child_id, row.placement_id, due_on.isoformat())
    return _reminder(uid, words.visit_due(row.child_id), due_on, due_on + _DAY)


def handover_entries(
    plan: HandoverPlan, words: EventWords, uids: Uids, worker_id: WorkerId, closed_on: Container[date] | None
) -> Iterator[Entry]:
    """Yield the handover day, and the last day of each of this worker's steps that is still to do."""
    if plan.handover_on is not None and worker_id in (plan.from_worker_id, plan.to_worker_id):
        uid = uids.of("handover", plan.id, plan.handover_on.isoformat())
        yield _reminder(uid, words.handover(plan.child_id), plan.handover_on, plan.handover_on + _DAY)
    doers = (_LEAVING if worker_id == plan.from_worker_id else ()) + (_NEXT if worker_id == plan.to_worker_id else ())
    status = handover_status(plan, today=_IN_THE_END, closed_on=closed_on)
    for step, row in zip(plan.template.steps, status.steps, strict=True):
        if row.who in doers and row.due_on is not None and row.state not in _NOTHING_TO_DO:
            uid = uids.of("step", plan.id, step.name, row.due_on.isoformat())
            yield _reminder(uid, words.step(step.words, plan.child_id), row.due_on, row.due_on + _DAY)


def leave_while_held(
    absence: Absence, assignments: Iterable[Assignment], child_id: ChildId, now: datetime | None
) -> Iterator[Absence]:
    """Yield the absence, cut to the days on which the absent worker holds a role for the child, oldest first.

    A role that begins after the day of ``now`` is passed over: the child may not have heard of that worker.
    """
    today = date.max if now is None else london_day(now)
    held = [
        (each.started_on, each.ended_on or date.max)
        for each in assignments
        if each.child_id == child_id and each.worker_id == absence.worker_id and each.started_on <= today
    ]
    for started_on, ended_on in _joined(held):
        starts_at = max(absence.starts_at, _midnight(started_on))
        ends_at = absence.ends_at
        if ended_on != date.max:
            ends_at = min(absence.ends_at or _midnight(ended_on), _midnight(ended_on))
        if ends_at is None or starts_at < ends_at:
            yield absence.model_copy(update={"starts_at": starts_at, "ends_at": ends_at})


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return the half-open spans of days, oldest first, those that touch or overlap as one."""
    joined: list[tuple[date, date]] = []
    for first, end in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((first, end))
    return joined


def _reminder(uid: str, title: str, starts: datetime | date, ends: datetime | date, *, sequence: int = 0) -> Entry:
    """Return an entry that takes up nobody's time; each step of its sequence is stamped a second later."""
    return Entry(
        uid=uid,
        stamp=UNKNOWN_CHANGE + timedelta(seconds=sequence),
        is_stamp_known=False,
        sequence=sequence,
        starts=starts,
        ends=ends,
        summary=title,
        is_busy=False,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _is_midnight(at: datetime) -> bool:
    return at.astimezone(LONDON).time() == time()


def _written_times(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return start and end in whole seconds, both in London's time or, where that could be misread, both in UTC."""
    starts_at = starts_at.replace(microsecond=0)
    ends_at = (ends_at + timedelta(microseconds=999_999)).replace(microsecond=0)
    local = starts_at.astimezone(LONDON), ends_at.astimezone(LONDON)
    return (starts_at, ends_at) if any(map(_could_be_misread, local)) else local


def _could_be_misread(local: datetime) -> bool:
    """Return whether the clock shows that time twice on that day, or the yearly rules are not those of that year."""
    return local.year < _RULES_HOLD_FROM or local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
