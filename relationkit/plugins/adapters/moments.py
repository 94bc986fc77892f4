"""Moments out of what a clock on the wall showed, where a system writes no zone."""

from datetime import UTC, datetime

from relationkit.records import LONDON

__all__ = ["NotOneMomentError", "london_moment"]


class NotOneMomentError(ValueError):
    """What a clock showed twice, or never; its words hold nothing of what was shown, so they may stand in a problem."""

    what = "was shown by clocks twice or never, as they changed"
    remedy = "Write the time with its zone, or leave the row out"

    def __init__(self) -> None:
        super().__init__(f"{self.what}. {self.remedy}")


def london_moment(local: datetime) -> datetime:
    """Return the moment, in UTC, at which clocks in the United Kingdom showed this; refuse where nobody can tell.

    On the last Sunday of October the hour from 01:00 comes twice, and on the last of March it does not come: a system
    that writes no mark beside it leaves open which was meant. Guessed, a reply could come before its question.

    >>> london_moment(datetime(2025, 7, 1, 9, 30)).isoformat()
    '2025-07-01T08:30:00+00:00'

    Args:
        local: What was shown, without a zone.

    Raises:
        ValueError: It was shown twice or never, or has a zone already. A ``RowReader`` lists the row with the reason.
    """
    if local.tzinfo is not None:
        raise ValueError("it has a zone already; convert it with astimezone(UTC)")
    first, second = (local.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise NotOneMomentError
    return first
