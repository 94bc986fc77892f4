"""Small numbers: what is withheld, and that a solver which tries cannot work it out. Everybody here is made up."""

import random
from collections.abc import Collection, Iterable, Mapping
from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import UnlikeTablesError
from relationkit.withholding import ALL, SMALLEST, Key, Withheld, withheld_groups, withhold, withhold_linked

Counts = Mapping[tuple[str, ...], int]


# By hand ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "is_withheld"), [(0, False), (1, True), (5, True), (6, False)])
def test_figures_from_1_to_5_are_withheld_and_nought_is_not(count: int, is_withheld: bool) -> None:
    table = withhold({("North",): count, ("South",): 20, ("West",): 30})

    assert (table[("North",)] is None) is is_withheld


def test_a_second_figure_is_withheld_where_the_total_would_give_the_first_away() -> None:
    table = withhold({("North",): 3, ("South",): 20, ("West",): 30})

    assert dict(table.figures) == {(ALL,): 53, ("North",): None, ("South",): None, ("West",): 30}


def test_two_ones_need_a_third_for_only_one_pair_of_numbers_adds_up_to_two() -> None:
    table = withhold({("North",): 1, ("South",): 1, ("West",): 30, ("East",): 40})

    assert [name for name in ("North", "South", "West", "East") if table[(name,)] is None] == ["North", "South", "West"]


def test_two_fives_need_a_third_for_both_are_at_the_most_they_can_be() -> None:
    table = withhold({("North",): 5, ("South",): 5, ("West",): 30, ("East",): 40})

    assert table[("West",)] is None
    assert table[("East",)] == 40


def test_in_a_table_of_rows_and_columns_the_other_corners_go_too() -> None:
    counts = {(row, column): 20 for row in "abc" for column in "xyz"} | {("a", "x"): 2}

    table = withhold(counts)

    hidden = {key for key, figure in table.figures.items() if figure is None}
    assert len(hidden) == 4
    assert ("a", "x") in hidden
    assert not any(ALL in key for key in hidden)


def test_a_share_goes_with_its_figures() -> None:
    table = withhold({("North", "high"): 3, ("North", "low"): 40, ("South", "high"): 10, ("South", "low"): 30})

    assert table.share(("North", "high"), ("North", ALL)) is None
    assert table[("North", ALL)] == 43
    assert table[("North", "low")] is None, "43 less 40 would be 3"
    assert table.share((ALL, "high"), (ALL, ALL)) == 13 / 83


def test_a_share_of_nobody_is_none() -> None:
    table = withhold({("North", "high"): 0, ("North", "low"): 0, ("South", "high"): 9, ("South", "low"): 9})

    assert table.share(("North", "high"), ("North", ALL)) is None
    assert table[("North", "high")] == 0


def test_of_a_group_that_is_small_nothing_is_shown_not_even_its_noughts() -> None:
    table = withhold({("North", "high"): 0, ("North", "low"): 4, ("South", "high"): 30, ("South", "low"): 30})

    assert table[("North", "high")] is None
    assert table[("North", ALL)] is None


def test_of_1_to_5_children_in_all_nothing_is_shown() -> None:
    table = withhold({("North",): 3, ("South",): 0, ("West",): 1})

    assert set(table.figures.values()) == {None}


def test_of_nobody_everything_is_nought() -> None:
    assert set(withhold({("North",): 0, ("South",): 0}).figures.values()) == {0}
    assert dict(withhold({}).figures) == {(): 0}


def test_those_who_may_see_each_case_see_it() -> None:
    assert withhold({("North",): 1, ("South",): 5}, smallest=1)[("North",)] == 1


def test_only_what_is_for_showing_is_shown() -> None:
    counts = {(group, share): 20 for group in "ab" for share in ("high", "low")} | {("a", "high"): 2}

    table = withhold(counts, shown=[(), (1,)])

    assert dict(table.figures) == {(ALL, ALL): 62, (ALL, "high"): 22, (ALL, "low"): 40}


def test_linked_tables_show_one_set_of_totals() -> None:
    teams = {("North", "high"): 3, ("North", "low"): 30, ("South", "high"): 17, ("South", "low"): 30}
    ages = {("4 to 7", "high"): 10, ("4 to 7", "low"): 30, ("8 to 11", "high"): 10, ("8 to 11", "low"): 30}

    everyone, tables = withhold_linked({"team": teams, "age": ages})

    assert dict(everyone.figures) == {(ALL,): 80, ("high",): 20, ("low",): 60}
    assert all(figure is not None for figure in tables["age"].figures.values())
    assert tables["team"][("North", "high")] is None
    assert tables["team"][(ALL, "high")] == 20


