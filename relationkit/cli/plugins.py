"""``relationkit plugins``: what is installed, what each offers, what failed and why."""

from typing import Final

from relationkit.cli import output
from relationkit.cli.exits import ALL_WELL
from relationkit.cli.sources import plugins_found
from relationkit.plugins import KINDS, AdapterSpec
from relationkit.plugins.manager import offered_adapters

__all__ = ["PLUGIN_HEADINGS", "show_plugins"]

PLUGIN_HEADINGS: Final = ("name", "distribution", "version", "status", "reason", "adapters")


def show_plugins(form: str) -> int:
    """Print every plugin and every adapter; return the exit code."""
    manager, report = plugins_found()
    adapters = offered_adapters(manager).records
    rows = [
        (row.name, row.distribution, row.version, row.status, row.reason, ", ".join(row.adapters))
        for row in report.rows
    ]
    if form == "json":
        output.print_json(
            {
                "plugins": [
                    dict(zip(PLUGIN_HEADINGS, (*row[:-1], each.adapters), strict=True))
                    for row, each in zip(rows, report.rows, strict=True)
                ],
                "adapters": [
                    {
                        "name": spec.name,
                        "summary": spec.summary,
                        "where": spec.where,
                        "capabilities": sorted(spec.capabilities),
                        "extra": spec.extra,
                    }
                    for spec in adapters
                ],
            }
        )
    elif form == "csv":
        output.print_csv(PLUGIN_HEADINGS, rows)
    else:
        output.print_table("Plugins", [heading.capitalize() for heading in PLUGIN_HEADINGS], rows)
        output.print_table(
            "Adapters, for --source ADAPTER:WHERE",
            ("Adapter", "After the colon", "Reads", "Holds", "Extra"),
            [(f"{spec.name}:", spec.where, spec.summary, holds(spec), spec.extra) for spec in adapters],
        )
    return ALL_WELL


def holds(spec: AdapterSpec) -> str:
    """Return the kinds of record that the adapter's sources may hold, in the order people read them."""
    return (
        "all kinds" if spec.capabilities == frozenset(KINDS) else ", ".join(k for k in KINDS if k in spec.capabilities)
    )
