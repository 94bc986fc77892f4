"""The plan board of one child of a synthetic council: what workers said they would do, and what became of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from relationkit.records import LONDON
from relationkit.samples import calibration as figures
from relationkit.samples.circles import Circle
from relationkit.samples.draws import Draws
from relationkit.visits import PlanBoard, Promise, PromiseId, Tick

__all__ = ["board_of"]


def board_of(circle: Circle, *, seed: int, now: datetime, today: date) -> PlanBoard | None:
    """Return the board, promises oldest first; ``None`` when nothing was promised lately."""
    draws = Draws(seed, "promises", circle.case.number)
    kept = [(promise, _tick(promise, draws)) for promise in _promises(circle, draws, today) if promise.made_at <= now]
    if not kept:
        return None
    ticks = sorted((tick for _, tick in kept if tick is not None and tick.at <= now), key=lambda tick: tick.at)
    return PlanBoard(child_id=circle.case.id, promises=tuple(promise for promise, _ in kept), log=tuple(ticks))


def _promises(circle: Circle, draws: Draws, today: date) -> Iterator[Promise]:
    """Yield what was said by whoever was there for the child on some days of the last weeks."""
    day = today - timedelta(days=figures.PROMISES_BACK_DAYS - draws.whole(0, figures.PROMISE_EVERY_DAYS[1]))
    while day < today:
        contact = circle.contact(day)
        made_at = _at(day, draws)
        what, picture = draws.one_of(figures.PROMISED)
        is_dated = not draws.chance(figures.UNDATED_SHARE.value)
        days = draws.whole(*figures.PROMISED_WITHIN_DAYS)
        if contact is not None and not contact.is_away:
            yield Promise(
                id=PromiseId(f"promise-{circle.case.number:06d}-{day:%Y%m%d}"),
                child_id=circle.case.id,
                worker_id=contact.worker_id,
                what=what,
                made_at=made_at,
                due_on=day + timedelta(days=days) if is_dated else None,
                picture=picture,
            )
        day += timedelta(days=draws.whole(*figures.PROMISE_EVERY_DAYS))


def _tick(promise: Promise, draws: Draws) -> Tick | None:
    """Return when it was ticked, in time or late; ``None`` for what is never done."""
    said_on = promise.made_at.astimezone(LONDON).date()
    days = ((promise.due_on or said_on) - said_on).days
    after = draws.whole(1, max(1, days)) if draws.chance(figures.KEPT_IN_TIME_SHARE.value) else days + draws.whole(1, 9)
    at, by = _at(said_on + timedelta(days=after), draws), draws.weighted(figures.TICKED_BY)
    if draws.chance(figures.NEVER_DONE_SHARE.value):
        return None
    return Tick(promise_id=promise.id, at=at, by=by, is_done=True)


def _at(day: date, draws: Draws) -> datetime:
    """Return a minute of the afternoon or evening, in London."""
    return datetime.combine(day, time(draws.whole(13, 18), draws.whole(0, 59)), tzinfo=LONDON).astimezone(UTC)
