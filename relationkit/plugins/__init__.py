"""Plugins: how a case system's records come in, and how others add to the house.

An *adapter* reads one kind of source and is chosen by name, as ``ADAPTER:WHERE``; nothing heavy is imported until
then. A *notifier* hands messages over, and is chosen by name too. A *plugin* offers adapters, notifiers and response
policies through hooks; it is a module found by the entry-point group ``relationkit``. What is built in uses the same
hooks as anyone's.
"""

from relationkit.plugins.adapters.base import StreamedReader, contract_order
from relationkit.plugins.delivery import BACKOFF, Delivery, DeliveryReport, Outcome, deliver
from relationkit.plugins.hookspecs import hookimpl, hookspec
from relationkit.plugins.manager import (
    HousePluginManager,
    PluginReport,
    PluginRow,
    create_plugin_manager,
    load_plugins,
)
from relationkit.plugins.offers import (
    HOOKS,
    Hook,
    Offers,
    offered,
    offered_adapters,
    offered_handover_templates,
    offered_notifiers,
    offered_policies,
    offered_visit_rules,
)
from relationkit.plugins.opening import open_adapter, open_notifier
from relationkit.plugins.outbox import OutboxRow, OutboxState, Receipt
from relationkit.plugins.ports import CaseReader, Notifier, SupportsOutbox, SupportsWrite
from relationkit.plugins.specs import API_VERSION, KINDS, AdapterSpec, NotifierSpec

__all__ = [
    "API_VERSION",
    "BACKOFF",
    "HOOKS",
    "KINDS",
    "AdapterSpec",
    "CaseReader",
    "Delivery",
    "DeliveryReport",
    "Hook",
    "HousePluginManager",
    "Notifier",
    "NotifierSpec",
    "Offers",
    "OutboxRow",
    "OutboxState",
    "Outcome",
    "PluginReport",
    "PluginRow",
    "Receipt",
    "StreamedReader",
    "SupportsOutbox",
    "SupportsWrite",
    "contract_order",
    "create_plugin_manager",
    "deliver",
    "hookimpl",
    "hookspec",
    "load_plugins",
    "offered",
    "offered_adapters",
    "offered_handover_templates",
    "offered_notifiers",
    "offered_policies",
    "offered_visit_rules",
    "open_adapter",
    "open_notifier",
]
