"""``relationkit doctor``: what the set-up stands on, what is missing, and what to do."""

from datetime import timezone
from importlib.metadata import EntryPoint, PackageNotFoundError, version
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from relationkit.cli import doctor
from relationkit.plugins.adapters.sql_store import LATEST_LAYOUT

NOW = ("--now", "2025-03-10T09:00+00:00")


def lines(done: Any) -> dict[str, dict[str, str]]:
    return {line["what"]: line for line in done.json["findings"]}


def test_a_whole_set_up_is_well(relationkit: Any) -> None:
    done = relationkit("doctor", "--json", *NOW)
    found = lines(done)

    assert done.code == 0
    assert {line["health"] for line in found.values()} <= {"well", "note"}
    assert "29 March 2026" in found["Time zones"]["found"]
    assert f"typer {version('typer')}" in found["Extra [cli]"]["found"]
    assert {"Extra [all]", "Extra [dev]"}.isdisjoint(found)


def test_the_table_and_the_csv_say_the_same(relationkit: Any) -> None:
    assert "Time zones" in relationkit("doctor", *NOW).out
    assert relationkit("doctor", "--csv", *NOW).out.startswith("what,health,found,remedy")


def test_an_extra_that_is_not_whole_is_a_note_with_what_to_install(
    relationkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_duckdb(name: str) -> str:
        if name == "duckdb":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(doctor, "version", without_duckdb)
    done = relationkit("doctor", "--json", *NOW)

    assert done.code == 0
    line = lines(done)["Extra [bulk]"]
    assert (line["health"], line["found"]) == ("note", "lacks duckdb")
    assert 'pip install "relationkit[bulk]"' in line["remedy"]


def test_clocks_that_do_not_change_are_not_well(relationkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ZoneInfo", lambda key: timezone.utc)  # noqa: UP017 - called like the class
    done = relationkit("doctor", "--json", *NOW)

    assert done.code == 2
    assert lines(done)["Time zones"]["health"] == "unwell"


def test_no_time_zones_at_all_are_not_well(relationkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(key: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(key)

    monkeypatch.setattr(doctor, "ZoneInfo", nothing)

    assert "tzdata" in lines(relationkit("doctor", "--json", *NOW))["Time zones"]["remedy"]


def test_holidays_that_end_before_today_are_not_well(relationkit: Any) -> None:
    line = lines(relationkit("doctor", "--json", "--now", "2101-01-01T00:00Z"))["Bank holidays"]

    assert line["health"] == "unwell"


def test_a_broken_plugin_is_not_well(relationkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint(name="acme", value="no_such_module_of_acme", group="relationkit")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [broken])
    done = relationkit("doctor", "--json", *NOW)

    assert done.code == 2
    assert "no_such_module_of_acme" in lines(done)["Plugin acme"]["found"]
    monkeypatch.setenv("RELATIONKIT_PLUGINS", "none")
    assert relationkit("doctor", *NOW).code == 0


def test_a_source_that_opens_says_what_it_holds_and_stands_on(relationkit: Any, council: str) -> None:
    found = lines(relationkit("doctor", "--source", council, "--json", *NOW))

    assert "messages" in found["Source"]["found"]
    assert "sqlite 3." in found["Source"]["found"]
    assert found["Database layout"]["found"] == f"version {LATEST_LAYOUT}, the latest"


def test_a_source_that_does_not_open_is_not_well(relationkit: Any) -> None:
    done = relationkit("doctor", "--source", "sql:nothing.db", "--json", *NOW)

    assert done.code == 2
    assert "no such file" in lines(done)["Source"]["found"]


def test_no_room_for_temporary_files_is_not_well(relationkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(doctor.tempfile, "NamedTemporaryFile", full)

    assert lines(relationkit("doctor", "--json", *NOW))["Temporary files"]["health"] == "unwell"
