"""What plugins add to the commands: a command, a kind of file, an observer of a pass, a calendar for a policy."""

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from relationkit.plugins import CalendarSpec, CommandSpec, Event, ObserverSpec, RendererSpec, hookimpl
from relationkit.sla import ResponseReport, WorkingCalendar

NOW = "2025-03-10T09:00+00:00"


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """Return a function that installs a plugin named ``acme``, with the records that each hook shall answer."""

    def install(**offers: Sequence[object]) -> ModuleType:
        module = ModuleType("acme_plugin")
        for kind, records in offers.items():
            vars(module)[f"relationkit_{kind}"] = hookimpl(_answering(records))
        monkeypatch.setitem(sys.modules, "acme_plugin", module)
        point = EntryPoint(name="acme", value="acme_plugin", group="relationkit")
        monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [point])
        return module

    return install


def _answering(records: Sequence[object]) -> Callable[[], Sequence[object]]:
    return lambda: records


def a_command(name: str = "acme-sync") -> CommandSpec:
    return CommandSpec(name=name, target="acme_plugin:work", summary="Fetch what is new from Acme.")


def test_a_plugins_command_gets_its_arguments_and_gives_the_exit_code(relationkit: Any, acme: Any) -> None:
    given: list[str] = []
    acme(commands=[a_command()]).work = lambda arguments: given.extend(arguments) or 1

    assert relationkit("acme-sync", "--help", "-x", "a b").code == 1
    assert given == ["--help", "-x", "a b"]


def test_a_plugins_command_is_in_the_list_with_where_it_comes_from(relationkit: Any, acme: Any) -> None:
    acme(commands=[a_command()])

    listed = relationkit("--help").out
    assert "acme-sync" in listed
    assert "from the plugin acme" in listed


def test_a_command_of_relationkit_keeps_its_name(relationkit: Any, acme: Any) -> None:
    acme(commands=[a_command("plugins")]).work = lambda arguments: 3

    done = relationkit("plugins", "--json")
    assert done.code == 0
    assert {row["name"]: row["offers"] for row in done.json["plugins"]}["acme"] == {"commands": ["plugins"]}


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (lambda arguments: [][1], "'acme', hook relationkit_commands: the command 'acme-sync' raised IndexError"),
        (lambda arguments: "well", "returned str, not an exit code"),
        (None, "cannot be imported"),
    ],
)
def test_a_command_that_fails_names_its_plugin(relationkit: Any, acme: Any, work: object, words: str) -> None:
    module = acme(commands=[a_command()])
    if work is not None:
        module.work = work

    done = relationkit("acme-sync")
    assert done.code == 2
    assert words in done.err.replace("plugin 'acme'", "'acme'")


def test_a_broken_plugin_leaves_the_list_of_commands_whole(relationkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint(name="acme", value="no_such_module_of_acme", group="relationkit")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [broken])

    assert relationkit("--help").code == 0
    assert "No such command 'acme-sync'" in relationkit("acme-sync").err


def a_renderer(name: str = "slides") -> RendererSpec:
    return RendererSpec(
        name=name, target="acme_plugin:slides", of="response_report", suffix=".slides", summary="Slides."
    )


def test_a_plugin_writes_a_report_in_its_own_kind_of_file(
    relationkit: Any, acme: Any, council: str, tmp_path: Path
) -> None:
    given: list[ResponseReport] = []
    acme(renderers=[a_renderer()]).slides = lambda report: given.append(report) or b"slides"

    done = relationkit("replies", "--source", council, "--report", "--out", "r.slides", "--now", NOW)

    assert (done.code, (tmp_path / "r.slides").read_bytes()) == (0, b"slides")
    assert isinstance(given[0], ResponseReport)


