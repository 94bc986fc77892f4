"""How often the law asks that a child in care is seen, in England: one row for each legal regime and version.

Weeks of the law stand here in days (one week is 7), months stay months, because a month has no fixed number of
days. ``None`` means that the law gives no such figure, never zero. Whether the day of a visit is counted as the
first or as none, and how a month is added to a 31st, is for the rule that reads the table.

A council's own timescales (child in need, child protection) are not here: they are the council's rows, marked
:attr:`Standing.LOCAL`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

__all__ = ["REVIEW_TIMESCALES", "VISIT_TIMESCALES", "ReviewTimescale", "Standing", "VisitTimescale"]


class Standing(StrEnum):
    """How firm a row is: the law, a council's own practice, or law that we know only at second hand."""

    LAW = "law"
    LOCAL = "local"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTimescale:
    """How often a child must be seen under one regime, while this version of the rule is in force.

    Attributes:
        regime: The name that a :class:`~relationkit.records.Placement` carries.
        name: The same for people to read.
        first_within_days: The first visit, in days from the start; ``None`` where nothing is set.
        until_first_review_days: The greatest gap until the first review of the care plan has been held, in days;
            ``None`` where the law does not look at the review. Until then it stands in place of
            ``then_at_most_days``.
        then_at_most_days: The greatest gap after the first visit, in days; ``None`` where months are given, or nothing.
        then_at_most_months: The same in calendar months; ``None`` where days are given, or nothing.
        after_first_year_days: The greatest gap once the placement has lasted a year, in days; ``None`` where months
            are given, or the first year's gap goes on.
        after_first_year_months: The same in calendar months; ``None`` where days are given, or the gap goes on.
        standing: How firm the row is.
        source: Where it is written.
        in_force_from: The first day of this version.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
        note: What the figures alone do not say; empty when they say it all.
    """

    regime: str
    name: str
    first_within_days: int | None
    then_at_most_days: int | None = None
    then_at_most_months: int | None = None
    until_first_review_days: int | None = None
    after_first_year_days: int | None = None
    after_first_year_months: int | None = None
    standing: Standing
    source: str
    in_force_from: date
    in_force_until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTimescale:
    """How often the case of a child who is looked after must be reviewed, while this version of the rule is in force.

    Attributes:
        first_within_working_days: The first review, in working days from the day on which the child became
            looked after.
        second_within_months: The second, in calendar months from the first.
        then_at_most_months: The greatest gap between later ones, in calendar months.
        standing: How firm the row is.
        source: Where it is written.
        in_force_from: The first day of this version.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
        note: What the figures alone do not say; empty when they say it all.
    """

    first_within_working_days: int
    second_within_months: int
    then_at_most_months: int
    standing: Standing
    source: str
    in_force_from: date
    in_force_until: date | None = None
    note: str = ""


_CARE_PLANNING: Final = "Care Planning, Placement and Case Review (England) Regulations 2010 (SI 2010/959), regulation "
_CARE_LEAVERS: Final = "Care Leavers (England) Regulations 2010 (SI 2010/2571), regulation "

#: Both sets of regulations came into force on this day (regulation 1 of each).
_COMMENCEMENT: Final = date(2011, 4, 1)

#: Beside the figures, a visit is due whenever the child reasonably asks for one; manuals quote that as a duty.
VISIT_TIMESCALES: Final = (
    VisitTimescale(
        regime="placement",
        name="Placement that is not meant to last until 18",
        first_within_days=7,
        then_at_most_days=42,
        after_first_year_days=42,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "28(2)(a), (b) and (c)(ii)",
        in_force_from=_COMMENCEMENT,
        note="Starts again with every placement.",
    ),
    VisitTimescale(
        regime="placement_until_18",
        name="Placement meant to last until 18",
        first_within_days=7,
        then_at_most_days=42,
        after_first_year_months=3,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "28(2)(a), (b) and (c)(i)",
        in_force_from=_COMMENCEMENT,
        note="Starts again with every placement.",
    ),
    VisitTimescale(
        regime="long_term_foster",
        name="Long-term foster placement where the child agrees to fewer visits",
        first_within_days=7,
        then_at_most_days=42,
        after_first_year_months=6,
        standing=Standing.UNCONFIRMED,
        source=_CARE_PLANNING
        + "28(3A), inserted by SI 2015/495, as quoted in Hertfordshire's procedures (Nottinghamshire, Southwark agree)",
        in_force_from=date(2015, 4, 1),
        note="Only for a child who is old enough to decide and agrees; otherwise as placement_until_18.",
    ),
    VisitTimescale(
        regime="parent_before_assessment",
        name="Living with a parent before the assessment is complete",
        first_within_days=7,
        until_first_review_days=7,
        then_at_most_days=42,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "28(3) (placements under regulation 19)",
        in_force_from=_COMMENCEMENT,
        note="Weekly until the first review of the care plan.",
    ),
    VisitTimescale(
        regime="connected_person_temporary",
        name="Relative or friend with temporary approval",
        first_within_days=7,
        until_first_review_days=7,
        then_at_most_days=28,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "28(4) (placements under regulation 24)",
        in_force_from=_COMMENCEMENT,
        note="Weekly until the first review of the care plan.",
    ),
    VisitTimescale(
        regime="interim_care_order_with_parent",
        name="Interim care order, living with a parent",
        first_within_days=7,
        until_first_review_days=7,
        then_at_most_days=28,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "28(4) (orders under section 38 of the Children Act 1989)",
        in_force_from=_COMMENCEMENT,
        note="Weekly until the first review of the care plan.",
    ),
    VisitTimescale(
        regime="care_order_with_parent",
        name="Care order, living with a parent",
        first_within_days=7,
        then_at_most_days=42,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "28(5) (orders under section 31 of the Children Act 1989)",
        in_force_from=_COMMENCEMENT,
        note="The first visit is counted from the making of the order.",
    ),
    VisitTimescale(
        regime="short_breaks",
        name="Series of short breaks",
        first_within_days=None,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "48(3)(c)",
        in_force_from=_COMMENCEMENT,
        note="At intervals agreed with the reviewing officer and the parents, on days when the child is placed. The "
        "regulation sets outer limits too, which are not in this table.",
    ),
    VisitTimescale(
        regime="care_leaver_accommodation",
        name="Care leaver in accommodation that the council provides",
        first_within_days=7,
        then_at_most_months=2,
        standing=Standing.LAW,
        source=_CARE_LEAVERS + "8(2)",
        in_force_from=_COMMENCEMENT,
        note="By the personal adviser; also before the pathway plan is reviewed. Counted from when it is provided.",
    ),
)

#: One row for each version. A series of short breaks is reviewed by other figures (regulation 48), which are not here.
REVIEW_TIMESCALES: Final = (
    ReviewTimescale(
        first_within_working_days=20,
        second_within_months=3,
        then_at_most_months=6,
        standing=Standing.LAW,
        source=_CARE_PLANNING + "33(1) and (2)",
        in_force_from=_COMMENCEMENT,
        note="Earlier where the reviewing officer asks for one, or a concern on a visit calls for one (regulation 30).",
    ),
)
