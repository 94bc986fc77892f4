"""Write the page of hooks beside this file: ``python docs/reference/write_hooks.py``.

Signatures and promises are taken from ``relationkit.plugins.hookspecs``, the table of records from
``relationkit.plugins.HOOKS``; each example below is printed on the page, where it runs.
"""

import inspect
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from relationkit.plugins import HOOKS, Hook, hookspecs

PAGE = Path(__file__).with_name("hooks.md")
HOW_TO = Path(__file__).parents[1] / "how-to"

HEAD = """# Hooks

A plugin offers records by writing functions of these names with `@hookimpl` above them. It returns them and acts on
nothing; no result depends on the order of plugins. Two plugins that offer one name disable both, with one error that
names both. How to start: `relationkit new-plugin`. What is installed: `relationkit plugins --hook HOOK`.

Each example is a whole plugin. This is how a test, or a program, tries one out:

```python
>>> from types import ModuleType
>>> from relationkit.plugins import create_plugin_manager, hookimpl, load_plugins
>>> def offers(function):
...     \"\"\"Return what relationkit lists of a plugin with this one function.\"\"\"
...     plugin = ModuleType("ours")
...     setattr(plugin, function.__name__, function)
...     manager = create_plugin_manager()
...     manager.register(plugin, name="ours")
...     rows = {row.name: row for row in load_plugins(manager, entry_points=[]).rows}
...     return dict(rows["ours"].offers)

```
"""

#: By kind: what to import, the record, what is listed of it, and where somebody uses it.
EXAMPLES: Final[dict[str, tuple[str, str, str, str]]] = {
    "adapters": (
        "from relationkit.plugins import AdapterSpec",
        (
            'AdapterSpec(name="acme", target="acme.reader:AcmeReader", summary="Reads Acme.", where="a folder",\n'
            '            capabilities=frozenset({"children", "assignments"}))'
        ),
        "acme",
        "`--source acme:FOLDER`, in every command: [Your first adapter](../tutorial/your-first-adapter.md).",
    ),
    "calendars": (
        "from relationkit.plugins import CalendarSpec\nfrom relationkit.sla import WorkingCalendar",
        (
            'CalendarSpec(name="acme-office", calendar=WorkingCalendar({"mon": [("09:00", "17:00")]}),\n'
            '             summary="The office, Mondays")'
        ),
        "acme-office",
        '`calendar = "acme-office"` in a [file of policies](../how-to/write-policies-in-a-file.md).',
    ),
    "response_policies": (
        "from datetime import date, timedelta\nfrom relationkit.sla import ResponsePolicy",
        'ResponsePolicy(name="ours", target=timedelta(hours=48), in_force_from=date(2025, 4, 1))',
        "ours",
        "`replies` and `run`, in place of the default of 72 hours.",
    ),
    "history_rules": (
        "from relationkit.continuity import HistoryRules\nfrom relationkit.plugins import HistoryRulesSpec",
        'HistoryRulesSpec(name="ours", rules=HistoryRules(cover="ignore"), summary="Cover left out")',
        "ours",
        "`relationkit changes --rules ours`, beside the two named measures.",
    ),
    "handover_templates": (
        "from datetime import date\nfrom relationkit.handovers import HANDOVER_TEMPLATES",
        'HANDOVER_TEMPLATES["planned"].model_copy(\n    update={"name": "ours", "in_force_from": date(2025, 4, 1)})',
        "ours",
        "[plans](../how-to/plan-a-handover.md) that are made from it, by name.",
    ),
    "visit_rules": (
        "from datetime import date\nfrom relationkit.england import Standing\nfrom relationkit.visits import VisitRule",
        (
            'VisitRule(regime="placement", name="Every four weeks", then_at_most_days=28, standing=Standing.LOCAL,\n'
            '          source="Our promise, 2025", in_force_from=date(2025, 4, 1))'
        ),
        "placement",
        "[`visits`](../how-to/check-visits.md), beside the law and never in its place.",
    ),
    "feedback_forms": (
        "from relationkit.feedback import SHIPPED_FORMS",
        'SHIPPED_FORMS[0].model_copy(update={"id": "ours"})',
        "ours",
        "wherever a form is chosen: [Write a feedback form](../how-to/write-a-feedback-form.md).",
    ),
    "notifiers": (
        "from relationkit.plugins import NotifierSpec",
        'NotifierSpec(name="pigeon", target="acme.pigeons:Pigeons", summary="Sends by pigeon")',
        "pigeon",
        "`[notifiers.pigeon]` in the [settings of run](../how-to/send-the-message.md).",
    ),
    "renderers": (
        "from relationkit.plugins import RendererSpec",
        (
            'RendererSpec(name="slides", target="acme.slides:draw", of="response_report", suffix=".pptx",\n'
            '             summary="Slides")'
        ),
        "slides",
        "`replies --report --out report.pptx`.",
    ),
    "observers": (
        "from relationkit.plugins import ObserverSpec",
        'ObserverSpec(name="log", target="acme.log:write", events=frozenset({"pass_finished"}), summary="Counts")',
        "log",
        "`run`, which tells it after each pass, in identifiers and counts.",
    ),
    "commands": (
        "from relationkit.plugins import CommandSpec",
        'CommandSpec(name="acme-sync", target="acme.sync:main", summary="Fetch what is new")',
        "acme-sync",
        "`relationkit acme-sync`.",
    ),
}


