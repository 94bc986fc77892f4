"""What every adapter is: the port through which the house reads a case system."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from relationkit.errors import Problem
from relationkit.records import Absence, Assignment, Child, Message, Placement, Record, Session, Worker

__all__ = ["CaseReader", "SupportsWrite"]


@runtime_checkable
class CaseReader(Protocol):
    """Reads one source of records, as streams.

    **Order.** Children and workers come by id; assignments, messages, sessions and placements child by child (by
    child id), oldest first within a child, then by id; absences by worker id, then oldest first. Ids are compared
    character by character (code points), the same on every machine.

    **Filters.** Each is keyword-only; ``None`` means "all" and an empty collection means "none of them". Filters
    combine: a record passes all. ``since`` and ``until`` are aware and half-open: ``since <= at < until``, counted
    on a message's ``at`` and a session's ``starts_at``.

    **Streams.** Each call gives a fresh iterator; several may be open at once. Nothing is read before the call, and
    memory does not grow with the source. A stream that breaks raises a :class:`~relationkit.errors.SourceError`.

    **What is not held.** A kind outside ``capabilities`` raises
    :class:`~relationkit.errors.NotSupportedError` when its method is called: an empty answer would read as "none".

    Attributes:
        source: As users name it, ``"ADAPTER:WHERE"``, without any password.
        capabilities: The kinds that this source holds, out of ``relationkit.plugins.KINDS``.
        caveats: What a reader of the results must know about this kind of source; most have none.
        problems: What has been refused so far; complete once a stream is exhausted. A problem is listed once, however
            often its file is read.
    """

    @property
    def source(self) -> str:
        """As users name it, without any password."""
        ...

    @property
    def capabilities(self) -> frozenset[str]:
        """The kinds that this source holds."""
        ...

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader of the results must know."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What has been refused so far."""
        ...

    def children(self, *, child_ids: Collection[str] | None = None) -> Iterator[Child]:
        """Return the children, by id."""
        ...

    def workers(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Worker]:
        """Return the workers, by id."""
        ...

    def assignments(
        self, *, child_ids: Collection[str] | None = None, worker_ids: Collection[str] | None = None
    ) -> Iterator[Assignment]:
        """Return the assignments, child by child, by ``started_on``, then id."""
        ...

    def messages(
        self,
        *,
        child_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Message]:
        """Return the messages, child by child, by ``at``, then id."""
        ...

    def sessions(
        self,
        *,
        child_ids: Collection[str] | None = None,
        worker_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Session]:
        """Return the sessions, child by child, by ``starts_at``, then id."""
        ...

    def absences(self, *, worker_ids: Collection[str] | None = None) -> Iterator[Absence]:
        """Return the absences, worker by worker, by ``starts_at``."""
        ...

    def placements(self, *, child_ids: Collection[str] | None = None) -> Iterator[Placement]:
        """Return the placements, child by child, by ``started_on``, then id."""
        ...

    def close(self) -> None:
        """Let go of files and connections; the second time does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


@runtime_checkable
class SupportsWrite(Protocol):
    """A source that also keeps records."""

    def write(self, records: Iterable[Record]) -> int:
        """Keep the records, all or none, and return how many were given.

        A record whose id is there already takes its place; of two in one call the later wins. An absence has no id:
        its worker and ``starts_at`` stand for one.

        Args:
            records: Of any kinds, in any order; read once. When it raises, nothing has been kept.

        Raises:
            SourceUnavailableError: The source did not answer; nothing has been kept.
        """
        ...
