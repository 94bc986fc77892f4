"""Plugins: how a case system's records come in, and how others add to the house.

An *adapter* reads one kind of source and is chosen by name, as ``ADAPTER:WHERE``; nothing heavy is imported until
then. A *notifier* hands messages over, and is chosen by name too. A *plugin* offers these, and rules, calendars,
templates, forms, renderers, observers and commands, through hooks; it is a module found by the entry-point group
``relationkit``. What is built in uses the same hooks as anyone's.
"""

from relationkit.plugins.adapters.base import StreamedReader, contract_order
from relationkit.plugins.adapters.moments import london_moment
from relationkit.plugins.adapters.rows import RowReader, RowTable
from relationkit.plugins.calendar_facts import CalendarFacts, calendar_facts
from relationkit.plugins.changes import Changes
from relationkit.plugins.child_notices import (
    NOTICE_POLICY,
    notice_messages,
    offer_messages,
    policy_messages,
    stale_notices,
)
from relationkit.plugins.delivery import BACKOFF, Delivery, DeliveryReport, Outcome, deliver
from relationkit.plugins.hookspecs import hookimpl, hookspec
from relationkit.plugins.kept_handovers import KeptHandover
from relationkit.plugins.manager import (
    HousePluginManager,
    PluginReport,
    PluginRow,
    create_plugin_manager,
    load_plugins,
)
from relationkit.plugins.observing import Event, Observers
from relationkit.plugins.offers import (
    HOOKS,
    Hook,
    Offers,
    offered,
    offered_adapters,
    offered_calendars,
    offered_commands,
    offered_feedback_forms,
    offered_handover_templates,
    offered_history_rules,
    offered_notifiers,
    offered_observers,
    offered_policies,
    offered_renderers,
    offered_visit_rules,
)
from relationkit.plugins.opening import open_adapter, open_notifier
from relationkit.plugins.outbox import OutboxRow, OutboxState, Receipt
from relationkit.plugins.ports import (
    CaseReader,
    Notifier,
    SupportsChangesSince,
    SupportsFeedback,
    SupportsHandovers,
    SupportsOutbox,
    SupportsProfiles,
    SupportsPromises,
    SupportsReopening,
    SupportsReturnRules,
    SupportsWrite,
)
from relationkit.plugins.specs import (
    API_VERSION,
    EVENTS,
    KINDS,
    RENDERED,
    AdapterSpec,
    CalendarSpec,
    CommandSpec,
    HistoryRulesSpec,
    NotifierSpec,
    ObserverSpec,
    RendererSpec,
)
from relationkit.plugins.talk_requests import TALK_POLICY, UNREAD_AFTER, talk_clock_id, talk_notices

__all__ = [
    "API_VERSION",
    "BACKOFF",
    "EVENTS",
    "HOOKS",
    "KINDS",
    "NOTICE_POLICY",
    "RENDERED",
    "TALK_POLICY",
    "UNREAD_AFTER",
    "AdapterSpec",
    "CalendarFacts",
    "CalendarSpec",
    "CaseReader",
    "Changes",
    "CommandSpec",
    "Delivery",
    "DeliveryReport",
    "Event",
    "HistoryRulesSpec",
    "Hook",
    "HousePluginManager",
    "KeptHandover",
    "Notifier",
    "NotifierSpec",
    "ObserverSpec",
    "Observers",
    "Offers",
    "OutboxRow",
    "OutboxState",
    "Outcome",
    "PluginReport",
    "PluginRow",
    "Receipt",
    "RendererSpec",
    "RowReader",
    "RowTable",
    "StreamedReader",
    "SupportsChangesSince",
    "SupportsFeedback",
    "SupportsHandovers",
    "SupportsOutbox",
    "SupportsProfiles",
    "SupportsPromises",
    "SupportsReopening",
    "SupportsReturnRules",
    "SupportsWrite",
    "calendar_facts",
    "contract_order",
    "create_plugin_manager",
    "deliver",
    "hookimpl",
    "hookspec",
    "load_plugins",
    "london_moment",
    "notice_messages",
    "offer_messages",
    "offered",
    "offered_adapters",
    "offered_calendars",
    "offered_commands",
    "offered_feedback_forms",
    "offered_handover_templates",
    "offered_history_rules",
    "offered_notifiers",
    "offered_observers",
    "offered_policies",
    "offered_renderers",
    "offered_visit_rules",
    "open_adapter",
    "open_notifier",
    "policy_messages",
    "stale_notices",
    "talk_clock_id",
    "talk_notices",
]
