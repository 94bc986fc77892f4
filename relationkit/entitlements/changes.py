"""What changed in a council's offers since a day, so that somebody can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from relationkit.entitlements.asking import may_be_theirs
from relationkit.entitlements.offers import Offer, offers_in_force
from relationkit.entitlements.statuses import YoungPerson

__all__ = ["OfferChange", "OfferChangeKind", "offer_changes"]


class OfferChangeKind(StrEnum):
    """How an offer changed."""

    NEW = "new"
    ENDED = "ended"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class OfferChange:
    """One offer that is another on the later day than on the earlier.

    Attributes:
        name: The offer's name.
        kind: How it changed.
        changed_on: The first day on which it was as it is now.
        before: The version that held on the earlier day; ``None`` where there was none.
        after: The version that holds on the later day; ``None`` where there is none.
        fields: What differs between the two versions, in the order of :class:`~relationkit.entitlements.Offer`, the
            days left out; empty unless it was altered.
    """

    name: str
    kind: OfferChangeKind
    changed_on: date
    before: Offer | None
    after: Offer | None
    fields: tuple[str, ...] = ()


_DAYS = ("in_force_from", "in_force_until")


def offer_changes(
    offers: Sequence[Offer],
    *,
    since: date,
    on: date,
    person: YoungPerson | None = None,
    ahead: timedelta | None = None,
) -> tuple[OfferChange, ...]:
    """Return what differs between the offers of two days: what is new, what ended, what was altered.

    An offer that came and went between the two days is none of them, and so is a version that only repeats the words of
    the one before.

    Args:
        offers: Every version, in any order.
        since: The earlier day, such as that of the last letter; what changed on it is known already.
        on: The later day; what changes on it is told.
        person: Leaves out what is, before and after, for others. What could not be judged, or is theirs later, stays.
        ahead: With ``person``: how far ahead it may be theirs; ``None`` leaves in what is theirs in ten years.

    Returns:
        In the order of the day of the change, then of the name.
    """
    before = {offer.name: offer for offer in offers_in_force(offers, on=since)}
    after = {offer.name: offer for offer in offers_in_force(offers, on=on)}
    changes = [
        change
        for name in {*before, *after}
        if (change := _change(offers, before.get(name), after.get(name), on)) is not None
        if person is None or _concerns(change, person, ahead, since=since, on=on)
    ]
    return tuple(sorted(changes, key=lambda change: (change.changed_on, change.name)))


def _change(offers: Sequence[Offer], before: Offer | None, after: Offer | None, on: date) -> OfferChange | None:
    if after is None:
        return None if before is None else _ended(offers, before, on)
    if before is None:
        return OfferChange(after.name, OfferChangeKind.NEW, after.in_force_from, None, after)
    fields = tuple(
        name for name in Offer.model_fields if name not in _DAYS and getattr(before, name) != getattr(after, name)
    )
    if not fields:
        return None
    return OfferChange(after.name, OfferChangeKind.ALTERED, after.in_force_from, before, after, fields)


def _ended(offers: Sequence[Offer], before: Offer, on: date) -> OfferChange:
    """Return the end of an offer: that of the last version that had begun."""
    begun = (offer for offer in offers if offer.name == before.name and offer.in_force_from <= on)
    last = max(begun, key=lambda offer: offer.in_force_from)
    return OfferChange(before.name, OfferChangeKind.ENDED, last.in_force_until or on, before, None)


def _concerns(change: OfferChange, person: YoungPerson, ahead: timedelta | None, *, since: date, on: date) -> bool:
    sides = (change.before, since), (change.after, on)
    return any(offer is not None and may_be_theirs(offer, person, on=day, ahead=ahead) for offer, day in sides)
