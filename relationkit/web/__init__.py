"""A mountable web app: forms, thanks, plan boards, a child's own page, workers' cards, and calendar feeds for phones.

With ``cli``, the only room that reads the clock, and it takes even that as a parameter. Needs the extra ``web``, which
is loaded by :func:`create_app` and not before.
"""

from relationkit.web.app import create_app
from relationkit.web.card_settings import CardSettings
from relationkit.web.conditional import ChangeMoments, entity_tag, http_date, is_unchanged
from relationkit.web.keys import new_token, token_digest
from relationkit.web.limits import LIMITS, RateLimit
from relationkit.web.links import LINK_LIFE, form_link, new_invitation, new_profile_invitation

__all__ = [
    "LIMITS",
    "LINK_LIFE",
    "CardSettings",
    "ChangeMoments",
    "RateLimit",
    "create_app",
    "entity_tag",
    "form_link",
    "http_date",
    "is_unchanged",
    "new_invitation",
    "new_profile_invitation",
    "new_token",
    "token_digest",
]
