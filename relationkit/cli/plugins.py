"""``relationkit plugins``: what is installed, what each offers, what failed and why."""

from collections.abc import Sequence
from typing import Any, Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.sources import InvalidOptionError, plugins_installed, plugins_required
from relationkit.plugins import (
    HOOKS,
    KINDS,
    AdapterSpec,
    NotifierSpec,
    PluginReport,
    PluginRow,
    offered_adapters,
    offered_notifiers,
)

__all__ = ["OFFER_HEADINGS", "PLUGIN_HEADINGS", "show_plugins"]

PLUGIN_HEADINGS: Final = ("name", "distribution", "version", "status", "reason", "offers")
OFFER_HEADINGS: Final = ("name", "plugin", "distribution", "version")


def show_plugins(form: str, hook: str | None = None) -> int:
    """Print every plugin, adapter and notifier; return the exit code.

    Args:
        form: ``"table"``, ``"json"`` or ``"csv"``.
        hook: Print only what is offered through this one, such as ``"visit_rules"``.

    Raises:
        InvalidOptionError: There is no such hook.
        PluginError: A plugin that may not be missing is; raised when all is printed.
    """
    manager, report = plugins_installed()
    if hook is None:
        print_plugins(report, offered_adapters(manager).records, offered_notifiers(manager).records, form)
    else:
        print_offers(hook_rows(report, hook), form)
    report.require(plugins_required())
    return ALL_WELL


def hook_rows(report: PluginReport, hook: str) -> list[tuple[str, str, str | None, str | None]]:
    """Return each name that is offered through one hook, with the plugin, its distribution and version; by name.

    Raises:
        InvalidOptionError: There is no such hook.
    """
    kind = hook.removeprefix("relationkit_").replace("-", "_")
    if kind not in (kinds := [each.kind for each in HOOKS]):
        raise InvalidOptionError(f"--hook {hook}: there is no such hook. Use one of {', '.join(kinds)}.")
    return sorted((name, row.name, row.distribution, row.version) for row in report.rows for name in row.offered(kind))


def print_offers(rows: list[tuple[str, str, str | None, str | None]], form: str) -> None:
    """Print what is offered through one hook."""
    if form == "json":
        output.print_json({"offers": [dict(zip(OFFER_HEADINGS, row, strict=True)) for row in rows]})
    elif form == "csv":
        output.print_csv(OFFER_HEADINGS, rows)
    else:
        output.print_table("Offered", [heading.capitalize() for heading in OFFER_HEADINGS], list(rows))


def print_plugins(
    report: PluginReport, adapters: Sequence[AdapterSpec], notifiers: Sequence[NotifierSpec], form: str
) -> None:
    """Print the plugins, and the adapters and notifiers that users choose by name."""
    if form == "json":
        brought = {
            (hook, row[0]): dict(zip(OFFER_HEADINGS, row, strict=True))
            for hook in ("adapters", "notifiers")
            for row in hook_rows(report, hook)
        }
        output.print_json(
            {
                "plugins": [plugin_document(row) for row in report.rows],
                "adapters": [
                    brought.get(("adapters", spec.name), {"name": spec.name}) | adapter_document(spec)
                    for spec in adapters
                ],
                "notifiers": [
                    brought.get(("notifiers", spec.name), {"name": spec.name}) | notifier_document(spec)
                    for spec in notifiers
                ],
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


def plugin_cells(row: PluginRow) -> tuple[object, ...]:
    """Return a plugin's cells, under ``PLUGIN_HEADINGS``."""
    offers = (f"{hook.kind}: {', '.join(names)}" for hook in HOOKS if (names := row.offered(hook.kind)))
    return (row.name, row.distribution, row.version, row.status, row.reason, "; ".join(offers))


def plugin_document(row: PluginRow) -> dict[str, Any]:
    """Return a plugin as a JSON object; its offers are lists of names by kind, a kind without any left out."""
    offers = {kind: list(names) for kind, names in row.offers.items()}
    return dict(zip(PLUGIN_HEADINGS, (*plugin_cells(row)[:-1], offers), strict=True))


def adapter_document(spec: AdapterSpec) -> dict[str, Any]:
    """Return what an adapter says of itself, for a JSON object that begins with who brings it."""
    return {
        "summary": spec.summary,
        "where": spec.where,
        "capabilities": sorted(spec.capabilities),
        "extra": spec.extra,
    }


def notifier_document(spec: NotifierSpec) -> dict[str, Any]:
    """Return what a notifier says of itself, for a JSON object that begins with who brings it."""
    return {
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
