"""Policies and books of them: what is refused when they are built, and which one is found."""

import pickle
from datetime import UTC, date, datetime, timedelta

import pytest

from relationkit.errors import InvalidPolicyError, InvalidRecordError
from relationkit.records import Channel, Message, Role
from relationkit.sla import EscalationStep, PolicyBook, ResponsePolicy, StopsOn, WorkingCalendar

HOUR = timedelta(hours=1)
TEXT, OTHERS = {Channel.TEXT}, set(Channel) - {Channel.TEXT}


def a_policy(name: str = "ours", day: date = date(2025, 1, 1), **fields: object) -> ResponsePolicy:
    return ResponsePolicy(**{"name": name, "in_force_from": day} | fields)


def a_message(at: datetime = datetime(2025, 6, 2, 12, tzinfo=UTC), channel: str = "text") -> Message:
    return Message(id="m1", child_id="c1", at=at, direction="from_child", channel=channel)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"target": timedelta(0)}, "target: is not more than nothing"),
        ({"target": -HOUR}, "target: is not more than nothing"),
        ({"name": ""}, "name: is empty"),
        ({"calendar": "nine to five"}, "Give a WorkingCalendar"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"channels": []}, "Leave it out to mean all"),
        ({"roles": []}, "Leave it out to mean all"),
        ({"stops_on": {"kinds": ["automatic", "message"]}}, "Take automatic out"),
        ({"stops_on": {"kinds": []}}, "nothing would ever stop"),
        ({"stops_on": {"channels": []}}, "nothing would ever stop"),
        ({"stops_on": {"roles": []}}, "nothing would ever stop"),
        ({"in_force_from": "01/04/2025"}, "Write it as 2025-03-31"),
        ({"until": date(2025, 1, 1)}, "is not a field"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_what_to_do(fields: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidRecordError, match=says):
        a_policy(**fields)


def test_two_steps_of_one_name_are_refused() -> None:
    step = EscalationStep(name="late", offset=HOUR, to="manager")

    with pytest.raises(InvalidRecordError, match="same name"):
        a_policy(escalations=(step, step))


def test_a_step_may_go_to_a_role_of_the_councils_own() -> None:
    assert EscalationStep(name="late", offset=HOUR, to="participation lead").to == "participation lead"
    with pytest.raises(InvalidRecordError, match="to: is empty"):
        EscalationStep(name="late", offset=HOUR, to="")


def test_plain_values_make_a_policy() -> None:
    policy = a_policy(target="PT24H", channels=["text"], roles=["social_worker"], stops_on=["message", "attempt"])

    assert (policy.target, policy.channels, policy.roles) == (24 * HOUR, {Channel.TEXT}, {Role.SOCIAL_WORKER})
    assert policy.stops_on == StopsOn(kinds={"message", "attempt"})


def test_a_policy_without_a_calendar_counts_elapsed_time_and_one_with_counts_open_time() -> None:
    saturday = datetime(2025, 6, 7, 12, tzinfo=UTC)
    office = WorkingCalendar({"mon": [("09:00", "17:00")]})

    assert a_policy().due_at(saturday) == saturday + 72 * HOUR
    assert a_policy(target=HOUR, calendar=office).due_at(saturday) == datetime(2025, 6, 9, 9, tzinfo=UTC)
    assert a_policy(target=HOUR, calendar=office).due_at(saturday).tzinfo is UTC


def test_a_policy_has_a_schema_and_a_repr_that_names_its_version() -> None:
    assert "calendar" in ResponsePolicy.model_json_schema()["properties"]
    assert repr(a_policy()) == "ResponsePolicy(name='ours', in_force_from='2025-01-01')"


def test_an_empty_book_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match="no policy"):
        PolicyBook([])


def test_a_book_finds_the_policy_of_the_channel() -> None:
    book = PolicyBook([a_policy("texts", channels=TEXT), a_policy("others", channels=OTHERS)])

    assert book.policy_for(a_message()).name == "texts"
    assert book.policy_for(a_message(channel="letter")).name == "others"


def test_a_channel_that_no_policy_is_for_is_a_hole() -> None:
    with pytest.raises(InvalidPolicyError, match="call to a social_worker: no policy"):
        PolicyBook([a_policy(channels=TEXT)])


def test_a_role_that_no_policy_is_for_is_a_hole() -> None:
    with pytest.raises(InvalidPolicyError, match="no policy is in force"):
        PolicyBook([a_policy(roles=[Role.SOCIAL_WORKER])])