def section(hook: Hook[Any]) -> str:
    """Return one hook as the page shows it."""
    function = getattr(hookspecs, hook.function)
    imports, record, name, used = EXAMPLES[hook.kind]
    body = "\n...             ".join(record.splitlines())
    example = [f">>> {line}" for line in imports.splitlines()]
    example += [">>> @hookimpl", f"... def {hook.function}():", f"...     return [{body}]"]
    example += [f">>> offers({hook.function})", f"{{'{hook.kind}': ('{name}',)}}", ""]
    signature = str(inspect.signature(function)).replace("collections.abc.", "")
    for module in ("relationkit.plugins.specs.", hook.record_type().__module__ + "."):
        signature = signature.replace(module, "")
    parts = [
        f"## `{hook.function}`",
        f"```text\n{hook.function}{signature}\n```",
        _prose(inspect.getdoc(function) or ""),
        f"Fields of `{hook.record_type().__name__}`: {_fields(hook.record_type())}.",
        f"Used by {used} Step by step: {how_to(hook)}.",
        "```python\n" + "\n".join(example) + "\n```",
    ]
    return "\n\n".join(parts) + "\n"


def how_to(hook: Hook[Any]) -> str:
    """Return a link to the how-to that has a heading for the hook; every hook has one."""
    for page in sorted(HOW_TO.glob("*.md")):
        title, *lines = page.read_text(encoding="utf-8").splitlines()
        if any(line.startswith("## ") and f"`{hook.function}`" in line for line in lines):
            return f"[{title.removeprefix('# ')}](../how-to/{page.name})"
    raise LookupError(f"{hook.function} has no how-to: give it a heading on a page of docs/how-to")


def _prose(text: str) -> str:
    """Return a docstring as Markdown: roles as code, sections as bold words."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text).replace("``", "`")
    lines = []
    for line in text.splitlines():
        heading = re.fullmatch(r"(Returns|Raises|Args):", line)
        lines.append(f"**{heading[1]}**\n" if heading else line.strip())
    return "\n".join(lines)


def _fields(record: type[Any]) -> str:
    names = [each.name for each in fields(record)] if is_dataclass(record) else list(record.model_fields)
    return ", ".join(f"`{name}`" for name in names)


def page_text() -> str:
    """Return the page as the file holds it."""
    return HEAD + "\n" + "\n".join(map(section, HOOKS))


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
