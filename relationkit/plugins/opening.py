"""Open a source by what users write: ``ADAPTER:WHERE``."""

import difflib
from importlib import import_module

import pluggy

from relationkit.errors import MissingExtraError, PluginError, UnknownAdapterError
from relationkit.plugins.manager import Offers, create_plugin_manager, load_plugins, offered_adapters
from relationkit.plugins.ports import CaseReader
from relationkit.plugins.specs import AdapterSpec

__all__ = ["open_adapter"]


def open_adapter(source: str, manager: pluggy.PluginManager | None = None) -> CaseReader:
    """Return a reader of the source; close it, or use it in a ``with`` statement.

    >>> with open_adapter("memory:") as reader:
    ...     list(reader.children())
    []

    Args:
        source: ``"ADAPTER:WHERE"``, such as ``"csv:export/"`` or ``"sql:case.db"``.
        manager: From :func:`create_plugin_manager`; ``None`` makes one and loads what is installed.

    Raises:
        UnknownAdapterError: No adapter has that name; says the nearest.
        MissingExtraError: The adapter's library is not installed.
        PluginError: The adapter cannot be used: two plugins offer its name, or it cannot be imported.
        SourceError: The source cannot be opened.
    """
    if manager is None:
        manager = create_plugin_manager()
        load_plugins(manager)
    name, _, where = source.partition(":")
    offers = offered_adapters(manager)
    if name in offers.clashes:
        raise offers.clashes[name]
    if name not in offers.adapters:
        close = difflib.get_close_matches(name, offers.adapters, n=1)
        raise UnknownAdapterError(source, name, offers.adapters, nearest=close[0] if close else None)
    return _open(offers, offers.adapters[name], where)


def _open(offers: Offers, spec: AdapterSpec, where: str) -> CaseReader:
    module, _, attribute = spec.target.partition(":")
    plugin = offers.givers[spec.name]
    try:
        factory = getattr(import_module(module), attribute)
    except MissingExtraError:
        raise
    except ModuleNotFoundError as error:
        if spec.extra is not None:
            raise MissingExtraError(f"the adapter {spec.name!r}", extra=spec.extra) from error
        raise _not_there(plugin, spec, f"needs the module {error.name!r}, which is not installed") from error
    except Exception as error:
        raise _not_there(plugin, spec, f"cannot be imported ({type(error).__name__})") from error
    reader: CaseReader = factory(where)
    return reader


def _not_there(plugin: str, spec: AdapterSpec, what: str) -> PluginError:
    remedy = f"Check what {spec.target!r} imports"
    return PluginError(plugin, f"the adapter {spec.name!r} {what}", remedy, hook="relationkit_adapters")
