"""Staying in a child's life after the role has ended: each row on both sides of its figure."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from relationkit.england import Standing
from relationkit.errors import InvalidRecordError
from relationkit.handovers import MENTOR_RULES, MentorOffer, Need, mentor_eligibility

ENDED = date(2024, 11, 30)


def an_offer(**facts: Any) -> MentorOffer:
    given = {
        "child_id": "c1",
        "worker_id": "w1",
        "role_ended_on": ENDED,
        "start_on": date(2025, 6, 2),
        "offered_on": date(2025, 1, 6),
        "child_agrees": True,
        "has_open_concern": False,
        "weekly_hours": 1,
        "years": 2,
        "training_sessions": 2,
    }
    return MentorOffer.model_validate({**given, **facts})


def met(need: Need, **facts: Any) -> bool | None:
    found = mentor_eligibility(an_offer(**facts))
    return next(finding.is_met for finding in found.findings if finding.rule.need is need)


def test_an_offer_that_meets_every_row_is_eligible() -> None:
    found = mentor_eligibility(an_offer())

    assert found.is_eligible is True
    assert [finding.rule for finding in found.findings] == list(MENTOR_RULES)
    assert found.not_met == found.could_not_be_judged == ()


@pytest.mark.parametrize(
    ("need", "fact", "short", "enough"),
    [
        (Need.CHILD_AGREES, "child_agrees", False, True),
        (Need.NO_OPEN_CONCERN, "has_open_concern", True, False),
        (Need.WEEKLY_HOURS, "weekly_hours", 0.9, 1),
        (Need.YEARS, "years", 1.9, 2),
        (Need.TRAINING, "training_sessions", 1, 2),
        (Need.GAP, "start_on", date(2025, 2, 27), date(2025, 2, 28)),
        (Need.EARLY_START, "manager_agrees", False, True),
    ],
)
def test_each_row_is_met_from_its_figure_on_and_unknown_without_the_fact(
    need: Need, fact: str, short: object, enough: object
) -> None:
    early = {"start_on": date(2025, 3, 3)} if need is Need.EARLY_START else {}

    assert met(need, **{**early, fact: short}) is False
    assert met(need, **{**early, fact: enough}) is True
    if fact != "start_on":
        assert met(need, **{**early, fact: None}) is None


@pytest.mark.parametrize(("start_on", "is_met"), [(date(2025, 5, 29), None), (date(2025, 5, 30), True)])
def test_from_six_months_on_nobody_need_agree(start_on: date, is_met: bool | None) -> None:
    assert met(Need.EARLY_START, start_on=start_on) is is_met


@pytest.mark.parametrize("start_on", [date(2025, 5, 29), date(2025, 5, 30)])
def test_both_gaps_say_from_which_day_on_they_are_met(start_on: date) -> None:
    found = mentor_eligibility(an_offer(start_on=start_on))

    assert {finding.rule.need: finding.from_on for finding in found.findings if finding.from_on} == {
        Need.GAP: date(2025, 2, 28),
        Need.EARLY_START: date(2025, 5, 30),
    }


def test_a_gap_from_a_day_that_is_not_known_names_its_row_and_no_day() -> None:
    found = mentor_eligibility(an_offer(role_ended_on=None))

    assert [(finding.rule.need, finding.from_on) for finding in found.could_not_be_judged] == [
        (Need.GAP, None),
        (Need.EARLY_START, None),
    ]


@pytest.mark.parametrize("figure", [0, None])
def test_a_councils_row_without_a_figure_is_met_by_any(figure: int | None) -> None:
    rules = [replace(rule, at_least=figure) for rule in MENTOR_RULES if rule.need in (Need.GAP, Need.TRAINING)]

    assert mentor_eligibility(an_offer(start_on=ENDED, training_sessions=0), rules=rules).is_eligible is True


def test_a_month_without_that_date_ends_the_gap_on_its_last_day() -> None:
    found = mentor_eligibility(an_offer(role_ended_on=date(2023, 11, 30)))

    assert found.findings[2].from_on == date(2024, 2, 29)


def test_one_row_that_is_not_met_says_no_even_where_another_is_unknown() -> None:
    assert mentor_eligibility(an_offer(child_agrees=False, years=None)).is_eligible is False
    assert mentor_eligibility(an_offer(years=None)).is_eligible is None
    assert mentor_eligibility(an_offer(role_ended_on=None)).is_eligible is None


def test_an_offer_keeps_the_rows_of_its_day() -> None:
    old = MENTOR_RULES[0]

    assert mentor_eligibility(an_offer(offered_on=date(2024, 3, 31)), rules=[old]).findings == ()
    assert len(mentor_eligibility(an_offer(offered_on=date(2024, 4, 1)), rules=[old]).findings) == 1


def test_every_row_names_its_source_and_says_which_figures_are_our_own() -> None:
    assert all(rule.source for rule in MENTOR_RULES)
    assert [rule.need for rule in MENTOR_RULES if "our own default" not in rule.source] == [Need.YEARS]


def test_what_could_not_be_read_again_is_marked_and_no_row_passes_for_law() -> None:
    standing = {rule.need: rule.standing for rule in MENTOR_RULES}

    assert standing.pop(Need.NO_OPEN_CONCERN) is Standing.UNCONFIRMED
    assert set(standing.values()) == {Standing.LOCAL}


def test_more_hours_than_a_week_has_are_refused() -> None:
    with pytest.raises(InvalidRecordError, match="weekly_hours"):
        an_offer(weekly_hours=169)
