"""What a plugin may offer: one function a hook, whose docstring is the contract.

A plugin is a module, or any object, whose functions carry :data:`hookimpl`. It returns records, each with a ``name``
and a ``version``, and acts on nothing; the house decides what to do with them. No result depends on the order in
which plugins are called.
"""
# pyright: reportReturnType=false  (a hook here is its contract; plugins bring the bodies)

from collections.abc import Iterable
from typing import Final

import pluggy

from relationkit.feedback import FeedbackForm
from relationkit.handovers import HandoverTemplate
from relationkit.plugins.specs import (
    API_VERSION,
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
    "API_VERSION",
    "PROJECT",
    "hookimpl",
    "hookspec",
    "relationkit_adapters",
    "relationkit_calendars",
    "relationkit_commands",
    "relationkit_feedback_forms",
    "relationkit_handover_templates",
    "relationkit_history_rules",
    "relationkit_notifiers",
    "relationkit_observers",
    "relationkit_renderers",
    "relationkit_response_policies",
    "relationkit_visit_rules",
]

#: The name under which pluggy keeps our marks, and the entry-point group that plugins are installed under.
PROJECT: Final = "relationkit"

#: Marks a hook of the house.
hookspec: Final = pluggy.HookspecMarker(PROJECT)

#: Marks a plugin's answer to a hook: ``@hookimpl`` above a function with the hook's name.
hookimpl: Final = pluggy.HookimplMarker(PROJECT)


@hookspec
def relationkit_adapters() -> Iterable[AdapterSpec]:
    """Offer adapters: ways to read a case system's records, chosen by name as ``ADAPTER:WHERE``.

    Called while plugins are loaded, so it must be quick, read nothing and import nothing heavy: an
    :class:`~relationkit.plugins.AdapterSpec` names its class by an import string, which is followed when somebody
    chooses the adapter.

    Returns:
        Specs in any order, each ``name`` once. Two plugins that offer the same name disable both adapters of that
        name, with one error that says where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason, and
            everything else goes on.
    """


@hookspec
def relationkit_notifiers() -> Iterable[NotifierSpec]:
    """Offer notifiers: ways by which a message reaches a worker or a manager, chosen by name.

    Called while plugins are loaded, so it must be quick, send nothing and import nothing heavy.

    Returns:
        Specs in any order, each ``name`` once. Two plugins that offer the same name disable both notifiers of that
        name, with one error that says where each comes from; what waits for it stays in the outbox and is shown.
        Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason, and
            everything else goes on.
    """


@hookspec
def relationkit_response_policies() -> Iterable[ResponsePolicy]:
    """Offer response policies: how soon a message must be answered, and who is told when none comes.

    Where any plugin offers policies they make up the whole book, and
    :data:`relationkit.sla.DEFAULT_POLICIES` is not used; nothing is merged into it.

    Returns:
        Policies in any order. A name may come several times, each with its own ``in_force_from`` (counted in
        Europe/London): these are its versions. Two plugins that offer the same name disable both lines of versions,
        with one error that says where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers, for example since a policy cannot be; it is then
            listed as failed, with the reason. Name the plugin ``required`` where nothing may go on without it.
    """


@hookspec
def relationkit_handover_templates() -> Iterable[HandoverTemplate]:
    """Offer handover templates beside the shipped ones, chosen by name when a plan is made.

    Returns:
        Templates in any order. A name may come several times, each with its own ``in_force_from`` (counted in
        Europe/London): these are its versions, and a plan keeps the one it was made from. A template of a shipped
        name takes its place. Two plugins that offer the same name disable both lines of versions, with one error
        that says where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """


@hookspec
def relationkit_visit_rules() -> Iterable[VisitRule]:
    """Offer a council's own visit rules beside the statutory ones of :data:`relationkit.visits.VISIT_RULES`.

    A local rule never loosens the law: where both hold for a regime, the earlier due day counts.

    Returns:
        Rules in any order, each ``standing`` local, with its ``source`` and the dates it is in force. Gaps are in
        whole days or calendar months, counted in Europe/London. A ``regime`` may come several times, each with its own
        ``in_force_from``: these are its versions. Two plugins that offer the same regime disable both lines of
        versions, with one error that says where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """


@hookspec
def relationkit_feedback_forms() -> Iterable[FeedbackForm]:
    """Offer feedback forms beside the shipped ones of :data:`relationkit.feedback.SHIPPED_FORMS`.

    A council that holds a licence for a published measure brings it this way; no such wording comes with the library.

    Returns:
        Forms in any order, each once by id, version and language. A published version never changes: other words are
        another version, and answers stay with the one that the child saw. A form of a shipped id takes the place of
        every version and language of it. Two plugins that offer the same id disable both, with one error that says
        where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """


@hookspec
def relationkit_calendars() -> Iterable[CalendarSpec]:
    """Offer working calendars, for policies to count on: an office's hours, a council's own closing days.

    A file of policies names one as its ``calendar``, like one of the file's own; where both have the name, the
    file's own is used.

    Returns:
        Specs in any order, each ``name`` once. Two plugins that offer the same name disable both calendars of that
        name, with one error that says where each comes from; a policy that names it is then refused. Empty means "none
        of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """


@hookspec
def relationkit_history_rules() -> Iterable[HistoryRulesSpec]:
    """Offer rules for what counts as a change of worker: whether cover counts, which gaps are no gaps.

    Nothing uses them unless somebody names them, and a count that was made by them says so.

    Returns:
        Specs in any order, each ``name`` once. Two plugins that offer the same name disable both rules of that name,
        with one error that says where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """


@hookspec
def relationkit_renderers() -> Iterable[RendererSpec]:
    """Offer renderers: other kinds of file for what relationkit reports, chosen by the ending of the file's name.

    Called while plugins are loaded, so it must be quick and import nothing heavy.

    Returns:
        Specs in any order, each ``name`` once. Two plugins that offer the same name disable both renderers of that
        name, with one error that says where each comes from; two that offer the same suffix for the same facts under
        different names are refused when that suffix is asked for. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """


@hookspec
def relationkit_observers() -> Iterable[ObserverSpec]:
    """Offer observers: told of what a pass did, after it was done, with identifiers and counts only.

    An observer changes nothing: what it returns is not looked at, what it raises is one line on standard error. It is
    called in the pass, one after the other; one that needs long hands its work to another program. One that hangs
    holds up the report of its pass, after everything is marked, handed over and kept: nobody is told later for it.

    Returns:
        Specs in any order, each ``name`` once. Two plugins that offer the same name disable both observers of that
        name, with one error that says where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """


@hookspec
def relationkit_commands() -> Iterable[CommandSpec]:
    """Offer commands, called as ``relationkit NAME``.

    Called when somebody writes a name that relationkit does not have, or asks for the list of commands, so it must be
    quick and import nothing heavy. A name that relationkit has itself is never looked up here.

    Returns:
        Specs in any order, each ``name`` once. Two plugins that offer the same name disable both commands of that
        name, with one error that says where each comes from. Empty means "none of ours".

    Raises:
        RelationkitError: The plugin cannot say what it offers; it is then listed as failed, with the reason.
    """
