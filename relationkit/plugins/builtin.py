"""The adapters that come with relationkit, offered by the same hook as anyone's."""

from collections.abc import Iterable
from typing import Final

from relationkit.plugins.hookspecs import hookimpl
from relationkit.plugins.specs import KINDS, AdapterSpec

__all__ = ["ADAPTERS", "relationkit_adapters"]

ADAPTERS: Final = (
    AdapterSpec(
        name="csv",
        target="relationkit.plugins.adapters.csv_folder:CsvAdapter",
        summary="CSV files in one folder, a file for each kind of record",
        where="a folder with children.csv, workers.csv, assignments.csv and so on",
        capabilities=frozenset(KINDS),
    ),
    AdapterSpec(
        name="dfe-api",
        target="relationkit.plugins.adapters.dfe_api:DfeApiAdapter",
        summary="The payload that councils send to the Department for Education's social care API",
        where="a JSON file",
        capabilities=frozenset({"children", "workers", "assignments", "placements"}),
    ),
    AdapterSpec(
        name="memory",
        target="relationkit.plugins.adapters.memory:MemoryAdapter",
        summary="Records held in memory, for tests and for trying things out",
        where="nothing: it starts empty",
        capabilities=frozenset(KINDS),
    ),
    AdapterSpec(
        name="sql",
        target="relationkit.plugins.adapters.sql:SqlAdapter",
        summary="A database in relationkit's own layout: an SQLite file, or PostgreSQL",
        where="a file such as case.db, or a URL such as sqlite:///case.db or postgresql://host/name",
        capabilities=frozenset(KINDS),
        extra="sql",
    ),
    AdapterSpec(
        name="ssda903",
        target="relationkit.plugins.adapters.ssda903:Ssda903Adapter",
        summary="The statutory return on children looked after in England, as CSV files",
        where="a folder with the SWEpisodes, Header and Episodes files",
        capabilities=frozenset({"children", "workers", "assignments", "placements"}),
    ),
)


@hookimpl
def relationkit_adapters() -> Iterable[AdapterSpec]:
    """Offer the built-in adapters."""
    return ADAPTERS