def test_an_ending_that_nothing_writes_is_refused_with_those_there_are(
    relationkit: Any, acme: Any, council: str, tmp_path: Path
) -> None:
    acme(renderers=[a_renderer()])

    done = relationkit("replies", "--source", council, "--report", "--out", "r.pdf", "--now", NOW)

    assert done.code == 2
    assert "nothing writes .pdf. Use one of .html, .slides." in done.err
    assert not (tmp_path / "r.pdf").exists()


@pytest.mark.parametrize("slides", [lambda report: 3, lambda report: 1 / 0], ids=["a number", "an error"])
def test_a_renderer_that_fails_names_its_plugin_and_writes_nothing(
    relationkit: Any, acme: Any, council: str, tmp_path: Path, slides: object
) -> None:
    acme(renderers=[a_renderer()]).slides = slides

    done = relationkit("replies", "--source", council, "--report", "--out", "r.slides", "--now", NOW)

    assert (done.code, (tmp_path / "r.slides").exists()) == (2, False)
    assert "plugin 'acme'" in done.err


def test_two_renderers_of_one_ending_write_nothing(relationkit: Any, acme: Any, council: str) -> None:
    acme(renderers=[a_renderer(), a_renderer("more-slides")])

    done = relationkit("replies", "--source", council, "--report", "--out", "r.slides", "--now", NOW)
    assert "all write .slides, so none is used" in done.err


def test_an_observer_is_told_what_a_pass_did_with_identifiers_and_counts_only(
    relationkit: Any, acme: Any, council: str
) -> None:
    told: list[Event] = []
    kinds = frozenset({"escalation_marked", "message_settled", "pass_finished"})
    acme(observers=[ObserverSpec(name="log", target="acme_plugin:log", events=kinds, summary="")]).log = told.append

    marked = relationkit("run", "--source", council, "--outbox", "sql:box.db", "--now", NOW, "--json").json
    first, last = told[:-1], told[-1]

    assert {event.facts["escalation_id"] for event in first if event.kind == "escalation_marked"} == {
        each["id"] for each in marked["escalations"]
    }
    assert (last.kind, last.facts["escalations_marked"]) == ("pass_finished", len(marked["escalations"]))
    assert last.facts["overdue"]
    assert all(isinstance(fact, str | int | None) for event in told for fact in event.facts.values())


def test_an_observer_that_fails_is_one_line_and_the_pass_is_done(relationkit: Any, acme: Any, council: str) -> None:
    observer = ObserverSpec(name="log", target="acme_plugin:log", events=frozenset({"pass_finished"}), summary="")
    acme(observers=[observer]).log = lambda event: 1 / 0

    done = relationkit("run", "--source", council, "--outbox", "sql:box.db", "--now", NOW, "--json")

    assert done.json["escalations"]
    assert "plugin 'acme', hook relationkit_observers: raised ZeroDivisionError" in done.err


def test_a_rehearsal_tells_observers_nothing(relationkit: Any, acme: Any, council: str) -> None:
    told: list[Event] = []
    observer = ObserverSpec(name="log", target="acme_plugin:log", events=frozenset({"pass_finished"}), summary="")
    acme(observers=[observer]).log = told.append

    relationkit("run", "--source", council, "--outbox", "sql:box.db", "--now", NOW, "--dry-run")
    assert told == []


def test_a_file_of_policies_counts_on_a_plugins_calendar(
    relationkit: Any, acme: Any, council: str, tmp_path: Path
) -> None:
    (tmp_path / "policies.toml").write_text(
        '[[policies]]\nname = "texts"\ntarget = "4h"\ncalendar = "acme-office"\nin_force_from = 2020-01-01\n'
    )
    office = WorkingCalendar({"mon": [("09:00", "17:00")]})
    arguments = ("replies", "--source", council, "--policies", "policies.toml", "--now", NOW, "--json")

    acme()
    assert "is no calendar of this file" in relationkit(*arguments).err
    acme(calendars=[CalendarSpec(name="acme-office", calendar=office, summary="")])
    assert relationkit(*arguments).code in (0, 1)
