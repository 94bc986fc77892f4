"""Find the installed plugins, load each on its own, and say what became of it.

One scan of the entry-point group ``relationkit``. A plugin that cannot be imported, or whose hooks do not fit, is put
aside with its reason and listed; everything else goes on. Only a plugin that the caller calls ``required`` stops the
house.
"""

import difflib
import importlib.metadata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import pluggy

from relationkit.errors import PluginError, RelationkitError
from relationkit.plugins import builtin, hookspecs
from relationkit.plugins.hookspecs import PROJECT
from relationkit.plugins.signatures import check_plugin
from relationkit.plugins.specs import AdapterSpec

__all__ = [
    "HousePluginManager",
    "Offers",
    "PluginReport",
    "PluginRow",
    "create_plugin_manager",
    "load_plugins",
    "offered_adapters",
]

Status = Literal["active", "disabled", "failed"]


class HousePluginManager(pluggy.PluginManager):
    """A pluggy manager that refuses what pluggy would let through, and knows where each plugin came from.

    Attributes:
        origins: The distribution, with version, of each plugin that was installed rather than registered by hand.
    """

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.origins: dict[str, str] = {}
        self.add_hookspecs(hookspecs)

    def register(self, plugin: object, name: str | None = None) -> str | None:
        """Register a plugin once its hooks have been checked.

        Raises:
            PluginError: A hook that does not exist or does not fit; nothing was registered.
        """
        check_plugin(self, plugin, name or self.get_canonical_name(plugin))
        return super().register(plugin, name)

    def origin(self, plugin: str) -> str:
        """Return where a plugin comes from, in words for an error."""
        return self.origins.get(plugin, "registered by hand") if plugin != PROJECT else "built in"


def create_plugin_manager() -> HousePluginManager:
    """Return a new manager that holds the hooks and the built-in plugin, and has looked for no other.

    Call :func:`load_plugins` for those that are installed, or ``manager.register(plugin, name="...")`` for one at hand.
    """
    manager = HousePluginManager()
    manager.register(builtin, name=PROJECT)
    return manager


@dataclass(frozen=True, slots=True)
class Offers:
    """What the registered plugins offer.

    Attributes:
        adapters: By name; a name that two plugins offer is not among them.
        givers: The plugin that offers each of those adapters.
        clashes: By the name that two plugins offer: the error that names both.
        failures: By plugin: why it could not say what it offers.
    """

    adapters: Mapping[str, AdapterSpec]
    givers: Mapping[str, str]
    clashes: Mapping[str, PluginError]
    failures: Mapping[str, PluginError]


def offered_adapters(manager: pluggy.PluginManager) -> Offers:
    """Ask every registered plugin, each in its own try, which adapters it offers."""
    answers: dict[str, list[AdapterSpec]] = {}
    failures: dict[str, PluginError] = {}
    for implementation in manager.hook.relationkit_adapters.get_hookimpls():
        name = implementation.plugin_name
        try:
            answers[name] = _checked(implementation.function())
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and must not stop the others
            failures[name] = _failure(manager, name, error, hook="relationkit_adapters")
    givers: dict[str, list[str]] = {}
    for plugin in sorted(answers):
        for spec in answers[plugin]:
            givers.setdefault(spec.name, []).append(plugin)
    specs = {spec.name: spec for specs in answers.values() for spec in specs if len(givers[spec.name]) == 1}
    return Offers(
        adapters=dict(sorted(specs.items())),
        givers={name: givers[name][0] for name in sorted(specs)},
        clashes={name: _clash(manager, name, both) for name, both in sorted(givers.items()) if len(both) > 1},
        failures=failures,
    )


def _checked(answer: object) -> list[AdapterSpec]:
    """Return the specs of one plugin's answer; a wrong shape is the plugin's fault, and is said so."""
    if answer is None:
        raise TypeError("returned None; return a list, empty when there is nothing to offer")
    specs: list[AdapterSpec] = []
    for spec in answer if isinstance(answer, Iterable) else [answer]:
        if not isinstance(spec, AdapterSpec):
            raise TypeError(f"returned {type(spec).__name__}, not AdapterSpec; return a list of AdapterSpec")
        specs.append(spec)
    if twice := [name for name, count in Counter(spec.name for spec in specs).items() if count > 1]:
        raise ValueError(f"offers {twice[0]!r} twice; give each adapter its own name")
    return specs


def _failure(manager: pluggy.PluginManager, plugin: str, error: Exception, *, hook: str | None = None) -> PluginError:
    """Return what a plugin raised as an error that says whose it is; the cause stays on it."""
    if isinstance(error, PluginError):
        what, remedy, hook = error.what, error.remedy, error.hook
    else:
        # Anyone's exception may carry anyone's data: its words are shown only where they are our own or an import's.
        own_words = isinstance(error, RelationkitError | ImportError | TypeError | ValueError)
        what = f"{type(error).__name__}: {error}" if own_words else f"raised {type(error).__name__}"
        remedy = "Mend or remove the plugin, or disable it by name"
    origins: Mapping[str, str] = getattr(manager, "origins", {})
    failure = PluginError(plugin, what, remedy, distribution=origins.get(plugin), hook=hook)
    failure.__cause__ = error
    return failure


