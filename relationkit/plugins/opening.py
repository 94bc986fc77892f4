"""Open a source by what users write, ``ADAPTER:WHERE``, and a notifier by its name."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import pluggy

from relationkit.errors import MissingExtraError, PluginError, UnknownAdapterError, UnknownNotifierError
from relationkit.plugins.manager import HousePluginManager, create_plugin_manager, load_plugins
from relationkit.plugins.offers import offered_adapters, offered_notifiers, origin_of
from relationkit.plugins.ports import CaseReader, Notifier
from relationkit.plugins.specs import AdapterSpec, NotifierSpec

__all__ = ["follow", "open_adapter", "open_notifier"]


def open_adapter(source: str, manager: pluggy.PluginManager | None = None) -> CaseReader:
    """Return a reader of the source; close it, or use it in a ``with`` statement.

    >>> with open_adapter("memory:") as reader:
    ...     list(reader.children())
    []

    Args:
        source: ``"ADAPTER:WHERE"``, such as ``"csv:export/"`` or ``"sql:case.db"``.
        manager: From :func:`create_plugin_manager`; ``None`` takes the one of the process, which looks for what is
            installed when it is first needed and then never again.

    Raises:
        UnknownAdapterError: No adapter has that name; says the nearest.
        MissingExtraError: The adapter's library is not installed.
        PluginError: The adapter cannot be used: two plugins offer its name, or it cannot be imported.
        SourceError: The source cannot be opened.
    """
    manager = _of_the_process() if manager is None else manager
    name, _, where = source.partition(":")
    offers = offered_adapters(manager)
    if name in offers.clashes:
        raise offers.clashes[name]
    spec = offers.named(name)
    if spec is None:
        raise UnknownAdapterError(source, name, offers.givers, nearest=_nearest(name, offers.givers))
    reader: CaseReader = _target(spec, "adapter", offers.givers[name], manager)(where)
    return reader


def open_notifier(
    name: str,
    settings: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str],
    manager: pluggy.PluginManager | None = None,
) -> Notifier:
    """Return a notifier that is ready to send; nothing has been sent, and no server asked.

    Args:
        name: Such as ``"email"``.
        settings: What it is set up with, such as a table of a TOML file; passwords and keys are refused here.
        environment: Where its password or key is read from: ``os.environ``, which the caller reads.
        manager: As for :func:`open_adapter`.

    Raises:
        UnknownNotifierError: No notifier has that name; says the nearest.
        InvalidRecordError: The settings cannot be; says which and what to write.
        MissingSecretError: The password or key is not in the environment.
        MissingExtraError: The notifier's library is not installed.
        PluginError: The notifier cannot be used: two plugins offer its name, or it cannot be imported.
    """
    manager = _of_the_process() if manager is None else manager
    offers = offered_notifiers(manager)
    if name in offers.clashes:
        raise offers.clashes[name]
    spec = offers.named(name)
    if spec is None:
        raise UnknownNotifierError(name, offers.givers, nearest=_nearest(name, offers.givers))
    factory = _target(spec, "notifier", offers.givers[name], manager)
    notifier: Notifier = factory(dict(settings or {}), environment=environment)
    return notifier


@cache
def _of_the_process() -> HousePluginManager:
    """Return the manager for those who bring none, with what is installed; the scan is not repeated."""
    manager = create_plugin_manager()
    load_plugins(manager)
    return manager


def _nearest(name: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), None)


def follow(target: str) -> Callable[..., Any]:
    """Import what a ``"package.module:Name"`` leads to."""
    module, _, attribute = target.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found


def _target(
    spec: AdapterSpec | NotifierSpec, kind: str, plugin: str, manager: pluggy.PluginManager
) -> Callable[..., Any]:
    """Follow the import string of a spec, or say why it leads nowhere."""
    try:
        return follow(spec.target)
    except MissingExtraError:
        raise
    except ModuleNotFoundError as error:
        if spec.extra is not None:
            raise MissingExtraError(f"the {kind} {spec.name!r}", extra=spec.extra) from error
        what: str = f"needs the module {error.name!r}, which is not installed"
        cause: Exception = error
    except Exception as error:  # noqa: BLE001 - importing a plugin's module may raise anything
        what = f"cannot be imported ({type(error).__name__})"
        cause = error
    raise PluginError(
        plugin,
        f"the {kind} {spec.name!r} {what}",
        f"Check what {spec.target!r} imports",
        distribution=origin_of(manager, plugin),
        hook=f"relationkit_{kind}s",
    ) from cause
