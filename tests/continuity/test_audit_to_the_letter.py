"""Everything that the audit of seven made-up children says, to the letter, worked out by hand from their records.

========  ==========================================  ==================================================================
Child     In care                                     Social workers in the reporting year 2025
========  ==========================================  ==================================================================
C1        since 2018, 12 years old, North             A until May; B, of South, until August as A left; A again by a
                                                      process
C2        since February 2023, 17, South              A until June; B, a restructure; C from August until 1 March, B
                                                      having left; then nobody
C3        since June 2024 in foster care, 3, North    A throughout
C4        since March 2024, age not known, no team    nobody is recorded
C5        since 2020, 8, South                        A throughout; B covers June and July
C6        left care in 2024, 18                       three personal advisers
C7        left care in 2024, 18                       no personal adviser is recorded
========  ==========================================  ==================================================================
"""

from datetime import date
from typing import Any

import pytest

from relationkit.continuity import (
    AUDIT_HEADINGS,
    AuditCause,
    AuditCount,
    AuditGroup,
    AuditGrouping,
    AuditWhatIf,
    CareCase,
    ContinuityAudit,
    PublishedShare,
    Window,
    audit_continuity,
)
from relationkit.england import PublishedStability, PublishedSymbol
from relationkit.records import Assignment, ChildId, Placement

YEAR = Window.reporting_year(2025)
PA, IRO = "personal_adviser", "reviewing_officer"


def held(child: str, worker: str, start: str, end: str | None, reason: str | None = None, **more: Any) -> Assignment:
    facts = {"id": f"{child} {worker} {start}", "child_id": child, "worker_id": worker, "role": "social_worker"}
    return Assignment.model_validate({**facts, "started_on": start, "ended_on": end, "reason": reason, **more})


def case(
    child: str, in_care: tuple[str, str | None, str], born_on: date | None, team: str | None, *own: Assignment
) -> CareCase:
    start, end, regime = in_care
    stay = {"id": f"P {child}", "child_id": child, "started_on": start, "ended_on": end, "regime": regime}
    return CareCase(ChildId(child), own, [Placement.model_validate(stay)], born_on, team)


CASES = [
    case(
        *("C1", ("2018-01-01", None, "placement"), date(2012, 5, 1), "North"),
        held("C1", "A", "2018-01-01", "2024-05-01", "first_contact", team="North"),
        held("C1", "B", "2024-05-01", "2024-08-01", "left_role", team="South"),
        held("C1", "A", "2024-08-01", None, "transfer_process", team="North"),
        held("C1", "I", "2020-01-01", None, role=IRO),
    ),
    case(
        *("C2", ("2023-02-01", None, "placement"), date(2007, 5, 1), "South"),
        held("C2", "A", "2023-02-01", "2024-06-01"),
        held("C2", "B", "2024-06-01", "2024-08-01", "restructure"),
        held("C2", "C", "2024-08-01", "2025-03-01", "left_role"),
    ),
    case(
        *("C3", ("2024-06-01", None, "long_term_foster"), date(2021, 5, 1), "North"),
        held("C3", "A", "2024-06-01", None),
    ),
    case("C4", ("2024-03-01", None, "placement"), None, None),
    case(
        *("C5", ("2020-04-01", None, "placement"), date(2016, 5, 1), "South"),
        held("C5", "A", "2020-04-01", None, team="East"),
        held("C5", "B", "2024-06-01", "2024-08-01", "absence", team="East"),
    ),
    case(
        *("C6", ("2018-01-01", "2024-09-01", "placement"), date(2006, 9, 1), "North"),
        held("C6", "P", "2023-01-01", "2024-06-01", role=PA),
        held("C6", "Q", "2024-06-01", "2024-09-01", role=PA),
        held("C6", "R", "2024-09-01", None, role=PA),
    ),
    case("C7", ("2018-01-01", "2024-09-01", "placement"), date(2006, 9, 1), "North"),
]


