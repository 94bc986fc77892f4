"""Offer Brookside Cloud as ``--source brookside:URL``."""

from collections.abc import Iterable

from relationkit.plugins import AdapterSpec, hookimpl

__all__ = ["relationkit_adapters"]


@hookimpl
def relationkit_adapters() -> Iterable[AdapterSpec]:
    """Offer the reader; nothing of it is imported until somebody chooses it."""
    return [
        AdapterSpec(
            name="brookside",
            target="brookside_relationkit.reader:BrooksideReader",
            summary="Brookside Cloud, over its REST interface",
            where="the address, such as https://brookside.example/api; the token is in BROOKSIDE_TOKEN",
            capabilities=frozenset({"children", "workers", "assignments", "messages", "sessions", "absences"}),
        )
    ]
