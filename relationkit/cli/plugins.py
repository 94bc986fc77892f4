"""``relationkit plugins``: what is installed, what each offers, what failed and why."""

from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.sources import plugins_found
from relationkit.plugins import (
    HOOKS,
    KINDS,
    AdapterSpec,
    NotifierSpec,
    PluginRow,
    offered_adapters,
    offered_notifiers,
)

__all__ = ["PLUGIN_HEADINGS", "show_plugins"]

PLUGIN_HEADINGS: Final = ("name", "distribution", "version", "status", "reason", "offers")


def show_plugins(form: str) -> int:
    """Print every plugin, adapter and notifier; return the exit code."""
    manager, report = plugins_found()
    adapters, notifiers = offered_adapters(manager).records, offered_notifiers(manager).records
    if form == "json":
        output.print_json(
            {
                "plugins": [plugin_document(row) for row in report.rows],
                "adapters": [adapter_document(spec) for spec in adapters],
                "notifiers": [notifier_document(spec) for spec in notifiers],
            }
        )
    elif form == "csv":
        output.print_csv(PLUGIN_HEADINGS, map(plugin_cells, report.rows))
    else:
        output.print_table(
            "Plugins", [heading.capitalize() for heading in PLUGIN_HEADINGS], list(map(plugin_cells, report.rows))
        )
        output.print_table(
            "Adapters, for --source ADAPTER:WHERE",
            ("Adapter", "After the colon", "Reads", "Holds", "Extra"),
            [(f"{spec.name}:", spec.where, spec.summary, holds(spec), spec.extra) for spec in adapters],
        )
        output.print_table(
            "Notifiers, for the settings of run",
            ("Notifier", "Does", "Settings", "From the environment", "Extra"),
            [(spec.name, spec.summary, spec.settings, ", ".join(spec.variables), spec.extra) for spec in notifiers],
        )
    return ALL_WELL


def plugin_cells(row: PluginRow) -> tuple[object, ...]:
    """Return a plugin's cells, under ``PLUGIN_HEADINGS``."""
    offers = (f"{hook.kind}: {', '.join(names)}" for hook in HOOKS if (names := row.offered(hook.kind)))
    return (row.name, row.distribution, row.version, row.status, row.reason, "; ".join(offers))


def plugin_document(row: PluginRow) -> dict[str, Any]:
    """Return a plugin as a JSON object; its offers are lists of names by kind, a kind without any left out."""
    offers = {kind: list(names) for kind, names in row.offers.items()}
    return dict(zip(PLUGIN_HEADINGS, (*plugin_cells(row)[:-1], offers), strict=True))


def adapter_document(spec: AdapterSpec) -> dict[str, Any]:
    """Return an adapter as a JSON object."""
    return {
        "name": spec.name,
        "summary": spec.summary,
        "where": spec.where,
        "capabilities": sorted(spec.capabilities),
        "extra": spec.extra,
    }


def notifier_document(spec: NotifierSpec) -> dict[str, Any]:
    """Return a notifier as a JSON object."""
    return {
        "name": spec.name,
        "summary": spec.summary,
        "settings": spec.settings,
        "variables": list(spec.variables),
        "extra": spec.extra,
    }


def holds(spec: AdapterSpec) -> str:
    """Return the kinds of record that the adapter's sources may hold, in the order people read them."""
    if spec.capabilities == frozenset(KINDS):
        return "all kinds"
    return ", ".join(kind for kind in KINDS if kind in spec.capabilities)
