"""What a source that hears of changes says: which children a pass has to look at, and no others."""

from dataclasses import dataclass, field

from relationkit.records import ChildId

__all__ = ["Changes"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What has come up since the looks that were kept.

    Attributes:
        child_ids: The children to be looked at: something about them was written, a moment that was kept for them has
            come, or a message about them waits to be handed over, now or at a later try. ``None``: every child of the
            source.
        seen: The changes that this answer takes in, for the source itself.
        revision: What was kept when this was asked, for the source itself; ``None`` when nothing was.
        is_keepable: Whether the looks made of this answer can be kept. ``False`` for a look into the past, and where
            the source does not hear of changes after all.
    """

    child_ids: frozenset[ChildId] | None
    seen: tuple[int, ...] = field(default=(), repr=False)
    revision: str | None = field(default=None, repr=False)
    is_keepable: bool = True
