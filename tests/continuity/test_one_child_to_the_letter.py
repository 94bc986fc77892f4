"""Everything about one made-up child, to the letter; and what those who ask for what cannot be are told."""

from datetime import date, datetime
from typing import Any

import pytest

from relationkit.continuity import (
    CAUSES,
    Attribution,
    CareCase,
    CarePeriod,
    ChildMeasures,
    CommissionerInstability,
    Continuity,
    Counterfactual,
    DfeStability,
    HistoryRules,
    JudgedChange,
    Window,
    WorkerChange,
    WorkerSpell,
    attribute_changes,
    care_cases,
    care_periods,
    continuity_of,
    looked_after_on,
    measure_children,
    with_worker_kept,
    worker_histories,
)
from relationkit.errors import InvalidWindowError, ScatteredRecordsError, SeveralChildrenError
from relationkit.records import Assignment, ChangeReason, Child, ChildId, Placement, Role

YEAR = Window.reporting_year(2025)
CAUSE = {row.reason: row for row in CAUSES}


def day(text: str) -> date:
    return date.fromisoformat(text)


def held(worker: str, start: str, end: str | None = None, reason: str | None = None, **more: Any) -> Assignment:
    facts = {"id": f"{worker} {start}", "child_id": "C", "worker_id": worker, "role": "social_worker", "reason": reason}
    return Assignment.model_validate({**facts, "started_on": start, "ended_on": end, **more})


def placed(start: str, end: str | None = None, **more: Any) -> Placement:
    facts = {"id": f"P {start}", "child_id": "C", "started_on": start, "ended_on": end, "regime": "placement"}
    return Placement.model_validate({**facts, **more})


ROWS = [
    held("A", "2023-03-01", "2024-05-01", "first_contact", team="North"),
    held("A", "2024-05-01", "2024-10-01", team="South"),
    held("B", "2024-06-01", "2024-08-01", "absence", team="South"),
    held("C", "2024-10-11", "2025-01-01", "left_role", team="North"),
    held("D", "2025-01-01", None, "restructure"),
]


def test_everything_about_one_child_is_this() -> None:
    stays = [placed("2023-02-22", "2024-10-04"), placed("2024-10-06")]
    whole = {
        "A": WorkerSpell(
            "A", day("2023-03-01"), day("2024-06-01"), ("A 2023-03-01", "A 2024-05-01"), ChangeReason.FIRST_CONTACT
        ),
        "B": WorkerSpell("B", day("2024-06-01"), day("2024-08-01"), ("B 2024-06-01",), ChangeReason.ABSENCE),
        "A again": WorkerSpell("A", day("2024-08-01"), day("2024-10-01"), ("A 2024-05-01",)),
        "C": WorkerSpell("C", day("2024-10-11"), day("2025-01-01"), ("C 2024-10-11",), ChangeReason.LEFT_ROLE),
        "D": WorkerSpell("D", day("2025-01-01"), None, ("D 2025-01-01",), ChangeReason.RESTRUCTURE),
    }
    absence, left, restructure = (
        CAUSE[reason] for reason in (ChangeReason.ABSENCE, ChangeReason.LEFT_ROLE, ChangeReason.RESTRUCTURE)
    )

    found = continuity_of(ROWS, YEAR, placements=stays)

    back = found.changes[1].cause
    assert found == Continuity(
        role=Role.SOCIAL_WORKER,
        window=YEAR,
        dfe_stability=DfeStability(4),
        commissioner_instability=CommissionerInstability(2),
        history=tuple(whole.values()),
        changes=(
            JudgedChange(
                WorkerChange(day("2024-06-01"), "A", "B", ChangeReason.ABSENCE, 0, returned=False),
                absence,
                is_team_move=False,
                before=whole["A"],
            ),
            JudgedChange(
                WorkerChange(day("2024-08-01"), "B", "A", None, 0, returned=True),
                back,
                is_team_move=False,
                before=whole["B"],
            ),
            JudgedChange(
                WorkerChange(day("2024-10-11"), "A", "C", ChangeReason.LEFT_ROLE, 10, returned=False),
                left,
                is_team_move=True,
                before=whole["A again"],
            ),
            JudgedChange(
                WorkerChange(day("2025-01-01"), "C", "D", ChangeReason.RESTRUCTURE, 0, returned=False),
                restructure,
                is_team_move=None,
                before=whole["C"],
            ),
        ),
        days_led=(("A", 61 + 61), ("B", 61), ("C", 82), ("D", 90)),
        days_in_care=365 - 2,
        days_without_worker=10 - 2,
        gap_days=10,
        longest_days=458,
        current=whole["D"],
        is_allocated=True,
        workers_in_care=2,
        kept_through_team_moves=1,
    )
    assert (back.cause, back.timing, back.reason) == ("absence", "not known", None)
    assert (found.days_with_worker, found.current_days, found.returns, found.is_known) == (355, 90, 1, True)
    assert found.reasons == dict.fromkeys(("absence", None, "left_role", "restructure"), 1)
    assert found.timing == {"unplanned": 1, "not known": 2, "planned": 1}
    assert found.team_moves == {False: 2, True: 1, None: 1}


