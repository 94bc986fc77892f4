"""An audit of a synthetic council says exactly what was put into it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest

from relationkit.continuity import Window, audit_continuity, care_cases, cause_of
from relationkit.records import ChangeReason
from relationkit.samples import SampleCouncil


def assert_the_audit_says_the_truth(council: SampleCouncil, window: Window) -> None:
    truth = council.truth(window.start_on, window.end_on)
    cases = care_cases(council.assignments(), children=council.children(), placements=council.placements())

    audit = audit_continuity(cases, window, smallest=1)

    assert truth.children > 0
    assert audit.everyone.children == truth.children
    assert audit.everyone.high == sum(count for number, count in truth.workers.items() if number >= 3)
    assert audit.everyone.multiple == sum(count for number, count in truth.changes_without_cover.items() if number >= 2)
    by_number: Counter[str] = Counter()  # nothing is small, so that nothing is put together
    for number, count in truth.workers.items():
        by_number[f"{number}" if number < 5 else "5 or more"] += count
    assert {each.name: each.count for each in audit.workers if each.count} == by_number
    assert {each.name: each.changes for each in audit.causes if each.changes} == causes_of(truth.reasons)
    assert (audit.alone, audit.days_alone, audit.unallocated) == (
        truth.children_alone,
        truth.days_alone,
        truth.unallocated,
    )
    for grouping in audit.groupings:
        assert sum(group.high or 0 for group in grouping.groups) == audit.everyone.high
        assert sum(group.children or 0 for group in grouping.groups) == truth.children


def causes_of(reasons: Mapping[ChangeReason | None, int]) -> Counter[str]:
    """A change without a reason is the way back from cover: nothing else in a synthetic council has none."""
    causes: Counter[str] = Counter()
    for reason, count in reasons.items():
        causes["absence" if reason is None else cause_of(reason).cause] += count
    return causes


def test_the_audit_of_a_council_reproduces_its_own_truth(council: SampleCouncil) -> None:
    assert_the_audit_says_the_truth(council, Window.reporting_year(2025))
    assert_the_audit_says_the_truth(council, Window(date(2023, 6, 1), date(2024, 9, 1)))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_the_audit_of_a_larger_council_reproduces_its_own_truth(seed: int, council: SampleCouncil) -> None:
    larger = SampleCouncil(2000, seed=seed, now=council.now)

    assert_the_audit_says_the_truth(larger, Window.reporting_year(2025))