def whole(*cells: object) -> tuple[object, ...]:
    """A row of the table: what does not belong to it is empty."""
    return (*cells, *[None] * (len(AUDIT_HEADINGS) - len(cells)))


def group(
    grouping: str, name: str, children: int, high: int, multiple: int, low: float, most: float
) -> tuple[object, ...]:
    shares = high, high / children, multiple, multiple / children
    return (grouping, name, children, *shares, None, None, low, most, None)


def changes(grouping: str, **counts: int) -> list[tuple[object, ...]]:
    return [whole(grouping, name, *[None] * 5, count) for name, count in counts.items()]


#: Wilson's interval at 95% of nought, one or all of so many (Wilson 1927).
NONE_OF_1, ALL_OF_1, NONE_OF_2, ONE_OF_2 = (0.0, 0.7935), (0.2065, 1.0), (0.0, 0.6576), (0.0945, 0.9055)

ROWS = [
    ("everyone", "everyone", 5, 1, 0.2, 2, 0.4, 6, 31, 0.0362, 0.6245, None),
    group("team", "East", 1, 0, 0, *NONE_OF_1),
    group("team", "North", 2, 0, 1, *NONE_OF_2),
    group("team", "South", 1, 1, 1, *ALL_OF_1),
    group("team", "not known", 1, 0, 0, *NONE_OF_1),
    group("age", "under 4", 1, 0, 0, *NONE_OF_1),
    group("age", "8 to 11", 1, 0, 0, *NONE_OF_1),
    group("age", "11 to 17", 2, 1, 2, *ONE_OF_2),
    group("age", "not known", 1, 0, 0, *NONE_OF_1),
    group("regime", "long term foster", 1, 0, 0, *NONE_OF_1),
    group("regime", "placement", 4, 1, 2, 0.0456, 0.6994),
    group("reason", "back from cover", 1, 0, 0, *NONE_OF_1),
    group("reason", "the child was transferred by standard process", 1, 0, 1, *NONE_OF_1),
    group("reason", "the worker before left the role", 1, 1, 1, *ALL_OF_1),
    group("reason", "no change", 2, 0, 0, *NONE_OF_2),
    group("length", "under 1 year", 1, 0, 0, *NONE_OF_1),
    group("length", "1 year", 1, 0, 0, *NONE_OF_1),
    group("length", "2 to 4 years", 2, 1, 1, *ONE_OF_2),
    group("length", "5 years or more", 1, 0, 1, *NONE_OF_1),
    ("role", "personal adviser", 0, 0, None, 0, *[None] * 6),
    group("role", "reviewing officer", 1, 0, 0, *NONE_OF_1),
    group("care leavers", "care leavers, by personal adviser", 1, 1, 1, *ALL_OF_1),
    whole("workers", "0", 1),
    whole("workers", "1", 1),
    whole("workers", "2", 2),
    whole("workers", "3", 1),
    whole("workers", "4", 0),
    whole("workers", "5 or more", 0),
    whole("returned", "had a former worker back", 2),
    whole("alone", "had a day in care with no social worker", 1),
    whole("unallocated", "had no social worker on the last day", 2),
    *changes("cause", leavers=2),
    *changes("cause and reason", **{"leavers: the worker before left the role": 2}),
    *changes("cause and reason", **{"leavers: the worker before died": 0}),
    *changes("cause", **{"re-organisation": 1}),
    *changes("cause and reason", **{"re-organisation: the organisation was restructured": 1}),
    *changes("cause", absence=2),
    *changes(
        "cause and reason",
        **{"absence: cover for an absence, or the return from one": 1, "absence: back from cover": 1},
    ),
    *changes("cause", process=1),
    *changes(
        "cause and reason",
        **{
            "process: the child was transferred by standard process": 1,
            "process: first contact, or a new referral": 0,
        },
    ),
    *changes("cause", caseloads=0),
    *changes("cause and reason", **{"caseloads: caseloads were being managed": 0}),
    *changes("cause", **{"the child's request": 0}),
    *changes("cause and reason", **{"the child's request: the child asked for a change": 0}),
    *changes("cause", **{"a parent's or carer's request": 0}),
    *changes("cause and reason", **{"a parent's or carer's request: a parent or carer asked for a change": 0}),
    *changes("cause", other=0),
    *changes("cause and reason", **{"other: another reason": 0}),
    *changes("cause", **{"not given": 0}),
    *changes("cause and reason", **{"not given: no reason given": 0}),
    *changes("quarter", **{"April to June 2024": 3, "July to September 2024": 3}),
    *changes("quarter", **{"October to December 2024": 0, "January to March 2025": 0}),
    *changes("timing", **{"planned": 2, "unplanned": 1, "not known": 3}),
    *changes("team move", **{"within the team": 2, "to another team": 2, "not known": 2}),
    whole("what if", "nobody had left the role", 5, 0, 0.0),
    whole("what if", "re-organisation had kept the worker", 5, 0, 0.0),
    whole("what if", "nobody had covered an absence", 5, 1, 0.2),
    whole("what if", "transfers by process had kept the worker", 5, 1, 0.2),
    whole("what if", "transfers after assessment had kept the worker", 5, 1, 0.2),
    whole("what if", "transfers at 18 had kept the worker", 5, 1, 0.2),
    whole("what if", "transfers at 18 and after assessment had kept the worker", 5, 1, 0.2),
    (*whole("current card", "children with a worker, on 2025-04-02")[:-1], 0.75),
    whole("published", "Elsewhere, 2024", 83_000, 22_000, 0.27),
    whole("published", "Made-up, 2023", "x", "z", "x"),
    whole("left out, could not be judged", "children", 2),
    whole("counted anyway", "children", 3),
    whole("child with three or more", "C2"),
    whole("child with nobody now", "C2"),
    whole("child with nobody now", "C4"),
    whole("child left out", "C8"),
    whole("child left out", "C9"),
]  # fmt: skip


