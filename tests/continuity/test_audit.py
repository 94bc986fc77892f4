"""The audit of a council: who is counted where, what is withheld, what if, what moved. Everybody here is made up."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, repeat

import pytest

from relationkit.continuity import (
    AUDIT_HEADINGS,
    AuditGroup,
    CareCase,
    ContinuityAudit,
    Window,
    attribute_changes,
    audit_continuity,
    care_cases,
    compare_audits,
    with_worker_kept,
)
from relationkit.england import published_stability
from relationkit.errors import InvalidRecordError, ScatteredRecordsError
from relationkit.records import Assignment, Child, ChildId, Placement
from relationkit.samples import SampleCouncil

YEAR = Window.reporting_year(2025)
IN_CARE_SINCE = date(2023, 1, 1)

Spell = tuple[str, date, date | None, str | None]


def a_case(child_id: str, *spells: Spell, born_on: date | None = date(2012, 5, 1), team: str = "North") -> CareCase:
    return CareCase(
        ChildId(child_id),
        [a_spell(child_id, spell) for spell in spells],
        [a_placement(child_id)],
        born_on,
        team,
    )


def a_spell(child_id: str, spell: Spell) -> Assignment:
    worker, started_on, ended_on, reason = spell
    return Assignment.model_validate(
        {
            "id": f"{child_id}-{worker}-{started_on}",
            "child_id": child_id,
            "worker_id": worker,
            "role": "social_worker",
            "started_on": started_on,
            "ended_on": ended_on,
            "reason": reason,
        }
    )


def a_placement(child_id: str, regime: str = "placement", ended_on: date | None = None) -> Placement:
    facts = {"id": f"P-{child_id}", "child_id": child_id, "started_on": IN_CARE_SINCE, "ended_on": ended_on}
    return Placement.model_validate({**facts, "regime": regime})


def spells(count: int, reason: str = "left_role") -> list[Spell]:
    """So many workers in the year, the first from before it."""
    days = [date(2023, 1, 1), *(date(2024, 5, 1) + timedelta(days=30 * n) for n in range(count - 1))]
    ends = [*days[1:], None]
    reasons = ["first_contact", *repeat(reason, count - 1)]
    return [(f"W{n}", *each) for n, each in enumerate(zip(days, ends, reasons, strict=True))]


def some(count: int, workers: int, start: int = 0, *, team: str = "North", reason: str = "left_role") -> list[CareCase]:
    return [a_case(f"C{start + n:04}", *spells(workers, reason), team=team) for n in range(count)]


def group(audit: ContinuityAudit, grouping: str, name: str) -> AuditGroup:
    groups = next(each for each in audit.groupings if each.name == grouping).groups
    return next(each for each in groups if each.name == name)


def test_both_measures_stand_under_their_own_names() -> None:
    audit = audit_continuity([*some(10, 1), *some(8, 3, 10)], YEAR)

    assert (audit.everyone.children, audit.everyone.high, audit.everyone.multiple) == (18, 8, 8)
    assert {each.name: each.count for each in audit.workers if each.count} == {"1": 10, "3": 8}
    assert audit.changes == 16


def test_a_child_who_left_care_is_not_counted_and_one_without_a_worker_is() -> None:
    left = a_case("C900", *spells(3))
    left = CareCase(left.child_id, left.assignments, [a_placement("C900", ended_on=YEAR.last_on)], left.born_on)
    breaks = CareCase(ChildId("C901"), (), [a_placement("C901", "short_breaks")])

    audit = audit_continuity([*some(10, 1), left, breaks, a_case("C902")], YEAR, smallest=1)

    assert audit.everyone.children == 11
    assert audit.unallocated == 1
    assert audit.workers[0].count == 1, "none recorded"


def test_a_child_who_leaves_on_the_day_after_the_window_is_counted() -> None:
    case = CareCase(ChildId("C1"), (), [a_placement("C1", ended_on=YEAR.end_on)])

    assert audit_continuity([case], YEAR, smallest=1).everyone.children == 1


@pytest.mark.parametrize(
    ("born_on", "band"),
    [
        (date(2021, 4, 1), "under 4"),
        (date(2021, 3, 31), "4 to 7"),
        (date(2017, 3, 31), "8 to 11"),
        (date(2014, 4, 1), "8 to 11"),
        (date(2014, 3, 31), "11 to 17"),
        (date(2007, 4, 1), "11 to 17"),
        (None, "not known"),
    ],
)
def test_a_child_stands_in_one_age_band(born_on: date | None, band: str) -> None:
    audit = audit_continuity([a_case("C1", *spells(1), born_on=born_on)], YEAR, smallest=1)

    assert group(audit, "age", band).children == 1
    assert len(audit.groupings[1].groups) == 1


def test_care_leavers_are_counted_apart_by_their_personal_adviser() -> None:
    born_on, left_on = date(2006, 9, 1), date(2024, 9, 1)
    advisers = [
        a_spell("C1", spell).model_copy(update={"role": "personal_adviser", "id": f"PA{n}"})
        for n, spell in enumerate(spells(3))
    ]
    case = CareCase(ChildId("C1"), advisers, [a_placement("C1", ended_on=left_on)], born_on)

    audit = audit_continuity([case, *some(10, 1, 10)], YEAR, smallest=1)

    assert audit.everyone.children == 10
    assert audit.care_leavers is not None
    assert (audit.care_leavers.children, audit.care_leavers.high) == (1, 1)


def test_where_placements_are_not_known_everybody_is_counted_and_it_says_so() -> None:
    audit = audit_continuity(care_cases([a_spell("C1", each) for each in spells(3)]), YEAR, smallest=1)

    assert audit.everyone.children == 1
    assert audit.population.startswith("every child in the source")
    assert (audit.alone, audit.days_alone, audit.unallocated) == (None, None, None)
    assert [each.name for each in audit.groupings] == ["team", "age", "reason"]


def test_a_small_group_is_withheld_with_another() -> None:
    cases = [*some(3, 3), *some(30, 1, 10, team="South"), *some(30, 2, 50, team="West")]

    audit = audit_continuity(cases, YEAR)

    assert audit.everyone.children == 63
    assert audit.everyone.high is None, "3 children"
    assert group(audit, "team", "North").children is None
    assert sum(each.children is None for each in audit.groupings[0].groups) == 2
    assert ("team", "North", *["c"] * 5, None, None, "c", "c", None) in audit.rows()


def test_of_five_children_nothing_is_shown() -> None:
    audit = audit_continuity(some(5, 3), YEAR)

    assert audit.everyone.children is None
    assert audit.groupings == ()
    assert audit.changes is None, "10 changes of fewer than 6 children tell of each of them"
    assert {each.changes for each in audit.causes} == {None}


def test_a_grouping_left_out_whole_is_said_with_its_reason_and_is_a_row_of_the_table() -> None:
    """Nobody had a second change: children by reason would say how many changes a withheld reason had."""
    cases = [
        *some(20, 1, 900),
        *some(8, 2),
        *some(7, 2, 100, reason="absence"),
        *some(3, 2, 200, reason="child_request"),
    ]
    tight, roomy = audit_continuity(cases, YEAR), audit_continuity([*cases[:-3], *some(9, 3, 300)], YEAR)

    assert "reason" not in [each.name for each in tight.groupings]
    assert [each.label for each in tight.withheld_groupings] == ["Why the last change was made"]
    assert tight.left_out_whole[0].startswith("Why the last change was made: left out whole. These are so few")
    assert ("reason", "every group: left out whole", *["c"] * 5) in [row[:7] for row in tight.rows()]
    assert "reason" in [each.name for each in roomy.groupings]
    assert (roomy.withheld_groupings, roomy.left_out_whole) == ((), ())


def test_the_table_holds_every_figure_of_the_audit() -> None:
    audit = audit_continuity(some(20, 3), YEAR, smallest=1, published=[published_stability(2024)])
    rows = {row[:2]: dict(zip(AUDIT_HEADINGS, row, strict=True)) for row in audit.rows()}

    everyone = rows["everyone", "everyone"]
    assert (everyone["changes"], everyone["days_with_nobody"]) == (audit.changes, audit.days_alone) == (40, 0)
    assert (everyone["share_three_or_more_from"], everyone["share_three_or_more_to"]) == (0.8389, 1.0)
    assert {name: row["children"] for (kind, name), row in rows.items() if kind == "workers"} == {
        each.name: each.count for each in audit.workers
    }
    assert [rows[name, words]["children"] for name, words in rows if name in ("returned", "alone", "unallocated")] == [
        0
    ] * 3
    counts = {**{each.name: each.count for each in (*audit.quarters, *audit.timing)}, "leavers": 40}
    assert {name: rows[kind, name]["changes"] for kind, name in rows if name in counts} == counts
    assert rows["cause and reason", "leavers: the worker before left the role"]["changes"] == 40
    assert {name: row["three_or_more_workers"] for (kind, name), row in rows.items() if kind == "what if"} == {
        each.scenario: each.high for each in audit.what_if
    }
    assert rows["published", "England, 2024"]["share_three_or_more"] == 0.27


def test_children_are_listed_only_when_asked_for() -> None:
    cases = [*some(6, 3), a_case("C0900")]

    listed = audit_continuity(cases, YEAR, with_children=True)

    assert listed.three_or_more is not None
    assert len(listed.three_or_more) == 6
    assert listed.nobody_now is not None
    assert [child.child_id for child in listed.nobody_now] == ["C0900"]
    assert ("child with nobody now", "C0900") in [row[:2] for row in listed.rows()]
    assert listed.without_children() == audit_continuity(cases, YEAR)
    assert "C0" not in str(listed.without_children().rows())


def test_a_saved_audit_is_read_back_the_same() -> None:
    audit = audit_continuity(some(20, 3), YEAR, published=[published_stability(2024)], with_children=True)

    assert ContinuityAudit.model_validate_json(audit.model_dump_json()) == audit


def test_a_file_that_is_no_audit_is_refused_field_by_field() -> None:
    with pytest.raises(InvalidRecordError, match="ContinuityAudit, start_on: is missing"):
        ContinuityAudit.model_validate_json("{}")


def test_children_left_out_are_said_and_counted_nowhere_else() -> None:
    audit = audit_continuity(some(10, 1), YEAR, left_out=["C0000"])

    assert audit.everyone.children == 9
    assert audit.could_not_be_judged == 1


def test_children_left_out_are_a_row_of_the_table_and_listed_for_those_who_may_see_them() -> None:
    audit = audit_continuity(some(10, 1), YEAR, left_out=["C0000"], with_children=True)

    assert [row[:4] for row in audit.rows()[-2:]] == [
        ("left out, could not be judged", "children", 1, None),
        ("child left out", "C0000", None, None),
    ]
    assert audit.not_judged == ("C0000",)
    assert audit.without_children().not_judged is None


def test_reasons_of_few_children_stand_together() -> None:
    rare = [*some(4, 4, 40, reason="restructure"), *some(5, 4, 50, reason="died")]

    audit = audit_continuity([*some(20, 4), *some(10, 2, 20, reason="transfer_process"), *rare], YEAR)

    assert group(audit, "reason", "rarer reasons, together").children == 9
    assert group(audit, "reason", "the worker before left the role").children == 20


def test_a_reason_withheld_cannot_be_told_from_whether_its_day_was_set() -> None:
    cases = [*some(20, 2, reason="transfer_process"), *some(3, 2, 20, reason="first_contact"), *some(9, 1, 30)]

    audit = audit_continuity(cases, YEAR)

    process = next(each for each in audit.causes if each.name == "process")
    assert {each.count for each in process.reasons} == {None}
    assert {each.count for each in audit.timing if each.name != "unplanned"} == {None}


def test_children_by_reason_are_not_shown_where_changes_by_reason_are_as_many_and_withheld() -> None:
    one_each = [*some(20, 2), *some(10, 2, 20, reason="transfer_process"), *some(2, 2, 30, reason="died")]

    audit = audit_continuity([*one_each, *some(9, 1, 40)], YEAR)

    assert "reason" not in [each.name for each in audit.groupings]
    assert audit.changes == 32


# Why, and what if ----------------------------------------------------------------------------------------------------


def test_a_kept_worker_takes_the_place_of_the_next() -> None:
    rows = [a_spell("C", each) for each in spells(4)]

    kept = with_worker_kept(rows, [rows[1].started_on, rows[2].started_on])

    assert [each.worker_id for each in kept] == ["W0", "W0", "W0", "W3"]


def test_the_causes_add_up_and_what_if_counts_again() -> None:
    cases = [*some(10, 3), *some(10, 3, 10, reason="restructure"), *some(10, 2, 20)]

    found = attribute_changes(cases, YEAR)

    assert {name: count for name, count in found.causes.items() if count} == {"leavers": 30, "re-organisation": 20}
    assert (found.children, found.high) == (30, 20)
    high = {each.scenario: (each.high, each.moved) for each in found.what_if}
    assert high["nobody had left the role"] == (10, 10)
    assert high["re-organisation had kept the worker"] == (10, 10)
    assert high["nobody had covered an absence"] == (20, 0)


def test_transfers_after_assessment_and_at_18_are_told_apart() -> None:
    after_assessment = [
        a_case(
            f"A{n}",
            ("W0", date(2024, 4, 10), date(2024, 6, 1), "first_contact"),
            ("W1", date(2024, 6, 1), date(2024, 9, 1), "transfer_process"),
            ("W2", date(2024, 9, 1), None, "left_role"),
        )
        for n in range(6)
    ]
    at_eighteen = [
        a_case(
            f"B{n}",
            ("W0", date(2023, 4, 10), date(2024, 6, 1), "other"),
            ("W1", date(2024, 6, 1), date(2025, 3, 1), "left_role"),
            ("W2", date(2025, 3, 1), None, "transfer_process"),
            born_on=date(2007, 5, 31),
        )
        for n in range(7)
    ]

    what_if = {each.scenario: each.high for each in attribute_changes([*after_assessment, *at_eighteen], YEAR).what_if}

    assert what_if["transfers after assessment had kept the worker"] == 7
    assert what_if["transfers at 18 had kept the worker"] == 6
    assert what_if["transfers at 18 and after assessment had kept the worker"] == 0


@pytest.mark.parametrize(("born_on", "is_at_18"), [(date(2007, 5, 31), True), (date(2007, 6, 1), False)])
def test_a_transfer_is_at_18_from_three_months_before_the_birthday(born_on: date, is_at_18: bool) -> None:
    rows: list[Spell] = [*spells(2), ("W9", date(2025, 3, 1), None, "transfer_process")]
    rows[1] = (*rows[1][:2], date(2025, 3, 1), rows[1][3])

    found = attribute_changes([a_case("C", *rows, born_on=born_on)], YEAR)

    assert found.high == 1
    assert next(each for each in found.what_if if each.scenario.startswith("transfers at 18 had")).high == (
        not is_at_18
    )


def test_a_scenario_that_turns_on_few_children_is_withheld() -> None:
    cases = [*some(10, 3), *some(3, 3, 10, reason="restructure"), *some(20, 1, 20)]

    audit = audit_continuity(cases, YEAR)

    what_if = {each.scenario: each.high for each in audit.what_if}
    assert what_if["re-organisation had kept the worker"] is None
    assert what_if["nobody had covered an absence"] == 13


# What moved ----------------------------------------------------------------------------------------------------------


def test_a_fall_beyond_chance_is_called_a_fall() -> None:
    before = audit_continuity([*some(200, 3), *some(200, 1, 200)], YEAR)
    after = audit_continuity([*some(100, 3), *some(300, 1, 200)], YEAR)

    move = compare_audits(before, after).everyone[0]

    assert move.verdict == "fell"
    assert move.words == "From 50.0% to 25.0%. It fell, by 18.4 to 31.3 points: more than chance would explain."


def test_noise_is_not_called_progress() -> None:
    before = audit_continuity([*some(20, 3), *some(60, 1, 200)], YEAR)
    after = audit_continuity([*some(18, 3), *some(62, 1, 200)], YEAR)

    move = compare_audits(before, after).everyone[0]

    assert move.verdict == "could be chance"
    assert move.words.startswith("From 25.0% to 22.5%. This could be chance: anything from ")


def test_what_is_withheld_cannot_be_compared() -> None:
    before = audit_continuity([*some(3, 3), *some(60, 1, 200)], YEAR)
    after = audit_continuity([*some(20, 3), *some(60, 1, 200)], YEAR)

    comparison = compare_audits(before, after)

    assert comparison.everyone[0].verdict == "could not be judged"
    assert comparison.rows()[0][3:] == (None, None, None, None, None, "could not be judged")


def test_windows_that_overlap_are_said() -> None:
    audit = audit_continuity(some(20, 3), YEAR)

    assert any("overlap" in each for each in compare_audits(audit, audit).caveats)
    assert {move.verdict for move in compare_audits(audit, audit).moves if move.before} == {"could be chance"}


# Streams -------------------------------------------------------------------------------------------------------------


def test_cases_gather_the_streams_by_child() -> None:
    children = [Child.model_validate({"id": each, "team": "North"}) for each in ("C1", "C3")]

    cases = list(care_cases([a_spell("C2", spells(1)[0])], children=children, placements=[a_placement("C3")]))

    assert [(each.child_id, len(each.assignments), each.placements and len(each.placements)) for each in cases] == [
        ("C1", 0, ()),
        ("C2", 1, ()),
        ("C3", 0, 1),
    ]
    assert [each.team for each in cases] == ["North", None, "North"]


def test_records_out_of_order_are_refused() -> None:
    rows = [a_spell(child, spells(1)[0]) for child in ("C2", "C1")]

    with pytest.raises(ScatteredRecordsError):
        list(care_cases(rows))


def test_no_more_than_one_child_is_read_ahead() -> None:
    read = 0

    def stream() -> Iterator[Assignment]:
        nonlocal read
        for n in range(1000):
            read += 1
            yield a_spell(f"C{n:04}", spells(1)[0])

    for number, _ in enumerate(islice(care_cases(stream()), 10)):
        assert read <= number + 3


def test_the_order_of_the_children_never_matters(council: SampleCouncil) -> None:
    cases = list(care_cases(council.assignments(), children=council.children(), placements=council.placements()))

    assert audit_continuity(reversed(cases), YEAR) == audit_continuity(cases, YEAR)


@pytest.fixture(scope="module")
def council() -> SampleCouncil:
    from datetime import UTC, datetime

    return SampleCouncil(200, seed=3, now=datetime(2025, 4, 2, 9, tzinfo=UTC))
