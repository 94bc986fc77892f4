"""The import budget: choosing a source must not load a data-science stack, nor start anything by itself."""
# ruff: noqa: S101 - these are tests

import functools
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Any, Final

import pytest

from relationkit.plugins.ports import CaseReader
from relationkit.plugins.testing.catalogue import advisory, should
from relationkit.plugins.testing.kit import Kit

#: What no reader of rows needs, and what makes every command slow to start; exact, where a time would not be.
TOO_HEAVY: Final = frozenset(
    {"IPython", "dask", "duckdb", "matplotlib", "numpy", "pandas", "polars", "pyarrow", "pyspark", "scipy", "sklearn",
     "tensorflow", "tkinter", "torch"}
)  # fmt: skip
#: More than a driver and a library or two bring.
_MANY: Final = 1_500

_LOOK: Final = """
import importlib, json, sys, threading
before = set(sys.modules)
importlib.import_module(sys.argv[1])
print(json.dumps({"modules": sorted(set(sys.modules) - before), "threads": threading.active_count()}))
"""


class ImportTests(Kit):
    """In a fresh interpreter, the adapter's own module alone."""

    @should("RK-C-210")
    def test_its_module_loads_no_heavy_library(self, reader: CaseReader) -> None:
        """Whoever counts worker changes from a file waits for a numerics library each time.

        Remedy: import it in the function that needs it, or read rows without it.
        """
        loaded = {name.partition(".")[0] for name in _brought_by(reader)["modules"]}
        assert sorted(loaded & TOO_HEAVY) == []

    @should("RK-C-211")
    def test_its_module_starts_nothing(self, reader: CaseReader) -> None:
        """An import that opens a connection or a thread does so for every command, chosen or not.

        Remedy: do it when the reader is opened, and end it in close().
        """
        assert _brought_by(reader)["threads"] == 1

    @advisory("RK-C-212")
    def test_its_module_brings_few_others(self, reader: CaseReader) -> None:
        """Start-up time grows with every module.

        Remedy: look with python -X importtime, and import late what is needed late.
        """
        assert len(_brought_by(reader)["modules"]) < _MANY


def _brought_by(reader: CaseReader) -> Any:
    module = type(reader).__module__
    try:
        is_there = find_spec(module) is not None
    except (ImportError, ValueError):
        is_there = False
    if not is_there:
        pytest.skip(f"this source does not hold its reader in a module of its own ({module})")
    return _imported(module)


@functools.cache
def _imported(module: str) -> Any:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _LOOK, module]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)  # noqa: S603 - this interpreter, over a module that is loaded already
    assert done.returncode == 0, f"{module} cannot be imported by itself: {done.stderr[-500:]}"
    assert len(done.stdout.splitlines()) == 1, f"{module} prints something when it is imported"
    return json.loads(done.stdout)
