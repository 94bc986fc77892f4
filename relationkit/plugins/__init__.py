"""Plugins: how a case system's records come in, and how others add to the house.

An *adapter* reads one kind of source and is chosen by name, as ``ADAPTER:WHERE``; nothing heavy is imported until
then. A *plugin* offers adapters (and, later, other records) through hooks; it is a module found by the entry-point
group ``relationkit``. The built-in adapters use the same hooks as anyone's.
"""

from relationkit.plugins.hookspecs import hookimpl, hookspec
from relationkit.plugins.manager import (
    HousePluginManager,
    Offers,
    PluginReport,
    PluginRow,
    create_plugin_manager,
    load_plugins,
    offered_adapters,
)
from relationkit.plugins.opening import open_adapter
from relationkit.plugins.ports import CaseReader, SupportsWrite
from relationkit.plugins.specs import API_VERSION, KINDS, AdapterSpec

__all__ = [
    "API_VERSION",
    "KINDS",
    "AdapterSpec",
    "CaseReader",
    "HousePluginManager",
    "Offers",
    "PluginReport",
    "PluginRow",
    "SupportsWrite",
    "create_plugin_manager",
    "hookimpl",
    "hookspec",
    "load_plugins",
    "offered_adapters",
    "open_adapter",
]
