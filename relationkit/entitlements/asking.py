"""What may I ask for: each offer of a council, answered for one young person on one day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from relationkit.england import CARE_STATUSES, age_on, birthday_on
from relationkit.entitlements.offers import Offer, offers_in_force
from relationkit.entitlements.statuses import YoungPerson, statuses_on

__all__ = ["MayAsk", "OfferAnswer", "answer_to", "may_be_theirs", "offers_for"]


class MayAsk(StrEnum):
    """Whether a young person may ask for an offer.

    Attributes:
        YES: They may. Whether they get it can still depend on the offer's ``condition``.
        NOT_YET: Not before a birthday.
        NO: It is for others, by all that is known.
        COULD_NOT_BE_JUDGED: The age or the status is not known well enough; never the same as no.
    """

    YES = "yes"
    NOT_YET = "not_yet"
    NO = "no"
    COULD_NOT_BE_JUDGED = "could_not_be_judged"


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """The answer to one offer.

    Attributes:
        offer: The version that is in force.
        answer: Whether they may ask.
        why: The reason in plain words, said to the young person.
        from_on: The birthday on which they may ask, where the answer is not yet.
        until_on: The first day on which it is no longer sure that they may ask: a birthday or the end of the offer,
            whichever is first; ``None`` where there is neither, or the answer is not yes.
    """

    offer: Offer
    answer: MayAsk
    why: str
    from_on: date | None = None
    until_on: date | None = None


def offers_for(offers: Iterable[Offer], person: YoungPerson, *, on: date) -> tuple[OfferAnswer, ...]:
    """Return the answer to every offer that is in force on a day.

    Args:
        offers: Every version of the council's offers, in any order.
        person: What is known of the young person.
        on: The day to judge by, in Europe/London.

    Returns:
        In the order of the offers, whatever the answer is; empty where no offer is in force.
    """
    return tuple(answer_to(offer, person, on=on) for offer in offers_in_force(offers, on=on))


def answer_to(offer: Offer, person: YoungPerson, *, on: date) -> OfferAnswer:
    """Return the answer to one offer, whether or not it is in force."""
    suits = _suits(offer, person, on)
    later = list(_birthdays_after(offer, person, on))
    if suits is True:
        ends = [day for day in later if _suits(offer, person, day) is not True]
        ends += [] if offer.in_force_until is None else [offer.in_force_until]
        return OfferAnswer(offer, MayAsk.YES, "You may ask for it.", until_on=min(ends, default=None))
    if suits is None and person.born_on is None:
        return OfferAnswer(offer, MayAsk.COULD_NOT_BE_JUDGED, "It goes by age, and your date of birth is not known.")
    begins = next((day for day in later if _suits(offer, person, day)), None)
    if suits is False and begins is not None and person.born_on is not None:
        why = f"It begins with your birthday at {age_on(person.born_on, begins)}."
        return OfferAnswer(offer, MayAsk.NOT_YET, why, from_on=begins)
    if suits is None or any(_suits(offer, person, day) is None for day in later):
        why = f"{_whom(offer)} Ask your worker which of them you are."
        return OfferAnswer(offer, MayAsk.COULD_NOT_BE_JUDGED, why)
    return OfferAnswer(offer, MayAsk.NO, _why_not(offer, person, on))


def may_be_theirs(offer: Offer, person: YoungPerson, *, on: date, ahead: timedelta | None) -> bool:
    """Return whether somebody may ask for an offer on a day or, as far as can be judged, by ``ahead`` after it.

    Args:
        offer: The offer, whether or not it is in force.
        person: What is known of the young person.
        on: The day to judge by, in Europe/London.
        ahead: How far ahead a birthday that opens the offer is looked for; ``None`` looks at a whole life.
    """
    later = (day for day in _birthdays_after(offer, person, on) if ahead is None or day <= on + ahead)
    return any(_suits(offer, person, day) is not False for day in (on, *later))


def _suits(offer: Offer, person: YoungPerson, on: date) -> bool | None:
    """Whether an offer is for somebody on a day, by age and status; ``None`` where it could not be judged."""
    if person.born_on is None:
        return None if offer.statuses or (offer.from_age, offer.until_age) != (None, None) else True
    age = age_on(person.born_on, on)
    if age < (offer.from_age or 0) or (offer.until_age is not None and age >= offer.until_age):
        return False
    has = [statuses_on(person, on=on)[status] for status in offer.statuses]
    return True if not has or True in has else None if None in has else False


def _birthdays_after(offer: Offer, person: YoungPerson, on: date) -> Iterator[date]:
    """Yield every later birthday on which the offer or the law draws a line, the next one first."""
    if person.born_on is not None:
        own = (age for age in (offer.from_age, offer.until_age) if age is not None)
        days = (birthday_on(person.born_on, age) for age in sorted({*own, *_LINES_OF_THE_LAW}))
        yield from (day for day in days if day > on)


#: Every age at which a status begins or ends.
_LINES_OF_THE_LAW: Final = frozenset(
    age for row in CARE_STATUSES for age in (row.from_age, row.until_age, row.until_age_in_education) if age is not None
)


def _whom(offer: Offer) -> str:
    return f"It is for young people who are: {', '.join(status.value.replace('_', ' ') for status in offer.statuses)}."


def _why_not(offer: Offer, person: YoungPerson, on: date) -> str:
    if offer.until_age is not None and person.born_on is not None and age_on(person.born_on, on) >= offer.until_age:
        return f"It ends with the birthday at {offer.until_age}."
    return _whom(offer)
