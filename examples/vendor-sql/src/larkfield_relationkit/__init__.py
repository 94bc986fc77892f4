"""Offer Larkfield's database as ``--source larkfield:URL``."""

from collections.abc import Iterable

from relationkit.plugins import AdapterSpec, hookimpl

__all__ = ["relationkit_adapters"]


@hookimpl
def relationkit_adapters() -> Iterable[AdapterSpec]:
    """Offer the reader; SQLAlchemy is imported when somebody chooses it."""
    return [
        AdapterSpec(
            name="larkfield",
            target="larkfield_relationkit.reader:LarkfieldReader",
            summary="The reporting database of Larkfield",
            where="a database URL, such as postgresql+psycopg://reader@host/larkfield",
            capabilities=frozenset({"children", "workers", "assignments", "messages", "placements"}),
        )
    ]
