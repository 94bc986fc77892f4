"""``relationkit upgrade-database``: bring the tables of a database to the layout of this release, or show the SQL."""

from typing import TYPE_CHECKING

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.errors import InvalidOptionError

if TYPE_CHECKING:
    from relationkit.plugins.adapters.sql import SqlAdapter

__all__ = ["upgrade_database"]


def upgrade_database(source: str, *, is_rehearsal: bool) -> int:
    """Upgrade the database and say from which version to which; or print what would be sent to it, and only that."""
    name, _, where = source.partition(":")
    if name != "sql" or not where:
        raise InvalidOptionError("--source: only a database in relationkit's own layout is upgraded. Write sql:WHERE.")
    from relationkit.plugins.adapters.sql import SqlAdapter

    with SqlAdapter(where) as adapter:
        if adapter.is_latest_layout:
            output.note(f"{adapter.source}: its tables have version {adapter.layout_version}, the latest.")
        elif is_rehearsal:
            output.print_lines([adapter.upgrade_sql().rstrip()])
        else:
            output.print_lines(_upgraded(adapter))
    return ALL_WELL


def _upgraded(adapter: "SqlAdapter") -> list[str]:
    from relationkit.plugins.adapters.migrations import what_each_brings

    before = adapter.layout_version
    adapter.upgrade()
    was = "tables without a version" if before is None else f"version {before}"
    brought = [f"  {each}  {what}" for each, what in what_each_brings().items() if each > (before or "")]
    return [f"{adapter.source}: brought from {was} to version {adapter.layout_version}; nothing is lost.", *brought]
