"""What may I ask for: a council's own offers, matched to a young person's age and status, and what changed.

Rules only: offers, facts and a day in, answers out. What is not known is never answered with no.
"""

from relationkit.entitlements.asking import MayAsk, OfferAnswer, offers_for
from relationkit.entitlements.changes import OfferChange, OfferChangeKind, offer_changes
from relationkit.entitlements.offers import Offer, offers_from_toml, offers_in_force
from relationkit.entitlements.statuses import YoungPerson, statuses_on

__all__ = [
    "MayAsk",
    "Offer",
    "OfferAnswer",
    "OfferChange",
    "OfferChangeKind",
    "YoungPerson",
    "offer_changes",
    "offers_for",
    "offers_from_toml",
    "offers_in_force",
    "statuses_on",
]
