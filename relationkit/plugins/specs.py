"""The records that hooks return, each with the ``name`` that users write and the ``version`` of what it does."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from relationkit.continuity import HistoryRules
from relationkit.sla import WorkingCalendar

__all__ = [
    "API_VERSION",
    "EVENTS",
    "KINDS",
    "RENDERED",
    "AdapterSpec",
    "CalendarSpec",
    "CommandSpec",
    "HistoryRulesSpec",
    "NotifierSpec",
    "ObserverSpec",
    "RendererSpec",
]

#: The version of the plugin interface, apart from the release: additions raise the second number; a removal, which
#: is announced two minor releases before, the first.
API_VERSION: Final = (1, 0)

#: The kinds of record that a source may hold, as its capabilities name them, in the order that people read them.
KINDS: Final = ("children", "workers", "assignments", "messages", "sessions", "absences", "placements")

#: What the house tells observers of, as :class:`~relationkit.plugins.Event` names it.
EventKind = Literal["escalation_marked", "message_settled", "pass_finished"]
EVENTS: Final[tuple[EventKind, ...]] = get_args(EventKind)

#: The facts that a renderer may be written for: what ``changes --audit`` and ``replies --report`` work out.
Rendered = Literal["continuity_audit", "response_report"]
RENDERED: Final[tuple[Rendered, ...]] = get_args(Rendered)

# Two letters at least: one letter before a colon is a drive.
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
_SUFFIX: Final = re.compile(r"\.[a-z0-9]+")
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
        _check_known("capabilities", self.capabilities, KINDS)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpec:
    """A working calendar that a plugin offers: the hours of one office, or the days of one council.

    Attributes:
        name: What a policy writes as its ``calendar``: small letters, digits and hyphens, two or more. A file's own
            calendar of the same name goes before it.
        calendar: The hours.
        summary: Whose hours they are, in one line for a list.
        version: Of the hours: goes up when the same question would get another answer.
        api_version: The plugin interface that it was written for.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    calendar: WorkingCalendar
    summary: str
    version: str = "1"
    api_version: tuple[int, int] = API_VERSION

    def __post_init__(self) -> None:
        _check_name("calendar", self.name, self.api_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRulesSpec:
    """Rules that a plugin offers for what counts as a change of worker.

    Attributes:
        name: What users write: small letters, digits and hyphens, two or more.
        rules: The choices.
        summary: Whose definition it is and where it is written, in one line for a list.
        version: Of the rules: goes up when the same record would give another count.
        api_version: The plugin interface that it was written for.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    rules: HistoryRules
    summary: str
    version: str = "1"
    api_version: tuple[int, int] = API_VERSION

    def __post_init__(self) -> None:
        _check_name("history rules", self.name, self.api_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class RendererSpec:
    """A renderer that a plugin offers: facts in, a file out.

    Attributes:
        name: Small letters, digits and hyphens, two or more.
        target: Where it lives, as ``"package.module:Name"``: something that takes the facts as its only argument and
            returns the file as ``bytes``, or as text that is written in UTF-8. Imported only when a file with its
            suffix is asked for.
        of: What it renders, out of :data:`RENDERED`.
        suffix: The ending of its files, such as ``".pptx"``, by which users choose it. What relationkit writes itself
            keeps its own renderer.
        summary: What it makes, in one line for a list.
        version: Of the output.
        api_version: The plugin interface that it was written for.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    target: str
    of: Rendered
    suffix: str
    summary: str
    version: str = "1"
    api_version: tuple[int, int] = API_VERSION

    def __post_init__(self) -> None:
        _check_common("renderer", self.name, self.target, self.api_version)
        _check_known("of", [self.of], RENDERED)
        if not _SUFFIX.fullmatch(self.suffix):
            raise ValueError(f"suffix {self.suffix!r} ends no file name; write it as '.pptx', in small letters")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverSpec:
    """An observer that a plugin offers: told of events, able to change none.

    Attributes:
        name: Small letters, digits and hyphens, two or more.
        target: Where it lives, as ``"package.module:Name"``: something that takes one
            :class:`~relationkit.plugins.Event`. What it returns is not looked at, and what it raises is said in one
            line. Imported when the first event happens that it asked for.
        events: What it wants to be told of, out of :data:`EVENTS`; at least one.
        summary: What it does with them, in one line for a list.
        version: Of its doing.
        api_version: The plugin interface that it was written for.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    target: str
    events: frozenset[EventKind]
    summary: str
    version: str = "1"
    api_version: tuple[int, int] = API_VERSION

    def __post_init__(self) -> None:
        _check_common("observer", self.name, self.target, self.api_version)
        _check_known("events", self.events, EVENTS)
        if not self.events:
            raise ValueError(f"events are empty, so it would never be told; use some of {', '.join(EVENTS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """A command that a plugin adds to ``relationkit``.

    Attributes:
        name: What users write after ``relationkit``: small letters, digits and hyphens, two or more. A command of
            relationkit's own keeps its name.
        target: Where it lives, as ``"package.module:Name"``: something that takes the arguments after the name, a list
            of texts, and returns the exit code: 0 all well, 1 something is overdue, 2 bad input, 3 the case system did
            not answer. Imported only when the command is called. It answers ``--help`` itself.
        summary: What it does, in one line for ``relationkit --help``.
        version: Of its doing.
        api_version: The plugin interface that it was written for.

    Raises:
        ValueError: A value that cannot be; says which, and what to write.
    """

    name: str
    target: str
    summary: str
    version: str = "1"
    api_version: tuple[int, int] = API_VERSION

    def __post_init__(self) -> None:
        _check_common("command", self.name, self.target, self.api_version)


def _check_common(kind: str, name: str, target: str, api_version: tuple[int, int]) -> None:
    _check_name(kind, name, api_version)
    if not _TARGET.fullmatch(target):
        raise ValueError(f"target {target!r} is not an import string; write it as 'package.module:Name'")


def _check_name(kind: str, name: str, api_version: tuple[int, int]) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"name {name!r} cannot be typed; use small letters, digits and hyphens, two or more")
    if api_version[0] != API_VERSION[0] or api_version > API_VERSION:
        wanted, ours = (".".join(map(str, version)) for version in (api_version, API_VERSION))
        raise ValueError(
            f"{kind} {name!r} is written for plugin interface {wanted} and this is {ours}; "
            "install the releases that belong together"
        )


def _check_known(field: str, given: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"{field} {unknown} are not known; use some of {', '.join(known)}")
