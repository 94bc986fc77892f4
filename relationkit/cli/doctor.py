"""``relationkit doctor``: is this set-up whole? One line a thing that relationkit stands on, with what to do.

Nothing is changed, no record is read, and nothing is sent.
"""

import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from re import match
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from relationkit import __version__
from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL, BAD_INPUT
from relationkit.cli.sources import moment, plugins_installed, plugins_required
from relationkit.errors import PluginError, RelationkitError
from relationkit.plugins import open_adapter
from relationkit.plugins.manager import HousePluginManager, PluginReport

__all__ = ["DOCTOR_HEADINGS", "Finding", "Health", "examine", "show_doctor"]

DOCTOR_HEADINGS: Final = ("what", "health", "found", "remedy")


class Health(StrEnum):
    """How a thing stands."""

    WELL = "well"
    #: Works, and there is something to know, or something more to have.
    NOTE = "note"
    #: Something will not work, or will be wrong.
    UNWELL = "unwell"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination.

    Attributes:
        what: The thing looked at.
        health: How it stands.
        found: What was found, in a few words; no password, no name.
        remedy: What to do; empty where nothing has to be done.
    """

    what: str
    health: Health
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Setup:
    """What is examined."""

    now: datetime
    source: str | None
    manager: HousePluginManager
    report: PluginReport


def show_doctor(source: str | None, now: str | None, form: str) -> int:
    """Print what was found; return 2 when something is not well."""
    findings = list(examine(source, moment(now)))
    rows = [(each.what, each.health, each.found, each.remedy) for each in findings]
    if form == "json":
        output.print_json({"findings": [dict(zip(DOCTOR_HEADINGS, row, strict=True)) for row in rows]})
    elif form == "csv":
        output.print_csv(DOCTOR_HEADINGS, rows)
    else:
        output.print_table("How this set-up stands", [heading.capitalize() for heading in DOCTOR_HEADINGS], rows)
    return BAD_INPUT if any(each.health is Health.UNWELL for each in findings) else ALL_WELL


def examine(source: str | None, now: datetime) -> Iterator[Finding]:
    """Give the findings, in the order in which things build on one another."""
    setup = _Setup(now, source, *plugins_installed())
    for check in CHECKS:
        yield from check(setup)


def _python(_: _Setup) -> Iterator[Finding]:
    found = f"Python {platform.python_version()}, relationkit {__version__}, on {platform.system()}"
    yield Finding("Python", Health.WELL, found)


def _time_zones(setup: _Setup) -> Iterator[Finding]:
    """Look for London's clock, and whether it changes when it should.

    Summer time begins on the last Sunday of March at 01:00 UTC: Summer Time Order 2002, article 2.
    """
    try:
        london = ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        yield Finding("Time zones", Health.UNWELL, "Europe/London is not there", 'Install it: pip install "tzdata"')
        return
    last = datetime(setup.now.year + 1, 3, 31, 1, tzinfo=UTC)
    change = last - timedelta(days=(last.weekday() + 1) % 7)
    before, after = ((change + timedelta(minutes=by)).astimezone(london).utcoffset() for by in (-1, 1))
    if (before, after) != (timedelta(0), timedelta(hours=1)):
        found = f"the clocks do not go forward on {change:%d %B %Y}"
        yield Finding("Time zones", Health.UNWELL, found, "Update the time zone data: pip install -U tzdata")
        return
    yield Finding("Time zones", Health.WELL, f"London's clocks go forward on {change:%d %B %Y}; tzdata {_of('tzdata')}")


def _holidays(setup: _Setup) -> Iterator[Finding]:
    what = "Bank holidays"
    if find_spec("holidays") is None:
        found = "the library is not installed; calendars need their holidays listed"
        yield Finding(what, Health.NOTE, found, 'pip install "relationkit[holidays]"')
        return
    import holidays

    last = holidays.country_holidays("GB", subdiv="ENG").end_year
    found = f"known to {last}, from holidays {_of('holidays')}; one-off days come with its releases"
    if last <= setup.now.year:
        yield Finding(what, Health.UNWELL, found, "Update the library: pip install -U holidays")
    else:
        yield Finding(what, Health.WELL, found)


def _extras(_: _Setup) -> Iterator[Finding]:
    """Look which extras are whole, by what relationkit itself says that each needs."""
    for extra, needed in _needed_by_extra().items():
        missing = [name for name in needed if not _of(name)]
        if missing:
            found, remedy = f"lacks {', '.join(missing)}", f'pip install "relationkit[{extra}]", if you need it'
            yield Finding(f"Extra [{extra}]", Health.NOTE, found, remedy)
        else:
            found = ", ".join(f"{name} {_of(name)}" for name in needed)
            yield Finding(f"Extra [{extra}]", Health.WELL, found)


#: Extras that only collect others, or are for those who build relationkit.
_NOT_FOR_USERS: Final = frozenset({"all", "dev"})


def _needed_by_extra() -> dict[str, list[str]]:
    needed: dict[str, list[str]] = {}
    for line in requires("relationkit") or []:
        found = match(r"([A-Za-z0-9._-]+).*;.*extra == ['\"]([\w-]+)['\"]", line)
        if found and found[2] not in _NOT_FOR_USERS and found[1] != "relationkit":
            needed.setdefault(found[2], []).append(found[1])
    return dict(sorted(needed.items()))


def _of(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _plugins(setup: _Setup) -> Iterator[Finding]:
    for row in setup.report.rows:
        origin = f"{row.distribution} {row.version}" if row.distribution else "registered by hand"
        if row.status == "failed":
            yield Finding(f"Plugin {row.name}", Health.UNWELL, f"{origin}: {row.reason}", "See relationkit plugins")
        elif row.status == "disabled":
            yield Finding(f"Plugin {row.name}", Health.NOTE, f"{origin}: {row.reason}")
        elif row.reason:
            yield Finding(f"Plugin {row.name}", Health.UNWELL, row.reason, "Disable one of the two by name")
        else:
            offers = sum(len(names) for names in row.offers.values())
            yield Finding(
                f"Plugin {row.name}", Health.WELL, f"{origin}: {offers} {'offer' if offers == 1 else 'offers'}"
            )
    try:
        setup.report.require(plugins_required())
    except PluginError as error:
        yield Finding("Required plugins", Health.UNWELL, str(error), "Mend it, or take its name out of the variable")


def _scratch(_: _Setup) -> Iterator[Finding]:
    """Look whether temporary files can be made: large sources are put in order there."""
    try:
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"relationkit")
    except OSError as error:
        found = f"cannot be written to ({type(error).__name__})"
        yield Finding("Temporary files", Health.UNWELL, found, "Free some space, or set TMPDIR to a folder of yours")
    else:
        yield Finding("Temporary files", Health.WELL, "can be written")


def _encoding(_: _Setup) -> Iterator[Finding]:
    name = sys.stdout.encoding or "unknown"
    if name.lower().replace("-", "") in ("utf8", "utf16", "utf32"):
        yield Finding("Terminal", Health.WELL, f"prints {name}")
    else:
        remedy = "Set PYTHONIOENCODING=utf-8; files are written in UTF-8 either way"
        yield Finding("Terminal", Health.NOTE, f"prints {name}, which lacks Welsh letters", remedy)


def _source(setup: _Setup) -> Iterator[Finding]:
    if setup.source is None:
        return
    try:
        with open_adapter(setup.source, setup.manager) as reader:
            found = f"holds {', '.join(sorted(reader.capabilities))}{_database_of(reader)}"
            yield Finding("Source", Health.WELL, found, " ".join(reader.caveats))
            yield from _layout_of(reader)
    except RelationkitError as error:
        yield Finding("Source", Health.UNWELL, str(error), "Mend that, and look again")


def _database_of(reader: object) -> str:
    """Return which database a reader stands on, where it says so."""
    described = getattr(reader, "database", None)
    return f"; {described}" if isinstance(described, str) else ""


def _layout_of(reader: object) -> Iterator[Finding]:
    """Say which version a database's tables have, where they have one, and whether an upgrade waits."""
    is_latest = getattr(reader, "is_latest_layout", None)
    if is_latest is None:
        return
    version = getattr(reader, "layout_version", None)
    found = "made before versions were kept" if version is None else f"version {version}"
    if is_latest:
        yield Finding("Database layout", Health.WELL, f"{found}, the latest")
    else:
        remedy = "Keep a copy, then run relationkit upgrade-database; or let the next write do it"
        yield Finding("Database layout", Health.NOTE, f"{found}; an upgrade waits", remedy)


#: What is looked at, in order.
CHECKS: Final[tuple[Callable[[_Setup], Iterator[Finding]], ...]] = (
    _python,
    _time_zones,
    _holidays,
    _extras,
    _scratch,
    _encoding,
    _plugins,
    _source,
)
