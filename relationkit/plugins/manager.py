"""Find the installed plugins, load each on its own, and say what became of it.

One scan of the entry-point group ``relationkit``. A plugin that cannot be imported, or whose hooks do not fit, is put
aside with its reason and listed; everything else goes on. Only a plugin that the caller calls ``required`` stops the
house.
"""

import difflib
import importlib.metadata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Literal

import pluggy

from relationkit import __version__
from relationkit.errors import PluginError
from relationkit.plugins import builtin, hookspecs
from relationkit.plugins.hookspecs import PROJECT
from relationkit.plugins.offers import HOOKS, Offers, failure_of, offered
from relationkit.plugins.signatures import check_plugin

__all__ = [
    "HousePluginManager",
    "PluginReport",
    "PluginRow",
    "create_plugin_manager",
    "load_plugins",
]

Status = Literal["active", "disabled", "failed"]


class HousePluginManager(pluggy.PluginManager):
    """A pluggy manager that refuses what pluggy would let through, and knows where each plugin came from.

    Attributes:
        origins: The distribution, with version, of each plugin that was installed rather than registered by hand.
        loaded: The entry point that each installed plugin was loaded from.
        tell: Where to write a line before and after each plugin is loaded or asked; ``None`` for nowhere. The lines
            hold names, types and counts, never a value: what pluggy's own tracing prints may be a child's.
    """

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.origins: dict[str, str] = {}
        self.loaded: dict[str, importlib.metadata.EntryPoint] = {}
        self.tell: Callable[[str], None] | None = None
        self.add_hookspecs(hookspecs)

    def register(self, plugin: object, name: str | None = None) -> str | None:
        """Register a plugin once its hooks have been checked.

        Raises:
            PluginError: A hook that does not exist or does not fit; nothing was registered.
        """
        check_plugin(self, plugin, name or self.get_canonical_name(plugin))
        return super().register(plugin, name)


def create_plugin_manager() -> HousePluginManager:
    """Return a new manager that holds the hooks and the built-in plugin, and has looked for no other.

    Call :func:`load_plugins` for those that are installed, or ``manager.register(plugin, name="...")`` for one at hand.
    """
    manager = HousePluginManager()
    manager.register(builtin, name=PROJECT)
    return manager


@dataclass(frozen=True, slots=True)
class PluginRow:
    """What became of one plugin.

    Attributes:
        name: Its entry-point name.
        distribution: The package that brought it; ``None`` when registered by hand.
        version: Of that package.
        status: ``"active"``, ``"disabled"`` (by the user) or ``"failed"``.
        reason: Why it is not active, or which of its offers are not used; ``None`` when all is well.
        offers: By the kind of record, such as ``"adapters"``: the names that it offers and that can be used, in order;
            a kind of which it offers none is not there.
        error: The error behind ``reason``, with its cause, for those who debug.
    """

    name: str
    distribution: str | None
    version: str | None
    status: Status
    reason: str | None = None
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    error: PluginError | None = field(default=None, repr=False, compare=False)

    def offered(self, kind: str) -> tuple[str, ...]:
        """Return the names of one kind that it offers; often none."""
        return self.offers.get(kind, ())


@dataclass(frozen=True, slots=True)
class PluginReport:
    """What became of every plugin that was found, asked for, or registered, by name.

    Attributes:
        rows: One a plugin, by name; two where two packages bring the same name.
        clashes: The names that two plugins offer, each with one error that names both.
    """

    rows: tuple[PluginRow, ...]
    clashes: tuple[PluginError, ...] = ()

    @property
    def failed(self) -> tuple[PluginRow, ...]:
        """The plugins that could not be used."""
        return tuple(row for row in self.rows if row.status == "failed")

    def require(self, names: Collection[str]) -> None:
        """Make sure that these plugins work, since a missing rule must not pass silently.

        Args:
            names: By entry-point or distribution name.

        Raises:
            PluginError: One is not active, or not installed; says why. The first by name.
        """
        for row in (*self.rows, *_not_installed(names, self.rows)):
            if row.status != "active" and {row.name, row.distribution} & set(names):
                raise PluginError(
                    row.name,
                    f"it is required, and {row.status}: {(row.reason or '').rstrip('.')}",
                    "Nothing was done without it",
                    distribution=_package(row),
                ) from row.error


#: What ``RELATIONKIT_PLUGINS`` says to load no plugin but the built-in one.
NONE: Final = "none"


def load_plugins(
    manager: HousePluginManager,
    *,
    disabled: Collection[str] = (),
    required: Collection[str] = (),
    setting: str | None = None,
    entry_points: Iterable[importlib.metadata.EntryPoint] | None = None,
) -> PluginReport:
    """Load the installed plugins into ``manager`` and report on each.

    Args:
        manager: From :func:`create_plugin_manager`; plugins that were registered by hand are reported too. What an
            earlier call loaded stays as it is and is not imported again, unless it is now left out.
        disabled: Plugins to leave out, by entry-point or distribution name.
        required: Plugins, by either name, without which nothing may go on: a missing rule must not pass silently.
        setting: The text of the environment variable ``RELATIONKIT_PLUGINS``, which the caller reads: ``"none"``, or
            the only plugins to load, by either name, with commas between. ``None`` or blank loads all.
        entry_points: Those to load; ``None`` scans what is installed, once.

    Returns:
        A row for each plugin, by name. Nothing is raised for a plugin that fails.

    Raises:
        PluginError: A required plugin is not active; says why.
    """
    found = sorted(
        importlib.metadata.entry_points(group=PROJECT) if entry_points is None else entry_points,
        key=lambda point: (point.name, *_distribution(point)),
    )
    rows = [*_by_hand(manager), *_load_each(manager, found, disabled=disabled, only=_only(setting))]
    rows += _not_installed([*required, *(_only(setting) or ())], rows)
    offers = [offered(manager, hook) for hook in HOOKS]
    clashes = [error for each in offers for error in each.clashes.values()]
    rows = [_with_offers(manager, row, offers, clashes) for row in rows]
    report = PluginReport(tuple(sorted(rows, key=lambda row: row.name)), tuple(clashes))
    report.require(required)
    return report


