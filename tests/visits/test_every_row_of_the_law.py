"""Each row of the law on both sides of each of its boundaries, read from the regulations and not from our table.

SI 2010/959 regulation 28 and SI 2010/2571 regulation 8(2). All records are synthetic.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest

from relationkit.england import Standing
from relationkit.records import LONDON, Placement, Session
from relationkit.visits import VISIT_RULES, VisitDue, VisitRule, visits_due

#: A year that begins on a leap day, one that holds one, one that ends before one, and one without.
STARTS = [date(2024, 2, 29), date(2023, 9, 4), date(2023, 2, 28), date(2021, 3, 1)]
#: The first day after a year that began on each of them.
ANNIVERSARIES = [date(2025, 3, 1), date(2024, 9, 4), date(2024, 2, 28), date(2022, 3, 1)]


class Law(NamedTuple):
    """What a regulation asks for, in its own words: weeks and months."""

    regime: str
    is_weekly_until_review: bool
    then_weeks: int
    later: str


LAW = [
    Law("placement", False, 6, "6 weeks"),  # 28(2)(c)(ii)
    Law("placement_until_18", False, 6, "3 months"),  # 28(2)(c)(i)
    Law("long_term_foster", False, 6, "6 months"),  # 28(3A), at second hand
    Law("parent_before_assessment", True, 6, "6 weeks"),  # 28(3)
    Law("connected_person_temporary", True, 4, "4 weeks"),  # 28(4)
    Law("interim_care_order_with_parent", True, 4, "4 weeks"),  # 28(4)
    Law("care_order_with_parent", False, 6, "6 weeks"),  # 28(5)
]


def a_session(kind: str, on: date, **changes: Any) -> Session:
    starts_at = datetime.combine(on, time(12), LONDON)
    facts: dict[str, Any] = {"id": f"{kind}-{on}", "child_id": "C1", "worker_id": "W1", "kind": kind, "status": "held"}
    facts |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "seen": True}
    return Session(**(facts | changes))


def judged(
    regime: str, started_on: date, sessions: list[Session], on: date, rules: tuple[VisitRule, ...] = VISIT_RULES
) -> VisitDue:
    placement = Placement.model_validate({"id": "p1", "child_id": "C1", "started_on": started_on, "regime": regime})
    [row] = visits_due([placement], sessions, now=datetime.combine(on, time(12), LONDON), rules=rules)
    return row


def is_due(regime: str, started_on: date, sessions: list[Session], due_on: date) -> bool:
    """Say whether that day is the last one in time: not late on it, a day late on the next."""
    on_the_day = judged(regime, started_on, sessions, due_on)
    day_after = judged(regime, started_on, sessions, due_on + timedelta(days=1))
    return (on_the_day.due_on, on_the_day.days_late, day_after.days_late) == (due_on, 0, 1)


def later_day(day: date, gap: str) -> date:
    """Return the day that many weeks or months after, months by the calendar."""
    number, unit = gap.split()
    if unit == "weeks":
        return day + timedelta(weeks=int(number))
    month = day.month + int(number)
    year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


@pytest.mark.parametrize("started_on", STARTS)
@pytest.mark.parametrize("law", LAW, ids=lambda law: law.regime)
def test_the_first_visit_is_within_one_week(law: Law, started_on: date) -> None:
    assert is_due(law.regime, started_on, [], started_on + timedelta(weeks=1))


@pytest.mark.parametrize("started_on", STARTS)
@pytest.mark.parametrize("law", [law for law in LAW if law.is_weekly_until_review], ids=lambda law: law.regime)
def test_visits_are_weekly_until_a_review_is_held_however_late(law: Law, started_on: date) -> None:
    for weeks in (1, 60):
        visited_on = started_on + timedelta(weeks=weeks)
        assert is_due(law.regime, started_on, [a_session("visit", visited_on)], visited_on + timedelta(weeks=1))


@pytest.mark.parametrize(("started_on", "anniversary"), list(zip(STARTS, ANNIVERSARIES, strict=True)))
@pytest.mark.parametrize("law", LAW, ids=lambda law: law.regime)
def test_the_gap_of_the_first_year_holds_until_the_day_before_the_anniversary(
    law: Law, started_on: date, anniversary: date
) -> None:
    review = [a_session("review", started_on + timedelta(days=20))] if law.is_weekly_until_review else []
    last_day = anniversary - timedelta(days=1)

    first_year = [*review, a_session("visit", last_day)]
    second_year = [*review, a_session("visit", anniversary)]

    assert is_due(law.regime, started_on, first_year, last_day + timedelta(weeks=law.then_weeks))
    assert is_due(law.regime, started_on, second_year, later_day(anniversary, law.later))


@pytest.mark.parametrize(
    ("visited_on", "due_on"),
    [
        (date(2023, 12, 31), date(2024, 2, 29)),  # a leap year's February
        (date(2024, 12, 31), date(2025, 2, 28)),
        (date(2024, 6, 30), date(2024, 8, 30)),
    ],
)
def test_a_personal_adviser_meets_a_care_leaver_within_two_months(visited_on: date, due_on: date) -> None:
    started_on = date(2023, 9, 4)

    assert is_due("care_leaver_accommodation", started_on, [], date(2023, 9, 11))
    assert is_due("care_leaver_accommodation", started_on, [a_session("visit", visited_on)], due_on)


def test_no_row_of_the_law_is_left_out_here() -> None:
    apart = {"care_leaver_accommodation", "short_breaks"}

    assert {law.regime for law in LAW} | apart == {rule.regime for rule in VISIT_RULES}
    assert {rule.regime for rule in VISIT_RULES if rule.standing is Standing.UNCONFIRMED} == {"long_term_foster"}


# Seen alone, or why not (regulation 29).


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({"seen_alone": True}, True),
        ({"seen_alone": None}, True),
        ({"seen_alone": False, "not_alone_why": "child_refused"}, True),
        ({"seen_alone": False, "not_alone_why": "not_appropriate"}, True),
        ({"seen_alone": False, "not_alone_why": "not_possible"}, True),
        ({"seen_alone": False}, False),
        ({"seen": False}, False),
    ],
    ids=str,
)
def test_a_visit_counts_when_the_child_was_seen_alone_or_it_says_why_not(facts: dict[str, Any], counts: bool) -> None:
    visited_on = date(2024, 3, 6)

    row = judged("placement", date(2024, 3, 4), [a_session("visit", visited_on, **facts)], date(2024, 3, 8))

    assert (row.last_visit_on, row.passed_over_on) == ((visited_on, None) if counts else (None, visited_on))
    assert row.was_seen_alone is (facts.get("seen_alone") if counts else None)
    assert row.not_alone_why == (facts.get("not_alone_why") if counts else None)


def test_an_older_visit_that_counts_is_shown_beside_the_one_that_was_passed_over() -> None:
    visits = [a_session("visit", date(2024, 3, 6)), a_session("visit", date(2024, 4, 3), seen_alone=False)]

    row = judged("placement", date(2024, 3, 4), visits, date(2024, 4, 20))

    assert (row.last_visit_on, row.passed_over_on) == (date(2024, 3, 6), date(2024, 4, 3))
    assert row.days_late == 3


# A council's own rows beside the law.


def ours(**changes: Any) -> VisitRule:
    facts: dict[str, Any] = {
        "regime": "placement",
        "name": "Our promise",
        "first_within_days": 5,
        "then_at_most_days": 28,
        "standing": "local",
        "source": "Exampleshire practice standard 4.1",
        "in_force_from": date(2024, 4, 1),
    }
    return VisitRule.model_validate(facts | changes)


def test_a_stricter_local_row_gives_the_day() -> None:
    row = judged("placement", date(2025, 3, 3), [], date(2025, 3, 4), (*VISIT_RULES, ours()))

    assert row.due_on == date(2025, 3, 8)
    assert row.rule == ours()


def test_a_looser_local_row_never_loosens_the_law() -> None:
    row = judged("placement", date(2025, 3, 3), [], date(2025, 3, 4), (*VISIT_RULES, ours(first_within_days=14)))

    assert row.due_on == date(2025, 3, 10)
    assert row.rule is not None
    assert row.rule.standing is Standing.LAW


def test_a_local_row_fills_what_the_law_leaves_to_agreement() -> None:
    agreed = ours(regime="short_breaks", first_within_days=10)

    assert judged("short_breaks", date(2025, 3, 3), [], date(2025, 3, 4), (*VISIT_RULES, agreed)).due_on == date(
        2025, 3, 13
    )


def test_before_a_local_row_holds_the_law_stands_alone() -> None:
    row = judged("placement", date(2024, 3, 31), [], date(2024, 4, 1), (*VISIT_RULES, ours()))

    assert row.due_on == date(2024, 4, 7)


def test_two_local_rows_of_one_day_could_not_be_judged_even_beside_the_law() -> None:
    row = judged("placement", date(2025, 3, 3), [], date(2025, 3, 4), (*VISIT_RULES, ours(), ours(name="Other")))

    assert row.due_on is None
    assert row.could_not_be_judged == "2 rules of the regime 'placement' came into force on 2024-04-01"
