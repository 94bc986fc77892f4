"""When a child's case must next be reviewed (SI 2010/959, regulation 33). All records are synthetic."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from relationkit.errors import NaiveMomentError
from relationkit.records import LONDON, Placement, Session
from relationkit.visits import REVIEW_RULES, ReviewDue, reviews_due

STARTED_ON = date(2025, 3, 28)  # a Friday; Easter 2025 is on 20 April
CLOSED_ON = frozenset({date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 5)})


def a_placement(**changes: Any) -> Placement:
    return Placement(**({"id": "p1", "child_id": "C1", "started_on": STARTED_ON, "regime": "placement"} | changes))


def a_review(on: date, **changes: Any) -> Session:
    starts_at = datetime.combine(on, time(12), LONDON)
    facts: dict[str, Any] = {"id": f"r-{on}", "child_id": "C1", "worker_id": "W1", "kind": "review", "status": "held"}
    return Session(**(facts | {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)} | changes))


def the_row(*reviews: Session, on: date, placements: list[Placement] | None = None, **options: Any) -> ReviewDue:
    now = datetime.combine(on, time(13), LONDON)
    [row] = reviews_due(placements or [a_placement()], reviews, now=now, **({"closed_on": CLOSED_ON} | options))
    return row


@pytest.mark.parametrize(("on", "days_late"), [(date(2025, 4, 29), 0), (date(2025, 4, 30), 1)])
def test_the_first_review_is_within_twenty_working_days(on: date, days_late: int) -> None:
    row = the_row(on=on)

    assert (row.due_on, row.days_late) == (date(2025, 4, 29), days_late)
    assert row.rule == REVIEW_RULES[0]
    assert row.rule.source.endswith("33(1) and (2)")


@pytest.mark.parametrize(("on", "is_late"), [(date(2025, 7, 30), False), (date(2025, 7, 31), True)])
def test_the_second_is_within_three_months_of_the_first(on: date, is_late: bool) -> None:
    assert the_row(a_review(date(2025, 4, 30)), on=on).is_late is is_late


@pytest.mark.parametrize(("on", "is_late"), [(date(2026, 2, 28), False), (date(2026, 3, 1), True)])
def test_later_ones_are_at_most_six_months_apart(on: date, is_late: bool) -> None:
    row = the_row(a_review(date(2025, 4, 30)), a_review(date(2025, 8, 31)), on=on)

    assert (row.held, row.is_late) == (2, is_late)
    assert row.last_review_on == date(2025, 8, 31)


def test_a_leap_day_is_the_last_of_its_february() -> None:
    start = [a_placement(started_on=date(2023, 3, 1))]
    held = [a_review(date(2023, 3, 28)), a_review(date(2023, 8, 31))]

    assert the_row(*held, on=date(2024, 2, 1), placements=start).due_on == date(2024, 2, 29)


@pytest.mark.parametrize("changes", [{"status": "planned"}, {"status": "cancelled"}, {"kind": "visit"}], ids=str)
def test_only_reviews_that_were_held_count(changes: dict[str, Any]) -> None:
    assert the_row(a_review(date(2025, 4, 15), **changes), on=date(2025, 4, 20)).held == 0


def test_a_move_without_a_day_between_does_not_start_again() -> None:
    moved = [
        a_placement(ended_on=date(2025, 4, 10)),
        a_placement(id="p2", started_on=date(2025, 4, 10), regime="care_order_with_parent"),
    ]

    assert the_row(on=date(2025, 4, 20), placements=moved).looked_after_on == STARTED_ON


def test_coming_back_into_care_starts_again() -> None:
    back = [a_placement(ended_on=date(2025, 4, 10)), a_placement(id="p2", started_on=date(2025, 4, 11))]

    row = the_row(a_review(date(2025, 4, 9)), on=date(2025, 4, 20), placements=back)

    assert (row.looked_after_on, row.held) == (date(2025, 4, 11), 0)


@pytest.mark.parametrize(
    "placement",
    [
        a_placement(ended_on=date(2025, 4, 20)),
        a_placement(started_on=date(2025, 4, 21)),
        a_placement(regime="care_leaver_accommodation"),
    ],
    ids=lambda each: f"{each.regime} {each.started_on} {each.ended_on}",
)
def test_who_is_not_looked_after_on_the_day_has_no_row(placement: Placement) -> None:
    assert reviews_due([placement], [], now=datetime(2025, 4, 20, 12, tzinfo=LONDON), closed_on=CLOSED_ON) == []


def test_what_could_not_be_judged_says_which_fact_is_missing_and_comes_last() -> None:
    short = a_placement(child_id="A1", regime="short_breaks")
    now = datetime(2025, 4, 20, 12, tzinfo=LONDON)

    rows = reviews_due([short, a_placement()], [], now=now, closed_on=CLOSED_ON)
    assert [row.child_id for row in rows] == ["C1", "A1"]
    assert "not in the table" in (rows[1].could_not_be_judged or "")
    assert "bank holidays are missing" in (the_row(on=date(2025, 4, 20), closed_on=None).could_not_be_judged or "")
    early = [a_placement(started_on=date(2011, 3, 31))]
    assert "no rule for reviews was in force" in (the_row(on=STARTED_ON, placements=early).could_not_be_judged or "")


def test_where_sessions_do_not_reach_back_earlier_reviews_may_be_missing() -> None:
    options: dict[str, Any] = {"known_from": STARTED_ON + timedelta(days=1)}

    unknown = the_row(on=date(2025, 9, 1), **options)
    known = the_row(a_review(date(2025, 5, 1)), on=date(2025, 9, 1), **options)
    whole = the_row(a_review(date(2025, 5, 1)), on=date(2025, 9, 1), known_from=STARTED_ON)

    assert "do not reach back" in (unknown.could_not_be_judged or "")
    assert (known.due_on, whole.due_on) == (date(2025, 11, 1), date(2025, 8, 1))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError):
        reviews_due([], [], now=datetime(2025, 4, 20, 12))
