"""relationkit: is the relationship between this child and their worker going well?

Typed records and pure rules for reply deadlines, worker changes, handovers, visits and their calendars, feedback
forms, introduction cards, a council's offers, keywork and life stories, with plugins that adapt them to a case record
system. Importing this package loads nothing else; each sub-package loads on first use.
"""

from importlib import import_module
from types import ModuleType
from typing import Final

__all__ = [
    "bulk",
    "cli",
    "continuity",
    "dates_in_words",
    "england",
    "entitlements",
    "errors",
    "feedback",
    "handovers",
    "intervals",
    "keywork",
    "lifestory",
    "plugins",
    "profiles",
    "records",
    "render",
    "samples",
    "sla",
    "text_files",
    "visits",
    "web",
    "withholding",
]

__version__: Final = "0.1.0"


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"relationkit.{name}")
    raise AttributeError(f"module 'relationkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
