"""A council's offers, as it writes them down: for whom, from when, until when, and where it says so."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from relationkit.england import CareStatus, all_in_force, rules_from_toml
from relationkit.records import Day, FrozenModel

__all__ = ["Offer", "offers_from_toml", "offers_in_force"]


class Offer(FrozenModel):
    """Something that young people may ask their council for, while this version of the offer is in force.

    Attributes:
        name: What people call it. A later version has the same name and takes the place of the one before.
        what: What it is, in the council's own words.
        how: How to ask for it; empty where the council does not say.
        from_age: The birthday from which on one may ask; ``None`` where there is no lowest age.
        until_age: The birthday from which on one may no longer ask; ``None`` where there is no highest age.
        statuses: For whom it is, by law's own words; empty for everybody whom the council looks after or did.
        condition: What else the council asks, in its own words. No rule can judge it; answers carry it along.
        source: Where the council says so.
        url: Where a young person can read it.
        in_force_from: The first day of this version.
        in_force_until: The first day on which it no longer holds; ``None`` while it does.
    """

    name: str = Field(min_length=1)
    what: str = Field(min_length=1)
    how: str = ""
    from_age: int | None = Field(default=None, ge=0, le=100)
    until_age: int | None = Field(default=None, ge=1, le=100)
    statuses: tuple[CareStatus, ...] = ()
    condition: str = ""
    source: str = Field(min_length=1)
    url: str | None = Field(default=None, pattern=r"^https://[^\s<>\"]+$")
    in_force_from: Day
    in_force_until: Day | None = None

    @model_validator(mode="after")
    def _is_for_somebody(self) -> Self:
        if self.from_age is not None and self.until_age is not None and self.until_age <= self.from_age:
            raise ValueError("until_age is not after from_age; check the two ages")
        if len(self.statuses) != len(set(self.statuses)):
            raise ValueError("statuses names one twice; name each once")
        return self

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.in_force_until is not None and self.in_force_until <= self.in_force_from:
            raise ValueError("in_force_until is not after in_force_from; check the two days")
        return self


def offers_from_toml(text: str, *, where: str = "offers.toml") -> tuple[Offer, ...]:
    """Return a council's offers out of a TOML text, in its order: a table ``[[offers]]`` for each version.

    The keys are the fields of :class:`Offer`.

    Args:
        text: What the file says.
        where: What the file is called in problems, without its folder.

    Raises:
        InvalidRuleFileError: The text is no TOML, or describes no offer; its ``problems`` name all of them.
    """
    return rules_from_toml(Offer, text, table="offers", identity=("name", "in_force_from"), where=where)


def offers_in_force(offers: Iterable[Offer], *, on: date) -> tuple[Offer, ...]:
    """Return the version of each offer that holds on a day, in the order in which the names are first given.

    A version holds until its own end, or until a later one of the same name begins: an offer that was replaced does
    not come back when the later version ends.

    Args:
        offers: Every version, in any order.
        on: The day to judge by, in Europe/London.
    """
    begun: dict[str, Offer] = {}
    for offer in offers:
        if offer.in_force_from <= on:
            known = begun.setdefault(offer.name, offer)
            if offer.in_force_from > known.in_force_from:
                begun[offer.name] = offer
    return tuple(all_in_force(begun.values(), on=on))
