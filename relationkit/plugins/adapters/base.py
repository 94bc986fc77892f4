"""What the built-in readers share: filters over ordered streams, and the refusal of what a source does not hold."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import ClassVar, Final, Self, TypeVar

from relationkit.errors import NotSupportedError, Problem, shown_source
from relationkit.plugins.adapters.filters import is_within, wanted_ids
from relationkit.plugins.adapters.problems import ProblemLog
from relationkit.records import Absence, Assignment, Child, FrozenModel, Message, Placement, Record, Session, Worker

__all__ = ["KIND_OF", "NOT_RECORDED", "RECORD_OF", "StreamedReader", "contract_order"]

RecordT = TypeVar("RecordT", bound=FrozenModel)

#: The worker of a visit of which the source does not say who made it; there is no such worker.
NOT_RECORDED: Final = "not-recorded"

#: The record of each kind that a capability names.
RECORD_OF: Final[Mapping[str, type[Record]]] = {
    "children": Child,
    "workers": Worker,
    "assignments": Assignment,
    "messages": Message,
    "sessions": Session,
    "absences": Absence,
    "placements": Placement,
}
KIND_OF: Final[Mapping[type[FrozenModel], str]] = {record: kind for kind, record in RECORD_OF.items()}


def contract_order(record: Record) -> tuple[str, ...]:
    """Return what the contract orders a record by, within its kind; text that sorts as the moments and days do."""
    match record:
        case Child() | Worker():
            return (record.id,)
        case Assignment() | Placement():
            return (record.child_id, record.started_on.isoformat(), record.id)
        case Message():
            return (record.child_id, record.at.isoformat(timespec="microseconds"), record.id)
        case Session():
            return (record.child_id, record.starts_at.isoformat(timespec="microseconds"), record.id)
        case Absence():
            return (record.worker_id, record.starts_at.isoformat(timespec="microseconds"))


class StreamedReader(ABC):
    """A :class:`~relationkit.plugins.CaseReader` made of one method: all records of a kind, in the contract's order.

    Write ``_all(record)``, which is given a class of ``relationkit.records`` whose kind the source holds, and yields
    every record of it, ordered by :func:`contract_order`. What cannot be a record goes to ``self._log.add(problem)``,
    and the reader goes on. Filters, refusals of kinds that are not held, and closing are done here.

    Args:
        source: As users name it, ``"ADAPTER:WHERE"``; a password in it is not kept.
        capabilities: The kinds that this source holds, out of ``relationkit.plugins.KINDS``.
    """

    caveats: ClassVar[tuple[str, ...]] = ()
    #: Whether the source knows of before; one that says only who holds whom now cannot tell a change.
    has_history: ClassVar[bool] = True

    def __init__(self, source: str, capabilities: Collection[str]) -> None:
        self.source = shown_source(source)
        self.capabilities = frozenset(capabilities)
        self._log = ProblemLog()

    @property
    def problems(self) -> list[Problem]:
        """What has been refused so far; complete once a stream is exhausted."""
        return self._log.listed()

    @abstractmethod
    def _all(self, record: type[RecordT]) -> Iterator[RecordT]:
        """Return every record of a kind that the source holds, in the contract's order."""

    def _held(self, record: type[RecordT]) -> Iterator[RecordT]:
        if KIND_OF[record] not in self.capabilities:
            raise NotSupportedError(self.source, KIND_OF[record])
        return self._all(record)

    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        """Return the children, by id."""
        is_wanted = wanted_ids(child_ids)
        return (child for child in self._held(Child) if is_wanted(child.id))

    def workers(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Worker]:
        """Return the workers, by id."""
        is_wanted = wanted_ids(worker_ids)
        return (worker for worker in self._held(Worker) if is_wanted(worker.id))

    def assignments(
        self, *, child_ids: Collection[str] | None = None, worker_ids: Collection[str] | None = None
    ) -> Iterator[Assignment]:
        """Return the assignments, child by child, by ``started_on``, then id."""
        is_child, is_worker = wanted_ids(child_ids), wanted_ids(worker_ids)
        return (row for row in self._held(Assignment) if is_child(row.child_id) and is_worker(row.worker_id))

    def messages(
        self,
        *,
        child_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Message]:
        """Return the messages, child by child, by ``at``, then id."""
        is_child, is_then = wanted_ids(child_ids), is_within(since, until)
        return (row for row in self._held(Message) if is_child(row.child_id) and is_then(row.at))

    def sessions(
        self,
        *,
        child_ids: Collection[str] | None = None,
        worker_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Session]:
        """Return the sessions, child by child, by ``starts_at``, then id."""
        is_child, is_worker, is_then = wanted_ids(child_ids), wanted_ids(worker_ids), is_within(since, until)
        return (
            row
            for row in self._held(Session)
            if is_child(row.child_id) and is_worker(row.worker_id) and is_then(row.starts_at)
        )

    def absences(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Absence]:
        """Return the absences, worker by worker, by ``starts_at``."""
        is_wanted = wanted_ids(worker_ids)
        return (row for row in self._held(Absence) if is_wanted(row.worker_id))

    def placements(self, *, child_ids: Collection[str] | None = None) -> Iterator[Placement]:
        """Return the placements, child by child, by ``started_on``, then id."""
        is_wanted = wanted_ids(child_ids)
        return (row for row in self._held(Placement) if is_wanted(row.child_id))

    def close(self) -> None:  # noqa: B027 - most sources have nothing to let go of
        """Let go of files and connections; the second time does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()
