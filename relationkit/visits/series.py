"""Sessions that repeat: "every second Wednesday at four", with the days left out and the days moved.

The rule is a small part of iCalendar's (RFC 5545, 3.3.10), expanded by dateutil in London's time, so that four o'clock
stays four o'clock when the clocks change. Every series has a last day: nothing repeats for ever.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Final, Self

from pydantic import Field, model_validator

from relationkit.records import (
    LONDON,
    PRINTABLE,
    ChildId,
    Day,
    FrozenModel,
    Instant,
    Session,
    SessionId,
    SessionKind,
    SessionStatus,
    WorkerId,
)

__all__ = ["MovedSession", "SessionSeries", "latest_series"]

_ID: Final = Field(pattern=PRINTABLE, min_length=1)

#: The most sessions of one series: more than two years of every day. A slip in the last day is found this way.
MOST_SESSIONS: Final = 1_000

_WEEKDAY: Final = "(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTH_DAY: Final = "-?(?:[1-9]|[12][0-9]|3[01])"

#: What a rule may hold beside ``FREQ`` and ``INTERVAL``, by frequency: what every reader takes the same way.
_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "DAILY": {},
    "WEEKLY": {"BYDAY": f"{_WEEKDAY}(?:,{_WEEKDAY})*"},
    "MONTHLY": {
        "BYDAY": f"(?:-1|[1-5])?{_WEEKDAY}(?:,(?:-1|[1-5])?{_WEEKDAY})*",
        "BYMONTHDAY": f"{_MONTH_DAY}(?:,{_MONTH_DAY})*",
    },
}
_INTERVAL: Final = "[1-9][0-9]?"

#: In 1996 the clock changes got the rule that calendars carry.
_EARLIEST_YEAR: Final = 1996

#: Before this hour the clock may show a time twice, or not at all, twice a year.
_EARLIEST: Final = time(2)


class MovedSession(FrozenModel):
    """One session of a series that takes place at another time.

    Attributes:
        on: The day in Europe/London on which the rule has it.
        starts_at: When it starts instead.
        ends_at: When it ends instead.
    """

    on: Day
    starts_at: Instant
    ends_at: Instant

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at; check the two times")
        return self


class SessionSeries(FrozenModel):
    """A session that repeats by a rule, with its exceptions.

    Attributes:
        id: Of the series; a session of it has this id, a stroke and its day.
        rule: ``FREQ=DAILY``, ``WEEKLY`` or ``MONTHLY``, with ``INTERVAL`` (1 to 99), and for a week ``BYDAY=MO,TH``,
            for a month ``BYDAY=1MO`` or ``BYMONTHDAY=15``; as in ``"FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"``.
        starts_on: The first day that may be one of it; every second week is counted from this day's week.
        last_on: The last day that may be one of it.
        from_time: When each starts, on London's clock, at 02:00 or later.
        to_time: When it ends, on the same day.
        place: Where; never in a repr.
        status: ``planned``, or ``cancelled`` for all of it.
        left_out: Days of the rule on which it does not take place.
        moved: Sessions that take place at another time.
        changed_at: When anything of it last changed; a calendar's stamp. ``None`` when the source does not tell.
        revision: How many times anything of it has really changed; a calendar's sequence number.
    """

    id: SessionId = _ID
    child_id: ChildId = _ID
    worker_id: WorkerId = _ID
    kind: SessionKind
    rule: str
    starts_on: Day
    last_on: Day
    from_time: time
    to_time: time
    place: str | None = None
    status: SessionStatus = SessionStatus.PLANNED
    left_out: tuple[Day, ...] = ()
    moved: tuple[MovedSession, ...] = ()
    changed_at: Instant | None = None
    revision: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        _check_rule(self.rule)
        if self.last_on < self.starts_on or self.starts_on.year < _EARLIEST_YEAR:
            raise ValueError(f"last_on is before starts_on, or that before {_EARLIEST_YEAR}; check the two days")
        if self.from_time.tzinfo is not None or self.to_time.tzinfo is not None:
            raise ValueError("from_time or to_time has a zone; both are London's, so leave the zone out")
        if self.from_time < _EARLIEST or self.to_time <= self.from_time:
            raise ValueError("from_time is before 02:00, or to_time not after it; write night sessions one by one")
        if self.status not in (SessionStatus.PLANNED, SessionStatus.CANCELLED):
            raise ValueError("status is neither planned nor cancelled; what was held is a session of its own")
        return self

    @model_validator(mode="after")
    def _has_exceptions_on_its_own_days(self) -> Self:
        days = set(self.days())
        if len(days) > MOST_SESSIONS:
            raise ValueError(f"it has more than {MOST_SESSIONS} sessions; bring last_on forward")
        exceptions = [*set(self.left_out), *(move.on for move in self.moved)]
        if len(exceptions) > len(set(exceptions)):
            raise ValueError("a day is moved twice, or moved and left out; keep one of the two")
        if not set(exceptions) <= days:
            raise ValueError("left_out or moved has a day that the rule does not have; check the days")
        return self

    def days(self) -> list[date]:
        """Return every day of the rule, in order, those left out and moved included."""
        from dateutil.rrule import rrulestr

        starts = datetime.combine(self.starts_on, time())
        rule = rrulestr(f"{self.rule};UNTIL={self.last_on:%Y%m%d}T000000", dtstart=starts)
        return [moment.date() for moment in islice(rule, MOST_SESSIONS + 1)]

    def times_on(self, day: date) -> tuple[datetime, datetime]:
        """Return when the session of that day starts and ends by the rule, in London's time."""
        return datetime.combine(day, self.from_time, LONDON), datetime.combine(day, self.to_time, LONDON)

    def sessions(self) -> list[Session]:
        """Return each session that takes place, or is cancelled with the series, as a record; by start."""
        moved = {move.on: (move.starts_at, move.ends_at) for move in self.moved}
        days = [day for day in self.days() if day not in set(self.left_out)]
        made = [self._session(day, *moved.get(day, self.times_on(day))) for day in days]
        return sorted(made, key=lambda session: (session.starts_at, session.id))

    def _session(self, day: date, starts_at: datetime, ends_at: datetime) -> Session:
        return Session(
            id=SessionId(f"{self.id}/{day}"),
            child_id=self.child_id,
            worker_id=self.worker_id,
            kind=self.kind,
            starts_at=starts_at,
            ends_at=ends_at,
            status=self.status,
            place=self.place,
            changed_at=self.changed_at,
            revision=self.revision,
        )


