"""The rules of the statutory return: each condition from both sides, in each year, from what the rule means."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.england import (
    RETURN_RULES,
    CareRow,
    CountEffect,
    Finding,
    ReturnedChild,
    RuleStanding,
    SpellRow,
    check_child,
    return_rules,
)

WRONG, DOUBTFUL, NONE = CountEffect.WRONG, CountEffect.DOUBTFUL, CountEffect.NONE
YEARS = (2024, 2025, 2026, 2027)


def day_of(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day, and no moment
    except ValueError:
        return None


def a_spell(worker: str = "SW100", started: str = "", ended: str = "", reason: str = "MANAGE") -> SpellRow:
    return SpellRow("SWEpisodes.csv", 0, worker, started, ended, reason, day_of(started), day_of(ended))


def care(started: str, ended: str = "", began: str = "S", law: str = "C2", ceased: str = "") -> CareRow:
    return CareRow("Episodes.csv", 0, began, law, ended, ceased, day_of(started), day_of(ended))


def a_child(
    *spells: SpellRow, care: tuple[CareRow, ...] = (), previous: tuple[SpellRow, ...] = (), born: tuple[str, ...] = ()
) -> ReturnedChild:
    rows = tuple(spell._replace(number=number) for number, spell in enumerate(spells, start=2))
    return ReturnedChild(child_id="K1", spells=rows, care=care, previous=previous, born=frozenset(born))


#: What the tests below have seen so far: which rule, in which year, and whether it found anything.
SEEN: set[tuple[str, int, bool]] = set()
SEEN_EFFECTS: dict[str, set[tuple[str, CountEffect]]] = {}


def found(code: str, year: int, child: ReturnedChild) -> list[Finding]:
    rules = [rule for rule in return_rules(year, is_every_rule=True) if rule.code == code]
    assert len(rules) == 1, f"{code} has {len(rules)} rows in force in {year}"
    findings = list(check_child(child, rules, year))
    SEEN.add((code, year, bool(findings)))
    SEEN_EFFECTS.setdefault(code, set()).update((finding.broken.field, finding.effect) for finding in findings)
    return findings


def fields(code: str, year: int, child: ReturnedChild) -> list[str]:
    return [finding.broken.field for finding in found(code, year, child)]


def rows(code: str, year: int, *spells: SpellRow) -> list[int]:
    """The places of the spells that the rule finds, the first being 1."""
    findings = found(code, year, a_child(*spells))
    return [finding.broken.row.number - 1 for finding in findings if finding.broken.row is not None]


# Which rule holds when


IN_FORCE = {
    2024: "SW01 SW02 SW03 SW04 SW05 SW06 SW07 SW08 SW09 SW10 SW11a SW11b SW12 SW13 SW14 RK01 RK02",
    2025: "SW01a SW01b SW02 SW04 SW05 SW06 SW07 SW08 SW09 SW10 SW11b SW12 SW13 RK01 RK02",
    2026: "SW01a SW01b SW02 SW04 SW05 SW06 SW07 SW08 SW09 SW10a SW10b SW11b SW12 SW13 SW17 SW18 SW19 RK02",
}


@pytest.mark.parametrize("year", YEARS)
def test_each_year_has_its_rules(year: int) -> None:
    codes = [rule.code.removesuffix("STG1").removesuffix("STG2") for rule in return_rules(year)]

    assert codes == IN_FORCE[min(year, 2026)].split()


def test_before_the_first_collection_there_are_none() -> None:
    assert return_rules(2023, is_every_rule=True) == []


@pytest.mark.parametrize("year", YEARS)
def test_what_is_written_and_not_run_is_asked_for_by_name(year: int) -> None:
    extra = {rule.code for rule in return_rules(year, is_every_rule=True)} - {rule.code for rule in return_rules(year)}

    expected = set() if year == 2024 else {"SW15STG2", "SW16aSTG2", "SW16bSTG2", "SW16cSTG2"}
    assert extra == expected


@pytest.mark.parametrize("rule", RETURN_RULES, ids=lambda rule: f"{rule.code}-{rule.in_force_from.year}")
def test_every_row_says_what_when_why_and_what_to_do(rule: object) -> None:
    texts = [getattr(rule, name) for name in ("code", "means", "applies_to", "remedy", "source")]

    assert all(texts)
    assert not any(text.endswith(".") for text in texts)


def test_no_code_has_two_versions_in_one_year() -> None:
    for year in YEARS:
        codes = [rule.code for rule in return_rules(year, is_every_rule=True)]
        assert len(codes) == len(set(codes))


# Each rule


OPEN_CARE = (care("01/04/2022"),)


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([], [("SW_ID", WRONG)]),
        ([a_spell("", "01/04/2023")], [("SW_ID", WRONG)]),
        ([a_spell("SW100", "")], [("SW_ID", WRONG)]),
        ([a_spell("SW100", "01/04/2023", reason="")], [("SW_REASON", NONE)]),
        ([a_spell("SW100", "01/04/2023")], []),
        ([a_spell("", "01/04/2023"), a_spell("SW100", "01/05/2023")], []),
    ],
)
def test_sw01_a_child_looked_after_on_31_march_has_a_worker(
    spells: list[SpellRow], expected: list[tuple[str, CountEffect]]
) -> None:
    findings = found("SW01STG1", 2024, a_child(*spells, care=OPEN_CARE))

    assert [(finding.broken.field, finding.effect) for finding in findings] == expected


@pytest.mark.parametrize(
    ("episodes", "is_asked"),
    [
        ((), False),
        ((care("31/03/2024"),), True),
        ((care("01/04/2024"),), False),
        ((care("01/04/2022", law="V3"),), False),
        ((care("01/04/2022", law="V4"),), False),
        ((care("01/04/2022", law="V2"),), True),
        ((care("01/04/2022", "31/03/2024"),), False),
        ((care("01/04/2022", "01/04/2024"),), True),
        ((care("01/04/2022", "31/02/2024"),), False),
        ((care("31/02/2022"),), False),
        ((care("01/04/2022", "01/05/2023", ceased="X1"), care("01/05/2023", began="P")), True),
    ],
)
def test_sw01_asks_only_of_children_looked_after_on_31_march(episodes: tuple[CareRow, ...], is_asked: bool) -> None:
    assert bool(found("SW01STG1", 2024, a_child(care=episodes))) is is_asked


@pytest.mark.parametrize("year", YEARS[1:])
@pytest.mark.parametrize(
    ("spell", "before", "since"),
    [
        (a_spell("SW100", ""), ["SW_DECOM"], ["SW_DECOM"]),
        (a_spell("", "31/03/2023"), ["SW_ID"], []),
        (a_spell("", "01/04/2023"), [], ["SW_ID"]),
        (a_spell("SW100", "31/03/2023", reason=""), [], []),
        (a_spell("SW100", "01/04/2023", reason=""), [], ["SW_REASON"]),
        (a_spell("", "01/04/2023", reason=""), [], ["SW_ID", "SW_REASON"]),
        (a_spell("SW100", "31/03/2023"), [], []),
        (a_spell("SW100", "01/04/2023"), [], []),
        (a_spell("", "31/02/2024"), [], []),
    ],
)
def test_sw01a_and_sw01b_part_on_1_april_2023(year: int, spell: SpellRow, before: list[str], since: list[str]) -> None:
    assert fields("SW01aSTG1", year, a_child(spell)) == before
    assert fields("SW01bSTG1", year, a_child(spell)) == since


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("worker", "years"),
    [
        ("SW100", ()),
        ("XX100", ()),
        ("SW10", ()),
        ("SW1", (2026, 2027)),
        ("XX", (2026, 2027)),
        ("", ()),
        ("sw100", YEARS),
        ("Sw100", YEARS),
        ("xx100", YEARS),
        ("100", YEARS),
        ("S100", YEARS),
        ("WS100", YEARS),
    ],
)
def test_sw02_a_number_begins_with_sw_or_xx(year: int, worker: str, years: tuple[int, ...]) -> None:
    assert rows("SW02STG1", year, a_spell(worker, "01/04/2023")) == ([1] if year in years else [])


@pytest.mark.parametrize(
    ("spell", "expected"),
    [
        (a_spell("SW100", "01/04/2023"), []),
        (a_spell("", "01/04/2023"), [("SW_ID", WRONG)]),
        (a_spell("SW100", ""), [("SW_DECOM", WRONG)]),
        (a_spell("SW100", "01/04/2023", reason=""), [("SW_REASON", NONE)]),
        (a_spell("", "", reason=""), [("SW_ID", WRONG), ("SW_DECOM", WRONG), ("SW_REASON", NONE)]),
        (a_spell("SW100", "31/03/2022", "", ""), [("SW_REASON", NONE)]),
    ],
)
def test_sw03_no_cell_is_blank_but_the_end(spell: SpellRow, expected: list[tuple[str, CountEffect]]) -> None:
    findings = found("SW03STG1", 2024, a_child(spell))

    assert [(finding.broken.field, finding.effect) for finding in findings] == expected


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("01/04/2023", ()),
        ("29/02/2024", ()),
        ("29/02/2023", YEARS),
        ("31/04/2023", YEARS),
        ("2023-04-01", YEARS),
        ("zz", YEARS),
        ("last week", YEARS),
        ("ZZ/ZZ/ZZZZ", (2026, 2027)),
        ("01/04/ZZZZ", (2026, 2027)),
        ("ZZ/04/2023", (2026, 2027)),
        ("ZZ/ZZ", YEARS),
        ("", ()),
    ],
)
def test_sw04_and_sw05_a_date_is_a_date(year: int, text: str, years: tuple[int, ...]) -> None:
    expected = [1] if year in years else []

    assert rows("SW04STG1", year, a_spell(started=text)) == expected
    assert rows("SW05STG1", year, a_spell(started="01/04/2020", ended=text)) == expected


@pytest.mark.parametrize("year", YEARS)
def test_sw06_a_spell_begins_on_31_march_at_the_latest(year: int) -> None:
    spells = [a_spell(started=text) for text in (f"31/03/{year}", f"01/04/{year}", "01/01/1990", "")]

    assert rows("SW06STG2", year, *spells) == [2]
    assert [rows("SW06STG2", year, spell) for spell in spells] == [[], [1], [], []]


@pytest.mark.parametrize(("year", "first"), [(2024, 2023), (2025, 2023), (2026, 2024), (2027, 2025)])
def test_sw07_a_spell_ends_in_the_year_or_from_2025_in_the_two(year: int, first: int) -> None:
    ends = (f"31/03/{first}", f"01/04/{first}", f"31/03/{year}", f"01/04/{year}", "")

    spells = [a_spell(started="01/01/2020", ended=end) for end in ends]

    assert rows("SW07STG2", year, *spells) == [1, 4]
    assert [rows("SW07STG2", year, spell) for spell in spells] == [[1], [], [], [1], []]


@pytest.mark.parametrize(("code", "year"), [("SW14STG2", 2024), *(("SW08STG2", year) for year in YEARS)])
@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([("01/04/2023", ""), ("01/06/2023", "")], [1]),
        ([("01/06/2023", ""), ("01/04/2023", "")], [2]),
        ([("01/04/2023", "01/06/2023"), ("01/06/2023", "")], []),
        ([("01/04/2023", ""), ("01/06/2023", "01/07/2023")], [1]),
        ([("01/04/2023", ""), ("01/04/2023", "")], [1]),
        ([("01/04/2023", ""), ("01/04/2023", "01/05/2023")], []),
        ([("01/04/2023", "31/02/2024"), ("01/06/2023", "")], []),
        ([("01/04/2023", ""), ("", "")], []),
        ([("01/04/2023", "")], []),
    ],
)
def test_sw08_and_sw14_only_the_last_spell_is_open(
    code: str, year: int, spells: list[tuple[str, str]], expected: list[int]
) -> None:
    assert rows(code, year, *(a_spell(started=start, ended=end) for start, end in spells)) == expected


@pytest.mark.parametrize(
    ("later", "effect"),
    [
        ([("01/08/2023", "15/08/2023")], DOUBTFUL),
        ([("01/08/2023", "")], WRONG),
        ([("01/08/2023", "15/08/2023"), ("01/09/2023", "")], WRONG),
        ([("01/08/2023", "15/08/2023"), ("01/09/2023", "02/10/2023")], DOUBTFUL),
        ([("01/04/2023", "")], WRONG),
    ],
)
def test_sw08_cover_during_an_open_spell_leaves_the_count_doubtful(
    later: list[tuple[str, str]], effect: CountEffect
) -> None:
    child = a_child(a_spell("SW1", "01/04/2023"), *(a_spell("SW2", start, end) for start, end in later))

    assert [finding.effect for finding in found("SW08STG2", 2025, child)] == [effect]


def test_sw08_the_same_row_twice_leaves_the_count_as_it_is() -> None:
    twice = [a_spell("SW1", "01/04/2023"), a_spell("sw1", "01/04/2023", reason="")]

    assert [finding.effect for finding in found("SW08STG2", 2025, a_child(*twice))] == [NONE]
    assert [finding.effect for finding in found("SW08STG2", 2025, a_child(*twice, a_spell("SW2", "01/08/2023")))] == [
        NONE,
        WRONG,
    ]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("ended", "same_day", "reversed_"),
    [("31/05/2023", False, True), ("01/06/2023", True, False), ("02/06/2023", False, False), ("", False, False)],
)
def test_sw09_sw18_and_rk01_a_spell_ends_after_it_began(year: int, ended: str, same_day: bool, reversed_: bool) -> None:
    child = a_child(a_spell(started="01/06/2023", ended=ended), a_spell(started="31/02/2023", ended="01/06/2023"))

    assert bool(found("SW09STG2", year, child)) is same_day
    if year < 2026:
        assert [finding.effect for finding in found("RK01", year, child)] == [WRONG] * reversed_
    else:
        expected = [WRONG] * reversed_ + [NONE] * same_day
        assert [finding.effect for finding in found("SW18STG2", year, child)] == expected


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("reason", ["MANAGE", "FCONTA", ""])
@pytest.mark.parametrize(
    ("days", "is_far"), [(-8, True), (-7, False), (0, False), (1, False), (7, False), (8, True), (400, True)]
)
def test_sw10_a_spell_begins_within_7_days_of_the_end_before(year: int, reason: str, days: int, is_far: bool) -> None:
    code = "SW10STG2" if year < 2026 else "SW10aSTG2"
    started = f"{date(2023, 7, 1) + timedelta(days=days):%d/%m/%Y}"
    spells = (a_spell("SW1", "01/04/2023", "01/07/2023"), a_spell("SW2", started, "", reason))

    is_found = is_far and (year == 2024 or reason != "FCONTA")
    assert rows(code, year, *spells) == ([2] if is_found else [])
    if year >= 2026:
        assert rows("SW10bSTG2", year, *spells) == ([2] if reason == "FCONTA" and days <= 0 else [])


def test_sw10_says_nothing_where_the_spell_before_has_no_end() -> None:
    spells = (a_spell("SW1", "01/04/2023"), a_spell("SW2", "01/09/2023", reason="FCONTA"))

    assert [rows(code, 2026, *spells) for code in ("SW10aSTG2", "SW10bSTG2")] == [[], []]
    assert rows("SW10STG2", 2024, *spells) == []


@pytest.mark.parametrize(
    ("ended", "then", "early", "at_the_end"),
    [
        ("25/03/2024", None, [1], []),
        ("26/03/2024", None, [1], [1]),
        ("27/03/2024", None, [], [1]),
        ("31/03/2024", None, [], [1]),
        ("01/04/2024", None, [], []),
        ("20/03/2024", "25/03/2024", [], []),
        ("20/03/2024", "26/03/2024", [1], []),
        ("20/03/2024", "15/03/2024", [], []),
        ("20/03/2024", "14/03/2024", [1], []),
        ("27/03/2024", "28/03/2024", [], []),
    ],
)
def test_sw11_somebody_follows_a_spell_that_ends_in_the_year(
    ended: str, then: str | None, early: list[int], at_the_end: list[int]
) -> None:
    spells = [a_spell("SW1", "01/03/2024", ended)]
    spells += [] if then is None else [a_spell("SW2", then)]

    assert rows("SW11aSTG2", 2024, *spells) == early
    assert rows("SW11bSTG2", 2024, *spells) == at_the_end


@pytest.mark.parametrize("year", YEARS)
def test_sw11b_looks_at_the_last_5_days_of_its_own_year(year: int) -> None:
    assert [
        rows("SW11bSTG2", year, a_spell(started="01/01/2020", ended=f"{day}/03/{year}")) for day in (25, 26, 31)
    ] == [[], [1], [1]]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("spells", "is_found"),
    [
        ([], True),
        ([a_spell(started="01/01/2020")], False),
        ([a_spell(started="01/01/2020", ended="31/05/2022")], True),
        ([a_spell(started="01/01/2020", ended="01/06/2022")], False),
        ([a_spell(started="ZZ/ZZ/2022")], True),
        ([a_spell(started="01/01/2020", ended="31/02/2024")], False),
    ],
)
def test_sw12_a_spell_touches_the_episode_that_is_open(year: int, spells: list[SpellRow], is_found: bool) -> None:
    no_day = care("31/02/2021")
    findings = found("SW12STG2", year, a_child(*spells, care=(care("01/06/2022"), no_day)))

    assert [finding.effect for finding in findings] == [WRONG] * is_found


@pytest.mark.parametrize("year", YEARS)
def test_sw12_the_year_ends_on_31_march_for_a_spell_and_for_an_episode(year: int) -> None:
    now = care("01/06/2022")
    assert [
        bool(found("SW12STG2", year, a_child(a_spell(started=day), care=(now,))))
        for day in (f"31/03/{year}", f"01/04/{year}")
    ] == [False, True]

    past = [care("01/01/2022", day, ceased="E4A") for day in (f"31/03/{year}", f"01/04/{year}")]
    assert [len(found("SW12STG2", year, a_child(care=(each, now)))) for each in past] == [2, 1]


@pytest.mark.parametrize(
    ("year", "ended", "is_looked_at"),
    [
        (2024, "31/03/2023", False),
        (2024, "01/04/2023", True),
        (2025, "31/03/2023", False),
        (2025, "01/04/2023", True),
        (2026, "31/03/2024", False),
        (2026, "01/04/2024", True),
    ],
)
def test_sw12_looks_back_one_year_and_from_2025_two(year: int, ended: str, is_looked_at: bool) -> None:
    past = care("01/01/2023", ended, ceased="E4A")
    spell = a_spell(started="01/01/2025" if year > 2024 else "01/01/2024")
    now = care("01/02/2025" if year > 2024 else "01/02/2024")

    findings = found("SW12STG2", year, a_child(spell, care=(past, now)))

    assert [finding.broken.row for finding in findings] == ([past] if is_looked_at else [])


@pytest.mark.parametrize(
    ("began", "ceased", "law", "is_looked_at"),
    [
        ("S", "X1", "C2", True),
        ("P", "E4A", "C2", True),
        ("P", "X1", "C2", False),
        ("S", "E4A", "C2", True),
        ("S", "E4A", "V3", False),
        ("S", "E4A", "V4", False),
    ],
)
def test_sw12_looks_at_episodes_that_begin_or_end_care(began: str, ceased: str, law: str, is_looked_at: bool) -> None:
    past = care("01/05/2023", "01/06/2023", began, law, ceased)
    child = a_child(a_spell(started="01/02/2024"), care=(past, care("01/02/2024")))

    assert bool(found("SW12STG2", 2024, child)) is is_looked_at


@pytest.mark.parametrize("end_of_care", ["31/03/2024", "01/01/2024"])
def test_sw12_asks_only_of_children_looked_after_on_31_march(end_of_care: str) -> None:
    assert found("SW12STG2", 2024, a_child(care=(care("01/06/2022", end_of_care, ceased="E4A"),))) == []


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("reason", "started", "years"),
    [
        *((code, "01/06/2023", ()) for code in (
            "MANAGE", "FCONTA", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN", "SWDIED", "OTHERS"
        )),
        ("SWLAZY", "01/06/2023", YEARS),
        ("SWLAZY", "31/03/2023", YEARS),
        ("manage", "01/06/2023", YEARS),
        ("", "31/03/2023", (2024,)),
        ("", "01/04/2023", YEARS),
        ("", "", YEARS),
    ],
)  # fmt: skip
def test_sw13_the_reason_is_one_of_ten(year: int, reason: str, started: str, years: tuple[int, ...]) -> None:
    expected = [1] if year in years else []
    assert rows("SW13STG1", year, a_spell(started=started, reason=reason)) == expected


@pytest.mark.parametrize("year", YEARS[1:])
@pytest.mark.parametrize(("reason", "is_found"), [("", True), ("MANAGE", False), ("SWLAZY", False)])
def test_sw15_a_spell_of_the_last_two_years_has_a_reason(year: int, reason: str, is_found: bool) -> None:
    old, new = f"31/03/{year - 2}", f"01/04/{year - 2}"

    assert rows("SW15STG2", year, a_spell(started=old, reason=reason)) == []
    assert rows("SW15STG2", year, a_spell(started=new, reason=reason)) == [1] * is_found
    assert rows("SW15STG2", year, a_spell(started="", reason=reason)) == [1] * is_found


@pytest.mark.parametrize("year", YEARS[1:])
@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (a_spell("SW100", "01/02/2024"), [[], [], []]),
        (a_spell("SW200", "01/02/2024"), [[1], [], []]),
        (a_spell("SW100", "02/02/2024"), [[], [1], []]),
        (a_spell("SW100", "01/02/2024", reason="LEFTRL"), [[], [], [1]]),
    ],
)
def test_sw16_a_return_begins_where_the_last_one_ended(year: int, first: SpellRow, expected: list[list[int]]) -> None:
    codes = ("SW16aSTG2", "SW16bSTG2", "SW16cSTG2")
    later = a_spell("SW300", "01/06/2024", reason="OTHERS")
    for open_one, answer in (("", expected), ("01/03/2024", [[], [], []])):
        last = (a_spell("SW900", "01/05/2023", "01/02/2024"), a_spell("SW100", "01/02/2024", open_one))
        child = a_child(first, later, previous=last)
        places = [[f.broken.row.number - 1 for f in found(code, year, child) if f.broken.row] for code in codes]
        assert places == answer


def test_sw16_says_nothing_of_a_child_who_is_new_or_gone() -> None:
    spell = a_spell("SW100", "01/02/2024")

    assert found("SW16aSTG2", 2025, a_child(spell)) == []
    assert found("SW16aSTG2", 2025, a_child(previous=(spell,))) == []


@pytest.mark.parametrize("year", YEARS[2:])
@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([("01/04/2025", "")], []),
        ([("01/04/2025", "31/03/2026")], [1]),
        ([("01/04/2025", "01/06/2025"), ("01/06/2025", "")], []),
        ([("01/04/2025", ""), ("01/06/2025", "01/07/2025")], [2]),
        ([("01/04/2025", "31/02/2026")], [1]),
    ],
)
def test_sw17_the_last_spell_is_open(year: int, spells: list[tuple[str, str]], expected: list[int]) -> None:
    assert rows("SW17STG2", year, *(a_spell(started=start, ended=end) for start, end in spells)) == expected


@pytest.mark.parametrize("year", YEARS[2:])
@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (("01/04/2025", "02/04/2025"), []),
        (("01/04/2025", "01/04/2025"), [2]),
        (("01/04/2025", "01/04/2025", "01/04/2025"), [2, 3]),
        (("", ""), []),
    ],
)
def test_sw19_no_two_spells_begin_on_the_same_day(year: int, starts: tuple[str, ...], expected: list[int]) -> None:
    assert rows("SW19STG2", year, *(a_spell(f"SW{n}", start) for n, start in enumerate(starts))) == expected


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("born", "is_found"), [((), False), (("01/01/2010",), False), (("01/01/2010", "02/01/2010"), True)]
)
def test_rk02_the_files_agree_on_the_date_of_birth(year: int, born: tuple[str, ...], is_found: bool) -> None:
    assert [finding.effect for finding in found("RK02", year, a_child(born=born))] == [NONE] * is_found


# All of them


days = st.dates(date(2022, 1, 1), date(2026, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}")
cells = st.one_of(st.just(""), st.just("31/02/2024"), st.just("ZZ/ZZ/ZZZZ"), days)
spells = st.builds(
    a_spell,
    st.sampled_from(["SW100", "SW200", "sw100", "", "7"]),
    cells,
    cells,
    st.sampled_from(["MANAGE", "FCONTA", "", "SWLAZY"]),
)
cares = st.builds(
    care, cells, cells, st.sampled_from("SPL"), st.sampled_from(["C2", "V3"]), st.sampled_from(["", "X1"])
)


@given(st.lists(spells, max_size=6), st.lists(cares, max_size=3), st.sampled_from(YEARS), st.randoms())
def test_the_order_of_the_rows_changes_no_finding(
    rows: list[SpellRow], episodes: list[CareRow], year: int, chance: object
) -> None:
    child = a_child(*rows, care=tuple(episodes), previous=tuple(rows[:2]))
    shuffled = list(child.spells)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random

    def told(of: ReturnedChild) -> Iterator[tuple[str, str, int]]:
        for finding in check_child(of, return_rules(year, is_every_rule=True), year):
            row = finding.broken.row
            yield finding.rule.code, finding.broken.field, 0 if row is None else row.number

    other = ReturnedChild(child_id="K1", spells=tuple(shuffled), care=child.care, previous=child.previous)
    assert sorted(told(child)) == sorted(told(other))


@given(st.lists(spells, max_size=6), st.lists(cares, max_size=3), st.sampled_from(YEARS))
def test_no_finding_does_more_than_its_rule_says(rows: list[SpellRow], episodes: list[CareRow], year: int) -> None:
    rank = [NONE, DOUBTFUL, WRONG]
    for finding in check_child(a_child(*rows, care=tuple(episodes)), return_rules(year), year):
        assert rank.index(finding.effect) <= rank.index(finding.rule.effect)


def test_rules_that_are_not_confirmed_say_so() -> None:
    unconfirmed = {rule.code for rule in RETURN_RULES if rule.standing is RuleStanding.UNCONFIRMED}

    assert unconfirmed == {
        "SW02STG1", "SW04STG1", "SW05STG1", "SW10aSTG2", "SW10bSTG2", "SW18STG2", "SW19STG2",
    }  # fmt: skip


# Both sides of each rule, in each year


def calls_of(test: Callable[..., None]) -> Iterator[dict[str, object]]:
    """The arguments of a test, in every combination that it is run with."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    for values in product(*(mark.args[1] for mark in marks)):
        arguments: dict[str, object] = {}
        for mark, value in zip(marks, values, strict=True):
            names = [mark.args[0]] if isinstance(mark.args[0], str) else mark.args[0]
            arguments |= dict(zip(names, [value] if len(names) == 1 else value, strict=True))
        yield arguments


