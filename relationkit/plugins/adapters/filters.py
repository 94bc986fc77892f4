"""The filters that every reader takes, checked when the method is called and not when its stream is first read."""

from collections.abc import Callable, Collection
from datetime import datetime

__all__ = ["is_within", "wanted_ids"]


def wanted_ids(ids: Collection[str] | None) -> Callable[[str], bool]:
    """Return whether an id is wanted: ``None`` wants all, an empty collection none.

    Raises:
        TypeError: A single string, whose letters would each be taken for an id.
    """
    if ids is None:
        return lambda _: True
    if isinstance(ids, str):
        raise TypeError("give a list or set of ids, not one string")
    return frozenset(ids).__contains__


def is_within(since: datetime | None, until: datetime | None) -> Callable[[datetime], bool]:
    """Return whether a moment is in the half-open period ``since <= at < until``.

    Raises:
        ValueError: A bound without a time zone.
    """
    for bound in (since, until):
        if bound is not None and bound.utcoffset() is None:
            raise ValueError("since and until need a time zone, as in datetime(2025, 3, 31, tzinfo=UTC)")
    return lambda at: (since is None or since <= at) and (until is None or at < until)
