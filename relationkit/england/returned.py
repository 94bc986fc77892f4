"""One child's rows of the statutory return as they stand, and what a rule found in them.

The return is SSDA903; the table about social workers is ``SWEpisodes``. Cells are kept as they were written, without
blanks around them: a rule asks what was written, not what could be made of it. The days beside them are ``None``
where a cell is blank or is no day of the calendar.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

__all__ = ["Broken", "CareRow", "Collection", "CountEffect", "ReturnedChild", "SpellRow"]


class CountEffect(StrEnum):
    """What a finding does to a count of the child's workers."""

    WRONG = "wrong"
    """A worker is missing from the count, or in it who should not be."""
    DOUBTFUL = "doubtful"
    """The count is what the file says, and the file may lack something."""
    NONE = "none"
    """The count is the same either way."""


class SpellRow(NamedTuple):
    """One row of ``SWEpisodes``: one spell of one social worker with the child.

    Attributes:
        file: The file's name, without its folder.
        number: The line in it, the heading being line 1.
        worker: ``SW_ID``.
        started: ``SW_DECOM``.
        ended: ``SW_DEC``; blank while the spell is open.
        reason: ``SW_REASON``: why this worker was put in place.
        started_on: The day that ``SW_DECOM`` names.
        ended_on: The day that ``SW_DEC`` names.
        born: ``DOB``.
    """

    file: str
    number: int
    worker: str
    started: str
    ended: str
    reason: str
    started_on: date | None
    ended_on: date | None
    born: str = ""


class CareRow(NamedTuple):
    """One row of ``Episodes``: one episode of care.

    Attributes:
        file: The file's name, without its folder.
        number: The line in it, the heading being line 1.
        began_because: ``RNE``; ``S`` where the child started to be looked after.
        legal_status: ``LS``; ``V3`` and ``V4`` are a series of short breaks.
        ended: ``DEC``; blank while the episode is open.
        ended_because: ``REC``; ``X1`` where another episode follows on the same day.
        started_on: The day that ``DECOM`` names.
        ended_on: The day that ``DEC`` names.
    """

    file: str
    number: int
    began_because: str
    legal_status: str
    ended: str
    ended_because: str
    started_on: date | None
    ended_on: date | None


class Collection(NamedTuple):
    """The year that a return is about: ``starts_on`` is 1 April and ``ends_on`` the 31 March that it is named by."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedChild:
    """Everything that a return says about one child.

    Attributes:
        child_id: ``CHILD``.
        spells: The child's rows of ``SWEpisodes``, in any order.
        care: The child's rows of ``Episodes``, in any order.
        born: The different dates of birth, as they stand in any of the files.
        previous: The child's rows of ``SWEpisodes`` in the return of the year before.
    """

    child_id: str
    spells: tuple[SpellRow, ...] = ()
    care: tuple[CareRow, ...] = ()
    born: frozenset[str] = frozenset()
    previous: tuple[SpellRow, ...] = ()


class Broken(NamedTuple):
    """One place where a rule is not kept.

    Attributes:
        field: The column.
        row: The row; ``None`` where a row is missing, or where several rows do not agree.
        effect: What it does to a count of the child's workers.
    """

    field: str
    row: SpellRow | CareRow | None
    effect: CountEffect