#: What each rule finds, and what that does to a count; the same in every year.
EFFECTS = {
    "SW01STG1": {("SW_ID", WRONG), ("SW_REASON", NONE)},
    "SW01aSTG1": {("SW_DECOM", WRONG), ("SW_ID", WRONG)},
    "SW01bSTG1": {("SW_DECOM", WRONG), ("SW_ID", WRONG), ("SW_REASON", NONE)},
    "SW02STG1": {("SW_ID", NONE)},
    "SW03STG1": {("SW_DECOM", WRONG), ("SW_ID", WRONG), ("SW_REASON", NONE)},
    "SW04STG1": {("SW_DECOM", WRONG)},
    "SW05STG1": {("SW_DEC", WRONG)},
    "SW06STG2": {("SW_DECOM", NONE)},
    "SW07STG2": {("SW_DEC", NONE)},
    "SW08STG2": {("SW_DEC", WRONG), ("SW_DEC", DOUBTFUL), ("SW_DEC", NONE)},
    "SW09STG2": {("SW_DEC", NONE)},
    "SW10STG2": {("SW_DECOM", DOUBTFUL)},
    "SW10aSTG2": {("SW_DECOM", DOUBTFUL)},
    "SW10bSTG2": {("SW_DECOM", DOUBTFUL)},
    "SW11aSTG2": {("SW_DEC", DOUBTFUL)},
    "SW11bSTG2": {("SW_DEC", DOUBTFUL)},
    "SW12STG2": {("SW_DECOM", WRONG)},
    "SW13STG1": {("SW_REASON", NONE)},
    "SW14STG2": {("SW_DEC", WRONG), ("SW_DEC", DOUBTFUL), ("SW_DEC", NONE)},
    "SW15STG2": {("SW_REASON", NONE)},
    "SW16aSTG2": {("SW_ID", DOUBTFUL)},
    "SW16bSTG2": {("SW_DECOM", DOUBTFUL)},
    "SW16cSTG2": {("SW_REASON", DOUBTFUL)},
    "SW17STG2": {("SW_DEC", DOUBTFUL)},
    "SW18STG2": {("SW_DEC", WRONG), ("SW_DEC", NONE)},
    "SW19STG2": {("SW_DECOM", DOUBTFUL)},
    "RK01": {("SW_DEC", WRONG)},
    "RK02": {("DOB", NONE)},
}


def test_the_tests_above_hold_both_sides_of_every_rule_in_every_year_and_what_each_does_to_a_count() -> None:
    for name, test in list(globals().items()):
        if name.startswith(("test_sw", "test_rk")):
            for arguments in calls_of(test):
                test(**arguments)

    in_force = {(rule.code, year) for year in YEARS for rule in return_rules(year, is_every_rule=True)}
    assert {(*each, side) for each in in_force for side in (True, False)} - SEEN == set()
    assert SEEN_EFFECTS == EFFECTS
