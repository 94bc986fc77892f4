"""Tell plugins what happened, without letting them change it.

An observer is called after the fact, with identifiers and counts only. What it returns is not looked at; what it raises
is one line for whoever runs the house, and stops neither the house nor the next observer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pluggy

from relationkit.errors import PluginError
from relationkit.plugins.offers import OBSERVERS, failure_of, offered_observers
from relationkit.plugins.opening import follow
from relationkit.plugins.specs import EventKind

__all__ = ["Event", "Observers"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened.

    Attributes:
        kind: ``"escalation_marked"``, ``"message_settled"`` (handed over, tried in vain, or given up) or
            ``"pass_finished"``.
        at: The moment that the pass judges by, in UTC.
        facts: Identifiers, codes and counts by name, never a person's name nor anybody's words. Names are only added
            within one version of the plugin interface.
    """

    kind: EventKind
    at: datetime
    facts: Mapping[str, str | int | None]


class Observers:
    """The observers that the registered plugins offer, each imported when its first event happens.

    Attributes:
        failures: One error an observer that failed, oldest first; it is told of nothing more by this object.
    """

    def __init__(self, manager: pluggy.PluginManager) -> None:
        """Ask the plugins; one that cannot say what it offers, or a name that two offer, is a failure."""
        self._manager = manager
        self._offers = offered_observers(manager)
        self._called: dict[str, Callable[[Event], Any]] = {}
        self.failures: list[PluginError] = [*self._offers.clashes.values(), *self._offers.failures.values()]
        self._put_aside: set[str] = set()

    def tell(self, events: Sequence[Event]) -> None:
        """Tell each observer of the events it asked for, in their order; the observers by name."""
        for spec in self._offers.records:
            wanted = [event for event in events if event.kind in spec.events]
            if wanted and spec.name not in self._put_aside:
                self._tell_one(spec.name, spec.target, wanted)

    def _tell_one(self, name: str, target: str, events: Sequence[Event]) -> None:
        plugin = self._offers.givers[name]
        try:
            if name not in self._called:
                self._called[name] = follow(target)
            for event in events:
                self._called[name](event)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - an observer may raise anything, and change nothing
            cause = error if isinstance(error, Exception) else RuntimeError("stops the interpreter")
            self.failures.append(failure_of(self._manager, plugin, cause, hook=OBSERVERS.function, at_work=True))
            self._put_aside.add(name)