def _clash(manager: pluggy.PluginManager, name: str, plugins: list[str]) -> PluginError:
    origin = manager.origin if isinstance(manager, HousePluginManager) else lambda _: "registered by hand"
    both = " and ".join(f"{plugin!r} ({origin(plugin)})" for plugin in plugins)
    return PluginError(
        ", ".join(plugins),
        f"the adapter name {name!r} is offered by {both}, so neither is used",
        "Disable one of the plugins by name",
        hook="relationkit_adapters",
    )


@dataclass(frozen=True, slots=True)
class PluginRow:
    """What became of one plugin.

    Attributes:
        name: Its entry-point name.
        distribution: The package that brought it; ``None`` when built in or registered by hand.
        version: Of that package.
        status: ``"active"``, ``"disabled"`` (by the user) or ``"failed"``.
        reason: Why it is not active, or which of its adapters are not used; ``None`` when all is well.
        adapters: The names of the adapters that it offers and that can be used, in order.
        error: The error behind ``reason``, with its cause, for those who debug.
    """

    name: str
    distribution: str | None
    version: str | None
    status: Status
    reason: str | None = None
    adapters: tuple[str, ...] = ()
    error: PluginError | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PluginReport:
    """What became of every plugin that was found, asked for, or registered, by name.

    Attributes:
        rows: One a plugin, by name; two where two packages bring the same name.
        clashes: The adapter names that two plugins offer, each with one error that names both.
    """

    rows: tuple[PluginRow, ...]
    clashes: tuple[PluginError, ...] = ()

    @property
    def failed(self) -> tuple[PluginRow, ...]:
        """The plugins that could not be used."""
        return tuple(row for row in self.rows if row.status == "failed")


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
        manager: From :func:`create_plugin_manager`, and not loaded before; plugins that were registered by hand are
            reported too.
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
    offers = offered_adapters(manager)
    rows = [_with_offers(manager, row, offers) for row in rows]
    _require(required, rows)
    return PluginReport(tuple(sorted(rows, key=lambda row: row.name)), tuple(offers.clashes.values()))


def _only(setting: str | None) -> frozenset[str] | None:
    if setting is None or not setting.strip():
        return None
    names = frozenset(name.strip() for name in setting.split(",") if name.strip())
    return names - {NONE}


def _distribution(point: importlib.metadata.EntryPoint) -> tuple[str, str]:
    return (point.dist.name, point.dist.version) if point.dist is not None else ("", "")


def _by_hand(manager: HousePluginManager) -> Iterator[PluginRow]:
    for name, plugin in manager.list_name_plugin():
        if plugin is not None:
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
            yield _but(row, "disabled", reason)
        elif count[point.name] > 1:
            yield _failed(row, _same_name(point.name, chosen))
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
    try:
        manager.register(point.load(), name=row.name)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin may raise anything, even while imported
        cause = error if isinstance(error, Exception) else RuntimeError("stops the interpreter when imported")
        return _failed(row, _failure(manager, row.name, cause))
    return row


def _package(row: PluginRow) -> str | None:
    return None if row.distribution is None else f"{row.distribution} {row.version}"


def _same_name(name: str, points: list[importlib.metadata.EntryPoint]) -> PluginError:
    both = " and ".join(" ".join(_distribution(point)) for point in points if point.name == name)
    return PluginError(
        name, f"{both} bring a plugin of the same name, so neither is used", "Uninstall one, or disable it by name"
    )


def _not_installed(wanted: Iterable[str], rows: list[PluginRow]) -> Iterator[PluginRow]:
    known = {name for row in rows for name in (row.name, row.distribution) if name is not None}
    for name in sorted(set(wanted) - known):
        close = difflib.get_close_matches(name, known, n=1)
        remedy = f"Write {close[0]!r} if that is meant" if close else "Install it, or take its name out"
        yield _failed(PluginRow(name, None, None, "failed"), PluginError(name, "it is not installed", remedy))


def _with_offers(manager: HousePluginManager, row: PluginRow, offers: Offers) -> PluginRow:
    """Return the row with what the plugin offers; one that could not say is put aside."""
    if row.status != "active":
        return row
    if row.name in offers.failures:
        manager.unregister(name=row.name)
        return _failed(row, offers.failures[row.name])
    names = tuple(name for name, giver in offers.givers.items() if giver == row.name)
    clashes = [error for error in offers.clashes.values() if row.name in error.plugin.split(", ")]
    reason = " ".join(str(error) for error in clashes) or None
    return PluginRow(row.name, row.distribution, row.version, "active", reason, names, next(iter(clashes), None))


def _require(required: Collection[str], rows: list[PluginRow]) -> None:
    for name in sorted(required):
        named = [row for row in rows if name in (row.name, row.distribution)]
        for row in named:
            if row.status != "active":
                raise PluginError(
                    row.name,
                    f"it is required, and {row.status}: {row.reason}",
                    "Nothing was done without it",
                    distribution=_package(row),
                ) from row.error


def _failed(row: PluginRow, error: PluginError) -> PluginRow:
    return PluginRow(row.name, row.distribution, row.version, "failed", f"{error.what}. {error.remedy}.", (), error)


def _but(row: PluginRow, status: Status, reason: str) -> PluginRow:
    return PluginRow(row.name, row.distribution, row.version, status, reason)
