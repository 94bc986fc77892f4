"""Commands that plugins add: looked up only for a name that relationkit does not have, or for the list of all."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from relationkit.errors import PluginError, RelationkitError

if TYPE_CHECKING:  # the commands of relationkit start without the plugins
    from relationkit.plugins.specs import CommandSpec

__all__ = ["WithPluginCommands"]


class WithPluginCommands(TyperGroup):
    """The commands of relationkit, and behind them those of the installed plugins."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return every name: relationkit's own in their order, then the plugins' by name."""
        own = super().list_commands(ctx)
        return [*own, *(name for name in _commands_offered() if name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name, from a plugin where relationkit has none; ``None`` for neither."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        found = _commands_offered().get(cmd_name)
        return None if found is None else _as_command(*found)


def _commands_offered() -> "dict[str, tuple[CommandSpec, str]]":
    """Return each command that plugins offer, with the plugin that does, by name.

    A plugin that failed is left out here; ``relationkit plugins`` says why.
    """
    from relationkit.cli.sources import plugins_installed
    from relationkit.plugins import offered_commands

    offers = offered_commands(plugins_installed()[0])
    return {spec.name: (spec, offers.givers[spec.name]) for spec in offers.records}


def _as_command(spec: "CommandSpec", plugin: str) -> Any:
    """Return the plugin's command; all that stands after its name is its own to read, ``--help`` too."""
    shell = typer.Typer(add_completion=False, rich_markup_mode=None)
    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

    @shell.command(spec.name, help=f"{spec.summary} (from the plugin {plugin})", context_settings=settings)
    def call(ctx: typer.Context) -> None:
        raise typer.Exit(_exit_code(spec, plugin, ctx.args))

    return typer.main.get_command(shell)


def _exit_code(spec: "CommandSpec", plugin: str, arguments: Sequence[str]) -> int:
    """Call the plugin's function and return its exit code.

    Raises:
        PluginError: It cannot be imported, raised what relationkit does not know, or returned something else.
    """
    from relationkit.plugins.opening import follow

    hook = "relationkit_commands"
    try:
        work: Callable[[Sequence[str]], object] = follow(spec.target)
    except Exception as error:
        what = f"the command {spec.name!r} cannot be imported ({type(error).__name__})"
        raise PluginError(plugin, what, f"Check what {spec.target!r} imports", hook=hook) from error
    try:
        code = work(list(arguments))
    except (RelationkitError, OSError):
        raise
    except Exception as error:
        what = f"the command {spec.name!r} raised {type(error).__name__}"
        raise PluginError(plugin, what, "Ask those who made the plugin", hook=hook) from error
    if not isinstance(code, int):
        what = f"the command {spec.name!r} returned {type(code).__name__}, not an exit code"
        raise PluginError(plugin, what, "Return 0 when all is well", hook=hook)
    return code
