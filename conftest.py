"""Hand the README and every page of the documentation to Sybil, so that each block runs as a test.

Python blocks run as they stand or as doctests; console blocks run their ``$`` lines in a shell and compare what is
printed, where ``...`` stands for anything. Each page runs in an empty folder that holds a copy of ``examples/``.
"""

import doctest
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parent
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run_console(example: Example) -> str | None:
    """Run each ``$`` line and hold its output against the lines below it; return what differs."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    for part in example.parsed.removeprefix("$ ").split("\n$ "):
        command, _, expected = part.partition("\n")
        run = subprocess.run(  # noqa: S602  the documentation's own commands
            command,
            shell=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            timeout=300,
        )
        if not doctest.OutputChecker().check_output(expected.strip() + "\n", run.stdout.strip() + "\n", FLAGS):
            return f"$ {command}\nexpected:\n{expected}\nprinted (exit {run.returncode}):\n{run.stdout}"
    return None


def enter_folder(namespace: dict[str, Any]) -> None:
    """Give the page a folder of its own."""
    namespace["folder"] = tempfile.mkdtemp()
    namespace["before"] = str(Path.cwd())
    os.chdir(namespace["folder"])
    shutil.copytree(ROOT / "examples", "examples", ignore=shutil.ignore_patterns("__pycache__"))


def leave_folder(namespace: dict[str, Any]) -> None:
    """Go back and remove it."""
    os.chdir(namespace["before"])
    shutil.rmtree(namespace["folder"])


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        CodeBlockParser(language="console", evaluator=run_console),
        SkipParser(),
    ],
    patterns=["README.md", "CONTRIBUTING.md", "docs/**/*.md"],
    setup=enter_folder,
    teardown=leave_folder,
).pytest()
