"""One session, one record: the highest revision, whatever the order."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from relationkit.records import Session
from relationkit.visits import latest_sessions

START = datetime(2025, 6, 2, 15, tzinfo=UTC)


def a_session(**changes: Any) -> Session:
    facts: dict[str, Any] = {"id": "s1", "child_id": "C1", "worker_id": "W1", "kind": "visit", "starts_at": START}
    return Session(**(facts | {"ends_at": START + timedelta(days=9)} | changes))


def test_no_sessions_give_none() -> None:
    assert latest_sessions([]) == []


def test_the_highest_revision_counts_even_when_it_was_changed_earlier() -> None:
    newest = a_session(revision=2, changed_at=START)
    older = a_session(revision=1, changed_at=START + timedelta(days=1))

    assert all(latest_sessions(order) == [newest] for order in permutations([older, newest, a_session()]))


def test_of_one_revision_the_last_change_counts_and_an_unknown_change_is_the_oldest() -> None:
    unknown = a_session()
    first, last = (a_session(changed_at=START + timedelta(days=days)) for days in (0, 1))

    assert all(latest_sessions(order) == [last] for order in permutations([unknown, first, last]))


def test_a_later_change_counts_even_when_it_starts_earlier() -> None:
    first = a_session(changed_at=START, starts_at=START + timedelta(days=2))
    last = a_session(changed_at=START + timedelta(days=1))

    assert latest_sessions([first, last]) == latest_sessions([last, first]) == [last]


def test_of_two_that_cannot_be_told_apart_by_time_the_order_does_not_decide() -> None:
    one, other = a_session(place="A"), a_session(place="B")

    assert latest_sessions([one, other]) == latest_sessions([other, one])


def test_they_come_by_start_and_then_by_id() -> None:
    late, second, first = a_session(id="s0", starts_at=START + timedelta(days=1)), a_session(id="s2"), a_session()

    assert latest_sessions([late, second, first]) == [first, second, late]
