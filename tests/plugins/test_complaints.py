"""What authors and users of plugins complain of elsewhere: answers that have their test nowhere else, and the page.

The page is docs/explanation/complaints-about-plugins.md.
"""

import importlib.util
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from relationkit.errors import PluginError
from relationkit.plugins import (
    API_VERSION,
    HOOKS,
    AdapterSpec,
    CommandSpec,
    HousePluginManager,
    NotifierSpec,
    create_plugin_manager,
    hookimpl,
    load_plugins,
    offered,
    offered_adapters,
    open_adapter,
    open_notifier,
    testing,
)

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "complaints-about-plugins.md").read_text(encoding="utf-8")


def answering(**offers: object) -> SimpleNamespace:
    """A plugin that answers each hook named with what is given, or raises it."""

    def hook(name: str, records: object) -> object:
        def answer() -> Iterable[object]:
            if isinstance(records, BaseException):
                raise records
            return records  # type: ignore[return-value]  # wrong answers are under test too

        answer.__name__ = name
        return hookimpl(answer)

    return SimpleNamespace(
        **{f"relationkit_{kind}": hook(f"relationkit_{kind}", each) for kind, each in offers.items()}
    )


def with_plugins(**plugins: object) -> HousePluginManager:
    """A manager with these, as if each had been installed from a distribution of its own."""
    manager = create_plugin_manager()
    for name, plugin in plugins.items():
        manager.origins[name] = f"{name}-package 2.1"
        manager.register(plugin, name=name)
    return manager


def an_adapter(name: str, target: str = "nowhere_at_all:Reader") -> AdapterSpec:
    return AdapterSpec(name=name, target=target, summary="", where="", capabilities=frozenset())


# 4: which plugin?


def test_every_error_of_a_plugin_says_where_it_came_from() -> None:
    notifier = NotifierSpec(name="pigeon", target="nowhere_at_all:Pigeon", summary="")
    manager = with_plugins(
        acme=answering(adapters=[an_adapter("ours"), an_adapter("csv")], notifiers=[notifier]),
        bad=answering(visit_rules=OSError("gone"), commands=None),
    )
    errors: list[PluginError] = [error for hook in HOOKS for error in offered(manager, hook).failures.values()]
    for opening in (
        lambda: open_adapter("ours:x", manager),
        lambda: open_adapter("csv:x", manager),
        lambda: open_notifier("pigeon", environment={}, manager=manager),
    ):
        with pytest.raises(PluginError) as refusal:
            opening()
        errors.append(refusal.value)

    assert len(errors) == 5
    for error in errors:
        assert f"{'bad' if error.plugin == 'bad' else 'acme'}-package 2.1" in str(error)
        assert error.hook is not None
        assert error.__cause__ is not None or "so neither is used" in str(error)


# 5: order.


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.kind)
def test_no_hook_depends_on_the_order_of_plugins(hook: object) -> None:
    record = "one", "two", "two"  # the wrong type for any hook: two plugins fail, and say so in any order
    plugins = {name: answering(**{hook.kind: [each]}) for name, each in zip("abc", record, strict=True)}  # type: ignore[attr-defined]  # a Hook
    plugins["d"] = answering(adapters=[an_adapter("same"), an_adapter("from-d")])
    plugins["e"] = answering(adapters=[an_adapter("from-e"), an_adapter("same")])

    names = [*plugins]
    seen = set()
    for order in [names[i:] + names[:i] for i in range(5)] + [names[::-1]]:
        manager = with_plugins(**{name: plugins[name] for name in order})
        offers = offered(manager, hook)  # type: ignore[arg-type]  # a Hook
        adapters = offered_adapters(manager)
        seen.add(
            (
                offers.records,
                tuple(sorted(map(str, offers.failures.values()))),
                adapters.records,
                tuple(map(str, adapters.clashes.values())),
            )
        )

    assert len(seen) == 1


# 6 and 7: what a start costs.