def latest_series(series: Iterable[SessionSeries]) -> list[SessionSeries]:
    """Return each series once, as its highest revision tells it; of equal ones the one changed last.

    Args:
        series: In any order, the same id any number of times.

    Returns:
        One an id, by first day and then by id; empty when there are none.
    """
    latest = {each.id: each for each in sorted(series, key=_version)}
    return sorted(latest.values(), key=lambda each: (each.starts_on, each.id))


def _version(series: SessionSeries) -> tuple[int, datetime, str]:
    return series.revision, series.changed_at or datetime.min.replace(tzinfo=UTC), series.model_dump_json()


def _check_rule(rule: str) -> None:
    """Refuse a rule that is not of the small part that every reader takes the same way."""
    names = [part.partition("=")[0] for part in rule.split(";")]
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    known = _PARTS.get(parts.get("FREQ", ""))
    if known is None:
        raise ValueError("rule has no frequency that is known; begin with FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY")
    if {"UNTIL", "COUNT"} & set(names):
        raise ValueError("rule says where it ends; leave UNTIL and COUNT out, last_on says it")
    allowed = {"FREQ": "[A-Z]+", "INTERVAL": _INTERVAL, **known}
    for name, value in parts.items():
        if name not in allowed or re.fullmatch(allowed[name], value) is None:
            raise ValueError(f"rule has a part that cannot be; beside FREQ, use {', '.join(list(allowed)[1:])}")
    if len(names) > len(parts) or {"BYDAY", "BYMONTHDAY"} <= set(names):
        raise ValueError("rule says something twice, or BYDAY and BYMONTHDAY; keep one of them")