def test_what_cannot_be_shown_of_everyone_is_shown_of_no_group() -> None:
    teams = {("North", "high"): 3, ("North", "low"): 30, ("South", "high"): 0, ("South", "low"): 30}

    everyone, tables = withhold_linked({"team": teams, "again": teams})

    assert everyone[("high",)] is None
    assert dict(tables["team"].figures) == {(ALL, ALL): 63, ("North", ALL): 33, ("South", ALL): 30}


def test_what_cannot_be_helps_to_hide_nothing() -> None:
    counts = {("leavers", "left"): 20, ("leavers", "died"): 2, ("process", "transfer"): 30, ("process", "new"): 40}

    table = withhold(counts, is_complete=True)

    assert table[("leavers", "died")] is None
    assert table[("leavers", "left")] is None
    assert table[("leavers", ALL)] == 22
    assert table[("process", "died")] == 0


def test_a_nought_in_linked_tables_is_a_nought() -> None:
    everyone, tables = withhold_linked({"team": {("North", "high"): 0, ("North", "low"): 40}})

    assert everyone[("high",)] == 0
    assert tables["team"][("North", "high")] == 0


def test_tables_that_do_not_count_the_same_are_refused() -> None:
    with pytest.raises(UnlikeTablesError, match="'age' does not count the same"):
        withhold_linked({"team": {("North", "high"): 3}, "age": {("8 to 11", "high"): 4}})


# The reader who tries: whole numbers that fit everything that is known ------------------------------------------------


def test_the_solver_works_out_what_is_withheld_badly() -> None:
    counts = {("a", "x"): 2, ("a", "y"): 20, ("b", "x"): 20, ("b", "y"): 20}
    badly = Withheld({**withhold(counts, smallest=1).figures, ("a", "x"): None})

    assert worked_out([(counts, badly, (), [(), (0,), (1,), (0, 1)])]) == {(0, ("a", "x"))}


@given(st.data())
def test_the_solver_works_out_nothing(data: st.DataObject) -> None:
    chance = random.Random(data.draw(st.integers(0, 2**32)))

    assert_nothing_can_be_worked_out(chance)


@pytest.mark.long
def test_of_a_thousand_random_audits_nothing_can_be_worked_out() -> None:
    chance = random.Random(20250331)
    for _ in range(1000):
        assert_nothing_can_be_worked_out(chance)


def assert_nothing_can_be_worked_out(chance: random.Random) -> None:
    """One table of any shape, and one audit of several groupings of the same children."""
    counts = a_table(chance)
    assert not worked_out([(counts, withhold(counts), (), every_choice(len(next(iter(counts)))))]), counts
    tables = an_audit(chance)
    shown = [(), (0,), (1,)]
    everyone, withheld = withhold_linked(tables, shown=shown)
    assert not worked_out(as_read(tables, everyone, withheld, shown)), tables


def a_table(chance: random.Random) -> Counts:
    """Up to four by three by three, mostly small numbers, many noughts."""
    sizes = [chance.randint(1, 4), chance.randint(1, 3), chance.randint(1, 3)][: chance.randint(1, 3)]
    pool = chance.choice([[0, 0, 1, 2, 5, 6, 7, 30], [0, 3, 12, 40, 60], [1, 5, 6, 30], [0, 0, 0, 1, 40, 55]])
    return {key: chance.choice(pool) for key in product(*("abcd"[:size] for size in sizes))}


def an_audit(chance: random.Random) -> dict[str, Counts]:
    """The same children by team, by age and by reason, each with both measures."""
    sizes = [chance.randint(1, 4) for _ in range(3)]
    high = chance.choice([0.01, 0.1, 0.3, 0.9])
    tables: list[dict[tuple[str, ...], int]] = [
        dict.fromkeys(product("abcd"[:size], ("high", "low"), ("multiple", "single")), 0) for size in sizes
    ]
    for _ in range(chance.choice([3, 12, 40, 150])):
        kind = (
            "high" if chance.random() < high else "low",
            "multiple" if chance.random() < high else "single",
        )
        for table, size in zip(tables, sizes, strict=True):
            table[("abcd"[min(int(chance.expovariate(1)), size - 1)], *kind)] += 1
    return dict(zip(("team", "age", "reason"), tables, strict=True))


def every_choice(width: int) -> list[tuple[int, ...]]:
    return [tuple(place for place in range(width) if flags[place]) for flags in product((0, 1), repeat=width)]


Read = tuple[Counts, Withheld, tuple[int, ...], Collection[Collection[int]]]


