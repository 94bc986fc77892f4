"""What pluggy lets through and we do not: checked when a plugin registers, not when it is first called.

A misspelt hook is silent in pluggy, a keyword-only argument fails at the call, an ``async def`` returns a coroutine
that nobody awaits, and a default value means different things in different versions. Each is refused, with what to
do.
"""

import difflib
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain
from typing import Any, Final

import pluggy

from relationkit.errors import PluginError

__all__ = ["check_implementation", "check_plugin"]

_PREFIX: Final = "relationkit_"


def check_plugin(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    """Refuse a plugin that would be silent, or fail, when its hooks are called.

    Raises:
        PluginError: Names the plugin and the hook, and says what to do.
    """
    known = _known_hooks(manager)
    for attribute, function, options in _implementations(manager, plugin):
        hook = (options or {}).get("specname") or attribute
        if hook not in known:
            if options and options.get("optionalhook"):
                continue
            raise PluginError(name, f"there is no hook called {hook!r}", _nearest(hook, known), hook=hook)
        if options is None:
            raise PluginError(
                name, "the function is not marked, so it would never be called", "Put @hookimpl above it", hook=hook
            )
        if options.get("wrapper") or options.get("hookwrapper"):
            raise PluginError(name, "wraps other plugins, which no hook allows", "Return records of its own", hook=hook)
        check_implementation(name, hook, function, known[hook])


def check_implementation(plugin: str, hook: str, function: Callable[..., Any], spec: Callable[..., Any]) -> None:
    """Refuse one implementation whose signature does not fit its hook.

    Raises:
        PluginError: Shows the signature of the hook beside what is wrong.
    """
    wanted = f"{hook}{inspect.signature(spec)}"
    faults = chain(_faults(function, inspect.signature(spec).parameters), _wrong_types(function, spec))
    what = next(faults, None)
    if what is not None:
        raise PluginError(plugin, what, f"Write it as def {wanted}", hook=hook)


def _faults(function: Callable[..., Any], accepted: Mapping[str, inspect.Parameter]) -> Iterator[str]:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        yield "is async, and hooks are called plainly"
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            yield f"takes *{parameter.name}, which never receives anything"
        elif parameter.kind is parameter.KEYWORD_ONLY:
            yield f"takes {parameter.name!r} as keyword-only"
        elif parameter.name not in accepted:
            yield f"takes {parameter.name!r}, which the hook does not give"
        elif parameter.default is not parameter.empty:
            yield f"gives {parameter.name!r} a default, which would be ignored"


def _wrong_types(function: Callable[..., Any], spec: Callable[..., Any]) -> Iterator[str]:
    """Return each argument that is annotated as something else than the hook gives; results may be narrower."""
    given = _annotations(spec)
    for name, annotation in _annotations(function).items():
        if name != "return" and name in given and annotation != given[name]:
            yield f"takes {name!r} as another type than the hook gives"


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return inspect.get_annotations(function, eval_str=True)
    except (NameError, SyntaxError):  # names that only a type checker imports
        return {}


def _known_hooks(manager: pluggy.PluginManager) -> dict[str, Callable[..., Any]]:
    callers = ((name, getattr(manager.hook, name)) for name in dir(manager.hook) if name.startswith(_PREFIX))
    return {name: caller.spec.function for name, caller in callers if caller.spec is not None}


def _implementations(
    manager: pluggy.PluginManager, plugin: object
) -> Iterator[tuple[str, Callable[..., Any], Mapping[str, Any] | None]]:
    for attribute in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, attribute)
        found = inspect.getattr_static(plugin, attribute, None)
        is_hook_of_ours = hasattr(found, f"{manager.project_name}_spec")
        looks_meant = attribute.startswith(_PREFIX) and inspect.isroutine(found) and not is_hook_of_ours
        if options is not None or looks_meant:
            yield attribute, getattr(plugin, attribute), options


def _nearest(hook: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(hook, known, n=1)
    return f"Call it {close[0]!r} if that is meant" if close else f"Use one of {', '.join(sorted(known))}"
