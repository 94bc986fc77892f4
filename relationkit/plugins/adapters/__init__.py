"""The built-in adapters, to be opened by hand.

``open_adapter("csv:export/")`` is the usual way in; these classes take what stands after the colon. All of them are a
:class:`~relationkit.plugins.StreamedReader`; ``memory`` and ``sql`` also keep records
(:class:`~relationkit.plugins.SupportsWrite`) and an outbox (:class:`~relationkit.plugins.SupportsOutbox`).

Each name loads its module, and that module's library, on first use, so that nobody needs SQLAlchemy who reads CSV. A
new adapter adds its row to ``_HOMES``, its name to ``__all__``, its import for type checkers, and its line to
``relationkit.plugins.builtin``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from relationkit.plugins.adapters.annex_a import AnnexAAdapter
    from relationkit.plugins.adapters.csv_folder import CsvAdapter, write_csv_folder
    from relationkit.plugins.adapters.dfe_api import DfeApiAdapter
    from relationkit.plugins.adapters.memory import MemoryAdapter
    from relationkit.plugins.adapters.problems import ProblemLog
    from relationkit.plugins.adapters.sql import SqlAdapter
    from relationkit.plugins.adapters.ssd import SsdAdapter
    from relationkit.plugins.adapters.ssda903 import Ssda903Adapter
    from relationkit.plugins.adapters.ssda903_rows import write_sw_episodes

__all__ = [
    "AnnexAAdapter",
    "CsvAdapter",
    "DfeApiAdapter",
    "MemoryAdapter",
    "ProblemLog",
    "SqlAdapter",
    "SsdAdapter",
    "Ssda903Adapter",
    "write_csv_folder",
    "write_sw_episodes",
]

#: Each public name and the module that it comes from.
_HOMES: Final = {
    "AnnexAAdapter": "relationkit.plugins.adapters.annex_a",
    "CsvAdapter": "relationkit.plugins.adapters.csv_folder",
    "DfeApiAdapter": "relationkit.plugins.adapters.dfe_api",
    "MemoryAdapter": "relationkit.plugins.adapters.memory",
    "ProblemLog": "relationkit.plugins.adapters.problems",
    "SqlAdapter": "relationkit.plugins.adapters.sql",
    "SsdAdapter": "relationkit.plugins.adapters.ssd",
    "Ssda903Adapter": "relationkit.plugins.adapters.ssda903",
    "write_csv_folder": "relationkit.plugins.adapters.csv_folder",
    "write_sw_episodes": "relationkit.plugins.adapters.ssda903_rows",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted(set(globals()) | set(__all__))
