"""The seven records: what goes in, what is refused, and what never shows."""

import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from relationkit import records
from relationkit.errors import InvalidRecordError, NaiveMomentError, RelationkitError
from relationkit.records import (
    Absence,
    Assignment,
    Child,
    Direction,
    FrozenModel,
    Message,
    MessageKind,
    Placement,
    Role,
    Session,
    SessionStatus,
    Worker,
    london_day,
)

NINE = datetime(2025, 3, 10, 9, tzinfo=UTC)

#: One good record of each kind, every field filled, as a source would give it. All synthetic.
GOOD: dict[type[FrozenModel], dict[str, Any]] = {
    Child: {
        "id": "c1",
        "chosen_name": "Sample Name",
        "pronouns": "they/them",
        "born_on": "2012-02-29",
        "team": "North",
        "language": "cy",
    },
    Worker: {
        "id": "w1",
        "name": "Sample Worker",
        "role": "social_worker",
        "team": "North",
        "manager_id": "w9",
        "registration": "SW123",
    },
    Assignment: {
        "id": "a1",
        "child_id": "c1",
        "worker_id": "w1",
        "role": "social_worker",
        "started_on": "2024-04-01",
        "ended_on": "2024-05-01",
        "reason": "left_role",
        "team": "North",
        "cover_for": "w2",
    },
    Message: {
        "id": "m1",
        "child_id": "c1",
        "at": "2025-03-10T09:00:00Z",
        "direction": "from_child",
        "channel": "text",
        "worker_id": "w1",
        "kind": "message",
        "thread": "t1",
        "needs_reply": False,
        "no_reply_by": "w1",
        "no_reply_why": "A thank you",
    },
    Session: {
        "id": "s1",
        "child_id": "c1",
        "worker_id": "w1",
        "kind": "visit",
        "starts_at": "2025-03-10T09:00:00Z",
        "ends_at": "2025-03-10T10:00:00Z",
        "status": "held",
        "place": "Sample Place",
        "seen": True,
        "seen_alone": True,
        "changed_at": "2025-03-09T09:00:00Z",
        "revision": 2,
    },
    Absence: {
        "worker_id": "w1",
        "starts_at": "2025-03-10T09:00:00Z",
        "ends_at": "2025-03-11T09:00:00Z",
        "cover_id": "w2",
        "tell_child": False,
    },
    Placement: {
        "id": "p1",
        "child_id": "c1",
        "started_on": "2024-04-01",
        "ended_on": "2024-05-01",
        "regime": "placement",
    },
}

each_record = pytest.mark.parametrize("model", GOOD, ids=lambda model: model.__name__)


def build(model: type[FrozenModel], **changes: Any) -> Any:
    return model(**{**GOOD[model], **changes})


@each_record
def test_a_record_comes_back_the_same_through_json_and_pickle(model: type[FrozenModel]) -> None:
    record = build(model)

    assert model.model_validate_json(record.model_dump_json()) == record
    assert model.model_validate(record.model_dump()) == record
    assert pickle.loads(pickle.dumps(record)) == record
    assert hash(model.model_validate_json(record.model_dump_json())) == hash(record)


@each_record
def test_a_record_cannot_be_changed_and_the_refusal_does_not_repeat_the_value(model: type[FrozenModel]) -> None:
    record = build(model)
    field = next(iter(model.model_fields))

    with pytest.raises(InvalidRecordError, match=f"{field}: is frozen") as caught:
        setattr(record, field, "Very Private")
    with pytest.raises(InvalidRecordError, match="is frozen"):
        delattr(record, field)
    assert "Very Private" not in f"{caught.value!s}{caught.value!r}{caught.value.__cause__}{caught.value.__context__}"


def test_a_changed_copy_is_checked_like_any_other_record() -> None:
    session = build(Session)

    assert session.model_copy(update={"status": "cancelled"}).status is SessionStatus.CANCELLED
    assert session.model_copy() == session.model_copy(deep=True) == session
    with pytest.raises(InvalidRecordError, match="status"):
        session.model_copy(update={"status": "postponed"})