def test_a_change_without_a_reason_is_back_from_cover_only_where_the_assignment_is_older() -> None:
    back = continuity_of([held("A", "2023-01-01"), held("B", "2024-06-01", "2024-08-01", "absence")], YEAR)
    new = continuity_of([held("A", "2023-01-01", "2024-06-01"), held("B", "2024-06-01")], YEAR)

    assert [each.cause.because for each in back.changes] == [
        "illness gives no notice",
        "the end of a cover; its day may or may not have been known",
    ]
    assert [each.cause for each in new.changes] == [CAUSE[None]]
    assert new.changes[0].cause.because == "the source gives no reason"


@pytest.mark.parametrize(
    ("moved_on", "times"), [("2024-03-31", 0), ("2024-04-01", 1), ("2025-03-31", 1), ("2025-04-01", 0)]
)
@pytest.mark.parametrize(
    ("teams", "is_move"), [(("N", "S"), True), (("N", "N"), False), ((None, "S"), False), (("N", None), False)]
)
def test_a_worker_is_kept_through_a_team_move_of_the_window(
    moved_on: str, times: int, teams: tuple[str | None, str | None], is_move: bool
) -> None:
    first, second = teams
    own = [held("A", "2023-01-01", moved_on, team=first), held("A", moved_on, team=second)]

    assert continuity_of(own, YEAR).kept_through_team_moves == times * is_move


def test_workers_in_care_are_those_of_the_period_that_holds_the_last_day() -> None:
    own = [held("X", "2020-01-01", "2023-01-01"), held("A", "2023-01-01", "2024-06-01"), held("B", "2024-06-01")]
    old, new = placed("2019-12-25", "2023-01-01"), placed("2023-01-02")

    assert continuity_of(own, YEAR, placements=[old, new]).workers_in_care == 2
    assert continuity_of(own, YEAR, placements=[old]).workers_in_care is None
    assert continuity_of(own, YEAR).workers_in_care is None
    assert continuity_of([], YEAR, placements=[new]).workers_in_care is None


def test_gap_days_count_inside_the_window_and_not_before_the_first_or_after_the_last_spell() -> None:
    own = [held("A", "2023-01-01", "2024-03-22"), held("B", "2024-04-11", "2025-03-22"), held("C", "2025-04-11")]

    assert continuity_of(own, YEAR).gap_days == 10 + 10
    assert continuity_of(own[:2], YEAR).gap_days == 10


def test_periods_of_care_that_overlap_are_one_and_an_open_one_stays_open() -> None:
    def periods(*stays: tuple[str, str | None]) -> list[CarePeriod]:
        return care_periods([placed(*each) for each in stays])

    assert periods(("2024-01-01", "2024-03-01"), ("2024-02-01", "2024-02-10")) == [
        CarePeriod(day("2024-01-01"), day("2024-03-01"))
    ]
    assert periods(("2024-01-01", None), ("2024-02-01", "2024-02-10")) == [CarePeriod(day("2024-01-01"), None)]
    assert periods(("2024-01-01", "2024-03-01"), ("2024-02-01", None)) == [CarePeriod(day("2024-01-01"), None)]
    assert periods(("2024-01-01", "2024-01-01"), ("2024-02-01", "2024-02-02"), ("2024-02-03", "2024-02-04")) == [
        CarePeriod(day("2024-02-01"), day("2024-02-02")),
        CarePeriod(day("2024-02-03"), day("2024-02-04")),
    ]


@pytest.mark.parametrize(
    ("on", "holds"), [("2023-12-31", False), ("2024-01-01", True), ("2024-02-29", True), ("2024-03-01", False)]
)
def test_a_period_holds_its_first_day_and_not_its_end(on: str, holds: bool) -> None:
    assert CarePeriod(day("2024-01-01"), day("2024-03-01")).holds(day(on)) is holds
    assert CarePeriod(day("2024-01-01"), None).holds(day(on)) is (on >= "2024-01-01")


# Streams -------------------------------------------------------------------------------------------------------------


