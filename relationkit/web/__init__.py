"""A mountable web app: calendar feeds for phones, and the page on which a child says how it went.

With ``cli``, the only room that reads the clock, and it takes even that as a parameter. Needs the extra ``web``, which
is loaded by :func:`create_app` and not before.
"""

from relationkit.web.app import create_app
from relationkit.web.invitations import FormInvitation
from relationkit.web.keys import new_token, token_digest

__all__ = ["FormInvitation", "create_app", "new_token", "token_digest"]
