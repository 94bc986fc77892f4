"""Which renderer writes a file that somebody asked for: relationkit's own, or a plugin's, by the ending of its name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from relationkit.cli.sources import InvalidOptionError, plugins_found
from relationkit.errors import PluginError
from relationkit.plugins import offered_renderers
from relationkit.plugins.offers import failure_of
from relationkit.plugins.opening import follow
from relationkit.plugins.specs import Rendered

__all__ = ["rendered"]

_HOOK: Final = "relationkit_renderers"


def rendered(of: Rendered, out: Path, facts: object, own: Mapping[str, Callable[[], str | bytes]]) -> str | bytes:
    """Return the content of a file with the facts.

    Args:
        of: What the facts are.
        out: The file's name; without an ending the first of ``own`` writes it.
        facts: What a plugin's renderer is given.
        own: What relationkit writes itself, by ending.

    Raises:
        InvalidOptionError: Nothing writes such a file; says which endings there are.
        PluginError: Two plugins write it, or the one that does failed.
    """
    suffix = out.suffix.lower() or next(iter(own))
    if suffix in own:
        return own[suffix]()
    manager, _ = plugins_found()
    offers = offered_renderers(manager)
    fitting = [spec for spec in offers.records if spec.of == of]
    found = [spec for spec in fitting if spec.suffix == suffix]
    if not found:
        endings = ", ".join(sorted({*own, *(spec.suffix for spec in fitting)}))
        raise InvalidOptionError(f"--out {out}: nothing writes {suffix}. Use one of {endings}.")
    plugins = [offers.givers[spec.name] for spec in found]
    if len(found) > 1:
        raise PluginError(
            ", ".join(plugins), f"all write {suffix}, so none is used", "Disable all but one by name", hook=_HOOK
        )
    try:
        content = follow(found[0].target)(facts)
    except Exception as error:
        raise failure_of(manager, plugins[0], error, hook=_HOOK, at_work=True) from error
    if not isinstance(content, str | bytes):
        what = f"the renderer {found[0].name!r} returned {type(content).__name__}, not text or bytes"
        raise PluginError(plugins[0], what, "Ask those who made the plugin", hook=_HOOK)
    return content
