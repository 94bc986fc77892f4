"""Escalations: who is told what about a clock, when, and never twice. Everybody here is made up."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from relationkit.errors import InvalidCalendarError, NaiveMomentError
from relationkit.records import Absence, Assignment, Message, Worker
from relationkit.sla import (
    DEFAULT_POLICIES,
    LATE_AFTER,
    Escalation,
    EscalationStep,
    PolicyBook,
    QuietHours,
    ResponsePolicy,
    WorkingCalendar,
    due_escalations,
    track_responses,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
START = datetime(2025, 1, 6, 12, tzinfo=UTC)
REMINDER, DUE = START + 48 * HOUR, START + 72 * HOUR
WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = WorkingCalendar({weekday: [("09:00", "17:00")] for weekday in WEEK})
NIGHTS = QuietHours.daily("20:00", "08:00")


def from_child(at: datetime = START, message_id: str = "m1", **fields: object) -> Message:
    return Message(
        **{"id": message_id, "child_id": "c1", "at": at, "direction": "from_child", "channel": "text"}
        | {"worker_id": "w1"}
        | fields
    )


def to_child(at: datetime, message_id: str = "r1", **fields: object) -> Message:
    return from_child(at, message_id, **{"direction": "to_child"} | fields)


def a_worker(worker_id: str = "w1", manager_id: str | None = "m1") -> Worker:
    return Worker(id=worker_id, name="Made Up", role="social_worker", manager_id=manager_id)


def step(name: str, hours: float, to: str = "manager") -> EscalationStep:
    return EscalationStep(name=name, offset=hours * HOUR, to=to)


def a_book(*steps: EscalationStep, **fields: object) -> PolicyBook:
    policy = {"name": "ours", "in_force_from": date(2020, 1, 1), "escalations": steps} | fields
    return PolicyBook([ResponsePolicy(**policy)])


def told(
    now: datetime,
    *messages: Message,
    book: PolicyBook = DEFAULT_POLICIES,
    facts: dict[str, Iterable[object]] | None = None,
    **options: object,
) -> list[Escalation]:
    clocks = track_responses(messages or [from_child()], book, now=now, **(facts or {}))
    return due_escalations(clocks, book, now=now, **options)


def names(escalations: Iterable[Escalation]) -> list[tuple[str, str, str | None]]:
    return [(one.step, one.to, one.recipient_id) for one in escalations]


# When a step fires ---------------------------------------------------------------------------------------------------


def test_a_step_fires_from_its_moment_on_and_not_a_tick_before() -> None:
    assert told(REMINDER - TICK) == []
    assert names(told(REMINDER)) == [("reminder", "worker", "w1")]
    assert names(told(DUE - TICK)) == [("reminder", "worker", "w1")]
    assert names(told(DUE)) == [("reminder", "worker", "w1"), ("overdue", "manager", None)]


def test_an_escalation_says_all_that_a_message_needs_and_nothing_the_child_wrote() -> None:
    (reminder,) = told(REMINDER)

    assert reminder == Escalation(
        id="72 hours/1900-01-01/c1%2Fm1/reminder/person/w1",
        clock_id="c1/m1",
        child_id="c1",
        policy="72 hours",
        in_force_from=date(1900, 1, 1),
        step="reminder",
        to="worker",
        recipient_id="w1",
        due_at=REMINDER,
        send_from_at=REMINDER,
        is_late=False,
        started_at=START,
        clock_due_at=DUE,
    )


def test_positive_offsets_fire_after_the_due_time() -> None:
    book = a_book(step("head of service", 24))

    assert told(DUE + 24 * HOUR - TICK, book=book) == []
    assert names(told(DUE + 24 * HOUR, book=book)) == [("head of service", "manager", None)]


def test_fault_20_steps_on_both_sides_of_the_due_time_are_counted_on_the_policys_own_clock() -> None:
    book = a_book(step("before", -4), step("after", 2, "duty"), target=8 * HOUR, calendar=OFFICE)
    before = datetime(2025, 1, 6, 16, tzinfo=UTC)  # due on Tuesday at 12:00, so four open hours before is Monday 16:00
    after = datetime(2025, 1, 7, 14, tzinfo=UTC)

    assert told(before - TICK, book=book) == []
    assert names(told(before, book=book)) == [("before", "manager", None)]
    assert names(told(after - TICK, book=book)) == [("before", "manager", None)]
    assert names(told(after, book=book)) == [("before", "manager", None), ("after", "duty", None)]


def test_fault_20_a_reminder_counted_across_a_weekend_falls_on_the_friday() -> None:
    book = a_book(step("before", -4), target=8 * HOUR, calendar=OFFICE)
    friday = from_child(datetime(2025, 1, 10, 11, tzinfo=UTC))  # due on Monday at 11:00

    assert told(datetime(2025, 1, 10, 15, tzinfo=UTC) - TICK, friday, book=book) == []
    assert len(told(datetime(2025, 1, 10, 15, tzinfo=UTC), friday, book=book)) == 1


def test_a_step_that_falls_into_closed_time_is_found_all_through_it() -> None:
    book = a_book(step("before", -1), target=8 * HOUR, calendar=OFFICE)
    monday = from_child(datetime(2025, 1, 6, 10, tzinfo=UTC))  # due Tuesday 10:00; the hour before starts at 09:00
    opening = datetime(2025, 1, 7, 9, tzinfo=UTC)

    assert told(opening - TICK, monday, book=book) == []
    assert len(told(opening, monday, book=book)) == 1


def test_a_reminder_longer_than_the_target_comes_with_the_message_and_not_before_it() -> None:
    book = a_book(step("reminder", -24, "worker"), target=8 * HOUR)

    assert told(START - TICK, book=book) == []
    (reminder,) = told(START, book=book)
    assert reminder.due_at == START


def test_steps_across_a_clock_change_are_counted_in_real_hours() -> None:
    friday = from_child(datetime(2025, 3, 28, 12, tzinfo=UTC))
    due = datetime(2025, 3, 31, 12, tzinfo=UTC)  # 13:00 in London: the night between Saturday and Sunday was shorter

    assert names(told(due - TICK, friday)) == [("reminder", "worker", "w1")]
    assert len(told(due, friday)) == 2


def test_a_working_step_across_the_clock_change_keeps_office_hours() -> None:
    book = a_book(step("before", -8), target=16 * HOUR, calendar=OFFICE)
    friday = from_child(datetime(2025, 3, 28, 9, tzinfo=UTC))  # 09:00 GMT; due on Monday at 17:00 BST
    opening = datetime(2025, 3, 31, 8, tzinfo=UTC)

    assert told(opening - TICK, friday, book=book) == []
    (before,) = told(opening, friday, book=book)
    assert (before.due_at, before.clock_due_at) == (opening, opening + 8 * HOUR)


@pytest.mark.parametrize("year", [1996, 2025, 2026, 2060, 2150])
def test_fault_2_no_table_of_hours_ends_however_far_away_the_message_is(year: int) -> None:
    book = a_book(step("overdue", 0), target=8 * HOUR, calendar=OFFICE, in_force_from=date(1990, 1, 1))
    before_the_change = from_child(datetime(year, 3, 20, 12, tzinfo=UTC))
    (overdue,) = told(datetime(year, 4, 20, 12, tzinfo=UTC), before_the_change, book=book)

    assert OFFICE.between(before_the_change.at, overdue.due_at) == 8 * HOUR
    (overdue,) = told(
        datetime(year, 4, 20, 12, tzinfo=UTC), from_child(datetime(year, 4, 10, 12, tzinfo=UTC)), book=book
    )
    assert OFFICE.between(datetime(year, 4, 10, 12, tzinfo=UTC), overdue.due_at) == 8 * HOUR


def test_fault_7_a_clock_has_one_due_time_whatever_joins_it() -> None:
    joined = [from_child(), from_child(START + 2 * DAY, "m2", channel="call"), to_child(START + DAY, kind="attempt")]
    found = told(DUE + 9 * DAY, *joined, book=a_book(step("due", 0), step("after", 1, "duty")))

    assert {one.clock_due_at for one in found} == {DUE}


def test_fault_8_the_clock_starts_with_the_message_and_not_when_a_policy_was_applied() -> None:
    (overdue,) = told(DUE + 9 * DAY, book=a_book(step("overdue", 0), in_force_from=START.date()))

    assert (overdue.started_at, overdue.due_at) == (START, DUE)


def test_no_steps_tell_nobody() -> None:
    assert told(DUE + 30 * DAY, book=a_book()) == []


def test_no_clocks_tell_nobody_and_a_moment_without_a_zone_is_refused() -> None:
    assert due_escalations([], DEFAULT_POLICIES, now=DUE) == []
    with pytest.raises(NaiveMomentError, match="now"):
        due_escalations([], DEFAULT_POLICIES, now=datetime(2025, 1, 1))


def test_any_zone_may_ask() -> None:
    assert told(DUE.astimezone(ZoneInfo("Asia/Tokyo"))) == told(DUE)


# Answers -------------------------------------------------------------------------------------------------------------


def test_fault_9_a_clock_answered_before_a_step_fires_nothing_then_or_later() -> None:
    answered = [from_child(), to_child(REMINDER - TICK)]

    assert told(REMINDER, *answered) == []
    assert told(DUE + DAY, *answered) == []


def test_a_clock_answered_after_the_step_but_before_it_was_sent_fires_nothing() -> None:
    messages = [from_child(), to_child(DUE + HOUR)]

    assert len(told(DUE + HOUR - TICK, *messages)) == 2
    assert told(DUE + HOUR, *messages) == []


def test_an_answer_at_the_due_time_is_in_time_so_nobody_is_told_of_it() -> None:
    assert "overdue" not in [one.step for one in told(DUE, from_child(), to_child(DUE))]


def test_a_clock_looked_at_later_still_fires_as_of_an_earlier_moment() -> None:
    clocks = track_responses([from_child(), to_child(DUE + HOUR)], now=DUE + DAY)

    assert names(due_escalations(clocks, DEFAULT_POLICIES, now=DUE)) == [
        ("reminder", "worker", "w1"),
        ("overdue", "manager", None),
    ]
    assert due_escalations(clocks, DEFAULT_POLICIES, now=START - TICK) == []


def test_fault_26_a_thanks_marked_as_needing_no_reply_reminds_nobody() -> None:
    thanks = from_child(DUE + 2 * HOUR, "m2", needs_reply=False, no_reply_by="w1", no_reply_why="a thank-you")

    assert told(DUE + 30 * DAY, from_child(), to_child(START + HOUR), thanks) == []


def test_fault_27_a_machines_answer_keeps_nobody_from_being_told() -> None:
    assert len(told(DUE, from_child(), to_child(START + HOUR, kind="automatic"))) == 2


def test_fault_10_a_follow_up_on_another_channel_is_escalated_like_any_other() -> None:
    follow_up = from_child(START + DAY, "m2", channel="email")

    assert told(DUE + DAY - TICK, from_child(), to_child(START + HOUR), follow_up)[0].clock_id == "c1/m2"
    assert len(told(DUE + DAY, from_child(), to_child(START + HOUR), follow_up)) == 2


def test_fault_11_what_counts_as_a_reply_is_the_policys_so_an_attempt_may() -> None:
    book = a_book(step("overdue", 0), stops_on={"message", "attempt"})
    attempt = to_child(START + HOUR, kind="attempt", channel="call")

    assert told(DUE, from_child(), attempt, book=book) == []
    assert len(told(DUE, from_child(), attempt, book=a_book(step("overdue", 0)))) == 1


def test_fault_17_two_waits_are_two_clocks_and_neither_overrules_the_other() -> None:
    visit = from_child(START + HOUR, "m2", thread="visit")

    assert [(one.clock_id, one.due_at) for one in told(DUE + HOUR, from_child(), visit) if one.step == "overdue"] == [
        ("c1/m1", DUE),
        ("c1/m2", DUE + HOUR),
    ]


def test_a_further_message_during_one_wait_is_no_second_miss() -> None:
    """Chatwoot's guard is keyed on the last inbound message, so another message records a second miss."""
    sent = {one.id for one in told(DUE)}

    assert told(DUE + HOUR, from_child(), from_child(DUE + TICK, "m2"), sent=sent) == []


