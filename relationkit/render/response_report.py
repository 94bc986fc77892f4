"""A report of replies as one page: what to see at a glance, and the same figures as tables beneath.

Drawings are stretched to the width of the page, and their words stand beside them as text, so that they can be read at
320 pixels as well. Shape tells apart what colour does.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from relationkit.records import LONDON
from relationkit.render.html import render_page
from relationkit.sla import ClockState, LongestWait, ReplyFigures, ReportGroup, ResponseReport

__all__ = ["render_response_report"]

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)

#: How far apart the times under the curve may be: the first that gives at most six is taken.
_STEPS: Final = tuple(hours * _HOUR for hours in (1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 672, 1344, 2688))

#: The times in the table of the curve, as far as the drawing goes.
_TOLD: Final = tuple(hours * _HOUR for hours in (1, 6, 12, 24, 48, 72, 120, 168, 336, 672, 1344, 2688))

#: The drawing of the curve, in units of its own; stretched to the page.
_WIDTH: Final = 1000
_HEIGHT: Final = 400
_SAMPLES: Final = 250

#: Shapes of dots, in the order in which they are drawn.
_DOTS: Final = ("in-time", "late", "none")

_STATES: Final = {
    ClockState.OVERDUE: "no answer, overdue",
    ClockState.DUE_SOON: "no answer, due soon",
    ClockState.WAITING: "no answer, not yet due",
    ClockState.ANSWERED_LATE: "answered late",
    ClockState.ANSWERED_IN_TIME: "answered in time",
}


@dataclass(frozen=True, slots=True)
class _Dots:
    """One dot a wait, or a hundred dots for all where there are more."""

    shapes: tuple[str, ...]
    is_each: bool


@dataclass(frozen=True, slots=True)
class _Tick:
    """A time under the curve: how far along in per cent, and its words."""

    left: float
    words: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """A point on the curve, in per cent of the drawing from the left and from below."""

    left: float
    bottom: float
    words: str


@dataclass(frozen=True, slots=True)
class _Curve:
    """The drawing of the curve, and its figures as rows of a table."""

    rows: tuple[tuple[str, str], ...]
    line: str
    area: str
    ticks: tuple[_Tick, ...]
    marks: tuple[_Mark, ...]
    promise: _Mark | None
    words: str


@dataclass(frozen=True, slots=True)
class _Bar:
    """One group's share: all in per cent; ``None`` where it is withheld or there is none."""

    name: str
    share: float | None
    low: float
    high: float
    words: str


def render_response_report(
    report: ResponseReport,
    *,
    title: str = "Were children answered in time?",
    about: str = "",
    group_label: str = "Group",
    promise: timedelta | None = None,
) -> str:
    """Return the report as one HTML page that asks for nothing from elsewhere; all text is escaped.

    Args:
        report: As :func:`~relationkit.sla.response_report` returns it. Its longest waits are listed by their ids; a
            page that leaves the team is made of a report with ``longest=0``.
        title: The page's heading.
        about: One sentence below it, such as which council and period.
        group_label: What a group is, such as ``"Team"``.
        promise: An elapsed time to mark in the curve, where one was promised to all.

    Raises:
        MissingExtraError: The extra ``html`` is not installed.
    """
    figures = report.everyone
    has_waits = figures is not None and figures.clocks > 0
    facts = {
        "lang": "en",
        "title": title,
        "about": about,
        "report": report,
        "figures": figures,
        "moment": _moment(report.now),
        "dots": _dots(figures) if figures is not None and figures.judged else None,
        "curve": _curve(figures, promise) if figures is not None and figures.curve.waits else None,
        "has_waits": has_waits,
        "headline": _headline(figures),
        "cards": _cards(figures) if figures is not None else (),
        "bars": [_bar(group) for group in report.groups],
        "group_label": group_label,
        "rows": [_row("Everyone", figures), *(_row(group.name, group.figures) for group in report.groups)],
        "has_withheld": any(group.figures is None for group in report.groups),
        "longest": [_longest(wait) for wait in report.longest],
        "percent": _confidence(figures),
    }
    return render_page("response_report.html", facts)


# Words ---------------------------------------------------------------------------------------------------------------


def _percent(share: float) -> str:
    """Return whole per cent; what is not quite all or nothing is never rounded to it."""
    whole = round(100 * share)
    return "under 1%" if share > 0 and whole == 0 else "over 99%" if share < 1 and whole == 100 else f"{whole}%"


def _confidence(figures: ReplyFigures | None) -> str:
    return f"{100 * (0.95 if figures is None else figures.confidence):g}%"


