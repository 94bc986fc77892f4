"""The adapters and notifiers that come with relationkit, offered by the same hooks as anyone's."""

from collections.abc import Iterable
from typing import Final

from relationkit.plugins.hookspecs import hookimpl
from relationkit.plugins.specs import KINDS, AdapterSpec, NotifierSpec

__all__ = ["ADAPTERS", "NOTIFIERS", "relationkit_adapters", "relationkit_notifiers"]

ADAPTERS: Final = (
    AdapterSpec(
        name="annex-a",
        target="relationkit.plugins.adapters.annex_a:AnnexAAdapter",
        summary="The lists of Ofsted's Annex A: who holds whom now, and nothing of before",
        where="the workbook, a folder with its lists as CSV files, or one of them",
        capabilities=frozenset({"children", "workers", "assignments", "sessions", "placements"}),
        extra="excel",
    ),
    AdapterSpec(
        name="csv",
        target="relationkit.plugins.adapters.csv_folder:CsvAdapter",
        summary="CSV files in one folder, a file for each kind of record",
        where="a folder with children.csv, workers.csv, assignments.csv and so on",
        capabilities=frozenset(KINDS),
    ),
    AdapterSpec(
        name="dfe-api",
        target="relationkit.plugins.adapters.dfe_api:DfeApiAdapter",
        summary="The payload that councils send to the Department for Education's social care API",
        where="a JSON file",
        capabilities=frozenset({"children", "workers", "assignments", "placements"}),
    ),
    AdapterSpec(
        name="memory",
        target="relationkit.plugins.adapters.memory:MemoryAdapter",
        summary="Records held in memory, for tests and for trying things out",
        where="nothing: it starts empty",
        capabilities=frozenset(KINDS),
    ),
    AdapterSpec(
        name="sql",
        target="relationkit.plugins.adapters.sql:SqlAdapter",
        summary="A database in relationkit's own layout: an SQLite file, or PostgreSQL",
        where="a file such as case.db, or a URL such as sqlite:///case.db or postgresql://host/name",
        capabilities=frozenset(KINDS),
        extra="sql",
    ),
    AdapterSpec(
        name="ssd",
        target="relationkit.plugins.adapters.ssd:SsdAdapter",
        summary="A database with the tables of the Standard Safeguarding Dataset, read only",
        where="an SQLite file, or a URL such as postgresql://host/name or mssql+pyodbc://host/name?schema=ssd",
        capabilities=frozenset({"children", "workers", "assignments", "sessions", "placements"}),
        extra="sql",
    ),
    AdapterSpec(
        name="ssda903",
        target="relationkit.plugins.adapters.ssda903:Ssda903Adapter",
        summary="The statutory return on children looked after in England, as CSV files",
        where="a folder with the SWEpisodes, Header and Episodes files",
        capabilities=frozenset({"children", "workers", "assignments", "placements"}),
    ),
)

NOTIFIERS: Final = (
    NotifierSpec(
        name="email",
        target="relationkit.plugins.notifiers.email:EmailNotifier",
        summary="One email a message, through the office's own mail server",
        settings="host, sender, addresses; also port, security, username, link",
        variables=("RELATIONKIT_SMTP_PASSWORD",),
    ),
    NotifierSpec(
        name="govuk-notify",
        target="relationkit.plugins.notifiers.govuk_notify:GovukNotifyNotifier",
        summary="An email or a text message through GOV.UK Notify",
        settings="template_id, addresses; also channel, link",
        variables=("RELATIONKIT_NOTIFY_API_KEY",),
        extra="notify",
    ),
    NotifierSpec(
        name="outbox",
        target="relationkit.plugins.notifiers.outbox:OutboxNotifier",
        summary="Marks the message as ready in the outbox, for another program to fetch",
    ),
)


@hookimpl
def relationkit_adapters() -> Iterable[AdapterSpec]:
    """Offer the built-in adapters."""
    return ADAPTERS


@hookimpl
def relationkit_notifiers() -> Iterable[NotifierSpec]:
    """Offer the built-in notifiers."""
    return NOTIFIERS