# Ids and exactly once ------------------------------------------------------------------------------------------------


def test_fault_18_a_second_run_sends_nothing_again() -> None:
    first = told(DUE)

    assert len(first) == 2
    for later in (timedelta(0), TICK, DAY, 300 * DAY):
        assert told(DUE + later, sent={one.id for one in first}) == []


def test_fault_32_two_runs_at_one_moment_give_the_same_ids_so_one_key_holds_them() -> None:
    assert [one.id for one in told(DUE)] == [one.id for one in told(DUE)]
    assert [one.id for one in told(DUE)] == [one.id for one in told(DUE + 7 * DAY)]
    quiet = told(DUE + DAY, quiet_hours=NIGHTS)
    assert [one.id for one in quiet] == [one.id for one in told(DUE)]


def test_a_crash_between_marking_and_sending_is_seen_by_the_ids_alone() -> None:
    """iTop runs the action and marks the rung afterwards, so a crash in between repeats it."""
    first, second = told(DUE)

    assert told(DUE + HOUR, sent={first.id}) == [one for one in told(DUE + HOUR) if one.id == second.id]
    assert told(DUE + HOUR, sent={second.id}) == [one for one in told(DUE + HOUR) if one.id == first.id]


def test_ids_differ_by_policy_version_clock_step_and_recipient() -> None:
    at_due = DUE + 30 * DAY
    versions = [a_book(step("late", 0), in_force_from=day) for day in (date(2020, 1, 1), date(2021, 1, 1))]
    found = [told(at_due, book=book) for book in versions]
    found.append(told(at_due, book=a_book(step("late", 0), name="theirs")))
    found.append(told(at_due, book=a_book(step("later", 0))))
    found.append(told(at_due, book=a_book(step("late", 0, "duty"))))
    found.append(told(at_due, from_child(START, "m2"), book=versions[0]))
    found.append(told(at_due, book=versions[0], workers=[a_worker()]))

    ids = [one.id for escalations in found for one in escalations]
    assert len(ids) == len(set(ids)) == len(found)


