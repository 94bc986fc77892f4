"""Escalations over weeks of runs and outages, beside an oracle that knows everything. Everybody here is made up.

Runs come at any hour, stop for days, run twice at once, and die after some of their messages. The oracle works with
whole hours and counts them one by one: it shares no code with what it checks.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationkit.records import Absence, Message, Worker
from relationkit.sla import (
    Escalation,
    EscalationStep,
    PolicyBook,
    QuietHours,
    ResponseClock,
    ResponsePolicy,
    ResponseTracker,
    WorkingCalendar,
    due_escalations,
    track_responses,
)

HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")
START = datetime(2025, 3, 24, tzinfo=UTC)  # a Monday; the clock goes forward at the end of the week
HOURS = 14 * 24
OFFICE = WorkingCalendar({weekday: [("09:00", "17:00")] for weekday in ("mon", "tue", "wed", "thu", "fri")})
NIGHTS = QuietHours.daily("20:00", "08:00")
WORKERS = [
    Worker(id="w1", name="Made Up", role="social_worker", manager_id="m1"),
    Worker(id="w2", name="Made Up As Well", role="social_worker"),
]


@dataclass
class World:
    """Everything that happens: all in whole hours from the start."""

    target: int
    is_working: bool
    steps: dict[str, tuple[int, str]]  # name: hours from the due time, and to whom
    messages: list[Message]
    absences: list[Absence]
    is_quiet_at_night: bool
    runs: list[tuple[int, int, int]]  # hour, how many at once, how many messages each sends before it dies
    delivered: list[tuple[int, Escalation]] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)

    @property
    def book(self) -> PolicyBook:
        return PolicyBook(
            [
                ResponsePolicy(
                    name="ours",
                    target=self.target * HOUR,
                    calendar=OFFICE if self.is_working else None,
                    in_force_from=date(2020, 1, 1),
                    escalations=tuple(
                        EscalationStep(name=name, offset=hours * HOUR, to=to)
                        for name, (hours, to) in self.steps.items()
                    ),
                )
            ]
        )

    def go(self) -> None:
        """Run every run: what is sent is marked with a unique key, and a run that dies sends no more."""
        tracker = ResponseTracker(self.book, absences=self.absences)
        waiting = sorted(self.messages, key=lambda message: message.at)
        for hour, at_once, before_it_dies in self.runs:
            now = START + hour * HOUR
            while waiting and waiting[0].at <= now:
                tracker.feed(waiting.pop(0))
            known = frozenset(self.sent)  # what each of those that run at once has read
            for number in range(at_once):
                clocks = tracker.due_clocks(now) if number else self.all_clocks(now)
                self.deliver(hour, clocks, known, before_it_dies)

    def all_clocks(self, now: datetime) -> list[ResponseClock]:
        return track_responses(self.messages, self.book, now=now, absences=self.absences)

    def deliver(self, hour: int, clocks: list[ResponseClock], known: frozenset[str], before_it_dies: int) -> None:
        quiet = NIGHTS if self.is_quiet_at_night else None
        now = START + hour * HOUR
        found = due_escalations(clocks, self.book, now=now, sent=known, quiet_hours=quiet, workers=WORKERS)
        for escalation in found[:before_it_dies]:
            if escalation.id not in self.sent:  # the unique key
                self.sent.add(escalation.id)
                self.delivered.append((hour, escalation))


# The oracle ----------------------------------------------------------------------------------------------------------


@dataclass
class Truth:
    """One wait as it really was."""

    clock_id: str
    starts: int
    ends: int  # the hour of the answer, or past the end
    worker: str | None
    moments: dict[str, int]  # step: the hour from which it may be sent


def the_truth(world: World) -> list[Truth]:
    waits = []
    for thread in sorted({message.thread or "" for message in world.messages}):
        near = [message for message in world.messages if (message.thread or "") == thread]
        hour, waiting = -1, None
        for hour in range(HOURS):
            replies = [m for m in near if hour_of(m) == hour and m.direction == "to_child" and m.kind == "message"]
            if waiting is not None and replies:
                waiting.ends, waiting = hour, None
            asked = [m for m in near if hour_of(m) == hour and m.direction == "from_child" and m.kind != "automatic"]
            if asked and waiting is None:
                first = min(asked, key=lambda message: message.id)
                waiting = Truth(f"c1/{first.id}", hour, HOURS, first.worker_id, moments(world, hour))
                waits.append(waiting)
    return waits


def hour_of(message: Message) -> int:
    return int((message.at - START) / HOUR)


def moments(world: World, starts: int) -> dict[str, int]:
    due = forward(world, starts, world.target)
    found = {}
    for name, (offset, _) in world.steps.items():
        moment = forward(world, due, offset) if offset >= 0 else backward(world, due, -offset)
        found[name] = max(moment, starts)
    return found


def forward(world: World, hour: int, amount: int) -> int:
    while amount:
        amount -= is_counted(world, hour)
        hour += 1
    return hour


def backward(world: World, hour: int, amount: int) -> int:
    while amount:
        hour -= 1
        amount -= is_counted(world, hour)
    return hour


def is_counted(world: World, hour: int) -> bool:
    local = (START + hour * HOUR).astimezone(LONDON)
    return not world.is_working or (local.weekday() < 5 and 9 <= local.hour < 17)


def is_quiet(world: World, hour: int) -> bool:
    local = (START + hour * HOUR).astimezone(LONDON)
    return world.is_quiet_at_night and not 8 <= local.hour < 20


def tells(world: World, wait: Truth, to: str, hour: int) -> tuple[str, str | None] | None:
    """Whom a step tells at an hour."""
    if to == "manager":
        return "manager", "m1" if wait.worker == "w1" else None
    if to == "duty":
        return "duty", None
    if wait.worker is None:
        return "duty", None
    now = START + hour * HOUR
    away = [one for one in world.absences if one.worker_id == wait.worker and one.is_away(now)]
    if not away:
        return ("worker", wait.worker) if to == "worker" else None
    covers = [one for one in sorted(away, key=lambda one: (one.starts_at, one.cover_id or "")) if one.cover_id]
    return ("cover", covers[-1].cover_id) if covers else ("duty", None)


# The promises --------------------------------------------------------------------------------------------------------


def hold_against_the_truth(world: World) -> None:
    waits = {wait.clock_id: wait for wait in the_truth(world)}
    nothing_twice(world)
    for hour, escalation in world.delivered:
        nothing_before_its_time_or_after_the_answer(world, waits[escalation.clock_id], hour, escalation)
    for hour, at_once, before_it_dies in world.runs:
        if before_it_dies >= len(world.messages) * len(world.steps) and at_once and not is_quiet(world, hour):
            for wait in waits.values():
                nothing_lost(world, wait, hour)


def nothing_twice(world: World) -> None:
    ids = [escalation.id for _, escalation in world.delivered]
    assert len(ids) == len(set(ids))
    order = list(world.steps)
    seen: dict[tuple[str, str, str | None], list[tuple[int, int]]] = {}
    for hour, one in world.delivered:
        place = sorted(order, key=lambda name: (world.steps[name][0], name)).index(one.step)
        seen.setdefault((one.clock_id, one.to, one.recipient_id), []).append((hour, place))
    for told in seen.values():
        assert len({hour for hour, _ in told}) == len(told), "one message a run"
        assert [place for _, place in told] == sorted({place for _, place in told}), "never an earlier step again"


def nothing_before_its_time_or_after_the_answer(world: World, wait: Truth, hour: int, escalation: Escalation) -> None:
    moment = wait.moments[escalation.step]
    assert moment <= hour
    assert wait.starts <= hour < wait.ends
    assert not is_quiet(world, hour)
    assert escalation.due_at == START + moment * HOUR
    first_allowed = next(h for h in range(moment, HOURS + 24) if not is_quiet(world, h))
    assert escalation.send_from_at == START + first_allowed * HOUR
    assert escalation.is_late == (hour > first_allowed)
    assert (escalation.to, escalation.recipient_id) == tells(world, wait, world.steps[escalation.step][1], hour)


def nothing_lost(world: World, wait: Truth, hour: int) -> None:
    """After a run that lived, everybody who must know of a step has been told of it or of a later one."""
    if not wait.starts <= hour < wait.ends:
        return
    told = [one for when, one in world.delivered if when <= hour and one.clock_id == wait.clock_id]
    for name, (offset, to) in world.steps.items():
        recipient = tells(world, wait, to, hour)
        if wait.moments[name] > hour or recipient is None:
            continue
        theirs = [one for one in told if same_person((one.to, one.recipient_id), recipient)]
        assert any((world.steps[one.step][0], one.step) >= (offset, name) for one in theirs)


def same_person(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    return one == other if one[1] is None else one[1] == other[1]


@st.composite
def worlds(draw: st.DrawFn, *, messages: int = 8, runs: int = 20) -> World:
    hours = st.integers(0, HOURS - 1)
    return World(
        target=draw(st.sampled_from([4, 8, 24, 72])),
        is_working=draw(st.booleans()),
        steps={
            name: (draw(st.sampled_from([-30, -24, -4, -1, 0, 0, 1, 5, 24])), draw(st.sampled_from(RECIPIENTS)))
            for name in draw(st.sets(st.sampled_from("abcd"), min_size=1))
        },
        messages=[
            Message(
                id=f"m{number}",
                child_id="c1",
                at=START + draw(hours) * HOUR,
                direction=draw(st.sampled_from(["from_child", "from_child", "to_child"])),
                channel=draw(st.sampled_from(["text", "call"])),
                kind=draw(st.sampled_from(["message", "message", "automatic", "attempt"])),
                worker_id="w1" if number % 2 else draw(st.sampled_from(["w2", None])),
                thread=draw(st.sampled_from([None, "t"])),
            )
            for number in range(draw(st.integers(1, messages)))
        ],
        absences=[
            Absence(
                worker_id=draw(st.sampled_from(["w1", "w2"])),
                starts_at=START + (first := draw(hours)) * HOUR,
                ends_at=draw(st.sampled_from([None, START + (first + 40) * HOUR])),
                cover_id=draw(st.sampled_from([None, "w8", "w9"])),
            )
            for _ in range(draw(st.integers(0, 3)))
        ],
        is_quiet_at_night=draw(st.booleans()),
        runs=[
            (hour, draw(st.integers(1, 2)), draw(st.sampled_from([0, 1, 100, 100, 100])))
            for hour in sorted(draw(st.sets(hours, min_size=1, max_size=runs)))
        ],
    )


RECIPIENTS = ["worker", "cover", "duty", "manager"]


@settings(max_examples=80, deadline=None)
@given(world=worlds())
def test_over_any_weeks_nothing_is_lost_and_nothing_is_sent_twice(world: World) -> None:
    world.go()
    hold_against_the_truth(world)


@pytest.mark.long
@settings(max_examples=600, deadline=None)
@given(world=worlds(messages=16, runs=60))
def test_over_many_more_weeks_nothing_is_lost_and_nothing_is_sent_twice(world: World) -> None:
    world.go()
    hold_against_the_truth(world)


def test_the_simulation_does_send_what_it_is_there_to_check() -> None:
    world = World(
        target=24,
        is_working=False,
        steps={"a": (-4, "worker"), "b": (0, "manager"), "c": (24, "manager")},
        messages=[
            Message(id="m1", child_id="c1", at=START, direction="from_child", channel="text", worker_id="w1"),
            Message(id="m2", child_id="c1", at=START + 90 * HOUR, direction="to_child", channel="text"),
        ],
        absences=[],
        is_quiet_at_night=True,
        runs=[(20, 2, 100), (32, 2, 0), (33, 2, 100), (80, 2, 100), (95, 1, 100)],
    )
    world.go()
    hold_against_the_truth(world)

    assert [(hour, one.step, one.is_late) for hour, one in world.delivered] == [
        (33, "a", True),
        (33, "b", True),
        (80, "c", True),
    ]


def test_duty_told_of_a_late_step_in_an_absence_is_not_told_of_an_earlier_one_after_it() -> None:
    world = World(
        target=4,
        is_working=False,
        steps={"a": (-30, "duty"), "d": (-30, "worker")},
        messages=[
            Message(id="m0", child_id="c1", at=START, direction="from_child", channel="text", worker_id="w2"),
        ],
        absences=[Absence(worker_id="w2", starts_at=START, ends_at=START + 40 * HOUR)],
        is_quiet_at_night=False,
        runs=[(0, 1, 1), (40, 1, 1)],
    )

    world.go()

    hold_against_the_truth(world)
    assert [(hour, one.step, one.to) for hour, one in world.delivered] == [(0, "d", "duty"), (40, "d", "worker")]
