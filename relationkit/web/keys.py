"""Unguessable addresses: the token in an address is the password, and only its digest is kept.

Whoever reads the stored digests cannot make an address of them. A token is never compared as text: it is hashed
first, so that the time a look-up takes tells nothing about any token that exists.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final, TypeVar

__all__ = ["new_token", "opened_by", "token_digest"]

#: 256 bits, as text for an address: 43 characters.
TOKEN_BYTES: Final = 32

#: Stands in for the digest of a token that is not known, so that as much is compared for it as for a known one.
_NO_DIGEST: Final = "0" * hashlib.sha256().digest_size * 2

Opened = TypeVar("Opened")


def new_token() -> str:
    """Return a new token of 256 random bits, as 43 characters that can stand in an address.

    Give it to its one reader and keep only its :func:`token_digest`. When a placement or a worker changes, make a new
    one and revoke the old.
    """
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token, in lower-case hexadecimal: the key under which ``create_app`` looks it up."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def opened_by(token: str, doors: Mapping[str, Opened]) -> tuple[bool, Opened | None]:
    """Return whether the token opens one of the doors, and which.

    The same is hashed and compared whether or not the token is known.

    Args:
        token: As it stood in the address.
        doors: By digest of the token.
    """
    digest = token_digest(token)
    known = digest if digest in doors else _NO_DIGEST
    return hmac.compare_digest(digest, known), doors.get(known)