def published(year: int, area: str, *figures: int | PublishedSymbol) -> PublishedStability:
    children, high, percentage = figures
    return PublishedStability(
        year=year,
        area=area,
        code="E00000000",
        old_code=None,
        level="National",
        children=children,
        high=high,
        percentage=percentage,
    )


PUBLISHED = [
    published(2024, "Elsewhere", 83_000, 22_000, 27),
    published(
        2023, "Made-up", PublishedSymbol.NOT_AVAILABLE, PublishedSymbol.NOT_APPLICABLE, PublishedSymbol.NOT_AVAILABLE
    ),
]


@pytest.fixture(scope="module")
def audit() -> ContinuityAudit:
    found = audit_continuity(
        CASES, YEAR, smallest=1, published=PUBLISHED, left_out=["C9", "C8"], with_children=True
    ).with_cards(on=date(2025, 4, 2), children=4, with_card=3)
    return found.model_copy(update={"counted_anyway": 3})


def test_the_table_says_everything_in_its_order(audit: ContinuityAudit) -> None:
    assert audit.rows() == ROWS


def test_a_figure_of_the_file_stands_under_its_name(audit: ContinuityAudit) -> None:
    """What the table has not: the window, the words for it, and who led whom when."""
    assert (audit.version, audit.start_on, audit.end_on) == (1, date(2024, 4, 1), date(2025, 4, 1))
    assert (audit.window, audit.last_on) == (YEAR, date(2025, 3, 31))
    assert audit.population == "children looked after on the last day, without series of short breaks"
    assert (audit.smallest, audit.is_care_known, audit.caveats) == (1, True, ())
    assert [(each.name, each.label) for each in audit.groupings] == [
        ("team", "Team"),
        ("age", "Age on the last day"),
        ("regime", "Placement regime on the last day"),
        ("reason", "Why the last change was made"),
        ("length", "Length in care"),
    ]
    assert [each.model_dump(mode="json") for each in audit.nobody_now or ()] == [
        {
            "child_id": "C2",
            "workers": 3,
            "spells": [
                ["A", "2023-02-01", "2024-06-01"],
                ["B", "2024-06-01", "2024-08-01"],
                ["C", "2024-08-01", "2025-03-01"],
            ],
        },
        {"child_id": "C4", "workers": None, "spells": []},
    ]
    assert [each.child_id for each in audit.three_or_more or ()] == ["C2"]


