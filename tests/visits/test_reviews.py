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


def test_who_comes_into_care_today_is_looked_after_today() -> None:
    assert the_row(on=STARTED_ON).looked_after_on == STARTED_ON


def test_who_came_back_from_a_place_for_care_leavers_is_looked_after_from_then() -> None:
    left = a_placement(id="p0", regime="care_leaver_accommodation", started_on=date(2025, 1, 1))

    assert the_row(on=STARTED_ON, placements=[left, a_placement()]).looked_after_on == STARTED_ON


def test_of_two_placements_of_one_day_the_one_that_ends_first_is_the_first() -> None:
    ended, still_open = a_placement(ended_on=date(2025, 4, 1)), a_placement(id="p2", regime="short_breaks")

    for placements in ([ended, still_open], [still_open, ended]):
        assert the_row(on=STARTED_ON, placements=placements).due_on == date(2025, 4, 29)


@pytest.mark.parametrize(("after", "held"), [(timedelta(0), 1), (timedelta(seconds=1), 0)])
def test_a_review_at_this_very_moment_was_held(after: timedelta, held: int) -> None:
    now = datetime.combine(STARTED_ON, time(13), LONDON)

    assert (
        the_row(a_review(STARTED_ON, starts_at=now + after, ends_at=now + timedelta(hours=1)), on=STARTED_ON).held
        == held
    )


@pytest.mark.parametrize(("days", "held"), [(0, 1), (-1, 0)])
def test_a_review_on_the_first_day_in_care_is_one_of_it(days: int, held: int) -> None:
    assert the_row(a_review(STARTED_ON + timedelta(days=days)), on=date(2025, 4, 1)).held == held


def test_of_two_rules_that_hold_the_one_that_came_into_force_last_counts() -> None:
    newer = REVIEW_RULES[0].model_copy(update={"in_force_from": date(2024, 1, 1), "first_within_working_days": 5})

    for rules in ([newer, *REVIEW_RULES], [*REVIEW_RULES, newer]):
        assert the_row(on=STARTED_ON, rules=rules).rule == newer


def test_what_could_not_be_judged_says_which_fact_is_missing_and_comes_last() -> None:
    short = a_placement(child_id="A1", regime="short_breaks")
    now = datetime(2025, 4, 20, 12, tzinfo=LONDON)

    rows = reviews_due([short, a_placement()], [], now=now, closed_on=CLOSED_ON)
    assert [row.child_id for row in rows] == ["C1", "A1"]
    assert rows[1].could_not_be_judged == (
        "a placement of the regime 'short_breaks' is reviewed by figures that are not in the table (regulation 48: the "
        "first within three months, then at most six months apart, which we know at second hand only)"
    )
    assert the_row(on=date(2025, 4, 20), closed_on=None).could_not_be_judged == (
        "the bank holidays are missing, and a first review is counted in working days"
    )
    early = [a_placement(started_on=date(2011, 3, 31))]
    assert the_row(on=STARTED_ON, placements=early).could_not_be_judged == (
        "no rule for reviews was in force on 2011-03-31"
    )
    reviewed = the_row(
        a_review(date(2011, 3, 30)), on=STARTED_ON, placements=[a_placement(started_on=date(2011, 3, 1))]
    )
    assert reviewed.could_not_be_judged == "no rule for reviews was in force on 2011-03-30"


def test_where_sessions_do_not_reach_back_earlier_reviews_may_be_missing() -> None:
    options: dict[str, Any] = {"known_from": STARTED_ON + timedelta(days=1)}

    unknown = the_row(on=date(2025, 9, 1), **options)
    known = the_row(a_review(date(2025, 5, 1)), on=date(2025, 9, 1), **options)
    whole = the_row(a_review(date(2025, 5, 1)), on=date(2025, 9, 1), known_from=STARTED_ON)

    assert unknown.could_not_be_judged == (
        "no review is known, and the sessions do not reach back to when the child became looked after"
    )
    assert (known.due_on, whole.due_on) == (date(2025, 11, 1), date(2025, 8, 1))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError, match=r"^now has no time zone"):
        reviews_due([], [], now=datetime(2025, 4, 20, 12))
