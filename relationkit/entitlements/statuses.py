"""What a young person is by law on a day, as far as their recorded status and their age say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from relationkit.england import CARE_STATUSES, CareStatus, CareStatusRow, age_on, all_in_force

__all__ = ["YoungPerson", "statuses_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungPerson:
    """What is known of somebody who asks; ``None`` always means that it is not known.

    Attributes:
        born_on: Date of birth.
        status: As the council has it on record. What follows from a birthday since need not be.
        is_in_education: Whether they are in education or training; it counts from 21 to 24 only.
    """

    born_on: date | None = None
    status: CareStatus | None = None
    is_in_education: bool | None = None


def statuses_on(person: YoungPerson, *, on: date) -> Mapping[CareStatus, bool | None]:
    """Return for each status whether a young person has it on a day; ``None`` where it could not be judged.

    Eligible children are looked after as well. At 18 eligible and relevant children become former relevant. What
    becomes of somebody of whom the record says only *looked after* depends on their history, and is not guessed at; nor
    is anything where the record and the age cannot both be right.

    Args:
        person: What is known.
        on: The day to judge by, in Europe/London.

    Returns:
        Every status, in the order of :class:`~relationkit.england.CareStatus`.
    """
    if person.born_on is None:
        return dict.fromkeys(CareStatus)
    age = age_on(person.born_on, on)
    rows = {row.status: row for row in all_in_force(CARE_STATUSES, on=on)}
    fits = {status: _fits(rows.get(status), age, is_in_education=person.is_in_education) for status in CareStatus}
    if person.status is None or person.status not in rows or age < rows[person.status].from_age:
        return {status: None if fit is not False else False for status, fit in fits.items()}
    has, may_have = _held(person.status, rows, age), _left_open(person.status, age)
    return {
        status: fit if status in has else None if status in may_have and fit is not False else False
        for status, fit in fits.items()
    }


def _fits(row: CareStatusRow | None, age: int, *, is_in_education: bool | None) -> bool | None:
    """Whether the age lies within a row's; a status whose law on that day is not known here could not be judged."""
    if row is None:
        return None
    if row.from_age <= age < row.until_age:
        return True
    if row.until_age_in_education is not None and row.until_age <= age < row.until_age_in_education:
        return is_in_education
    return False


def _held(status: CareStatus, rows: Mapping[CareStatus, CareStatusRow], age: int) -> set[CareStatus]:
    """Return what somebody of a recorded status is by now, and whatever that includes."""
    becomes = rows[status].becomes
    if becomes is not None and age >= rows[status].until_age:
        return {becomes}
    return {status, CareStatus.LOOKED_AFTER} if status is CareStatus.ELIGIBLE else {status}


def _left_open(status: CareStatus, age: int) -> set[CareStatus]:
    """Return what somebody may be besides, where the record says only *looked after*."""
    if status is not CareStatus.LOOKED_AFTER:
        return set()
    return {CareStatus.ELIGIBLE} if age < _ADULT else {CareStatus.FORMER_RELEVANT, CareStatus.QUALIFYING}


_ADULT: Final = next(row.until_age for row in CARE_STATUSES if row.status is CareStatus.LOOKED_AFTER)