def _amount(wait: timedelta) -> str:
    """Return a length of time in words, to the hour from a day on, to the minute below."""
    unit = _HOUR if wait >= _DAY else _MINUTE
    rounded = (wait + unit / 2) // unit * unit
    parts = ((rounded // _DAY, "day"), (rounded % _DAY // _HOUR, "hour"), (rounded % _HOUR // _MINUTE, "minute"))
    words = [f"{number} {name}{'' if number == 1 else 's'}" for number, name in parts if number]
    return " ".join(words) or "under a minute"


def _short(wait: timedelta | None) -> str:
    """Return a length of time as it stands in a table."""
    if wait is None:
        return "not yet"
    return re.sub(r"(d|h|min)[a-z]+", r"\1", _amount(wait)) if wait >= _MINUTE else "under 1 min"


def _moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _headline(figures: ReplyFigures | None) -> str:
    if figures is None or figures.share_in_time is None:
        return ""
    return (
        f"Of {figures.judged:,} messages that had an answer or should have one by now, "
        f"{figures.answered_in_time:,} had it in time, {figures.answered_late:,} had it late "
        f"and {figures.overdue:,} have none."
    )


def _cards(figures: ReplyFigures) -> Iterable[tuple[str, str, str]]:
    if figures.share_in_time is not None and figures.interval is not None:
        low, high = figures.interval
        note = f"{_confidence(figures)} interval: {_percent(low)} to {_percent(high)}"
        yield _percent(figures.share_in_time), "answered in time", note
    else:
        yield "–", "answered in time", "could not be judged: nothing was due yet"
    for who, wait in (("half", figures.median_wait), ("nine in ten", figures.ninetieth_wait)):
        note = "those still waiting are counted" if wait is not None else "cannot be told yet: too many still wait"
        yield "–" if wait is None else _amount(wait), f"until {who} had an answer", note
    yield f"{figures.not_yet_due:,}", "still waiting, not yet due", "beside the share, not in it"


def _row(name: str, figures: ReplyFigures | None) -> tuple[str, ...]:
    if figures is None:
        return (name, *["c"] * 8)
    counts = (figures.answered_in_time, figures.answered_late, figures.overdue, figures.not_yet_due)
    share, interval = "–", "–"
    if figures.share_in_time is not None and figures.interval is not None:
        low, high = figures.interval
        share, interval = _percent(figures.share_in_time), f"{_percent(low)} to {_percent(high)}"
    waits = (_short(wait) if figures.clocks else "–" for wait in (figures.median_wait, figures.ninetieth_wait))
    return name, *(f"{count:,}" for count in counts), share, interval, *waits


def _longest(wait: LongestWait) -> tuple[str, ...]:
    times = (_moment(wait.started_at), _moment(wait.due_at))
    return wait.clock_id, *times, _short(wait.waited), _STATES[wait.state]


# Drawings ------------------------------------------------------------------------------------------------------------


def _dots(figures: ReplyFigures) -> _Dots:
    counts = (figures.answered_in_time, figures.answered_late, figures.overdue)
    is_each = figures.judged <= 100
    shown = counts if is_each else _hundredths(counts)
    return _Dots(tuple(shape for shape, count in zip(_DOTS, shown, strict=True) for _ in range(count)), is_each)


def _hundredths(counts: Sequence[int]) -> list[int]:
    """Return whole hundredths that add up to a hundred: the largest remainders are rounded up."""
    total = sum(counts)
    whole = [100 * count // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda place: (-(100 * counts[place] % total), place))
    for place in by_remainder[: 100 - sum(whole)]:
        whole[place] += 1
    return whole


def _curve(figures: ReplyFigures, promise: timedelta | None) -> _Curve:
    span, step = _span(figures, promise)
    samples = [(span * n / _SAMPLES, n * _WIDTH / _SAMPLES) for n in range(_SAMPLES + 1)]
    heights = [(x, _HEIGHT * (1 - figures.curve.answered_by(wait))) for wait, x in samples]
    steps = " ".join(f"H{x:g}V{y:.1f}" for x, y in heights)
    line = f"M0 {_HEIGHT}{steps}"
    return _Curve(
        rows=tuple((_amount(time), _percent(figures.curve.answered_by(time))) for time in _TOLD if time <= span),
        line=line,
        area=f"{line}V{_HEIGHT}Z",
        ticks=tuple(_tick(n * step, span) for n in range(1, span // step + 1)),
        marks=tuple(
            _Mark(100 * (wait / span), 100 * figures.curve.answered_by(wait), f"{who} by {_amount(wait)}")
            for who, wait in (("half", figures.median_wait), ("nine in ten", figures.ninetieth_wait))
            if wait is not None
        ),
        promise=None if promise is None else _Mark(100 * (promise / span), 0, f"promised: {_amount(promise)}"),
        words=_curve_words(figures),
    )


def _span(figures: ReplyFigures, promise: timedelta | None) -> tuple[timedelta, timedelta]:
    """Return how long the axis is and how far apart its times are: past nine in ten, without the last long tail."""
    longest = figures.curve.waits[-1]
    ninetieth = figures.ninetieth_wait
    wanted = max(longest if ninetieth is None else min(longest, ninetieth * 1.4), (promise or _HOUR) * 1.15, _HOUR)
    step = next((step for step in _STEPS if wanted / step <= 6), _STEPS[-1])
    return step * ceil(wanted / step), step


def _tick(wait: timedelta, span: timedelta) -> _Tick:
    if wait % timedelta(weeks=1) == timedelta() and span > timedelta(weeks=4):
        words = f"{wait // timedelta(weeks=1)} wk"
    else:
        words = f"{wait // _DAY} d" if wait % _DAY == timedelta() else f"{wait // _HOUR} h"
    return _Tick(100 * (wait / span), words)


def _curve_words(figures: ReplyFigures) -> str:
    parts = [("Half", figures.median_wait), ("Nine in ten", figures.ninetieth_wait)]
    told = [f"{who} had an answer within {_amount(wait)}." for who, wait in parts if wait is not None]
    untold = [f"{who} have not had an answer yet, so that wait cannot be told." for who, wait in parts if wait is None]
    return " ".join(["A curve that rises with every answer.", *told, *untold, "The table below has the same figures."])


def _bar(group: ReportGroup) -> _Bar:
    figures = group.figures
    if figures is None:
        return _Bar(group.name, None, 0, 0, "withheld")
    if figures.share_in_time is None or figures.interval is None:
        return _Bar(group.name, None, 0, 0, "nothing due yet")
    low, high = figures.interval
    words = f"{_percent(figures.share_in_time)} of {figures.judged:,}"
    return _Bar(group.name, 100 * figures.share_in_time, 100 * low, 100 * high, words)
