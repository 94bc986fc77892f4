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


def test_the_json_and_the_csv_have_the_same_columns_and_each_adapter_says_who_brings_it(relationkit: Any) -> None:
    document = relationkit("plugins", "--json").json
    cells = list(csv.reader(io.StringIO(relationkit("plugins", "--csv").out)))
    offers = list(csv.DictReader(io.StringIO(relationkit("plugins", "--hook", "adapters", "--csv").out)))

    assert [list(row) for row in document["plugins"]] == [cells[0]] * (len(cells) - 1)
    brought = [{name: str(each[name]) for name in offers[0]} for each in document["adapters"]]
    assert sorted(brought, key=lambda row: row["name"]) == offers


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


def test_one_hook_is_listed_with_who_offers_what(relationkit: Any) -> None:
    offers = relationkit("plugins", "--hook", "relationkit_notifiers", "--json").json["offers"]

    assert [(each["name"], each["plugin"]) for each in offers] == [
        ("email", "relationkit"),
        ("govuk-notify", "relationkit"),
        ("outbox", "relationkit"),
    ]
    assert "ssda903" in relationkit("plugins", "--hook", "adapters").out
    assert relationkit("plugins", "--hook", "visit-rules", "--csv").out.split() == ["name,plugin,distribution,version"]


def test_a_hook_that_is_not_there_is_told_which_are(relationkit: Any) -> None:
    done = relationkit("plugins", "--hook", "weather")

    assert done.code == 2
    assert "Use one of adapters, calendars" in done.err


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> str:
    """A plugin that is installed and cannot be imported, and its name."""
    point = EntryPoint(name="acme", value="no_such_module_of_acme", group="relationkit")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [point])
    return "acme"


@pytest.mark.parametrize("name", ["acme", "not-installed"])
def test_a_required_plugin_stops_every_command_but_those_that_list(
    relationkit: Any, returned: Any, broken: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("RELATIONKIT_REQUIRED_PLUGINS", f" {name} ,")

    counted = relationkit("changes", "--source", returned("K1,01/01/2010,SW1,01/04/2023,,MANAGE"), "--year", 2024)
    listed = relationkit("plugins", "--json")
    examined = relationkit("doctor")

    assert (counted.code, counted.out) == (2, "")
    assert f"'{name}': it is required" in counted.err
    assert (listed.code, listed.json["plugins"][0]["name"]) == (2, broken)
    assert "it is required" in listed.err
    assert (examined.code, "Required plugins" in examined.out) == (2, True)
    assert relationkit("--help").code == 0


def test_the_environment_may_require_what_is_there(
    relationkit: Any, returned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELATIONKIT_REQUIRED_PLUGINS", "relationkit")
    source = returned("K1,01/01/2010,SW1,01/04/2023,,MANAGE")

    assert relationkit("changes", "--source", source, "--year", 2024).code == 0


def test_debug_shows_what_a_plugin_raised_and_otherwise_it_is_one_line(
    relationkit: Any, returned: Any, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELATIONKIT_REQUIRED_PLUGINS", broken)
    command = ("changes", "--source", returned("K1,01/01/2010,SW1,01/04/2023,,MANAGE"))

    short = relationkit(*command).err
    monkeypatch.setenv("RELATIONKIT_DEBUG", "1")
    long = relationkit(*command).err

    assert "Traceback" not in short
    assert short.count("\n") == 1
    assert "Traceback" in long
    assert "ModuleNotFoundError: No module named 'no_such_module_of_acme'" in long


def test_a_trace_shows_types_and_counts_and_never_a_value(
    relationkit: Any, returned: Any, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELATIONKIT_TRACE", "1")

    done = relationkit("changes", "--source", returned("K1,01/01/2010,SW1,01/04/2023,,MANAGE"), "--year", 2024)
    lines = done.err.splitlines()

    assert "loading acme (no distribution)" in lines
    assert lines.index("relationkit_adapters: asking relationkit") + 1 == lines.index(
        "relationkit_adapters: relationkit gave 7 AdapterSpec"
    )
    assert not [line for line in lines if "K1" in line or "SW1" in line]


def test_a_command_scans_for_plugins_once(relationkit: Any, council: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scans: list[str] = []
    monkeypatch.setattr("importlib.metadata.entry_points", lambda *, group: scans.append(group) or [])

    for command in ("replies", "visits"):
        scans.clear()
        done = relationkit(command, "--source", council, "--now", "2025-03-10T09:00Z", "--json")
        assert done.code in (0, 1)
        assert scans == ["relationkit"], command