def test_each_child_of_any_stream_is_one_case_with_all_that_is_known() -> None:
    spell, stay = held("A", "2024-01-01", child_id="C2"), placed("2024-01-01", child_id="C3")
    both = [held("A", "2024-01-01", child_id="C4"), held("B", "2024-06-01", child_id="C4")]
    children = [
        Child.model_validate({"id": "C1", "born_on": "2012-05-01", "team": "North"}),
        Child.model_validate({"id": "C4"}),
    ]

    assert list(care_cases([spell, *both], children=children, placements=[stay])) == [
        CareCase(ChildId("C1"), (), (), day("2012-05-01"), "North"),
        CareCase(ChildId("C2"), [spell], ()),
        CareCase(ChildId("C3"), (), [stay]),
        CareCase(ChildId("C4"), both, ()),
    ]
    assert list(care_cases([spell])) == [CareCase(ChildId("C2"), [spell], None)]
    assert list(care_cases([], placements=[])) == []


@pytest.mark.parametrize("ids", [("C2", "C1"), ("C1", "C2", "C1")])
def test_whatever_stream_is_out_of_order_the_child_is_named(ids: tuple[str, ...]) -> None:
    streams: list[dict[str, Any]] = [
        {"assignments": [held("A", "2024-01-01", child_id=each) for each in ids]},
        {"assignments": [], "placements": [placed("2024-01-01", child_id=each) for each in ids]},
        {"assignments": [], "children": [Child(id=ChildId(each)) for each in ids]},
    ]
    for stream in streams:
        with pytest.raises(ScatteredRecordsError) as refused:
            list(care_cases(stream.pop("assignments"), **stream))
        assert refused.value.child_id == "C1"


def test_a_child_given_twice_is_refused() -> None:
    with pytest.raises(ScatteredRecordsError, match="'C1'"):
        list(care_cases([], children=[Child(id=ChildId("C1"))] * 2))


def test_children_are_measured_in_the_order_they_come_by_both_definitions_and_by_own_rules() -> None:
    own = [held("A", "2023-01-01"), held("B", "2024-06-01", "2024-08-01")]
    others = [held("A", "2023-01-01", "2024-06-01", child_id="B"), held("B", "2024-06-01", child_id="B")]
    plain = [
        ChildMeasures(ChildId("C"), DfeStability(2), CommissionerInstability(0)),
        ChildMeasures(ChildId("B"), DfeStability(2), CommissionerInstability(1)),
        ChildMeasures(ChildId("Z"), DfeStability(0), CommissionerInstability(0)),
    ]
    ruled = [
        ChildMeasures(each.child_id, each.dfe_stability, each.commissioner_instability, changes)
        for each, changes in zip(plain, (2, 1, 0), strict=True)
    ]

    assert list(measure_children([*own, *others], ["Z", "C", "Z"], YEAR)) == plain
    assert list(measure_children([*own, *others], ["Z"], YEAR, rules=HistoryRules())) == ruled
    with pytest.raises(ScatteredRecordsError) as refused:
        list(measure_children([own[0], *others, own[1]], [], YEAR))
    assert refused.value.child_id == "C"


@pytest.mark.parametrize(("end", "is_there"), [(None, True), ("2025-04-01", True), ("2025-03-31", False)])
@pytest.mark.parametrize("regime", ["placement", "short_breaks", "care_leaver_accommodation"])
def test_who_is_looked_after_on_a_day(end: str | None, is_there: bool, regime: str) -> None:
    found = looked_after_on([placed("2024-01-01", end, regime=regime)], YEAR.last_on)

    assert found == (frozenset({"C"}) if is_there and regime == "placement" else frozenset())


# What if --------------------------------------------------------------------------------------------------------------


def test_why_workers_changed_and_what_if_is_this() -> None:
    """C had four: without the leaver three, without the restructure three, without the cover three."""
    found = attribute_changes([CareCase(ChildId("C"), ROWS, None, day("2007-02-15"))], YEAR)

    assert found == Attribution(
        children=1,
        high=1,
        changes={
            **{CAUSE[ChangeReason(reason)]: 1 for reason in ("absence", "left_role", "restructure")},
            next(cause for cause in found.changes if cause.because.startswith("the end of a cover")): 1,
        },
        what_if=tuple(
            Counterfactual(scenario, high=1, moved=0)
            for scenario in (
                "nobody had left the role",
                "re-organisation had kept the worker",
                "nobody had covered an absence",
                "transfers by process had kept the worker",
                "transfers after assessment had kept the worker",
                "transfers at 18 had kept the worker",
                "transfers at 18 and after assessment had kept the worker",
            )
        ),
    )
    assert found.causes == {
        "leavers": 1,
        "re-organisation": 1,
        "absence": 2,
        "process": 0,
        "caseloads": 0,
        "the child's request": 0,
        "a parent's or carer's request": 0,
        "other": 0,
        "not given": 0,
    }
    assert list(found.causes)[:3] == ["leavers", "re-organisation", "absence"]


