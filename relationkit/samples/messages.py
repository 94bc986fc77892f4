"""The messages of one child of a synthetic council, both ways, over the last year.

Made conversation by conversation: a child writes, perhaps writes again, and is answered in hours, in days or never; by
the worker whom the child has on the day of the answer. The words themselves are not records.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from relationkit.records import (
    LONDON,
    Channel,
    Direction,
    Message,
    MessageId,
    MessageKind,
    WorkerId,
    london_day,
)
from relationkit.samples import calibration as figures
from relationkit.samples.circles import Circle
from relationkit.samples.draws import Draws

__all__ = ["messages_of"]

#: When workers answer, by the clock in London.
_OFFICE: Final = (time(8, 30), time(18, 30))


@dataclass(frozen=True, slots=True)
class _Line:
    """A message before its number in the child's list is known."""

    at: datetime
    direction: Direction
    channel: Channel
    worker_id: WorkerId | None
    thread: str | None
    kind: MessageKind = MessageKind.MESSAGE
    is_thanks: bool = False


def messages_of(circle: Circle, *, seed: int, now: datetime, today: date) -> Iterator[Message]:
    """Yield the messages, oldest first, none later than ``now``."""
    lines = [line for line in _lines(circle, seed, today) if line.at <= now]
    lines.sort(key=lambda line: line.at)
    for index, line in enumerate(lines):
        yield Message(
            id=MessageId(f"message-{circle.case.number:06d}-{index:03d}"),
            child_id=circle.case.id,
            at=line.at,
            direction=line.direction,
            channel=line.channel,
            worker_id=line.worker_id,
            kind=line.kind,
            thread=line.thread,
            needs_reply=not line.is_thanks,
            no_reply_by=line.worker_id if line.is_thanks else None,
            no_reply_why="Only a thank-you (synthetic)" if line.is_thanks else None,
        )


def _lines(circle: Circle, seed: int, today: date) -> Iterator[_Line]:
    """Yield the lines of every conversation, week by week."""
    draws = Draws(seed, "messages", circle.case.number)
    ages = [(circle.case.birthday(age), before, lately) for age, before, lately in figures.CONVERSATIONS]
    for days_ago in range(figures.CONTACT_DAYS, -1, -7) if ages[0][0] <= today else ():
        week_on = today - timedelta(days=days_ago)
        before, lately = next(((row[1], row[2]) for row in reversed(ages) if row[0] <= week_on), (0.0, 0.0))
        rate = lately if days_ago <= figures.DENSE_DAYS else before
        if draws.chance(rate):
            yield from _conversation(circle, draws, week_on + timedelta(days=draws.whole(0, 6)))
        if draws.chance(rate * figures.WORKER_BEGINS_SHARE.value):
            yield from _from_worker(circle, draws, week_on + timedelta(days=draws.whole(0, 6)))


def _conversation(circle: Circle, draws: Draws, day: date) -> Iterator[_Line]:
    contact = circle.contact(day)
    if contact is None:
        return
    asked_at = _at(day, draws.weighted(figures.HOURS) * 60 + draws.whole(0, 59), draws.whole(0, 59))
    to_service = draws.chance(figures.TO_SERVICE_SHARE.value)
    worker_id = None if to_service else contact.worker_id
    thread, channel = draws.weighted(figures.THREADS), draws.weighted(figures.CHANNELS)
    asked = _Line(asked_at, Direction.FROM_CHILD, channel, worker_id, thread)
    yield asked
    automatic = figures.AUTOMATIC_SHARE_AWAY if contact.is_away else figures.AUTOMATIC_SHARE
    if channel is not Channel.CALL and draws.chance(automatic.value):
        at = asked_at + timedelta(seconds=draws.whole(5, 300))
        yield replace(asked, at=at, direction=Direction.TO_CHILD, kind=MessageKind.AUTOMATIC)
    answer = _answer(circle, draws, asked)
    yield from _meanwhile(circle, draws, asked, answer)
    if answer is not None:
        yield answer
        if draws.chance(figures.THANKS_SHARE.value):
            yield from _thanks(circle, draws, answer)


def _answer(circle: Circle, draws: Draws, asked: _Line) -> _Line | None:
    wait = draws.weighted(figures.WAITS)
    if wait is None:
        return None
    least, greatest = wait
    waited = timedelta(minutes=int(60 * (least + draws.fraction() * (greatest - least))))
    at = _in_office_hours(asked.at + waited, draws)
    contact = circle.contact(london_day(at))
    if contact is None:
        return None
    channel = asked.channel if draws.chance(0.8) else Channel.CALL
    return replace(asked, at=at, direction=Direction.TO_CHILD, channel=channel, worker_id=contact.answers_id)


def _meanwhile(circle: Circle, draws: Draws, asked: _Line, answer: _Line | None) -> Iterator[_Line]:
    """Yield what happens before the answer: the child writes again; a worker rings and is not picked up."""
    writes_again, rings = draws.chance(figures.FOLLOW_UP_SHARE.value), draws.chance(figures.MISSED_CALL_SHARE.value)
    written_at = asked.at + timedelta(minutes=draws.whole(30, 2400))
    rung_at = _in_office_hours(asked.at + timedelta(minutes=draws.whole(30, 2400)), draws)
    again = _once_more(circle, asked, written_at, answer) if writes_again else None
    if again is not None:
        yield again
    rung = _once_more(circle, asked, rung_at, answer) if rings else None
    if rung is not None:
        yield replace(rung, direction=Direction.TO_CHILD, channel=Channel.CALL, kind=MessageKind.ATTEMPT)


def _once_more(circle: Circle, line: _Line, at: datetime, answer: _Line | None = None) -> _Line | None:
    """Return the line later, with the worker of that day; ``None`` when answered by then, or with nobody there."""
    contact = circle.contact(london_day(at))
    if contact is None or (answer is not None and at >= answer.at):
        return None
    return replace(line, at=at, worker_id=contact.worker_id)


def _thanks(circle: Circle, draws: Draws, answer: _Line) -> Iterator[_Line]:
    thanks = _once_more(circle, answer, answer.at + timedelta(minutes=draws.whole(1, 60)))
    if thanks is not None:
        yield replace(thanks, direction=Direction.FROM_CHILD, is_thanks=True)


def _from_worker(circle: Circle, draws: Draws, day: date) -> Iterator[_Line]:
    """Yield a message that the worker sends unasked, where the child has a worker who is there."""
    contact = circle.contact(day)
    if contact is not None and not contact.is_away and day.weekday() < 5:
        at = _at(day, draws.whole(9 * 60, 17 * 60), draws.whole(0, 59))
        yield _Line(at, Direction.TO_CHILD, draws.weighted(figures.CHANNELS), contact.worker_id, None)


def _at(day: date, minute: int, second: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60, second), tzinfo=LONDON).astimezone(UTC)


def _in_office_hours(at: datetime, draws: Draws) -> datetime:
    """Return the moment, or a minute of the next morning's first hours when nobody would be at work."""
    opens, closes = _OFFICE
    local = at.astimezone(LONDON)
    works_weekends = draws.chance(figures.REPLIES_AT_WEEKENDS_SHARE.value)
    day = local.date() + timedelta(days=local.time() >= closes)
    if not works_weekends and day.weekday() > 4:
        day += timedelta(days=7 - day.weekday())
    if day == local.date() and local.time() >= opens:
        return at
    return _at(day, 9 * 60 + draws.whole(0, 150), local.second)
