"""What changed in how soon children are answered, and whom it concerns."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from relationkit.records import Assignment, Channel, Message, Role
from relationkit.sla import EscalationStep, PolicyBook, ResponsePolicy, policy_changes

LONG_AGO, CHANGED, TODAY = date(2020, 1, 1), date(2025, 3, 10), date(2025, 3, 24)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_policy(hours: int, day: date = LONG_AGO, **fields: object) -> ResponsePolicy:
    facts = {"name": "ours", "target": hours * HOUR, "in_force_from": day}
    return ResponsePolicy.model_validate({**facts, **fields})


def held(child: str = "C1", **fields: object) -> Assignment:
    facts = {"id": f"A-{child}", "child_id": child, "worker_id": "W1", "role": "social_worker", "started_on": LONG_AGO}
    return Assignment.model_validate({**facts, **fields})


def test_a_new_version_is_a_change_from_its_day_on() -> None:
    old, new = a_policy(72), a_policy(48, CHANGED)
    book = PolicyBook([old, new])

    [change] = policy_changes(book, since=CHANGED - DAY, on=CHANGED)

    assert (change.changed_on, change.before, change.after) == (CHANGED, old, new)
    assert (change.channels, change.roles) == (frozenset(Channel), frozenset(Role))
    assert policy_changes(book, since=CHANGED, on=TODAY) == ()
    assert policy_changes(book, since=LONG_AGO, on=CHANGED - DAY) == ()


def test_another_name_or_other_people_told_change_nothing_for_a_child() -> None:
    step = EscalationStep(name="late", offset=HOUR, to="manager")

    book = PolicyBook([a_policy(72), a_policy(72, CHANGED, name="renamed", escalations=(step,))])

    assert policy_changes(book, since=LONG_AGO, on=TODAY) == ()


def test_what_came_and_went_is_no_change_and_what_came_again_changed_when_it_last_did() -> None:
    went = PolicyBook([a_policy(72), a_policy(48, CHANGED), a_policy(72, CHANGED + DAY)])
    renewed = PolicyBook([a_policy(72), a_policy(48, CHANGED), a_policy(48, CHANGED + DAY, name="again")])

    assert policy_changes(went, since=LONG_AGO, on=TODAY) == ()
    assert [change.changed_on for change in policy_changes(renewed, since=LONG_AGO, on=TODAY)] == [CHANGED]


def test_a_first_promise_is_a_change_too() -> None:
    [change] = policy_changes(PolicyBook([a_policy(24, CHANGED)]), since=LONG_AGO, on=TODAY)

    assert (change.before, change.changed_on) == (None, CHANGED)


def test_only_the_channels_and_roles_of_the_new_policy_are_named() -> None:
    adviser = frozenset({Role.PERSONAL_ADVISER})
    others = frozenset(Role) - adviser
    book = PolicyBook(
        [
            a_policy(72, name="one", roles=adviser),
            a_policy(72, name="other", roles=others),
            a_policy(24, CHANGED, name="one", roles=adviser),
        ]
    )

    [change] = policy_changes(book, since=LONG_AGO, on=TODAY)

    assert change.roles == adviser
    assert change.children([held(), held("C2", role="personal_adviser")], on=TODAY) == {"C2"}


def test_it_concerns_who_had_a_worker_before_it_and_has_one_still() -> None:
    [change] = policy_changes(PolicyBook([a_policy(72), a_policy(48, CHANGED)]), since=LONG_AGO, on=TODAY)

    assert change.children(
        [
            held("before", started_on=CHANGED - DAY),
            held("with it", started_on=CHANGED),
            held("over", ended_on=TODAY),
            held("last day", ended_on=TODAY + DAY),
            held("moved on", ended_on=CHANGED),
            held("moved on", id="A2", started_on=CHANGED),
        ],
        on=TODAY,
    ) == {"before", "last day", "moved on"}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 3)), max_size=5, unique_by=lambda each: each[0]))
def test_there_is_a_change_just_when_a_message_of_each_day_is_due_otherwise(versions: list[tuple[int, int]]) -> None:
    book = PolicyBook([a_policy(2), *(a_policy(hours, CHANGED + day * DAY) for day, hours in versions)])

    def target(day: date) -> timedelta:
        text = Message.model_validate(
            {"id": "m", "child_id": "c", "at": f"{day}T12:00Z", "direction": "from_child", "channel": "text"}
        )
        return book.policy_for(text).target

    for last in range(10):
        on = CHANGED + last * DAY
        found = policy_changes(book, since=CHANGED + 3 * DAY, on=on) if last > 3 else ()
        assert bool(found) == (last > 3 and target(CHANGED + 3 * DAY) != target(on))