@pytest.mark.parametrize(
    ("born_on", "changed_on", "is_at_18"),
    [
        ("2007-06-01", "2025-03-02", True),  # 91 days before
        ("2007-06-01", "2025-03-01", False),
        ("2004-02-29", "2021-11-30", True),  # eighteen on 1 March 2022
        ("2004-02-29", "2021-11-29", False),
        ("2004-02-28", "2021-11-29", True),
        ("2004-03-01", "2021-11-29", False),
        (None, "2025-03-02", False),
    ],
)
def test_a_transfer_at_18_is_from_91_days_before_the_birthday(
    born_on: str | None, changed_on: str, is_at_18: bool
) -> None:
    window = Window.year_to(day(changed_on))
    early = str(window.start_on)
    own = [
        *(held("A", "2019-01-01", early), held("B", early, changed_on, "left_role")),
        *(held("C", changed_on, None, "transfer_process"), held("D", early, changed_on)),
    ]
    child = CareCase(ChildId("C"), own, None, born_on and day(born_on))

    found = {each.scenario: each for each in attribute_changes([child], window).what_if}

    at_18 = found["transfers at 18 had kept the worker"]
    assert (at_18.high, at_18.moved) == ((0, 1) if is_at_18 else (1, 0))
    assert found["transfers by process had kept the worker"].high == 0


def test_a_worker_kept_stays_through_what_follows_and_others_are_as_they_were() -> None:
    adviser = held("P", "2024-06-01", role="personal_adviser")
    own = [*ROWS, adviser]

    def workers(*undone: str) -> list[str]:
        return [each.worker_id for each in with_worker_kept(own, map(day, undone))]

    assert workers() == ["A", "A", "B", "C", "D", "P"]
    assert workers("2024-06-01") == ["A", "A", "A", "C", "D", "P"]
    assert workers("2024-10-11", "2025-01-01") == ["A", "A", "B", "A", "A", "P"]
    assert workers("2025-01-01") == ["A", "A", "B", "C", "C", "P"]
    assert workers("2023-03-01") == ["A", "A", "B", "C", "D", "P"], "nobody led before the first"
    assert with_worker_kept(own, []) == own


# What cannot be -------------------------------------------------------------------------------------------------------

NO_TIME = "a window runs from a date to a date; give date(2024, 4, 1), without a time."
NO_YEAR = "is no reporting year; name it by the year in which it ends, such as 2025."
NO_DAY = "a year runs to a date; give date(2025, 3, 31), without a time."


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Window(datetime(2024, 4, 1), day("2025-04-01")), NO_TIME),
        (lambda: Window(day("2024-04-01"), datetime(2025, 4, 1)), NO_TIME),
        (
            lambda: Window(day("2024-04-02"), day("2024-04-02")),
            "a window from 2024-04-02 to 2024-04-02 holds no day; end_on is the first day after it.",
        ),
        (lambda: Window.reporting_year(999), f"999 {NO_YEAR}"),
        (lambda: Window.reporting_year(9999), f"9999 {NO_YEAR}"),
        (lambda: Window.year_to(datetime(2025, 3, 31)), NO_DAY),
        (lambda: Window.year_to(date(2, 12, 31)), NO_DAY),
        (lambda: Window.year_to(date(9999, 1, 1)), NO_DAY),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_told_why(make: Any, said: str) -> None:
    with pytest.raises(InvalidWindowError) as refused:
        make()
    assert str(refused.value) == said


def test_windows_reach_as_far_as_dates_do() -> None:
    assert Window.reporting_year(1000) == Window(date(999, 4, 1), date(1000, 4, 1))
    assert Window.reporting_year(9998) == Window(date(9997, 4, 1), date(9998, 4, 1))
    assert Window.year_to(date(3, 1, 1)) == Window(date(2, 1, 2), date(3, 1, 2))
    assert Window.year_to(date(9998, 12, 31)) == Window(date(9998, 1, 1), date(9999, 1, 1))


def test_several_children_are_refused_with_what_to_do() -> None:
    own = [held("A", "2024-01-01"), held("A", "2024-01-01", child_id="B")]

    with pytest.raises(SeveralChildrenError) as refused:
        continuity_of(own, YEAR)
    assert str(refused.value) == (
        "records of 2 children, 'B', 'C', where one child's belong. "
        "Take them child by child, as worker_histories() does."
    )
    assert [child for child, _ in worker_histories(own)] == ["B", "C"]


def test_rules_show_all_their_choices() -> None:
    assert repr(HistoryRules(cover="ignore", rejoin_within=3)) == (
        "HistoryRules(role=<Role.SOCIAL_WORKER: 'social_worker'>, cover='ignore', rejoin_within=3)"
    )
