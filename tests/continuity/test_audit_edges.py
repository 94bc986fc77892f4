"""The edges of an audit, each from both sides: ages, lengths, teams, and which figures stand. Everybody is made up."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from relationkit.continuity import AuditGroup, CareCase, ContinuityAudit, Window, audit_continuity
from relationkit.records import Assignment, ChildId, Placement

YEAR = Window.reporting_year(2025)
LAST = date(2025, 3, 31)
SINCE = date(2023, 1, 1)
Spell = tuple[str, date, date | None, str | None]


def held(child: str, spell: Spell, role: str = "social_worker", **more: Any) -> Assignment:
    worker, start, end, reason = spell
    facts = {"id": f"{child} {role} {worker} {start}", "child_id": child, "worker_id": worker, "role": role}
    return Assignment.model_validate({**facts, "started_on": start, "ended_on": end, "reason": reason, **more})


def placed(child: str, start: date = SINCE, end: date | None = None, regime: str = "placement") -> Placement:
    facts = {"id": f"P {child} {start} {regime}", "child_id": child, "started_on": start, "ended_on": end}
    return Placement.model_validate({**facts, "regime": regime})


def case(child: str, *own: Assignment, placements: list[Placement] | None = None, **more: Any) -> CareCase:
    return CareCase(ChildId(child), own, [placed(child)] if placements is None else placements, **more)


def in_turn(*workers: str, reason: str = "left_role", first_on: date = date(2024, 5, 1)) -> list[Spell]:
    """One after another, thirty days each; the first from before the year, the last open."""
    days = [SINCE, *(first_on + timedelta(days=30 * number) for number in range(len(workers) - 1))]
    ends = [*days[1:], None]
    return [
        (worker, start, end, None if start == SINCE else reason)
        for worker, start, end in zip(workers, days, ends, strict=True)
    ]


ONE, TWO, THREE = in_turn("A"), in_turn("A", "B"), in_turn("A", "B", "C")
#: Three workers, two of them cover: three or more, and no change that counts.
COVERED: list[Spell] = [
    ("A", SINCE, None, None),
    ("B", date(2024, 5, 1), date(2024, 6, 1), "absence"),
    ("C", date(2024, 7, 1), date(2024, 8, 1), "absence"),
]
#: Two workers, there and back: two changes, and not three workers.
BACK: list[Spell] = in_turn("A", "B", "A")


def some(number: int, spells: list[Spell], role: str = "social_worker", **more: Any) -> Iterator[CareCase]:
    for _ in range(number):
        child = f"C{next(some.numbers):04}"  # type: ignore[attr-defined]  # counts on from call to call
        yield case(child, *(held(child, spell, role) for spell in spells), **more)


some.numbers = count()  # type: ignore[attr-defined]  # as above


def audit(*cases: Iterator[CareCase] | list[CareCase], **more: Any) -> ContinuityAudit:
    return audit_continuity([each for own in cases for each in own], YEAR, **more)


def only(found: ContinuityAudit, grouping: str) -> str:
    """The one group of a grouping."""
    ((name,),) = [[group.name for group in each.groups] for each in found.groupings if each.name == grouping]
    return name


def figures(group: AuditGroup | None) -> tuple[int | None, int | None, int | None] | None:
    return group and (group.children, group.high, group.multiple)


# Where a child stands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "name"),
    [
        (date(2025, 3, 31), "under 1 year"),
        (date(2024, 4, 1), "under 1 year"),
        (date(2024, 3, 31), "1 year"),
        (date(2023, 4, 1), "1 year"),
        (date(2023, 3, 31), "2 to 4 years"),
        (date(2020, 4, 1), "2 to 4 years"),
        (date(2020, 3, 31), "5 years or more"),
        (date(2007, 4, 1), "5 years or more"),
    ],
)
def test_years_in_care_are_whole_years_on_the_last_day(since: date, name: str) -> None:
    assert only(audit([case("C", placements=[placed("C", since)])], smallest=1), "length") == name


def test_the_period_of_care_counts_not_its_last_placement() -> None:
    stays = [placed("C", date(2019, 1, 1), date(2025, 1, 1)), placed("C", date(2025, 1, 1))]

    assert only(audit([case("C", placements=stays)], smallest=1), "length") == "5 years or more"


@pytest.mark.parametrize(
    ("stays", "regime"),
    [
        ([(SINCE, None, "placement"), (date(2025, 1, 1), None, "long_term_foster")], "long term foster"),
        ([(date(2025, 1, 1), None, "long_term_foster"), (SINCE, None, "placement")], "long term foster"),
        ([(SINCE, None, "placement"), (LAST, None, "long_term_foster")], "long term foster"),
        ([(SINCE, None, "placement"), (YEAR.end_on, None, "long_term_foster")], "placement"),
        ([(SINCE, LAST, "long_term_foster"), (date(2022, 1, 1), None, "placement")], "placement"),
        ([(SINCE, YEAR.end_on, "long_term_foster"), (date(2022, 1, 1), None, "placement")], "long term foster"),
        ([(SINCE, None, "placement"), (SINCE, None, "placed_with_parent")], "placement"),
    ],
)
def test_the_regime_is_that_of_the_placement_that_began_last_of_those_open_on_the_last_day(
    stays: list[tuple[date, date | None, str]], regime: str
) -> None:
    own = [placed("C", *stay) for stay in stays]

    assert only(audit([case("C", placements=own)], smallest=1), "regime") == regime


@pytest.mark.parametrize(
    ("teams", "of_the_case", "team"),
    [
        (("North", "South"), "West", "South"),
        (("North", None), "West", "West"),
        ((None, "South"), "West", "South"),
        ((None, None), None, "not known"),
        (("", ""), "West", "West"),
    ],
)
def test_the_team_is_that_of_the_assignment_that_leads_on_the_last_day(
    teams: tuple[str | None, str | None], of_the_case: str | None, team: str
) -> None:
    first, second = (("A", SINCE, date(2024, 9, 1), None), ("A", date(2024, 9, 1), None, None))
    own = [held("C", each, team=name) for each, name in zip((first, second), teams, strict=True)]

    assert only(audit([case("C", *own, team=of_the_case)], smallest=1), "team") == team


def test_a_child_with_nobody_stands_under_the_team_of_the_case() -> None:
    gone = held("C", ("A", SINCE, LAST, None), team="North")

    assert only(audit([case("C", gone, team="West")], smallest=1), "team") == "West"


@pytest.mark.parametrize(
    ("born_on", "is_counted"),
    [
        (date(2009, 4, 1), False),  # fifteen on the last day
        (date(2009, 3, 31), True),
        (date(1999, 4, 1), True),  # twenty-five
        (date(1999, 3, 31), False),
        (None, False),
    ],
)
def test_a_care_leaver_is_from_sixteen_to_twenty_five(born_on: date | None, is_counted: bool) -> None:
    left = [placed("C", SINCE, date(2024, 9, 1))]
    adviser = held("C", ("P", SINCE, None, None), "personal_adviser")

    found = audit([case("C", adviser, placements=left, born_on=born_on)], some(1, ONE), smallest=1)

    assert figures(found.care_leavers) == ((1, 0, 0) if is_counted else None)
    assert found.everyone.children == 1


def test_one_child_whose_care_is_not_known_makes_care_not_known() -> None:
    known, unknown = some(2, ONE)
    unknown = CareCase(unknown.child_id, unknown.assignments, None)

    for order in ([known, unknown], [unknown, known]):
        found = audit(order, smallest=1)

        assert (found.is_care_known, found.alone, found.unallocated, found.everyone.children) == (False, None, None, 2)


@pytest.mark.parametrize(
    ("on", "quarter"),
    [
        (date(2024, 4, 1), "April to June 2024"),
        (date(2024, 6, 30), "April to June 2024"),
        (date(2024, 7, 1), "July to September 2024"),
        (date(2024, 9, 30), "July to September 2024"),
        (date(2024, 10, 1), "October to December 2024"),
        (date(2024, 12, 31), "October to December 2024"),
        (date(2025, 1, 1), "January to March 2025"),
        (date(2025, 3, 31), "January to March 2025"),
    ],
)
def test_a_change_stands_in_the_quarter_of_its_day(on: date, quarter: str) -> None:
    found = audit(some(1, in_turn("A", "B", first_on=on)), smallest=1)

    assert {each.name: each.count for each in found.quarters if each.count} == {quarter: 1}
    assert len(found.quarters) == 4


def test_only_the_quarters_of_the_window_are_shown() -> None:
    window = Window(date(2024, 6, 30), date(2024, 10, 1))

    found = audit_continuity(list(some(10, ONE)), window)

    assert [(each.name, each.count) for each in found.quarters] == [
        ("April to June 2024", 0),
        ("July to September 2024", 0),
    ]


# Which figures stand --------------------------------------------------------------------------------------------------


def test_only_the_totals_of_both_measures_are_shown_so_that_few_with_both_withhold_nothing() -> None:
    for role in ("social_worker", "reviewing_officer"):
        found = audit(some(10, THREE, role), some(2, COVERED, role), some(3, BACK, role), some(20, ONE, role))
        shown = found.everyone if role == "social_worker" else next(each for each in found.roles if "rev" in each.name)

        assert figures(shown) == (35, 12, 13)


def test_care_leavers_are_shown_by_both_totals_alone() -> None:
    def left(number: int, spells: list[Spell]) -> Iterator[CareCase]:
        for each in some(number, spells, "personal_adviser"):
            stays = [placed(each.child_id, SINCE, date(2024, 9, 1))]
            yield CareCase(each.child_id, each.assignments, stays, date(2006, 9, 1))

    found = audit(left(10, THREE), left(2, COVERED), left(3, BACK), left(20, ONE), some(20, ONE))
    assert figures(found.care_leavers) == (35, 12, 13)
    assert figures(audit(left(4, ONE), some(20, ONE)).care_leavers) == (None, None, None)
    assert figures(audit(left(4, THREE), left(20, ONE), some(20, ONE)).care_leavers) == (None, None, None)


@pytest.mark.parametrize(
    ("with_one", "without", "shown"),
    [(20, 20, (20, 0, 0)), (20, 6, (20, 0, 0)), (20, 0, (20, 0, 0)), (20, 5, None), (4, 20, None), (0, 20, (0, 0, 0))],
)
def test_another_role_is_shown_where_neither_those_with_one_nor_those_without_are_few(
    with_one: int, without: int, shown: tuple[int, int, int] | None
) -> None:
    found = audit(some(with_one, ONE, "personal_adviser"), some(without, ONE))

    adviser = next(each for each in found.roles if each.name == "personal adviser")
    assert figures(adviser) == (shown or (None, 0, 0))
    assert [each.name for each in found.roles] == ["personal adviser", "reviewing officer"]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([10, 10, 10], {"0": 10, "1": 10, "2": 10}),
        ([0, 10, 10], {"0": 0, "1": 10, "2": 10}),
        ([5, 10, 10], {"0 or 1": 15, "2": 10}),
        ([10, 5, 10], {"0 or 1": 15, "2": 10}),
        ([10, 10, 5], {"0": 10, "1 or 2": 15}),
        ([6, 6, 6], {"0": 6, "1": 6, "2": 6}),
        ([5, 10, 5], {"0 to 2": 20}),
        ([10, 10, 10, 10, 10, 10], {"0": 10, "1": 10, "2": 10, "3": 10, "4": 10, "5 or more": 10}),
        ([10, 0, 0, 10, 5, 10], {"0": 10, "1": 0, "2": 0, "3": 10, "4 or more": 15}),
        ([10, 0, 0, 10, 10, 5], {"0": 10, "1": 0, "2": 0, "3": 10, "4 or more": 15}),
        ([10, 0, 0, 5, 10, 10], {"0": 10, "1": 0, "2": 0, "3 or more": 25}),
        ([10, 10, 10, 4], {"0 to 2": None, "3 or more": None}),
    ],
)
def test_workers_are_told_apart_as_finely_as_no_part_is_small(sizes: list[int], shown: dict[str, int | None]) -> None:
    letters = ("ABCDE", "F")
    cases = [some(size, in_turn(*"".join(letters)[:number]) if number else []) for number, size in enumerate(sizes)]

    found = {each.name: each.count for each in audit(*cases).workers}

    if len(sizes) == 3:
        shown = {**shown, "3": 0, "4": 0, "5 or more": 0}
    assert found == shown


def test_more_than_five_workers_are_five_or_more() -> None:
    found = audit(some(10, in_turn(*"ABCDEFGH")))

    assert {each.name: each.count for each in found.workers if each.count} == {"5 or more": 10}


@pytest.mark.parametrize(
    ("returned", "others", "shown"),
    [(0, 20, 0), (1, 20, None), (5, 20, None), (6, 20, 6), (14, 6, 14), (15, 5, None), (19, 1, None), (20, 0, 20)],
)
def test_a_flag_is_withheld_where_those_with_it_or_without_are_few(
    returned: int, others: int, shown: int | None
) -> None:
    found = audit(some(returned, BACK), some(others, in_turn("A", "B", "C")))

    assert found.returned == shown


@pytest.mark.parametrize(("alone", "shown"), [(0, (0, 0)), (5, (None, None)), (6, (6, 60))])
def test_days_alone_are_shown_with_the_children_who_were(alone: int, shown: tuple[int | None, int | None]) -> None:
    gap: list[Spell] = [("A", SINCE, date(2024, 6, 1), None), ("A", date(2024, 6, 11), None, None)]

    found = audit(some(alone, gap), some(20, ONE))

    assert (found.alone, found.days_alone, found.unallocated) == (*shown, 0)


def test_children_unallocated_are_withheld_where_few() -> None:
    gone: list[Spell] = [("A", SINCE, LAST, None)]

    for few, shown in ((3, None), (6, 6)):
        found = audit(some(few, gone), some(20, ONE))
        assert (found.unallocated, found.alone) == (shown, shown)


# Reasons of few children ----------------------------------------------------------------------------------------------

RARER = "rarer reasons, together"
WORDS = {
    "left_role": "the worker before left the role",
    "died": "the worker before died",
    "restructure": "the organisation was restructured",
    "other": "another reason",
}


@pytest.mark.parametrize(
    ("sizes", "together"),
    [
        ({"left_role": 20, "restructure": 6, "other": 6}, {"left_role": 20, "restructure": 6, "other": 6}),
        ({"left_role": 20, "restructure": 5, "other": 5}, {"left_role": 20, RARER: 10}),
        ({"left_role": 20, "restructure": 3, "other": 3}, {"left_role": 20, RARER: 6}),
        ({"left_role": 20, "restructure": 9, "other": 5}, {"left_role": 20, RARER: 14}),
        ({"left_role": 20, "restructure": 9, "other": 3, "died": 2}, {"left_role": 20, RARER: 14}),
        ({"left_role": 20, "restructure": 9, "other": 4, "died": 2}, {"left_role": 20, "restructure": 9, RARER: 6}),
        ({"left_role": 6, "restructure": 9, "other": 5, "died": 10}, {"restructure": 9, "died": 10, RARER: 11}),
        ({"left_role": 9, "restructure": 9, "other": 5}, {"left_role": 9, RARER: 14}),
        ({"left_role": 20, "restructure": 5}, {RARER: 25}),
        ({"left_role": 6}, {"left_role": 6}),
    ],
)
def test_reasons_of_few_stand_together_with_as_many_of_the_next_as_it_takes(
    sizes: dict[str, int], together: dict[str, int]
) -> None:
    """Each child has four changes, so that there is room around every figure."""
    cases = [some(size, in_turn(*"ABCDE", reason=reason)) for reason, size in sizes.items()]

    found = audit(*cases, some(20, ONE))

    (groups,) = [grouping.groups for grouping in found.groupings if grouping.name == "reason"]
    assert {group.name: group.children for group in groups} == {
        **{WORDS.get(name, name): size for name, size in together.items()},
        "no change": 20,
    }
    assert [group.name for group in groups][-1] == "no change", "it stands last"
    assert [group.name for group in groups].index(RARER) == len(groups) - 2 if RARER in together else True


def is_shown_by_reason(*cases: Iterator[CareCase]) -> bool:
    return "reason" in {grouping.name for grouping in audit(*cases).groupings}


@pytest.mark.parametrize(
    ("workers", "more", "is_shown"), [("ABCDE", 0, False), ("ABCDE", 1, True), ("AB", 1, False), ("ABC", 1, False)]
)
def test_children_by_reason_are_shown_where_the_withheld_reasons_had_one_change_more(
    workers: str, more: int, is_shown: bool
) -> None:
    """Ten others leave room elsewhere with four changes each, and none with one, or with two that count as multiple."""
    cases = [
        *some(10, in_turn(*workers)),
        *some(3, in_turn("A", "B", reason="restructure")),
        *some(4 - more, in_turn("A", "B", reason="died")),
        *some(more, in_turn("A", "B", "C", reason="died")),
        *some(20, ONE),
    ]

    found = audit(cases)

    assert ("reason" in {grouping.name for grouping in found.groupings}) is is_shown
    assert [each.name for each in found.withheld_groupings] == ([] if is_shown else ["reason"])
    (died,) = [each.count for cause in found.causes for each in cause.reasons if each.name == WORDS["died"]]
    assert died is None


# Changes, where they would tell of few children -----------------------------------------------------------------------


def test_that_nothing_changed_is_said() -> None:
    found = audit(some(20, ONE))

    assert found.changes == 0
    assert {each.changes for each in found.causes} == {0}


@pytest.mark.parametrize(("single", "shown"), [(0, None), (1, None), (2, 8), (3, 9)])
def test_changes_are_shown_where_they_leave_room_around_the_few_with_two_or_more(
    single: int, shown: int | None
) -> None:
    assert audit(some(3, THREE), some(single, TWO), some(40, ONE)).changes == shown


@pytest.mark.parametrize(("others", "shown"), [(0, None), (1, 16), (3, 18)])
def test_changes_are_shown_where_they_leave_room_around_those_who_had_a_worker_back(
    others: int, shown: int | None
) -> None:
    back: list[Spell] = [
        ("A", date(2022, 1, 1), date(2023, 1, 1), None),
        ("B", date(2023, 1, 1), date(2024, 6, 1), None),
        ("A", date(2024, 6, 1), None, "left_role"),
    ]

    found = audit(some(15, back), some(others, TWO), some(3 - others, ONE))

    assert (found.returned, found.changes) == (None, shown)


def test_changes_are_shown_where_those_who_had_a_worker_back_are() -> None:
    back: list[Spell] = [
        ("A", date(2022, 1, 1), date(2023, 1, 1), None),
        ("B", date(2023, 1, 1), date(2024, 6, 1), None),
        ("A", date(2024, 6, 1), None, "left_role"),
    ]

    found = audit(some(10, back), some(10, ONE))

    assert (found.returned, found.changes) == (10, 10)
    assert "reason" in {grouping.name for grouping in found.groupings}
    assert found.withheld_groupings == ()


def test_of_too_few_children_no_other_role_is_shown_either() -> None:
    found = audit(some(5, THREE))

    assert [figures(role) for role in found.roles] == [(None, None, None)] * 2


def test_of_nobody_everything_is_nought() -> None:
    found = audit([], smallest=6)

    assert found.rows()[0] == ("everyone", "everyone", 0, 0, None, 0, None, 0, 0, None, None, None)
    assert {row[2:5] for row in found.rows() if row[0] == "what if"} == {(0, 0, None)}
    assert (found.groupings, found.withheld_groupings, found.care_leavers) == ((), (), None)
    assert (found.returned, found.alone, found.unallocated) == (0, 0, 0)


# What if --------------------------------------------------------------------------------------------------------------


def what_if(*cases: Iterator[CareCase]) -> dict[str, int | None]:
    return {each.scenario: each.high for each in audit(*cases).what_if}


@pytest.mark.parametrize(("moved", "shown"), [(5, None), (6, 20), (0, 20)])
def test_a_scenario_is_shown_where_it_turns_on_none_or_on_six(moved: int, shown: int | None) -> None:
    found = what_if(some(moved, in_turn("A", "B", "C", reason="restructure")), some(20, THREE), some(20, ONE))

    assert found["re-organisation had kept the worker"] == (20 + moved if moved == 0 else shown)


@pytest.mark.parametrize(("left", "shown"), [(0, 0), (5, None), (6, 6)])
def test_a_scenario_is_shown_where_none_or_six_are_left(left: int, shown: int | None) -> None:
    found = what_if(some(left, in_turn("A", "B", "C", reason="restructure")), some(20, THREE), some(20, ONE))

    assert found["nobody had left the role"] == shown


def test_a_scenario_that_is_few_apart_from_another_is_withheld() -> None:
    after = [("A", SINCE, date(2024, 5, 1), "first_contact"), *in_turn("A", "B", "C", reason="transfer_process")[1:]]

    found = what_if(
        some(10, after), some(3, in_turn("A", "B", "C", reason="transfer_process")), some(20, THREE), some(20, ONE)
    )

    assert found["transfers by process had kept the worker"] == 20
    assert found["transfers after assessment had kept the worker"] is None


def test_no_scenario_is_shown_where_the_count_itself_is_withheld() -> None:
    assert set(what_if(some(3, THREE), some(40, ONE)).values()) == {None}
