"""When a child must next be seen: each boundary of the law from both sides. All records are synthetic."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.england.visits import VISIT_TIMESCALES, Standing
from relationkit.errors import InvalidRecordError, NaiveMomentError
from relationkit.records import LONDON, Placement, Session
from relationkit.visits import VISIT_RULES, VisitDue, VisitRule, visits_due

STARTED_ON = date(2024, 3, 4)  # a Monday


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)


def a_placement(**changes: Any) -> Placement:
    return Placement(
        **({"id": "p1", "child_id": "C1", "started_on": STARTED_ON, "regime": "placement_until_18"} | changes)
    )


def a_visit(on: date, **changes: Any) -> Session:
    facts: dict[str, Any] = {
        "id": f"v-{on}",
        "child_id": "C1",
        "worker_id": "W1",
        "kind": "visit",
        "status": "held",
        "starts_at": noon(on),
        "seen": True,
    }
    facts |= changes
    return Session(**({"ends_at": facts["starts_at"] + timedelta(hours=1)} | facts))


def a_rule(**changes: Any) -> VisitRule:
    facts: dict[str, Any] = {
        "regime": "child_in_need",
        "name": "Child in need",
        "first_within_days": 5,
        "then_at_most_days": 28,
        "standing": "local",
        "source": "Exampleshire practice standard 4.1",
        "in_force_from": date(2020, 1, 1),
    }
    return VisitRule(**(facts | changes))


def the_row(*visits: Session, placement: Placement | None = None, on: date, **options: Any) -> VisitDue:
    [row] = visits_due([placement or a_placement()], visits, now=noon(on), **options)
    return row


class TestFirstVisit:
    def test_it_is_due_within_one_week_of_the_start(self) -> None:
        row = the_row(on=STARTED_ON)

        assert row.due_on == date(2024, 3, 11)
        assert row.last_visit_on is None
        assert row.rule is not None
        assert row.rule.source.endswith("28(2)(a), (b) and (c)(i)")

    @pytest.mark.parametrize(("on", "days_late"), [(date(2024, 3, 11), 0), (date(2024, 3, 12), 1)])
    def test_the_seventh_day_is_in_time_and_the_eighth_is_late(self, on: date, days_late: int) -> None:
        row = the_row(on=on)

        assert row.days_late == days_late
        assert row.is_late is bool(days_late)

    def test_the_day_is_londons_and_not_utcs(self) -> None:
        summer = a_placement(started_on=date(2024, 7, 1))
        last_minute = datetime(2024, 7, 8, 22, 59, tzinfo=UTC)

        [before] = visits_due([summer], [], now=last_minute)
        [after] = visits_due([summer], [], now=last_minute + timedelta(minutes=1))

        assert (before.days_late, after.days_late) == (0, 1)


class TestVisitsThatCount:
    VISITED_ON = date(2024, 3, 6)

    def test_a_visit_starts_the_next_gap(self) -> None:
        row = the_row(a_visit(self.VISITED_ON), on=self.VISITED_ON)

        assert row.last_visit_on == self.VISITED_ON
        assert row.last_visit_id == f"v-{self.VISITED_ON}"
        assert row.due_on == self.VISITED_ON + timedelta(weeks=6)

    def test_the_last_one_counts_whatever_the_order(self) -> None:
        visits = [a_visit(self.VISITED_ON + timedelta(days=days)) for days in (0, 20, 10)]

        assert the_row(*visits, on=date(2024, 5, 1)).last_visit_on == date(2024, 3, 26)

    @pytest.mark.parametrize(
        "changes",
        [
            {"status": "planned"},
            {"status": "cancelled"},
            {"status": "missed"},
            {"kind": "catch_up"},
            {"kind": "review"},
            {"seen": False},
            {"child_id": "C2"},
        ],
        ids=str,
    )
    def test_these_do_not(self, changes: dict[str, Any]) -> None:
        assert the_row(a_visit(self.VISITED_ON, **changes), on=date(2024, 3, 20)).last_visit_on is None

    def test_one_that_does_not_say_whether_the_child_was_seen_does(self) -> None:
        assert the_row(a_visit(self.VISITED_ON, seen=None), on=date(2024, 3, 20)).last_visit_on == self.VISITED_ON

    def test_one_on_the_day_of_the_start_counts_and_one_the_day_before_does_not(self) -> None:
        on_the_day, before = a_visit(STARTED_ON), a_visit(STARTED_ON - timedelta(days=1))

        assert the_row(on_the_day, before, on=date(2024, 3, 20)).last_visit_on == STARTED_ON
        assert the_row(before, on=date(2024, 3, 20)).last_visit_on is None

    def test_one_later_than_now_is_not_seen_yet(self) -> None:
        visit = a_visit(self.VISITED_ON)

        [early] = visits_due([a_placement()], [visit], now=visit.starts_at - timedelta(seconds=1))
        [then] = visits_due([a_placement()], [visit], now=visit.starts_at)

        assert early.last_visit_on is None
        assert then.last_visit_on == self.VISITED_ON

    def test_the_last_one_that_does_not_count_is_told_whatever_the_order(self) -> None:
        early, late = (a_visit(STARTED_ON + timedelta(days=days), seen=False) for days in (1, 2))

        for ordered in ((early, late), (late, early)):
            assert the_row(*ordered, on=date(2024, 3, 8)).passed_over_on == date(2024, 3, 6)

    def test_one_that_was_not_held_hides_none_that_follows_it(self) -> None:
        cancelled, held = a_visit(date(2024, 3, 5), status="cancelled"), a_visit(date(2024, 3, 6))

        assert the_row(cancelled, held, on=date(2024, 3, 8)).last_visit_on == date(2024, 3, 6)

    def test_a_correction_takes_a_visit_back(self) -> None:
        visit = a_visit(self.VISITED_ON)
        corrected = a_visit(self.VISITED_ON, seen=False, revision=1)

        assert the_row(corrected, visit, on=date(2024, 3, 20)).last_visit_on is None


class TestLaterVisits:
    @pytest.mark.parametrize(
        ("weeks_and_days", "days_late"), [(timedelta(weeks=6), 0), (timedelta(weeks=6, days=1), 1)]
    )
    def test_six_weeks_are_in_time_and_a_day_more_is_late(self, weeks_and_days: timedelta, days_late: int) -> None:
        visited_on = date(2024, 3, 6)

        assert the_row(a_visit(visited_on), on=visited_on + weeks_and_days).days_late == days_late

    @pytest.mark.parametrize(
        ("visited_on", "due_on"),
        [
            (date(2025, 3, 3), date(2025, 4, 14)),  # the last day of the first year: six weeks
            (date(2025, 3, 4), date(2025, 6, 4)),  # the anniversary: three months
        ],
    )
    def test_a_gap_that_begins_in_the_first_year_keeps_its_length(self, visited_on: date, due_on: date) -> None:
        assert the_row(a_visit(visited_on), on=date(2025, 3, 20)).due_on == due_on

    @pytest.mark.parametrize(
        ("visited_on", "due_on"),
        [
            (date(2025, 2, 28), date(2025, 4, 11)),  # the last day of the first year
            (date(2025, 3, 1), date(2025, 6, 1)),
        ],
    )
    def test_the_first_year_from_a_29_february_ends_with_28_february(self, visited_on: date, due_on: date) -> None:
        placement = a_placement(started_on=date(2024, 2, 29))

        assert the_row(a_visit(visited_on), placement=placement, on=date(2025, 3, 2)).due_on == due_on

    @pytest.mark.parametrize(
        ("visited_on", "due_on"),
        [(date(2025, 11, 30), date(2026, 2, 28)), (date(2027, 11, 30), date(2028, 2, 29))],
    )
    def test_three_months_from_a_30_november_end_with_february(self, visited_on: date, due_on: date) -> None:
        assert the_row(a_visit(visited_on), on=visited_on).due_on == due_on

    @pytest.mark.parametrize(
        ("regime", "gap"),
        [
            ("placement", timedelta(days=42)),
            ("long_term_foster", timedelta(days=184)),  # 1 May to 1 November
            ("care_order_with_parent", timedelta(days=42)),
            ("care_leaver_accommodation", timedelta(days=61)),  # 1 May to 1 July
        ],
    )
    def test_each_regime_has_its_own_gap_after_the_first_year(self, regime: str, gap: timedelta) -> None:
        visited_on = date(2025, 5, 1)

        row = the_row(a_visit(visited_on), placement=a_placement(regime=regime), on=visited_on)

        assert row.due_on == visited_on + gap


class TestUntilTheFirstReview:
    PLACEMENT = a_placement(regime="connected_person_temporary")
    VISITED_ON = date(2024, 3, 8)
    REVIEWED_ON = date(2024, 3, 14)

    def due_on(self, *reviews: Session, on: date = date(2024, 3, 15)) -> date | None:
        return the_row(a_visit(self.VISITED_ON), *reviews, placement=self.PLACEMENT, on=on).due_on

    def a_review(self, on: date = REVIEWED_ON, **changes: Any) -> Session:
        return a_visit(on, **({"kind": "review"} | changes))

    def test_visits_are_weekly(self) -> None:
        assert self.due_on() == self.VISITED_ON + timedelta(days=7)

    def test_then_every_four_weeks_from_the_last_visit(self) -> None:
        assert self.due_on(self.a_review()) == self.VISITED_ON + timedelta(days=28)

    @pytest.mark.parametrize("status", ["planned", "cancelled", "missed"])
    def test_a_review_that_was_not_held_changes_nothing(self, status: str) -> None:
        assert self.due_on(self.a_review(status=status)) == self.VISITED_ON + timedelta(days=7)

    def test_a_review_of_an_earlier_placement_changes_nothing(self) -> None:
        assert self.due_on(self.a_review(STARTED_ON - timedelta(days=1))) == self.VISITED_ON + timedelta(days=7)

    @pytest.mark.parametrize(
        ("before", "due"), [(timedelta(0), date(2024, 4, 5)), (timedelta(seconds=1), date(2024, 3, 15))]
    )
    def test_a_review_at_the_first_moment_of_a_placement_is_one_of_it(self, before: timedelta, due: date) -> None:
        midnight = datetime.combine(STARTED_ON, time(), UTC)  # London keeps UTC in March

        assert self.due_on(self.a_review(starts_at=midnight - before)) == due

    def test_of_several_reviews_the_last_counts_whatever_the_order(self) -> None:
        before = self.a_review(STARTED_ON - timedelta(days=1), id="before")

        assert self.due_on(before, self.a_review()) == self.due_on(self.a_review(), before) == date(2024, 4, 5)


class TestPlacements:
    def test_only_those_open_on_the_day_are_judged(self) -> None:
        ended = a_placement(id="ended", ended_on=date(2024, 3, 20))
        ends_tomorrow = a_placement(id="open", ended_on=date(2024, 3, 21))
        starts_tomorrow = a_placement(id="later", started_on=date(2024, 3, 21))

        rows = visits_due([ended, ends_tomorrow, starts_tomorrow], [], now=noon(date(2024, 3, 20)))

        assert [row.placement_id for row in rows] == ["open"]

    def test_the_clock_starts_again_with_every_placement(self) -> None:
        moved = a_placement(id="p2", started_on=date(2024, 4, 1))

        assert the_row(a_visit(date(2024, 3, 30)), placement=moved, on=date(2024, 4, 2)).due_on == date(2024, 4, 8)

    @pytest.mark.parametrize(("before", "last_visit_on"), [(timedelta(0), STARTED_ON), (timedelta(seconds=1), None)])
    def test_a_visit_at_the_first_moment_of_a_placement_is_one_of_it(
        self, before: timedelta, last_visit_on: date | None
    ) -> None:
        midnight = datetime.combine(STARTED_ON, time(), UTC)  # London keeps UTC in March

        row = the_row(a_visit(STARTED_ON, starts_at=midnight - before), on=STARTED_ON)

        assert row.last_visit_on == last_visit_on

    def test_the_same_record_twice_counts_once(self) -> None:
        assert len(visits_due([a_placement(), a_placement()], [], now=noon(STARTED_ON))) == 1

    @pytest.mark.parametrize(
        ("ends", "is_judged"),
        [
            ([None, date(2024, 3, 21)], True),
            ([None, date(2024, 3, 20)], False),
            ([date(2024, 3, 21), date(2024, 3, 20)], True),
            ([date(2024, 3, 20), None, date(2024, 3, 19)], False),
        ],
        ids=str,
    )
    def test_of_one_id_the_record_that_ends_latest_counts_and_an_open_one_least(
        self, ends: list[date | None], *, is_judged: bool
    ) -> None:
        placements = [a_placement(ended_on=end) for end in ends]

        for ordered in (placements, placements[::-1]):
            assert len(visits_due(ordered, [], now=noon(date(2024, 3, 20)))) == is_judged

    @pytest.mark.parametrize("changes", [{"regime": "unheard_of"}, {"started_on": date(2024, 3, 1)}], ids=str)
    def test_records_of_one_id_that_contradict_each_other_could_not_be_judged(self, changes: dict[str, Any]) -> None:
        placements = [a_placement(), a_placement(**changes)]

        rows = visits_due(placements, [], now=noon(date(2024, 3, 20)))

        assert [(row.due_on, row.days_late, row.is_late, row.rule) for row in rows] == [(None, None, None, None)]
        assert rows[0].could_not_be_judged == (
            "2 records of this placement contradict each other; keep the one that is right"
        )
        assert rows == visits_due(placements[::-1], [], now=noon(date(2024, 3, 20)))

    def test_a_record_that_ends_settles_what_two_open_ones_contradict(self) -> None:
        open_ones = [a_placement(), a_placement(regime="unheard_of")]
        ended = a_placement(ended_on=date(2024, 4, 1))

        [row] = visits_due([*open_ones, ended], [], now=noon(date(2024, 3, 20)))

        assert row.due_on == date(2024, 3, 11)

    def test_one_id_of_two_children_is_two_placements(self) -> None:
        placements = [a_placement(child_id="C2"), a_placement(child_id="C1", ended_on=date(2024, 4, 1))]

        rows = visits_due(placements, [], now=noon(date(2024, 3, 20)))

        assert [row.child_id for row in rows] == ["C1", "C2"]

    def test_of_one_due_day_the_smaller_id_comes_first_whatever_the_order(self) -> None:
        placements = [a_placement(id="p2", child_id="C1"), a_placement(id="p10", child_id="C2"), a_placement(id="p1")]

        rows = visits_due(placements, [], now=noon(date(2024, 3, 20)))

        assert [row.placement_id for row in rows] == ["p1", "p10", "p2"]
        assert rows == visits_due(placements[::-1], [], now=noon(date(2024, 3, 20)))

    def test_the_earliest_due_day_comes_first_and_what_could_not_be_judged_last(self) -> None:
        placements = [
            a_placement(id="p1", regime="unheard_of"),
            a_placement(id="p2", started_on=date(2024, 3, 6)),
            a_placement(id="p3"),
        ]

        rows = visits_due(placements, [], now=noon(date(2024, 3, 20)))

        assert [row.placement_id for row in rows] == ["p3", "p2", "p1"]
        assert rows == visits_due(placements[::-1], [], now=noon(date(2024, 3, 20)))

    def test_no_placements_give_no_rows(self) -> None:
        assert visits_due([], [a_visit(STARTED_ON)], now=noon(STARTED_ON)) == []


class TestCouldNotBeJudged:
    def missing(self, regime: str = "child_in_need", **options: Any) -> str:
        row = the_row(placement=a_placement(regime=regime), on=date(2024, 6, 1), **options)

        assert row.due_on is None
        assert (row.days_late, row.is_late) == (None, None)
        assert row.could_not_be_judged is not None
        return row.could_not_be_judged

    def test_an_unknown_regime_is_named(self) -> None:
        assert self.missing("unheard_of") == "no rule has the regime 'unheard_of'"

    def test_short_breaks_wait_for_the_interval_that_was_agreed(self) -> None:
        assert "add a row with the gap that was agreed" in self.missing("short_breaks")

    def test_a_rule_that_is_not_in_force_on_the_day_is_not_used(self) -> None:
        assert "in force on 2024-03-04" in self.missing(rules=[a_rule(in_force_from=date(2024, 3, 5))])
        assert "in force on 2024-03-04" in self.missing(rules=[a_rule(in_force_until=date(2024, 3, 4))])

    def test_two_rules_of_one_day_contradict_each_other(self) -> None:
        assert self.missing(rules=[a_rule(), a_rule(first_within_days=3)]) == (
            "2 rules of the regime 'child_in_need' came into force on 2020-01-01"
        )

    def test_what_can_be_judged_says_nothing_is_missing(self) -> None:
        assert the_row(on=STARTED_ON).could_not_be_judged is None


class TestRules:
    def test_a_councils_own_rows_stand_beside_the_law(self) -> None:
        placements = [a_placement(), a_placement(id="p2", regime="child_in_need")]

        rows = visits_due(placements, [], now=noon(STARTED_ON), rules=[*VISIT_RULES, a_rule()])

        assert [(row.regime, row.due_on) for row in rows] == [
            ("child_in_need", date(2024, 3, 9)),
            ("placement_until_18", date(2024, 3, 11)),
        ]

    @pytest.mark.parametrize(("first", "is_law"), [(7, True), (8, True), (6, False)])
    def test_of_the_law_and_a_councils_row_the_earlier_day_counts_and_of_one_day_the_law(
        self, first: int, *, is_law: bool
    ) -> None:
        own = a_rule(regime="placement_until_18", first_within_days=first)

        row = the_row(on=STARTED_ON, rules=[*VISIT_RULES, own])

        assert row.rule is not None
        assert (row.rule.standing is not Standing.LOCAL) is is_law

    def test_where_neither_sets_a_gap_the_law_is_named(self) -> None:
        none = {"first_within_days": None, "then_at_most_days": None}

        row = the_row(
            placement=a_placement(regime="short_breaks"),
            on=STARTED_ON,
            rules=[*VISIT_RULES, a_rule(regime="short_breaks", **none)],
        )

        assert row.rule is not None
        assert row.rule.standing is not Standing.LOCAL
        assert row.could_not_be_judged == "the rule 'short_breaks' sets no gap; add a row with the gap that was agreed"

    def test_a_gap_after_the_first_year_may_be_in_days(self) -> None:
        own = a_rule(after_first_year_days=10)

        due = [
            own.next_due_on(on, started_on=STARTED_ON, is_reviewed=True) for on in (date(2025, 3, 3), date(2025, 3, 4))
        ]

        assert due == [date(2025, 3, 31), date(2025, 3, 14)]

    def test_a_new_figure_holds_for_gaps_that_begin_on_its_first_day(self) -> None:
        old, new = (
            a_rule(in_force_until=date(2024, 3, 20)),
            a_rule(in_force_from=date(2024, 3, 20), then_at_most_days=14),
        )
        placement = a_placement(regime="child_in_need")

        due = [
            the_row(a_visit(day), placement=placement, on=date(2024, 3, 25), rules=[new, old]).due_on
            for day in (date(2024, 3, 19), date(2024, 3, 20))
        ]

        assert due == [date(2024, 4, 16), date(2024, 4, 3)]

    def test_of_two_that_hold_the_one_that_came_into_force_last_counts(self) -> None:
        newer = a_rule(in_force_from=date(2023, 1, 1), first_within_days=3)
        placement = a_placement(regime="child_in_need")

        row = the_row(placement=placement, on=STARTED_ON, rules=[newer, a_rule()])

        assert row.rule == newer

    def test_every_statutory_row_is_there_with_its_source(self) -> None:
        assert [(rule.regime, rule.source) for rule in VISIT_RULES] == [
            (row.regime, row.source) for row in VISIT_TIMESCALES
        ]
        assert all(rule.standing is not Standing.LOCAL for rule in VISIT_RULES)

    @pytest.mark.parametrize(
        ("changes", "what"),
        [
            ({"then_at_most_months": 1}, "in days and in months"),
            ({"after_first_year_days": 1, "after_first_year_months": 1}, "in days and in months"),
            ({"in_force_until": date(2020, 1, 1)}, "not after in_force_from"),
            ({"first_within_days": 0}, "first_within_days"),
            ({"source": ""}, "source"),
        ],
    )
    def test_a_row_that_cannot_be_is_refused(self, changes: dict[str, Any], what: str) -> None:
        with pytest.raises(InvalidRecordError, match=what):
            a_rule(**changes)


def test_a_now_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError, match=r"^now has no time zone"):
        visits_due([], [], now=datetime(2024, 3, 4))


@given(
    offsets=st.lists(st.integers(0, 500), max_size=6),
    age=st.integers(0, 700),
    regime=st.sampled_from(["placement", "placement_until_18", "care_order_with_parent"]),
)
def test_the_due_day_is_never_earlier_for_one_visit_more_and_lateness_is_days_since_it(
    offsets: list[int], age: int, regime: str
) -> None:
    visits = [a_visit(STARTED_ON + timedelta(days=offset), id=f"v{number}") for number, offset in enumerate(offsets)]
    placement, on = a_placement(regime=regime), STARTED_ON + timedelta(days=age)

    row = the_row(*visits, placement=placement, on=on)
    fewer = the_row(*visits[1:], placement=placement, on=on)

    assert row.due_on is not None
    assert fewer.due_on is not None
    assert row.due_on >= fewer.due_on
    assert row.days_late == max(0, (on - row.due_on).days)


@given(waiting=st.integers(1, 4000))
def test_waiting_longer_never_makes_it_in_time_again(waiting: int) -> None:
    assert the_row(on=date(2024, 3, 11) + timedelta(days=waiting)).days_late == waiting
