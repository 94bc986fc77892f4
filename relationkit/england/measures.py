"""The published measures of how often a child's social worker changes: what each counts, of whom, what is high.

They answer different questions with different numbers. A child who has worker A, then B, then A again has had two
distinct social workers, and two changes.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = ["COMMISSIONER_STABILITY", "DFE_STABILITY", "PublishedMeasure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMeasure:
    """The definition of one published measure.

    Attributes:
        name: As its publisher calls it.
        counts: What is counted for each child.
        population: Which children the publisher counts it for.
        threshold: From this number on, the publisher singles the child out.
        called: What the publisher calls a number at the threshold or above.
        source: Where the definition is published.
        left_out_regimes: Regimes of :data:`~relationkit.england.VISIT_TIMESCALES` whose placements do not bring a child
            into the population.
        in_force_from: The first day of the first period for which its source gives it.
        in_force_until: The first day after the last such period; ``None`` while its publisher has not withdrawn it.
    """

    name: str
    counts: str
    population: str
    threshold: int
    called: str
    source: str
    left_out_regimes: frozenset[str] = frozenset()
    in_force_from: date
    in_force_until: date | None = None


#: Official statistics in development, from the first year of the return's social worker table.
DFE_STABILITY: Final = PublishedMeasure(
    name="social worker stability",
    counts="distinct social workers in the year, each counted once",
    population="children looked after on 31 March; children in a series of short breaks are left out",
    threshold=3,
    called="high instability",
    source=(
        "Department for Education, explore-education-statistics.service.gov.uk, "
        "data set 87b14248-9173-4309-89ae-ccf487ab45e4"
    ),
    left_out_regimes=frozenset({"short_breaks", "care_leaver_accommodation"}),
    in_force_from=date(2023, 4, 1),
)

#: The report gives 2016/17 and 2017/18. It describes how spells were cleaned, not the code; its wording is "changes".
COMMISSIONER_STABILITY: Final = PublishedMeasure(
    name="Stability Index",
    counts="changes of social worker in 12 months, with spells inside another worker's spell left out",
    population="children looked after on 31 March who had a social worker then; time out of care may be included",
    threshold=2,
    called="multiple changes",
    source="Children's Commissioner for England, Stability Index 2019: technical report, social worker stability",
    in_force_from=date(2016, 4, 1),
)