def test_a_slash_in_a_name_never_makes_two_ids_one() -> None:
    ids = [
        told(DUE, book=a_book(step(name, 0, to)), workers=[])[0].id
        for name, to in (("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c"), ("a", "b%2Fc"))
    ]

    assert len(set(ids)) == 4


def test_order_and_repetition_of_clocks_and_workers_never_matter() -> None:
    messages = [from_child(START + n * HOUR, f"m{n}", thread=f"t{n}") for n in range(4)]
    clocks = track_responses(messages, now=DUE + DAY)
    workers = [a_worker(), a_worker(manager_id="m0"), a_worker(manager_id=None)]
    expected = due_escalations(clocks, DEFAULT_POLICIES, now=DUE + DAY, workers=workers)

    again = due_escalations(clocks[::-1] * 2, DEFAULT_POLICIES, now=DUE + DAY, workers=workers[::-1])
    assert again == expected
    assert [one.due_at for one in expected] == sorted(one.due_at for one in expected)
    assert {one.recipient_id for one in expected if one.to == "manager"} == {"m0"}


def test_sent_is_asked_only_about_clocks_that_have_reached_a_step() -> None:
    class Asked(set[str]):
        def __contains__(self, one: object) -> bool:
            self.add(str(one))
            return False

    asked = Asked()
    told(REMINDER, from_child(), from_child(START + TICK, "m2", thread="other"), sent=asked)

    assert asked
    assert all("c1%2Fm1" in one for one in asked)


