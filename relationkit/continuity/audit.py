"""The audit: how often did the social workers of a council's children change, whose, and why?

Children are read one at a time and let go; what stays are counters. At the end small numbers are withheld, so that
what is returned may be shown.
"""

from collections.abc import Collection, Iterable, Sequence

from relationkit.continuity.audit_figures import figures_of
from relationkit.continuity.audit_model import ContinuityAudit, PublishedShare
from relationkit.continuity.audit_tally import AuditTally
from relationkit.continuity.cases import CareCase
from relationkit.continuity.what_if import SCENARIOS, Scenario, Tally
from relationkit.continuity.windows import Window
from relationkit.england.stability import PublishedStability, PublishedSymbol
from relationkit.records import ChildId
from relationkit.withholding import SMALLEST

__all__ = ["audit_continuity"]


def audit_continuity(
    cases: Iterable[CareCase],
    window: Window,
    *,
    smallest: int = SMALLEST,
    published: Iterable[PublishedStability] = (),
    scenarios: Sequence[Scenario] = SCENARIOS,
    left_out: Collection[ChildId] = (),
    with_children: bool = False,
) -> ContinuityAudit:
    """Return the audit of a council's children in one window, small numbers withheld.

    Counted are the children looked after on the last day of the window; where no placements are known, every child.
    Each stands in one group of each grouping: by the team that holds the case; by age on the last day, an 11-year-old
    with those of 11 to 17, the survey that asks about workers; by the regime of the placement on the last day; by the
    reason of the last change in the window; by whole years in this period of care.

    Args:
        cases: One a child, such as :func:`care_cases` gives them; read once, and let go one by one.
        window: The days to look at. Cut it at the day the data was taken, or an open spell counts on.
        smallest: Figures from 1 to below this are withheld (:mod:`relationkit.withholding`); 1 withholds nothing.
        published: Published figures to stand beside it (:func:`relationkit.england.published_stability`).
        scenarios: What is thought away (:func:`attribute_changes`).
        left_out: Children of whom a record could not be read: they are counted apart, and nowhere else.
        with_children: List the children with three or more workers, and those with nobody now, by id. Such an audit is
            for those who may see each case.
    """
    tally = AuditTally(window, Tally(window, scenarios), with_children=with_children)
    for case in cases:
        if case.child_id not in left_out:
            tally.add(case)
    return figures_of(tally, smallest, tuple(map(_published, published)), left_out)


def _published(row: PublishedStability) -> PublishedShare:
    figures = (
        each.value if isinstance(each, PublishedSymbol) else each for each in (row.children, row.high, row.percentage)
    )
    children, high, percentage = figures
    return PublishedShare(year=row.year, area=row.area, children=children, high=high, percentage=percentage)
