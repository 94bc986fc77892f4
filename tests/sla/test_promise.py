"""What a young person is told about their wait: never more precise than true. Everybody here is made up."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import NaiveMomentError
from relationkit.records import LONDON, Absence, Assignment, Message
from relationkit.sla import EscalationStep, PolicyBook, ResponseClock, ResponsePolicy, promise_text, track_responses
from relationkit.sla.promise import _LANGUAGES, _said_at

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
TICK = timedelta(microseconds=1)
MONDAY = datetime(2025, 11, 10, 9, tzinfo=LONDON)
FRIDAY_AT_THREE = datetime(2025, 11, 14, 15, tzinfo=LONDON)


def a_clock(
    due_at: datetime = FRIDAY_AT_THREE, *, answered_at: datetime | None = None, **facts: object
) -> ResponseClock:
    """A clock of 72 hours that is due at that moment."""
    sent_at = due_at.astimezone(UTC) - 72 * HOUR
    message = Message(id="m1", child_id="c1", worker_id="w1", at=sent_at, direction="from_child", channel="text")
    messages = [message]
    if answered_at is not None:
        messages.append(Message(id="r1", child_id="c1", at=answered_at, direction="to_child", channel="text"))
    (clock,) = track_responses(messages, now=due_at + 1000 * HOUR, **facts)
    return clock


def said(due_at: datetime, now: datetime, language: str = "en") -> str:
    """The words between "by" and the full stop."""
    opening, closing = {"en": ("by ", "."), "cy": ("erbyn ", ".")}[language]
    return promise_text(a_clock(due_at), now=now, language=language).partition(opening)[2].partition(closing)[0]


def test_it_says_who_and_by_when() -> None:
    assert promise_text(a_clock(), now=MONDAY, name="Sam") == "You'll hear from Sam or someone covering by Friday 3pm."


def test_it_says_so_in_welsh() -> None:
    text = promise_text(a_clock(), now=MONDAY, name="Sam", language="cy")

    assert text == "Byddi di'n clywed gan Sam neu rywun sy'n cyflenwi erbyn 3pm ddydd Gwener."


@pytest.mark.parametrize(
    ("now", "english", "welsh"),
    [
        (datetime(2025, 11, 14, 0, 0, tzinfo=LONDON), "3pm today", "3pm heddiw"),
        (datetime(2025, 11, 13, 23, 59, tzinfo=LONDON), "3pm tomorrow", "3pm yfory"),
        (datetime(2025, 11, 13, 0, 0, tzinfo=LONDON), "3pm tomorrow", "3pm yfory"),
        (datetime(2025, 11, 12, 23, 59, tzinfo=LONDON), "Friday 3pm", "3pm ddydd Gwener"),
        (datetime(2025, 11, 8, 0, 0, tzinfo=LONDON), "Friday 3pm", "3pm ddydd Gwener"),
        (datetime(2025, 11, 7, 23, 59, tzinfo=LONDON), "3pm on Friday 14 November", "3pm ddydd Gwener 14 Tachwedd"),
        (FRIDAY_AT_THREE + TICK, "3pm today, and you haven't yet", "3pm heddiw, a dwyt ti ddim eto"),
        (
            datetime(2025, 11, 15, 9, tzinfo=LONDON),
            "3pm yesterday, and you haven't yet",
            "3pm ddoe, a dwyt ti ddim eto",
        ),
        (
            datetime(2025, 11, 16, 0, tzinfo=LONDON),
            "3pm on Friday 14 November, and you haven't yet",
            "3pm ddydd Gwener 14 Tachwedd, a dwyt ti ddim eto",
        ),
    ],
)
def test_days_are_named_as_people_name_them(now: datetime, english: str, welsh: str) -> None:
    assert (said(FRIDAY_AT_THREE, now), said(FRIDAY_AT_THREE, now, "cy")) == (english, welsh)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("15:00:00", "3pm"),
        ("15:00:01", "3:15pm"),
        ("15:14:59", "3:15pm"),
        ("15:15:00", "3:15pm"),
        ("15:46:00", "4pm"),
        ("09:30:00", "9:30am"),
        ("11:50:00", "12 noon"),
        ("12:00:00", "12 noon"),
        ("12:05:00", "12:15pm"),
        ("00:10:00", "12:15am"),
        ("00:45:01", "1am"),
    ],
)
def test_the_time_is_the_first_quarter_that_is_not_before_the_due_time(time: str, words: str) -> None:
    due_at = datetime.fromisoformat(f"2025-11-14T{time}").replace(tzinfo=LONDON)

    assert said(due_at, MONDAY) == f"Friday {words}"


@pytest.mark.parametrize(
    "due_at", [datetime(2025, 11, 14, 23, 45, 1, tzinfo=LONDON), datetime(2025, 11, 15, tzinfo=LONDON)]
)
def test_midnight_is_the_end_of_the_day_before(due_at: datetime) -> None:
    assert said(due_at, MONDAY) == "the end of Friday"
    assert said(due_at, MONDAY, "cy") == "diwedd dydd Gwener"
    assert said(due_at, datetime(2025, 11, 14, 9, tzinfo=LONDON)) == "the end of today"
    assert said(due_at, datetime(2025, 11, 13, 9, tzinfo=LONDON)) == "the end of tomorrow"
    assert said(due_at, datetime(2025, 11, 1, 9, tzinfo=LONDON)) == "the end of Friday 14 November"
    assert said(due_at, datetime(2025, 11, 15, 9, tzinfo=LONDON)).startswith("the end of yesterday")


def test_the_time_is_that_of_the_clock_in_london() -> None:
    assert said(datetime(2025, 7, 4, 14, tzinfo=UTC), datetime(2025, 7, 1, 9, tzinfo=UTC)) == "Friday 3pm"
    assert said(datetime(2025, 7, 4, 22, 30, tzinfo=UTC), datetime(2025, 7, 3, 23, 0, tzinfo=UTC)) == "11:30pm today"


@pytest.mark.parametrize("minute", [0, 20, 60, 80, 119, 120])
def test_an_hour_that_comes_twice_is_said_as_its_end(minute: int) -> None:
    due_at = datetime(2025, 10, 26, 0, 0, tzinfo=UTC) + minute * timedelta(minutes=1)  # 1am, for the first time

    assert said(due_at, datetime(2025, 10, 25, 12, tzinfo=LONDON)) == "2am tomorrow"


def test_the_hour_that_the_clock_skips_is_never_said() -> None:
    due_at = datetime(2025, 3, 30, 0, 50, tzinfo=UTC)

    assert said(due_at, datetime(2025, 3, 29, 12, tzinfo=LONDON)) == "2am tomorrow"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)))
def test_it_never_promises_earlier_than_due_nor_a_quarter_of_an_hour_later(due_at: datetime) -> None:
    later = _said_at(due_at) - due_at
    is_doubled = any((due_at + n * QUARTER).astimezone(LONDON).fold for n in range(9))

    assert timedelta(0) <= later
    assert later < QUARTER or (is_doubled and later <= 2 * HOUR)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(-72 * HOUR, 72 * HOUR),
)
def test_an_answer_in_time_always_keeps_what_was_said(due_at: datetime, after: timedelta) -> None:
    clock, now = a_clock(due_at), due_at + after
    has_apology = promise_text(clock, now=now).startswith("We're sorry")

    assert has_apology == (now > _said_at(due_at))
    assert not (has_apology and now <= due_at)


# Who -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "", "  "])
def test_without_a_name_it_is_your_worker(name: str | None) -> None:
    assert promise_text(a_clock(), now=MONDAY, name=name).startswith(
        "You'll hear from your worker or someone covering by"
    )
    assert "gan dy weithiwr neu rywun sy'n cyflenwi" in promise_text(a_clock(), now=MONDAY, name=name, language="cy")


def test_where_nobody_holds_the_role_nobody_is_named() -> None:
    left = Assignment(
        id="a1",
        child_id="c1",
        worker_id="w1",
        role="social_worker",
        started_on=date(2024, 1, 1),
        ended_on=date(2025, 11, 1),
    )
    clock = a_clock(assignments=[left])

    assert promise_text(clock, now=MONDAY, name="Sam") == "You'll hear from someone in the team by Friday 3pm."


def test_it_never_says_that_somebody_is_away() -> None:
    away = Absence(worker_id="w1", starts_at=MONDAY, tell_child=False)

    assert promise_text(a_clock(absences=[away]), now=MONDAY, name="Sam") == promise_text(
        a_clock(), now=MONDAY, name="Sam"
    )


# Afterwards ----------------------------------------------------------------------------------------------------------


def test_after_that_it_apologises_blames_nobody_and_says_what_happens_now() -> None:
    text = promise_text(a_clock(), now=FRIDAY_AT_THREE + TICK, name="Sam")

    assert text == (
        "We're sorry. You should have heard from us by 3pm today, and you haven't yet. "
        "Your message still counts, and it stays open until someone answers you. "
        "A manager is being asked to make sure that you hear from us."
    )
    assert "Sam" not in text


def test_a_manager_is_only_named_once_the_policy_has_come_to_one() -> None:
    step = EscalationStep(name="late", offset=24 * HOUR, to="manager")
    book = PolicyBook([ResponsePolicy(name="ours", in_force_from=date(2020, 1, 1), escalations=(step,))])
    clock = a_clock(policies=book)

    assert "manager" not in promise_text(clock, now=FRIDAY_AT_THREE + 24 * HOUR - TICK)
    assert "manager" in promise_text(clock, now=FRIDAY_AT_THREE + 24 * HOUR)
    assert "rheolwr" in promise_text(clock, now=FRIDAY_AT_THREE + 24 * HOUR, language="cy")


def test_once_answered_it_says_on_which_day() -> None:
    clock = a_clock(answered_at=FRIDAY_AT_THREE - HOUR)

    assert promise_text(clock, now=FRIDAY_AT_THREE) == "Your message was answered today."
    assert promise_text(clock, now=FRIDAY_AT_THREE + 24 * HOUR) == "Your message was answered yesterday."
    assert promise_text(clock, now=FRIDAY_AT_THREE + 72 * HOUR) == "Your message was answered on Friday 14 November."
    assert promise_text(clock, now=FRIDAY_AT_THREE, language="cy-GB") == "Cafodd dy neges ei hateb heddiw."
    assert promise_text(clock, now=FRIDAY_AT_THREE - HOUR - TICK).startswith("You'll hear from")


def test_another_language_is_told_in_english() -> None:
    assert promise_text(a_clock(), now=MONDAY, language="pl") == promise_text(a_clock(), now=MONDAY)


def test_now_has_to_be_aware() -> None:
    with pytest.raises(NaiveMomentError):
        promise_text(a_clock(), now=datetime(2025, 11, 10))


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    english, welsh = _LANGUAGES["en"], _LANGUAGES["cy"]

    def holes(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    for name in ("hear", "named", "unnamed", "nobody", "sorry", "still", "manager", "answered", "midday"):
        assert holes(getattr(english, name)) == holes(getattr(welsh, name)), name
        assert getattr(english, name) != getattr(welsh, name)
    for table in ("at", "end", "on"):
        pairs = getattr(english, table), getattr(welsh, table)
        assert {kind: holes(text) for kind, text in pairs[0].items()} == {
            kind: holes(text) for kind, text in pairs[1].items()
        }
    for language in (english, welsh):
        assert (len(set(language.weekdays)), len(set(language.months))) == (7, 12)