# After downtime ------------------------------------------------------------------------------------------------------

LADDER = (step("soon", -24, "worker"), step("now", 0, "worker"), step("told", 0), step("told again", 24))


def test_after_downtime_each_recipient_gets_one_message_for_the_latest_step_marked_late() -> None:
    found = told(DUE + 5 * DAY, book=a_book(*LADDER))

    assert [(one.step, one.to, one.is_late) for one in found] == [
        ("now", "worker", True),
        ("told again", "manager", True),
    ]
    assert [one.supersedes for one in found] == [
        ("ours/2020-01-01/c1%2Fm1/soon/person/w1",),
        ("ours/2020-01-01/c1%2Fm1/told/manager",),
    ]


@pytest.mark.parametrize("is_marked", [True, False])
def test_what_was_superseded_never_fires_whether_or_not_it_is_marked(is_marked: bool) -> None:
    book = a_book(*LADDER)
    found = told(DUE + 5 * DAY, book=book)
    sent = {one.id for one in found} | {each for one in found for each in one.supersedes if is_marked}

    assert told(DUE + 6 * DAY, book=book, sent=sent) == []


def test_a_later_message_does_not_stand_for_steps_that_were_settled_before() -> None:
    book = a_book(step("one", 0), step("two", 1), step("three", 2))
    (two,) = told(DUE + HOUR, book=book)
    (three,) = told(DUE + 2 * HOUR, book=book, sent={two.id})

    assert (two.step, len(two.supersedes)) == ("two", 1)
    assert (three.step, three.supersedes) == ("three", ())


