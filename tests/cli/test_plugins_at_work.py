"""What plugins add to the commands: a command, a kind of file, an observer of a pass, a calendar for a policy."""

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from relationkit.continuity import HistoryRules
from relationkit.plugins import (
    CalendarSpec,
    CommandSpec,
    Event,
    HistoryRulesSpec,
    ObserverSpec,
    RendererSpec,
    hookimpl,
)
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


@pytest.mark.parametrize(
    "slides",
    [lambda report: 3, lambda report: 1 / 0, lambda report: int("Wren Quillaby")],
    ids=["a number", "an error", "an error that quotes"],
)
def test_a_renderer_that_fails_names_its_plugin_and_writes_nothing(
    relationkit: Any, acme: Any, council: str, tmp_path: Path, slides: object
) -> None:
    acme(renderers=[a_renderer()]).slides = slides

    done = relationkit("replies", "--source", council, "--report", "--out", "r.slides", "--now", NOW)

    assert (done.code, (tmp_path / "r.slides").exists()) == (2, False)
    assert "plugin 'acme'" in done.err
    assert "Quillaby" not in done.err


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


# Worker changes by a plugin's rules.


def three_spells_with_cover(returned: Any) -> str:
    """A child with SW1 all year, and SW2 for a fortnight of it."""
    return str(returned("K1,01/01/2010,SW1,01/04/2023,,MANAGE", "K1,01/01/2010,SW2,01/06/2023,15/06/2023,CARES"))


@pytest.mark.parametrize(("cover", "changes"), [("ignore", 0), ("count", 2)])
def test_changes_are_counted_by_a_plugins_rules_beside_the_named_measures(
    relationkit: Any, acme: Any, returned: Any, cover: Any, changes: int
) -> None:
    acme(history_rules=[HistoryRulesSpec(name="ours", rules=HistoryRules(cover=cover), summary="As agreed in 2024")])
    command = ("changes", "--source", three_spells_with_cover(returned), "--year", 2024, "--rules", "ours")

    document, table = relationkit(*command, "--json").json, relationkit(*command)

    (child,) = document["children"]
    assert (child["changes_by_rules"], child["commissioner_instability"]["changes"]) == (changes, 0)
    assert document["rules"] == {"name": "ours", "version": "1", "summary": "As agreed in 2024"}
    assert "Changes by ours (version 1, from the plugin acme; As agreed in 2024)" in document["caveats"][-1]
    assert "Changes, by ours" in " ".join(table.out.split())
    assert relationkit(*command, "--csv").out.splitlines()[-1] == f"K1,2,no,0,no,{changes}"
    if cover == "count":
        assert relationkit(*command, "--json", "--engine", "duckdb").json == document


def test_without_rules_nothing_is_said_of_any(relationkit: Any, acme: Any, returned: Any) -> None:
    acme(history_rules=[HistoryRulesSpec(name="ours", rules=HistoryRules(), summary="")])

    document = relationkit("changes", "--source", three_spells_with_cover(returned), "--year", 2024, "--json").json

    assert "rules" not in document
    assert "changes_by_rules" not in document["children"][0]


def test_rules_that_nobody_offers_are_refused_with_those_there_are(relationkit: Any, acme: Any, returned: Any) -> None:
    source = three_spells_with_cover(returned)
    acme()
    assert "No installed plugin offers any" in relationkit("changes", "--source", source, "--rules", "theirs").err
    acme(history_rules=[HistoryRulesSpec(name="ours", rules=HistoryRules(), summary="")])

    done = relationkit("changes", "--source", source, "--rules", "theirs")

    assert done.code == 2
    assert "Use one of ours" in done.err


# Whatever plugins do.


def test_whatever_plugins_do_the_command_line_starts_and_lists_them(
    relationkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of one command, one that raises, one that leaves, one of a hook that is not there, one that is async."""

    async def later() -> list[CommandSpec]:
        return []

    def raise_it() -> list[CommandSpec]:
        raise SystemError("Wren Quillaby")

    answers: dict[str, tuple[str, Callable[[], Any]]] = {
        "one": ("relationkit_commands", _answering([a_command("same")])),
        "two": ("relationkit_commands", _answering([a_command("same")])),
        "raises": ("relationkit_commands", raise_it),
        "slip": ("relationkit_comands", _answering([])),
        "awaits": ("relationkit_commands", later),
    }
    points = [EntryPoint(name="leaves", value="module_that_leaves", group="relationkit")]
    for name, (hook, answer) in answers.items():
        module = ModuleType(f"plugin_{name}")
        vars(module)[hook] = hookimpl(answer)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        points.append(EntryPoint(name=name, value=module.__name__, group="relationkit"))
    Path("module_that_leaves.py").write_text("raise SystemExit(3)\n")
    monkeypatch.syspath_prepend(str(Path.cwd()))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: points)

    listed = relationkit("plugins", "--json")
    status = {row["name"]: row["status"] for row in listed.json["plugins"]}

    assert (listed.code, relationkit("--help").code) == (0, 0)
    assert {name for name, found in status.items() if found == "failed"} == {"raises", "slip", "awaits", "leaves"}
    assert all(row["reason"] for row in listed.json["plugins"] if row["name"] != "relationkit")
    assert "Quillaby" not in listed.out
    assert "No such command 'same'" in relationkit("same").err