def _only(setting: str | None) -> frozenset[str] | None:
    if setting is None or not setting.strip():
        return None
    names = frozenset(name.strip() for name in setting.split(",") if name.strip())
    return names - {NONE}


def _distribution(point: importlib.metadata.EntryPoint) -> tuple[str, str]:
    return (point.dist.name, point.dist.version) if point.dist is not None else ("", "")


def _by_hand(manager: HousePluginManager) -> Iterator[PluginRow]:
    for name, plugin in manager.list_name_plugin():
        if name == PROJECT:
            yield PluginRow(name, PROJECT, __version__, "active")
        elif plugin is not None and name not in manager.loaded:
            yield PluginRow(name, None, None, "active")


def _load_each(
    manager: HousePluginManager,
    points: list[importlib.metadata.EntryPoint],
    *,
    disabled: Collection[str],
    only: Collection[str] | None,
) -> Iterator[PluginRow]:
    chosen = [point for point in points if not _why_disabled(point, disabled, only)]
    count = Counter(point.name for point in chosen)
    for point in points:
        distribution, version = _distribution(point)
        row = PluginRow(point.name, distribution or None, version or None, "active")
        reason = _why_disabled(point, disabled, only)
        if reason is not None:
            _forget(manager, point)
            yield _but(row, "disabled", reason)
        elif count[point.name] > 1:
            _forget(manager, point)
            yield _failed(row, _same_name(point.name, chosen))
        elif _is_loaded(manager, point):
            yield row
        else:
            yield _load(manager, point, row)


def _why_disabled(
    point: importlib.metadata.EntryPoint, disabled: Collection[str], only: Collection[str] | None
) -> str | None:
    names = {point.name, _distribution(point)[0]}
    if names & set(disabled):
        return "disabled by name"
    if only is not None and not names & set(only):
        return "not among those that RELATIONKIT_PLUGINS names"
    return None


def _is_loaded(manager: HousePluginManager, point: importlib.metadata.EntryPoint) -> bool:
    known = manager.loaded.get(point.name)
    return known is not None and (known, _distribution(known)) == (point, _distribution(point))


def _forget(manager: HousePluginManager, point: importlib.metadata.EntryPoint) -> None:
    """Take out what an earlier call loaded from this entry point."""
    if _is_loaded(manager, point):
        del manager.loaded[point.name]
        manager.unregister(name=point.name)


def _load(manager: HousePluginManager, point: importlib.metadata.EntryPoint, row: PluginRow) -> PluginRow:
    if manager.has_plugin(row.name):
        error = PluginError(
            row.name,
            "the name is taken by a plugin that is there already",
            "Give the entry point another name",
            distribution=_package(row),
        )
        return _failed(row, error)
    if (package := _package(row)) is not None:
        manager.origins[row.name] = package
    if manager.tell is not None:
        manager.tell(f"loading {row.name} ({package or 'no distribution'})")
    try:
        manager.register(point.load(), name=row.name)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin may raise anything, even while imported
        cause = error if isinstance(error, Exception) else RuntimeError("stops the interpreter when imported")
        return _failed(row, failure_of(manager, row.name, cause))
    manager.loaded[row.name] = point
    return row


def _package(row: PluginRow) -> str | None:
    return None if row.distribution is None else f"{row.distribution} {row.version}"


def _same_name(name: str, points: list[importlib.metadata.EntryPoint]) -> PluginError:
    both = " and ".join(" ".join(_distribution(point)) for point in points if point.name == name)
    return PluginError(
        name, f"{both} bring a plugin of the same name, so neither is used", "Uninstall one, or disable it by name"
    )


def _not_installed(wanted: Iterable[str], rows: Sequence[PluginRow]) -> Iterator[PluginRow]:
    known = {name for row in rows for name in (row.name, row.distribution) if name is not None}
    for name in sorted(set(wanted) - known):
        close = difflib.get_close_matches(name, known, n=1)
        remedy = f"Write {close[0]!r} if that is meant" if close else "Install it, or take its name out"
        yield _failed(PluginRow(name, None, None, "failed"), PluginError(name, "it is not installed", remedy))


def _with_offers(
    manager: HousePluginManager, row: PluginRow, offers: list[Offers[Any]], clashes: list[PluginError]
) -> PluginRow:
    """Return the row with what the plugin offers; one that could not say is put aside."""
    if row.status != "active":
        return row
    failure = next((each.failures[row.name] for each in offers if row.name in each.failures), None)
    if failure is not None:
        manager.unregister(name=row.name)
        manager.loaded.pop(row.name, None)
        return _failed(row, failure)
    concerned = [error for error in clashes if row.name in error.plugin.split(", ")]
    return replace(
        row,
        reason=" ".join(str(error) for error in concerned) or None,
        error=next(iter(concerned), None),
        offers={each.hook.kind: names for each in offers if (names := each.names_from(row.name))},
    )


def _failed(row: PluginRow, error: PluginError) -> PluginRow:
    return PluginRow(row.name, row.distribution, row.version, "failed", f"{error.what}. {error.remedy}.", error=error)


def _but(row: PluginRow, status: Status, reason: str) -> PluginRow:
    return PluginRow(row.name, row.distribution, row.version, status, reason)