def test_a_runner_whose_clock_is_behind_sends_no_earlier_step_after_a_later_one() -> None:
    book = a_book(step("one", 0), step("two", 1))
    (two,) = told(DUE + HOUR, book=book)

    assert told(DUE + HOUR - TICK, book=book, sent={two.id}) == []


def test_late_is_strictly_after_a_quarter_of_an_hour() -> None:
    assert [one.is_late for one in told(REMINDER + LATE_AFTER)] == [False]
    assert [one.is_late for one in told(REMINDER + LATE_AFTER + TICK)] == [True]


def test_two_steps_of_one_moment_to_one_recipient_are_one_message() -> None:
    (one,) = told(DUE, book=a_book(step("b", 0), step("a", 0)))

    assert (one.step, len(one.supersedes)) == ("b", 1)


def test_somebody_in_two_roles_gets_one_message() -> None:
    book = a_book(step("soon", -24, "worker"), step("overdue", 0))
    away = {"absences": [Absence(worker_id="w1", starts_at=START, cover_id="m1")]}

    (one,) = told(DUE, book=book, facts=away, workers=[a_worker()])
    assert (one.step, one.to, one.recipient_id) == ("overdue", "manager", "m1")
    assert one.supersedes == ("ours/2020-01-01/c1%2Fm1/soon/person/m1",)


# Quiet hours ---------------------------------------------------------------------------------------------------------


def test_fault_16_what_falls_due_at_night_is_sent_in_the_morning_and_the_clock_does_not_wait() -> None:
    evening = from_child(datetime(2025, 1, 6, 22, tzinfo=UTC))
    morning = datetime(2025, 1, 9, 8, tzinfo=UTC)

    reminder = told(datetime(2025, 1, 9, 8, tzinfo=UTC) - TICK, evening, quiet_hours=NIGHTS)
    assert reminder == []
    (reminder,) = told(morning, evening, quiet_hours=NIGHTS)
    assert (reminder.due_at, reminder.send_from_at, reminder.is_late) == (
        datetime(2025, 1, 8, 22, tzinfo=UTC),
        morning,
        False,
    )
    assert reminder.clock_due_at == evening.at + 72 * HOUR


def test_quiet_hours_begin_at_their_first_moment_and_end_at_their_last() -> None:
    evening = datetime(2025, 1, 6, 20, tzinfo=UTC)

    assert not NIGHTS.is_quiet(evening - TICK)
    assert NIGHTS.is_quiet(evening)
    assert NIGHTS.is_quiet(evening + 12 * HOUR - TICK)
    assert not NIGHTS.is_quiet(evening + 12 * HOUR)


def test_late_is_counted_from_the_end_of_the_quiet_hours() -> None:
    evening = from_child(datetime(2025, 1, 6, 22, tzinfo=UTC))
    morning = datetime(2025, 1, 9, 8, tzinfo=UTC)

    assert [one.is_late for one in told(morning + LATE_AFTER, evening, quiet_hours=NIGHTS)] == [False]
    assert [one.is_late for one in told(morning + LATE_AFTER + TICK, evening, quiet_hours=NIGHTS)] == [True]