def in_a_fresh_interpreter(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


#: What an adapter, a notifier or a renderer brings; no command needs all of it.
HEAVY = ("sqlalchemy", "psycopg", "duckdb", "pyspark", "pandas", "jinja2", "fpdf", "PIL", "openpyxl", "starlette")


def test_loading_plugins_imports_nothing_that_a_command_might_not_need() -> None:
    code = (
        "import sys\n"
        "from relationkit.plugins import HOOKS, create_plugin_manager, load_plugins, offered\n"
        "manager = create_plugin_manager()\n"
        "load_plugins(manager, entry_points=[])\n"
        "print([name for name in sys.argv[1:] if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"


SCANS = (
    "import importlib.metadata\n"
    "scans = []\n"
    "def scan(**by):\n"
    "    scans.append(by)\n"
    "    return []\n"
    "importlib.metadata.entry_points = scan\n"
)


def test_an_import_scans_for_no_plugin() -> None:
    code = SCANS + (
        "import relationkit, relationkit.plugins, relationkit.cli.app, relationkit.cli.sources, relationkit.web\n"
        "print([by for by in scans if by == {'group': 'relationkit'}])"
    )

    assert in_a_fresh_interpreter(code).strip() == "[]"


def test_a_program_that_opens_many_sources_scans_once() -> None:
    code = SCANS + (
        "from relationkit.plugins import open_adapter, open_notifier\n"
        "for _ in range(3): open_adapter('memory:').close()\n"
        "open_notifier('outbox', environment={})\n"
        "print(scans.count({'group': 'relationkit'}))"
    )

    assert in_a_fresh_interpreter(code).strip() == "1"


# 9: the interface does not change unseen.


def test_the_plugin_interface_is_as_its_page_says() -> None:
    path = ROOT / "docs" / "reference" / "write_plugin_interface.py"
    spec = importlib.util.spec_from_file_location("write_plugin_interface", path)
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)

    assert writer.PAGE.read_text(encoding="utf-8") == writer.page_text(), (
        "A public name or signature of relationkit.plugins changed. If that is meant: does API_VERSION rise "
        "(docs/explanation/versioning.md)? Then write the page anew: python docs/reference/write_plugin_interface.py"
    )


# 10, 11 and 12: the kit.


KIT = [
    function
    for name, function in inspect.getmembers(testing.AdapterConformance, inspect.isfunction)
    if name.startswith("test_")
]


def test_one_class_holds_the_whole_kit() -> None:
    classes = [value for name in testing.__all__ if inspect.isclass(value := getattr(testing, name))]

    assert [each for each in classes if any(name.startswith("test_") for name in dir(each))] == [
        testing.AdapterConformance
    ]


@pytest.mark.parametrize("test", KIT, ids=lambda test: test.__name__)
def test_every_test_of_the_kit_says_what_it_asks_for(test: object) -> None:
    assert len((inspect.getdoc(test) or "").split()) >= 6


GAP = """
from collections.abc import Iterable
import pytest
from relationkit.plugins import open_adapter
from relationkit.plugins.testing import AdapterConformance, Scenario


class Harness:
    def open(self): return open_adapter("memory:")
    def load(self, scenario): pass
    def clear(self): pass


class TestOurs(AdapterConformance):
    known_gaps = {gaps}

    @pytest.fixture
    def harness(self): return Harness()
"""


def test_a_declared_gap_does_not_fail_and_a_closed_one_does(tmp_path: Path) -> None:
    closed, open_gap = "test_an_empty_source_answers_with_nothing", "test_everything_put_in_comes_out"
    path = tmp_path / "test_ours.py"
    path.write_text(
        GAP.format(gaps={"RK-C-009": "it once failed", "RK-C-006": "nothing can be put in"}), encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-k", f"{closed} or {open_gap}"]

    run = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False, cwd=tmp_path)

    counts = run.stdout.splitlines()[-1]
    assert "1 failed" in counts
    assert "1 xfailed" in counts
    assert "[XPASS(strict)] it once failed" in run.stdout


# 13: versions.


def test_a_plugin_for_a_later_interface_is_put_aside_with_both_versions() -> None:
    class Plugin:
        @hookimpl
        def relationkit_commands(self) -> Iterable[CommandSpec]:
            later = (API_VERSION[0] + 1, 0)
            return [CommandSpec(name="ours", target="a:b", summary="", api_version=later)]

    (row,) = load_plugins(with_plugins(acme=Plugin()), entry_points=[]).failed

    assert row.reason is not None
    ours, later = ".".join(map(str, API_VERSION)), f"{API_VERSION[0] + 1}.0"
    assert f"written for plugin interface {later} and this is {ours}" in row.reason
    assert "install the releases that belong together" in row.reason


# 15: bounds.


def test_pluggy_is_bounded_on_both_sides() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert "pluggy>=1.6,<2" in project["dependencies"]


# A plugin that never returns.


def test_a_plugin_that_hangs_is_named_by_the_last_line() -> None:
    lines: list[str] = []

    class Hangs:
        @hookimpl
        def relationkit_commands(self) -> Iterable[CommandSpec]:
            assert lines[-1] == "relationkit_commands: asking sleepy", "said before it is asked"
            return []

    manager = with_plugins(sleepy=Hangs())
    manager.tell = lines.append
    load_plugins(manager, entry_points=[])

    assert lines[-1] == "relationkit_commands: sleepy gave 0 CommandSpec"


# The page.


def rows() -> Sequence[tuple[str, str]]:
    return re.findall(r"^\| (\d+) \|(.*)$", PAGE, flags=re.MULTILINE)


def test_every_complaint_has_its_row_with_where_it_was_made_and_a_test() -> None:
    assert [int(number) for number, _ in rows()] == list(range(1, 19))
    assert all(re.search(r" [\w.-]+/[\w.-]+#\d+", row) and "`test_" in row for _, row in rows())


def test_every_test_that_the_page_names_exists() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))

    assert [name for name in sorted(set(re.findall(r"`(test_\w+)`", PAGE))) if f"def {name}(" not in tests] == []
