"""England's tables: reason codes, timescales for visits, age bands, definitions of measures, published figures.

Every row names its source and, where it is known, the days on which it holds. The functions beside the tables look
things up; those of the statutory return also hold one child's rows to its rules. Other nations are more rows.
"""

from relationkit.england.age_bands import AGE_BANDS, AgeBand, age_bands_for, age_on, birthday_on
from relationkit.england.care_leavers import CARE_STATUSES, CareStatus, CareStatusRow
from relationkit.england.dated import DatedRow, all_in_force, in_force
from relationkit.england.day_counts import months_after, working_day_from
from relationkit.england.measures import COMMISSIONER_STABILITY, DFE_STABILITY, PublishedMeasure
from relationkit.england.reasons import (
    REASON_CODES,
    REASON_COUNTS,
    ReasonCode,
    ReasonCount,
    code_for_reason,
    published_reason_count,
    reason_for_code,
)
from relationkit.england.reporting_year import reporting_year_of, reporting_year_starts_on
from relationkit.england.return_rules import (
    RETURN_RULES,
    Finding,
    ReturnRule,
    RuleStanding,
    check_child,
    collection_of,
    return_rules,
)
from relationkit.england.returned import Broken, CareRow, Collection, CountEffect, ReturnedChild, SpellRow
from relationkit.england.stability import (
    AreaLevel,
    Figure,
    PublishedStability,
    PublishedSymbol,
    published_areas,
    published_stability,
    published_years,
)
from relationkit.england.visits import (
    REVIEW_TIMESCALES,
    VISIT_TIMESCALES,
    ReviewTimescale,
    Standing,
    VisitTimescale,
)
from relationkit.england.written_rules import rules_from_toml

__all__ = [
    "AGE_BANDS",
    "CARE_STATUSES",
    "COMMISSIONER_STABILITY",
    "DFE_STABILITY",
    "REASON_CODES",
    "REASON_COUNTS",
    "RETURN_RULES",
    "REVIEW_TIMESCALES",
    "VISIT_TIMESCALES",
    "AgeBand",
    "AreaLevel",
    "Broken",
    "CareRow",
    "CareStatus",
    "CareStatusRow",
    "Collection",
    "CountEffect",
    "DatedRow",
    "Figure",
    "Finding",
    "PublishedMeasure",
    "PublishedStability",
    "PublishedSymbol",
    "ReasonCode",
    "ReasonCount",
    "ReturnRule",
    "ReturnedChild",
    "ReviewTimescale",
    "RuleStanding",
    "SpellRow",
    "Standing",
    "VisitTimescale",
    "age_bands_for",
    "age_on",
    "all_in_force",
    "birthday_on",
    "check_child",
    "code_for_reason",
    "collection_of",
    "in_force",
    "months_after",
    "published_areas",
    "published_reason_count",
    "published_stability",
    "published_years",
    "reason_for_code",
    "reporting_year_of",
    "reporting_year_starts_on",
    "return_rules",
    "rules_from_toml",
    "working_day_from",
]
