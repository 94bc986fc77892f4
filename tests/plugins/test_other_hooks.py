"""The hooks beyond adapters, notifiers and policies: each record is checked, used where it says, and fenced."""

import importlib.util
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from relationkit.continuity import HistoryRules
from relationkit.plugins import (
    HOOKS,
    CalendarSpec,
    CommandSpec,
    Event,
    HistoryRulesSpec,
    Observers,
    ObserverSpec,
    RendererSpec,
    create_plugin_manager,
    hookimpl,
    hookspecs,
    load_plugins,
    offered_calendars,
    offered_commands,
    offered_history_rules,
    offered_renderers,
)
from relationkit.plugins.manager import HousePluginManager
from relationkit.sla import WorkingCalendar, policies_from_toml

NOW = datetime(2025, 6, 2, 9, tzinfo=UTC)
OFFICE = WorkingCalendar({"mon": [("09:00", "17:00")]})

A_RECORD: dict[str, Callable[[str], object]] = {
    "calendars": lambda name: CalendarSpec(name=name, calendar=OFFICE, summary=""),
    "history_rules": lambda name: HistoryRulesSpec(name=name, rules=HistoryRules(), summary=""),
    "renderers": lambda name: RendererSpec(
        name=name, target="json:dumps", of="response_report", suffix=".slides", summary=""
    ),
    "observers": lambda name: ObserverSpec(
        name=name, target="json:dumps", events=frozenset({"pass_finished"}), summary=""
    ),
    "commands": lambda name: CommandSpec(name=name, target="json:dumps", summary=""),
}


def a_plugin(kind: str, records: object) -> object:
    def answer() -> Iterable[object]:
        return records  # type: ignore[return-value]  # wrong answers are under test too

    name = f"relationkit_{kind}"
    answer.__name__ = name
    return SimpleNamespace(**{name: hookimpl(answer)})


def with_plugins(**plugins: object) -> HousePluginManager:
    manager = create_plugin_manager()
    for name, plugin in plugins.items():
        manager.register(plugin, name=name)
    return manager


@pytest.mark.parametrize("kind", A_RECORD)
def test_a_plugin_is_listed_with_what_it_offers(kind: str) -> None:
    report = load_plugins(with_plugins(acme=a_plugin(kind, [A_RECORD[kind]("from-acme")])), entry_points=[])

    assert {row.name: row.offers for row in report.rows}["acme"] == {kind: ("from-acme",)}


@pytest.mark.parametrize("kind", A_RECORD)
def test_a_name_that_two_plugins_offer_is_used_by_neither(kind: str) -> None:
    one, two = (a_plugin(kind, [A_RECORD[kind]("same")]) for _ in range(2))

    report = load_plugins(with_plugins(one=one, two=two), entry_points=[])

    (clash,) = report.clashes
    assert "'one' (registered by hand) and 'two' (registered by hand)" in str(clash)
    assert all(row.offers == {} for row in report.rows if row.name != "relationkit")


@pytest.mark.parametrize("kind", A_RECORD)
@pytest.mark.parametrize("answer", [None, 3, ["text"]], ids=["nothing", "a number", "a text"])
def test_an_answer_of_the_wrong_shape_puts_the_plugin_aside(kind: str, answer: object) -> None:
    report = load_plugins(with_plugins(acme=a_plugin(kind, answer)), entry_points=[])

    (row,) = report.failed
    assert row.name == "acme"
    assert row.error is not None
    assert row.error.hook == f"relationkit_{kind}"