def test_fault_16_an_answer_during_the_quiet_hours_means_that_nothing_is_sent() -> None:
    evening = from_child(datetime(2025, 1, 6, 22, tzinfo=UTC))
    answer = to_child(datetime(2025, 1, 9, 7, tzinfo=UTC))

    assert told(datetime(2025, 1, 9, 8, tzinfo=UTC), evening, answer, quiet_hours=NIGHTS) == []


def test_fault_16_a_calendar_of_sending_hours_keeps_weekends_quiet() -> None:
    friday = from_child(datetime(2025, 1, 9, 12, tzinfo=UTC))  # the reminder falls due on Saturday
    office = QuietHours(OFFICE)

    assert told(datetime(2025, 1, 11, 12, tzinfo=UTC), friday, quiet_hours=office) == []
    (reminder, _) = told(datetime(2025, 1, 13, 9, tzinfo=UTC), friday, quiet_hours=office)
    assert reminder.send_from_at == datetime(2025, 1, 13, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "ends_at"),
    [
        (datetime(2025, 3, 29, 22, tzinfo=UTC), datetime(2025, 3, 30, 7, tzinfo=UTC)),  # the short night
        (datetime(2025, 10, 25, 22, tzinfo=UTC), datetime(2025, 10, 26, 8, tzinfo=UTC)),  # the long one
        (datetime(2025, 7, 1, 20, tzinfo=UTC), datetime(2025, 7, 2, 7, tzinfo=UTC)),
    ],
)
def test_quiet_hours_follow_the_wall_clock_through_clock_changes(quiet: datetime, ends_at: datetime) -> None:
    assert NIGHTS.is_quiet(quiet)
    assert NIGHTS.send_from(quiet) == ends_at
    assert NIGHTS.send_from(ends_at) == ends_at


def test_quiet_hours_may_lie_within_one_day_or_touch_midnight() -> None:
    noon = datetime(2025, 1, 6, 12, tzinfo=UTC)

    assert QuietHours.daily("12:00", "13:00").send_from(noon) == noon + HOUR
    assert QuietHours.daily("22:00", "24:00") == QuietHours.daily("22:00", "00:00")
    assert QuietHours.daily("00:00", "06:00").send_from(noon + 12 * HOUR) == noon + 18 * HOUR


@pytest.mark.parametrize(("starts", "ends"), [("20:00", "20:00"), ("00:00", "24:00"), ("24:00", "00:00")])
def test_quiet_hours_that_never_start_or_never_end_are_refused(starts: str, ends: str) -> None:
    with pytest.raises(InvalidCalendarError) as refusal:
        QuietHours.daily(starts, ends)

    assert str(refusal.value) == (
        f"quiet hours from {starts} to {ends} never start or never end. "
        'Give two times, such as "20:00" and "08:00", or none for no quiet hours.'
    )


def test_quiet_hours_from_what_is_no_time_are_refused() -> None:
    with pytest.raises(InvalidCalendarError, match="not a time of day"):
        QuietHours.daily("8", "9")


# Policies ------------------------------------------------------------------------------------------------------------


def test_fault_13_a_policy_that_is_no_longer_in_the_book_fires_nothing() -> None:
    clocks = track_responses([from_child()], a_book(step("overdue", 0)), now=DUE)

    assert len(due_escalations(clocks, a_book(step("overdue", 0)), now=DUE)) == 1
    assert due_escalations(clocks, a_book(step("overdue", 0), name="another"), now=DUE) == []
    assert due_escalations(clocks, a_book(step("overdue", 0), in_force_from=date(2020, 1, 2)), now=DUE) == []
    assert due_escalations(clocks, a_book(), now=DUE) == []


def test_a_version_that_was_rewritten_counts_its_steps_as_the_book_has_them_now() -> None:
    monday = from_child(datetime(2025, 1, 6, 9, tzinfo=UTC))
    clocks = track_responses([monday], a_book(target=24 * HOUR), now=monday.at)  # due on Tuesday at opening
    book = a_book(step("before", -1), calendar=OFFICE)
    an_hour_before = datetime(2025, 1, 6, 16, tzinfo=UTC)

    assert due_escalations(clocks, book, now=an_hour_before - TICK) == []
    assert [one.due_at for one in due_escalations(clocks, book, now=an_hour_before)] == [an_hour_before]
    assert len(due_escalations(clocks, book, now=an_hour_before + 5 * HOUR)) == 1


