"""What the registered plugins offer, hook by hook: each asked in its own try, a name that two offer used by neither.

The table :data:`HOOKS` has a row for each hook: what its records are, what one is called, and what tells two apart. A
new hook is a function in ``hookspecs``, a row here, and a typed caller beneath.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import pluggy

from relationkit.errors import PluginError, RelationkitError

if TYPE_CHECKING:  # each room is imported when its hook is called
    from relationkit.feedback import FeedbackForm
    from relationkit.handovers import HandoverTemplate
    from relationkit.plugins.specs import (
        AdapterSpec,
        CalendarSpec,
        CommandSpec,
        HistoryRulesSpec,
        NotifierSpec,
        ObserverSpec,
        RendererSpec,
    )
    from relationkit.sla import ResponsePolicy
    from relationkit.visits import VisitRule

__all__ = [
    "HOOKS",
    "Hook",
    "Offers",
    "failure_of",
    "offered",
    "offered_adapters",
    "offered_calendars",
    "offered_commands",
    "offered_feedback_forms",
    "offered_handover_templates",
    "offered_history_rules",
    "offered_notifiers",
    "offered_observers",
    "offered_policies",
    "offered_renderers",
    "offered_visit_rules",
    "origin_of",
]

RecordT_co = TypeVar("RecordT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Hook(Generic[RecordT_co]):
    """One hook, and what its records are.

    Attributes:
        kind: What users call its records together; the hook itself is ``relationkit_`` and this.
        record: The type of its records, as an import string.
        called: What one record is called in an error.
        name: The field by which users choose a record, and by which two plugins clash.
        version: The fields that tell two records of one name apart; none where a plugin gives each name once.
    """

    kind: str
    record: str
    called: str
    name: str = "name"
    version: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        """The name of the function that a plugin writes."""
        return f"relationkit_{self.kind}"

    def record_type(self) -> type[RecordT_co]:
        """Import the type of the records."""
        module, _, name = self.record.partition(":")
        found: type[RecordT_co] = getattr(import_module(module), name)
        return found

    def name_of(self, record: object) -> str:
        """Return the name that a record goes by."""
        return str(attrgetter(self.name)(record))

    def identity_of(self, record: object) -> tuple[str, ...]:
        """Return what a plugin may give only once: the name, and the version where there are several."""
        return tuple(str(attrgetter(field)(record)) for field in (self.name, *self.version))


_SPECS: Final = "relationkit.plugins.specs"
ADAPTERS: Final["Hook[AdapterSpec]"] = Hook("adapters", f"{_SPECS}:AdapterSpec", "adapter")
CALENDARS: Final["Hook[CalendarSpec]"] = Hook("calendars", f"{_SPECS}:CalendarSpec", "calendar")
RESPONSE_POLICIES: Final["Hook[ResponsePolicy]"] = Hook(
    "response_policies", "relationkit.sla:ResponsePolicy", "response policy", version=("in_force_from",)
)
HISTORY_RULES: Final["Hook[HistoryRulesSpec]"] = Hook("history_rules", f"{_SPECS}:HistoryRulesSpec", "history rules")
HANDOVER_TEMPLATES: Final["Hook[HandoverTemplate]"] = Hook(
    "handover_templates", "relationkit.handovers:HandoverTemplate", "handover template", version=("in_force_from",)
)
VISIT_RULES: Final["Hook[VisitRule]"] = Hook(
    "visit_rules", "relationkit.visits:VisitRule", "visit rule", name="regime", version=("in_force_from",)
)
FEEDBACK_FORMS: Final["Hook[FeedbackForm]"] = Hook(
    "feedback_forms", "relationkit.feedback:FeedbackForm", "feedback form", name="id", version=("version", "language")
)
NOTIFIERS: Final["Hook[NotifierSpec]"] = Hook("notifiers", f"{_SPECS}:NotifierSpec", "notifier")
RENDERERS: Final["Hook[RendererSpec]"] = Hook("renderers", f"{_SPECS}:RendererSpec", "renderer")
OBSERVERS: Final["Hook[ObserverSpec]"] = Hook("observers", f"{_SPECS}:ObserverSpec", "observer")
COMMANDS: Final["Hook[CommandSpec]"] = Hook("commands", f"{_SPECS}:CommandSpec", "command")

#: Every hook, in the order in which people read what a plugin offers.
HOOKS: Final[tuple[Hook[Any], ...]] = (
    ADAPTERS,
    CALENDARS,
    RESPONSE_POLICIES,
    HISTORY_RULES,
    HANDOVER_TEMPLATES,
    VISIT_RULES,
    FEEDBACK_FORMS,
    NOTIFIERS,
    RENDERERS,
    OBSERVERS,
    COMMANDS,
)


@dataclass(frozen=True, slots=True)
class Offers(Generic[RecordT_co]):
    """What the registered plugins offer through one hook.

    Attributes:
        hook: Which.
        records: By name, the versions of one name oldest first; a name that two plugins offer is not among them.
        givers: By name: the plugin that offers it.
        clashes: By the name that two plugins offer: the error that names both.
        failures: By plugin: why it could not say what it offers.
    """

    hook: Hook[RecordT_co]
    records: tuple[RecordT_co, ...]
    givers: Mapping[str, str]
    clashes: Mapping[str, PluginError]
    failures: Mapping[str, PluginError]

    def named(self, name: str) -> RecordT_co | None:
        """Return what goes by that name, its last version where it has several; ``None`` for nothing."""
        return next((record for record in reversed(self.records) if self.hook.name_of(record) == name), None)

    def names_from(self, plugin: str) -> tuple[str, ...]:
        """Return the names that this plugin offers and that can be used, in order."""
        return tuple(name for name, giver in self.givers.items() if giver == plugin)

    def whole(self) -> tuple[RecordT_co, ...]:
        """Return the records, where leaving one out would judge by another rule than people were told.

        Raises:
            PluginError: Two plugins offer one name, or one could not say what it offers.
        """
        for error in (*self.clashes.values(), *self.failures.values()):
            raise error
        return self.records


def offered_adapters(manager: pluggy.PluginManager) -> "Offers[AdapterSpec]":
    """Ask every registered plugin, each in its own try, which adapters it offers."""
    return offered(manager, ADAPTERS)


def offered_notifiers(manager: pluggy.PluginManager) -> "Offers[NotifierSpec]":
    """Ask every registered plugin, each in its own try, which notifiers it offers."""
    return offered(manager, NOTIFIERS)


def offered_policies(manager: pluggy.PluginManager) -> "Offers[ResponsePolicy]":
    """Ask every registered plugin, each in its own try, which response policies it offers; often none."""
    return offered(manager, RESPONSE_POLICIES)


def offered_handover_templates(manager: pluggy.PluginManager) -> "Offers[HandoverTemplate]":
    """Ask every registered plugin, each in its own try, which handover templates it offers; often none."""
    return offered(manager, HANDOVER_TEMPLATES)


def offered_visit_rules(manager: pluggy.PluginManager) -> "Offers[VisitRule]":
    """Ask every registered plugin, each in its own try, which local visit rules it offers; often none."""
    return offered(manager, VISIT_RULES)


def offered_feedback_forms(manager: pluggy.PluginManager) -> "Offers[FeedbackForm]":
    """Ask every registered plugin, each in its own try, which feedback forms it offers; often none."""
    return offered(manager, FEEDBACK_FORMS)


def offered_calendars(manager: pluggy.PluginManager) -> "Offers[CalendarSpec]":
    """Ask every registered plugin, each in its own try, which working calendars it offers; often none."""
    return offered(manager, CALENDARS)


def offered_history_rules(manager: pluggy.PluginManager) -> "Offers[HistoryRulesSpec]":
    """Ask every registered plugin, each in its own try, which rules for worker changes it offers; often none."""
    return offered(manager, HISTORY_RULES)


def offered_renderers(manager: pluggy.PluginManager) -> "Offers[RendererSpec]":
    """Ask every registered plugin, each in its own try, which renderers it offers; often none."""
    return offered(manager, RENDERERS)


def offered_observers(manager: pluggy.PluginManager) -> "Offers[ObserverSpec]":
    """Ask every registered plugin, each in its own try, which observers it offers; often none."""
    return offered(manager, OBSERVERS)


def offered_commands(manager: pluggy.PluginManager) -> "Offers[CommandSpec]":
    """Ask every registered plugin, each in its own try, which commands it adds; often none."""
    return offered(manager, COMMANDS)


def offered(manager: pluggy.PluginManager, hook: Hook[RecordT_co]) -> Offers[RecordT_co]:
    """Ask every registered plugin what it offers through one hook, each in its own try.

    Returns:
        What they offer, sorted by name and version; empty when nobody offers any. A name that two plugins offer is in
        ``clashes`` and not in ``records``, and a plugin that raised is in ``failures``: nothing is raised here, and
        :meth:`Offers.whole` raises. The functions named after a hook answer in the same way.
    """
    answers: dict[str, list[RecordT_co]] = {}
    failures: dict[str, PluginError] = {}
    for implementation in getattr(manager.hook, hook.function).get_hookimpls():
        plugin = implementation.plugin_name
        try:
            answers[plugin] = _answer(manager, plugin, hook, implementation.function)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and must not stop the others
            failures[plugin] = failure_of(manager, plugin, error, hook=hook.function)
    givers: dict[str, list[str]] = {}
    for plugin in sorted(answers):
        for name in sorted({hook.name_of(each) for each in answers[plugin]}):
            givers.setdefault(name, []).append(plugin)
    alone = [each for some in answers.values() for each in some if len(givers[hook.name_of(each)]) == 1]
    return Offers(
        hook=hook,
        records=tuple(sorted(alone, key=hook.identity_of)),
        givers={name: both[0] for name, both in sorted(givers.items()) if len(both) == 1},
        clashes={name: _clash(manager, hook, name, both) for name, both in sorted(givers.items()) if len(both) > 1},
        failures=failures,
    )


def _answer(
    manager: pluggy.PluginManager, plugin: str, hook: Hook[RecordT_co], function: Callable[[], object]
) -> list[RecordT_co]:
    """Return what one plugin offers; whoever follows the calls is told before and after, in types and counts."""
    tell: Callable[[str], None] | None = getattr(manager, "tell", None)
    if tell is None:
        return _checked(function(), hook)
    tell(f"{hook.function}: asking {plugin}")
    try:
        records = _checked(function(), hook)
    except Exception as error:
        tell(f"{hook.function}: {plugin} failed with {type(error).__name__}")
        raise
    tell(f"{hook.function}: {plugin} gave {len(records)} {hook.record_type().__name__}")
    return records


def _checked(answer: object, hook: Hook[RecordT_co]) -> list[RecordT_co]:
    """Return the records of one plugin's answer; a wrong shape is the plugin's fault, and is said so."""
    if answer is None:
        raise TypeError("returned None; return a list, empty when there is nothing to offer")
    record = hook.record_type()
    records: list[RecordT_co] = []
    for each in answer if isinstance(answer, Iterable) else [answer]:
        if not isinstance(each, record):
            raise TypeError(
                f"returned {type(each).__name__}, not {record.__name__}; return a list of {record.__name__}"
            )
        records.append(each)
    if twice := [identity for identity, count in Counter(map(hook.identity_of, records)).items() if count > 1]:
        raise ValueError(f"offers {' from '.join(twice[0])!r} twice; give each its own name")
    return records


def failure_of(
    manager: pluggy.PluginManager, plugin: str, error: Exception, *, hook: str | None = None, at_work: bool = False
) -> PluginError:
    """Return what a plugin raised as an error that says whose it is; the cause stays on it.

    Args:
        manager: Knows where the plugin came from.
        plugin: Its name.
        error: What it raised.
        hook: Which hook it answered, where it did.
        at_work: Whether it had records in its hands, so that its words may be about somebody and are not shown.
    """
    if isinstance(error, PluginError):
        what, remedy, hook = error.what, error.remedy, error.hook
    else:
        # Anyone's exception may carry anyone's data: its words are shown only where they are our own or an import's.
        shown = RelationkitError | ImportError if at_work else RelationkitError | ImportError | TypeError | ValueError
        own_words = isinstance(error, shown)
        what = f"{type(error).__name__}: {error}" if own_words else f"raised {type(error).__name__}"
        remedy = "Mend or remove the plugin, or disable it by name"
    failure = PluginError(plugin, what, remedy, distribution=origin_of(manager, plugin), hook=hook)
    failure.__cause__ = error
    return failure


def origin_of(manager: pluggy.PluginManager, plugin: str) -> str | None:
    """Return the distribution, with version, that brought a plugin; ``None`` when it was registered by hand."""
    origins: Mapping[str, str] = getattr(manager, "origins", {})
    return origins.get(plugin)


def _clash(manager: pluggy.PluginManager, hook: Hook[Any], name: str, plugins: list[str]) -> PluginError:
    both = " and ".join(f"{plugin!r} ({_origin(manager, plugin)})" for plugin in plugins)
    return PluginError(
        ", ".join(plugins),
        f"the {hook.called} name {name!r} is offered by {both}, so neither is used",
        "Disable one of the plugins by name",
        hook=hook.function,
    )


def _origin(manager: pluggy.PluginManager, plugin: str) -> str:
    return "built in" if plugin == manager.project_name else origin_of(manager, plugin) or "registered by hand"