def as_read(
    tables: Mapping[str, Counts], everyone: Withheld, withheld: Mapping[str, Withheld], shown: list[tuple[int, ...]]
) -> list[Read]:
    """The totals and every table, as a reader gets them: the totals of one are those of all."""
    first = next(iter(tables.values()))
    totals: dict[tuple[str, ...], int] = {}
    for key, count in first.items():
        totals[key[1:]] = totals.get(key[1:], 0) + count
    by_group = [(0, *(place + 1 for place in each)) for each in shown]
    return [
        (totals, everyone, (), shown),
        *((tables[name], withheld[name], (0,), [(0,), *by_group]) for name in tables),
    ]


def worked_out(read: list[Read]) -> set[tuple[int, Key]]:
    """Return the withheld figures for which only one whole number fits: by integer programming, all tables at once.

    The reader knows every sum, that the tables share their totals, which withheld figures are 1 to 5, and that
    whatever stands beneath a withheld total of 1 to 5 is at most 5.
    """
    np = pytest.importorskip("numpy", reason="numpy comes with scipy, in the extra [dev]")
    optimize = pytest.importorskip("scipy.optimize", reason="scipy comes with the extra [dev]")
    cells: list[tuple[int, Key]] = []
    low: list[float] = []
    high: list[float] = []
    truth: list[int] = []
    for number, (counts, withheld, fixed, shown) in enumerate(read):
        values = all_totals(counts)
        for key, value in values.items():
            cells.append((number, key))
            truth.append(value)
            bounds = known(key, values, withheld, fixed, shown)
            low.append(bounds[0])
            high.append(bounds[1])
    place = {cell: index for index, cell in enumerate(cells)}
    rows = []
    for number, (counts, _, fixed, _) in enumerate(read):
        for key in all_totals(counts):
            for dimension, name in enumerate(key):
                if name is ALL:
                    parts = {each[dimension] for each in counts}
                    row = np.zeros(len(cells))
                    row[place[number, key]] = -1
                    for part in parts:
                        row[place[number, (*key[:dimension], part, *key[dimension + 1 :])]] = 1
                    rows.append(row)
            if fixed and key[0] is ALL:
                row = np.zeros(len(cells))
                row[place[number, key]], row[place[0, key[1:]]] = 1, -1
                rows.append(row)
    hidden = [
        place[number, key]
        for number, (_, withheld, fixed, _) in enumerate(read)
        for key, figure in withheld.figures.items()
        if figure is None and not (fixed and key[0] is ALL)
    ]
    constraints = optimize.LinearConstraint(np.array(rows), 0, 0) if rows else ()
    open_still = set(hidden)
    for index in hidden:
        for way in (1, -1):
            if index in open_still:
                goal = np.zeros(len(cells))
                goal[index] = way
                found = optimize.milp(
                    goal, constraints=constraints, integrality=1, bounds=optimize.Bounds(low, np.minimum(high, 10_000))
                )
                assert found.success, "the truth itself fits"
                open_still -= {each for each in open_still if round(found.x[each]) != truth[each]}
    return {cells[index] for index in open_still}


def all_totals(counts: Counts) -> dict[Key, int]:
    names = [sorted({key[place] for key in counts}) for place in range(len(next(iter(counts))))]
    return {
        key: sum(
            count
            for own, count in counts.items()
            if all(name in (ALL, each) for name, each in zip(key, own, strict=True))
        )
        for key in product(*([*own, ALL] for own in names))
    }


def known(
    key: Key,
    values: Mapping[Key, int],
    withheld: Withheld,
    fixed: Collection[int],
    shown: Collection[Collection[int]],
) -> tuple[float, float]:
    """The least and the most that a reader can take the figure for, by itself."""
    if key not in withheld.figures:
        return 0, inf
    figure = withheld.figures[key]
    if figure is not None:
        return figure, figure
    if withheld.is_whole:
        return 0, inf
    choices: list[Key] = [(name,) if name is ALL else (name, ALL) for name in key]
    above = [
        each
        for each in product(*choices)
        if each != key and each in withheld.figures and not any(each[place] is ALL for place in fixed)
    ]
    if any(0 < values[each] < SMALLEST for each in above):
        return 0, SMALLEST - 1
    return (1, SMALLEST - 1) if 0 < values[key] < SMALLEST else (0, inf)


# Groups that overlap --------------------------------------------------------------------------------------------------


def test_groups_that_share_members_are_withheld_until_they_have_six_together() -> None:
    members: dict[str, Iterable[str]] = {"a": "1", "b": "1234567", "c": "89abcdef"}

    assert withheld_groups({name: list(own) for name, own in members.items()}) == {"a", "b"}


@pytest.mark.parametrize(("size", "expected"), [(5, {"a", "b"}), (6, set())])
def test_a_group_of_six_is_shown(size: int, expected: set[str]) -> None:
    assert withheld_groups({"a": range(size), "b": range(100, 120)}) == expected


def test_one_withholds_nothing() -> None:
    assert withheld_groups({"a": [1], "b": [2]}, smallest=1) == set()