@each_record
def test_an_unknown_field_is_refused_by_name(model: type[FrozenModel]) -> None:
    with pytest.raises(InvalidRecordError, match="shoe_size: is not a field of this record"):
        build(model, shoe_size=4)


@each_record
def test_a_refusal_is_ours_and_a_value_error_and_names_the_record(model: type[FrozenModel]) -> None:
    with pytest.raises(InvalidRecordError) as caught:
        build(model, shoe_size=4)

    error = caught.value
    assert isinstance(error, RelationkitError)
    assert isinstance(error, ValueError)
    assert error.record == model.__name__
    assert error.record_id == GOOD[model].get("id")
    assert [problem.field for problem in error.problems] == ["shoe_size"]


@each_record
def test_every_way_in_refuses_alike(model: type[FrozenModel]) -> None:
    bad = {**GOOD[model], "shoe_size": 4}

    with pytest.raises(InvalidRecordError, match="shoe_size"):
        model(**bad)
    with pytest.raises(InvalidRecordError, match="shoe_size"):
        model.model_validate(bad)
    with pytest.raises(InvalidRecordError, match="shoe_size"):
        model.model_validate_json(json.dumps(bad))
    with pytest.raises(InvalidRecordError, match="shoe_size"):
        model.model_validate_strings({"shoe_size": "4"})


@each_record
def test_a_repr_shows_identifiers_only(model: type[FrozenModel]) -> None:
    record = build(model)
    fields = {name for name, _ in record.__repr_args__()}

    assert fields == {name for name in GOOD[model] if name == "id" or name.endswith("_id")}
    for text in (repr(record), str(record), f"{record}", f"{[record]}"):
        for hidden in ("Sample", "thank", "they", "2012"):
            assert hidden not in text


@each_record
def test_every_required_field_is_missed_by_name(model: type[FrozenModel]) -> None:
    required = [name for name, field in model.model_fields.items() if field.is_required()]

    with pytest.raises(InvalidRecordError) as caught:
        model.model_validate({})

    assert [problem.field for problem in caught.value.problems] == required
    assert "is missing" in str(caught.value)


@pytest.mark.parametrize(
    ("model", "field"), [(Child, "chosen_name"), (Worker, "name"), (Message, "no_reply_why"), (Session, "place")]
)
def test_a_refused_name_or_note_is_not_repeated(model: type[FrozenModel], field: str) -> None:
    with pytest.raises(InvalidRecordError) as caught:
        build(model, **{field: ["Very Private"]})

    assert "Very Private" not in f"{caught.value!s}{caught.value!r}{caught.value.__cause__}"
    assert field in str(caught.value)


def test_all_problems_of_a_record_are_told_at_once() -> None:
    with pytest.raises(InvalidRecordError) as caught:
        build(Assignment, role="boss", started_on="31/02/2024", worker_id="")

    assert [problem.field for problem in caught.value.problems] == ["worker_id", "role", "started_on"]


# Days and moments


@pytest.mark.parametrize("value", ["31/02/2024", "2024-02-30", "", 20240229, 0.5, True, None, datetime(2024, 2, 29)])
def test_what_is_not_a_day_is_refused(value: object) -> None:
    with pytest.raises(InvalidRecordError, match="started_on: is not a day"):
        build(Assignment, started_on=value)


def test_a_leap_day_is_a_day() -> None:
    assert build(Assignment, started_on="2024-02-29", ended_on=None).started_on == date(2024, 2, 29)


@pytest.mark.parametrize("value", ["1899-12-31", "0204-04-01", "2200-01-01"])
def test_a_year_that_must_be_a_slip_is_refused(value: str) -> None:
    with pytest.raises(InvalidRecordError, match="Check the year"):
        build(Assignment, started_on=value, ended_on=None)


@pytest.mark.parametrize("value", ["1900-01-01", "2199-12-31"])
def test_the_first_and_last_day_that_can_be(value: str) -> None:
    assert build(Child, born_on=value).born_on == date.fromisoformat(value)


@pytest.mark.parametrize("value", [datetime(2025, 3, 10, 9), "2025-03-10T09:00:00", "2025-03-10"])
def test_a_naive_moment_is_refused_with_the_remedy(value: object) -> None:
    with pytest.raises(InvalidRecordError, match=r"at: has no time zone. Say which one the system writes"):
        build(Message, at=value)


