"""``relationkit new-plugin``: a plugin project that is green at once."""

import sys
from pathlib import Path

import typer

from relationkit.cli.exits import ALL_WELL
from relationkit.cli.output import print_lines
from relationkit.cli.sources import InvalidOptionError
from relationkit.plugins.scaffold import PLUGIN_KINDS, PluginAnswers, plugin_project

__all__ = ["ask", "make_plugin"]


def ask(question: str, given: str | None, otherwise: str | None = None) -> str:
    """Return what was given; ask whoever sits at the terminal, and take the default where nobody does.

    Raises:
        InvalidOptionError: Nothing was given, nobody can be asked, and there is no default.
    """
    if given is not None:
        return given
    if sys.stdin.isatty():
        return str(typer.prompt(question, default=otherwise))
    if otherwise is None:
        raise InvalidOptionError(f"new-plugin: {question} is missing. Write it behind the command.")
    return otherwise


def make_plugin(folder: Path | None, name: str, kind: str, system: str, licence: str, python: str) -> int:
    """Write the project into its folder, which is not there yet or empty, and say what to do next."""
    try:
        answers = PluginAnswers(name=name, kind=kind, system=system, licence=licence, python=python)
    except ValueError as error:
        raise InvalidOptionError(f"new-plugin: {error}.") from None
    target = Path(name) if folder is None else folder
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InvalidOptionError(f"{target}: is there already and not empty. Name another folder with --folder.")
    project = plugin_project(answers)
    for path, text in project.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
    print_lines(
        [
            f"{target}: {len(project)} files of a plugin that {PLUGIN_KINDS[kind]}. Next:",
            f"  cd {target}",
            '  pip install -e ".[dev]"',
            "  pytest",
            "Its README.md says what to change, in which order.",
        ]
    )
    return ALL_WELL
