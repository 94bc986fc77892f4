"""How much one address may ask of the app, so that nobody can guess links or fill the store."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

__all__ = ["LIMITS", "RateLimit", "RateLimits"]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many in such a time, refilled steadily.

    Attributes:
        most: How many may come at once.
        per: In what time that many are refilled.
    """

    most: int
    per: timedelta


#: Ours. A child fills in one form in some minutes, and a whole home or school may stand behind one address.
LIMITS: Final = {
    "page": RateLimit(most=300, per=timedelta(minutes=1)),
    "sent": RateLimit(most=120, per=timedelta(minutes=1)),
    "picture": RateLimit(most=20, per=timedelta(minutes=1)),
    "guess": RateLimit(most=30, per=timedelta(minutes=10)),
}

#: How many addresses are remembered; the one that came longest ago is forgotten first.
_MOST_ADDRESSES: Final = 20_000


class RateLimits:
    """Counts what each address does, in memory, in one process.

    Args:
        limits: By what is counted; see :data:`LIMITS`.
    """

    def __init__(self, limits: dict[str, RateLimit] | None = None) -> None:
        self.limits = LIMITS if limits is None else limits
        self._lock = Lock()
        self._left: OrderedDict[tuple[str, str], tuple[float, datetime]] = OrderedDict()

    def allows(self, what: str, address: str, *, now: datetime, spends: bool = True) -> bool:
        """Return whether the address may do it now; with ``spends``, it has then done it."""
        limit = self.limits[what]
        with self._lock:
            left, at = self._left.pop((what, address), (float(limit.most), now))
            left = min(limit.most, left + max((now - at) / limit.per, 0.0) * limit.most)
            is_allowed = left >= 1
            self._left[what, address] = (left - 1 if is_allowed and spends else left), now
            if len(self._left) > _MOST_ADDRESSES:
                self._left.popitem(last=False)
        return is_allowed