@pytest.mark.parametrize("value", [1741597200, "1741597200", "yesterday", None, date(2025, 3, 10)])
def test_what_is_not_a_moment_is_refused(value: object) -> None:
    with pytest.raises(InvalidRecordError, match="at: is not a moment"):
        build(Message, at=value)


@pytest.mark.parametrize("year", [1899, 2200])
def test_a_moment_in_a_year_that_must_be_a_slip_is_refused(year: int) -> None:
    with pytest.raises(InvalidRecordError, match="Check the year"):
        build(Message, at=datetime(year, 6, 1, tzinfo=UTC))


def test_a_moment_at_the_very_end_of_time_is_refused_not_overflowed() -> None:
    with pytest.raises(InvalidRecordError, match="Check the year"):
        build(Message, at=datetime.max.replace(tzinfo=timezone(-timedelta(hours=5))))


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu", "UTC"]),
    st.sampled_from([0, 1]),
)
def test_any_zone_goes_in_and_utc_stays_inside(local: datetime, zone: str, fold: int) -> None:
    at = local.replace(tzinfo=ZoneInfo(zone), fold=fold)

    kept = build(Message, at=at).at

    assert kept.tzinfo is UTC
    assert kept == at.astimezone(UTC)
    assert build(Message, at=at.isoformat()).at.tzinfo is UTC


def test_a_day_is_counted_in_london() -> None:
    assert london_day(datetime(2025, 6, 30, 23, 0, tzinfo=UTC)) == date(2025, 7, 1)
    assert london_day(datetime(2025, 6, 30, 22, 59, tzinfo=UTC)) == date(2025, 6, 30)
    assert london_day(datetime(2025, 12, 31, 23, 59, tzinfo=UTC)) == date(2025, 12, 31)


# Ids and codes


def test_a_field_name_that_may_be_a_value_is_not_repeated() -> None:
    with pytest.raises(InvalidRecordError) as caught:
        build(Child, **{"Sam Smith\nX": 1})

    assert "Sam" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["", "two\nlines", "bell\x07", "\u2028", "\x9b31m", "\u202egnp"])
def test_an_id_is_one_line_of_text(value: str) -> None:
    with pytest.raises(InvalidRecordError, match="Child, id"):
        build(Child, id=value)


def test_an_id_is_not_a_number() -> None:
    with pytest.raises(InvalidRecordError, match="id: is not text"):
        build(Child, id=7)


def test_what_is_too_long_says_how_long_it_may_be() -> None:
    class Made(FrozenModel):
        words: str = Field(max_length=3)
        several: tuple[int, ...] = Field(min_length=1, max_length=2)
        pairs: tuple[tuple[int, int], ...] = Field(default=((1, 2),), min_length=1)

    with pytest.raises(InvalidRecordError) as caught:
        Made.model_validate({"words": "more", "several": ()})
    with pytest.raises(InvalidRecordError, match=r"several: has more than 2\. Leave some out"):
        Made.model_validate({"words": "", "several": (1, 2, 3)})

    assert [f"{each.what}. {each.remedy}" for each in caught.value.problems] == [
        "is longer than 3 characters. Shorten it",
        "has fewer than 1. Add what is missing",
    ]
    with pytest.raises(InvalidRecordError) as caught:
        Made.model_validate({"words": "", "several": ("none",), "pairs": (("none", 1),)})
    assert [each.field for each in caught.value.problems] == ["several.0", "pairs.0.0"]  # nor are there too few


@pytest.mark.parametrize("enum", [getattr(records, name) for name in records.__all__ if name[0].isupper()])
def test_enums_are_their_plain_value(enum: Any) -> None:
    for member in getattr(enum, "__members__", {}).values():
        assert str(member) == member.value == member


def test_an_enum_takes_its_plain_value_and_refuses_others_with_the_choices() -> None:
    assert build(Assignment, role="duty").role is Role.DUTY
    with pytest.raises(InvalidRecordError, match=r"role: is not a value that is known. Use one of 'social_worker', "):
        build(Assignment, role="Social Worker")


