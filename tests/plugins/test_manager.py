"""Plugins load one by one; a broken one is put aside with its reason, and says what to do."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import date
from importlib.metadata import Distribution, EntryPoint, version
from pathlib import Path
from types import ModuleType

import pytest

from relationkit.errors import MissingExtraError, PluginError, UnknownAdapterError, UnknownNotifierError
from relationkit.plugins import (
    API_VERSION,
    AdapterSpec,
    Notifier,
    NotifierSpec,
    PluginRow,
    adapters,
    builtin,
    create_plugin_manager,
    hookimpl,
    load_plugins,
    offered_notifiers,
    offered_policies,
    open_adapter,
    open_notifier,
)
from relationkit.plugins.signatures import check_implementation
from relationkit.sla import ResponsePolicy


def a_spec(name: str, target: str = "relationkit.plugins.adapters.memory:MemoryAdapter", **more: object) -> AdapterSpec:
    return AdapterSpec(name=name, target=target, summary="", where="", capabilities=frozenset(), **more)


def a_plugin(*specs: AdapterSpec) -> object:
    class Plugin:
        @hookimpl
        def relationkit_adapters(self) -> Iterable[AdapterSpec]:
            return specs

    return Plugin()


class AnEntryPoint(EntryPoint):
    """An entry point whose plugin is at hand, or raises when it is loaded."""

    def __init__(self, name: str, plugin: object, distribution: str = "example-plugin") -> None:
        super().__init__(name=name, value="nowhere", group="relationkit")
        vars(self).update(plugin=plugin, dist=ADistribution(distribution))

    def load(self) -> object:
        if isinstance(self.plugin, BaseException):
            raise self.plugin
        return self.plugin


class ADistribution(Distribution):
    def __init__(self, name: str) -> None:
        self._name = name

    def read_text(self, filename: str) -> str | None:
        return f"Name: {self._name}\nVersion: 2.1\n" if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def rows_of(*points: AnEntryPoint, **options: object) -> dict[str, PluginRow]:
    report = load_plugins(create_plugin_manager(), entry_points=points, **options)
    return {row.name: row for row in report.rows}


def test_without_plugins_the_built_in_adapters_are_there() -> None:
    rows = rows_of()

    assert rows["relationkit"].status == "active"
    assert (rows["relationkit"].distribution, rows["relationkit"].version) == ("relationkit", version("relationkit"))
    assert rows["relationkit"].offered("adapters") == ("annex-a", "csv", "dfe-api", "memory", "sql", "ssd", "ssda903")


def test_an_installed_plugin_is_listed_with_what_it_offers() -> None:
    assert rows_of(AnEntryPoint("ours", a_plugin(a_spec("our-system"))))["ours"] == PluginRow(
        "ours", "example-plugin", "2.1", "active", None, {"adapters": ("our-system",)}
    )


@pytest.mark.parametrize(
    "broken",
    [ImportError("no module of that name"), RuntimeError("Wren Quillaby"), SystemExit(3), SyntaxError("no")],
    ids=lambda error: type(error).__name__,
)
def test_a_broken_plugin_stops_no_other(broken: BaseException) -> None:
    rows = rows_of(AnEntryPoint("bad", broken), AnEntryPoint("good", a_plugin(a_spec("our-system"))))

    assert (rows["bad"].status, rows["bad"].offers) == ("failed", {})
    assert rows["bad"].reason
    assert "Quillaby" not in rows["bad"].reason
    assert rows["bad"].error is not None
    assert rows["bad"].error.__cause__ is not None
    assert rows["good"].status == "active"


def test_a_plugin_that_cannot_say_what_it_offers_is_put_aside() -> None:
    class Plugin:
        @hookimpl
        def relationkit_adapters(self) -> Iterable[AdapterSpec]:
            raise OSError("the disk is full")

    manager = create_plugin_manager()
    (row,) = (row for row in load_plugins(manager, entry_points=[AnEntryPoint("bad", Plugin())]).rows if row.error)

    assert (row.name, row.status) == ("bad", "failed")
    assert row.reason is not None
    assert row.reason.startswith("raised OSError")
    assert not manager.has_plugin("bad")


@pytest.mark.parametrize("answer", [None, "csv", [1], [a_spec("same"), a_spec("same")]])
def test_an_answer_of_the_wrong_shape_is_the_plugins_fault(answer: object) -> None:
    class Plugin:
        @hookimpl
        def relationkit_adapters(self) -> Iterable[AdapterSpec]:
            return answer  # type: ignore[return-value]  # what is under test

    assert rows_of(AnEntryPoint("bad", Plugin()))["bad"].status == "failed"


def test_a_required_plugin_that_failed_stops_everything() -> None:
    with pytest.raises(PluginError, match=r"'bad' from example-plugin 2\.1: it is required, and failed") as refusal:
        rows_of(AnEntryPoint("bad", ImportError("gone")), required=["bad"])
    assert isinstance(refusal.value.__cause__, PluginError)


@pytest.mark.parametrize("options", [{"disabled": ["ours"]}, {"setting": "none"}], ids=["disabled", "none"])
def test_a_required_plugin_that_is_switched_off_stops_everything(options: dict[str, object]) -> None:
    with pytest.raises(PluginError, match="required, and disabled"):
        rows_of(AnEntryPoint("ours", a_plugin()), required=["example-plugin"], **options)


def test_a_required_plugin_that_is_not_installed_stops_everything() -> None:
    with pytest.raises(PluginError, match=r"not installed\. Write 'ours' if that is meant"):
        rows_of(AnEntryPoint("ours", a_plugin()), required=["our"])


@pytest.mark.parametrize("name", ["ours", "example-plugin"], ids=["by its name", "by its distribution"])
def test_a_plugin_is_disabled(name: str) -> None:
    row = rows_of(AnEntryPoint("ours", a_plugin()), disabled=[name])["ours"]

    assert (row.status, row.reason) == ("disabled", "disabled by name")


@pytest.mark.parametrize(
    ("setting", "active"),
    [
        (None, {"one", "two"}),
        ("  ", {"one", "two"}),
        ("none", set()),
        ("two", {"two"}),
        (" two , one,", {"one", "two"}),
        ("distribution-one", {"one"}),
    ],
)
def test_the_setting_names_the_only_plugins_to_load(setting: str | None, active: set[str]) -> None:
    points = [AnEntryPoint(name, a_plugin(), f"distribution-{name}") for name in ("one", "two")]

    rows = rows_of(*points, setting=setting)

    assert {name for name, row in rows.items() if row.status == "active"} == active | {"relationkit"}


def test_a_name_in_the_setting_that_is_not_installed_is_said() -> None:
    assert rows_of(AnEntryPoint("ours", a_plugin()), setting="oursr")["oursr"].reason == (
        "it is not installed. Write 'ours' if that is meant."
    )


def test_two_plugins_of_one_name_are_both_disabled_with_both_named() -> None:
    report = load_plugins(
        create_plugin_manager(),
        entry_points=[AnEntryPoint("ours", a_plugin(), "first"), AnEntryPoint("ours", a_plugin(), "second")],
    )

    assert [(row.name, row.status) for row in report.failed] == [("ours", "failed")] * 2
    assert all("first 2.1 and second 2.1" in str(row.reason) for row in report.failed)


def test_no_plugin_takes_the_name_of_the_house() -> None:
    report = load_plugins(create_plugin_manager(), entry_points=[AnEntryPoint("relationkit", a_plugin())])

    assert {row.status for row in report.rows} == {"active", "failed"}
    assert report.rows[0].name == report.rows[1].name == "relationkit"


def test_two_adapters_of_one_name_are_both_disabled_with_one_error() -> None:
    manager = create_plugin_manager()
    points = [
        AnEntryPoint("one", a_plugin(a_spec("same"), a_spec("one-more")), "first"),
        AnEntryPoint("two", a_plugin(a_spec("same")), "second"),
    ]
    report = load_plugins(manager, entry_points=points)

    (clash,) = report.clashes
    assert "'one' (first 2.1) and 'two' (second 2.1)" in str(clash)
    assert [row.offered("adapters") for row in report.rows if row.name != "relationkit"] == [("one-more",), ()]
    with pytest.raises(PluginError, match="offered by 'one'"):
        open_adapter("same:anywhere", manager)
    open_adapter("one-more:anywhere", manager).close()


def test_the_order_of_plugins_changes_nothing() -> None:
    points = [AnEntryPoint(name, a_plugin(a_spec(f"from-{name}"), a_spec("same"))) for name in ("one", "two", "three")]

    forward, backward = (load_plugins(create_plugin_manager(), entry_points=p) for p in (points, points[::-1]))

    assert forward.rows == backward.rows
    assert list(map(str, forward.clashes)) == list(map(str, backward.clashes))


def test_a_plugin_registered_by_hand_is_reported() -> None:
    manager = create_plugin_manager()
    manager.register(a_plugin(a_spec("by-hand")), name="hand")

    assert (
        PluginRow("hand", None, None, "active", None, {"adapters": ("by-hand",)})
        in load_plugins(manager, entry_points=[]).rows
    )


# What is refused at registration.


def a_module(**functions: object) -> ModuleType:
    module = ModuleType("example")
    vars(module).update(functions)
    return module


@hookimpl
def with_default(nation: str = "England") -> None: ...
@hookimpl
def with_keyword_only(*, nation: str) -> None: ...
@hookimpl
async def with_async() -> None: ...
@hookimpl
def with_unknown_argument(county: str) -> None: ...
@hookimpl
def with_anything(**everything: object) -> None: ...
@hookimpl
def with_anything_in_order(*everything: object) -> None: ...
@hookimpl(wrapper=True)
def as_a_wrapper() -> Iterable[None]:
    yield


@hookimpl
def with_another_type(nation: int) -> None: ...


def with_the_type_in_quotes(nation: "str") -> None: ...


def with_a_type_for_checkers_only(nation: "Nation") -> None: ...  # noqa: F821 - what is under test


def as_in_the_hook(nation: str) -> None: ...


def offering_nothing() -> Iterable[AdapterSpec]:
    return []


def unmarked() -> Iterable[AdapterSpec]:
    return []


def with_nothing_of_ours() -> Iterable[AdapterSpec]:
    return []


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (with_default, "gives 'nation' a default"),
        (with_keyword_only, "takes 'nation' as keyword-only"),
        (with_async, "is async"),
        (with_unknown_argument, "takes 'county', which the hook does not give"),
        (with_another_type, "takes 'nation' as another type"),
        (with_anything, "never receives anything"),
        (with_anything_in_order, "never receives anything"),
    ],
)
def test_a_signature_that_does_not_fit_is_refused(function: object, what: str) -> None:
    with pytest.raises(PluginError, match=what) as refusal:
        check_implementation("ours", "relationkit_rules", function, as_in_the_hook)
    assert "def relationkit_rules(nation: str) -> None" in str(refusal.value)


@pytest.mark.parametrize("function", [lambda: None, with_the_type_in_quotes, with_a_type_for_checkers_only])
def test_fewer_arguments_and_quoted_types_are_fine(function: Callable[..., None]) -> None:
    check_implementation("ours", "relationkit_rules", function, as_in_the_hook)


@pytest.mark.parametrize(
    ("function", "what"),
    [(with_async, "is async"), (as_a_wrapper, "wraps other plugins"), (with_unknown_argument, "takes 'county'")],
)
def test_a_refused_plugin_is_not_registered(function: object, what: str) -> None:
    manager = create_plugin_manager()
    plugin = a_module(relationkit_adapters=function)

    with pytest.raises(PluginError, match=what):
        manager.register(plugin, name="ours")
    assert not manager.has_plugin("ours")


def test_a_misspelt_hook_is_told_its_nearest_name() -> None:
    with pytest.raises(PluginError, match=r"no hook called 'relationkit_adaptors'.*Call it 'relationkit_adapters'"):
        create_plugin_manager().register(a_module(relationkit_adaptors=hookimpl(offering_nothing)), name="ours")


def test_a_hook_without_its_mark_is_refused() -> None:
    with pytest.raises(PluginError, match="Put @hookimpl above it"):
        create_plugin_manager().register(a_module(relationkit_adapters=unmarked), name="ours")


def test_a_hook_of_a_later_version_may_be_marked_optional() -> None:
    later = hookimpl(optionalhook=True)(with_nothing_of_ours)

    create_plugin_manager().register(a_module(relationkit_weather=later), name="ours")


# Adapter specs and opening.


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "c"},
        {"name": "Our System"},
        {"name": "ours", "target": "relationkit.nowhere"},
        {"name": "ours", "api_version": (API_VERSION[0] + 1, 0)},
        {"name": "ours", "api_version": (API_VERSION[0], API_VERSION[1] + 1)},
    ],
)
def test_a_spec_that_cannot_be_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="; "):
        a_spec(**fields)


def test_a_spec_holds_only_known_capabilities() -> None:
    with pytest.raises(ValueError, match="'weather'"):
        AdapterSpec(name="ours", target="a:B", summary="", where="", capabilities=frozenset({"weather"}))


def test_an_unknown_adapter_is_told_the_nearest_name() -> None:
    with pytest.raises(UnknownAdapterError, match="perhaps 'ssda903' is meant") as refusal:
        open_adapter("ssda90:folder", create_plugin_manager())
    assert refusal.value.known == ("annex-a", "csv", "dfe-api", "memory", "sql", "ssd", "ssda903")


@pytest.mark.parametrize("source", ["", ":", "zzz", "/a/folder", "http://example"])
def test_text_that_names_no_adapter_is_refused(source: str) -> None:
    with pytest.raises(UnknownAdapterError):
        open_adapter(source, create_plugin_manager())


def test_an_adapter_whose_extra_is_missing_says_which() -> None:
    manager = create_plugin_manager()
    manager.register(a_plugin(a_spec("ours", "a_module_that_is_not_there:Adapter", extra="sql")), name="ours")

    with pytest.raises(MissingExtraError, match=r'pip install "relationkit\[sql\]"'):
        open_adapter("ours:x", manager)


@pytest.mark.parametrize(
    "target", ["a_module_that_is_not_there:Adapter", "relationkit.plugins.adapters.memory:Adapter"]
)
def test_an_adapter_that_cannot_be_imported_names_its_plugin(target: str) -> None:
    manager = create_plugin_manager()
    manager.register(a_plugin(a_spec("ours", target)), name="our-plugin")

    with pytest.raises(PluginError, match="our-plugin"):
        open_adapter("ours:x", manager)


def test_without_sqlalchemy_the_sql_adapter_names_its_extra() -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from relationkit.errors import MissingExtraError\n"
        "from relationkit.plugins import create_plugin_manager, open_adapter\n"
        "try: open_adapter('sql:case.db', create_plugin_manager())\n"
        "except MissingExtraError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "needs the extra [sql]" in run.stdout


def test_importing_plugins_imports_no_adapter() -> None:
    code = (
        "import sys, relationkit.plugins as plugins, relationkit.plugins.adapters as adapters\n"
        "targets = {spec.target.partition(':')[0] for spec in plugins.builtin.ADAPTERS}\n"
        "print([name for name in sys.modules if name in targets or 'sql' in name])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"


def test_every_built_in_adapter_is_public() -> None:
    built_in = {spec.target.partition(":")[2] for spec in builtin.ADAPTERS}

    assert built_in <= set(adapters.__all__) <= set(dir(adapters))
    assert all(getattr(adapters, name).__name__ == name for name in adapters.__all__)
    with pytest.raises(AttributeError, match="no attribute 'OtherAdapter'"):
        _ = adapters.OtherAdapter


def test_loading_twice_imports_nothing_twice_and_reports_the_same() -> None:
    manager = create_plugin_manager()
    points = [AnEntryPoint("ours", a_plugin(a_spec("our-system"))), AnEntryPoint("bad", ImportError("gone"))]

    first, second = (load_plugins(manager, entry_points=points) for _ in range(2))

    assert first.rows == second.rows
    assert {row.name: row.status for row in second.rows} == {"bad": "failed", "ours": "active", "relationkit": "active"}


def test_what_is_left_out_the_second_time_is_taken_out() -> None:
    manager = create_plugin_manager()
    points = [AnEntryPoint("ours", a_plugin(a_spec("our-system")))]
    load_plugins(manager, entry_points=points)

    report = load_plugins(manager, entry_points=points, disabled=["ours"])

    assert [row.status for row in report.rows if row.name == "ours"] == ["disabled"]
    with pytest.raises(UnknownAdapterError):
        open_adapter("our-system:x", manager)


def test_another_package_with_a_loaded_plugins_name_is_refused() -> None:
    manager = create_plugin_manager()
    load_plugins(manager, entry_points=[AnEntryPoint("ours", a_plugin(), "first")])

    (row,) = load_plugins(manager, entry_points=[AnEntryPoint("ours", a_plugin(), "second")]).failed

    assert row.reason is not None
    assert "taken by a plugin that is there already" in row.reason


# Notifiers and response policies: the same hook rules.


def a_notifier(name: str, target: str = "relationkit.plugins.notifiers.outbox:OutboxNotifier") -> NotifierSpec:
    return NotifierSpec(name=name, target=target, summary="")


def a_policy(name: str, day: date = date(2025, 1, 1)) -> ResponsePolicy:
    return ResponsePolicy(name=name, in_force_from=day)


def a_plugin_with(*, notifiers: object = (), policies: object = ()) -> object:
    class Plugin:
        @hookimpl
        def relationkit_notifiers(self) -> Iterable[NotifierSpec]:
            return notifiers  # type: ignore[return-value]  # what is under test

        @hookimpl
        def relationkit_response_policies(self) -> Iterable[ResponsePolicy]:
            return policies  # type: ignore[return-value]  # what is under test

    return Plugin()


def test_the_built_in_notifiers_are_there_and_no_policy_is() -> None:
    manager = create_plugin_manager()

    assert [spec.name for spec in offered_notifiers(manager).records] == ["email", "govuk-notify", "outbox"]
    assert offered_policies(manager).records == ()


def test_a_plugin_is_listed_with_its_notifiers_and_policies() -> None:
    versions = [a_policy("texts", date(2026, 1, 1)), a_policy("texts")]
    plugin = a_plugin_with(notifiers=[a_notifier("pigeon")], policies=versions)
    manager = create_plugin_manager()

    row = next(row for row in load_plugins(manager, entry_points=[AnEntryPoint("ours", plugin)]).rows if row.version)

    assert row.offers == {"notifiers": ("pigeon",), "response_policies": ("texts",)}
    assert offered_policies(manager).records == tuple(reversed(versions))
    assert offered_policies(manager).named("texts") == versions[0]


@pytest.mark.parametrize("kind", ["notifiers", "policies"])
def test_a_name_that_two_plugins_offer_is_used_by_neither(kind: str) -> None:
    offered = {"notifiers": a_notifier("same"), "policies": a_policy("same")}[kind]
    manager = create_plugin_manager()
    points = [AnEntryPoint(name, a_plugin_with(**{kind: [offered]}), f"from-{name}") for name in ("one", "two")]

    report = load_plugins(manager, entry_points=points)

    (clash,) = report.clashes
    assert "'one' (from-one 2.1) and 'two' (from-two 2.1)" in str(clash)
    assert all(row.offers == {} and row.reason for row in report.rows if row.name != "relationkit")
    assert offered_notifiers(manager).named("same") is None
    assert offered_policies(manager).named("same") is None


@pytest.mark.parametrize("answer", [None, "email", [1], [a_policy("same"), a_policy("same")]])
def test_a_wrong_answer_about_policies_puts_the_plugin_aside(answer: object) -> None:
    row = rows_of(AnEntryPoint("bad", a_plugin_with(policies=answer)))["bad"]

    assert row.status == "failed"
    assert row.error is not None
    assert row.error.hook == "relationkit_response_policies"


def test_a_notifier_is_opened_by_name() -> None:
    notifier = open_notifier("outbox", environment={}, manager=create_plugin_manager())

    assert (notifier.name, isinstance(notifier, Notifier)) == ("outbox", True)


def test_an_unknown_notifier_is_told_the_nearest_name() -> None:
    with pytest.raises(UnknownNotifierError, match="perhaps 'email' is meant") as refusal:
        open_notifier("e-mail", environment={}, manager=create_plugin_manager())
    assert refusal.value.known == ("email", "govuk-notify", "outbox")


def test_a_notifier_that_two_plugins_offer_is_not_opened() -> None:
    manager = create_plugin_manager()
    manager.register(a_plugin_with(notifiers=[a_notifier("email")]), name="ours")

    with pytest.raises(PluginError, match="'email' is offered by 'ours'"):
        open_notifier("email", environment={}, manager=manager)


def test_a_notifier_that_cannot_be_imported_names_its_plugin() -> None:
    manager = create_plugin_manager()
    manager.register(a_plugin_with(notifiers=[a_notifier("pigeon", "not_there:Pigeon")]), name="our-plugin")

    with pytest.raises(PluginError, match=r"our-plugin.*relationkit_notifiers.*'pigeon' needs the module 'not_there'"):
        open_notifier("pigeon", environment={}, manager=manager)


def test_without_the_official_client_govuk_notify_names_its_extra() -> None:
    code = (
        "import sys; sys.modules['notifications_python_client'] = None\n"
        "from relationkit.errors import MissingExtraError\n"
        "from relationkit.plugins import create_plugin_manager, open_notifier\n"
        "try: open_notifier('govuk-notify', environment={}, manager=create_plugin_manager())\n"
        "except MissingExtraError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "needs the extra [notify]" in run.stdout
