"""Find the installed plugins, load each on its own, and say what became of it.

One scan of the entry-point group ``relationkit``. A plugin that cannot be imported, or whose hooks do not fit, is put
aside with its reason and listed; everything else goes on. Only a plugin that the caller calls ``required`` stops the
house.
"""

import difflib
import importlib.metadata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Generic, Literal, TypeVar

import pluggy

from relationkit import __version__
from relationkit.errors import PluginError, RelationkitError
from relationkit.plugins import builtin, hookspecs
from relationkit.plugins.hookspecs import PROJECT
from relationkit.plugins.signatures import check_plugin
from relationkit.plugins.specs import AdapterSpec, NotifierSpec
from relationkit.sla import ResponsePolicy

__all__ = [
    "HousePluginManager",
    "Offers",
    "PluginReport",
    "PluginRow",
    "create_plugin_manager",
    "load_plugins",
    "offered_adapters",
    "offered_notifiers",
    "offered_policies",
]

Status = Literal["active", "disabled", "failed"]
RecordT = TypeVar("RecordT", AdapterSpec, NotifierSpec, ResponsePolicy)
RecordT_co = TypeVar("RecordT_co", AdapterSpec, NotifierSpec, ResponsePolicy, covariant=True)


class HousePluginManager(pluggy.PluginManager):
    """A pluggy manager that refuses what pluggy would let through, and knows where each plugin came from.

    Attributes:
        origins: The distribution, with version, of each plugin that was installed rather than registered by hand.
        loaded: The entry point that each installed plugin was loaded from.
    """

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.origins: dict[str, str] = {}
        self.loaded: dict[str, importlib.metadata.EntryPoint] = {}
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
class Offers(Generic[RecordT_co]):
    """What the registered plugins offer through one hook.

    Attributes:
        records: By name, the versions of one name oldest first; a name that two plugins offer is not among them.
        givers: By name: the plugin that offers it.
        clashes: By the name that two plugins offer: the error that names both.
        failures: By plugin: why it could not say what it offers.
    """

    records: tuple[RecordT_co, ...]
    givers: Mapping[str, str]
    clashes: Mapping[str, PluginError]
    failures: Mapping[str, PluginError]

    def named(self, name: str) -> RecordT_co | None:
        """Return what goes by that name, its last version where it has several; ``None`` for nothing."""
        return next((record for record in reversed(self.records) if record.name == name), None)


def offered_adapters(manager: pluggy.PluginManager) -> Offers[AdapterSpec]:
    """Ask every registered plugin, each in its own try, which adapters it offers."""
    return _offers(manager, "relationkit_adapters", AdapterSpec, lambda spec: (spec.name,))


def offered_notifiers(manager: pluggy.PluginManager) -> Offers[NotifierSpec]:
    """Ask every registered plugin, each in its own try, which notifiers it offers."""
    return _offers(manager, "relationkit_notifiers", NotifierSpec, lambda spec: (spec.name,))


def offered_policies(manager: pluggy.PluginManager) -> Offers[ResponsePolicy]:
    """Ask every registered plugin, each in its own try, which response policies it offers; often none."""
    return _offers(
        manager,
        "relationkit_response_policies",
        ResponsePolicy,
        lambda policy: (policy.name, policy.in_force_from.isoformat()),
    )


def _offers(
    manager: pluggy.PluginManager,
    hook: str,
    record: type[RecordT],
    identity: Callable[[RecordT], tuple[str, ...]],
) -> Offers[RecordT]:
    answers: dict[str, list[RecordT]] = {}
    failures: dict[str, PluginError] = {}
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        name = implementation.plugin_name
        try:
            answers[name] = _checked(implementation.function(), record, identity)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and must not stop the others
            failures[name] = _failure(manager, name, error, hook=hook)
    givers: dict[str, list[str]] = {}
    for plugin in sorted(answers):
        for name in sorted({each.name for each in answers[plugin]}):
            givers.setdefault(name, []).append(plugin)
    alone = [each for some in answers.values() for each in some if len(givers[each.name]) == 1]
    return Offers(
        records=tuple(sorted(alone, key=identity)),
        givers={name: both[0] for name, both in sorted(givers.items()) if len(both) == 1},
        clashes={name: _clash(manager, hook, name, both) for name, both in sorted(givers.items()) if len(both) > 1},
        failures=failures,
    )