def test_fault_12_and_14_another_book_is_another_answer_at_once() -> None:
    """Nothing is kept between two calls that a change of policy or calendar would have to reach."""
    sooner = a_book(step("overdue", 0), target=HOUR)

    assert told(START + HOUR, book=a_book(step("overdue", 0))) == []
    assert len(told(START + HOUR, book=sooner)) == 1
    closed = WorkingCalendar(OFFICE.hours, holidays={date(2025, 1, 7)})
    tuesday = datetime(2025, 1, 7, 12, tzinfo=UTC)
    assert len(told(tuesday, book=a_book(step("overdue", 0), target=8 * HOUR, calendar=OFFICE))) == 1
    assert told(tuesday, book=a_book(step("overdue", 0), target=8 * HOUR, calendar=closed)) == []


def test_a_clock_keeps_the_steps_of_the_version_under_which_it_started() -> None:
    old = ResponsePolicy(name="ours", in_force_from=date(2020, 1, 1), escalations=(step("old", 0),))
    new = ResponsePolicy(name="ours", in_force_from=date(2025, 1, 7), escalations=(step("new", 0),))
    book = PolicyBook([old, new])

    found = told(DUE + 2 * DAY, from_child(), from_child(START + DAY, "m2", thread="other"), book=book)
    assert [(one.clock_id, one.step, one.in_force_from) for one in found] == [
        ("c1/m1", "old", date(2020, 1, 1)),
        ("c1/m2", "new", date(2025, 1, 7)),
    ]


def test_two_policies_of_one_name_and_day_for_different_channels_keep_their_own_steps() -> None:
    text = ResponsePolicy(
        name="ours", in_force_from=date(2020, 1, 1), channels={"text"}, escalations=(step("text", 0),)
    )
    rest = ResponsePolicy(
        name="ours",
        in_force_from=date(2020, 1, 1),
        channels={"call", "email", "app", "letter", "in_person"},
        escalations=(step("rest", 0),),
    )

    found = told(DUE, from_child(), from_child(START, "m2", channel="app", thread="t"), book=PolicyBook([text, rest]))
    assert {one.clock_id: one.step for one in found} == {"c1/m1": "text", "c1/m2": "rest"}


# Recipients ----------------------------------------------------------------------------------------------------------


def test_the_manager_is_that_of_the_worker_who_holds_the_role() -> None:
    workers = [a_worker(), a_worker("w9", "m9")]
    away = {"absences": [Absence(worker_id="w1", starts_at=START, cover_id="w9")]}
    book = a_book(step("overdue", 0))

    assert names(told(DUE, book=book, workers=workers)) == [("overdue", "manager", "m1")]
    assert names(told(DUE, book=book, workers=workers, facts=away)) == [("overdue", "manager", "m1")]


@pytest.mark.parametrize("workers", [[], [a_worker(manager_id=None)], [a_worker(manager_id="w1")], [a_worker("w2")]])
def test_a_manager_not_known_is_still_told_by_role(workers: list[Worker]) -> None:
    assert names(told(DUE, book=a_book(step("overdue", 0)), workers=workers)) == [("overdue", "manager", None)]


def test_a_role_of_the_councils_own_is_told_by_its_name() -> None:
    assert names(told(DUE, book=a_book(step("overdue", 0, "participation lead")))) == [
        ("overdue", "participation lead", None)
    ]


def test_a_reminder_for_a_worker_who_is_away_goes_to_their_cover_or_to_duty() -> None:
    covered = {"absences": [Absence(worker_id="w1", starts_at=START, cover_id="w9")]}
    alone = {"absences": [Absence(worker_id="w1", starts_at=START)]}

    assert names(told(REMINDER, facts=covered)) == [("reminder", "cover", "w9")]
    assert names(told(REMINDER, facts=alone)) == [("reminder", "duty", None)]
    assert names(told(REMINDER, from_child(worker_id=None))) == [("reminder", "duty", None)]


