"""Why a social worker was put in place: the ten codes of the statutory return, and how often each was given.

The return (SSDA903, ``SW_REASON``) asks at the start of each spell why **this** worker was put in place; it says
nothing about why the last one went. Which reasons are planned, and which leave no time for a goodbye, is a judgement
that the return does not make, so neither does this table.
"""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final, Literal

from relationkit.errors import NotPublishedError
from relationkit.records import ChangeReason

__all__ = [
    "REASON_CODES",
    "REASON_COUNTS",
    "ReasonCode",
    "ReasonCount",
    "code_for_reason",
    "published_reason_count",
    "reason_for_code",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCode:
    """One code of ``SW_REASON``.

    Attributes:
        code: As it stands in the return, in capitals.
        reason: The same in our words.
        meaning: What it says, for people to read.
        asked_for_by: Who asked for the change, where the code says so; ``None`` for every other code, which is not to
            say that nobody did.
        source: Where the code is written.
        in_force_from: The first day from which spells carry it.
        in_force_until: The first day from which they no longer do; ``None`` while they do.
    """

    code: str
    reason: ChangeReason
    meaning: str
    asked_for_by: Literal["child", "parent_or_carer"] | None = None
    source: str = (
        "SSDA903 return, SW_REASON; code list in the Standard Safeguarding Dataset, ssd_involvements, "
        "invo_worker_change_reason"
    )
    in_force_from: date = date(2023, 4, 1)
    in_force_until: date | None = None


#: In the order of the return, which was first collected for 1 April 2023 to 31 March 2024.
REASON_CODES: Final = (
    ReasonCode(code="MANAGE", reason=ChangeReason.MANAGING_CASELOADS, meaning="caseloads were being managed"),
    ReasonCode(code="FCONTA", reason=ChangeReason.FIRST_CONTACT, meaning="first contact, or a new referral"),
    ReasonCode(code="LEFTRL", reason=ChangeReason.LEFT_ROLE, meaning="the worker before left the role"),
    ReasonCode(code="ORGRST", reason=ChangeReason.RESTRUCTURE, meaning="the organisation was restructured"),
    ReasonCode(
        code="TSPROC", reason=ChangeReason.TRANSFER_PROCESS, meaning="the child was transferred by standard process"
    ),
    ReasonCode(code="ABSENC", reason=ChangeReason.ABSENCE, meaning="cover for an absence, or the return from one"),
    ReasonCode(
        code="CHCHAN", reason=ChangeReason.CHILD_REQUEST, meaning="the child asked for a change", asked_for_by="child"
    ),
    ReasonCode(
        code="PCCHAN",
        reason=ChangeReason.PARENT_OR_CARER_REQUEST,
        meaning="a parent or carer asked for a change",
        asked_for_by="parent_or_carer",
    ),
    ReasonCode(code="SWDIED", reason=ChangeReason.DIED, meaning="the worker before died"),
    ReasonCode(code="OTHERS", reason=ChangeReason.OTHER, meaning="another reason"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How many social worker spells in England carried a reason, as published.

    Attributes:
        reason: The reason.
        year: The reporting year, named by the year in which it ends.
        spells: Spells with this reason, of children looked after on 31 March; rounded to 10 by the publisher.
        all_spells: All spells of those children, whatever the reason.
        source: Where it is published. The publisher warns that some councils could not supply reasons.
    """

    reason: ChangeReason
    year: int
    spells: int
    all_spells: int = 172_570
    source: str = (
        'Department for Education, "Social worker reasons for change", explore-education-statistics.service.gov.uk, '
        "data set d1bd579b-4ef3-4ea2-a5f5-8282862a378c"
    )

    @property
    def share(self) -> float:
        """The part of all spells that carried the reason, from 0 to 1."""
        return self.spells / self.all_spells


#: The published counts that we hold; the other six reasons are published, but not in this table.
REASON_COUNTS: Final = (
    ReasonCount(reason=ChangeReason.MANAGING_CASELOADS, year=2024, spells=23_050),
    ReasonCount(reason=ChangeReason.FIRST_CONTACT, year=2024, spells=13_560),
    ReasonCount(reason=ChangeReason.ABSENCE, year=2024, spells=5_930),
    ReasonCount(reason=ChangeReason.CHILD_REQUEST, year=2024, spells=430),
)

_REASON_OF: Final = {row.code: row.reason for row in REASON_CODES}
_CODE_OF: Final = {row.reason: row.code for row in REASON_CODES}


def reason_for_code(code: str) -> ChangeReason:
    """Return the reason that a code of the return stands for.

    Args:
        code: In capitals and without blanks, as the return asks; an adapter that forgives more tidies it first.

    Raises:
        NotPublishedError: The return has no such code; the message lists those it has, the nearest first.
    """
    if code in _REASON_OF:
        return _REASON_OF[code]
    nearest = get_close_matches(code.strip().upper(), _REASON_OF, n=1)
    known = ", ".join(nearest + [each for each in _REASON_OF if each not in nearest])
    raise NotPublishedError(f"SW_REASON has no code {code!r}; it has {known}.")


def code_for_reason(reason: ChangeReason) -> str:
    """Return the code of the return for a reason; each reason has one."""
    return _CODE_OF[reason]


def published_reason_count(reason: ChangeReason, *, year: int) -> ReasonCount:
    """Return how often a reason was given in England in a reporting year.

    Raises:
        NotPublishedError: This table does not hold that reason for that year.
    """
    for row in REASON_COUNTS:
        if row.reason is reason and row.year == year:
            return row
    raise NotPublishedError(f"no published count of the reason {reason.value} for {year} is in this table.")
