"""What every command does with its input: open the source, read the moment, say what was left out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from relationkit.cli.output import note, show_problems
from relationkit.england import reporting_year_of
from relationkit.errors import InvalidOptionError, MissingExtraError, SourceError, UnreadableSourceError
from relationkit.plugins import (
    CaseReader,
    PluginReport,
    create_plugin_manager,
    load_plugins,
    offered_adapters,
    open_adapter,
)
from relationkit.plugins.holding import held_to_contract
from relationkit.plugins.hookspecs import PROJECT
from relationkit.plugins.manager import HousePluginManager
from relationkit.records import EARLIEST_DAY, LATEST_DAY, Child
from relationkit.sla.uk_holidays import bank_holiday_set

__all__ = [
    "PLUGINS_VARIABLE",
    "REQUIRED_VARIABLE",
    "TRACE_VARIABLE",
    "InvalidOptionError",
    "bank_holidays",
    "child_named",
    "last_reporting_year",
    "moment",
    "opened",
    "plugins_found",
    "plugins_installed",
    "plugins_required",
    "require_history",
    "require_something",
]

#: "none", or the only plugins to load, by name with commas between.
PLUGINS_VARIABLE: Final = "RELATIONKIT_PLUGINS"
#: The plugins without which no command may judge, by name with commas between.
REQUIRED_VARIABLE: Final = "RELATIONKIT_REQUIRED_PLUGINS"
#: Any value says which plugin is loaded and asked, in names, types and counts.
TRACE_VARIABLE: Final = "RELATIONKIT_TRACE"


def moment(now: str | None) -> datetime:
    """Return the moment to judge by, in UTC: the option's, or the clock's.

    Raises:
        InvalidOptionError: Not a moment, or one without a zone.
    """
    if now is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(now)
    except ValueError:
        raise InvalidOptionError(f"--now {now}: not a moment. Write it as 2025-03-31T09:00+01:00.") from None
    if at.utcoffset() is None:
        raise InvalidOptionError(f"--now {now}: no time zone. Write it as 2025-03-31T09:00+01:00.")
    if not EARLIEST_DAY.year < at.year < LATEST_DAY.year:
        raise InvalidOptionError(f"--now {now}: outside {EARLIEST_DAY} to {LATEST_DAY}. Check the year.")
    return at.astimezone(UTC)


def last_reporting_year(today: date) -> int:
    """Return the last reporting year (1 April to 31 March, named by its end) that is over on ``today``."""
    return reporting_year_of(today) - 1


def bank_holidays(today: date) -> frozenset[date] | None:
    """Return England's bank holidays of the years around ``today``; ``None``, with a note, without the library."""
    try:
        return bank_holiday_set("England", range(today.year - 4, today.year + 3)).days
    except MissingExtraError as error:
        note(f"Note: what is counted in working days could not be judged. {error}")
        return None


def plugins_found() -> tuple[HousePluginManager, PluginReport]:
    """Return the plugin manager with the installed plugins loaded, and what became of each.

    Raises:
        PluginError: A plugin that may not be missing is.
    """
    manager, report = plugins_installed()
    report.require(plugins_required())
    return manager, report


@cache
def plugins_installed() -> tuple[HousePluginManager, PluginReport]:
    """Return what :func:`plugins_found` does, whatever is required; one scan a process."""
    manager = create_plugin_manager()
    if os.environ.get(TRACE_VARIABLE):
        manager.tell = note
    return manager, load_plugins(manager, setting=os.environ.get(PLUGINS_VARIABLE))


def plugins_required() -> frozenset[str]:
    """Return the names of the plugins without which no command may judge."""
    return frozenset(filter(None, map(str.strip, os.environ.get(REQUIRED_VARIABLE, "").split(","))))


@contextmanager
def opened(source: str) -> Iterator[CaseReader]:
    """Open the source with the adapter it names, and close it afterwards."""
    if ":" not in source:
        named = f"{likely_adapter(Path(source))}:{source}"
        raise InvalidOptionError(
            f"--source {source}: no adapter. Write it as ADAPTER:WHERE, such as {named}. 'relationkit plugins' has all."
        )
    manager, report = plugins_found()
    for row in report.failed:
        note(f"relationkit: the plugin {row.name} was left out: {row.reason}")
    giver = offered_adapters(manager).givers.get(source.partition(":")[0])
    with open_adapter(source, manager) as reader:
        yield reader if giver in (None, PROJECT) else held_to_contract(reader, plugin=whose(manager, giver))


#: The adapter that a file is likely for, by how its name ends.
LIKELY: Final = {".db": "sql", ".sqlite": "sql", ".json": "dfe-api", ".xlsx": "annex-a"}


def likely_adapter(where: Path) -> str:
    """Return the adapter to name to somebody who named none: the return's for a folder that holds its table."""
    if any("swepisodes" in each.name.lower() for each in where.glob("*.csv")):
        return "ssda903"
    return LIKELY.get(where.suffix.lower(), "csv")


def whose(manager: HousePluginManager, plugin: str) -> str:
    """Return a plugin's name as an error shall give it: with the distribution that brought it."""
    origin = manager.origins.get(plugin)
    return repr(plugin) if origin is None else f"{plugin!r} from {origin}"


def require_history(reader: CaseReader) -> None:
    """Make sure that the source knows of before.

    Raises:
        SourceError: It says only who holds whom now, and a count of changes would be nought for everybody.
    """
    if not getattr(reader, "has_history", True):
        what = "this source says who holds whom now and nothing of before, so changes cannot be counted from it"
        raise SourceError(reader.source, what, "Use one that holds past spells, such as ssda903 or ssd")


def child_named(reader: CaseReader, whose: str) -> Child:
    """Return the child that ``--for child:ID`` names.

    Raises:
        InvalidOptionError: Not of that form, or the source has no such child.
    """
    kind, _, child_id = whose.partition(":")
    if kind != "child" or not child_id:
        raise InvalidOptionError(f"--for {whose}: not of the form child:ID.")
    found = reader.children(child_ids=[child_id]) if "children" in reader.capabilities else iter(())
    child = next(found, None)
    if child is None:
        raise InvalidOptionError(f"--for {whose}: the source has no such child. Check the id.")
    return child


def require_something(reader: CaseReader, count: int) -> None:
    """Make sure that something was read.

    Raises:
        UnreadableSourceError: Nothing was, and the source had problems; says them.
    """
    problems = list(reader.problems)
    if not count and problems:
        show_problems(problems)
        raise UnreadableSourceError(reader.source, "nothing could be read", "Correct the problems above", problems)
