"""``relationkit plugins``: what is there, what it offers, and what failed."""

import csv
import io
from importlib.metadata import EntryPoint
from typing import Any

import pytest

BUILT_IN = {"csv", "dfe-api", "memory", "sql", "ssda903"}


def test_the_built_in_adapters_are_listed_with_what_they_hold(relationkit: Any) -> None:
    done = relationkit("plugins", "--json")

    adapters = {adapter["name"]: adapter for adapter in done.json["adapters"]}
    assert done.code == 0
    assert set(adapters) >= BUILT_IN
    assert adapters["ssda903"]["capabilities"] == ["assignments", "children", "placements", "workers"]


def test_the_table_and_the_csv_say_the_same(relationkit: Any) -> None:
    table = relationkit("plugins").out
    rows = list(csv.DictReader(io.StringIO(relationkit("plugins", "--csv").out)))

    assert [row["status"] for row in rows if row["name"] == "relationkit"] == ["active"]
    assert all(name in table for name in BUILT_IN)


def test_a_broken_plugin_is_named_with_its_reason_and_everything_else_goes_on(
    relationkit: Any, returned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = EntryPoint(name="acme", value="no_such_module_of_acme", group="relationkit")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [broken])

    listed = relationkit("plugins", "--json")
    counted = relationkit("changes", "--source", returned("K1,01/01/2010,SW1,01/04/2023,,MANAGE"), "--year", 2024)

    [row] = [row for row in listed.json["plugins"] if row["name"] == "acme"]
    assert (listed.code, row["status"]) == (0, "failed")
    assert "no_such_module_of_acme" in row["reason"]
    assert counted.code == 0
    assert "the plugin acme was left out" in counted.err


def test_plugins_can_be_switched_off_by_the_environment(relationkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint(name="acme", value="no_such_module_of_acme", group="relationkit")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [broken])
    monkeypatch.setenv("RELATIONKIT_PLUGINS", "none")

    rows = relationkit("plugins", "--json").json["plugins"]

    assert [row["status"] for row in rows if row["name"] == "acme"] == ["disabled"]


def test_the_notifiers_are_listed_with_where_their_secrets_come_from(relationkit: Any) -> None:
    notifiers = {each["name"]: each for each in relationkit("plugins", "--json").json["notifiers"]}

    assert set(notifiers) >= {"outbox", "email", "govuk-notify"}
    assert notifiers["govuk-notify"]["variables"] == ["RELATIONKIT_NOTIFY_API_KEY"]
    assert "govuk-notify" in relationkit("plugins").out