def test_a_hole_that_only_opens_with_a_later_version_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match="2025-04-01, call"):
        PolicyBook([a_policy(), a_policy(day=date(2025, 4, 1), channels=TEXT)])


def test_a_hole_before_a_second_policy_starts_is_refused() -> None:
    later = a_policy("others", date(2025, 4, 1), channels=OTHERS)

    with pytest.raises(InvalidPolicyError, match="2025-01-01"):
        PolicyBook([a_policy("texts", channels=TEXT), later])


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2025, 4, 1)])
def test_two_policies_for_one_message_are_an_overlap(day: date) -> None:
    with pytest.raises(InvalidPolicyError, match=f"{day}, text.*'all' and 'texts' are both"):
        PolicyBook([a_policy("all"), a_policy("texts", day, channels=TEXT)])


def test_one_version_given_twice_is_an_overlap() -> None:
    with pytest.raises(InvalidPolicyError, match="both in force"):
        PolicyBook([a_policy(), a_policy(target=HOUR)])


def test_a_later_policy_of_the_same_name_or_the_same_scope_takes_over() -> None:
    by_scope = PolicyBook([a_policy("old"), a_policy("new", date(2025, 4, 1))])
    by_name = PolicyBook(
        [
            a_policy("general"),
            a_policy("general", date(2025, 4, 1), channels=OTHERS),
            a_policy("texts", date(2025, 4, 1), channels=TEXT),
        ]
    )
    march, april = (a_message(datetime(2025, month, 31 if month == 3 else 1, 12, tzinfo=UTC)) for month in (3, 4))

    assert [by_scope.policy_for(message).name for message in (march, april)] == ["old", "new"]
    assert [by_name.policy_for(message).name for message in (march, april)] == ["general", "texts"]


def test_a_version_starts_at_midnight_in_london() -> None:
    book = PolicyBook([a_policy("old"), a_policy("new", date(2025, 4, 1))])
    midnight = datetime(2025, 3, 31, 23, tzinfo=UTC)

    assert book.policy_for(a_message(midnight)).name == "new"
    assert book.policy_for(a_message(midnight - timedelta(microseconds=1))).name == "old"


def test_versions_tell_who_took_over_when_and_leave_out_days_on_which_nobody_did() -> None:
    everything, others = a_policy("general"), a_policy("general", date(2025, 2, 1), channels=OTHERS)
    texts = [a_policy("texts", date(2025, month, 1), channels=TEXT) for month in (2, 4)]
    book = PolicyBook([everything, others, *texts])
    january, february = (datetime(2025, month, 1, tzinfo=UTC) for month in (1, 2))
    april = datetime(2025, 3, 31, 23, tzinfo=UTC)  # midnight in London

    assert book.versions(Channel.TEXT, Role.SOCIAL_WORKER) == (
        (january, everything),
        (february, texts[0]),
        (april, texts[1]),
    )
    assert book.versions(Channel.CALL, Role.MANAGER) == ((january, everything), (february, others))


def test_a_message_older_than_the_book_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match="older than the book's first policy, of 2025-01-01"):
        PolicyBook([a_policy()]).policy_for(a_message(datetime(2024, 12, 31, 23, 59, tzinfo=UTC)))


def test_books_of_the_same_policies_are_equal_whatever_their_order() -> None:
    policies = [a_policy("texts", channels=TEXT), a_policy("others", channels=OTHERS)]
    book = PolicyBook(policies)

    assert book == PolicyBook(reversed(policies)) == pickle.loads(pickle.dumps(book))
    assert hash(book) == hash(PolicyBook(reversed(policies)))
    assert book != PolicyBook([a_policy()])


@pytest.mark.parametrize("target", [72, 72.0, "72", "72:00:00", True])
def test_a_number_without_a_unit_is_not_a_length_of_time(target: object) -> None:
    with pytest.raises(InvalidRecordError, match="target: is not a length of time"):
        ResponsePolicy.model_validate({"name": "72 hours", "target": target, "in_force_from": "2024-04-01"})


def test_a_length_of_time_may_be_iso_text() -> None:
    policy = ResponsePolicy.model_validate({"name": "72 hours", "target": "PT72H", "in_force_from": "2024-04-01"})

    assert policy.target == timedelta(hours=72)
