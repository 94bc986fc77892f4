"""The records that hooks return."""

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["API_VERSION", "KINDS", "AdapterSpec", "NotifierSpec"]

#: The version of the plugin interface, apart from the release: additions raise the second number; a removal, which
#: is announced two minor releases before, the first.
API_VERSION: Final = (1, 0)

#: The kinds of record that a source may hold, as its capabilities name them, in the order that people read them.
KINDS: Final = ("children", "workers", "assignments", "messages", "sessions", "absences", "placements")

# Two letters at least: one letter before a colon is a drive.
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_TARGET: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSpec:
    """An adapter that a plugin offers.

    Attributes:
        name: What users write before the colon: small letters, digits and hyphens, two or more.
        target: Where it lives, as ``"package.module:Name"``: something that takes the text after the colon and
            returns a :class:`~relationkit.plugins.CaseReader`. Imported only when the adapter is chosen.
        summary: What it reads, in one line for a list.
        where: What users write after the colon, such as ``"a folder"``.
        capabilities: What its sources may hold, out of :data:`KINDS`; one source may hold fewer.
        extra: The extra of relationkit that its libraries come with; ``None`` when it needs none.
        version: Of its reading: goes up when the same source would give other records.
        api_version: The plugin interface that it was written for.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    target: str
    summary: str
    where: str
    capabilities: frozenset[str]
    extra: str | None = None
    version: str = "1"
    api_version: tuple[int, int] = API_VERSION

    def __post_init__(self) -> None:
        _check_common("adapter", self.name, self.target, self.api_version)
        if unknown := self.capabilities - set(KINDS):
            raise ValueError(f"capabilities {sorted(unknown)} are not known; use some of {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierSpec:
    """A notifier that a plugin offers: one way by which a message reaches a worker or a manager.

    Attributes:
        name: What users write: small letters, digits and hyphens, two or more. Every message that waits for it
            keeps this name, so it never changes.
        target: Where it lives, as ``"package.module:Name"``: something that takes the settings, a mapping such as a
            TOML table, and ``environment``, a mapping of variables, and returns a
            :class:`~relationkit.plugins.Notifier`. Imported only when the notifier is chosen.
        summary: What it does, in one line for a list.
        settings: What its table of settings must hold, in one line; empty when nothing.
        variables: The environment variables that it reads its passwords and keys from.
        extra: The extra of relationkit that its libraries come with; ``None`` when it needs none.
        version: Of its doing.
        api_version: The plugin interface that it was written for.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    target: str
    summary: str
    settings: str = ""
    variables: tuple[str, ...] = ()
    extra: str | None = None
    version: str = "1"
    api_version: tuple[int, int] = API_VERSION

    def __post_init__(self) -> None:
        _check_common("notifier", self.name, self.target, self.api_version)


def _check_common(kind: str, name: str, target: str, api_version: tuple[int, int]) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"name {name!r} cannot be typed; use small letters, digits and hyphens, two or more")
    if not _TARGET.fullmatch(target):
        raise ValueError(f"target {target!r} is not an import string; write it as 'package.module:Name'")
    if api_version[0] != API_VERSION[0] or api_version > API_VERSION:
        wanted, ours = (".".join(map(str, version)) for version in (api_version, API_VERSION))
        raise ValueError(
            f"{kind} {name!r} is written for plugin interface {wanted} and this is {ours}; "
            "install the releases that belong together"
        )
