"""Policies written in a file: what each line comes to, and how every slip is named. Exampleshire is made up."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidPolicyFileError
from relationkit.records import LONDON, Channel, Message, Role
from relationkit.sla import (
    EscalationStep,
    PolicyBook,
    ResponsePolicy,
    StopsOn,
    WorkingCalendar,
    policies_from_json,
    policies_from_toml,
    uk_calendar,
)
from relationkit.sla.written_time import read_time

HOUR = timedelta(hours=1)
EXAMPLES = Path(__file__).parents[2] / "examples" / "policies"
OFFICE = '[calendars.office]\nnation = "England"\n'
POLICY = '[[policies]]\nname = "ours"\ntarget = "72h"\nin_force_from = 2025-01-01\n'


def one(text: str) -> ResponsePolicy:
    (policy,) = policies_from_toml(text).policies
    return policy


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidPolicyFileError) as refusal:
        policies_from_toml(text, where="ours.toml")
    assert str(refusal.value) == "\n".join(map(str, refusal.value.problems))
    return [str(problem) for problem in refusal.value.problems]


# What a file comes to ------------------------------------------------------------------------------------------------


def test_the_shortest_file_is_one_policy_of_elapsed_time() -> None:
    assert policies_from_toml(POLICY) == PolicyBook([ResponsePolicy(name="ours", in_force_from=date(2025, 1, 1))])


def test_every_key_of_a_policy_is_read() -> None:
    text = (
        OFFICE
        + POLICY
        + (
            'calendar = "office"\nchannels = ["text", "app", "call", "email", "letter", "in_person"]\n'
            'roles = ["social_worker", "personal_adviser", "reviewing_officer", "support_worker", "advocate",\n'
            '"duty", "manager"]\n'
            'stops_on = { kinds = ["message", "attempt"], channels = ["text"], roles = ["manager"] }\n'
            'escalations = [{ name = "soon", offset = "-90 min", to = "worker" },\n'
            '{ name = "late", offset = "1 working day", to = "participation lead" }]\n'
        )
    )

    assert one(text) == ResponsePolicy(
        name="ours",
        target=72 * HOUR,
        in_force_from=date(2025, 1, 1),
        calendar=uk_calendar("England"),
        channels=set(Channel),
        roles=set(Role),
        stops_on=StopsOn(kinds={"message", "attempt"}, channels={"text"}, roles={"manager"}),
        escalations=(
            EscalationStep(name="soon", offset=-1.5 * HOUR, to="worker"),
            EscalationStep(name="late", offset=8 * HOUR, to="participation lead"),
        ),
    )


def test_a_calendar_of_a_nation_with_days_of_its_own() -> None:
    text = (
        OFFICE
        + (
            "also_closed = [2025-12-24]\nopen_anyway = [2025-12-26]\n"
            '[calendars.office.hours]\nmon = ["09:00-12:30", "13:00-17:00"]\nsat = ["20:00-24:00"]\n'
            '[calendars.office.breaks]\n2025-07-07 = ["10:00-11:00"]\n'
            "[calendars.office.shifts]\n2025-07-14 = []\n"
        )
        + POLICY
        + 'calendar = "office"\n'
    )

    assert one(text).calendar == uk_calendar(
        "England",
        {"mon": [("09:00", "12:30"), ("13:00", "17:00")], "sat": [("20:00", "24:00")]},
        breaks={date(2025, 7, 7): [("10:00", "11:00")]},
        shifts={date(2025, 7, 14): []},
        also_closed=[date(2025, 12, 24)],
        open_anyway=[date(2025, 12, 26)],
    )


def test_a_calendar_with_holidays_of_its_own_and_another_clock() -> None:
    own = '[calendars.a]\nholidays = [2025-12-25]\ntime_zone = "Europe/Dublin"\n'
    text = own + '[calendars.a.hours]\nmon = ["09:00-17:00"]\n'

    assert one(text + POLICY + 'calendar = "a"\n').calendar == WorkingCalendar(
        {"mon": [("09:00", "17:00")]}, "Europe/Dublin", {date(2025, 12, 25)}
    )


def test_the_examples_are_books() -> None:
    toml = policies_from_toml((EXAMPLES / "two-working-days.toml").read_text("utf-8"))
    by_channel = policies_from_json((EXAMPLES / "by-channel.json").read_text("utf-8"))

    assert [policy.target for policy in toml.policies] == [72 * HOUR, 16 * HOUR]
    assert [step.offset for step in toml.policies[1].escalations] == [-4 * HOUR, 0 * HOUR, 8 * HOUR]
    assert {policy.name: policy.target for policy in by_channel.policies} == {
        "texts and the app": 24 * HOUR,
        "everything else": 24 * HOUR,
    }


def test_a_message_keeps_the_version_of_its_day() -> None:
    book = policies_from_toml((EXAMPLES / "two-working-days.toml").read_text("utf-8"))
    march, april = (datetime(2025, month, day, 12, tzinfo=LONDON) for month, day in ((3, 31), (4, 1)))
    due = [
        book.policy_for(Message(id="m", child_id="c", at=at, direction="from_child", channel="text")).due_at(at)
        for at in (march, april)
    ]

    assert due == [datetime(2025, 4, 3, 11, tzinfo=UTC), datetime(2025, 4, 3, 11, tzinfo=UTC)]


def test_json_has_the_same_tables_with_days_as_text() -> None:
    data = {"policies": [{"name": "ours", "target": "72h", "in_force_from": "2025-01-01"}]}

    assert policies_from_json(json.dumps(data)) == policies_from_toml(POLICY)


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (policies_from_toml, "policies.toml: is not TOML: "),
        (policies_from_json, "policies.json: is not JSON: "),
    ],
)
def test_a_text_that_cannot_be_read_is_called_by_the_usual_name_and_says_what_to_do(
    read: Callable[[str], PolicyBook], says: str
) -> None:
    with pytest.raises(InvalidPolicyFileError) as refusal:
        read("{")

    assert str(refusal.value).startswith(says)
    assert ". Correct that line" in str(refusal.value)


# Amounts of time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("72h", 72 * HOUR),
        ("72 hours", 72 * HOUR),
        ("1 hour", HOUR),
        ("90 min", 1.5 * HOUR),
        ("1 h 30 min", 1.5 * HOUR),
        ("1.5 hours", 1.5 * HOUR),
        ("3 days", 72 * HOUR),
        ("-24h", -24 * HOUR),
        ("- 1 day 2 hours", -26 * HOUR),
        ("0h", 0 * HOUR),
    ],
)
def test_elapsed_amounts(text: str, amount: timedelta) -> None:
    assert read_time(text, has_calendar=False, working_day=None) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("72h", 72 * HOUR),
        ("16 working hours", 16 * HOUR),
        ("3 working days", 22.5 * HOUR),
        ("-0.5 Working Day", -3.75 * HOUR),
    ],
)
def test_amounts_on_a_calendar(text: str, amount: timedelta) -> None:
    assert read_time(text, has_calendar=True, working_day=7.5 * HOUR) == amount


@pytest.mark.parametrize(
    "text", ["", "72", "h", "1 h - 30 min", "soon", "3 fortnights", "72hrs", "1h extra", 72, None, "--1h"]
)
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not an amount of time; write"):
        read_time(text, has_calendar=False, working_day=None)


@given(st.integers(0, 99_999), st.integers(0, 59), st.booleans())
def test_hours_and_minutes_add_up(hours: int, minutes: int, is_earlier: bool) -> None:
    amount = timedelta(hours=hours, minutes=minutes)
    text = f"{'-' if is_earlier else ''}{hours} hours {minutes} min"

    assert read_time(text, has_calendar=False, working_day=None) == (-amount if is_earlier else amount)


def test_days_on_a_calendar_are_refused_because_nobody_knows_which_are_meant() -> None:
    (problem,) = problems(OFFICE + POLICY.replace("72h", "3 days") + 'calendar = "office"\n')

    assert problem == (
        "ours.toml, policies 1 'ours', target: says days on a calendar, which could be 24 hours or one opening "
        "(found '3 days'). Write \"working days\" or hours."
    )


def test_working_days_need_a_calendar() -> None:
    (problem,) = problems(POLICY.replace("72h", "3 working days"))

    assert problem == (
        "ours.toml, policies 1 'ours', target: counts working time without a calendar (found '3 working days'). "
        "Name the policy's calendar, or write hours."
    )


def test_a_working_day_is_the_day_that_every_open_weekday_has() -> None:
    half_days = '[calendars.office.hours]\nmon = ["09:00-12:00", "13:00-14:00"]\ntue = ["10:00-14:00"]\n'
    text = OFFICE + half_days + POLICY.replace("72h", "3 working days") + 'calendar = "office"\n'

    assert one(text).target == 12 * HOUR


def test_where_weekdays_differ_the_calendar_says_what_a_working_day_comes_to() -> None:
    hours = '[calendars.office.hours]\nmon = ["09:00-17:00"]\ntue = ["10:00-14:00"]\n'
    policy = POLICY.replace("72h", "3 working days") + 'calendar = "office"\n'

    assert one(OFFICE + 'working_day = "6h"\n' + hours + policy).target == 18 * HOUR
    (problem,) = problems(OFFICE + hours + policy)
    assert "weekdays are not equally long" in problem
    assert 'working_day = "8h"' in problem


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            POLICY + 'escalations = [{ name = "late", offset = "0h" }]\n',
            "ours.toml, policies 1 'ours', escalations 1 'late', to: is missing. Add it.",
        ),
        ("policies = 3\n", "ours.toml, policies: is not a list. Write it in square brackets"),
        ("", "ours.toml, policies: is missing. Write at least one table [[policies]]."),
        ("name = \n", "ours.toml: is not TOML: Invalid value (at line 1"),
        ("polices = []\n" + POLICY, "ours.toml, polices: is not a key of this table, perhaps 'policies' is meant."),
        (POLICY + 'chanels = ["text"]\n', "policies 1 'ours', chanels: is not a key of this table, perhaps 'channels'"),
        (POLICY + "zzz = 1\n", "zzz: is not a key of this table. Use one of name, target, calendar"),
        (POLICY + 'channels = "text"\n', "channels: is not a list. Write it in square brackets, even for one value."),
        (POLICY + 'channels = ["pigeon"]\n', "channels.0: is not a value that is known. Use one of 'text'"),
        (POLICY + "channels = []\n", "is empty, so no message falls under it"),
        (POLICY + 'stops_on = { kind = ["message"] }\n', "stops_on, kind: is not a key of this table, perhaps 'kinds'"),
        (POLICY + 'stops_on = { kinds = ["automatic"] }\n', "automatic answer is nobody's answer"),
        (POLICY + 'stops_on = ["message"]\n', "stops_on: is not a table"),
        (
            POLICY + 'calendar = "ofice"\n' + OFFICE,
            "is no calendar of this file, perhaps 'office' is meant (found 'ofice')",
        ),
        (POLICY.replace("2025-01-01", '"1 April"'), "in_force_from: is not a day. Write it as 2025-03-31."),
        (POLICY.replace("2025-01-01", "2025-01-01T09:00:00Z"), "in_force_from: is not a day."),
        (POLICY.replace('"72h"', '"0h"'), "target: is not more than nothing."),
        (POLICY.replace('"72h"', "72"), "target: is not text. Write it in quotation marks."),
        (
            POLICY.replace('"72h"', '"999999999h"'),
            "target: is more than a hundred years (found '999999999h'). Check the number.",
        ),
        (POLICY.replace('name = "ours"\n', ""), "ours.toml, policies 1, name: is missing. Add it."),
        (POLICY + "escalations = [{}]\n", "policies 1 'ours', escalations 1, offset: is missing."),
        (
            POLICY + 'escalations = [{ name = "late", offset = "0h", to = "managr" }]\n',
            "escalations 1 'late', to: is not a known recipient, perhaps 'manager' is meant (found 'managr')",
        ),
        (POLICY + POLICY, "policies: 2025-01-01, text to a social_worker: 'ours' and 'ours' are both in force."),
        (POLICY + 'channels = ["text"]\n', "policies: 2025-01-01, call to a social_worker: no policy is in force. Add"),
        ("[calendars.a]\n" + POLICY, "calendars.a, nation: is missing. Name the nation, or list the holidays; "),
        ('[calendars.a]\nnation = "UK"\n' + POLICY, "calendars.a: unknown nation 'UK'. Use one of England"),
        ('[calendars.a]\nnation = "Wales"\nholidays = []\n' + POLICY, "calendars.a, holidays: stands beside a nation."),
        (
            "[calendars.a]\nholidays = []\nalso_closed = []\n" + POLICY,
            "also_closed: changes the bank holidays of a nation",
        ),
        ('[calendars.a]\nholidays = ["Xmas"]\n' + POLICY, "calendars.a, holidays: is not a day (found 'Xmas')."),
        (OFFICE + "[calendars.office.hours]\n" + POLICY, "calendars.office: hours: the week never opens"),
        (OFFICE + "[calendars.office.shifts]\nsoon = []\n" + POLICY, "calendars.office.shifts, soon: is not a day"),
        ('[calendars.a]\nholidays = []\ntime_zone = "Mars"\n' + POLICY, "time_zone: unknown zone 'Mars'"),
        ("calendars = 3\n" + POLICY, "calendars: is not a table."),
    ],
)
def test_each_slip_is_named_with_its_place_and_what_to_do(text: str, says: str) -> None:
    assert any(says in problem for problem in problems(text)), problems(text)


def test_a_key_that_stands_twice_in_json_is_refused_as_it_is_in_toml() -> None:
    with pytest.raises(InvalidPolicyFileError, match="the key 'policies' stands twice in one object") as refusal:
        policies_from_json('{"policies": [], "policies": []}', where="ours.json")

    assert refusal.value.where == "ours.json"


def test_what_is_said_about_every_slip_is_said_to_the_letter() -> None:
    data = Path(__file__).parent / "data"

    assert problems((data / "every-slip.toml").read_text("utf-8")) == (
        (data / "every-slip.txt").read_text("utf-8").splitlines()
    )


def test_all_slips_are_named_at_once() -> None:
    text = (
        '[calendars.office]\nnation = "England"\n[calendars.office.hours]\n'
        'mon = ["17:00-09:00"]\ntues = ["09:00-17:00"]\nwed = ["nine to five"]\nthu = ["09:00-25:00"]\n'
        '[[policies]]\nname = "texts"\ntarget = "3 days"\nin_force_from = 2025-01-01\ncalendar = "office"\n'
        '[[policies]]\nname = "others"\ntarget = "soon"\nchannels = ["text", "pigeon"]\n'
    )

    found = problems(text)
    expected = [
        "calendars.office.hours, wed: is not opening and closing",
        "calendars.office: hours, mon: 09:00 does not come after 17:00",
        "calendars.office: hours: unknown weekday 'tues'",
        "calendars.office: hours, thu: '25:00' is past the end of the day",
        "policies 2 'others', target: is not an amount of time",
        "policies 2 'others', in_force_from: is missing",
        "policies 2 'others', channels.1: is not a value that is known",
    ]

    assert len(found) == len(expected)
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(f"ours.toml, {start}")


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '{"policies": [], "policies": []}', "[" * 100_000, '{"policies": [3]}']
)
def test_json_that_is_no_book_is_refused(text: str) -> None:
    with pytest.raises(InvalidPolicyFileError, match=r"policies\.json"):
        policies_from_json(text)


@given(
    st.dictionaries(
        st.sampled_from(["calendars", "policies", "name", "target"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("72h"),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["name", "target", "hours", "nation", "offset", "escalations"]), inner
                )
            ),
            max_leaves=8,
        ),
    )
)
def test_no_tables_whatever_make_anything_but_a_book_or_a_list_of_problems(data: dict[str, object]) -> None:
    with suppress(InvalidPolicyFileError):
        assert policies_from_json(json.dumps(data)).policies