def test_without_children_nothing_else_is_taken_away(audit: ContinuityAudit) -> None:
    assert audit.without_children().rows() == ROWS[:-5]


def test_the_repr_shows_the_window_and_how_many_children(audit: ContinuityAudit) -> None:
    assert repr(audit) == (
        "ContinuityAudit(start_on=datetime.date(2024, 4, 1), end_on=datetime.date(2025, 4, 1), children=5)"
    )
    assert repr(audit.workers[2]) == "AuditCount(name='2', count=2)"


# The same of children whose care is not known, and with figures withheld ----------------------------------------------


def test_where_care_is_not_known_everybody_is_counted_and_nothing_is_said_of_care() -> None:
    cases = [CareCase(each.child_id, each.assignments, None, each.born_on, each.team) for each in CASES]

    found = audit_continuity(cases, YEAR, smallest=1)

    assert found.population == "every child in the source, which does not say who was looked after"
    assert found.rows()[0] == ("everyone", "everyone", 7, 1, 0.1429, 2, 0.2857, 6, None, 0.0257, 0.5131, None)
    assert {row[0] for row in found.rows()} == {
        *("everyone", "team", "age", "reason", "role", "workers", "returned"),
        *("cause", "cause and reason", "quarter", "timing", "team move", "what if"),
    }
    assert [row[:7] for row in found.rows() if row[0] == "role"] == [
        ("role", "personal adviser", 1, 1, 1.0, 1, 1.0),
        ("role", "reviewing officer", 1, 0, 0.0, 0, 0.0),
    ]
    assert found.care_leavers is None
    assert (found.three_or_more, found.nobody_now, found.not_judged) == (None, None, None)


def an_audit(**more: Any) -> ContinuityAudit:
    """Withheld figures in each place, as they may stand beside others."""
    facts: dict[str, Any] = {
        "start_on": YEAR.start_on,
        "end_on": YEAR.end_on,
        "population": "made up",
        "everyone": AuditGroup(name="everyone", children=40, high=None, multiple=10),
        "workers": (AuditCount(name="0 to 2", count=None),),
        "groupings": (
            AuditGrouping(
                name="team", label="Team", groups=(AuditGroup(name="North", children=None, high=7, multiple=None),)
            ),
        ),
        "withheld_groupings": (AuditGrouping(name="reason", label="Why the last change was made", groups=()),),
        "changes": None,
        "causes": (AuditCause(name="leavers", changes=None, reasons=(AuditCount(name="left", count=None),)),),
        "quarters": (AuditCount(name="April to June 2024", count=None),),
        "timing": (AuditCount(name="planned", count=None),),
        "moves": (AuditCount(name="not known", count=None),),
        "returned": None,
        "alone": None,
        "days_alone": None,
        "unallocated": None,
        "is_care_known": True,
        "what_if": (AuditWhatIf(scenario="nobody had left", high=None), AuditWhatIf(scenario="all stayed", high=7)),
        **more,
    }
    return ContinuityAudit(**facts)


