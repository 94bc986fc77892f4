"""``outbox``: leave the message where it is, marked as ready, for another program to fetch."""

from collections.abc import Mapping
from datetime import datetime

from relationkit.plugins.outbox import OutboxRow, Receipt
from relationkit.records import FrozenModel

__all__ = ["OutboxNotifier"]


class _Settings(FrozenModel):
    """None: a slip in a setting is refused."""


class OutboxNotifier:
    """Marks messages as ready.

    The other program reads them with :meth:`~relationkit.plugins.SupportsOutbox.outbox_rows`, or from the table
    ``relationkit_outbox``, and calls :meth:`~relationkit.plugins.SupportsOutbox.mark_delivered` when it has passed
    one on.

    Args:
        settings: It has none.
        environment: Not read.

    Raises:
        InvalidRecordError: A setting was given.
    """

    name = "outbox"

    def __init__(self, settings: Mapping[str, object] | None = None, *, environment: Mapping[str, str]) -> None:
        del environment
        _Settings.model_validate(dict(settings or {}))

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        """Leave the message."""
        del row, now
        return Receipt.READY
