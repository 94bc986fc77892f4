"""Which policies a command judges by: a file's, a plugin's, or the 72 hours that young people asked for."""

import os
from pathlib import Path

from relationkit.cli.sources import InvalidOptionError, plugins_found
from relationkit.errors import UnreadableSourceError
from relationkit.plugins import offered_calendars, offered_policies
from relationkit.plugins.manager import HousePluginManager
from relationkit.sla import DEFAULT_POLICIES, PolicyBook, policies_from_json, policies_from_toml

__all__ = ["book_from_file", "book_in_use", "read_text"]


def book_in_use(file: Path | None, manager: HousePluginManager | None = None) -> PolicyBook:
    """Return the book of the file; without one that of the installed plugins; without any the default.

    Raises:
        InvalidPolicyFileError: The file describes no book; says every slip in it.
        InvalidPolicyError: The plugins' policies do not make a book.
        PluginError: Two plugins offer policies of one name, or one could not say what it offers: judging without it
            would be judging by another promise.
    """
    if file is not None:
        return book_from_file(file, manager)
    offered = offered_policies(plugins_found()[0] if manager is None else manager).whole()
    return PolicyBook(offered) if offered else DEFAULT_POLICIES


def book_from_file(file: Path, manager: HousePluginManager | None = None) -> PolicyBook:
    """Return the book that a TOML or JSON file describes; its policies may name the calendars of plugins."""
    text = read_text(file)
    read = policies_from_json if file.suffix.lower() == ".json" else policies_from_toml
    offered = offered_calendars(plugins_found()[0] if manager is None else manager).records
    return read(text, where=file.name, calendars={spec.name: spec.calendar for spec in offered})


def read_text(file: Path) -> str:
    """Return what a file of settings says.

    Raises:
        InvalidOptionError: There is no such file.
        UnreadableSourceError: It is not UTF-8 text.
    """
    if not file.is_file():
        raise InvalidOptionError(f"{os.fspath(file)}: there is no such file. Check the path.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableSourceError(str(file), "this is not text in UTF-8", "Save it as UTF-8") from None