def test_a_withheld_figure_is_a_letter_in_its_own_cell() -> None:
    audit = an_audit().with_cards(on=date(2025, 4, 2), children=10, with_card=7)

    assert (
        audit.rows()
        == [
            ("everyone", "everyone", 40, "c", "c", 10, 0.25, "c", "c", "c", "c", None),
            ("team", "North", "c", 7, "c", "c", "c", None, None, "c", "c", None),
            ("reason", "every group: left out whole", "c", "c", "c", "c", "c", *[None] * 5),
            whole("workers", "0 to 2", "c"),
            whole("returned", "had a former worker back", "c"),
            whole("alone", "had a day in care with no social worker", "c"),
            whole("unallocated", "had no social worker on the last day", "c"),
            *changes("cause", leavers="c"),  # type: ignore[arg-type]  # the letter
            *changes("cause and reason", **{"leavers: left": "c"}),  # type: ignore[arg-type]  # the letter
            *changes("quarter", **{"April to June 2024": "c"}),  # type: ignore[arg-type]  # the letter
            *changes("timing", planned="c"),  # type: ignore[arg-type]  # the letter
            *changes("team move", **{"not known": "c"}),  # type: ignore[arg-type]  # the letter
            whole("what if", "nobody had left", 40, "c", "c"),
            whole("what if", "all stayed", 40, 7, 0.175),
            (*whole("current card", "children with a worker, on 2025-04-02")[:-1], "c"),
        ]
    )


def test_of_too_few_children_only_their_groups_are_rows() -> None:
    few = AuditGroup(name="everyone", children=None, high=None, multiple=None)
    audit = an_audit(everyone=few, groupings=(), withheld_groupings=(), is_care_known=False)

    assert audit.with_cards(on=date(2025, 4, 2), children=3, with_card=3).rows() == [
        ("everyone", "everyone", "c", "c", "c", "c", "c", "c", None, "c", "c", None)
    ]


def test_a_grouping_left_out_whole_is_said_with_its_reason() -> None:
    (said,) = an_audit().left_out_whole

    assert said == (
        "Why the last change was made: left out whole. These are so few children that, beside the changes by reason, "
        "each figure here would help to work out one that is withheld."
    )


@pytest.mark.parametrize(
    ("children", "with_card", "share", "is_withheld"),
    [
        (0, 0, None, False),
        (20, 0, 0.0, False),
        (20, 1, None, True),
        (20, 5, None, True),
        (20, 6, 0.3, False),
        (20, 14, 0.7, False),
        (20, 15, None, True),
        (20, 19, None, True),
        (20, 20, 1.0, False),
        (18, 6, 0.33, False),
    ],
)
def test_a_share_with_cards_is_withheld_where_those_with_or_without_are_few(
    children: int, with_card: int, share: float | None, is_withheld: bool
) -> None:
    cards = an_audit().with_cards(on=date(2025, 4, 2), children=children, with_card=with_card).cards

    assert cards is not None
    assert (cards.on, cards.share, cards.is_withheld) == (date(2025, 4, 2), share, is_withheld)


@pytest.mark.parametrize(
    ("group", "shares", "interval", "is_withheld"),
    [
        (AuditGroup(name="g", children=4, high=1, multiple=3), (0.25, 0.75), (0.0456, 0.6994), False),
        (AuditGroup(name="g", children=4, high=None, multiple=3), (None, 0.75), None, True),
        (AuditGroup(name="g", children=4, high=1, multiple=None), (0.25, None), (0.0456, 0.6994), True),
        (AuditGroup(name="g", children=None, high=1, multiple=3), (None, None), None, True),
        (AuditGroup(name="g", children=0, high=0, multiple=0), (None, None), None, False),
    ],
)
def test_a_group_has_shares_where_both_their_figures_are_shown(
    group: AuditGroup, shares: tuple[object, ...], interval: tuple[float, float] | None, is_withheld: bool
) -> None:
    found = group.interval_high and tuple(round(each, 4) for each in group.interval_high)

    assert ((group.share_high, group.share_multiple), found, group.is_withheld) == (shares, interval, is_withheld)


def test_a_published_share_is_kept_with_its_symbols(audit: ContinuityAudit) -> None:
    assert audit.published == (
        PublishedShare(year=2024, area="Elsewhere", children=83_000, high=22_000, percentage=27),
        PublishedShare(year=2023, area="Made-up", children="x", high="z", percentage="x"),
    )
