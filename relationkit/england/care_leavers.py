"""What the law of England calls a young person in care and after it, and at which ages: the rows that offers go by.

Whether somebody *is* an eligible or a qualifying child is decided on their own history, such as thirteen weeks of care
from the age of 14; the council records it. These rows hold the ages, and what the law makes of a status at 18.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from relationkit.england.visits import Standing

__all__ = ["CARE_STATUSES", "CareStatus", "CareStatusRow"]


class CareStatus(StrEnum):
    """What the law calls a young person whom a council looks after, or did."""

    LOOKED_AFTER = "looked_after"
    ELIGIBLE = "eligible"
    RELEVANT = "relevant"
    FORMER_RELEVANT = "former_relevant"
    QUALIFYING = "qualifying"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareStatusRow:
    """A status and its ages, while this version of the law is in force.

    Attributes:
        status: What the law calls them.
        means: Who that is, in plain words.
        from_age: The birthday on which it can begin, in whole years.
        until_age: The birthday on which it ends.
        until_age_in_education: The birthday on which it ends for somebody in education or training, where that is
            later; ``None`` where education makes no difference.
        becomes: What they are from ``until_age`` on; ``None`` where it is nothing, or depends on their history.
        standing: How firm the row is.
        source: Where it is written.
        in_force_from: The first day of this version.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
        note: What the figures alone do not say.
    """

    status: CareStatus
    means: str
    from_age: int
    until_age: int
    until_age_in_education: int | None = None
    becomes: CareStatus | None = None
    standing: Standing = Standing.LAW
    source: str
    in_force_from: date
    in_force_until: date | None = None
    note: str = ""


_LEAVING_CARE: Final = date(2001, 10, 1)
_EDUCATION_TO_25: Final = date(2011, 4, 1)
_SUPPORT_TO_25: Final = date(2018, 4, 1)
_FORMER: Final = "18 or over, and an eligible or relevant child before"
_STAYING_CLOSE: Final = (
    "The Children's Wellbeing and Schools Act 2026, sections 7 and 8, adds staying close support and says more of the"
    " local offer; on 1 June 2026 neither was in force. Neither changes these ages."
)

#: Youngest status first. All but the first are the care leavers of the local offer: Children and Social Work Act 2017,
#: section 2(7).
CARE_STATUSES: Final = (
    CareStatusRow(
        status=CareStatus.LOOKED_AFTER,
        means="in care: looked after by a council",
        from_age=0,
        until_age=18,
        source="Children Act 1989, sections 22(1) and 105(1)",
        in_force_from=date(1991, 10, 14),
        note="At 18 it depends on their history whether they are former relevant, qualifying or neither.",
    ),
    CareStatusRow(
        status=CareStatus.ELIGIBLE,
        means="in care at 16 or 17, for 13 weeks or more since the age of 14",
        from_age=16,
        until_age=18,
        becomes=CareStatus.FORMER_RELEVANT,
        source="Children Act 1989, Schedule 2, paragraph 19B; the 13 weeks: Care Planning, Placement and Case Review"
        " (England) Regulations 2010, regulation 40",
        in_force_from=_LEAVING_CARE,
    ),
    CareStatusRow(
        status=CareStatus.RELEVANT,
        means="16 or 17, no longer in care, and an eligible child before",
        from_age=16,
        until_age=18,
        becomes=CareStatus.FORMER_RELEVANT,
        source="Children Act 1989, section 23A",
        in_force_from=_LEAVING_CARE,
    ),
    CareStatusRow(
        status=CareStatus.FORMER_RELEVANT,
        means=_FORMER,
        from_age=18,
        until_age=21,
        until_age_in_education=25,
        source="Children Act 1989, sections 23C and 23CA",
        in_force_from=_EDUCATION_TO_25,
        in_force_until=_SUPPORT_TO_25,
    ),
    CareStatusRow(
        status=CareStatus.FORMER_RELEVANT,
        means=_FORMER,
        from_age=18,
        until_age=25,
        source="Children Act 1989, sections 23C and 23CZB; Children and Social Work Act 2017, sections 2(7) and 3",
        in_force_from=_SUPPORT_TO_25,
        note=f"From 21 on the support is given when it is asked for (section 23CZB). {_STAYING_CLOSE}",
    ),
    CareStatusRow(
        status=CareStatus.QUALIFYING,
        means="left care after 16 without being eligible or relevant, or is under special guardianship after care",
        from_age=16,
        until_age=21,
        until_age_in_education=25,
        standing=Standing.UNCONFIRMED,
        source="Children Act 1989, sections 24, 24A and 24B",
        in_force_from=_EDUCATION_TO_25,
        note="From 21 on only help with education and training is meant (section 24B). The ages 16 and"
        " 21 we read in section 24; that 25 stands in section 24B, and since 1 April 2011, is not confirmed.",
    ),
)
