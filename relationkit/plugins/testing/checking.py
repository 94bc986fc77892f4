"""Run the kit over a harness that stands somewhere in a vendor's code, without a test file."""

import difflib
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

from relationkit.errors import RelationkitError
from relationkit.plugins.testing.conformance import AdapterConformance
from relationkit.plugins.testing.harness import telling

__all__ = ["HarnessError", "KitRun", "check_harness", "kit_over"]

_NEEDED: Final = ("open", "load", "clear")

#: The file that pytest is given.
_TESTS: Final = """
from relationkit.plugins.testing.checking import kit_over

TestHarness = kit_over({target!r})
"""


class HarnessError(RelationkitError, ValueError):
    """What was named is no harness, or could not be tried.

    Attributes:
        target: As it was named.
    """

    def __init__(self, target: str, what: str, remedy: str) -> None:
        self.target = target
        super().__init__(f"{target}: {what}. {remedy}.")


@dataclass(frozen=True, slots=True)
class KitRun:
    """What a run left.

    Attributes:
        json: The report, as :func:`relationkit.plugins.testing.report.as_json` writes it.
        markdown: The same for people.
    """

    json: str
    markdown: str

    @property
    def adapter(self) -> dict[str, Any]:
        """What was found about the one adapter."""
        found: dict[str, Any] = json.loads(self.json)["adapters"][0]
        return found


def check_harness(target: str) -> KitRun:
    """Run every test of the kit, in a process of its own, and return what was found.

    Args:
        target: ``"pkg.module:Name"``: what makes a harness, called with an empty folder where it takes an argument; or
            a subclass of :class:`AdapterConformance`. A harness may have ``fields`` and ``known_gaps``, as that class.

    Raises:
        HarnessError: There is no such thing, or it is no harness, or the run came to no end.
    """
    kit_over(target)
    with TemporaryDirectory(prefix="relationkit-") as place:
        folder = Path(place)
        (folder / "test_harness.py").write_text(_TESTS.format(target=target), encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        report = folder / "report.json"
        command = [
            sys.executable, "-m", "pytest", str(folder / "test_harness.py"), "-c", str(folder / "pytest.ini"),
            "--rootdir", place, "--import-mode=importlib", "-q", "-p", "no:cacheprovider",
            "-p", "relationkit.plugins.testing.plugin",
            f"--relationkit-report={report}", f"--relationkit-report={folder / 'report.md'}",
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTEST_ADDOPTS": ""}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603 - this interpreter, over the file just written
        if not report.is_file() or not json.loads(report.read_text(encoding="utf-8"))["adapters"]:
            last = next((line for line in reversed(done.stdout.splitlines()) if line.strip()), "nothing was printed")
            raise HarnessError(target, f"the tests could not be run: {last}", "Run them with pytest to see why")
        return KitRun(report.read_text(encoding="utf-8"), (folder / "report.md").read_text(encoding="utf-8"))


def kit_over(target: str) -> type[AdapterConformance]:
    """Return the class of tests over a harness.

    Raises:
        HarnessError: There is no such thing, or it is no harness.
    """
    made = _found(target)
    if isinstance(made, type) and issubclass(made, AdapterConformance):
        return made
    if not callable(made):
        raise HarnessError(target, "cannot be called", "Name the class of your harness, or a function that makes one")
    if isinstance(made, type) and (lacking := [name for name in _NEEDED if not callable(getattr(made, name, None))]):
        raise HarnessError(target, f"has no {', '.join(lacking)}", "A harness has open(), load(scenario) and clear()")
    takes_folder = _takes_folder(target, made)

    def harness(_: Any, tmp_path: Path) -> Iterator[Any]:
        with telling("its making"):
            ready = made(tmp_path) if takes_folder else made()
        yield ready

    said = {name: getattr(made, name) for name in ("fields", "known_gaps") if hasattr(made, name)}
    try:
        return type("TestHarness", (AdapterConformance,), {"harness": pytest.fixture(harness), **said})
    except TypeError as error:
        raise HarnessError(target, str(error), "Correct it in the harness") from None


def _found(target: str) -> Any:
    module_name, mark, name = target.partition(":")
    if not (module_name and mark and name):
        raise HarnessError(target, "is not of the form pkg.module:Name", "Write it like tests.test_acme:AcmeHarness")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = import_module(module_name)
    except Exception as error:  # whatever a vendor's module raises is theirs to see
        what = f"the module could not be imported ({type(error).__name__}: {error})"
        raise HarnessError(target, what, "Run it from the folder that your code is imported from") from error
    if not hasattr(module, name):
        near = difflib.get_close_matches(name, dir(module), n=1)
        perhaps = f", perhaps {near[0]!r} is meant" if near else ""
        raise HarnessError(target, f"the module has no {name!r}{perhaps}", "Name the class of your harness")
    return getattr(module, name)


def _takes_folder(target: str, made: Callable[..., Any]) -> bool:
    needed = [
        parameter
        for parameter in inspect.signature(made).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_POSITIONAL
        if parameter.kind is not parameter.VAR_KEYWORD
    ]
    if len(needed) > 1 or any(each.kind is each.KEYWORD_ONLY for each in needed):
        names = ", ".join(each.name for each in needed)
        raise HarnessError(target, f"needs {names}", "Let it take nothing, or one folder; a function may fill in more")
    return bool(needed)
