"""``memory``: records held in memory. The model for other adapters, and the quickest way to try a rule."""

from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Final, TypeVar

from relationkit.plugins.adapters.base import StreamedReader, contract_order
from relationkit.plugins.adapters.memory_changes import MemoryChanges
from relationkit.plugins.adapters.memory_feedback import MemoryFeedback
from relationkit.plugins.adapters.memory_handovers import MemoryHandovers
from relationkit.plugins.adapters.memory_profiles import MemoryProfiles
from relationkit.plugins.adapters.memory_promises import MemoryPromises
from relationkit.plugins.specs import KINDS
from relationkit.records import Absence, FrozenModel, Record

__all__ = ["MemoryAdapter"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

_NAME: Final = "memory"


class MemoryAdapter(MemoryChanges, MemoryFeedback, MemoryHandovers, MemoryProfiles, MemoryPromises, StreamedReader):
    """A source that is read from, and written to, memory; it holds all that can be kept.

    Args:
        where: What stood after the colon; nothing hangs on it.
        records: What it holds from the start.
    """

    def __init__(self, where: str = "", *, records: Iterable[Record] = ()) -> None:
        super().__init__(f"{_NAME}:{where}", KINDS)
        self._start_feedback()
        self._start_changes()
        self._start_handovers()
        self._start_profiles()
        self._start_promises()
        self._writing = Lock()
        self._records: dict[tuple[type[Record], tuple[str, ...]], Record] = {}
        self.write(records)

    def write(self, records: Iterable[Record]) -> int:
        """Keep the records, all or none; the same id again takes the first one's place."""
        given = list(records)
        written = {(type(record), _identity(record)): record for record in given}
        with self._writing:
            before = self._records
            self._records = before | written
            self._hear(before, written)
        return len(given)

    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        return iter(sorted((row for row in self._records.values() if isinstance(row, record)), key=_order))


def _identity(record: Record) -> tuple[str, ...]:
    return contract_order(record) if isinstance(record, Absence) else (record.id,)


def _order(record: FrozenModel) -> tuple[str, ...]:
    return contract_order(record)  # type: ignore[arg-type]  # write() takes nothing but records