@pytest.mark.parametrize("kind", A_RECORD)
@pytest.mark.parametrize("name", ["x", "Two Words", ""])
def test_a_name_that_cannot_be_typed_is_refused(kind: str, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be typed"):
        A_RECORD[kind](name)


def test_every_hook_has_a_row_and_every_row_a_hook() -> None:
    hooks = {name for name in vars(hookspecs) if name.startswith("relationkit_")}

    assert {hook.function for hook in HOOKS} == hooks
    assert all(hook.record_type().__doc__ for hook in HOOKS)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: RendererSpec(name="ours", target="a:b", of="response_report", suffix="pdf", summary=""), "suffix"),
        (lambda: RendererSpec(name="ours", target="a:b", of="weather", suffix=".pdf", summary=""), "weather"),
        (lambda: RendererSpec(name="ours", target="a.b", of="response_report", suffix=".pdf", summary=""), "import"),
        (lambda: ObserverSpec(name="ours", target="a:b", events=frozenset(), summary=""), "never be told"),
        (lambda: ObserverSpec(name="ours", target="a:b", events=frozenset({"rain"}), summary=""), "rain"),
        (lambda: CommandSpec(name="ours", target="a.b", summary=""), "import string"),
        (lambda: CalendarSpec(name="ours", calendar=OFFICE, summary="", api_version=(2, 0)), "plugin interface 2.0"),
    ],
)
def test_a_spec_that_cannot_be_says_what_to_write(make: Callable[[], object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        make()


def test_each_kind_is_asked_for_by_its_own_caller() -> None:
    callers: dict[str, Callable[[HousePluginManager], Any]] = {
        "calendars": offered_calendars,
        "history_rules": offered_history_rules,
        "renderers": offered_renderers,
        "commands": offered_commands,
    }
    for kind, caller in callers.items():
        record = A_RECORD[kind]("ours")
        offers = caller(with_plugins(acme=a_plugin(kind, [record])))
        assert (offers.records, offers.named("ours"), offers.named("other")) == ((record,), record, None)


# A calendar of a plugin in a file of policies.


POLICY = """
[[policies]]
name = "texts"
target = "4h"
calendar = "office"
in_force_from = 2025-01-01
"""
OWN = '[calendars.office]\nholidays = []\nhours = {tue = ["09:00-17:00"]}\n'


def test_a_policy_names_a_calendar_of_a_plugin() -> None:
    (policy,) = policies_from_toml(POLICY, calendars={"office": OFFICE}).policies

    assert policy.calendar == OFFICE


def test_a_files_own_calendar_goes_before_a_plugins() -> None:
    (policy,) = policies_from_toml(OWN + POLICY, calendars={"office": OFFICE}).policies

    assert policy.calendar == WorkingCalendar({"tue": [("09:00", "17:00")]})


# Observers.


TOLD: list[Event] = []


def remember(event: Event) -> None:
    TOLD.append(event)


def break_down(event: Event) -> None:
    raise RuntimeError("Wren Quillaby")


def quote(event: Event) -> None:
    raise ValueError("Wren Quillaby")


def leave(event: Event) -> None:
    raise SystemExit(3)


def an_observer(name: str, function: str, *events: str) -> ObserverSpec:
    return ObserverSpec(name=name, target=f"{__name__}:{function}", events=frozenset(events), summary="")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    TOLD.clear()
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(**globals()))


MARKED = Event("escalation_marked", NOW, {"escalation_id": "e1"})
FINISHED = Event("pass_finished", NOW, {"clocks": 3})


def test_an_observer_is_told_of_what_it_asked_for_in_order() -> None:
    spec = an_observer("log", "remember", "escalation_marked")
    Observers(with_plugins(acme=a_plugin("observers", [spec]))).tell([MARKED, FINISHED, MARKED])

    assert TOLD == [MARKED, MARKED]


@pytest.mark.parametrize("function", ["break_down", "quote", "leave", "not_there"])
def test_an_observer_that_fails_stops_no_other_and_is_named_without_its_words(function: str) -> None:
    broken = a_plugin("observers", [an_observer("a-broken-one", function, "pass_finished")])
    good = a_plugin("observers", [an_observer("log", "remember", "pass_finished")])
    observers = Observers(with_plugins(bad=broken, good=good))

    observers.tell([FINISHED, FINISHED])
    observers.tell([FINISHED])

    assert TOLD == [FINISHED] * 3
    (failure,) = observers.failures
    assert (failure.plugin, failure.hook) == ("bad", "relationkit_observers")
    assert "Quillaby" not in str(failure)


def test_observers_that_two_plugins_offer_are_said_and_told_nothing() -> None:
    one, two = (a_plugin("observers", [an_observer("log", "remember", "pass_finished")]) for _ in range(2))
    observers = Observers(with_plugins(one=one, two=two))

    observers.tell([FINISHED])

    assert TOLD == []
    assert "'log' is offered by 'one'" in str(observers.failures[0])


# The page.


def test_every_hook_has_its_signature_promise_and_example_on_the_page() -> None:
    path = Path(__file__).parents[2] / "docs" / "reference" / "write_hooks.py"
    spec = importlib.util.spec_from_file_location("write_hooks", path)
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)

    assert set(writer.EXAMPLES) == {hook.kind for hook in HOOKS}
    assert writer.PAGE.read_text(encoding="utf-8") == writer.page_text(), "run python docs/reference/write_hooks.py"
