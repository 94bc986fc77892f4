"""A new plugin project: the files of one kind of plugin, filled in from a few answers.

The templates lie in the folder ``template`` beside this module: ``common`` for every kind, then one folder a kind. What
stands between double square brackets is filled in; a name that is not among the answers is refused, so that no project
leaves with a hole in it. Nothing is fetched.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from relationkit import __version__

__all__ = ["PLUGIN_KINDS", "PYTHONS", "PluginAnswers", "plugin_project"]

#: What a new plugin may offer, and how the list of kinds says so.
PLUGIN_KINDS: Final[Mapping[str, str]] = {
    "adapter": "reads a case system",
    "rules": "says how soon a message is answered, when the office is open, what counts as a change",
    "forms": "asks children in your own words, from forms in TOML",
    "notifier": "hands messages to workers and managers over",
}
#: The releases of Python that relationkit runs on, oldest first; ``requires-python`` in pyproject.toml says the same.
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LICENCE: Final = re.compile(r"[A-Za-z0-9.+() -]*")
_HOLE: Final = re.compile(r"\[\[ (\w+) \]\]")
_SUFFIX: Final = ".template"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginAnswers:
    """What a new plugin is called and what it is.

    Attributes:
        name: Of the project: small letters, digits and single hyphens, such as ``"acme-casework"``. The package, the
            plugin, and the adapter or notifier in it are called after it.
        kind: Out of :data:`PLUGIN_KINDS`.
        system: What it is for, as people call it, such as ``"Acme Casework"``.
        licence: An SPDX expression, such as ``"MIT"``; empty for none.
        python: The oldest release of Python that it runs on, out of :data:`PYTHONS`.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    kind: str = "adapter"
    system: str = ""
    licence: str = "MIT"
    python: str = PYTHONS[0]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) < 2:
            raise ValueError(f"the name {self.name!r} cannot be: write small letters, digits and single hyphens")
        if self.kind not in PLUGIN_KINDS:
            raise ValueError(f"there is no kind {self.kind!r}: use one of {', '.join(PLUGIN_KINDS)}")
        if self.python not in PYTHONS:
            raise ValueError(f"there is no Python {self.python!r} here: use one of {', '.join(PYTHONS)}")
        if not self.system.isprintable() or set('"\\') & set(self.system):
            raise ValueError("the system's name cannot be: write it in one line, without quotation marks")
        if not _LICENCE.fullmatch(self.licence):
            raise ValueError(f"the licence {self.licence!r} is no SPDX expression: write one such as MIT or Apache-2.0")

    def filled_in(self) -> dict[str, str]:
        """Return what each hole of the templates is filled with."""
        system = self.system or self.name.replace("-", " ").title()
        versions = ", ".join(f'"{version}"' for version in PYTHONS[PYTHONS.index(self.python) :])
        return {
            "class": self.name.title().replace("-", ""),
            "distribution": self.name,
            "licence_line": f'license = "{self.licence}"\n' if self.licence else "",
            "package": self.name.replace("-", "_"),
            "plugin": self.name,
            "python": self.python,
            "python_versions": f"[{versions}]",
            "relationkit": __version__,
            "summary": _SUMMARIES[self.kind].format(system=system),
            "system": system,
        }


_SUMMARIES: Final[Mapping[str, str]] = {
    "adapter": "Reads {system} for relationkit.",
    "rules": "The rules of {system} for relationkit.",
    "forms": "The feedback forms of {system} for relationkit.",
    "notifier": "Hands the messages of relationkit to {system}.",
}


def plugin_project(answers: PluginAnswers) -> dict[str, str]:
    """Return the files of a new plugin project: what each holds, by its path in the project, with slashes.

    The project installs, type-checks and passes its own tests as it stands; the README in it says what to change.
    """
    filled = answers.filled_in()
    template = files("relationkit.plugins").joinpath("template")
    return {
        _placed(path, filled): _filled(text, filled)
        for part in ("common", answers.kind)
        for path, text in _read(template.joinpath(part), "")
    }


def _read(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _read(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry.read_text(encoding="utf-8")


def _placed(path: str, filled: Mapping[str, str]) -> str:
    """Return where a template's file goes: names that begin with a dot, and the package, are written out."""
    parts = path.removesuffix(_SUFFIX).split("/")
    named = [filled["package"] if part == "package" else part for part in parts]
    return "/".join(re.sub(r"^dot-", ".", part) for part in named)


def _filled(text: str, filled: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda hole: filled[hole.group(1)], text)
