"""What the package shows the world: public names, what an import costs, what a type checker holds."""

import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import relationkit

ROOT = Path(__file__).parent.parent


def public_modules() -> Iterator[ModuleType]:
    """Every sub-package and public module: where users import from."""
    for name in relationkit.__all__:
        yield importlib.import_module(f"relationkit.{name}")


def public_names() -> list[tuple[str, str]]:
    return [(module.__name__, name) for module in public_modules() for name in getattr(module, "__all__", ())]


def test_the_root_lists_every_room() -> None:
    rooms = {module.name for module in pkgutil.iter_modules(relationkit.__path__)}

    assert rooms - {"__main__"} == set(relationkit.__all__)


def test_the_root_names_what_it_does_not_have() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = relationkit.nothing
    assert set(relationkit.__all__) <= set(dir(relationkit))


@pytest.mark.parametrize(("module", "name"), public_names())
def test_every_public_name_exists_and_is_documented(module: str, name: str) -> None:
    value: Any = getattr(importlib.import_module(module), name)

    if inspect.isclass(value) or inspect.isfunction(value):
        documented = inspect.getdoc(value) if inspect.isfunction(value) else vars(value).get("__doc__")
        assert documented, f"{module}.{name} has no docstring"
    else:  # a table or an alias: its comment or module says what it is, and the reference shows it
        assert value is not None


#: The same rules over whole tables, by the same names on purpose.
IN_BULK = {"worker_changes", "visits_due"}


def test_a_public_name_stands_for_one_thing() -> None:
    found: dict[str, set[int]] = {}
    for module, name in public_names():
        found.setdefault(name, set()).add(id(getattr(importlib.import_module(module), name)))

    assert {name for name, things in found.items() if len(things) > 1} == IN_BULK


PUBLIC_FUNCTIONS = [
    value
    for module, name in public_names()
    if inspect.isfunction(value := getattr(importlib.import_module(module), name))
]


@pytest.mark.parametrize("function", PUBLIC_FUNCTIONS, ids=lambda function: function.__qualname__)
def test_every_public_function_is_typed(function: Any) -> None:
    signature = inspect.signature(function)

    assert signature.return_annotation is not inspect.Signature.empty
    assert all(parameter.annotation is not parameter.empty for parameter in signature.parameters.values())


@pytest.mark.parametrize("room", [name for name in relationkit.__all__ if name not in ("cli", "errors", "records")])
def test_the_reference_has_a_page_for_every_room(room: str) -> None:
    pages = [page.read_text() for page in (ROOT / "docs" / "reference").glob("*.md")]

    assert any(f"relationkit.{room}" in page for page in pages)


@pytest.mark.parametrize(("module", "name"), public_names())
def test_every_public_name_is_in_the_reference(module: str, name: str) -> None:
    pages = "".join(page.read_text() for page in (ROOT / "docs" / "reference").glob("*.md"))

    assert f".. automodule:: {module}\n" in pages or f"{module}.{name}" in pages


# What an import costs: a list of modules, exact, unlike a time.

HEAVY = ("icalendar", "sqlalchemy", "jinja2", "holidays", "duckdb", "typer", "rich", "psycopg", "starlette", "dateutil")


def third_party_after(code: str, *arguments: str) -> set[str]:
    """Run ``code`` in a fresh interpreter and return the top-level third-party modules that it loaded."""
    probe = (
        f"{code}\nimport sys, json, sysconfig\n"
        "site = sysconfig.get_path('purelib')\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name, module in list(sys.modules.items())"
        " if (getattr(module, '__file__', None) or '').startswith(site)})))"
    )
    run = subprocess.run([sys.executable, "-c", probe, *arguments], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout.splitlines()[-1]))


#: Hooks that editable installs and coverage tools bring into every interpreter.
ENVIRONMENT = third_party_after("")


def test_importing_the_package_loads_no_third_party_module() -> None:
    assert third_party_after("import relationkit") - ENVIRONMENT - {"relationkit"} == set()


@pytest.mark.parametrize(
    "rooms",
    [
        "records",
        "sla",
        "continuity",
        "handovers",
        "visits",
        "feedback",
        "profiles",
        "entitlements",
        "keywork",
        "lifestory",
        "england",
    ],
)
def test_a_rule_loads_nothing_but_what_models_need(rooms: str) -> None:
    loaded = third_party_after(f"import relationkit.{rooms}") - ENVIRONMENT - {"relationkit"}

    assert loaded <= {
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "typing_extensions",
        "typing_inspection",
        "_cffi_backend",
    }


@pytest.mark.parametrize("room", ["render", "plugins", "samples", "bulk", "web", "cli"])
def test_an_upper_room_loads_nothing_heavy_until_it_is_used(room: str) -> None:
    assert third_party_after(f"import relationkit.{room}").isdisjoint(HEAVY)


def test_help_loads_no_database_no_calendar_and_no_plugin() -> None:
    code = (
        "import sys; sys.argv = ['relationkit', '--help']\n"
        "import relationkit.cli\n"
        "try: relationkit.cli.main()\n"
        "except SystemExit as done: assert not done.code"
    )

    assert third_party_after(code).isdisjoint(set(HEAVY) - {"typer", "rich"})


# What the type checker holds.

MIXED_UP = """
from datetime import date
from relationkit.records import Assignment, AssignmentId, ChildId, Role, WorkerId

Assignment(
    id=AssignmentId("a"),
    child_id={child},
    worker_id=WorkerId("w"),
    role=Role.SOCIAL_WORKER,
    started_on=date(2024, 4, 1),
)
"""


@pytest.mark.parametrize(("child", "is_accepted"), [('ChildId("c")', True), ('WorkerId("w")', False)])
def test_ids_cannot_be_mixed_up(child: str, is_accepted: bool, tmp_path: Path) -> None:
    api = pytest.importorskip("mypy.api", reason="mypy comes with the extra [dev]")
    script = tmp_path / "script.py"
    script.write_text(MIXED_UP.format(child=child))

    report, _, status = api.run(["--strict", "--config-file", str(ROOT / "pyproject.toml"), str(script)])

    assert (status == 0) is is_accepted, report
    assert ("child_id" in report) is not is_accepted
