"""The audit as a page: its figures, what is withheld, and whom it does not name. Everybody here is made up."""

import re
from datetime import UTC, date, datetime

import pytest

from relationkit.continuity import (
    AuditGrouping,
    CareCase,
    ContinuityAudit,
    ListedChild,
    Window,
    audit_continuity,
    care_cases,
    compare_audits,
)
from relationkit.england import published_stability
from relationkit.records import Assignment, ChildId, Placement
from relationkit.render import render_audit
from relationkit.samples import SampleCouncil

YEAR = Window.reporting_year(2025)
HOSTILE = '<script>alert("1")</script>\u202e'


@pytest.fixture(scope="module")
def audit() -> ContinuityAudit:
    council = SampleCouncil(300, seed=5, now=datetime(2025, 4, 2, 9, tzinfo=UTC))
    cases = care_cases(council.assignments(), children=council.children(), placements=council.placements())
    return audit_continuity(cases, YEAR, published=[published_stability(2024)], with_children=True)


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_shows_both_measures_under_their_names_beside_england(audit: ContinuityAudit) -> None:
    words = words_of(render_audit(audit.without_children(), about="Sampleshire"))

    assert audit.everyone.share_high is not None
    assert f"{100 * audit.everyone.share_high:.1f}% had three or more social workers" in words
    assert "had two or more changes, cover left out" in words
    assert "England, published for 2024 83,300 22,140 27%" in words


def test_a_page_that_may_leave_the_team_names_no_child_and_no_worker(audit: ContinuityAudit) -> None:
    page = render_audit(audit.without_children())

    assert "child-0" not in page
    assert "sw-0" not in page
    assert "For the team only" not in page


def test_a_page_with_children_says_whom_it_is_for(audit: ContinuityAudit) -> None:
    assert audit.three_or_more
    page = render_audit(audit, timelines=audit.three_or_more[:3])

    assert "For the team only" in page
    assert page.count('role="img"') == 3
    assert audit.three_or_more[0].child_id in page


def test_withheld_figures_are_called_so_and_drawn_empty(audit: ContinuityAudit) -> None:
    page = render_audit(audit.without_children())

    assert "Withheld, in the tables <b>c</b>: a figure from 1 to 5" in page
    assert 'class="track empty"' in page


def test_a_grouping_left_out_whole_is_said_with_its_reason(audit: ContinuityAudit) -> None:
    without = audit.model_copy(
        update={"withheld_groupings": (AuditGrouping(name="reason", label="Why <it> was made", groups=()),)}
    )

    assert "Why &lt;it&gt; was made: left out whole. These are so few children" in render_audit(without)
    assert "left out whole" not in render_audit(audit)


def test_where_the_sum_of_the_changes_is_withheld_each_cause_still_has_its_own_count(audit: ContinuityAudit) -> None:
    known = next(each for each in audit.causes if each.changes)
    words = words_of(render_audit(audit.model_copy(update={"changes": None})))

    assert f"{known.name} {known.changes:,} changes" in words
    assert "Withheld: changes of the worker who led" in words


def test_the_page_asks_for_nothing_and_runs_nothing(audit: ContinuityAudit) -> None:
    page = render_audit(audit)

    assert not re.search(r"<script|<link|<img|https?://|url\(", page)


def test_names_from_outside_are_only_text() -> None:
    rows = [
        Assignment.model_validate(
            {
                "id": f"a{n}",
                "child_id": f"c{n}",
                "worker_id": "w",
                "role": "social_worker",
                "started_on": date(2024, 1, 1),
                "team": HOSTILE,
            }
        )
        for n in range(8)
    ]
    stay = {"id": "p", "started_on": date(2024, 1, 1), "regime": "placement"}
    cases = [
        CareCase(row.child_id, [row], [Placement.model_validate({**stay, "child_id": row.child_id})]) for row in rows
    ]
    page = render_audit(audit_continuity(cases, YEAR), title=HOSTILE, about=HOSTILE)

    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(("count", "words"), [(0, "Nothing to count"), (5, "fewer than 6 children")])
def test_of_nobody_and_of_five_children_nothing_is_shown(count: int, words: str) -> None:
    stay = {"id": "p", "started_on": date(2024, 1, 1), "regime": "placement"}
    cases = [
        CareCase(ChildId(f"c{n}"), [], [Placement.model_validate({**stay, "child_id": f"c{n}"})]) for n in range(count)
    ]

    page = render_audit(audit_continuity(cases, YEAR))

    assert words in page
    assert "<table" not in page


def test_what_moved_is_said_in_plain_words(audit: ContinuityAudit) -> None:
    page = render_audit(audit.without_children(), comparison=compare_audits(audit, audit))

    assert "This could be chance" in page
    assert "The two windows overlap" in page


def test_a_timeline_is_cut_to_the_window_and_told_in_words() -> None:
    spells = (
        ("W1", date(2020, 1, 1), date(2024, 10, 1)),
        ("W2", date(2024, 11, 1), None),
    )
    child = ListedChild(child_id=ChildId("c1"), workers=2, spells=spells)
    stay = {"id": "p", "started_on": date(2024, 1, 1), "regime": "placement"}
    cases = [
        CareCase(ChildId(f"c{n}"), [], [Placement.model_validate({**stay, "child_id": f"c{n}"})]) for n in range(9)
    ]

    page = render_audit(audit_continuity(cases, YEAR), timelines=[child])

    assert "W1, since before to 30 September 2024; W2, from 1 November 2024 to the last day" in page
    assert 'x="0.00" y="0" width="50.14"' in page