@pytest.mark.parametrize("value", ["SW1", "SW1234567890"])
def test_a_registration_is_a_social_work_england_number(value: str) -> None:
    assert build(Worker, registration=value).registration == value


@pytest.mark.parametrize("value", ["XX123", "sw123", "SW", "SW12345678901"])
def test_a_registration_that_cannot_be_is_refused(value: str) -> None:
    with pytest.raises(InvalidRecordError, match="registration"):
        build(Worker, registration=value)


# What cannot be together


@pytest.mark.parametrize("model", [Assignment, Placement])
def test_an_interval_may_be_empty_but_not_reversed(model: type[FrozenModel]) -> None:
    assert build(model, started_on="2024-04-01", ended_on="2024-04-01")
    with pytest.raises(InvalidRecordError, match=r"ended_on is before started_on. Check which dates"):
        build(model, started_on="2024-04-01", ended_on="2024-03-31")


@pytest.mark.parametrize("model", [Session, Absence])
def test_a_meeting_or_an_absence_takes_time(model: type[FrozenModel]) -> None:
    assert build(model, starts_at=NINE, ends_at=NINE + timedelta(microseconds=1))
    with pytest.raises(InvalidRecordError, match="ends_at is not after starts_at"):
        build(model, starts_at=NINE, ends_at=NINE)


def test_nobody_is_seen_alone_unseen() -> None:
    assert build(Session, seen=None, seen_alone=True).seen_alone
    with pytest.raises(InvalidRecordError, match="seen_alone is true although seen is false"):
        build(Session, seen=False, seen_alone=True)


def test_nobody_covers_for_themselves() -> None:
    with pytest.raises(InvalidRecordError, match="cover_id is the worker who is away"):
        build(Absence, cover_id="w1")


def test_a_reason_for_no_reply_needs_the_judgement() -> None:
    with pytest.raises(InvalidRecordError, match="needs_reply is true"):
        build(Message, needs_reply=True)
    assert build(Message, needs_reply=True, no_reply_by=None, no_reply_why=None).needs_reply


def test_the_defaults_are_those_of_an_ordinary_message() -> None:
    message = Message.model_validate(
        {"id": "m", "child_id": "c", "at": NINE, "direction": "to_child", "channel": "text"}
    )

    assert (message.direction, message.kind, message.needs_reply) == (Direction.TO_CHILD, MessageKind.MESSAGE, True)
    assert (message.thread, message.worker_id) == (None, None)


def test_a_session_is_planned_until_told_otherwise() -> None:
    given_fields = {name: value for name, value in GOOD[Session].items() if name != "status"}

    assert Session.model_validate(given_fields).status is SessionStatus.PLANNED


# Half-open intervals


def test_an_assignment_is_open_from_its_start_up_to_but_not_including_its_end() -> None:
    assignment = build(Assignment, started_on="2024-04-01", ended_on="2024-05-01")

    days = [date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 30), date(2024, 5, 1)]
    assert [assignment.is_open(on=day) for day in days] == [False, True, True, False]


def test_an_open_assignment_stays_open() -> None:
    assert build(Assignment, ended_on=None).is_open(on=date(2199, 12, 31))


def test_an_absence_lasts_from_its_start_up_to_but_not_including_its_end() -> None:
    absence = build(Absence, starts_at=NINE, ends_at=NINE + timedelta(hours=1))
    tick = timedelta(microseconds=1)

    moments = [NINE - tick, NINE, NINE + timedelta(hours=1) - tick, NINE + timedelta(hours=1)]
    assert [absence.is_away(at) for at in moments] == [False, True, True, False]
    assert build(Absence, ends_at=None).is_away(datetime(2199, 1, 1, tzinfo=UTC))


def test_a_naive_moment_is_never_taken_for_the_machine_s_own_zone() -> None:
    with pytest.raises(NaiveMomentError):
        london_day(datetime(2025, 7, 1, 23, 30))
    with pytest.raises(NaiveMomentError):
        build(Absence).is_away(datetime(2025, 3, 10, 10))