def test_a_step_to_the_cover_waits_for_somebody_to_stand_in() -> None:
    book = a_book(step("cover", -24, "cover"))
    covered = {"absences": [Absence(worker_id="w1", starts_at=DUE, cover_id="w9")]}
    alone = {"absences": [Absence(worker_id="w1", starts_at=DUE)]}

    assert told(DUE - TICK, book=book, facts=covered) == []
    assert names(told(DUE, book=book, facts=covered)) == [("cover", "cover", "w9")]
    assert names(told(DUE, book=book, facts=alone)) == [("cover", "duty", None)]


def test_a_new_worker_is_another_recipient_and_is_told_once() -> None:
    handover = date(2025, 1, 9)
    facts = {
        "assignments": [
            Assignment(
                id="a1", child_id="c1", worker_id="w1", role="social_worker", started_on="2024-01-01", ended_on=handover
            ),
            Assignment(id="a2", child_id="c1", worker_id="w2", role="social_worker", started_on=handover),
        ]
    }
    (first,) = told(REMINDER, facts=facts)
    at_midnight = datetime(2025, 1, 9, tzinfo=UTC)

    assert told(at_midnight - TICK, facts=facts, sent={first.id}) == []
    (second,) = told(at_midnight, facts=facts, sent={first.id})
    assert (first.recipient_id, second.recipient_id, second.is_late) == ("w1", "w2", True)
    assert told(at_midnight + HOUR, facts=facts, sent={first.id, second.id}) == []


def test_who_was_told_as_cover_is_not_told_again_as_the_new_worker() -> None:
    away = {"absences": [Absence(worker_id="w1", starts_at=START, cover_id="w2")]}
    (as_cover,) = told(REMINDER, facts=away)
    (as_worker,) = told(REMINDER + HOUR, from_child(worker_id="w2"))

    assert (as_cover.to, as_worker.to) == ("cover", "worker")
    assert as_cover.id == as_worker.id
    assert told(REMINDER + HOUR, from_child(worker_id="w2"), sent={as_cover.id}) == []


def test_who_was_told_as_manager_is_not_told_again_as_cover() -> None:
    book = a_book(step("overdue", 0))
    (as_manager,) = told(DUE, book=book, workers=[a_worker()])
    later = a_book(step("overdue", 0, "worker"))
    away = {"absences": [Absence(worker_id="w1", starts_at=START, cover_id="m1")]}
    (as_cover,) = told(DUE, book=later, facts=away)

    assert (as_manager.to, as_cover.to) == ("manager", "cover")
    assert told(DUE, book=later, facts=away, sent={as_manager.id}) == []


def test_two_roles_in_which_nobody_is_known_are_two_recipients() -> None:
    by_role = [told(DUE, book=a_book(step("overdue", 0, to)))[0] for to in ("duty", "manager", "head of service")]

    assert [one.recipient_id for one in by_role] == [None] * 3
    assert len({one.id for one in by_role}) == 3


def test_a_role_named_like_a_worker_is_another_recipient() -> None:
    (person,) = told(DUE, book=a_book(step("overdue", 0, "worker")))
    (role,) = told(DUE, book=a_book(step("overdue", 0, "person/w1")))

    assert (person.recipient_id, role.to) == ("w1", "person/w1")
    assert person.id != role.id


@pytest.mark.parametrize("role", ["worker", "cover", "manager"])
def test_a_step_that_an_earlier_release_marked_with_the_role_stays_marked(role: str) -> None:
    book = a_book(step("soon", -24, "worker"), step("overdue", 0, "worker"))
    former = {name: f"ours/2020-01-01/c1%2Fm1/{name}/{role}/w1" for name in ("soon", "overdue")}

    assert told(REMINDER, book=book, sent={former["soon"]}) == []
    assert told(DUE, book=book, sent=set(former.values())) == []
    (overdue,) = told(DUE, book=book, sent={former["soon"]})
    assert (overdue.step, overdue.supersedes) == ("overdue", ())
    assert len(told(REMINDER, from_child(worker_id="w2"), book=book, sent={former["soon"]})) == 1


def test_the_repr_of_an_escalation_shows_ids_only() -> None:
    (one, _) = told(DUE, from_child(thread="about my mum"), workers=[a_worker()])

    assert "about my mum" not in repr(one)
    assert "Made Up" not in repr(one)