def _checked(answer: object, record: type[RecordT], identity: Callable[[RecordT], tuple[str, ...]]) -> list[RecordT]:
    """Return the records of one plugin's answer; a wrong shape is the plugin's fault, and is said so."""
    if answer is None:
        raise TypeError("returned None; return a list, empty when there is nothing to offer")
    records: list[RecordT] = []
    for each in answer if isinstance(answer, Iterable) else [answer]:
        if not isinstance(each, record):
            raise TypeError(
                f"returned {type(each).__name__}, not {record.__name__}; return a list of {record.__name__}"
            )
        records.append(each)
    if twice := [name for name, count in Counter(map(identity, records)).items() if count > 1]:
        raise ValueError(f"offers {' from '.join(twice[0])!r} twice; give each its own name")
    return records


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


#: What each hook's records are called in an error.
_CALLED: Final[Mapping[str, str]] = {
    "relationkit_adapters": "adapter",
    "relationkit_notifiers": "notifier",
    "relationkit_response_policies": "response policy",
}


def _clash(manager: pluggy.PluginManager, hook: str, name: str, plugins: list[str]) -> PluginError:
    origin = manager.origin if isinstance(manager, HousePluginManager) else lambda _: "registered by hand"
    both = " and ".join(f"{plugin!r} ({origin(plugin)})" for plugin in plugins)
    return PluginError(
        ", ".join(plugins),
        f"the {_CALLED[hook]} name {name!r} is offered by {both}, so neither is used",
        "Disable one of the plugins by name",
        hook=hook,
    )


@dataclass(frozen=True, slots=True)
class PluginRow:
    """What became of one plugin.

    Attributes:
        name: Its entry-point name.
        distribution: The package that brought it; ``None`` when registered by hand.
        version: Of that package.
        status: ``"active"``, ``"disabled"`` (by the user) or ``"failed"``.
        reason: Why it is not active, or which of its offers are not used; ``None`` when all is well.
        adapters: The names of the adapters that it offers and that can be used, in order.
        error: The error behind ``reason``, with its cause, for those who debug.
        notifiers: The names of its notifiers, likewise.
        policies: The names of its response policies, likewise; each once, however many versions it has.
    """

    name: str
    distribution: str | None
    version: str | None
    status: Status
    reason: str | None = None
    adapters: tuple[str, ...] = ()
    error: PluginError | None = field(default=None, repr=False, compare=False)
    notifiers: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()


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
    offers = _EveryOffer(offered_adapters(manager), offered_notifiers(manager), offered_policies(manager))
    rows = [_with_offers(manager, row, offers) for row in rows]
    _require(required, rows)
    return PluginReport(tuple(sorted(rows, key=lambda row: row.name)), tuple(offers.clashes()))


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
    try:
        manager.register(point.load(), name=row.name)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin may raise anything, even while imported
        cause = error if isinstance(error, Exception) else RuntimeError("stops the interpreter when imported")
        return _failed(row, _failure(manager, row.name, cause))
    manager.loaded[row.name] = point
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


@dataclass(frozen=True, slots=True)
class _EveryOffer:
    """What the plugins offer through each hook."""

    adapters: Offers[AdapterSpec]
    notifiers: Offers[NotifierSpec]
    policies: Offers[ResponsePolicy]

    def clashes(self) -> list[PluginError]:
        return [error for each in (self.adapters, self.notifiers, self.policies) for error in each.clashes.values()]

    def failure(self, plugin: str) -> PluginError | None:
        failures = (each.failures.get(plugin) for each in (self.adapters, self.notifiers, self.policies))
        return next((failure for failure in failures if failure is not None), None)


def _with_offers(manager: HousePluginManager, row: PluginRow, offers: _EveryOffer) -> PluginRow:
    """Return the row with what the plugin offers; one that could not say is put aside."""
    if row.status != "active":
        return row
    if (failure := offers.failure(row.name)) is not None:
        manager.unregister(name=row.name)
        manager.loaded.pop(row.name, None)
        return _failed(row, failure)
    clashes = [error for error in offers.clashes() if row.name in error.plugin.split(", ")]
    return replace(
        row,
        reason=" ".join(str(error) for error in clashes) or None,
        error=next(iter(clashes), None),
        adapters=_given(row.name, offers.adapters.givers),
        notifiers=_given(row.name, offers.notifiers.givers),
        policies=_given(row.name, offers.policies.givers),
    )


def _given(plugin: str, givers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name, giver in givers.items() if giver == plugin)


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
